"""``top``: a share of the whole, cut by value, then key, then position; resolved once."""

from datetime import date
from fractions import Fraction

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from corpora import literal_corpus
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.logic import answers
from indexes.corpus import open_corpus
from indexes.drop import drop
from indexes.errors import BadRecipe, MissingColumn
from indexes.queries import top
from indexes.queries.decisions import decisions
from indexes.queries.top import resolve, resolved_limits
from indexes.rule import Group, Rule, Share


def documents_of(corpus, *names):
    return corpus.cursor().sql(f"SELECT doc_id, key, {', '.join(names)} {corpus.clause(names)}").pl()


def in_top_by_hand(documents, share, weight, within):
    """True for the longest run of each group's ranking that fits its budget; None where there is no value."""
    answer = {row["doc_id"]: None for row in documents}
    for label in {row[within] if within else None for row in documents}:
        group = [row for row in documents if not within or row[within] == label]
        left = int(Fraction(str(share)) * sum(weight(row) for row in group))
        valued = [row for row in group if row["score"] is not None]
        for row in sorted(valued, key=lambda row: (-row["score"], row["key"], row["doc_id"])):
            left -= weight(row)
            answer[row["doc_id"]] = left >= 0 and share > 0
    return answer


@st.composite
def ranked(draw):
    n = draw(st.integers(1, 15))
    columns = {
        "score": st.none() | st.sampled_from([-1.5, 0.0, -0.0, 0.1, 2.0]),
        "label": st.none() | st.sampled_from(["a", "b"]),
        "tokens": st.none() | st.integers(0, 5),
        "id": st.sampled_from([f"d{i}" for i in range(6)]),
    }
    return {name: draw(st.lists(values, min_size=n, max_size=n)) for name, values in columns.items()}


ALL_NULL = {"score": [None] * 3, "label": ["a"] * 3, "tokens": [1] * 3, "id": ["x", "y", "z"]}
TIES = {"score": [1.0] * 4, "label": [None] * 4, "tokens": [0, 1, 0, 1], "id": ["x", "x", "y", "y"]}


@settings(max_examples=60)
@given(
    ranked(),
    st.sampled_from([0, 0.1, 0.29, 0.5, 1, 1.0]),
    st.sampled_from(["documents", "tokens"]),
    st.booleans(),
)
@example(ALL_NULL, 0.5, "documents", True)
@example(TIES, 0.5, "documents", False)
@example(TIES, 0.5, "tokens", True)
@example(TIES, 1, "tokens", False)
def test_the_cut_is_where_the_ranking_by_hand_puts_it(tmp_path_factory, columns, share, of, grouped):
    root = tmp_path_factory.mktemp("c")
    types = {"score": pa.float64(), "label": pa.string(), "tokens": pa.int64()}
    measured = {"f": {name: pa.array(columns[name], types[name]) for name in types}}
    literal_corpus(root, [{"id": name} for name in columns["id"]], measured, rows=4)
    corpus = open_corpus(root)
    within = "label" if grouped else None
    [step] = resolve(corpus, [Rule("r", "score", "top", Share(share, of, within))])
    documents = documents_of(corpus, "score", "label", "tokens")
    weight = {"documents": lambda row: 1, "tokens": lambda row: row["tokens"] or 0}[of]
    expected = in_top_by_hand(documents.to_dicts(), share, weight, within)
    assert answers(documents, step).to_list() == list(expected.values())
    kept = [row["kept"] for batch in decisions(corpus, [step]) for row in batch.to_pylist()]
    assert kept == [answer is True for answer in expected.values()]


@pytest.mark.parametrize("of", ["documents", "tokens"])
@pytest.mark.parametrize("within", [None, "label"])
@pytest.mark.parametrize("sure", [0, 3])  # 0 is often wrong, so that all documents are ranked
def test_of_many_documents_those_near_the_cut_are_ranked_with_the_same_answer(
    tmp_path, monkeypatch, of, within, sure
):
    n, rng = 4_000, np.random.default_rng(0)
    score = np.where(rng.random(n) < 0.4, 0.0, np.round(rng.lognormal(0, 2, n), 2))  # many are equal
    measured = {
        "score": pa.array(np.where(rng.random(n) < 0.02, np.nan, score), mask=rng.random(n) < 0.1),
        "label": pa.array([None if i % 9 == 0 else f"l{i % 3 * i % 2}" for i in range(n)]),
        "tokens": pa.array(rng.integers(0, 500, n), mask=rng.random(n) < 0.1),
    }
    literal_corpus(tmp_path / "c", [{"id": f"d{i % 3_000}"} for i in range(n)], {"f": measured}, rows=900)
    corpus = open_corpus(tmp_path / "c")
    ranked = []
    monkeypatch.setattr(top, "_ranked", lambda *args, do=top._ranked: ranked.append(args[3]) or do(*args))
    for share in (0.01, 0.3, 0.5, 0.75, 0.97, 1.0):
        rule = Rule("r", "score", "top", Share(share, of, within))
        monkeypatch.setattr(top, "MANY", n)
        [exact] = resolve(corpus, [rule])
        for name, value in {"MANY": 1_000, "DRAWN": 800, "SURE": sure}.items():
            monkeypatch.setattr(top, name, value)
        [near] = resolve(corpus, [rule])
        assert repr(near.limit.cuts) == repr(exact.limit.cuts)  # one may be NaN
    assert 5 in ranked
    assert ranked.count(0) > 6 if sure == 0 else ranked.count(0) < 12


