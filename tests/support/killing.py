"""Kill a command at a rename or at a moment, and compare what it leaves with an undisturbed run."""

import hashlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

KILLED = 137
APART = ("run.json", "lock")
APART_FOLDERS = ("cache", "jobs", "history")

# One process imports everything once; each command runs in a fork of it, so that a kill costs no start.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [
        "cli",
        "indexes.ingest",
        "indexes.export",
        "analytics.runs",
        "analytics.ranking",
        "analytics.scores",
        "analytics.preview",
        "numba",
        "bpe_openai",
        "killing",
    ]
)


def run(words: Sequence[str], die_at: int | None = None, after: float | None = None) -> int:
    """Run a command in a process of its own; its exit code.

    Args:
        words: as on the terminal, without ``assay``.
        die_at: die just before the rename of this number, from 1.
        after: die once so many seconds of processor time are spent; other work on the machine moves nothing.
    """
    return _finish(words, die_at, after)[0]


def timed(words: Sequence[str]) -> float:
    """How much processor time a command takes that must succeed, in seconds."""
    code, seconds = _finish(words, None, None)
    assert code == 0
    return seconds


def _finish(words: Sequence[str], die_at: int | None, after: float | None) -> tuple[int, float]:
    seconds = _context.Value("d", 0.0)
    process = _context.Process(target=_run, args=(list(words), die_at, after, seconds))
    process.start()
    process.join()
    died = process.exitcode in (-signal.SIGKILL, -signal.SIGPROF)
    return KILLED if died else process.exitcode, seconds.value


def _run(words: list[str], die_at: int | None, after: float | None, seconds: Any) -> None:
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
    if after is not None:
        signal.setitimer(signal.ITIMER_PROF, after)  # its signal ends the process, whatever that is doing
    began = time.process_time()
    code = cli.main(words)
    seconds.value = time.process_time() - began
    os._exit(code)


def tree(*folders: Path) -> dict[str, str]:
    """Relative path -> SHA-256 of every file, what may differ between runs apart."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not parts[-1].endswith(APART) and not set(parts) & set(APART_FOLDERS):
                found["/".join((folder.name, *parts))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
