"""Write the kept documents: sharded, checked by sums, the same bytes every time.

While an export is being written its folder holds ``unfinished/``: what was asked for, and a line about each
shard that is whole. A shard ends where its documents say, so one that is killed goes on at the shard it was
writing and ends as an undisturbed one. The manifest is written last.
"""

import errno
import fcntl
import getpass
import json
import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from indexes import families, files, manifest
from indexes.columns import BYTES, DOCUMENTS, PARTIAL, STALE, TEXT, TOKENS, WHOLE
from indexes.corpus import Corpus
from indexes.errors import AssayError, BadExport, NoSpace, UnfinishedColumn
from indexes.format import Format, format_named
from indexes.outflow import ALL, Field, Kept, Mask, fields_of, kept_documents
from indexes.texts import text_file
from indexes.workspace import Shard, dropped_ids

DEFAULT_SIZE = "256MB"

GROUP_DOCUMENTS, GROUP_BYTES = 5_000, 16_000_000
"""Most documents, and most bytes in memory, of a row group: such files are read where they lie if they are
ingested again."""

UNFINISHED, REQUEST = "unfinished", "request.json"

ENDLESS = 1 << 62
UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}

Progress = Callable[[int, int], None]
"""(documents written, documents to write)."""


@dataclass(frozen=True)
class ShardSize:
    """Where a shard ends: before the document with which it would hold more than this, but never empty.

    Attributes:
        said: as it was asked for.
        bytes: of all columns written, in memory, uncompressed.
    """

    said: str
    documents: int = ENDLESS
    bytes: int = ENDLESS


@dataclass(frozen=True)
class ExportReport:
    """What lies in the folder now.

    Attributes:
        hash: SHA-256 of the manifest's canonical JSON.
        written: shards that this run wrote; 0 where the same export was there already.
        not_measured: documents left out because a column needed is missing or stale there.
        not_utf8: kept documents whose text is not UTF-8; it is written as null.
    """

    folder: Path
    documents: int
    shards: int
    hash: str
    written: int
    not_measured: int = 0
    not_utf8: int = 0
    ok: bool = True

    def as_json(self) -> dict[str, Any]:
        return {"documents": self.documents, "shards": self.shards, "hash": self.hash, "ok": self.ok}


def shard_size(said: str) -> ShardSize:
    """``256MB`` of data, or ``100000`` documents."""
    match = re.fullmatch(r"\s*([\d_,]+(?:\.\d+)?)\s*([KMGT]?B)?\s*", said, re.IGNORECASE)
    number = float(match[1].replace("_", "").replace(",", "")) if match else 0
    if match is None or number < 1:
        raise AssayError(
            f"A shard cannot have the size {said!r}.", "Give bytes, like 256MB, or documents, like 100000."
        )
    unit = match[2]
    if unit:
        return ShardSize(said, bytes=int(number * UNITS[unit.upper()]))
    return ShardSize(said, documents=int(number))


def export(
    corpus: Corpus,
    to: Path,
    keep: Mask,
    selection: Mapping[str, Any],
    needs: Sequence[str] = (),
    format: str = "parquet",
    columns: Sequence[str] = (ALL,),
    size: str = DEFAULT_SIZE,
    allow_partial: bool = False,
    progress: Progress | None = None,
) -> ExportReport:
    """Write the documents that are kept into a folder, with a manifest of how they were chosen.

    Memory does not grow with the corpus, but for one bit a document. An export that was killed goes on;
    the same one, finished, is left alone.

    Args:
        corpus: the corpus; dropped documents are never written.
        to: a new or empty folder, or one with this very export.
        keep: which documents of a shard the recipe keeps.
        selection: for the manifest: the recipe's name, text and hash, and the limits it came to.
        needs: columns that the recipe reads.
        format: a member of the registry.
        columns: what to write besides ``doc_id`` and ``key``: names of columns, ``all`` for every one that
            came with the documents, under the names they had. A name of ours that is taken by one of these
            gets the prefix ``assay.``.
        size: of a shard, see ``shard_size``.
        allow_partial: leave out documents for which a column needed is missing or stale, instead of
            refusing.
        progress: called as documents are written.

    Raises:
        UnfinishedColumn: a column is partial or stale, and that is not allowed, or leaves nothing.
        MissingColumn: there is no such column.
        BadExport: the folder holds something else.
        NoSpace: the disk has too little room.
    """
    began = time.time()
    form, limit = format_named(format), shard_size(size)
    fields = fields_of(corpus, columns)
    used = _columns_used(corpus, needs, fields)
    left_out = _left_out(corpus, used, allow_partial)
    dropped = dropped_ids(corpus.workspace)
    request = _request(
        corpus, selection, used, form, columns, limit, allow_partial, fields, left_out, dropped
    )
    with _only_writer(to):
        finished = _finished(to, request)
        if finished is not None:
            return finished
        done = _resumed(to, request, form)
        masks = _Masks(corpus, keep, left_out, dropped)
        _check_space(corpus, to, fields, masks, done)
        try:
            entries = [*done, *_write_shards(corpus, to, form, limit, fields, masks, done, progress)]
            said = _whole(request, entries)
            _write_run(to, corpus, began)
            manifest.write(to, said)
        except OSError as error:
            if error.errno != errno.ENOSPC and "No space left" not in str(error):
                raise
            raise NoSpace(
                f"There is no space left for {to}.",
                "Free some and run the same command again: it goes on where it stopped.",
            ) from error
        files.remove(to / UNFINISHED)
    return _report(to, said, len(entries) - len(done))


