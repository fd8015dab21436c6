"""Parts of a whole in two levels, as a treemap of our own.

Plotly's zooms when it is clicked, cannot be reached by Tab and does not tell its pixels, so that cells stay
blank; this one sends what was clicked and gathers what is too small to read.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.ui import head, numbers
from pages.ui.component import component, on

SENT, SENT_INSIDE = 80, 16
"""Labels sent to the browser, and parts of each; the rest is gathered."""

_treemap = component("treemap")


@dataclass(frozen=True)
class Part:
    """One label of a whole: its share of it, 0 to 1, and what it is made of."""

    name: str
    share: float
    inside: tuple["Part", ...] = ()


def draw(
    name: str,
    parts: Sequence[Part],
    unit: str,
    height: int,
    *,
    title: str,
    note: str,
    badge: head.Badge | None = None,
    on_pick: Callable[[str, str | None], None] | None = None,
    chosen: Collection[str] = (),
) -> None:
    """A treemap under its sentence and its grey line.

    Args:
        name: unique on the page.
        parts: in any order.
        unit: what the shares are of.
        height: in pixels.
        title: a sentence computed from the figure.
        note: what is drawn.
        badge: how sure its numbers are.
        on_pick: called with the label that was clicked, and the part inside it or None.
        chosen: labels that are a condition now.
    """
    ranked = _ranked(parts)
    data = {
        "parts": [_sent(f"{i}", part, unit, chosen) for i, part in enumerate(ranked[:SENT])],
        "rest": _rest(ranked[SENT:]),
        "height": height,
        "unit": unit,
        "alt": f"{title}. {note}",
        "pick": on_pick is not None,
    }
    events = {}
    if on_pick is not None:
        events["on_pick_change"] = on(name, "pick", lambda sent: on_pick(*_named(ranked, sent["id"])))
    with st.container(key=f"figure_{name}", gap="xsmall"):
        head.caption(title, note, badge)
        _treemap(data=data, key=name, height=height, **events)


def _sent(id: str, part: Part, unit: str, chosen: Collection[str]) -> dict[str, object]:
    inside = _ranked(part.inside)
    return {
        "id": id,
        "name": " ".join(part.name.split())[:60] or "(blank)",
        "share": part.share,
        "title": f"{part.name[:200]}: {numbers.percent(part.share)} of {unit}",
        "chosen": part.name in chosen,
        "inside": [_sent(f"{id}.{i}", piece, unit, chosen) for i, piece in enumerate(inside[:SENT_INSIDE])],
        "rest": _rest(inside[SENT_INSIDE:]),
    }


def _rest(parts: Sequence[Part]) -> dict[str, float]:
    return {"count": len(parts), "share": sum(part.share for part in parts)}


def _named(ranked: Sequence[Part], id: str) -> tuple[str, str | None]:
    """The label, and the part inside it, that an id stands for."""
    outer, _, inner = id.partition(".")
    part = ranked[int(outer)]
    return part.name, _ranked(part.inside)[int(inner)].name if inner else None


def _ranked(parts: Sequence[Part]) -> list[Part]:
    return sorted((part for part in parts if part.share > 0), key=lambda part: -part.share)
