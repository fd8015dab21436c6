"""Lists of words that the user gives: one entry a line, kept in the workspace under a name."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from indexes import files
from indexes.errors import AssayError

FOLDER = "lists"


def list_file(root: Path, name: str) -> Path:
    """Where a workspace keeps a list."""
    return root / FOLDER / f"{name}.txt"


def add_list(root: Path, name: str, path: Path) -> int:
    """Keep a copy of a user's list under a name; how many entries it has. The caller holds the lock.

    Raises:
        AssayError: the file cannot be read, is not UTF-8, or has no entry.
    """
    try:
        entries = _entries(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise AssayError(f"The list {path} cannot be read: {why}.", "Check its name and encoding.") from None
    if not entries:
        raise AssayError(f"The list {path} has no entry.", "Write one word or phrase a line.")
    with files.writing(list_file(root, name)) as temporary:
        temporary.write_text("".join(f"{entry}\n" for entry in entries), encoding="utf-8")
    return len(entries)


def read_list(root: Path, name: str) -> tuple[str, ...] | None:
    """The entries of a list in order, each once; None where the workspace has none of that name."""
    path = list_file(root, name)
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return _read(path, status.st_mtime_ns, status.st_size)


def list_hash(entries: tuple[str, ...]) -> str:
    """SHA-256 of what a list holds."""
    return sha256("\n".join(entries).encode()).hexdigest()


@lru_cache(maxsize=64)
def _read(path: Path, changed: int, size: int) -> tuple[str, ...]:
    return _entries(path.read_text(encoding="utf-8"))


def _entries(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, text.split("\n")))))
