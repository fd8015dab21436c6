"""The table of documents, a page at a time, sorted by any column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from indexes.columns import CHARACTERS, DOC_ID, KEY, SINCE_1970, TOKENS, Column
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.queries import listed
from indexes.queries.beginnings import texts
from indexes.queries.document import about, address
from indexes.queries.listed import Order
from pages.ui import cache, copying, empty, numbers, opening, order, reader, sentence, state
from pages.ui.empty import Action
from pages.ui.escape import markup
from pages.ui.table import Head, Row, table

FROM, COLUMNS, JUMP = "from", "col", "jump"
PAGE = "documents_page"
"""The page that is shown, which is not looked for again."""
ROWS = 20
FIRST = (("domain", "source"), ("language",), (TOKENS, "words", CHARACTERS), ("date",))
"""Columns that are shown where none are asked for: of each, the first that is there."""
MOST = 12
"""Columns that are shown at once."""
LONGEST = 120
"""Characters of a value that are shown."""
WAYS = {"least first": False, "largest first": True}


def draw(corpus: Corpus) -> None:
    """Sorting, columns, the table, and the ways to another page of it."""
    names = order.names(corpus)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
        reader.search_box(corpus)
        sentence.box()
        st.space("stretch")
        shown = _shown(corpus, names)
        copying.copy_as(corpus, corpus.documents)
    looked_for = sentence.asked()
    if looked_for:
        sentence.draw(corpus, looked_for)
        return
    by = _by(corpus, names)
    here = _page(corpus, by, _start())
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="walk"):
        _sorting(by, names)
        _walk(corpus, by, here)
    doc_ids, first = here.doc_ids[:ROWS], here.first
    _where(corpus, by, first, first + len(doc_ids) - 1)
    names = list(dict.fromkeys([*shown, *([by.column] if by.column != DOC_ID else [])]))
    columns = [corpus.columns[name] for name in names]
    table(
        "documents",
        [Head(DOC_ID, False), *(Head(one.name, one.type in ("integer", "number")) for one in columns)],
        _rows(corpus, columns, doc_ids),
        (by.column, by.down),
        _opener(corpus, by),
        lambda name: _sort(Order(name, name == by.column != DOC_ID and not by.down)),
        f"Documents {order.said(by)}, from row {first} on",
    )


# ---------------------------------------------------------------------------------- what is shown


def _rows(corpus: Corpus, columns: Sequence[Column], doc_ids: Sequence[int]) -> list[Row]:
    found = cache.cached(about, corpus, tuple(doc_ids), tuple(column.name for column in columns))
    by_id = {int(row[DOC_ID]): row for row in found.iter_rows(named=True)}
    beginnings = cache.cached(texts, corpus, tuple(doc_ids))
    return [
        Row(
            id=f"{doc_id} {by_id[doc_id][KEY]}",
            doc=str(doc_id),
            cells=[cell(column, by_id[doc_id][column.name]) for column in columns],
            text=text,
        )
        for doc_id, text in zip(doc_ids, beginnings, strict=True)
    ]


def cell(column: Column, value: Any) -> str | None:
    """A value as the table has it: numbers short, dates as days, texts cut."""
    if value is None:
        return None
    if column.type == "boolean":
        return "true" if value else "false"
    if column.type in ("integer", "number"):
        number = float(value)
        return numbers.moment(number) if column.unit == SINCE_1970 else numbers.value(number, column.type)
    if column.type == "date":
        return str(value)[:10]
    said = " ".join(str(value).split())
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def _opener(corpus: Corpus, by: Order) -> Any:
    def open_one(id: str) -> None:
        doc_id, key = map(int, id.split())
        state.go(opening.PAGE, doc=address(corpus, doc_id, key), **order.words(by))

    return open_one


def _shown(corpus: Corpus, names: Sequence[str]) -> list[str]:
    """The columns that are chosen; the address carries them."""
    usual = [next((name for name in some if name in names), "") for some in FIRST]
    asked = st.query_params.get_all(COLUMNS) or st.session_state.get(COLUMNS)
    if asked:
        st.session_state[COLUMNS] = st.query_params[COLUMNS] = asked
    shown = [name for name in dict.fromkeys(asked or filter(None, usual)) if name in names][:MOST]
    st.session_state["col_pick"] = shown
    with st.popover("Columns", icon=":material/view_column:", key="col_add"):
        st.multiselect(
            "Columns of the table",
            names,
            key="col_pick",
            max_selections=MOST,
            on_change=_choose,
            placeholder="None",
        )
    return shown


def _choose() -> None:
    st.session_state[COLUMNS] = st.query_params[COLUMNS] = list(st.session_state["col_pick"])


# ---------------------------------------------------------------------------------- sorting


def _by(corpus: Corpus, names: Sequence[str]) -> Order:
    """By what the table is sorted; where that column has gone, it is said, and by ``doc_id``."""
    by = order.remembered()
    if by.column == DOC_ID or by.column in names:
        return by
    try:
        corpus.column(by.column)
        said = f"{by.column} holds no single value a document."
    except AssayError as problem:
        said = problem.sentence
    empty.say(
        f"{said} So the documents stand in the order of doc_id.",
        "Choose another column to sort by.",
        tone="warn",
        action=Action("Sort by doc_id", lambda: _sort(Order()), ":material/sort:"),
    )
    return Order()


def _sorting(by: Order, names: Sequence[str]) -> None:
    """Another column, the other way."""
    st.session_state["sort_pick"] = by.column
    st.session_state["way_pick"] = list(WAYS)[by.down]
    st.selectbox(
        "Sort by",
        [DOC_ID, *names],
        key="sort_pick",
        format_func=lambda name: f"Sorted by {name}",
        label_visibility="collapsed",
        on_change=lambda: _sort(Order(str(st.session_state["sort_pick"]))),
        width=195,
    )
    st.segmented_control(
        "Way",
        list(WAYS),
        key="way_pick",
        label_visibility="collapsed",
        required=True,
        disabled=by.column == DOC_ID,
        on_change=lambda: _sort(Order(by.column, WAYS[st.session_state["way_pick"]])),
    )


def _sort(by: Order) -> None:
    order.sort(by)
    _go(None)


# ---------------------------------------------------------------------------------- other pages


def _start() -> int | None:
    """The first ``doc_id`` of the page; None for the first page."""
    said = str(st.query_params.get(FROM) or st.session_state.get(FROM) or "")
    start = int(said) if said.isdecimal() and len(said) < 16 else None
    if start is not None:
        st.session_state[FROM] = st.query_params[FROM] = str(start)
    return start


def _go(start: int | None) -> None:
    """Begin with another document from the next run on, None for the first. For callbacks."""
    st.session_state[FROM] = None
    st.query_params.pop(FROM, None)
    if start is not None:
        st.session_state[FROM] = st.query_params[FROM] = str(start)


@dataclass(frozen=True)
class _Page:
    """A page, and the document after it where there is one.

    Attributes:
        of: corpus, order and start that it is of.
        first: the row it begins with.
    """

    of: tuple[Any, ...]
    doc_ids: list[int]
    first: int


def _page(corpus: Corpus, by: Order, start: int | None) -> _Page:
    """The page that begins with a document; that which was just gone to is known already."""
    known: _Page | None = st.session_state.get(PAGE)
    if known is None or known.of != _of(corpus, by, start):
        doc_ids = order.page(corpus, by, start, ROWS + 1)
        if start is not None and not doc_ids:  # what the page began with has gone
            return _page(corpus, by, None)
        first = 1 if start is None else order.place(corpus, by, start)
        known = _Page(_of(corpus, by, start), doc_ids, first)
    st.session_state[PAGE] = known
    return known


def _of(corpus: Corpus, by: Order, start: int | None) -> tuple[Any, ...]:
    return cache.content(corpus), by, start


def _walk(corpus: Corpus, by: Order, here: _Page) -> None:
    """First, previous, next, last, and any share of the rows."""
    of, first = corpus.documents, here.first
    at_end = len(here.doc_ids) <= ROWS
    for label, key, shortcut, off, act in (
        ("First", "first", None, first <= 1, lambda: _go(None)),
        ("Previous", "previous", "Left", first <= 1, lambda: _back(corpus, by, here.doc_ids[:1], first)),
        ("Next", "next", "Right", at_end, lambda: _on(corpus, by, here)),
        ("Last", "last", None, at_end, lambda: _back(corpus, by, [], of + 1)),
    ):
        st.button(label, shortcut=shortcut, disabled=off, on_click=act, key=f"page_{key}")
    st.html('<span class="beside">Jump to</span>', width="content")
    st.session_state[JUMP] = round(100 * (first - 1) / max(1, of - 1))
    st.slider(
        "Jump to",
        0,
        100,
        key=JUMP,
        format="%d %%",
        label_visibility="collapsed",
        on_change=lambda: _go(order.at(corpus, by, st.session_state[JUMP] / 100)),
        width=115,
    )


def _on(corpus: Corpus, by: Order, here: _Page) -> None:
    start = here.doc_ids[ROWS]
    doc_ids = order.page(corpus, by, start, ROWS + 1)
    st.session_state[PAGE] = _Page(_of(corpus, by, start), doc_ids, here.first + ROWS)
    _go(start)


def _back(corpus: Corpus, by: Order, here: list[int], row: int) -> None:
    """The page before row ``row``, where that document stands; the last page where there is none."""
    before = order.page(corpus, by, here[0] if here else None, ROWS, True)
    if len(before) < ROWS or row - ROWS <= 1:
        _go(None)
        return
    st.session_state[PAGE] = _Page(_of(corpus, by, before[0]), before + here, row - ROWS)
    _go(before[0])


def _where(corpus: Corpus, by: Order, first: int, last: int) -> None:
    """Which rows these are, and how many have no value."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="rows_where"):
        said = f"{numbers.whole(first)} to {numbers.whole(last)} of {numbers.whole(corpus.documents)}"
        st.html(f'<span class="beside">{said} · {markup(order.said(by))}</span>', width="content")
        missing = None if by.column == DOC_ID else cache.cached(listed.without, corpus, by.column)
        if missing is not None and missing.documents:
            st.button(
                f"{numbers.whole(missing.documents)} without a value",
                type="tertiary",
                key="page_without",
                help="They stand last, whichever way the table is sorted.",
                on_click=_go,
                args=(missing.first,),
            )
