"""Figures of how columns go together: a matrix of pairs, a column over the years, shares by group."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui import axes, figures, numbers
from pages.ui.escape import plotly
from pages.ui.figures import INK, KEPT, REMOVED, RULE, SMALL, TEXT, TINTS, WHOLE

CELL = 30
"""Pixels of a matrix's row."""
LEAST = 3.0
"""Pixels of a disc that stands for nothing."""


def matrix(
    names: Sequence[str], values: NDArray[np.float64], hover: Sequence[Sequence[str]], signed: bool
) -> go.Figure:
    """Every pair of columns: below the diagonal a disc, its area the size of the value, above it the number.

    Blue is above zero, orange below it. A mark's ``customdata`` is row * n + column.

    Args:
        names: of the columns, n.
        values: -1 to 1, NaN where there is none; shape (n, n).
        hover: words on each cell, shape (n, n).
        signed: numbers are written with their sign as fractions of 1, else as whole per cent.
    """
    n = len(names)
    rows, columns = np.indices((n, n))
    figure = go.Figure()
    for below in (True, False):
        chosen = rows > columns if below else rows < columns
        cells = list(zip(rows[chosen].tolist(), columns[chosen].tolist(), strict=True))
        seen = [float(values[cell]) for cell in cells]
        figure.add_scatter(
            x=[column for _, column in cells],
            y=[row for row, _ in cells],
            mode="markers" if below else "markers+text",
            marker={
                "size": [_diameter(value) if below else CELL - 6 for value in seen],
                "color": [REMOVED if value < 0 else KEPT for value in seen] if below else figures.CLEAR,
                "line": {"width": 0},
                "opacity": 1,
            },
            text=None if below else [_cell(value, signed) for value in seen],
            textfont={"family": figures.FONT, "size": 10.5, "color": TEXT},
            hovertext=[plotly(hover[row][column]) for row, column in cells],
            hoverinfo="text",
            customdata=[row * n + column for row, column in cells],
            unselected={"marker": {"opacity": 1}, "textfont": {"color": TEXT}},
            selected={"marker": {"opacity": 1}},
        )
    for i in range(n):
        figure.add_annotation(
            x=i,
            y=i,
            text=str(i + 1),
            showarrow=False,
            font={**SMALL, "size": 10.5},
        )
    grid = [at - 0.5 for at in range(n + 1)]
    figure.update_layout(
        yaxis={
            "tickvals": list(range(n)),
            "ticktext": [plotly(f"{figures.cut(name)}  {i}") for i, name in enumerate(names, 1)],
            "range": [n - 0.5, -0.5],
        },
        xaxis={
            "side": "top",
            "tickvals": list(range(n)),
            "ticktext": [str(i) for i in range(1, n + 1)],
            "range": [-0.5, n - 0.5],
            "showgrid": False,
        },
        shapes=[
            {"type": "line", "x0": a, "x1": b, "y0": c, "y1": d, "line": {"width": 1, "color": RULE}}
            for at in grid
            for a, b, c, d in ((-0.5, n - 0.5, at, at), (at, at, -0.5, n - 0.5))
        ],
    )
    return figure


def _diameter(value: float) -> float:
    return 0.0 if math.isnan(value) else max(LEAST, (CELL - 5) * math.sqrt(abs(value)))


def _cell(value: float, signed: bool) -> str:
    if math.isnan(value):
        return numbers.NOTHING
    if not signed:
        return f"{value * 100:.0f}"
    return correlation(value).replace("0.", ".", 1)


def correlation(rho: float) -> str:
    """A correlation with its sign: ``−0.43``; one that is nearly 1 is not written as 1."""
    if math.isnan(rho):
        return numbers.NOTHING
    if 0.995 <= abs(rho) < 1:
        return f"{numbers.MINUS if rho < 0 else ''}>{numbers.THIN}0.99"
    return f"{rho:.2f}".replace("-0.00", "0.00").replace("-", numbers.MINUS)


