"""How columns and labels are distributed in two selections: by how much they shift, the largest first."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import polars as pl
import streamlit as st
from numpy.typing import NDArray

from analytics.comparing import Distance, distance, divergence, quantiles
from indexes.columns import RANDOM, Column
from indexes.corpus import Corpus
from indexes.queries.parted import COUNTED, GRID, PARTS, Parted, label_parts, parted
from indexes.queries.shapes import is_log
from indexes.rule import Step
from pages.ui import axes, empty, facts, figures, head, needed, numbers, soon, titles
from pages.ui.escape import plotly
from pages.ui.facts import Fact
from pages.ui.head import Badge
from pages.ui.made_of import NOT_STATED
from pages.ui.soon import Later, drawn

COLUMN, LABEL = "column", "label"
RATES = (0.1, 0.5, 0.9)
TYPES = ("integer", "number", "boolean")
LABELS = {
    "domain": "domain",
    "source": "source",
    "language": "language",
    "license": "licence",
    "date": "year",
}
"""Columns that are compared as labels, and what they are called."""
QUANTILES = "{}: median (10–90 %)"
HEIGHT = 400
ROWS = 12
LONGEST = 20
"""Characters of a name that its cell has room for, which ends without a sign."""


@dataclass(frozen=True)
class Shift:
    """A column in two selections: its quantiles at ``RATES`` in each, and how far they lie apart."""

    a: tuple[float, ...]
    b: tuple[float, ...]
    apart: Distance


@dataclass(frozen=True)
class Shifts:
    """Columns of numbers in two selections.

    Attributes:
        found: column -> how far it lies apart; those without a value in either are left out.
        laid: the same columns -> how their documents lie.
    """

    found: dict[str, Shift]
    laid: dict[str, Parted]


def columns(later: Later, corpus: Corpus, a: tuple[Step, ...], b: tuple[Step, ...]) -> None:
    """All columns of numbers by the size of their shift, and the chosen one's two running shares."""
    names = tuple(name for name in corpus.ready() if is_compared(corpus.columns[name]))
    shifts, first = later.of_part(shifted, corpus, a, b, names)
    whole = drawn(COUNTED) if corpus.documents > COUNTED else needed.badge(corpus, shifts.found)
    show_columns(shifts, corpus.columns, whole if first is None else head.sampled(first))


def is_compared(column: Column) -> bool:
    """Whether a column is one of numbers in which two selections are compared."""
    return column.type in TYPES and column.name != RANDOM


def show_columns(shifts: Shifts, of: Mapping[str, Column], badge: Badge) -> None:
    """The table of columns, the largest shift first, and the two running shares of the chosen one.

    Args:
        shifts: what was found.
        of: columns by name.
        badge: how sure that is.
    """
    found = shifts.found
    ordered = sorted(found, key=lambda name: (-found[name].apart.value, name))
    if not ordered:
        empty.say("No column of numbers has a value in both selections.", "Measure some on the page Quality.")
        return
    _columns(ordered, shifts, of, badge)


@st.fragment
def _columns(ordered: list[str], shifts: Shifts, of: Mapping[str, Column], badge: Badge) -> None:
    found = shifts.found
    asked = str(st.query_params.get(COLUMN) or st.session_state.get(COLUMN) or ordered[0])
    chosen = asked if asked in found else ordered[0]
    st.session_state[COLUMN] = st.query_params[COLUMN] = chosen
    sure = sum(found[name].apart.low > 0 for name in ordered)
    first, most = ordered[0], found[ordered[0]].apart.value
    with st.container(key="shifts"):
        left, right = st.columns([72, 28], gap="large")
    with left:
        head.caption(
            f"{titles.named(first, code=True)} shifts most, by {numbers.points(most).removeprefix('+')}"
            if most
            else "No column shifts",
            note=f"{numbers.whole(sure)} of {numbers.count(len(ordered), 'column')} have an interval above "
            "0; by chance one in twenty has · shift: Kolmogorov-Smirnov distance, with its 95 % interval "
            "· over documents",
            badge=badge,
        )
        st.dataframe(
            pd.DataFrame([_row(of[name], found[name]) for name in ordered]),
            key="shift_table",
            height=HEIGHT,
            hide_index=True,
            on_select=lambda: _choose(ordered),
            selection_mode="single-row-required",
            selection_default={"selection": {"rows": [ordered.index(chosen)]}},
            column_config={
                "Column": st.column_config.TextColumn(width=146),
                "Shift": st.column_config.TextColumn(width=50),
                "Interval": st.column_config.TextColumn(width=88),
                QUANTILES.format("A"): st.column_config.TextColumn(width=162),
                QUANTILES.format("B"): st.column_config.TextColumn(width=162),
            },
            alt="Columns by how far they lie apart in A and B; the chosen one is drawn beside",
        )
    with right:
        _running(of[chosen], shifts.laid[chosen], found[chosen])


