"""Where several rules agree: what counting document by document gives."""

import numpy as np
import pyarrow as pa
from corpora import literal_corpus
from deciding import plain_answer
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.corpus import open_corpus
from indexes.queries.agreement import agreement
from indexes.rule import Rule

LIMITS = st.integers(-2, 2)


@settings(max_examples=30)
@given(
    rows=st.lists(st.tuples(*[st.none() | LIMITS] * 3), min_size=1, max_size=8),
    limits=st.tuples(LIMITS, LIMITS, LIMITS),
    missing=st.booleans(),
)
def test_every_figure_is_what_counting_by_hand_gives(tmp_path_factory, rows, limits, missing):
    names = ("x", "x__one", "x__two")
    columns = [pa.array([row[i] for row in rows], pa.int64()) for i in range(3)]
    rules = [Rule("r", name, ">=", limit) for name, limit in zip(names, limits, strict=True)]
    families = {"a": {"x": columns[0], "x__one": columns[1]}, "b": {"x__two": columns[2]}}
    given_rows = [dict(zip(names, row, strict=True)) for row in rows]
    root = tmp_path_factory.mktemp("c")
    outside = [1] if missing and len(rows) > 2 else []
    literal_corpus(root, [{}] * len(rows), families, 2, {"b": outside})
    found = agreement(open_corpus(root), rules)
    there = [row for i, row in enumerate(given_rows) if not (outside and i // 2 == 1)]
    answers = [[plain_answer(row, rule) for rule in rules] for row in there]
    assert (found.total.documents, found.not_measured) == (len(there), len(rows) - len(there))
    assert [kept.documents for kept in found.kept] == [
        sum(row[i] is True for row in answers) for i in range(3)
    ]
    assert list(found.unknown) == [sum(row[i] is None for row in answers) for i in range(3)]
    for i in range(3):
        for j in range(3):
            assert found.apart[i, j] == sum(row[i] is True and row[j] is not True for row in answers)
    assert found.all_agree == sum(len({answer is True for answer in row}) == 1 for row in answers)


def test_a_corpus_of_nothing(tmp_path):
    literal_corpus(tmp_path / "c", [])
    found = agreement(open_corpus(tmp_path / "c"), [Rule("r", "doc_id", ">", 1)])
    assert (found.total.documents, found.all_agree) == (0, 0)
    assert np.array_equal(found.apart, [[0]])
