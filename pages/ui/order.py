"""In which order documents stand: what the address says, for the table of documents and for the reader.

The address carries ``sort``, a column, and ``way``, which is ``down`` where the largest value comes first.
"""

import streamlit as st

from indexes.columns import DOC_ID
from indexes.corpus import Corpus
from indexes.queries import listed
from indexes.queries.document import position
from indexes.queries.listed import Mark, Order
from pages.ui import cache

SORT, WAY = "sort", "way"
DOWN = "down"
LONGEST = 14
"""Characters of a column's name where there is little room."""
TYPES = ("text", "integer", "number", "boolean", "date")


def names(corpus: Corpus) -> list[str]:
    """The columns that documents can be sorted by, besides ``doc_id``."""
    return [name for name in corpus.ready() if corpus.columns[name].type in TYPES]


def of_address() -> Order:
    """What stands in the address alone: ``doc_id``, ascending, where nothing does."""
    column = str(st.query_params.get(SORT) or DOC_ID)
    return Order(column, column != DOC_ID and st.query_params.get(WAY) == DOWN)


def of_reader(corpus: Corpus) -> Order:
    """The same for the document that is read; ``doc_id`` where the column is not there."""
    found = of_address()
    return found if found.column in names(corpus) else Order()


def remembered() -> Order:
    """The same, else that of this session; it goes into the address."""
    if SORT not in st.query_params and isinstance(st.session_state.get(SORT), Order):
        sort(st.session_state[SORT])
    found = of_address()
    st.session_state[SORT] = found
    return found


def sort(order: Order) -> None:
    """Sort otherwise from the next run on. For callbacks."""
    st.session_state[SORT] = order
    for key, value in words(order).items():
        if value is None:
            st.query_params.pop(key, None)
        else:
            st.query_params[key] = value


def words(order: Order) -> dict[str, str | None]:
    """What the address carries of an order; None for what it does not."""
    if order.column == DOC_ID:
        return {SORT: None, WAY: None}
    return {SORT: order.column, WAY: DOWN if order.down else None}


def said(order: Order) -> str:
    """``in the order of doc_id``; ``by words, largest first``."""
    if order.column == DOC_ID:
        return "in the order of doc_id"
    return f"by {order.column}, {'largest' if order.down else 'least'} first"


def short(order: Order) -> str:
    """``by words ↓``; nothing where it is that of ``doc_id``."""
    if order.column == DOC_ID:
        return ""
    name = order.column if len(order.column) <= LONGEST else f"{order.column[: LONGEST - 1]}…"
    return f"by {name} {'↓' if order.down else '↑'}"


def page(
    corpus: Corpus, order: Order, start: int | None = None, n: int = 20, back: bool = False
) -> list[int]:
    """As ``listed.page``, asked once."""
    return cache.cached(_page, corpus, order, start, n, back)


def neighbour(corpus: Corpus, order: Order, doc_id: int, step: int) -> int | None:
    """The document before (``step`` -1) or after (1) another one in the table; None at its ends."""
    found = page(corpus, order, doc_id, 1, True) if step < 0 else page(corpus, order, doc_id, 2)
    return next((other for other in found if other != doc_id), None)


def place(corpus: Corpus, order: Order, doc_id: int) -> int:
    """As ``listed.place``, asked once."""
    if order.column == DOC_ID:
        return cache.cached(position, corpus, doc_id)
    return cache.cached(listed.place, corpus, order, doc_id)


def at(corpus: Corpus, order: Order, share: float) -> int | None:
    """The document at a share of the rows."""
    missing = cache.cached(listed.without, corpus, order.column)
    return listed.at(corpus, order, share, marks(corpus, order), missing)


def marks(corpus: Corpus, order: Order) -> tuple[Mark, ...]:
    """What a page in the middle is found by, drawn once for each order."""
    return cache.cached(listed.marks, corpus, order)


def _page(corpus: Corpus, order: Order, start: int | None, n: int, back: bool) -> list[int]:
    plain = order.column == DOC_ID  # doc_ids are found without marks
    return listed.page(corpus, order, start, n, back, () if plain else marks(corpus, order))
