"""Take files in: documents into shards, each commit whole, so that a killed run goes on where it was.

Files are taken one after another in the order given. A shard holds whole small files, or one Parquet file
that is read where it lies, or a part of one big file; all shards of a big file are committed together. A
commit renames shard files, then ``corpus.toml`` names them. What a run makes depends on the files alone,
never on when it was stopped.
"""

import contextlib
import errno
import json
import os
import shlex
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash
from numpy.typing import NDArray

from indexes import files, keys, lock
from indexes.columns import DOC_ID, KEY, RANDOM, TEXT
from indexes.documents import Arranger, inner_names
from indexes.errors import AssayError, FileFault, NoSpace, NoWorkspace, near_matches
from indexes.reader import RowFault, Rows
from indexes.reading import parquet
from indexes.schema import MAPPED, Schema, choose_schema, map_columns, schema_named
from indexes.sources import Found, Input, find
from indexes.staging import Staged
from indexes.uniting import TEXT as TEXT_TYPE
from indexes.uniting import is_text
from indexes.workspace import (
    CORPUS,
    Shard,
    SourceFile,
    TextPlace,
    Workspace,
    footer_hash,
    identity_of,
    read_workspace,
    write_workspace,
)

SHARD_ROWS, SHARD_BYTES = 100_000, 512 << 20
"""Documents, and bytes of text, of a shard whose text is copied."""

SMALL_BYTES = 64 << 20
"""A file with more text has shards of its own; one with less is held in memory until it is whole."""

SMALL_ROWS = 5_000
"""A Parquet file with fewer rows shares a shard with others."""

IN_PLACE_ROWS, IN_PLACE_BYTES = 5_000, 32 << 20
"""Row groups up to this size can be read in place: a document anywhere is had in 500 ms."""

COUNTED_BYTES = 1 << 30
"""Files after the last document of a ``--limit`` are read to count their rows up to this size together."""

MOST_LINE = 1 << 30

