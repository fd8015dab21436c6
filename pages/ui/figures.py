"""Figures in the house style. They name roles, never colours: the theme fills those in for light and dark.

With ``theme="streamlit"`` the browser replaces ``#000001`` to ``#000010`` by the theme's categorical
colours, ``#000011`` to ``#000020`` by its sequential ones and ``#000038`` by the background. The theme
also overwrites what a template says of fonts and axes, so the shared look stands on each layout.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from indexes.columns import SINCE_1970, Column
from pages.ui import axes, head, numbers
from pages.ui.escape import plotly

KEPT, REMOVED, WHOLE, TARGET, GOOD, WARN, TEXT, SPARE, INK, RULE = (f"#0000{i:02d}" for i in range(1, 11))
TINTS = [f"#0000{i}" for i in range(11, 21)]
PAGE = "#000038"
CLEAR = "rgba(0,0,0,0)"

FONT = "Inter, system-ui, sans-serif"
SMALL = {"family": FONT, "size": 11.5, "color": INK}
CONFIG = {"displayModeBar": False, "responsive": True, "doubleClick": False}

MAX_NAME = 24
"""Characters of a label beside an axis; longer names end in an ellipsis and are whole in the tooltip."""


def finish(figure: go.Figure, height: int) -> go.Figure:
    """Give a figure the shared look; what its own layout says stands."""
    own = figure.layout.to_plotly_json()
    figure.update_layout(
        template="none",
        height=height,
        font={"family": FONT, "size": 12, "color": INK},
        showlegend=False,
        separators=f".{numbers.THIN}",
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        dragmode=own.get("dragmode", False),
        bargap=own.get("bargap", 0.28),
        margin={"l": 4, "r": 8, "t": 4, "b": 4, **own.get("margin", {})},
        hoverlabel={"font": {"family": FONT, "size": 12}, "align": "left", "namelength": 0},
    )
    for name in ("xaxis", "yaxis"):
        axis = own.get(name, {})
        title = {"font": SMALL, "standoff": 6, **axis.get("title", {})}
        shared = {
            "zeroline": False,
            "ticks": "",
            "automargin": True,
            "fixedrange": True,
            "gridcolor": RULE,
            "ticklabelstandoff": 5,
            "showgrid": name == "xaxis",
            "tickfont": SMALL,
        }
        figure.update_layout({name: {**shared, **axis, "title": title}})
    return figure


def draw(
    name: str,
    figure: go.Figure,
    height: int,
    *,
    title: str,
    note: str,
    alt: str = "",
    badge: head.Badge | None = None,
    state: str = "",
    on_pick: Callable[[int], None] | None = None,
    on_range: Callable[[float, float], None] | None = None,
    beside: Callable[[], object] | None = None,
) -> None:
    """A figure under its sentence and its grey line.

    Args:
        name: unique on the page.
        figure: one of those below.
        height: in pixels; fixed, so that nothing jumps.
        title: a sentence computed from the figure; may hold values.
        note: what is drawn, its unit and scale.
        alt: for those who cannot see it; the title and the note where none is given.
        badge: how sure its numbers are.
        state: what the figure depends on besides the theme (conditions, column); a new one draws it anew.
        on_pick: called with the place of the mark that was clicked among the figure's labels or marks,
            before the page runs again.
        on_range: called with the two ends of a range that was dragged along the x axis, in its own units;
            ``state`` must change with what it does, or the figure stays marked.
        beside: draws the figure's own controls, to the right of its title.
    """
    shown = st.session_state.get("shown", "light")
    key = f"{name}_{shown}_{state}"
    with st.container(key=f"figure_{name}", gap="xsmall"):
        with _row() if beside else nullcontext():
            head.caption(title, note, badge)
            if beside is not None:
                beside()
        events: dict[str, Any] = {}
        if on_pick is not None:
            events = {"on_select": lambda: _picked(key, on_pick), "selection_mode": "points"}
        elif on_range is not None:
            figure.update_layout(dragmode="select", selectdirection="h")
            events = {"on_select": lambda: _ranged(key, on_range), "selection_mode": "box"}
        st.plotly_chart(
            finish(figure, height),
            theme="streamlit",
            height=height,
            config=CONFIG,
            alt=alt or f"{title}. {note}",
            key=key,
            **events,
        )


def _row() -> AbstractContextManager[Any]:
    return st.container(horizontal=True, vertical_alignment="top", wrap=False)


def _picked(key: str, on_pick: Callable[[int], None]) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points and points[0].get("customdata") is not None:
        place = points[0]["customdata"]
        on_pick(int(place[0] if isinstance(place, list) else place))


def _ranged(key: str, on_range: Callable[[float, float], None]) -> None:
    boxes = st.session_state[key]["selection"]["box"]
    if boxes:
        on_range(*map(float, boxes[-1]["x"][:2]))


# ---------------------------------------------------------------------------------- two shares a label


def dumbbell(
    labels: Sequence[str],
    ring: Sequence[float],
    dot: Sequence[float],
    *,
    ring_name: str,
    dot_name: str,
    ratio: bool = False,
) -> go.Figure:
    """Two shares of each label, in the order given, top down: a ring for the whole, a dot for the part.

    With ``ratio``, the ratio of dot to ring stands beside pairs that lie a factor of 1.4 or more apart.
    """
    rows = list(range(len(labels)))
    hover = [
        f"{plotly(cut(name, 80))}: {numbers.percent(a)} of {plotly(ring_name)}, "
        f"{numbers.percent(b)} of {plotly(dot_name)}"
        for name, a, b in zip(labels, ring, dot, strict=True)
    ]
    lines_x = [x for a, b in zip(ring, dot, strict=True) for x in (a, b, None)]
    lines_y = [y for row in rows for y in (row, row, None)]
    common = {
        "y": rows,
        "mode": "markers",
        "hovertext": hover,
        "hoverinfo": "text",
        "customdata": rows,
    }
    ring_mark = {"size": 9, "color": PAGE, "line": {"width": 1.8, "color": WHOLE}}
    figure = go.Figure(
        [
            go.Scatter(
                x=lines_x, y=lines_y, mode="lines", line={"width": 3, "color": RULE}, hoverinfo="skip"
            ),
            go.Scatter(x=list(ring), marker=ring_mark, **common),
            go.Scatter(x=list(dot), marker={"size": 9.5, "color": KEPT}, **common),
        ]
    )
    if ratio:
        _ratios(figure, ring, dot)
    figure.update_layout(
        yaxis=named_rows(labels),
        xaxis={
            "side": "top",
            "tickformat": ".0%",
            "nticks": 6,
            "range": _from_zero([*ring, *dot], 0.2 if ratio else 0.05),
        },
    )
    return figure


def _ratios(figure: go.Figure, ring: Sequence[float], dot: Sequence[float]) -> None:
    for row, (whole, part) in enumerate(zip(ring, dot, strict=True)):
        if whole > 0 and part > 0 and not 1 / 1.4 < part / whole < 1.4 and max(whole, part) > 0.01:
            figure.add_annotation(
                x=max(whole, part),
                y=row,
                text=numbers.times(part / whole),
                showarrow=False,
                xanchor="left",
                xshift=9,
                font={"family": FONT, "size": 11, "color": KEPT},
            )


def estimates(
    labels: Sequence[str],
    value: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    flagged: Sequence[bool],
    overall: float,
    what: str,
) -> go.Figure:
    """A rate of each label with its 95 % interval; flagged ones are orange diamonds; a line for the whole."""
    figure = go.Figure()
    for tone, symbol, chosen in ((KEPT, "circle", False), (REMOVED, "diamond", True)):
        rows = [row for row, flag in enumerate(flagged) if flag == chosen]
        figure.add_scatter(
            x=[value[row] for row in rows],
            y=rows,
            mode="markers",
            marker={"size": 9.5 if not chosen else 11, "color": tone, "symbol": symbol},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high[row] - value[row] for row in rows],
                "arrayminus": [value[row] - low[row] for row in rows],
                "thickness": 2,
                "width": 0,
                "color": tone,
            },
            customdata=rows,
            hovertext=[
                f"{plotly(cut(labels[row], 80))}: {numbers.percent(value[row])} {plotly(what)}, "
                f"{numbers.interval(low[row], high[row])}"
                for row in rows
            ],
            hoverinfo="text",
        )
    figure.add_vline(x=overall, line={"width": 1.5, "color": WHOLE})
    figure.update_layout(yaxis=named_rows(labels), xaxis={"side": "top", "tickformat": ".0%", "nticks": 6})
    return figure


# ---------------------------------------------------------------------------------- distributions


@dataclass(frozen=True)
class Distribution:
    """A column's values in bins, in one unit, and where its quantiles lie.

    Attributes:
        edges: n + 1 edges, ascending; the outer bins also hold what lies beyond them.
        shares: of the documents, tokens or bytes with a value, n shares that sum to 1.
        null_share: of all, the share without a value.
        quantiles: rate -> value, weighed as the shares are.
        log: whether the edges are spaced for a log axis (of the value plus one where they begin at 0).
        beyond: the share gathered from beyond the outer edges.
        dates: whether the values are seconds since 1970, which are written as days.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    null_share: float = 0.0
    quantiles: tuple[tuple[float, float], ...] = ()
    log: bool = False
    beyond: float = 0.0
    dates: bool = False

    @property
    def said(self) -> Callable[[float], str]:
        """How a value is written."""
        return numbers.moment if self.dates else numbers.value


