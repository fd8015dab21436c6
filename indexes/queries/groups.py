"""How is a column distributed within each group of documents?"""

import polars as pl

from indexes.corpus import Corpus
from indexes.queries.grouping import group_of, order_of
from indexes.queries.looked_at import looked_at
from indexes.units import as_number

SQL = """
SELECT label, documents, mean, q[1] AS low, q[2] AS lower, q[3] AS median, q[4] AS upper, q[5] AS high,
    first, count(*) OVER ()::BIGINT AS labels
FROM (
    SELECT label, count(*)::BIGINT AS documents, avg(x) AS mean, min(spot) AS first,
        quantile_disc(x, [0.1, 0.25, 0.5, 0.75, 0.9]) AS q
    FROM (SELECT {label} AS label, ({x})::DOUBLE AS x, {order} AS spot {rows}) WHERE isfinite(x)
    GROUP BY label
) ORDER BY documents DESC, label LIMIT {limit}
"""


def groups(corpus: Corpus, column: str, label: str, limit: int = 24) -> pl.DataFrame:
    """Mean and quantiles of a column in each group, over the documents that are looked at.

    Args:
        corpus: the corpus.
        column: of numbers, dates (days since 1970) or booleans.
        label: what divides the documents: of dates the years do, of numbers the tenths.
        limit: groups that are given, those of most documents with a finite value.

    Returns:
        ``label`` (null where not stated), ``documents`` with a value, ``mean``, the values at 10, 25, 50, 75
        and 90 % as ``low``, ``lower``, ``median``, ``upper``, ``high``, ``first``, by which groups of years
        and tenths are ordered (null for others), and ``labels``, how many groups there are.
    """
    rows = looked_at(corpus, [column, label])
    return corpus.frame(
        SQL.format(
            x=as_number(corpus.column(column)),
            label=group_of(corpus, label, rows),
            order=order_of(corpus, label),
            rows=rows,
            limit=limit,
        )
    )
