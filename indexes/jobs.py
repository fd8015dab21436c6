"""Long work started from a page: a worker process, and a record on disk that outlives both page and process.

A job is a command of the terminal run by this Python with ``--job ID`` after it; it writes its record itself.
The page only reads records, and may be closed. A job that finds another writer waits and says behind whom.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from indexes import files
from indexes.saying import command as terminal

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
WRITE_EVERY_SECONDS = 0.3
START_SECONDS = 60
"""A job of which nothing is heard for so long after it was started has failed."""


@dataclass(frozen=True)
class Job:
    """One job's record.

    Attributes:
        command: the words after ``assay``.
        done, total: progress in documents; 0 where nothing is known yet.
        note: what it is doing, or behind whom it waits.
        result: what the command's ``--json`` prints.
        error, next_step: why it failed.
    """

    id: str
    command: tuple[str, ...]
    state: str = QUEUED
    pid: int = 0
    started: float = 0.0
    ended: float = 0.0
    done: int = 0
    total: int = 0
    note: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    next_step: str = ""

    @property
    def live(self) -> bool:
        """Whether it may still change."""
        return self.state in (QUEUED, RUNNING)

    @property
    def seconds_left(self) -> float | None:
        """From the rate so far; None while nothing is known."""
        if self.state != RUNNING or not 0 < self.done < self.total:
            return None
        return (time.time() - self.started) * (self.total - self.done) / self.done


def start(root: Path, command: Sequence[str]) -> Job:
    """Start a command of the terminal as a job of a workspace; at once back."""
    here = Path(__file__).parent.parent
    with _new_log(root) as log:
        job = Job(Path(log.name).stem, tuple(command), started=time.time())
        write(root, job)
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", *command, "--json", "--job", str(root / "jobs" / f"{job.id}.json")],
            cwd=Path.cwd(),
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here), os.environ.get("PYTHONPATH", "")])},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    files.write_text(root / "jobs" / f"{job.id}.pid", str(process.pid))
    _watched.append(process)
    return job


_watched: list[subprocess.Popen[bytes]] = []


def _new_log(root: Path) -> BinaryIO:
    """The log of a new job, under the first number that is free: two that start at once share none."""
    (root / "jobs").mkdir(parents=True, exist_ok=True)
    number = len(list((root / "jobs").glob("*.log")))
    while True:
        number += 1
        with suppress(FileExistsError):
            return (root / "jobs" / f"{number:05d}.log").open("xb")


def write(root: Path, job: Job) -> None:
    """Write a job's record."""
    files.write_json(root / "jobs" / f"{job.id}.json", asdict(job))


def read(path: Path) -> Job:
    """Read a record; a job whose process is gone without a word has failed, and says how to go on."""
    said = files.read_json(path)
    job = Job(**{**said, "command": tuple(said["command"])})
    if not job.command:
        raise ValueError("a job is a command")
    for process in list(_watched):
        if process.poll() is not None:
            _watched.remove(process)
    pid = job.pid or _pid_of(path)
    if not job.live or (pid and _runs(pid, path)) or (not pid and time.time() - job.started < START_SECONDS):
        return job
    if (now := files.read_json(path)) != said:  # it ended between the two looks
        return Job(**{**now, "command": tuple(now["command"])})
    return replace(
        job,
        state=FAILED,
        error="The job's process ended without a word: it was killed, or the machine was restarted.",
        next_step=f"Start it again, what was finished stays: {terminal(*job.command)}",
    )


def _pid_of(path: Path) -> int:
    """The process that was started for a record, before it has written there itself; 0 if not known."""
    try:
        return int(path.with_suffix(".pid").read_text())
    except (OSError, ValueError):
        return 0


def _runs(pid: int, path: Path) -> bool:
    """Whether a process works on a record; after a restart of the machine another may have its number."""
    try:
        return files.alive(pid) and path.name.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return files.alive(pid)


def jobs(root: Path) -> list[Job]:
    """All jobs of a workspace, newest first; records that cannot be read are left out."""
    found = []
    for path in sorted((root / "jobs").glob("[0-9]*.json"), reverse=True):
        try:
            found.append(read(path))
        except (ValueError, OSError, TypeError, KeyError):
            continue
    return found


def cancel(root: Path, job: Job) -> None:
    """Ask a job to stop. What it has finished stays, and the same command goes on from there."""
    path = root / "jobs" / f"{job.id}.json"
    now = read(path)
    if not now.live:
        return
    if not now.pid:  # it has not begun: its worker looks at this when it does
        write(root, replace(now, state=CANCELLED, ended=time.time()))
    with suppress(ProcessLookupError):
        if pid := now.pid or _pid_of(path):
            os.kill(pid, signal.SIGTERM)


class Record:
    """The writing end of a job's record, in the worker."""

    def __init__(self, path: Path) -> None:
        self.root = path.parent.parent
        said = json.loads(path.read_text())
        self.job = Job(**{**said, "command": tuple(said["command"])})
        self._written = 0.0
        if self.job.state == CANCELLED:
            raise KeyboardInterrupt
        self.update(state=RUNNING, pid=os.getpid(), started=time.time())

    def update(self, **changes: Any) -> None:
        """Write changes of state at once."""
        self.job = replace(self.job, **changes)
        write(self.root, self.job)

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Write progress, a few times a second at most."""
        waited: dict[str, Any] = {"started": time.time()} if self.job.state == QUEUED else {}
        self.job = replace(self.job, state=RUNNING, done=done, total=total, note=note, **waited)
        if time.time() - self._written > WRITE_EVERY_SECONDS:
            self._written = time.time()
            write(self.root, self.job)
