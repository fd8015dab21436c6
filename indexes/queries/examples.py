"""Which documents show what a recipe does: some that it removed or kept, drawn, or those nearest a limit."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl

from indexes.columns import RANDOM
from indexes.corpus import Corpus
from indexes.keys import uniform_by_key
from indexes.queries.decisions import kept_condition, reason_conditions
from indexes.quoting import quote
from indexes.rule import UNKNOWN, Group, Rule, Share, Step, columns_of

SQL = """
    SELECT doc_id, key, list_filter([{reasons}], lambda reason: reason IS NOT NULL) AS reasons,
        __step AS step, CASE __step {columns} END AS "column", CASE __step {values} END AS "value"
    FROM (
        SELECT *, {step} AS __step, {distance} AS __distance
        FROM (SELECT *, random < ? AS __round {answers} {distances} {among} {corpus})
        WHERE measured AND {which}
        ORDER BY {order} __round, random, doc_id
        LIMIT ?
    )
    ORDER BY {order} __round, random, doc_id
"""

DISTANCE = "coalesce(abs({column}::DOUBLE - {limit}) / nullif(abs({column}::DOUBLE) + abs({limit}), 0), 0)"
FAR = 1.0
"""What ``DISTANCE`` comes to at most, and stands for rules that have none."""


def examples(
    corpus: Corpus,
    steps: Sequence[Step],
    which: Literal["removed", "kept"] = "removed",
    reason: str | None = None,
    how: Literal["random", "only_this", "borderline"] = "random",
    n: int = 50,
    seed: int = 0,
    among: Sequence[Step] = (),
) -> pl.DataFrame:
    """A few documents that a recipe removed or kept.

    Args:
        corpus: the documents.
        steps: resolved (``indexes.queries.top``).
        which: the side.
        reason: removed for this reason; beside kept documents, the step that is shown.
        how: ``random``: those that follow the seed's point among the numbers of the column ``random``, which
            belong to ``key``. ``only_this``: so drawn, of the removed only those that one step alone fails.
            ``borderline``: nearest to changing sides, where the distance of a value x from a limit l is
            abs(x - l) / (abs(x) + abs(l)): the farthest of the steps that fail, the nearest of all steps
            for a kept document.
        n: how many at most.
        seed: 0 <= seed < 2**64.
        among: only documents of which these steps are all true, those of another recipe.

    Returns:
        ``doc_id``, ``key``, ``reasons`` (list of text), and the step that decides: ``step`` (its number from
        0), ``column`` (that of its first rule) and ``value`` (as text); null where no step does.

    Raises:
        ValueError: no step has the reason.
    """
    conditions = reason_conditions(steps)
    if reason is not None and reason not in conditions:
        raise ValueError(f"no step has the reason {reason!r}; there are {list(conditions)}")
    shown = {i: column for i, step in enumerate(steps) if (column := _shown(step, reason))}
    fails = [f"(__answer_{i} IS NOT TRUE)" for i in range(len(steps))]
    removed, borderline = which == "removed", how == "borderline"
    wanted = [f"{kept_condition(steps)} IS {'NOT ' if removed else ''}TRUE"]
    wanted += [f"__among_{i}" for i in range(len(among))]
    if removed and reason is not None:
        wanted.append(conditions[reason])
    if removed and how == "only_this":
        wanted.append(f"{' + '.join(f'{fail}::INTEGER' for fail in fails) or '0'} = 1")
    deciding = {i: fails[i] if removed else "TRUE" for i in shown}
    far = {i: f"CASE WHEN {condition} THEN __distance_{i} END" for i, condition in deciding.items()}
    distance = f"{'greatest' if removed else 'least'}({', '.join(far.values())})" if far else "NULL"
    if borderline:
        deciding = {i: f"{said} = {distance}" for i, said in far.items()}
    elif not removed and reason is None:
        deciding = {}
    places = range(len(steps))
    sql = SQL.format(
        reasons=", ".join(f"CASE WHEN {said} THEN ? END" for said in conditions.values()) or "NULL::VARCHAR",
        columns="".join(f" WHEN {i} THEN ?" for i in shown) or "WHEN 0 THEN NULL",
        values="".join(f" WHEN {i} THEN {quote(name)}::VARCHAR" for i, name in shown.items())
        or "WHEN 0 THEN NULL",
        step=f"CASE {' '.join(f'WHEN {said} THEN {i}' for i, said in deciding.items())} END"
        if deciding
        else "NULL::INTEGER",
        distance=distance,
        answers="".join(f", {steps[i].sql()} AS __answer_{i}" for i in places),
        distances="".join(f", {_distance(steps[i])} AS __distance_{i}" for i in places),
        among="".join(f", {step.sql()} AS __among_{i}" for i, step in enumerate(among)),
        corpus=corpus.clause(columns_of([*steps, *among]), beside=[RANDOM]),
        which=" AND ".join(wanted),
        order="__distance, " if borderline else "",
    )
    point = float(uniform_by_key(np.zeros(1, dtype=np.uint64), seed)[0])
    answered = [value for step in steps for value in step.values]
    measured = [value for step in steps for value in _distance_values(step)]
    others = [value for step in among for value in step.values]
    params = [*conditions, *shown.values(), point, *answered, *measured, *others, n]
    return corpus.frame(sql, params)


def _shown(step: Step, reason: str | None) -> str | None:
    """The column that is shown of a step; None where the step is not the reason."""
    columns = [rule.column for rule in step.rules()]
    if reason is None or reason == step.reason:
        return columns[0]
    column = reason.removeprefix(UNKNOWN)
    return column if column != reason and column in columns else None


def _distance(step: Step) -> str:
    """How far a document is from a step's nearest limit, 0 to 1; 1 where it has none or its value is null."""
    if isinstance(step, Group):
        return f"least({', '.join(_distance(member) for member in step.members)})"
    column, limits = quote(step.column), ["?"] * len(_limits(step))
    if limits and isinstance(step.limit, Share) and step.limit.within:
        limits = [f"(?)[list_position(?, {quote(step.limit.within)})]"]
    near = [f"({DISTANCE.format(column=column, limit=limit)})" for limit in limits]
    return f"CASE WHEN {column} IS NOT NULL THEN least({', '.join([*near, str(FAR)])}) ELSE {FAR} END"


def _distance_values(step: Step) -> list[object]:
    if isinstance(step, Group):
        return [value for member in step.members for value in _distance_values(member)]
    limits = _limits(step)
    if limits and isinstance(step.limit, Share) and step.limit.within:
        return [limits, [cut.group for cut in step.limit.cuts or ()]] * 2
    return [limit for limit in limits for _ in range(2)]


def _limits(rule: Rule) -> list[float]:
    """The numbers that a rule compares with."""
    limits: tuple[object, ...] = rule.limit if isinstance(rule.limit, tuple) else (rule.limit,)
    if isinstance(rule.limit, Share):
        limits = tuple(cut.value for cut in rule.limit.cuts or ())
    return [
        float(limit) for limit in limits if isinstance(limit, int | float) and not isinstance(limit, bool)
    ]
