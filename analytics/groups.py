"""Who is filtered out: of which groups a recipe, or a rule of it, keeps less or more than of the rest.

A group's rate stands beside that of all other documents. Whether they differ by more than chance is asked
with the exact test of Fisher 1935 (given how many documents are kept in all, how many of a group's would be
if the rule took no notice of it), and since many groups and rules are asked at once, the answers are
corrected by Benjamini and Hochberg 1995 at 5 %. In tokens or bytes one document is not one draw; the
difference of the two rates, each a ratio of sums, is then held against the spread that it would have if one
rate held for all (Cochran 1977, 6.4).

Source: the views of AboutMe (Lucy and others 2024) and A Pretrainer's Guide (Longpre and others 2024).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analytics.estimates import FEW, wilson

LEVEL = 0.05
"""Of the groups that are flagged, the share that may be so by chance."""


SURE = 20
"""Effective documents on either side of a rule below which a difference in tokens or bytes is not judged."""


@dataclass(frozen=True)
class Rates:
    """What is kept of each group, all of shape (n_groups,) or (n_groups, n_rules).

    Attributes:
        rate: kept of the group, 0 to 1; NaN where it weighs nothing.
        low, high: its 95 % interval, for the process that the group's documents came from.
        ratio: to the rate of all documents; NaN where nothing is kept at all.
        p: how likely so large a difference from the other groups is by chance; NaN where none can be said.
        flagged: -1 kept less than the rest, 1 kept more, 0 neither, after the correction.
    """

    rate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    ratio: NDArray[np.float64]
    p: NDArray[np.float64]
    flagged: NDArray[np.int64]


class Sums(Protocol):
    """Documents, the sum of their weights and of the squares of these, each of one shape."""

    @property
    def documents(self) -> NDArray[np.float64]: ...
    @property
    def weight(self) -> NDArray[np.float64]: ...
    @property
    def squares(self) -> NDArray[np.float64]: ...


def rates(whole: Sums, kept: Sums, unit: str) -> Rates:
    """Rates of groups, each held against all others.

    Args:
        whole: of each group, shape (n_groups,).
        kept: of it, shape (n_groups,) or (n_groups, n_rules).
        unit: ``documents``, or in what weights are.
    """
    shape = kept.documents.shape
    deep = len(shape) > 1
    n, w, q = (
        np.broadcast_to(part[:, None] if deep else part, shape)
        for part in (whole.documents, whole.weight, whole.squares)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = kept.weight / w
        overall = kept.weight.sum(axis=0) / w.sum(axis=0)
        ratio = rate / overall
        if unit == "documents":
            effective = n
            p = fisher(kept.documents, n, kept.documents.sum(axis=0), n.sum(axis=0))
        else:
            variance = _variance(rate, w, q, kept.squares)
            effective = np.where(variance > 0, rate * (1 - rate) / variance, w**2 / q)
            p = _differs(kept, w, q)
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    for at in np.argwhere(np.isfinite(rate) & (effective > 0)):
        spot = tuple(at)
        low[spot], high[spot] = wilson(float(rate[spot]), float(effective[spot]))
    flagged = np.where(discoveries(p), np.sign(rate - _others(kept.weight, w)), 0)
    return Rates(rate, low, high, ratio, p, np.nan_to_num(flagged).astype(np.int64))


def fisher(
    hits: NDArray[np.float64],
    size: NDArray[np.float64],
    all_hits: NDArray[np.float64],
    total: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Two-sided p of so many hits in a group of ``size``, twice the smaller tail, 1 at most.

    Args:
        hits: of each group, whole numbers, any shape.
        size: documents of each group, same shape.
        all_hits: over all groups; broadcast.
        total: documents of all groups; broadcast.
    """
    from scipy.stats import hypergeom

    law = hypergeom(total, all_hits, size)
    p = np.minimum(1.0, 2 * np.minimum(law.cdf(hits), law.sf(hits - 1)))
    return np.where(total > size, p, np.nan)


def discoveries(p: NDArray[np.float64], level: float = LEVEL) -> NDArray[np.bool_]:
    """Which of all p's are small enough together: Benjamini and Hochberg 1995; NaN is not counted."""
    asked = np.isfinite(p)
    ordered = np.sort(p[asked])
    fits = np.flatnonzero(ordered <= level * np.arange(1, ordered.size + 1) / max(ordered.size, 1))
    limit = ordered[fits[-1]] if fits.size else -1.0
    return asked & (np.nan_to_num(p, nan=2.0) <= limit)


def _variance(
    rate: NDArray[np.float64], w: NDArray[np.float64], q: NDArray[np.float64], kept: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of a ratio of sums of weights: what documents deviate by, squared, over the square of their sum."""
    return np.asarray((kept * (1 - rate) ** 2 + (q - kept) * rate**2) / w**2)


def _others(kept: NDArray[np.float64], w: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((kept.sum(axis=0) - kept) / (w.sum(axis=0) - w))


def _differs(kept: Sums, w: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two-sided p of the difference to the others; NaN where too few documents carry the weight to say."""
    from scipy.special import erfc

    rate, others = kept.weight / w, _others(kept.weight, w)
    overall = kept.weight.sum(axis=0) / w.sum(axis=0)
    # Of the square of a document's weight, what it deviates by: over all, since a group alone has few.
    part = _variance(overall, np.ones(()), q.sum(axis=0), kept.squares.sum(axis=0)) / q.sum(axis=0)
    rest = (q.sum(axis=0) - q) / (w.sum(axis=0) - w) ** 2
    z = np.abs(rate - others) / np.sqrt(part * (q / w**2 + rest))
    effective = w**2 / q
    enough = (effective >= FEW) & (effective * np.minimum(overall, 1 - overall) >= SURE)
    return np.asarray(np.where(enough, erfc(z / np.sqrt(2)), np.nan))
