"""How is a column distributed within each value of a label?"""

import polars as pl

from indexes.corpus import Corpus
from indexes.quoting import quote

SQL = """
SELECT label, documents, q[1] AS low, q[2] AS lower, q[3] AS median, q[4] AS upper, q[5] AS high FROM (
    SELECT {label}::VARCHAR AS label, count({x})::BIGINT AS documents,
        quantile_disc({x}, [0.1, 0.25, 0.5, 0.75, 0.9]) AS q
    {corpus} WHERE measured AND {x} IS NOT NULL GROUP BY ALL
) ORDER BY documents DESC, label LIMIT {limit}
"""


def groups(corpus: Corpus, column: str, label: str, limit: int = 24) -> pl.DataFrame:
    """Quantiles of a column for each value of a label, over documents.

    Returns:
        ``label`` (null where not stated), ``documents``, and the values at 10, 25, 50, 75 and 90 % as
        ``low``, ``lower``, ``median``, ``upper``, ``high``; most documents first.
    """
    sql = SQL.format(x=quote(column), label=quote(label), corpus=corpus.clause([column, label]), limit=limit)
    return corpus.frame(sql)
