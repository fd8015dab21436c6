"""What a page counts, for other places: as a command, as SQL over the Parquet files, as Polars code."""

from collections.abc import Sequence

import streamlit as st

from analytics.as_polars import count_code
from analytics.where import preview_command
from indexes.as_sql import count_sql
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.rule import Step
from pages.ui import empty, facts, numbers
from pages.ui.recipes import Shown

COMMAND, SQL, POLARS = "command", "SQL", "Polars"
LANGUAGES = {COMMAND: "bash", SQL: "sql", POLARS: "python"}
LONGEST = 500_000
"""Characters that are sent: lists of many values, or very many shards, make more."""


def copy_as(
    corpus: Corpus, documents: int | None, shown: Shown | None = None, steps: Sequence[Step] = ()
) -> None:
    """A button that opens three texts, each of which counts the same documents as the page.

    Args:
        corpus: the documents that are looked at.
        documents: how many the page counts; None while it has counted the sample alone.
        shown: the recipe, where one is asked.
        steps: its steps, resolved.
    """
    with st.popover("Copy as", icon=":material/content_copy:", key="copy_as", width="content"):
        st.segmented_control(
            "Copy as",
            list(LANGUAGES),
            default=COMMAND,
            required=True,
            label_visibility="collapsed",
            key="copy_kind",
        )
        kind = st.session_state["copy_kind"] or COMMAND
        try:
            text = _text(corpus, shown, steps, kind)
        except AssayError as problem:
            empty.say(problem.sentence, problem.next_step, tone="warn")
            return
        if len(text) > LONGEST:
            empty.say("This is too long to copy from a page.", "Save the recipe, and copy the command.")
            return
        with st.container(horizontal=True, vertical_alignment="center", key="copy_row"):
            said = "what the page counts" if documents is None else numbers.count(documents, "document")
            st.html(f'<span class="beside">counts {said}</span>')
            facts.copy_button("copy_text", "Copy", text)
        st.code(text, LANGUAGES[kind], wrap_lines=True, height="content" if text.count("\n") < 12 else 380)


def _text(corpus: Corpus, shown: Shown | None, steps: Sequence[Step], kind: str) -> str:
    if kind == SQL:
        return count_sql(corpus, steps)
    if kind == POLARS:
        return count_code(corpus, steps)
    return preview_command(corpus, shown.recipe, shown.file()) if shown else preview_command(corpus)
