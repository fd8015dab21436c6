"""BETR: a document is as good as its best rank among the documents nearest to some example of a target.

The first half of the method: every document's rank is exact, by the vectors of the whole corpus, and no
classifier learns from it. The paper samples 10 million documents, ranks these and lets a classifier carry the
ranks to the rest.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.method import EMBEDDING, Method, Progress, Scored

MEMORY = 128_000_000
"""Bytes that the similarities of a block of examples may take; a block has at least one."""
CHUNK = 8192


def score(
    vectors: NDArray[np.floating],
    keys: NDArray[np.uint64],
    examples: NDArray[np.floating],
    progress: Progress | None = None,
) -> Scored:
    """Score each document by its best rank over all examples.

    An example ranks the documents by similarity, the most similar 1; equal ones by key, then by position. A
    document's score is its best rank r with similarity s, as ``log2(1 / (r + (1 - s) / 4))``: the paper's
    value of a rank, and of documents whose rank is equal (up to n_examples are, on which the paper is silent)
    the more similar first. Of several examples that give one rank and similarity, the first is
    named.

    Takes ``MEMORY``, or one similarity a document where that is more, and 60 bytes a document beside its
    arguments.

    Args:
        vectors: shape (n_docs, dim), of unit length; where a document has none, NaN in every place.
        keys: shape (n_docs,), the ``key`` column.
        examples: shape (n_examples, dim), of unit length, without NaN.
        progress: called with examples done and in all.

    Returns:
        Scores from -log2(n_docs + 0.5) to 0. NaN where a document has no vector, and everywhere without
        examples.

    Raises:
        ValueError: the shapes do not fit, or an example has no vector.

    Source: benchmark-targeted ranking with the max aggregation (arXiv:2507.12466, section 3); ties are ours.
    """
    if vectors.ndim != 2 or keys.shape != vectors.shape[:1] or examples.shape[1:] != vectors.shape[1:]:
        shapes = f"{vectors.shape}, {keys.shape}, {examples.shape}"
        raise ValueError(f"need (n_docs, dim), (n_docs,) and (n_examples, dim), got {shapes}")
    if np.isnan(examples).any():
        raise ValueError("an example has no vector")
    scored = Scored(
        np.full(len(keys), np.nan), np.full(len(keys), -1, dtype=np.int64), np.full(len(keys), np.nan)
    )
    here = np.flatnonzero(~np.isnan(vectors[:, 0])) if vectors.shape[1] else np.empty(0, dtype=np.int64)
    if not len(here) or not len(examples):
        return scored
    # In order of the keys: a document's place in it breaks ties.
    here = here[np.argsort(keys[here], kind="stable")]
    n_docs = len(here)
    best = np.full(n_docs, n_docs + 1, dtype=np.int64)
    similarity = np.full(n_docs, -np.inf, dtype=np.float32)
    example = np.full(n_docs, -1, dtype=np.int64)
    ranks = np.arange(1, n_docs + 1)
    block = max(1, MEMORY // (n_docs * 4))
    for start in range(0, len(examples), block):
        some = examples[start : start + block].astype(np.float32)
        similar = np.empty((len(some), n_docs), dtype=np.float32)
        for at in range(0, n_docs, CHUNK):
            chunk = vectors[here[at : at + CHUNK]].astype(np.float32)
            np.matmul(some, chunk.T, out=similar[:, at : at + CHUNK])
        for i, row in enumerate(similar):
            nearest = _nearest(row, int(best.max()))  # a rank beyond the worst so far improves nobody
            rank, value = ranks[: len(nearest)], row[nearest]
            better = (rank < best[nearest]) | ((rank == best[nearest]) & (value > similarity[nearest]))
            won = nearest[better]
            best[won], similarity[won], example[won] = rank[better], value[better], start + i
        if progress is not None:
            progress(min(start + block, len(examples)), len(examples))
    # Rounding may carry the similarity of equal vectors past 1.
    exact = np.clip(similarity.astype(np.float64), -1, 1)
    scored.score[here] = -np.log2(best + (1 - exact) / 4)
    scored.example[here] = example
    scored.similarity[here] = exact
    return scored


def best_rank(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The best rank that a score came from, 1 the most similar; NaN where there is no score."""
    return np.round(np.exp2(-scores) - 0.25)  # half way between the least and the most that a rank gives


def _nearest(similar: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Places of the ``count`` most similar, the most similar first, equal ones by place.

    Sorts whole numbers, of which NumPy sorts a million in 16 ms, three times as fast as with ``argsort``: the
    upper half falls as the similarity rises, the lower is the place.
    """
    bits = (similar + np.float32(0)).view(np.int32)  # -0 becomes 0
    rising = bits ^ ((bits >> 31) & 0x7FFFFFFF)  # the order of floats from that of their bits
    packed = (~rising).astype(np.int64) << 32 | np.arange(len(similar))
    if count < len(packed):
        packed = np.partition(packed, count - 1)[:count]
    packed.sort()
    return packed & 0xFFFFFFFF


METHOD = Method(
    name="betr",
    label="BETR: best rank over the examples",
    source="arXiv:2507.12466, without its classifier; ties are ours",
    needs=(EMBEDDING,),
    score=score,
    version=1,
    whole_corpus=True,
    high=0,
)
