"""The list of documents, a page at a time, by their numbers."""

import streamlit as st

from indexes.corpus import Corpus
from indexes.queries.beginnings import beginnings
from indexes.queries.document import page, position
from pages.ui import cache, numbers, opening, reader
from pages.ui.excerpts import Excerpt, excerpts

FROM = "from"
ROWS = 20


def draw(corpus: Corpus) -> None:
    """Two columns of excerpts, read down the left one first; a click opens the reader."""
    start = _start(corpus)
    doc_ids = cache.cached(page, corpus, start, ROWS)
    if not doc_ids:
        doc_ids = cache.cached(page, corpus, corpus.workspace.documents, ROWS, True)
    before = cache.cached(page, corpus, doc_ids[0], ROWS, True)
    first = cache.cached(position, corpus, doc_ids[0])
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
        reader.search_box(corpus)
        st.button(
            "Previous",
            shortcut="Left",
            disabled=not before,
            on_click=lambda: _go(before[0]),
            key="page_previous",
        )
        last = first + len(doc_ids) - 1
        st.button(
            "Next",
            shortcut="Right",
            disabled=last >= corpus.documents,
            on_click=lambda: _go(doc_ids[-1] + 1),
            key="page_next",
        )
        said = f"{numbers.whole(first)} to {numbers.whole(last)} of {numbers.whole(corpus.documents)}"
        st.html(f'<span class="beside">{said} · in the order of doc_id</span>')
    texts = cache.cached(beginnings, corpus, tuple(doc_ids))
    rows = [
        Excerpt(
            id=f"{row['doc_id']} {row['key']}",
            lead="",
            about=opening.about(row),
            doc=str(row["doc_id"]),
            text=row["text"] or "",
        )
        for row in texts.iter_rows(named=True)
    ]
    for side, part, key in zip(
        st.columns(2, gap="large"), (rows[: ROWS // 2], rows[ROWS // 2 :]), ("left", "right"), strict=True
    ):
        if part:
            with side:
                excerpts(f"list_{key}", part, opening.opener(corpus), lines=2)


def _start(corpus: Corpus) -> int:
    """The first ``doc_id`` of the page."""
    said = str(st.query_params.get(FROM) or st.session_state.get(FROM) or "0")
    start = int(said) if said.isdigit() and len(said) < 16 else 0
    if start:
        st.session_state[FROM] = st.query_params[FROM] = str(start)
    return start


def _go(start: int) -> None:
    st.session_state[FROM] = st.query_params[FROM] = str(start)
