"""From which years are the documents?"""

import polars as pl

from indexes.corpus import Corpus
from indexes.quoting import quote
from indexes.units import sums, weight_columns

SQL = "SELECT year({date}::DATE)::BIGINT AS year, {sums} {corpus} GROUP BY ALL ORDER BY year NULLS LAST"


def years(corpus: Corpus, column: str = "date") -> pl.DataFrame:
    """``year`` (null for undated documents, last), ``documents``, ``tokens``, ``bytes``."""
    clause = corpus.clause([], beside=[column, *weight_columns(corpus)])
    return corpus.frame(SQL.format(date=quote(column), sums=sums(corpus), corpus=clause))
