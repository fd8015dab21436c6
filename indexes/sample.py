"""A seeded sample of a corpus, from which a first answer comes while the exact one is counted.

Its strata are cells of shard and source (the 50 most frequent; the rest as one). Every cell gives its part
of the sample, and more where its shard would give fewer than ``min(200, n / shards)`` documents or its source
fewer than 500, and at least two; the rows of a cell are its smallest by ``key`` and seed, so that a larger
sample contains a smaller one, and a colleague has the same. A document weighs as many as its cell has for
each one drawn: counted as plain rows of their shard, such floors biased a rate by 18 points (tried).

The sample is a corpus like any other: the same queries run on it. Its tables lie in the process's DuckDB
instance, one a family, made when a column of it is first asked for, and beside the caches as Parquet files,
so that they are read back in milliseconds; they are as disposable as the caches.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash
from numpy.typing import NDArray

from indexes import caches, files
from indexes.columns import DOC_ID, DOCUMENTS, KEY, Column
from indexes.corpus import Corpus, Passing, instance
from indexes.keys import uniform_by_key
from indexes.positions import MEASURED
from indexes.quoting import quote

SIZE = 200_000
"""Documents of a sample, about."""

SEED = 2
"""Not that of the column ``random``, nor that of ``ingest --sample``: a rule on ``random`` would else keep
all of the sample or none."""

SOURCES, OF_A_SOURCE, OF_A_SHARD = 50, 500, 200

CELL, PLACE = "__cell", "__place"
"""The columns of a sample's documents that say in which cell one lies, and where in the order of cells."""


@dataclass(frozen=True)
class Sample:
    """A sample of a corpus.

    Attributes:
        corpus: the sampled documents, with the columns ``__cell`` and ``__place`` more. A document's place
            counts those of the sample before it, by cell and then ``doc_id``.
        size: documents of the whole corpus in each cell, shape (n_cells,).
        drawn: of them in the sample, 1 or more, shape (n_cells,).
        shard: the number of the shard in which a cell lies, shape (n_cells,).
    """

    corpus: Corpus
    size: NDArray[np.int64]
    drawn: NDArray[np.int64]
    shard: NDArray[np.int64]
    known: dict[str, NDArray[np.float64]] = field(default_factory=dict, compare=False)
    """Values by place that were asked for."""

    @property
    def documents(self) -> int:
        return int(self.drawn.sum())

    def by_place(self, name: str) -> NDArray[np.float64]:
        """A column of counts, null as 0, shape (n_docs,); it is read once."""
        if name not in self.known:
            whole = self.corpus.whole
            value, of = f"coalesce({quote(name)}, 0)::DOUBLE", whole.clause([], [name, PLACE])
            rows = whole.cursor().execute(f"SELECT {PLACE}, {value} AS value {of}").fetchnumpy()
            values = np.zeros(self.documents)
            values[rows[PLACE]] = rows["value"]
            self.known[name] = values
        return self.known[name]


def sample_of(corpus: Corpus, folder: Path | None = None, n: int = SIZE) -> Sample | None:
    """The sample of a corpus; None where it would be the corpus itself.

    Args:
        corpus: the documents.
        folder: where caches lie, if anything may be written there.
        n: about how many documents.
    """
    if corpus.documents <= n:
        return None
    drawn = _drawn(_Asked(corpus, folder, n))
    if len(drawn.doc_ids) == corpus.documents:
        return None
    tables = _Tables(corpus, drawn, folder)
    more = {name: Column(name, "integer", DOCUMENTS, kind="metadata") for name in (CELL, PLACE)}
    sampled = replace(corpus, relations=tables, columns={**corpus.columns, **more}, dropped="")
    return Sample(sampled, drawn.size, drawn.taken, drawn.shard)


