"""How a column is distributed: the table of all columns, the one that is chosen, its groups and extremes."""

import datetime as dt
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import polars as pl
import streamlit as st

from indexes.columns import MISSING, RANDOM, SINCE_1970, STALE, WHOLE, Column
from indexes.corpus import Corpus
from indexes.queries.beginnings import beginnings
from indexes.queries.composition import composition, label_counts
from indexes.queries.groups import groups
from indexes.queries.histogram import OUTER, Histogram, histogram
from indexes.queries.nearest import nearest, with_values
from indexes.queries.quantiles import quantiles
from indexes.queries.looked_at import SAMPLE, sampled
from indexes.queries.shapes import Shape, shapes
from indexes.queries.years import years
from indexes.saying import command
from pages.ui import cache, empty, families, figures, head, made_of, needed, numbers, opening, state, titles
from pages.ui.excerpts import Excerpt, excerpts
from pages.ui.lists import ranked

KEY = "column"
FIRST = "characters"
"""The column that is shown where none is asked for."""
FIND = "find"
TABLE = "columns"
SCALE = "scale"
SCALES = ("count", "cumulative")

HEIGHT = 410
KINDS = ("signal", "score", "label", "metadata", "source")
"""What stands first in the table."""
TYPES = ("integer", "number", "boolean", "date", "text")
RATES = (0.01, 0.1, 0.5, 0.9, 0.99)
GREY = "#8793A3"
"""Of columns that are not there; the table is drawn on a canvas, which knows no roles."""
LONGEST = 23
"""Characters of a name that its cell has room for, which ends without a sign and shows no tooltip."""
FEWEST, MOST = 8, 16
"""Little bars that a shape is drawn with; of more, neighbours are drawn as one."""
GROUPS = 21
READ = 5
EPOCH = dt.date(1970, 1, 1)


# ---------------------------------------------------------------------------------- the table


def table(corpus: Corpus) -> Column:
    """Every column with its shape and its middle; gives the one that is chosen."""
    every = _listed(corpus)
    columns = _found(every, str(st.query_params.get(KEY) or st.session_state.get(KEY) or ""))
    names = [column.name for column in columns]
    ready = tuple(column.name for column in columns if column.state != MISSING)
    seen = cache.cached(shapes, corpus, ready)
    first = FIRST if FIRST in names else names[0]
    asked = str(st.query_params.get(KEY) or st.session_state.get(KEY) or first)
    if all(asked != column.name for column in every):
        corpus.column(asked)  # says which are near
        empty.stop(f"{asked} holds no single value a document.", "Choose another column.", tone="warn")
    if asked not in names:  # what is looked for leaves it out
        asked = names[0]
    st.session_state[KEY] = st.query_params[KEY] = asked
    whole = sum(column.state == WHOLE for column in columns)
    listed = numbers.count(len(columns), "column")
    said = f"{listed}, all whole" if whole == len(columns) else f"{whole} of {listed} are whole"
    hidden = len(every) - len(columns)
    further = f" · {numbers.whole(hidden)} more are found by name" if hidden else ""
    drawn = head.sampled(SAMPLE) if sampled(corpus) else head.EXACT
    head.caption(said, note=f"lengths on a log scale{further}", badge=drawn)
    st.dataframe(
        _rows(columns, seen),
        key=TABLE,
        height=HEIGHT,
        hide_index=True,
        on_select=lambda: _choose(names),
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [names.index(asked)]}},
        column_config={
            "Column": st.column_config.TextColumn(width=174),
            "Shape": st.column_config.BarChartColumn(width=50, y_min=0, color="primary"),
            "Median document": st.column_config.TextColumn(width=124, alignment="right"),
        },
        alt="Columns of the corpus; the chosen one is drawn beside",
    )
    return corpus.columns[asked]


def _found(columns: list[Column], asked: str) -> list[Column]:
    """Those that hold every word that is looked for in name, family, unit or source; all if none does.

    Where nothing is looked for: all but what no ``assay measure`` makes by itself and nobody asked for.
    """
    state.stay(FIND)
    said = st.text_input(
        "Find a column",
        key=FIND,
        label_visibility="collapsed",
        placeholder="Find a column",
        bind="query-params",
    )
    words = (said or "").lower().split()
    if not words:
        return [
            column
            for column in columns
            if column.name == asked or column.state != MISSING or not families.optional(column.family)
        ]
    found = [
        column
        for column in columns
        if all(
            word in f"{column.name} {column.family} {column.unit} {column.source}".lower() for word in words
        )
    ]
    if not found:
        empty.say("No column has these words, so all are listed.", "Look for fewer of them.")
    return found or columns


