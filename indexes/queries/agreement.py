"""Of several rules, on which documents do they agree? In one pass over the patterns of their answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexes.columns import BYTES, TOKENS
from indexes.corpus import Corpus
from indexes.queries.funnel import SQL, Amount
from indexes.rule import Rule, columns_of


@dataclass(frozen=True)
class Agreement:
    """What rules keep, over the documents that are measured for all of them.

    Attributes:
        total: of these documents.
        not_measured: the others.
        kept: by each rule.
        unknown: of each rule, documents without an answer; they are not kept.
        apart: documents that rule i keeps and rule j does not, shape (n_rules, n_rules).
        all_agree: documents that every rule keeps or none does.
    """

    total: Amount
    not_measured: int
    kept: tuple[Amount, ...]
    unknown: tuple[int, ...]
    apart: NDArray[np.int64]
    all_agree: int

    def times(self, factor: float) -> "Agreement":
        """What it is of a corpus so many times as large as the part that was counted."""
        return Agreement(
            total=self.total.times(factor),
            not_measured=round(self.not_measured * factor),
            kept=tuple(amount.times(factor) for amount in self.kept),
            unknown=tuple(round(documents * factor) for documents in self.unknown),
            apart=np.round(self.apart * factor).astype(np.int64),
            all_agree=round(self.all_agree * factor),
        )


def agreement(corpus: Corpus, rules: Sequence[Rule]) -> Agreement:
    """Ask each document for the answer of every rule.

    Args:
        corpus: the documents.
        rules: one at least, resolved (``indexes.queries.top``).
    """
    counted = [name for name in (TOKENS, BYTES) if name in corpus.ready()]
    sql = SQL.format(
        answers="".join(f"({rule.sql()})::TINYINT AS answer_{i}, " for i, rule in enumerate(rules)),
        tokens=f"sum({TOKENS})" if TOKENS in counted else "NULL",
        bytes=f"sum({BYTES})" if BYTES in counted else "NULL",
        corpus=corpus.clause(columns_of(rules), beside=counted),
    )
    found = corpus.frame(sql, [value for rule in rules for value in rule.values])
    inside = found["measured"].to_numpy()
    answers = np.array([found[f"answer_{i}"].fill_null(-1).to_numpy() for i in range(len(rules))], np.int8)
    documents, *sizes = (found[name].fill_null(0).to_numpy() for name in ("documents", *counted))

    def count(mask: NDArray[np.bool_]) -> Amount:
        held = {name: int(size[mask].sum()) for name, size in zip(counted, sizes, strict=True)}
        return Amount(int(documents[mask].sum()), held.get(TOKENS), held.get(BYTES))

    yes = (answers > 0) & inside
    weighed = (documents * inside).astype(np.int64)
    apart = (yes * weighed).astype(np.int64) @ (~(answers > 0) & inside).T.astype(np.int64)
    alike = inside & (yes.all(axis=0) | ~yes.any(axis=0))
    return Agreement(
        count(inside),
        int(documents[~inside].sum()),
        tuple(count(row) for row in yes),
        tuple(int(documents[inside & (row < 0)].sum()) for row in answers),
        apart,
        int(documents[alike].sum()),
    )
