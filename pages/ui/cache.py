"""The open corpus, and answers to questions put to it, each asked once.

A corpus never changes once it is open. ``stamp`` is another one as soon as there is something new on disk;
``watch`` looks at it every few seconds, so that a column which another process finished is seen at once.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
import xxhash

from analytics.corpora import open_for_questions
from indexes import corpus as corpora_on_disk
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.files import canonical
from pages.ui import corpora
from pages.ui.launch import launch

Frame = TypeVar("Frame")

EVERY = 3
"""Seconds between two looks at the workspace."""
OPEN = 8
"""Corpora that are kept open."""
ANSWERS = 1_000
"""Answers that are kept; each is an aggregate or a page of rows."""

STAMP = "stamp"


def open_corpus(root: Path | None = None) -> Corpus:
    """The corpus of the workspace that is chosen, or of another one, as it is on disk now.

    Raises:
        NoWorkspace, NewerWorkspace: it cannot be opened.
    """
    root = corpora.chosen() if root is None else root
    return _opened(root, launch().cache, corpora_on_disk.stamp(root))


def cached(query: Callable[..., Frame], corpus: Corpus, *arguments: Any) -> Frame:
    """The answer of ``query(corpus, *arguments)``, computed once for the corpus as it is open.

    Arguments are strings, numbers, tuples, frozen dataclasses: what is equal has the same answer.
    """
    name = f"{query.__module__}.{query.__qualname__}"
    answer: Frame = _answer(name, content(corpus), arguments, query, corpus)
    return answer


def content(corpus: Corpus) -> str:
    """Changes when any answer could: with the documents, a column's files or its state."""
    columns = [(column.name, column.state, column.type) for column in corpus.columns.values()]
    return xxhash.xxh3_128_hexdigest(
        canonical(
            [str(corpus.workspace.root), corpus.fingerprint, dict(corpus.relations), corpus.dropped, columns]
        )
    )


def watch() -> None:
    """Look at the chosen workspace every few seconds; run the page again when it has changed."""
    try:
        root = corpora.chosen()
    except AssayError:
        return
    st.session_state[STAMP] = corpora_on_disk.stamp(root)
    _look(root)


@st.fragment(run_every=EVERY)
def _look(root: Path) -> None:
    if st.session_state.get(STAMP) != corpora_on_disk.stamp(root):
        st.rerun()


@st.cache_resource(max_entries=OPEN, show_spinner=False)
def _opened(root: Path, cache: Path | None, stamp: str) -> Corpus:
    # A workspace on a disk that cannot be written, without --cache, is read from its Parquet files.
    writable = os.access(cache if cache and cache.exists() else root, os.W_OK)
    return open_for_questions(root, cache, attach=writable)


@st.cache_data(max_entries=ANSWERS, show_spinner=False)
def _answer(
    name: str, content: str, arguments: tuple[Any, ...], _query: Callable[..., Any], _corpus: Corpus
) -> Any:
    return _query(_corpus, *arguments)
