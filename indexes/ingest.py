"""Take files in, one after another in the order given: read, map, draw, and hand over to the workspace."""

import contextlib
import errno
import json
import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import xxhash

from indexes import files, keys, lock
from indexes.appending import SHARD_ROWS, Appending, Quarantine, files_in, shared_keys, text_bytes
from indexes.columns import KEY, TEXT
from indexes.documents import Arranger, names_in
from indexes.errors import AssayError, FileFault, NoSpace, NoWorkspace
from indexes.layout import Layout, layout_of, mappings_of, rows_of, stored_types
from indexes.planning import Options, check_space, faults_said, size_of, unreadable
from indexes.reader import Opened, Rows
from indexes.reading import parquet
from indexes.saying import counted
from indexes.sources import Found, Input, find
from indexes.uniting import most_frequent
from indexes.workspace import (
    CORPUS,
    SourceFile,
    TextPlace,
    Workspace,
    footer_hash,
    read_workspace,
)

SMALL_BYTES = 64 << 20
"""A file with more text has shards of its own; one with less is held in memory until it is whole."""

LOOKED_AT, HELD_BYTES = 32, 2 << 20
"""Files looked into before the first is taken in; first rows of one that are kept until it is its turn."""

COUNTED_BYTES = 256 << 20
"""Past the end of a ``--limit``, files are read to count their rows while they are no larger together."""