def draw(
    keys: NDArray[np.uint64],
    shard: NDArray[np.int64],
    source: NDArray[np.int64],
    n: int,
    seed: int = SEED,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw documents from each cell of shard and source.

    Args:
        keys: shape (n_docs,).
        shard: the number of each document's shard, shape (n_docs,).
        source: the number of each document's source, 0 to 50, 50 for all that are rare; shape (n_docs,).
        n: about how many.
        seed: another one draws others.

    Returns:
        positions of the drawn documents, ascending; the cell of every document, shape (n_docs,), numbered
        from 0 in the order of shard and source.
    """
    _, cells = np.unique(shard * (SOURCES + 1) + source, return_inverse=True)
    cells = cells.astype(np.int64)
    size = np.bincount(cells)
    first = np.empty(size.size, np.int64)
    first[cells[::-1]] = np.arange(cells.size)[::-1]
    wanted = allocate(size, shard[first], source[first], n)
    drawn = uniform_by_key(keys, seed)
    # Most documents are far from being drawn; a cell whose share shows too few is looked at whole.
    near = drawn < ((wanted + 6 * np.sqrt(wanted) + 6) / size)[cells]
    short = np.bincount(cells[near], minlength=size.size) < wanted
    chosen = np.flatnonzero(near | short[cells])
    order = chosen[np.lexsort((chosen, keys[chosen], drawn[chosen], cells[chosen]))]
    begins = np.searchsorted(cells[order], np.arange(size.size))
    place = np.arange(order.size) - begins[cells[order]]
    return np.sort(order[place < wanted[cells[order]]]), cells


def allocate(
    size: NDArray[np.int64], shard: NDArray[np.int64], source: NDArray[np.int64], n: int
) -> NDArray[np.int64]:
    """How many documents each cell gives; for a greater ``n`` never fewer.

    Args:
        size: documents of each cell, over 0, shape (n_cells,).
        shard: its shard, shape (n_cells,).
        source: its source, 50 for all that are rare; shape (n_cells,).
        n: about how many in all; the floors come on top.
    """
    total = int(size.sum())
    _, shards = np.unique(shard, return_inverse=True)
    in_shard = np.bincount(shards, weights=size)[shards]
    in_source = np.bincount(source, weights=size)[source]
    floor = min(OF_A_SHARD, n / (shards.max() + 1))
    rate = np.maximum(n / total, floor / in_shard)
    rate = np.maximum(rate, np.where(source < SOURCES, OF_A_SOURCE / in_source, 0.0))
    wanted = np.maximum(np.ceil(size * rate - 1e-9), 2)
    return np.asarray(np.minimum(wanted, size), dtype=np.int64)


# ------------------------------------------------------------------------------------- kept beside the caches


@dataclass(frozen=True)
class _Drawn:
    """What was drawn: ``doc_id`` and cell of each document, and the cells. Ascending by ``doc_id``."""

    print: str
    doc_ids: NDArray[np.int64]
    cells: NDArray[np.int64]
    size: NDArray[np.int64]
    taken: NDArray[np.int64]
    shard: NDArray[np.int64]


@dataclass(frozen=True)
class _Asked:
    """A corpus to draw from; equal where the same would be drawn."""

    corpus: Corpus = field(compare=False)
    folder: Path | None = field(compare=False)
    n: int
    print: str = ""

    def __post_init__(self) -> None:
        said = [2, self.corpus.fingerprint, self.corpus.relations[DOCUMENTS], self.n, SEED]
        object.__setattr__(self, "print", str(xxhash.xxh3_64_hexdigest(files.canonical(said))))


@lru_cache(maxsize=16)
def _drawn(asked: _Asked) -> _Drawn:
    corpus = asked.corpus
    path = None if asked.folder is None else asked.folder / f"sample-{asked.print}.parquet"
    if path is not None and path.exists():
        table = pq.read_table(path)
    else:
        table = _draw(corpus, asked.n)
        if path is not None:
            caches.keep_table(table, path, "sample")
    doc_ids, cells, size, shard = (
        table[name].to_numpy().astype(np.int64) for name in (DOC_ID, CELL, "size", "shard")
    )
    _, first, taken = np.unique(cells, return_index=True, return_counts=True)
    return _Drawn(asked.print, doc_ids, cells, size[first], taken, shard[first])


def _draw(corpus: Corpus, n: int) -> pa.Table:
    label = ["source"] if "source" in corpus.ready() else []
    value = "coalesce(source, '')" if label else "''"
    of = corpus.clause(label)
    frequent = corpus.frame(
        f"SELECT {value} AS value {of} GROUP BY value ORDER BY count(*) DESC, value LIMIT {SOURCES}"
    )["value"].to_list()
    place = f"coalesce(nullif(list_position(?, {value}), 0), {SOURCES + 1}) - 1"
    found = corpus.frame(f"SELECT doc_id, key, ({place})::BIGINT AS place {of} ORDER BY doc_id", [frequent])
    doc_ids = found[DOC_ID].to_numpy().astype(np.int64)
    first = np.array([shard.first for shard in corpus.workspace.shards], np.int64)
    shard = np.searchsorted(first, doc_ids, side="right") - 1
    positions, cells = draw(found[KEY].to_numpy(), shard, found["place"].to_numpy().astype(np.int64), n)
    size = np.bincount(cells)[cells[positions]]
    return pa.table(
        {DOC_ID: doc_ids[positions], CELL: cells[positions], "size": size, "shard": shard[positions]}
    )


class _Tables(Mapping[str, str]):
    """Family -> the table of its sampled rows in order, made when it is first asked for."""

    def __init__(self, corpus: Corpus, drawn: _Drawn, folder: Path | None) -> None:
        self.corpus, self.drawn, self.folder = corpus, drawn, folder

    def __iter__(self) -> Iterator[str]:
        return iter(self.corpus.relations)

    def __len__(self) -> int:
        return len(self.corpus.relations)

    def __getitem__(self, family: str) -> str:
        said = [self.drawn.print, family, self.corpus.relations[family]]
        print_ = str(xxhash.xxh3_64_hexdigest(files.canonical(said)))
        name = f"memory.{quote(f'sample_{family}_{print_}')}"
        TABLES.use(name, lambda: self._make(family, print_, name))
        return name

    def _make(self, family: str, print_: str, name: str) -> None:
        path = None if self.folder is None else self.folder / f"sample-{family}-{print_}.parquet"
        if path is not None and path.exists():
            rows = pq.read_table(path)
        else:
            rows = self._rows(family)
            if path is not None:
                caches.keep_table(rows, path, f"sample-{family}")
        cursor = instance().cursor()
        cursor.register("sampled_now", rows)
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM sampled_now")
        cursor.unregister("sampled_now")

    def _rows(self, family: str) -> pa.Table:
        corpus, ids = self.corpus, pa.table({DOC_ID: self.drawn.doc_ids})
        names = [
            column.name
            for column in corpus.columns.values()
            if column.family == family and column.type != "other" and column.name in corpus.ready()
        ]
        cursor = corpus.cursor()
        cursor.register("drawn_now", ids)
        partial = f", {MEASURED} AS __measured" if family in corpus.gaps else ""
        said = ", ".join(quote(name) for name in names) or "1 AS __nothing"
        first = f"{DOC_ID}, {KEY}, " if family == DOCUMENTS else ""
        rows: pa.Table = cursor.sql(
            f"SELECT {first}{said}{partial} {corpus.clause(names)} SEMI JOIN drawn_now USING ({DOC_ID}) "
            f"ORDER BY {DOC_ID}"
        ).to_arrow_table()
        cursor.unregister("drawn_now")
        if family != DOCUMENTS:
            return rows
        place = np.empty(len(self.drawn.cells), np.int32)
        place[np.argsort(self.drawn.cells, kind="stable")] = np.arange(place.size)
        return rows.append_column(CELL, pa.array(self.drawn.cells)).append_column(PLACE, pa.array(place))


TABLES = Passing(32)
"""Tables of samples: they are read back from beside the caches when they are asked for again."""
