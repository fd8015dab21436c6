"""One writer a workspace, named in a lock file. Readers need not look at it.

The operating system holds the lock and gives it up with the process, however that ends; the file's
text only says who it is.
"""

import fcntl
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from indexes import files
from indexes.errors import AssayError, WorkspaceBusy

LOCK = "lock"
TRIES = 5


@contextmanager
def writer(root: Path, command: str = "") -> Iterator[None]:
    """Be the one writer of a workspace: of documents, columns, indexes, lists and all else that lies there.

    Sweeps away what a writer that died left under temporary names.

    Raises:
        WorkspaceBusy: another process is; who and since when.
        AssayError: the workspace cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        opened = (root / LOCK).open("a+")
    except OSError as error:
        raise AssayError(
            f"{root} cannot be written: {error.strerror}.",
            "Check whose it is, or take the documents into a workspace of your own.",
        ) from None
    with opened as file:
        if not _taken(file):
            raise _busy(root)
        file.seek(0)
        file.truncate()
        since = time.strftime("%Y-%m-%d %H:%M:%S")
        said = command or " ".join(["assay", *sys.argv[1:3]])
        json.dump({"pid": os.getpid(), "host": socket.gethostname(), "command": said, "since": since}, file)
        file.flush()
        for folder in (
            "documents",
            "columns",
            "indexes",
            "tombstones",
            "targets",
            "quarantine",
            "lists",
            "models",
        ):
            files.sweep(root / folder)
        for path in root.glob(f"{files.TEMPORARY}*"):
            files.remove(path)
        yield


def held(root: Path) -> bool:
    """Whether somebody writes a workspace at this moment; False where that cannot be seen."""
    try:
        with (root / LOCK).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _taken(file: TextIO) -> bool:
    """Take the lock; a moment is waited, since who only looks at it holds it for one."""
    for _ in range(TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False


def _busy(root: Path) -> WorkspaceBusy:
    try:
        who = json.loads((root / LOCK).read_text())
    except (OSError, ValueError):
        who = {"pid": "unknown", "host": "unknown", "command": "another command", "since": "just now"}
    return WorkspaceBusy(
        f"{root} is being written by: {who['command']} (process {who['pid']} on {who['host']}, "
        f"since {who['since']}).",
        f"Wait for it; if it hangs, end it there with: kill {who['pid']} (its lock ends with it).",
    )
