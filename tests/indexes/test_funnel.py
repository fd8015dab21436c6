"""The funnel: every figure is what counting document by document gives, in one pass."""

import pyarrow as pa
from corpora import literal_corpus
from deciding import STEPS, documents, plain_answer
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.corpus import open_corpus
from indexes.queries.funnel import Amount, funnel
from indexes.rule import Group, Rule

UNION = {"x": pa.int64(), "y": pa.int64(), "word": pa.string(), "tokens": pa.int64()}


def corpus_of(root, columns, rows, missing=()):
    typed = {name: pa.array(values, UNION[name]) for name, values in columns.items()}
    n = len(columns["x"])
    measured = {"words": {name: typed[name] for name in ("y", "word")}, "tokens": {"tokens": typed["tokens"]}}
    literal_corpus(
        root,
        [{"id": f"d{i}", "source.first": i} for i in range(n)],
        {"numbers": {"x": typed["x"]}, **measured},
        rows,
        {"words": list(missing)},
    )
    return open_corpus(root)


def by_hand(found, steps, answers):
    """The figures of sibling steps, counted over (document, answers) one after another."""
    counts = []
    for i, step in enumerate(steps):
        true = [[answer is True for answer in answers(document)] for document in found]

        def amount(chosen):
            some = [document for document, keep in zip(found, chosen, strict=True) if keep]
            return Amount(len(some), sum(document["tokens"] or 0 for document in some), None)

        counts.append(
            (
                step,
                amount([not row[i] for row in true]),
                amount([all(row[: i + 1]) for row in true]),
                amount([not row[i] and all(row[:i] + row[i + 1 :]) for row in true]),
                amount([answers(document)[i] is None for document in found]),
            )
        )
    return counts


def check(counts, found, steps):
    expected = by_hand(found, steps, lambda document: [plain_answer(document, step) for step in steps])
    assert [(c.step, c.fails, c.kept, c.only_this, c.unknown) for c in counts] == expected
    for count, step in zip(counts, steps, strict=True):
        if isinstance(step, Group):
            check(count.members, found, step.members)
        else:
            assert count.members == ()


@settings(max_examples=60)
@given(drawn=documents(), steps=STEPS, data=st.data())
def test_every_figure_is_what_counting_by_hand_gives(tmp_path_factory, drawn, steps, data):
    columns, rows = drawn
    n = len(columns["x"])
    shards = -(-n // rows)
    missing = data.draw(st.sets(st.integers(0, shards - 1), max_size=shards - 1))
    corpus = corpus_of(tmp_path_factory.mktemp("c"), columns, rows, missing)
    rows_of = [{name: values[i] for name, values in columns.items()} for i in range(n)]
    read = {name for step in steps for name in step.columns()}
    outside = {i for i in range(n) if i // rows in missing} if read & {"y", "word"} else set()
    found = [document for i, document in enumerate(rows_of) if i not in outside]
    result = funnel(corpus, steps)
    check(result.steps, found, steps)
    answers = [[plain_answer(document, step) for step in steps] for document in found]
    assert result.total.documents == len(found)
    assert result.total.tokens == sum(document["tokens"] or 0 for document in found)
    assert result.kept.documents == sum(all(answer) for answer in answers)
    assert result.unknown.documents == sum(None in answer and False not in answer for answer in answers)
    assert result.not_measured.documents == len(outside)


def test_a_partial_token_count_takes_no_document_out_of_the_funnel(tmp_path):
    measured = {"w": {"words": [1, 2, 3, 4]}, "t": {"tokens": [10, 20, 30, 40], "bytes": [1, 1, 1, 1]}}
    literal_corpus(tmp_path / "c", [{}] * 4, measured, rows=2, missing={"t": [1]})
    found = funnel(open_corpus(tmp_path / "c"), [Rule("r", "words", ">", 1)])
    assert found.not_measured.documents == 0
    assert (found.total, found.kept) == (Amount(4, 30, 2), Amount(3, 20, 1))


def test_more_rules_than_bits_in_a_word_are_counted(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 100, {"w": {"words": list(range(100))}})
    steps = [Rule(f"over_{i}", "words", ">", i) for i in range(70)]
    found = funnel(open_corpus(tmp_path / "c"), steps)
    assert [count.fails.documents for count in found.steps] == list(range(1, 71))
    assert found.kept.documents == 30
    assert found.steps[-1].only_this.documents == 1


def test_dropped_documents_are_not_counted(tmp_path):
    from indexes.drop import drop

    literal_corpus(
        tmp_path / "c", [{"source": "a"}, {"source": "b"}, {"source": "b"}], {"w": {"words": [1, 2, 3]}}
    )
    drop(tmp_path / "c", "a test", source="b")
    found = funnel(open_corpus(tmp_path / "c"), [Rule("r", "words", ">", 5)])
    assert (found.total.documents, found.steps[0].fails.documents) == (1, 1)