Progress = Callable[[int, int, str], None]
Say = Callable[[str], None]


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
        """These options, or the sentence that says what is wrong with them."""
        for pair in self.mapping:
            if len(pair) != 2 or not all(pair):
                raise AssayError(
                    f"--map takes COLUMN=FIELD, got {'='.join(pair)}.", "Give one like --map body=text."
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
        part = self.part
        for option, value in (
            ("--name", self.name),
            ("--schema", self.schema),
            ("--sample", part.get("sample")),
            ("--shards", self.shards),
            ("--limit", self.limit),
            ("--key", self.key if self.key != "id" else None),
            ("--max-line", self.max_line if self.max_line != Options.max_line else None),
        ):
            if value is not None:
                words += [option, str(value)]
        return words + ["--copy"] * self.copy + ["--strict"] * self.strict

    def command(self, root: Path) -> str:
        return shlex.join(["assay", "ingest", *self.words(), "--to", str(root)])


@dataclass(frozen=True)
class IngestReport:
    """What one run of ``ingest`` did. Each key's meaning stands where the terminal's answers are declared."""

    documents: int
    total: int
    bytes: int | None
    quarantined: int
    not_drawn: int
    files: int
    files_failed: int
    ignored: int
    notes: tuple[str, ...] = ()
    error: str = ""
    next_step: str = ""

    def as_json(self) -> dict[str, Any]:
        said = {
            name: value for name, value in vars(self).items() if name not in ("notes", "error", "next_step")
        }
        if self.error:
            said |= {"error": self.error, "next_step": self.next_step}
        return said


def ingest(
    root: Path, options: Options, progress: Progress | None = None, say: Say | None = None
) -> IngestReport:
    """Take files into a workspace, which is made or grows.

    Args:
        root: the workspace.
        options: what to take, and how.
        progress: is told documents done, documents in all (about), and what is being read.
        say: is told each note as soon as it is known; all stand in the report too.

    Raises:
        AssayError: a run fault: nothing is half-written, and the same command goes on.
    """
    options = options.checked()
    found = find(options.sources, options.named)
    run = _Run(root, options, found, progress or (lambda done, total, note: None), say or (lambda note: None))
    try:
        with lock.writer(root, f"assay ingest --to {root}"):
            return run.run()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(
                f"No space is left where {root} lies; what was complete is kept.",
                f"Make room, then go on with: {options.command(root)}",
            ) from error
        raise


def plan(root: Path, options: Options) -> dict[str, Any]:
    """What ``ingest`` would do: each source with its mapping and three rows."""
    options = options.checked()
    found = find(options.sources, options.named)
    run = _Run(root, options, found, lambda done, total, note: None, lambda note: None)
    sources = []
    for given in {given.source: given for given in reversed(found.inputs)}.values():
        taken = run.arranger_for(given, given.path.stat())
        rows = given.reader.peek(given.path).slice(0, 3).to_pylist()
        sources.append({"source": given.source, "mapping": dict(taken.arranger.mapping), "rows": rows})
    return {"sources": sources, "files": len(found.inputs), "ignored": len(found.ignored)}


@dataclass
class _Taken:
    """One file on its way in."""

    given: Input
    status: os.stat_result
    arranger: Arranger
    tables: list[pa.Table] = field(default_factory=list)
    staged: list[Staged] = field(default_factory=list)
    documents: int = 0
    text_bytes: int = 0
    quarantined: int = 0
    not_drawn: int = 0

    @property
    def rows(self) -> int:
        return self.documents + self.quarantined + self.not_drawn


class _Run:
    """One run of ingest: what is in, what is open, what is counted."""

    def __init__(self, root: Path, options: Options, found: Found, progress: Progress, say: Say) -> None:
        self.root, self.options, self.found = root, options, found
        self.progress, self._say = progress, say
        self.began = time.monotonic()
        self.workspace = _workspace_for(root, options)
        self.first_ingest = True
        self.notes: list[str] = []
        self.faults: list[tuple[Input, FileFault]] = []
        self.documents = self.quarantined = self.not_drawn = self.files = self.known = 0
        self.unread_dates = 0
        self.read_bytes = self.counted_bytes = 0
        self.open: Staged | None = None
        self.open_files: list[SourceFile] = []
        self.open_names: dict[str, str] = {}
        self.others: list[SourceFile] = []
        self.sources: dict[str, Mapping[str, Any]] = {}
        self.quarantines: list[tuple[Path, Path]] = []
        self.writing: list[Staged] = []
        self.written = 0.0
        self.write_seconds = 0.0
        self.dirty = False

    # --- the run ----------------------------------------------------------------------------------------

    def run(self) -> IngestReport:
        self.workspace = _workspace_for(self.root, self.options)
        self._begin()
        try:
            for given in self.found.inputs:
                self._tell(given)
                try:
                    self._take(given)
                except FileFault as fault:
                    if self.options.strict:
                        raise AssayError(
                            fault.sentence, f"{fault.next_step} (--strict stops here.)"
                        ) from fault
                    self.faults.append((given, fault))
            self._close_open()
            self._end()
        finally:
            self._leave()
        return self._report()

    def _begin(self) -> None:
        workspace = self.workspace
        self.paths = _files_in(workspace)
        self.contents = {file.content for file in self.paths.values() if file.content and file.rows}
        _sweep(workspace, len(self.paths))
        going_on = not workspace.complete and workspace.ingest.get("arguments") == self.options.words()
        fixed = list(workspace.ingest.get("fixed", [])) if going_on else sorted(workspace.columns)
        self.fixed = frozenset(name for name in fixed if not _is_nested_name(workspace.columns.get(name, "")))
        self.united = _types_of(workspace)
        pending = [given for given in self.found.inputs if not self._is_in(given)]
        self.total_bytes = sum(given.path.stat().st_size for given in pending)
        if pending:
            self.workspace = replace(
                workspace,
                part=dict(self.options.part) or workspace.part,
                ingest={"complete": False, "arguments": self.options.words(), "fixed": fixed},
            )
            write_workspace(self.workspace)

    def _end(self) -> None:
        said = {name: value for name, value in self.workspace.ingest.items() if name != "fixed"}
        self.workspace = replace(self.workspace, ingest={**said, "complete": True})
        if self.dirty or said.get("complete") is not True:
            write_workspace(self.workspace)
            self.dirty = False
        self._write_file_faults()
        seconds = time.monotonic() - self.began
        if self.documents:
            path = self.root / "run.json"
            before = files.read_json(path) if path.exists() else {}
            said = {"documents": self.documents, "seconds": round(seconds, 3)}
            files.write_json(path, {**before, "ingest": said})

    def _report(self) -> IngestReport:
        self._closing_notes()
        workspace = self.workspace
        sizes = [shard.bytes for shard in workspace.shards]
        error = next_step = ""
        if self.faults:
            error = " ".join(fault.sentence for _, fault in self.faults)
            steps = dict.fromkeys(fault.next_step for _, fault in self.faults)
            next_step = f"{' '.join(steps)} Try them again with: {self.options.command(self.root)}"
        return IngestReport(
            documents=self.documents,
            total=workspace.documents,
            bytes=None if None in sizes else sum(size for size in sizes if size is not None),
            quarantined=self.quarantined,
            not_drawn=self.not_drawn,
            files=self.files,
            files_failed=len(self.faults),
            ignored=len(self.found.ignored),
            notes=tuple(self.notes),
            error=error,
            next_step=next_step,
        )

    def _leave(self) -> None:
        """Remove what was staged and not committed; name what was renamed and not yet named."""
        for staged in [*self.writing, *([self.open] if self.open else [])]:
            staged.discard()
        for temporary, _ in self.quarantines:
            files.remove(temporary)
        if self.dirty:
            with contextlib.suppress(OSError):  # then it is taken in again
                write_workspace(self.workspace)

    def say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)
            self._say(note)

    def _tell(self, given: Input, documents: int = 0) -> None:
        """Say how far this is: in all, from the share of bytes read so far."""
        done = self.documents + documents
        total = round(done * self.total_bytes / self.read_bytes) if self.read_bytes else 0
        self.progress(done, max(done, total) if total else 0, f"reading {given.path.name}")

    def _is_in(self, given: Input) -> bool:
        """Whether a file is in as it is now, judged without reading it."""
        file = self.paths.get(str(given.path))
        if file is None:
            return False
        with _file_faults(given.path):
            status = given.path.stat()
        return file.size == status.st_size and file.changed == status.st_mtime_ns

    def _take(self, given: Input) -> None:
        if self._is_in(given):
            self.known += 1
            return
        status = given.path.stat()
        if before := self.paths.get(str(given.path)):
            if _content_of(given) != before.content:
                raise FileFault(
                    f"{given.path} has other content now than when it was ingested.",
                    "Give the new file another name, and drop the documents of the old one if need be.",
                )
            self.known += 1
            return
        if not status.st_size:
            self.files += 1
            self._note_other(SourceFile(str(given.path), given.source, 0, status.st_mtime_ns, "", 0))
            return
        if self._is_full() and not self._may_count(status.st_size):
            self.say("Files after the last one taken were not opened, so their rows are not counted.")
            return
        with _file_faults(given.path):
            taken = self.arranger_for(given, status)
        try:
            if given.reader.name == "parquet":
                self._take_parquet(taken)
            else:
                self._copy(taken)
        except BaseException:
            self._forget(taken)
            raise
        self.read_bytes += status.st_size

    def arranger_for(self, given: Input, status: os.stat_result) -> _Taken:
        """Choose the schema of a file's source and map its columns."""
        peeked = given.reader.peek(given.path)
        names = inner_names(peeked.schema)
        schema = self._schema_of(given.source, peeked.column_names)
        mapping = map_columns(schema, names, dict(self.options.mapping))  # type: ignore[arg-type]
        if TEXT not in mapping:
            raise FileFault(
                f"{given.path} has no text column, only {', '.join(peeked.column_names[:12]) or 'none'}.",
                "Name the one that holds the text: --map COLUMN=text",
            )
        self._note_source(given.source, schema, mapping)
        known = {name.lower(): name for name in self.united}
        return _Taken(
            given, status, Arranger(mapping, given.source, peeked.column_names, self.options.key, known)
        )

    def _schema_of(self, source: str, columns: list[str]) -> Schema:
        if self.options.schema:
            return schema_named(self.options.schema)
        said = [entry for entry in self.workspace.sources if entry["name"] == source]
        said += [self.sources[source]] if source in self.sources else []
        for entry in said:
            schema = schema_named(entry["schema"])
            if set(columns).issuperset(schema.required):
                return schema
        return choose_schema(columns)

    def _note_source(self, source: str, schema: Schema, mapping: Mapping[str, str]) -> None:
        said = ", ".join(f"{column} → {name}" if column != name else name for name, column in mapping.items())
        self.say(f"Source {source}: {schema.label}; {said}; every other column under source.")
        self.sources.setdefault(source, {"name": source, "schema": schema.name, "mapping": dict(mapping)})

    def _is_full(self) -> bool:
        """Whether the part asked for has been taken."""
        options = self.options
        taken = self.workspace.documents + self._open_documents()
        files_in = len({file.path for shard in self.workspace.shards for file in shard.files})
        files_in += len(self.open_files)
        return (options.limit is not None and taken >= options.limit) or (
            options.shards is not None and files_in >= options.shards
        )

    def _may_count(self, size: int) -> bool:
        self.counted_bytes += size
        return self.counted_bytes <= COUNTED_BYTES

    def _open_documents(self) -> int:
        return (self.open.rows if self.open else 0) + sum(staged.rows for staged in self.writing)

    # --- Parquet ----------------------------------------------------------------------------------------

    def _take_parquet(self, taken: _Taken) -> None:
        path, mapping = taken.given.path, taken.arranger.mapping
        with _file_faults(path):
            kind = parquet.schema_of(path).field(mapping[TEXT]).type if "." not in mapping[TEXT] else None
            if kind is None or not is_text(kind):
                raise FileFault(
                    f"{path} has no text column: {mapping[TEXT]} is {kind or 'nested'}, not text.",
                    "Name the one that holds the text: --map COLUMN=text",
                )
            footer = parquet.read_footer(path, mapping[TEXT])
        if footer.content in self.contents:
            self.known += 1
            return
        if self._is_full():
            taken.not_drawn = footer.rows
            self._finish_empty(taken, footer.content)
            return
        if footer.null_texts is None:
            with _file_faults(path):
                nulls = parquet.count_nulls(path, mapping[TEXT])
            footer = replace(footer, null_texts=nulls)
        reason = self._why_copied(footer, kind)
        if reason:
            self.say(f"Text of Parquet files of source {taken.given.source} is copied: {reason}.")
            self._copy(taken)
        else:
            self.say(f"Parquet files of source {taken.given.source} are read where they lie.")
            self._keep_in_place(taken, footer)

    def _why_copied(self, footer: parquet.Footer, kind: pa.DataType) -> str:
        options = self.options
        if options.copy:
            return "--copy asks for it"
        if options.sample is not None or options.limit is not None:
            return "a part is taken"
        if footer.null_texts:
            return "some texts are null"
        if footer.rows < SMALL_ROWS:
            return f"files under {SMALL_ROWS:,} rows share shards"
        if footer.group_rows > IN_PLACE_ROWS:
            return f"row groups over {IN_PLACE_ROWS:,} rows are slow to read from"
        if footer.group_bytes > IN_PLACE_BYTES:
            return f"row groups over {IN_PLACE_BYTES >> 20} MB of text are slow to read from"
        if pa.types.is_dictionary(kind):
            return "the text is stored as a dictionary"
        return ""

    def _keep_in_place(self, taken: _Taken, footer: parquet.Footer) -> None:
        """Record a file whose text stays where it is; its other columns go into a small file."""
        path, text = taken.given.path, taken.arranger.mapping[TEXT]
        self._close_open()
        staged = self._new_staged()
        taken.staged.append(staged)
        self.writing.append(staged)
        with _file_faults(path):
            batches = self._with_keys(taken, footer, text)
            for table, numbers in batches:
                staged.append(taken.arranger.arrange(table, numbers), taken.arranger.copies)
                taken.documents += table.num_rows
                self._tell(taken.given, taken.documents)
            _check_unchanged(taken)
        place = TextPlace(text, str(path), taken.status.st_size, taken.status.st_mtime_ns, footer_hash(path))
        self._finish_big(taken, footer.content, place)

    def _with_keys(
        self, taken: _Taken, footer: parquet.Footer, text: str
    ) -> Iterator[tuple[pa.Table, NDArray[np.uint64] | None]]:
        """A file's columns but the text, and keys made of the text where ids do not make them."""
        path, arranger = taken.given.path, taken.arranger
        others = [name for name in footer.schema.names if name != text]
        outer = arranger.mapping.get("id", "").partition(".")[0]
        reads_text = self.options.key == "text" or not outer or parquet.may_have_nulls(path, outer)
        if not reads_text:
            for table in parquet.batches(path, others):
                yield table, None
            return
        if self.options.key == "text" or not outer:
            self.say(
                f"Source {taken.given.source} has no ids in use: its text is read once to make keys of it."
            )
        for table in parquet.batches(path, footer.schema.names):
            yield table.drop_columns([text]), arranger.keys_of(table)

    # --- copying ----------------------------------------------------------------------------------------

    def _copy(self, taken: _Taken) -> None:
        """Read a file's rows, draw from them, and put the documents into shards."""
        given, text = taken.given, taken.arranger.mapping[TEXT]
        ordinal = len(self.paths)
        quarantine = _Quarantine(self.root, ordinal, given)
        try:
            with _file_faults(given.path):
                opened = given.reader.open(given.path, text, self.options.max_line)
            with contextlib.closing(_guarded(opened.rows, given.path)) as pieces:
                for rows in pieces:
                    if rows.faults:
                        self._quarantine(taken, quarantine, rows.faults)
                    if rows.table.num_rows:
                        self._put(taken, self._drawn(taken, rows.table))
                    self._tell(given, taken.documents)
            with _file_faults(given.path):
                _check_unchanged(taken)
            content = opened.content()
        except BaseException:
            quarantine.discard()
            raise
        if content in self.contents:
            quarantine.discard()
            self._forget(taken)
            self.known += 1
            return
        if settled := quarantine.close():
            self.quarantines.append(settled)
        if taken.staged:
            self._finish_big(taken, content, None)
        elif taken.documents:
            self._finish_small(taken, content)
        else:
            self._finish_empty(taken, content)

    def _quarantine(self, taken: _Taken, quarantine: "_Quarantine", faults: tuple[RowFault, ...]) -> None:
        if self.options.strict:
            fault = faults[0]
            raise AssayError(
                f"{taken.given.path}, {taken.given.reader.unit} {fault.number:,}: {fault.reason}.",
                "Mend it, or leave out --strict to set such rows aside.",
            )
        quarantine.add(faults)
        taken.quarantined += len(faults)

    def _drawn(self, taken: _Taken, table: pa.Table) -> pa.Table:
        """The documents of these rows that belong to the part that is taken."""
        options = self.options
        if self._is_full_with(taken):
            taken.not_drawn += table.num_rows
            return table.slice(0, 0)
        stored = taken.arranger.arrange(table)
        if options.sample is not None and options.sample < 1:
            drawn = keys.uniform_by_key(stored[KEY].to_numpy(), keys.SAMPLE_SEED) < options.sample
            stored = stored.filter(pa.array(drawn))
        if options.limit is not None:
            left = (
                options.limit
                - self.workspace.documents
                - self._open_documents()
                - sum(held.num_rows for held in taken.tables)
            )
            stored = stored.slice(0, max(0, left))
        taken.not_drawn += table.num_rows - stored.num_rows
        return stored

    def _is_full_with(self, taken: _Taken) -> bool:
        limit = self.options.limit
        if limit is None:
            return self._is_full()
        return (
            self.workspace.documents + self._open_documents() + sum(held.num_rows for held in taken.tables)
            >= limit
            or self._is_full()
        )

    def _put(self, taken: _Taken, table: pa.Table) -> None:
        """Hold a small file's documents until it is whole; give a big one shards of its own."""
        if not table.num_rows:
            return
        taken.documents += table.num_rows
        taken.text_bytes += pc.sum(pc.binary_length(table[TEXT])).as_py()
        if not taken.staged:
            taken.tables.append(table)
            if taken.text_bytes <= SMALL_BYTES and taken.documents <= SHARD_ROWS:
                return
            self._close_open()
            self._add_staged(taken)
            tables, taken.tables = taken.tables, []
        else:
            tables = [table]
        for piece in tables:
            self._append_big(taken, piece)

    def _append_big(self, taken: _Taken, table: pa.Table) -> None:
        while table.num_rows:
            staged = taken.staged[-1]
            room = _rows_that_fit(staged, table)
            if not room:
                self._close_staged(staged)
                self._add_staged(taken)
                continue
            staged.append(table.slice(0, room), taken.arranger.copies)
            table = table.slice(room)

    def _add_staged(self, taken: _Taken) -> None:
        staged = self._new_staged()
        taken.staged.append(staged)
        self.writing.append(staged)

    def _new_staged(self) -> Staged:
        number = len(self.workspace.shards) + len(self.writing)
        first = self.workspace.documents + sum(staged.rows for staged in self.writing)
        place = self.root / "documents" / f"shard-{number:05d}.parquet"
        return Staged(place, first, self.united, self.fixed)

    # --- commits ----------------------------------------------------------------------------------------

    def _finish_empty(self, taken: _Taken, content: str) -> None:
        self._note_other(self._file(taken, content, taken.rows))
        self._count(taken)

    def _finish_small(self, taken: _Taken, content: str) -> None:
        """Put a whole file into the open shard."""
        names = _names_in(taken.arranger, [name for table in taken.tables for name in table.column_names])
        if self.open and (
            self.open.rows + taken.documents > SHARD_ROWS
            or self.open.text_bytes + taken.text_bytes > SHARD_BYTES
            or not _compatible(self.open_names, names)
        ):
            self._close_open()
        if self.open is None:
            self.open = self._new_staged()
        self.open_names |= names
        for table in taken.tables:
            for column, origin in taken.arranger.copies.items():
                if column not in table.column_names:
                    table = table.append_column(column, table[origin])
            self.open.append(table)
        self.open_files.append(self._file(taken, content, taken.rows))
        self.paths[str(taken.given.path)] = self.open_files[-1]
        self.contents.add(content)
        self._count(taken)

    def _finish_big(self, taken: _Taken, content: str, place: TextPlace | None) -> None:
        """Commit all shards of one file."""
        shards = []
        first = True
        for staged in taken.staged:
            rows = staged.rows + (taken.quarantined + taken.not_drawn if first else 0)
            file = self._file(taken, content, rows)
            if not first:
                file = replace(file, quarantined=0, not_drawn=0)
            names = _names_in(taken.arranger, [*staged.schema.names, TEXT])
            shards.append((staged, (file,), names))
            first = False
        self.paths[str(taken.given.path)] = shards[0][1][0]
        self.contents.add(content)
        self._count(taken)
        self._commit(shards, place)

    def _close_open(self) -> None:
        """Commit the open shard, and the files without documents that were read until now."""
        if self.open is not None:
            staged, names = self.open, self.open_names
            self.writing.append(staged)
            self.open = None
            taken, self.open_files, self.open_names = tuple(self.open_files), [], {}
            self._commit([(staged, taken, names)], None)
        elif self.others or self.quarantines:
            self._commit([], None)

    def _close_staged(self, staged: Staged) -> None:
        """End a shard's file, once its columns have types that hold over all shards."""
        for name in [name for name in staged.schema.names if name not in (DOC_ID, KEY, RANDOM, TEXT)]:
            united = self.united.get(name)
            now = staged.schema.field(name).type
            if united is not None and not united.equals(now) and name not in self.fixed:
                if not _holds(self.workspace, self.writing, name, united, now):
                    staged.make_text(name)
                    now = TEXT_TYPE
                if now.equals(TEXT_TYPE):
                    self.say(
                        f"Column {name} has different types in different files ({united}, {now}): it is text."
                    )
            self.united = {**self.united, name: now}
        staged.close()

    def _commit(
        self,
        shards: Sequence[tuple[Staged, tuple[SourceFile, ...], Mapping[str, str]]],
        place: TextPlace | None,
    ) -> None:
        """Rename what is whole, then name it in ``corpus.toml``."""
        added: list[Shard] = []
        for staged, taken, names in shards:
            if not staged.closed:
                self._close_staged(staged)
            footer = place.footer if place else footer_hash(staged.temporary)
            added.append(
                Shard(
                    number=int(staged.place.stem.removeprefix("shard-")),
                    first=staged.first,
                    rows=staged.rows,
                    identity=identity_of(staged.keys, footer),
                    text=place or TextPlace(),
                    files=taken,
                    bytes=None if place else staged.text_bytes,
                    names={**names, **{k: staged.moved[v] for k, v in names.items() if v in staged.moved}},
                )
            )
        for staged, _, _ in shards:
            files.settle(staged.temporary, staged.place)
            self.writing.remove(staged)
        for temporary, path in self.quarantines:
            files.settle(temporary, path)
        self.quarantines = []
        known = {entry["name"] for entry in self.workspace.sources}
        self.workspace = replace(
            self.workspace,
            shards=(*self.workspace.shards, *added),
            others=(*self.workspace.others, *self.others),
            columns={name: str(kind) for name, kind in self.united.items()},
            sources=(*self.workspace.sources, *(s for name, s in self.sources.items() if name not in known)),
        )
        self.others = []
        self.dirty = True
        if time.monotonic() - self.written > max(1.0, 10 * self.write_seconds):
            began = time.monotonic()
            write_workspace(self.workspace)
            self.written, self.dirty = time.monotonic(), False
            self.write_seconds = self.written - began

    def _note_other(self, file: SourceFile) -> None:
        self.paths[file.path] = file
        self.others.append(file)

    def _count(self, taken: _Taken) -> None:
        self.files += 1
        self.documents += taken.documents
        self.quarantined += taken.quarantined
        self.not_drawn += taken.not_drawn
        self.unread_dates += taken.arranger.unread_dates

    def _forget(self, taken: _Taken) -> None:
        """Leave out what was read of a file."""
        for staged in taken.staged:
            if staged in self.writing:
                staged.discard()
                self.writing.remove(staged)
        if taken.staged:
            self.united = dict(taken.staged[0].united)

    @staticmethod
    def _file(taken: _Taken, content: str, rows: int) -> SourceFile:
        return SourceFile(
            path=str(taken.given.path),
            source=taken.given.source,
            size=taken.status.st_size,
            changed=taken.status.st_mtime_ns,
            content=content,
            rows=rows,
            quarantined=taken.quarantined,
            not_drawn=taken.not_drawn,
        )

    def _write_file_faults(self) -> None:
        """Keep which files could not be taken in; those of other runs stay, unless they are in now."""
        path = self.root / "quarantine" / "files.jsonl"
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        tried = {str(given.path) for given in self.found.inputs} | set(self.paths)
        lines = [line for line in before if json.loads(line)["file"] not in tried]
        for given, fault in self.faults:
            said = {"file": str(given.path), "source": given.source, "reason": fault.sentence}
            lines.append(files.canonical({**said, "next_step": fault.next_step}).decode())
        if lines != before:
            files.write_text(path, "".join(f"{line}\n" for line in lines))

    def _closing_notes(self) -> None:
        rows = self.documents + self.quarantined + self.not_drawn
        self.say(
            f"{self.documents:,} documents + {self.quarantined:,} quarantined + {self.not_drawn:,} not drawn "
            f"= {rows:,} rows of {self.files:,} files."
        )
        if self.known:
            self.say(f"{self.known:,} files were already in, by their content, and were passed over.")
        if self.unread_dates:
            self.say(f"{self.unread_dates:,} dates are neither ISO dates nor years: they are null.")
        if self.found.ignored:
            self.say(f"{len(self.found.ignored):,} files of other suffixes were passed over.")
        if self.quarantined:
            self.say(f"The rows set aside stand in {self.root / 'quarantine'}, each with its reason.")


