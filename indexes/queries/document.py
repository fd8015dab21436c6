"""One document: which is meant, what its columns say, and where it lies in the corpus."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from indexes.columns import DOC_ID, KEY
from indexes.corpus import Corpus
from indexes.quoting import quote

ONE = "SELECT * {corpus} WHERE doc_id = ?"
FIND = "SELECT doc_id {corpus} WHERE {column} = ? ORDER BY doc_id LIMIT 1"
COPY = "SELECT doc_id {corpus} WHERE key = ?::UBIGINT ORDER BY doc_id LIMIT 1 OFFSET ?"
COPIES_BEFORE = "SELECT count(*) {corpus} WHERE key = ?::UBIGINT AND doc_id < ?"
NUMBER = re.compile("[0-9]{1,18}")
PLACE = """
SELECT {places} {corpus} WHERE measured
"""


def row(corpus: Corpus, doc_id: int) -> dict[str, Any] | None:
    """Every plain column of a document, with ``doc_id`` and ``key``; None where it was dropped."""
    names = [name for name in corpus.ready() if corpus.columns[name].type != "other"]
    relation = corpus.cursor().execute(ONE.format(corpus=corpus.clause(names)), [doc_id])
    found = relation.fetchone()
    if found is None:
        return None
    return dict(zip([said[0] for said in relation.description or []], found, strict=True))


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


@dataclass(frozen=True)
class Place:
    """Where one value lies: the corpus's 1, 25, 50, 75 and 99 %, and the share of documents below it."""

    quantiles: tuple[float, ...]
    share_below: float


def places(corpus: Corpus, values: Mapping[str, float]) -> dict[str, Place]:
    """Where a document lies in the corpus, for several columns in one pass.

    Args:
        corpus: the corpus.
        values: column of numbers -> the document's value.

    Returns:
        column -> place. ``share_below``, 0 to 1: documents with a lesser value, and half of the equal ones,
        over those with a value.
    """
    if not values:
        return {}
    said = []
    bound: list[Any] = []
    for name, value in values.items():
        x = quote(name)
        said.append(
            f"quantile_disc({x}, [0.01, 0.25, 0.5, 0.75, 0.99]), count({x}), "
            f"count(*) FILTER (WHERE {x} < ?), count(*) FILTER (WHERE {x} = ?)"
        )
        bound += [value, value]
    found = corpus.one(PLACE.format(places=", ".join(said), corpus=corpus.clause(values)), bound)
    assert found is not None
    made = {}
    for i, name in enumerate(values):
        quantiles, count, below, equal = found[4 * i : 4 * i + 4]
        if count:
            made[name] = Place(tuple(float(q) for q in quantiles), (below + equal / 2) / count)
    return made


NEXT = "SELECT doc_id {corpus} WHERE doc_id {sign} ? ORDER BY doc_id {way} LIMIT 1"


def neighbour(corpus: Corpus, doc_id: int, step: int) -> int | None:
    """The document before (``step`` -1) or after (1) another one, dropped ones left out."""
    sign, way = (">", "ASC") if step > 0 else ("<", "DESC")
    found = corpus.one(NEXT.format(corpus=corpus.clause([]), sign=sign, way=way), [doc_id])
    return None if found is None else int(found[0])


ABOUT = "SELECT {names} {corpus} WHERE doc_id = ANY(?::BIGINT[]) ORDER BY doc_id"


def about(corpus: Corpus, doc_ids: Sequence[int], names: Sequence[str]) -> pl.DataFrame:
    """Some columns of some documents: ``doc_id``, ``key`` and those asked for, by ``doc_id``."""
    said = ", ".join(quote(name) for name in dict.fromkeys([DOC_ID, KEY, *names]))
    return corpus.frame(ABOUT.format(names=said, corpus=corpus.clause(names)), [list(doc_ids)])
