"""What a recipe would do to a corpus: the funnel, with each ``top`` resolved to its limit."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.recipe import Recipe
from indexes.columns import UNITS
from indexes.corpus import Corpus
from indexes.queries import decisions
from indexes.queries.funnel import Amount, Funnel, StepCount, funnel
from indexes.queries.top import resolve
from indexes.rule import Step


@dataclass(frozen=True)
class Preview:
    """A recipe and its funnel.

    Attributes:
        steps: the recipe's, each ``top`` with where it cuts. That is stale when the column or the corpus
            changes.
    """

    recipe: Recipe
    steps: tuple[Step, ...]
    funnel: Funnel

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
