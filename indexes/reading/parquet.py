"""Parquet: read where it lies, or a batch at a time where its text is copied."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from indexes.errors import FileFault
from indexes.reader import LONG_HEAD, Opened, Reader, RowFault, Rows
from indexes.texts import checked
from indexes.uniting import is_text
from indexes.workspace import footer_hash

BATCH_BYTES = 8 << 20
SMALL_ROWS = 5_000
"""A file with fewer rows shares a shard with others."""

IN_PLACE_ROWS, IN_PLACE_BYTES = 5_000, 32 << 20
"""Row groups up to this size can be read in place: a document anywhere is had in 500 ms."""


@dataclass(frozen=True)
class Footer:
    """What a file's footer says.

    Attributes:
        null_texts: None where it does not say.
        text_bytes: of the text column, uncompressed, about.
        group_rows, group_bytes: the largest row group's rows, and bytes of text.
        content: the hash that knows the file wherever it lies.
    """

    schema: pa.Schema
    rows: int
    null_texts: int | None
    text_bytes: int
    group_rows: int
    group_bytes: int
    content: str
    size: int

    def why_copied(self) -> str:
        """Why the text is copied rather than read in place; empty where it need not be."""
        if self.null_texts:
            return "some texts are null"
        if self.rows < SMALL_ROWS:
            return f"files under {SMALL_ROWS:,} rows share shards"
        if self.group_rows > IN_PLACE_ROWS:
            return f"a row group of over {IN_PLACE_ROWS:,} rows is slow to read from"
        if self.group_bytes > IN_PLACE_BYTES:
            return f"a row group of over {IN_PLACE_BYTES >> 20} MB of text is slow to read from"
        return ""


@contextmanager
def open_file(path: Path) -> Iterator[pq.ParquetFile]:
    """A Parquet file that is never wholly in memory; what is wrong with it is a FileFault."""
    again = "Copy or download it again, then run the same command."
    try:
        # A buffer makes pages come one after another; else a whole column chunk is read at once.
        with pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file:
            yield file
    except pa.ArrowInvalid as error:
        said = str(error).splitlines()[0].rstrip(".")
        if "magic bytes" in said or "too small" in said or "0 bytes" in said:
            raise FileFault(
                f"{path} is cut off, or no Parquet file: its footer is missing.", again
            ) from error
        raise FileFault(f"{path} cannot be read as Parquet: {said}.", again) from error
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        said = str(error).splitlines()[0].rstrip(".")
        raise FileFault(f"{path} cannot be read as Parquet: {said}.", again) from error


def read_footer(path: Path, text: str) -> Footer:
    """What a file's footer says, of its text column above all."""
    with open_file(path) as file:
        metadata, schema = file.metadata, file.schema_arrow
        kind = schema.field(text).type if text in schema.names else None
        if kind is None or not is_text(kind):
            raise FileFault(
                f"{path} has no text column: {text} is {kind or 'nested'}, not text.",
                "Name the one that holds the text: --map COLUMN=text",
            )
        groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    size = path.stat().st_size
    place = _leaf(metadata, text)
    chunks = [group.column(place) for group in groups]
    known = [
        chunk.statistics.null_count if chunk.statistics and chunk.statistics.has_null_count else None
        for chunk in chunks
    ]
    required = metadata.schema.column(place).max_definition_level == 0
    nulls = 0 if required else None if None in known else sum(n for n in known if n is not None)
    sizes = [chunk.total_uncompressed_size for chunk in chunks]
    return Footer(
        schema=schema,
        rows=metadata.num_rows,
        null_texts=nulls,
        text_bytes=sum(sizes),
        group_rows=max((group.num_rows for group in groups), default=0),
        group_bytes=max(sizes, default=0),
        content=f"{footer_hash(path)}-{size:x}",
        size=size,
    )


def _leaf(metadata: pq.FileMetaData, name: str) -> int:
    for i in range(metadata.num_columns):
        if metadata.schema.column(i).path == name:
            return i
    raise ValueError(f"no flat column {name}")


