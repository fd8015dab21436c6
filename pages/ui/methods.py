"""Definitions from the declarations: signals with cost and shape here, recipes as sentences, edits."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analytics.lacking import lacking
from analytics.recipe import Recipe
from analytics.signal import Family, Signal, signal_families
from analytics.status import costs
from analytics.transformation import Transformation, transformations
from indexes.columns import MISSING, Column
from indexes.corpus import Corpus
from indexes.queries.looked_at import SAMPLE, sampled
from indexes.queries.shapes import Shape, shapes
from indexes.rule import Group, Step
from indexes.saying import command
from pages.ui import (
    cache,
    column_table,
    distributions,
    empty,
    facts,
    families,
    head,
    needed,
    numbers,
    recipes,
    sentences,
    state,
)
from pages.ui.escape import markup
from pages.ui.facts import Fact

SIGNALS, RECIPES, EDITS = "signals", "recipes", "edits"
SHOW, FIND = "show", "find"
COLUMN, RECIPE, EDIT = "signal", "named", "edit"
HEIGHT = 560
FASTEST = 2e9
"""Bytes of text a second that no pass of one core over them reaches: a family that is faster made none."""
SHARED = "shared"
ROW, TALL = 33, 62
"""Pixels of a row of a table: as Streamlit draws it, and the least in which it lets words go on below."""


def switch() -> str:
    """Signals, recipes or edits."""
    chosen: str = st.segmented_control(
        "Show",
        (SIGNALS, RECIPES, EDITS),
        default=SIGNALS,
        required=True,
        label_visibility="collapsed",
        key=SHOW,
        bind="query-params",
    )
    return chosen


def find() -> list[str]:
    """The words that are looked for in names and definitions, lower-cased."""
    said = st.text_input(
        "Find",
        key=FIND,
        bind="query-params",
        label_visibility="collapsed",
        placeholder="Find in names, definitions and sources",
        width=340,
    )
    return (said or "").lower().split()


# ---------------------------------------------------------------------------------- signals


@dataclass(frozen=True)
class Declared:
    """A signal, its family, and its column in this corpus."""

    signal: Signal
    family: Family
    column: Column


def signals(corpus: Corpus, words: Sequence[str]) -> Declared | None:
    """Every signal as a row; gives the one that is chosen."""
    every = sorted(
        (
            Declared(signal, family, corpus.columns[signal.column])
            for family in signal_families().values()
            for signal in family.signals
        ),
        key=lambda one: (
            one.column.state == MISSING,
            families.place(one.family.name, one.signal.variant),
        ),
    )
    found = [one for one in every if _matches(words, _said_of(one))]
    measured = sum(one.column.state != MISSING for one in found)
    listed = numbers.count(len(found), "signal")
    badge = head.sampled(SAMPLE) if sampled(corpus) else needed.whole(corpus)
    head.caption(
        f"{listed}, {numbers.whole(measured)} measured here", note=_of(len(found), len(every)), badge=badge
    )
    if not found:
        empty.say("No signal has these words.", "Look for fewer of them.")
        return None
    names = [one.signal.column for one in found]
    at = _chosen(COLUMN, names)
    missing = {i for i, one in enumerate(found) if one.column.state == MISSING}
    _table("signals_table", _signal_rows(corpus, found), names, at, COLUMN, missing)
    return found[names.index(at)]


def _said_of(one: Declared) -> str:
    signal = one.signal
    return f"{signal.column} {signal.unit} {signal.definition} {signal.source} {one.family.name}"


def _signal_rows(corpus: Corpus, found: Sequence[Declared]) -> pd.DataFrame:
    ready = tuple(one.signal.column for one in found if one.column.state != MISSING)
    seen: Mapping[str, Shape] = cache.cached(shapes, corpus, ready)
    spent = costs(corpus.workspace.root)
    return pd.DataFrame(
        {
            "Column": [column_table.in_cell(one.signal.column) for one in found],
            "Shape": [column_table.bars(seen.get(one.signal.column)) for one in found],
            "Median document": [
                column_table.middle(one.column, seen.get(one.signal.column)) for one in found
            ],
            "Documents/s": [_rate(spent.get(one.family.name)) for one in found],
            "Family": [one.family.name for one in found],
            "Unit": [_unit(one.signal) for one in found],
            "Definition": [one.signal.definition for one in found],
        }
    )


def signal(corpus: Corpus, chosen: Declared | None, unit: str) -> None:
    """What one signal counts, where that comes from, what it costs, and its variants."""
    if chosen is None:
        return
    signal, family, column = chosen.signal, chosen.family, chosen.column
    root = corpus.workspace.root
    head.caption(signal.column, note=f"{_unit(signal)} · family {family.name}")
    st.html(f'<p class="def">{markup(_sentence(signal.definition))}</p>')
    spent = costs(root).get(family.name)
    rows = [
        Fact("Unit", _unit(signal)),
        Fact("Range", _range(signal)),
        Fact("Source", signal.source),
        Fact("Variant", signal.variant or "our default"),
        Fact("Version", str(family.version)),
        Fact(
            "Measured",
            "by assay measure, without further words"
            if family.default
            else "by assay measure with --recipe of one that reads it, or with --all",
        ),
        Fact("Cost here", _cost(family, spent)),
        *(Fact("Needs", f"your list {name}, one entry a line") for name in family.needs),
    ]
    if column.state == MISSING:
        lists = [word for name in family.needs for word in ("--list", f"{name}=FILE")]
        empty.say(
            f"{signal.column} is not measured in this corpus.",
            f"Measure it with: {command('measure', root, family.name, *lists)}",
            action=None if family.needs else needed.measure(corpus, column),
        )
    facts.facts("signal_facts", rows)
    if column.state != MISSING:
        distributions.histogram_alone(corpus, column, unit, 250)
        st.button(
            "See its distribution",
            icon=":material/bar_chart:",
            on_click=state.go,
            args=("quality",),
            kwargs={"column": signal.column},
        )
    if family.params:
        head.caption("Settings of the family", note="with another one, it would be measured anew")
        facts.facts(
            "settings",
            [
                Fact(name.replace("_", " ").capitalize(), _plain(value))
                for name, value in family.params.items()
            ],
        )
    same = [
        other
        for others in signal_families().values()
        for other in others.signals
        if other.name == signal.name and other.column != signal.column
    ]
    if same:
        head.caption("The same name, defined otherwise", note="a rule on one says nothing of another")
        facts.facts("variants", [Fact(other.column, _sentence(other.definition)) for other in same])


def _cost(family: Family, spent: Mapping[str, float] | None) -> str | None:
    """What the family's last measurement here took of one core."""
    if not spent or not spent["seconds"]:
        return None
    speed = numbers.size(spent["bytes"] / spent["seconds"])
    several = len(family.signals) > 1
    together = f", the {numbers.whole(len(family.signals))} columns of the family together" if several else ""
    if _rate(spent) == SHARED:
        return "nothing of its own: it reads what a pass over the text for another family found"
    shared = "; a pass that families share is counted once"
    return f"{_rate(spent)} documents/s, {speed}/s on one core{together}{shared}"


