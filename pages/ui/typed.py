"""Paths and names typed in the browser; paths only under folders named when the dashboard was started."""

import re
import tempfile
from pathlib import Path

from indexes import files
from indexes.errors import AssayError
from pages.ui.launch import launch

ROOT_NEEDED = "Start the dashboard with: assay open --root FOLDER"
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def path(said: str, exists: bool = True) -> Path:
    """A typed path, absolute.

    Raises:
        AssayError: it lies under none of the roots, or is not there.
    """
    found = Path(said.strip()).expanduser().resolve()
    if not said.strip():
        raise AssayError("No path was typed.", "Type the path of a file or folder.")
    if not any(found.is_relative_to(root.resolve()) for root in launch().roots):
        raise AssayError(f"{found} lies under no folder that may be read from the browser.", ROOT_NEEDED)
    if exists and not found.exists():
        raise AssayError(f"{found} is not there.", "Check how it is written.")
    return found


def name(said: str, what: str) -> str:
    """A typed name that can be a folder's.

    Raises:
        AssayError: it cannot.
    """
    if not PLAIN.fullmatch(said.strip()):
        raise AssayError(
            f"{said.strip()!r} cannot be the name of {what}.", "Use letters, digits, dots, - and _."
        )
    return said.strip()


def uploaded(file_name: str, content: bytes) -> Path:
    """Keep an uploaded file for a job to read, apart from every workspace; where it lies."""
    folder = Path(tempfile.mkdtemp(prefix="assay-upload-"))
    safe = re.sub(r"[^A-Za-z0-9_.-]", "_", Path(file_name).name)[-100:].lstrip(".") or "file.jsonl"
    with files.writing(folder / safe) as temporary:
        temporary.write_bytes(content)
    return folder / safe


def places() -> str:
    """The roots, for the help of a field."""
    return ", ".join(str(root) for root in launch().roots)
