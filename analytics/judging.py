"""How often is a recipe right? What people judged, as rates with their intervals, and how they agree.

Of the documents that are removed, *precision* is the share that should be; of those that are kept, the *miss
rate* is the share that should not. A rate counts only documents that were drawn at random from what it is a
rate of, by the recipe as it stands: those nearest a limit are no such draw and are counted apart, and so is
what was asked under other limits. Unsure verdicts are in no rate; how many there are stands beside it. Of
several people the verdict with most voices counts, none with a tie: it is unsure.

Two people's agreement is Cohen's kappa (1960) over the three verdicts, with the large-sample standard error
of Fleiss, Cohen and Everitt (1969).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.estimates import Strata, share_of_documents, wilson
from indexes.rule import Step
from indexes.verdicts import (
    BORDERLINE,
    BOTH,
    CHOSEN,
    DROP,
    KEEP,
    KEPT,
    REMOVED,
    REMOVED_BY,
    UNSURE,
    VERDICTS,
    Asked,
    Judgement,
    latest,
)

FEWEST = 2
"""Judged documents below which a share has an interval and no estimate worth saying."""


@dataclass(frozen=True)
class Rate:
    """A share of judged documents, 0 to 1, with its 95 % interval; NaN where none was judged.

    Attributes:
        hits, judged: of so many, so many are.
        unsure: further ones, of which nobody could say.
    """

    value: float
    low: float
    high: float
    hits: int
    judged: int
    unsure: int = 0

    def as_json(self) -> dict[str, Any]:
        """Null where none was judged."""
        ends = (
            {"share": None, "low": None, "high": None}
            if np.isnan(self.value)
            else {"share": self.value, "low": self.low, "high": self.high}
        )
        return {**ends, "of": self.judged, "unsure": self.unsure}


@dataclass(frozen=True)
class Document:
    """A judged document as a recipe has it now.

    Attributes:
        verdict: of all who judged it.
        kept: by the recipe.
        answers: of each step, None for unknown.
        lists: (list, rule) of each time it was asked under this recipe.
    """

    verdict: str
    kept: bool
    answers: tuple[bool | None, ...]
    lists: frozenset[tuple[str, str | None]]


@dataclass(frozen=True)
class Standing:
    """How a recipe, or one rule of it, stands after what was judged.

    Attributes:
        reason: of the rule; None for the recipe.
        removed: documents that it removes; None where the funnel does not tell it from others.
        precision: share of the removed that should be.
        misses: share of what it keeps that should be removed. A rule keeps what the recipe does and what only
            others remove: both are weighed by their size.
        border_removed, border_kept: verdict -> documents nearest its limit, on either side.
        only_this: documents that this rule is alone to remove, so that they come back without it; None for
            the recipe, and where the funnel does not tell it.
    """

    reason: str | None
    removed: int | None
    precision: Rate
    misses: Rate
    border_removed: Mapping[str, int]
    border_kept: Mapping[str, int]
    only_this: int | None = None

    @property
    def too_few(self) -> bool:
        """Whether so few of the removed were judged that their interval alone can be said."""
        return self.precision.judged < min(FEWEST, FEWEST if self.removed is None else self.removed)

    @property
    def wrongly_removed(self) -> tuple[float, float, float] | None:
        """Documents that it removes and should not: the estimate and its 95 % interval."""
        if self.removed is None or not self.precision.judged:
            return None
        wrong = (1 - end for end in (self.precision.value, self.precision.high, self.precision.low))
        middle, low, high = (share * self.removed for share in wrong)
        return middle, low, high

    def as_json(self) -> dict[str, Any]:
        """What ``assay judgements --recipe`` prints of it; ``analytics.answers`` says what the keys mean."""
        wrong = self.wrongly_removed
        return {
            "name": self.reason or "the recipe",
            "removed": self.removed,
            "precision": self.precision.as_json(),
            "miss_rate": self.misses.as_json(),
            "wrongly_removed": None if wrong is None else [round(number) for number in wrong],
        }


def rate(verdicts: Iterable[str]) -> Rate:
    """The share of ``drop`` among verdicts, unsure ones apart: Wilson 1927."""
    found = Counter(verdicts)
    hits, judged = found[DROP], found[DROP] + found[KEEP]
    if not judged:
        return Rate(np.nan, np.nan, np.nan, 0, 0, found[UNSURE])
    value = hits / judged
    return Rate(value, *wilson(value, judged), hits, judged, found[UNSURE])


def sayings(steps: Iterable[Step]) -> dict[str, str]:
    """Reason -> what its steps say, as ``Asked.says`` has it."""
    said: dict[str, list[str]] = {}
    for step in steps:
        said.setdefault(step.reason, []).append(step.sentence())
    return {reason: "; ".join(sentences) for reason, sentences in said.items()}


def lists(
    rows: Iterable[Judgement], recipe_hash: str, says: Mapping[str, str], where: str = ""
) -> dict[str, frozenset[tuple[str, str | None]]]:
    """Key -> the lists from which the document was drawn under a recipe, replaced judgements too.

    Args:
        rows: every judgement.
        recipe_hash: of the recipe as it stands.
        says: of it (``sayings``). What was drawn for one rule is random for it while that rule stands.
        where: a hash of the conditions that narrow the corpus; empty for none. What was drawn from the whole
            corpus is random within its parts too; what was drawn from a part says nothing of others.
    """
    found: dict[str, set[tuple[str, str | None]]] = {}
    for row in rows:
        asked = row.asked
        if asked is None or asked.list == CHOSEN or asked.where not in ("", where):
            continue
        stands = bool(asked.says) and says.get(asked.rule or "") == asked.says
        if row.recipe_hash == recipe_hash or stands:
            found.setdefault(row.key, set()).add((asked.list, asked.rule))
    return {key: frozenset(drawn) for key, drawn in found.items()}


def done(asked: Asked, recipe_hash: str, says: Mapping[str, str], rows: Iterable[Judgement]) -> set[str]:
    """Keys of a person's documents that need not be asked again in a list.

    A random draw passes over nothing that it has not itself asked: what was judged for another reason is no
    random part of it, and to leave it out would make the rest less random still.
    """
    alike: set[tuple[str, str | None]] = {(asked.list, asked.rule)}
    if asked.list in (REMOVED, KEPT, BOTH):
        alike = {(name, None) for name in (REMOVED, KEPT, BOTH)}
    elif asked.list == REMOVED_BY:
        alike |= {(REMOVED, None), (BOTH, None)}
    return {key for key, asked_in in lists(rows, recipe_hash, says, asked.where).items() if asked_in & alike}


@dataclass(frozen=True)
class Sizes:
    """What a rule does in the whole corpus, in documents.

    Attributes:
        reason: of the rule.
        steps: numbers of the steps with this reason, from 0.
        removed: those that it answers no; None where several steps share the reason.
        passed: of those that others remove, those that it answers yes; None likewise.
        only_this: those that it is alone to remove, with or without an answer; None likewise.
    """

    reason: str
    steps: tuple[int, ...]
    removed: int | None
    passed: int | None
    only_this: int | None = None


def of_recipe(removed: int, documents: Sequence[Document]) -> Standing:
    """How a recipe stands.

    Args:
        removed: documents that it does not keep.
        documents: judged ones, each once.
    """
    return Standing(
        None,
        removed,
        rate(document.verdict for document in documents if _random_removed(document)),
        rate(document.verdict for document in documents if _random_kept(document)),
        {},
        {},
    )


def of_rule(sizes: Sizes, kept: int, documents: Sequence[Document]) -> Standing:
    """How one rule stands.

    Args:
        sizes: of the rule.
        kept: documents that the whole recipe keeps.
        documents: judged ones, each once.
    """
    at = sizes.steps
    removed = [document for document in documents if any(document.answers[i] is False for i in at)]
    passed = [document for document in documents if all(document.answers[i] for i in at)]
    own, border = (REMOVED_BY, sizes.reason), (BORDERLINE, sizes.reason)
    asked = [document for document in documents if border in document.lists]
    parts = (
        rate(document.verdict for document in passed if _random_kept(document)),
        rate(document.verdict for document in passed if _random_removed(document)),
    )
    return Standing(
        sizes.reason,
        sizes.removed,
        rate(document.verdict for document in removed if own in document.lists or _random_removed(document)),
        _together(parts, (kept, sizes.passed)),
        Counter(document.verdict for document in asked if not document.kept),
        Counter(document.verdict for document in asked if document.kept),
        sizes.only_this,
    )


def _together(parts: Sequence[Rate], whole: Sequence[int | None]) -> Rate:
    """The rate over several cells of which each was sampled for itself; NaN where one was hardly looked at.

    Cochran 1977, 5.3, made an interval by Wilson's at the effective number of documents.
    """
    judged, hits, unsure = (
        sum(getattr(part, name) for part in parts) for name in ("judged", "hits", "unsure")
    )
    drawn = np.array([part.judged for part in parts])
    # Counted on a sample of the corpus, a cell may seem smaller than what was seen of it.
    sizes = np.maximum([size or 0 for size in whole], drawn)
    there = sizes > 0
    if None in whole or not judged or (drawn[there] < np.minimum(sizes[there], FEWEST)).any():
        return Rate(np.nan, np.nan, np.nan, hits, judged, unsure)
    found = share_of_documents(
        Strata(sizes[there], drawn[there]), np.array([part.hits for part in parts])[there]
    )
    return Rate(found.value, found.low, found.high, hits, judged, unsure)


def _random_removed(document: Document) -> bool:
    return not document.kept and bool(document.lists & {(REMOVED, None), (BOTH, None)})


def _random_kept(document: Document) -> bool:
    return document.kept and bool(document.lists & {(KEPT, None), (BOTH, None)})


@dataclass(frozen=True)
class Agreement:
    """How two people agree on the documents that both judged.

    Attributes:
        same: share of the documents on which both say the same.
        kappa: 1 where they always agree, 0 where as often as by chance; NaN where chance alone would make
            them agree always.
        error: its standard error.
    """

    first: str
    second: str
    documents: int
    same: float
    kappa: float
    error: float

    def as_json(self) -> dict[str, Any]:
        """What ``assay judgements`` prints of it."""
        return {
            "name": f"{self.first} and {self.second}",
            "documents": self.documents,
            "same": self.same,
            "kappa": None if np.isnan(self.kappa) else self.kappa,
            "standard_error": None if np.isnan(self.error) else self.error,
        }


def agreements(rows: Sequence[Judgement]) -> list[Agreement]:
    """Of each two people who judged some documents both."""
    theirs: dict[str, dict[str, str]] = {}
    for row in latest(rows):
        theirs.setdefault(row.who, {})[row.key] = row.verdict
    found = []
    for first, second in combinations(sorted(theirs), 2):
        both = theirs[first].keys() & theirs[second].keys()
        if both:
            table = np.zeros((len(VERDICTS), len(VERDICTS)), np.int64)
            for key in both:
                table[VERDICTS.index(theirs[first][key]), VERDICTS.index(theirs[second][key])] += 1
            kappa, error = cohens_kappa(table)
            found.append(
                Agreement(first, second, len(both), float(np.trace(table) / len(both)), kappa, error)
            )
    return found


def cohens_kappa(table: NDArray[np.int64]) -> tuple[float, float]:
    """Agreement beyond chance of two people, and its standard error.

    Args:
        table: documents by what the first said and what the second did, shape (n_verdicts, n_verdicts).

    Returns:
        kappa and standard error; NaN where there is no document, or chance alone makes them agree always.

    Source: Cohen 1960; Fleiss, Cohen and Everitt 1969, equation 13.
    """
    n = int(table.sum())
    if not n:
        return float("nan"), float("nan")
    p = table / n
    first, second = p.sum(axis=1), p.sum(axis=0)
    by_chance = float(first @ second)
    if by_chance >= 1:
        return float("nan"), float("nan")
    kappa = (float(np.trace(p)) - by_chance) / (1 - by_chance)
    agreed = float((np.diag(p) * (1 - (first + second) * (1 - kappa)) ** 2).sum())
    apart = p * (second[:, None] + first[None, :]) ** 2
    differed = float((1 - kappa) ** 2 * (apart.sum() - np.trace(apart)))
    variance = (agreed + differed - (kappa - by_chance * (1 - kappa)) ** 2) / n
    return kappa, float(np.sqrt(max(variance, 0.0))) / (1 - by_chance)