def write_columns(corpus: Corpus, columns: Sequence[str], out: Path) -> dict[str, Any]:
    """Write some columns of all documents that are not dropped to one Parquet file, in corpus order.

    Raises:
        UnfinishedColumn, MissingColumn: a column cannot be had whole.
    """
    fields = fields_of(corpus, columns)
    used = _columns_used(corpus, (), fields)
    _left_out(corpus, used, allow_partial=False)
    masks = _Masks(corpus, lambda shard: np.ones(shard.rows, dtype=bool), {}, dropped_ids(corpus.workspace))
    schema = pa.schema(
        [(field.name, field.type) for field in fields],
        metadata={"assay.columns": files.canonical({name: _lineage(corpus, name) for name in used})},
    )
    documents = 0
    with files.writing(out) as path, format_named("parquet").open(path, schema) as write:
        for _, kept in _row_groups(kept_documents(corpus, fields, masks.shards()), ShardSize("")):
            write(kept.table)
            documents += len(kept.doc_ids)
    return {"documents": documents, "columns": [field.name for field in fields]}


# --- what is asked for -----------------------------------------------------------------------------------


def _columns_used(corpus: Corpus, needs: Iterable[str], fields: Iterable[Field]) -> list[str]:
    """Columns computed here that the recipe reads or that are written, in order of their names."""
    written = {place for field in fields for place in field.places.values()}
    return sorted(
        {name for name in needs if corpus.column(name).family != DOCUMENTS}
        | {column for family, column in written if family not in (DOCUMENTS, TEXT)}
    )


def _left_out(corpus: Corpus, used: Iterable[str], allow_partial: bool) -> dict[int, list[str]]:
    """Shards whose documents cannot be judged -> the columns that are missing or stale there."""
    found: dict[int, list[str]] = {}
    for name in used:
        column = corpus.column(name)
        if column.state not in (PARTIAL, STALE):
            continue
        command = (
            f"assay measure {corpus.workspace.root} {column.family}"
            if column.kind == "signal"
            else f"assay build {corpus.workspace.root}"
        )
        if not allow_partial:
            raise UnfinishedColumn(
                f"The column {name} is {column.state}: an export would leave documents out in silence.",
                f"Complete it with: {command} (or leave those documents out: --allow-partial)",
            )
        for number in _shards_without(corpus, column.family, column.state):
            found.setdefault(number, []).append(name)
        if len(found) == len(corpus.workspace.shards):
            raise UnfinishedColumn(
                f"The column {name} is {column.state} in every shard: nothing would be left to export.",
                f"Complete it with: {command}",
            )
    return found


def _shards_without(corpus: Corpus, family: str, state: str) -> list[int]:
    """Shards in which a partial or stale family has no file, or one made otherwise than its newest."""
    headers = families.family_files(corpus.workspace, family)
    newest = [header for header in headers if header is not None][-1].about
    numbers = [
        shard.number
        for shard, header in zip(corpus.workspace.shards, headers, strict=True)
        if header is None or header.about != newest
    ]
    if state == STALE and all(header is None or header.about == newest for header in headers):
        return [shard.number for shard in corpus.workspace.shards]  # its code, or the corpus, is another now
    return numbers


def _lineage(corpus: Corpus, name: str) -> dict[str, Any]:
    column = corpus.column(name)
    return {
        "family": column.family,
        "type": column.type,
        "unit": column.unit,
        "variant": column.variant,
        "state": column.state,
        "lineage": dict(column.lineage),
    }


