"""Scores that others made, and the files that they come from: joined by id, or by file and order.

A file is known by its SHA-256, which stands in the lineage; where it lies stands in ``run.json``, since a
path belongs to a machine. What is joined by order is checked by id, row by row.
"""

import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from indexes import families, files
from indexes.columns import DOC_ID, SOURCE
from indexes.corpus import Corpus
from indexes.errors import AssayError, BadScores, near_matches
from indexes.families import read_header
from indexes.quoting import quote
from indexes.saying import BROUGHT, PLACES, RUN, counted
from indexes.workspace import Shard, Workspace

PACKED = re.compile(r"(\.jsonl|\.json|\.ndjson)?(\.gz|\.zst|\.zstd)?$|\.parquet$", re.IGNORECASE)
SUFFIXES = tuple(
    f"{signals}{plain}{packed}"
    for signals in ("", ".signals")
    for plain in (".jsonl", ".json", ".ndjson")
    for packed in ("", ".gz", ".zst", ".zstd")
)
"""How the name of a file of scores may go on after the name of its file of documents."""

VERSION = 1
"""Raised whenever a value may come out differently; older columns are stale then."""

FEW = 0.1
"""Where a smaller share of the ids is known, the file is of another corpus."""

PEEKED = 1_000
"""Rows of a file of signals that are looked at to see which there are."""


@dataclass(frozen=True)
class Values:
    """A column of a shard.

    Attributes:
        values: int64, float64 or objects (text), one a document.
        valid: false where a document has no value; None where NaN or None says so.
    """

    values: NDArray[Any]
    valid: NDArray[np.bool_] | None = None


# --- what a file is, and where it lies -------------------------------------------------------------------


@dataclass(frozen=True)
class Brought:
    """A file, or a folder of files, that the user gave.

    Attributes:
        sha256: of the file; of the names and hashes of a folder's files.
        size, changed: bytes, and the last change in ns: while they are the same, so is the hash.
    """

    path: Path
    sha256: str
    size: int
    changed: int


def brought(path: Path) -> Brought:
    """What a file or folder is, hashed once a process as long as it stays the same.

    Raises:
        BadScores: it is not there, or cannot be read.
    """
    try:
        size, changed = _standing(path)
        return _hashed(path.resolve(), size, changed)
    except OSError as error:
        raise BadScores(f"{path} cannot be read: {error.strerror}.", "Check its path.") from None


def _standing(path: Path) -> tuple[int, int]:
    found = [file.stat() for file in ([path] if path.is_file() else _inside(path))]
    if not found:
        path.stat()
        raise BadScores(f"{path} holds no file.", "Give the folder in which the scores lie.")
    return sum(status.st_size for status in found), max(status.st_mtime_ns for status in found)


def _inside(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and path.name.lower().endswith(SUFFIXES)
    )


@lru_cache(maxsize=64)
def _hashed(path: Path, size: int, changed: int) -> Brought:
    if path.is_file():
        return Brought(path, files.sha256(path), size, changed)
    held = [[str(file.relative_to(path)), files.sha256(file)] for file in _inside(path)]
    return Brought(path, hashlib.sha256(files.canonical(held)).hexdigest(), size, changed)


def note_place(root: Path, found: Brought) -> None:
    """Keep where a file lies; the caller holds the lock."""
    path = root / RUN
    before = files.read_json(path) if path.exists() else {}
    place = {"path": str(found.path), "size": found.size, "changed": found.changed}
    if before.get(PLACES, {}).get(found.sha256) != place:
        files.write_json(path, {**before, PLACES: {**before.get(PLACES, {}), found.sha256: place}})


def place_of(root: Path, sha256: str) -> Path | None:
    """Where a file of this hash lay last; None where that is not known."""
    path = root / RUN
    place = files.read_json(path).get(PLACES, {}).get(sha256) if path.exists() else None
    return None if place is None else Path(place["path"])


def present_hash(root: Path, sha256: str) -> str:
    """Hash of what lies now where a file of this hash lay; the same where nothing does."""
    path = root / RUN
    place = files.read_json(path).get(PLACES, {}).get(sha256) if path.exists() else None
    if place is None:
        return sha256
    there = Path(place["path"])
    try:
        if _standing(there) == (place["size"], place["changed"]):
            return sha256
        return brought(there).sha256
    except (BadScores, OSError):
        return sha256


# --- what would be made now -----------------------------------------------------------------------------


