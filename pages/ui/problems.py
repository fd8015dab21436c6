"""What a page says when something is wrong that a person can put right.

``app.py`` runs every page inside ``told``; no page has a ``try``. Anything but a named problem is a fault of
this program and shows its traceback.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from indexes.errors import AssayError, MissingColumn, UnfinishedColumn
from pages.ui import empty

KEPT = "problem"


@contextmanager
def told() -> Iterator[None]:
    """Draw a named problem, its sentence and next step escaped, where it happened."""
    before: AssayError | None = st.session_state.pop(KEPT, None)
    if before is not None:
        _say(before)
    try:
        yield
    except AssayError as problem:
        _say(problem)


@contextmanager
def kept() -> Iterator[None]:
    """For callbacks: a named problem is said over the page that runs next."""
    try:
        yield
    except AssayError as problem:
        st.session_state[KEPT] = problem


def _say(problem: AssayError) -> None:
    missing = isinstance(problem, MissingColumn | UnfinishedColumn)
    empty.say(problem.sentence, problem.next_step, tone="warn" if missing else "error")
