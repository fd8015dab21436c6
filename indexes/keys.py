"""A document's key, and the random number that belongs to it.

The key is a 64-bit hash of the record's own source and id, or of its text where there is no id: equal
wherever and in whatever order a document is ingested. All randomness is keyed by it and a seed, so that a
colleague draws the same documents.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from numpy.typing import NDArray

RANDOM_SEED = 0
"""Seed of the column ``random``."""

SAMPLE_SEED = 1
"""Seed by which ``ingest --sample`` draws; not that of ``random``, or a rule on ``random`` would keep all of
a sample or none."""


def keys_of_ids(ids: pa.Array, sources: pa.Array | None) -> NDArray[np.uint64]:
    """Keys of records by their ids, shape (n_rows,).

    What is hashed is ``length:source id``, the two written together and the length that of the source in
    bytes: no other pair has the same bytes.

    Args:
        ids: text without nulls.
        sources: the records' own, text; null, or None for all, where they have none.
    """
    ids = ids.cast(pa.binary())
    if sources is None:
        sources = pa.array([b""], pa.binary()).take(pa.array(np.zeros(len(ids), np.int64)))
    sources = pc.fill_null(sources.cast(pa.binary()), b"")
    lengths = pc.binary_length(sources).cast(pa.string()).cast(pa.binary())
    joined = pc.binary_join_element_wise(pc.binary_join_element_wise(lengths, sources, b":"), ids, b"")
    return np.array(_hash_all(joined.to_pylist()), dtype=np.uint64)


def keys_of_texts(texts: pa.Array) -> NDArray[np.uint64]:
    """Keys of records by their texts, shape (n_rows,); text without nulls."""
    return np.array(_hash_all(texts.cast(pa.large_binary()).to_pylist()), dtype=np.uint64)


def _hash_all(values: list[bytes]) -> list[int]:
    return list(map(xxhash.xxh3_64_intdigest, values))


def uniform_by_key(keys: NDArray[np.uint64], seed: int) -> NDArray[np.float64]:
    """One number for each document, the same wherever and in whatever order it is ingested.

    The documents of the n smallest are a sample; that of a larger n contains it.

    Args:
        keys: shape (n_docs,), the ``key`` column.
        seed: 0 <= seed < 2**64.

    Returns:
        shape (n_docs,), in [0, 1).

    Source: the mixing function of SplitMix64 (Steele, Lea and Flood 2014).
    """
    mixed = _mix(keys ^ _mix(np.array([seed], dtype=np.uint64)))
    return (mixed >> np.uint64(11)).astype(np.float64) / 2**53


def _mix(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    z = z + np.uint64(0x9E3779B97F4A7C15)  # array arithmetic wraps, as wanted
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
