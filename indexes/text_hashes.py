"""A hash of each document's text, so that documents of two corpora can be told to have the same one.

It is computed when it is first asked for: all text is read once, a few megabytes at a time, and eight bytes
a document are held. They lie beside the caches, as disposable as these, and in a table of the process's
DuckDB instance as a column more of the corpus.
"""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from indexes import caches
from indexes.columns import Column
from indexes.corpus import Corpus, going, instance
from indexes.keys import keys_of_texts
from indexes.quoting import quote
from indexes.texts import text_batches
from indexes.workspace import Workspace

TEXT_HASH = "__text_hash"
"""The column: null where there is no text, or it is not UTF-8."""
NAME = "text-hashes"
A_SECOND = 70_000_000
"""Bytes of text that are read and hashed in a second, about (measured on one core: 105 MB in 1.4 s)."""


def text_size(workspace: Workspace) -> int:
    """Bytes of text to be read, as far as they are known: of text read in place, those of its files."""
    return sum(shard.text.size if shard.bytes is None else shard.bytes for shard in workspace.shards)


def is_hashed(workspace: Workspace, folder: Path | None) -> bool:
    """Whether that is done, and would cost nothing more."""
    path = _file(workspace, folder)
    return _table(workspace) in _made or (path is not None and path.exists())


def hashed(corpus: Corpus, folder: Path | None, begin: float = 0.0, end: float = 1.0) -> Corpus:
    """The same corpus with the column ``TEXT_HASH``.

    Args:
        corpus: the documents.
        folder: where caches lie, if anything may be written there.
        begin: what ``indexes.corpus.going`` is told at its beginning.
        end: and at its end.

    Raises:
        SourceChanged, FileFault: text cannot be read.
        Stopped: the work of which this is a part was stopped.
    """
    workspace, table = corpus.workspace, _table(corpus.workspace)
    if not workspace.shards:
        held = "(SELECT NULL::UBIGINT AS hash WHERE FALSE)"
    else:
        if table not in _made:
            _make(workspace, folder, table, begin, end)
        held = table
    relation = f"(SELECT hash AS {TEXT_HASH} FROM {held})"
    column = Column(TEXT_HASH, "integer", NAME, kind="metadata")
    return replace(
        corpus,
        columns={**corpus.columns, TEXT_HASH: column},
        relations={**corpus.relations, NAME: relation},
    )


def _make(workspace: Workspace, folder: Path | None, table: str, begin: float, end: float) -> None:
    path = _file(workspace, folder)
    if path is not None and path.exists():
        held = pq.read_table(path)
    else:
        held = pa.table({"hash": _hashes(workspace, begin, end)})
        if path is not None:
            caches.keep_table(held, path, NAME)
    with _making:
        cursor = instance().cursor()
        cursor.register("hashed_now", held)
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT hash FROM hashed_now")
        cursor.unregister("hashed_now")
        _made.add(table)


def _hashes(workspace: Workspace, begin: float, end: float) -> pa.Array:
    """The hash of every document's text, in the order of ``doc_id``."""
    n, done = workspace.documents, 0
    hashes, there = np.zeros(n, np.uint64), np.zeros(n, bool)
    for shard in workspace.shards:
        for batch in text_batches(workspace, shard):
            going(begin + (end - begin) * done / n)
            valid = batch.is_valid().to_numpy(zero_copy_only=False)
            there[done : done + len(batch)] = valid
            hashes[done : done + len(batch)][valid] = keys_of_texts(pc.drop_null(batch))
            done += len(batch)
    return pa.array(hashes, mask=~there)


def _table(workspace: Workspace) -> str:
    return f"memory.{quote(f'text_hashes_{workspace.fingerprint}')}"


def _file(workspace: Workspace, folder: Path | None) -> Path | None:
    return None if folder is None else folder / f"{NAME}-{workspace.fingerprint}.parquet"


_making = threading.Lock()
_made: set[str] = set()
