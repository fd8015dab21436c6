"""Read what a recipe did: documents it removed and kept, side by side, with the reason on each."""

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from analytics.marked import of_documents
from analytics.preview import Preview
from indexes.corpus import Corpus
from indexes.queries.beginnings import beginnings
from indexes.queries.examples import examples
from indexes.queries.funnel import Amount
from indexes.rule import UNKNOWN, Rule, Step
from pages.ui import cache, head, numbers, opening, state
from pages.ui.escape import markdown
from pages.ui.excerpts import Excerpt, around, excerpts

A_SIDE = 4
ANY = "any reason"
HOW = {"random": "random", "only this rule": "only_this", "borderline": "borderline"}
"""What the switch says, and what it asks for."""
MOST = 2**31


@st.fragment
def read(corpus: Corpus, found: Preview, unit: str) -> None:
    """The reading part of a page; what is chosen in it draws only this part anew."""
    state.leave()
    with st.container(horizontal=True, vertical_alignment="center", key="lower_how"):
        head.section("Read what it did", _drawn(), line=False)
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", wrap=False, width="content"):
            seed_box()
            st.segmented_control(
                "Which documents",
                list(HOW),
                default="random",
                required=True,
                label_visibility="collapsed",
                key="how",
                bind="query-params",
            )
    reasons = _reasons(corpus, found)
    st.pills(
        "Removed for",
        list(reasons),
        default=ANY,
        required=True,
        label_visibility="collapsed",
        key="why",
        bind="query-params",
    )
    reason = reasons.get(st.session_state["why"] or ANY)
    how = HOW[st.session_state["how"] or "random"]
    seed = int(st.session_state["seed"] or 0)
    total, kept = found.funnel.total, found.funnel.kept
    removed, title = _removed(found, reason, how)
    left, right = st.columns(2, gap="large")
    for side, which, said, tone, amount in (
        (left, "removed", title, "removed", removed),
        (right, "kept", "Kept", "kept", kept),
    ):
        with side:
            rows = _rows(corpus, found.steps, which, reason, how, seed)
            excerpts(
                f"read_{which}",
                rows,
                opening.opener(corpus),
                title=said,
                note=f" {_amount(amount, total, unit)}" if amount else "",
                tone=tone,
                nothing=_nothing(which, reason, how),
            )


def seed_box() -> None:
    """By which number documents are drawn; the address carries it."""
    st.html('<span class="beside">Seed</span>')
    st.number_input(
        "Seed", 0, MOST, 0, 1, width=110, label_visibility="collapsed", key="seed", bind="query-params"
    )


def _removed(found: Preview, reason: str | None, how: str) -> tuple[Amount | None, str]:
    """What is removed for a reason, and the title over it; the amount is None where the funnel has none.

    The documents under a step's reason are those that it answers no; those without an answer stand under the
    column that is null. The funnel counts neither where several steps share the reason or the column.
    """
    only = how == "only_this"
    total, steps = found.funnel.total, found.funnel.steps
    if reason is None:
        return (None, "Removed by one rule only") if only else (_without(total, found.funnel.kept), "Removed")
    if reason.startswith(UNKNOWN):
        column = reason.removeprefix(UNKNOWN)
        reading = [count for count in steps if column in count.step.columns()]
        one = len(reading) == 1 and isinstance(reading[0].step, Rule) and not only
        return reading[0].unknown if one else None, f"Removed: {column} is null"
    having = [count for count in steps if count.step.reason == reason]
    title = f"Removed by {reason.replace('_', ' ')}{' only' if only else ''}"
    if len(having) != 1 or (only and having[0].unknown.documents):
        return None, title
    return having[0].only_this if only else _without(having[0].fails, having[0].unknown), title


def _without(total: Amount, kept: Amount) -> Amount:
    """The rest."""
    tokens, size = (
        None if whole is None or part is None else whole - part
        for whole, part in ((total.tokens, kept.tokens), (total.bytes, kept.bytes))
    )
    return Amount(total.documents - kept.documents, tokens, size)


def _drawn() -> str:
    nearest = st.session_state.get("how") == "borderline"
    seed = st.session_state.get("seed") or 0
    return (
        "the documents nearest to a limit"
        if nearest
        else f"{A_SIDE} documents a side, drawn with seed {seed}"
    )


