"""Two recipes on one corpus: every figure is what counting document by document gives."""

import numpy as np
import pyarrow as pa
import pytest
from corpora import literal_corpus
from deciding import STEPS, documents, plain_answer
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.comparing import distance
from indexes.corpus import open_corpus
from indexes.queries.agreement import agreement
from indexes.queries.examples import examples
from indexes.queries.funnel import Amount
from indexes.queries.overlap import overlap
from indexes.queries.parted import GRID, VALUES_AT_MOST, label_parts, parted
from indexes.rule import Rule

A, B = (Rule("small", "x", ">", 3),), (Rule("large", "x", "<", 8), Rule("odd", "y", "==", 0))


UNION = {"x": pa.int64(), "y": pa.int64(), "word": pa.string(), "tokens": pa.int64()}


def corpus_of(root, columns, rows, missing):
    """Documents as ``deciding`` draws them; shards that are missing lack y and word."""
    typed = {name: pa.array(values, UNION[name]) for name, values in columns.items()}
    families = {"numbers": ["x"], "words": ["y", "word"], "tokens": ["tokens"]}
    measured = {family: {name: typed[name] for name in names} for family, names in families.items()}
    documents = [{"id": f"d{i}"} for i in range(len(columns["x"]))]
    literal_corpus(root, documents, measured, rows, {"words": list(missing)})
    return open_corpus(root)


def kept_by(document, steps):
    return all(plain_answer(document, step) is True for step in steps)


def amount(found):
    return Amount(len(found), sum(document["tokens"] or 0 for document in found), None)


