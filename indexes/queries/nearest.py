"""Which documents stand at the quantiles of a column, and which have each of its values?"""

from collections.abc import Sequence

import polars as pl

from indexes.corpus import Corpus
from indexes.quoting import quote
from indexes.units import as_number

# Each value's document is the least of a struct that begins with the distance: one pass for all values.
NEAREST = "SELECT {found} FROM (SELECT doc_id, key, {x} AS x {corpus} WHERE measured) WHERE x IS NOT NULL"
FOUND = "min({{'distance': abs(x - ?), 'key': key, 'doc_id': doc_id, 'value': x::DOUBLE}})"
WITH_VALUE = """
SELECT arg_min(doc_id, (random, doc_id)) AS doc_id, arg_min(key, (random, doc_id)) AS key, value
FROM (SELECT doc_id, key, random, {x}::VARCHAR AS value {corpus} WHERE measured)
WHERE value IN (SELECT unnest(?)) GROUP BY value ORDER BY list_position(?, value)
"""


def nearest(corpus: Corpus, column: str, values: Sequence[float]) -> pl.DataFrame:
    """The document nearest to each value: ``doc_id``, ``key``, ``value``; the least key among equals.

    Dates are days since 1970.
    """
    found = ", ".join(FOUND.format() for _ in values) or "1"
    x = as_number(corpus.column(column))
    sql = NEAREST.format(found=found, x=x, corpus=corpus.clause([column]))
    row = corpus.one(sql, [float(value) for value in values]) if values else None
    return pl.DataFrame(
        [[one[name] for name in ("doc_id", "key", "value")] for one in row or () if one is not None],
        schema={"doc_id": pl.Int64, "key": pl.UInt64, "value": pl.Float64},
        orient="row",
    )


def with_values(corpus: Corpus, column: str, values: Sequence[str]) -> pl.DataFrame:
    """One document with each value of a label: ``doc_id``, ``key``, ``value``, drawn by ``random``."""
    sql = WITH_VALUE.format(x=quote(column), corpus=corpus.clause([column, "random"]))
    return corpus.frame(sql, [list(values), list(values)])
