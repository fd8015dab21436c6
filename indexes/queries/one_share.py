"""Several filters at one common removal share: where is the limit of each, so that all remove as much?

Source: AboutMe (Lucy and others 2024) drops the same share of the lowest-scoring pages with each of its
filters, and compares which groups lose them. Equal scores stand in the order of ``key``, so that the share is
met to a document however often a score occurs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from indexes.corpus import Corpus
from indexes.queries.top import resolve
from indexes.quoting import quote
from indexes.rule import Group, Rule, Share, Step
from indexes.units import needed, weight

HIGH, LOW = (">=", ">", "top"), ("<=", "<")
TYPES = ("integer", "number", "date")

MISSING = "SELECT sum({weight}){counts} {corpus} WHERE measured"


@dataclass(frozen=True)
class Score:
    """A column that filters: documents are dropped from one end of its values.

    Attributes:
        name: what it is called, different for each.
        high: whether high values are kept; low ones are if False.
    """

    name: str
    column: str
    high: bool = True


@dataclass(frozen=True)
class AtShare:
    """Scores as steps that each remove the same share.

    Attributes:
        steps: resolved, one a score.
        missing: the share that has no value, which every limit removes, one a score.
    """

    steps: tuple[Step, ...]
    missing: tuple[float, ...]


def scores_of(corpus: Corpus, steps: Sequence[Step]) -> tuple[list[Score], list[Step]]:
    """The rules of a recipe that drop one end of a column, and the other steps, which have no such limit."""
    found: list[Score] = []
    others: list[Step] = []
    for step in steps:
        fits = isinstance(step, Rule) and step.op in (*HIGH, *LOW)
        if fits and isinstance(step, Rule) and corpus.column(step.column).type in TYPES:
            taken = sum(score.name.partition(" (")[0] == step.reason for score in found)
            name = step.reason if not taken else f"{step.reason} ({taken + 1})"
            found.append(Score(name, step.column, step.op in HIGH))
        else:
            others.append(step)
    return found, others


def at_share(corpus: Corpus, scores: tuple[Score, ...], share: float, unit: str) -> AtShare:
    """The limit of each score with which it removes a share of all documents.

    Documents without a value are removed first; where they are more than the share, they are all that is.

    Args:
        corpus: all documents, or a part.
        scores: of columns of numbers or dates.
        share: over 0, under 1.
        unit: what it is a share of: ``documents``, ``tokens`` or ``bytes``.
    """
    missing = [_missing(corpus, score, unit) for score in scores]
    steps: list[Step] = []
    for score, none in zip(scores, missing, strict=True):
        if score.high:
            steps.append(Rule(score.name, score.column, "top", Share(round(1 - share, 9), unit)))
        else:
            top = Rule(score.name, score.column, "top", Share(round(max(share - none, 0.0), 9), unit))
            steps.append(Group(score.name, "not", (top,)))
    return AtShare(resolve(corpus, steps), tuple(missing))


def _missing(corpus: Corpus, score: Score, unit: str) -> float:
    """The share of documents, of those that are measured, without a value."""
    counts = f", sum({weight(unit)}) FILTER ({quote(score.column)} IS NULL)"
    clause = corpus.clause([score.column], needed(unit))
    row = corpus.one(MISSING.format(weight=weight(unit), counts=counts, corpus=clause))
    return float(row[1] or 0) / float(row[0]) if row is not None and row[0] else 0.0
