"""Column families on disk: a folder each, one Parquet file a shard, rows in exactly the shard's order.

Every file carries the identity and row count of its shard and how its columns were made; it is checked by
them before a query reads it. Resume looks for missing files, not for the last one.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from shlex import quote
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash
from numpy.typing import NDArray

from indexes import files
from indexes.errors import Misaligned
from indexes.saying import command
from indexes.workspace import Shard, Workspace, footer_hash

ROW_GROUP = 122_880
ABOUT, IDENTITY, ROWS = b"assay.about", b"assay.identity", b"assay.rows"


@dataclass(frozen=True)
class ColumnFile:
    """What the footer of one column file says.

    Attributes:
        footer: its hash.
        about: how the columns were made: ``method``, ``version``, ``parameters``, ``columns`` (name -> unit,
            low, high, variant, source, kind) and, where the whole corpus was needed, ``fingerprint``.
        nulls: column -> number of documents without a value.
    """

    footer: str
    identity: str
    rows: int
    said_rows: int
    about: Mapping[str, Any]
    types: Mapping[str, str]
    nulls: Mapping[str, int]


def table_of(arrays: Mapping[str, NDArray[Any]], valid: NDArray[np.bool_] | None = None) -> pa.Table:
    """Columns for one shard. NaN becomes null here, and so does every value where ``valid`` is false.

    An array of objects holds text, or None.
    """
    columns = {
        name: _text(values, valid) if values.dtype.kind == "O" else _numbers(values, valid)
        for name, values in arrays.items()
    }
    return pa.Table.from_arrays(list(columns.values()), list(columns))


# Arrow's own way from NumPy imports pandas, a third of a second of each start: columns are made of buffers.


def _numbers(values: NDArray[Any], valid: NDArray[np.bool_] | None) -> pa.Array:
    present = np.ones(len(values), np.bool_) if valid is None else valid
    if values.dtype.kind == "f":
        present = present & ~np.isnan(values)
    data = np.packbits(values, bitorder="little") if values.dtype == np.bool_ else values
    kept = np.ascontiguousarray(data)
    return pa.Array.from_buffers(
        pa.from_numpy_dtype(values.dtype), len(values), [_bits(present), pa.py_buffer(kept)]
    )


def _text(values: NDArray[Any], valid: NDArray[np.bool_] | None) -> pa.Array:
    present = np.array([value is not None for value in values], np.bool_)
    if valid is not None:
        present &= valid
    pieces = [value.encode() if there else b"" for value, there in zip(values, present, strict=True)]
    ends = np.cumsum([0, *map(len, pieces)], dtype=np.int64)
    whole = [_bits(present), pa.py_buffer(ends), pa.py_buffer(b"".join(pieces))]
    return pa.Array.from_buffers(pa.large_string(), len(values), whole).cast(pa.string())


def _bits(present: NDArray[np.bool_]) -> pa.Buffer | None:
    return None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little"))


def write_shard(
    workspace: Workspace, family: str, shard: Shard, table: pa.Table, about: Mapping[str, Any]
) -> None:
    """Write a family's file for one shard. Equal tables give equal bytes.

    Raises:
        ValueError: the table has another number of rows than the shard.
    """
    with writing_shard(workspace, family, shard, about) as add:
        add(table)


@contextmanager
def writing_shard(
    workspace: Workspace, family: str, shard: Shard, about: Mapping[str, Any]
) -> Iterator[Callable[[pa.Table], None]]:
    """Write a family's file for one shard as its rows come, in order; it is there when all of them are.

    However the rows are parted into tables, the file has the same bytes; at most ``ROW_GROUP`` are held.

    Yields:
        what takes the next rows; it is called at least once.

    Raises:
        ValueError: the rows were more or fewer than the shard's.
    """
    metadata = {
        ABOUT: files.canonical(about),
        IDENTITY: shard.identity.encode(),
        ROWS: str(shard.rows).encode(),
    }
    with files.writing(workspace.column_file(family, shard)) as path, ExitStack() as closing:
        held: list[pa.Table] = []
        rows = 0
        writer: pq.ParquetWriter | None = None

        def write(whole: pa.Table) -> None:
            nonlocal writer
            whole = whole.combine_chunks().replace_schema_metadata(metadata)
            if writer is None:
                writer = closing.enter_context(pq.ParquetWriter(path, whole.schema, compression="zstd"))
            writer.write_table(whole, row_group_size=ROW_GROUP)

        def add(table: pa.Table) -> None:
            nonlocal held, rows
            held.append(table)
            rows += table.num_rows
            waiting = sum(part.num_rows for part in held)
            if waiting >= ROW_GROUP:
                whole = pa.concat_tables(held)
                full = waiting - waiting % ROW_GROUP
                write(whole.slice(0, full))
                held = [whole.slice(full)]

        yield add
        if rows != shard.rows:
            raise ValueError(f"{family} of {shard.name} needs {shard.rows} rows, got {rows}")
        rest = pa.concat_tables(held)
        if rest.num_rows or writer is None:
            write(rest)


def read_header(path: Path) -> ColumnFile:
    """What a column file's footer says, read once as long as the file stays the same."""
    status = path.stat()
    return _read_header(path, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=262_144)