def _unit(signal: Signal) -> str:
    return {"ratio": "share", "": "a label" if signal.type == "text" else "a number"}.get(
        signal.unit, signal.unit
    )


def _rate(spent: Mapping[str, float] | None) -> str:
    if not spent or not spent["seconds"] or not spent["documents"]:
        return ""
    if spent["bytes"] > FASTEST * spent["seconds"]:
        return SHARED
    return numbers.rounded(spent["documents"] / spent["seconds"])


def _range(signal: Signal) -> str:
    if signal.type == "text":
        return "a label"
    low, high = (None if end is None else f"{end:g}" for end in (signal.low, signal.high))
    return f"{low} to {high}" if low and high else f"from {low}" if low else f"to {high}" if high else "open"


# ---------------------------------------------------------------------------------- recipes


def recipes_table(corpus: Corpus, words: Sequence[str]) -> Recipe | None:
    """Every recipe as a row; gives the one that is chosen."""
    named, broken = recipes.known(corpus.workspace.root)
    for fault in broken:
        empty.say(fault.sentence, fault.next_step, tone="warn")
    found = {
        name: recipe
        for name, recipe in named.items()
        if _matches(words, " ".join((name, recipe.label, recipe.source, recipe.note, *recipe.columns())))
    }
    missing = {name: lacking(corpus, recipe).columns for name, recipe in found.items()}
    ready = sum(not some for some in missing.values())
    listed = numbers.count(len(found), "recipe")
    head.caption(f"{listed}, {numbers.whole(ready)} ready for this corpus", note=_of(len(found), len(named)))
    if not found:
        empty.say("No recipe has these words.", "Look for fewer of them.")
        return None
    names = sorted(found, key=lambda name: bool(missing[name]))
    at = _chosen(RECIPE, names)
    found, missing = {name: found[name] for name in names}, {name: missing[name] for name in names}
    rows = pd.DataFrame(
        {
            "Recipe": names,
            "Columns": [
                "all there" if not some else f"{numbers.whole(len(some))} missing"
                for some in missing.values()
            ],
            "Rules": [sum(1 for step in recipe.steps for _ in _leaves(step)) for recipe in found.values()],
            "What it is": [recipe.label for recipe in found.values()],
            "Source": [recipe.source for recipe in found.values()],
        }
    )
    _table("recipes_table", rows, names, at, RECIPE, {i for i, some in enumerate(missing.values()) if some})
    return found[at]


def recipe(corpus: Corpus, chosen: Recipe | None) -> None:
    """One recipe as sentences, with its note, its source and what it lacks here."""
    if chosen is None:
        return
    root = corpus.workspace.root
    head.caption(chosen.label, note=chosen.source)
    found = lacking(corpus, chosen)
    if found.columns:
        problem = found.problem(root, chosen)
        empty.say(problem.sentence, problem.next_step, tone="warn")
    else:
        st.button(
            "Open in Filters",
            icon=":material/filter_alt:",
            on_click=state.go,
            args=("filters",),
            kwargs={"recipe": chosen.name},
        )
    sentences.note(chosen)
    sentences.steps(chosen, found.columns)
    sentences.sources(chosen)


