"""How is a column distributed over what only A keeps, only B, and both? Counted for many columns at once.

Bounded in memory: a column's values are laid on a grid of its own quantiles, a batch of documents at a time,
and only counts are held.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from indexes.columns import KEY, Column
from indexes.corpus import Corpus
from indexes.queries.values import AT_ONCE, places, values
from indexes.quoting import quote
from indexes.rule import Step, columns_of
from indexes.units import as_number

GRID = 512
"""Quantiles of the corpus between which a column's values are counted."""
SAMPLE = 200_000
"""Documents that the quantiles are of at most."""
COUNTED = 1_000_000
"""Documents that columns of numbers are counted over at most: a second for ten."""
SEED = 3
"""They are drawn by ``key`` and this, not by the column ``random``, on which a rule may cut."""
BATCH = 100_000
VALUES_AT_MOST = 500
"""Values of a label that are told apart, those that most documents have; the others are one more."""
PARTS = ("only_a", "only_b", "shared")

PART = "CASE WHEN ({a}) THEN CASE WHEN ({b}) THEN 2 ELSE 0 END WHEN ({b}) THEN 1 END"
"""Where in ``PARTS`` a document lies; null where neither keeps it. Over answers that are never null."""
KEPT = "SELECT __part {columns} FROM (SELECT {part} AS __part {columns} FROM {answered}) WHERE __part >= 0"
ANSWERED = "(SELECT {a} AS __a, {b} AS __b {columns} {corpus} WHERE measured {drawn})"
MOST_OF = """ranked AS (
    SELECT *, row_number() OVER (ORDER BY only_a + only_b + 2 * shared DESC, label) AS place FROM counted
)
SELECT label, only_a, only_b, shared, FALSE AS rest FROM ranked WHERE place <= {most}
UNION ALL
SELECT NULL, sum(only_a)::BIGINT, sum(only_b)::BIGINT, sum(shared)::BIGINT, TRUE
FROM ranked WHERE place > {most} HAVING count(*) > 0
"""
"""The labels of ``counted`` that most documents have, and all others as one row."""
LABEL = """
WITH counted AS (
    SELECT label, count(*) FILTER (__part = 0) AS only_a, count(*) FILTER (__part = 1) AS only_b,
        count(*) FILTER (__part = 2) AS shared
    FROM (SELECT __part, {label} AS label FROM ({kept})) GROUP BY label
), {most_of}
"""


@dataclass(frozen=True)
class Parted:
    """How many documents of each part lie where on a column's grid.

    Attributes:
        grid: distinct values of the column, ascending, shape (n,), n at most ``GRID + 1``.
        counts: documents of each of ``PARTS`` below the first value of the grid, at it, between it and the
            next, at that, and so on, and above the last; shape (2 n + 1, 3).
        nulls: documents of each part without a value, shape (3,).
    """

    grid: NDArray[np.float64]
    counts: NDArray[np.int64]
    nulls: NDArray[np.int64]


def parted(
    corpus: Corpus, a: Sequence[Step], b: Sequence[Step], names: tuple[str, ...], most: int = COUNTED
) -> dict[str, Parted]:
    """Count documents on the grid of each of some columns of numbers, booleans or dates.

    Args:
        corpus: the documents.
        a: steps of a recipe, resolved (``indexes.queries.top``).
        b: those of the other one.
        names: the columns; those without a single value are left out of the answer.
        most: about how many documents are counted; of more, those are drawn by ``key``.
    """
    columns = [corpus.column(name) for name in names]
    grid_of = dict(grids(corpus, columns))
    columns = [column for column in columns if column.name in grid_of]
    found: dict[str, Parted] = {}
    for first in range(0, len(columns), AT_ONCE):
        some = columns[first : first + AT_ONCE]
        said = [f"({as_number(column)})::DOUBLE AS __c{i}" for i, column in enumerate(some)]
        aliases = [f"__c{i}" for i in range(len(some))]
        names_of = [column.name for column in some]
        sql, given = _kept(corpus, a, b, names_of, said, aliases, drawn(corpus, most))
        counts = [np.zeros((2 * grid_of[column.name].size + 2, len(PARTS)), np.int64) for column in some]
        for batch in corpus.cursor().sql(sql, params=given).to_arrow_reader(BATCH):
            part = batch["__part"].to_numpy().astype(np.int64)
            for i, column in enumerate(some):
                x = batch[f"__c{i}"].to_numpy(zero_copy_only=False)
                counts[i] += laid(x, part, grid_of[column.name])
        for column, count in zip(some, counts, strict=True):
            found[column.name] = Parted(grid_of[column.name], count[:-1], count[-1])
    return found


