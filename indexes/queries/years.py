"""From which years are the documents?"""

import polars as pl

from indexes.corpus import Corpus
from indexes.units import sums, weight_columns

SQL = "SELECT year(date::DATE)::BIGINT AS year, {sums} {corpus} GROUP BY ALL ORDER BY year NULLS LAST"


def years(corpus: Corpus) -> pl.DataFrame:
    """``year`` (null for undated documents, last), ``documents``, ``tokens``, ``bytes``."""
    clause = corpus.clause(["date", *weight_columns(corpus)])
    return corpus.frame(SQL.format(sums=sums(corpus), corpus=clause))
