"""Where a score comes from: a classifier, files by id or by order, a column of the source, other scores.

Each says how it is made, for the lineage, and gives its columns shard by shard.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analytics import buckets, fasttext_model
from analytics.corpora import open_for_questions
from indexes import families, memory, score_files, score_rows, stored
from indexes.brought import VERSION, abouts_of, brought, made_of
from indexes.columns import BYTES, DOC_ID, WHOLE
from indexes.engine import map_items
from indexes.errors import (
    AssayError,
    BadScores,
    FileFault,
    MissingColumn,
    SourceChanged,
    UnfinishedColumn,
    near_matches,
)
from indexes.saying import command, counted, making
from indexes.stored import Values
from indexes.texts import buffers, text_batches
from indexes.workspace import Shard, Workspace

DECODED = 2_000
"""Texts handed to a classifier at a time."""

ATTRIBUTES, SIGNALS = "attributes", "quality_signals"
"""Keys below which values stand in a row of Dolma's attributes and of RedPajama-V2's signals."""

Progress = Callable[[int, int], None]
Say = Callable[[str], None]


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
        found = brought(self.path)
        return {"model": self.path.name, "model_hash": found.sha256}

    def made(self, name: str, workspace: Workspace, left: Sequence[Shard], run: Run) -> Made:
        found = brought(self.path)
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
    """A file that names documents, by id or by key, and gives values."""

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
        return {name: self.range.column(f"{held.column} of {self.path.name}, by {held.by}", kind)}

    def extra(self, workspace: Workspace) -> dict[str, Any]:
        return {}

    def made(self, name: str, workspace: Workspace, left: Sequence[Shard], run: Run) -> Made:
        held = self._read()
        found = score_files.check_ids(workspace, held)
        if held.note:
            run.say(held.note)
        if found.unknown:
            run.say(
                f"{self.path} names {counted(found.unknown, 'document')} that this corpus lacks: passed over."
            )
        if found.without_row:
            said = f"{found.without_row:,} of {workspace.documents:,} documents have no row in {self.path}"
            why = (
                f" ({found.without_id:,} have no id; a file may name them by key)" if found.without_id else ""
            )
            run.say(f"{said}{why}: null.")
        for shard, values in held.values(workspace, left):
            yield shard, {name: values}


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
        found = score_rows.by_order(workspace, self.path, ATTRIBUTES, [self.attribute], left)
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
        return [] if self.file else stored.stored_below(workspace, self.said)

    def _standing(self, workspace: Workspace, name: str) -> list[str]:
        """The columns of this family as it stands, if these signals of this corpus made all of it."""
        held = next(iter(abouts_of(workspace, name)), None)
        if held is None or (held.get("method"), held.get("version")) != (self.method, VERSION):
            return []
        sha256 = brought(self.file).sha256 if self.file else None
        if held["parameters"] != self.parameters() or held.get("file", {}).get("sha256") != sha256:
            return []
        return [] if families.unfinished(workspace, name, held) else list(held["columns"])

    def _signals(self, name: str, workspace: Workspace) -> list[str]:
        if self._names is None:
            self._names = self._standing(workspace, name) or None
        if self._names is None:
            within = self._stored(workspace)
            if self.file:
                self._names = score_rows.signal_names(workspace, self.file, SIGNALS)
            elif within:
                self._names = _signals_within(workspace, within)
            else:
                near = near_matches(self.said, stored.source_names(workspace))
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
        return {signal: Range().column(source) for signal in self._signals(name, workspace)}

    def extra(self, workspace: Workspace) -> dict[str, Any]:
        return {}

    def made(self, name: str, workspace: Workspace, left: Sequence[Shard], run: Run) -> Made:
        names = self._signals(name, workspace)
        if self.file:
            yield from score_rows.by_order(workspace, self.file, SIGNALS, names, left)
            return
        within = self._stored(workspace)
        for shard in left:
            made = {signal: np.full(shard.rows, np.nan) for signal in names}
            for i, held in enumerate(score_rows.within_record(workspace, shard, within)):
                for signal in names:
                    value = score_rows.one_span(held.get(signal), signal, f"document {shard.first + i:,}")
                    made[signal][i] = np.nan if value is None else value
            yield shard, {signal: Values(values) for signal, values in made.items()}


def _signals_within(workspace: Workspace, within: Sequence[str]) -> list[str]:
    """Signals that some record of the first thousand of each shard has."""
    names: dict[str, None] = {}
    for shard in workspace.shards:
        for i, held in enumerate(score_rows.within_record(workspace, shard, within)):
            names |= dict.fromkeys(score_rows.document_signals(held))
            if i >= score_rows.PEEKED:
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
        found = stored.stored_name(workspace, self.column)
        if found is None:
            names = stored.source_names(workspace)
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
        column = self._stored(workspace)
        whole = stored.is_whole(workspace, column)
        for shard in left:
            array = stored.stored_values(workspace, shard, column)
            yield shard, {name: stored.numbers(array, column, whole)}


class OfWhole(ABC):
    """A column made of other columns over the whole corpus."""

    file = None

    @property
    @abstractmethod
    def needs(self) -> tuple[str, ...]:
        """Columns that it is made of."""

    def extra(self, workspace: Workspace) -> dict[str, Any]:
        return {"fingerprint": workspace.fingerprint, "made_of": made_of(workspace, self.needs)}

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
        return stored.columns_whole(corpus, self.needs)


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
