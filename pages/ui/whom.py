"""Who is filtered out: what a recipe keeps of each group, beside the rest, and what each rule does to it."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from analytics.groups import Rates, rates
from analytics.preview import Preview
from indexes.corpus import Corpus
from indexes.queries.kept_by import Counted, KeptBy, kept_by
from pages.ui import (
    by_limits,
    dividing,
    empty,
    figures,
    groups,
    head,
    needed,
    numbers,
    one_share,
    soon,
    titles,
)
from pages.ui.groups import By
from pages.ui.soon import Later
from pages.ui.switch import switch

SHOWN = groups.SHOWN
ROW, ROOM = 22, 60
VIEWS = {"recipe": "The recipe", "share": "All at one share", "limits": "By limit"}


def whom(corpus: Corpus, found: Preview, unit: str) -> None:
    """This part of a page. It is no fragment: another choice stops what is still being counted."""
    labels = dividing.labels(corpus)
    with st.container(horizontal=True, vertical_alignment="center", key="whom_head"):
        head.section("Who is filtered out", line=False)
        st.space("stretch")
        view = switch("What is looked at", "who", VIEWS)
        st.selectbox(
            "Groups",
            list(labels),
            format_func=lambda name: labels[name],
            key="group",
            bind="query-params",
            label_visibility="collapsed",
            width=200,
        )
    if not labels:
        empty.say("No column of this corpus divides its documents into groups.", "")
        return
    label = st.session_state["group"] or next(iter(labels))
    if label not in labels:
        label = next(iter(labels))
    later = Later()
    by = By(label, labels[label], unit)
    if view == "share":
        one_share.draw(corpus, found, by, later)
    elif view == "limits":
        by_limits.draw(corpus, found, by, later)
    else:
        _recipe(corpus, found, by, later)
    later.exact()


def _recipe(corpus: Corpus, found: Preview, by: By, later: Later) -> None:
    """What the recipe keeps of each group, and each of its rules alone."""
    counted: KeptBy
    counted, looked_at = later.of_part(kept_by, corpus, found.steps, by.label, by.unit)
    names = groups.names(counted)
    if groups.nothing(names, by):
        return
    seen = rates(counted.whole, _stacked(counted), by.unit)
    badge = soon.badge(needed.badge(corpus, [*found.recipe.columns(), by.label]), looked_at)
    left, right = st.columns([60, 40], gap="large")
    with left:
        _figure(names, seen, counted, by.many, by.unit, badge)
    with right:
        said = ["Each group is held against all other documents, for the recipe and for each rule alone."]
        groups.how_to_read(said, seen, counted, by, counted.small)
    rules = [step.reason.replace("_", " ") for step in found.steps]
    scale = corpus.documents / looked_at if looked_at else 1.0
    groups.matrix(
        "whom_matrix",
        groups.Table(names, counted.whole.documents * scale, rules, seen.rate[:, 1:], seen.flagged[:, 1:]),
        title="What each rule alone keeps of each group",
        note=f"Share of {by.unit}, in %",
        word="rule",
        order=np.argsort(np.nan_to_num(seen.rate[:, 0], nan=2), kind="stable"),
        beside={"Kept": seen.rate[:, 0] * 100, "× all": seen.ratio[:, 0]},
    )


def _stacked(counted: KeptBy) -> Counted:
    """All steps together, then each alone: shape (n_groups, 1 + n_steps). They are corrected together."""
    both = zip(
        *((part.documents, part.weight, part.squares) for part in (counted.kept, counted.passed)), strict=True
    )
    return Counted(*(np.column_stack([together, alone]) for together, alone in both))


def _figure(
    names: Sequence[str], seen: Rates, counted: KeptBy, many: str, unit: str, badge: head.Badge
) -> None:
    """Rates of the groups with most documents, the highest on top."""
    overall = (
        float(counted.kept.weight.sum() / counted.whole.weight.sum()) if counted.whole.weight.sum() else 0
    )
    rated = [row for row in range(len(names)) if np.isfinite(seen.rate[row, 0])]
    shown = rated[:SHOWN]
    shown.sort(key=lambda row: -seen.rate[row, 0])
    title = titles.loses(
        [(names[row], float(seen.rate[row, 0]), int(seen.flagged[row, 0])) for row in shown], overall
    )
    more = ""
    if len(rated) > len(shown):
        more = f" · the {numbers.whole(len(shown))} largest of {numbers.whole(len(rated))}"
        title = f"Of the {numbers.whole(len(shown))} largest groups: {title[:1].lower()}{title[1:]}"
    figures.draw(
        "whom",
        figures.estimates(
            [names[row] for row in shown],
            [float(seen.rate[row, 0]) for row in shown],
            [float(seen.low[row, 0]) for row in shown],
            [float(seen.high[row, 0]) for row in shown],
            [bool(seen.flagged[row, 0] < 0) for row in shown],
            overall,
            f"of {unit} kept",
        ),
        ROOM + ROW * len(shown),
        title=title,
        note=f"Share of {unit} kept by {many}, with 95 % interval · line: all documents{more}",
        badge=badge,
        state=f"{many}_{unit}",
    )