QUANTILES = {0.01: "1 %", 0.1: "10 %", 0.5: "median", 0.9: "90 %", 0.99: "99 %"}


def histogram(
    shown: Distribution, column: str, unit: str, axis: str, cumulative: bool = False, narrow: bool = False
) -> go.Figure:
    """One column's distribution: bars or the running share, quantile lines, missing values left of the axis.

    ``unit`` is what the shares are shares of; ``axis``, under the axis, the column's own unit. A ``narrow``
    figure keeps more room for the missing values.
    """
    place = axes.placing(shown.log)
    edges = [place(edge) for edge in shown.edges]
    figure = go.Figure()
    if cumulative:
        _running(figure, shown, edges, column, unit)
    else:
        _bars(figure, shown, edges, column, unit)
    _quantile_lines(figure, shown, place)
    if shown.null_share > 0:
        _null_block(figure, shown, edges, unit, 2 if narrow else 1)
    ticks = axes.marks(shown.edges[0], shown.edges[-1], shown.log, shown.dates)
    left = edges[0] - (edges[-1] - edges[0]) * (
        0.085 * (2 if narrow else 1) if shown.null_share > 0 else 0.012
    )
    figure.update_layout(
        bargap=0.08,
        margin={"t": 30, "r": 14},
        xaxis={
            "tickvals": [place(tick) for tick, _ in ticks],
            "ticktext": [said for _, said in ticks],
            "showgrid": False,
            "range": [left, edges[-1] + (edges[-1] - edges[0]) * 0.012],
            "title": {"text": plotly(axis), "standoff": 12},
        },
        yaxis={
            "tickformat": ".0%" if max(shown.shares, default=1) > 0.03 or cumulative else ".1%",
            "nticks": 5,
            "showgrid": True,
            "range": [0, 1.04 if cumulative else max([*shown.shares, shown.null_share, 1e-9]) * 1.06],
        },
    )
    return figure


