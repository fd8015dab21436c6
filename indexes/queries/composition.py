"""What is the corpus made of, by one label or by two?"""

import polars as pl

from indexes.corpus import Corpus
from indexes.quoting import quote
from indexes.units import sums, weight_columns

LABELS_AT_MOST = 500
"""Labels listed; a caller sees from the totals what the rest come to."""

SQL = """
WITH counted AS (SELECT {labels}, {sums} {corpus} GROUP BY ALL)
SELECT * FROM counted ORDER BY documents DESC, {names} LIMIT {limit}
"""
COUNTS = "SELECT {counts} {corpus}"


def composition(corpus: Corpus, label: str, within: str | None = None) -> pl.DataFrame:
    """Documents, tokens and bytes of each value of a label, or of each pair of values of two.

    Args:
        corpus: the corpus.
        label: a column of text, e.g. ``domain``.
        within: a second one, e.g. ``source``.

    Returns:
        ``label`` (null where not stated), ``within`` if asked for, ``documents``, ``tokens``, ``bytes``;
        most documents first, at most ``LABELS_AT_MOST`` rows, ten times that of pairs.
    """
    names = {"label": label} | ({"within": within} if within else {})
    said = ", ".join(f"{quote(column)}::VARCHAR AS {name}" for name, column in names.items())
    sql = SQL.format(
        labels=said,
        sums=sums(corpus),
        corpus=corpus.clause([], beside=[*names.values(), *weight_columns(corpus)]),
        names=", ".join(names),
        limit=LABELS_AT_MOST if within is None else LABELS_AT_MOST * 10,
    )
    return corpus.frame(sql)


def label_counts(corpus: Corpus, labels: tuple[str, ...]) -> dict[str, int]:
    """Label -> how many values it has, null not counted. In one pass."""
    if not labels:
        return {}
    counts = ", ".join(f"count(DISTINCT {quote(label)})" for label in labels)
    row = corpus.one(COUNTS.format(counts=counts, corpus=corpus.clause([], beside=labels)))
    assert row is not None
    return dict(zip(labels, map(int, row), strict=True))
