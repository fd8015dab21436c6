"""Write the kept documents: sharded, checked by sums, the same bytes every time.

While an export is being written its folder holds ``unfinished/``: what was asked for, and a line about each
shard that is whole. Where a shard ends its documents say, so one that was killed goes on at the shard it was
writing and ends as an undisturbed one. The manifest is written last.
"""

import errno
import getpass
import json
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from indexes import export_folder, files, manifest
from indexes.columns import BYTES, DOCUMENTS, JUDGEMENT, TEXT, TOKENS, WHOLE
from indexes.corpus import Corpus
from indexes.cuts import DEFAULT_SIZE, ShardSize, row_groups, shard_size
from indexes.errors import BadExport, NoSpace
from indexes.format import Format, format_named
from indexes.outflow import ALL, Edit, Field, Kept, Masks, fields_of, kept_documents, writes_text
from indexes.queries.decisions import left_out
from indexes.texts import text_file
from indexes.workspace import Shard, dropped_ids

Progress = Callable[[int, int], None]
"""(documents written, documents to write)."""


@dataclass(frozen=True)
class ExportReport:
    """What lies in the folder now.

    Attributes:
        hash: SHA-256 of the manifest's canonical JSON.
        written: shards that this run wrote; 0 where the same export was there already.
        not_measured: documents left out because a column needed is missing or stale there.
        not_utf8: kept documents whose text is not UTF-8; it is written as null.
        edits: name, hash and counts of each edit of the text, in their order.
    """

    folder: Path
    documents: int
    shards: int
    hash: str
    written: int
    not_measured: int = 0
    not_utf8: int = 0
    ok: bool = True
    edits: Sequence[Mapping[str, Any]] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "documents": self.documents,
            "shards": self.shards,
            "hash": self.hash,
            "ok": self.ok,
            "edit": list(self.edits),
        }


@dataclass(frozen=True)
class Plan:
    """What is asked for, held against the corpus.

    Attributes:
        used: columns computed here that the recipe reads or that are written, in order of their names.
        left_out: number of a shard whose documents cannot be judged -> the columns missing or stale there.
        dropped: ``doc_id`` of every dropped document, ascending.
        edits: what becomes of the text, one after another.
    """

    corpus: Corpus
    selection: Mapping[str, Any]
    format: Format
    columns: Sequence[str]
    size: ShardSize
    allow_partial: bool
    fields: Sequence[Field]
    used: Sequence[str]
    left_out: Mapping[int, Sequence[str]]
    dropped: NDArray[np.int64]
    edits: Sequence[Edit] = ()


def export(
    corpus: Corpus,
    to: Path,
    masks: Masks,
    selection: Mapping[str, Any],
    needs: Sequence[str] = (),
    format: str = "parquet",
    columns: Sequence[str] = (ALL,),
    size: str = DEFAULT_SIZE,
    allow_partial: bool = False,
    progress: Progress | None = None,
    words: Sequence[str] = (),
    edits: Sequence[Edit] = (),
) -> ExportReport:
    """Write the documents that are kept into a folder, with a manifest of how they were chosen.

    Memory does not grow with the corpus, but for one bit a document. An export that was killed goes on;
    the same one, finished, is left alone.

    Args:
        corpus: the corpus; dropped documents are never written.
        to: a new or empty folder, or one with this very export.
        masks: every shard in order with what the recipe keeps of it; taken once, and only if it is needed.
        selection: for the manifest: the recipe's name, text and hash, and the limits it came to.
        needs: columns that the recipe reads.
        format: a member of the registry.
        columns: what to write besides ``doc_id`` and ``key``: names of columns, ``all`` for every one that
            came with the documents, under the names they had, or fields under ours where sources call one
            otherwise. A name of ours that is taken by one of these gets the prefix ``assay.``.
        size: of a shard, see ``shard_size``.
        allow_partial: leave out documents for which a column needed is missing or stale, instead of
            refusing.
        progress: called as documents are written.
        words: those after ``assay export`` that ask for this again, the folder apart; kept in ``run.json``.
        edits: what becomes of the text, one after another; they change no other column and leave no
            document out.

    Raises:
        UnfinishedColumn: a column is partial or stale, and that is not allowed, or leaves nothing.
        MissingColumn: there is no such column.
        BadExport: the folder holds something else, or there is an edit and no text to write.
        NoSpace: the disk has too little room.
    """
    began = time.time()
    fields = fields_of(corpus, columns)
    if edits and not writes_text(fields):
        raise BadExport(
            f"The edit {edits[0].said['name']} changes the text, which is not written.",
            "Name all or text among --columns, or leave --edit out.",
        )
    used = _columns_used(corpus, needs, fields)
    plan = Plan(
        corpus=corpus,
        selection=selection,
        format=format_named(format),
        columns=columns,
        size=shard_size(size),
        allow_partial=allow_partial,
        fields=fields,
        used=used,
        left_out=left_out(corpus, used, allow_partial),
        dropped=dropped_ids(corpus.workspace),
        edits=edits,
    )
    request = _request(plan)
    with export_folder.only_writer(to):
        said = export_folder.finished(to, request)
        if said is not None:
            return _report(to, said, 0)
        done = export_folder.resumed(to, request, plan.format.suffix)
        keep = _Keep(corpus, masks, plan.left_out, plan.dropped)
        _check_space(plan, to, keep, done)
        try:
            entries = [*done, *_write_shards(plan, to, keep, done, progress)]
            said = _whole(request, entries)
            _write_run(to, corpus, began, words)
            manifest.write(to, said)
        except OSError as error:
            if error.errno != errno.ENOSPC and "No space left" not in str(error):
                raise
            raise NoSpace(
                f"There is no space left for {to}.",
                "Free some and run the same command again: shards that were finished stay.",
            ) from error
        export_folder.finish(to)
    return _report(to, said, len(entries) - len(done))


