"""Who is filtered out: what a recipe keeps of each group, beside the rest, and what each rule does to it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from analytics.groups import Rates, rates
from analytics.preview import Preview
from indexes.corpus import Corpus
from indexes.queries.kept_by import FEWEST, Counted, KeptBy, kept_by
from pages.ui import cache, dividing, empty, figures, head, needed, numbers, titles
from pages.ui.escape import markdown
from pages.ui.figures import cut

SHOWN = 24
ROW, ROOM = 22, 60
LISTED = 12
WIDE, NAME, NARROW = 5, 16, 50
"""Of so many rules and more the columns are headed by numbers, or they would not fit."""
SMALL = "small groups"


@st.fragment
def whom(corpus: Corpus, found: Preview, unit: str) -> None:
    """This part of a page; another label draws only it anew."""
    labels = dividing.labels(corpus)
    with st.container(horizontal=True, vertical_alignment="center", key="whom_head"):
        head.section("Who is filtered out", "each group beside all other documents", line=False)
        st.space("stretch")
        st.selectbox(
            "Groups",
            list(labels),
            format_func=lambda name: labels[name],
            key="group",
            bind="query-params",
            label_visibility="collapsed",
            width=240,
        )
    if not labels:
        empty.say("No column of this corpus divides its documents into groups.", "")
        return
    label = st.session_state["group"] or next(iter(labels))
    counted = cache.cached(kept_by, corpus, found.steps, label, unit)
    names = _names(counted)
    if len(names) < 2:
        only = f"All documents are of one {labels[label]}" if names else "No document is measured"
        empty.say(f"{only}, so there is nothing to compare.", "Choose other groups.")
        return
    seen = rates(counted.whole, _stacked(counted), unit)
    badge = needed.badge(corpus, [*found.recipe.columns(), label])
    left, right = st.columns([60, 40], gap="large")
    with left:
        _figure(names, seen, counted, labels[label], unit, badge)
    with right:
        _how_to_read(seen, counted, unit)
    _matrix(names, seen, counted, found, unit)


def _how_to_read(seen: Rates, counted: KeptBy, unit: str) -> None:
    """What the marks mean, and which groups were put together."""
    asked = numbers.count(int(np.isfinite(seen.p).sum()), "comparison")
    said = [
        "Each group is held against all other documents, for the recipe and for each rule alone.",
        f"**◆** kept less than the rest by more than chance: of the groups marked so among {asked}, "
        "one in twenty may be wrong (Benjamini and Hochberg).",
    ]
    if unit != "documents":
        said.append(f"A group is not judged where a few large documents hold most of its {unit}.")
    if counted.n_small:
        first = ", ".join(f"{markdown(cut(name, 40))} ({number})" for name, number in counted.small[:LISTED])
        more = numbers.whole(counted.n_small - LISTED)
        said.append(
            f"{numbers.count(counted.n_small, 'group')} under {FEWEST} documents stand together as one:"
            f" {first}{f' and {more} more' if counted.n_small > LISTED else ''}."
        )
    head.caption("How to read it")
    st.markdown("\n\n".join(said))


def _names(counted: KeptBy) -> list[str]:
    said = [dividing.NOT_STATED if name is None else name for name in counted.labels]
    return [*said, *([SMALL] if counted.pooled else [])]


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
    shown = [row for row in range(len(names)) if np.isfinite(seen.rate[row, 0])][:SHOWN]
    shown.sort(key=lambda row: -seen.rate[row, 0])
    title = titles.loses(
        [(names[row], float(seen.rate[row, 0]), int(seen.flagged[row, 0])) for row in shown], overall
    )
    hidden = len(names) - len(shown)
    more = f" · the {numbers.whole(len(shown))} largest of {numbers.whole(len(names))}" if hidden else ""
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


def _matrix(names: Sequence[str], seen: Rates, counted: KeptBy, found: Preview, unit: str) -> None:
    """Every group by every rule: what each alone keeps, and which of them keep less than of the rest."""
    rules = [step.reason.replace("_", " ") for step in found.steps]
    heads = [f"{i} {cut(name, NAME)}" if len(rules) < WIDE else str(i) for i, name in enumerate(rules, 1)]
    order = np.argsort(np.nan_to_num(seen.rate[:, 0], nan=2), kind="stable")
    below = [
        ", ".join(str(i) for i in range(1, len(rules) + 1) if seen.flagged[row, i] < 0) or "–"
        for row in order
    ]
    table = pd.DataFrame(
        {
            "Group": [names[row] for row in order],
            "Documents": counted.whole.documents[order].astype(int),
            "Kept": seen.rate[order, 0] * 100,
            "× all": seen.ratio[order, 0],
            "◆ by rule": below,
            **{said: seen.rate[order, i] * 100 for i, said in enumerate(heads, 1)},
        }
    )
    numbered = " · ".join(f"{i} {name}" for i, name in enumerate(rules, 1)) if len(rules) >= WIDE else ""
    head.caption(
        "What each rule alone keeps of each group",
        note=f"Share of {unit}, in %{' · ' if numbered else ''}{numbered}",
    )
    st.dataframe(
        table,
        hide_index=True,
        height=min(ROOM + ROW * SHOWN, 38 + 35 * len(table)),
        column_config={
            "Group": st.column_config.TextColumn(width=130, pinned=True),
            "Documents": st.column_config.NumberColumn(format="%d", width=84),
            "Kept": st.column_config.NumberColumn(format="%.1f %%", width=70),
            "× all": st.column_config.NumberColumn(
                format="%.2f", width=60, help="Kept, as a ratio to the rate of all"
            ),
            "◆ by rule": st.column_config.TextColumn(
                width=90, help="Rules that keep less of the group than of the rest"
            ),
            **{
                said: st.column_config.NumberColumn(
                    format="%.1f", help=markdown(name), width=NARROW if said.isdecimal() else 130
                )
                for said, name in zip(heads, rules, strict=True)
            },
        },
        key="whom_matrix",
    )
