"""Scores in a file that names documents, by id or by key, and gives values: Parquet or JSON lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from indexes.columns import DOC_ID, KEY, RANDOM
from indexes.errors import BadScores, near_matches
from indexes.saying import command, counted
from indexes.score_rows import rows_of
from indexes.stored import Values, ids_of, numbers, stored_values
from indexes.workspace import Shard, Workspace

FEW = 0.1
"""Where a smaller share of the ids is known, the file is of another corpus."""


ID = "id"
NAMES = (ID, KEY)
"""Columns that may name the documents; ``id`` is asked first."""

NUMBER = r"^([+-]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?|[+-]?\.[0-9]+([eE][+-]?[0-9]+)?|[nN]a[nN])$"
"""A number as text. What begins with a zero, such as 007, is a code and stays text."""


@dataclass(frozen=True)
class ById:
    """A file of ids, or keys, and values.

    Attributes:
        column: the column that holds the values.
        by: the column that names the documents, ``id`` or ``key``.
        type: ``integer``, ``number`` or ``text``.
        rows: ``id``, text or of a key 64 bits, and ``value``, each id once.
        note: what became of values that were given as text; empty for numbers.
    """

    path: Path
    column: str
    by: str
    type: str
    rows: pl.DataFrame
    note: str = ""

    def values(self, workspace: Workspace, shards: Sequence[Shard]) -> Iterator[tuple[Shard, Values]]:
        """The values of each shard's documents; null where the file has none.

        All are joined at once: a join hashes every id of the file.
        """
        if not shards:
            return
        ids = pl.concat([_ids(workspace, shard, self.by) for shard in shards])
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


def _ids(workspace: Workspace, shard: Shard, by: str) -> pl.DataFrame:
    if by == KEY:
        return pl.DataFrame({"id": pl.Series(stored_values(workspace, shard, KEY), dtype=pl.UInt64)})
    return pl.DataFrame({"id": pl.Series(ids_of(workspace, shard), dtype=pl.String)})


def read_by_id(path: Path, said: str | None) -> ById:
    """Read a file of ids, or of keys where it has no ids, and values.

    Args:
        path: Parquet, or JSONL (plain, ``.gz``, ``.zst``).
        said: the column of the values; the only one beside what names the documents if None.

    Raises:
        BadScores: it cannot be read, has no such column, or two values for one id.
    """
    table, column = _parquet(path, said) if path.name.lower().endswith(".parquet") else _json_rows(path, said)
    no_ids = ID not in table.column_names or (table[ID].null_count == table.num_rows and column != KEY)
    by = KEY if no_ids and KEY in table.column_names else ID
    ids = _keys(path, table[KEY]) if by == KEY else _texts(path, table[ID])
    kind, held, note = _held(table[column], f"{column} of {path}")
    rows = pl.DataFrame({"id": ids, "value": held}).filter(pl.col("id").is_not_null())
    rows = rows.unique(maintain_order=True)
    if rows["id"].is_duplicated().any():
        first = rows.filter(pl.col("id").is_duplicated())
        id = first["id"][0]
        one, other = first.filter(pl.col("id") == id)["value"][:2]
        number = first["id"].n_unique()
        raise BadScores(
            f"{path} gives {counted(number, by)} more than one value: {id} has "
            f"{'none' if one is None else one} and {'none' if other is None else other}.",
            f"Leave one row for each {by}.",
        )
    return ById(path, column, by, kind, rows, note)


def _texts(path: Path, ids: pa.ChunkedArray) -> pl.Series:
    try:
        return pl.Series(ids.cast(pa.string()), dtype=pl.String)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise BadScores(
            f"The ids of {path} are {ids.type}.", "Write them as text or whole numbers."
        ) from None


def _keys(path: Path, keys: pa.ChunkedArray) -> pl.Series:
    """Keys, given as whole numbers or as text of digits."""
    given = pl.Series(keys)
    if given.dtype in (pl.Categorical, pl.Enum):
        given = given.cast(pl.String)
    if given.dtype.is_integer() or given.dtype in (pl.String, pl.Null):
        found = given.cast(pl.UInt64, strict=False)
        wrong = given.filter(found.is_null() & given.is_not_null())
        if not len(wrong):
            return found
        what = f"hold {wrong[0]}"
    else:
        what = f"are {keys.type}"
    raise BadScores(
        f"The keys of {path} {what}, which is no whole number of 64 bits.",
        "Take them as they stand in the column key of what assay columns or assay export writes.",
    )


def _held(values: pa.ChunkedArray, what: str) -> tuple[str, pl.Series, str]:
    """Type of a column's values, the values, and what became of text."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        said = pl.Series("value", values.cast(pa.string()), dtype=pl.String)
        other = said.filter(~said.str.contains(NUMBER))  # null is neither
        if len(other):
            note = f"{what} is text, such as {other[0]!r}: a label, which rules compare by == and in."
            return "text", said, note
        if said.null_count() == len(said):
            return "text", said, ""
        whole = said.cast(pl.Int64, strict=False)
        if whole.null_count() == said.null_count():
            return "integer", whole, f"{what} is text that says numbers: taken as numbers."
        values = pa.chunked_array([said.cast(pl.Float64).to_arrow()])
        return "number", _numbers(values, what, False), f"{what} is text that says numbers: taken as numbers."
    whole_type = pa.types.is_integer(values.type) or pa.types.is_boolean(values.type)
    return "integer" if whole_type else "number", _numbers(values, what, whole_type), ""


