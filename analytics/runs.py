"""The shell around the pure core: it reads texts and columns, calls a pure function, and writes columns."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.fasttext_model import describe
from analytics.signal import Family, Given, Texts, signal_columns, signal_families
from analytics.status import note_costs, note_run
from indexes import families
from indexes.columns import TEXT
from indexes.engine import map_items
from indexes.errors import AssayError, BadScores, FileFault, MissingColumn, SourceChanged, near_matches
from indexes.lists import add_list, list_hash, read_list
from indexes.lock import writer
from indexes.memory import keep_freed
from indexes.models import add_model, model_file, model_hash, record_model
from indexes.saying import command
from indexes.schema import schema_named
from indexes.texts import buffers, processes, stretches, text_batches
from indexes.workspace import Shard, Workspace, read_workspace

PIECE_BYTES = 2_000_000
"""Text measured at a time: what is made of it takes several times its size, and row groups may be large."""

STRETCH = 1_024
"""Documents that a process measures at a time: so few that two processes end at about the same moment."""

TYPES = {"integer": np.int64, "number": np.float64, "text": np.object_}

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
        costs: family of signals -> seconds of processor time.
    """

    documents: int
    columns: tuple[str, ...]
    seconds: float
    faults: tuple[AssayError, ...] = ()
    costs: Mapping[str, float] | None = None

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "documents": self.documents,
            "columns": list(self.columns),
            "seconds": round(self.seconds, 3),
        }
        if self.costs is not None:
            said["costs"] = {name: round(seconds, 3) for name, seconds in sorted(self.costs.items())}
        if self.faults:
            said["error"] = " ".join(fault.sentence for fault in self.faults)
            said["next_step"] = self.faults[0].next_step
        return said


@dataclass(frozen=True)
class Task:
    """Some of a shard's text, and what is to be measured of it.

    Attributes:
        abouts: family -> how its columns are made.
        lists: the user's lists of words that the families need.
        models: the user's models that they look at.
        turn: which of all tasks it is, counted from 0.
        stretch: which of the shard's it is, counted from 0.
        groups: row groups of the file that holds the text; all if None.
    """

    workspace: Workspace
    shard: Shard
    abouts: Mapping[str, Mapping[str, Any]]
    lists: Mapping[str, tuple[str, ...]]
    models: Mapping[str, Path]
    turn: int = 0
    stretch: int = 0
    groups: range | None = None


