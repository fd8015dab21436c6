"""How is a column distributed?"""

from dataclasses import dataclass
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from indexes.corpus import Corpus
from indexes.quoting import quote
from indexes.units import needed, weight

OUTER = 0.0005
"""Share of documents at either end that the outer bins gather, so that a stray value does not flatten all."""

LARGEST = 4e307
"""No edge lies beyond, as the width of all bins would not be a number."""

RANGE = """
SELECT min(x) FILTER (isfinite(x)), max(x) FILTER (isfinite(x)),
    quantile_disc(x, [{outer}, 1 - {outer}]) FILTER (isfinite(x)),
    count(*) FILTER (WHERE x IS NULL), coalesce(sum(w) FILTER (WHERE x IS NULL), 0)::BIGINT,
    count(*), coalesce(sum(w), 0)::BIGINT
FROM (SELECT {x}::DOUBLE AS x, {weight} AS w {corpus} WHERE measured)
"""
BINS = """
SELECT bin, count(*)::BIGINT, sum(w)::BIGINT FROM (
    SELECT greatest(0, least({n} - 1, floor(({at} - ?) / ? + 1e-9)))::BIGINT AS bin, w
    FROM (SELECT {x}::DOUBLE AS x, {weight} AS w {corpus} WHERE measured) WHERE x IS NOT NULL
) GROUP BY bin
"""


@dataclass(frozen=True)
class Histogram:
    """A column's distribution over the documents that were measured.

    Attributes:
        edges: shape (n_bins + 1,), in the column's unit; the outer bins hold what lies beyond them too.
        documents: documents in each bin, shape (n_bins,).
        weights: their weight in the unit asked for, shape (n_bins,).
        log: the bins are equal on the axis log(1 + x).
        nulls, null_weight: documents without a value, and their weight.
        total, total_weight: all documents and their weight, nulls too.
        low, high: the least and greatest finite value; NaN where there is none.
    """

    edges: NDArray[np.float64]
    documents: NDArray[np.int64]
    weights: NDArray[np.int64]
    log: bool
    nulls: int
    null_weight: int
    total: int
    total_weight: int
    low: float
    high: float


def histogram(corpus: Corpus, column: str, unit: str, log: bool = False, bins: int = 72) -> Histogram:
    """Count a column's values in bins that are equal on a linear axis, or on that of log(1 + x).

    Args:
        corpus: the corpus.
        column: of numbers.
        unit: what the weights count: ``documents``, ``tokens`` or ``bytes``.
        log: equal bins on log(1 + x); only where no value is negative.
        bins: how many; fewer where whole numbers take fewer values.
    """
    integer = corpus.column(column).type == "integer"
    words = {"x": quote(column), "weight": weight(unit), "corpus": corpus.clause([column, *needed(unit)])}
    row = corpus.one(RANGE.format(outer=OUTER, **words))
    assert row is not None
    low, high, outer, nulls, null_weight, total, total_weight = row
    if low is None:
        nothing = np.empty(0, np.int64)
        return Histogram(
            np.empty(0), nothing, nothing, False, nulls, null_weight, total, total_weight, np.nan, np.nan
        )
    first, last = (min(max(float(value), -LARGEST), LARGEST) for value in outer)
    if low >= 0 and first <= (last - low) * 0.02:
        first = float(low)
    log = log and low >= 0
    edges = bin_edges(first, last, bins, log, integer)
    start, stop = (np.log1p(edges[[0, -1]])) if log else edges[[0, -1]]
    n = len(edges) - 1
    sql = BINS.format(n=n, at="ln(1 + x)" if log else "x", **words)
    counts = np.zeros((2, n), dtype=np.int64)
    for bin_, documents, weighed in (
        corpus.cursor().execute(sql, [float(start), float(stop - start) / n]).fetchall()
    ):
        counts[:, bin_] = documents, weighed
    if log and integer:
        edges, counts = whole_edges(edges, counts)
    return Histogram(
        edges, counts[0], counts[1], log, nulls, null_weight, total, total_weight, float(low), float(high)
    )


def whole_edges(
    edges: NDArray[np.float64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The same bins of whole numbers between whole edges; those in which no whole number lies are left out.

    Args:
        edges: shape (n_bins + 1,).
        counts: shape (k, n_bins).
    """
    up = np.ceil(edges - 1e-6)  # a bin from 1.3 to 2.7 holds what one from 2 to 3 does
    there = np.diff(up) > 0
    return np.append(up[:-1][there], up[-1]), counts[:, there]


def bin_edges(low: float, high: float, bins: int, log: bool, integer: bool) -> NDArray[np.float64]:
    """Edges of equal bins, shape (n + 1,); of whole numbers, none is narrower than one on a linear axis."""
    if high <= low:
        width = 1.0 if integer else max(abs(low) * 0.01, 0.01)
        return np.array([low, low + width]) if integer else np.array([low - width / 2, low + width / 2])
    if log:
        return np.asarray(
            np.expm1(np.linspace(np.log1p(low), np.log1p(high + (1 if integer else 0)), bins + 1)),
            dtype=np.float64,
        )
    if integer:
        width = max(1, -(-int(high - low + 1) // bins))
        return low + width * np.arange(-(-int(high - low + 1) // width) + 1, dtype=np.float64)
    step = nice((high - low) / bins)
    first = floor(low / step) * step
    steps = np.arange(int(np.ceil((high - first) / step + 1e-9)) + 1)
    return np.asarray(first + step * steps, dtype=np.float64)


def nice(step: float) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that is not under a step."""
    power = 10.0 ** floor(log10(step))
    return float(next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= step * (1 - 1e-9)))
