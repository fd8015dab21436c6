"""A column with the others: which pairs rank documents alike, and whose ends hold the same ones."""

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from analytics import association
from analytics.association import Pairs, both, interval, jaccard, places
from indexes.columns import MISSING, RANDOM, Column
from indexes.corpus import Corpus
from indexes.queries.drawn import drawn
from indexes.queries.shapes import shapes
from pages.ui import (
    cache,
    column_table,
    empty,
    figures,
    head,
    looked_at,
    numbers,
    relation_figures,
    relations,
    state,
    titles,
)
from pages.ui.column_table import in_cell
from pages.ui.distributions import Chosen

MATRIX, KIND, TOP = "matrix", "pairs", "top"
RANKS, TOPS = "correlation", "shared top"
OF, WITH = "of", "with"
FOR = "pair_for"
"""The column of the page when the pair was set."""
TYPES = ("integer", "number", "boolean", "date")
USUAL, MOST = 12, 24
"""Columns of the matrix where none are chosen, and at most."""
PER_CENT = 10.0
LISTED = "pairs_table"
ENDS = {"largest": False, "smallest": True}


def draw(seen: Chosen) -> None:
    """The matrix on the left, the pair that is chosen on the right."""
    corpus = seen.corpus
    offered = [
        column.name
        for column in column_table.listed(corpus)
        if column.type in TYPES and column.state != MISSING
    ]
    left, right = st.columns([54, 46], gap="large")
    with left:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="lower_pairs"):
            kind, share = _kind()
            with st.popover("Columns", type="tertiary"):
                names = _columns(corpus, seen.column, offered)
        if len(names) < 2:
            empty.say("A pair needs two columns.", "Choose another one under Columns.")
            return
        found = cache.awaited(pairs, corpus, names, share if kind == TOPS else 0.0)
        _settle(found, seen.name, offered)
        _matrix(corpus, found, kind, share)
    with right:
        _pair(corpus, offered, share)


def pairs(corpus: Corpus, names: tuple[str, ...], share: float) -> Pairs:
    """What the tops of so large a share have in common, of every pair; rank correlations where it is 0."""
    values = drawn(corpus, names)
    return association.shared_tops(values, share) if share else association.correlations(values)


# ---------------------------------------------------------------------------------- what is chosen


def _kind() -> tuple[str, float]:
    for key in (KIND, TOP):
        state.stay(key)
    kind = st.segmented_control(
        "Pairs by",
        (RANKS, TOPS),
        default=RANKS,
        required=True,
        label_visibility="collapsed",
        key=KIND,
        bind="query-params",
    )
    st.space("stretch")
    st.html('<span class="beside">Top %</span>', width="content")
    top = st.number_input(
        "Top, in %",
        min_value=0.1,
        max_value=50.0,
        value=PER_CENT,
        step=1.0,
        format="%g",
        key=TOP,
        bind="query-params",
        label_visibility="collapsed",
        width=92,
    )
    return str(kind), float(top or PER_CENT) / 100


def _columns(corpus: Corpus, column: Column, offered: Sequence[str]) -> tuple[str, ...]:
    state.stay(MATRIX)
    chosen = st.multiselect(
        "Columns of the matrix",
        offered,
        key=MATRIX,
        bind="query-params",
        max_selections=MOST,
        placeholder=f"{USUAL} that are used most",
    )
    return tuple(chosen) if chosen else usual(corpus, column, offered)


def usual(corpus: Corpus, column: Column, offered: Sequence[str]) -> tuple[str, ...]:
    """The column of the page, then scores, then one of each family in the table's order, then the rest.

    Variants stand behind, and what has one value only is left out where others have more.
    """
    some = [name for name in offered if name != RANDOM and not corpus.columns[name].variant]
    seen = cache.cached(shapes, corpus, tuple(some))
    varied = [name for name in some if sum(count > 0 for count in seen[name].bars) > 1]
    some = varied if len(varied) > 1 else some
    scores = [name for name in some if corpus.columns[name].kind == "score"]
    first = {
        corpus.columns[name].family: name for name in reversed(some) if corpus.columns[name].kind == "signal"
    }
    ones = [name for name in some if first.get(corpus.columns[name].family) == name]
    return tuple(dict.fromkeys([column.name, *scores, *ones, *some]))[:USUAL]


