"""The fields in which a rule's limit is typed: one a value, a list of labels, a share of the whole."""

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
import xxhash

from indexes.columns import UNITS, Column
from indexes.corpus import Corpus
from indexes.queries.composition import composition
from indexes.queries.quantiles import quantiles
from indexes.rule import LISTS, OPERATORS, Limit, Listed, Rule, Share, Value
from pages.ui import cache
from pages.ui.escape import markdown

READ = Callable[[], tuple[Limit] | None]
"""Gives the limit that the fields say, alone in a tuple; None while one of them is empty."""

OFFERED = {
    "integer": (">=", "<=", "between", "top", ">", "<", "==", "!=", "in", "not_in"),
    "number": (">=", "<=", "between", "top", ">", "<"),
    "text": ("in", "not_in", "==", "!=", "matches"),
    "boolean": ("==", "!="),
    "date": (">=", "<=", "between", "top", ">", "<", "==", "!="),
}
"""What can be asked of a column of each type, the plainest first; besides whether it is missing."""

MISSING = ("not_null", "is_null")
SHARES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
"""Where a first limit may lie."""
TOP = 0.9
"""The first share of ``top``."""
LARGEST = 2**53 - 1
"""Of a number field: browsers count no further in whole numbers. Larger ones are typed as text."""
EARLIEST, LATEST = dt.date(1, 1, 1), dt.date(9999, 12, 31)
EPOCH = dt.date(1970, 1, 1)
ALL_OF_IT = "the whole corpus"


def operators(column: Column) -> tuple[str, ...]:
    """What can be asked of a column."""
    return (*OFFERED.get(column.type, ()), *MISSING)


def in_words(op: str) -> str:
    """An operator as its sentence begins: ``is at least …``."""
    return OPERATORS[op][1].format("…", "…")


def can_be_typed(rule: Rule) -> bool:
    """Whether a rule has a limit, and one that can be typed."""
    return rule.op not in MISSING and not isinstance(rule.limit, Listed)


def fields(
    corpus: Corpus,
    column: Column,
    op: str,
    limit: Limit,
    key: str,
    on_change: Callable[[], None] | None = None,
) -> READ:
    """Draw the fields of a limit.

    A field's key holds its value, so that it always shows the limit as it is.

    Args:
        corpus: gives the labels to choose from.
        column: what is limited.
        op: an operator that can be asked of it.
        limit: what the fields show at first, for this operator.
        key: what the fields' keys begin with.
        on_change: called when one of them was changed.
    """
    if op in MISSING:
        return lambda: (None,)
    if isinstance(limit, Share):
        return _share(corpus, limit, key, on_change)
    if op in LISTS:
        return _several(corpus, column, limit, key, on_change)
    values = limit if isinstance(limit, tuple) else (limit,)
    names = ("From", "To") if len(values) == 2 else ("Limit",)
    keys = [f"{key}_{i}_{value}" for i, value in enumerate(values)]
    for name, its_key, value in zip(names, keys, values, strict=True):
        _one(column, name, value, its_key, on_change)
    if len(values) == 1 and column.unit and column.unit != "ratio":
        st.caption(markdown(column.unit))

    def read() -> tuple[Limit] | None:
        said = [_as_typed(column, st.session_state[its_key]) for its_key in keys]
        if any(one is None for one in said):
            return None
        whole = [int(one) if isinstance(one, float) and one.is_integer() else one for one in said]
        return (tuple(whole) if op == "between" else whole[0],)

    return read


def _one(column: Column, name: str, value: Any, key: str, on_change: Callable[[], None] | None) -> None:
    """The field of one value."""
    if isinstance(value, bool):
        st.selectbox(name, [True, False], index=0 if value else 1, key=key, on_change=on_change)
    elif column.type == "integer" and isinstance(value, int) and abs(value) <= LARGEST:
        least, most = (None if end is None else int(end) for end in bounds(column, value))
        st.number_input(name, least, most, value, step=1, key=key, on_change=on_change)
    elif isinstance(value, int | float) and abs(value) <= LARGEST:
        low, high = bounds(column, value)
        st.number_input(name, low, high, float(value), 0.01, format="%g", key=key, on_change=on_change)
    elif isinstance(value, dt.date):
        st.date_input(name, value, EARLIEST, LATEST, key=key, on_change=on_change)
    else:
        st.text_input(name, value=str(value), key=key, on_change=on_change)


def _as_typed(column: Column, said: Any) -> Any:
    """What a field holds; of a number that was typed as text the number, None where it is none."""
    if not isinstance(said, str) or column.type not in ("integer", "number"):
        return said
    try:
        return int(said) if column.type == "integer" else float(said)
    except ValueError:
        return None


