"""Whether there is anything new in a workspace, without opening it: no library is needed to ask."""

from pathlib import Path

from indexes import files
from indexes.judgements import FOLDER, MARK


def stamp(root: Path) -> str:
    """Cheap to take, and another one as soon as there is something new to see in a workspace."""
    seen = []
    for path in [
        root / "corpus.toml",
        root / "tombstones",
        root / "targets",
        root / "recipes",
        root / FOLDER / MARK,
        root / "columns",
    ]:
        seen.append(path.stat().st_mtime_ns if path.exists() else 0)
    folder = root / "columns"
    if folder.is_dir():
        seen += [path.stat().st_mtime_ns for path in sorted(folder.iterdir())]
    return str(files.canonical(seen).decode())
