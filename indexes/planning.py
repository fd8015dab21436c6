"""What an ingest is asked to do, and what it would do and cost before it begins."""

import contextlib
import json
import shlex
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from indexes.columns import TEXT
from indexes.documents import Arranger
from indexes.errors import AssayError, FileFault, NoSpace, near_matches
from indexes.layout import Layout, layout_of, mappings_of
from indexes.reading import parquet
from indexes.saying import counted, from_here
from indexes.schema import MAPPED, schema_named
from indexes.sources import Found, Input, find
from indexes.staging import COMPRESSION_LEVEL, SMALL_GROUP_ROWS
from indexes.workspace import read_workspace

MOST_LINE = 1 << 30

ROWS_SHOWN, CHARACTERS_SHOWN = 3, 200

FAULTS_SAID = 5
"""Files at fault that are named; of the others the number is said, and each stands in the quarantine."""

AMPLE = 2
"""Documents never take so many times the space of the files they came in, compressed or not."""


@dataclass(frozen=True)
class Options:
    """What the terminal's ``ingest`` takes.

    Attributes:
        sources: folders, globs, lists of files, files.
        named: (name, glob) of ``--source``.
        mapping: (column, field) of ``--map``.
        sample: share drawn by key, over 0 and at most 1.
        shards, limit: the first so many files, documents.
        key: ``id``, or ``text`` to make keys of texts even where there are ids.
        max_line: longest line of JSONL, bytes.
    """

    sources: tuple[str, ...] = ()
    named: tuple[tuple[str, ...], ...] = ()
    name: str | None = None
    schema: str | None = None
    mapping: tuple[tuple[str, ...], ...] = ()
    sample: float | None = None
    shards: int | None = None
    limit: int | None = None
    copy: bool = False
    key: str = "id"
    max_line: int = 256_000_000
    strict: bool = False

    def checked(self) -> "Options":
        """These options; AssayError where they cannot be meant."""
        for pair in self.mapping:
            if len(pair) != 2 or not all(pair):
                raise AssayError(
                    f"--map takes THEIRS=OURS, got {'='.join(pair)}.", "Give one like --map body_html=text."
                )
            if pair[1] not in MAPPED:
                raise AssayError(
                    f"There is no field {pair[1]} to map to.{near_matches(pair[1], MAPPED)}",
                    f"The fields are: {', '.join(MAPPED)}",
                )
        if self.schema:
            schema_named(self.schema)
        if self.sample is not None and not 0 < self.sample <= 1:
            raise AssayError(
                f"A sample must be over 0 and at most 1, got {self.sample}.", "Give one like --sample 1%."
            )
        for name, value in (("--limit", self.limit), ("--shards", self.shards)):
            if value is not None and value < 1:
                raise AssayError(f"{name} must be at least 1, got {value}.", f"Give one like {name} 10.")
        if not 2 <= self.max_line <= MOST_LINE:
            raise AssayError(
                f"--max-line must be from 2 to {MOST_LINE:,} bytes, got {self.max_line:,}.",
                "Give one like 256MB.",
            )
        return self

    @property
    def fields(self) -> dict[str, str]:
        """Column -> field, of ``--map``."""
        return {pair[0]: pair[1] for pair in self.mapping}

    def why_copied(self) -> str:
        """Why the text of all Parquet files is copied; empty where each file decides."""
        if self.copy:
            return "--copy asks for it"
        if self.part.keys() & {"sample", "limit"}:
            return "a part of the documents is taken"
        return ""

    @property
    def part(self) -> dict[str, Any]:
        """What part of the sources is taken; empty for all of it."""
        said: dict[str, Any] = {}
        if self.sample is not None and self.sample < 1:
            said["sample"] = f"{self.sample * 100:.10g}%"
        if self.shards is not None:
            said["shards"] = self.shards
        if self.limit is not None:
            said["limit"] = self.limit
        return said

    def words(self) -> list[str]:
        """The words after ``assay ingest`` that mean these options, the workspace apart."""
        words = list(self.sources)
        for pair in self.named:
            words += ["--source", "=".join(pair)]
        for pair in self.mapping:
            words += ["--map", "=".join(pair)]
        for option, value in (
            ("--name", self.name),
            ("--schema", self.schema),
            ("--sample", self.part.get("sample")),
            ("--shards", self.shards),
            ("--limit", self.limit),
            ("--key", self.key if self.key != "id" else None),
            ("--max-line", self.max_line if self.max_line != Options.max_line else None),
        ):
            if value is not None:
                words += [option, str(value)]
        return words + ["--copy"] * self.copy + ["--strict"] * self.strict

    def command(self, root: Path) -> str:
        """The whole command, as it is typed."""
        return shlex.join(["assay", "ingest", *self.words(), "--to", str(root)])