@settings(max_examples=40)
@given(drawn=documents(), a=STEPS, b=STEPS, data=st.data())
def test_every_figure_is_what_counting_by_hand_gives(tmp_path_factory, drawn, a, b, data):
    columns, rows = drawn
    n = len(columns["x"])
    missing = data.draw(st.sets(st.integers(0, -(-n // rows) - 1), max_size=-(-n // rows) - 1))
    corpus = corpus_of(tmp_path_factory.mktemp("c"), columns, rows, missing)
    read = {name for step in (*a, *b) for name in step.columns()}
    outside = {i for i in range(n) if i // rows in missing} if read & {"y", "word"} else set()
    every = [{name: values[i] for name, values in columns.items()} for i in range(n) if i not in outside]
    result = overlap(corpus, a, b)
    only_a = [d for d in every if kept_by(d, a) and not kept_by(d, b)]
    only_b = [d for d in every if kept_by(d, b) and not kept_by(d, a)]
    assert result.total == amount(every)
    assert result.not_measured.documents == len(outside)
    assert (result.only_a, result.only_b) == (amount(only_a), amount(only_b))
    assert result.both == amount([d for d in every if kept_by(d, a) and kept_by(d, b)])
    assert result.neither == amount([d for d in every if not kept_by(d, a) and not kept_by(d, b)])
    assert result.a == amount([d for d in every if kept_by(d, a)])
    assert result.b == amount([d for d in every if kept_by(d, b)])
    for why, steps, alone in ((result.why_b, b, only_a), (result.why_a, a, only_b)):
        assert [reason.step for reason in why] == list(steps)
        for i, reason in enumerate(why):
            failing = [[plain_answer(d, step) is not True for step in steps] for d in alone]
            assert reason.fails.documents == sum(fails[i] for fails in failing)
            assert reason.only_this.documents == sum(fails[i] and sum(fails) == 1 for fails in failing)


def literal(tmp_path, n=12, **more):
    measured = {"n": {"x": list(range(n)), "y": [i % 2 for i in range(n)], "tokens": [10] * n}}
    literal_corpus(
        tmp_path / "c", [{"language": "en" if i % 3 else None} for i in range(n)], measured, **more
    )
    return open_corpus(tmp_path / "c")


def test_a_recipe_twice_and_recipes_without_rules(tmp_path):
    corpus = literal(tmp_path)
    same = overlap(corpus, A, A)
    assert same.a == same.b == same.both == Amount(8, 80, None)
    assert same.only_a.documents == same.only_b.documents == 0
    assert overlap(corpus, (), ()).both.documents == 12
    assert overlap(corpus, A, ()).only_b.documents == 4


def test_a_corpus_of_nothing(tmp_path):
    literal_corpus(tmp_path / "c", [])
    corpus = open_corpus(tmp_path / "c")
    assert overlap(corpus, (), ()).total.documents == 0


def test_examples_among_what_another_recipe_keeps(tmp_path):
    corpus = literal(tmp_path)
    found = examples(corpus, B, "removed", n=50, among=A)
    assert set(found["doc_id"]) == {5, 7, 8, 9, 10, 11}
    reasons = {row["doc_id"]: row["reasons"] for row in found.to_dicts()}
    assert [reasons[i] for i in (5, 8, 9)] == [["odd"], ["large"], ["large", "odd"]]
    assert set(examples(corpus, B, "kept", n=50, among=A)["doc_id"]) == {4, 6}


@pytest.mark.parametrize("n", [40, 3_000])
def test_a_column_is_laid_on_its_quantiles_in_three_parts(tmp_path, n):
    x = np.random.default_rng(n).normal(size=n).round(3)
    word = [None if i % 7 == 0 else float(value) for i, value in enumerate(x)]
    measured = {"n": {"x": list(range(n)), "score": word, "empty": [None] * n}}
    literal_corpus(tmp_path / "c", [{}] * n, measured, rows=900)
    corpus = open_corpus(tmp_path / "c")
    a, b = (Rule("a", "x", "<", n // 2),), (Rule("b", "x", ">", n // 4),)
    found = parted(corpus, a, b, ("score", "empty"))
    assert "empty" not in found, "no value, nothing to lay"
    score = found["score"]
    there = np.array([np.nan if value is None else value for value in word])
    place = np.arange(n)
    by_a, by_b = place < n // 2, place > n // 4
    parts = [by_a & ~by_b, by_b & ~by_a, by_a & by_b]
    assert score.nulls.tolist() == [int(np.isnan(there[part]).sum()) for part in parts]
    assert len(score.grid) <= GRID + 1
    for number, part in enumerate(parts):
        below = score.counts[:, number].cumsum()[1::2]  # at each value of the grid
        assert below.tolist() == [int((there[part] <= value).sum()) for value in score.grid]
    grid = np.unique(there[~np.isnan(there)])
    true = max(
        abs((there[by_a] <= value).sum() / (by_a & ~np.isnan(there)).sum()
            - (there[by_b] <= value).sum() / (by_b & ~np.isnan(there)).sum())
        for value in grid
    )  # fmt: skip
    assert distance(score.counts).value <= true + 1e-12
    assert true <= distance(score.counts).most + 1e-12
    assert true - distance(score.counts).value < 2 / GRID * n / min(by_a.sum(), by_b.sum())


def test_labels_are_counted_in_three_parts_and_the_rarest_together(tmp_path):
    corpus = literal(tmp_path)
    found = {row["label"]: row for row in label_parts(corpus, A, B, "language").to_dicts()}
    assert found["en"] == {"label": "en", "only_a": 5, "only_b": 1, "shared": 1, "rest": False}
    assert found[None] == {"label": None, "only_a": 1, "only_b": 1, "shared": 1, "rest": False}
    n = VALUES_AT_MOST + 5
    literal_corpus(tmp_path / "many", [{"source": f"s{i}"} for i in range(n)], {"n": {"x": [9] * n}})
    rest = label_parts(open_corpus(tmp_path / "many"), A, (), "source").filter("rest").to_dicts()
    assert rest == [{"label": None, "only_a": 0, "only_b": 0, "shared": 5, "rest": True}]


def test_of_many_documents_some_are_counted_whatever_a_rule_says_of_random(tmp_path):
    n = 2_000
    literal_corpus(tmp_path / "c", [{}] * n, {"n": {"x": list(range(n))}})
    corpus = open_corpus(tmp_path / "c")
    found = parted(corpus, (Rule("a", "random", ">=", 0.5),), (), ("x",), most=500)["x"]
    only_a, only_b, shared = found.counts.sum(axis=0)
    assert only_a == 0
    assert 180 < only_b < 320
    assert 180 < shared < 320


def test_a_part_stands_for_so_many_times_as_much(tmp_path):
    corpus = literal(tmp_path)
    one, three = overlap(corpus, A, B), overlap(corpus, A, B).times(3)
    for name in ("total", "a", "b", "both", "only_a", "only_b", "neither"):
        part, whole = getattr(one, name), getattr(three, name)
        assert (whole.documents, whole.tokens, whole.bytes) == (3 * part.documents, 3 * part.tokens, None)
    assert [why.fails.documents for why in three.why_b] == [3 * why.fails.documents for why in one.why_b]
    pair = (Rule("r", "x", ">", 3), Rule("r", "y", ">", 0))
    agree = agreement(corpus, pair)
    assert agree.times(2).all_agree == 2 * agree.all_agree
    assert (agree.times(2).apart == 2 * agree.apart).all()
