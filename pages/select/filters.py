"""Filters. What does each rule of a recipe cost, and is it right?"""

from collections.abc import Sequence

import streamlit as st

from analytics.lacking import lacking
from indexes.rule import Step
from pages.ui import (
    building,
    cache,
    conditions,
    copying,
    facts,
    funnels,
    head,
    jobs,
    judging,
    needed,
    previews,
    problems,
    readings,
    recipes,
    rules,
    state,
    two_recipes,
    whom,
)

ICON = ":material/filter_alt:"
ORDER = 1

corpus = cache.open_corpus()
root = corpus.workspace.root
head.head(__doc__)


def edited(steps: Sequence[Step]) -> None:
    """A rule was changed, added or taken away: look at the edited recipe."""
    with problems.kept():
        recipes.edit(shown, steps, root)
        building.remember(root)


with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
    shown = recipes.pick(corpus)
    building.add_rule(corpus, shown.recipe, edited)
    building.undo_and_redo(root)
    recipes.save_button(shown, root)
    building.load()
    facts.copy_address("copy_link")
    st.button(
        "Compare with…",
        icon=":material/compare_arrows:",
        help="Compare this recipe with another one",
        on_click=state.go,
        args=("compare",),
        kwargs=two_recipes.beside(shown, root),
        key="compare_with",
    )
    st.space("stretch")
    st.button(
        "Use for export",
        type="primary",
        icon=":material/output:",
        disabled=bool(lacking(corpus, shown.recipe).columns),
        on_click=state.go,
        args=("export",),
        kwargs={"recipe": shown.address},
    )
jobs.going([root], ("measure", "rank", "score", "ingest"))
funnels.stop_if_empty(corpus)
needed.require_for(corpus, shown.recipe)
corpus = conditions.narrowed(corpus)


PARTS = {"Read what it did": readings.read, "Judge": judging.judge, "Who is filtered out": whom.whom}


def part(names: list[str]) -> str:
    """Which part stands under the rules."""
    state.stay("part")
    chosen = st.segmented_control(
        "Below the rules",
        names,
        default=names[0],
        required=True,
        label_visibility="collapsed",
        key="part",
        bind="query-params",
    )
    return str(chosen or names[0])


unit = needed.unit(corpus)
found = previews.look(corpus, shown.recipe, unit)
funnels.answer(corpus, found, unit)
rules.table(corpus, found, unit, edited)
kept = found.funnel.kept.documents if found.sampled is None else None
copying.copy_as(corpus, kept, shown, found.steps)
previews.then_exact(corpus, shown.recipe, found)  # what stands below asks all documents, and waits for that
head.rule_line()
PARTS[part(list(PARTS))](corpus, found, unit)
