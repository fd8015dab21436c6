"""The shell of scores that the user brings: from a classifier, a file or other columns to a score column.

What is judged document by document is computed shard by shard and goes on where it was stopped; what needs
the whole corpus carries its fingerprint, and is stale when that changes or a column that it was made of does.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analytics import buckets, fasttext_model
from analytics.corpora import open_for_questions, open_with
from analytics.naming import check_name
from analytics.status import note_run
from indexes import families, memory, score_files
from indexes.columns import BYTES, DOC_ID, WHOLE
from indexes.engine import default_workers, map_items
from indexes.errors import (
    AssayError,
    BadScores,
    FileFault,
    MissingColumn,
    SourceChanged,
    UnfinishedColumn,
    near_matches,
)
from indexes.lock import writer
from indexes.saying import BROUGHT, command, making
from indexes.score_files import VERSION, Brought, Values
from indexes.texts import buffers, text_batches
from indexes.workspace import Shard, Workspace, read_workspace

DECODED = 2_000
"""Texts handed to a classifier at a time."""

ATTRIBUTES, SIGNALS = "attributes", "quality_signals"
"""Keys below which values stand in a row of Dolma's attributes and of RedPajama-V2's signals."""

Progress = Callable[[int, int], None]
Say = Callable[[str], None]


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


@dataclass(frozen=True)
class Range:
    """What is declared of a score whose maker does not say it."""

    unit: str | None = None
    low: float | None = None
    high: float | None = None

    def parameters(self) -> dict[str, Any]:
        return {"unit": self.unit, "low": self.low, "high": self.high}

    def column(self, source: str, kind: str = "score") -> dict[str, Any]:
        return {"unit": self.unit or "", "low": self.low, "high": self.high, "source": source, "kind": kind}

    def check(self, name: str, values: NDArray[Any]) -> None:
        """Refuse values outside.

        Raises:
            BadScores: one is.
        """
        if values.dtype == object:
            return
        for end, outside in ((self.low, np.less), (self.high, np.greater)):
            if end is not None and outside(values, end).any():
                wrong = values[outside(values, end)][0]
                raise BadScores(
                    f"{name} would hold {wrong:g}, not {_end(self.low)} to {_end(self.high)} as declared.",
                    "Declare the range that it has with --low and --high.",
                )


def _end(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"


Made = Iterator[tuple[Shard, Mapping[str, Values] | AssayError]]


class Origin(Protocol):
    """Where a score comes from.

    Attributes:
        method: one of ``BROUGHT``.
        file: what the user gave, if it is a file.
        needs: columns that it is made of.
    """

    @property
    def method(self) -> str: ...

    @property
    def needs(self) -> tuple[str, ...]: ...

    @property
    def file(self) -> Path | None: ...

    def parameters(self) -> dict[str, Any]:
        """The options of ``assay score``, in order, None for those not given."""

    def columns(self, name: str, workspace: Workspace) -> dict[str, dict[str, Any]]:
        """Column -> unit, low, high, source, kind."""

    def extra(self, workspace: Workspace) -> dict[str, Any]:
        """What else stands in the lineage."""

    def made(
        self, name: str, workspace: Workspace, left: Sequence[Shard], run: "Run"
    ) -> Iterator[tuple[Shard, Mapping[str, Values] | AssayError]]:
        """The columns of the shards that are left; the fault instead where one's text cannot be read."""


@dataclass(frozen=True)
class Run:
    """What the caller of a run has: processes, and ears."""

    workers: int
    say: Say
    progress: Progress | None


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
    found = score_files.brought(origin.file) if origin.file else None
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
            score_files.note_place(root, found)
        documents, faults = _write(
            name, origin, workspace, left, about, Run(workers or default_workers(), say, progress)
        )
        families.write_lineage(workspace, name)
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
        return bool(found and before and score_files.place_of(workspace.root, before) == found.path)

    check_name(workspace, name, columns, BROUGHT, same, replace_other)


def _nulls(workspace: Workspace, name: str) -> int:
    """Documents without a value, in the column that lacks most."""
    return max(families.lineage(workspace, name)["nulls"].values(), default=0)