class _Quarantine:
    """Rows of one file that are no documents, on their way to ``quarantine/rows-N.jsonl``."""

    def __init__(self, root: Path, ordinal: int, given: Input) -> None:
        self.path = root / "quarantine" / f"rows-{ordinal:06d}.jsonl"
        self.temporary = self.path.with_name(f"{files.TEMPORARY}{os.getpid()}-{self.path.name}")
        self.given = given
        self._file: TextIO | None = None

    def add(self, faults: tuple[RowFault, ...]) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.temporary.open("w", encoding="utf-8", newline="\n")
        for fault in faults:
            said = {
                "file": str(self.given.path),
                self.given.reader.unit: fault.number,
                "reason": fault.reason,
            }
            self._file.write(files.canonical(said).decode() + "\n")

    def close(self) -> tuple[Path, Path] | None:
        """The temporary file and where it is to stand; None where all rows were good."""
        if self._file is None:
            return None
        self._file.close()
        return self.temporary, self.path

    def discard(self) -> None:
        if self._file is not None:
            self._file.close()
            files.remove(self.temporary)


def _workspace_for(root: Path, options: Options) -> Workspace:
    """The workspace as it is, or a new one; refused where it holds another part."""
    try:
        workspace = read_workspace(root)
    except NoWorkspace:
        if (root / CORPUS).exists():
            raise
        return Workspace(root, options.name or root.resolve().name, part=options.part)
    if workspace.shards and dict(workspace.part) != options.part:
        has = workspace.part_sentence or "all documents"
        raise AssayError(
            f"{root} holds {has} of its files, and a corpus goes on only as it began.",
            "Give the same --sample, --limit and --shards, or another workspace.",
        )
    if options.name and options.name != workspace.name and workspace.shards:
        raise AssayError(f"{root} is named {workspace.name}.", "Leave out --name, or give another workspace.")
    return replace(workspace, name=options.name or workspace.name)