@dataclass(frozen=True)
class Values:
    """What was measured of a task's documents.

    Attributes:
        columns: column -> one value a document.
        readable: whether each has text.
        costs: family -> seconds of processor time. What several families share stands with the first.
        bytes: UTF-8 bytes of the text.
    """

    columns: dict[str, NDArray[Any]]
    readable: NDArray[np.bool_]
    costs: dict[str, float]
    bytes: int


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
        names: families; those of the default set if None.
        workers: processes; one a core if None, and one alone for little text.
        progress: called as parts of shards are done.

    Raises:
        MissingColumn: there is no such family, or it needs a list that the workspace lacks.
        WorkspaceBusy: another process writes to the workspace.
    """
    began = time.perf_counter()
    wanted = _families_named(root, names)
    columns = tuple(signal.column for family in wanted for signal in family.signals)
    workspace = read_workspace(root)
    written = (families.lineage_is_written(workspace, family.name) for family in wanted)
    if not _tasks(workspace, wanted) and all(written):
        return Measured(0, columns, time.perf_counter() - began, costs={})

    with writer(root), ExitStack() as opened:
        workspace = read_workspace(root)
        for family in wanted:
            if family.model and (model := model_file(root, family.model)):
                record_model(model)
        tasks = _tasks(workspace, wanted)
        total = sum(task.shard.rows for task in tasks)
        tasks = [task for task in map(_take_given, tasks) if task.abouts]
        in_order = (part for task in tasks for part in _stretches(task))
        parts = [replace(part, turn=turn) for turn, part in enumerate(in_order)]
        awaited = Counter(part.shard.number for part in parts)
        files: dict[int, _Files] = {}
        faults: dict[int, AssayError] = {}
        costs: Counter[str] = Counter()
        sizes: Counter[str] = Counter()
        counts: Counter[str] = Counter()
        done = total - sum(task.shard.rows for task in tasks)
        documents = done
        count = processes((task.shard for task in tasks), workers)
        report = progress or (lambda done, total: None)
        report(done, total)
        for part, made in map_items(measured_values, parts, count):
            number = part.shard.number
            awaited[number] -= 1
            if isinstance(made, AssayError):
                faults[number] = made
                if number in files:
                    files.pop(number).give_up(made)
            elif number not in faults:
                if number not in files:
                    files[number] = _Files(part, opened)
                files[number].take(part.stretch, made)
                costs.update(made.costs)
                sizes.update(dict.fromkeys(made.costs, made.bytes))
                counts.update(dict.fromkeys(made.costs, len(made.readable)))
                done += len(made.readable)
                report(done, total)
            if not awaited[number] and number in files:
                files.pop(number).close()
                documents += part.shard.rows
        for family in wanted:
            families.write_lineage(workspace, family.name)
        seconds = time.perf_counter() - began
        note_run(root, "measure", documents, seconds)
        note_costs(root, {name: (counts[name], sizes[name], costs[name]) for name in costs})
    found = tuple(faults[number] for number in sorted(faults))
    return Measured(documents, columns, seconds, found, dict(costs))


class _Files:
    """The column files of one shard, written as its stretches come in, in whatever order."""

    def __init__(self, task: Task, opened: ExitStack) -> None:
        self.writing = opened.enter_context(ExitStack())
        self.add = {
            name: self.writing.enter_context(families.writing_shard(task.workspace, name, task.shard, about))
            for name, about in task.abouts.items()
        }
        self.waiting: dict[int, Values] = {}
        self.next = 0

    def take(self, stretch: int, values: Values) -> None:
        self.waiting[stretch] = values
        while self.next in self.waiting:
            values = self.waiting.pop(self.next)
            for name, add in self.add.items():
                columns = [signal.column for signal in signal_families()[name].signals]
                add(families.table_of({name: values.columns[name] for name in columns}, values.readable))
            self.next += 1

    def close(self) -> None:
        self.writing.close()

    def give_up(self, fault: AssayError) -> None:
        with suppress(AssayError):
            self.writing.__exit__(type(fault), fault, None)


def families_of(columns: Iterable[str]) -> list[str]:
    """The families of signals among some columns, each once."""
    known = signal_columns()
    return list(dict.fromkeys(known[name].family for name in columns if name in known))


def default_families() -> list[str]:
    """The families that ``assay measure`` computes without being asked."""
    return [family.name for family in signal_families().values() if family.default]


def computable_families(root: Path) -> list[str]:
    """Every family but those whose lists of words the workspace lacks."""
    return [
        family.name
        for family in signal_families().values()
        if all(read_list(root, name) is not None for name in family.needs)
    ]


def keep_given(
    root: Path, lists: Iterable[tuple[str, Path]] = (), models: Iterable[tuple[str, Path]] = ()
) -> dict[str, int]:
    """Keep a user's lists of words and fastText classifiers under the names that families look for.

    Args:
        root: the workspace.
        lists: name and file of each list.
        models: name and file of each classifier.

    Returns:
        list -> how many entries it has.

    Raises:
        AssayError: no family looks for a name, or a file is no list, or no classifier; nothing is kept then
            of what has a wrong name.
        WorkspaceBusy: another process writes to the workspace.
    """
    lists, models = list(lists), list(models)
    read_workspace(root)
    all_families = signal_families().values()
    _check_names("needs a list", lists, [name for family in all_families for name in family.needs])
    _check_names("looks at a model", models, [family.model for family in all_families if family.model])
    for _, path in models:
        _check_classifier(path)
    with writer(root):
        found = {name: add_list(root, name, path) for name, path in lists}
        for name, path in models:
            add_model(root, name, path)
    return found


def _check_names(what: str, given: Iterable[tuple[str, Path]], known: Sequence[str]) -> None:
    for name, _ in given:
        if name not in known:
            raise AssayError(
                f"No family of signals {what} {name}.{near_matches(name, known)}",
                f"Choose from: {', '.join(dict.fromkeys(known))}.",
            )


def _check_classifier(path: Path) -> None:
    if not describe(path).supervised:
        raise BadScores(
            f"{path} is a fastText model of word vectors, and no classifier.", "Give one that has labels."
        )


def _families_named(root: Path, names: Iterable[str] | None) -> list[Family]:
    known = signal_families()
    if names is None:
        names = default_families()
    for name in names:
        if name not in known:
            column = signal_columns().get(name)
            raise MissingColumn(
                f"There is no family of signals {name}.{near_matches(name, known)}",
                f"The column {name} is measured with: {command('measure', root, column.family)}"
                if column
                else f"Choose from: {', '.join(known)}.",
            )
        for needed in known[name].needs:
            if read_list(root, needed) is None:
                raise MissingColumn(
                    f"{name} needs the list {needed}, one word or phrase a line, which this workspace lacks.",
                    f"Give yours: {command('measure', root, name, '--list', f'{needed}={needed}.txt')}",
                )
        if known[name].model and (model := model_file(root, known[name].model)):
            _check_classifier(model)
    return [known[name] for name in dict.fromkeys(names)]


def _tasks(workspace: Workspace, wanted: Iterable[Family]) -> list[Task]:
    """What is left to do, a shard each, in the order of the shards."""
    left: dict[int, dict[str, Mapping[str, Any]]] = {}
    for family in wanted:
        about = about_family(family, workspace)
        for shard in families.unfinished(workspace, family.name, about):
            left.setdefault(shard.number, {})[family.name] = about
    here = replace(workspace, shards=(), sources=(), tombstones=())  # a worker needs to know only where it is
    lists = {name: read_list(workspace.root, name) or () for family in wanted for name in family.needs}
    named = {family.model: model_file(workspace.root, family.model) for family in wanted if family.model}
    models = {name: path for name, path in named.items() if path is not None}
    return [
        Task(here, shard, left[shard.number], lists, models)
        for shard in workspace.shards
        if shard.number in left
    ]


def about_family(family: Family, workspace: Workspace) -> dict[str, Any]:
    """How a family's columns are made in this corpus: the lineage that stands in each of its files."""
    parameters = dict(family.params)
    if family.given is not None and _has_given(workspace, family.given):
        parameters = {**family.given.params, TAKEN: dict(family.given.columns)}
    for name in family.needs:
        entries = read_list(workspace.root, name)
        parameters[name] = {"entries": len(entries), "sha256": list_hash(entries)} if entries else None
    if family.model and (model := model_file(workspace.root, family.model)):
        parameters["model"] = {"file": model.name, "sha256": model_hash(model)}
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
    return [replace(task, stretch=i, groups=groups) for i, groups in enumerate(found)] or [task]


