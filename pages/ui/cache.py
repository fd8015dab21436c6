"""The open corpus, and answers to questions put to it, each asked once.

A corpus never changes once it is open. ``stamp`` is another one as soon as there is something new on disk;
``watch`` looks at it every few seconds, so that a column which another process finished is seen at once.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
import xxhash

from analytics.corpora import open_for_questions
from indexes.corpus import Corpus, Stoppable, Stopped, cache_folder
from indexes.errors import AssayError
from indexes.files import canonical
from indexes.sample import Sample, sample_of
from indexes.stamp import stamp
from indexes.workspace import CORPUS
from pages.ui import corpora
from pages.ui.launch import launch

Frame = TypeVar("Frame")

EVERY, SOON = 3, 0.5
"""Seconds between two looks at the workspace, and at one that is not there yet."""
OPEN = 8
"""Corpora that are kept open."""
ANSWERS = 1_000
"""Answers that are kept; each is an aggregate or a page of rows."""

STAMP = "stamp"
BEAT = 0.03
"""Seconds between two looks whether the page still wants an answer."""


def open_corpus(root: Path | None = None) -> Corpus:
    """The corpus of the workspace that is chosen, or of another one, as it is on disk now.

    Raises:
        NoWorkspace, NewerWorkspace: it cannot be opened.
    """
    root = corpora.chosen() if root is None else root
    if (problem := corpora.why_not_there(root)) is not None:
        raise problem
    return _opened(root, launch().cache, stamp(root))


def cached(query: Callable[..., Frame], corpus: Corpus, *arguments: Any) -> Frame:
    """The answer of ``query(corpus, *arguments)``, computed once for the corpus as it is open.

    Arguments are strings, numbers, tuples, frozen dataclasses: what is equal has the same answer.
    """
    name = f"{query.__module__}.{query.__qualname__}"
    about = content(corpus)
    answer: Frame = _answer(name, about, arguments, query, corpus)
    _remember((name, about, arguments))
    return answer


def known(query: Callable[..., Any], corpus: Corpus, *arguments: Any) -> bool:
    """Whether ``cached`` has been asked this, by any page of any session."""
    return (f"{query.__module__}.{query.__qualname__}", content(corpus), arguments) in _answered()


def awaited(
    query: Callable[..., Frame],
    corpus: Corpus,
    *arguments: Any,
    told: Callable[[float], object] | None = None,
) -> Frame:
    """The same as ``cached`` for a long question: when this session asks for something newer, it is stopped.

    Sessions that ask the same at the same time wait for one answer; it is stopped when none of them waits.

    Args:
        query: as of ``cached``, with ``corpus`` and ``arguments``.
        corpus: the documents.
        arguments: what else it takes.
        told: is called with how far it is, 0 to 1, as the question says it (``indexes.corpus.going``).
    """
    if known(query, corpus, *arguments):
        return cached(query, corpus, *arguments)
    key = (f"{query.__module__}.{query.__qualname__}", content(corpus), arguments)
    beat = st.sidebar.empty()
    with _lock:
        work = _going.get(key)
        if work is None:
            work = _going[key] = _Work()
            threading.Thread(target=work.run, args=(lambda: query(corpus, *arguments),), daemon=True).start()
        work.waiting += 1
    try:
        while not work.done.wait(BEAT):
            beat.empty()  # where Streamlit ends a run for which a newer one is asked
            if told is not None:
                told(work.stoppable.share)
    finally:
        with _lock:
            work.waiting -= 1
            if not work.waiting:
                if _going.get(key) is work:
                    del _going[key]
                if not work.done.is_set():
                    work.stoppable.stop()
    if work.fault is not None:
        raise work.fault
    answer: Frame = work.answer
    _answer(*key, lambda corpus, *arguments: answer, corpus)
    _remember(key)
    return answer


@dataclass
class _Work:
    """A question that some sessions wait for."""

    stoppable: Stoppable = field(default_factory=Stoppable)
    done: threading.Event = field(default_factory=threading.Event)
    waiting: int = 0
    answer: Any = None
    fault: BaseException | None = None

    def run(self, ask: Callable[[], Any]) -> None:
        try:
            self.answer = self.stoppable.run(ask)
        except Stopped as fault:
            self.fault = fault
        except Exception as fault:
            self.fault = fault
        finally:
            self.done.set()


_lock = threading.Lock()
_going: dict[tuple[str, str, tuple[Any, ...]], _Work] = {}


def sample(corpus: Corpus) -> Sample | None:
    """The corpus's sample with all columns; None while it is drawn, and where the corpus is no larger.

    It is drawn in the background from the first time on that it is asked for.
    """
    whole = corpus.whole
    if whole.documents <= launch().sample:
        return None
    drawn = _samples(content(whole), whole).sample
    return (
        drawn
        if drawn is None or not corpus.where
        else replace(drawn, corpus=drawn.corpus.narrowed(corpus.where))
    )


@dataclass
class _Drawing:
    """A sample that is being drawn."""

    sample: Sample | None = None

    def run(self, corpus: Corpus, folder: Path | None, n: int) -> None:
        drawn = sample_of(corpus, folder, n)
        if drawn is not None:
            drawn.corpus.clause(name for name in corpus.ready() if corpus.columns[name].type != "other")
        self.sample = drawn


@st.cache_resource(max_entries=OPEN, show_spinner=False)
def _samples(content: str, _corpus: Corpus) -> _Drawing:
    drawing = _Drawing()
    about = (_corpus, folder(_corpus), launch().sample)
    threading.Thread(target=drawing.run, args=about, daemon=True).start()
    return drawing


def folder(corpus: Corpus) -> Path | None:
    """Where a corpus's caches lie; None where nothing can be written."""
    root, cache = corpus.workspace.root, launch().cache
    return cache_folder(root, cache) if _writable(root, cache) else None