def _reasons(corpus: Corpus, found: Preview) -> dict[str, str | None]:
    """What a pill says -> the reason it stands for; those of columns without a value where some have none."""
    said: dict[str, str | None] = {ANY: None}
    for count in found.funnel.steps:
        said[markdown(count.step.reason.replace("_", " "))] = count.step.reason
        if count.unknown.documents:
            for column in _with_nulls(corpus, count.step):
                said[markdown(f"{column} is null")] = f"{UNKNOWN}{column}"
    return said


def _with_nulls(corpus: Corpus, step: Step) -> list[str]:
    return [name for name in step.columns() if corpus.column(name).nulls != 0]


def _rows(
    corpus: Corpus, steps: Sequence[Step], which: str, reason: str | None, how: str, seed: int
) -> list[Excerpt]:
    frame = cache.cached(examples, corpus, tuple(steps), which, reason, how, A_SIDE, seed)
    if not frame.height:
        return []
    return rows_of(corpus, frame, steps, which)


def rows_of(corpus: Corpus, frame: pl.DataFrame, steps: Sequence[Step], which: str) -> list[Excerpt]:
    """Documents of ``examples`` as excerpts: why each stands there, its cause marked."""
    ids = tuple(frame["doc_id"])
    texts = cache.cached(beginnings, corpus, ids)
    reasons = tuple(map(tuple, frame["reasons"])) if which == "removed" else ((),) * len(ids)
    spans = cache.cached(of_documents, corpus, tuple(steps), ids, reasons)
    found = zip(frame.iter_rows(named=True), texts.iter_rows(named=True), spans, strict=True)
    return [
        Excerpt(
            id=f"{row['doc_id']} {row['key']}",
            lead=lead(row, steps, which),
            about=opening.about(text),
            doc=str(row["doc_id"]),
            text=around(text["text"] or "", causes_said(some, row, steps)),
        )
        for row, text, some in found
    ]


def causes_said(
    spans: Sequence[tuple[int, int, Rule]], row: Mapping[str, object], steps: Sequence[Step]
) -> list[tuple[int, int, str]]:
    """Spans with the rule that each was the cause for; those of the reason that is shown come first."""
    shown = [] if row["step"] is None else list(steps[int(str(row["step"]))].rules())
    in_order = sorted(spans, key=lambda span: (span[2] not in shown, span[0]))
    return [(start, end, cause(rule)) for start, end, rule in in_order]


def cause(rule: Rule) -> str:
    """What a mark says on hover: the rule that its span was the cause for."""
    return f"{rule.reason.replace('_', ' ')}: {rule.sentence()} fails"


def lead(row: dict[str, object], steps: Sequence[Step], which: str) -> str:
    """``few alphabetic 0.779``; of a kept document, the value that is shown or that all rules keep it."""
    value = _value(row["value"])
    if which == "kept":
        return "kept by all rules" if row["column"] is None else f"{row['column']} {value}"
    reasons = [str(reason) for reason in row["reasons"]]  # type: ignore[attr-defined]
    if row["step"] is None:
        return ", ".join(reasons)
    reason = steps[int(str(row["step"]))].reason
    if reason in reasons:
        return f"{reason.replace('_', ' ')} {value}"
    missing = [said.removeprefix(UNKNOWN) for said in reasons if said.startswith(UNKNOWN)]
    return f"{reason.replace('_', ' ')}: {', '.join(missing)} is null"


def _value(value: object) -> str:
    text = "" if value is None else str(value)
    try:
        return numbers.value(float(text))
    except ValueError:
        return text[:40]


def _amount(amount: Amount, total: Amount, unit: str) -> str:
    part, whole = getattr(amount, unit), getattr(total, unit)
    share = f" · {numbers.percent(part / whole)} of {unit}" if whole and part is not None else ""
    return f"{numbers.count(amount.documents, 'document')}{share}"


def _nothing(which: str, reason: str | None, how: str) -> str:
    if which == "kept":
        return "No document is kept."
    if how == "only_this":
        return "No document is removed by this rule only."
    return "No document is removed." if reason is None else "No document is removed for this reason."
