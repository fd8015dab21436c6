"""Where do the quantiles of a column lie, weighed by documents, tokens or bytes?"""

from collections.abc import Sequence

from indexes.corpus import Corpus
from indexes.units import as_number, needed, weight

PLAIN = (
    "SELECT quantile_disc(x, ?::DOUBLE[]) FROM (SELECT {x} AS x {corpus} WHERE measured) WHERE x IS NOT NULL"
)
WEIGHED = """
WITH summed AS (
    SELECT x, sum(sum(w)) OVER (ORDER BY x) AS below, sum(sum(w)) OVER () AS whole
    FROM (SELECT {x} AS x, {weight} AS w {corpus} WHERE measured) WHERE x IS NOT NULL GROUP BY x
)
SELECT list((SELECT min(x) FROM summed WHERE below >= share * whole) ORDER BY share)
FROM (SELECT unnest(?::DOUBLE[]) AS share)
"""


def quantiles(corpus: Corpus, column: str, shares: Sequence[float], unit: str = "documents") -> list[float]:
    """The value at each share of the documents, tokens or bytes that have one; empty where none has.

    Args:
        corpus: the corpus.
        column: of numbers, or of dates, which are days since 1970.
        shares: each 0 to 1, ascending.
        unit: what the shares are shares of.
    """
    sql = (PLAIN if unit == "documents" else WEIGHED).format(
        x=as_number(corpus.column(column)), weight=weight(unit), corpus=corpus.clause([column, *needed(unit)])
    )
    row = corpus.cursor().execute(sql, [list(shares)]).fetchone()
    return [] if row is None or row[0] is None else [float(value) for value in row[0] if value is not None]
