"""What each step of a recipe leaves and removes, in documents, tokens and bytes, in one pass.

The pass counts how often each pattern of answers occurs; there are few (246 for eight rules on ten million
rows), and every figure is a sum over some of them. *Measured*, 10 M rows, eight rules, two threads: 0.5 s;
a query with one filtered count a figure took 9.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from indexes.columns import BYTES, TOKENS
from indexes.corpus import Corpus
from indexes.rule import Group, Step, columns_of

SQL = """
    SELECT measured, {answers} count(*) AS documents,
        {tokens}::BIGINT AS tokens, {bytes}::BIGINT AS bytes
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


def funnel(corpus: Corpus, steps: Sequence[Step]) -> Funnel:
    """Count what steps keep together and what each does alone.

    Args:
        corpus: the documents.
        steps: in the recipe's order, resolved (``indexes.queries.top``).
    """
    nodes = list(_nodes(steps))
    counted = [name for name in (TOKENS, BYTES) if name in corpus.ready()]
    sql = SQL.format(
        answers="".join(f"{node.sql()} AS answer_{i}, " for i, node in enumerate(nodes)),
        tokens=f"sum({TOKENS})" if TOKENS in counted else "NULL",
        bytes=f"sum({BYTES})" if BYTES in counted else "NULL",
        corpus=corpus.clause(columns_of(steps), beside=counted),
    )
    found = corpus.frame(sql, [value for node in nodes for value in node.values])
    inside = found.filter("measured")
    columns = iter([inside[f"answer_{i}"] for i in range(len(nodes))])
    answers = [_answer(step, columns) for step in steps]
    false = np.logical_or.reduce([~answer.true & ~answer.unknown for answer in answers] or [_no(inside)])
    unknown = np.logical_or.reduce([answer.unknown for answer in answers] or [_no(inside)])
    return Funnel(
        total=_amount(inside, ~_no(inside), counted),
        kept=_amount(inside, ~false & ~unknown, counted),
        unknown=_amount(inside, ~false & unknown, counted),
        not_measured=_amount(outside := found.filter(~pl.col("measured")), ~_no(outside), counted),
        steps=_counts(inside, answers, counted),
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


def _counts(found: pl.DataFrame, answers: list[_Answer], counted: Sequence[str]) -> tuple[StepCount, ...]:
    failing = np.sum([~answer.true for answer in answers], axis=0)
    kept, counts = ~_no(found), []
    for answer in answers:
        kept = kept & answer.true
        counts.append(
            StepCount(
                step=answer.step,
                fails=_amount(found, ~answer.true, counted),
                kept=_amount(found, kept, counted),
                only_this=_amount(found, ~answer.true & (failing == 1), counted),
                unknown=_amount(found, answer.unknown, counted),
                members=_counts(found, answer.members, counted),
            )
        )
    return tuple(counts)


def _amount(found: pl.DataFrame, mask: NDArray[np.bool_], counted: Sequence[str]) -> Amount:
    some = found.filter(pl.Series(mask, dtype=pl.Boolean))
    tokens, size = (int(some[name].sum()) if name in counted else None for name in (TOKENS, BYTES))
    return Amount(int(some["documents"].sum()), tokens, size)


def _no(found: pl.DataFrame) -> NDArray[np.bool_]:
    return np.zeros(found.height, dtype=bool)
