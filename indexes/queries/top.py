"""Where the top of a column begins: the limit that a share of the corpus comes to, for each group.

It is found once, over all documents that are not dropped and are measured, whatever other rules say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

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
    SELECT {label} AS label, sum({weight})::BIGINT {corpus} WHERE measured
    GROUP BY ALL ORDER BY label LIMIT {most}
"""

# The longest run of the ranking that fits: equal values stand in the order of key, then doc_id, so that a cut
# through them prefers no shard.
CUTS = """
    SELECT label, max_by(value, rank), max_by(key, rank), max_by(doc_id, rank)
    FROM (
        SELECT label, value, key, doc_id, row_number() OVER ranking AS rank, sum(weight) OVER ranking AS spent
        FROM (
            SELECT {label} AS label, {column} AS value, key, doc_id, {weight} AS weight
            {corpus} WHERE measured AND {column} IS NOT NULL
        )
        WINDOW ranking AS (
            PARTITION BY label ORDER BY value DESC, key, doc_id ROWS UNBOUNDED PRECEDING
        )
    )
    WHERE spent <= coalesce((?)[list_position(?, label)], 0)
    GROUP BY label
"""


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
    words = {
        "label": quote(limit.within) if limit.within else "NULL::VARCHAR",
        "column": quote(rule.column),
        "weight": WEIGHTS[limit.of],
        "corpus": corpus.clause(rule.columns()),
        "most": MAX_GROUPS + 1,
    }
    wholes = corpus.cursor().execute(WHOLE.format(**words)).fetchall()
    if len(wholes) > MAX_GROUPS:
        raise BadRecipe(
            f"Rule {rule.reason}: {limit.within} has over {MAX_GROUPS:,} values, too many for this.",
            "Take the share within another label, or of the whole corpus.",
        )
    budgets = [_budget(limit.share, whole) for _, whole in wholes]
    if not limit.share:
        return ()
    groups = {group: place for place, (group, _) in enumerate(wholes)}
    found = corpus.cursor().execute(CUTS.format(**words), [budgets, list(groups)]).fetchall()
    return tuple(Cut(*_plain(row)) for row in sorted(found, key=lambda row: groups[row[0]]))


def _budget(share: float, whole: int) -> int:
    """A share of a whole, rounded down, of the number as it is written: 0.29 of 100 is 29."""
    return int(Fraction(str(share)) * whole)


def _plain(row: Sequence[Any]) -> list[Any]:
    return [float(value) if isinstance(value, Decimal) else value for value in row]


def _said(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
