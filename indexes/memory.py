"""Whether a step that holds all documents at once fits in memory: said before the system ends it."""

import ctypes
from functools import cache
from pathlib import Path

import psutil

from indexes.errors import AssayError

CGROUP = Path("/sys/fs/cgroup")


def available() -> int:
    """Bytes of memory free for this process, within its container's limit where it has one."""
    free = int(psutil.virtual_memory().available)
    try:
        limit, used = (int((CGROUP / name).read_text()) for name in ("memory.max", "memory.current"))
        said = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):  # no container, or no limit
        return free
    return min(free, limit - used + int(said.get("file", 0)))  # files in memory give way


@cache
def keep_freed() -> None:
    """Let this process keep up to 256 MB that it has freed, for its next array, where the C library can.

    Work in pieces takes and frees arrays of megabytes; given back to the system each time, their pages are
    made anew and cleared: a fifth to a third of the time that signals took.
    """
    trim_threshold, mmap_threshold = -1, -3  # of glibc's malloc.h
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(trim_threshold, 256_000_000)
        mallopt(mmap_threshold, 32_000_000)


def require(needed: int, what: str) -> None:
    """Refuse what does not fit.

    Raises:
        AssayError: with what it takes and what is there.
    """
    free = available()
    if needed > free:
        raise AssayError(
            f"{what} takes about {needed / 1e9:,.1f} GB of memory, and {free / 1e9:,.1f} GB are free.",
            "Free some, or take in a part of the documents: assay ingest SOURCE... --sample 10% --to NEW",
        )
