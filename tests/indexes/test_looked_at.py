"""What is asked of all documents or of a sample: values side by side, groups, what is missing."""

import datetime as dt

import numpy as np
import pytest
from corpora import literal_corpus

from indexes.corpus import open_corpus
from indexes.queries import looked_at
from indexes.queries.drawn import drawn
from indexes.queries.groups import groups
from indexes.queries.missing import Missing, missing, missing_by
from indexes.rule import Rule

N = 4_000


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    root = tmp_path_factory.mktemp("looked") / "c"
    documents = [
        {"id": str(i), "domain": "abc"[i % 3], "date": dt.date(2000 + i % 4, 1, 1), "url": f"http://u/{i}"}
        for i in range(N)
    ]
    measured = {
        "odd": {
            "x": [float(i) for i in range(N)],
            "far": [10_000_000 + i for i in range(N)],
            "flag": [i % 4 == 0 for i in range(N)],
            "some": [None if i % 2 else i for i in range(N)],
            "wild": [np.nan, np.inf, -np.inf, None] * (N // 4),
        },
        "part": {"y": list(range(N))},
    }
    literal_corpus(root, documents, measured, rows=1_000, missing={"part": [2]})
    return open_corpus(root)


def test_of_a_range_of_random_as_many_are_drawn(corpus, small):
    for low, high in ((0.0, 0.5), (0.5, 1.0)):
        half = corpus.narrowed((Rule("where", "random", "between", (low, high)),))
        assert half.documents > 1_500
        assert 850 < drawn(half, ["x"])["x"].size < 1_150


@pytest.fixture
def small(monkeypatch):
    """A sample far under the corpus."""
    monkeypatch.setattr(looked_at, "SAMPLE", 1_000)


def test_values_stand_side_by_side_with_nulls_apart(corpus):
    found = drawn(corpus, ("x", "some", "date", "flag", "y", "wild"))
    order = np.argsort(found["x"])
    ascending = {name: values[order] for name, values in found.items()}
    assert ascending["x"].tolist() == list(range(N))
    assert ascending["some"][:3].tolist() == [0, pytest.approx(np.nan, nan_ok=True), 2]
    assert ascending["flag"][:5].tolist() == [1, 0, 0, 0, 1]
    assert np.isnan(ascending["y"][2_000:3_000]).all()
    assert np.isnan(ascending["wild"][:4]).all()
    assert ascending["date"][:2].tolist() == [10957, 10957 + 366]


def test_a_sample_is_drawn_by_key_and_stays_the_same(corpus, small):
    once, again = drawn(corpus, ("x", "some")), drawn(corpus, ("x", "some"))
    assert 850 < once["x"].size < 1_150
    assert sorted(once["x"]) == sorted(again["x"])
    there = ~np.isnan(once["some"])
    assert (once["some"][there] == once["x"][there]).all(), "still side by side"


def test_any_column_divides_into_groups(corpus):
    by_domain = groups(corpus, "x", "domain")
    assert by_domain["label"].to_list() == ["a", "b", "c"]
    assert by_domain["documents"].to_list() == [1334, 1333, 1333]
    assert by_domain["median"].to_list() == [1998.0, 1999.0, 2000.0]
    assert groups(corpus, "x", "date")["label"].to_list() == ["2000", "2001", "2002", "2003"]
    tenths = groups(corpus, "some", "x", limit=10)
    assert tenths["labels"].to_list() == [10] * 10
    assert tenths.sort("first")["label"].to_list()[:2] == ["up to 399", "over 399 to 799"]
    assert set(tenths["documents"]) == {200}
    far = groups(corpus, "some", "far").sort("first")
    assert far["label"].to_list()[:2] == [
        "up to 10\u202f000\u202f399",
        "over 10\u202f000\u202f399 to 10\u202f000\u202f799",
    ]
    assert groups(corpus, "flag", "flag")["label"].to_list() == ["false", "true"]


def test_of_a_label_with_a_value_a_document_those_of_most_come(corpus):
    found = groups(corpus, "x", "url", limit=5)
    assert found.height == 5
    assert found["labels"][0] == N


def test_groups_of_a_sample(corpus, small):
    found = groups(corpus, "x", "domain")
    assert 850 < found["documents"].sum() < 1_150
    assert (found["median"] - 2_000).abs().max() < 400


def test_groups_say_how_many_have_no_value(corpus):
    found = missing_by(corpus, "some", "flag")
    assert found.rows() == [("false", 3_000, 2_000, 2), ("true", 1_000, 0, 2)]
    assert missing_by(corpus, "wild", "flag")["missing"].sum() == N
    assert missing_by(corpus, "url", "domain")["missing"].sum() == 0


def test_missing_tells_null_from_not_measured(corpus):
    found = missing(corpus, ("x", "some", "y", "wild", "domain"))
    assert found["x"] == found["domain"] == Missing(N, 0, 0)
    assert found["some"] == Missing(N, N // 2, 0)
    assert found["y"] == Missing(N, 0, 1_000)
    assert found["wild"] == Missing(N, N, 0), "only what is finite is a value"
    assert found["y"].share == 0.25


def test_missing_of_a_sample_and_of_no_document(corpus, small, tmp_path):
    found = missing(corpus, ("some", "y"))
    assert found["some"].null == pytest.approx(found["some"].documents / 2, abs=100)
    assert found["y"].share == pytest.approx(0.25, abs=0.06)
    literal_corpus(tmp_path / "e", [{"id": "a"}], {"odd": {"x": [None]}})
    assert missing(open_corpus(tmp_path / "e"), ("x",)) == {"x": Missing(1, 1, 0)}
    assert Missing(0, 0, 0).share == 0
