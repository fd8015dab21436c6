"""Parquet, compressed with zstd: every type as it is, nested ones too."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from indexes.format import Format, Write


@contextmanager
def open_parquet(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """A Parquet file; each call makes one row group."""
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        yield lambda table: writer.write_table(table, row_group_size=max(1, table.num_rows))


def count(path: Path) -> int:
    """Documents, by the footer."""
    return int(pq.read_metadata(path).num_rows)


FORMAT = Format("parquet", "Parquet", ".parquet", open_parquet, count)