def shifted(corpus: Corpus, a: tuple[Step, ...], b: tuple[Step, ...], names: tuple[str, ...]) -> Shifts:
    """How columns lie in two selections of one corpus."""
    return shifts_of(parted(corpus, a, b, names))


def shifts_of(laid: Mapping[str, Parted]) -> Shifts:
    """How far columns lie apart; those without a value in either selection are left out."""
    found = {}
    for name, one in laid.items():
        apart = distance(one.counts)
        if apart.value == apart.value:  # neither is without a value
            in_a, in_b = (one.counts[:, side] + one.counts[:, 2] for side in (0, 1))
            found[name] = Shift(quantiles(one.grid, in_a, RATES), quantiles(one.grid, in_b, RATES), apart)
    return Shifts(found, {name: laid[name] for name in found})


def _row(column: Column, shift: Shift) -> dict[str, str]:
    said = numbers.writing(column.unit)

    def spread(side: tuple[float, ...]) -> str:
        low, middle, high = map(said, side)
        return f"{middle} ({low}–{high})"

    return {
        "Column": figures.cut(column.name, LONGEST),
        "Shift": f"{shift.apart.value:.3f}",
        "Interval": f"{shift.apart.low:.3f}–{shift.apart.high:.3f}",
        QUANTILES.format("A"): spread(shift.a),
        QUANTILES.format("B"): spread(shift.b),
    }


def _choose(ordered: list[str]) -> None:
    rows = st.session_state["shift_table"]["selection"]["rows"]
    if rows and rows[0] < len(ordered):
        st.session_state[COLUMN] = st.query_params[COLUMN] = ordered[rows[0]]


