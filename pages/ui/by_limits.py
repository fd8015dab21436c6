"""What each limit of a column keeps, and its inverse, of all and of each group: A Pretrainer's Guide."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from analytics.groups import Rates, rates
from analytics.preview import Preview
from indexes.columns import RANDOM, Column
from indexes.corpus import Corpus
from indexes.queries.by_limit import SIDES, ByLimit, by_limit, limits_of
from indexes.queries.kept_by import Counted
from indexes.queries.shapes import is_log
from indexes.rule import Rule
from pages.ui import axes, cache, empty, figures, groups, needed, numbers, soon, titles
from pages.ui.escape import plotly
from pages.ui.groups import By
from pages.ui.head import Badge
from pages.ui.soon import Later
from pages.ui.switch import switch

LIMIT = "limit_of"
KEPT = (0.9, 0.75, 0.5, 0.25)
"""Shares kept, near which the limits of the table lie."""
BOTH = {"kept": "Kept", "inverse": "Kept by the inverse"}
HEIGHT = 300
SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
TYPES = ("integer", "number")
NO_RULE = "no rule"
"""The reason of a limit that stands in no recipe, so that none of its limits is marked."""


def draw(corpus: Corpus, found: Preview, by: By, later: Later) -> None:
    """Choose a column; its limits, the share each keeps, and the groups under some of them."""
    asked = _asked(corpus, found)
    if not asked:
        empty.say(
            "This corpus has no column of numbers to set a limit on.", "Measure some on the page Quality."
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="limits_bar"):
        name = st.selectbox(
            "Limit", list(asked), key=LIMIT, bind="query-params", label_visibility="collapsed", width=420
        )
        side = switch("Which side", "side", BOTH)
    rule = asked[name or next(iter(asked))]
    column = corpus.column(rule.column)
    own = float(rule.limit) if rule.reason != NO_RULE and isinstance(rule.limit, int | float) else None
    limits = cache.awaited(limits_of, corpus, column.name)
    if own is not None:
        limits = tuple(sorted({*limits, own}))
    if not limits:
        empty.say(f"{column.name} has no value here.", "Choose another limit.")
        return
    counted: ByLimit
    counted, looked_at = later.of_part(by_limit, corpus, column.name, rule.op, limits, by.label, by.unit)
    badge = soon.badge(needed.badge(corpus, [column.name, by.label]), looked_at)
    if not counted.whole.weight.sum():
        empty.say(f"No document is measured, or none has {by.unit}.", "Choose another limit.")
        return
    _figure(column, rule, counted, own, by, badge)
    names = groups.names(counted)
    if groups.nothing(names, by):
        return
    scale = corpus.documents / looked_at if looked_at else 1.0
    _table(column, rule, counted, names, by, side == "inverse", scale, own)


def _asked(corpus: Corpus, found: Preview) -> dict[str, Rule]:
    """What can be chosen: the recipe's rules with one limit, then every other column of numbers."""
    asked: dict[str, Rule] = {}
    for step in found.steps:
        for rule in step.rules():
            if rule.op in SIDES and corpus.column(rule.column).type in TYPES:
                asked.setdefault(f"{rule.column} {SIGNS[rule.op]} {rule.limit} ({rule.reason})", rule)
    taken = {rule.column for rule in asked.values()}
    for name in corpus.ready():
        if corpus.columns[name].type in TYPES and name != RANDOM and name not in taken:
            asked[name] = Rule(NO_RULE, name, ">=", 0)
    return asked


