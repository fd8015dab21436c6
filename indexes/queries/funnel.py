"""What each step of a recipe leaves and removes, in documents, tokens and bytes, in one pass.

The pass counts how often each pattern of answers occurs; there are few (246 for eight rules on ten million
rows), and every figure is a sum over some of them. *Measured*, 10 M rows, eight rules, two threads: 0.5 s;
a query with one filtered count a figure took 9.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from indexes.columns import BYTES, TOKENS
from indexes.corpus import Corpus
from indexes.quoting import quote
from indexes.rule import Group, Step, columns_of

SQL = """
    SELECT measured, {answers} count(*) AS documents,
        {tokens}::BIGINT AS tokens, {bytes}::BIGINT AS bytes {more}
    {corpus} GROUP BY ALL
"""


@dataclass(frozen=True)
class Amount:
    """How many documents, and how much they are; None where the corpus has no such column.

    A document whose count is null counts as 0.
    """

    documents: int
    tokens: int | None
    bytes: int | None


Count = Callable[[pl.DataFrame, NDArray[np.bool_]], Amount]
"""Counts the patterns that a mask chooses, shape (n_patterns,), of a frame with a row a pattern."""


@dataclass(frozen=True)
class StepCount:
    """What a step does.

    Attributes:
        fails: not true for this step alone.
        kept: true for this step and all before it.
        only_this: fails this step and passes all others.
        unknown: of ``fails``, those without an answer.
        members: a group's, counted as if they were a recipe's steps.
    """

    step: Step
    fails: Amount
    kept: Amount
    only_this: Amount
    unknown: Amount
    members: tuple["StepCount", ...] = ()


@dataclass(frozen=True)
class Funnel:
    """What a recipe does to the documents that are measured.

    Attributes:
        total: all of them.
        kept: every step is true.
        unknown: no step is false, some have no answer.
        not_measured: documents outside all of these, of shards where a column that is asked for has no file.
    """

    total: Amount
    kept: Amount
    unknown: Amount
    not_measured: Amount
    steps: tuple[StepCount, ...]


@dataclass(frozen=True)
class _Answer:
    """A step's answer in each pattern, and those of its members. Arrays of shape (n_patterns,)."""

    step: Step
    true: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    members: list["_Answer"]


def funnel(
    corpus: Corpus,
    steps: Sequence[Step],
    cell: str = "",
    counting: Callable[[pl.DataFrame], Count] | None = None,
) -> Funnel:
    """Count what steps keep together and what each does alone.

    Args:
        corpus: the documents.
        steps: in the recipe's order, resolved (``indexes.queries.top``).
        cell: a column by whose values patterns are counted apart, as those of a sample are; the frame then
            has it, and ``tokens_squared`` and ``bytes_squared``.
        counting: from the frame of all patterns to what counts some of them; else they are added up.
    """
    nodes = list(_nodes(steps))
    counted = [name for name in (TOKENS, BYTES) if name in corpus.ready()]
    sql = SQL.format(
        answers="".join(f"{node.sql()} AS answer_{i}, " for i, node in enumerate(nodes)),
        tokens=f"sum({TOKENS})" if TOKENS in counted else "NULL",
        bytes=f"sum({BYTES})" if BYTES in counted else "NULL",
        more=_squares(cell, counted) if cell else "",
        corpus=corpus.clause(columns_of(steps), beside=[*counted, *([cell] if cell else [])]),
    )
    found = corpus.frame(sql, [value for node in nodes for value in node.values])
    inside = found.filter("measured")
    count = counting(found) if counting else partial(_amount, counted=counted)
    columns = iter([inside[f"answer_{i}"] for i in range(len(nodes))])
    answers = [_answer(step, columns) for step in steps]
    false = np.logical_or.reduce([~answer.true & ~answer.unknown for answer in answers] or [_no(inside)])
    unknown = np.logical_or.reduce([answer.unknown for answer in answers] or [_no(inside)])
    return Funnel(
        total=count(inside, ~_no(inside)),
        kept=count(inside, ~false & ~unknown),
        unknown=count(inside, ~false & unknown),
        not_measured=count(outside := found.filter(~pl.col("measured")), ~_no(outside)),
        steps=_counts(inside, answers, count),
    )


def _nodes(steps: Sequence[Step]) -> Sequence[Step]:
    """Steps and, after each group, its members at any depth."""
    return [
        node for step in steps for node in (step, *(_nodes(step.members) if isinstance(step, Group) else ()))
    ]


def _answer(step: Step, columns: Iterator[pl.Series]) -> _Answer:
    column = next(columns)
    members = [_answer(member, columns) for member in step.members] if isinstance(step, Group) else []
    return _Answer(step, column.fill_null(False).to_numpy(), column.is_null().to_numpy(), members)


def _counts(found: pl.DataFrame, answers: list[_Answer], count: Count) -> tuple[StepCount, ...]:
    failing = np.sum([~answer.true for answer in answers], axis=0)
    kept, counts = ~_no(found), []
    for answer in answers:
        kept = kept & answer.true
        counts.append(
            StepCount(
                step=answer.step,
                fails=count(found, ~answer.true),
                kept=count(found, kept),
                only_this=count(found, ~answer.true & (failing == 1)),
                unknown=count(found, answer.unknown),
                members=_counts(found, answer.members, count),
            )
        )
    return tuple(counts)


def _squares(cell: str, counted: Sequence[str]) -> str:
    said = [f"sum({name}::DOUBLE ** 2)" if name in counted else "NULL" for name in (TOKENS, BYTES)]
    return f", {quote(cell)}, {said[0]} AS tokens_squared, {said[1]} AS bytes_squared"


def _amount(found: pl.DataFrame, mask: NDArray[np.bool_], counted: Sequence[str]) -> Amount:
    some = found.filter(pl.Series(mask, dtype=pl.Boolean))
    tokens, size = (int(some[name].sum()) if name in counted else None for name in (TOKENS, BYTES))
    return Amount(int(some["documents"].sum()), tokens, size)


def _no(found: pl.DataFrame) -> NDArray[np.bool_]:
    return np.zeros(found.height, dtype=bool)
