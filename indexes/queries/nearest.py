"""Which documents stand at the quantiles of a column?"""

from collections.abc import Sequence

import polars as pl

from indexes.corpus import Corpus
from indexes.quoting import quote

SQL = """
SELECT doc_id, key, x::DOUBLE AS value FROM (SELECT doc_id, key, {x} AS x {corpus} WHERE measured)
WHERE x IS NOT NULL ORDER BY abs(x - ?), key, doc_id LIMIT 1
"""


def nearest(corpus: Corpus, column: str, values: Sequence[float]) -> pl.DataFrame:
    """The document nearest to each value: ``doc_id``, ``key``, ``value``; the least key among equals."""
    sql = SQL.format(x=quote(column), corpus=corpus.clause([column]))
    return pl.concat(
        [corpus.frame(sql, [float(value)]) for value in values]
        or [pl.DataFrame(schema={"doc_id": pl.Int64, "key": pl.UInt64, "value": pl.Float64})]
    )
