"""The name under which somebody judged or pinned last: one small file in the folder of workspaces."""

from pathlib import Path

from indexes import files

FILE = "last-name.json"


def last_name(home: Path) -> str:
    """The name given last; empty where none was, or the file is damaged."""
    try:
        said = files.read_json(home / FILE)
    except (OSError, ValueError, RecursionError):
        return ""
    return said if isinstance(said, str) else ""


def remember_name(home: Path, name: str) -> None:
    """Keep a name; nothing where the folder cannot be written, or it is kept already."""
    if not name or name == last_name(home):
        return
    try:
        with files.writing_outside(home / FILE) as temporary:
            temporary.write_bytes(files.canonical(name) + b"\n")
    except OSError:
        return
