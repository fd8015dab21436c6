"""Recipes in words: each rule as a sentence, and what the recipe says of itself."""

import re
from collections.abc import Container
from dataclasses import replace

import streamlit as st

from analytics.recipe import Recipe
from indexes.rule import GROUPS, Group, Rule, Step
from pages.ui import head, numbers
from pages.ui.escape import markup
from pages.ui.facts import Fact, facts
from pages.ui.figures import cut

COMMA = re.compile(r"(?<=\d),(?=\d{3}\b)")
"""Between the thousands of a number in a sentence."""
CODE = re.compile(r"`([^`<>]+)`")
"""A name between back ticks in a note."""


def sentence(rule: Rule, longest: int = 0) -> str:
    """A rule as a sentence, its numbers written as everywhere on the pages; cut where it is longer."""
    words = rule.sentence()
    return COMMA.sub(numbers.THIN, cut(words, longest) if longest else words)


def said(step: Step) -> str:
    """The same of a step; a group's members stand in its own."""
    if not isinstance(step, Group):
        return sentence(step)
    return f"{GROUPS[step.kind][2]}: " + "; ".join(said(member) for member in step.members)


def note(recipe: Recipe) -> None:
    """What a recipe says of itself, if it does: where it departs from its source, what it leaves out."""
    if recipe.note:
        words = CODE.sub(r"<code>\1</code>", markup(" ".join(recipe.note.split())))
        st.html(f'<p class="def">{words}</p>')


def steps(recipe: Recipe, missing: Container[str] = ()) -> None:
    """All rules in order; those that read a missing column are grey."""
    head.caption(
        "A document is kept when all of this holds",
        note=f"{numbers.count(len(recipe.steps), 'step')}, in order"
        + (" · grey: reads a column that is missing" if missing else ""),
    )
    facts(
        "recipe_steps",
        [
            Fact(
                step.reason.replace("_", " "),
                said(step) if step.enabled else f"disabled: {said(step)}",
                tone="quiet"
                if not step.enabled or any(name in missing for name in _columns(recipe, step))
                else "",
            )
            for step in recipe.steps
        ],
    )


def sources(recipe: Recipe) -> None:
    """Where a recipe's lists and scores come from that no measuring makes, and what takes them in."""
    made, names = (
        dict(recipe.made_by),
        dict.fromkeys(name for name, _ in (*recipe.comes_from, *recipe.made_by)),
    )
    if not names:
        return
    head.caption("What it needs from elsewhere", note="what no measuring makes, where it comes from")
    rows = []
    for name, words in ((name, dict(recipe.comes_from).get(name)) for name in names):
        if words:
            rows.append(Fact(name, words[:1].upper() + words[1:]))
        if name in made:
            rows.append(Fact("" if words else name, f"assay {made[name]}", copy=True))
    facts("recipe_sources", rows)


def _columns(recipe: Recipe, step: Step) -> tuple[str, ...]:
    return replace(recipe, steps=(step,)).columns()