def _read_header(path: Path, changed: int, size: int, inode: int) -> ColumnFile:
    try:
        footer = pq.read_metadata(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise Misaligned(
            f"{path} is damaged: {str(error).splitlines()[0].rstrip('.')}.", _again(path)
        ) from None
    schema = footer.schema.to_arrow_schema()
    metadata = footer.metadata or {}
    groups = [footer.row_group(i) for i in range(footer.num_row_groups)]
    nulls: dict[str, int] = {}
    for group in groups:
        for i in range(group.num_columns):
            chunk = group.column(i)
            if chunk.statistics is not None and chunk.statistics.has_null_count:
                name = chunk.path_in_schema.removesuffix(".list.element")  # a null vector counts once
                nulls[name] = nulls.get(name, 0) + chunk.statistics.null_count
    return ColumnFile(
        footer=footer_hash(path),
        identity=metadata.get(IDENTITY, b"").decode(),
        rows=footer.num_rows,
        said_rows=int(metadata.get(ROWS, b"-1")),
        about=_about(metadata.get(ABOUT, b"{}")),
        types=_types(schema),
        nulls={name: nulls[name] for name in schema.names if name in nulls},
    )


def _again(path: Path) -> str:
    """How to replace a file that is not what it should be; what came with the corpus cannot be computed."""
    if path.parent.name == "documents":
        return "Ingest its sources again into a new folder."
    remade = command("build", path.parents[2])
    return f"Remove it, so that it is made again: rm {quote(str(path))} && {remade}"


@lru_cache(maxsize=1_024)
def _about(said: bytes) -> Mapping[str, Any]:
    """Of all files of a family mostly the same, and held once."""
    about: Mapping[str, Any] = json.loads(said)
    return about


@lru_cache(maxsize=1_024)
def _types(schema: pa.Schema) -> Mapping[str, str]:
    return {field.name: str(field.type) for field in schema}


def family_names(workspace: Workspace) -> list[str]:
    """Families that have a folder, in order of their names."""
    folder = workspace.root / "columns"
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def family_files(workspace: Workspace, family: str) -> list[ColumnFile | None]:
    """The family's file of each shard in order, None where it is missing.

    Raises:
        Misaligned: a file does not belong to its shard.
    """
    found: list[ColumnFile | None] = []
    for shard in workspace.shards:
        path = workspace.column_file(family, shard)
        try:
            header = read_header(path)
        except FileNotFoundError:
            found.append(None)
        else:
            check_alignment(path, family, shard, header)
            found.append(header)
    return found


def documents_headers(workspace: Workspace) -> list[ColumnFile]:
    """What the footers of the documents files say, in the order of the shards.

    Raises:
        Misaligned: one is gone or damaged.
    """
    try:
        return [read_header(workspace.documents_file(shard)) for shard in workspace.shards]
    except FileNotFoundError as error:
        raise Misaligned(f"{error.filename} is missing.", _again(Path(error.filename))) from None


def check_alignment(path: Path, family: str, shard: Shard, header: ColumnFile) -> None:
    """Refuse a column file that is not this shard's: other identity, other row count."""
    if header.rows != shard.rows or header.said_rows != header.rows:
        raise Misaligned(
            f"{path} has {header.rows:,} rows, but {shard.name} has {shard.rows:,} documents: "
            f"its {family} columns would stand beside the wrong ones.",
            _again(path),
        )
    if header.identity != shard.identity:
        raise Misaligned(
            f"{path} was computed from another shard than {shard.name} of this corpus: "
            f"its {family} columns would stand beside the wrong documents.",
            _again(path),
        )


def unfinished(workspace: Workspace, family: str, about: Mapping[str, Any]) -> list[Shard]:
    """Shards whose file of a family is missing, was made otherwise than ``about`` says, or is not theirs."""
    wanted = json.loads(files.canonical(about))
    left = []
    for shard in workspace.shards:
        try:
            header = read_header(workspace.column_file(family, shard))
        except FileNotFoundError:
            left.append(shard)
            continue
        if header.about != wanted or header.identity != shard.identity or header.rows != shard.rows:
            left.append(shard)
    return left


NAMED = {
    "version": "version of the code",
    "columns": "description of its columns",
    "fingerprint": "documents of the corpus",
}
"""Entry of ``about`` -> what it is called where it is another one now; others by their own names."""
DIFFERENCES, VALUE = 4, 24
"""Entries that are said, and characters of a value that is said with its entry."""


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What was otherwise when columns were made: ``version of the code (1 then, 2 now)``."""
    before, after = _entries(then), _entries(now)
    other = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    said = [f"{NAMED.get(name, name)}{_sides(before.get(name), after.get(name))}" for name in other]
    further = len(said) - DIFFERENCES
    return ", ".join([*said[:DIFFERENCES], *([f"and {further} more"] if further > 0 else [])])


def _entries(about: Mapping[str, Any]) -> dict[str, Any]:
    """Its entries, with those of its parameters among them."""
    parameters = about.get("parameters")
    inner = parameters if isinstance(parameters, dict) else {}
    return {**{name: value for name, value in about.items() if name != "parameters"}, **inner}


def _sides(then: Any, now: Any) -> str:
    plain = all(isinstance(one, str | int | float) and len(str(one)) <= VALUE for one in (then, now))
    return f" ({then} then, {now} now)" if plain else ""


def about_hash(about: Mapping[str, Any]) -> str:
    """Hash of how columns were made, 16 hexadecimal digits."""
    return str(xxhash.xxh3_64_hexdigest(files.canonical(about)))


def lineage(workspace: Workspace, family: str) -> dict[str, Any]:
    """How a family's columns were made, with rows and nulls: what stands in its ``lineage.json``."""
    headers = [header for header in family_files(workspace, family) if header is not None]
    names = list(headers[0].types) if headers else []
    return {
        **(headers[-1].about if headers else {}),
        "family": family,
        "corpus": workspace.fingerprint,
        "rows": sum(header.rows for header in headers),
        "nulls": {name: sum(header.nulls.get(name, 0) for header in headers) for name in names},
    }


def lineage_is_written(workspace: Workspace, family: str) -> bool:
    """Whether ``lineage.json`` says what is true now."""
    path = workspace.root / "columns" / family / "lineage.json"
    return path.exists() and bool(files.read_json(path) == lineage(workspace, family))


def write_lineage(workspace: Workspace, family: str) -> None:
    """Write ``lineage.json`` beside a family's files, unless it says the same already."""
    if not lineage_is_written(workspace, family):
        path = workspace.root / "columns" / family / "lineage.json"
        files.write_json(path, lineage(workspace, family))


def read_column(
    workspace: Workspace, family: str, shard: Shard, names: Sequence[str] | None = None
) -> pa.Table:
    """One shard's columns of a family, checked; ``documents`` is a family too."""
    if family == "documents":
        return pq.read_table(workspace.documents_file(shard), columns=names)
    path = workspace.column_file(family, shard)
    check_alignment(path, family, shard, read_header(path))
    return pq.read_table(path, columns=names)


def renamed(workspace: Workspace, shard: Shard, names: Mapping[str, str]) -> pa.Table:
    """Whole numbers that came with a shard's documents, under other names: new name -> stored name."""
    table = read_column(workspace, "documents", shard, list(names.values()))
    return pa.table({name: table[stored].cast(pa.int64()) for name, stored in names.items()})