def _figure(column: Column, rule: Rule, counted: ByLimit, own: float | None, by: By, badge: Badge) -> None:
    """The share of all documents that each limit keeps, and that its inverse does."""
    said, whole = numbers.writing(column.unit), counted.whole.weight.sum()
    limits = counted.limits
    kept, inverse = (part.weight.sum(axis=0) / whole for part in (counted.kept, counted.inverse))
    log = is_log(column, float(limits[0]), float(np.median(limits)), float(limits[-1]))
    place = axes.placing(log)
    spots = [place(value) for value in limits.tolist()]
    figure = go.Figure()
    for word, shares, tone, dash in (
        ("kept", kept, figures.KEPT, "solid"),
        ("kept by the inverse", inverse, figures.REMOVED, "dash"),
    ):
        figure.add_scatter(
            x=spots,
            y=shares.tolist(),
            mode="lines",
            line={"width": 2, "color": tone, "dash": dash},
            hovertext=[
                f"{numbers.percent(share)} {word} at {plotly(column.name)} {SIGNS[rule.op]} {said(value)}"
                for value, share in zip(limits.tolist(), shares.tolist(), strict=True)
            ],
            hoverinfo="text",
        )
    if own is not None:
        figure.add_vline(place(own), line={"width": 1, "color": figures.TEXT, "dash": "dot"})
    ends = (float(limits[0]), float(limits[-1]))
    ends = ends if ends[0] < ends[1] else (ends[0] - 1, ends[1] + 1)
    figures.shares_by_value(figure, column, ends, log)
    at = int(np.abs(limits - own).argmin()) if own is not None else int(np.abs(kept - 0.5).argmin())
    missing = 1 - float(kept[at] + inverse[at])
    none = f" · {numbers.percent(missing)} has no value and is kept by neither" if missing > 5e-4 else ""
    shares = [numbers.per_cent(float(part[at])) for part in (kept, inverse)]
    title = (
        f"{titles.named(column.name, code=True)} {SIGNS[rule.op]} {said(float(limits[at]))} keeps "
        f"{shares[0]} of {by.unit}, its inverse {shares[1]}"
    )
    figures.draw(
        "limits",
        figure,
        HEIGHT,
        title=title,
        note=f"Share of {by.unit} by limit{', log scale' if log else ''} · (kept) kept "
        f"(removed) kept by the inverse{none}{' · dotted: the recipe' if own is not None else ''}",
        badge=badge,
        alt=f"{title}. Two lines over limits of {column.name}: what is kept, and what the inverse keeps.",
        state=f"{column.name}_{by.unit}_{own}",
    )


def _table(
    column: Column,
    rule: Rule,
    counted: ByLimit,
    names: list[str],
    by: By,
    inverse: bool,
    scale: float,
    own: float | None,
) -> None:
    """The groups under a few of the limits."""
    said = numbers.writing(column.unit)
    chosen = _some(counted, own)
    part = counted.inverse if inverse else counted.kept
    some = Counted(*(getattr(part, name)[:, chosen] for name in ("documents", "weight", "squares")))
    seen: Rates = rates(counted.whole, some, by.unit)
    over_all = some.weight.sum(axis=0) / counted.whole.weight.sum()
    sign = SIGNS[rule.op]
    if inverse:
        sign = {">=": "<", ">": "≤", "<=": ">", "<": "≥"}[rule.op]
    heads = [
        f"{sign} {said(float(counted.limits[i]))}, {numbers.per_cent(float(share))}"
        for i, share in zip(chosen, over_all, strict=True)
    ]
    order = np.argsort(np.nan_to_num(seen.rate[:, len(chosen) // 2], nan=2), kind="stable")
    word = "its inverse" if inverse else "each limit"
    groups.matrix(
        "limits_matrix",
        groups.Table(names, counted.whole.documents * scale, heads, seen.rate, seen.flagged),
        title=f"What {word} keeps of each group",
        note=f"Share of {by.unit}, in % · over each column the limit, and the share of all that is kept",
        word="limit",
        order=order,
        short=True,
    )
    first = [
        "The inverse keeps what the limit removes, but for documents without a value: no limit keeps these."
    ]
    groups.how_to_read(first, seen, counted, by)


def _some(counted: ByLimit, own: float | None) -> list[int]:
    """Places of the limits that keep about the shares ``KEPT`` of all, and of the recipe's own, each once."""
    kept = counted.kept.weight.sum(axis=0) / counted.whole.weight.sum()
    places = {int(np.abs(kept - share).argmin()) for share in KEPT}
    if own is not None:
        places.add(int(np.abs(counted.limits - own).argmin()))
    return sorted(places, key=lambda i: -float(kept[i]))
