"""Filters at one common share, and limits with their inverse: what counting document by document gives."""

import numpy as np
import pyarrow as pa
import pytest
from corpora import literal_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.groups import rates
from indexes.corpus import open_corpus
from indexes.queries import kept_by as module
from indexes.queries.by_limit import by_limit, limits_of
from indexes.queries.kept_by import kept_by
from indexes.queries.one_share import Score, at_share, scores_of
from indexes.rule import Group, Rule, Share

VALUE = st.one_of(st.none(), st.integers(0, 6))


def made(root, scores, tokens=None, labels=None):
    n = len(scores)
    literal_corpus(
        root,
        [{"id": f"d{i}", "domain": labels[i] if labels else None} for i in range(n)],
        {"s": {"score": pa.array(scores, pa.float64())}, "tokens": {"tokens": tokens or [1] * n}},
    )
    return open_corpus(root)


@settings(max_examples=15)
@given(
    st.lists(st.tuples(VALUE, st.integers(0, 9)), min_size=1, max_size=25),
    st.sampled_from([0.1, 0.29, 0.5, 0.9]),
    st.sampled_from(["documents", "tokens"]),
)
def test_each_removes_the_share_to_a_document_the_missing_first(tmp_path_factory, rows, share, unit):
    values, tokens = [value for value, _ in rows], [size for _, size in rows]
    corpus = made(tmp_path_factory.mktemp("c"), values, tokens)
    found = at_share(corpus, (Score("low goes", "score"), Score("high goes", "score", False)), share, unit)
    sizes = [1] * len(rows) if unit == "documents" else tokens
    whole, most = sum(sizes), max(sizes)
    none = sum(size for value, size in zip(values, sizes, strict=True) if value is None)
    assert found.missing[0] == pytest.approx(none / whole if whole else 0)
    for step, low_goes in zip(found.steps, (True, False), strict=True):
        answers = corpus.frame(
            f"SELECT doc_id, ({step.sql()}) IS TRUE AS kept {corpus.clause(step.columns())} ORDER BY doc_id",
            step.values,
        )["kept"].to_list()
        removed = sum(size for size, kept in zip(sizes, answers, strict=True) if not kept)
        assert abs(removed - max(share * whole, none)) <= most
        kept = [value for value, yes in zip(values, answers, strict=True) if yes]
        gone = [value for value, yes in zip(values, answers, strict=True) if not yes and value is not None]
        assert None not in kept
        if kept and gone:
            assert max(gone) <= min(kept) if low_goes else max(kept) <= min(gone)


def test_a_random_score_removes_alike_from_all_groups_and_a_score_of_one_group_does_not(tmp_path):
    """METHODS: random scores give equal rates within binomial error, corrected for groups and rules."""
    rng = np.random.default_rng(0)
    n, k = 4_000, 60
    labels = [f"g{i}" for i in rng.integers(0, 8, n)]
    random = {f"r{j}": rng.random(n).tolist() for j in range(k)}
    biased = (rng.random(n) - 0.2 * (np.array(labels) == "g3")).tolist()
    literal_corpus(
        tmp_path / "c",
        [{"id": f"d{i}", "domain": label} for i, label in enumerate(labels)],
        {"s": {**random, "biased": biased}},
    )
    corpus = open_corpus(tmp_path / "c")
    tripped = 0
    for j in range(0, k, 3):
        scores = tuple(Score(name, name) for name in list(random)[j : j + 3])
        steps = at_share(corpus, scores, 0.2, "documents").steps
        counted = kept_by(corpus, steps, "domain", "documents")
        assert counted.passed.documents.sum(axis=0).tolist() == [3_200] * 3
        tripped += bool(rates(counted.whole, counted.passed, "documents").flagged.any())
    assert tripped <= 4
    steps = at_share(corpus, (Score("biased", "biased"),), 0.2, "documents").steps
    counted = kept_by(corpus, steps, "domain", "documents")
    seen = rates(counted.whole, counted.passed, "documents")
    assert seen.flagged[counted.labels.index("g3"), 0] == -1


