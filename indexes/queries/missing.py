"""Of how many documents has each column no value, and why?"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from indexes.corpus import Corpus
from indexes.positions import MEASURED
from indexes.queries.grouping import group_of
from indexes.queries.looked_at import looked_at
from indexes.quoting import quote

BY = """
SELECT label, count(*)::BIGINT AS documents, count(*) FILTER (WHERE NOT there)::BIGINT AS missing,
    count(*) OVER ()::BIGINT AS labels
FROM (SELECT {label} AS label, {there} AS there {rows})
GROUP BY label ORDER BY documents DESC, label LIMIT {limit}
"""


@dataclass(frozen=True)
class Missing:
    """A column's documents without a value.

    Attributes:
        documents: that are looked at.
        null: measured, but without a value: it is undefined there, or the record came without one.
        not_measured: in shards that have no file of the column.
    """

    documents: int
    null: int
    not_measured: int

    @property
    def share(self) -> float:
        """Of all that are looked at, without a value for either reason."""
        return (self.null + self.not_measured) / self.documents if self.documents else 0.0


def missing(corpus: Corpus, names: Sequence[str]) -> dict[str, Missing]:
    """Count the documents without a value, of those that are looked at; nothing infinite is one.

    Args:
        corpus: the corpus.
        names: of columns that are measured somewhere.
    """
    there = {name: f"count(*) FILTER (WHERE {_there(corpus, name)})" for name in names}
    said = ", ".join(["count(*)", *there.values()])
    row = corpus.one(f"SELECT {said} {looked_at(corpus, names)}") or (0,) * (len(there) + 1)
    total, *counts = map(int, row)
    unmeasured = {
        family: _not_measured(corpus, name)
        for family, name in {corpus.columns[name].family: name for name in names}.items()
        if family in corpus.gaps
    }
    return {
        name: Missing(total, total - count - without, without)
        for name, count in zip(there, counts, strict=True)
        for without in [unmeasured.get(corpus.columns[name].family, 0)]
    }


def missing_by(corpus: Corpus, column: str, label: str, limit: int = 24) -> pl.DataFrame:
    """Count the documents without a value in each group.

    Args:
        corpus: the corpus.
        column: of any type of one value a document.
        label: what divides the documents: of dates the years do, of numbers the tenths.
        limit: groups that are given, those of most documents.

    Returns:
        ``label`` (null where not stated), ``documents`` of the group, ``missing`` of them, and ``labels``,
        how many groups there are.
    """
    rows = looked_at(corpus, [column, label])
    return corpus.frame(
        BY.format(
            there=_there(corpus, column), label=group_of(corpus, label, rows), rows=rows, limit=int(limit)
        )
    )


def _there(corpus: Corpus, name: str) -> str:
    """SQL: whether a document has a value."""
    finite = corpus.column(name).type == "number"
    return f"coalesce(isfinite({quote(name)}::DOUBLE), FALSE)" if finite else f"{quote(name)} IS NOT NULL"


def _not_measured(corpus: Corpus, name: str) -> int:
    row = corpus.one(f"SELECT count(*) FILTER (WHERE NOT {MEASURED}) {looked_at(corpus, [], [name])}")
    return int(row[0]) if row else 0
