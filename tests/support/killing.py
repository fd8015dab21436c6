"""Kill a command at a rename or at a moment, and compare what it leaves with an undisturbed run."""

import hashlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

KILLED = 137
APART = ("run.json", "lock")
APART_FOLDERS = ("cache", "jobs")

# One process imports everything once; each command runs in a fork of it, so that a kill costs no start.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [
        "cli",
        "indexes.ingest",
        "indexes.export",
        "analytics.runs",
        "analytics.ranking",
        "analytics.preview",
        "killing",
    ]
)


def run(words: Sequence[str], die_at: int | None = None, after: float | None = None) -> int:
    """Run a command in a process of its own; its exit code.

    Args:
        words: as on the terminal, without ``assay``.
        die_at: die just before the rename of this number, from 1.
        after: be killed after so many seconds.
    """
    process = _context.Process(target=_run, args=(list(words), die_at))
    process.start()
    process.join(after)
    if process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        return KILLED
    return KILLED if process.exitcode == -signal.SIGKILL else process.exitcode


def timed(words: Sequence[str]) -> float:
    """How long a command takes that must succeed, in seconds."""
    start = time.monotonic()
    assert run(words) == 0
    return time.monotonic() - start


def _run(words: list[str], die_at: int | None) -> None:
    import cli
    from indexes import files

    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  the process ends with it
    count = 0

    def die(path: Path) -> None:
        nonlocal count
        count += 1
        if count == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    files.on_rename = die
    os._exit(cli.main(words))


def tree(*folders: Path) -> dict[str, str]:
    """Relative path -> SHA-256 of every file, what may differ between runs apart."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not parts[-1].endswith(APART) and not set(parts) & set(APART_FOLDERS):
                found["/".join((folder.name, *parts))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
