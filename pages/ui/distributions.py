"""One column: how its values are distributed, on a scale to choose, with a range to drag."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from math import ceil, floor

import numpy as np
import streamlit as st

from indexes.columns import MISSING, SINCE_1970, STALE, Column
from indexes.corpus import Corpus
from indexes.queries.composition import composition
from indexes.queries.histogram import OUTER, Histogram, histogram
from indexes.queries.looked_at import SAMPLE, sampled
from indexes.queries.quantiles import quantiles
from indexes.queries.shapes import Shape, shapes
from indexes.queries.years import years
from indexes.saying import command
from pages.ui import axes, cache, conditions, empty, figures, head, made_of, needed, numbers, titles
from pages.ui.column_table import HEIGHT, day
from pages.ui.lists import ranked

SCALE, AXIS = "scale", "axis"
SCALES = ("count", "cumulative")
AXES = ("linear", "log")
RATES = (0.01, 0.1, 0.5, 0.9, 0.99)
NUMBERS = ("integer", "number")
DRAG = "drag across it to look at a range alone"
DIGITS = 4
"""Of a dragged range's ends, rounded outwards."""


@dataclass(frozen=True)
class Chosen:
    """The column that is looked at, and what its shares are shares of."""

    corpus: Corpus
    column: Column
    shape: Shape
    unit: str

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def state(self) -> str:
        """What its figures depend on; with other conditions they are new, so that none stays marked."""
        return f"{self.name}_{self.unit}_{self.corpus.view}"

    @property
    def badge(self) -> head.Badge:
        return needed.badge(self.corpus, [self.name, self.unit])


def chosen(corpus: Corpus, column: Column, unit: str) -> Chosen | None:
    """The column with its shape; None, and a sentence drawn, where it has no value."""
    root = corpus.workspace.root
    if column.state == MISSING:
        empty.say(
            f"{column.name} is not measured.",
            f"Measure it with: {command('measure', root, column.family)}",
            tone="warn",
            action=needed.measure(corpus, column),
        )
        return None
    shape = cache.cached(shapes, corpus, (column.name,))[column.name]
    if not shape.there:
        again = column.lineage.get("command") or command("measure", root, column.family)
        step = f"They are all null there. Measure it again with: {again}" if column.kind == "signal" else ""
        among = f" among {numbers.whole(SAMPLE)} documents that were looked at" if sampled(corpus) else ""
        empty.say(f"No value in the column {column.name}{among}.", step or "The documents came without one.")
        return None
    if column.state == STALE:
        empty.say(
            f"{column.name} is stale: {column.why or 'the corpus or its definition has changed since'}.",
            tone="warn",
        )
    return Chosen(corpus, column, shape, unit)


def draw(seen: Chosen) -> None:
    """The distribution of the column in the way its type asks for."""
    {"text": _values, "boolean": _values, "date": _years}.get(seen.column.type, _distribution)(seen)


def histogram_alone(corpus: Corpus, column: Column, unit: str, height: int) -> None:
    """The distribution of a column of numbers that has values, without the controls of its page."""
    shape = cache.cached(shapes, corpus, (column.name,))[column.name]
    if shape.there and column.type in NUMBERS:
        _distribution(Chosen(corpus, column, shape, unit), height, alone=True)


def _distribution(seen: Chosen, height: int = HEIGHT - 10, alone: bool = False) -> None:
    log = seen.shape.log if alone else _log(seen)
    found = cache.cached(histogram, seen.corpus, seen.name, seen.unit, log)
    lines = cache.cached(quantiles, seen.corpus, seen.name, RATES, seen.unit)
    if not lines or not found.weights.sum():
        empty.say(f"No {seen.unit} have a value in {seen.name}.")
        return
    at = dict(zip(RATES, lines, strict=True))
    cumulative = not alone and (st.session_state.get(SCALE) or st.query_params.get(SCALE)) == SCALES[1]
    dates = seen.column.unit == SINCE_1970
    axis = {"ratio": "share", SINCE_1970: "date"}.get(seen.column.unit, seen.column.unit)
    measured_in = f", {axis}" if axis not in ("", seen.name) and not dates else ""
    what = "Running share" if cumulative else "Share"
    scale = "log scale" if found.log else "linear scale"
    drag = "" if alone else f" · {DRAG}"
    figures.draw(
        "distribution",
        figures.histogram(
            _distributed(found, {0.5: at[0.5]} if alone else at, dates),
            seen.name,
            seen.unit,
            axis,
            cumulative,
            narrow=alone,
        ),
        height,
        title=titles.distribution(at, seen.unit, seen.name, seen.column.unit, dates),
        note=f"{what} of {seen.unit} by {seen.name}{measured_in} · {scale}{drag}",
        badge=seen.badge,
        state=f"{seen.state}_{cumulative}_{found.log}",
        beside=None if alone else lambda: _scales(seen, found),
        on_range=None if alone else lambda start, end: _range(seen.column, found, start, end),
    )


def _scales(seen: Chosen, found: Histogram) -> None:
    """Count or running share; linear or logarithmic, where no value is under 0."""
    with st.container(key="lower_scale", width="content", gap="xsmall"):
        st.segmented_control(
            "Scale",
            SCALES,
            default=SCALES[0],
            required=True,
            label_visibility="collapsed",
            key=SCALE,
            bind="query-params",
        )
        if found.low >= 0:
            key = f"{AXIS}_{seen.name}"
            st.segmented_control(
                "Axis",
                AXES,
                default=AXES[_log(seen)],
                required=True,
                label_visibility="collapsed",
                key=key,
                on_change=lambda: st.query_params.update({AXIS: st.session_state[key]}),
            )