def _leaves(step: Step) -> list[Step]:
    return (
        [leaf for member in step.members for leaf in _leaves(member)] if isinstance(step, Group) else [step]
    )


# ---------------------------------------------------------------------------------- edits


def edits_table(corpus: Corpus, words: Sequence[str]) -> Transformation | None:
    """Every edit of text as a row; gives the one that is chosen."""
    known = transformations()
    used = {name: _users(corpus, name) for name in known}
    found = {
        name: one
        for name, one in known.items()
        if _matches(words, " ".join((name, one.label, one.definition, one.source, *used[name])))
    }
    head.caption(
        f"{numbers.count(len(found), 'edit')} of the text",
        note=f"an export can write its result · {_of(len(found), len(known))}",
    )
    if not found:
        empty.say("No edit has these words.", "Look for fewer of them.")
        return None
    names = list(found)
    at = _chosen(EDIT, names)
    rows = pd.DataFrame(
        {
            "Edit": names,
            "What it does": [one.label for one in found.values()],
            "Recipes": [", ".join(used[name]) or "none" for name in names],
            "Source": [one.source for one in found.values()],
        }
    )
    _table("edits_table", rows, names, at, EDIT, row=TALL)
    return found[at]


def edit(corpus: Corpus, chosen: Transformation | None) -> None:
    """What one edit changes, whose it is, and who makes it."""
    if chosen is None:
        return
    head.caption(chosen.label, note=chosen.name)
    st.html(f'<p class="def">{markup(_sentence(chosen.definition))}</p>')
    after = [name for name, signal in _signals().items() if signal.variant == f"after_{chosen.name}"]
    rows = [
        Fact("Source", chosen.source),
        Fact("Hash", chosen.hash, copy=True),
        Fact("Version", str(chosen.version)),
        Fact("Applied again", "changes nothing more" if chosen.idempotent else "may change more"),
        Fact("Recipes", ", ".join(_users(corpus, chosen.name)) or "none has an original that makes it"),
        Fact("Signals after it", ", ".join(after) or "none"),
        Fact("Export", f"--edit {chosen.name}", copy=True),
        *(Fact(name.replace("_", " ").capitalize(), _plain(value)) for name, value in chosen.params.items()),
    ]
    facts.facts("edit_facts", rows)


def _users(corpus: Corpus, name: str) -> list[str]:
    """The recipes whose original makes an edit."""
    return [key for key, recipe in recipes.known(corpus.workspace.root)[0].items() if recipe.edits == name]


def _signals() -> dict[str, Signal]:
    return {signal.column: signal for family in signal_families().values() for signal in family.signals}


# ---------------------------------------------------------------------------------- shared


def _matches(words: Sequence[str], said: str) -> bool:
    lower = said.lower()
    return all(word in lower for word in words)


def _of(found: int, every: int) -> str:
    return "a click shows one" if found == every else f"of {numbers.whole(every)} · a click shows one"


def _chosen(key: str, names: Sequence[str]) -> str:
    asked = str(st.query_params.get(key) or st.session_state.get(key) or names[0])
    at = asked if asked in names else names[0]
    st.session_state[key] = st.query_params[key] = at
    return at


def _table(
    key: str,
    rows: pd.DataFrame,
    names: Sequence[str],
    at: str,
    chosen: str,
    missing: Container[int] = (),
    row: int = ROW,
) -> None:
    """A table whose rows are chosen by a click; those that are missing here are grey."""

    def choose() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        if picked:
            st.session_state[chosen] = st.query_params[chosen] = names[picked[0]]

    st.dataframe(
        column_table.greyed(rows, missing),
        key=key,
        height=min(HEIGHT, ROW + row * len(names) + 2),
        row_height=row,
        hide_index=True,
        on_select=choose,
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [names.index(at)]}},
        column_config={
            "Column": st.column_config.TextColumn(width=178),
            "Shape": st.column_config.BarChartColumn(width=55, y_min=0, color="primary"),
            "Median document": st.column_config.TextColumn(width=124, alignment="right"),
            "Family": st.column_config.TextColumn(width=120),
            "Documents/s": st.column_config.TextColumn(width=94, alignment="right"),
            "Definition": st.column_config.TextColumn(width=420),
            "Unit": st.column_config.TextColumn(width=90),
            "Recipe": st.column_config.TextColumn(width=180),
            "Edit": st.column_config.TextColumn(width=145),
            "Recipes": st.column_config.TextColumn(width=170),
            "What it does": st.column_config.TextColumn(width=190),
            "What it is": st.column_config.TextColumn(width=300),
            "Rules": st.column_config.NumberColumn(width=55),
            "Columns": st.column_config.TextColumn(width=90),
            "Source": st.column_config.TextColumn(width=260),
        },
        alt="A click on a row shows it beside",
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."


def _plain(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_plain(inner)}" for key, inner in value.items())
    return str(value)