def faults_said(root: Path, options: Options, faults: Sequence[tuple[Input, FileFault]]) -> tuple[str, str]:
    """What is wrong with files, a line each where there are several, and what to do next."""
    if len(faults) == 1:
        (given, fault) = faults[0]
        step = _mended(root, options, given, fault)
        if step.endswith("."):
            return fault.sentence, f"{step} Try again with: {options.command(root)}"
        alone = [Path(said).absolute() for said in options.sources] == [given.path]
        return fault.sentence, step if alone else f"{step}\nTry again with: {options.command(root)}"
    texts = all(fault.columns for _, fault in faults)
    if texts and (shared := _shared([fault.columns for _, fault in faults])):
        said = _lines([fault.sentence for _, fault in faults])
        return said, _which(shared, _mapped(options, shared[0]).command(root), "in all of them ")
    said = _lines([f"{fault.sentence} {_mended(root, options, given, fault)}" for given, fault in faults])
    if texts:
        one_by_one = "No column of text is in all of them: take them in one by one, as each line says."
        return said, f"{one_by_one} For what is left: {options.command(root)}"
    return said, f"Mend each as its line says. Try again with: {options.command(root)}"


def _lines(said: Sequence[str]) -> str:
    further = len(said) - FAULTS_SAID
    return "\n".join(
        [*said[:FAULTS_SAID], *([f"And {counted(further, 'more file')}."] if further > 0 else [])]
    )


def _shared(columns: Sequence[Sequence[str]]) -> list[str]:
    """The columns of text that all files have, the likeliest of all first."""
    every = set(columns[0]).intersection(*columns[1:])
    places = {name: sum(own.index(name) for own in columns) for name in columns[0] if name in every}
    return sorted(places, key=lambda name: places[name])


def _mapped(options: Options, text: str) -> Options:
    others = (pair for pair in options.mapping if pair[1] != TEXT)
    return replace(options, mapping=(*others, (text, TEXT)))


def _which(columns: Sequence[str], command: str, where: str = "") -> str:
    either = f" (others are {', '.join(columns[1:])})" if columns[1:] else ""
    return f"Say which column {where}holds the text{either}: {command}"


def _mended(root: Path, options: Options, given: Input, fault: FileFault) -> str:
    """What to do with a file that could not be taken in; a column to map is put into the whole command."""
    if not fault.columns:
        return fault.next_step
    place = from_here(given.path)
    own = given.source == given.path.parent.name
    alone = replace(
        _mapped(options, fault.columns[0]),
        sources=(place,) if own else (),
        named=() if own else ((given.source, place),),
    )
    return _which(fault.columns, alone.command(root))


@dataclass(frozen=True)
class SourcePlan:
    """What would become of one source.

    Attributes:
        text: whether its text is copied or read in place, and why.
        rows: its first documents, long values cut.
        size: bytes of its files.
        disk: bytes that it will take in the workspace, about.
        seconds: how long that takes, about.
    """

    layout: Layout
    files: int
    text: str
    rows: list[dict[str, Any]]
    size: int
    disk: int
    seconds: float


@dataclass(frozen=True)
class Plan:
    """What an ingest would do.

    Attributes:
        files: how many there are, those at fault too.
        faults: files that cannot be read, each with why.
        free: bytes left on the disk of the workspace.
        error, next_step: what is said of the files at fault; empty where there are none.
    """

    sources: tuple[SourcePlan, ...]
    files: int
    faults: tuple[tuple[Input, FileFault], ...]
    ignored: int
    free: int
    error: str = ""
    next_step: str = ""

    @property
    def disk(self) -> int:
        return sum(source.disk for source in self.sources)

    @property
    def seconds(self) -> float:
        return sum(source.seconds for source in self.sources)

    def as_json(self) -> dict[str, Any]:
        return {
            "files": self.files,
            "ignored": self.ignored,
            "disk": self.disk,
            "free": self.free,
            "seconds": round(self.seconds, 1),
            "sources": [
                {
                    "source": source.layout.source,
                    "schema": source.layout.schema.name,
                    "files": source.files,
                    "mapping": dict(source.layout.mapping),
                    "text": source.text,
                    "disk": source.disk,
                    "seconds": round(source.seconds, 1),
                    "rows": source.rows,
                }
                for source in self.sources
            ],
            "faults": [fault.sentence for _, fault in self.faults],
            **({"error": self.error, "next_step": self.next_step} if self.error else {}),
        }

    def sentences(self) -> list[str]:
        """The same for a person."""
        said = []
        for source in self.sources:
            said.append(source.layout.sentence())
            said.append(f"  {counted(source.files, 'file')}; its text is {source.text}.")
            said += [f"  {json.dumps(row, ensure_ascii=False)}" for row in source.rows]
        names = ", ".join(from_here(given.path) for given, _ in self.faults)
        bad = f", of which {len(self.faults):,} cannot be read: {names}" if self.faults else ""
        others = "1 of another suffix is" if self.ignored == 1 else f"{self.ignored:,} of other suffixes are"
        said.append(f"{counted(self.files, 'file')}{bad}{f'; {others} passed over' if self.ignored else ''}.")
        said.append(
            f"About {self.disk / 1e6:,.1f} MB of disk ({self.free / 1e6:,.0f} MB are free) and "
            f"{self.seconds:,.0f} s."
        )
        return said


