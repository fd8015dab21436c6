"""Vectors on disk: the static model that makes them, the column of them, and the FAISS index over them.

Vectors are a column family like any other, one file a shard. The index is a flat one: an exact search by
inner product. It is an immutable folder that holds what was not dropped and has a vector, and ``current``
names the newest.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pyarrow as pa
import xxhash
from numpy.typing import NDArray

from indexes import families, files
from indexes.columns import DOC_ID, DOCUMENTS, KEY
from indexes.errors import UnfinishedColumn
from indexes.memory import require
from indexes.saying import command
from indexes.workspace import Shard, Workspace, dropped_ids

FAMILY = "embedding"
COLUMN = "embedding"
CURRENT = "current"
RANKING = 100
"""Bytes a document that a ranking takes beside the vectors."""


def write_model(path: Path, name: str, pieces: NDArray[np.int16], tokenizer: bytes) -> None:
    """Keep a static model. Two that make the same one at once are harmless: the later rename wins."""
    with files.writing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, name=np.array(name), pieces=pieces, tokenizer=np.frombuffer(tokenizer, dtype=np.uint8))


def read_model(path: Path) -> tuple[str, NDArray[np.int16], bytes] | None:
    """A kept model: name, pieces and tokenizer; None where there is none, or none that can be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return str(kept["name"]), kept["pieces"], kept["tokenizer"].tobytes()
    except (FileNotFoundError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def write_vectors(
    workspace: Workspace, shard: Shard, vectors: NDArray[np.float16], about: dict[str, Any]
) -> None:
    """Write the vectors of one shard, shape (rows, dim); NaN where a document has none becomes null."""
    missing = np.isnan(vectors[:, 0])
    values = pa.array(np.where(missing[:, None], np.float16(0), vectors).ravel())
    column = pa.FixedSizeListArray.from_arrays(values, vectors.shape[1], mask=pa.array(missing))
    families.write_shard(workspace, FAMILY, shard, pa.table({COLUMN: column}), about)


def read_shard(workspace: Workspace, shard: Shard) -> NDArray[np.float16]:
    """The vectors of one shard, shape (rows, dim); NaN where a document has none."""
    column = families.read_column(workspace, FAMILY, shard, [COLUMN])[COLUMN].combine_chunks()
    if isinstance(column, pa.ChunkedArray):  # of an empty shard
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    values = column.values.to_numpy(zero_copy_only=False)
    vectors: NDArray[np.float16] = values.reshape(len(column), column.type.list_size).astype(np.float16)
    vectors[np.asarray(column.is_null())] = np.nan
    return vectors


@dataclass(frozen=True, eq=False)
class Vectors:
    """The vectors of a whole corpus, one row a document in order of ``doc_id``.

    Attributes:
        keys: shape (n_docs,).
        vectors: shape (n_docs, dim); NaN where a document has none or was dropped.
    """

    keys: NDArray[np.uint64]
    vectors: NDArray[np.float16]


def read_vectors(workspace: Workspace, dim: int) -> Vectors:
    """Read the vectors of all documents: 2 * dim + 8 bytes each, and refuse if ranking them does not fit.

    Raises:
        AssayError: they and a ranking's own columns do not fit in memory.
        Misaligned: a file does not belong to its shard.
    """
    require((2 * dim + 8 + RANKING) * workspace.documents, f"Ranking {workspace.documents:,} documents")
    keys = np.empty(workspace.documents, dtype=np.uint64)
    vectors = np.empty((workspace.documents, dim), dtype=np.float16)
    for shard in workspace.shards:
        rows = slice(shard.first, shard.first + shard.rows)
        keys[rows] = families.read_column(workspace, DOCUMENTS, shard, [KEY])[KEY].to_numpy()
        vectors[rows] = read_shard(workspace, shard)
    vectors[dropped_ids(workspace)] = np.nan
    return Vectors(keys, vectors)


@dataclass(frozen=True, eq=False)
class VectorIndex:
    """An open index. Safe to share between threads.

    Attributes:
        model: hash of the model that made the vectors; a query must be embedded by it.
        doc_ids: of the index's rows, ascending, shape (n_vectors,).
    """

    model: str
    doc_ids: NDArray[np.int64]
    flat: Any

    def search(
        self, queries: NDArray[np.floating], count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The most similar documents to each query, the most similar first.

        Args:
            queries: shape (n_queries, dim), of unit length.
            count: how many; there may be fewer.

        Returns:
            ``doc_id`` and similarity, each of shape (n_queries, at most count).
        """
        count = min(count, len(self.doc_ids))
        if not count:
            return np.empty((len(queries), 0), np.int64), np.empty((len(queries), 0), np.float32)
        similarity, rows = self.flat.search(np.ascontiguousarray(queries, dtype=np.float32), count)
        return self.doc_ids[rows], similarity


def index_folder(workspace: Workspace) -> Path:
    """The folder of all indexes of this kind."""
    return workspace.root / "indexes" / FAMILY


def build_index(workspace: Workspace, model: str, dim: int) -> Path:
    """Build the index over all vectors unless it is there; the one before is removed once this one is whole.

    The caller holds the lock, and the vectors of every shard are there. Takes 4 * dim bytes a document.

    Args:
        workspace: the corpus.
        model: hash of the model that made the vectors.
        dim: length of a vector.
    """
    folder = index_folder(workspace)
    name = str(xxhash.xxh3_64_hexdigest(files.canonical([workspace.fingerprint, model, dim])))
    path = folder / name
    if not path.exists():
        require((4 * dim + 16) * workspace.documents, f"Indexing {workspace.documents:,} vectors")
        flat = faiss.IndexFlatIP(dim)
        found = [np.empty(0, dtype=np.int64)]
        dropped = dropped_ids(workspace)
        for shard in workspace.shards:
            vectors = read_shard(workspace, shard)
            doc_ids = np.arange(shard.first, shard.first + shard.rows)
            there = ~np.isnan(vectors[:, 0]) & ~np.isin(doc_ids, dropped)
            flat.add(vectors[there].astype(np.float32))
            found.append(doc_ids[there])
        with files.writing(path) as temporary:
            temporary.mkdir()
            faiss.write_index(flat, str(temporary / "index.faiss"))
            np.save(temporary / f"{DOC_ID}.npy", np.concatenate(found))
            files.write_json(temporary / "about.json", {"corpus": workspace.fingerprint, "model": model})
    if not (folder / CURRENT).exists() or (folder / CURRENT).read_text().strip() != name:
        files.write_text(folder / CURRENT, f"{name}\n")
    for older in folder.iterdir():
        if older.is_dir() and older.name != name:
            files.remove(older)
    return path


def open_index(workspace: Workspace) -> VectorIndex:
    """Open the current index.

    Raises:
        UnfinishedColumn: there is none, or the corpus has changed since.
    """
    folder = index_folder(workspace)
    again = f"Bring it up to date with: {command('embed', workspace.root)}"
    try:
        path = folder / (folder / CURRENT).read_text().strip()
        about = files.read_json(path / "about.json")
        # Mapped, not read: an index in use goes on being read after it was replaced.
        flat = faiss.read_index(str(path / "index.faiss"), faiss.IO_FLAG_MMAP_IFC)
        doc_ids = np.load(path / f"{DOC_ID}.npy")
    except FileNotFoundError:
        raise UnfinishedColumn(f"{workspace.root} has no index of vectors.", again) from None
    if about["corpus"] != workspace.fingerprint:
        raise UnfinishedColumn(f"The corpus has changed since the vectors in {path} were indexed.", again)
    return VectorIndex(about["model"], doc_ids, flat)
