"""What the pages ask, on corpora small enough to count by hand."""

import duckdb
import numpy as np
import pytest
from corpora import literal_corpus
from hypothesis import given
from hypothesis import strategies as st

from indexes.corpus import open_corpus
from indexes.drop import drop
from indexes.queries.composition import composition, label_counts
from indexes.queries.document import (
    about,
    address,
    dropped_as,
    find,
    grids,
    position,
    row,
    share_below,
)
from indexes.queries.groups import groups
from indexes.queries.histogram import bin_edges, histogram
from indexes.queries.listed import Order, page
from indexes.queries.nearest import nearest, with_values
from indexes.queries.quantiles import quantiles
from indexes.queries.shapes import shapes
from indexes.queries.totals import totals
from indexes.queries.values import places
from indexes.queries.years import years


def four(root, **missing):
    documents = [
        {"id": "a", "domain": "news", "source": "x", "date": None, "url": "http://u/1"},
        {"id": "b", "domain": "news", "source": "y", "date": None, "url": None},
        {"id": "c", "domain": None, "source": "x", "date": None, "url": None},
        {"id": "c", "domain": "law", "source": "x", "date": None, "url": None},
    ]
    measured = {
        "length": {"bytes": [10, 20, 30, 40], "words": [1, 2, None, 4]},
        "tokens": {"tokens": [1, 2, 3, 4]},
    }
    literal_corpus(root, documents, measured, rows=2, **missing)
    return open_corpus(root)


def test_totals_count_documents_tokens_and_bytes(tmp_path):
    found = totals(four(tmp_path / "c"))
    assert (found.documents, found.tokens, found.bytes, found.median_tokens) == (4, 10, 100, 2.5)


def test_totals_say_how_many_documents_were_not_measured(tmp_path):
    found = totals(four(tmp_path / "c", missing={"tokens": [1]}))
    assert (found.tokens, found.bytes, found.not_measured) == (3, 100, 2)


def test_composition_keeps_documents_that_state_nothing(tmp_path):
    corpus = four(tmp_path / "c")
    assert composition(corpus, "domain").rows() == [("news", 2, 3, 30), ("law", 1, 4, 40), (None, 1, 3, 30)]
    assert composition(corpus, "domain", "source").height == 4
    assert label_counts(corpus, ("domain", "source")) == {"domain": 2, "source": 2}


def test_undated_documents_are_counted_apart(tmp_path):
    assert years(four(tmp_path / "c")).rows() == [(None, 4, 10, 100)]


def test_a_histogram_counts_every_document_once(tmp_path):
    found = histogram(four(tmp_path / "c"), "words", "tokens")
    assert found.documents.sum() + found.nulls == found.total == 4
    assert found.weights.sum() + found.null_weight == found.total_weight == 10
    assert (found.low, found.high) == (1, 4)


@given(
    st.lists(st.none() | st.integers(0, 2000), min_size=1, max_size=60),
    st.booleans(),
)
def test_histogram_bins_hold_what_numpy_counts_between_their_edges(tmp_path_factory, values, log):
    root = tmp_path_factory.mktemp("c")
    literal_corpus(
        root, [{"id": str(i)} for i in range(len(values))], {"f": {"x": np.array(values, dtype=float)}}
    )
    found = histogram(open_corpus(root), "x", "documents", log)
    there = np.array([value for value in values if value is not None], dtype=float)
    assert found.nulls == len(values) - len(there)
    assert found.documents.sum() == len(there)
    if len(there) and not log:
        inside = np.clip(there, found.edges[0], np.nextafter(found.edges[-1], -np.inf))
        assert found.documents.tolist() == np.histogram(inside, found.edges)[0].tolist()


@given(st.integers(-50, 50), st.integers(0, 10_000), st.booleans())
def test_edges_rise_and_cover_the_range(low, width, integer):
    edges = bin_edges(low, low + width, 72, False, integer)
    assert (np.diff(edges) > 0).all()
    assert edges[0] <= low
    assert edges[-1] >= low + width


def test_quantiles_weigh_what_they_are_asked_to(tmp_path):
    corpus = four(tmp_path / "c")
    assert quantiles(corpus, "tokens", [0.5]) == [2]
    assert quantiles(corpus, "tokens", [0.1, 0.5, 1.0], "tokens") == [1, 3, 4]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=30), st.floats(0.01, 1))
