"""Two corpora: which documents are in both, and how is each column distributed in one and in the other?

A document is the same where an identity is: its ``key``, or a hash of its text (``indexes.text_hashes``).
Copies are paired one to one, as in multisets: of a document that stands twice in A and once in B one is in
both and one only in A. So what is in both has one size, and with what is only in A it comes to all of A.
Where a document has other tokens or bytes in A than in B, the lesser number is in both. A document without
an identity (no text to hash) is like no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from indexes.columns import BYTES, KEY, TOKENS
from indexes.corpus import Corpus
from indexes.queries.funnel import Amount
from indexes.queries.parted import (
    BATCH,
    COUNTED,
    MOST_OF,
    PARTS,
    VALUES_AT_MOST,
    Parted,
    apart,
    drawn,
    grids,
    laid,
)
from indexes.queries.values import AT_ONCE
from indexes.quoting import quote
from indexes.units import as_number

AT_A_TIME = 4_000_000
"""Documents of both corpora that are grouped at a time: of more, a part of all identities after another."""

SIDE = """
SELECT {id} AS id, count(*) AS n {sums}, min(doc_id) AS doc {corpus} WHERE {part} GROUP BY {id}
"""
BETWEEN = """
SELECT coalesce(sum(a.n), 0)::BIGINT, coalesce(sum(b.n), 0)::BIGINT,
    coalesce(sum(least(a.n, b.n)) FILTER (a.n > 0 AND b.n > 0), 0)::BIGINT,
    coalesce(sum(a.n - 1) FILTER (a.id IS NOT NULL), 0)::BIGINT,
    coalesce(sum(b.n - 1) FILTER (b.id IS NOT NULL), 0)::BIGINT,
    arg_min({{'doc': a.doc, 'at': hash(a.id, ?)}}, hash(a.id, ?), ?) FILTER (b.n IS NULL),
    arg_min({{'doc': b.doc, 'at': hash(b.id, ?)}}, hash(b.id, ?), ?) FILTER (a.n IS NULL),
    arg_min({{'doc': a.doc, 'at': hash(a.id, ?)}}, hash(a.id, ?), ?) FILTER (a.n > 0 AND b.n > 0),
    arg_min({{'doc': b.doc, 'at': hash(b.id, ?)}}, hash(b.id, ?), ?) FILTER (a.n > 0 AND b.n > 0)
    {sums}
