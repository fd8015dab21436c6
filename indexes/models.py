"""Files of models that the user gives, kept in the workspace: ``models/<name>.bin`` or ``.ftz``.

Beside it, ``models/<name>.json`` says its hash, and the size and time of change at which the file has it: a
model may take a gigabyte, and every command asks whether it is still the same.
"""

import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

from indexes import files
from indexes.errors import AssayError

FOLDER = "models"
SUFFIXES = (".bin", ".ftz")
"""fastText's models, whole and compressed."""
RECORD = ".json"


def model_file(root: Path, name: str) -> Path | None:
    """Where a workspace keeps a model; None where it has none of that name."""
    kept = [root / FOLDER / f"{name}{suffix}" for suffix in SUFFIXES]
    return next((path for path in kept if path.is_file()), None)


def add_model(root: Path, name: str, path: Path) -> Path:
    """Keep a copy of a user's model under a name, in the place of the one that was there.

    The caller holds the lock.

    Raises:
        AssayError: the file has another ending, or cannot be read.
    """
    if path.suffix not in SUFFIXES:
        raise AssayError(
            f"{path} is no model's file: its name ends neither with .bin nor with .ftz.", "Give another."
        )
    kept = root / FOLDER / f"{name}{path.suffix}"
    try:
        with files.writing(kept) as temporary:
            shutil.copyfile(path, temporary)
    except OSError as error:
        raise AssayError(f"The model {path} cannot be read: {error.strerror}.", "Check its name.") from None
    for suffix in set(SUFFIXES) - {path.suffix}:
        kept.with_suffix(suffix).unlink(missing_ok=True)
    record_model(kept)
    return kept


def model_hash(path: Path) -> str:
    """SHA-256 of a kept model; the file is read only where it is not as it was recorded."""
    now = _standing(path)
    held = _recorded(path)
    if {key: held.get(key) for key in now} == now and isinstance(held.get("sha256"), str):
        return str(held["sha256"])
    return _hash(path, now["changed"], now["bytes"])


def record_model(path: Path) -> None:
    """Record a kept model's hash where what is recorded is of another file; the caller holds the lock."""
    said = {**_standing(path), "sha256": model_hash(path)}
    if _recorded(path) != said:
        files.write_json(path.with_suffix(RECORD), said)


def _standing(path: Path) -> dict[str, Any]:
    """What tells that a file may have become another one: name, bytes, and last change in ns."""
    status = path.stat()
    return {"file": path.name, "bytes": status.st_size, "changed": status.st_mtime_ns}


def _recorded(path: Path) -> dict[str, Any]:
    try:
        held = files.read_json(path.with_suffix(RECORD))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


@lru_cache(maxsize=16)
def _hash(path: Path, changed: int, size: int) -> str:
    return files.sha256(path)
