"""How sure a share is that was counted on a sample: its 95 % interval.

The sample is stratified (``indexes.sample``): in each cell every document was equally likely. The variance
of a share is that of a stratified sample with the correction for a finite population (Cochran 1977, Sampling
Techniques, 5.3 and 5.9), of a share of tokens or bytes that of the combined ratio estimator (6.11). It
becomes an interval through Wilson's (1927) at the effective number of documents, p (1 - p) / variance: near
0 and 1 the plain interval leaves the range and covers too seldom.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z = 1.959963984540054
"""Of the normal distribution, 2.5 % lie above."""

FEW = 150
"""Effective documents on either side below which an interval of tokens or bytes is not to be trusted."""


@dataclass(frozen=True)
class Estimate:
    """A share of the corpus, 0 to 1, with its 95 % interval.

    Attributes:
        few: hardly any documents hold most of the weight on one side, so the interval is likely too narrow.
    """

    value: float
    low: float
    high: float
    few: bool = False


NOTHING = Estimate(np.nan, np.nan, np.nan)
"""Of no documents, or none that weigh anything."""


@dataclass(frozen=True)
class Strata:
    """The cells of a sample.

    Attributes:
        size: documents in the corpus, shape (n_cells,).
        drawn: of them in the sample, 1 <= drawn <= size, at least 2 where ``size`` is; shape (n_cells,).
    """

    size: NDArray[np.int64]
    drawn: NDArray[np.int64]

    @property
    def weights(self) -> NDArray[np.float64]:
        """Documents of the corpus for which one of the sample stands, shape (n_cells,)."""
        return np.asarray(self.size / self.drawn, dtype=np.float64)

    def variance(self, sums: NDArray[np.float64], squares: NDArray[np.float64]) -> float:
        """Variance of the estimated total of a value over the corpus.

        Args:
            sums: of the value over a cell's sample, shape (n_cells,).
            squares: of its square, shape (n_cells,).
        """
        n = self.drawn
        spread = np.maximum(squares - sums**2 / n, 0.0) / np.maximum(n - 1, 1)
        return float((self.size * (self.size - n) / n * spread).sum())


def share_of_documents(strata: Strata, hits: NDArray[np.int64]) -> Estimate:
    """Share of the documents of these cells.

    Args:
        strata: the cells.
        hits: sampled documents that count, shape (n_cells,).
    """
    size = float(strata.size.sum())
    if not size:
        return NOTHING
    scale, found = strata.weights, hits.astype(np.float64)
    value = min(float((scale * hits).sum()) / size, 1.0)
    if (strata.drawn == strata.size).all():
        return Estimate(value, value, value)
    variance = strata.variance(found, found) / size**2
    heavy = float((scale * np.sqrt(1 - strata.drawn / strata.size)).max())
    n = value * (1 - value) / variance if variance > 0 else size / heavy
    low, high = wilson(value, n)
    more = (heavy - size / n) / 2 / size
    if more > 0 and value < 0.5:
        high = max(high, _one_more(value, n, more))
    elif more > 0:
        low = min(low, 1 - _one_more(1 - value, n, more))
    least, most = hits.sum() / size, 1 - (strata.drawn - hits).sum() / size  # what was seen is there
    return Estimate(value, max(low, float(least)), min(high, float(most)))


def share_of_weight(
    strata: Strata,
    inside: tuple[NDArray[np.float64], NDArray[np.float64]],
    whole: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Estimate:
    """Share of the tokens or bytes of these cells.

    Args:
        strata: the cells.
        inside: over the sampled documents that count: sum of the weight and of its square, each (n_cells,).
        whole: the same over all sampled documents.
    """
    scale = strata.weights
    total = float((scale * whole[0]).sum())
    if not total:
        return NOTHING
    value = min(max(float((scale * inside[0]).sum()) / total, 0.0), 1.0)
    # The residual of a document is its weight times (1 - value) where it counts, times -value elsewhere.
    sums = inside[0] - value * whole[0]
    squares = inside[1] * (1 - value) ** 2 + (whole[1] - inside[1]) * value**2
    sides = (inside, (whole[0] - inside[0], whole[1] - inside[1]))
    if (strata.drawn == strata.size).all():
        return Estimate(value, value, value)
    variance = strata.variance(sums, squares) / total**2
    n = value * (1 - value) / variance if variance > 0 else _effective(scale, *whole)
    few = min(_effective(scale, *side) for side in sides) < FEW
    return Estimate(value, *wilson(value, n), few)


def share_between_shards(hits: NDArray[np.float64], whole: NDArray[np.float64], shards: int) -> Estimate:
    """Share over all shards, from those that are measured: they are taken for a draw of whole shards.

    Args:
        hits: what counts in each measured shard, in any unit, shape (n_measured,).
        whole: all of it there, shape (n_measured,).
        shards: how many there are in the corpus.

    Source: Cochran 1977, 9A.2: ratio of sizes over clusters.
    """
    m, total = hits.size, float(whole.sum())
    if not total:
        return NOTHING
    value = float(hits.sum()) / total
    if m == shards:
        return Estimate(value, value, value)
    if m == 1:  # nothing says how far shards lie apart
        return Estimate(value, 0.0, 1.0)
    spread = float(((hits - value * whole) ** 2).sum()) / (m - 1)
    variance = m * (1 - m / shards) * spread / total**2
    n = value * (1 - value) / variance if variance > 0 else float(m)
    return Estimate(value, *wilson(value, n, student(m - 1)))


def student(freedom: int) -> float:
    """What 2.5 % of Student's t lie above: few shards say little of how far shards lie apart."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))


def wilson(value: float, n: float, z: float = Z) -> tuple[float, float]:
    """The interval of a share found among ``n`` documents: Wilson 1927.

    Args:
        value: the share, 0 to 1.
        n: effective documents, over 0.
        z: how many standard errors wide, either way.
    """
    middle = value + z**2 / (2 * n)
    half = z * np.sqrt(value * (1 - value) / n + z**2 / (4 * n**2))
    low, high = (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
    return float(min(max(low, 0.0), value)), float(max(min(high, 1.0), value))


def _one_more(value: float, n: float, more: float) -> float:
    """The upper end of a share had a document more been counted that weighs ``more`` than is usual.

    Documents of heavy cells may count of which none was drawn: the sample then shows no variance, and a plain
    interval held in 80 to 90 % (tried). Half of what such a document weighs above the usual is enough; all of
    it is the correction of Fay and Feuer 1997 for weighted sums of Poisson counts, which covers too often.
    """
    moved = min(value + more, 1.0)
    variance = value * (1 - value) / n + more**2
    effective = moved * (1 - moved) / variance
    return wilson(moved, effective)[1] if effective > 0 else 1.0


def _effective(scale: NDArray[np.float64], sums: NDArray[np.float64], squares: NDArray[np.float64]) -> float:
    """Documents of equal weight that would say as much: Kish 1965, 11.2."""
    below = float((scale**2 * squares).sum())
    return float((scale * sums).sum()) ** 2 / below if below > 0 else 0.0
