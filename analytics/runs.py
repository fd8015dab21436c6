"""The shell around the pure core: it reads texts and columns, calls a pure function, and writes columns."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.signal import Family, Given, Texts, signal_columns, signal_families
from indexes import families
from indexes.columns import TEXT
from indexes.engine import default_workers, map_items
from indexes.errors import AssayError, FileFault, MissingColumn, SourceChanged, near_matches
from indexes.lock import writer
from indexes.saying import command
from indexes.schema import schema_named
from indexes.texts import buffers, stretches, text_batches
from indexes.workspace import Shard, Workspace, read_workspace

PIECE_BYTES = 2_000_000
"""Text measured at a time: what is made of it takes several times its size, and row groups may be large."""

STRETCH = 4_096
"""Documents that a process measures at a time where there are too few shards to keep all processes busy."""

READABLE = ""

TAKEN = "taken"
"""Parameter of a family whose values came with the documents: column -> the documents' column it is."""

Progress = Callable[[int, int], None]
"""(documents done, documents to do)."""


@dataclass(frozen=True)
class Measured:
    """What a run of ``measure`` did.

    Attributes:
        documents: documents for which something was computed in this run.
        columns: the columns that were asked for.
        faults: shards whose text could not be read; all others were measured.
    """

    documents: int
    columns: tuple[str, ...]
    seconds: float
    faults: tuple[AssayError, ...] = ()

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "documents": self.documents,
            "columns": list(self.columns),
            "seconds": round(self.seconds, 3),
        }
        if self.faults:
            said["error"] = " ".join(fault.sentence for fault in self.faults)
            said["next_step"] = self.faults[0].next_step
        return said


@dataclass(frozen=True)
class Task:
    """Some of a shard's text, and what is to be measured of it.

    Attributes:
        abouts: family -> how its columns are made.
        groups: row groups of the file that holds the text; all if None.
    """

    workspace: Workspace
    shard: Shard
    abouts: Mapping[str, Mapping[str, Any]]
    groups: range | None = None


Values = dict[str, NDArray[Any]]
"""Column -> one value a document; under ``READABLE``, whether it has text."""