def present_scores(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Family of brought scores -> how it would be made now: by this version, of its file as it is now.

    A family whose files were made in several ways is left out: nothing says which of them is wanted.
    """
    would = {}
    for family in families.family_names(workspace):
        abouts = abouts_of(workspace, family)
        if (
            not abouts
            or abouts[0].get("method") not in BROUGHT
            or any(about != abouts[0] for about in abouts)
        ):
            continue
        about = {**abouts[0], "version": VERSION}
        if "file" in about:
            held = about["file"]
            about["file"] = {**held, "sha256": present_hash(workspace.root, held["sha256"])}
        if "made_of" in about:
            about["made_of"] = made_of(workspace, about["made_of"])
            about["fingerprint"] = workspace.fingerprint
        would[family] = about
    return would


def abouts_of(workspace: Workspace, family: str) -> list[Mapping[str, Any]]:
    """How each file of a family says that it was made; files that cannot be read are passed over."""
    found = []
    for shard in workspace.shards:
        try:
            found.append(families.read_header(workspace.column_file(family, shard)).about)
        except (FileNotFoundError, AssayError):
            continue
    return found


def made_of(workspace: Workspace, names: Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
    """Column -> hash of how it was made; None for what came with the documents, which cannot change."""
    held: dict[str, Any] = {}
    for family in families.family_names(workspace):
        for about in abouts_of(workspace, family)[:1]:
            for name in about.get("columns", {}):
                held[name] = families.about_hash(about)
    return {name: held.get(name) for name in names}


# --- columns of the corpus -------------------------------------------------------------------------------


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


# --- by id -----------------------------------------------------------------------------------------------


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

    def values(self, workspace: Workspace, shard: Shard) -> Values:
        """The values of a shard's documents; null where the file has none."""
        ids = pl.DataFrame({"id": pl.Series(ids_of(workspace, shard), dtype=pl.String)})
        found = ids.join(self.rows, on="id", how="left", maintain_order="left")["value"]
        if self.type == "text":
            return Values(np.array(found.to_list(), dtype=object))
        if self.type == "integer":
            return Values(found.fill_null(0).to_numpy(), found.is_not_null().to_numpy())
        return Values(found.cast(pl.Float64).to_numpy())


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
    seen = [
        pl.DataFrame({"id": pl.Series(ids_of(workspace, shard), dtype=pl.String)})
        for shard in workspace.shards
    ]
    ids = pl.concat(seen)
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
    try:
        return pa.table({"id": pa.array(ids, pa.string()), column: pa.array(values)})
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        raise BadScores(
            f"{column} of {path} holds values of several types.", "Write numbers, or text."
        ) from None


# --- by file and order -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """The documents of one shard that came from one file.

    Attributes:
        path: the file's.
        rows: where they stand in the shard.
        left_out: rows of the file that became no documents.
    """

    path: str
    shard: Shard
    rows: slice
    left_out: int


def parts_of(workspace: Workspace) -> dict[str, list[Part]]:
    """Source file -> its documents, in the order of the corpus."""
    found: dict[str, list[Part]] = {}
    for shard in workspace.shards:
        start = 0
        for file in shard.files:
            left_out = file.quarantined + file.not_drawn
            end = start + file.rows - left_out
            found.setdefault(file.path, []).append(Part(file.path, shard, slice(start, end), left_out))
            start = end
    return found


def beside(folder: Path, path: str) -> Path:
    """The file of scores that belongs to a file of documents: the same name below the folder, or at its end.

    Raises:
        BadScores: there is none.
    """
    if folder.is_file():
        return folder
    parts = Path(path).parts
    stem = PACKED.sub("", parts[-1])
    for start in range(1, len(parts)):
        for suffix in SUFFIXES:
            file = folder.joinpath(*parts[start:-1], stem + suffix)
            if file.is_file():
                return file
    raise BadScores(
        f"{folder} holds no file for the documents of {path}.",
        f"Give the folder whose files have the names of the documents' files, such as {stem}.jsonl.gz.",
    )


Span = float | None


def by_order(
    workspace: Workspace, folder: Path, container: str, names: Sequence[str], left: Sequence[Shard]
) -> Iterator[tuple[Shard, dict[str, Values]]]:
    """Values of whole documents from files in the order of the documents' files.

    Args:
        workspace: the corpus.
        folder: holds a file for each file of documents; or that file itself.
        container: the key of a row below which the values stand: ``attributes``, ``quality_signals``.
        names: which of them.
        left: shards to give values for.

    Yields:
        (shard, name -> values).

    Raises:
        BadScores: a file is missing, has too few rows or too many, other ids, or another order.
    """
    wanted = {shard.number for shard in left}
    made: dict[int, dict[str, NDArray[np.float64]]] = {}
    parts = parts_of(workspace)
    if folder.is_file() and len(parts) > 1:
        raise BadScores(
            f"{folder} is one file, and the documents came from {counted(len(parts), 'file')}.",
            "Give the folder of all of them.",
        )
    missing = {shard.number: sum(shard.number == part.shard.number for part in _all(parts)) for shard in left}
    for path, of_file in parts.items():
        if not any(part.shard.number in wanted for part in of_file):
            continue
        file = beside(folder, path)
        places, rows = _aligned(workspace, file, path, of_file, container, names)
        start = 0
        for part in of_file:
            n = part.rows.stop - part.rows.start
            if part.shard.number in wanted:
                arrays = made.setdefault(
                    part.shard.number, {name: np.full(part.shard.rows, np.nan) for name in names}
                )
                for name in names:
                    arrays[name][part.rows] = rows[name][places[start : start + n]]
                missing[part.shard.number] -= 1
                if not missing[part.shard.number]:
                    done = made.pop(part.shard.number)
                    yield part.shard, {name: Values(values) for name, values in done.items()}
            start += n


def _all(parts: Mapping[str, list[Part]]) -> Iterator[Part]:
    for of_file in parts.values():
        yield from of_file


def _aligned(
    workspace: Workspace, file: Path, path: str, parts: Sequence[Part], container: str, names: Sequence[str]
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float64]]]:
    """Which row of a file belongs to each document of its file of documents, and the rows' values."""
    ids: list[str] = []
    columns: dict[str, list[Span]] = {name: [] for name in names}
    for number, row in rows_of(file):
        ids.append(str(row.get("id", "")))
        held = contained(row, container, file, number)
        if number == 1:
            for name in names:
                if name not in held:
                    raise BadScores(
                        f"{file} has no {name} among its {container}.{near_matches(name, held)}",
                        f"Choose from: {', '.join(sorted(held)[:20])}.",
                    )
        for name in names:
            columns[name].append(one_span(held.get(name), name, f"row {number:,} of {file}"))
    found = [
        pc.fill_null(ids_of(workspace, part.shard), "").slice(
            part.rows.start, part.rows.stop - part.rows.start
        )
        for part in parts
    ]
    documents = pa.concat_arrays(found).to_pylist()
    places = _places(documents, ids, sum(part.left_out for part in parts), file, path)
    return places, {name: np.array(values, dtype=np.float64) for name, values in columns.items()}


def _places(
    documents: Sequence[str], rows: Sequence[str], left_out: int, file: Path, path: str
) -> NDArray[np.int64]:
    """The row of each document: in order, none missing, checked by id.

    Where the documents have no ids, a row's id may be the file's name and the row's number, from 0, as
    RedPajama-V2's are. Rows of documents that were left out at ingest are passed over.
    """
    if documents and not any(documents):
        return _places_by_number(len(documents), rows, left_out, file, path)
    places = np.empty(len(documents), dtype=np.int64)
    at = 0
    for i, id in enumerate(documents):
        while at < len(rows) and rows[at] != id and left_out:
            at += 1
        if at == len(rows) and id in set(rows[: places[i - 1] + 1 if i else 0]):
            _other_order(file, path, id)
        if at == len(rows):
            after = f", it ends after {documents[i - 1]}" if i else ""
            raise BadScores(
                f"{file} has {counted(len(rows), 'row')}, too few for the "
                f"{counted(len(documents), 'document')} of {path}{after}.",
                "Give the whole file, made of the same documents.",
            )
        if rows[at] != id:
            if id in set(rows):
                _other_order(file, path, id)
            raise BadScores(
                f"{file} is of other documents than {path}: its row {at + 1:,} is "
                f"{rows[at] or 'without an id'}, the document is {id or 'without an id'}.",
                "Give the files that were made of these documents.",
            )
        places[i] = at
        at += 1
    if not left_out and len(rows) > len(documents):
        raise BadScores(
            f"{file} has {counted(len(rows), 'row')}, and {path} {counted(len(documents), 'document')}.",
            "Give the files that were made of these documents.",
        )
    return places


def _other_order(file: Path, path: str, id: str) -> None:
    raise BadScores(
        f"{file} is in another order than {path}: {id} stands elsewhere.",
        "Give the file in the order of the documents, or one joined by id: --values FILE",
    )


def _places_by_number(
    documents: int, rows: Sequence[str], left_out: int, file: Path, path: str
) -> NDArray[np.int64]:
    name = PACKED.sub("", Path(path).name)
    for number, id in enumerate(rows):
        start, _, last = id.rpartition("/")
        if PACKED.sub("", Path(start).name) != name or last != str(number):
            raise BadScores(
                f"{file} cannot be matched with {path}: the documents have no ids, and its row "
                f"{number + 1:,} says {id or 'nothing'}, where {name}/{number} is expected.",
                "Give files in the same order, or documents with ids.",
            )
    if left_out:
        raise BadScores(
            f"{file} cannot be matched with {path}: the documents have no ids, and "
            f"{counted(left_out, 'row')} of that file became none.",
            "Ingest the whole files into another workspace, with rows that can be read.",
        )
    if len(rows) != documents:
        raise BadScores(
            f"{file} has {counted(len(rows), 'row')}, and {path} {counted(documents, 'document')}.",
            "Give the files that were made of these documents.",
        )
    return np.arange(documents)


def signal_names(workspace: Workspace, folder: Path, container: str) -> list[str]:
    """Signals of whole documents that the files beside the documents' files hold, in order."""
    names: dict[str, None] = {}
    for path in parts_of(workspace):
        file = beside(folder, path)
        for number, row in rows_of(file):
            names |= dict.fromkeys(document_signals(contained(row, container, file, number)))
            if number >= PEEKED:
                break
    return sorted(names)


def document_signals(held: Mapping[str, Any]) -> list[str]:
    """Those of a record's signals that are one number for the whole document."""
    found = []
    for name, spans in held.items():
        spans = _parsed(spans)
        if name.startswith("rps_lines_") or not isinstance(spans, list) or len(spans) > 1:
            continue
        value = spans[0][2] if spans and isinstance(spans[0], list) and len(spans[0]) == 3 else None
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            found.append(name)
    return found


def contained(row: Mapping[str, Any], container: str, file: Path, number: int) -> dict[str, Any]:
    """What a row holds below a key; it may be JSON as text.

    Raises:
        BadScores: it holds nothing there.
    """
    held = _parsed(row.get(container))
    if not isinstance(held, dict):
        raise BadScores(
            f"Row {number:,} of {file} has no {container}, only {', '.join(list(row)[:10]) or 'nothing'}.",
            f"Give files whose rows hold an id and {container}.",
        )
    return held


def one_span(spans: Any, name: str, where: str) -> Span:
    """The score of spans ``[[start, end, score]]`` that cover the whole document; None where there is none.

    Raises:
        BadScores: there are several, or no spans at all.
    """
    spans = _parsed(spans)
    if spans is None or spans == []:
        return None
    good = isinstance(spans, list) and all(isinstance(span, list) and len(span) == 3 for span in spans)
    if good and len(spans) > 1:
        raise BadScores(
            f"{name} has {len(spans):,} spans in {where}: it is no value of the whole document.",
            "Name an attribute with one span a document.",
        )
    value = spans[0][2] if good else None
    if not good or not (value is None or (isinstance(value, int | float) and not isinstance(value, bool))):
        raise BadScores(
            f"{name} is not written as [[start, end, score]] in {where}.", "Write the score as a number."
        )
    return None if value is None else float(value)


def within_record(workspace: Workspace, shard: Shard, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The signals that came inside each record of a shard; empty where a record has none.

    Args:
        workspace: the corpus.
        shard: one of its shards.
        columns: the stored column that holds all of them, or one column each.
    """
    held = {name: stored_values(workspace, shard, name).to_pylist() for name in columns}
    for i in range(shard.rows):
        row = {name: _parsed(values[i]) for name, values in held.items()}
        whole = row[columns[0]] if len(columns) == 1 else None
        if isinstance(whole, dict):
            yield whole
        else:
            yield {name.rpartition(".")[2]: value for name, value in row.items() if value is not None}


def _parsed(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


# --- rows of a file --------------------------------------------------------------------------------------


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Lines of a file of JSON objects, plain, ``.gz`` or ``.zst``: (number from 1, object).

    Raises:
        BadScores: it cannot be read, breaks off, or a line is no JSON object.
    """
    number = 0
    try:
        with _opened(path) as stream:
            for line in stream:
                if not line.strip():
                    continue
                number += 1
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError):
                    row = None
                if not isinstance(row, dict):
                    raise BadScores(
                        f"Row {number:,} of {path} is no JSON object.", "Give a file of JSON lines."
                    )
                yield number, row
    except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
        why = getattr(error, "strerror", None) or str(error).splitlines()[0].rstrip(".") or "it breaks off"
        raise BadScores(f"{path} cannot be read: {why}.", "Get a whole copy of the file.") from None


def _opened(path: Path) -> BinaryIO:
    name = path.name.lower()
    if name.endswith(".gz"):
        return io.BufferedReader(gzip.GzipFile(path))
    if name.endswith((".zst", ".zstd")):
        return io.BufferedReader(pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))
    return path.open("rb")