FROM ({a}) AS a FULL JOIN ({b}) AS b ON a.id = b.id
"""
SUMS = """, coalesce(sum(a.{0}), 0)::BIGINT, coalesce(sum(b.{0}), 0)::BIGINT,
    coalesce(sum(least(a.{0}, b.{0})) FILTER (a.n > 0 AND b.n > 0), 0)::BIGINT"""

ROWS = """
SELECT {id} AS id, row_number() OVER (PARTITION BY {id} ORDER BY doc_id) AS copy {columns} {corpus} {where}
"""
PAIRED = """
SELECT a.copy IS NOT NULL AS in_a, b.copy IS NOT NULL AS in_b {columns}
FROM ({a}) AS a FULL JOIN ({b}) AS b ON a.id = b.id AND a.copy = b.copy
"""
LABEL = """
WITH paired AS ({paired}), counted AS (
    SELECT label, count(*) FILTER (part = 0) AS only_a, count(*) FILTER (part = 1) AS only_b,
        count(*) FILTER (part = 2) AS shared
    FROM (
        SELECT a0 AS label, CASE WHEN in_b AND a0 IS NOT DISTINCT FROM b0 THEN 2 ELSE 0 END AS part
        FROM paired WHERE in_a
        UNION ALL
        SELECT b0, 1 FROM paired WHERE in_b AND NOT (in_a AND a0 IS NOT DISTINCT FROM b0)
    ) GROUP BY label
), {most_of}
"""


@dataclass(frozen=True)
class Between:
    """What two corpora share.

    Attributes:
        a, b, both: documents, tokens and bytes; None where it was not counted.
        copies_a, copies_b: documents of each that are one more of another one.
        drawn_a, drawn_b: ``doc_id`` of documents that are only in A, only in B, in the order of a seed.
        drawn_both_a, drawn_both_b: in both, as A and as B number them.
        looked_at: the part of all identities that this was counted of, 1 for all of them.
    """

    a: Amount
    b: Amount
    both: Amount
    copies_a: int
    copies_b: int
    drawn_a: tuple[int, ...]
    drawn_b: tuple[int, ...]
    drawn_both_a: tuple[int, ...]
    drawn_both_b: tuple[int, ...]
    looked_at: float = 1.0

    @property
    def either(self) -> int:
        """Documents in A or in B, those of both once."""
        return self.a.documents + self.b.documents - self.both.documents

    @property
    def only_a(self) -> Amount:
        return _less(self.a, self.both)

    @property
    def only_b(self) -> Amount:
        return _less(self.b, self.both)


def between(
    a: Corpus,
    b: Corpus,
    by: str = KEY,
    units: tuple[str, ...] = (TOKENS, BYTES),
    draw: int = 0,
    seed: int = 0,
    about: int | None = None,
) -> Between:
    """Count what two corpora share.

    Args:
        a: a corpus.
        b: another one.
        by: the column that says which documents are the same; null is like nothing else.
        units: what is counted beside documents, of columns that both have.
        draw: documents that are drawn of each kind at most.
        seed: by which, with the identity: 0 <= seed < 2**63.
        about: look at about so many documents only, those of a part of all identities, and multiply: the
            same part of both corpora, so that what they share is seen. All if None.
    """
    both = a.documents + b.documents
    parts = max(1, -(-both // (about or AT_A_TIME)))
    counted = [name for name in units if name in a.ready() and name in b.ready()]
    rows = []
    for part in range(1 if about else parts):
        inside = f"hash({apart(by)}) % {parts} = {part}" if parts > 1 else "TRUE"
        sides = (_side(corpus, by, counted, inside) for corpus in (a, b))
        sql = BETWEEN.format(
            a=next(sides), b=next(sides), sums="".join(SUMS.format(name) for name in counted)
        )
        row = a.one(sql, [seed, seed, max(draw, 1)] * 4)
        assert row is not None
        rows.append(row)
    scale = parts if about else 1
    whole = [sum(row[i] for row in rows) * scale for i in range(5)]
    sums = {
        name: [sum(row[9 + 3 * i + j] for row in rows) * scale for j in range(3)]
        for i, name in enumerate(counted)
    }
    of_a, of_b, of_both = (
        Amount(whole[j], *(sums[name][j] if name in sums else None for name in (TOKENS, BYTES)))
        for j in range(3)
    )
    only_a, only_b, both_a, both_b = (_first([row[5 + i] for row in rows], draw) for i in range(4))
    return Between(
        of_a, of_b, of_both, whole[3], whole[4], only_a, only_b, both_a, both_b, looked_at=1 / scale
    )


def parted_between(
    a: Corpus, b: Corpus, names: tuple[str, ...], by: str = KEY, most: int = COUNTED
) -> dict[str, Parted]:
    """Where on a column's grid documents of A and of B lie, of columns of numbers that both have.

    A document that is in both and has one value there is ``shared``; with two values it is one of A's and
    one of B's. The grid is of quantiles of both.

    Args:
        a: a corpus.
        b: another one.
        names: the columns; those without a single value in either are left out of the answer.
        by: as in ``between``.
        most: about how many documents of each are counted; of more, those are drawn by the identity, so that
            what the corpora share is drawn in both.
    """
    laid_on = _both_grids(a, b, names)
    there = [name for name in names if name in laid_on]
    found: dict[str, Parted] = {}
    for first in range(0, len(there), AT_ONCE // 2):
        some = there[first : first + AT_ONCE // 2]
        of_a, of_b = ([f"({as_number(corpus.column(name))})::DOUBLE" for name in some] for corpus in (a, b))
        counts = [np.zeros((2 * laid_on[name].size + 2, len(PARTS)), np.int64) for name in some]
        sql = _paired(a, b, by, some, of_a, of_b, most)
        for batch in a.cursor().sql(sql).to_arrow_reader(BATCH):
            in_a, in_b = (batch[f"in_{side}"].to_numpy(zero_copy_only=False) for side in "ab")
            for i, name in enumerate(some):
                x, y = (batch[f"{side}{i}"].to_numpy(zero_copy_only=False) for side in "ab")
                shared = in_a & in_b & ((x == y) | (np.isnan(x) & np.isnan(y)))
                alone = in_b & ~shared
                counts[i] += laid(x[in_a], np.where(shared[in_a], 2, 0), laid_on[name])
                counts[i] += laid(y[alone], np.ones(alone.sum(), np.int64), laid_on[name])
        for name, count in zip(some, counts, strict=True):
            found[name] = Parted(laid_on[name], count[:-1], count[-1])
    return found


def labels_between(a: Corpus, b: Corpus, label: str, by: str = KEY, most: int = COUNTED) -> pl.DataFrame:
    """Documents of each value of a label that both corpora have, as ``indexes.queries.parted.label_parts``.

    Arguments are those of ``parted_between``.
    """
    dated = f"year({quote(label)}::DATE)::VARCHAR"
    of_a, of_b = (
        dated if corpus.column(label).type == "date" else f"{quote(label)}::VARCHAR" for corpus in (a, b)
    )
    paired = _paired(a, b, by, [label], [of_a], [of_b], most)
    return a.frame(LABEL.format(paired=paired, most_of=MOST_OF.format(most=VALUES_AT_MOST)))


def _side(corpus: Corpus, by: str, counted: Sequence[str], part: str) -> str:
    sums = "".join(f", sum(coalesce({name}, 0)) AS {name}" for name in counted)
    clause = corpus.clause([], beside=[*counted, by])
    return SIDE.format(id=by, sums=sums, corpus=clause, part=part)


def _paired(
    a: Corpus,
    b: Corpus,
    by: str,
    names: Sequence[str],
    of_a: Sequence[str],
    of_b: Sequence[str],
    most: int,
) -> str:
    """SQL: a row for each document of either, those of both in one: ``in_a``, ``in_b``, ``a0``, ``b0``."""
    sides = [
        ROWS.format(
            id=by,
            columns="".join(f", {one} AS c{i}" for i, one in enumerate(said)),
            corpus=corpus.clause([], beside=[*names, by]),
            where=f"WHERE {mark}" if (mark := drawn(corpus, most, by)) else "",
        )
        for corpus, said in ((a, of_a), (b, of_b))
    ]
    columns = "".join(f", a.c{i} AS a{i}, b.c{i} AS b{i}" for i in range(len(of_a)))
    return PAIRED.format(a=sides[0], b=sides[1], columns=columns)


def _both_grids(a: Corpus, b: Corpus, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    found: dict[str, NDArray[np.float64]] = {}
    for corpus in (a, b):
        for name, grid in grids(corpus, [corpus.column(name) for name in names]):
            found[name] = np.union1d(found[name], grid) if name in found else grid
    return found


def _first(lists: Sequence[list[dict[str, int]] | None], n: int) -> tuple[int, ...]:
    """``doc_id`` of the ``n`` that come first, of several parts."""
    every = sorted((one["at"], one["doc"]) for part in lists for one in part or ())
    return tuple(doc for _, doc in every[:n])


def _less(whole: Amount, part: Amount) -> Amount:
    sizes = (
        None if one is None or other is None else one - other
        for one, other in ((whole.tokens, part.tokens), (whole.bytes, part.bytes))
    )
    return Amount(whole.documents - part.documents, *sizes)
