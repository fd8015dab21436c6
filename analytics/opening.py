"""Open files that are no workspace yet: a job takes them in and measures them while the dashboard is up."""

from collections.abc import Sequence
from pathlib import Path

from indexes import jobs
from indexes.errors import NoInput
from indexes.workspace import CORPUS


def workspaces_of(paths: Sequence[Path], home: Path) -> list[Path]:
    """The workspaces among some paths; files and folders of files become one, below ``home``, by a job.

    Raises:
        NoInput: a path is not there.
    """
    for path in paths:
        if not path.exists():
            raise NoInput(f"{path} is not there.", "Give a workspace, or files or a folder of documents.")
    found = [path for path in paths if (path / CORPUS).exists()]
    sources = [path.resolve() for path in paths if path not in found]
    if sources:
        root = home.resolve() / sources[0].name.split(".")[0]
        if not any(job.live for job in jobs.jobs(root)):
            jobs.start(root, ["ingest", *map(str, sources), "--to", str(root), "--measure"])
        found.append(root)
    return found