def trend(
    years: Sequence[int],
    quantiles: Sequence[tuple[float, float, float]],
    documents: Sequence[int],
    log: bool,
    dates: bool = False,
) -> go.Figure:
    """Median and middle half of a column in each year, over bars of how many documents each has.

    Args:
        years: ascending; a gap in them is one in the line.
        quantiles: the 25th, 50th and 75th percentile of each year.
        documents: of each year.
        log: values stand by the logarithm of one more.
        dates: they are seconds since 1970.
    """
    place, said = axes.placing(log), numbers.moment if dates else numbers.value
    hover = [
        f"{year}: median {said(middle)}, half from {said(low)} to {said(high)}, of "
        f"{numbers.count(count, 'document')}"
        for year, (low, middle, high), count in zip(years, quantiles, documents, strict=True)
    ]
    figure = go.Figure()
    for start, stop in _runs(years):
        part = slice(start, stop)
        x = list(years[part])
        lows, middles, highs = (
            [place(value) for value in column] for column in zip(*quantiles[part], strict=True)
        )
        if len(x) == 1:
            lows, highs = lows * 2, highs * 2
        band = {
            "mode": "lines",
            "line": {"width": 0},
            "hoverinfo": "skip",
            "x": x if len(x) > 1 else [x[0] - 0.3, x[0] + 0.3],
        }
        figure.add_scatter(y=lows, **band)
        figure.add_scatter(y=highs, fill="tonexty", fillcolor=TINTS[2], **band)
        figure.add_scatter(
            x=list(years[part]),
            y=middles,
            mode="lines+markers",
            line={"width": 2, "color": KEPT},
            marker={"size": 6, "color": KEPT},
            hovertext=hover[part],
            hoverinfo="text",
        )
    figure.add_bar(
        x=list(years),
        y=list(documents),
        yaxis="y2",
        marker={"color": WHOLE, "line": {"width": 0}},
        hovertext=hover,
        hoverinfo="text",
    )
    first, last = years[0], years[-1]
    step = axes.year_step(last - first)
    low, high = min(row[0] for row in quantiles), max(row[2] for row in quantiles)
    room = (place(high) - place(low)) * 0.04 or 0.5
    ticks = axes.marks(low, high, log, dates)
    most = max(documents)
    figure.update_layout(
        xaxis={
            "showgrid": False,
            "tickvals": [year for year in range(first, last + 1) if year % step == 0] or [first],
            "tickformat": "d",
            "range": [first - 0.7, last + 0.7],
            "anchor": "y2",
        },
        yaxis={
            "domain": [0.3, 1],
            "showgrid": True,
            "tickvals": [place(tick) for tick, _ in ticks],
            "ticktext": [words for _, words in ticks],
            "range": [place(low) - room, place(high) + room],
        },
        yaxis2={
            "domain": [0, 0.2],
            "tickvals": [0, most],
            "ticktext": ["0", axes.written(most)],
            "tickfont": SMALL,
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "automargin": True,
            "fixedrange": True,
            "ticklabelstandoff": 5,
            "range": [0, most * 1.04],
        },
    )
    return figure


def _runs(years: Sequence[int]) -> list[tuple[int, int]]:
    """Places of years that follow each other, as start and stop."""
    starts = [i for i, year in enumerate(years) if not i or year != years[i - 1] + 1]
    return list(zip(starts, [*starts[1:], len(years)], strict=True))


def shares(
    labels: Sequence[str], values: Sequence[float], hover: Sequence[str], tone: str = KEPT
) -> go.Figure:
    """A bar a label from zero, in the order given, top down, with its share in words.

    ``hover`` is what is said of each.
    """
    rows = list(range(len(labels)))
    figure = go.Figure(
        go.Bar(
            x=list(values),
            y=rows,
            orientation="h",
            marker={"color": tone, "line": {"width": 0}},
            text=[numbers.percent(value) for value in values],
            textposition="outside",
            textfont={"family": figures.FONT, "size": 11, "color": INK},
            cliponaxis=False,
            hovertext=[plotly(said) for said in hover],
            hoverinfo="text",
        )
    )
    largest = max(values, default=0.0) or 1.0
    figure.update_layout(
        yaxis=figures.named_rows(labels),
        xaxis={
            "side": "top",
            "tickformat": ".0%" if largest > 0.05 else ".1%",
            "nticks": 5,
            "range": [0, largest * 1.2],
        },
    )
    return figure
