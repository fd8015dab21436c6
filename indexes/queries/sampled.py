"""How often does each pattern of answers occur in the cells of a sample?

A row a document comes back, its answers packed into a number: of a few hundred thousand that is faster than
grouping them by cell and answers in SQL (tried: 100,000 groups).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes.columns import BYTES, TOKENS
from indexes.positions import MEASURED
from indexes.queries.funnel import Patterns, nodes
from indexes.rule import Step, columns_of
from indexes.sample import CELL, Sample

SQL = "SELECT {cell}, {measured} {codes} {sizes} {corpus}"
PACKED = 20
"""Answers in one number: three to the power of so many is under 2**32."""
COUNTED = 4_000_000
"""Values below this are numbered by a table of all that are possible, else by sorting."""


@dataclass(frozen=True)
class Sampled:
    """Pairs of cell and pattern that occur in a sample.

    Attributes:
        patterns: of answers.
        cell: of each pair, shape (n_pairs,).
        pattern: its row in ``patterns``, shape (n_pairs,).
        documents: sampled documents of each pair, shape (n_pairs,).
        sums: ``tokens`` and ``bytes``, where the corpus has them -> over the documents of each pair their sum
            and the sum of their squares, each of shape (n_pairs,). Null counts as 0.
    """

    patterns: Patterns
    cell: NDArray[np.int64]
    pattern: NDArray[np.int64]
    documents: NDArray[np.int64]
    sums: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]


def sampled(sample: Sample, steps: Sequence[Step]) -> Sampled:
    """Ask each document of a sample for the answers of steps.

    Args:
        sample: of the corpus.
        steps: in the recipe's order, resolved on the corpus.
    """
    asked, corpus = nodes(steps), sample.corpus
    counted = [name for name in (TOKENS, BYTES) if name in corpus.ready()]
    codes = [
        " + ".join(
            f"coalesce(({node.sql()})::INTEGER + 1, 0)::BIGINT * {3**place}"
            for place, node in enumerate(asked[first : first + PACKED])
        )
        for first in range(0, max(len(asked), 1), PACKED)
    ]
    sql = SQL.format(
        cell=CELL,
        measured=MEASURED,
        codes="".join(f", {code or 0} AS code_{i}" for i, code in enumerate(codes)),
        sizes="".join(f", coalesce({name}, 0)::DOUBLE AS {name}" for name in counted),
        corpus=corpus.clause(columns_of(steps), beside=[*counted, CELL]),
    )
    found = corpus.frame(sql, [value for node in asked for value in node.values])
    pattern = found[MEASURED].to_numpy().astype(np.int64)
    packed = [found[f"code_{i}"].to_numpy() for i in range(len(codes))]
    for code in packed:
        place, values = _numbered(code)
        pattern, _ = _numbered(pattern * values.size + place)
    seen = np.empty(int(pattern.max(initial=-1)) + 1, np.int64)  # a document of each pattern
    seen[pattern] = np.arange(pattern.size)
    answers = np.concatenate(
        [code[seen, None] // 3 ** np.arange(PACKED) % 3 - 1 for code in packed], axis=1, dtype=np.int8
    )
    # Unknown is packed as 0, no as 1, yes as 2.
    answers = np.array([-1, 0, 1], np.int8)[answers[:, : len(asked)] + 1]
    pair, pairs = _numbered(found[CELL].to_numpy().astype(np.int64) * seen.size + pattern)
    sums = {}
    for name in counted:
        size = found[name].to_numpy()
        sums[name] = added(pair, size, pairs.size), added(pair, size**2, pairs.size)
    return Sampled(
        Patterns(answers, found[MEASURED].to_numpy()[seen]),
        pairs // seen.size,
        pairs % seen.size,
        np.bincount(pair, minlength=pairs.size),
        sums,
    )


def added(place: NDArray[np.int64], values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """The sum of the values at each place from 0 to n - 1, shape (n,)."""
    return np.asarray(np.bincount(place, values, n), dtype=np.float64)


def _numbered(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The place of each value, 0 or more, among those that occur, in ascending order; and these."""
    most = int(values.max(initial=-1)) + 1
    if most > COUNTED:
        found, place = np.unique(values, return_inverse=True)
        return place.astype(np.int64), found
    there = np.zeros(most, bool)
    there[values] = True
    return (np.cumsum(there) - 1)[values], np.flatnonzero(there)
