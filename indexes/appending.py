"""A workspace that grows: shards are staged, then committed whole, so that a killed run goes on where it was.

A shard holds whole small files, or one file that is read where it lies, or a part of one big file; all shards
of a big file are committed together. A commit renames files, then ``corpus.toml`` names them. Where a shard
begins and ends depends on the files alone, never on when a run was stopped.
"""

import contextlib
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from indexes import files
from indexes.columns import DOC_ID, KEY, RANDOM, TEXT
from indexes.reader import RowFault
from indexes.staging import Staged
from indexes.uniting import TEXT as TEXT_TYPE
from indexes.workspace import (
    Shard,
    SourceFile,
    TextPlace,
    Workspace,
    footer_hash,
    identity_of,
    write_workspace,
)

SHARD_ROWS, SHARD_BYTES = 100_000, 512 << 20
"""Documents, and bytes of text, of a shard whose text is copied."""

KEYS_AT_A_TIME = 1 << 24
"""Keys held at once to find those that are shared."""

UNTYPED = (DOC_ID, KEY, RANDOM, TEXT)
"""Columns whose types are the same in every workspace."""


class Quarantine:
    """Rows of one file that are no documents, on their way to ``quarantine/rows-N.jsonl``.

    Attributes:
        unit: what a row is called: ``line`` or ``row``.
        rows: how many there are.
    """

    def __init__(self, path: Path, file: Path, unit: str) -> None:
        self.path = path
        self.temporary = path.with_name(f"{files.TEMPORARY}{os.getpid()}-{path.name}")
        self.file, self.unit = file, unit
        self.rows = 0
        self._open: TextIO | None = None

    def add(self, faults: Sequence[RowFault]) -> None:
        if self._open is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._open = self.temporary.open("w", encoding="utf-8", newline="\n")
        for fault in faults:
            said = {"file": str(self.file), self.unit: fault.number, "reason": fault.reason}
            self._open.write(files.canonical(said).decode() + "\n")
        self.rows += len(faults)

    def close(self) -> None:
        if self._open is not None:
            self._open.close()

    def discard(self) -> None:
        self.close()
        files.remove(self.temporary)


@dataclass
class BigFile:
    """A file with shards of its own, none of which is there before all are."""

    shards: list[Staged] = field(default_factory=list)
    united: Mapping[str, pa.DataType] = field(default_factory=dict)
    """Types as they were before it, for when it has to stay out."""