def _bars(figure: go.Figure, shown: Distribution, edges: list[float], column: str, unit: str) -> None:
    widths = [high - low for low, high in pairwise(edges)]
    hover = []
    for i, share in enumerate(shown.shares):
        low, high = shown.said(shown.edges[i]), shown.said(shown.edges[i + 1])
        outer = shown.beyond > 0 and i in (0, len(shown.shares) - 1)
        hover.append(
            f"{plotly(column)} {low} to {high}: {numbers.percent(share)} of {unit}"
            + ("<br>with what lies beyond" if outer else "")
        )
    figure.add_bar(
        x=[edge + width / 2 for edge, width in zip(edges, widths, strict=False)],
        y=list(shown.shares),
        width=[width * 0.92 for width in widths],
        marker={"color": KEPT, "line": {"width": 0}},
        hovertext=hover,
        hoverinfo="text",
    )


def _running(figure: go.Figure, shown: Distribution, edges: list[float], column: str, unit: str) -> None:
    sums = [0.0]
    for share in shown.shares:
        sums.append(sums[-1] + share)
    figure.add_scatter(
        x=edges,
        y=sums,
        mode="lines",
        line={"width": 2, "color": KEPT},
        hovertext=[
            f"{numbers.percent(total)} of {unit} have {plotly(column)} under {shown.said(edge)}"
            for total, edge in zip(sums, shown.edges, strict=True)
        ],
        hoverinfo="text",
    )


def _quantile_lines(figure: go.Figure, shown: Distribution, place: Callable[[float], float]) -> None:
    low, high = place(shown.edges[0]), place(shown.edges[-1])
    last = -1.0
    for rate, value in shown.quantiles:
        at = min(max(place(value), low), high)
        main = rate == 0.5
        share = (at - low) / ((high - low) or 1)
        words = f"{QUANTILES.get(rate, numbers.percent(rate, 0))} <b>{shown.said(value)}</b>"
        end = 0.0075 * (len(words) - 7)  # half of what the words take of a narrow figure
        aside = share < 0.06 or share > 1 - end
        if not main and (share - last < 0.1 or _near_median(shown, place, share, low, high, aside)):
            continue  # a line without its words would be taken for that of the words beside it
        last = share
        figure.add_shape(
            type="line",
            xref="x",
            yref="paper",
            x0=at,
            x1=at,
            y0=0,
            y1=1,
            line={
                "width": 1.5 if main else 1,
                "color": TEXT if main else WHOLE,
                "dash": "solid" if main else "2px,3px",
            },
        )
        figure.add_annotation(
            x=at,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=words,
            showarrow=False,
            xanchor="left" if share < 0.06 else "right" if share > 1 - end else "center",
            font={"family": FONT, "size": 11, "color": TEXT if main else INK},
        )


