"""The workspaces that the dashboard knows, by name: an address holds the name, never a path."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from indexes import files, first_look, jobs, visits
from indexes.errors import AssayError, NoWorkspace
from indexes.jobs import Job
from indexes.saying import command
from indexes.workspace import CORPUS, Workspace, read_workspace
from pages.ui.launch import launch

KEY = "corpus"
LASTS = 0.2
"""Seconds for which what was seen on the disk holds."""
WHOLE = "whole"
"""In a session: workspaces of which the part that is taken in is shown rather than the first look."""


def known() -> dict[str, Path]:
    """Name -> workspace: those of the command line, those added in the browser, those under ``--home``.

    In the place of one that is being taken in stands the first look at it, under the same name.
    """
    return {name: _shown(root) for name, root in _on_disk().items()}


def _on_disk() -> dict[str, Path]:
    """Name -> workspace, looked for once for all that a run of a page asks.

    *Measured*: of 50 workspaces each look takes 11 ms, and a run asks several times.
    """
    global _looked
    start, added = launch(), tuple(_added())
    asked = (start, added, files.changed(start.home / visits.FILE))
    if asked != _looked.asked or time.monotonic() > _looked.until:
        here = sorted(path.parent for path in start.home.glob(f"*/{CORPUS}"))
        roots = dict.fromkeys(path.resolve() for path in [*start.workspaces, *added, *here, *_before()])
        _looked = _Looked(asked, time.monotonic() + LASTS, _named(roots))
    return _looked.found


def _named(roots: Iterable[Path]) -> dict[str, Path]:
    """Each by its name; of several of one name all but the first with a number."""
    found: dict[str, Path] = {}
    for root in roots:
        name = name_of(root)
        twins = [name, *(f"{name} ({i})" for i in range(2, 100))]
        found[next(twin for twin in twins if twin not in found)] = root
    return found


@dataclass(frozen=True)
class _Looked:
    """What lies on the disk, as far as it was asked and until it is looked for again."""

    asked: tuple[Any, ...] = ()
    until: float = 0.0
    found: dict[str, Path] = field(default_factory=dict)


_looked = _Looked()


def _shown(root: Path) -> Path:
    look = first_look.stands_in(root)
    return root if look is None or root in st.session_state.get(WHOLE, ()) else look


def show_whole(root: Path, whole: bool = True) -> None:
    """Show this session what of a corpus is taken in, or the first look at it again."""
    others = set(st.session_state.get(WHOLE, ())) - {root}
    st.session_state[WHOLE] = others | {root} if whole else others


def _before() -> list[Path]:
    """Workspaces opened before that are still there."""
    return [one.root for one in visits.visits(launch().home) if (one.root / CORPUS).exists()]


def chosen() -> Path:
    """The workspace that the picker shows.

    Raises:
        NoWorkspace: there is none yet.
    """
    roots = known()
    name = st.session_state.get(KEY)
    if not roots:
        raise NoWorkspace(
            "There is no corpus here yet.",
            f"Of your own files: {command('ingest', 'FILES...', '--to', launch().home / 'my-corpus')}",
        )
    return roots.get(str(name), next(iter(roots.values())))


def add(typed: str) -> str:
    """Add a workspace by a path typed in the browser; gives its name.

    Raises:
        AssayError: it lies under none of the roots given on the command line.
        NoWorkspace: it is no workspace.
    """
    path = Path(typed).expanduser().resolve()
    if not any(path.is_relative_to(root.resolve()) for root in launch().roots):
        raise AssayError(
            "A path can be opened only under a folder that was named when the dashboard was started.",
            "Start it with: assay open --root FOLDER",
        )
    read_workspace(path)
    if path not in _added():
        _added().append(path)
    return next(name for name, root in known().items() if first_look.whole_of(root) == path)


def name_of(root: Path) -> str:
    """A workspace's own name; its folder's where it cannot be read."""
    try:
        return workspace(root).name
    except AssayError:
        return root.name


def workspace(root: Path) -> Workspace:
    """What a workspace holds, read again only when it has changed."""
    marks = [root / CORPUS, root / "tombstones"]
    changed = tuple(mark.stat().st_mtime_ns if mark.exists() else 0 for mark in marks)
    return _read(root, changed)


def so_far(root: Path) -> Workspace:
    """What a workspace holds by now; nothing, and not all, where there is none yet or it cannot be read."""
    try:
        return workspace(root)
    except AssayError:
        return Workspace(root, root.name, ingest={"complete": False})


def taking_in(root: Path) -> Job | None:
    """The last job that took files into a workspace."""
    return next((job for job in jobs.jobs(root) if job.command[0] == "ingest"), None)


def why_not_there(root: Path) -> AssayError | None:
    """What is said where a workspace is not there: it is being made, or could not be, or its time is over."""
    if (root / CORPUS).exists():
        return None
    if first_look.whole_of(root) != root:
        return NoWorkspace("The first look is over.", "The whole is shown here in a moment.")
    job = taking_in(root)
    if job is None:
        return None
    if job.live:
        return NoWorkspace(
            f"{root.name} is being taken in.", "Its first documents are shown here as soon as they are read."
        )
    return NoWorkspace(job.error or f"{root.name} was not taken in.", job.next_step or "Start it again.")


@lru_cache(maxsize=256)
def _read(root: Path, changed: tuple[int, ...]) -> Workspace:
    return read_workspace(root)


@st.cache_resource
def _added() -> list[Path]:
    return []