def _settle(found: Pairs, name: str, offered: Sequence[str]) -> None:
    """The pair: what was chosen, else the column of the page with the one that it goes with most."""
    if st.session_state.get(FOR) not in (None, name):
        st.session_state[OF], st.session_state[WITH] = name, None
    st.session_state[FOR] = name
    for key, default in ((OF, name), (WITH, _nearest(found, name))):
        asked = st.session_state.get(key) or st.query_params.get(key)
        st.session_state[key] = asked if asked in offered else default


def _nearest(found: Pairs, name: str) -> str:
    """The other column of the largest value; the first other one where there is none."""
    row = found.names.index(name) if name in found.names else 0
    sizes = np.nan_to_num(np.abs(found.value[row]), nan=-1.0)
    sizes[row] = -2.0
    return found.names[int(sizes.argmax())]


def _take(a: str, b: str) -> None:
    st.session_state[OF], st.session_state[WITH] = a, b


# ---------------------------------------------------------------------------------- the matrix


def _matrix(corpus: Corpus, found: Pairs, kind: str, share: float) -> None:
    names, n = found.names, len(found.names)
    places_ = sorted(combinations(range(n), 2), key=lambda at: -np.nan_to_num(abs(found.value[at]), nan=-1.0))
    ranks = kind == RANKS
    badge = looked_at.badge(corpus, names)
    most = found.value[places_[0]]
    one, other = (titles.named(names[i], first=False, code=True) for i in places_[0])
    if math.isnan(most):
        title = "No pair can be ranked: all values of a column are the same"
    elif ranks:
        how = "most closely go together" if most > 0 else "most closely go against each other"
        title = f"{one} and {other} {how}, ρ {relation_figures.correlation(float(most))}"
    else:
        title = (
            f"{one} and {other} share most, {numbers.per_cent(float(most))} of their top {_per_cent(share)}"
        )
    note = (
        "Spearman's rank correlation ρ: 1 where both order the documents alike, −1 where in reverse"
        if ranks
        else f"Of the top {_per_cent(share)} of documents in one column, those in the top of the other, "
        f"in % · chance gives {_per_cent(share)}"
    )
    hover = [[_said(found, i, j, ranks, share) for j in range(n)] for i in range(n)]
    figures.draw(
        "matrix",
        relation_figures.matrix(names, found.value, hover, ranks),
        30 + relation_figures.CELL * n,
        title=title,
        note=f"{note} · (kept)above and (removed)below zero · a click opens a pair"
        if ranks
        else f"{note} · a click opens a pair",
        badge=badge,
        state=f"{corpus.view}_{kind}_{share}_{hash(names)}",
        on_pick=lambda place: _take(names[place // n], names[place % n]),
        alt=f"{title}. {note}. The list under it has the same numbers.",
    )
    with st.expander("All pairs as a list"):
        _list(found, places_, ranks)


def _said(found: Pairs, i: int, j: int, ranks: bool, share: float) -> str:
    value, n = float(found.value[i, j]), int(found.n[i, j])
    pair = f"{found.names[i]} and {found.names[j]}"
    of = numbers.count(n, "document")
    if math.isnan(value):
        return f"{pair}: none, as one has no two values among {of} with both"
    if ranks:
        return f"{pair}: ρ {_with_interval(value, n)}, {of}"
    return f"{pair}: {numbers.percent(value)} of each top is in the other, {of}"


def _with_interval(rho: float, n: int) -> str:
    low, high = interval(rho, n)
    said = relation_figures.correlation
    return said(rho) if math.isnan(low) else f"{said(rho)} ({said(low)} to {said(high)})"


def _list(found: Pairs, order: Sequence[tuple[int, int]], ranks: bool) -> None:
    pairs_ = [(found.names[i], found.names[j]) for i, j in order]
    values = [float(found.value[at]) for at in order]
    said = "ρ (95 %)" if ranks else "Shared"
    st.dataframe(
        pd.DataFrame(
            {
                "Column": [in_cell(a) for a, _ in pairs_],
                "With": [in_cell(b) for _, b in pairs_],
                said: [
                    _with_interval(value, int(found.n[at])) if ranks else numbers.percent(value)
                    for value, at in zip(values, order, strict=True)
                ],
                "Documents": [int(found.n[at]) for at in order],
            }
        ),
        key=LISTED,
        hide_index=True,
        height=min(360, 38 + 35 * len(order)),
        on_select=lambda: _choose(pairs_),
        selection_mode="single-row",
        column_config={
            "Column": st.column_config.TextColumn(width=108),
            "With": st.column_config.TextColumn(width=108),
            said: st.column_config.TextColumn(width=112),
            "Documents": st.column_config.NumberColumn(format="%d", width=76),
        },
        alt="Pairs of columns, those that go together most on top; a chosen one is drawn beside",
    )


def _choose(listed: Sequence[tuple[str, str]]) -> None:
    rows = st.session_state[LISTED]["selection"]["rows"]
    if rows and rows[0] < len(listed):
        _take(*listed[rows[0]])


# ---------------------------------------------------------------------------------- one pair


def _pair(corpus: Corpus, offered: Sequence[str], share: float) -> None:
    """One column within tenths of the other, and what their ends share."""
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        a = st.selectbox(
            "Column", offered, index=None, key=OF, bind="query-params", label_visibility="collapsed"
        )
        st.html('<span class="beside">with</span>', width="content")
        b = st.selectbox(
            "With", offered, index=None, key=WITH, bind="query-params", label_visibility="collapsed"
        )
    if a is None or b is None:
        return
    x, y = corpus.column(a), corpus.column(b)
    shape = cache.cached(shapes, corpus, (b,))[b]
    found = relations.tenths(corpus, x, y, shape.log, f"{corpus.view}_{a}_{b}", "pair")
    if found.documents:
        _ends(corpus, a, b, share)


def ends(
    corpus: Corpus, a: str, b: str, share: float
) -> tuple[dict[tuple[str, str], float], tuple[int, int], int]:
    """What the ends of two columns share.

    Returns:
        (end of ``a``, end of ``b``) -> of the documents in one, the part in the other; documents that tie at
        the cut of the largest of ``a`` and of ``b``; documents with both values.
    """
    values = drawn(corpus, (a, b))
    one, other = both(places(values[a]), places(values[b]))

    def turned(place: NDArray[np.int64], turn: bool) -> NDArray[np.int64]:
        return place.max(initial=0) - place if turn else place

    found = {
        (p, q): association.shared(turned(one, x), turned(other, y), share)
        for p, x in ENDS.items()
        for q, y in ENDS.items()
    }
    ties = (association.cut_ties(one, share), association.cut_ties(other, share))
    return found, ties, int(one.size)


def _ends(corpus: Corpus, a: str, b: str, share: float) -> None:
    found, ties, n = cache.awaited(ends, corpus, a, b, share)
    top = _per_cent(share)
    tied = [
        f"{numbers.count(count, 'document')} equal at the cut of {name}"
        for count, name in zip(ties, (a, b), strict=True)
        if count
    ]
    head.caption(
        _shares(a, b, found["largest", "largest"], share),
        f"Ends of {top} of {numbers.count(n, 'document')} · by chance {top} would be shared"
        f"{_about(share, n)} · Jaccard: those in both ends by those in either, by chance "
        f"{numbers.percent(jaccard(share))}"
        + (f" · {', '.join(tied)}: counted in part, as if drawn by lot" if tied else ""),
        looked_at.badge(corpus, [a, b]),
    )
    st.dataframe(
        pd.DataFrame(
            {
                f"End of {in_cell(a)}": [p for p, _ in found],
                f"End of {in_cell(b)} ": [q for _, q in found],
                "Shared": [numbers.percent(part) for part in found.values()],
                "× chance": [numbers.times(part / share) for part in found.values()],
                "Jaccard": [numbers.percent(jaccard(part)) for part in found.values()],
            }
        ),
        hide_index=True,
        key="ends",
        column_config={
            f"End of {in_cell(a)}": st.column_config.TextColumn(in_cell(a), width=92),
            f"End of {in_cell(b)} ": st.column_config.TextColumn(in_cell(b), width=92),
            "Shared": st.column_config.TextColumn(width=70, alignment="right"),
            "× chance": st.column_config.TextColumn(width=74, alignment="right"),
            "Jaccard": st.column_config.TextColumn(width=70, alignment="right"),
        },
        alt="What the ends of two columns share, against chance",
    )


def _about(share: float, n: int) -> str:
    """What chance gives in 95 % of cases, where that is known."""
    low, high = association.by_chance(share, n)
    return "" if math.isnan(low) else f" (in 95{numbers.THIN}% of cases {numbers.interval(low, high)})"


def _shares(a: str, b: str, part: float, share: float) -> str:
    one, other = (titles.named(name, first=False, code=True) for name in (a, b))
    top = _per_cent(share)
    return f"{numbers.per_cent(part)} of the top {top} in {one} are in the top {top} in {other}"


def _per_cent(share: float) -> str:
    return f"{share * 100:g}{numbers.THIN}%"
