"""A workspace: the folder in which a corpus lives, as ``corpus.toml`` describes it.

A shard's place is its number; its documents are ``first`` to ``first + rows - 1``. Its identity is a hash
over its keys in row order and the footer of the file that holds its text: it stands in every column file
computed from it, since ``doc_id`` proves nothing (two corpora of one shape have the same).
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import tomli_w
import xxhash
from numpy.typing import NDArray

from indexes import files
from indexes.errors import NewerWorkspace, NoWorkspace
from indexes.saying import command, counted

FORMAT = 1
"""Version of the layout on disk; a workspace of a higher one is refused."""

CORPUS = "corpus.toml"

FIRST_LOOK = "first_look"
"""Key of the part taken: of how many files the first documents, where a workspace is a first look."""


@dataclass(frozen=True)
class SourceFile:
    """A file that was taken in: where it lay, what it was, and what became of its rows."""

    path: str
    source: str
    size: int
    changed: int
    """Time of change as the file system gives it, in ns."""
    content: str
    """Hash that knows the file wherever it lies: of the footer and size for Parquet, else of its bytes."""
    rows: int
    quarantined: int = 0
    not_drawn: int = 0


@dataclass(frozen=True)
class TextPlace:
    """Where a shard's text lies. ``path`` is empty where it was copied into the documents file."""

    column: str = "text"
    path: str = ""
    size: int = 0
    changed: int = 0
    footer: str = ""


@dataclass(frozen=True)
class Shard:
    """One Parquet file of documents, rows in the order of ``doc_id``."""

    number: int
    first: int
    rows: int
    identity: str
    text: TextPlace = TextPlace()
    files: tuple[SourceFile, ...] = ()
    bytes: int | None = None
    """UTF-8 bytes of its text where it was copied; None where it is read in place."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The source's own column name -> the stored column that holds its values, in the file's order."""

    @property
    def name(self) -> str:
        return f"shard-{self.number:05d}"

    @property
    def file(self) -> str:
        return f"{self.name}.parquet"


@dataclass(frozen=True)
class Tombstone:
    """One ``drop``: the documents it names are left out by every query, sample, index and export."""

    number: int
    reason: str
    selector: str
    documents: int
    digest: str
    undone: bool = False