def _numbers(values: pa.ChunkedArray, what: str, whole: bool) -> pl.Series:
    made = numbers(values, what, whole)
    held = pl.Series("value", made.values)
    missing = ~made.valid if made.valid is not None else np.isnan(made.values)
    return held.to_frame().with_columns(
        pl.when(pl.Series(missing)).then(None).otherwise(pl.col("value")).alias("value")
    )["value"]


@dataclass(frozen=True)
class Matched:
    """How a file fits a corpus.

    Attributes:
        without_row: documents that it names not.
        without_id: of them, those that have no id.
        unknown: ids or keys in it that are no document's here.
    """

    without_row: int
    without_id: int
    unknown: int


def check_ids(workspace: Workspace, found: ById) -> Matched:
    """How a file fits a corpus.

    Raises:
        BadScores: none or few of the ids are known, so the file is of another corpus.
    """
    known = found.rows.select("id")
    ids = pl.concat([_ids(workspace, shard, found.by) for shard in workspace.shards])
    matched = ids.join(known, on="id", how="semi")
    there = ids.drop_nulls().n_unique()
    least = min(there, known.height)
    if not there:
        keys = command("columns", workspace.root, "--columns", RANDOM, "--out", "keys.parquet")
        raise BadScores(
            "No document of this corpus has an id.",
            "Map the column that is one at ingest (--map), or name the documents by key, which stands in "
            f"what this writes: {keys}",
        )
    if matched.n_unique() < max(1, FEW * least):
        example = (
            f", such as {known['id'][0]}; the corpus has {ids.drop_nulls()['id'][0]}" if known.height else ""
        )
        raise BadScores(
            f"{found.path} is of another corpus: of its {counted(known.height, found.by)} "
            f"{matched.n_unique():,} are known here{example}.",
            f"Give the file that was made of this corpus, with the same {found.by}s.",
        )
    unknown = known.height - matched.n_unique()
    return Matched(ids.height - matched.height, ids["id"].null_count(), unknown)


def _pick(path: Path, names: Sequence[str], said: str | None) -> str:
    """The column of the values."""
    by = next((name for name in NAMES if name in names), None)
    if by is None:
        raise BadScores(
            f"{path} has no column id or key, only {', '.join(names[:20]) or 'none'}.",
            "Rename the one that holds ids to id, or name the documents by key.",
        )
    others = [name for name in names if name != by]
    likely = [name for name in others if name not in (ID, KEY, DOC_ID)] or others
    if said is None and len(likely) == 1:
        return likely[0]
    if said is None or said not in others:
        if said == by:
            why = f"names its documents by {by}, which holds no values."
        elif said:
            why = f"has no column {said}.{near_matches(said, likely)}"
        else:
            why = "has several columns of values." if likely else "has no column of values."
        listed = ", ".join(likely[:20])
        raise BadScores(
            f"{path} {why}",
            f"Say which with --value: {listed}" if likely else f"Give a file with {by}s and values.",
        )
    return said


def _parquet(path: Path, said: str | None) -> tuple[pa.Table, str]:
    try:
        with pq.ParquetFile(path) as file:
            there = file.schema_arrow.names
            column = _pick(path, there, said)
            return file.read(columns=[*(name for name in NAMES if name in there), column]), column
    except (OSError, pa.ArrowException) as error:
        why = str(error).splitlines()[0].rstrip(".") if str(error) else "it breaks off"
        raise BadScores(f"{path} cannot be read: {why}.", "Get a whole copy of the file.") from None


def _json_rows(path: Path, said: str | None) -> tuple[pa.Table, str]:
    names: dict[str, list[str | None]] = {}
    values: list[Any] = []
    column = said
    for number, row in rows_of(path):
        if column is None or number == 1:
            column = _pick(path, list(row), said)
            names = {name: [] for name in NAMES if name in row}
        for name, held in names.items():
            given = row.get(name)
            held.append(None if given is None else str(given))
        values.append(row.get(column))
    if column is None or not values:
        raise BadScores(f"{path} holds no row.", "Give a file with ids and values.")
    table = {name: pa.array(held, pa.string()) for name, held in names.items()}
    return pa.table({**table, column: _array(values, f"{column} of {path}")}), column


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
