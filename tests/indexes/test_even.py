"""The even part of a sample: rare sources hold their own share again, and it answers as a corpus does."""

from dataclasses import replace

import pytest
from corpora import literal_corpus

from indexes.corpus import open_corpus
from indexes.even import even
from indexes.rule import Rule
from indexes.sample import sample_of

N = 12_000


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    root = tmp_path_factory.mktemp("corpus") / "c"
    documents = [{"id": f"d{i}", "source": "rare" if i % 20 == 0 else "common"} for i in range(N)]
    literal_corpus(root, documents, {"length": {"words": [i % 100 for i in range(N)]}}, rows=4_000)
    return open_corpus(root)


def share(found, rule):
    [row] = found.cursor().execute(f"SELECT avg(({rule})::INTEGER) {found.clause(['source'])}").fetchall()
    return float(row[0])


def test_a_rare_source_holds_its_own_share_again(corpus):
    sample = sample_of(corpus, n=2_000)
    found = even(sample)
    assert share(sample.corpus, "source = 'rare'") > 0.15, "it has a floor"
    assert share(found, "source = 'rare'") == pytest.approx(0.05, abs=0.02)
    assert 0.8 * 2_000 < found.documents <= sample.documents
    assert even(sample).view == found.view, "made once"


def test_of_a_part_it_is_of_that_part(corpus):
    where = (Rule("where", "words", "<", 50),)
    sample = sample_of(corpus, n=2_000)

    narrow = even(replace(sample, corpus=sample.corpus.narrowed(where)))
    plain = even(sample)
    assert narrow.where == where
    row = narrow.one(f"SELECT count(*), max(words) {narrow.clause(['words'])}")
    assert row == (narrow.documents, 49)
    assert narrow.documents == plain.one(f"SELECT count(*) {plain.clause(['words'])} WHERE words < 50")[0]
