"""What is the corpus made of, by one label or by two?"""

import polars as pl

from indexes.corpus import Corpus
from indexes.quoting import quote
from indexes.units import sums, weight_columns

LABELS_AT_MOST = 500
"""Labels listed; the rest are counted together."""

SQL = """
WITH counted AS (SELECT {labels}, {sums} {corpus} GROUP BY ALL)
SELECT * FROM counted ORDER BY documents DESC, {names} LIMIT {limit}
"""


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
        corpus=corpus.clause([*names.values(), *weight_columns(corpus)]),
        names=", ".join(names),
        limit=LABELS_AT_MOST if within is None else LABELS_AT_MOST * 10,
    )
    return corpus.frame(sql)


def label_count(corpus: Corpus, label: str) -> int:
    """How many values a label has, null not counted."""
    sql = f"SELECT count(DISTINCT {quote(label)}) {corpus.clause([label])}"
    row = corpus.one(sql)
    assert row is not None
    return int(row[0])