def _near_median(
    shown: Distribution, place: Callable[[float], float], share: float, low: float, high: float, aside: bool
) -> bool:
    median = dict(shown.quantiles).get(0.5)
    if median is None:
        return False
    at = (place(median) - low) / ((high - low) or 1)
    return abs(at - share) < (0.22 if aside or at < 0.06 or at > 0.94 else 0.14)  # words lie to one side


def _null_block(figure: go.Figure, shown: Distribution, edges: list[float], unit: str, times: float) -> None:
    """A grey block left of the axis: another kind of thing than the bars, so another place and colour."""
    width = (edges[-1] - edges[0]) * 0.035
    at = edges[0] - (edges[-1] - edges[0]) * 0.055 * times
    said = numbers.percent(shown.null_share)
    figure.add_bar(
        x=[at],
        y=[shown.null_share],
        width=[width],
        marker={"color": WHOLE, "line": {"width": 0}},
        hovertext=[f"no value: {said} of {unit}"],
        hoverinfo="text",
    )
    figure.add_annotation(
        x=at,
        y=0,
        yshift=-6,
        yanchor="top",
        text=f"none<br>{said}",
        showarrow=False,
        font={"family": FONT, "size": 11, "color": INK},
    )


def boxes(
    labels: Sequence[str],
    quantiles: Sequence[tuple[float, float, float, float, float]],
    log: bool,
    dates: bool = False,
    counts: Sequence[int] = (),
) -> go.Figure:
    """A row a label: 10 to 90 % as a line, the middle half as a band, the median as a dot. Top down.

    ``quantiles`` are the 10th, 25th, 50th, 75th and 90th percentile of each label; ``dates`` writes seconds
    since 1970 as days; ``counts`` are the documents of each, where they are said.
    """
    place = axes.placing(log)
    rows = list(range(len(labels)))
    spots = [[place(value) for value in row] for row in quantiles]
    said = numbers.moment if dates else numbers.value
    hover = [
        f"{plotly(cut(name, 80))}: median {said(row[2])}, half from {said(row[1])} to "
        f"{said(row[3])}, 80 % from {said(row[0])} to {said(row[4])}{counted}"
        for name, row, counted in zip(
            labels,
            quantiles,
            [f", of {numbers.count(count, 'document')}" for count in counts] or [""] * len(labels),
            strict=True,
        )
    ]

    def lines(first: int, last: int) -> dict[str, Any]:
        return {
            "x": [x for spot in spots for x in (spot[first], spot[last], None)],
            "y": [y for row in rows for y in (row, row, None)],
            "mode": "lines",
            "hoverinfo": "skip",
        }

    figure = go.Figure(
        [
            go.Scatter(line={"width": 1.2, "color": WHOLE}, **lines(0, 4)),
            go.Scatter(line={"width": 8, "color": TINTS[3]}, **lines(1, 3)),
            go.Scatter(
                x=[spot[2] for spot in spots],
                y=rows,
                mode="markers",
                marker={"size": 8, "color": KEPT},
                hovertext=hover,
                hoverinfo="text",
                customdata=rows,
            ),
        ]
    )
    low = min((row[0] for row in quantiles), default=0.0)
    high = max((row[4] for row in quantiles), default=1.0)
    ticks = axes.marks(low, high, log, dates)
    room = (place(high) - place(low)) * 0.03 or 0.5
    figure.update_layout(
        yaxis=named_rows(labels),
        xaxis={
            "side": "top",
            "tickvals": [place(tick) for tick, _ in ticks],
            "ticktext": [said for _, said in ticks],
            "range": [place(low) - room, place(high) + room],
        },
    )
    return figure


# ---------------------------------------------------------------------------------- over years and ranks


