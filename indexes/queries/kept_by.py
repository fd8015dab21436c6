"""How much of each value of a label does a recipe keep, and how much each of its steps alone?

One pass counts how often each pattern of answers occurs within each value. Values of few documents are one
group: nothing is to be said of them singly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from indexes.corpus import Corpus
from indexes.queries.grouping import group_of
from indexes.rule import Step, columns_of
from indexes.units import needed, weight

FEWEST = 100
"""Documents below which a value is put together with others."""
MOST = 1_000
"""Values that stand by themselves, those of most documents."""

LABELS = """
WITH sizes AS MATERIALIZED (
    SELECT {label} AS label, count(*) AS documents {corpus} WHERE measured GROUP BY ALL
)
SELECT label, documents, (SELECT count(label) FROM sizes) AS labels,
    (SELECT count(label) FROM sizes WHERE documents >= {fewest}) AS large
FROM sizes ORDER BY documents DESC, label LIMIT {most}
"""
PLACE = "coalesce(list_position(?, {label}), 0) AS place, {label} IS NULL AS unstated"
SUMS = """
count(*) AS documents, sum({weight})::DOUBLE AS weight, sum({weight}::DOUBLE ** 2) AS squares
"""
SQL = """
SELECT {place} {answers}, {sums} {corpus} WHERE measured GROUP BY ALL
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
        pooled: whether a group of all others comes last, without a place in ``labels``.
        small: (value, documents) of those in it, the largest first, a thousand at most.
        n_small: how many they are.
        n_large: of them, those of ``FEWEST`` documents and more, which come after the ``MOST`` largest.
        whole: of each group, shape (n_groups,).
        kept: of it, by all steps together, shape (n_groups,).
        passed: of it, by each step alone, shape (n_groups, n_steps).
    """

    labels: Sequence[str | None]
    pooled: bool
    small: Sequence[tuple[str, int]]
    n_small: int
    n_large: int
    whole: Counted
    kept: Counted
    passed: Counted


@dataclass(frozen=True)
class Groups:
    """The values of a label that stand by themselves.

    Attributes:
        value: SQL of a document's group: text, null where it has none.
        labels, small, n_small, n_large: as in ``KeptBy``.
    """

    value: str
    labels: Sequence[str | None]
    small: Sequence[tuple[str, int]]
    n_small: int
    n_large: int

    @property
    def stated(self) -> list[str]:
        """The values that are text: what is bound to ``place``."""
        return [name for name in self.labels if name is not None]

    @property
    def place(self) -> str:
        """SQL of ``place`` and ``unstated``, which ``places`` reads."""
        return PLACE.format(label=self.value)

    def places(self, found: pl.DataFrame) -> NDArray[np.int64]:
        """The group of each row of an answer; the one after the last for all others."""
        at = {name: place for place, name in enumerate(self.labels)}
        spots = np.array([len(self.labels), *(at[name] for name in self.stated)], np.int64)
        unstated = found["unstated"].to_numpy() & (None in at)
        return np.where(unstated, at.get(None, len(self.labels)), spots[found["place"].to_numpy()])


def groups_of(corpus: Corpus, label: str, clause: str) -> Groups:
    """The largest groups by a label, of the documents of a clause that are measured."""
    value = group_of(corpus, label)
    sizes = corpus.frame(
        LABELS.format(label=value, corpus=clause, fewest=FEWEST, most=2 * MOST + 1)
    )  # of a million values no more are fetched
    large = sizes.filter(pl.col("documents") >= FEWEST).head(MOST)
    names = large["label"].to_list()
    rest = sizes.filter(pl.col("label").is_not_null()).join(large, on="label", how="anti")
    rest = rest.sort("documents", "label", descending=[True, False]).select("label", "documents")
    stated = sum(name is not None for name in names)
    labels, larger = (int(sizes[name][0]) if sizes.height else 0 for name in ("labels", "large"))
    return Groups(value, names, list(rest.head(MOST).iter_rows()), labels - stated, larger - stated)


def sums(unit: str) -> str:
    """SQL of ``documents``, ``weight`` and ``squares``, in a unit."""
    return SUMS.format(weight=weight(unit))


def kept_by(corpus: Corpus, steps: tuple[Step, ...], label: str, unit: str) -> KeptBy:
    """Count what steps keep of each value of a label, over the documents that are measured.

    Args:
        corpus: the documents.
        steps: in the recipe's order, resolved (``indexes.queries.top``).
        label: a column; of dates, the years are its values, of numbers its tenths (``up to 52``).
        unit: what a document weighs: ``documents``, ``tokens`` or ``bytes``.
    """
    columns = dict.fromkeys([*columns_of(steps), label])
    clause = corpus.clause(columns, needed(unit))
    groups = groups_of(corpus, label, clause)
    sql = SQL.format(
        place=groups.place,
        answers="".join(f", ({step.sql()})::TINYINT AS answer_{i}" for i, step in enumerate(steps)),
        sums=sums(unit),
        corpus=clause,
    )
    found = corpus.frame(sql, [groups.stated, *(given for step in steps for given in step.values)])
    place = groups.places(found)
    pooled = bool((place == len(groups.labels)).any())
    n = len(groups.labels) + pooled
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
        groups.labels,
        pooled,
        groups.small,
        groups.n_small,
        groups.n_large,
        counted(np.ones(found.height, dtype=bool)),
        counted(np.logical_and.reduce([np.ones(found.height, dtype=bool), *true])),
        Counted(*passed),
    )
