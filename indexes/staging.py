"""A shard's documents file while it is being written, under a temporary name.

Row groups hold at most 500 rows or 4 MB of text where the text is copied, so that a document anywhere is read
quickly (text of 20 random documents of 12 shards: 0.05 s at 500 rows, 0.14 at 2,000, 1.4 at 40,000). Every
file has one schema: where later rows do not fit, what was written is written again, wider.
"""

import contextlib
import os
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from indexes import files
from indexes.columns import DOC_ID, KEY, RANDOM, SUFFIX_LIST, TEXT
from indexes.families import ABOUT
from indexes.hosts import list_version
from indexes.uniting import TEXT as TEXT_TYPE
from indexes.uniting import cast, is_nested, unite

GROUP_ROWS, GROUP_BYTES = 500, 4 << 20
"""Of a row group where text is copied."""

SMALL_GROUP_ROWS, SMALL_GROUP_BYTES = 100_000, 32 << 20
"""Of a row group where it is not."""

GROUPS_ON_THE_WAY = 8
"""Row groups that wait to be written at any time."""

COMPRESSION_LEVEL = 3
"""Of zstd, as DuckDB's."""


class Staged:
    """Rows of one shard in the order in which they are appended.

    Attributes:
        place: where the file will stand.
        temporary: where it stands now.
        united: column -> its type in the corpus; it may become wider (a number for an integer), and what does
            not fit then goes to ``<name>__text``.
        moved: columns of which that has happened.
    """

    def __init__(self, place: Path, first: int, united: Mapping[str, pa.DataType]) -> None:
        self.place = place
        self.temporary = place.with_name(f"{files.TEMPORARY}{os.getpid()}-{place.name}")
        self.united = united
        self.moved: dict[str, str] = {}
        self.rows = 0
        self.text_bytes = 0
        self.schema = pa.schema([])
        self.first = first
        self.closed = False
        self._keys: list[NDArray[np.uint64]] = []
        self._pending: list[pa.Table] = []
        self._texts: set[str] = set()
        self._writer: pq.ParquetWriter | None = None
        self._began = False
        self._thread = ThreadPoolExecutor(1)
        self._on_the_way: deque[Future[None]] = deque()

    @property
    def keys(self) -> NDArray[np.uint64]:
        return np.concatenate(self._keys) if self._keys else np.empty(0, np.uint64)

    def append(self, table: pa.Table, copies: Mapping[str, str] | None = None) -> None:
        """Add rows.

        Args:
            table: columns as they are stored, ``doc_id`` apart.
            copies: a column that may be new -> the one whose values it has in the rows before these.
        """
        if not table.num_rows:
            return
        ids = np.arange(self.first + self.rows, self.first + self.rows + table.num_rows, dtype=np.int64)
        table = table.add_column(0, DOC_ID, pa.array(ids))
        for before, now in self.moved.items():
            table = _renamed(table, before, now)
        self.rows += table.num_rows
        self._keys.append(table[KEY].to_numpy())
        if TEXT in table.column_names:
            self.text_bytes += pc.sum(pc.binary_length(table[TEXT])).as_py() or 0
        fitted = self._fitted(table, copies or {})  # may put another list in the place of _pending
        self._pending.append(fitted)
        self._write_groups(final=False)

    def close(self) -> None:
        """Write what is left; the temporary file is then whole."""
        self._write_groups(final=True)
        self._open_writer()
        self._end_writer()
        self._thread.shutdown()
        self.closed = True

    def discard(self) -> None:
        """Leave nothing behind."""
        self._thread.shutdown(cancel_futures=True)
        self._on_the_way.clear()
        with contextlib.suppress(OSError):
            self._end_writer()
        files.remove(self.temporary)

    def make_text(self, column: str) -> None:
        """Make a column text: no other type holds its values unchanged."""
        self._texts.add(column)
        index = self.schema.get_field_index(column)
        if index >= 0 and not self.schema.field(index).type.equals(TEXT_TYPE):
            self._rewrite(self.schema.set(index, pa.field(column, TEXT_TYPE)))

    def _fitted(self, table: pa.Table, copies: Mapping[str, str]) -> pa.Table:
        """Rows in this file's schema, which is widened before where it must be."""
        while True:
            try:
                wanted = self._wider(table.schema)
                if not wanted.equals(self.schema):
                    self._rewrite(wanted, copies)
                return _cast_table(table, self.schema)
            except _Unfit as unfit:
                if self._has_type(unfit.column):
                    self.move(unfit.column, table.column_names)
                    table = _renamed(table, unfit.column, self.moved[unfit.column])
                else:
                    self.make_text(unfit.column)

    def _has_type(self, column: str) -> bool:
        """Whether a column has a type in the corpus, apart from this shard."""
        return not pa.types.is_null(self.united.get(column, pa.null()))

    def fits(self, column: str, values: pa.ChunkedArray) -> bool:
        """Whether values go into a column as it is in the corpus and in this shard."""
        before = self.schema.field(column).type if column in self.schema.names else self.united.get(column)
        if before is None or pa.types.is_null(before) or before.equals(TEXT_TYPE):
            return True
        united = unite(before, values.type)
        if united.equals(TEXT_TYPE):
            return False
        try:
            cast(values, united)
        except pa.ArrowInvalid:  # an integer too large for a number
            return False
        return True

    def _wider(self, schema: pa.Schema) -> pa.Schema:
        """The schema that holds rows of another one too.

        Raises:
            _Unfit: a column has another type in the corpus.
        """
        kinds = {field.name: field.type for field in self.schema}
        for field in schema:
            before = kinds.get(field.name, self.united.get(field.name, pa.null()))
            kind = unite(before, field.type)
            if kind.equals(TEXT_TYPE) and not before.equals(TEXT_TYPE) and self._has_type(field.name):
                raise _Unfit(field.name)
            kinds[field.name] = TEXT_TYPE if field.name in self._texts else kind
        return pa.schema(list(kinds.items()))

    def move(self, column: str, others: Iterable[str] = ()) -> None:
        """Let a column's values stand as text beside the one of that name, which has another type."""
        beside = f"{column}__text"
        while beside in (*self.schema.names, *others):
            beside += "__2"  # the source has a column of that name
        self.moved[column] = beside
        self._texts.add(beside)
        index = self.schema.get_field_index(column)
        if index >= 0:
            self._rewrite(self.schema.set(index, pa.field(beside, TEXT_TYPE)), renamed={beside: column})

    def _rewrite(
        self,
        schema: pa.Schema,
        copies: Mapping[str, str] | None = None,
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        """Write again what was written so far, in another schema; as it was where values do not fit."""

        def again(table: pa.Table) -> pa.Table:
            for now, before in (renamed or {}).items():
                table = _renamed(table, before, now)
            for column, origin in (copies or {}).items():
                if (
                    column in schema.names
                    and column not in table.column_names
                    and origin in table.column_names
                ):
                    table = table.append_column(column, table[origin])
            return _cast_table(table, schema)

        pending = [again(table) for table in self._pending]
        if self._began:
            self._end_writer()  # for good: a rewrite that fails is followed by one that does not
            wider = self.temporary.with_name(f"{self.temporary.name}-wider")
            writer = self._new_writer(wider, schema)
            try:
                with pq.ParquetFile(self.temporary, pre_buffer=False) as file:
                    for group in range(file.num_row_groups):
                        table = again(file.read_row_group(group, use_threads=False))
                        writer.write_table(table, row_group_size=table.num_rows)
            except BaseException:
                writer.close()
                files.remove(wider)
                raise
            os.replace(wider, self.temporary)
            self._writer = writer
        self._pending = pending
        self.schema = schema

    def _write_groups(self, final: bool) -> None:
        rows = sum(table.num_rows for table in self._pending)
        if not rows:
            return
        copied = TEXT in self.schema.names
        if not final and rows < GROUP_ROWS and copied and self._pending_bytes() < GROUP_BYTES:
            return
        if not copied:
            if final or rows >= SMALL_GROUP_ROWS or self._pending_bytes() >= SMALL_GROUP_BYTES:
                table = pa.concat_tables(self._pending)
                self._write(table, SMALL_GROUP_ROWS)
                self._pending = []
            return
        table = pa.concat_tables(self._pending)
        lengths = np.concatenate([pc.binary_length(chunk).to_numpy() for chunk in table[TEXT].chunks])
        start = 0
        for end in _cut(lengths, final):
            self._write(table.slice(start, end - start), end - start)
            start = end
        self._pending = [table.slice(start)] if start < rows else []

    def _pending_bytes(self) -> int:
        if TEXT in self.schema.names:
            return sum(pc.sum(pc.binary_length(table[TEXT])).as_py() or 0 for table in self._pending)
        return sum(int(table.nbytes) for table in self._pending)

    def _write(self, table: pa.Table, row_group: int) -> None:
        """Write on the thread of this file, which compresses while the next rows are read."""
        writer = self._open_writer()

        def write() -> None:
            writer.write_table(table.combine_chunks(), row_group_size=row_group)

        self._on_the_way.append(self._thread.submit(write))
        while len(self._on_the_way) > GROUPS_ON_THE_WAY:
            self._on_the_way.popleft().result()

    def _end_writer(self) -> None:
        while self._on_the_way:
            self._on_the_way.popleft().result()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _open_writer(self) -> pq.ParquetWriter:
        if self._writer is None:
            self.temporary.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._new_writer(self.temporary, self.schema)
            self._began = True
        return self._writer

    @staticmethod
    def _new_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
        large = {DOC_ID, KEY, RANDOM, TEXT}  # each value once: a dictionary would only cost time
        flat = [field.name for field in schema if field.name not in large and not is_nested(field.type)]
        about = {SUFFIX_LIST: list_version()} if "url_domain" in schema.names else {}
        return pq.ParquetWriter(
            path,
            schema.with_metadata({ABOUT: files.canonical(about)} if about else None),
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=flat or False,
            write_statistics=[field.name for field in schema if field.name != TEXT],
        )


class _Unfit(Exception):
    """Values of a column that do not go into a type without loss."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def _renamed(table: pa.Table, before: str, now: str) -> pa.Table:
    return table.rename_columns([now if name == before else name for name in table.column_names])


def _cast_table(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = []
    for field in schema:
        if field.name not in table.column_names:
            columns.append(pa.nulls(table.num_rows, field.type))
            continue
        try:
            columns.append(cast(table[field.name], field.type))
        except pa.ArrowInvalid:
            raise _Unfit(field.name) from None
    return pa.table(columns, schema=schema)


def _cut(lengths: NDArray[np.int64], final: bool) -> list[int]:
    """Where row groups end: full ones only, unless these are the last rows. The same however rows come."""
    total = np.cumsum(lengths, dtype=np.int64)
    ends: list[int] = []
    start = 0
    while start < len(lengths):
        before = total[start - 1] if start else 0
        by_bytes = int(np.searchsorted(total, before + GROUP_BYTES, side="right"))
        end = max(start + 1, min(start + GROUP_ROWS, by_bytes))
        full = end - start == GROUP_ROWS or end < len(lengths) or by_bytes < len(lengths)
        if end >= len(lengths) and not full and not final:
            break
        ends.append(min(end, len(lengths)))
        start = end
    return ends
