"""What two recipes keep of one corpus: how much they share, and documents that only one of them keeps."""

from collections.abc import Sequence

import streamlit as st

from analytics.estimates import wilson
from indexes.corpus import Corpus
from indexes.queries.examples import examples
from indexes.queries.funnel import Amount
from indexes.queries.overlap import Overlap, Reason, overlap
from indexes.queries.top import resolve
from indexes.rule import Step
from indexes.saying import command
from pages.ui import bars, cache, empty, head, lists, needed, numbers, opening, readings, soon, state
from pages.ui.bars import Piece, Word
from pages.ui.excerpts import Excerpt, excerpts
from pages.ui.head import Figure
from pages.ui.lists import Label
from pages.ui.recipes import Shown
from pages.ui.soon import Later

A_SIDE = 4
REASONS = 6


def resolved(corpus: Corpus, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """A recipe's steps, each ``top`` with where it cuts."""
    return resolve(corpus.whole, steps)  # a top is one of the whole corpus, whatever is looked at


def look(
    later: Later, corpus: Corpus, a: tuple[Step, ...], b: tuple[Step, ...]
) -> tuple[Overlap, int | None]:
    """What two recipes keep; and of how many documents that is estimated, None where all were counted."""
    part = soon.part_of(corpus)
    found = later.ask(overlap, corpus, a, b, first=None if part is None else (part, a, b))
    if part is None or not later.was_first:
        return found, None
    return found.times(corpus.documents / part.documents), part.documents


def strip(corpus: Corpus, found: Overlap, part: int | None, a: Shown, b: Shown, unit: str) -> None:
    """How much each keeps, and how much of it is the same; a bar of the four parts."""
    union = _sum(found.both, found.only_a, found.only_b)
    figures = [
        Figure(name, numbers.whole(amount.documents), _share(amount, found.total, unit))
        for name, amount in (
            ("Kept by A", found.a),
            ("Kept by B", found.b),
            ("By both", found.both),
            ("Only by A", found.only_a),
            ("Only by B", found.only_b),
            ("By neither", found.neither),
        )
    ]
    tokens = ""
    if found.both.tokens is not None and union.tokens:
        tokens = f"{numbers.percent(found.both.tokens / union.tokens)} in tokens"
    same = found.both.documents / union.documents if union.documents else None
    figures.append(Figure("Overlap", numbers.percent(same), tokens))
    head.strip(figures)
    head.caption(
        f"Of the documents that A or B keeps, {numbers.per_cent(same)} are kept by both"
        if same is not None
        else "Nothing is kept",
        note=f"Share of {unit} by who keeps it · overlap: documents of both over those of either (Jaccard)"
        f"{_between(same, union.documents, corpus, part)}",
        badge=soon.badge(needed.badge(corpus, (*a.recipe.columns(), *b.recipe.columns())), part),
    )
    parts = [
        ("only A", found.only_a, "whole"),
        ("both", found.both, "kept"),
        ("only B", found.only_b, "t3"),
        ("neither", found.neither, "gone"),
    ]
    shares = [(name, _part(amount, found.total, unit), tone) for name, amount, tone in parts]
    bars.bar(
        "overlap",
        [Piece(name, share, tone) for name, share, tone in shares],
        unit,
        height=14,
        lines=[[Word(name, numbers.percent(share)) for name, share, _ in shares]],
    )
    if found.not_measured.documents:
        empty.say(
            f"{numbers.count(found.not_measured.documents, 'document')} not measured yet: in no number here.",
            f"Measure the rest with: {command('measure', corpus.workspace.root)}",
            tone="warn",
        )
    said = _odd(found, a, b)
    if said:
        empty.say(*said)


def _between(same: float | None, union: int, corpus: Corpus, part: int | None) -> str:
    """The interval of an overlap that was estimated."""
    if part is None or same is None:
        return ""
    return f", {numbers.interval(*wilson(same, union * part / corpus.documents))}"


def _odd(found: Overlap, a: Shown, b: Shown) -> tuple[str, str] | None:
    """Said where the two keep the same, or nothing."""
    if a.recipe.steps == b.recipe.steps:
        return "A and B are the same rules.", "Choose another recipe on one side."
    if not found.total.documents:
        return None
    if not found.a.documents and not found.b.documents:
        return "Neither recipe keeps a document.", "Choose another recipe, or move a limit in Filters."
    if not found.only_a.documents and not found.only_b.documents:
        return "A and B keep the same documents, by other rules.", ""
    return None


@st.fragment
def differences(corpus: Corpus, found: Overlap, a: tuple[Step, ...], b: tuple[Step, ...], unit: str) -> None:
    """Why each drops what the other keeps, and documents to read."""
    state.leave()
    with st.container(horizontal=True, vertical_alignment="center", key="lower_differences"):
        head.section("What one keeps and the other drops", line=False)
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", wrap=False, width="content"):
            readings.seed_box()
    seed = int(st.session_state["seed"] or 0)
    left, right = st.columns(2, gap="large")
    sides = (
        (left, "A", "B", found.only_a, found.why_b, a, b),
        (right, "B", "A", found.only_b, found.why_a, b, a),
    )
    for column, keeps, drops, amount, why, keeping, dropping in sides:
        with column:
            _why(f"why_{drops}", amount, why, keeps, drops)
            excerpts(
                f"only_{keeps}",
                _rows(corpus, keeping, dropping, seed),
                opening.opener(corpus),
                title=f"{keeps} keeps, {drops} drops",
                note=f" {numbers.count(amount.documents, 'document')} · "
                f"{_share(amount, found.total, unit)} · each with {drops}'s reason"
                if amount.documents
                else "",
                tone="removed",
                nothing=f"{drops} drops no document that {keeps} keeps.",
            )


def _why(key: str, amount: Amount, why: Sequence[Reason], keeps: str, drops: str) -> None:
    """The rules of one recipe, by how many documents they take that only the other keeps."""
    if not amount.documents:
        return
    rows = [
        (reason.step.reason.replace("_", " "), reason.fails.documents / amount.documents)
        for reason in why
        if reason.fails.documents
    ]
    name, most = max(rows, key=lambda row: row[1])
    title = f"{drops} drops {numbers.per_cent(most)} of what only {keeps} keeps for {name}"
    alone = sum(reason.only_this.documents for reason in why) / amount.documents
    head.caption(
        title,
        note=f"Share of them that fail a rule of {drops}; {numbers.per_cent(alone)} fail one rule only",
    )
    lists.ranked(key, [Label(name, share) for name, share in rows], "documents", shown=REASONS)


def _rows(corpus: Corpus, keeping: tuple[Step, ...], dropping: tuple[Step, ...], seed: int) -> list[Excerpt]:
    frame = cache.cached(examples, corpus, dropping, "removed", None, "random", A_SIDE, seed, keeping)
    if not frame.height:
        return []
    return readings.rows_of(corpus, frame, dropping, "removed")


def _part(amount: Amount, total: Amount, unit: str) -> float:
    part, whole = getattr(amount, unit), getattr(total, unit)
    return part / whole if whole and part is not None else 0.0


def _share(amount: Amount, total: Amount, unit: str) -> str:
    whole = getattr(total, unit)
    return f"{numbers.percent(_part(amount, total, unit) if whole else None)} of {unit}"


def _sum(*amounts: Amount) -> Amount:
    tokens = [amount.tokens for amount in amounts]
    return Amount(
        sum(amount.documents for amount in amounts),
        None if None in tokens else sum(token or 0 for token in tokens),
        None,
    )