def test_a_weighed_quantile_is_the_least_value_that_reaches_the_share(tmp_path_factory, pairs, share):
    root = tmp_path_factory.mktemp("c")
    x, w = zip(*pairs, strict=True)
    literal_corpus(root, [{"id": str(i)} for i in range(len(x))], {"f": {"x": x, "bytes": w}})
    found = quantiles(open_corpus(root), "x", [share], "bytes")
    reached = [v for v in sorted(set(x)) if sum(b for a, b in pairs if a <= v) >= share * sum(w)]
    assert found == reached[:1]


def test_groups_give_the_quantiles_of_each_label(tmp_path):
    found = groups(four(tmp_path / "c"), "bytes", "domain")
    assert found.select("label", "documents", "median").rows() == [
        ("news", 2, 10),
        ("law", 1, 40),
        (None, 1, 30),
    ]


def test_a_document_is_found_by_number_id_url_and_address(tmp_path):
    corpus = four(tmp_path / "c")
    keys = [row(corpus, i)["key"] for i in range(4)]
    assert find(corpus, "2") == 2
    assert find(corpus, "b") == 1
    assert find(corpus, "http://u/1") == 0
    assert [find(corpus, address(corpus, i, keys[i])) for i in range(4)] == [0, 1, 2, 3]
    assert address(corpus, 3, keys[3]).endswith("-1")
    for nobody in ("nobody", "²", "9" * 5_000, f"{keys[0]:016x}-²", f"{keys[0]:016x}-{'9' * 30}"):
        assert find(corpus, nobody) is None


def test_a_place_counts_half_of_the_equal_values(tmp_path):
    found = grids(four(tmp_path / "c"), ["bytes", "words"])
    assert share_below(found["bytes"], 20) == pytest.approx(1.5 / 4, abs=0.01)
    assert share_below(found["words"], 4) == pytest.approx(2.5 / 3, abs=0.01)
    assert share_below(found["words"], 0) == 0


def test_a_dropped_document_says_why_and_leaves_no_gap(tmp_path):
    corpus = four(tmp_path / "c")
    key = row(corpus, 1)["key"]
    drop(tmp_path / "c", "asked to", source="y")
    left = open_corpus(tmp_path / "c")
    assert find(left, "b") is None
    assert dropped_as(left, "b") == dropped_as(left, f"{key:016x}") == "asked to"
    assert dropped_as(left, "a") is None
    assert position(left, 2) == 2
    assert page(left, Order()) == [0, 2, 3]


def test_the_document_nearest_a_value_is_named(tmp_path):
    corpus = four(tmp_path / "c")
    assert nearest(corpus, "bytes", [12, 39]).select("doc_id", "value").rows() == [(0, 10.0), (3, 40.0)]
    assert about(corpus, [3, 0], ["domain"])["domain"].to_list() == ["news", "law"]


def test_shapes_look_at_all_columns_at_once(tmp_path):
    corpus = four(tmp_path / "c")
    found = shapes(corpus, ("bytes", "words", "domain", "date"))
    assert (found["bytes"].middle, sum(found["bytes"].bars)) == (20, 4)
    assert (found["words"].there, sum(found["words"].bars)) == (3, 3)
    assert (found["domain"].bars, found["domain"].values, found["domain"].there) == ((2, 1), 2, 3)
    assert found["date"].there == 0


def test_a_label_is_read_by_one_document_of_each_value(tmp_path):
    found = with_values(four(tmp_path / "c"), "domain", ["law", "news"])
    assert found["value"].to_list() == ["law", "news"]
    assert found["doc_id"][0] == 3


def test_an_infinite_value_of_a_source_lies_in_an_outer_bin(tmp_path):
    values = [1.0, 2.0, np.inf, -np.inf, None]
    literal_corpus(tmp_path / "c", [{"source.x": value} for value in values])
    found = histogram(open_corpus(tmp_path / "c"), "source.x", "documents")
    assert (found.low, found.high, found.nulls, found.total) == (1, 2, 1, 5)
    assert found.documents.sum() == 4
    assert found.documents[0] == found.documents[-1] == 2


@pytest.mark.parametrize("n", [1, 2, 3, 7, 100, 101, 999])
def test_places_are_those_of_quantile_disc(n):
    shares = [0.0, 0.0005, 0.1, 1 / 3, 0.5, 0.7, 0.9995, 1.0]
    said = duckdb.sql(f"SELECT quantile_disc(x, {shares}) FROM range({n}) t(x)").fetchall()[0][0]
    assert places(n, shares).tolist() == said
