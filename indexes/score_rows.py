"""Scores in files of the same order as the documents' files: matched by file and order, checked by id.

Dolma's attributes and RedPajama-V2's quality signals are written so: a row a document, below one key spans
``[[start, end, score]]``.
"""

import gzip
import io
import json
import math
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indexes.errors import BadScores, near_matches
from indexes.saying import counted
from indexes.stored import Values, ids_of, stored_stretches
from indexes.workspace import Shard, Workspace

PACKED = re.compile(r"(\.jsonl|\.json|\.ndjson)?(\.gz|\.zst|\.zstd)?$|\.parquet$", re.IGNORECASE)
SUFFIXES = tuple(
    f"{signals}{plain}{packed}"
    for signals in ("", ".signals")
    for plain in (".jsonl", ".json", ".ndjson")
    for packed in ("", ".gz", ".zst", ".zstd")
)
"""How the name of a file of scores may go on after the name of its file of documents."""

PEEKED = 1_000
"""Rows of a file of signals that are looked at to see which there are."""


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
        ids.append("" if row.get("id") is None else str(row["id"]))
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
    RedPajama-V2's are. Rows of documents that were left out at ingest are passed over: at most as many as
    were, and none where two rows of one id leave it open which of them.
    """
    if documents and not any(documents):
        return _places_by_number(len(documents), rows, left_out, file, path)
    more = len(rows) - len(documents)
    if more < 0 and (not rows or not set(rows).isdisjoint(documents)):
        raise BadScores(
            f"{file} has {counted(len(rows), 'row')}, too few for the "
            f"{counted(len(documents), 'document')} of {path}.",
            "Give the whole file, made of the same documents.",
        )
    if more > left_out:
        became = f" and {counted(left_out, 'row')} that became none" if left_out else ""
        raise BadScores(
            f"{file} has {counted(len(rows), 'row')}, and {path} "
            f"{counted(len(documents), 'document')}{became}.",
            "Give the files that were made of these documents.",
        )
    places = _walked(documents, rows)
    if len(places) < len(documents):
        id, at = documents[len(places)], places[-1] + 1 if places else 0
        if id in set(rows):
            _other_order(file, path, id)
        raise BadScores(
            f"{file} is of other documents than {path}: its row {at + 1:,} is "
            f"{(rows[at] if at < len(rows) else '') or 'without an id'}, the document is "
            f"{id or 'without an id'}.",
            "Give the files that were made of these documents.",
        )
    if more:
        last = [len(rows) - 1 - place for place in reversed(_walked(documents[::-1], rows[::-1]))]
        for id, one, other in zip(documents, places, last, strict=True):
            if one != other:
                raise BadScores(
                    f"{file} cannot be matched with {path}: {counted(left_out, 'row')} of that became "
                    f"no document, and the id {id or 'that is none'} stands in rows {one + 1:,} and "
                    f"{other + 1:,}.",
                    "Give each document an id of its own.",
                )
    return np.array(places, dtype=np.int64)


def _walked(documents: Sequence[str], rows: Sequence[str]) -> list[int]:
    """The first row that can be each document's, in order; shorter where one has none."""
    places: list[int] = []
    at = 0
    for id in documents:
        while at < len(rows) and rows[at] != id:
            at += 1
        if at == len(rows):
            break
        places.append(at)
        at += 1
    return places


def _other_order(file: Path, path: str, id: str) -> NoReturn:
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
        BadScores: there are several, or no spans at all, or the score is no number that can be held.
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
    try:
        found = None if value is None else float(value)
    except OverflowError:  # a whole number may have any length
        found = math.inf
    if found is not None and math.isinf(found):
        raise BadScores(
            f"{name} is infinite, or too large a number, in {where}.",
            "Put a number in its place, or nothing.",
        )
    return found


def within_record(workspace: Workspace, shard: Shard, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The signals that came inside each record of a shard, a stretch in memory; empty where one has none.

    Args:
        workspace: the corpus.
        shard: one of its shards.
        columns: the stored column that holds all of them, or one column each.
    """
    for stretch in stored_stretches(workspace, shard, columns):
        for values in zip(*(array.to_pylist() for array in stretch), strict=True):
            row = {name: _parsed(value) for name, value in zip(columns, values, strict=True)}
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
