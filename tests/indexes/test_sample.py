"""The sample: its rows are the corpus's own, every cell is there, a larger one holds a smaller one."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from corpora import literal_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.preview import preview, sampled_preview
from analytics.recipe import Recipe
from indexes.corpus import instance, open_corpus
from indexes.drop import drop
from indexes.queries.sampled import sampled
from indexes.rule import Rule
from indexes.sample import CELL, PLACE, SOURCES, allocate, draw, sample_of

N = 6_000


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A corpus of six shards; two sources, one of them rare; a column that is not measured in one shard."""
    root = tmp_path_factory.mktemp("corpus") / "c"
    rng = np.random.default_rng(0)
    documents = [
        {"id": f"d{i}", "source": "rare" if i % 40 == 0 else "common", "domain": f"d{i % 3}"}
        for i in range(N)
    ]
    words = rng.integers(0, 1_000, N)
    measured = {
        "length": {"words": pa.array(words), "bytes": pa.array(words * 5)},
        "tokens": {"tokens": pa.array([None if i % 7 == 0 else int(n) for i, n in enumerate(words)])},
        "late": {"late": pa.array(rng.random(N))},
    }
    literal_corpus(root, documents, measured, rows=N // 6, missing={"late": [2]})
    return root


def rows(corpus, names):
    return corpus.frame(f"SELECT doc_id, {', '.join(names)} {corpus.clause(names)} ORDER BY doc_id")


def test_rows_of_the_sample_are_those_of_the_corpus_in_every_family(root):
    corpus = open_corpus(root)
    sample = sample_of(corpus, n=1_500)
    names = ["domain", "words", "tokens", "late", "random"]
    found = rows(sample.corpus, names)
    whole = rows(corpus, names)
    assert found.equals(whole.filter(whole["doc_id"].is_in(found["doc_id"].to_list())))
    assert found.height == sample.documents == sample.drawn.sum()
    assert sample.size.sum() == N


def test_each_cell_gives_its_share_a_rare_source_more_and_weights_add_up(root):
    sample = sample_of(open_corpus(root), n=1_500)
    assert sample.size.size == 12  # shards x sources
    found = rows(sample.corpus, ["source", CELL])
    counts = found.group_by(CELL).len().sort(CELL)["len"].to_numpy()
    assert (counts == sample.drawn).all()
    rare = found.filter(found["source"] == "rare")
    assert rare.height == 150  # all of them: fewer than the floor of a source
    assert (sample.drawn <= sample.size).all()


def test_places_count_documents_by_cell_and_their_values_lie_there_missing_ones_as_0(root):
    sample = sample_of(open_corpus(root), n=1_500)
    part = replace(sample, corpus=sample.corpus.narrowed((Rule("one", "domain", "==", "d1"),)))
    found = rows(sample.corpus, [CELL, PLACE, "tokens"]).sort(CELL, "doc_id")
    assert found[PLACE].to_list() == list(range(sample.documents))
    assert (part.by_place("tokens") == found["tokens"].fill_null(0).to_numpy()).all()


def test_a_small_corpus_needs_no_sample(root):
    assert sample_of(open_corpus(root), n=N) is None
    assert sample_of(open_corpus(root), n=N - 1) is None  # rounded up, it would be all of it


def test_what_is_kept_beside_the_caches_is_read_back_the_same(root, tmp_path):
    corpus = open_corpus(root)
    first = rows(sample_of(corpus, tmp_path, 1_000).corpus, ["words", CELL])
    kept = sorted(path.name.rsplit("-", 1)[0] for path in tmp_path.iterdir())
    assert kept == ["sample", "sample-documents", "sample-length"]
    assert rows(sample_of(open_corpus(root), tmp_path, 1_000).corpus, ["words", CELL]).equals(first)


def test_tables_of_samples_that_nobody_asks_for_are_let_go_and_made_again(root, tmp_path, monkeypatch):
    def tables():
        return {
            name for (name,) in instance().cursor().execute("SHOW TABLES").fetchall() if "sample_" in name
        }

    monkeypatch.setattr("indexes.sample.TABLES.most", 3)
    monkeypatch.setattr("indexes.corpus.UNUSED", -1)
    corpus = open_corpus(root)
    first = sample_of(corpus, tmp_path, 900)
    names = ["words", CELL]
    found = rows(first.corpus, names)
    before = tables()
    for n in (910, 920, 930):
        sample = sample_of(corpus, tmp_path, n)
        assert rows(sample.corpus, names).height == sample.documents
    assert len(tables()) <= 3
    assert before.isdisjoint(tables())
    assert rows(first.corpus, names).equals(found)


def test_dropped_documents_are_never_drawn(tmp_path):
    root = tmp_path / "c"
    documents = [{"id": f"d{i}", "source": "x" if i % 2 else "y"} for i in range(2_000)]
    literal_corpus(root, documents, {"length": {"words": list(range(2_000))}}, rows=500)
    before = sample_of(open_corpus(root), n=300)
    drop(root, "tried", source="x")
    corpus = open_corpus(root)
    sample = sample_of(corpus, n=300)
    assert sample.size.sum() == corpus.documents == 1_000
    assert (rows(sample.corpus, ["words"])["words"].to_numpy() % 2 == 0).all()
    assert before.size.sum() == 2_000


@settings(max_examples=40)
@given(st.integers(1, 400), st.integers(1, 9), st.integers(1, 60), st.integers(1, 500), st.integers(0, 500))
def test_a_larger_sample_holds_a_smaller_one(n_docs, shards, sources, n, more):
    rng = np.random.default_rng(n_docs)
    keys = rng.integers(0, 50, n_docs).astype(np.uint64)  # many copies
    shard = np.sort(rng.integers(0, shards, n_docs))
    source = np.minimum(rng.integers(0, sources, n_docs), SOURCES)
    small, cells = draw(keys, shard, source, n)
    large, _ = draw(keys, shard, source, n + more)
    assert set(small) <= set(large)
    assert (np.diff(small) > 0).all()
    size, drawn = np.bincount(cells), np.bincount(cells[small])
    assert (drawn >= np.minimum(size, 2)).all()
    first = np.array([np.flatnonzero(cells == cell)[0] for cell in range(size.size)])
    assert (drawn == allocate(size, shard[first], source[first], n)).all()


def test_the_same_documents_are_drawn_in_whatever_order_they_come():
    rng = np.random.default_rng(0)
    keys = rng.integers(0, 2**63, 5_000, dtype=np.uint64)
    source = rng.integers(0, 3, 5_000)
    shard = np.zeros(5_000, np.int64)
    order = rng.permutation(5_000)
    there, _ = draw(keys, shard, source, 700)
    here, _ = draw(keys[order], shard, source[order], 700)
    assert set(keys[there]) == set(keys[order][here])


RULES = (
    Rule("short", "words", ">=", 300),
    Rule("one", "domain", "!=", "d1"),
    Rule("common", "source", "==", "common"),
)


@pytest.mark.parametrize("unit", ["documents", "tokens", "bytes"])
def test_a_sampled_preview_is_near_the_exact_one_and_says_how_near(root, unit):
    corpus = open_corpus(root)
    recipe = Recipe("three", "three", "tried", RULES)
    exact = preview(corpus, recipe)
    sample = sample_of(corpus, n=2_000)
    found = sampled_preview(sample, recipe, exact.steps, unit)
    assert found.sampled == sample.documents
    assert found.funnel.total.documents == N
    assert found.funnel.total.share.value == 1
    counts = [(found.funnel.kept, exact.funnel.kept)]
    for one, other in zip(found.funnel.steps, exact.funnel.steps, strict=True):
        counts += [(one.kept, other.kept), (one.fails, other.fails), (one.only_this, other.only_this)]
    inside = 0
    for one, other in counts:
        truth = getattr(other, unit) / getattr(exact.funnel.total, unit)
        assert getattr(one, unit) == pytest.approx(
            getattr(other, unit), abs=0.04 * getattr(exact.funnel.total, unit)
        )
        assert one.share.value == pytest.approx(
            getattr(one, unit) / getattr(found.funnel.total, unit), abs=1e-3
        )
        assert one.share.low <= one.share.value <= one.share.high
        inside += one.share.low <= truth <= one.share.high
    assert inside >= len(counts) - 1  # of ten intervals of 95 %, on one sample


def test_amounts_are_the_weighted_counts_of_the_sample(root):
    corpus = open_corpus(root)
    sample = sample_of(corpus, n=1_200)
    found = sampled_preview(sample, Recipe("one", "one", "tried", RULES[:1]), RULES[:1], "documents")
    frame = rows(sample.corpus, ["words", "tokens", CELL])
    weight = (sample.size / sample.drawn)[frame[CELL].to_numpy()]
    kept = frame["words"].to_numpy() >= 300
    assert found.funnel.kept.documents == round(weight[kept].sum())
    assert found.funnel.kept.tokens == round((weight * frame["tokens"].fill_null(0).to_numpy())[kept].sum())


def test_patterns_are_the_same_where_they_must_be_numbered_in_between(root, monkeypatch):
    sample = sample_of(open_corpus(root), n=1_200)
    steps = (*RULES, Rule("late", "late", ">=", 0.5), Rule("many", "tokens", ">", 600))
    found = sampled(sample, steps)
    monkeypatch.setattr("indexes.queries.sampled.COUNTED", 20)
    other = sampled(sample, steps)
    assert (found.pattern == other.pattern).all()
    assert (found.patterns.answers == other.patterns.answers).all()
    assert set(np.unique(found.patterns.answers)) == {-1, 0, 1}
    assert (found.patterns.measured == other.patterns.measured).all()


def test_a_partial_column_spreads_as_its_shards_do_and_leaves_the_rest_out(root):
    corpus = open_corpus(root)
    sample = sample_of(corpus, n=1_200)
    steps = (Rule("late", "late", ">=", 0.5),)
    found = sampled_preview(sample, Recipe("late", "late", "tried", steps), steps, "documents")
    assert found.funnel.total.documents == N * 5 // 6
    assert found.funnel.not_measured.documents == N // 6
    assert 0 < found.funnel.kept.share.low < found.funnel.kept.share.high < 1


@pytest.mark.parametrize("unit", ["documents", "tokens"])
def test_of_a_part_of_the_corpus_the_sample_answers_too(root, unit):
    corpus = open_corpus(root)
    where = (Rule("one", "domain", "==", "d1"),)
    exact = preview(corpus.narrowed(where), Recipe("one", "one", "tried", RULES[:1])).funnel
    sample = sample_of(corpus, n=2_000)
    part = replace(sample, corpus=sample.corpus.narrowed(where))
    found = sampled_preview(part, Recipe("one", "one", "tried", RULES[:1]), RULES[:1], unit).funnel
    assert exact.total.documents == N // 3
    assert found.total.documents == pytest.approx(N // 3, rel=0.1)
    truth = getattr(exact.kept, unit) / getattr(exact.total, unit)
    assert found.kept.share.low <= truth <= found.kept.share.high