def test_a_cut_through_equal_scores_prefers_no_shard(tmp_path):
    n = 2000
    literal_corpus(tmp_path / "c", [{}] * n, {"f": {"score": [1.0] * n}}, rows=500)
    corpus = open_corpus(tmp_path / "c")
    steps = resolve(corpus, [Rule("r", "score", "top", Share(0.5))])
    kept = pl.Series([row["kept"] for batch in decisions(corpus, steps) for row in batch.to_pylist()])
    assert kept.sum() == n // 2
    assert all(200 < kept[first : first + 500].sum() < 300 for first in range(0, n, 500))


def test_a_share_is_of_the_number_as_it_is_written(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 100, {"f": {"score": list(range(100))}})
    corpus = open_corpus(tmp_path / "c")
    [step] = resolve(corpus, [Rule("r", "score", "top", Share(0.29))])
    assert step.limit.cuts[0].value == 71


def test_what_is_not_measured_or_dropped_is_no_part_of_the_whole(tmp_path):
    sources = ["a", "a", "b", "b", "a", "a"]
    measured = {"f": {"score": [1, 2, 9, 9, 8, 8]}}
    literal_corpus(tmp_path / "c", [{"source": source} for source in sources], measured, 2, {"f": [2]})
    drop(tmp_path / "c", "a test", source="b")
    [step] = resolve(open_corpus(tmp_path / "c"), [Rule("r", "score", "top", Share(0.5))])
    assert step.limit.cuts[0].value == 2


def test_other_rules_have_no_say_and_groups_are_resolved_at_any_depth(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 4, {"f": {"score": [1, 2, 3, 4], "words": [9, 9, 0, 0]}})
    corpus = open_corpus(tmp_path / "c")
    inner = Group("g", "not", (Group("h", "any", (Rule("r", "score", "top", Share(0.5)),)),))
    steps = resolve(corpus, [Rule("words", "words", ">", 5), inner])
    rows = [row for batch in decisions(corpus, steps) for row in batch.to_pylist()]
    assert [row["reasons"] for row in rows] == [[], [], ["words", "g"], ["words", "g"]]
    assert resolve(corpus, steps) == steps


def test_the_limit_is_said_for_each_group(tmp_path):
    days = [date(2020, 1, 1), date(2021, 1, 1), None, date(2019, 1, 1)]
    literal_corpus(
        tmp_path / "c", [{"date": day, "language": "en" if i else None} for i, day in enumerate(days)]
    )
    corpus = open_corpus(tmp_path / "c")
    [step] = resolve(corpus, [Rule("new", "date", "top", Share(0.4, "documents", "language"))])
    [said] = resolved_limits([step])
    assert {key: said[key] for key in ("reason", "column", "share", "of", "within")} == {
        "reason": "new",
        "column": "date",
        "share": 0.4,
        "of": "documents",
        "within": "language",
    }
    assert [(cut["group"], cut["value"], cut["doc_id"]) for cut in said["cuts"]] == [("en", "2021-01-01", 1)]


def test_what_cannot_be_ranked_is_refused(tmp_path, monkeypatch):
    literal_corpus(tmp_path / "c", [{"language": name} for name in "abc"], {"f": {"score": [1.0, 2.0, 3.0]}})
    corpus = open_corpus(tmp_path / "c")
    with pytest.raises(MissingColumn, match=r"no column scor\. Near matches: score"):
        resolve(corpus, [Rule("r", "scor", "top", Share(0.5))])
    with pytest.raises(MissingColumn, match="tokens"):
        resolve(corpus, [Rule("r", "score", "top", Share(0.5, "tokens"))])
    with pytest.raises(BadRecipe, match="cannot be asked of language"):
        resolve(corpus, [Rule("r", "language", "top", Share(0.5))])
    monkeypatch.setattr(top, "MAX_GROUPS", 2)
    with pytest.raises(BadRecipe, match="over 2 values"):
        resolve(corpus, [Rule("r", "score", "top", Share(0.5, "documents", "language"))])


def test_the_limits_of_groups_stand_in_the_order_of_their_labels(tmp_path):
    labels = [f"l{i * 7 % 500:03d}" for i in range(3000)]  # several of DuckDB's vectors
    literal_corpus(tmp_path / "c", [{"language": label} for label in labels])
    corpus = open_corpus(tmp_path / "c")
    [step] = resolve(corpus, [Rule("r", "random", "top", Share(0.5, "documents", "language"))])
    assert [cut.group for cut in step.limit.cuts] == sorted(set(labels))
