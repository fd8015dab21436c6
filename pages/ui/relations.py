"""How a column goes with group, length and date of its documents, and where it is missing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import polars as pl
import streamlit as st

from analytics.association import Tenth, both, interval, places, spearman, within_tenths
from indexes.columns import BYTES, MISSING, SINCE_1970, TOKENS, Column
from indexes.corpus import Corpus
from indexes.queries.drawn import drawn
from indexes.queries.groups import groups
from indexes.queries.missing import missing, missing_by
from pages.ui import (
    cache,
    column_table,
    dividing,
    empty,
    figures,
    head,
    looked_at,
    made_of,
    numbers,
    relation_figures,
    state,
    titles,
)
from pages.ui.column_table import in_cell, written
from pages.ui.distributions import DRAG, Chosen, look_at_years

PART = "part"
GROUPS, LENGTH, TIME, OTHERS, GAPS = (
    "by group",
    "with length",
    "over time",
    "with other columns",
    "missing values",
)
PARTS = {
    "integer": (GROUPS, LENGTH, TIME, OTHERS, GAPS),
    "number": (GROUPS, LENGTH, TIME, OTHERS, GAPS),
    "boolean": (GROUPS, OTHERS, GAPS),
    "date": (GROUPS, OTHERS, GAPS),
    "text": (GAPS,),
}
"""Type of a column -> what can be asked of it further, that which is shown first in front."""

GROUP = "group"
SHOWN = 21
ROW = 21
TALL = 34
"""Pixels of a row where there are few."""
DATE = "date"
TREND_HEIGHT = 400
FEWEST = 20
"""Documents below which a year is not drawn, where any year has so many, and of a group it is said."""
UNEVEN = 1.2
"""Where the largest tenth has so many times the documents of the smallest, it is said why."""
FEWEST_RANKED = 4
"""Documents below which a rank correlation has no interval."""
SURE = 3.6
"""Of 21 groups that differ by chance alone, the two furthest apart lie within so many standard errors of
their difference in 95 % of cases (studentized range 5.0, by the root of 2)."""
DAY = 86_400
EVERY_YEAR = 12_000


def part(column: Column) -> str:
    """The switch between the parts; gives the one that is chosen."""
    options = PARTS[column.type]
    if st.session_state.get(PART) not in (None, *options):
        st.session_state[PART] = options[0]
    state.stay(PART)
    with st.container(key="lower_part"):
        st.segmented_control(
            "Look further",
            options,
            default=options[0],
            required=True,
            label_visibility="collapsed",
            key=PART,
            bind="query-params",
        )
    return str(st.session_state.get(PART) or options[0])


def draw(seen: Chosen, chosen: str) -> None:
    """One of the parts beside which the data is read."""
    {GROUPS: by_group, LENGTH: with_length, TIME: over_time}[chosen](seen)


# ---------------------------------------------------------------------------------- by group


def group_picker(corpus: Corpus, column: Column) -> tuple[str, str] | None:
    """The label that divides the documents and its name; None, and a sentence, where there is none."""
    labels = {name: said for name, said in dividing.labels(corpus).items() if name != column.name}
    if not labels:
        empty.say("No other column of this corpus divides its documents into groups.", "")
        return None
    first = made_of.dividing(corpus)
    first = first if first in labels else next(iter(labels))
    if st.session_state.get(GROUP) not in (None, *labels):
        st.session_state[GROUP] = first
    state.stay(GROUP)
    st.selectbox(
        "Groups",
        list(labels),
        index=list(labels).index(first),
        format_func=lambda name: labels[name],
        key=GROUP,
        bind="query-params",
        label_visibility="collapsed",
        width=220,
    )
    label = str(st.session_state.get(GROUP) or first)
    return label, labels[label]


def by_group(seen: Chosen) -> None:
    """Median, middle half and 10 to 90 % in the groups of most documents, or the share that is true."""
    picked = group_picker(seen.corpus, seen.column)
    if picked is None:
        return
    label, said = picked
    found = cache.cached(groups, seen.corpus, seen.name, label, SHOWN)
    if found.is_empty():
        empty.say(f"No document has both a value in {seen.name} and a {said}.")
        return
    flag = seen.column.type == "boolean"
    ordered = found["first"].null_count() < found.height
    found = found.sort(
        "first" if ordered else "mean" if flag else "median", descending=not ordered, nulls_last=True
    )
    names = [dividing.NOT_STATED if name is None else name for name in found["label"]]
    counts = found["documents"].to_list()
    of = f"of documents in {seen.name} by {said}{_more(found)}"
    middles = [float(value) for value in found["mean" if flag else "median"]]
    if flag:
        hover = [
            f"{name}: {numbers.percent(mean)} of {numbers.count(n, 'document')}"
            for name, mean, n in zip(names, middles, counts, strict=True)
        ]
        figure, note = relation_figures.shares(names, middles, hover), f"Share that is true {of}"
    else:
        rows = _spreads(found, seen.column)
        figure = figures.boxes(names, rows, seen.shape.log, _dated(seen.column), counts)
        note = f"Median, middle half and 10th to 90th percentile {of}"
    if min(counts) < FEWEST:
        note += f" · some of them have {numbers.count(min(counts), 'document')} only"
    figures.draw(
        "groups",
        figure,
        _height(len(names)),
        title=_apart(found, names, flag),
        note=note,
        badge=looked_at.badge(seen.corpus, [seen.name, label]),
        state=f"{seen.state}_{label}",
    )


def _apart(found: pl.DataFrame, names: Sequence[str], flag: bool) -> str:
    """Which group is lowest and which highest, of those that are not small, if that is more than chance."""
    value = pl.col("mean" if flag else "median").cast(pl.Float64)
    # The median of a normal column has 1.253 times the error of its mean, its middle half 1.349 deviations.
    spread = (value * (1 - value)).sqrt() if flag else 1.253 / 1.349 * (pl.col("upper") - pl.col("lower"))
    shown = found.select(
        pl.Series("name", names),
        pl.col("documents").alias("n"),
        value.alias("value"),
        error=spread.cast(pl.Float64) / pl.col("documents").sqrt(),
    )
    large = shown.filter(pl.col("n") >= FEWEST)
    shown = (large if large.height > 1 else shown).sort("value")
    low, high = shown.row(0, named=True), shown.row(-1, named=True)
    if low["value"] < high["value"] <= low["value"] + SURE * math.hypot(low["error"], high["error"]):
        return "The groups differ by no more than chance may do"
    return titles.extremes(shown.select("name", "value").rows())


def _spreads(found: pl.DataFrame, column: Column) -> list[tuple[float, float, float, float, float]]:
    rows = found.select("low", "lower", "median", "upper", "high").cast(pl.Float64).iter_rows()
    return [_as_drawn(row, column) for row in rows]


def _as_drawn(row: Sequence[float], column: Column) -> tuple[float, float, float, float, float]:
    """Dates come as days since 1970 and are drawn as seconds."""
    low, lower, middle, upper, high = (value * (DAY if column.type == "date" else 1) for value in row)
    return low, lower, middle, upper, high


def _dated(column: Column) -> bool:
    return column.type == "date" or column.unit == SINCE_1970


# ---------------------------------------------------------------------------------- with length


@dataclass(frozen=True)
class Together:
    """Two columns: one within tenths of the other, and how alike they rank the documents that have both."""

    tenths: tuple[Tenth, ...]
    rho: float
    documents: int

    @property
    def said(self) -> str:
        """``rank correlation 0.43 (95 % interval 0.42 to 0.44) over 38 000 documents``."""
        low, high = interval(self.rho, self.documents)
        written = relation_figures.correlation
        sure = "" if math.isnan(low) else f" (95 % interval {written(low)} to {written(high)})"
        of = numbers.count(self.documents, "document")
        return f"rank correlation {written(self.rho)}{sure} over {of}"


def together(corpus: Corpus, x: str, y: str) -> Together:
    """How ``y`` goes with ``x``, over the documents that are looked at and have both."""
    values = drawn(corpus, (x, y))
    a, b = both(places(values[x]), places(values[y]))
    return Together(tuple(within_tenths(values[x], values[y])), spearman(a, b), int(a.size))


def with_length(seen: Chosen) -> None:
    """The column within tenths of the documents by length, in tokens or bytes."""
    sizes = [
        name
        for name in dict.fromkeys([seen.unit, TOKENS, BYTES, "characters"])
        if name in seen.corpus.ready()
    ]
    size = next((name for name in sizes if name != seen.name), None)
    if size is None:
        empty.say("No length of the documents is measured.", "Measure it on the page Methods.")
        return
    tenths(
        seen.corpus, seen.corpus.column(size), seen.column, seen.shape.log, f"{seen.state}_{size}", "length"
    )


def tenths(corpus: Corpus, x: Column, y: Column, log: bool, key: str, name: str) -> Together:
    """One column within tenths of another, as boxes under a sentence on how they go together."""
    found = cache.awaited(together, corpus, x.name, y.name)
    if not found.tenths:
        empty.say(f"No document has a value in both {x.name} and {y.name}.")
        return found
    names = [
        written(x, one.low) if one.low == one.high else f"{written(x, one.low)} – {written(x, one.high)}"
        for one in found.tenths
    ]
    sizes = [one.documents for one in found.tenths]
    uneven = " (equal values stay together)" if max(sizes) > UNEVEN * min(sizes) or len(sizes) < 10 else ""
    figures.draw(
        f"tenths_{name}",
        figures.boxes(
            names,
            [_as_drawn(one.quantiles, y) for one in found.tenths],
            log,
            _dated(y),
            sizes,
        ),
        figures.rows_height(len(names), TALL),
        title=rises(y.name, x.name, found),
        note=f"Median, middle half and 10th to 90th percentile of {y.name} in each tenth of the documents by "
        f"{x.name}{uneven} · {found.said}",
        badge=looked_at.badge(corpus, [x.name, y.name]),
        state=key,
    )
    return found


def rises(name: str, other: str, found: Together) -> str:
    """``words rises closely with tokens``, ``falls a little over the years``, by their rank correlation.

    That says nothing of a rise that turns into a fall, so no title says that a column does not change.
    """
    one, other = (titles.named(said, first=False, code=True) for said in (name, other))
    rho, size = found.rho, abs(found.rho)
    with_what = "over the years" if other == DATE else f"with {other}"
    if found.documents < FEWEST_RANKED:
        return f"Too few documents to say whether {one} rises or falls {with_what}"
    if math.isnan(rho):
        return f"{one} or {other} is the same in all documents"
    if size < 0.1:
        return f"{one} has no steady rise or fall {with_what}"
    low, high = interval(rho, found.documents)
    if low <= 0 <= high:
        return f"Too few documents to say whether {one} rises or falls {with_what}"
    way = "rises" if rho > 0 else "falls"
    return f"{one} {way}{' a little' if size < 0.3 else ' closely' if size >= 0.7 else ''} {with_what}"


# ---------------------------------------------------------------------------------- over time


def over_time(seen: Chosen) -> None:
    """Median and middle half in each year of ``date``, over how many documents each year has."""
    corpus = seen.corpus
    if DATE not in corpus.ready():
        empty.say(
            "The documents of this corpus have no date.", "Ingest them with a column that is mapped to date."
        )
        return
    every = cache.cached(groups, corpus, seen.name, DATE, EVERY_YEAR)
    dated = every.drop_nulls("label").sort("first")
    if dated.is_empty():
        empty.say(f"No document with a value in {seen.name} has a date.")
        return
    shown = dated.filter(pl.col("documents") >= min(FEWEST, max(dated["documents"].to_list())))
    years = [int(year) for year in shown["first"]]
    rows = [_as_drawn(row, seen.column)[1:4] for row in _spreads(shown, seen.column)]
    undated = 1 - int(dated["documents"].sum()) / int(every["documents"].sum())
    found = cache.awaited(together, corpus, DATE, seen.name)
    note = f"Median and middle half of {seen.name} in each year, over the number of documents"
    few = dated.height - shown.height
    if few:
        note += f" · {numbers.count(few, 'year')} of fewer than {FEWEST} documents left out"
    if undated:
        note += f" · {numbers.per_cent(undated)} of documents undated"
    figures.draw(
        "trend",
        relation_figures.trend(
            years, rows, shown["documents"].to_list(), seen.shape.log, _dated(seen.column)
        ),
        TREND_HEIGHT,
        title=rises(seen.name, DATE, found),
        note=f"{note} · {found.said} · {DRAG}",
        badge=looked_at.badge(corpus, [seen.name, DATE]),
        state=seen.state,
        on_range=lambda start, end: look_at_years(corpus.column(DATE), start, end),
    )


# ---------------------------------------------------------------------------------- missing values


def missing_values(seen: Chosen) -> None:
    """Of how many documents the column has no value, in each group."""
    whole = cache.cached(missing, seen.corpus, (seen.name,))[seen.name]
    name = titles.named(seen.name, first=False, code=True)
    if not whole.share:
        head.caption(
            f"{name} is missing nowhere",
            f"It has a value in {numbers.count(whole.documents, 'document')}",
            looked_at.badge(seen.corpus, [seen.name]),
        )
        return
    picked = group_picker(seen.corpus, seen.column)
    if picked is None:
        return
    label, said = picked
    found = cache.cached(missing_by, seen.corpus, seen.name, label, SHOWN).with_columns(
        share=pl.col("missing") / pl.col("documents")
    )
    found = found.sort("share", "documents", descending=True)
    names = [dividing.NOT_STATED if one is None else one for one in found["label"]]
    shares = found["share"].to_list()
    hover = [
        f"{one}: {numbers.percent(share)}, {numbers.whole(lost)} of {numbers.count(n, 'document')}"
        for one, share, lost, n in zip(names, shares, found["missing"], found["documents"], strict=True)
    ]
    figures.draw(
        "missing",
        relation_figures.shares(names, shares, hover, figures.WHOLE),
        _height(len(names)),
        title=f"{name} is missing in {numbers.per_cent(whole.share)} of documents",
        note=f"Share of documents without a value in {seen.name} by {said}{_more(found)}",
        badge=looked_at.badge(seen.corpus, [seen.name, label]),
        state=f"{seen.state}_{label}",
    )


def _height(rows: int) -> int:
    return figures.rows_height(rows, ROW if rows > 12 else TALL - 6)


def _more(found: pl.DataFrame) -> str:
    """How many groups there are, where not all are drawn."""
    every = int(found["labels"][0])
    return (
        f" · the {numbers.whole(found.height)} largest of {numbers.whole(every)}"
        if every > found.height
        else ""
    )


def missing_table(seen: Chosen) -> None:
    """All columns, by the share of documents without a value."""
    columns = tuple(column.name for column in column_table.listed(seen.corpus) if column.state != MISSING)
    found = cache.awaited(missing, seen.corpus, columns)
    rows = sorted(columns, key=lambda name: -found[name].share)
    lacking = sum(found[name].share > 0 for name in rows)
    documents = found[rows[0]].documents
    lost = {"No value": [found[name].null for name in rows]}
    why = "no value: it came without one, or none is defined for it"
    if any(found[name].not_measured for name in rows):
        lost["Not measured"] = [found[name].not_measured for name in rows]
        why += " · not measured: a shard lacks the column"
    head.caption(
        f"{numbers.whole(lacking)} of {numbers.count(len(rows), 'column')} lack a value somewhere"
        if lacking
        else "No column lacks a value",
        f"Share of {numbers.count(documents, 'document')} · {why}",
        looked_at.badge(seen.corpus),
    )
    table = {"Column": [in_cell(name) for name in rows]} | {
        reason: [numbers.percent(count / max(documents, 1)) for count in counts]
        for reason, counts in lost.items()
    }
    st.dataframe(
        pd.DataFrame(table),
        key="missing_table",
        hide_index=True,
        height=min(column_table.HEIGHT, 38 + 35 * len(rows)),
        column_config={
            "Column": st.column_config.TextColumn(width=190),
            **{reason: st.column_config.TextColumn(width=100, alignment="right") for reason in lost},
        },
        alt="Columns by the share of documents without a value",
    )