def _listed(corpus: Corpus) -> list[Column]:
    """Columns with one value a document, default variants first; those that are not measured last."""

    def order(column: Column) -> tuple[bool, bool, int, tuple[bool, int, str]]:
        kind = (
            len(KINDS) if column.name == RANDOM else KINDS.index(column.kind) if column.kind in KINDS else 0
        )
        placed = families.place(column.family, column.variant)
        return column.state == MISSING, bool(column.variant), kind + (column.type == "text"), placed

    columns = [column for column in corpus.columns.values() if column.type in TYPES]
    return sorted((column for column in columns if column.family not in corpus.faults), key=order)


def _rows(columns: Sequence[Column], seen: dict[str, Shape]) -> "pd.DataFrame | pd.io.formats.style.Styler":
    said = {column.name: middle(column, seen.get(column.name)) for column in columns}
    frame = pd.DataFrame(
        {
            "Column": [in_cell(column.name) for column in columns],
            "Shape": [bars(seen.get(column.name)) for column in columns],
            "Median document": list(said.values()),
        }
    )
    return greyed(frame, {i for i, column in enumerate(columns) if column.state == MISSING})


def greyed(frame: pd.DataFrame, rows: Container[int]) -> "pd.DataFrame | pd.io.formats.style.Styler":
    """A table whose rows with these numbers are grey: they stand for what is not there."""
    grey = f"color: {GREY}; font-style: italic"
    if not any(i in rows for i in range(len(frame))):
        return frame
    return frame.style.apply(lambda row: [grey if row.name in rows else ""] * len(row), axis=1)


