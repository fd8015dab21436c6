"""Scores in a file of ids and values, Parquet or JSON lines: joined by id."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from indexes.errors import BadScores, near_matches
from indexes.saying import counted
from indexes.score_rows import rows_of
from indexes.stored import Values, ids_of, numbers
from indexes.workspace import Shard, Workspace

FEW = 0.1
"""Where a smaller share of the ids is known, the file is of another corpus."""


@dataclass(frozen=True)
class ById:
    """A file of ids and values.

    Attributes:
        column: the column that holds the values.
        type: ``integer``, ``number`` or ``text``.
        rows: ``id`` and ``value``, each id once.
    """

    path: Path
    column: str
    type: str
    rows: pl.DataFrame

    def values(self, workspace: Workspace, shards: Sequence[Shard]) -> Iterator[tuple[Shard, Values]]:
        """The values of each shard's documents; null where the file has none.

        All are joined at once: a join hashes every id of the file.
        """
        if not shards:
            return
        ids = pl.concat([_ids(workspace, shard) for shard in shards])
        joined = ids.join(self.rows, on="id", how="left", maintain_order="left")["value"]
        start = 0
        for shard in shards:
            found = joined.slice(start, shard.rows)
            start += shard.rows
            if self.type == "text":
                yield shard, Values(np.array(found.to_list(), dtype=object))
            elif self.type == "integer":
                yield shard, Values(found.fill_null(0).to_numpy(), found.is_not_null().to_numpy())
            else:
                yield shard, Values(found.cast(pl.Float64).to_numpy())


def _ids(workspace: Workspace, shard: Shard) -> pl.DataFrame:
    return pl.DataFrame({"id": pl.Series(ids_of(workspace, shard), dtype=pl.String)})


def read_by_id(path: Path, said: str | None) -> ById:
    """Read a file of ids and values.

    Args:
        path: Parquet, or JSONL (plain, ``.gz``, ``.zst``).
        said: the column of the values; the only one beside ``id`` if None.

    Raises:
        BadScores: it cannot be read, has no such column, or two values for one id.
    """
    table = _parquet(path, said) if path.name.lower().endswith(".parquet") else _json_rows(path, said)
    [column] = [name for name in table.column_names if name != "id"]
    ids, values = table["id"], table[column]
    try:
        ids = ids.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise BadScores(
            f"The ids of {path} are {ids.type}.", "Write them as text or whole numbers."
        ) from None
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        kind = "text"
        held = pl.Series("value", values.cast(pa.string()), dtype=pl.String)
    else:
        whole = pa.types.is_integer(values.type) or pa.types.is_boolean(values.type)
        made = numbers(values, f"{column} of {path}", whole)
        kind = "integer" if whole else "number"
        held = pl.Series("value", made.values)
        missing = ~made.valid if made.valid is not None else np.isnan(made.values)
        held = held.to_frame().with_columns(
            pl.when(pl.Series(missing)).then(None).otherwise(pl.col("value")).alias("value")
        )["value"]
    rows = pl.DataFrame({"id": pl.Series(ids, dtype=pl.String), "value": held}).filter(
        pl.col("id").is_not_null()
    )
    rows = rows.unique(maintain_order=True)
    if rows["id"].is_duplicated().any():
        first = rows.filter(pl.col("id").is_duplicated())
        id = first["id"][0]
        one, other = first.filter(pl.col("id") == id)["value"][:2]
        number = first["id"].n_unique()
        raise BadScores(
            f"{path} gives {counted(number, 'id')} more than one value: {id} has "
            f"{'none' if one is None else one} and {'none' if other is None else other}.",
            "Leave one row for each id.",
        )
    return ById(path, column, kind, rows)


def check_ids(workspace: Workspace, found: ById) -> int:
    """How many documents have no row in a file.

    Raises:
        BadScores: none or few of the ids are known, so the file is of another corpus.
    """
    known = found.rows.select("id")
    ids = pl.concat([_ids(workspace, shard) for shard in workspace.shards])
    matched = ids.join(known, on="id", how="semi")
    there = ids.drop_nulls().n_unique()
    least = min(there, known.height)
    if not there:
        raise BadScores(
            "No document of this corpus has an id.", "Map the column that is one at ingest: --map"
        )
    if matched.n_unique() < max(1, FEW * least):
        example = (
            f", such as {known['id'][0]}; the corpus has {ids.drop_nulls()['id'][0]}" if known.height else ""
        )
        raise BadScores(
            f"{found.path} is of another corpus: of its {counted(known.height, 'id')} "
            f"{matched.n_unique():,} are known here{example}.",
            "Give the file that was made of this corpus, with the same ids.",
        )
    return ids.height - matched.height


def _pick(path: Path, names: Sequence[str], said: str | None) -> str:
    """The column of the values."""
    others = [name for name in names if name != "id"]
    if "id" not in names:
        raise BadScores(
            f"{path} has no column id, only {', '.join(names[:20]) or 'none'}.",
            "Rename the one that holds ids to id.",
        )
    if said is None and len(others) == 1:
        return others[0]
    if said is None or said not in others:
        why = (
            f"has no column {said}.{near_matches(said, others)}" if said else "has several columns of values."
        )
        listed = ", ".join(others[:20])
        raise BadScores(
            f"{path} {why}",
            f"Say which with --value: {listed}" if others else "Give a file with ids and values.",
        )
    return said


def _parquet(path: Path, said: str | None) -> pa.Table:
    try:
        with pq.ParquetFile(path) as file:
            column = _pick(path, file.schema_arrow.names, said)
            return file.read(columns=["id", column])
    except (OSError, pa.ArrowException) as error:
        why = str(error).splitlines()[0].rstrip(".") if str(error) else "it breaks off"
        raise BadScores(f"{path} cannot be read: {why}.", "Get a whole copy of the file.") from None


def _json_rows(path: Path, said: str | None) -> pa.Table:
    ids: list[str | None] = []
    values: list[Any] = []
    column = said
    for number, row in rows_of(path):
        if column is None or number == 1:
            column = _pick(path, list(row), said)
        id = row.get("id")
        ids.append(None if id is None else str(id))
        values.append(row.get(column))
    if column is None:
        raise BadScores(f"{path} holds no row.", "Give a file with ids and values.")
    return pa.table({"id": pa.array(ids, pa.string()), column: _array(values, f"{column} of {path}")})


def _array(values: Sequence[Any], what: str) -> pa.Array:
    """Values of JSON as a column: numbers that fit no integer become floating-point ones."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        if any(isinstance(value, bool) or not isinstance(value, int | float | None) for value in values):
            raise BadScores(f"{what} holds values of several types.", "Write numbers, or text.") from None
    try:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    except OverflowError:
        raise BadScores(
            f"{what} holds a number that is too large.", "Put a number in its place, or nothing."
        ) from None
