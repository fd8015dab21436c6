"""A page of the documents table: the rows that a sort would give, wherever it begins and in either way."""

import math
from datetime import date
from decimal import Decimal
from functools import cache

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus
from hypothesis import example, given
from hypothesis import strategies as st

from indexes.corpus import open_corpus
from indexes.drop import drop
from indexes.errors import MissingColumn
from indexes.ingest import ingest
from indexes.planning import Options
from indexes.queries import listed
from indexes.queries.document import about
from indexes.queries.listed import Order
from indexes.rule import Rule

N = 60
COLUMNS = {
    "number": [None if i % 7 == 3 else (i * 37 % 11) / 4 for i in range(N)],
    "count": [i * 7919 % 13 for i in range(N)],
    "flag": [[True, False, None][i % 3] for i in range(N)],
    "day": [None if i % 5 == 0 else date(2020, 1, 1 + i * 11 % 28) for i in range(N)],
    "name": [["b", "", "Z", "é", None, "a'\"?"][i * 5 % 6] for i in range(N)],
    "source.nothing": [None] * N,
    "half": [float(i % 4) for i in range(N)],
}
GONE = [3, 17, 40]


@pytest.fixture(scope="module")
def views(tmp_path_factory):
    """Corpora that look at all documents, at those not dropped, at a part; from caches and from Parquet."""
    root = tmp_path_factory.mktemp("listed") / "c"
    documents = [{"id": f"d{i}", "source": f"s{i in GONE}"} for i in range(N)]
    half = {"half": {"half": COLUMNS["half"]}}
    some = {name: values for name, values in COLUMNS.items() if name not in ("half", "source.nothing")}
    literal_corpus(
        root,
        [{**d, "source.nothing": None} for d in documents],
        {"some": some, **half},
        rows=20,
        missing={"half": [1]},
    )
    cached = open_corpus(root, attach=True)
    part = cached.narrowed((Rule("where", "count", "<=", 9),))
    drop(root, "asked to", source="sTrue")
    kept, plain = open_corpus(root, attach=True), open_corpus(root)
    return [cached, part, kept, plain, kept.narrowed((Rule("where", "number", "not_null"),))]


@cache
def whole():
    """All columns; ``half`` is measured in the first and the last third alone."""
    values = {name: list(column) for name, column in COLUMNS.items()}
    values["half"][20:40] = [None] * 20
    return pl.DataFrame({"doc_id": range(N), **values}, strict=False)


def sorted_by(corpus, order):
    """The table's ``doc_id``s in one sort."""
    seen = set(corpus.frame(f"SELECT doc_id {corpus.clause([])}")["doc_id"])
    table = whole().filter(pl.col("doc_id").is_in(seen))
    by = pl.col(order.column)
    ranked = table.sort(by.is_null(), by, "doc_id", descending=[False, order.down, False])
    return ranked["doc_id"].to_list()


ORDERS = st.builds(Order, st.sampled_from(["doc_id", *COLUMNS]), st.booleans())


@given(
    st.integers(0, 4),
    ORDERS,
    st.none() | st.integers(0, N - 1),
    st.integers(1, 25),
    st.booleans(),
    st.booleans(),
)
def test_a_page_is_a_piece_of_the_sorted_table(views, which, order, start, n, back, marked):
    corpus = views[which]
    if order.column == "doc_id" and order.down:
        order = Order()
    expected = sorted_by(corpus, order)
    table = whole()
    marks = ()
    if marked:  # every third document that has a value, as though many were drawn
        some = table.filter(pl.col("doc_id").is_in(expected[::3]))
        column = some[order.column].dt.epoch("us") if order.column == "day" else some[order.column]
        values = dict(zip(some["doc_id"], column, strict=True))
        marks = tuple((values[i], i) for i in expected[::3] if values[i] is not None)
    found = listed.page(corpus, order, start, n, back, marks)
    if start is None:
        assert found == (expected[-n:] if back else expected[:n])
        return
    everything = sorted_by(views[0], order)
    ahead = set(everything[: everything.index(start)])
    before = [one for one in expected if one in ahead]
    assert found == (before[-n:] if back else expected[len(before) :][:n])
    assert listed.place(corpus, order, start) == len(before) + 1


@given(st.integers(0, 4), ORDERS, st.floats(0, 1))
@example(1, Order("source.nothing"), 0.578125)
def test_a_jump_lands_on_the_row_at_that_share(views, which, order, share):
    corpus = views[which]
    expected = sorted_by(corpus, order)
    missing = listed.without(corpus, order.column)
    values = whole().filter(pl.col("doc_id").is_in(expected))[order.column]
    assert (missing.documents, missing.of) == (values.null_count(), len(expected))
    found = listed.at(corpus, order, share, (), missing)
    assert found == expected[round(share * (len(expected) - 1))]


