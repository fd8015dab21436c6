"""Files of models that the user gives, kept in the workspace: ``models/<name>.bin`` or ``.ftz``."""

import shutil
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

from indexes import files
from indexes.errors import AssayError

FOLDER = "models"
SUFFIXES = (".bin", ".ftz")
"""fastText's models, whole and compressed."""


def model_file(root: Path, name: str) -> Path | None:
    """Where a workspace keeps a model; None where it has none of that name."""
    kept = [root / FOLDER / f"{name}{suffix}" for suffix in SUFFIXES]
    return next((path for path in kept if path.is_file()), None)


def add_model(root: Path, name: str, path: Path) -> Path:
    """Keep a copy of a user's model under a name, in the place of the one that was there.

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
    return kept


def model_hash(path: Path) -> str:
    """SHA-256 of a model's file, read once as long as it stays the same."""
    status = path.stat()
    return _hash(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=16)
def _hash(path: Path, changed: int, size: int) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