@dataclass(frozen=True)
class Workspace:
    """A corpus on disk at one moment."""

    root: Path
    name: str
    shards: tuple[Shard, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    """Stored column of the documents -> its one type over all shards, as Arrow writes it."""
    part: Mapping[str, Any] = field(default_factory=dict)
    """What part of the sources was taken; empty for all of it."""
    ingest: Mapping[str, Any] = field(default_factory=dict)
    """The running or last ingest: its arguments and whether it is complete."""
    tombstones: tuple[Tombstone, ...] = ()
    others: tuple[SourceFile, ...] = ()
    """Files that gave no document: empty, or with no row that was drawn or could be taken in."""

    @property
    def documents(self) -> int:
        """How many documents there are, dropped ones counted too."""
        return self.shards[-1].first + self.shards[-1].rows if self.shards else 0

    @property
    def complete(self) -> bool:
        """False while files of an ingest that was begun are missing."""
        return bool(self.ingest.get("complete", True))

    @cached_property
    def fingerprint(self) -> str:
        """Changes when a shard or a tombstone does; 16 hexadecimal digits."""
        active = sorted(stone.digest for stone in self.tombstones if not stone.undone)
        return xxhash.xxh3_64_hexdigest(files.canonical([[shard.identity for shard in self.shards], active]))

    @property
    def first_look(self) -> bool:
        """Whether it holds only the first documents of some files, while another takes in the whole."""
        return FIRST_LOOK in self.part

    @property
    def part_sentence(self) -> str:
        """What was taken, for the place beside the corpus's name; empty for all of it."""
        if FIRST_LOOK in self.part:
            found, of = self.part[FIRST_LOOK], self.part["of"]
            return f"the first documents of {f'{found:,} of ' if found < of else ''}{counted(of, 'file')}"
        said = [f"a sample of {self.part['sample']}"] if "sample" in self.part else []
        for key, noun in (("limit", "document"), ("shards", "file")):
            if key in self.part:
                number = self.part[key]
                said.append(f"the first {noun}" if number == 1 else f"the first {counted(number, noun)}")
        return ", ".join(said)

    def shard_of(self, doc_id: int) -> Shard:
        """The shard that holds a document, by arithmetic: the last that begins there, others being empty."""
        return self.shards[int(np.searchsorted(self._starts, doc_id, side="right")) - 1]

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.array([shard.first for shard in self.shards], dtype=np.int64)

    def documents_file(self, shard: Shard) -> Path:
        return self.root / f"documents/{shard.file}"

    def column_file(self, family: str, shard: Shard) -> Path:
        return self.root / f"columns/{family}/{shard.file}"

    def tombstone_files(self) -> list[Path]:
        """Files of the ``doc_id``s that were dropped, and not taken back."""
        active = [stone for stone in self.tombstones if not stone.undone]
        return [self.root / f"tombstones/{stone.number:05d}.parquet" for stone in active]


def identity_of(keys: NDArray[np.uint64], footer: str) -> str:
    """A shard's identity, 32 hexadecimal digits, of its keys in order and the footer of its text's file."""
    digest = xxhash.xxh3_128(np.ascontiguousarray(keys, dtype="<u8").tobytes())
    digest.update(footer.encode())
    return str(digest.hexdigest())


def footer_hash(path: Path) -> str:
    """Hash of a Parquet file's footer, which holds the place and statistics of every piece of it."""
    with path.open("rb") as file:
        file.seek(-8, 2)
        tail = file.read(8)
        if tail[4:] != b"PAR1":
            raise ValueError(f"{path.name} does not end as a Parquet file")
        length = int.from_bytes(tail[:4], "little")
        file.seek(-8 - length, 2)
        return str(xxhash.xxh3_128_hexdigest(file.read(length)))


def read_workspace(root: Path) -> Workspace:
    """Read what a workspace holds; no column is looked at.

    Raises:
        NoWorkspace: the folder holds no ``corpus.toml``.
        NewerWorkspace: a newer version wrote it.
    """
    path = root / CORPUS
    try:
        status = path.stat()
        described = _described(path, status.st_mtime_ns, status.st_size, status.st_ino)
    except (FileNotFoundError, NotADirectoryError):
        raise NoWorkspace(
            f"{root} is not a workspace: it holds no {CORPUS}.",
            f"Make one with: {command('ingest', 'FILES...', '--to', root)}",
        ) from None
    except OSError as error:
        raise NoWorkspace(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from error
    return replace(described, tombstones=tuple(read_tombstones(root)))


@lru_cache(maxsize=8)
def _described(path: Path, changed: int, size: int, inode: int) -> Workspace:
    """What ``corpus.toml`` says, parsed once: 0.3 s for 2,000 shards. The numbers are its key."""
    root, text = path.parent, path.read_text(encoding="utf-8")
    try:
        said = tomllib.loads(text)
        found = int(said["format"])
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise NoWorkspace(
            f"{path} is damaged: {error}.", "Ingest the files again into a new folder."
        ) from error
    if found > FORMAT:
        raise NewerWorkspace(
            f"{root} was written by a newer Assay (layout {found}, this one reads up to {FORMAT}).",
            "Update Assay, or open the workspace with the version that wrote it.",
        )
    return Workspace(
        root=root,
        name=said["name"],
        shards=tuple(_shards(said.get("shard", ()))),
        sources=tuple(said.get("source", ())),
        columns=said.get("columns", {}),
        part=said.get("part", {}),
        ingest=said.get("ingest", {}),
        others=tuple(SourceFile(**file) for file in said.get("file", ())),
    )


def _shards(tables: Iterable[Mapping[str, Any]]) -> Iterable[Shard]:
    first = 0
    for table in tables:
        yield Shard(
            number=table["number"],
            first=first,
            rows=table["rows"],
            identity=table["identity"],
            text=TextPlace(**table.get("text", {})),
            files=tuple(SourceFile(**file) for file in table.get("file", ())),
            bytes=table.get("bytes"),
            names=table.get("names", {}),
        )
        first += table["rows"]


def write_workspace(workspace: Workspace) -> None:
    """Write ``corpus.toml``. The caller holds the lock."""
    shards = []
    for shard in workspace.shards:
        table: dict[str, Any] = {"number": shard.number, "rows": shard.rows, "identity": shard.identity}
        if shard.text != TextPlace():
            table["text"] = vars(shard.text)
        if shard.bytes is not None:
            table["bytes"] = shard.bytes
        if shard.names:
            table["names"] = dict(shard.names)
        table["file"] = [vars(file) for file in shard.files]
        shards.append(table)
    said = {
        "format": FORMAT,
        "name": workspace.name,
        "ingest": dict(workspace.ingest),
        "part": dict(workspace.part),
        "columns": dict(workspace.columns),
        "source": [dict(source) for source in workspace.sources],
        "shard": shards,
        "file": [vars(file) for file in workspace.others],
    }
    files.write_text(workspace.root / CORPUS, tomli_w.dumps(said))


def read_tombstones(root: Path) -> Iterable[Tombstone]:
    """Every drop so far, undone ones too, in their order."""
    for path in sorted((root / "tombstones").glob("[0-9]*.json")):
        yield Tombstone(**files.read_json(path))


def dropped_ids(workspace: Workspace) -> NDArray[np.int64]:
    """``doc_id`` of every dropped document, ascending, shape (n_dropped,)."""
    found = [pq.read_table(path)["doc_id"].to_numpy() for path in workspace.tombstone_files()]
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
