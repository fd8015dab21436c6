"""How anything gets onto disk: a temporary name, flushed, then renamed.

What can be read is whole. A process that dies leaves at most a temporary file, which the next
writer of that folder sweeps away. ``on_rename`` is called just before each rename; tests replace
it to kill a command there.
"""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TEMPORARY = ".tmp-"
"""Prefix of names that are not yet true; no reader looks at them."""

ASIDE = ".old-"
"""Prefix of a folder's name while another is put in its place."""

on_rename: Callable[[Path], None] | None = None


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; on leaving, flush it and rename it to ``path``.

    An exception removes the temporary file, or folder, and leaves ``path`` as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{threading.get_native_id()}-{path.name}")
    remove(temporary)
    try:
        yield temporary
        settle(temporary, path)
    except BaseException:
        remove(temporary)
        raise


@contextmanager
def writing_outside(path: Path) -> Iterator[Path]:
    """As ``writing``, for a file in no workspace: nobody sweeps there, so what dead writers left goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep_dead(path.parent, f"-{path.name}")
    with writing(path) as temporary:
        yield temporary


def sweep_dead(folder: Path, ending: str = "") -> None:
    """Remove what dead processes of this machine left in a folder under temporary names of some ending."""
    for left in folder.iterdir():
        pid = left.name.removeprefix(TEMPORARY).split("-")[0]
        if (
            left.name.startswith(TEMPORARY)
            and left.name.endswith(ending)
            and pid.isdecimal()
            and not alive(int(pid))
        ):
            remove(left)


def alive(pid: int) -> bool:
    """Whether a process of this machine is running; one that has ended but was not waited for is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, IndexError):
        return True


def settle(temporary: Path, path: Path) -> None:
    """Flush what was written under a temporary name and rename it to its own.

    A folder that is there already stands aside until the new one has its name: ``sweep`` puts it back if that
    never came.
    """
    for file in sorted(temporary.rglob("*")) if temporary.is_dir() else [temporary]:
        if file.is_file():
            _flush(file)
    aside = path.with_name(f"{ASIDE}{path.name}")
    replaces = temporary.is_dir() and path.is_dir()
    if replaces:
        remove(aside)
        _rename(path, aside)
    try:
        _rename(temporary, path)
    except BaseException:
        if replaces:
            os.replace(aside, path)
        raise
    if replaces:
        remove(aside)
    _flush(path.parent)


def _rename(path: Path, to: Path) -> None:
    if on_rename is not None:
        on_rename(to)
    os.replace(path, to)


def changed(path: Path) -> int:
    """When a file was changed last, in ns since 1970; 0 where that cannot be seen, as when it is gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def write_text(path: Path, text: str) -> None:
    """Write a file of UTF-8 text."""
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: Any) -> None:
    """Write canonical JSON: sorted keys, so that equal values give equal bytes."""
    write_text(path, json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """Read what ``write_json`` wrote."""
    return json.loads(path.read_text(encoding="utf-8"))


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: the bytes over which hashes of records are taken."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a writer that died left under names not its own. For the holder of the lock."""
    for path in sorted(folder.rglob(".*")):
        own = path.with_name(path.name.removeprefix(ASIDE))
        if own != path and not own.exists():
            os.replace(path, own)
        elif path.name.startswith((TEMPORARY, ASIDE)):
            remove(path)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