# --- a classifier ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Classifier:
    """A fastText classifier: the probability of one label."""

    path: Path
    label: str
    method: str = "fasttext"
    needs: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path, label: str | None) -> "Classifier":
        """A classifier by its file.

        Raises:
            BadScores: it is none, or has no such label.
        """
        return cls(path, fasttext_model.label_of(path, label))

    @property
    def file(self) -> Path:
        return self.path

    def parameters(self) -> dict[str, Any]:
        return {"fasttext": self.path.name, "label": self.label}

    def columns(self, name: str, workspace: Workspace) -> dict[str, dict[str, Any]]:
        source = f"fastText classifier {self.path.name}, label {self.label}"
        return {name: Range("probability", 0, 1).column(source)}

    def extra(self, workspace: Workspace) -> dict[str, Any]:
        found = score_files.brought(self.path)
        return {"model": self.path.name, "model_hash": found.sha256}

    def made(self, name: str, workspace: Workspace, left: Sequence[Shard], run: Run) -> Made:
        found = score_files.brought(self.path)
        here = replace(workspace, shards=(), sources=(), tombstones=())
        tasks = [Task(here, shard, found.path, found.sha256, self.label) for shard in left]
        most = max(1, int(memory.available() * 0.8 / max(1, found.size)))
        for task, values in map_items(classified, tasks, min(run.workers, most)):
            yield task.shard, values if isinstance(values, AssayError) else {name: Values(values)}


@dataclass(frozen=True)
class Task:
    """One shard to classify, and by what."""

    workspace: Workspace
    shard: Shard
    model: Path
    model_hash: str
    label: str


def classified(task: Task) -> NDArray[np.float64] | AssayError:
    """Probabilities for a shard's documents; the fault instead where its text cannot be read."""
    model = fasttext_model.load(task.model, task.model_hash)
    made = [np.empty(0)]
    try:
        for batch in text_batches(task.workspace, task.shard):
            data, offsets, valid = buffers(batch)
            for start in range(0, len(valid), DECODED):
                end = min(start + DECODED, len(valid))
                texts = [
                    data[offsets[i] : offsets[i + 1]].tobytes().decode() if valid[i] else None
                    for i in range(start, end)
                ]
                made.append(fasttext_model.probabilities(model, task.label, texts))
    except (SourceChanged, FileFault) as fault:
        return fault
    return np.concatenate(made)


# --- files -----------------------------------------------------------------------------------------------


@dataclass
class ValuesFile:
    """A file of ids and values, joined by id."""

    path: Path
    value: str | None = None
    range: Range = Range()
    method: str = "values"
    needs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._held: score_files.ById | None = None

    @property
    def file(self) -> Path:
        return self.path

    def _read(self) -> score_files.ById:
        if self._held is None:
            self._held = score_files.read_by_id(self.path, self.value)
        return self._held

    def parameters(self) -> dict[str, Any]:
        return {"values": self.path.name, "value": self._read().column, **self.range.parameters()}

    def columns(self, name: str, workspace: Workspace) -> dict[str, dict[str, Any]]:
        held = self._read()
        kind = "label" if held.type == "text" else "score"
        return {name: self.range.column(f"{held.column} of {self.path.name}, by id", kind)}

    def extra(self, workspace: Workspace) -> dict[str, Any]:
        return {}

    def made(self, name: str, workspace: Workspace, left: Sequence[Shard], run: Run) -> Made:
        held = self._read()
        unmatched = score_files.check_ids(workspace, held)
        if unmatched:
            run.say(f"{unmatched:,} of {workspace.documents:,} documents have no row in {self.path}: null.")
        for shard in left:
            yield shard, {name: held.values(workspace, shard)}


@dataclass(frozen=True)
class Attributes:
    """Dolma's attributes: files in the order of the documents' files."""

    path: Path
    attribute: str
    range: Range = Range()
    method: str = "attributes"
    needs: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        return self.path

    def parameters(self) -> dict[str, Any]:
        return {"attributes": self.path.name, "attribute": self.attribute, **self.range.parameters()}

    def columns(self, name: str, workspace: Workspace) -> dict[str, dict[str, Any]]:
        return {name: self.range.column(f"attribute {self.attribute} of {self.path.name}, by file and order")}

    def extra(self, workspace: Workspace) -> dict[str, Any]:
        return {}

    def made(self, name: str, workspace: Workspace, left: Sequence[Shard], run: Run) -> Made:
        found = score_files.by_order(workspace, self.path, ATTRIBUTES, [self.attribute], left)
        for shard, values in found:
            yield shard, {name: values[self.attribute]}


