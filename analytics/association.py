"""How do two columns go together? Do they rank documents alike, and have their ends the same documents?

All of it is of ranks, so that one outlier moves nothing and a column may be of any scale. A document counts
where both columns have a value. Equal values have the mean of their ranks (Spearman 1904; Kendall 1948,
chapter 3); where a tie goes across the cut of a top share, each of its documents is in it in part, as if lots
were drawn, each column its own.

Sources: Spearman, "The Proof and Measurement of Association between Two Things" (1904); Bonett and Wright,
"Sample size requirements for estimating Pearson, Kendall and Spearman correlations" (2000), for the interval;
the overlap of selected sets as in BETR (arXiv:2507.12466), who report what methods
share of their top 10 %.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import atanh, isnan, nan, sqrt, tanh

import numpy as np
from numpy.typing import NDArray

TENTHS = tuple(i / 10 for i in range(1, 10))
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
NORMAL = 1.959963984540054


@dataclass(frozen=True)
class Pairs:
    """Every pair of several columns.

    Attributes:
        names: of the columns.
        value: of each pair, shape (n_columns, n_columns); NaN where there is none.
        n: documents with both values, of the same shape.
    """

    names: tuple[str, ...]
    value: NDArray[np.float64]
    n: NDArray[np.int64]


@dataclass(frozen=True)
class Tenth:
    """Documents of one tenth of a column, and how another column lies in them.

    Attributes:
        low, high: the least and greatest value of the first column.
        documents: how many; where values are equal, not a tenth of all.
        quantiles: of the other column, at ``QUANTILES``.
    """

    low: float
    high: float
    documents: int
    quantiles: tuple[float, float, float, float, float]


def places(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The place of each value among the different ones, ascending from 0; -1 for NaN. Shape (n_docs,)."""
    there = ~np.isnan(values)
    found = np.full(values.shape, -1, np.int64)
    found[there] = np.unique(values[there], return_inverse=True)[1]
    return found