def write_columns(corpus: Corpus, columns: Sequence[str], out: Path) -> dict[str, Any]:
    """Write some columns of all documents that are not dropped to one Parquet file, in corpus order.

    Raises:
        UnfinishedColumn, MissingColumn: a column cannot be had whole.
    """
    fields = fields_of(corpus, columns)
    used = _columns_used(corpus, (), fields)
    left_out(corpus, used)
    everything = ((shard, np.ones(shard.rows, dtype=bool)) for shard in corpus.workspace.shards)
    keep = _Keep(corpus, everything, {}, dropped_ids(corpus.workspace))
    schema = pa.schema(
        [(field.name, field.type) for field in fields],
        metadata={"assay.columns": files.canonical({name: _lineage(corpus, name) for name in used})},
    )
    documents = 0
    with files.writing_outside(out) as path, format_named("parquet").open(path, schema) as write:
        for _, kept in row_groups(kept_documents(corpus, fields, keep.masks()), ShardSize("")):
            write(kept.table)
            documents += len(kept.doc_ids)
    return {"documents": documents, "columns": [field.name for field in fields]}


# --- what is asked for -----------------------------------------------------------------------------------


def _columns_used(corpus: Corpus, needs: Iterable[str], fields: Iterable[Field]) -> list[str]:
    written = {place for field in fields for place in field.places.values()}
    return sorted(
        {name for name in needs if corpus.column(name).family != DOCUMENTS}
        | {column for family, column in written if family not in (DOCUMENTS, TEXT)}
    )


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


def _request(plan: Plan) -> dict[str, Any]:
    """All of the manifest that is known before the first document: two exports equal in it are the same."""
    corpus, workspace = plan.corpus, plan.corpus.workspace
    counted = [name for name in (TOKENS, BYTES) if name in corpus.columns]
    computed = [
        name
        for name in {*plan.used, *(name for name in counted if corpus.columns[name].state == WHOLE)}
        if corpus.columns[name].family not in (DOCUMENTS, *corpus.faults)
    ]
    without = [shard for shard in workspace.shards if shard.number in plan.left_out]
    said = {
        "layout": manifest.LAYOUT,
        "assay": manifest.program_version(),
        "corpus": {
            "name": workspace.name,
            "fingerprint": workspace.fingerprint,
            "documents": workspace.documents - len(plan.dropped),
            "shards": len(workspace.shards),
            "part": dict(workspace.part),
            "dropped": len(plan.dropped),
            "tombstones": [
                {name: getattr(stone, name) for name in ("number", "reason", "selector", "documents")}
                for stone in workspace.tombstones
                if not stone.undone
            ],
        },
        "selection": dict(plan.selection),
        "export": {
            "format": plan.format.name,
            "columns": list(plan.columns),
            "shard_size": plan.size.said,
            "allow_partial": plan.allow_partial,
        },
        "edit": [edit.said for edit in plan.edits],
        "schema": [
            {
                "name": field.name,
                "type": str(field.type),
                **({"from": field.origins} if field.origins else {}),
            }
            for field in plan.fields
        ],
        "columns": {name: _lineage(corpus, name) for name in computed},
        "left_out": {
            "not_measured": sum(len(_places(shard, plan.dropped, False)) for shard in without),
            "columns": sorted({name for names in plan.left_out.values() for name in names}),
            "shards": [shard.number for shard in without],
        },
    }
    return dict(json.loads(files.canonical(said)))


# --- which documents -------------------------------------------------------------------------------------


class _Keep:
    """The keep mask of every shard, judged once and held at one bit a document."""

    def __init__(
        self, corpus: Corpus, masks: Masks, left_out: Mapping[int, object], dropped: NDArray[np.int64]
    ) -> None:
        self._shards = corpus.workspace.shards
        self._bits: list[NDArray[np.uint8]] = []
        self.kept: list[int] = []
        for expected, (shard, mask) in zip(self._shards, masks, strict=True):
            if shard.number != expected.number or mask.shape != (shard.rows,) or mask.dtype != np.bool_:
                raise ValueError(f"need the mask of {expected.name}, got {mask.dtype} {mask.shape}")
            left = mask & (shard.number not in left_out)
            left[_places(shard, dropped)] = False
            self._bits.append(np.packbits(left))
            self.kept.append(int(np.count_nonzero(left)))

    def masks(self, begin: int = 0) -> Iterator[tuple[Shard, NDArray[np.bool_]]]:
        """Shards with their masks; documents before ``doc_id`` ``begin`` are not kept."""
        for shard, bits in zip(self._shards, self._bits, strict=True):
            if shard.first + shard.rows > begin:
                mask = np.unpackbits(bits, count=shard.rows).astype(bool)
                mask[: max(0, begin - shard.first)] = False
                yield shard, mask


