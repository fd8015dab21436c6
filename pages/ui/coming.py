"""Coming back: which workspaces were opened before, and what has been finished since."""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import streamlit as st

from indexes import first_look, visits
from indexes.errors import AssayError
from pages.ui import corpora, state
from pages.ui.launch import launch

LAST = "last_visits"
"""In a session: when each workspace was open last before it."""
NOTED = "visit_noted"
EVERY = 60
"""Seconds between two notes that a workspace is open."""


def note() -> None:
    """Note that the workspace of the page that is shown is open now. Called by ``app.py`` once a run.

    Nothing is noted where there is no folder of workspaces; ``assay open`` makes it.
    """
    before = _before()
    if state.here() is None or not launch().home.is_dir():
        return
    try:
        root = first_look.whole_of(corpora.chosen())
    except AssayError:
        return
    noted: tuple[Path, float] | None = st.session_state.get(NOTED)
    if noted is None or noted[0] != root or noted[1] < time.time() - EVERY:
        visits.note(launch().home, root)
        st.session_state[NOTED] = (root, time.time())
    before.setdefault(root, 0.0)


def known() -> dict[str, Path]:
    """Name -> workspace: those of the dashboard, then those opened before that are there no more."""
    found = corpora.known()
    there = {first_look.whole_of(root) for root in found.values()}
    for one in visits.visits(launch().home):
        if one.root not in there:
            names = [one.root.name, *(f"{one.root.name} ({i})" for i in range(2, 100))]
            found[next(name for name in names if name not in found)] = one.root
    return found


def first(found: Mapping[str, Path]) -> str:
    """The corpus that is shown where none is asked for: the first named, or else the one opened last."""
    if not launch().workspaces:
        names = {first_look.whole_of(root): name for name, root in found.items()}
        for one in visits.visits(launch().home):
            if one.root in names:
                return names[one.root]
    return next(iter(found))


def since(roots: Iterable[Path]) -> Mapping[Path, float]:
    """Workspace -> when it was open last before this session, in seconds since 1970."""
    before = _before()
    return {root: before[root] for root in roots if before.get(root)}


def _before() -> dict[Path, float]:
    if LAST not in st.session_state:
        st.session_state[LAST] = {one.root: one.when for one in visits.visits(launch().home)}
    found: dict[Path, float] = st.session_state[LAST]
    return found