def both(a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Two columns' places where both have a value."""
    there = (a >= 0) & (b >= 0)
    return (a, b) if there.all() else (a[there], b[there])


def spearman(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    """Rank correlation of documents that have both values: Pearson's of their ranks, ties at their mean.

    Args:
        a: places of the documents in one column, 0 or more, shape (n_docs,).
        b: the same in the other.

    Returns:
        -1 to 1; NaN where a column is constant or there are fewer than two documents.
    """
    return _cosine(_scaled(a), _scaled(b))


def interval(rho: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a rank correlation of so many documents (Bonett and Wright 2000); NaN under 4.

    It is of the process that the documents came from, on the scale of Fisher's z with the variance
    (1 + rho^2 / 2) / (n - 3). There 1 and -1 are infinite, so that they have none: NaN.
    """
    if n < 4 or np.isnan(rho) or abs(rho) == 1:
        return nan, nan
    half = NORMAL * sqrt((1 + rho**2 / 2) / (n - 3))
    return tanh(atanh(rho) - half), tanh(atanh(rho) + half)


def shared(a: NDArray[np.int64], b: NDArray[np.int64], share: float) -> float:
    """Of the documents in the top ``share`` of one column, the part that is in the top of the other.

    By chance it would be ``share``. Both tops are of one size, so the part is the same from either side.

    Args:
        a: places of the documents in one column, 0 or more, shape (n_docs,).
        b: the same in the other.
        share: over 0, 1 at most.

    Returns:
        0 to 1; NaN where there is no document.

    Raises:
        ValueError: the share is not one.
    """
    if not 0 < share <= 1:
        raise ValueError(f"need a share over 0 and 1 at most, got {share}")
    return float(_in_top(a, share) @ _in_top(b, share) / (share * a.size)) if a.size else nan


def by_chance(share: float, n: int) -> tuple[float, float]:
    """Between what the part that two tops share lies by chance alone in 95 % of cases, 0 to 1; NaN under 2.

    The documents shared are hypergeometric: ``share`` of ``n``, drawn from ``n`` that hold as many; as a part
    of a top their mean is ``share`` and their variance (1 - share)^2 / (n - 1). Taken as normal.
    """
    if n < 2:
        return nan, nan
    half = NORMAL * (1 - share) / sqrt(n - 1)
    return max(0.0, share - half), min(1.0, share + half)


def jaccard(part: float) -> float:
    """Documents in both of two tops of one size by those in either, where ``part`` of each is in both."""
    return part / (2 - part)


def cut_ties(a: NDArray[np.int64], share: float) -> int:
    """Documents of equal value across which the top share's cut goes; 0 where it goes between values."""
    weight = _in_top(a, share)
    return int(np.count_nonzero((weight > 0) & (weight < 1)))


def correlations(columns: Mapping[str, NDArray[np.float64]]) -> Pairs:
    """Spearman's rank correlation of every pair, as ``spearman``.

    Args:
        columns: name -> values, NaN where there is none, each of shape (n_docs,).
    """
    return _pairs(columns, _scaled)


def shared_tops(columns: Mapping[str, NDArray[np.float64]], share: float) -> Pairs:
    """What the tops of every pair share, as ``shared``; a column shares all of its top with itself.

    Args:
        columns: name -> values, NaN where there is none, each of shape (n_docs,).
        share: of the documents that are a top, over 0, 1 at most.
    """
    return _pairs(columns, lambda place: _in_top(place, share) / sqrt(max(share * place.size, 1e-300)))


def _pairs(
    columns: Mapping[str, NDArray[np.float64]], weigh: Callable[[NDArray[np.int64]], NDArray[np.float64]]
) -> Pairs:
    """The inner product of what ``weigh`` makes of the places of each pair's documents."""
    found = [places(values) for values in columns.values()]
    k = len(found)
    value, n = np.full((k, k), nan), np.zeros((k, k), np.int64)
    for packed, pairs in _by_documents(found).items():
        rows = np.unpackbits(np.frombuffer(packed, np.uint8), count=found[0].size).astype(bool)
        whole = bool(rows.all())
        weighed = {
            column: weigh(found[column] if whole else found[column][rows])
            for column in sorted({column for pair in pairs for column in pair})
        }
        for i, j in pairs:
            n[i, j] = n[j, i] = weighed[i].size
            product = _cosine(weighed[i], weighed[j])
            value[i, j] = value[j, i] = 1.0 if i == j and not isnan(product) else product
    return Pairs(tuple(columns), value, n)


def _by_documents(found: list[NDArray[np.int64]]) -> dict[bytes, list[tuple[int, int]]]:
    """Pairs of columns, by the documents that have both: most often all of them, which are ranked once."""
    packed = [np.packbits(place >= 0) for place in found]
    pairs: dict[bytes, list[tuple[int, int]]] = {}
    for i, j in combinations_with_replacement(range(len(found)), 2):
        pairs.setdefault((packed[i] & packed[j]).tobytes(), []).append((i, j))
    return pairs


def within_tenths(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[Tenth]:
    """How ``y`` lies within each tenth of ``x``, over the documents with both; ascending by ``x``.

    Equal values of ``x`` stay together, so that there may be fewer than ten parts and unequal ones.

    Args:
        x: NaN where there is no value, shape (n_docs,).
        y: the same of the other column.
    """
    there = ~(np.isnan(x) | np.isnan(y))
    x, y = x[there], y[there]
    if not x.size:
        return []
    ends = np.unique(np.quantile(x, TENTHS, method="inverted_cdf"))
    part = np.searchsorted(ends, x, side="left")
    found = []
    for number in np.unique(part).tolist():
        inside = part == number
        low, lower, middle, upper, high = np.quantile(y[inside], QUANTILES, method="inverted_cdf").tolist()
        some = x[inside]
        found.append(
            Tenth(float(some.min()), float(some.max()), int(some.size), (low, lower, middle, upper, high))
        )
    return found


def _scaled(place: NDArray[np.int64]) -> NDArray[np.float64]:
    """Ranks, of equal values their mean, centred and of length 1; NaN where all are equal.

    Counting is enough to rank, as places are sorted already.
    """
    many = np.bincount(place)
    rank = np.cumsum(many) - (many + place.size) / 2
    length = sqrt(float(rank**2 @ many))
    return np.asarray((rank / length if length else rank * nan)[place], dtype=np.float64)


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Of two vectors of length 1 at most; NaN where they are empty."""
    if not a.size:
        return nan
    found = float(a @ b)
    return round(found) if abs(found) > 1 - 1e-12 else found


def _in_top(place: NDArray[np.int64], share: float) -> NDArray[np.float64]:
    """How far each document is in the top share of its column, 0 to 1; sums to ``share`` of all."""
    many = np.bincount(place)
    above = place.size - np.cumsum(many)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.clip((share * place.size - above) / many, 0, 1)
    return np.asarray(part[place], dtype=np.float64)