def _share(corpus: Corpus, limit: Share, key: str, on_change: Callable[[], None] | None) -> READ:
    """The fields of ``top``: how much, of what, overall or within each value of a label."""
    key = f"{key}_{limit.share}_{limit.of}_{limit.within}"
    ready = corpus.ready()
    units = [unit for unit in UNITS if unit == "documents" or unit in ready or unit == limit.of]
    labels = within_names(corpus, limit.within)
    st.number_input(
        "Keep the top, in %",
        0.0,
        100.0,
        round(limit.share * 100, 6),
        1.0,
        format="%g",
        key=f"{key}_share",
        on_change=on_change,
    )
    st.selectbox("Of", units, index=units.index(limit.of), key=f"{key}_of", on_change=on_change)
    st.selectbox(
        "Within",
        labels,
        index=labels.index(limit.within),
        format_func=lambda name: ALL_OF_IT if name is None else f"each {name}",
        key=f"{key}_within",
        on_change=on_change,
    )

    def read() -> tuple[Limit] | None:
        share, of, within = (st.session_state[f"{key}_{part}"] for part in ("share", "of", "within"))
        return None if share is None else (Share(round(share / 100, 8), of, within),)

    return read


def within_names(corpus: Corpus, chosen: str | None) -> list[str | None]:
    """Labels that a share can be taken within, none first; text alone, as numbers have too many values."""
    ready = [name for name in corpus.ready() if corpus.columns[name].type in ("text", "boolean")]
    found = sorted(name for name in ready if name not in ("id", "url", "title", "text"))
    return [None, *found, *([chosen] if chosen is not None and chosen not in found else [])]


def _several(
    corpus: Corpus, column: Column, limit: Limit, key: str, on_change: Callable[[], None] | None
) -> READ:
    """The labels of ``in`` and ``not_in``, to choose from the most frequent ones; text also to type."""
    chosen = list(limit) if isinstance(limit, tuple) else [limit]
    key = f"{key}_{xxhash.xxh3_64_hexdigest(repr(chosen).encode())}"
    st.multiselect(
        "Values, the most frequent first",
        list(dict.fromkeys([*frequent(corpus, column), *chosen])),
        default=chosen,
        accept_new_options=column.type == "text",
        format_func=lambda value: str(value) or '""',
        key=key,
        on_change=on_change,
    )

    def read() -> tuple[Limit] | None:
        said = st.session_state[key]
        return (tuple(said),) if said else None

    return read


def frequent(corpus: Corpus, column: Column) -> list[Value]:
    """The most frequent values of a column, as values of its type; missing ones left out."""
    if column.type == "boolean":
        return [True, False]
    read: dict[str, Callable[[str], Value]] = {"integer": int, "date": dt.date.fromisoformat}
    found = cache.cached(composition, corpus, column.name)["label"].drop_nulls().to_list()
    return [read.get(column.type, str)(value) for value in found]


def bounds(column: Column, value: float) -> tuple[float | None, float | None]:
    """What may be typed: from the column's low to its high, and as far as the limit that stands already."""
    low = None if column.low is None else min(float(column.low), float(value))
    high = None if column.high is None else max(float(column.high), float(value))
    return low, high


def first(corpus: Corpus, column: Column, op: str) -> Limit:
    """A limit to begin with, which cuts somewhere: 5 % of the values off an end, the most frequent label."""
    if op in MISSING:
        return None
    if op == "top":
        return Share(TOP)
    if column.type in ("text", "boolean") or op in LISTS:
        seen = frequent(corpus, column)
        label = seen[0] if seen else ""
        return (label,) if op in LISTS else re.escape(str(label)) if op == "matches" else label
    found = [value for value in cache.cached(quantiles, corpus, column.name, SHARES) if math.isfinite(value)]
    if not found:
        return _of_type(column, column.low or 0)
    low, high, middle = lower(found), upper(found), found[len(found) // 2]
    if op == "between":
        ends = _of_type(column, min(low, high)), _of_type(column, max(low, high))
        return ends
    return _of_type(column, {">=": low, ">": low, "<=": high, "<": high}.get(op, middle))


def at_share(corpus: Corpus, column: Column, share: float) -> Limit:
    """The value over which a share of the documents lies."""
    found = cache.cached(quantiles, corpus, column.name, (1 - share,))
    return _of_type(column, found[0]) if found else first(corpus, column, ">=")


def lower(found: Sequence[float]) -> float:
    """The first of some ascending quantiles under which anything lies."""
    return next((value for value in found[1:] if value > found[0]), found[0])


def upper(found: Sequence[float]) -> float:
    """The last of some ascending quantiles over which anything lies."""
    return next((value for value in found[-2::-1] if value < found[-1]), found[-1])


def _of_type(column: Column, value: float) -> Value:
    """A number as a limit of its column; of others than whole ones four digits are enough."""
    if column.type == "integer":
        return int(value)
    if column.type == "date":
        return EPOCH + dt.timedelta(days=int(value))
    return float(f"{value:.4g}")
