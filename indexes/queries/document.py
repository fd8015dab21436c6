"""One document: which is meant, what its columns say, and where it lies in the corpus."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from indexes.caches import is_cache
from indexes.columns import DOC_ID, DOCUMENTS, KEY, RANDOM
from indexes.corpus import Corpus
from indexes.positions import at
from indexes.queries.values import places, values
from indexes.quoting import quote, quoted
from indexes.workspace import dropped_ids

FIND = "SELECT doc_id {corpus} WHERE {column} = ? ORDER BY doc_id LIMIT 1"
COPY = "SELECT doc_id {corpus} WHERE key = ?::UBIGINT ORDER BY doc_id LIMIT 1 OFFSET ?"
COPIES_BEFORE = "SELECT count(*) {corpus} WHERE key = ?::UBIGINT AND doc_id < ?"
NUMBER = re.compile("[0-9]{1,18}")
STEPS = 200
SAMPLE = 200_000
"""Documents that a grid is made of at most."""


def row(corpus: Corpus, doc_id: int) -> dict[str, Any] | None:
    """Every plain column of a document, with ``doc_id`` and ``key``; None where it was dropped."""
    names = [name for name in corpus.ready() if corpus.columns[name].type != "other"]
    found = about(corpus, [doc_id], names)
    return found.row(0, named=True) if found.height else None


def find(corpus: Corpus, said: str) -> int | None:
    """The document that a person means by its ``doc_id``, its address, its source id or its URL."""
    said = said.strip()
    key, _, copy = said.partition("-")
    if len(key) == 16 and set(key) <= set("0123456789abcdef") and (not copy or NUMBER.fullmatch(copy)):
        sql = COPY.format(corpus=corpus.clause([]))
        found = corpus.one(sql, [int(key, 16), int(copy or 0)])
        if found is not None:
            return int(found[0])
    if NUMBER.fullmatch(said) and int(said) < corpus.workspace.documents:
        sql = FIND.format(corpus=corpus.clause([]), column=DOC_ID)
        found = corpus.one(sql, [int(said)])
        if found is not None:
            return int(found[0])
    for column in ("id", "url"):
        if column in corpus.columns:
            sql = FIND.format(corpus=corpus.clause([column]), column=quote(column))
            found = corpus.one(sql, [said])
            if found is not None:
                return int(found[0])
    return None


def address(corpus: Corpus, doc_id: int, key: int) -> str:
    """A document's address: its key, with a counter among copies of the same key."""
    found = corpus.one(COPIES_BEFORE.format(corpus=corpus.clause([])), [key, doc_id])
    copies = int(found[0]) if found else 0
    return f"{key:016x}" + (f"-{copies}" if copies else "")


def grids(corpus: Corpus, columns: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """What a document is compared with: each column's values at every half per cent.

    Args:
        corpus: the corpus.
        columns: of numbers. Of more than ``SAMPLE`` documents, so many are looked at.

    Returns:
        column -> ``STEPS + 1`` values, ascending; empty where the column has none.
    """
    if not columns:
        return {}
    shares = [i / STEPS for i in range(STEPS + 1)]
    few = f"WHERE random < {SAMPLE / corpus.documents!r}" if corpus.documents > SAMPLE else ""
    rows = f"{corpus.clause([], beside=[*columns, RANDOM])} {few}"
    found = values(corpus, [corpus.column(name) for name in columns], rows)
    return {
        column.name: tuple(np.sort(there)[places(there.size, shares)].tolist()) if there.size else ()
        for column, there in found
    }


def share_below(grid: Sequence[float], value: float) -> float:
    """Share of documents with a lesser value, and half of those with the same, 0 to 1; to half a per cent."""
    return (bisect_left(grid, value) + bisect_right(grid, value)) / 2 / len(grid)


def position(corpus: Corpus, doc_id: int) -> int:
    """The place of a document among those that are looked at, from 1."""
    if corpus.view:
        found = corpus.one(f"SELECT count(*) {corpus.clause([])} WHERE doc_id <= ?", [doc_id])
        return int(found[0]) if found else 0
    return doc_id + 1 - int(np.searchsorted(dropped_ids(corpus.workspace), doc_id))


def dropped_as(corpus: Corpus, said: str) -> str | None:
    """Why the document that a person means was dropped; None where it was not, or is none."""
    if not corpus.dropped:
        return None
    doc_id = find(replace(corpus, dropped=""), said)
    if doc_id is None:
        return None
    workspace = corpus.workspace
    for stone in workspace.tombstones:
        if not stone.undone and doc_id in dropped_ids(replace(workspace, tombstones=(stone,))):
            return stone.reason
    return None


ABOUT = "SELECT {names} {corpus} WHERE doc_id = ANY(?::BIGINT[]) ORDER BY doc_id"


def about(corpus: Corpus, doc_ids: Sequence[int], names: Sequence[str]) -> pl.DataFrame:
    """``doc_id``, ``key`` and the columns asked for of documents that are looked at, by ``doc_id``.

    Of families that are caches, the rows alone are read. *Measured*, 50 documents of ten million, eight
    columns of five families, two busy cores: 0.1 s; asked of the families side by side, 1.9.

    Raises:
        MissingColumn, Misaligned: a column cannot be had.
    """
    side_by_side = corpus.clause([], beside=names)  # refuses what cannot be asked
    wanted = np.unique(np.array(doc_ids, dtype=np.int64))
    by_family: dict[str, list[str]] = {DOCUMENTS: [KEY]}
    for name in dict.fromkeys(names):
        if name not in (DOC_ID, KEY):
            by_family.setdefault(corpus.column(name).family, []).append(name)
    said = list(dict.fromkeys([DOC_ID, KEY, *names]))
    if not all(is_cache(corpus.relations[family]) for family in by_family):
        return corpus.frame(ABOUT.format(names=quoted(said), corpus=side_by_side), [wanted.tolist()])
    wanted = wanted[(wanted >= 0) & (wanted < corpus.workspace.documents)]
    if corpus.dropped:
        wanted = wanted[~np.isin(wanted, dropped_ids(corpus.workspace))]
    if corpus.view:
        wanted = wanted[corpus.frame(at(corpus.view, ["kept"]), [wanted.tolist()])["kept"].to_numpy()]
    found = pl.DataFrame({DOC_ID: wanted})
    for family, columns in by_family.items():
        side = corpus.frame(at(corpus.relations[family], columns), [wanted.tolist()])
        found = found.join(side, on=DOC_ID, maintain_order="left")
    return found.select(said)
