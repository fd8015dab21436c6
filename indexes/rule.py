"""A rule: one question put to one column; a group: several rules in one answer.

Each document answers yes, no or unknown. Logic is SQL's own: a rule on null is unknown, and so is ``not`` of
unknown. A document is kept when every step of a recipe is true.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from indexes import pattern
from indexes.columns import BYTES, TEXT, TOKENS, UNITS, Column
from indexes.errors import BadRecipe, near_matches
from indexes.quoting import quote

# The question in SQL, its values bound, and in words; what ``top`` asks depends on where it cuts.
# A list is asked as a join: ``= ANY(?)`` looks at each of its members for each document.
OPERATORS = {
    ">=": ("{column} >= ?", "is at least {}"),
    ">": ("{column} > ?", "is over {}"),
    "<=": ("{column} <= ?", "is at most {}"),
    "<": ("{column} < ?", "is under {}"),
    "==": ("{column} = ?", "is {}"),
    "!=": ("{column} <> ?", "is not {}"),
    "between": ("{column} BETWEEN ? AND ?", "is from {} to {}"),
    "in": ("{column} IN (SELECT unnest(?))", "is one of {}"),
    "not_in": ("{column} NOT IN (SELECT unnest(?))", "is none of {}"),
    "in_file": ("{column} IN (SELECT unnest(?))", "is in the list {}"),
    "is_null": ("{column} IS NULL", "is missing"),
    "not_null": ("{column} IS NOT NULL", "is there"),
    "matches": ("regexp_matches({column}, ?)", "matches {}"),
    "top": ("", "is in the top {}"),
}
LISTS = ("in", "not_in")
ORDERED = (">=", ">", "<=", "<", "between")
KEEP = "keep"
UNKNOWN = "unknown:"
"""Stands before a column's name in the reasons of a document that has no value there."""

NOT_MEASURED = "not_measured"
SAID_AT_MOST = 8
"""Members of a list that a sentence names."""

Value = bool | int | float | str | date


@dataclass(frozen=True)
class Listed:
    """The limit of ``in_file``: a list that is kept beside the recipe, one value a line."""

    file: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Cut:
    """Where ``top`` cuts a group: kept is what is above ``value``, and at it what comes first by ``key``."""

    group: Value | None
    value: Value
    key: int
    doc_id: int


@dataclass(frozen=True)
class Share:
    """The limit of ``top``.

    Attributes:
        share: of the whole, 0 to 1; documents without a value count in the whole.
        of: what it is a share of: ``documents``, ``tokens`` or ``bytes``.
        within: a label column: the share is taken of each of its values, missing ones being a group too.
        cuts: where it cuts, once that is resolved; a group without one keeps nothing.
    """

    share: float
    of: str = "documents"
    within: str | None = None
    cuts: tuple[Cut, ...] | None = None


Limit = Value | tuple[Value, ...] | Listed | Share | None