def _files_in(workspace: Workspace) -> dict[str, SourceFile]:
    """Files taken in, by path."""
    found = {file.path: file for shard in workspace.shards for file in shard.files}
    return found | {file.path: file for file in workspace.others}


def _sweep(workspace: Workspace, taken: int) -> None:
    """Remove whole files that no ``corpus.toml`` names: a run ended between their renames and its own."""
    for path in (workspace.root / "documents").glob("shard-*.parquet"):
        if int(path.stem.removeprefix("shard-")) >= len(workspace.shards):
            files.remove(path)
    for path in (workspace.root / "quarantine").glob("rows-*.jsonl"):
        if int(path.stem.removeprefix("rows-")) >= taken:
            files.remove(path)


def _types_of(workspace: Workspace) -> dict[str, pa.DataType]:
    """Each stored column's type over all shards; nested ones as the last shard that has them."""
    types: dict[str, pa.DataType] = {}
    wanted = dict(workspace.columns)
    for shard in reversed(workspace.shards):
        if not wanted:
            break
        schema = pq.read_schema(workspace.documents_file(shard))
        for name in [name for name in wanted if name in schema.names]:
            kind = schema.field(name).type
            if str(kind) == wanted[name]:
                types[name] = kind
                del wanted[name]
    return {name: types.get(name, TEXT_TYPE) for name in workspace.columns}


