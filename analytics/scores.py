"""The shell of scores that the user brings: from a classifier, a file or other columns to a score column.

What is judged document by document is computed shard by shard and goes on where it was stopped; what needs
the whole corpus carries its fingerprint, and is stale when that changes or a column that it was made of does.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.corpora import open_with
from analytics.naming import check_name
from analytics.origins import Origin, Progress, Range, Run, Say
from analytics.status import note_run
from indexes import brought, families
from indexes.brought import VERSION, Brought
from indexes.engine import default_workers
from indexes.errors import AssayError
from indexes.lock import writer
from indexes.saying import BROUGHT, command
from indexes.workspace import Shard, Workspace, read_workspace


@dataclass(frozen=True)
class Scored:
    """What a run did.

    Attributes:
        documents: documents for which something was computed in this run.
        nulls: documents without a value.
    """

    documents: int
    columns: tuple[str, ...]
    seconds: float
    nulls: int
    faults: tuple[AssayError, ...] = ()

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "documents": self.documents,
            "columns": list(self.columns),
            "nulls": self.nulls,
            "seconds": round(self.seconds, 3),
        }
        if self.faults:
            said["error"] = " ".join(fault.sentence for fault in self.faults)
            said["next_step"] = self.faults[0].next_step
        return said


def score(
    root: Path,
    name: str,
    origin: Origin,
    replace_other: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    say: Say = lambda said: None,
) -> Scored:
    """Make a score column, a family by itself. The same again is done at once.

    Args:
        root: the workspace.
        name: of the family, and of its column where there is one.
        origin: where the score comes from.
        replace_other: put it in the place of a score of this name made otherwise.
        workers: processes; one a core if None.
        progress: called with documents done and to do.
        say: told what could not be matched.

    Raises:
        BadScores: the classifier, file or column cannot give a score.
        NameTaken: the name is in use, or no name for a column.
    """
    began = time.perf_counter()
    workspace = read_workspace(root)
    if not workspace.documents:
        raise AssayError(
            f"{root} holds no documents.", f"Take some in with: {command('ingest', 'FILES...', '--to', root)}"
        )
    if origin.needs:
        open_with(root, origin.needs, progress, say)
    found = brought.brought(origin.file) if origin.file else None
    about = about_scores(name, origin, workspace, found)
    columns = tuple(about["columns"])
    _check(workspace, name, columns, about, found, replace_other)
    if not families.unfinished(workspace, name, about) and families.lineage_is_written(workspace, name):
        return Scored(0, columns, time.perf_counter() - began, _nulls(workspace, name))
    with writer(root):
        workspace = read_workspace(root)
        about = about_scores(name, origin, workspace, found)
        left = families.unfinished(workspace, name, about)
        if found is not None:
            brought.note_place(root, found)
        documents, faults = _write(
            name, origin, workspace, left, about, Run(workers or default_workers(), say, progress)
        )
        families.write_lineage(workspace, name)
        for column, nulls in families.lineage(workspace, name)["nulls"].items():
            if nulls == workspace.documents:
                say(f"{column} has no value for any document.")
        note_run(root, "score", documents, time.perf_counter() - began)
    return Scored(documents, columns, time.perf_counter() - began, _nulls(workspace, name), tuple(faults))


def _write(
    name: str, origin: Origin, workspace: Workspace, left: Sequence[Shard], about: Mapping[str, Any], run: Run
) -> tuple[int, list[AssayError]]:
    total, documents = sum(shard.rows for shard in left), 0
    faults: dict[int, AssayError] = {}
    for shard, made in origin.made(name, workspace, left, run):
        if isinstance(made, AssayError):
            faults[shard.number] = made
            continue
        valid = next((values.valid for values in made.values() if values.valid is not None), None)
        for column, values in made.items():
            said = about["columns"][column]
            there = values.values if values.valid is None else values.values[values.valid]
            Range(said["unit"], said["low"], said["high"]).check(column, there)
        table = families.table_of({column: values.values for column, values in made.items()}, valid)
        families.write_shard(workspace, name, shard, table, about)
        documents += shard.rows
        if run.progress is not None:
            run.progress(documents, total)
    return documents, [faults[number] for number in sorted(faults)]


def about_scores(name: str, origin: Origin, workspace: Workspace, found: Brought | None) -> dict[str, Any]:
    """How a score is made: the lineage that stands in each of its files."""
    return {
        "method": origin.method,
        "version": VERSION,
        "parameters": origin.parameters(),
        **({"file": {"name": found.path.name, "sha256": found.sha256}} if found else {}),
        **origin.extra(workspace),
        "columns": origin.columns(name, workspace),
    }


def _check(
    workspace: Workspace,
    name: str,
    columns: Sequence[str],
    about: Mapping[str, Any],
    found: Brought | None,
    replace_other: bool,
) -> None:
    """Refuse a name that is none, or that something else has; the same file in a new state is no other."""

    def same(held: Mapping[str, Any]) -> bool:
        if held["parameters"] != about["parameters"] or held["method"] != about["method"]:
            return False
        before = held.get("file", {}).get("sha256")
        if before == (found.sha256 if found else None):
            return True
        return bool(found and before and brought.place_of(workspace.root, before) == found.path)

    check_name(workspace, name, columns, BROUGHT, same, replace_other)


def _nulls(workspace: Workspace, name: str) -> int:
    """Documents without a value, in the column that lacks most."""
    return max(families.lineage(workspace, name)["nulls"].values(), default=0)
