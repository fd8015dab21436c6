"""Who is filtered out when each filter removes the same share: the view of AboutMe."""

import numpy as np
import streamlit as st

from analytics.groups import Rates, rates
from analytics.preview import Preview
from indexes.columns import RANDOM
from indexes.corpus import Corpus
from indexes.queries.kept_by import KeptBy, kept_by
from indexes.queries.one_share import TYPES, AtShare, Score, at_share, scores_of
from pages.ui import cache, empty, groups, needed, numbers, soon, titles
from pages.ui.escape import markdown
from pages.ui.groups import By
from pages.ui.soon import Later

REMOVED, MORE = "removed", "scores"
USUAL = 20
ENDS = {True: "lowest dropped", False: "highest dropped"}
CLOSE = 0.005
"""A share that a filter misses by less is met: a document is not cut in two."""


def draw(corpus: Corpus, found: Preview, by: By, later: Later) -> None:
    """The rules of the recipe that drop one end of a column, and scores that are added, at one share."""
    own, others = scores_of(corpus, found.steps)
    scores, share = _chosen(corpus, own)
    left_out = ", ".join(step.reason.replace("_", " ") for step in others)
    if not scores:
        empty.say(
            "No rule of this recipe drops one end of a column, so no limit can be set to a share.",
            "Add a score above.",
        )
        return
    limits: AtShare = cache.awaited(at_share, corpus, scores, share, by.unit)
    counted: KeptBy
    counted, looked_at = later.of_part(kept_by, corpus, limits.steps, by.label, by.unit)
    names = groups.names(counted)
    if groups.nothing(names, by):
        return
    seen = rates(counted.whole, counted.passed, by.unit)
    said = [score.name.replace("_", " ") for score in scores]
    order = np.argsort(np.nan_to_num(seen.rate, nan=2).min(axis=1, initial=2), kind="stable")
    groups.matrix(
        "share_matrix",
        groups.Table(
            names,
            counted.whole.documents * (corpus.documents / looked_at if looked_at else 1.0),
            said,
            seen.rate,
            seen.flagged,
        ),
        title=_title(names[: len(counted.labels)], said, seen, share),
        note=f"Share of {by.unit} kept, in %, with each filter's limit set so that it removes the same share",
        word="filter",
        order=order,
        badge=soon.badge(needed.badge(corpus, [*(score.column for score in scores), by.label]), looked_at),
    )
    first_said = [
        f"Each filter alone removes {numbers.percent(share)} of {by.unit}, from the end that the rule drops; "
        "documents without a value go first; of those whose value is just the limit, as many as it takes, "
        "drawn by key, so by chance.",
        *_missed(said, limits, share),
    ]
    if left_out:
        first_said.append(f"Without one limit, and left out: {markdown(left_out)}.")
    groups.how_to_read(first_said, seen, counted, by, counted.small)


def _chosen(corpus: Corpus, own: list[Score]) -> tuple[tuple[Score, ...], float]:
    """Further scores, and the share; the rules' own scores come first."""
    more = {
        f"{name}, {said}": Score(f"{name}, {said}", name, high)
        for name in corpus.ready()
        if corpus.columns[name].type in TYPES and name != RANDOM
        for high, said in ENDS.items()
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="share_bar"):
        percent = st.number_input(
            "Removed by each, %", 1, 99, USUAL, 1, key=REMOVED, bind="query-params", width=150
        )
        chosen = st.multiselect(
            "Further scores", list(more), key=MORE, placeholder="Add a score", width=520, max_selections=12
        )
    return (*own, *(more[name] for name in chosen if name in more)), percent / 100


def _missed(said: list[str], limits: AtShare, share: float) -> list[str]:
    """Filters of which more has no value than is to be removed."""
    over = [
        f"{markdown(name)} ({numbers.percent(missing)})"
        for name, missing in zip(said, limits.missing, strict=True)
        if missing > share + CLOSE
    ]
    return [f"More than that has no value, and is removed: {', '.join(over)}."] if over else []


def _title(names: list[str], said: list[str], seen: Rates, share: float) -> str:
    """The named group that a filter takes most from, of those that lose by more than chance."""
    kept, flagged = seen.rate[: len(names)], seen.flagged[: len(names)]
    losing = np.where((flagged < 0) & np.isfinite(kept), kept, np.inf)
    if not np.isfinite(losing).any():
        each = f"Where each removes {numbers.per_cent(share)}"
        return f"{each}, no filter keeps less of a group by more than chance"
    row, filter = divmod(int(losing.argmin()), losing.shape[1])
    left = numbers.per_cent(float(losing.min()))
    return (
        f"Where each removes {numbers.per_cent(share)}, {titles.named(said[filter], first=False, code=True)} "
        f"keeps {left} of {titles.named(names[row], first=False)}"
    )