def _is_nested_name(said: str) -> bool:
    return said.startswith(("struct", "list", "large_list", "fixed_size_list", "map"))


def _holds(
    workspace: Workspace, staged: list[Staged], column: str, before: pa.DataType, now: pa.DataType
) -> bool:
    """Whether a wider type holds the values of all shards before: integers may be too large for a double."""
    if not (pa.types.is_floating(now) and pa.types.is_integer(before) and before.bit_width == 64):
        return True
    paths = [workspace.documents_file(shard) for shard in workspace.shards]
    paths += [other.temporary for other in staged if other.closed]
    for path in paths:
        if column not in pq.read_schema(path).names:
            continue
        values = pq.read_table(path, columns=[column])[column]
        if pa.types.is_integer(values.type) and len(values) > values.null_count:
            lowest, highest = pc.min_max(values).as_py().values()
            if max(abs(lowest), abs(highest)) > 1 << 53:
                return False
    return True


def _names_in(arranger: Arranger, stored: Iterable[str]) -> dict[str, str]:
    """A file's columns -> stored columns, as far as these are there, in the file's order."""
    there = set(stored)
    place = {name: i for i, name in enumerate(arranger.order)}
    names = sorted(arranger.names, key=lambda name: place.get(name, len(place)))
    return {name: arranger.names[name] for name in names if arranger.names[name] in there}