class Appending:
    """Adds files to a workspace. For the holder of its lock.

    Attributes:
        workspace: as ``corpus.toml`` has it, or is about to have it.
        files: path -> each file that is in.
        contents: hashes that know these files, empty ones left out.
        united: column -> its type over all shards.
        preferred: column -> the type that it shall have, of those that files to come have.
        notes: columns whose values are of several types, for the report.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.files = files_in(workspace)
        self.contents = {file.content for file in self.files.values() if file.content and file.rows}
        self.preferred: Mapping[str, pa.DataType] = {}
        self.united: Mapping[str, pa.DataType] = _types_of(workspace)
        self.notes: list[str] = []
        self._open: Staged | None = None
        self._open_files: list[SourceFile] = []
        self._open_names: dict[str, str] = {}
        self._big: BigFile | None = None
        self._others: list[SourceFile] = []
        self._quarantines: list[Quarantine] = []
        self._written = self._write_seconds = 0.0
        self._dirty = False
        _sweep(workspace, len(self.files))

    @property
    def documents(self) -> int:
        """Documents of the workspace, those of open shards counted."""
        staged = [self._open] if self._open else self._big.shards if self._big else []
        return self.workspace.documents + sum(shard.rows for shard in staged)

    def quarantine(self, file: Path, unit: str) -> Quarantine:
        """Where the bad rows of the next file go."""
        path = self.workspace.root / "quarantine" / f"rows-{len(self.files):06d}.jsonl"
        return Quarantine(path, file, unit)

    # --- files -------------------------------------------------------------------------------------------

    def add_empty(self, file: SourceFile, quarantine: Quarantine | None = None) -> None:
        """Add a file that gave no document."""
        self._note(file, quarantine)
        self._others.append(file)

    def add_small(
        self, file: SourceFile, tables: Sequence[pa.Table], names: Mapping[str, str], quarantine: Quarantine
    ) -> None:
        """Add a whole file to the open shard.

        Args:
            file: what it was.
            tables: its documents as they are stored, ``doc_id`` apart.
            names: the file's columns -> stored columns.
            quarantine: its bad rows.
        """
        rows = sum(table.num_rows for table in tables)
        size = sum(text_bytes(table) for table in tables)
        if self._open is not None and (
            self._open.rows + rows > SHARD_ROWS
            or self._open.text_bytes + size > SHARD_BYTES
            or not _compatible(self._open_names, names)
            or not _fit(self._open, tables)
        ):
            self.close_open()
        if self._open is None:
            self._open = self._staged(len(self.workspace.shards), self.workspace.documents)
        for table in tables:
            self._open.append(table)
        self._open_names |= names
        self._open_files.append(file)
        self._note(file, quarantine)

    def begin_big(self) -> None:
        """Begin a file that has shards of its own."""
        self.close_open()
        self._big = BigFile(united=self.united)
        self._next_of_big()

    def add_to_big(self, table: pa.Table, copies: Mapping[str, str], whole: bool = False) -> None:
        """Add documents of the big file.

        Args:
            table: as they are stored, ``doc_id`` apart.
            copies: a column that may be new -> the one whose values it has in the rows before these.
            whole: all of the file is one shard, however large.
        """
        assert self._big is not None
        while table.num_rows:
            staged = self._big.shards[-1]
            room = table.num_rows if whole else _rows_that_fit(staged, table)
            if not room:
                self._close(staged)
                self._next_of_big()
                continue
            staged.append(table.slice(0, room), copies)
            table = table.slice(room)

    def finish_big(
        self,
        file: SourceFile,
        names: Mapping[str, str],
        copies: Mapping[str, str],
        quarantine: Quarantine | None = None,
        place: TextPlace | None = None,
    ) -> None:
        """Commit all shards of the big file.

        Args:
            file: what it was; its rows that are no documents are counted with its first shard.
            names: the file's columns -> stored columns.
            copies: as for ``add_to_big``: shards that ended before have the other column.
            quarantine: its bad rows.
            place: where its text lies, if it is read there.
        """
        assert self._big is not None
        self._note(file, quarantine)
        added = []
        for i, staged in enumerate(self._big.shards):
            part = replace(file, rows=staged.rows, quarantined=0, not_drawn=0)
            if i == 0:
                left_out = file.quarantined + file.not_drawn
                part = replace(file, rows=staged.rows + left_out)
            there = staged.schema.names
            stored = {
                name: copies.get(column, column) if column not in there else column
                for name, column in names.items()
            }
            added.append((staged, (part,), stored))
        self._commit(added, place)
        self._big = None

    def abandon_big(self) -> None:
        """Leave out what was added of the big file."""
        if self._big is not None:
            for staged in self._big.shards:
                staged.discard()
            self.united = self._big.united
            self._big = None

    # --- commits -----------------------------------------------------------------------------------------

    def close_open(self) -> None:
        """Commit the open shard, and the files without documents that came until now."""
        if self._open is not None:
            added = [(self._open, tuple(self._open_files), dict(self._open_names))]
            self._commit(added, None)
            self._open, self._open_files, self._open_names = None, [], {}
        elif self._others:
            self._commit([], None)

    def write(self, force: bool = True) -> None:
        """Write ``corpus.toml``: at once, or when it has been long enough since it was."""
        if force or time.monotonic() - self._written > max(1.0, 10 * self._write_seconds):
            began = time.monotonic()
            write_workspace(self.workspace)
            self._written = time.monotonic()
            self._write_seconds = self._written - began
            self._dirty = False
        else:
            self._dirty = True

    def leave(self) -> None:
        """Remove what is staged and not committed; name what is renamed and not yet named."""
        self.abandon_big()
        if self._open is not None:
            self._open.discard()
        for quarantine in self._quarantines:
            quarantine.discard()
        if self._dirty:
            with contextlib.suppress(OSError):  # then those files are taken in again
                write_workspace(self.workspace)

    def _note(self, file: SourceFile, quarantine: Quarantine | None) -> None:
        self.files[file.path] = file
        if file.content and file.rows:
            self.contents.add(file.content)
        if quarantine is not None and quarantine.rows:
            quarantine.close()
            self._quarantines.append(quarantine)

    def _next_of_big(self) -> None:
        assert self._big is not None
        number = len(self.workspace.shards) + len(self._big.shards)
        first = self.workspace.documents + sum(staged.rows for staged in self._big.shards)
        staged = self._staged(number, first)
        if self._big.shards:  # the same columns again, so that none comes up late
            staged.schema = self._big.shards[-1].schema
        self._big.shards.append(staged)

    def _staged(self, number: int, first: int) -> Staged:
        place = self.workspace.root / "documents" / f"shard-{number:05d}.parquet"
        return Staged(place, first, {**self.preferred, **self.united})

    def _close(self, staged: Staged) -> None:
        """End a shard's file, once its columns have types that hold over all shards."""
        united = dict(self.united)
        for name in [name for name in staged.schema.names if name not in UNTYPED]:
            before, now = united.get(name, pa.null()), staged.schema.field(name).type
            if not pa.types.is_null(before) and not before.equals(now) and not self._holds(name, before, now):
                staged.move(name)
                name, now = staged.moved[name], TEXT_TYPE
            united[name] = now
        for name, beside in staged.moved.items():
            said = united.get(name, self.preferred.get(name))
            self.notes.append(f"Column {name} is {said}; where it is of another type, it stands in {beside}.")
        self.united = united
        staged.close()

    def _holds(self, column: str, before: pa.DataType, now: pa.DataType) -> bool:
        """Whether a wider type holds the values of all shards before: an integer may be too large for it."""
        if not (pa.types.is_floating(now) and pa.types.is_integer(before) and before.bit_width == 64):
            return True
        paths = [self.workspace.documents_file(shard) for shard in self.workspace.shards]
        paths += [staged.temporary for staged in (self._big.shards if self._big else []) if staged.closed]
        for path in paths:
            if column not in pq.read_schema(path).names:
                continue
            values = pq.read_table(path, columns=[column])[column]
            if pa.types.is_integer(values.type) and len(values) > values.null_count:
                extremes = pc.min_max(values).as_py()
                if max(abs(extremes["min"]), abs(extremes["max"])) > 1 << 53:
                    return False
        return True

    def _commit(
        self,
        added: Sequence[tuple[Staged, tuple[SourceFile, ...], Mapping[str, str]]],
        place: TextPlace | None,
    ) -> None:
        """Rename what is whole, then name it in ``corpus.toml``."""
        shards = []
        for staged, taken, names in added:
            if not staged.closed:
                self._close(staged)
            shards.append(_shard(staged, taken, names, place))
        for staged, _, _ in added:
            files.settle(staged.temporary, staged.place)
        for quarantine in self._quarantines:
            files.settle(quarantine.temporary, quarantine.path)
        self.workspace = replace(
            self.workspace,
            shards=(*self.workspace.shards, *shards),
            others=(*self.workspace.others, *self._others),
            columns={name: str(kind) for name, kind in self.united.items()},
        )
        self._others, self._quarantines = [], []
        self.write(force=False)