def _request(
    corpus: Corpus,
    selection: Mapping[str, Any],
    used: Sequence[str],
    form: Format,
    columns: Sequence[str],
    limit: ShardSize,
    allow_partial: bool,
    fields: Sequence[Field],
    left_out: Mapping[int, Sequence[str]],
    dropped: NDArray[np.int64],
) -> dict[str, Any]:
    """All of the manifest that is known before the first document: two exports equal in it are the same."""
    workspace = corpus.workspace
    counted = [
        name for name in (TOKENS, BYTES) if name in corpus.columns and corpus.columns[name].state == WHOLE
    ]
    lineages = [
        name for name in (*used, *counted) if corpus.columns[name].family not in (DOCUMENTS, *corpus.faults)
    ]
    without = [shard for shard in workspace.shards if shard.number in left_out]
    said = {
        "layout": manifest.LAYOUT,
        "assay": manifest.program_version(),
        "corpus": {
            "name": workspace.name,
            "fingerprint": workspace.fingerprint,
            "documents": workspace.documents - len(dropped),
            "shards": len(workspace.shards),
            "part": dict(workspace.part),
            "dropped": len(dropped),
            "tombstones": [
                {
                    "number": stone.number,
                    "reason": stone.reason,
                    "selector": stone.selector,
                    "documents": stone.documents,
                }
                for stone in workspace.tombstones
                if not stone.undone
            ],
        },
        "selection": dict(selection),
        "export": {
            "format": form.name,
            "columns": list(columns),
            "shard_size": limit.said,
            "allow_partial": allow_partial,
        },
        "schema": [{"name": field.name, "type": str(field.type)} for field in fields],
        "columns": {name: _lineage(corpus, name) for name in sorted(set(lineages))},
        "left_out": {
            "not_measured": sum(
                _within(shard, dropped, ~np.zeros(shard.rows, dtype=bool)) for shard in without
            ),
            "columns": sorted({name for names in left_out.values() for name in names}),
            "shards": [shard.number for shard in without],
        },
    }
    return dict(json.loads(files.canonical(said)))


def _within(shard: Shard, dropped: NDArray[np.int64], mask: NDArray[np.bool_]) -> int:
    """How many documents of a shard a mask keeps, dropped ones left out."""
    return int(np.count_nonzero(_without_dropped(shard, dropped, mask)))


