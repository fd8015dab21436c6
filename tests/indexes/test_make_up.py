"""What a corpus is made of, in one pass: the same as its questions one by one; near it from the sample."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from corpora import literal_corpus

from indexes.corpus import open_corpus
from indexes.drop import drop
from indexes.queries.composition import LABELS_AT_MOST, composition, label_counts
from indexes.queries.make_up import LABELS, make_up, sampled_make_up
from indexes.queries.totals import totals
from indexes.queries.years import years
from indexes.rule import Rule
from indexes.sample import sample_of

N = 6_000
VIEW = (Rule("where", "domain", "in", ("d0", "d1")),)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Six shards, a rare source, labels and dates with nulls, tokens that one shard lacks, rows dropped."""
    root = tmp_path_factory.mktemp("made") / "c"
    rng = np.random.default_rng(3)
    documents = [
        {
            "id": f"d{i}",
            "source": "rare" if i % 40 == 0 else f"s{i % 4}",
            "domain": None if i % 11 == 0 else f"d{i % 3}",
            "language": f"l{i}" if i % 2 else None,
            "date": None if i % 5 == 0 else dt.date(1990 + i % 30, 1, 1),
        }
        for i in range(N)
    ]
    words = pa.array(rng.integers(0, 1_000, N))
    literal_corpus(
        root, documents, {"length": {"bytes": words}, "tokens": {"tokens": words}}, N // 6, {"tokens": [2]}
    )
    drop(root, "a test", source="s3")
    return open_corpus(root)


def asked_one_by_one(corpus):
    there = [name for name in LABELS if name in corpus.ready()]
    return (
        totals(corpus),
        {name: composition(corpus, name) for name in there},
        label_counts(corpus, tuple(there)),
        composition(corpus, "domain", "source"),
        years(corpus),
    )


@pytest.mark.parametrize("view", [(), VIEW])
def test_one_pass_says_what_the_questions_say_one_by_one(corpus, view):
    corpus = corpus.narrowed(view)
    found = make_up(corpus)
    sizes, labels, counts, pairs, by_year = asked_one_by_one(corpus)
    median = found.totals.median_tokens
    assert found.totals == type(sizes)(sizes.documents, sizes.tokens, sizes.bytes, median, sizes.not_measured)
    assert abs(median - sizes.median_tokens) <= 1  # the lower of two in the middle, not their mean
    assert found.counts == counts
    assert counts["language"] > LABELS_AT_MOST
    assert set(found.labels) == set(labels)
    assert all(found.labels[name].equals(frame) for name, frame in labels.items())
    assert found.pairs.equals(pairs)
    assert found.years.equals(by_year)
    assert found.sampled is None


@pytest.mark.parametrize("view", [(), VIEW])
def test_the_sample_says_nearly_the_same_and_how_nearly(corpus, view):
    whole = make_up(corpus.narrowed(view))
    sample = sample_of(corpus, n=1_200)
    seen = sample.corpus.narrowed(view)
    found = sampled_make_up(type(sample)(seen, sample.size, sample.drawn, sample.shard))
    assert found.sampled == (seen.documents if view else sample.documents)
    for unit in ("documents", "tokens", "bytes"):
        off = shares(found, unit).join(shares(whole, unit), on="label", nulls_equal=True)
        assert 0 < found.within[unit] < 0.15
        assert (off["share"] - off["share_right"]).abs().max() < found.within[unit]
        assert getattr(found.totals, unit) == pytest.approx(getattr(whole.totals, unit), rel=0.1)


def test_a_row_of_a_few_large_documents_is_less_sure_than_the_others(tmp_path):
    """They hold a fifth of the bytes, so that one more of them in a sample moves much."""
    large = [i % 100 == 0 for i in range(N)]
    documents = [{"id": f"d{i}", "domain": "books" if large[i] else "notes"} for i in range(N)]
    literal_corpus(tmp_path / "c", documents, {"length": {"bytes": [2_500 if one else 100 for one in large]}})
    found = sampled_make_up(sample_of(open_corpus(tmp_path / "c"), n=600))
    books, notes = (
        found.labels["domain"].filter(label=name)["documents"].item() for name in ("books", "notes")
    )
    weight = np.repeat([2_500.0, 100.0], [round(600 / N * books), round(600 / N * notes)])
    inside = weight > 100
    share = weight[inside].sum() / weight.sum()
    off = 1.96 * np.sqrt(((weight * (inside - share)) ** 2).sum()) / weight.sum()
    assert found.within["bytes"] == pytest.approx(off, rel=1e-3)
    assert off > 1.2 * 1.96 / 2 * np.sqrt((weight**2).sum()) / weight.sum()


def shares(found, unit):
    frame = found.labels["source"]
    return frame.select("label", share=frame[unit] / frame[unit].sum())


def test_a_corpus_without_any_label_or_unit(tmp_path):
    literal_corpus(tmp_path / "c", [{"id": str(i)} for i in range(3)])
    corpus = open_corpus(tmp_path / "c")
    found = make_up(corpus)
    assert found.totals == totals(corpus)
    assert all(frame.height <= 1 for frame in found.labels.values())


def test_an_empty_corpus(empty_workspace):
    found = make_up(open_corpus(empty_workspace))
    assert (found.totals.documents, found.labels, found.pairs, found.years) == (0, {}, None, None)
