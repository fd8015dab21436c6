"""Whether a step that holds all documents at once fits in memory: said before the system ends it."""

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