def batches(path: Path, columns: list[str], most: int = BATCH_BYTES) -> Iterator[pa.Table]:
    """Some columns of a file in row order, a few thousand rows or ``most`` bytes, about, at a time."""
    with open_file(path) as file:
        wanted = set(columns)
        size = sum(
            column.total_uncompressed_size
            for i in range(file.metadata.num_row_groups)
            for column in map(file.metadata.row_group(i).column, range(file.metadata.num_columns))
            if column.path_in_schema.split(".")[0] in wanted or column.path_in_schema in wanted
        )
        rows = max(1, file.metadata.num_rows)
        step = int(np.clip(most * rows // max(1, size), 1, 100_000))
        for batch in file.iter_batches(batch_size=step, columns=columns, use_threads=False):
            yield pa.Table.from_batches([batch]).select(columns)


def open_parquet(path: Path, text: str, max_line: int) -> Opened:
    """The documents of a file; those whose text is null or not UTF-8 apart."""
    del max_line
    footer = read_footer(path, text)
    return Opened(_rows(path, footer, text), lambda: footer.content)


def head_parquet(path: Path, text: str, size: int) -> Iterator[Rows]:
    """The documents of the first bytes of a file: of its first row groups, or of a part of the first."""
    read = documents = 0
    for rows in _rows(path, read_footer(path, text), text, min(BATCH_BYTES, size)):
        yield rows
        read += rows.table.nbytes
        documents += rows.table.num_rows
        if max(read, rows.read) >= size * (1 if documents else LONG_HEAD):
            return


def _rows(path: Path, footer: Footer, text: str, most: int = BATCH_BYTES) -> Iterator[Rows]:
    first = 1
    for table in batches(path, footer.schema.names, most):
        place = table.schema.get_field_index(text)
        column = table.column(place).combine_chunks()
        values = checked(column)
        numbers = np.arange(first, first + table.num_rows, dtype=np.int64)
        first += table.num_rows
        table = table.set_column(place, text, values.cast(pa.large_string()))
        faults: tuple[RowFault, ...] = ()
        if values.null_count:
            bad = np.asarray(values.is_null())
            null = np.asarray(column.is_null())
            faults = tuple(
                RowFault(int(numbers[i]), f"{text} is null" if null[i] else f"{text} is not UTF-8")
                for i in np.flatnonzero(bad)
            )
            table, numbers = table.filter(pc.invert(values.is_null())), numbers[~bad]
        yield Rows(table, numbers, faults, footer.size * (first - 1) // max(1, footer.rows))


def peek_parquet(path: Path) -> pa.Table:
    """The first three rows of a file."""
    with open_file(path) as file:
        names = file.schema_arrow.names
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise FileFault(
                f"{path} has two columns named {twice}.", "Rename one of them, then run the same command."
            )
        for batch in file.iter_batches(batch_size=3, use_threads=False):
            return pa.Table.from_batches([batch])
        return file.schema_arrow.empty_table()


def first_values(path: Path, columns: list[str], rows: int) -> pa.Table:
    """Some columns of the first so many rows of a file."""
    found, there = [], 0
    with open_file(path) as file:
        for batch in file.iter_batches(batch_size=rows, columns=columns, use_threads=False):
            found.append(pa.Table.from_batches([batch]).select(columns))
            there += batch.num_rows
            if there >= rows:
                break
        found.append(file.schema_arrow.empty_table().select(columns))
    return pa.concat_tables(found).slice(0, rows)


def content_of(path: Path) -> str:
    """The hash that knows a file wherever it lies."""
    with open_file(path):
        return f"{footer_hash(path)}-{path.stat().st_size:x}"


def may_have_nulls(path: Path, column: str) -> bool:
    """Whether a flat column may have nulls, by the footer; true where it does not say."""
    with open_file(path) as file:
        metadata = file.metadata
        try:
            place = _leaf(metadata, column)
        except ValueError:
            return True
        if metadata.schema.column(place).max_definition_level == 0:
            return False
        chunks = [metadata.row_group(i).column(place) for i in range(metadata.num_row_groups)]
    return any(not chunk.statistics or chunk.statistics.null_count != 0 for chunk in chunks)


def count_nulls(path: Path, column: str) -> int:
    """How many values of a column are null, by reading it."""
    return sum(table.column(0).null_count for table in batches(path, [column]))


READER = Reader("parquet", (".parquet", ".pq"), "row", peek_parquet, open_parquet, head_parquet)