def _log(seen: Chosen) -> bool:
    """What the address asks for, else what suits the column."""
    asked = st.query_params.get(AXIS)
    return asked == AXES[1] if asked in AXES else seen.shape.log


def _range(column: Column, found: Histogram, start: float, end: float) -> None:
    """A range was dragged, in places of the axis: look at the documents in its bars."""
    bars = bars_between([axes.placing(found.log)(edge) for edge in found.edges.tolist()], start, end)
    if bars is not None:
        conditions.between(column, *limits(found, *bars, whole=column.type == "integer"))


def bars_between(edges: Sequence[float], start: float, end: float) -> tuple[int, int] | None:
    """The first and the last bar whose middle lies in a range; the one it lies in, if it is a narrow one.

    Args:
        edges: of the bars, ascending.
        start: one end of the range.
        end: the other one, which may be less.
    """
    start, end = sorted((start, end))
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    inside = [bar for bar, middle in enumerate(middles) if start <= middle <= end]
    if inside:
        return inside[0], inside[-1]
    at = (start + end) / 2
    return next(((bar, bar) for bar, (low, high) in enumerate(pairwise(edges)) if low <= at <= high), None)


def limits(found: Histogram, first: int, last: int, whole: bool) -> tuple[float, float]:
    """The least and the greatest value of some bars, rounded outwards; outer bars hold what lies beyond."""
    beyond = last == len(found.edges) - 2
    low = found.low if first == 0 else float(found.edges[first])
    high = found.high if beyond else float(found.edges[last + 1])
    if whole:
        return int(low), int(high) if beyond else ceil(high) - 1
    widths = np.diff(found.edges)
    return (
        _rounded(low, ROUND_FLOOR, None if first == 0 else widths[first]),
        _rounded(high, ROUND_CEILING, None if beyond else widths[last]),
    )


def _rounded(value: float, way: str, width: float | None) -> float:
    """To ``DIGITS``, at an edge to more of them where the bar of this width is narrow for so few."""
    said = Decimal(repr(value) if width is None else f"{value:.15g}")  # an edge is 0.3, not 0.1 + 0.2
    if not said:
        return 0.0
    digit = said.adjusted() + 1 - DIGITS
    if width is not None:
        digit = min(digit, Decimal(float(width)).adjusted() - 1)
    return float(said.quantize(Decimal(1).scaleb(digit), way))


def _distributed(found: Histogram, at: dict[float, float], dates: bool) -> figures.Distribution:
    outside = found.high > found.edges[-1] or found.low < found.edges[0]
    there = found.weights.sum()
    return figures.Distribution(
        edges=tuple(map(float, found.edges)),
        shares=tuple(map(float, found.weights / there)),
        null_share=found.null_weight / found.total_weight if found.total_weight else 0.0,
        quantiles=tuple(at.items()),
        log=found.log,
        beyond=OUTER if outside else 0.0,
        dates=dates,
    )


def _values(seen: Chosen) -> None:
    shares = made_of.shares(seen.corpus, seen.name, seen.unit)
    values = numbers.count(len(shares.stated) + shares.unlisted[0], "value")
    top = max(cache.cached(composition, seen.corpus, seen.name).drop_nulls("label")["documents"], default=0)
    title = (
        titles.concentration(shares.stated, seen.unit, "values", code=True)
        if top > 1
        else "Each value occurs once"
    )
    head.caption(title, note=f"Share of {seen.unit} by {seen.name} · {values}", badge=seen.badge)
    ranked(f"values_{seen.name}", shares.labels, seen.unit, shown=14, unlisted=shares.unlisted)


def _years(seen: Chosen) -> None:
    found = cache.cached(years, seen.corpus, seen.name).select("year", seen.unit).rows()
    undated = sum(amount for year, amount in found if year is None)
    whole = sum(amount for _, amount in found) or 1
    marks = [(year, amount) for year, amount in found if year is not None]
    low, high = cache.cached(quantiles, seen.corpus, seen.name, (0.001, 0.999), "documents")
    first, last = day(low).year, day(high).year
    shown = [(year, amount) for year, amount in marks if first <= year <= last]
    missing = f" · {numbers.per_cent(undated / whole)} undated" if undated else ""
    outside = sum(amount for _, amount in marks) - sum(amount for _, amount in shown)
    if outside:
        missing += f" · {numbers.percent(outside / whole)} before {first} or after {last}"
    figures.draw(
        "distribution",
        figures.years(shown, seen.unit),
        HEIGHT - 10,
        title=titles.over_years(shown, None, seen.unit),
        note=f"{seen.unit.capitalize()} a year by {seen.name}{missing} · {DRAG}",
        badge=seen.badge,
        state=seen.state,
        on_range=lambda start, end: look_at_years(seen.column, start, end),
    )


def look_at_years(column: Column, start: float, end: float) -> None:
    """A range of years was dragged over bars that stand on whole ones."""
    first, last = sorted((start, end))
    low, high = ceil(first), floor(last)
    if low > high:  # within one bar
        low = high = round((first + last) / 2)
    conditions.in_years(column, low, high)