Progress = Callable[[int, int, str], None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class IngestReport:
    """What one run of ``ingest`` did; each key's meaning stands with the terminal's answers."""

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
        said = {k: value for k, value in vars(self).items() if k not in ("notes", "error", "next_step")}
        return said | ({"error": self.error, "next_step": self.next_step} if self.error else {})


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
    check_space(root, options, found)
    try:
        with lock.writer(root, f"assay ingest --to {root}"):
            workspace = workspace_for(root, options)
            return _Run(workspace, options, found, progress, say).run()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(
                f"No space is left where {root} lies; what was complete is kept.",
                f"Make room, then go on with: {options.command(root)}",
            ) from error
        raise


def take_heads(
    workspace: Workspace, options: Options, inputs: Sequence[Input], size: int, until: float
) -> Workspace:
    """Take only the first documents of some files, into a workspace that is new and empty.

    Args:
        workspace: which, with its name and the part that it will say it holds.
        options: how; what they say of a part is left aside.
        inputs: the files; those that cannot be read are passed over.
        size: about how many bytes of each, decompressed, are read.
        until: when no further file is begun, by ``time.monotonic``; but one gives documents, if any does.

    Returns:
        The workspace as it is then.
    """
    options = replace(options, sample=None, shards=None, limit=None, strict=False)
    with lock.writer(workspace.root):
        run = _Run(workspace, options, Found(list(inputs)), None, None, size, until)
        run.run()
    return run.appending.workspace


def workspace_for(root: Path, options: Options) -> Workspace:
    """The workspace as it is, or a new one.

    Raises:
        AssayError: it holds another part of its files, or has another name.
    """
    try:
        workspace = read_workspace(root)
    except NoWorkspace:
        if (root / CORPUS).exists():
            raise
        return Workspace(root, options.name or root.resolve().name, part=options.part)
    if files_in(workspace) and dict(workspace.part) != options.part:
        raise AssayError(
            f"{root} holds {workspace.part_sentence or 'all documents'} of its files, and goes on only so.",
            "Give the same --sample, --limit and --shards, or another workspace.",
        )
    if options.name and options.name != workspace.name:
        raise AssayError(
            f"{root} is named {workspace.name} already.", "Leave out --name, or give another workspace."
        )
    return replace(workspace, part=options.part)


@dataclass
class _Taken:
    """One file on its way in: its documents while it may still be small, and what is counted."""

    given: Input
    size: int
    changed: int
    arranger: Arranger
    quarantine: Quarantine
    tables: list[pa.Table] = field(default_factory=list)
    big: bool = False
    documents: int = 0
    text_bytes: int = 0
    not_drawn: int = 0

    def file(self, content: str) -> SourceFile:
        rows = self.documents + self.quarantine.rows + self.not_drawn
        return SourceFile(
            path=str(self.given.path),
            source=self.given.source,
            size=self.size,
            changed=self.changed,
            content=content,
            rows=rows,
            quarantined=self.quarantine.rows,
            not_drawn=self.not_drawn,
        )

    def check_unchanged(self) -> None:
        status = self.given.path.stat()
        if (status.st_size, status.st_mtime_ns) != (self.size, self.changed):
            raise FileFault(
                f"{self.given.path} changed while it was read.",
                "Wait until it is complete, then run the same command.",
            )


class _Run:
    """One run of ``ingest``: goes through the files, and counts."""

    def __init__(
        self,
        workspace: Workspace,
        options: Options,
        found: Found,
        progress: Progress | None,
        say: Say | None,
        head: int = 0,
        until: float = math.inf,
    ) -> None:
        self.head, self.until = head, until
        self.appending = Appending(workspace)
        self.options, self.found = options, found
        self.ingest = {"complete": False, "arguments": options.words()}
        self.progress, self._say = progress, say
        self.notes: list[str] = []
        self.faults: list[tuple[Input, FileFault]] = []
        self.documents = self.quarantined = self.not_drawn = self.files = self.known = 0
        self.unread_dates = 0
        self.peeked: dict[Path, pa.Table] = {}
        self.decided: tuple[dict[str, Any], ...] = ()
        self.shards_before = len(workspace.shards)
        self.read_bytes = self.all_bytes = self.counted_bytes = 0

    def run(self) -> IngestReport:
        began = time.monotonic()
        appending = self.appending
        self.pending = [given for given in self.found.inputs if not self._is_in(given)]
        self.all_bytes = sum(size_of(given.path) for given in self.pending)
        try:
            if self.pending:
                self._look_ahead()
                appending.workspace = replace(appending.workspace, ingest=self.ingest)
                appending.write()
            for given in self.pending:
                if self.documents and time.monotonic() > self.until:
                    break
                self._tell(given)
                try:
                    self._take(given)
                except FileFault as fault:
                    if self.options.strict:
                        raise AssayError(
                            fault.sentence, f"{fault.next_step} (--strict stops here.)"
                        ) from fault
                    self.faults.append((given, fault))
            appending.close_open()
            if self.pending or not appending.workspace.complete:
                done = {"complete": True, "arguments": self.options.words()}
                appending.workspace = replace(appending.workspace, ingest=done)
                appending.write()
            self._keep_file_faults()
        finally:
            appending.leave()
        if self.documents:
            _keep_time(appending.workspace.root, self.documents, time.monotonic() - began)
        return self._report()

    def _look_ahead(self) -> None:
        """Map each new source, and find the columns that have several types, by the first rows of some files.

        A column of several types gets the type of most documents. Where that is text it holds all values as
        text; else those of other types stand in ``<name>__text``.
        """
        sources = self.appending.workspace.sources
        self.decided = mappings_of(
            self.found.inputs, self.options.schema, self.options.fields, sources, self._peek
        )
        step = -(-len(self.found.inputs) // LOOKED_AT)
        counts: dict[str, list[tuple[pa.DataType, float]]] = {}
        for given in self.found.inputs[::step] if len(self.found.inputs) > 1 else ():
            try:
                if not size_of(given.path):
                    continue
                first = self._peek(given)
                layout = self._layout(given, first)
                rows = rows_of(given, first)
            except (FileFault, OSError):
                continue  # it is told when it is its turn
            for name, kind, there in stored_types(layout, self.options.key):
                counts.setdefault(name, []).append((kind, there * rows))
        self.appending.preferred = {
            name: most_frequent(found) for name, found in counts.items() if len(found) > 1
        }

    def _peek(self, given: Input) -> pa.Table:
        """The first rows of a file; of some they are kept until it is its turn."""
        if given.path in self.peeked:
            return self.peeked[given.path]
        if time.monotonic() > self.until:
            raise FileFault(f"There was no time to look into {given.path}.", "Take it in as a whole.")
        first = given.reader.peek(given.path)
        if first.nbytes <= HELD_BYTES and len(self.peeked) < LOOKED_AT:
            self.peeked[given.path] = first
        return first

    def _layout(self, given: Input, first: pa.Table | None = None) -> Layout:
        sources = (*self.appending.workspace.sources, *self.decided)
        return layout_of(given, self.options.schema, self.options.fields, sources, first)

    # --- one file ----------------------------------------------------------------------------------------

    def _is_in(self, given: Input) -> bool:
        """Whether a file is in as it is now, judged without reading it."""
        file = self.appending.files.get(str(given.path))
        if file is None or not given.path.exists():
            return False
        status = given.path.stat()
        return file.size == status.st_size and file.changed == status.st_mtime_ns

    def _take(self, given: Input) -> None:
        with _file_faults(given.path):
            status = given.path.stat()
        if before := self.appending.files.get(str(given.path)):
            unknown = not before.content  # an empty file, or one that was not read to its end
            if status.st_size != before.size or not (unknown or content_of(given) == before.content):
                raise FileFault(
                    f"{given.path} has other content now than when it was ingested.",
                    "Give the new file another name; drop the documents of the old one if need be.",
                )
            self.known += 1
            return
        if self._is_full() and not self._may_count(given):
            return
        if not status.st_size:
            place, empty = str(given.path), status.st_mtime_ns
            self.appending.add_empty(SourceFile(place, given.source, 0, empty, content="", rows=0))
            self.files += 1
            return
        with _file_faults(given.path):
            layout = self._layout(given, self.peeked.pop(given.path, None))
        self._note_source(layout)
        known = {name.lower(): name for name in self.appending.united}
        arranger = Arranger(layout.mapping, given.source, layout.columns, self.options.key, known)
        quarantine = self.appending.quarantine(given.path, given.reader.unit)
        taken = _Taken(given, status.st_size, status.st_mtime_ns, arranger, quarantine)
        try:
            if given.reader is parquet.READER and not self.head:
                self._take_parquet(taken)
            else:
                self._copy(taken)
        except BaseException:
            self.appending.abandon_big()
            quarantine.discard()
            raise
        self.read_bytes += status.st_size

    def _note_source(self, layout: Layout) -> None:
        """Say how a source is mapped, and keep it with the corpus, once."""
        self.say(layout.sentence())
        workspace = self.appending.workspace
        if layout.source not in [entry["name"] for entry in workspace.sources]:
            said = {"name": layout.source, "schema": layout.schema.name, "mapping": dict(layout.mapping)}
            said = next((decided for decided in self.decided if decided["name"] == layout.source), said)
            self.appending.workspace = replace(workspace, sources=(*workspace.sources, said))

    def _is_full(self) -> bool:
        """Whether the part that is asked for is taken."""
        limit, shards = self.options.limit, self.options.shards
        if limit is not None and self.appending.documents >= limit:
            return True
        return shards is not None and len(self.appending.files) >= shards

    def _may_count(self, given: Input) -> bool:
        """Whether the rows of a file past the part may be counted: a quick look stays quick."""
        if given.reader is not parquet.READER:
            self.counted_bytes += size_of(given.path)
        if self.counted_bytes <= COUNTED_BYTES:
            return True
        self.say("Some files past the part that was asked for were not opened: their rows are not counted.")
        return False

    # --- Parquet -----------------------------------------------------------------------------------------

    def _take_parquet(self, taken: _Taken) -> None:
        path, text = taken.given.path, taken.arranger.mapping[TEXT]
        with _file_faults(path):
            footer = parquet.read_footer(path, text)
        if footer.content in self.appending.contents:
            self.known += 1
            return
        if self._is_full():
            taken.not_drawn = footer.rows
            self._finish(taken, footer.content)
            return
        if footer.null_texts is None:
            with _file_faults(path):
                footer = replace(footer, null_texts=parquet.count_nulls(path, text))
        reason = self.options.why_copied() or footer.why_copied()
        if reason:
            self.say(f"Source {taken.given.source}: text of Parquet files is copied, since {reason}.")
            self._copy(taken)
        else:
            self.say(f"Source {taken.given.source}: text of Parquet files is read where it lies.")
            self._keep_in_place(taken, footer)

    def _keep_in_place(self, taken: _Taken, footer: parquet.Footer) -> None:
        """Record a file whose text stays where it is; its other columns go into a small file."""
        path, arranger = taken.given.path, taken.arranger
        text = arranger.mapping[TEXT]
        others = [name for name in footer.schema.names if name != text]
        identifier = arranger.mapping.get("id", "")
        flat = identifier in footer.schema.names
        by_id = self.options.key == "id" and flat and not parquet.may_have_nulls(path, identifier)
        if not by_id:
            self.say(
                f"Source {taken.given.source}: keys are made of the text where there is no id, "
                "so all of it is read once."
            )
        self.appending.begin_big()
        with _file_faults(path):
            for table in parquet.batches(path, others if by_id else footer.schema.names):
                numbers = None if by_id else arranger.keys_of(table)
                stored = arranger.arrange(table if by_id else table.drop_columns([text]), numbers)
                self.appending.add_to_big(stored, arranger.copies, whole=True)
                taken.documents += table.num_rows
                self._tell(taken.given, taken.documents, taken.size * taken.documents // max(1, footer.rows))
            taken.check_unchanged()
            place = TextPlace(text, str(path), taken.size, taken.changed, footer_hash(path))
        names = names_in(arranger)
        self.appending.finish_big(taken.file(footer.content), names, arranger.copies, taken.quarantine, place)
        self._count(taken)

    # --- copying -----------------------------------------------------------------------------------------

    def _copy(self, taken: _Taken) -> None:
        """Read a file's rows, draw from them, and hand the documents over."""
        given, text = taken.given, taken.arranger.mapping[TEXT]
        with _file_faults(given.path):
            opened = self._opened(given, text)
        content = None
        with contextlib.closing(_guarded(opened.rows, given.path)) as pieces:
            for rows in pieces:
                if rows.faults:
                    self._set_aside(taken, rows)
                self._put(taken, self._drawn(taken, rows.table))
                self._tell(given, taken.documents, rows.read)
                if self._is_full_with(taken) and not self._may_read_on(taken, rows.read):
                    content = ""  # not known, since the file was not read to its end
                    break
        if not self.head:  # what is written behind the first rows changes nothing of them
            with _file_faults(given.path):
                taken.check_unchanged()
        if content is None:
            content = opened.content()
        if content in self.appending.contents:
            self.appending.abandon_big()
            taken.quarantine.discard()
            self.known += 1
        else:
            self._finish(taken, content)

    def _opened(self, given: Input, text: str) -> Opened:
        if self.head:
            return Opened(given.reader.head(given.path, text, self.head), lambda: "")
        return given.reader.open(given.path, text, self.options.max_line)

    def _set_aside(self, taken: _Taken, rows: Rows) -> None:
        if self.options.strict:
            fault = rows.faults[0]
            raise AssayError(
                f"{taken.given.path}, {taken.given.reader.unit} {fault.number:,}: {fault.reason}.",
                "Mend it, or leave out --strict to set such rows aside.",
            )
        taken.quarantine.add(rows.faults)

    def _drawn(self, taken: _Taken, table: pa.Table) -> pa.Table:
        """The documents of these rows that belong to the part that is taken."""
        if self._is_full_with(taken) or not table.num_rows:
            taken.not_drawn += table.num_rows
            return table.slice(0, 0)
        stored = taken.arranger.arrange(table)
        if self.options.sample is not None:
            drawn = keys.uniform_by_key(stored[KEY].to_numpy(), keys.SAMPLE_SEED) < self.options.sample
            stored = stored.filter(pa.array(drawn))
        if self.options.limit is not None:
            stored = stored.slice(0, self.options.limit - self._documents_with(taken))
        taken.not_drawn += table.num_rows - stored.num_rows
        return stored

    def _documents_with(self, taken: _Taken) -> int:
        """Documents of the workspace with those of the file being read."""
        return self.appending.documents + (0 if taken.big else taken.documents)

    def _is_full_with(self, taken: _Taken) -> bool:
        limit = self.options.limit
        return self._is_full() or (limit is not None and self._documents_with(taken) >= limit)

    def _may_read_on(self, taken: _Taken, read: int) -> bool:
        """Whether the rest of the file in which the part ended may be read to count its rows."""
        if taken.size - read <= COUNTED_BYTES:
            return True
        self.say(f"{taken.given.path} was not read to its end: its further rows are not counted.")
        return False

    def _put(self, taken: _Taken, table: pa.Table) -> None:
        """Hold a small file's documents until it is whole; give a big one shards of its own."""
        if not table.num_rows:
            return
        taken.documents += table.num_rows
        taken.text_bytes += text_bytes(table)
        taken.tables.append(table)
        if not taken.big and taken.text_bytes <= SMALL_BYTES and taken.documents <= SHARD_ROWS:
            return
        if not taken.big:
            taken.big = True
            self.appending.begin_big()
        for held in taken.tables:
            self.appending.add_to_big(held, taken.arranger.copies)
        taken.tables = []

    def _finish(self, taken: _Taken, content: str) -> None:
        """Add a file that was read to the workspace."""
        arranger, file = taken.arranger, taken.file(content)
        names = names_in(arranger)
        if taken.big:
            self.appending.finish_big(file, names, arranger.copies, taken.quarantine)
        elif taken.documents:
            tables = [arranger.completed(table) for table in taken.tables]
            self.appending.add_small(file, tables, names, taken.quarantine)
        else:
            self.appending.add_empty(file, taken.quarantine)
        self._count(taken)

    def _count(self, taken: _Taken) -> None:
        self.files += 1
        self.documents += taken.documents
        self.quarantined += taken.quarantine.rows
        self.not_drawn += taken.not_drawn
        self.unread_dates += taken.arranger.unread_dates

    # --- what is said ------------------------------------------------------------------------------------

    def say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)
            if self._say is not None:
                self._say(note)

    def _tell(self, given: Input, documents: int = 0, read: int = 0) -> None:
        """Say how far this is, in a file of which so much was read; in all, from the share of bytes read."""
        if self.progress is not None:
            done = self.documents + documents
            read += self.read_bytes
            total = round(done * self.all_bytes / read) if read else 0
            self.progress(done, max(done, total) if total else 0, f"reading {given.path.name}")

    def _keep_file_faults(self) -> None:
        """Keep which files could not be taken in; those of other runs stay, unless they are in now."""
        path = self.appending.workspace.root / "quarantine" / "files.jsonl"
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        tried = {str(given.path) for given in self.found.inputs} | set(self.appending.files)
        lines = [line for line in before if json.loads(line)["file"] not in tried]
        for given, fault in self.faults:
            said = {"file": str(given.path), "source": given.source, "reason": fault.sentence}
            lines.append(files.canonical({**said, "next_step": fault.next_step}).decode())
        if lines != before:
            files.write_text(path, "".join(f"{line}\n" for line in lines))

    def _report(self) -> IngestReport:
        workspace = self.appending.workspace
        self.known += len(self.found.inputs) - len(self.pending)
        rows = self.documents + self.quarantined + self.not_drawn
        for note in self.appending.notes:
            self.say(note)
        if self.unread_dates:
            self.say(f"Null, since neither an ISO date nor a year: {counted(self.unread_dates, 'date')}.")
        if shared := shared_keys(workspace, self.shards_before):
            have = "1 document shares its key" if shared == 1 else f"{shared:,} documents share their keys"
            self.say(f"{have} with an earlier one (same source and id, or same text without ids); all stay.")
        if self.known:
            self.say(f"Passed over, since their content is in already: {counted(self.known, 'file')}.")
        if self.found.ignored:
            ignored = counted(len(self.found.ignored), "file")
            self.say(f"Passed over, since their suffixes are unknown: {ignored}.")
        if self.quarantined:
            self.say(f"Rows set aside stand in {workspace.root / 'quarantine'}, each with its reason.")
        self.say(
            f"{counted(self.documents, 'document')} + {self.quarantined:,} quarantined + "
            f"{self.not_drawn:,} not drawn = {counted(rows, 'row')} of {counted(self.files, 'file')}."
        )
        sizes = [shard.bytes for shard in workspace.shards]
        error = next_step = ""
        if self.faults:
            error, next_step = faults_said(workspace.root, self.options, self.faults)
        elif self.files and not self.documents:
            self.say(self._nothing())
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

    def _nothing(self) -> str:
        """What is said where files were read and no document was among them."""
        if self.quarantined:
            why = f"see {self.appending.workspace.root / 'quarantine'}/"
            step = "Mend the rows by the reasons that stand there, then run the same command."
        elif self.not_drawn:
            why = "none of these files is in the part that was asked for"
            step = "Give a larger --sample, --limit or --shards and a new workspace."
        else:
            why = "there is no row in any of these files"
            step = "Give files that hold documents."
        return f"No document was taken in: {why}.\n  Next: {step}"


def _keep_time(root: Path, documents: int, seconds: float) -> None:
    """Keep how long this took, where nothing is hashed."""
    path = root / "run.json"
    before = files.read_json(path) if path.exists() else {}
    said = {"documents": documents, "seconds": round(seconds, 3)}
    files.write_json(path, {**before, "ingest": said})


def content_of(given: Input) -> str:
    """The hash that knows a file wherever it lies.

    Raises:
        FileFault: it cannot be read.
    """
    with _file_faults(given.path):
        if given.reader is parquet.READER:
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
        raise unreadable(path, error) from error


def _guarded(rows: Iterator[Rows], path: Path) -> Generator[Rows, None, None]:
    """Rows as they come; only what goes wrong in reading them is the file's fault."""
    while True:
        with _file_faults(path):
            piece = next(rows, None)
        if piece is None:
            return
        yield piece
