"""Text of documents, by position: a shard from start to end, or single documents from their row groups.

Text is taken as bytes and checked here, when it is read: what is not UTF-8 stays a document and comes out
as null (DuckDB and Polars refuse such a file as a whole).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from indexes.engine import default_workers
from indexes.errors import FileFault, SourceChanged
from indexes.saying import command
from indexes.workspace import Shard, Workspace, footer_hash

BATCH_BYTES = 8_000_000
"""A batch ends at the row group that reaches this much text."""

LITTLE = 8_000_000
"""Bytes that one process has measured before a second one has started."""


def text_file(workspace: Workspace, shard: Shard) -> tuple[Path, str]:
    """The file and the column that hold a shard's text.

    Raises:
        SourceChanged: it is read where it lies, and is gone or no longer what was ingested.
    """
    place = shard.text
    if not place.path:
        return workspace.documents_file(shard), "text"
    path = Path(place.path)
    again = f"Put it back, or drop the shard with: {_drop(workspace, shard)}"
    try:
        now = path.stat()
        same = now.st_size == place.size and (
            now.st_mtime_ns == place.changed or footer_hash(path) == place.footer
        )
    except (OSError, ValueError):
        raise SourceChanged(f"The text of {shard.name} is gone: {path} cannot be read.", again) from None
    if not same:
        raise SourceChanged(f"{path}, which holds the text of {shard.name}, has changed since.", again)
    return path, place.column


def _drop(workspace: Workspace, shard: Shard) -> str:
    return command("drop", workspace.root, "--shards", shard.number, "--reason", "its text is gone")


def processes(shards: Iterable[Shard], asked: int | None) -> int:
    """How many read the text of shards: those asked for; else one a core, but one alone for ``LITTLE``."""
    size = sum(shard.text.size if shard.bytes is None else shard.bytes for shard in shards)
    return asked or (1 if size < LITTLE else default_workers())


def stretches(workspace: Workspace, shard: Shard, rows: int) -> list[range]:
    """The row groups of a shard's text in stretches of at least so many rows, but for the last."""
    found, start, held = [], 0, 0
    metadata = pq.read_metadata(text_file(workspace, shard)[0])
    for group in range(metadata.num_row_groups):
        held += metadata.row_group(group).num_rows
        if held >= rows or group == metadata.num_row_groups - 1:
            found.append(range(start, group + 1))
            start, held = group + 1, 0
    return found


def group_ends(workspace: Workspace, shard: Shard) -> NDArray[np.int64]:
    """The row of a shard at which each row group of its text ends, shape (n_groups,)."""
    path, _ = text_file(workspace, shard)
    status = path.stat()
    return _footer(path, status.st_mtime_ns, status.st_size)[1]


def text_batches(
    workspace: Workspace, shard: Shard, groups: range | None = None
) -> Iterator[pa.LargeBinaryArray]:
    """The text of a shard in row order, a few row groups at a time.

    Args:
        workspace: the corpus.
        shard: one of its shards.
        groups: the row groups to read; all if None.

    Yields:
        UTF-8 bytes, null where the text is null or not UTF-8; about ``BATCH_BYTES`` each.
    """
    path, _ = text_file(workspace, shard)
    with pq.ParquetFile(path) as file:
        pending: list[pa.Array] = []
        size = 0
        for group in range(file.num_row_groups) if groups is None else groups:
            for chunk in _read_group(file, group, workspace, shard).chunks:
                pending.append(checked(chunk))
                size += pending[-1].nbytes
            if size >= BATCH_BYTES:
                yield pa.concat_arrays(pending)
                pending, size = [], 0
        if pending:
            yield pa.concat_arrays(pending)


def _read_group(file: pq.ParquetFile, group: int, workspace: Workspace, shard: Shard) -> pa.ChunkedArray:
    """The text of one row group.

    Raises:
        FileFault: its bytes are damaged, which a footer cannot tell.
    """
    path, column = text_file(workspace, shard)
    try:
        return file.read_row_group(group, columns=[column], use_threads=False).column(0)
    except (pa.ArrowInvalid, OSError) as error:
        raise FileFault(
            f"{path}, which holds the text of {shard.name}, is damaged: {str(error).splitlines()[0]}.",
            f"Put a whole copy in its place, or drop the shard with: {_drop(workspace, shard)}",
        ) from None