def label_parts(corpus: Corpus, a: Sequence[Step], b: Sequence[Step], label: str) -> pl.DataFrame:
    """Documents of each value of a label in each of ``PARTS``.

    Args:
        corpus: the documents.
        a: steps of a recipe, resolved (``indexes.queries.top``).
        b: those of the other one.
        label: a column of labels; of dates, their years.

    Returns:
        ``label`` (null where not stated), ``only_a``, ``only_b``, ``both``, and ``rest``: true of the one row
        that holds all values beyond ``VALUES_AT_MOST``; most documents first.
    """
    value = f"year({quote(label)}::DATE)" if corpus.column(label).type == "date" else quote(label)
    kept, given = _kept(corpus, a, b, [label], [f"{value}::VARCHAR AS __label"], ["__label"])
    return corpus.frame(
        LABEL.format(label="__label", kept=kept, most_of=MOST_OF.format(most=VALUES_AT_MOST)), given
    )


def _kept(
    corpus: Corpus,
    a: Sequence[Step],
    b: Sequence[Step],
    names: Sequence[str],
    said: Sequence[str],
    aliases: Sequence[str],
    drawn: str = "",
) -> tuple[str, list[object]]:
    """SQL that gives part and columns of each document that a recipe keeps, and what is bound to it."""
    columns = "".join(f", {alias}" for alias in aliases)
    answered = ANSWERED.format(
        a=all_true(a),
        b=all_true(b),
        columns="".join(f", {one}" for one in said),
        corpus=corpus.clause(columns_of([*a, *b]), beside=names),
        drawn=f"AND {drawn}" if drawn else "",
    )
    sql = KEPT.format(part=PART.format(a="__a", b="__b"), columns=columns, answered=answered)
    return sql, [value for step in (*a, *b) for value in step.values]


def all_true(steps: Sequence[Step]) -> str:
    """SQL: whether every step is true of a document; never null. Binds their values."""
    return f"(({' AND '.join(step.sql() for step in steps) or 'TRUE'}) IS TRUE)"


def grids(corpus: Corpus, columns: Sequence[Column]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Column -> ``GRID`` quantiles of it, each once, ascending; those without a value are left out."""
    rows = corpus.clause([], beside=[column.name for column in columns])
    if some := drawn(corpus, SAMPLE):
        rows += f" WHERE {some}"
    for column, x in values(corpus, columns, rows):
        if x.size:
            at = places(x.size, np.linspace(0, 1, GRID + 1).tolist())
            yield column.name, np.unique(np.partition(x, np.unique(at))[at])


def drawn(corpus: Corpus, most: int, by: str = KEY) -> str:
    """SQL: whether a document is among about so many; empty where all are."""
    if corpus.documents <= most:
        return ""
    return f"hash({apart(by)}, {SEED}) < {int(most / corpus.documents * 2**64)}::UBIGINT"


def apart(by: str) -> str:
    """SQL of what a document is drawn by: documents without an identity one by one, not all or none."""
    return by if by == KEY else f"coalesce({by}, {KEY})"


def laid(x: NDArray[np.float64], part: NDArray[np.int64], grid: NDArray[np.float64]) -> NDArray[np.int64]:
    """Documents at each place of the grid in each part, the last row those without a value."""
    place = np.searchsorted(grid, x)
    spot = 2 * place + (grid[np.minimum(place, grid.size - 1)] == x)
    spot[np.isnan(x)] = 2 * grid.size + 1
    n = len(PARTS)
    return np.bincount(spot * n + part, minlength=(2 * grid.size + 2) * n).reshape(-1, n)
