"""A first look: the first documents of some files of a corpus, while the whole is being taken in.

It is a workspace of its own, so that every page can show it, in a hidden folder of the one that is made. It
is no fair sample: a file begins with what was written first. It is made within seconds however large the
files are, and goes when the whole is there. Recipes and judgements that people keep in it lie in the whole.
"""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from indexes import files, jobs
from indexes.errors import AssayError, NoWorkspace
from indexes.ingest import take_heads
from indexes.planning import Options
from indexes.sources import find
from indexes.workspace import CORPUS, FIRST_LOOK, Workspace, read_workspace, write_workspace

FOLDER = ".first-look"
"""In the workspace that is being made."""

SHARED = ("recipes", "judgements", "pins")
"""Folders that are the whole's own."""

FILES, FILE_BYTES, ALL_BYTES = 20, 8 << 20, 16 << 20
"""Files looked into, and bytes read of one, and of all: decompressed, about."""

SECONDS = 3.0
"""When this long has passed no further file is looked into; disks may be far away."""

GRACE = 4.0
"""Seconds for which a first look that is over is left to those who still read it: pages look every three."""

Item = TypeVar("Item")


def stands_in(root: Path) -> Path | None:
    """The first look at what a workspace is to hold; None where there is none, or where all is there.

    A job that ended before it could remove the look leaves it lying: the next ``ingest`` removes it.
    """
    look = root / FOLDER
    return look if (look / CORPUS).exists() and not _is_all_there(root) else None


def whole_of(root: Path) -> Path:
    """The workspace that a first look is a look at; of any other itself."""
    return root.parent if root.name == FOLDER else root


def looked_into(look: Workspace) -> tuple[int, int]:
    """Of how many files a first look holds documents, and how many there are."""
    return int(look.part[FIRST_LOOK]), int(look.part["of"])


def take(root: Path, options: Options) -> Path | None:
    """Take a first look, unless there is one; None where there are documents already, or none to be seen.

    Args:
        root: the workspace that the files will be taken into.
        options: how they will be.

    Raises:
        AssayError: there is no file to read, or the workspace cannot be written.
    """
    if stands_in(root) or _has_documents(root):
        return stands_in(root)
    inputs = find(options.sources, options.named).inputs
    began = time.monotonic()
    picked = spread(inputs, FILES)
    name = options.name or root.resolve().name
    with suppress(_NothingSeen), files.writing(root / FOLDER) as temporary:
        part = {FIRST_LOOK: len(picked), "of": len(inputs)}
        empty = Workspace(temporary, f"{name} (first look)", part=part)
        size = min(FILE_BYTES, ALL_BYTES // len(picked))
        taken = take_heads(empty, options, picked, size, began + SECONDS)
        if not taken.documents:
            raise _NothingSeen
        # No files: those that it leaves out are not new ones that wait to be taken in.
        done = {"complete": True, "arguments": []}
        write_workspace(replace(taken, part={**part, FIRST_LOOK: _files_in(taken)}, ingest=done))
        for shared in SHARED:
            (root / shared).mkdir(exist_ok=True)
            with suppress(OSError):  # some disks know no links: then what is kept there goes with the look
                (temporary / shared).symlink_to(Path("..") / shared)
    return stands_in(root)


def leave(root: Path) -> None:
    """Remove the first look at a workspace, if there is one, and stop what is done with it."""
    look = root / FOLDER
    if not look.exists():
        return
    files.remove(look / CORPUS)
    for job in jobs.jobs(look):
        if job.live:
            jobs.cancel(look, job)
    time.sleep(GRACE)
    gone = root / f"{files.TEMPORARY}{os.getpid()}-{FOLDER}"
    os.replace(look, gone)
    with suppress(OSError):  # who still writes there makes files anew; the next writer sweeps them away
        files.remove(gone)


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many items at even distances, in an order in which the first few are far apart too."""
    n = min(most, len(items))
    bits = max(1, n - 1).bit_length()
    order = sorted(range(n), key=lambda place: f"{place:0{bits}b}"[::-1])
    return [items[place * len(items) // n] for place in order]


class _NothingSeen(Exception):
    """No document is among the first rows."""


def _has_documents(root: Path) -> bool:
    try:
        return read_workspace(root).documents > 0
    except NoWorkspace:
        return False


def _is_all_there(root: Path) -> bool:
    """Whether all documents are taken in, and nobody measures them still."""
    try:
        there = _has_documents(root) and read_workspace(root).complete
    except AssayError:
        return False
    return there and not any(job.live for job in jobs.jobs(root))


def _files_in(workspace: Workspace) -> int:
    """How many files gave documents."""
    return len({file.path for shard in workspace.shards for file in shard.files})