def test_rules_with_one_end_are_scores_and_the_others_are_named(tmp_path):
    corpus = made(tmp_path / "c", [1, 2, 3])
    steps = (
        Rule("low", "score", ">=", 2),
        Rule("high", "score", "<", 9),
        Rule("low", "score", ">", 0),
        Rule("best", "score", "top", Share(0.5)),
        Rule("where", "domain", "==", "x"),
        Rule("both", "score", "between", (1, 2)),
        Group("any", "any", (Rule("in", "score", ">", 2),)),
    )
    scores, others = scores_of(corpus, steps)
    assert [(one.name, one.high) for one in scores] == [
        ("low", True), ("high", False), ("low (2)", True), ("best", True),
    ]  # fmt: skip
    assert [step.reason for step in others] == ["where", "both", "any"]


@settings(max_examples=15)
@given(
    st.lists(st.tuples(VALUE, st.sampled_from(["x", "y", None])), min_size=1, max_size=25),
    st.sampled_from([">=", ">", "<=", "<"]),
)
def test_what_each_limit_and_its_inverse_keep_is_what_counting_gives(tmp_path_factory, rows, op):
    corpus = made(tmp_path_factory.mktemp("c"), [v for v, _ in rows], labels=[label for _, label in rows])
    limits = limits_of(corpus, "score")
    values = [v for v, _ in rows if v is not None]
    assert set(limits) <= set(values)
    if not values:
        return
    before, module.FEWEST = module.FEWEST, 2
    try:
        found = by_limit(corpus, "score", op, limits, "domain", "documents")
    finally:
        module.FEWEST = before
    keeps = {">=": np.greater_equal, ">": np.greater, "<=": np.less_equal, "<": np.less}[op]
    for place in range(len(found.labels) + found.pooled):
        if place < len(found.labels):
            own = [v for v, label in rows if label == found.labels[place]]
        else:
            own = [v for v, label in rows if label not in found.labels]
        there = np.array([v for v in own if v is not None])
        assert found.whole.documents[place] == len(own)
        for i, limit in enumerate(limits):
            assert found.kept.documents[place, i] == keeps(there, limit).sum()
            assert found.inverse.documents[place, i] == there.size - keeps(there, limit).sum()


def test_the_shares_of_a_pretrainers_guide(tmp_path):
    """METHODS 5.10: kept at T .975, .95, .9, .7 are 91, 84, 73 and 46 %; the inverse keeps the rest."""
    ends = [(0.6, 46), (0.8, 27), (0.93, 11), (0.96, 7), (0.99, 9)]
    scores = [value for value, documents in ends for _ in range(documents)]
    corpus = made(tmp_path / "c", scores)
    found = by_limit(corpus, "score", "<=", (0.7, 0.9, 0.95, 0.975), "domain", "documents")
    assert found.kept.documents[0].tolist() == [46, 73, 84, 91]
    assert found.inverse.documents[0].tolist() == [54, 27, 16, 9]


def test_groups_after_the_largest_are_counted_with_what_they_are(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    labels = ["a"] * 400 + ["b"] * 300 + ["c"] * 200 + ["d"] * 150 + ["e"] * 50 + [None] * 20
    corpus = made(tmp_path / "c", list(range(len(labels))), labels=labels)
    found = kept_by(corpus, (), "domain", "documents")
    assert found.labels == ["a", "b"]
    assert (found.n_small, found.n_large) == (3, 2)
    assert found.small == [("c", 200), ("d", 150)]
    assert found.whole.documents.tolist() == [400, 300, 420]
    limits = by_limit(corpus, "score", ">=", (0.0,), "domain", "documents")
    assert (limits.n_small, limits.n_large) == (3, 2)


def test_a_label_for_each_document_is_one_group(tmp_path):
    corpus = made(tmp_path / "c", list(range(3_000)), labels=[f"v{i}" for i in range(3_000)])
    found = kept_by(corpus, (), "domain", "documents")
    assert (found.labels, found.n_small, found.n_large, len(found.small)) == ([], 3_000, 0, 1_000)