def measure(
    root: Path,
    names: Sequence[str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Measured:
    """Compute signals: a column file for every family and shard that lacks one or has an outdated one.

    The text of a shard is read once for all families that it lacks. What is finished stays, so a run that
    was stopped goes on at the shards that are left.

    Args:
        root: the workspace.
        names: families; all if None.
        workers: processes; one a core if None.
        progress: called as parts of shards are done.

    Raises:
        MissingColumn: there is no such family.
        WorkspaceBusy: another process writes to the workspace.
    """
    from analytics.status import note_run  # it brings DuckDB, which the worker processes do without

    began = time.perf_counter()
    wanted = _families_named(root, names)
    columns = tuple(signal.column for family in wanted for signal in family.signals)
    workspace = read_workspace(root)
    written = (families.lineage_is_written(workspace, family.name) for family in wanted)
    if not _tasks(workspace, wanted) and all(written):
        return Measured(0, columns, time.perf_counter() - began)

    with writer(root):
        workspace = read_workspace(root)
        tasks = _tasks(workspace, wanted)
        total = sum(task.shard.rows for task in tasks)
        tasks = [task for task in map(_take_given, tasks) if task.abouts]
        workers = workers or default_workers()
        few = len(tasks) < 4 * workers
        parts = [part for task in tasks for part in (_stretches(task) if few else [task])]
        awaited = Counter(part.shard.number for part in parts)
        held: defaultdict[int, dict[int, Values]] = defaultdict(dict)
        faults: dict[int, AssayError] = {}
        done = total - sum(task.shard.rows for task in tasks)
        documents = done
        report = progress or (lambda done, total: None)
        report(done, total)
        for part, made in map_items(measured_values, parts, workers):
            number = part.shard.number
            awaited[number] -= 1
            if isinstance(made, AssayError):
                faults[number] = made
            else:
                held[number][part.groups.start if part.groups else 0] = made
                done += len(made[READABLE])
                report(done, total)
            if not awaited[number]:
                whole = [values for _, values in sorted(held.pop(number, {}).items())]
                if number not in faults:
                    _write(part, whole)
                    documents += part.shard.rows
        for family in wanted:
            families.write_lineage(workspace, family.name)
        seconds = time.perf_counter() - began
        note_run(root, "measure", documents, seconds)
    return Measured(documents, columns, seconds, tuple(faults[number] for number in sorted(faults)))


def families_of(columns: Iterable[str]) -> list[str]:
    """The families of signals among some columns, each once."""
    known = signal_columns()
    return list(dict.fromkeys(known[name].family for name in columns if name in known))


def _families_named(root: Path, names: Iterable[str] | None) -> list[Family]:
    known = signal_families()
    if names is None:
        return list(known.values())
    for name in names:
        if name not in known:
            column = signal_columns().get(name)
            raise MissingColumn(
                f"There is no family of signals {name}.{near_matches(name, known)}",
                f"The column {name} is measured with: {command('measure', root, column.family)}"
                if column
                else f"Choose from: {', '.join(known)}.",
            )
    return [known[name] for name in dict.fromkeys(names)]


def _tasks(workspace: Workspace, wanted: Iterable[Family]) -> list[Task]:
    """What is left to do, a shard each, in the order of the shards."""
    left: dict[int, dict[str, Mapping[str, Any]]] = {}
    for family in wanted:
        about = about_family(family, workspace)
        for shard in families.unfinished(workspace, family.name, about):
            left.setdefault(shard.number, {})[family.name] = about
    here = replace(workspace, shards=(), sources=(), tombstones=())  # a worker needs to know only where it is
    return [Task(here, shard, left[shard.number]) for shard in workspace.shards if shard.number in left]


def about_family(family: Family, workspace: Workspace) -> dict[str, Any]:
    """How a family's columns are made in this corpus: the lineage that stands in each of its files."""
    parameters = dict(family.params)
    if family.given is not None and _has_given(workspace, family.given):
        parameters = {**family.given.params, TAKEN: dict(family.given.columns)}
    return {
        "method": family.name,
        "version": family.version,
        "parameters": parameters,
        "columns": {
            signal.column: {
                "unit": signal.unit,
                "low": signal.low,
                "high": signal.high,
                "variant": signal.variant,
                "source": signal.source,
                "kind": "signal",
            }
            for signal in family.signals
        },
    }


def _has_given(workspace: Workspace, given: Given) -> bool:
    """Whether every document came with values of one kind."""
    told_by = set(schema_named(given.schema).required) - {TEXT}
    shards = [shard for shard in workspace.shards if shard.rows]
    for shard in shards:
        header = families.read_header(workspace.documents_file(shard))
        if not told_by <= shard.names.keys() or any(
            not header.types.get(name, "").startswith(("int", "uint")) or header.nulls.get(name) != 0
            for name in given.columns.values()
        ):
            return False
    return bool(shards)


def _take_given(task: Task) -> Task:
    """Write the families whose values came with the documents; what is left to measure."""
    left = dict(task.abouts)
    for name, about in task.abouts.items():
        if taken := about["parameters"].get(TAKEN):
            table = families.renamed(task.workspace, task.shard, taken)
            families.write_shard(task.workspace, name, task.shard, table, about)
            del left[name]
    return replace(task, abouts=left)


def _stretches(task: Task) -> list[Task]:
    try:
        found = stretches(task.workspace, task.shard, STRETCH)
    except (SourceChanged, OSError):  # the same is met, and said, where the text is read
        found = []
    return [replace(task, groups=groups) for groups in found] or [task]


def measured_values(task: Task) -> Values | AssayError:
    """The signals of some of a shard's documents; the fault instead where their text cannot be read."""
    signals = [signal for name in task.abouts for signal in signal_families()[name].signals]
    types = {"integer": np.int64, "number": np.float64}
    parts: dict[str, list[NDArray[Any]]] = {
        signal.column: [np.empty(0, types[signal.type])] for signal in signals
    }
    readable = [np.empty(0, np.bool_)]
    try:
        for batch in text_batches(task.workspace, task.shard, task.groups):
            for texts in _pieces(Texts(*buffers(batch))):
                for signal in signals:
                    parts[signal.column].append(signal.measure(texts))
                readable.append(texts.valid)
    except (SourceChanged, FileFault) as fault:
        return fault
    return {name: np.concatenate(some) for name, some in (parts | {READABLE: readable}).items()}


def _write(task: Task, parts: Sequence[Values]) -> None:
    """Write the column files of a shard, of which these are the values in order."""
    readable = np.concatenate([part[READABLE] for part in parts])
    for name, about in task.abouts.items():
        columns = [signal.column for signal in signal_families()[name].signals]
        arrays = {column: np.concatenate([part[column] for part in parts]) for column in columns}
        families.write_shard(task.workspace, name, task.shard, families.table_of(arrays, readable), about)


def _pieces(texts: Texts) -> Iterator[Texts]:
    """A batch in pieces of ``PIECE_BYTES`` of text or less; a longer text is one by itself."""
    start = 0
    while start < len(texts):
        limit = texts.offsets[start] + PIECE_BYTES
        end = max(start + 1, int(np.searchsorted(texts.offsets, limit, side="right")) - 1)
        yield Texts(texts.data, texts.offsets[start : end + 1], texts.valid[start:end])
        start = end