def content(corpus: Corpus) -> str:
    """Changes when any answer could: with the documents, a column's files or its state."""
    columns = [(column.name, column.state, column.type) for column in corpus.columns.values()]
    return xxhash.xxh3_128_hexdigest(
        canonical(
            [
                str(corpus.workspace.root),
                corpus.fingerprint,
                dict(corpus.relations),
                corpus.dropped,
                corpus.view,
                columns,
            ]
        )
    )


def watch() -> None:
    """Look at the chosen workspace every few seconds; run the page again when it has changed."""
    try:
        root = corpora.chosen()
    except AssayError:
        return
    st.session_state[STAMP] = stamp(root)
    look = _look if (root / CORPUS).exists() else _look_soon
    look(root)


def _changed(root: Path) -> None:
    """Run the page again when something is new, or another folder stands for the corpus."""
    if st.session_state.get(STAMP) != stamp(root) or corpora.chosen() != root:
        st.rerun()


_look, _look_soon = st.fragment(_changed, run_every=EVERY), st.fragment(_changed, run_every=SOON)


@st.cache_resource(max_entries=OPEN, show_spinner=False)
def _opened(root: Path, cache: Path | None, stamp: str) -> Corpus:
    # A workspace on a disk that cannot be written, without --cache, is read from its Parquet files.
    return open_for_questions(root, cache, attach=_writable(root, cache))


def _writable(root: Path, cache: Path | None) -> bool:
    return os.access(cache if cache and cache.exists() else root, os.W_OK)


def _remember(key: tuple[str, str, tuple[Any, ...]]) -> None:
    if len(_answered()) > ANSWERS:  # what is forgotten is asked again
        _answered().clear()
    _answered()[key] = True


@st.cache_resource(show_spinner=False)
def _answered() -> dict[tuple[str, str, tuple[Any, ...]], bool]:
    return {}


@st.cache_data(max_entries=ANSWERS, show_spinner=False)
def _answer(
    name: str, content: str, arguments: tuple[Any, ...], _query: Callable[..., Any], _corpus: Corpus
) -> Any:
    return _query(_corpus, *arguments)