@dataclass(frozen=True)
class Rule:
    """Keep a document when the answer is yes.

    No removes it with ``reason``. A null column answers unknown, which removes it too, with
    ``unknown:<column>`` among its reasons; ``if_null="keep"`` makes it a yes.

    Attributes:
        limit: what the column is compared with: one value, two for ``between``, several for ``in`` and
            ``not_in``, none for ``is_null`` and ``not_null``.
        enabled: a rule that is not stays in its recipe and decides nothing (``enabled_only``).

    Raises:
        ValueError: no such operator, or a limit that is not for it.
    """

    reason: str
    column: str
    op: str
    limit: Limit = None
    if_null: str | None = None
    enabled: bool = True

    def __post_init__(self) -> None:
        _check_reason(self.reason)
        _check_enabled(self.enabled)
        if self.op not in OPERATORS:
            raise ValueError(
                f"there is no operator {self.op!r}; they are {' '.join(OPERATORS)}."
                f"{near_matches(str(self.op), OPERATORS)}"
            )
        if self.if_null not in (None, KEEP):
            raise ValueError(f'if_null can only be "{KEEP}", got {self.if_null!r}')
        if self.column == TEXT:
            raise ValueError("a rule reads a column, never the text itself")
        _check_limit(self.op, self.limit)

    def sql(self) -> str:
        """The answer of each document as a BOOLEAN, null for unknown.

        Raises:
            ValueError: a ``top`` that is not resolved.
        """
        column = quote(self.column)
        if isinstance(self.limit, Share):
            question = _top_sql(column, self.limit)
        else:
            question = OPERATORS[self.op][0].format(column=column)
        return f"coalesce({question}, TRUE)" if self.if_null == KEEP else f"({question})"

    @property
    def values(self) -> tuple[Any, ...]:
        """What is bound to ``sql``, in order."""
        if isinstance(self.limit, Share):
            return _top_values(self.limit)
        if isinstance(self.limit, Listed):
            return (list(self.limit.values),)
        if self.op in LISTS:
            return (list(_several(self.limit)),)
        return _several(self.limit)

    def columns(self) -> tuple[str, ...]:
        """Names of the columns that the answer takes, each once."""
        names = [self.column]
        if isinstance(self.limit, Share):
            names += [name for name in (self.limit.within, _weight(self.limit)) if name]
        return tuple(dict.fromkeys(names))

    def rules(self) -> Iterator["Rule"]:
        yield self

    def sentence(self) -> str:
        """The rule in words; ``limit`` is said in full, lists up to eight of their members."""
        missing = " or is missing" if self.if_null == KEEP else ""
        return f"{self.column} {OPERATORS[self.op][1].format(*_said(self.op, self.limit))}{missing}"


GROUPS = {
    "all": (" AND ", "({})", "all of"),
    "any": (" OR ", "({})", "any of"),
    "not": (" OR ", "(NOT ({}))", "none of"),
}


@dataclass(frozen=True)
class Group:
    """Several rules in one answer: ``all`` of them are true, ``any`` is, or none is (``not``).

    Attributes:
        enabled: as of a rule; it holds for all that is in it.

    Raises:
        ValueError: no such kind, or no members.
    """

    reason: str
    kind: str
    members: tuple["Step", ...]
    enabled: bool = True

    def __post_init__(self) -> None:
        _check_reason(self.reason)
        _check_enabled(self.enabled)
        if self.kind not in GROUPS:
            raise ValueError(f"a group is one of {', '.join(GROUPS)}, got {self.kind!r}")
        if not self.members:
            raise ValueError(f"{self.kind} needs at least one rule, got an empty list")

    def sql(self) -> str:
        joined, around, _ = GROUPS[self.kind]
        return around.format(joined.join(member.sql() for member in self.members))

    @property
    def values(self) -> tuple[Any, ...]:
        return tuple(value for member in self.members for value in member.values)

    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for member in self.members for name in member.columns()))

    def rules(self) -> Iterator[Rule]:
        """The rules in it at any depth, in order."""
        for member in self.members:
            yield from member.rules()

    def sentence(self) -> str:
        return f"{GROUPS[self.kind][2]} ({'; '.join(member.sentence() for member in self.members)})"


Step = Rule | Group


def columns_of(steps: Iterable[Step]) -> tuple[str, ...]:
    """Names of the columns that steps read, each once, in order."""
    return tuple(dict.fromkeys(name for step in steps for name in step.columns()))


