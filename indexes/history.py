"""What a corpus was on some dates: small files in the workspace's ``history/``, outside every hash.

A record is written where something has changed since the last one: after each command that writes, and when
the dashboard sees a corpus for the first time. It holds figures, never a document. Names of files are dates.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from indexes import families, files
from indexes.columns import JUDGEMENT, MISSING, RANDOM, UNITS, Column
from indexes.corpus import Corpus
from indexes.errors import Misaligned
from indexes.queries.make_up import make_up
from indexes.queries.shapes import shapes
from indexes.saying import command
from indexes.verdicts import in_utc, now
from indexes.workspace import Workspace

FOLDER = "history"
MOST = 100
"""Records that are kept: the first, and the newest."""
MOST_BYTES = 1_000_000
"""A larger file is no record."""
LABELS = ("domain", "source", "language")
NAMES = 20
"""Values of a label that stand in a record, those of most documents; the rest is their difference."""
LONGEST = 200
"""Characters of such a value."""
MEDIANS = 12
FIRST = ("tokens", "words", "characters", "bytes", "mean_word_length", "language_score")
"""Columns whose medians stand in a record before others; then scores, then what else there is."""


@dataclass(frozen=True)
class Record:
    """A corpus on one date.

    Attributes:
        when: ISO 8601 in UTC.
        documents: those that were not dropped; tokens, bytes: of these, None where not measured.
        shards: how many; identity: hash of their identities in order.
        drops: numbers of the tombstones that counted.
        columns: name -> (state, hash of how it was made); missing ones are left out.
        labels: label -> (value, None for not stated, documents, tokens, bytes) of its most frequent values.
        medians: column -> median over the documents that have one, or over a sample by ``random``.
    """

    when: str
    fingerprint: str
    shards: int
    identity: str
    drops: tuple[int, ...]
    columns: Mapping[str, tuple[str, str]]
    documents: int = 0
    tokens: int | None = None
    bytes: int | None = None
    labels: Mapping[str, tuple[tuple[str | None, int, int | None, int | None], ...]] = field(
        default_factory=dict
    )
    medians: Mapping[str, float] = field(default_factory=dict)

    def same(self, other: "Record") -> bool:
        """Whether it is of a corpus with the same documents and columns."""
        names = ("fingerprint", "identity", "drops", "columns")
        return all(getattr(self, name) == getattr(other, name) for name in names)


def identity_of(workspace: Workspace, shards: int) -> str:
    """Hash of the identities of the first shards of a workspace."""
    said = "".join(shard.identity for shard in workspace.shards[:shards])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def record_of(corpus: Corpus, last: Record | None = None) -> Record:
    """What a corpus is now; where nothing has changed since the last record, that one, without counting.

    Raises:
        MissingColumn, Misaligned: a column cannot be read.
    """
    workspace = corpus.workspace
    made = {
        name: (column.state, families.about_hash(column.lineage))
        for name, column in corpus.columns.items()
        if column.state != MISSING and column.kind != JUDGEMENT
    }
    record = Record(
        when=now(),
        fingerprint=workspace.fingerprint,
        shards=len(workspace.shards),
        identity=identity_of(workspace, len(workspace.shards)),
        drops=tuple(stone.number for stone in workspace.tombstones if not stone.undone),
        columns=made,
    )
    if last is not None and last.same(record):
        return last
    try:
        found = make_up(corpus)
        size = found.totals
        return replace(
            record,
            documents=size.documents,
            tokens=size.tokens,
            bytes=size.bytes,
            labels={name: _label(found.labels[name]) for name in LABELS if name in found.labels},
            medians=_medians(corpus) if size.documents else {},
        )
    except duckdb.Error as error:  # a file was removed or damaged since the corpus was opened
        raise Misaligned(
            f"{workspace.root} cannot be counted: {str(error).splitlines()[0][:200]}",
            f"See which file is damaged with: {command('verify', workspace.root)}",
        ) from None


def _label(counted: pl.DataFrame) -> tuple[tuple[str | None, int, int | None, int | None], ...]:
    rows = counted.select("label", *UNITS).head(NAMES).iter_rows()
    return tuple((None if value is None else value[:LONGEST], *counts) for value, *counts in rows)


def _medians(corpus: Corpus) -> dict[str, float]:
    def place(column: Column) -> tuple[int, int]:
        first = FIRST.index(column.name) if column.name in FIRST else len(FIRST)
        return first, 0 if column.kind == "score" else 1

    known = [
        corpus.columns[name]
        for name in corpus.ready()
        if corpus.columns[name].type in ("integer", "number")
        and corpus.columns[name].kind in ("signal", "score")
        and name != RANDOM
    ]
    names = [column.name for column in sorted(known, key=place)[:MEDIANS]]
    found = shapes(corpus, names)
    return {name: shape.middle for name, shape in found.items() if shape.middle is not None}


def keep(root: Path, record: Record) -> None:
    """Write a record, unless the last one says the same, and remove those in the middle of too many.

    Raises:
        OSError: the workspace cannot be written.
    """
    folder = root / FOLDER
    last = newest(root)  # read late: another process may have kept the same meanwhile
    if last is not None and last.same(record):
        return
    with files.writing_outside(folder / f"{record.when.replace(':', '')}.json") as temporary:
        temporary.write_bytes(files.canonical(asdict(record)) + b"\n")
    for path in _paths(root)[1 : -(MOST - 1)]:
        path.unlink(missing_ok=True)


def newest(root: Path) -> Record | None:
    """The last record that can be read; None where there is none."""
    return next((record for path in reversed(_paths(root)) if (record := _read(path)) is not None), None)


def records(root: Path) -> list[Record]:
    """Every record that can be read, the oldest first."""
    return [record for path in _paths(root) if (record := _read(path)) is not None]


def _paths(root: Path) -> list[Path]:
    return sorted((root / FOLDER).glob("[0-9]*.json"))


def _read(path: Path) -> Record | None:
    """A record; None where a file is damaged, or of another version: it is one date less."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        said: dict[str, Any] = files.read_json(path)
        said |= {name: _count(said[name]) for name in ("documents", "tokens", "bytes") if name in said}
        said["shards"] = int(said["shards"])
        said["medians"] = {str(name): float(middle) for name, middle in said.get("medians", {}).items()}
        said["when"] = in_utc(said["when"])
        said["drops"] = tuple(said["drops"])
        said["columns"] = {name: (str(state), str(made)) for name, (state, made) in said["columns"].items()}
        said["labels"] = {
            label: tuple(
                (None if value is None else str(value), *map(_count, counts))
                for value, *counts in rows
                if len(counts) == 3
            )
            for label, rows in said.get("labels", {}).items()
        }
        return Record(**said)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return None


def _count(said: Any) -> int | None:
    return None if said is None else int(said)