@dataclass
class Signals:
    """RedPajama-V2's quality signals, a column each: inside the records, or in files of the same order."""

    said: str
    method: str = "signals"
    needs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._names: list[str] | None = None

    @property
    def file(self) -> Path | None:
        path = Path(self.said)
        return path if path.exists() else None

    def _stored(self, workspace: Workspace) -> list[str]:
        return [] if self.file else score_files.stored_below(workspace, self.said)

    def _signals(self, workspace: Workspace) -> list[str]:
        if self._names is None:
            stored = self._stored(workspace)
            if self.file:
                self._names = score_files.signal_names(workspace, self.file, SIGNALS)
            elif stored:
                self._names = _signals_within(workspace, stored)
            else:
                near = near_matches(self.said, score_files.source_names(workspace))
                raise BadScores(
                    f"{self.said} is neither a folder of signals nor a column of the source.{near}",
                    f"See which columns there are with: {command('columns', workspace.root)}",
                )
            if not self._names:
                raise BadScores(
                    f"{self.said} holds no signal of whole documents.",
                    "Give RedPajama-V2's quality signals, such as rps_doc_word_count.",
                )
        return self._names

    def parameters(self) -> dict[str, Any]:
        return {"signals": self.file.name if self.file else self.said}

    def columns(self, name: str, workspace: Workspace) -> dict[str, dict[str, Any]]:
        where = "by file and order" if self.file else "inside the record"
        source = f"RedPajama-V2's quality signals, {where}"
        return {signal: Range().column(source) for signal in self._signals(workspace)}

    def extra(self, workspace: Workspace) -> dict[str, Any]:
        return {}

    def made(self, name: str, workspace: Workspace, left: Sequence[Shard], run: Run) -> Made:
        names = self._signals(workspace)
        if self.file:
            yield from score_files.by_order(workspace, self.file, SIGNALS, names, left)
            return
        stored = self._stored(workspace)
        for shard in left:
            made = {signal: np.full(shard.rows, np.nan) for signal in names}
            for i, held in enumerate(score_files.within_record(workspace, shard, stored)):
                for signal in names:
                    value = score_files.one_span(held.get(signal), signal, f"document {shard.first + i:,}")
                    made[signal][i] = np.nan if value is None else value
            yield shard, {signal: Values(values) for signal, values in made.items()}


def _signals_within(workspace: Workspace, stored: Sequence[str]) -> list[str]:
    """Signals that some record of the first thousand of each shard has."""
    names: dict[str, None] = {}
    for shard in workspace.shards:
        for i, held in enumerate(score_files.within_record(workspace, shard, stored)):
            names |= dict.fromkeys(score_files.document_signals(held))
            if i >= score_files.PEEKED:
                break
    return sorted(names)


# --- columns ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SourceColumn:
    """A column that came with the documents."""

    column: str
    range: Range = Range()
    method: str = "column"
    needs: tuple[str, ...] = ()
    file: None = None

    def _stored(self, workspace: Workspace) -> str:
        found = score_files.stored_name(workspace, self.column)
        if found is None:
            names = score_files.source_names(workspace)
            raise MissingColumn(
                f"No column {self.column} came with the documents.{near_matches(self.column, names)}",
                f"See which did with: {command('columns', workspace.root)}",
            )
        return found

    def parameters(self) -> dict[str, Any]:
        return {"column": self.column, **self.range.parameters()}

    def columns(self, name: str, workspace: Workspace) -> dict[str, dict[str, Any]]:
        return {name: self.range.column(f"column {self._stored(workspace)} of the source")}

    def extra(self, workspace: Workspace) -> dict[str, Any]:
        return {}

    def made(self, name: str, workspace: Workspace, left: Sequence[Shard], run: Run) -> Made:
        stored = self._stored(workspace)
        whole = score_files.is_whole(workspace, stored)
        for shard in left:
            array = score_files.stored_values(workspace, shard, stored)
            yield shard, {name: score_files.numbers(array, stored, whole)}


