"""Documents, tokens, bytes: what a share can be a share of, as columns and as SQL."""

from collections.abc import Sequence

from indexes.columns import BYTES, TOKENS, Column
from indexes.corpus import Corpus
from indexes.quoting import quote


def weight_columns(corpus: Corpus) -> list[str]:
    """Those of the columns ``tokens`` and ``bytes`` that can be asked for."""
    ready = set(corpus.ready())
    return [name for name in (TOKENS, BYTES) if name in ready]


def sums(corpus: Corpus) -> str:
    """SQL: ``documents``, ``tokens`` and ``bytes`` of a group; null where a column is not there."""
    there = weight_columns(corpus)
    said = ["count(*)::BIGINT AS documents"]
    for name in (TOKENS, BYTES):
        said.append(
            f"coalesce(sum({name}), 0)::BIGINT AS {name}" if name in there else f"NULL::BIGINT AS {name}"
        )
    return ", ".join(said)


def weight(unit: str) -> str:
    """SQL: what one document weighs in a unit."""
    return {"documents": "1", TOKENS: f"coalesce({TOKENS}, 0)", BYTES: f"coalesce({BYTES}, 0)"}[unit]


def needed(unit: str) -> Sequence[str]:
    """Columns that a weight needs."""
    return [] if unit == "documents" else [unit]


def as_number(column: Column) -> str:
    """SQL: a column's values as numbers: dates as days since 1970, true as 1."""
    name = quote(column.name)
    return {
        "date": f"date_diff('day', DATE '1970-01-01', {name}::DATE)",
        "boolean": f"{name}::TINYINT",
    }.get(column.type, name)
