"""What do two recipes keep of one corpus: both, one of them only, neither? In one pass.

As in ``indexes.queries.funnel`` the pass counts how often each pattern of answers occurs; a step that stands
in both recipes is asked once. A document without an answer is not kept. A document is measured where it is
for every step of either recipe; others are counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes.columns import BYTES, TOKENS
from indexes.corpus import Corpus
from indexes.queries.funnel import SQL, Amount
from indexes.rule import Step, columns_of


@dataclass(frozen=True)
class Reason:
    """A step of one recipe, and what it has to do with the documents that only the other one keeps.

    Attributes:
        fails: of them, those for which the step is not true.
        only_this: of them, those for which every other step of its recipe is.
    """

    step: Step
    fails: Amount
    only_this: Amount


@dataclass(frozen=True)
class Overlap:
    """What two recipes keep of the documents that are measured.

    Attributes:
        total: all of them; ``a``, ``b``, ``both``, ``only_a``, ``only_b``, ``neither`` are parts of it.
        not_measured: documents outside all of these.
        why_b: the steps of B, over what only A keeps.
        why_a: the steps of A, over what only B keeps.
    """

    total: Amount
    a: Amount
    b: Amount
    both: Amount
    only_a: Amount
    only_b: Amount
    neither: Amount
    not_measured: Amount
    why_a: tuple[Reason, ...]
    why_b: tuple[Reason, ...]

    def times(self, factor: float) -> "Overlap":
        """What it is of a corpus so many times as large as the part that was counted."""

        def all_more(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
            return tuple(
                Reason(one.step, one.fails.times(factor), one.only_this.times(factor)) for one in reasons
            )

        return Overlap(
            total=self.total.times(factor),
            a=self.a.times(factor),
            b=self.b.times(factor),
            both=self.both.times(factor),
            only_a=self.only_a.times(factor),
            only_b=self.only_b.times(factor),
            neither=self.neither.times(factor),
            not_measured=self.not_measured.times(factor),
            why_a=all_more(self.why_a),
            why_b=all_more(self.why_b),
        )


def overlap(corpus: Corpus, a: Sequence[Step], b: Sequence[Step]) -> Overlap:
    """Count what the steps of two recipes keep together and apart.

    Args:
        corpus: the documents.
        a: in the recipe's order, resolved (``indexes.queries.top``).
        b: those of the other one.
    """
    asked = list(dict.fromkeys([*a, *b]))
    counted = [name for name in (TOKENS, BYTES) if name in corpus.ready()]
    sql = SQL.format(
        answers="".join(f"({step.sql()})::TINYINT AS answer_{i}, " for i, step in enumerate(asked)),
        tokens=f"sum({TOKENS})" if TOKENS in counted else "NULL",
        bytes=f"sum({BYTES})" if BYTES in counted else "NULL",
        corpus=corpus.clause(columns_of(asked), beside=counted),
    )
    found = corpus.frame(sql, [value for step in asked for value in step.values])
    true = {step: found[f"answer_{i}"].fill_null(0).to_numpy() > 0 for i, step in enumerate(asked)}
    documents, *sizes = (found[name].fill_null(0).to_numpy() for name in ("documents", *counted))
    inside = found["measured"].to_numpy()

    def count(mask: NDArray[np.bool_]) -> Amount:
        held = {name: int(size[mask].sum()) for name, size in zip(counted, sizes, strict=True)}
        return Amount(int(documents[mask].sum()), held.get(TOKENS), held.get(BYTES))

    def kept(steps: Sequence[Step]) -> NDArray[np.bool_]:
        return np.asarray(np.logical_and.reduce([inside, *(true[step] for step in steps)]))

    def reasons(steps: Sequence[Step], where: NDArray[np.bool_]) -> tuple[Reason, ...]:
        failing = np.sum([~true[step] for step in steps], axis=0)
        return tuple(
            Reason(step, count(where & ~true[step]), count(where & ~true[step] & (failing == 1)))
            for step in steps
        )

    by_a, by_b = kept(a), kept(b)
    return Overlap(
        total=count(inside),
        a=count(by_a),
        b=count(by_b),
        both=count(by_a & by_b),
        only_a=count(by_a & ~by_b),
        only_b=count(by_b & ~by_a),
        neither=count(inside & ~by_a & ~by_b),
        not_measured=count(~inside),
        why_a=reasons(a, by_b & ~by_a),
        why_b=reasons(b, by_a & ~by_b),
    )
