"""How does similarity fall along a ranking?"""

import polars as pl

from indexes.corpus import Corpus
from indexes.quoting import quote

SQL = """
SELECT min(rank) AS first, max(rank) AS last, median(similarity)::DOUBLE AS similarity FROM (
    SELECT similarity, row_number() OVER (ORDER BY score DESC, key, doc_id) AS rank
    FROM (SELECT {score} AS score, {similarity} AS similarity, key, doc_id {corpus} WHERE measured)
    WHERE score IS NOT NULL
) GROUP BY floor({steps} * log10(rank)) ORDER BY first
"""
STEPS = 6
"""Steps to each power of ten of the rank."""


def falling(corpus: Corpus, column: str) -> pl.DataFrame:
    """Median similarity at ranks spaced by their logarithm: ``first`` and ``last`` rank, ``similarity``."""
    similarity = f"{column}_similarity"
    sql = SQL.format(
        score=quote(column),
        similarity=quote(similarity),
        corpus=corpus.clause([column, similarity]),
        steps=STEPS,
    )
    return corpus.frame(sql)