def _compatible(a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    """Whether the files of two mappings can share a shard, which has one."""
    back = {stored: name for name, stored in a.items()}
    return all(a.get(name, stored) == stored and back.get(stored, name) == name for name, stored in b.items())


def _rows_that_fit(staged: Staged, table: pa.Table) -> int:
    """How many of these rows a shard still has room for; at least one where it is empty."""
    total = np.cumsum(pc.binary_length(table[TEXT].combine_chunks()).to_numpy(), dtype=np.int64)
    by_bytes = int(np.searchsorted(total, SHARD_BYTES - staged.text_bytes, side="right"))
    return max(0 if staged.rows else 1, min(SHARD_ROWS - staged.rows, by_bytes, int(table.num_rows)))


def _check_unchanged(taken: _Taken) -> None:
    status = taken.given.path.stat()
    if (status.st_size, status.st_mtime_ns) != (taken.status.st_size, taken.status.st_mtime_ns):
        raise FileFault(
            f"{taken.given.path} changed while it was read.",
            "Wait until it is complete, then run the same command.",
        )


def _content_of(given: Input) -> str:
    """The hash that knows a file wherever it lies."""
    with _file_faults(given.path):
        if given.reader.name == "parquet":
            return parquet.content_of(given.path)
        digest = xxhash.xxh3_128()
        with given.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return str(digest.hexdigest())


@contextlib.contextmanager
def _file_faults(path: Path) -> Iterator[None]:
    """What the system says of a file while it is read, as the sentence for that file."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise FileFault(
            f"{path} cannot be read: {error.strerror or error}.",
            "Check that it is there and its permissions.",
        ) from error


def _guarded(rows: Iterator[Rows], path: Path) -> Generator[Rows, None, None]:
    """Rows as they come; only what goes wrong in reading them is the file's fault."""
    while True:
        with _file_faults(path):
            piece = next(rows, None)
        if piece is None:
            return
        yield piece
