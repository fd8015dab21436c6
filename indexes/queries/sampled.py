"""Which pattern of answers does each document of a sample give?

A row a document comes back, with each answer as it is: packing them into numbers in SQL took three times as
long, and grouping by cell and answers there is no match for doing it by place (tried: 100,000 groups).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes.positions import MEASURED
from indexes.queries.funnel import Patterns, nodes
from indexes.rule import Step, columns_of
from indexes.sample import PLACE, Sample

SQL = "SELECT {place}, {measured} {answers} {corpus}"
UNKNOWN, NO, YES = 0, 1, 2
COUNTED = 4_000_000
"""Patterns are numbered by a table of all that are possible, up to so many."""


@dataclass(frozen=True)
class Sampled:
    """The patterns that occur in a sample.

    Attributes:
        patterns: of answers.
        pattern: of each sampled document its row in ``patterns``, by place; the number of patterns for one
            that is not looked at. Shape (n_docs,).
    """

    patterns: Patterns
    pattern: NDArray[np.int64]


def sampled(sample: Sample, steps: Sequence[Step]) -> Sampled:
    """Ask each document of a sample for the answers of steps.

    Args:
        sample: of the corpus.
        steps: in the recipe's order, resolved on the corpus.
    """
    asked, corpus = nodes(steps), sample.corpus
    sql = SQL.format(
        place=PLACE,
        measured=MEASURED,
        answers="".join(f", {node.sql()} AS answer_{i}" for i, node in enumerate(asked)),
        corpus=corpus.clause(columns_of(steps), beside=[PLACE]),
    )
    found = corpus.cursor().execute(sql, [value for node in asked for value in node.values]).fetchnumpy()
    answers = [_said(found[f"answer_{i}"]) for i in range(len(asked))]
    pattern, n = found[MEASURED].astype(np.int64), 2
    for answer in answers:
        if n * 3 > COUNTED:
            pattern, n = _numbered(pattern, n)
        pattern = pattern * 3 + answer
        n *= 3
    pattern, n = _numbered(pattern, n)
    seen = np.empty(n, np.int64)  # a document of each pattern
    seen[pattern] = np.arange(pattern.size)
    by_place = np.full(sample.documents, n)
    by_place[found[PLACE]] = pattern
    said = np.array([answer[seen] for answer in answers], np.int8).reshape(len(asked), n)
    return Sampled(Patterns(said.T - 1, found[MEASURED][seen]), by_place)


def added(place: NDArray[np.int64], values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """The sum of the values at each place from 0 to n - 1, shape (n,)."""
    return np.asarray(np.bincount(place, values, n), dtype=np.float64)


def _said(answer: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Each document's answer; DuckDB gives a masked array where one is null."""
    return np.asarray(np.ma.filled(answer.astype(np.int8) + NO, UNKNOWN), dtype=np.int8)


def _numbered(values: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], int]:
    """The place of each value, from 0 to n - 1, among those that occur, in ascending order; how many do."""
    there = np.zeros(n, bool)
    there[values] = True
    return (np.cumsum(there) - 1)[values], int(there.sum())