def test_the_first_without_a_value_can_be_gone_to(views):
    missing = listed.without(views[0], "half")
    assert (missing.documents, missing.first) == (20, 20)
    assert listed.page(views[0], Order("half", True), missing.first, 2) == [20, 21]


def test_marks_are_documents_of_the_table_in_its_order(views, monkeypatch):
    monkeypatch.setattr(listed, "FEW", 10)
    monkeypatch.setattr(listed, "EVERY", 2)
    for down in (False, True):
        order = Order("number", down)
        marks = listed.marks(views[0], order)
        ids = [doc_id for _, doc_id in marks]
        assert len(ids) > N // 4
        ranked = sorted_by(views[0], order)
        assert ids == [one for one in ranked if one in set(ids)]
        missing = listed.without(views[0], "number")
        assert listed.at(views[0], order, 0.0, marks, missing) == ids[0]
        assert listed.at(views[0], order, 1.0, marks, missing) == ranked[-1]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """A corpus with values that Python holds less exactly than files do, that are equal, odd names."""
    root = tmp_path_factory.mktemp("kinds {x}")
    odd = [0.0, -0.0, math.inf, -math.inf, math.nan, None, 1.5]
    columns = {
        "ns": pa.array([10**18 + i * 7 % 5 for i in range(N)], pa.timestamp("ns")),
        "zone": pa.array([10**15 + i * 7 % 5 for i in range(N)], pa.timestamp("us", "Europe/Paris")),
        "far": pa.array([(-(2**62), 0, 2**62)[i % 3] for i in range(N)], pa.timestamp("us")),
        "single": pa.array([(0.1, 0.2, 1e-40, None)[i % 4] for i in range(N)], pa.float32()),
        "double": pa.array([odd[i % 7] for i in range(N)]),
        "whole": pa.array([2**64 - 1 - i % 3 for i in range(N)], pa.uint64()),
        "money": pa.array(
            [Decimal("12345678901234567890.01") + i % 3 for i in range(N)], pa.decimal128(38, 2)
        ),
        "q\"u? {x} '": pa.array([("b\0", "b", "\U0001f600", "\uffff", "")[i % 5] for i in range(N)]),
    }
    pq.write_table(pa.table({"text": ["t"] * N, **columns}), root / "a.parquet")
    ingest(root / "c", Options(sources=(str(root / "a.parquet"),)))
    return {attach: open_corpus(root / "c", attach=attach) for attach in (True, False)}, list(columns)


@pytest.mark.parametrize("attach", [True, False])
def test_whatever_the_values_each_row_is_on_one_page(kinds, attach, monkeypatch):
    monkeypatch.setattr(listed, "FEW", 10)
    monkeypatch.setattr(listed, "EVERY", 4)
    corpora, names = kinds
    corpus = corpora[attach]
    for order in (Order(f"source.{name}", down) for name in names for down in (False, True)):
        marks = listed.marks(corpus, order)
        on = listed.page(corpus, order, None, 9, marks=marks)
        back = listed.page(corpus, order, None, 9, True, marks)
        for _ in range(0, N, 9):
            on += listed.page(corpus, order, on[-1], 10, marks=marks)[1:]
            back = listed.page(corpus, order, back[0], 9, True, marks) + back
        assert sorted(on) == list(range(N)), order
        assert back == on, order
        assert listed.place(corpus, order, on[20]) == 21, order


def test_a_corpus_of_one_document_and_of_none(tmp_path, empty_workspace):
    nothing = open_corpus(empty_workspace)
    assert listed.page(nothing, Order()) == []
    assert listed.at(nothing, Order(), 0.5, (), listed.without(nothing, "doc_id")) is None
    literal_corpus(tmp_path / "one", [{"id": "a"}], {"one": {"x": [1.5]}})
    one = open_corpus(tmp_path / "one", attach=True)
    for order in (Order(), Order("x"), Order("x", True)):
        assert listed.page(one, order) == listed.page(one, order, back=True) == [0]
        assert listed.page(one, order, 0, back=True) == []
        assert listed.place(one, order, 0) == 1
        assert listed.at(one, order, 0.7, (), listed.without(one, order.column)) == 0


def test_a_column_that_has_gone_is_a_named_error(views):
    with pytest.raises(MissingColumn, match="no column numbers"):
        listed.page(views[0], Order("numbers"))


@pytest.mark.parametrize("which", range(5))
def test_what_is_known_of_documents_is_the_same_from_caches_and_side_by_side(views, which):
    corpus = views[which]
    names = ["number", "name", "half", "source.nothing", "id", "random"]
    asked = [59, 0, 3, 25, 25, 99, -1]
    found = about(corpus, asked, names)
    said = ", ".join(f'"{name}"' for name in ("doc_id", "key", *names))
    sql = f"SELECT {said} {corpus.clause([], beside=names)} WHERE doc_id IN (0, 3, 25, 59) ORDER BY doc_id"
    assert found.equals(corpus.frame(sql))
