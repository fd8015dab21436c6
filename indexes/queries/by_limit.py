"""What share of each group is kept by each of many limits of one column, and by the inverse of each?

One pass counts the documents of each group between two limits next to each other. A document without a value
is kept by no limit and by no inverse.

Source: A Pretrainer's Guide (Longpre and others 2024) keeps what lies on one side of a score's threshold, at
several thresholds, and as their inverse what lies on the other side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from indexes.corpus import Corpus
from indexes.queries.kept_by import Counted, groups_of, sums
from indexes.queries.values import places, values
from indexes.units import as_number, needed

LIMITS = 40
"""Limits that are tried, at equal shares of the documents."""
SAMPLE = 200_000
"""Documents whose values say where these lie, at most."""
ABOVE = (">=", ">")
SIDES = (*ABOVE, "<=", "<")
"""Operators that a limit is tried with."""

SQL = """
SELECT {place}, CASE WHEN {x} IS NULL THEN -1 ELSE {at} END AS at, {sums}
{corpus} WHERE measured GROUP BY ALL
"""


@dataclass(frozen=True)
class ByLimit:
    """What limits of a column keep of each group.

    Attributes:
        limits: ascending, shape (n_limits,).
        labels, pooled: as of ``indexes.queries.kept_by.KeptBy``.
        whole: of each group, shape (n_groups,).
        kept: by each limit, shape (n_groups, n_limits).
        inverse: by its inverse, of the same shape.
        n_small, n_large: as of ``KeptBy``.
    """

    limits: NDArray[np.float64]
    labels: Sequence[str | None]
    pooled: bool
    whole: Counted
    kept: Counted
    inverse: Counted
    n_small: int
    n_large: int


def limits_of(corpus: Corpus, column: str) -> tuple[float, ...]:
    """Different values of a column at equal shares of its documents, ascending; none where there is none."""
    rows = corpus.clause([], beside=[column])
    if corpus.documents > SAMPLE:
        rows += f" WHERE hash(key, 5) < {int(SAMPLE / corpus.documents * 2**64)}::UBIGINT"
    for _, x in values(corpus, [corpus.column(column)], rows):
        if x.size:
            at = places(x.size, np.linspace(0, 1, LIMITS + 1).tolist())
            found = np.unique(np.partition(x, np.unique(at))[at])
            return tuple(found[np.isfinite(found)].tolist())
    return ()


def by_limit(
    corpus: Corpus, column: str, op: str, limits: tuple[float, ...], label: str, unit: str
) -> ByLimit:
    """Count what each limit keeps of each value of a label, over the documents that are measured.

    Args:
        corpus: the documents.
        column: of numbers or dates (days since 1970).
        op: one of ``SIDES``: what is kept compares so with the limit.
        limits: ascending.
        label: as of ``kept_by``.
        unit: what a document weighs: ``documents``, ``tokens`` or ``bytes``.
    """
    clause = corpus.clause(dict.fromkeys([column, label]), needed(unit))
    groups = groups_of(corpus, label, clause)
    x = f"({as_number(corpus.column(column))})"
    rising = op in ABOVE
    ordered = limits if rising else limits[::-1]  # of those in this order a document passes the first ones
    sql = SQL.format(
        place=groups.place, x=x, at=_passed(x, op, ordered, 0, len(ordered)), sums=sums(unit), corpus=clause
    )
    found = corpus.frame(sql, [groups.stated])
    place, at = groups.places(found), found["at"].to_numpy()
    pooled = bool((place == len(groups.labels)).any())
    n = len(groups.labels) + pooled

    def counted(masks: Sequence[NDArray[np.bool_]]) -> Counted:
        return Counted(
            *(
                np.array([_sum(place[mask], found, name, mask, n) for mask in masks]).reshape(-1, n).T
                for name in ("documents", "weight", "squares")
            )
        )

    passes = [at > i for i in range(len(ordered))]
    fails = [(at >= 0) & (at <= i) for i in range(len(ordered))]
    every = counted([np.ones(at.size, bool)])
    return ByLimit(
        np.array(limits, np.float64),
        groups.labels,
        pooled,
        Counted(every.documents[:, 0], every.weight[:, 0], every.squares[:, 0]),
        counted(passes if rising else passes[::-1]),
        counted(fails if rising else fails[::-1]),
        groups.n_small,
        groups.n_large,
    )


def _sum(
    place: NDArray[np.int64], found: pl.DataFrame, name: str, mask: NDArray[np.bool_], n: int
) -> NDArray[np.float64]:
    return np.bincount(place, found[name].to_numpy()[mask], n).astype(np.float64)


def _passed(x: str, op: str, limits: Sequence[float], low: int, high: int) -> str:
    """SQL: how many of the first limits a value passes, found by halving."""
    if low == high:
        return str(low)
    middle = (low + high) // 2
    return (
        f"CASE WHEN {x} {op} {limits[middle]!r}::DOUBLE THEN {_passed(x, op, limits, middle + 1, high)} "
        f"ELSE {_passed(x, op, limits, low, middle)} END"
    )
