"""Disposable DuckDB files, one a column family: with them a question over ten million rows takes 0.1 s.

A cache is built under a temporary name, renamed when complete, never written again, and has in its name a
fingerprint of everything it was built from; everyone opens it read-only, without the lock. Only the app
builds them: a partial family is read by position from its Parquet files instead. (While one process
holds a DuckDB file open for writing no other can open it even to read, and a process that has one open gets
the old one back under the same name after a rename: measured.)
"""

import glob
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from indexes import files
from indexes.families import ColumnFile
from indexes.quoting import quoted

TABLE = "family"
LAYOUT = 2
"""Part of every fingerprint; raised when what a cache holds changes."""

NESTED = ("struct", "list", "large_list", "fixed_size_list", "map", "binary", "large_binary")


def is_plain(arrow_type: str) -> bool:
    """Whether a column of this Arrow type is one value a document that a question can be put to."""
    return not arrow_type.startswith(NESTED)


def fingerprint(family: str, headers: Sequence[ColumnFile]) -> str:
    """Changes when a cache of these column files would hold anything else."""
    said = [LAYOUT, family, *(header.footer for header in headers)]
    return str(xxhash.xxh3_64_hexdigest(files.canonical(said)))


def path_of(folder: Path, family: str, print_: str) -> Path:
    """Where a cache lies."""
    return folder / f"{family}-{print_}.duckdb"


def build(folder: Path, family: str, print_: str, paths: Sequence[Path], columns: Sequence[str]) -> Path:
    """Build a family's cache unless it is there; an older one is removed once this one is whole.

    Args:
        folder: where caches lie.
        family: its name.
        print_: its fingerprint.
        paths: the family's Parquet files, in the order of the shards.
        columns: those it shall hold.
    """
    path = path_of(folder, family, print_)
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    files.sweep_dead(folder)
    with files.writing(path) as temporary, duckdb.connect(str(temporary)) as connection:
        connection.execute(f"CREATE TABLE {TABLE} AS SELECT {quoted(columns)} FROM {reading(paths)}")
        connection.execute("CHECKPOINT")
    for older in folder.glob(f"{family}-{'[0-9a-f]' * 16}.duckdb"):
        if older != path:
            files.remove(older)
    return path


def keep_table(table: pa.Table, path: Path, name: str) -> None:
    """Write what else lies beside the caches; an older file of the name goes once this one is whole.

    Args:
        table: what is kept.
        path: ``<name>-<16 hexadecimal digits>.parquet``.
        name: what it is of.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.writing(path) as temporary:
        pq.write_table(table, temporary)
    for older in path.parent.glob(f"{name}-{'[0-9a-f]' * 16}.parquet"):
        if older != path:
            files.remove(older)


def is_cache(relation: str) -> bool:
    """Whether the rows of a family come from its cache, where the number of a row is its document's."""
    return relation.endswith(f".{TABLE}")


def reading(paths: Sequence[Path]) -> str:
    """A family's files as one relation, in this order.

    By name, since a column may be missing from older shards or be of another type there. As a list in one
    call: a UNION ALL of several lost its order in a positional join (293,457 of 543,457 rows wrong with two
    threads, none with one: tried). DuckDB takes a name for a pattern, which other files may match too, and a
    folder called ``domain=web`` for a column that goes before the file's own: neither is asked for.
    """
    names = ", ".join("'" + glob.escape(str(path)).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{names}], union_by_name = true, hive_partitioning = false)"
