"""Columns as they are stored with the documents, and as numbers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from indexes import families
from indexes.columns import DOC_ID, SOURCE
from indexes.corpus import Corpus
from indexes.errors import BadScores
from indexes.families import read_header
from indexes.quoting import quote
from indexes.workspace import Shard, Workspace

STRETCH = 1_000
"""Rows of columns that may hold much, such as JSON as text, that are in memory at a time."""


@dataclass(frozen=True)
class Values:
    """A column of a shard.

    Attributes:
        values: int64, float64 or objects (text), one a document.
        valid: false where a document has no value; None where NaN or None says so.
    """

    values: NDArray[Any]
    valid: NDArray[np.bool_] | None = None


def stored_name(workspace: Workspace, said: str) -> str | None:
    """The stored column that a name of the source means, with or without ``source.``; None where none is."""
    names = {name for shard in workspace.shards for name in _stored(workspace, shard)}
    return next((name for name in (said, SOURCE + said) if name in names), None)


def stored_below(workspace: Workspace, said: str) -> list[str]:
    """The stored column of a name, or those that its members were parted into, in order."""
    whole = stored_name(workspace, said)
    if whole is not None:
        return [whole]
    starts = (f"{said}.", f"{SOURCE}{said}.")
    names = {name for shard in workspace.shards for name in _stored(workspace, shard)}
    return sorted(name for name in names if name.startswith(starts))


def _stored(workspace: Workspace, shard: Shard) -> Iterable[str]:
    return read_header(workspace.documents_file(shard)).types


def source_names(workspace: Workspace) -> list[str]:
    """Names of the columns that came with the documents."""
    return sorted({name for shard in workspace.shards for name in _stored(workspace, shard)})


def stored_values(workspace: Workspace, shard: Shard, name: str) -> pa.Array:
    """A stored column of one shard; nulls where it has none of that name."""
    if name not in _stored(workspace, shard):
        return pa.nulls(shard.rows)
    return families.read_column(workspace, "documents", shard, [name])[name].combine_chunks()


def stored_stretches(workspace: Workspace, shard: Shard, names: Sequence[str]) -> Iterator[list[pa.Array]]:
    """Stored columns of one shard, ``STRETCH`` rows at a time; nulls where it has none of a name."""
    there = [name for name in dict.fromkeys(names) if name in _stored(workspace, shard)]
    with pq.ParquetFile(workspace.documents_file(shard)) as file:
        for batch in file.iter_batches(STRETCH, columns=there) if there else ():
            yield [batch[name] if name in there else pa.nulls(batch.num_rows) for name in names]
    if not there:
        yield [pa.nulls(shard.rows) for _ in names]


def is_whole(workspace: Workspace, name: str) -> bool:
    """Whether a stored column holds whole numbers in every shard that has it."""
    types = {
        read_header(workspace.documents_file(shard)).types.get(name, "null") for shard in workspace.shards
    }
    return all(said.startswith(("int", "uint", "bool", "null")) for said in types)


def numbers(array: pa.Array | pa.ChunkedArray, what: str, whole: bool = False) -> Values:
    """A column as numbers: int64 where they are to be whole, else float64 with NaN for null.

    Args:
        array: numbers, true and false, or text that says numbers.
        what: its name, for the sentence.
        whole: whether they are whole numbers.

    Raises:
        BadScores: a value is no number, or infinite.
    """
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    try:
        found = array.cast(pa.int64() if whole else pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        example = next((value for value in array.to_pylist() if not _is_number(value)), None)
        if example is None:
            raise BadScores(
                f"{what} holds a whole number beyond 64 bits.", "Write it as a floating-point number."
            ) from None
        raise BadScores(
            f"{what} holds {example!r}, which is no number.", "Name a column of numbers."
        ) from None
    if whole:
        return Values(found.fill_null(0).to_numpy(zero_copy_only=False), np.asarray(found.is_valid()))
    values = found.to_numpy(zero_copy_only=False).astype(np.float64)
    if np.isinf(values).any():
        raise BadScores(f"{what} holds an infinite value.", "Put a number in its place, or nothing.")
    return Values(values)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except OverflowError:
        return True
    except (TypeError, ValueError):
        return value is None
    return True


def ids_of(workspace: Workspace, shard: Shard) -> pa.Array:
    """The ids of a shard's documents, text; null where they have none."""
    return stored_values(workspace, shard, "id").cast(pa.string())


def columns_whole(corpus: Corpus, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Some columns over all documents that are not dropped, and their ``doc_id``; NaN or None for null.

    Raises:
        MissingColumn: one is not there.
    """
    said = ", ".join([DOC_ID, *map(quote, names)])
    frame = corpus.frame(f"SELECT {said} {corpus.clause(names)} ORDER BY {DOC_ID}")
    return {name: _array(column) for name, column in zip([DOC_ID, *names], frame.get_columns(), strict=True)}


def _array(column: pl.Series) -> NDArray[Any]:
    """A column of an answer: ``doc_id`` as it is, numbers as float64 with NaN, all else as objects."""
    if column.name == DOC_ID:
        return column.to_numpy()
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64).to_numpy()
    return np.array(column.to_list(), dtype=object)
