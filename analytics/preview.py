"""What a recipe would do to a corpus: the funnel, with each ``top`` resolved to its limit.

It is counted over all documents, or on the sample first, where each amount has its interval.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.estimates import (
    NOTHING,
    Estimate,
    Strata,
    share_between_shards,
    share_of_documents,
    share_of_weight,
)
from analytics.recipe import Recipe
from indexes.columns import UNITS
from indexes.corpus import Corpus
from indexes.queries import decisions
from indexes.queries.funnel import Amount, Funnel, StepCount, funnel
from indexes.queries.top import resolve
from indexes.rule import Step
from indexes.sample import CELL, Sample


@dataclass(frozen=True)
class Preview:
    """A recipe and its funnel.

    Attributes:
        steps: the recipe's, each ``top`` with where it cuts. That is stale when the column or the corpus
            changes.
        sampled: documents that it was counted on, each amount an ``Estimated``; None where all were counted.
    """

    recipe: Recipe
    steps: tuple[Step, ...]
    funnel: Funnel
    sampled: int | None = None

    def as_json(self) -> dict[str, Any]:
        """What ``assay preview --json`` prints; ``analytics.answers`` says what the keys mean."""
        total, kept = _amount(self.funnel.total), _amount(self.funnel.kept)
        pairs = {
            unit: None if total[unit] is None else {"total": total[unit], "kept": kept[unit]}
            for unit in UNITS
        }
        return {
            **pairs,
            "not_measured": self.funnel.not_measured.documents,
            "edits": self.recipe.edits or None,
            "steps": [_step(count) for count in self.funnel.steps],
        }


def preview(corpus: Corpus, recipe: Recipe) -> Preview:
    """Count what each step of a recipe keeps and removes. Columns may be partial or stale.

    Raises:
        MissingColumn: the corpus lacks a column.
        BadRecipe: a rule does not fit its column.
    """
    steps = resolve(corpus, recipe.steps)
    return Preview(recipe, steps, funnel(corpus, steps))


@dataclass(frozen=True)
class Estimated(Amount):
    """An amount in the whole corpus, as the sample has it.

    Attributes:
        share: of the unit that was asked for, what part of all that is measured.
    """

    share: Estimate


def sampled_preview(sample: Sample, recipe: Recipe, steps: tuple[Step, ...], unit: str) -> Preview:
    """The same on a sample, at once.

    Args:
        sample: of the corpus.
        recipe: what is asked.
        steps: its steps, resolved on the corpus: where ``top`` cuts is no matter of the sample.
        unit: documents, tokens or bytes: what each amount's share is of.
    """
    found = funnel(sample.corpus, steps, CELL, lambda patterns: _Estimator(sample, patterns, unit).amount)
    return Preview(recipe, steps, found, sample.documents)


class _Estimator:
    """Amounts and shares from patterns that were counted in each cell of a sample."""

    def __init__(self, sample: Sample, patterns: pl.DataFrame, unit: str) -> None:
        inside = patterns.filter("measured")
        self.unit = unit
        self.there = np.unique(inside[CELL].to_numpy())
        """Cells of shards that are measured: of those alone a rate is said."""
        self.strata = Strata(sample.size[self.there], sample.drawn[self.there])
        self.shard = sample.shard[self.there]
        self.shards = np.unique(sample.shard).size
        self.scale = sample.size / sample.drawn
        self.whole = self._by_cell(inside)

    def amount(self, patterns: pl.DataFrame, mask: NDArray[np.bool_]) -> Estimated:
        some = patterns.filter(pl.Series(mask, dtype=pl.Boolean))
        scale = self.scale[some[CELL].to_numpy()]
        documents, tokens, size = (
            None
            if patterns[name].dtype == pl.Null or patterns[name].null_count() == patterns.height > 0
            else round(float((scale * some[name].fill_null(0).to_numpy()).sum()))
            for name in UNITS
        )
        measured = patterns.height == 0 or bool(patterns["measured"][0])
        return Estimated(documents or 0, tokens, size, self._share(some) if measured else NOTHING)

    def _share(self, some: pl.DataFrame) -> Estimate:
        found = self._by_cell(some)
        if np.unique(self.shard).size < self.shards:
            scale, n = self.strata.weights, int(self.shard.max(initial=0)) + 1
            hits, whole = (np.bincount(self.shard, scale * sums[0], n) for sums in (found, self.whole))
            seen = np.unique(self.shard)
            return share_between_shards(hits[seen], whole[seen], self.shards)
        if self.unit == "documents":
            return share_of_documents(self.strata, found[0].astype(np.int64))
        return share_of_weight(self.strata, found, self.whole)

    def _by_cell(self, some: pl.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sum and sum of squares of the unit in each cell that is measured."""
        cell, n = np.searchsorted(self.there, some[CELL].to_numpy()), self.there.size
        names = (self.unit, self.unit if self.unit == "documents" else f"{self.unit}_squared")
        sums, squares = (
            np.bincount(cell, some[name].cast(pl.Float64).fill_null(0).to_numpy(), n) for name in names
        )
        return sums.astype(np.float64), squares.astype(np.float64)


def write_decisions(
    corpus: Corpus,
    recipe: Recipe,
    path: Path,
    allow_partial: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write ``id``, ``key``, ``kept`` and ``reasons`` of each document to Parquet; how many there are.

    Raises:
        MissingColumn, BadRecipe: as ``preview``.
        UnfinishedColumn: a column is partial, without ``allow_partial``, or stale.
    """
    return decisions.write_decisions(corpus, resolve(corpus, recipe.steps), path, allow_partial, progress)


def _step(count: StepCount) -> dict[str, Any]:
    said: dict[str, Any] = {"reason": count.step.reason, "rule": count.step.sentence()}
    for name in ("fails", "kept", "only_this", "unknown"):
        said[name] = _amount(getattr(count, name))
    if count.members:
        said["members"] = [_step(member) for member in count.members]
    return said


def _amount(amount: Amount) -> dict[str, int | None]:
    return {unit: getattr(amount, unit) for unit in UNITS}
