"""Where the top of a column begins: the limit that a share of the corpus comes to, for each group.

It is found once, over all documents that are not dropped and are measured, whatever other rules say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from indexes.columns import BYTES, TOKENS
from indexes.corpus import Corpus
from indexes.errors import BadRecipe
from indexes.quoting import quote
from indexes.rule import Cut, Rule, Share, Step, check_fit, enabled_only, with_rules

MAX_GROUPS = 10_000
"""Values of the label that ``within`` may have: the limit of each is bound to every query of the rule."""

WEIGHTS = {"documents": "1", "tokens": f"coalesce({TOKENS}, 0)", "bytes": f"coalesce({BYTES}, 0)"}

# Documents without a value count in the whole.
WHOLE = """
    SELECT {label} AS label, sum({weight})::BIGINT AS whole {corpus} WHERE measured
    GROUP BY ALL ORDER BY label LIMIT {most}
"""

RANKED = "PARTITION BY label ORDER BY value DESC, key, doc_id ROWS UNBOUNDED PRECEDING"
VALUES = """(
    SELECT {label} AS label, {column} AS value, key, doc_id, {weight} AS weight
    {corpus} WHERE measured AND {column} IS NOT NULL
)"""

# Between which two documents of every so many the cut must lie. Sums of a sample are that far off, or not: it
# is looked at. Of none (``every`` is 0) nothing is known.
BOUNDS = """
    SELECT budgets.label, any_value(budgets.budget) AS budget,
        max_by(value, rank) FILTER (before) AS high, max_by(key, rank) FILTER (before) AS high_key,
        min_by(value, rank) FILTER (after) AS low, min_by(key, rank) FILTER (after) AS low_key
    FROM budgets LEFT JOIN (
        SELECT drawn.*, spent + {sure} * spread < budget / {every} AS before,
            spent - {sure} * spread > budget / {every} AS after
        FROM (
            SELECT label, value, key, row_number() OVER ranking AS rank, sum(weight) OVER ranking AS spent,
                sqrt(sum(weight::DOUBLE ** 2) OVER ranking) AS spread
            FROM {values} WHERE {every} > 0 AND key % greatest({every}, 1) = 0
            WINDOW ranking AS ({ranked})
        ) AS drawn JOIN budgets AS known ON drawn.label IS NOT DISTINCT FROM known.label
    ) AS near ON near.label IS NOT DISTINCT FROM budgets.label
    GROUP BY budgets.label
"""
ABOVE = "high_key IS NOT NULL AND (value > high OR (value = high AND key < high_key))"
BELOW = "low_key IS NOT NULL AND (value < low OR (value = low AND key > low_key))"
SPENT = """
    SELECT bounds.*, coalesce(above, 0)::BIGINT AS above,
        low_key IS NULL OR coalesce(until, 0) > budget AS ends
    FROM bounds LEFT JOIN (
        SELECT label, sum(weight) FILTER (above) AS above, sum(weight) FILTER (NOT below) AS until
        FROM (
            SELECT found.label, weight, {above} AS above, {below} AS below
            FROM {values} AS found JOIN bounds ON found.label IS NOT DISTINCT FROM bounds.label
        ) GROUP BY label
    ) AS spent ON spent.label IS NOT DISTINCT FROM bounds.label
"""

# The longest run of the ranking that fits: equal values stand in the order of key, then doc_id, so that a cut
# through them prefers no shard. A LEFT JOIN, since a condition that is made part of a join takes 20 times as
# long (tried).
CUTS = """
    SELECT label, max_by(value, rank), max_by(key, rank), max_by(doc_id, rank)
    FROM (
        SELECT label, value, key, doc_id, budget, row_number() OVER ranking AS rank,
            above + sum(weight) OVER ranking AS spent
        FROM (
            SELECT found.*, budget, above
            FROM {values} AS found LEFT JOIN spent ON found.label IS NOT DISTINCT FROM spent.label
            WHERE NOT ({above}) AND NOT ({below})
        )
        WINDOW ranking AS ({ranked})
    )
    WHERE spent <= budget
    GROUP BY label
