"""In which group does a document lie, by any column that divides a corpus?"""

from itertools import pairwise

from indexes.columns import SOURCE, Column
from indexes.corpus import Corpus
from indexes.quoting import quote

NUMBERED = ("year", "cluster", "cluster_id", "topic", "topic_id")
"""Columns of whole numbers, by name or by its end, of which each value is a group of its own."""


def numbers_groups(column: Column) -> bool:
    """Whether the whole numbers of a column number groups, as those of ``topic_cluster`` do."""
    name = column.name.removeprefix(SOURCE)
    return column.type == "integer" and (
        name in NUMBERED or name.endswith(tuple(f"_{end}" for end in NUMBERED))
    )


def group_of(corpus: Corpus, label: str, rows: str = "") -> str:
    """SQL of a document's group: text, null where it has none.

    Args:
        corpus: the documents.
        label: a column; of dates, the years are its values, of numbers its tenths (``up to 52``),
            but of numbers of groups these.
        rows: the FROM clause of the documents whose tenths they are; all if it is empty.
    """
    column = corpus.column(label)
    if column.type == "date":
        return f"year({quote(label)}::DATE)::VARCHAR"
    if column.type not in ("integer", "number") or numbers_groups(column):
        return f"{quote(label)}::VARCHAR"
    x = f"{quote(label)}::DOUBLE"
    row = corpus.one(
        f"SELECT quantile_disc({x}, [{', '.join(str(i / 10) for i in range(1, 10))}]) "
        f"FILTER (isfinite({x})) {rows or corpus.clause([label])}"
    )
    ends = list(dict.fromkeys(row[0])) if row is not None and row[0] is not None else []
    said = [_said(end) for end in ends]
    names = [f"up to {said[0]}", *(f"over {a} to {b}" for a, b in pairwise(said))] if ends else []
    cases = " ".join(f"WHEN {x} <= {end!r} THEN '{name}'" for end, name in zip(ends, names, strict=True))
    last = f"'over {said[-1]}'" if said else "NULL"
    return f"(CASE WHEN {quote(label)} IS NULL OR NOT isfinite({x}) THEN NULL {cases} ELSE {last} END)"


def _said(end: float) -> str:
    """In full, so that no two ends look alike; thousands apart by a thin space, as on the pages."""
    return (f"{end:,.0f}" if end == int(end) and abs(end) < 1e15 else f"{end:,.15g}").replace(",", "\u202f")


def order_of(corpus: Corpus, label: str) -> str:
    """SQL of what orders a document's group among the others, where they have an order; null else."""
    name, type_ = quote(label), corpus.column(label).type
    if type_ == "date":
        return f"year({name}::DATE)::DOUBLE"
    return f"{name}::DOUBLE" if type_ in ("integer", "number") else "NULL::DOUBLE"
