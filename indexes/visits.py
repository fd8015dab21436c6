"""Which workspaces were opened before, and when last: one small file in the folder of workspaces."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from indexes import files

FILE = "opened.json"
MOST = 50
"""Workspaces that are remembered, those opened last."""


@dataclass(frozen=True)
class Visit:
    """When a workspace was open last, in seconds since 1970."""

    root: Path
    when: float


def visits(home: Path) -> list[Visit]:
    """The workspaces opened before, the last first; none where the file is missing or damaged."""
    try:
        said = files.read_json(home / FILE)
        found = [Visit(Path(row["root"]), float(row["when"])) for row in said]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return []
    return sorted(found, key=lambda one: -one.when)[:MOST]


def note(home: Path, root: Path) -> None:
    """Note that a workspace is open now; nothing where the folder cannot be written."""
    others = [one for one in visits(home) if one.root != root]
    _write(home, [Visit(root, time.time()), *others][:MOST])


def know(home: Path, roots: Sequence[Path]) -> None:
    """Remember workspaces that were named when the dashboard was started, and not opened yet."""
    before = visits(home)
    new = [Visit(root, 0.0) for root in roots if root not in {one.root for one in before}]
    if new:
        _write(home, [*before, *new][:MOST])


def forget(home: Path, root: Path) -> None:
    """Leave a workspace out of those opened before."""
    _write(home, [one for one in visits(home) if one.root != root])


def _write(home: Path, found: list[Visit]) -> None:
    try:
        with files.writing_outside(home / FILE) as temporary:
            rows = [asdict(one) | {"root": str(one.root)} for one in found]
            temporary.write_bytes(files.canonical(rows) + b"\n")
    except OSError:
        return