"""

MANY, DRAWN, SURE = 1_000_000, 200_000, 4
"""Of more documents than ``MANY``, about ``DRAWN`` are ranked first, to rank only those near the cut: all of
ten million took 30 s. So many standard errors to either side of it are near."""


def resolve(corpus: Corpus, steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps, checked against the corpus's columns, with each ``top`` resolved to where it cuts.

    Steps that are not enabled are left out: from here on nothing asks them. A ``top`` that is resolved
    already stays as it is.

    Raises:
        MissingColumn: the corpus lacks a column.
        BadRecipe: a rule does not fit its column, or the label of ``within`` has too many values.
    """
    steps = enabled_only(steps)
    check_fit(steps, corpus.column)

    def resolved(rule: Rule) -> Rule:
        if not isinstance(rule.limit, Share) or rule.limit.cuts is not None:
            return rule
        return replace(rule, limit=replace(rule.limit, cuts=_cuts(corpus, rule, rule.limit)))

    return tuple(with_rules(step, resolved) for step in steps)


def resolved_limits(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Where each ``top`` cuts, as JSON: what a manifest keeps of it."""
    return [
        {
            "reason": rule.reason,
            "column": rule.column,
            "share": rule.limit.share,
            "of": rule.limit.of,
            "within": rule.limit.within,
            "cuts": [
                {"group": _said(cut.group), "value": _said(cut.value), "key": cut.key, "doc_id": cut.doc_id}
                for cut in rule.limit.cuts
            ],
        }
        for step in steps
        for rule in step.rules()
        if isinstance(rule.limit, Share) and rule.limit.cuts is not None
    ]


def _cuts(corpus: Corpus, rule: Rule, limit: Share) -> tuple[Cut, ...]:
    words: dict[str, object] = {
        "label": quote(limit.within) if limit.within else "NULL::VARCHAR",
        "column": quote(rule.column),
        "weight": WEIGHTS[limit.of],
        "corpus": corpus.clause(rule.columns()),
        "most": MAX_GROUPS + 1,
    }
    wholes = corpus.cursor().sql(WHOLE.format(**words)).to_arrow_table()
    if len(wholes) > MAX_GROUPS:
        raise BadRecipe(
            f"Rule {rule.reason}: {limit.within} has over {MAX_GROUPS:,} values, too many for this.",
            "Take the share within another label, or of the whole corpus.",
        )
    if not limit.share:
        return ()
    budgets = [_budget(limit.share, whole) for whole in wholes["whole"].to_pylist()]
    groups = pa.table({"label": wholes["label"], "budget": pa.array(budgets, pa.int64())})
    words |= {
        "values": VALUES.format(**words),
        "ranked": RANKED,
        "above": ABOVE,
        "below": BELOW,
        "sure": SURE,
    }
    every = corpus.documents // DRAWN if corpus.documents > MANY else 0
    found = _ranked(corpus, words, groups, every) if every else None
    if found is None:
        found = _ranked(corpus, words, groups, 0) or []
    order = {group: place for place, group in enumerate(wholes["label"].to_pylist())}
    return tuple(Cut(*_plain(row)) for row in sorted(found, key=lambda row: order[row[0]]))


def _ranked(
    corpus: Corpus, words: Mapping[str, object], groups: pa.Table, every: int
) -> list[tuple[Any, ...]] | None:
    """Where each group is cut; None where one is not cut where a part of the documents says.

    Args:
        corpus: the documents.
        words: of the queries.
        groups: ``label`` and ``budget``.
        every: one of so many documents is ranked first; 0 ranks all of them at once.
    """
    cursor = corpus.cursor()
    cursor.register("budgets", groups)
    cursor.register("bounds", cursor.sql(BOUNDS.format(**words, every=every)).to_arrow_table())
    spent = cursor.sql(SPENT.format(**words)).to_arrow_table()
    cursor.register("spent", spent)
    found = cursor.execute(CUTS.format(**words)).fetchall()
    cut = {row[0] for row in found}
    columns = (spent[name].to_pylist() for name in ("label", "high_key", "ends"))
    sure = all(ends and (high is None or label in cut) for label, high, ends in zip(*columns, strict=True))
    return found if sure else None


def _budget(share: float, whole: int) -> int:
    """A share of a whole, rounded down, of the number as it is written: 0.29 of 100 is 29."""
    return int(Fraction(str(share)) * whole)


def _plain(row: Sequence[Any]) -> list[Any]:
    return [float(value) if isinstance(value, Decimal) else value for value in row]


def _said(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