def measured_values(task: Task) -> Values | AssayError:
    """The signals of some of a shard's documents; the fault instead where their text cannot be read."""
    keep_freed()
    wanted = [signal_families()[name] for name in task.abouts]
    _make_ready(wanted, task)
    parts: dict[str, list[NDArray[Any]]] = {
        signal.column: [np.empty(0, TYPES[signal.type])] for family in wanted for signal in family.signals
    }
    readable = [np.empty(0, np.bool_)]
    costs = dict.fromkeys(task.abouts, 0.0)
    size = 0
    try:
        for batch in text_batches(task.workspace, task.shard, task.groups):
            for texts in _pieces(Texts(*buffers(batch), task.lists, task.models)):
                for family in wanted:
                    began = time.thread_time()
                    for signal in family.signals:
                        parts[signal.column].append(signal.measure(texts))
                    costs[family.name] += time.thread_time() - began
                readable.append(texts.valid)
                size += int(texts.offsets[-1] - texts.offsets[0])
    except (SourceChanged, FileFault) as fault:
        return fault
    columns = {name: np.concatenate(some) for name, some in parts.items()}
    return Values(columns, np.concatenate(readable), costs, size)


def _make_ready(wanted: Sequence[Family], task: Task) -> None:
    """Load or compile what the families call, once in a process: it is no cost of theirs.

    Processes that start together go through them from opposite ends, and find on disk what the other has
    compiled: two of them have everything in two thirds of the time of one.
    """
    short = Texts(
        np.frombuffer(b"A text.", np.uint8), np.array([0, 7]), np.array([True]), task.lists, task.models
    )
    new = [family for family in wanted if family.name not in _ready]
    for family in new if task.turn % 2 else reversed(new):
        for signal in family.signals:
            signal.measure(short)
        _ready.add(family.name)


_ready: set[str] = set()
"""Families whose compiled code this process has."""


def _pieces(texts: Texts) -> Iterator[Texts]:
    """A batch in pieces of ``PIECE_BYTES`` of text or less; a longer text is one by itself."""
    start = 0
    while start < len(texts):
        limit = texts.offsets[start] + PIECE_BYTES
        end = max(start + 1, int(np.searchsorted(texts.offsets, limit, side="right")) - 1)
        yield replace(texts, offsets=texts.offsets[start : end + 1], valid=texts.valid[start:end])
        start = end
