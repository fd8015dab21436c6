"""Two recipes that are looked at side by side: two pickers, and a button that swaps them.

The address carries ``a`` and ``b``, each a name or a hash, as ``recipe`` is elsewhere.
"""

from pathlib import Path

import streamlit as st

from analytics.lacking import lacking
from analytics.recipe import Recipe
from indexes.corpus import Corpus
from indexes.saying import counted
from pages.ui import empty, recipes
from pages.ui.recipes import Shown

SIDES = ("a", "b")


def pick(corpus: Corpus) -> tuple[Shown, Shown]:
    """Draw the pickers; the recipes that are chosen. Stops the page with a sentence where one is not known.

    Where none is asked for, A is the recipe looked at last, and B another that lacks no column; where that
    was edited, A is what it was made from and B the edited one.
    """
    named, broken = recipes.known(corpus.workspace.root)
    lacks = {name: len(lacking(corpus, recipe).columns) for name, recipe in named.items()}
    last = str(st.session_state.get(recipes.KEY) or "")
    before = _first(last, named, lacks)
    asked = [
        str(st.query_params.get(side) or st.session_state.get(side) or first)
        for side, first in zip(SIDES, before, strict=True)
    ]
    found = [recipes.find(address, named) for address in asked]
    said = recipes.labels_of(named)
    labels = {
        name: f"{said[name]} · lacks {counted(lacks[name], 'column')}" if lacks[name] else said[name]
        for name in sorted(named, key=lambda name: (lacks[name] > 0, said[name].lower()))
    }
    for shown in (recipes.find(last, named)[0], *(one for one, _ in found)):
        if shown is not None and shown.edited:
            word = "edited" if shown.recipe.name in named else "not saved"
            labels[shown.address] = f"{word} · {shown.recipe.label}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
        for side, address, (shown, _) in zip(SIDES, asked, found, strict=True):
            if side == "b":
                st.button("Swap", icon=":material/swap_horiz:", key="swap", on_click=_swap, args=tuple(asked))
            _picker(side, address if shown is not None else None, labels)
    for fault in (*broken, *(problem for shown, problem in found if shown is None)):
        empty.say(fault.sentence, fault.next_step, tone="warn")
    (a, _), (b, _) = found
    if a is None or b is None:
        st.stop()
    return a, b


def beside(shown: Shown, root: Path) -> dict[str, str]:
    """The address of the page with a recipe as A; with an edited one as B, beside what it was made from."""
    if shown.edited and shown.recipe.name in recipes.known(root)[0]:
        return {"what": "recipes", "a": shown.recipe.name, "b": shown.address}
    return {"what": "recipes", "a": shown.address}


def _picker(side: str, address: str | None, labels: dict[str, str]) -> None:
    if address is not None:
        st.session_state[side] = st.query_params[side] = address
    key = f"{side}_pick"
    st.session_state[key] = address
    st.html(f'<b class="side">{"A" if side == "a" else "B"}</b>', width="content")
    st.selectbox(
        f"Recipe {side.upper()}",
        list(labels),
        index=None,
        required=address is not None,
        format_func=lambda name: labels[name],
        key=key,
        on_change=_picked,
        args=(side,),
        label_visibility="collapsed",
        placeholder="Choose a recipe",
        width=380,
    )


def _first(last: str, named: dict[str, Recipe], lacks: dict[str, int]) -> tuple[str, str]:
    shown, _ = recipes.find(last, named)
    if shown is not None and shown.edited and shown.recipe.name in named:
        return shown.recipe.name, shown.address
    a = recipes.first(lacks) if shown is None else shown.address
    others = {name: missing for name, missing in lacks.items() if name != a}
    return a, recipes.first(others or lacks)


def _picked(side: str) -> None:
    chosen = st.session_state[f"{side}_pick"]
    if chosen is not None:
        st.session_state[side] = st.query_params[side] = chosen


def _swap(a: str, b: str) -> None:
    for side, address in zip(SIDES, (b, a), strict=True):
        st.session_state[side] = st.query_params[side] = address
