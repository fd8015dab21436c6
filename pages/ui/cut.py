"""The cut line: one rule's limit on the histogram of its column, moved by hand or by the arrow keys.

While it moves, the browser counts from the bins and sends nothing; on release it sends the limit.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pages.ui import axes
from pages.ui.component import component, on, plain_key

BINS = 72
OPERATORS = (">=", ">", "<=", "<", "between")
"""Operators whose limits are places on an axis."""

_cut = component("cut")


@dataclass(frozen=True)
class Bins:
    """A column's values counted in bins, twice: documents, and what the page's unit counts.

    Attributes:
        edges: n + 1 ascending edges; whole numbers for a column of counts.
        documents, weights: n counts each; the outer bins also hold what lies beyond.
        null_documents, null_weight: without a value.
        log: whether the axis is spaced by the logarithm of one plus the value.
        whole: whether the column holds whole numbers only.
    """

    edges: tuple[float, ...]
    documents: tuple[float, ...]
    weights: tuple[float, ...]
    null_documents: float = 0
    null_weight: float = 0
    log: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Answer:
    """What the server counted for the limits as they stand; it replaces the browser's own count.

    Attributes:
        kept: share of the unit that this rule alone keeps; None where nothing is measured.
        documents: share of documents that it keeps.
        interval: "98.2 to 98.5 %", empty where the answer is exact.
    """

    kept: float | None
    documents: float | None
    interval: str = ""


def cut(
    key: str,
    bins: Bins,
    op: str,
    limits: tuple[float, ...],
    unit: str,
    label: str,
    answer: Answer | None,
    on_release: Callable[[tuple[float, ...]], None],
    *,
    enabled: bool = True,
    movable: bool = True,
    keeps_null: bool = False,
) -> None:
    """Draw a rule's limit where it cuts.

    Args:
        key: the same for the same rule from run to run.
        bins: the column's values.
        op: one of ``OPERATORS``.
        limits: its value, or its two for ``between``.
        unit: documents, tokens or bytes: what the weights count.
        label: the column's name, for those who cannot see the line.
        answer: the server's count for these limits, if it is there.
        on_release: called with the new limits before the page runs again.
        enabled: False draws the rule in grey; nothing moves.
        movable: False draws a line that stands where something else put it.
        keeps_null: whether the rule keeps documents without a value.
    """
    low, high = _ends(op, limits)
    first, last = bins.edges[0], bins.edges[-1]
    data = {
        "edges": bins.edges,
        "documents": bins.documents,
        "weights": bins.weights,
        "none": {"documents": bins.null_documents, "weight": bins.null_weight, "kept": keeps_null},
        "ticks": [(tick, axes.written(tick)) for tick in axes.ticks(first, last, bins.log)],
        "low": low,
        "high": high,
        "open": op in (">", "<"),
        "log": bins.log,
        "whole": bins.whole,
        "unit": unit,
        "label": label,
        "answer": None if answer is None else answer.__dict__,
        "on": enabled,
        "fixed": not movable,
    }
    key = plain_key(key)
    released = on(key, "limit", lambda sent: on_release(_limits(op, sent["low"], sent["high"])))
    _cut(data=data, key=key, on_limit_change=released)


def _ends(op: str, limits: tuple[float, ...]) -> tuple[float | None, float | None]:
    """The lower and the upper end of what a rule keeps; None where it is open."""
    if op not in OPERATORS:
        raise ValueError(f"op must be one of {OPERATORS}, got {op!r}")
    if op == "between":
        return limits[0], limits[1]
    return (limits[0], None) if op in (">=", ">") else (None, limits[0])


def _limits(op: str, low: float | None, high: float | None) -> tuple[float, ...]:
    kept = (low, high) if op == "between" else (low if op in (">=", ">") else high,)
    return tuple(limit for limit in kept if limit is not None)
