"""A first look in the place of a corpus that is being taken in: the bar that says so, on every page."""

from pathlib import Path

import streamlit as st

from indexes import first_look
from indexes.errors import AssayError
from indexes.jobs import DONE, Job
from indexes.workspace import Workspace
from pages.ui import corpora, empty, jobs, numbers
from pages.ui.escape import markup

EVERY = 2
"""Seconds between two looks at how far the whole is."""


def draw() -> None:
    """The bar, while the corpus that is chosen has a first look; nothing else."""
    try:
        root = corpora.chosen()
    except AssayError:
        return
    if first_look.stands_in(first_look.whole_of(root)) is not None:
        _bar(root)


@st.fragment(run_every=EVERY)
def _bar(root: Path) -> None:
    whole = first_look.whole_of(root)
    if first_look.stands_in(whole) is None:  # it went while this was drawn
        st.rerun()
    there, job = corpora.so_far(whole), corpora.taking_in(whole)
    with st.container(
        key="look", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.html(f'<div class="look">{_said(corpora.so_far(root), job, there)}</div>', width="stretch")
        if root == whole:
            if st.button("Back to the first look", icon=":material/arrow_back:", key="look_back"):
                corpora.show_whole(whole, False)
                st.rerun()
        elif there.documents and st.button(
            "Show these instead", icon=":material/arrow_forward:", key="look_whole"
        ):
            corpora.show_whole(whole)
            st.rerun()
        if job is not None and not job.live and job.state != DONE:
            st.button(
                "Start again",
                icon=":material/replay:",
                key="look_again",
                on_click=jobs.start,
                args=(whole, *job.command),
            )


def _said(shown: Workspace, job: Job | None, there: Workspace) -> str:
    """What is shown, and how far the whole is."""
    if shown.first_look:
        found, of = first_look.looked_into(shown)
        among = numbers.count(of, "file")
        among = among if found == of else f"{numbers.whole(found)} of {among}"
        begun = f"the first {numbers.count(shown.documents, 'document')} of {among}"
        what = f"<b>First look:</b> {markup(begun)}, not a fair sample of the corpus. "
    else:
        what = f"<b>Not whole yet:</b> {numbers.count(shown.documents, 'document')} so far. "
    return what + _how_far(shown, job, there)


def _how_far(shown: Workspace, job: Job | None, there: Workspace) -> str:
    if job is None or job.state == DONE:
        return "The whole is not there yet."
    if not job.live:
        step = (
            "" if empty.COMMAND.search(job.next_step) else markup(job.next_step)
        )  # the button is the command
        return f"Taking in the whole has stopped: {markup(job.error)} {step}"
    share = numbers.percent(min(1.0, job.done / job.total), 0) if job.total else ""
    doing = "measured" if there.complete else "taken in"
    said = f"The whole is being {doing}{f': <b>{share}</b>' if share else ''}"
    so_far = f", {numbers.count(there.documents, 'document')} so far"
    return f"{said}{so_far if there.documents and shown.first_look else ''}."