def plan(root: Path, options: Options) -> Plan:
    """What ``ingest`` would do with these files: ``--dry-run``. Nothing is written."""
    options = options.checked()
    made = _plan(root, options, find(options.sources, options.named), every=True)
    if not made.faults:
        return made
    error, next_step = faults_said(root, options, made.faults)
    return replace(made, error=error, next_step=next_step)


def check_space(root: Path, options: Options, found: Found) -> None:
    """Stop before the start where the disk has too little room.

    Raises:
        NoSpace: with what is needed and what is free.
    """
    free = _free(root)
    if free > AMPLE * sum(size_of(given.path) for given in found.inputs):
        return  # however it compresses
    needed = _plan(root, options, found).disk
    if needed > free:
        raise NoSpace(
            f"About {needed / 1e6:,.0f} MB are needed where {root} lies, and {free / 1e6:,.0f} MB are free.",
            "Make room, give a workspace on another disk, or take a part with --sample 1%.",
        )


def size_of(path: Path) -> int:
    """A file's bytes; 0 where it is gone."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _plan(root: Path, options: Options, found: Found, every: bool = False) -> Plan:
    """What would be done, by the first file of each source that can be read, or by a look into every one."""
    known: tuple[Mapping[str, Any], ...] = ()
    with contextlib.suppress(AssayError):
        known = read_workspace(root).sources
    if every:
        known = (*known, *mappings_of(found.inputs, options.schema, options.fields, known))
    by_source: dict[str, list[Input]] = {}
    for given in found.inputs:
        by_source.setdefault(given.source, []).append(given)
    sources: list[SourcePlan] = []
    faults = []
    for inputs in by_source.values():
        planned = False
        for given in inputs:
            if not size_of(given.path) or (planned and not every):
                continue
            try:
                layout = layout_of(given, options.schema, options.fields, known)
                if not planned:
                    sources.append(_plan_source(given, inputs, layout, options))
                planned = True
            except FileFault as error:
                faults.append((given, error))
            except OSError as error:
                faults.append((given, unreadable(given.path, error)))
    return Plan(tuple(sources), len(found.inputs), tuple(faults), len(found.ignored), _free(root))


def unreadable(path: Path, error: OSError) -> FileFault:
    """What the system says of a file, as the sentence for that file."""
    said = f"{path} cannot be read: {error.strerror or error}."
    return FileFault(said, "Check that it is there, and its permissions.")


def _plan_source(given: Input, inputs: list[Input], layout: Layout, options: Options) -> SourcePlan:
    size = sum(size_of(one.path) for one in inputs)
    text, read, disk, seconds, rows = _tried(given, layout, options)
    share = options.sample or 1.0
    if options.limit is not None and rows:
        share = min(share, options.limit * read / rows / max(1, size))
    return SourcePlan(
        layout=layout,
        files=len(inputs),
        text=text,
        rows=_shown(layout.first),
        size=size,
        disk=round(disk * size / max(1, read) * share),
        seconds=seconds * size / max(1, read) * (share if options.limit is not None else 1.0),
    )


def _tried(given: Input, layout: Layout, options: Options) -> tuple[str, int, int, float, int]:
    """Take the first rows of a file in for trial.

    Returns:
        How its text would be kept; then of the rows tried: bytes of the file read, bytes they take,
        seconds, and how many they are.
    """
    began = time.monotonic()
    text = layout.mapping[TEXT]
    arranger = Arranger(layout.mapping, given.source, layout.columns, options.key)
    if given.reader is parquet.READER:
        footer = parquet.read_footer(given.path, text)
        reason = options.why_copied() or footer.why_copied()
        if not reason:
            table = next(parquet.batches(given.path, footer.schema.names), footer.schema.empty_table())
            stored = arranger.arrange(table.drop_columns([text]), arranger.keys_of(table))
            read = footer.size * table.num_rows // max(1, footer.rows)
            return "read where it lies", read, _written(stored), time.monotonic() - began, table.num_rows
        said = f"copied, since {reason}"
    else:
        said = f"copied, since it is {given.reader.name.upper()}"
    opened = given.reader.open(given.path, text, options.max_line)
    with contextlib.closing(opened.rows) as pieces:  # type: ignore[type-var]
        for piece in pieces:
            rows = piece.table.num_rows + len(piece.faults)
            taken = _written(arranger.arrange(piece.table)) if piece.table.num_rows else 0
            return said, piece.read, taken, time.monotonic() - began, rows
    return said, 0, 0, 0.0, 0


def _written(table: pa.Table) -> int:
    """How many bytes rows take in a shard."""
    sink = pa.BufferOutputStream()
    rows = 500 if TEXT in table.column_names else SMALL_GROUP_ROWS
    pq.write_table(table, sink, compression="zstd", compression_level=COMPRESSION_LEVEL, row_group_size=rows)
    return int(sink.tell())


def _shown(table: pa.Table) -> list[dict[str, Any]]:
    """The first rows as they are, long values cut."""
    return [
        {name: _cut(value) for name, value in row.items()} for row in table.slice(0, ROWS_SHOWN).to_pylist()
    ]


def _cut(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= CHARACTERS_SHOWN else f"{said[:CHARACTERS_SHOWN]}…"


def _free(root: Path) -> int:
    there = root.resolve()
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free
