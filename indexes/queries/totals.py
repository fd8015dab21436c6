"""How large is the corpus?"""

from dataclasses import dataclass

from indexes.columns import TOKENS
from indexes.corpus import Corpus
from indexes.units import sums, weight_columns

SQL = "SELECT {sums}, {median} AS median, count(*) FILTER (WHERE NOT measured) {corpus}"


@dataclass(frozen=True)
class Totals:
    """Sizes over all documents that are not dropped.

    Attributes:
        tokens, bytes: None where they were not measured; else over the documents that were.
        median_tokens: of a document.
        not_measured: documents of shards without tokens or bytes.
    """

    documents: int
    tokens: int | None
    bytes: int | None
    median_tokens: float | None
    not_measured: int


def totals(corpus: Corpus) -> Totals:
    """Documents, tokens and bytes in one pass."""
    there = weight_columns(corpus)
    if not corpus.workspace.shards:
        return Totals(0, None, None, None, 0)
    median = f"median({TOKENS})" if TOKENS in there else "NULL"
    sql = SQL.format(sums=sums(corpus), median=median, corpus=corpus.clause(there))
    row = corpus.one(sql)
    assert row is not None
    return Totals(*row)