def enabled_only(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps without those that are not enabled. A group in which none is left goes too: it asks nothing."""
    left: list[Step] = []
    for step in steps:
        if not step.enabled:
            continue
        if isinstance(step, Rule):
            left.append(step)
        elif members := enabled_only(step.members):
            left.append(replace(step, members=members))
    return tuple(left)


def with_rules(step: Step, change: Callable[[Rule], Rule]) -> Step:
    """A step with each rule in it, at any depth, put through ``change``."""
    if isinstance(step, Rule):
        return change(step)
    return replace(step, members=tuple(with_rules(member, change) for member in step.members))


# What a limit must be for a column of each type, and the operators that can be asked of it besides
# ``is_null`` and ``not_null``.
EQUAL = ("==", "!=", *LISTS)
TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "integer": ("a whole number", (*ORDERED, *EQUAL, "top")),
    "number": ("a number", (*ORDERED, *EQUAL, "top")),
    "text": ("text", (*ORDERED, *EQUAL, "in_file", "matches")),
    "boolean": ("true or false", EQUAL),
    "date": ("a date", (*ORDERED, *EQUAL, "top")),
    "other": ("no limit", ()),
}
LABELS = ("text", "integer", "boolean", "date")
"""Types of a column that ``top`` can be taken within."""


def check_fit(steps: Iterable[Step], column: Callable[[str], Column]) -> None:
    """Refuse steps that do not fit the columns of a corpus.

    Args:
        steps: a recipe's.
        column: gives a column by name, or raises MissingColumn.

    Raises:
        MissingColumn: a column is not there.
        BadRecipe: a column cannot be asked this, or the limit is of another type; the type needed is named.
    """
    for step in steps:
        for rule in step.rules():
            for name in rule.columns():
                column(name)
            _check_type(rule, column(rule.column).type)
            within = rule.limit.within if isinstance(rule.limit, Share) else None
            if within and column(within).type not in LABELS:
                raise BadRecipe(
                    f"Rule {rule.reason}: {within} is no label to take a share within.",
                    f"Use a column of type {', '.join(LABELS)}.",
                )


def _check_type(rule: Rule, held: str) -> None:
    needed, can = TYPES[held]
    if rule.op in ("is_null", "not_null"):
        return
    if rule.op not in can:
        raise BadRecipe(
            f"Rule {rule.reason}: {rule.op} cannot be asked of {rule.column}, a column of type {held}.",
            f"Use one of {' '.join((*can, 'is_null', 'not_null'))}.",
        )
    values = rule.values if rule.op not in LISTS else rule.values[0]
    for value in values if rule.op not in ("top", "in_file") else ():
        kind = (
            "integer"
            if held == "integer" and isinstance(value, float) and value.is_integer()
            else _kind(value)
        )
        if kind != held and (held, kind) != ("number", "integer"):
            raise BadRecipe(
                f"Rule {rule.reason}: {rule.column} is a column of type {held}, and the limit {value!r} is "
                f"{TYPES[kind][0]}.",
                f"Write {needed} as the limit.",
            )


def _kind(value: Value) -> str:
    """The type of column that a value belongs to."""
    for said, kind in (("boolean", bool), ("integer", int), ("number", float), ("text", str)):
        if isinstance(value, kind):
            return said
    return "date"


def _several(limit: Limit) -> tuple[Any, ...]:
    if limit is None:
        return ()
    return limit if isinstance(limit, tuple) else (limit,)


def _check_reason(reason: str) -> None:
    if not reason or reason == NOT_MEASURED or reason.startswith(UNKNOWN):
        raise ValueError(f"{reason!r} cannot be the reason of a step; use a short name such as too_short")


def _check_enabled(enabled: Any) -> None:
    if not isinstance(enabled, bool):
        raise ValueError(f"enabled is true or false, got {enabled!r}")


def _check_limit(op: str, limit: Any) -> None:
    """Refuse a limit that is not for this operator."""
    if op == "top":
        if not isinstance(limit, Share):
            raise ValueError("top takes share, of and within, and no limit")
        _check_share(limit.share, limit.of, limit.within)
    elif op == "in_file":
        if not isinstance(limit, Listed):
            raise ValueError("in_file takes the name of a file that lies beside the recipe")
        _check_values(limit.values)
    elif isinstance(limit, Listed | Share):
        raise ValueError(f"{op} takes no {type(limit).__name__.lower()}")
    elif op in ("is_null", "not_null"):
        if limit is not None:
            raise ValueError(f"{op} takes no limit, got {limit!r}")
    elif op in LISTS:
        if not isinstance(limit, tuple):
            raise ValueError(f"{op} takes a list as its limit, got {limit!r}")
        _check_values(limit)
    elif op == "between":
        if not isinstance(limit, tuple) or len(limit) != 2:
            raise ValueError(f"between takes two limits, got {limit!r}")
        low, high = _check_values(limit)
        if low > high:
            raise ValueError(f"nothing is between {low!r} and {high!r}: the lower limit comes first")
    else:
        if limit is None or isinstance(limit, tuple):
            raise ValueError(f"{op} takes one limit, got {limit!r}")
        _check_values((limit,))
        if op == "matches":
            if not isinstance(limit, str):
                raise ValueError(f"matches takes a pattern, got {limit!r}")
            pattern.check(limit)


def _check_values(values: Sequence[Any]) -> Sequence[Any]:
    if not values:
        raise ValueError("the list is empty")
    for value in values:
        if not isinstance(value, bool | int | float | str | date) or isinstance(value, datetime):
            raise ValueError(f"a limit is a number, text, true, false or a date, got {value!r}")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"a limit is a finite number, got {value!r}")
        if isinstance(value, int) and not -(2**63) <= value < 2**64:
            raise ValueError(f"a limit fits in 64 bits, got {value!r}")
    kinds = {_kind(value) for value in values}
    if len(kinds) > 1 and kinds != {"integer", "number"}:
        raise ValueError(f"the limits must be of one type, got {list(values)!r}")
    return values


def _check_share(share: Any, of: Any, within: Any) -> None:
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise ValueError(f"share is a number from 0 to 1, got {share!r}")
    if of not in UNITS:
        raise ValueError(f"of is one of {', '.join(UNITS)}, got {of!r}.{near_matches(str(of), UNITS)}")
    if within is not None and (not isinstance(within, str) or not within):
        raise ValueError(f"within is the name of a column, got {within!r}")


def _weight(limit: Share) -> str | None:
    """The column that a share is measured in; none for documents."""
    return {"tokens": TOKENS, "bytes": BYTES}.get(limit.of)


# At the cut itself ``key`` decides, then ``doc_id``. Groups are found in a list and not by a join, since a
# join to a subquery that reads the document's own columns gave rows out of order (tried with 4 threads).
ABOVE = "{column} > {value} OR ({column} = {value} AND (key < {key} OR (key = {key} AND doc_id <= {doc_id})))"


def _top_sql(column: str, limit: Share) -> str:
    if limit.cuts is None:
        raise ValueError("this top is not resolved yet: see indexes.queries.top")
    if not limit.cuts:
        above = "FALSE"
    elif limit.within is None:
        above = ABOVE.format(column=column, value="?", key="?", doc_id="?")
    else:
        of_group = f"(?)[list_position(?, {quote(limit.within)})]"
        above = (
            f"coalesce({ABOVE.format(column=column, value=of_group, key=of_group, doc_id=of_group)}, FALSE)"
        )
    return f"CASE WHEN {column} IS NOT NULL THEN {above} END"


def _top_values(limit: Share) -> tuple[Any, ...]:
    if not limit.cuts:
        return ()
    order = ("value", "value", "key", "key", "doc_id")
    if limit.within is None:
        return tuple(getattr(limit.cuts[0], name) for name in order)
    groups = [cut.group for cut in limit.cuts]
    return tuple(bound for name in order for bound in ([getattr(cut, name) for cut in limit.cuts], groups))


def _said(op: str, limit: Limit) -> list[str]:
    """A limit in words, one text for each place in the operator's sentence."""
    if isinstance(limit, Share):
        within = f" within each {limit.within}" if limit.within else ""
        percent = (Decimal(str(limit.share)) * 100).normalize()
        least = f" (at least {_value_said(limit.cuts[0].value)})" if limit.cuts and not within else ""
        return [f"{percent:f} % of {limit.of}{within}{least}"]
    if isinstance(limit, Listed):
        return [f"{limit.file} ({len(limit.values):,} values)"]
    said = [_value_said(value) for value in _several(limit)]
    if op not in LISTS:
        return said
    more = len(said) - SAID_AT_MOST
    return [", ".join(said[:SAID_AT_MOST]) + (f" and {more:,} more" if more > 0 else "")]


def _value_said(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:,}" if isinstance(value, int | float) else str(value) or '""'