def _running(column: Column, laid: Parted, shift: Shift) -> None:
    """Both running shares over the column's values, and the place where they lie furthest apart."""
    grid = laid.grid
    shown = np.isfinite(grid)
    log = is_log(column, grid[0], shift.a[1], grid[-1])
    place = axes.placing(log)
    said = numbers.writing(column.unit)
    spots = [place(value) for value in grid[shown].tolist()]
    figure = go.Figure()
    both = [below(laid, side) for side in (0, 1)]
    for name, shares, tone in zip("AB", both, (figures.WHOLE, figures.KEPT), strict=True):
        running = shares[1::2]
        figure.add_scatter(
            x=spots,
            y=running[shown].tolist(),
            mode="lines",
            line={"width": 2, "color": tone},
            hovertext=[
                f"{numbers.percent(share)} of {name} have {plotly(column.name)} of {said(value)} or less"
                for value, share in zip(grid[shown].tolist(), running[shown].tolist(), strict=True)
            ],
            hoverinfo="text",
        )
    at = min(max(shift.apart.at // 2, 0), grid.size - 1)
    a, b = (float(shares[shift.apart.at]) for shares in both)
    if shown[at]:
        figure.add_scatter(
            x=[place(float(grid[at]))] * 2,
            y=[a, b],
            mode="lines",
            line={"width": 2, "color": figures.TEXT},
            hovertext=[f"{shift.apart.value:.3f} apart at {said(float(grid[at]))}"] * 2,
            hoverinfo="text",
        )
    figures.shares_by_value(figure, column, _ends(laid), log)
    more = shift.apart.most - shift.apart.value
    within = f" · between two quantiles up to {more:.3f} more" if more >= 0.0005 else ""
    title = sentence(column.name, said(float(grid[at])), a, b, under=shift.apart.at % 2 == 0)
    figures.draw(
        "running",
        figure,
        HEIGHT - 20,
        title=title,
        note=f"Share of documents up to a value{', log scale' if log else ''} · (whole) A (kept) B · "
        f"on {GRID} quantiles{within}",
        alt=f"{title}. Two running shares of {column.name}, of A and of B.",
        state=f"{column.name}_{shift.apart}",
    )


def below(laid: Parted, side: int) -> NDArray[np.float64]:
    """The share of one selection, 0 A or 1 B, up to each place of ``Parted.counts``."""
    counts = laid.counts[:, side] + laid.counts[:, 2]
    return np.asarray(counts.cumsum() / max(int(counts.sum()), 1))


def sentence(name: str, value: str, a: float, b: float, under: bool) -> str:
    """Where two selections lie furthest apart: at a value of the grid, or between it and the one before."""
    if a == b:
        return f"{titles.named(name, code=True)} is spread alike in A and B"
    where = f"under {value}" if under else f"of {value} or less"
    return f"{numbers.per_cent(a)} of A and {numbers.per_cent(b)} of B have {name} {where}"


def _ends(laid: Parted) -> tuple[float, float]:
    """Between which values most documents lie; a stray one would flatten the figure."""
    finite = laid.grid[np.isfinite(laid.grid)]
    if not finite.size:
        return (0.0, 1.0)
    low, high = np.clip(
        quantiles(laid.grid, laid.counts.sum(axis=1), (0.002, 0.998)), finite[0], finite[-1]
    ).tolist()
    return (low, high) if high > low else (low - 1, high + 1)


# ---------------------------------------------------------------------------------- labels


def labels(later: Later, corpus: Corpus, a: tuple[Step, ...], b: tuple[Step, ...]) -> None:
    """How far each label lies apart, and the values of one that differ most."""
    there = [name for name in LABELS if name in corpus.ready()]
    part = soon.part_of(corpus)
    found, first = {}, False
    for name in there:
        quicker = None if part is None else (part, a, b, name)
        found[name] = later.ask(label_parts, corpus, a, b, name, first=quicker)
        first |= later.was_first
    show_labels(found, soon.badge(needed.badge(corpus, there), part.documents if part and first else None))


def show_labels(found: Mapping[str, pl.DataFrame], badge: Badge) -> None:
    """How far each label lies apart, by what ``label_parts`` gives of it; nothing where there is none."""
    apart = {
        name: divergence(frame.select(*PARTS).to_numpy()) for name, frame in found.items() if frame.height
    }
    apart = {name: one for name, one in apart.items() if one.value == one.value}
    if apart:
        _labels(found, apart, badge)


@st.fragment
def _labels(found: Mapping[str, pl.DataFrame], apart: dict[str, Distance], badge: Badge) -> None:
    ordered = sorted(apart, key=lambda name: -apart[name].value)
    if st.session_state.get(LABEL) not in ordered:
        st.session_state.pop(LABEL, None)
        if st.query_params.get(LABEL) not in ordered:
            st.query_params.pop(LABEL, None)
    left, right = st.columns([32, 68], gap="large")
    with left:
        head.caption(
            "How far labels lie apart",
            "Jensen-Shannon divergence in bits, 0 alike to 1 apart, with its 95 % interval · over documents",
            badge,
        )
        facts.facts("divergences", [Fact(LABELS[name], _bits(apart[name])) for name in ordered])
        st.pills(
            "Label",
            ordered,
            default=ordered[0],
            required=True,
            wrap=True,
            format_func=lambda name: LABELS[name],
            label_visibility="collapsed",
            key=LABEL,
            bind="query-params",
        )
    with right:
        _dumbbell(st.session_state.get(LABEL) or ordered[0], found)


def _dumbbell(label: str, found: Mapping[str, pl.DataFrame]) -> None:
    """The values of a label whose shares differ most."""
    frame = found[label]
    in_a, in_b = (frame[side] + frame["shared"] for side in ("only_a", "only_b"))
    names = [
        "all others" if rest else NOT_STATED if name is None else name
        for name, rest in frame.select("label", "rest").iter_rows()
    ]
    shares = zip(
        names, (in_a / max(in_a.sum(), 1)).to_list(), (in_b / max(in_b.sum(), 1)).to_list(), strict=True
    )
    rows = sorted(shares, key=lambda row: -abs(row[1] - row[2]))[:ROWS]
    title = titles.contrast(rows, "A", "B")
    labelled, ring, dot = zip(*rows, strict=True)
    figures.draw(
        "labels",
        figures.dumbbell(labelled, ring, dot, ring_name="A", dot_name="B"),
        figures.rows_height(len(rows)),
        title=title,
        note=f"Share of documents by {LABELS[label]}, the {len(rows)} values that differ most of "
        f"{numbers.whole(len(names))} · (ring) A (dot) B",
        state=f"{label}_{hash(tuple(rows))}",
    )


def _bits(apart: Distance) -> str:
    return f"{apart.value:.4f}, {apart.low:.4f} to {apart.high:.4f}"