def files_in(workspace: Workspace) -> dict[str, SourceFile]:
    """Files that are in, by path."""
    found = {file.path: file for shard in reversed(workspace.shards) for file in shard.files}
    return found | {file.path: file for file in workspace.others}


def shared_keys(workspace: Workspace, since: int) -> int:
    """How many documents of the shards from number ``since`` on have the key of an earlier document."""
    older, newer = workspace.shards[:since], workspace.shards[since:]
    passes = -(-sum(shard.rows for shard in newer) // KEYS_AT_A_TIME)
    count = 0

    def keys(shard: Shard, number: int) -> NDArray[np.uint64]:
        table = pq.read_table(workspace.documents_file(shard), columns=[KEY])
        all_keys: NDArray[np.uint64] = table[KEY].to_numpy()
        return all_keys[all_keys % np.uint64(passes) == number] if passes > 1 else all_keys

    for number in range(passes):
        new = np.concatenate([keys(shard, number) for shard in newer])
        once = np.unique(new)
        seen = np.zeros(len(once), dtype=bool)
        for shard in older:
            old = keys(shard, number)
            places = np.minimum(np.searchsorted(once, old), len(once) - 1)
            seen[places[once[places] == old]] = True
        count += len(new) - len(once) + int(seen.sum())
    return count


def text_bytes(table: pa.Table) -> int:
    """UTF-8 bytes of the texts of a table."""
    return int(pc.sum(pc.binary_length(table[TEXT])).as_py() or 0)


def _shard(
    staged: Staged, taken: tuple[SourceFile, ...], names: Mapping[str, str], place: TextPlace | None
) -> Shard:
    """What ``corpus.toml`` says of a closed shard."""
    return Shard(
        number=int(staged.place.stem.removeprefix("shard-")),
        first=staged.first,
        rows=staged.rows,
        identity=identity_of(staged.keys, place.footer if place else footer_hash(staged.temporary)),
        text=place or TextPlace(),
        files=taken,
        bytes=None if place else staged.text_bytes,
        names={name: staged.moved.get(column, column) for name, column in names.items()},
    )


def _sweep(workspace: Workspace, taken: int) -> None:
    """Remove whole files that no ``corpus.toml`` names: a run ended between their renames and its own."""
    for path in (workspace.root / "documents").glob("shard-*.parquet"):
        if int(path.stem.removeprefix("shard-")) >= len(workspace.shards):
            files.remove(path)
    for path in (workspace.root / "quarantine").glob("rows-*.jsonl"):
        if int(path.stem.removeprefix("rows-")) >= taken:
            files.remove(path)


def _types_of(workspace: Workspace) -> dict[str, pa.DataType]:
    """Each stored column's type over all shards, from a shard that has it so."""
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
    return {
        name: types.get(name, pa.null() if said == "null" else TEXT_TYPE)
        for name, said in workspace.columns.items()
    }


def _fit(staged: Staged, tables: Sequence[pa.Table]) -> bool:
    """Whether these rows go into a shard with each column under the name of those that are there.

    What does not fit is stored under another name, and a shard has one name for each column of its files.
    """
    return all(
        name not in staged.moved and staged.fits(name, table[name])
        for table in tables
        for name in table.column_names
    )


def _compatible(a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    """Whether files of two mappings can share a shard, which has one."""
    back = {stored: name for name, stored in a.items()}
    return all(a.get(name, stored) == stored and back.get(stored, name) == name for name, stored in b.items())


def _rows_that_fit(staged: Staged, table: pa.Table) -> int:
    """How many of these rows a shard still has room for; at least one where it is empty."""
    total = np.cumsum(pc.binary_length(table[TEXT].combine_chunks()).to_numpy(), dtype=np.int64)
    by_bytes = int(np.searchsorted(total, SHARD_BYTES - staged.text_bytes, side="right"))
    return max(0 if staged.rows else 1, min(SHARD_ROWS - staged.rows, by_bytes, int(table.num_rows)))
