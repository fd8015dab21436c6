"""What shape has each column? All of them at once, for a table of small pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p

import numpy as np

from indexes.columns import Column
from indexes.corpus import Corpus
from indexes.queries.histogram import LARGEST, OUTER
from indexes.queries.looked_at import looked_at
from indexes.queries.values import places, values
from indexes.quoting import quote

BARS = 24
COUNTS = "integer"
WIDE = 50
"""A column whose large values are so many times its middle is spaced by logarithm."""

VALUES = """
SELECT which, sum(n)::BIGINT, count(*) FILTER (WHERE n > 0), list(n ORDER BY n DESC)[:{bars}]
FROM (SELECT {which} AS which, CASE {counts} END AS n {rows} GROUP BY GROUPING SETS ({sets})) GROUP BY which
"""


@dataclass(frozen=True)
class Shape:
    """A column in a few numbers.

    Attributes:
        bars: documents in each of equal bins, or with each of the most common values of a label.
        there: documents with a value, of those looked at.
        middle: the median of a column of numbers or dates (days since 1970), the share that is true.
        values: how many different values a label has.
        log: the bins are equal on the axis log(1 + x).
    """

    bars: tuple[int, ...]
    there: int
    middle: float | None = None
    values: int | None = None
    log: bool = False


def shapes(corpus: Corpus, names: Sequence[str]) -> dict[str, Shape]:
    """The shape of each of some columns, over all documents or a sample of ``SAMPLE``.

    Columns that are partial are looked at where they are measured.
    """
    columns = [corpus.column(name) for name in names]
    found = _numbers(corpus, [column for column in columns if column.type not in ("text", "other")])
    found |= _labels(corpus, [column for column in columns if column.type == "text"])
    return {name: found[name] for name in names if name in found}


def _numbers(corpus: Corpus, columns: Sequence[Column]) -> dict[str, Shape]:
    if not columns:
        return {}
    found: dict[str, Shape] = {}
    for column, x in values(corpus, columns, looked_at(corpus, [column.name for column in columns])):
        finite = x[np.isfinite(x)]
        if not finite.size:
            found[column.name] = Shape((), 0)
            continue
        at = places(finite.size, (0, OUTER, 0.5, 1 - OUTER))
        low, first, middle, last = np.partition(finite, at)[at].tolist()
        log = is_log(column, low, middle, last)
        n = int(min(BARS, last - first + 1)) if column.type in (COUNTS, "boolean") and not log else BARS
        first, last = max(first, -LARGEST), min(last, LARGEST)
        start, stop = (_log1p(first), _log1p(last)) if log else (first, last)
        step = max((stop - start) / n, 1e-9) * (1 + 1e-9)
        spaced = np.log1p(np.maximum(x, 0)) if log else x
        # What is infinite lies in the outer bins.
        with np.errstate(over="ignore"):
            bins = np.clip(np.floor((spaced - start) / step), 0, n - 1).astype(np.int64)
        bars = tuple(np.bincount(bins, minlength=n).tolist())
        if column.type == "boolean":
            middle = bars[-1] / x.size if n == 2 else middle
        found[column.name] = Shape(bars, int(x.size), middle, log=log)
    return found


def _labels(corpus: Corpus, columns: Sequence[Column]) -> dict[str, Shape]:
    if not columns:
        return {}
    said = [quote(column.name) for column in columns]
    sql = VALUES.format(
        which="CASE "
        + " ".join(f"WHEN grouping({name}) = 0 THEN {i}" for i, name in enumerate(said))
        + " END",
        counts=" ".join(f"WHEN grouping({name}) = 0 THEN count({name})" for name in said),
        sets=", ".join(f"({name})" for name in said),
        rows=looked_at(corpus, [column.name for column in columns]),
        bars=BARS,
    )
    found = {columns[which].name: Shape((), 0, values=0) for which in range(len(columns))}
    for which, there, different, counts in corpus.cursor().execute(sql).fetchall():
        bars = tuple(count for count in counts if count)
        found[columns[which].name] = Shape(bars, int(there), values=int(different))
    return found


def is_log(column: Column, low: float, middle: float, last: float) -> bool:
    """Whether a column's values are spaced by logarithm: lengths and counts are, shares are not."""
    if low < 0 or column.type not in (COUNTS, "number") or column.unit == "ratio":
        return False
    return last > 100 if column.type == COUNTS else last > WIDE * max(middle, 1.0)


def _log1p(value: float) -> float:
    return log1p(max(value, 0.0))