def _without_dropped(shard: Shard, dropped: NDArray[np.int64], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    low, high = np.searchsorted(dropped, [shard.first, shard.first + shard.rows])
    left = mask.copy()
    left[dropped[low:high] - shard.first] = False
    return left


class _Masks:
    """The keep mask of every shard, judged once and held at one bit a document."""

    def __init__(
        self, corpus: Corpus, keep: Mask, left_out: Mapping[int, object], dropped: NDArray[np.int64]
    ) -> None:
        self._shards = corpus.workspace.shards
        self._bits: list[NDArray[np.uint8]] = []
        self.kept: list[int] = []
        for shard in self._shards:
            mask = np.zeros(shard.rows, dtype=bool)
            if shard.number not in left_out:
                mask = keep(shard)
                if mask.shape != (shard.rows,) or mask.dtype != np.bool_:
                    raise ValueError(
                        f"{shard.name} needs a mask of {shard.rows}, got {mask.dtype} {mask.shape}"
                    )
                mask = _without_dropped(shard, dropped, mask)
            self._bits.append(np.packbits(mask))
            self.kept.append(int(np.count_nonzero(mask)))

    def shards(self, begin: int = 0) -> Iterator[tuple[Shard, NDArray[np.bool_]]]:
        """Shards with their masks; documents before ``doc_id`` ``begin`` are not kept."""
        for shard, bits in zip(self._shards, self._bits, strict=True):
            if shard.first + shard.rows > begin:
                mask = np.unpackbits(bits, count=shard.rows).astype(bool)
                mask[: max(0, begin - shard.first)] = False
                yield shard, mask


# --- the folder ------------------------------------------------------------------------------------------


@contextmanager
def _only_writer(to: Path) -> Iterator[None]:
    """Make the folder if need be and be the only one to write into it."""
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadExport(f"{to} cannot be made: {error.strerror}.", "Give another folder with --to.") from None
    descriptor = os.open(to, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise BadExport(
            f"Another process is exporting into {to}.", "Wait for it, or export elsewhere."
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)


def _finished(to: Path, request: Mapping[str, Any]) -> ExportReport | None:
    """The report of an export that lies in the folder whole, if it is this very one."""
    if not (to / manifest.MANIFEST).exists():
        return None
    said = manifest.read(to)
    if {name: said.get(name) for name in request} != request:
        raise _foreign(to, "another export")
    for shard in said["shards"]:
        path = to / shard["name"]
        if not path.is_file() or path.stat().st_size != shard["size"]:
            raise BadExport(
                f"{to} holds this export, but {shard['name']} is not as its manifest says.",
                f"Remove it and export again: rm -r {to}",
            )
    files.remove(to / UNFINISHED)
    return _report(to, said, 0)


def _resumed(to: Path, request: Mapping[str, Any], form: Format) -> list[dict[str, Any]]:
    """Make the folder ready and say which shards of this export are whole already."""
    ours = re.compile(
        rf"{re.escape(files.TEMPORARY)}.*|{UNFINISHED}|{manifest.SUMS}|{manifest.RUN}"
        rf"|shard-\d+{re.escape(form.suffix)}"
    )
    there = sorted(path.name for path in to.iterdir())
    begun = (to / UNFINISHED / REQUEST).exists()
    strange = [
        name
        for name in there
        if not ours.fullmatch(name) or not (begun or name == UNFINISHED or name.startswith(files.TEMPORARY))
    ]
    if strange:
        raise _foreign(to, f"{strange[0]}, which is no part of this export")
    if begun and files.read_json(to / UNFINISHED / REQUEST) != request:
        raise _foreign(to, "another export, unfinished")
    files.sweep(to)
    if not begun:
        files.write_json(to / UNFINISHED / REQUEST, request)
    done: list[dict[str, Any]] = []
    while (line := to / UNFINISHED / f"{_name(len(done))}.json").exists():
        entry = files.read_json(line)
        path = to / entry["name"]
        if not path.is_file() or path.stat().st_size != entry["size"]:
            break
        done.append(entry)
    return done


def _foreign(to: Path, what: str) -> BadExport:
    return BadExport(f"{to} holds {what}.", f"Export into a new folder, or remove this one first: rm -r {to}")


def _check_space(
    corpus: Corpus, to: Path, fields: Sequence[Field], masks: _Masks, done: Sequence[Mapping[str, Any]]
) -> None:
    """Refuse to begin what the disk has no room for, by the compressed size of what is read."""
    need = 0.0
    for shard, kept in zip(corpus.workspace.shards, masks.kept, strict=True):
        if kept:
            need += kept / shard.rows * _compressed(corpus, shard, fields)
    need -= sum(entry["size"] for entry in done)
    free = shutil.disk_usage(to).free
    if need > free:
        raise NoSpace(
            f"{to} needs about {need / 1e9:,.1f} GB, and its disk has {free / 1e9:,.1f} GB free.",
            "Free some, or give a folder on another disk with --to.",
        )


def _compressed(corpus: Corpus, shard: Shard, fields: Sequence[Field]) -> int:
    wanted: dict[Path, set[str]] = {}
    for one in fields:
        if shard.number in one.places:
            family, column = one.places[shard.number]
            path = corpus.workspace.column_file(family, shard)
            if family == TEXT:
                path, column = text_file(corpus.workspace, shard)
            elif family == DOCUMENTS:
                path = corpus.workspace.documents_file(shard)
            wanted.setdefault(path, set()).add(column)
    total = 0
    for path, names in wanted.items():
        footer = pq.read_metadata(path)
        for group in range(footer.num_row_groups):
            for i in range(footer.num_columns):
                chunk = footer.row_group(group).column(i)
                name = chunk.path_in_schema
                if name in names or any(name.startswith(f"{column}.") for column in names):
                    total += chunk.total_compressed_size
    return total


# --- the shards ------------------------------------------------------------------------------------------


def _name(number: int) -> str:
    return f"shard-{number:05d}"


def _write_shards(
    corpus: Corpus,
    to: Path,
    form: Format,
    limit: ShardSize,
    fields: Sequence[Field],
    masks: _Masks,
    done: Sequence[Mapping[str, Any]],
    progress: Progress | None,
) -> Iterator[dict[str, Any]]:
    """Write the shards that are left; what the manifest says of each. An export of nothing has one, empty."""
    begin = done[-1]["next"] if done else 0
    written, total = sum(entry["documents"] for entry in done), sum(masks.kept)
    schema = pa.schema([(field.name, field.type) for field in fields])
    groups = _row_groups(kept_documents(corpus, fields, masks.shards(begin)), limit)
    shards: Iterable[tuple[int, Iterable[tuple[int, Kept]]]] = groupby(groups, key=lambda pair: pair[0])
    if not total and not done:
        shards = [(0, ())]
    for number, parts in shards:
        name = _name(len(done) + number)
        count = _Count()
        path = to / f"{name}{form.suffix}"
        with files.writing(path) as temporary, form.open(temporary, schema) as write:
            for _, kept in parts:
                write(kept.table)
                count.add(kept)
                if progress is not None:
                    progress(written + count.documents, total)
        written += count.documents
        entry = {
            "name": path.name,
            "documents": count.documents,
            "tokens": count.tokens,
            "bytes": count.bytes,
            "not_utf8": count.not_utf8,
            "size": path.stat().st_size,
            "sha256": files.sha256(path),
            "next": count.next,
        }
        files.write_json(to / UNFINISHED / f"{name}.json", entry)
        yield entry


@dataclass
class _Count:
    documents: int = 0
    tokens: int | None = 0
    bytes: int | None = 0
    not_utf8: int = 0
    next: int = 0

    def add(self, kept: Kept) -> None:
        self.documents += len(kept.doc_ids)
        self.tokens = _sum(self.tokens, kept.tokens)
        self.bytes = _sum(self.bytes, kept.bytes)
        self.not_utf8 += int(np.count_nonzero(kept.not_utf8))
        self.next = int(kept.doc_ids[-1]) + 1


def _sum(before: int | None, values: NDArray[np.int64] | None) -> int | None:
    return None if before is None or values is None else before + int(values.sum())


def _row_groups(stream: Iterable[Kept], limit: ShardSize) -> Iterator[tuple[int, Kept]]:
    """Cut a stream into row groups and shards, by its documents alone: however it came in pieces.

    Yields:
        (number of the shard from 0, the documents of one row group).
    """
    number = 0
    group, shard = _Fill(GROUP_DOCUMENTS, GROUP_BYTES), _Fill(limit.documents, limit.bytes)
    for kept in stream:
        start, n = 0, len(kept.doc_ids)
        while start < n:
            left = kept.sizes[start : start + GROUP_DOCUMENTS]
            in_shard, in_group = shard.fitting(left), group.fitting(left)
            take = min(in_shard, in_group)
            if take:
                piece = kept.slice(start, start + take)
                group.add(piece)
                shard.add(piece, hold=False)
                start += take
            if start < n and take < len(left):
                yield number, group.pop()
                if in_shard == take:
                    number += 1
                    shard.pop_counts()
    if group.pieces:
        yield number, group.pop()


@dataclass
class _Fill:
    """How far a row group or a shard is filled."""

    most_documents: int
    most_bytes: int
    documents: int = 0
    bytes: int = 0
    pieces: list[Kept] = field(default_factory=list)

    def fitting(self, sizes: NDArray[np.int64]) -> int:
        """How many of the next documents still fit; one always does where there is none yet."""
        n = int(np.searchsorted(np.cumsum(sizes), self.most_bytes - self.bytes, side="right"))
        return max(min(n, self.most_documents - self.documents), 0 if self.documents else 1)

    def add(self, kept: Kept, hold: bool = True) -> None:
        self.documents += len(kept.doc_ids)
        self.bytes += int(kept.sizes.sum())
        if hold:
            self.pieces.append(kept)

    def pop_counts(self) -> None:
        self.documents = self.bytes = 0

    def pop(self) -> Kept:
        """The documents held, as one."""
        pieces, self.pieces = self.pieces, []
        self.pop_counts()
        return joined(pieces)


def joined(pieces: Sequence[Kept]) -> Kept:
    """Consecutive documents in one piece."""

    def numbers(name: str) -> Any:
        found = [getattr(piece, name) for piece in pieces]
        return None if any(part is None for part in found) else np.concatenate(found)

    return Kept(
        pa.concat_tables([piece.table for piece in pieces]).combine_chunks(),
        **{name: numbers(name) for name in ("doc_ids", "sizes", "tokens", "bytes", "not_utf8")},
    )


# --- the end ---------------------------------------------------------------------------------------------


def _whole(request: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The manifest."""
    shards = [{name: value for name, value in entry.items() if name != "next"} for entry in entries]
    counts = {
        name: None if any(shard[name] is None for shard in shards) else sum(shard[name] for shard in shards)
        for name in ("documents", "tokens", "bytes", "not_utf8")
    }
    return {**request, "counts": counts, "shards": shards}


def _report(to: Path, said: Mapping[str, Any], written: int) -> ExportReport:
    return ExportReport(
        folder=to,
        documents=said["counts"]["documents"],
        shards=len(said["shards"]),
        hash=manifest.hash_of(said),
        written=written,
        not_measured=said["left_out"]["not_measured"],
        not_utf8=said["counts"]["not_utf8"],
    )


def _write_run(to: Path, corpus: Corpus, began: float) -> None:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    said = {
        "began": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(began)),
        "seconds": round(time.time() - began, 3),
        "host": socket.gethostname(),
        "user": user,
        "workspace": str(corpus.workspace.root.resolve()),
    }
    files.write_json(to / manifest.RUN, said)
