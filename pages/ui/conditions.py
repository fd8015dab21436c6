"""What is looked at: conditions that all pages of a corpus share, as chips that can be taken away.

The address carries ``where``: the hash under which the server keeps them, as it keeps an edited recipe. A
click on a figure adds one; each can also be set from a list.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from analytics.recipe import Recipe, parse_recipe, to_toml
from indexes.columns import Column
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.queries.composition import composition
from indexes.queries.top import resolve
from indexes.rule import Rule, Step
from pages.ui import cache, empty, numbers, problems, state
from pages.ui.empty import Action
from pages.ui.escape import markdown
from pages.ui.figures import cut

KEY = "where"
LONGEST = 44
VALUES = 200
"""Values of a label that the list offers, those of most documents."""
LABELS = ("domain", "source", "language", "license", "date")
TYPES = ("text", "boolean", "integer", "number", "date")


def narrowed(corpus: Corpus) -> Corpus:
    """The documents that the conditions leave, with the chips drawn; stops the page where there are none."""
    where, fault = _now()
    if fault is None:
        try:
            view = corpus.narrowed(resolve(corpus, where))
        except AssayError as problem:
            fault = problem
    _bar(corpus, where)
    if fault is not None:
        empty.say(
            fault.sentence,
            f"{fault.next_step}\nNo condition is applied here.",
            tone="warn",
            action=Action("Take all conditions away", clear, ":material/close:"),
        )
        return corpus
    if where and corpus.documents and not view.documents:
        empty.say("No document meets these conditions.", "Take one of them away.")
        st.stop()
    return view


def clear() -> None:
    """Take all conditions away. For callbacks."""
    _go(())


def chosen(column: str) -> frozenset[Any]:
    """The values of a column that conditions ask for; None for not stated."""
    found: set[Any] = set()
    for rule in _now()[0]:
        if isinstance(rule, Rule) and rule.column == column:
            found |= {None} if rule.op == "is_null" else {rule.limit} if rule.op == "==" else set()
    return frozenset(found)


def toggle(column: str, value: Any) -> None:
    """Look at the documents with this value alone, None for not stated; or no longer. For callbacks."""
    where = _now()[0]
    rule = Rule("where", column, "is_null") if value is None else Rule("where", column, "==", value)
    rest = tuple(other for other in where if other != rule)
    _go(rest if len(rest) < len(where) else (*where, rule))


def between(column: Column, low: Any, high: Any) -> None:
    """Look at a range of a column alone, in the place of another one of it. For callbacks."""
    rest = tuple(
        rule
        for rule in _now()[0]
        if not (isinstance(rule, Rule) and rule.column == column.name and rule.op == "between")
    )
    _go((*rest, Rule("where", column.name, "between", (low, high))))


def in_years(column: Column, first: int, last: int) -> None:
    """Look at some years of dates alone, both of them in; none where no calendar has them. For callbacks."""
    if first <= dt.MAXYEAR and last >= dt.MINYEAR:
        least, most = max(first, dt.MINYEAR), min(last, dt.MAXYEAR)
        between(column, dt.date(least, 1, 1), dt.date(most, 12, 31))


def _now() -> tuple[tuple[Step, ...], AssayError | None]:
    """The conditions of the address, else those looked at last; and why they cannot be had."""
    name = st.query_params.get(KEY) or st.session_state.get(KEY)
    if not name:
        return (), None
    try:
        found = parse_recipe(state.kept(str(name)), "where").steps
    except AssayError:
        return (), AssayError(
            "This address names conditions that this server does not have.",
            "Ask who sent it for them, or set others.",
        )
    st.session_state[KEY] = st.query_params[KEY] = str(name)
    return found, None


def _go(where: Sequence[Step]) -> None:
    with problems.kept():
        if where:
            st.session_state[KEY] = st.query_params[KEY] = state.keep(
                to_toml(Recipe("where", "Conditions", "chosen on the pages", tuple(where)))
            )
            return
    st.session_state[KEY] = None
    if KEY in st.query_params:
        del st.query_params[KEY]


def _bar(corpus: Corpus, where: Sequence[Step]) -> None:
    """One chip a condition, if there is any; what adds another stands under the menu."""
    with (
        st.sidebar,
        st.popover("Look at a part", icon=":material/filter_center_focus:", type="tertiary", key="where_add"),
    ):
        _form(corpus)
    if not where:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="where_bar"):
        for place, rule in enumerate(where):
            st.button(
                f"{markdown(cut(said(rule), LONGEST))} ×",
                key=f"where_{place}",
                help=f"Take away: {markdown(cut(said(rule), 200))}",
                on_click=_go,
                args=((*where[:place], *where[place + 1 :]),),
            )
        if len(where) > 1:
            st.button("Clear all", type="tertiary", key="where_clear", on_click=clear)
        st.html('<span class="beside">All figures are of these documents alone; an export is not.</span>')


def said(rule: Step) -> str:
    """``domain is docs``, ``words is from 50 to 400``."""
    return rule.sentence() if isinstance(rule, Rule) else rule.reason


def _form(corpus: Corpus) -> None:
    """A column, then its values or its range."""
    ready = [name for name in corpus.ready() if corpus.columns[name].type in TYPES]
    first = [name for name in LABELS if name in ready]
    names = [*first, *(name for name in ready if name not in first)]
    name = st.selectbox("Column", names, index=None, key="where_column")  # options are plain text
    if name is None:
        return
    column = corpus.columns[name]
    if column.type in ("text", "boolean"):
        found = cache.cached(composition, corpus, name)
        values = found["label"].to_list()[:VALUES]
        counts = dict(found.select("label", "documents").iter_rows())
        names = ["not stated" if value is None else cut(" ".join(str(value).split()), 60) for value in values]
        value = st.selectbox(
            "Value",
            range(len(values)),
            index=None,
            key=f"where_value_{name}",
            format_func=lambda i: f"{names[i]} ({numbers.whole(counts[values[i]])})",
        )
        if value is not None:
            text = values[value]
            flag = {"true": True, "false": False}.get(str(text)) if column.type == "boolean" else text
            st.button("Look at it", type="primary", key="where_take", on_click=toggle, args=(name, flag))
        return
    low, high = st.columns(2)
    least: Any
    most: Any
    if column.type == "date":
        first_day = dt.date(1, 1, 1)
        least = low.date_input("From", value=None, key=f"where_low_{name}", min_value=first_day)
        most = high.date_input("To", value=None, key=f"where_high_{name}", min_value=first_day)
    else:
        step = 1 if column.type == "integer" else None
        least = low.number_input("From", value=None, step=step, key=f"where_low_{name}")
        most = high.number_input("To", value=None, step=step, key=f"where_high_{name}")
    if least is not None and most is not None and least > most:
        st.caption(f"From {least} to {most} holds nothing: the first is to be the smaller.")
    elif least is not None and most is not None:
        st.button(
            "Look at it", type="primary", key="where_take", on_click=between, args=(column, least, most)
        )