def in_cell(name: str) -> str:
    """A name that fits a cell: of a long one the middle is left out, as variants differ in their ends."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[1 - LONGEST // 2 :]}"


def bars(shape: Shape | None) -> list[float]:
    """Heights of the little bars, 0 to 1; with room beside few of them, which would be slabs."""
    largest = max(shape.bars, default=0) if shape else 0
    if shape is None or not largest:
        return []
    counts = list(shape.bars)
    if len(counts) > MOST and shape.values is None:  # two bins a bar, which is a few pixels wide then
        counts = [sum(counts[i : i + 2]) for i in range(0, len(counts), 2)]
        largest = max(counts)
    return [count / largest for count in counts] + [0.0] * (FEWEST - len(counts))


def middle(column: Column, shape: Shape | None) -> str:
    """The value of the median document, or what stands for it."""
    if shape is None:
        return "not measured"
    if not shape.there:
        return "no value"
    if shape.values is not None:
        return numbers.count(shape.values, "value")
    if shape.middle is None:
        return numbers.NOTHING
    if column.type == "boolean":
        return f"{numbers.per_cent(shape.middle)} true"
    return _value(column, shape.middle)


def _choose(names: Sequence[str]) -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows:
        st.session_state[KEY] = st.query_params[KEY] = names[rows[0]]


# ---------------------------------------------------------------------------------- one column


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
        return f"{self.name}_{self.unit}"

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
        step = (
            f"Every document is null there. Measure it again with: {again}" if column.kind == "signal" else ""
        )
        empty.say(f"No value in the column {column.name}.", step or "The documents came without one.")
        return None
    if column.state == STALE:
        empty.say(f"{column.name} is stale: the corpus or its definition has changed since.", tone="warn")
    return Chosen(corpus, column, shape, unit)


def draw(seen: Chosen) -> None:
    """The distribution of the column in the way its type asks for."""
    {"text": _values, "boolean": _values, "date": _years}.get(seen.column.type, _distribution)(seen)


def histogram_alone(corpus: Corpus, column: Column, unit: str, height: int) -> None:
    """The distribution of a column of numbers that has values, without the controls of its page."""
    shape = cache.cached(shapes, corpus, (column.name,))[column.name]
    if shape.there and column.type in ("integer", "number"):
        _distribution(Chosen(corpus, column, shape, unit), height, alone=True)


def _distribution(seen: Chosen, height: int = HEIGHT - 10, alone: bool = False) -> None:
    found = cache.cached(histogram, seen.corpus, seen.name, seen.unit, seen.shape.log)
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
        note=f"{what} of {seen.unit} by {seen.name}{measured_in} · {scale}",
        badge=seen.badge,
        state=f"{seen.state}_{cumulative}",
        beside=None if alone else _scale,
    )


def _scale() -> None:
    with st.container(key="lower_scale", width="content"):
        st.segmented_control(
            "Scale",
            SCALES,
            default=SCALES[0],
            required=True,
            label_visibility="collapsed",
            key=SCALE,
            bind="query-params",
        )


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
    first, last = _date(low).year, _date(high).year
    shown = [(year, amount) for year, amount in marks if first <= year <= last]
    missing = f" · {numbers.per_cent(undated / whole)} undated" if undated else ""
    figures.draw(
        "distribution",
        figures.years(shown, seen.unit),
        HEIGHT - 10,
        title=titles.over_years(shown, None, seen.unit),
        note=f"{seen.unit.capitalize()} a year by {seen.name}{missing}",
        badge=seen.badge,
        state=seen.state,
    )


# ---------------------------------------------------------------------------------- groups and extremes


def by_label(seen: Chosen) -> None:
    """Median, middle half and 10 to 90 % of a column of numbers, by domain."""
    label = made_of.dividing(seen.corpus)
    if label is None or label == seen.name:
        return
    found = cache.cached(groups, seen.corpus, seen.name, label, GROUPS).sort("median", descending=True)
    names = [name or made_of.NOT_STATED for name in found["label"]]
    medians = [float(value) for value in found["median"]]
    rows = list(found.select("low", "lower", "median", "upper", "high").cast(pl.Float64).iter_rows())
    further = cache.cached(label_counts, seen.corpus, (label,))[label] - len(names)
    said = f" · the {numbers.whole(GROUPS)} largest" if further > 0 else ""
    one = made_of.SINGULAR.get(label, label)
    figures.draw(
        "groups",
        figures.boxes(names, rows, seen.shape.log, seen.column.unit == SINCE_1970),
        figures.rows_height(len(rows), 21),
        title=titles.extremes(list(zip(names, medians, strict=True))),
        note=f"Median, middle half and 10th to 90th percentile of documents in {seen.name} by {one}{said}",
        badge=None if seen.badge == head.EXACT else seen.badge,
        state=seen.state,
    )


def read(seen: Chosen) -> None:
    """Documents at the quantiles of a column, or with each of its most common values; a click opens one."""
    label = seen.column.type in ("text", "boolean")
    leads, found = _labelled(seen) if label else _at_quantiles(seen)
    told = "a document with each of the most common values" if label else (
        "the document nearest to the 1st, 10th, 50th, 90th and 99th percentile"
    )  # fmt: skip
    head.caption("Read the data", note=f"{told} · a click opens it")
    texts = cache.cached(beginnings, seen.corpus, tuple(row["doc_id"] for row in found))
    rows = [
        Excerpt(
            id=f"{row['doc_id']} {row['key']}",
            lead=lead,
            about=opening.about(text),
            doc=str(row["doc_id"]),
            text=text["text"] or "",
        )
        for lead, row, text in zip(leads, found, texts.iter_rows(named=True), strict=True)
    ]
    excerpts("extremes", rows, opening.opener(seen.corpus), lines=2)


def _at_quantiles(seen: Chosen) -> tuple[list[str], list[dict[str, Any]]]:
    at = cache.cached(quantiles, seen.corpus, seen.name, RATES, seen.unit)
    found = cache.cached(nearest, seen.corpus, seen.name, tuple(at))
    said = pl.Series("rate", [figures.QUANTILES[rate] for rate in RATES[: len(found)]])
    rows = list(
        found.with_columns(said).unique("doc_id", keep="first", maintain_order=True).iter_rows(named=True)
    )
    return [f"{row['rate']} · {_value(seen.column, row['value'])}" for row in rows], rows


def _labelled(seen: Chosen) -> tuple[list[str], list[dict[str, Any]]]:
    top = cache.cached(composition, seen.corpus, seen.name).drop_nulls("label")["label"][:READ]
    found = list(cache.cached(with_values, seen.corpus, seen.name, tuple(top)).iter_rows(named=True))
    return [figures.cut(str(row["value"]), 60) for row in found], found


def _value(column: Column, value: float) -> str:
    if column.type == "date":
        return _date(value).isoformat()
    return numbers.moment(value) if column.unit == SINCE_1970 else numbers.value(value, column.type)


def _date(days: float) -> dt.date:
    return EPOCH + dt.timedelta(days=days)
