"""The workspaces that the dashboard knows, by name: an address holds the name, never a path."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from indexes.errors import AssayError, NoWorkspace
from indexes.saying import command
from indexes.workspace import CORPUS, Workspace, read_workspace
from pages.ui.launch import launch

KEY = "corpus"


def known() -> dict[str, Path]:
    """Name -> workspace: those of the command line, those added in the browser, those under ``--home``."""
    start = launch()
    found: dict[str, Path] = {}
    here = sorted(path.parent for path in start.home.glob(f"*/{CORPUS}"))
    for root in dict.fromkeys(path.resolve() for path in [*start.workspaces, *_added(), *here]):
        name = name_of(root)
        twins = [name, *(f"{name} ({i})" for i in range(2, 100))]
        found[next(twin for twin in twins if twin not in found)] = root
    return found


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
    return next(name for name, root in known().items() if root == path)


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


@lru_cache(maxsize=256)
def _read(root: Path, changed: tuple[int, ...]) -> Workspace:
    return read_workspace(root)


@st.cache_resource
def _added() -> list[Path]:
    return []
