"""The answers of a step for documents in memory: what ``Rule.sql`` asks DuckDB, asked of Polars.

The twin of ``indexes.rule``, held to it by a test. NaN and infinities never are in a column, but may be in
memory: both engines put NaN above everything and equal to itself.
"""

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import polars as pl

from indexes import pattern
from indexes.columns import DOC_ID, KEY
from indexes.rule import KEEP, LISTS, Cut, Listed, Rule, Share, Step

COMPARE: dict[str, Callable[[pl.Expr, Any], pl.Expr]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


def answers(documents: pl.DataFrame, step: Step) -> pl.Series:
    """The answer of each document: true, false, or null for unknown.

    Args:
        documents: a column for each that the step reads; ``key`` and ``doc_id`` too where it holds a ``top``.
        step: a rule or a group.

    Returns:
        Boolean, shape (n_docs,).

    Raises:
        ValueError: a ``top`` that is not resolved.
    """
    return documents.select(answer=_answer(step, documents.schema))["answer"]


def kept(documents: pl.DataFrame, steps: tuple[Step, ...]) -> pl.Series:
    """Keep mask, shape (n_docs,): true where every step is true."""
    every = [_answer(step, documents.schema) for step in steps]
    return documents.with_columns(kept=reduce(operator.and_, every, pl.lit(True)).fill_null(False))["kept"]


def _answer(step: Step, schema: pl.Schema) -> pl.Expr:
    if isinstance(step, Rule):
        question = _question(step, schema)
        return question.fill_null(True) if step.if_null == KEEP else question
    members = [_answer(member, schema) for member in step.members]
    if step.kind == "all":
        return reduce(operator.and_, members)
    some = reduce(operator.or_, members)
    return ~some if step.kind == "not" else some


def _question(rule: Rule, schema: pl.Schema) -> pl.Expr:
    column, limit = pl.col(rule.column), rule.limit
    if isinstance(limit, Share):
        return _in_top(rule.column, limit, schema)
    if rule.op == "is_null":
        return column.is_null()
    if rule.op == "not_null":
        return column.is_not_null()
    if rule.op == "matches":
        return column.str.contains(pattern.rust(str(limit)))
    values = limit.values if isinstance(limit, Listed) else limit if isinstance(limit, tuple) else (limit,)
    common = _common(schema[rule.column], values)
    column, literals = column.cast(common), [pl.lit(value).cast(common) for value in values]
    if rule.op == "between":
        return (column >= literals[0]) & (column <= literals[1])
    if rule.op in (*LISTS, "in_file"):
        held = column.is_in(pl.Series(values, dtype=common, strict=False).implode())
        return ~held if rule.op == "not_in" else held
    return COMPARE[rule.op](column, literals[0])


def _common(held: pl.DataType, values: tuple[Any, ...]) -> pl.DataType:
    """The type in which DuckDB compares: Polars would make the limit as narrow as the column."""
    if not held.is_numeric():
        return held
    if held.is_integer() and not any(isinstance(value, float) for value in values):
        return pl.Int128()
    return pl.Float64()


def _in_top(column: str, limit: Share, schema: pl.Schema) -> pl.Expr:
    if limit.cuts is None:
        raise ValueError("this top is not resolved yet: see indexes.queries.top")
    some = pl.lit(False)
    for cut in limit.cuts:
        above = _above(column, cut, schema)
        some = some | (above if limit.within is None else above & pl.col(limit.within).eq_missing(cut.group))
    return pl.when(pl.col(column).is_not_null()).then(some)


def _above(name: str, cut: Cut, schema: pl.Schema) -> pl.Expr:
    common = _common(schema[name], (cut.value,))
    column, value = pl.col(name).cast(common), pl.lit(cut.value).cast(common)
    key = pl.lit(cut.key, dtype=pl.UInt64)
    ranked = (pl.col(KEY) < key) | ((pl.col(KEY) == key) & (pl.col(DOC_ID) <= cut.doc_id))
    return (column > value) | ((column == value) & ranked)
