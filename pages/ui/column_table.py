"""The table of a corpus's columns, each with its shape and its middle, in which one is chosen."""

import datetime as dt
from collections.abc import Container, Sequence

import pandas as pd
import streamlit as st

from indexes.columns import MISSING, RANDOM, SINCE_1970, WHOLE, Column
from indexes.corpus import Corpus
from indexes.queries.shapes import Shape, shapes
from pages.ui import cache, empty, families, head, looked_at, numbers, state

KEY = "column"
FIRST = "characters"
"""The column that is shown where none is asked for."""
FIND = "find"
TABLE = "columns"
TOP = "column_on_top"

HEIGHT = 410
IN_VIEW = 11
"""Rows of the table that are seen without scrolling."""
KINDS = ("signal", "score", "label", "metadata", "source")
"""What stands first in the table."""
TYPES = ("integer", "number", "boolean", "date", "text")
GREY = "#8793A3"
"""Of columns that are not there; the table is drawn on a canvas, which knows no roles."""
LONGEST = 23
"""Characters of a name that its cell has room for, which ends without a sign and shows no tooltip."""
FEWEST, MOST = 8, 16
"""Little bars that a shape is drawn with; of more, neighbours are drawn as one."""


def table(corpus: Corpus) -> Column:
    """Every column with its shape and its middle; gives the one that is chosen."""
    every = listed(corpus)
    columns = _found(every, str(st.query_params.get(KEY) or st.session_state.get(KEY) or ""))
    columns = _topped(columns)
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
    counted = numbers.count(len(columns), "column")
    said = f"{counted}, all whole" if whole == len(columns) else f"{whole} of {counted} are whole"
    hidden = len(every) - len(columns)
    further = f" · {numbers.whole(hidden)} more are found by name" if hidden else ""
    drawn = looked_at.badge(corpus)
    head.caption(said, note=f"lengths on a log scale{further}", badge=drawn)
    key = f"{TABLE}_{st.session_state.get(TOP, '')}"  # its rows stand in another order: so another table
    st.dataframe(
        _rows(columns, seen),
        key=key,
        height=HEIGHT,
        hide_index=True,
        on_select=lambda: _choose(key, names),
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


def _topped(columns: list[Column]) -> list[Column]:
    """With the column of the address first where it would be out of view: the table cannot be scrolled to it.

    One that is clicked stays where it is.
    """
    asked = st.query_params.get(KEY)
    if asked and asked != st.session_state.get(KEY):
        st.session_state[TOP] = asked
    names = [column.name for column in columns]
    top = st.session_state.get(TOP)
    if top not in names[IN_VIEW:]:
        return columns
    at = names.index(top)
    return [columns[at], *columns[:at], *columns[at + 1 :]]


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


def listed(corpus: Corpus) -> list[Column]:
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
    return written(column, shape.middle)


def written(column: Column, value: float) -> str:
    """A value of a column of numbers or of dates, which are days since 1970."""
    if column.type == "date":
        return day(value).isoformat()
    return numbers.moment(value) if column.unit == SINCE_1970 else numbers.value(value, column.type)


def day(days: float) -> dt.date:
    """The date of so many days since 1970."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=days)


def _choose(key: str, names: Sequence[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        st.session_state[KEY] = st.query_params[KEY] = names[rows[0]]