def years(marks: Sequence[tuple[int, float]], unit: str, before: int | None = None) -> go.Figure:
    """Bars of the amount in each year; the first bar is all years before ``before`` where it is given."""
    first, last = marks[0][0], marks[-1][0]
    ticks = [year for year in range(first, last + 1) if year % axes.year_step(last - first) == 0]
    names = {year: str(year) for year in ticks}
    if before is not None:
        names = {first: f"<{before}"} | {
            y: n for y, n in names.items() if y - first > axes.year_step(last - first) / 2
        }
    figure = go.Figure(
        go.Bar(
            x=[year for year, _ in marks],
            y=[amount for _, amount in marks],
            marker={"color": KEPT, "line": {"width": 0}},
            hovertext=[
                f"{'before ' + str(before) if before is not None and year == first else year}: "
                f"{numbers.amount(amount, unit)} {'' if unit == 'bytes' else unit}"
                for year, amount in marks
            ],
            hoverinfo="text",
            customdata=list(range(len(marks))),
        )
    )
    largest = max((amount for _, amount in marks), default=0.0) or 1.0
    scale = axes.ticks(0, largest, False)
    figure.update_layout(
        xaxis={
            "showgrid": False,
            "tickvals": list(names),
            "ticktext": [plotly(n) for n in names.values()],
            "range": [first - 0.7, last + 0.7],
        },
        yaxis={
            "showgrid": True,
            "tickvals": scale,
            "ticktext": [axes.written_amount(tick, unit) for tick in scale],
            "range": [0, largest * 1.04],
        },
    )
    return figure


def line(
    x: Sequence[float],
    y: Sequence[float],
    *,
    hover: Sequence[str],
    log: bool = False,
    mark: tuple[float, str] | None = None,
    tone: str = TARGET,
) -> go.Figure:
    """One line from zero; ``mark`` is a place on the x axis with its words."""
    figure = go.Figure(
        go.Scatter(
            x=list(x),
            y=list(y),
            mode="lines",
            line={"width": 2, "color": tone},
            hovertext=[plotly(text) for text in hover],
            hoverinfo="text",
        )
    )
    if mark is not None:
        at, words = mark
        figure.add_vline(x=at, line={"width": 1.5, "color": TEXT})
        figure.add_annotation(
            x=math.log10(at) if log else at,
            y=1,
            yref="paper",
            text=plotly(words),
            showarrow=False,
            xanchor="right",
            yanchor="top",
            xshift=-5,
            font={"family": FONT, "size": 11.5, "color": TEXT},
        )
    ticks = axes.ticks(min(x, default=1), max(x, default=10), log)
    figure.update_layout(
        xaxis={
            "type": "log" if log else "linear",
            "showgrid": False,
            "tickvals": ticks,
            "ticktext": [axes.written(tick) for tick in ticks],
        },
        yaxis={"showgrid": True, "nticks": 4, "range": _from_zero(y, 0.08)},
    )
    return figure


# ---------------------------------------------------------------------------------- shared


def cut(name: str, longest: int = MAX_NAME, kept: int | None = None) -> str:
    """A name that fits: over ``longest`` characters it ends in an ellipsis after ``kept``."""
    name = " ".join(name.split())
    return (
        name if len(name) <= longest else name[: (longest if kept is None else kept + 1) - 1].rstrip() + "…"
    )


def rows_height(rows: int, row: int = 21, least: int = 120) -> int:
    """Pixels of a figure with a named row a label and its values on top."""
    return max(least, 34 + rows * row)


def named_rows(labels: Sequence[str]) -> dict[str, Any]:
    """A y axis with a named row a label, top down."""
    return {
        "tickvals": list(range(len(labels))),
        "ticktext": [plotly(cut(label)) for label in labels],
        "range": [len(labels) - 0.4, -0.6],
    }


def _from_zero(values: Sequence[float], room: float) -> list[float]:
    largest = max(values, default=1.0) or 1.0
    return [min(0.0, min(values, default=0.0)) - largest * 0.02, largest * (1 + room)]


def shares_by_value(figure: go.Figure, column: Column, ends: tuple[float, float], log: bool) -> None:
    """Axes of a figure of lines: values of a column from left to right, shares of 0 to 100 % upwards."""
    place = axes.placing(log)
    ticks = axes.marks(*ends, log, column.unit == SINCE_1970)
    figure.update_layout(
        xaxis={
            "tickvals": [place(tick) for tick, _ in ticks],
            "ticktext": [text for _, text in ticks],
            "showgrid": False,
            "range": [place(ends[0]), place(ends[1])],
            "title": {"text": plotly(column.unit or column.name), "standoff": 12},
        },
        yaxis={"tickformat": ".0%", "nticks": 5, "showgrid": True, "range": [0, 1.04]},
    )
