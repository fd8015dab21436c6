"""Columns that a page needs: what is said and offered where they are not there, or not whole."""

from collections.abc import Iterable

import streamlit as st

from analytics.lacking import lacking
from analytics.recipe import Recipe
from analytics.runs import default_families
from analytics.status import cost_of_measuring
from indexes.columns import PARTIAL, STALE, Column
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.first_look import looked_into, whole_of
from indexes.saying import command
from pages.ui import empty, head, jobs, numbers, sentences
from pages.ui.empty import Action
from pages.ui.head import Badge


def require(corpus: Corpus, names: Iterable[str]) -> None:
    """Stop the page where a column is not there: the sentence, the command, and a button that runs it."""
    for name in names:
        try:
            corpus.column(name)
        except AssayError as problem:
            column = corpus.columns.get(name)
            if column is None or column.kind != "signal":
                empty.stop(problem.sentence, problem.next_step, tone="warn")
            if being_measured(corpus, [column.family]):
                empty.stop(problem.sentence, SOON)
            about = numbers.about(cost_of_measuring(corpus, [column.family]))
            empty.stop(
                problem.sentence,
                f"{problem.next_step}\nIt takes {about}.",
                tone="warn",
                action=measure(corpus, column),
            )


def require_for(corpus: Corpus, recipe: Recipe) -> None:
    """Stop the page where a recipe lacks columns: which, what makes them, and what it would ask."""
    found = lacking(corpus, recipe)
    root = corpus.workspace.root
    if found.columns:
        problem = found.problem(root, recipe)
        soon = being_measured(corpus, found.families)
        action = None
        if found.families and not soon and not jobs.live([root]):
            action = Action(
                "Measure what can be" if found.brought else "Measure them",
                lambda: jobs.start(root, "measure", root, *found.families),
                ":material/play_arrow:",
            )
        about = (
            f"\nMeasuring takes {numbers.about(cost_of_measuring(corpus, found.families))}."
            if found.families
            else ""
        )
        next_step = SOON if soon and not found.brought else f"{problem.next_step}{about}"
        empty.say(problem.sentence, next_step, tone="warn", action=action)
        left, _ = st.columns([58, 42], gap="large")
        with left:
            sentences.note(recipe)
            sentences.steps(recipe, found.columns)
        st.stop()
    require(corpus, recipe.columns())


def unit(corpus: Corpus) -> str:
    """What the switch on the page says, where the corpus has it; else documents, said with the next step."""
    chosen = head.unit()
    if chosen == "documents" or chosen in corpus.ready():
        return chosen
    column = corpus.columns.get(chosen)
    if column is not None and being_measured(corpus, [column.family]):
        empty.say(f"The {chosen} of this corpus are not measured yet, so documents are counted.", SOON)
    elif corpus.documents:
        empty.say(
            f"The {chosen} of this corpus are not measured, so documents are counted.",
            f"Measure them with: {command('measure', corpus.workspace.root)}",
            tone="warn",
            action=measure(corpus, column),
        )
    return "documents"


SOON = "That is going on: it is shown here as soon as it is there."


def being_measured(corpus: Corpus, families: Iterable[str]) -> bool:
    """Whether what lacks of a first look is on its way: it is measured before the whole is taken in."""
    workspace = corpus.workspace
    return (
        workspace.first_look
        and set(families) <= set(default_families())
        and jobs.live([whole_of(workspace.root)]) > 0
    )


def measure(corpus: Corpus, column: Column | None) -> Action | None:
    """The button that measures what is missing; none while a job of this corpus may be doing so."""
    root = corpus.workspace.root
    if jobs.live([root]):
        return None
    family = [column.family] if column else []
    return Action("Measure it", lambda: jobs.start(root, "measure", root, *family), ":material/play_arrow:")


def whole(corpus: Corpus) -> Badge:
    """How sure a number is that counts the documents themselves."""
    if corpus.workspace.first_look:
        return head.first_look(*looked_into(corpus.workspace))
    if corpus.workspace.complete:
        return head.EXACT
    return Badge("partial", "", "Files are still being taken in, or the ingest was ended before its end.")


def badge(corpus: Corpus, names: Iterable[str]) -> Badge:
    """How sure a number is that was counted from these columns."""
    states = {name: corpus.columns[name].state for name in names if name in corpus.columns}
    if STALE in states.values():
        first = next(corpus.columns[name] for name, state in states.items() if state == STALE)
        return head.stale(f"{first.name}: {first.why}") if first.why else head.STALE
    partial = [corpus.columns[name].family for name, state in states.items() if state == PARTIAL]
    if not partial:
        return whole(corpus)
    workspace = corpus.workspace
    done = sum(
        all(workspace.column_file(family, shard).exists() for family in partial) for shard in workspace.shards
    )
    return head.partial(done, len(workspace.shards))