class OfWhole:
    """A column made of other columns over the whole corpus."""

    file = None

    @property
    def needs(self) -> tuple[str, ...]:
        raise NotImplementedError

    def extra(self, workspace: Workspace) -> dict[str, Any]:
        return {"fingerprint": workspace.fingerprint, "made_of": score_files.made_of(workspace, self.needs)}

    def read(self, workspace: Workspace, scores: Sequence[str]) -> dict[str, NDArray[Any]]:
        """The columns over all documents that are not dropped.

        Raises:
            MissingColumn: one is not there.
            UnfinishedColumn: one is partial or stale.
            BadScores: a score holds no numbers.
        """
        corpus = open_for_questions(workspace.root)
        for name in self.needs:
            column = corpus.column(name)
            if column.state != WHOLE:
                raise UnfinishedColumn(
                    f"The column {name} is {column.state}: nothing over the whole corpus can be made of it.",
                    f"Complete it with: {making(workspace.root, column.family, column.lineage)}",
                )
            if name in scores and column.type not in ("integer", "number", "boolean"):
                raise BadScores(
                    f"{name} holds {column.type}, and a score is a number.", "Name a column of numbers."
                )
        return score_files.columns_whole(corpus, self.needs)


def _by_shard(
    name: str,
    workspace: Workspace,
    left: Sequence[Shard],
    doc_ids: NDArray[np.int64],
    values: NDArray[np.float64],
    whole: bool,
) -> Made:
    """Values over all documents, shard by shard; null for what was dropped."""
    everywhere = np.full(workspace.documents, np.nan)
    everywhere[doc_ids] = values
    for shard in left:
        part = everywhere[shard.first : shard.first + shard.rows]
        there = ~np.isnan(part)
        yield (
            shard,
            {name: Values(np.where(there, part, 0).astype(np.int64), there) if whole else Values(part)},
        )


@dataclass(frozen=True)
class Ensemble(OfWhole):
    """Nemotron-CC's ensemble of buckets: each score's bucket by its bytes, and the highest of them."""

    names: tuple[str, ...]
    method: str = "ensemble"

    @property
    def needs(self) -> tuple[str, ...]:
        return (*self.names, BYTES)

    def parameters(self) -> dict[str, Any]:
        return {"ensemble": ",".join(self.names)}

    def columns(self, name: str, workspace: Workspace) -> dict[str, dict[str, Any]]:
        source = f"highest bucket of {', '.join(self.names)}; Su et al. 2024, arXiv:2412.02595"
        return {name: Range("bucket", 0, 19).column(source)}

    def made(self, name: str, workspace: Workspace, left: Sequence[Shard], run: Run) -> Made:
        held = self.read(workspace, self.names)
        found = buckets.ensemble([held[score] for score in self.names], held[BYTES])
        yield from _by_shard(name, workspace, left, held[DOC_ID], found, whole=True)


@dataclass(frozen=True)
class Within(OfWhole):
    """A score's place within a domain."""

    label: str
    of: str
    place: str = "percentile"
    method: str = "within"

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.label, self.of)

    def parameters(self) -> dict[str, Any]:
        return {"within": self.label, "of": self.of, "as": self.place}

    def columns(self, name: str, workspace: Workspace) -> dict[str, dict[str, Any]]:
        if self.place == "rank":
            return {
                name: Range("rank", 1).column(f"rank of {self.of} within {self.label}, 1 for the highest")
            }
        return {name: Range("ratio", 0, 1).column(f"share of its {self.label} with a lower {self.of}")}

    def made(self, name: str, workspace: Workspace, left: Sequence[Shard], run: Run) -> Made:
        held = self.read(workspace, [self.of])
        labels = _labels(held[self.label])
        known = {label: number for number, label in enumerate(dict.fromkeys(labels))}
        groups = np.array([known[label] for label in labels], dtype=np.int64)
        ranks = self.place == "rank"
        found = (buckets.rank_within if ranks else buckets.share_below)(held[self.of], groups)
        yield from _by_shard(name, workspace, left, held[DOC_ID], found, whole=ranks)


def _labels(values: NDArray[Any]) -> list[Any]:
    """Labels as keys; documents without one are a domain too."""
    return [None if value is None or value != value else value for value in values.tolist()]
