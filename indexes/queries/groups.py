"""How is a column distributed within each group of documents, and of which of them is it missing?"""

import polars as pl

from indexes.corpus import Corpus
from indexes.queries.grouping import group_of
from indexes.queries.looked_at import looked_at
from indexes.units import as_number

SQL = """
SELECT label, documents, missing, q[1] AS low, q[2] AS lower, q[3] AS median, q[4] AS upper, q[5] AS high,
    count(*) OVER ()::BIGINT AS labels
FROM (
    SELECT label, count(x)::BIGINT AS documents, count(*) - count(x) AS missing,
        quantile_disc(x, [0.1, 0.25, 0.5, 0.75, 0.9]) AS q
    FROM (SELECT label, CASE WHEN NOT isnan(x) THEN x END AS x
        FROM (SELECT {label} AS label, ({x})::DOUBLE AS x {rows}))
    GROUP BY label
) WHERE {shown} ORDER BY {order} DESC, label LIMIT {limit}
"""


def groups(corpus: Corpus, column: str, label: str, limit: int = 24, missing: bool = False) -> pl.DataFrame:
    """Quantiles of a column in each group, over the documents that are looked at.

    Args:
        corpus: the corpus.
        column: of numbers, dates (days since 1970) or booleans.
        label: what divides the documents: of dates the years do, of numbers the tenths.
        limit: groups that are given, those of most documents with a value.
        missing: groups of most documents instead, also where none has a value.

    Returns:
        ``label`` (null where not stated), ``documents`` with a value, ``missing`` ones without, the values at
        10, 25, 50, 75 and 90 % as ``low``, ``lower``, ``median``, ``upper``, ``high``, and ``labels``, how
        many groups there are.
    """
    rows = looked_at(corpus, [column, label])
    sql = SQL.format(
        x=as_number(corpus.column(column)),
        label=group_of(corpus, label, rows),
        rows=rows,
        shown="TRUE" if missing else "documents > 0",
        order="documents + missing" if missing else "documents",
        limit=limit,
    )
    return corpus.frame(sql)
