"""Scores made of scores over a whole corpus: buckets of equal bytes, their ensemble, places in a domain."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

PERCENTILES = np.arange(5, 100, 5)
"""Where a score is cut, in percent of the corpus's bytes: 19 places, so 20 buckets."""


def thresholds(score: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores at the 5th, 10th, ... 95th percentile, each document counted by its weight.

    A percentile is the lowest score at which the documents up to it hold that share of the weight.

    Args:
        score: shape (n_docs,); NaN is left out, with its weight.
        weights: shape (n_docs,), >= 0, such as bytes; NaN is left out too.

    Returns:
        shape (19,), ascending; empty where no document has both or none weighs anything.

    Source: NVIDIA-NeMo/Nemotron@872dba7, recipes/data_curation/nemotron-cc, step 3; there on a sample of
    1 %, here on all documents.
    """
    there = ~(np.isnan(score) | np.isnan(weights))
    order = np.argsort(score[there], kind="stable")
    sorted_scores, spent = score[there][order], np.cumsum(weights[there][order])
    if not spent.size or not spent[-1] > 0:
        return np.empty(0)
    return sorted_scores[np.searchsorted(spent / spent[-1], PERCENTILES / 100, side="left")]


def ensemble(scores: Sequence[NDArray[np.float64]], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nemotron-CC's buckets: each score's bucket by its own thresholds, and of them the highest.

    Args:
        scores: one array a classifier, shape (n_docs,).
        weights: UTF-8 bytes of each document, shape (n_docs,).

    Returns:
        bucket, shape (n_docs,), whole numbers 0 to 19; NaN where a score is. A score at a threshold is in the
        bucket above it.

    Source: Su et al. 2024, arXiv:2412.02595, section on the ensemble; code as for ``thresholds``.
    """
    found = [
        np.where(np.isnan(score), np.nan, np.digitize(score, thresholds(score, weights))) for score in scores
    ]
    highest: NDArray[np.float64] = np.max(np.stack(found), axis=0)  # NaN where one is
    return highest


def share_below(values: NDArray[np.float64], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of a document's domain whose value is lower, shape (n_docs,), in [0, 1).

    Of a domain never more than 10 % have 0.9 or more, however many values are equal. NaN where the value is,
    and those count in no share.

    Args:
        values: shape (n_docs,).
        groups: number of each document's domain, shape (n_docs,), from 0.
    """
    lower, _, size = _places(values, groups)
    share: NDArray[np.float64] = np.full(values.shape, np.nan)
    np.divide(lower, size, out=share, where=size > 0)
    return share


def rank_within(values: NDArray[np.float64], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rank in its domain, 1 for the highest value; equal values have the same. NaN where the value is.

    Args:
        values: shape (n_docs,).
        groups: number of each document's domain, shape (n_docs,), from 0.
    """
    _, higher, size = _places(values, groups)
    return np.where(size > 0, higher + 1, np.nan)


def _places(
    values: NDArray[np.float64], groups: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How many of its domain have a lower value, a higher one, and any; 0 where the value is NaN."""
    lower, higher, size = (np.zeros(values.shape) for _ in range(3))
    there = np.flatnonzero(~np.isnan(values))
    order = there[np.lexsort((values[there], groups[there]))]
    for rows in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        held = values[rows]
        lower[rows] = np.searchsorted(held, held, side="left")
        higher[rows] = len(rows) - np.searchsorted(held, held, side="right")
        size[rows] = len(rows)
    return lower, higher, size
