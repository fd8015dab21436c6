"""What a recipe would do to a corpus: the funnel, with each ``top`` resolved to its limit.

It is counted over all documents, or on the sample first, where each amount has its interval.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
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
from indexes.columns import BYTES, PARTIAL, STALE, TOKENS, UNITS
from indexes.corpus import Corpus
from indexes.queries import decisions
from indexes.queries.funnel import Amount, Funnel, StepCount, funnel, tally
from indexes.queries.sampled import Sampled, added, sampled
from indexes.queries.top import resolve
from indexes.rule import Step
from indexes.sample import Sample
from indexes.saying import making

if TYPE_CHECKING:
    from scipy.sparse import csr_array


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
    steps = resolve(corpus.whole, recipe.steps)  # a top is one of the whole corpus, whatever is looked at
    return Preview(recipe, steps, funnel(corpus, steps))


def unfinished(corpus: Corpus, recipe: Recipe) -> list[dict[str, str]]:
    """Columns of a recipe, and tokens, that are partial or stale: they answer for an earlier state.

    Returns:
        ``name``, ``state`` and the ``command`` that completes it, for each.
    """
    root = corpus.workspace.root
    read = (
        corpus.columns[name] for name in dict.fromkeys((*recipe.columns(), TOKENS)) if name in corpus.columns
    )
    return [
        {
            "name": column.name,
            "state": column.state,
            "command": making(root, column.family, column.lineage),
        }
        for column in read
        if column.state in (PARTIAL, STALE)
    ]


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
    found = sampled(sample, steps)
    estimator = _Estimator(sample, found, unit)
    return Preview(recipe, steps, tally(steps, found.patterns, estimator.amount), estimator.documents)


class _Estimator:
    """Amounts and shares from the pattern of each document of a sample."""

    def __init__(self, sample: Sample, found: Sampled, unit: str) -> None:
        self.pattern, self.measured = found.pattern, found.patterns.measured
        n = self.measured.size
        looked_at, inside = self.pattern < n, np.append(self.measured, False)[self.pattern]
        self.documents = int(looked_at.sum())
        scale = np.repeat(sample.size / sample.drawn, sample.drawn)
        values = {name: sample.by_place(name) for name in (TOKENS, BYTES) if name in sample.corpus.ready()}
        self.sizes = {"documents": added(self.pattern, scale, n)[:n]}
        self.sizes |= {name: added(self.pattern, scale * each, n)[:n] for name, each in values.items()}
        self.begins = np.cumsum(sample.drawn) - sample.drawn  # of the cells
        self.there = np.logical_or.reduceat(inside, self.begins)  # those of shards that are measured
        self.strata = Strata(sample.size[self.there], sample.drawn[self.there])
        self.seen, self.shard = np.unique(sample.shard[self.there], return_inverse=True)
        self.shards = np.unique(sample.shard[np.logical_or.reduceat(looked_at, self.begins)]).size
        value = np.ones(scale.size) if unit == "documents" else values[unit]
        self.sums = self._by_pattern(value)
        self.squares = self.sums if unit == "documents" else self._by_pattern(value**2)
        self.unit = unit
        self.narrowed = bool(sample.corpus.view)  # how many documents of a part are drawn is chance too
        self.whole = self._by_cell(self.measured)

    def amount(self, mask: NDArray[np.bool_]) -> Estimated:
        """What the patterns of a mask are in the whole corpus."""
        held = {name: round(float(size[mask].sum())) for name, size in self.sizes.items()}
        outside = (mask & ~self.measured).any()  # what is not measured is no share of what is
        share = NOTHING if outside else self._share(mask)
        return Estimated(held["documents"], held.get(TOKENS), held.get(BYTES), share)

    def _share(self, mask: NDArray[np.bool_]) -> Estimate:
        found = self._by_cell(mask)
        if self.seen.size < self.shards:
            scale = self.strata.weights
            hits, whole = (
                added(self.shard, scale * sums, self.seen.size) for sums in (found[0], self.whole[0])
            )
            return share_between_shards(hits, whole, self.shards)
        if self.unit == "documents" and not self.narrowed:
            return share_of_documents(self.strata, found[0].astype(np.int64))
        share = share_of_weight(self.strata, found, self.whole)
        return replace(share, few=False) if self.unit == "documents" else share

    def _by_cell(self, mask: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sum and sum of squares of the unit in each cell that is measured."""
        counts = np.append(mask, False)
        sums = (self.sums @ counts)[self.there]
        return sums, sums if self.squares is self.sums else (self.squares @ counts)[self.there]

    def _by_pattern(self, values: NDArray[np.float64]) -> "csr_array":
        """Of each cell its documents' values, each in the column of its pattern."""
        from scipy.sparse import csr_array

        ends = np.append(self.begins, values.size).astype(np.int32)
        shape = (self.begins.size, self.measured.size + 1)
        return csr_array((values, self.pattern.astype(np.int32), ends), shape=shape)


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
    steps = resolve(corpus.whole, recipe.steps)
    return decisions.write_decisions(corpus, steps, path, allow_partial, progress)


def _step(count: StepCount) -> dict[str, Any]:
    said: dict[str, Any] = {"reason": count.step.reason, "rule": count.step.sentence()}
    for name in ("fails", "kept", "only_this", "unknown"):
        said[name] = _amount(getattr(count, name))
    if count.members:
        said["members"] = [_step(member) for member in count.members]
    return said


def _amount(amount: Amount) -> dict[str, int | None]:
    return {unit: getattr(amount, unit) for unit in UNITS}
