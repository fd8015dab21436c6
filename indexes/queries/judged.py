"""Judgements and their documents: which are to be judged next, and what a recipe says of those that were."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from indexes.corpus import Corpus
from indexes.queries.decisions import answered, kept_condition
from indexes.queries.examples import examples
from indexes.rule import Step
from indexes.verdicts import BORDERLINE, BOTH, KEPT, REMOVED, REMOVED_BY, Asked

SQL = """
    SELECT key, min(doc_id) AS doc_id, arg_min(kept, doc_id) AS kept, arg_min(answers, doc_id) AS answers
    FROM (
        SELECT key, doc_id, measured, {kept} IS TRUE AS kept, [{answers}]::BOOLEAN[] AS answers
        FROM {answered}
    )
    WHERE measured AND key IN (SELECT unnest(?::UBIGINT[]))
    GROUP BY key ORDER BY doc_id
"""
IDS = """
    SELECT key, min(doc_id) AS doc_id {corpus} WHERE key IN (SELECT unnest(?::UBIGINT[]))
    GROUP BY key ORDER BY doc_id
"""


def decided(corpus: Corpus, steps: Sequence[Step], keys: Sequence[int]) -> pl.DataFrame:
    """What steps say of the documents of some keys; those that are not there or not measured are left out.

    Args:
        corpus: the documents.
        steps: resolved (``indexes.queries.top``).
        keys: of copies of one key the first document counts.

    Returns:
        ``key``, ``doc_id``, ``kept`` and ``answers`` (list of boolean, null for unknown, one a step).
    """
    sql = SQL.format(
        kept=kept_condition(steps),
        answers=", ".join(f"__answer_{i}" for i in range(len(steps))),
        answered=answered(corpus, steps),
    )
    return corpus.frame(sql, [*(value for step in steps for value in step.values), list(keys)])


def first_of(corpus: Corpus, keys: Sequence[int]) -> dict[int, int]:
    """Key -> ``doc_id``, of copies the first; what is not there or was dropped is left out."""
    return dict(corpus.frame(IDS.format(corpus=corpus.clause([])), [list(keys)]).iter_rows())


def to_judge(corpus: Corpus, steps: Sequence[Step], asked: Asked, n: int) -> pl.DataFrame:
    """The first documents of a list, in the order in which they are asked.

    Args:
        corpus: the documents.
        steps: resolved.
        asked: which list. Documents that follow the seed's point among the numbers of ``random``, which no
            verdict has a say in; from both sides by a coin of the seed's, nearest a limit in turn.
        n: how many at most of each side.

    Returns:
        As ``indexes.queries.examples``, with ``kept``.

    Raises:
        ValueError: no step has the reason.
    """
    how = "borderline" if asked.list == BORDERLINE else "random"
    sides: dict[str, tuple[str, ...]] = {REMOVED: (REMOVED,), KEPT: (KEPT,), REMOVED_BY: (REMOVED,)}
    found = [
        examples(corpus, steps, which, asked.rule, how, n, asked.seed).with_columns(  # type: ignore[arg-type]
            pl.lit(which == KEPT).alias("kept")
        )
        for which in sides.get(asked.list, (REMOVED, KEPT))
    ]
    if len(found) == 1:
        return found[0]
    tosses = 2 * n
    if asked.list == BOTH:
        coins = np.random.default_rng(asked.seed).integers(2, size=tosses)
    else:
        coins = np.arange(tosses) % 2
    turns = [np.flatnonzero(coins == side) for side in (0, 1)]
    placed = []
    for side, rows in enumerate(found):
        # Where a side's turns run out, the rest of it comes after all others.
        turn = np.concatenate([turns[side], np.arange(tosses, tosses + rows.height)])[: rows.height]
        placed.append(rows.with_columns(pl.Series("turn", turn, dtype=pl.Int64)))
    return pl.concat(placed).sort("turn", "doc_id").drop("turn")
