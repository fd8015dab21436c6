"""How much of each value of a label does a recipe keep, and how much each of its steps alone?

One pass counts how often each pattern of answers occurs within each value. Values of few documents are one
group: nothing is to be said of them singly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from indexes.columns import BYTES, TOKENS
from indexes.corpus import Corpus
from indexes.queries.grouping import group_of
from indexes.rule import Step, columns_of

FEWEST = 100
"""Documents below which a value is put together with others."""
MOST = 1_000
"""Values that stand by themselves, those of most documents."""

LABELS = """
SELECT {label} AS label, count(*) AS documents {corpus} WHERE measured
GROUP BY ALL ORDER BY documents DESC, label
"""
SQL = """
SELECT coalesce(list_position(?, {label}), 0) AS place, {label} IS NULL AS unstated {answers},
    count(*) AS documents, sum({weight})::DOUBLE AS weight, sum({weight}::DOUBLE ** 2) AS squares
{corpus} WHERE measured GROUP BY ALL
"""


@dataclass(frozen=True)
class Counted:
    """Documents and their weight; arrays of shape (n_groups,) or (n_groups, n_steps).

    Attributes:
        documents: how many.
        weight: what they weigh in the unit that was asked for.
        squares: the sum of the squares of their weights.
    """

    documents: NDArray[np.float64]
    weight: NDArray[np.float64]
    squares: NDArray[np.float64]


@dataclass(frozen=True)
class KeptBy:
    """What is kept of each group.

    Attributes:
        labels: the values, most documents first; None for documents that state none.
        pooled: whether a group of small ones comes last, without a place in ``labels``.
        small: (value, documents) of those in it, the largest first, a thousand at most.
        n_small: how many they are.
        whole: of each group, shape (n_groups,).
        kept: of it, by all steps together, shape (n_groups,).
        passed: of it, by each step alone, shape (n_groups, n_steps).
    """

    labels: Sequence[str | None]
    pooled: bool
    small: Sequence[tuple[str, int]]
    n_small: int
    whole: Counted
    kept: Counted
    passed: Counted


def kept_by(corpus: Corpus, steps: tuple[Step, ...], label: str, unit: str) -> KeptBy:
    """Count what steps keep of each value of a label, over the documents that are measured.

    Args:
        corpus: the documents.
        steps: in the recipe's order, resolved (``indexes.queries.top``).
        label: a column; of dates, the years are its values, of numbers its tenths (``up to 52``).
        unit: what a document weighs: ``documents``, ``tokens`` or ``bytes``.
    """
    value = group_of(corpus, label)
    columns = dict.fromkeys([*columns_of(steps), label])
    beside = [] if unit == "documents" else [unit]
    clause = corpus.clause(columns, beside)
    sizes = corpus.frame(LABELS.format(label=value, corpus=clause))
    large = sizes.filter(pl.col("documents") >= FEWEST).head(MOST)
    rest = (
        sizes.filter(pl.col("label").is_not_null())
        .join(large, on="label", how="anti")
        .sort("documents", "label", descending=[True, False])
    )
    stated = [name for name in large["label"].to_list() if name is not None]
    sql = SQL.format(
        label=value,
        answers="".join(f", ({step.sql()})::TINYINT AS answer_{i}" for i, step in enumerate(steps)),
        weight={"documents": "1", TOKENS: f"coalesce({TOKENS}, 0)", BYTES: f"coalesce({BYTES}, 0)"}[unit],
        corpus=clause,
    )
    found = corpus.frame(sql, [stated, *(given for step in steps for given in step.values)])
    labels: list[str | None] = large["label"].to_list()
    at = {name: place for place, name in enumerate(labels)}
    spots = np.array([len(labels), *(at[name] for name in stated)], np.int64)
    place = np.where(
        found["unstated"].to_numpy() & (None in at),
        at.get(None, len(labels)),
        spots[found["place"].to_numpy()],
    )
    pooled = bool((place == len(labels)).any())
    n = len(labels) + pooled
    true = np.array(
        [found[f"answer_{i}"].fill_null(0).to_numpy() > 0 for i in range(len(steps))], dtype=bool
    ).reshape(len(steps), found.height)

    def counted(mask: NDArray[np.bool_]) -> Counted:
        return Counted(
            *(
                np.bincount(place[mask], found[name].to_numpy()[mask], n).astype(np.float64)
                for name in ("documents", "weight", "squares")
            )
        )

    alone = [counted(answers) for answers in true]
    passed = (
        np.array([getattr(one, name) for one in alone], np.float64).reshape(len(steps), n).T
        for name in ("documents", "weight", "squares")
    )
    return KeptBy(
        labels,
        pooled,
        list(rest.head(MOST).iter_rows()),
        rest.height,
        counted(np.ones(found.height, dtype=bool)),
        counted(np.logical_and.reduce([np.ones(found.height, dtype=bool), *true])),
        Counted(*passed),
    )
