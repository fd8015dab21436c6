"""Open files that are no workspace yet: a job takes them in and measures them while the dashboard is up."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from indexes import jobs
from indexes.errors import AssayError, NoInput
from indexes.workspace import CORPUS, read_workspace


def workspaces_of(paths: Sequence[Path], home: Path) -> list[Path]:
    """The workspaces among some paths; files and folders of files become one, below ``home``, by a job.

    Raises:
        NoInput: a path is not there.
    """
    for path in paths:
        if not path.exists():
            raise NoInput(f"{path} is not there.", "Give a workspace, or files or a folder of documents.")
    found = [path for path in paths if _is_workspace(path)]
    sources = [path.resolve() for path in paths if path not in found]
    if sources:
        words = [str(path) for path in sources]
        root = _made_of(words, home.resolve(), sources[0].name.lstrip(".").split(".")[0] or "corpus")
        if not any(job.live for job in jobs.jobs(root)):
            jobs.start(root, _command(words, root))
        found.append(root)
    return found


def _is_workspace(path: Path) -> bool:
    """Whether a path is a workspace, or becomes one by a job."""
    return (path / CORPUS).exists() or any(job.command[0] == "ingest" for job in jobs.jobs(path))


def _command(sources: list[str], root: Path) -> list[str]:
    return ["ingest", *sources, "--to", str(root), "--measure", "--first-look"]


def _made_of(sources: list[str], home: Path, name: str) -> Path:
    """The workspace of these sources under this name, or the first free one, so that none are mixed."""
    number = 1
    while True:
        root = home / (name if number == 1 else f"{name}-{number}")
        if not root.exists() or tuple(_command(sources, root)) in {job.command for job in jobs.jobs(root)}:
            return root
        with suppress(AssayError):  # one that cannot be read is another one
            if read_workspace(root).ingest.get("arguments") == sources:
                return root
        number += 1