def _places(shard: Shard, dropped: NDArray[np.int64], inside: bool = True) -> NDArray[np.int64]:
    """Rows of a shard that are dropped, or those that are not."""
    low, high = np.searchsorted(dropped, [shard.first, shard.first + shard.rows])
    rows: NDArray[np.int64] = dropped[low:high] - shard.first
    return rows if inside else np.setdiff1d(np.arange(shard.rows), rows)


# --- the shards ------------------------------------------------------------------------------------------


def _check_space(plan: Plan, to: Path, keep: _Keep, done: Sequence[Mapping[str, Any]]) -> None:
    """Refuse to begin what the disk has no room for, by the compressed size of what is read."""
    need = 0.0
    for shard, kept in zip(plan.corpus.workspace.shards, keep.kept, strict=True):
        if kept:
            need += kept / shard.rows * _compressed(plan.corpus, shard, plan.fields)
    need -= sum(entry["size"] for entry in done)
    free = shutil.disk_usage(to).free
    if need > free:
        raise NoSpace(
            f"{to} needs about {need / 1e9:,.1f} GB, and its disk has {free / 1e9:,.1f} GB free.",
            "Free some, or give a folder on another disk with --to.",
        )


def expected_size(corpus: Corpus, columns: Sequence[str]) -> int:
    """About how many bytes these columns of all documents take on disk: as many as they take now.

    Raises:
        MissingColumn: there is no such column.
    """
    fields = fields_of(corpus, columns)
    return sum(_compressed(corpus, shard, fields) for shard in corpus.workspace.shards)


def _compressed(corpus: Corpus, shard: Shard, fields: Sequence[Field]) -> int:
    wanted: dict[Path, set[str]] = {}
    for one in fields:
        if shard.number in one.places:
            family, column = one.places[shard.number]
            if family == JUDGEMENT:  # a few bytes
                continue
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


def _write_shards(
    plan: Plan,
    to: Path,
    keep: _Keep,
    done: Sequence[Mapping[str, Any]],
    progress: Progress | None,
) -> Iterator[dict[str, Any]]:
    """Write the shards that are left; what the manifest says of each. An export of nothing has one, empty."""
    begin = done[-1]["next"] if done else 0
    written, total = sum(entry["documents"] for entry in done), sum(keep.kept)
    schema = pa.schema([(field.name, field.type) for field in plan.fields])
    stream = kept_documents(plan.corpus, plan.fields, keep.masks(begin), plan.edits)
    groups = row_groups(stream, plan.size)
    shards: Iterable[tuple[int, Iterable[tuple[int, Kept]]]] = groupby(groups, key=lambda pair: pair[0])
    if not total and not done:
        shards = [(0, ())]
    for number, parts in shards:
        name = export_folder.shard_name(len(done) + number)
        none = [0] * len(plan.edits)
        count = _Count(none, none, none)
        path = to / f"{name}{plan.format.suffix}"
        with files.writing(path) as temporary, plan.format.open(temporary, schema) as write:
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
            **({name: getattr(count, name) for name in manifest.EDITED} if plan.edits else {}),
            "size": path.stat().st_size,
            "sha256": files.sha256(path),
            "next": count.next,
        }
        export_folder.note(to, name, entry)
        yield entry


@dataclass
class _Count:
    """Of one shard; what is counted of edits, for each in their order."""

    documents_changed: list[int]
    documents_emptied: list[int]
    characters_removed: list[int]
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
        for name, values in zip(manifest.EDITED, (kept.changed, kept.emptied, kept.removed), strict=True):
            before = getattr(self, name)
            setattr(self, name, [a + int(b) for a, b in zip(before, values.sum(axis=0), strict=True)])
        self.next = int(kept.doc_ids[-1]) + 1


def _sum(before: int | None, values: NDArray[np.int64] | None) -> int | None:
    return None if before is None or values is None else before + int(values.sum())


# --- the end ---------------------------------------------------------------------------------------------


def _whole(request: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The manifest."""
    shards = [{name: value for name, value in entry.items() if name != "next"} for entry in entries]
    counts = {name: manifest.total(shards, name) for name in manifest.counted(request)}
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
        edits=manifest.edits_of(said),
    )


def _write_run(to: Path, corpus: Corpus, began: float, words: Sequence[str]) -> None:
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
        "export": list(words),
    }
    files.write_json(to / manifest.RUN, said)