def checked(text: pa.Array) -> pa.LargeBinaryArray:
    """Text as bytes, null where it is not UTF-8."""
    raw = text.cast(pa.large_binary())
    try:
        raw.cast(pa.large_string())
    except pa.ArrowInvalid:
        good = [value if value is not None and is_utf8(value) else None for value in raw.to_pylist()]
        return pa.array(good, pa.large_binary())
    return raw


def is_utf8(value: bytes) -> bool:
    """Whether bytes are text."""
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def buffers(array: pa.LargeBinaryArray) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.bool_]]:
    """NumPy views of a batch: its bytes, offsets (n + 1, into them), which are valid. Nothing is copied."""
    validity, offsets, data = array.buffers()
    n = len(array)
    valid = np.ones(n, np.bool_)
    if validity:  # Arrow's own way to NumPy imports pandas: a third of a second of each start
        bits = np.frombuffer(validity, np.uint8)
        valid = np.unpackbits(bits, count=array.offset + n, bitorder="little")[array.offset :].view(np.bool_)
    places = (
        np.frombuffer(offsets, np.int64)[array.offset : array.offset + n + 1] if n else np.zeros(1, np.int64)
    )
    return (np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8)), places, valid


def read_texts(
    workspace: Workspace,
    doc_ids: Iterable[int],
    as_it_lies: bool = False,
    before_each: Callable[[], object] = lambda: None,
) -> list[bytes | None]:
    """The text of some documents, in the order asked for, each from its row group.

    Args:
        workspace: where they are.
        doc_ids: which ones.
        as_it_lies: give bytes that are not UTF-8 too.
        before_each: is called before a row group is read; what it raises ends the reading.

    Returns:
        UTF-8 bytes; None where the text is null or not UTF-8.
    """
    wanted = list(doc_ids)
    by_shard: defaultdict[int, list[int]] = defaultdict(list)
    for doc_id in wanted:
        if not 0 <= doc_id < workspace.documents:
            raise ValueError(f"doc_id must be from 0 to {workspace.documents - 1}, got {doc_id}")
        by_shard[workspace.shard_of(doc_id).number].append(doc_id)
    numbers = {shard.number: shard for shard in workspace.shards}
    found: dict[int, bytes | None] = {}
    for number, ids in by_shard.items():
        found.update(_read_rows(workspace, numbers[number], sorted(set(ids)), as_it_lies, before_each))
    return [found[doc_id] for doc_id in wanted]


def _read_rows(
    workspace: Workspace,
    shard: Shard,
    doc_ids: list[int],
    as_it_lies: bool,
    before_each: Callable[[], object],
) -> Iterator[tuple[int, bytes | None]]:
    path, _ = text_file(workspace, shard)
    status = path.stat()
    metadata, ends = _footer(path, status.st_mtime_ns, status.st_size)
    rows = np.array(doc_ids) - shard.first
    groups = np.searchsorted(ends, rows, side="right")
    with pq.ParquetFile(path, metadata=metadata, memory_map=True) as file:
        for group in np.unique(groups):
            before_each()
            text = _read_group(file, int(group), workspace, shard)
            start = ends[group - 1] if group else 0
            inside = rows[groups == group]
            taken = text.take(pa.array(inside - start)).combine_chunks()
            values = (taken.cast(pa.large_binary()) if as_it_lies else checked(taken)).to_pylist()
            yield from zip((int(row) + shard.first for row in inside), values, strict=True)


@lru_cache(maxsize=256)
def _footer(path: Path, changed: int, size: int) -> tuple[pq.FileMetaData, NDArray[np.int64]]:
    """A file's footer, and the row at which each row group ends. ``changed`` and ``size`` are its key."""
    metadata = pq.read_metadata(path)
    counts = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
    return metadata, np.cumsum(counts, dtype=np.int64)
