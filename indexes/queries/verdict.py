"""What does each step of a recipe say of one document?"""

from collections.abc import Sequence

from indexes.corpus import Corpus
from indexes.queries.decisions import answered
from indexes.rule import Step

SQL = "SELECT measured, [{answers}] FROM {answered} WHERE doc_id = ?"


def verdict(corpus: Corpus, steps: Sequence[Step], doc_id: int) -> tuple[bool | None, ...] | None:
    """The answer of each step: true, false, or None where it is unknown.

    Args:
        corpus: the documents.
        steps: resolved (``indexes.queries.top``).
        doc_id: one that is not dropped.

    Returns:
        As many answers as steps; None where the document's shard lacks a column that is needed.
    """
    if not steps:
        return ()
    answers = ", ".join(f"__answer_{i}" for i in range(len(steps)))
    sql = SQL.format(answers=answers, answered=answered(corpus, steps))
    row = corpus.one(sql, [*(value for step in steps for value in step.values), doc_id])
    return None if row is None or not row[0] else tuple(row[1])
