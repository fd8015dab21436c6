"""Two corpora side by side: how much they share, what only one has, and how their columns lie apart.

The address carries ``with``, the other corpus by name; ``same``, by what documents are the same; and
``kept``, the recipe that both are narrowed to.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import streamlit as st

from analytics.alike import Alike, alike, tokenizer
from analytics.estimates import wilson
from analytics.log_odds import Wording, wording
from indexes.columns import BYTES, KEY, TOKENS
from indexes.corpus import Corpus, going
from indexes.errors import AssayError
from indexes.queries.beginnings import beginnings
from indexes.queries.between import Between, between, labels_between, parted_between
from indexes.queries.funnel import Amount
from indexes.queries.parted import COUNTED
from indexes.queries.top import resolve
from indexes.saying import command
from indexes.text_hashes import A_SECOND, TEXT_HASH, hashed, is_hashed, text_size
from pages.ui import (
    bars,
    cache,
    conditions,
    corpora,
    empty,
    facts,
    head,
    needed,
    numbers,
    opening,
    readings,
    recipes,
    shifts,
    soon,
    wordings,
)
from pages.ui.bars import Piece, Word
from pages.ui.empty import Action
from pages.ui.escape import markup
from pages.ui.excerpts import Excerpt, excerpts
from pages.ui.facts import Fact
from pages.ui.head import Badge, Figure
from pages.ui.launch import launch
from pages.ui.soon import Later
from pages.ui.switch import choose, switch

WITH, SAME, KEPT, READING = "with", "same", "kept", "reading_texts"
BY = {"key": "Same key", "text": "Same text"}
SAME_BY = {
    KEY: "the same: of one key, made of source and id, or of the text where there is no id",
    TEXT_HASH: "the same: of one text, byte for byte",
}
ALL = ""
A_SIDE = 4
UNITS = (TOKENS, BYTES)


class Other:
    """The other corpus as an argument of a question: equal where any answer would be."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus, self.content = corpus, cache.content(corpus)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Other) and other.content == self.content

    def __hash__(self) -> int:
        return hash(self.content)

    def __reduce__(self) -> tuple[Any, ...]:  # by which Streamlit tells arguments apart
        return str, (self.content,)


def draw(corpus: Corpus, later: Later) -> None:
    """This corpus as A beside another one as B."""
    name = _other(corpus)
    if name is None:
        return
    try:
        beside = cache.open_corpus(corpora.known()[name])
    except AssayError as problem:
        empty.say(problem.sentence, problem.next_step, tone="warn")
        return
    for one in (corpus, beside):
        if not one.documents:
            empty.stop(
                f"The corpus {one.workspace.name} has no documents yet.",
                f"Take some in with: {command('ingest', 'FILES...', '--to', one.workspace.root)}",
            )
    a, b = _narrowed(corpus, beside)
    a, b, by = _by_text(a, b) if st.session_state.get(SAME) == "text" else (a, b, KEY)
    columns = alike(a, b)
    unit = _unit(columns, a, b)
    other, seed = Other(b), int(st.session_state.get("seed") or 0)
    units = tuple(one for one in UNITS if one in columns.both)
    size = launch().sample
    large = a.documents + b.documents > size
    found: Between = later.ask(
        _between, a, other, by, units, seed, None, first=(a, other, by, units, seed, size) if large else None
    )
    _strip(found, a, b, unit, by, later.was_first)
    _columns_said(columns)
    head.rule_line()
    _examples(found, a, b, name)
    head.rule_line()
    names = tuple(one for one in columns.both if shifts.is_compared(a.columns[one]))
    labels = tuple(one for one in shifts.LABELS if one in columns.both)
    largest = max(a.documents, b.documents)

    def first(*asked: Any) -> tuple[Any, ...] | None:
        """The same of fewer documents, where there are more."""
        return (a, other, *asked, by, size) if largest > size else None

    shifted = later.ask(_shifted, a, other, names, by, COUNTED, first=first(names))
    badge = _badge(a, b, names, largest, size if later.was_first else None)
    shifts.show_columns(shifted, a.columns, badge)
    head.rule_line()
    laid, part = {}, None
    for label in labels:
        laid[label] = later.ask(_labels, a, other, label, by, COUNTED, first=first(label))
        part = size if later.was_first else part
    shifts.show_labels(laid, _badge(a, b, labels, largest, part))
    head.rule_line()
    _words(later, found, a, other, seed)


# ---------------------------------------------------------------------------------- what is chosen


def _other(corpus: Corpus) -> str | None:
    """The pickers; the name of B, or None where there is none, which is said."""
    here = str(st.session_state.get(corpora.KEY))
    others = [name for name in corpora.known() if name != here]
    if not others:
        empty.say(
            "There is no other corpus here to compare with.",
            f"Open several at once with: {command('open', corpus.workspace.root, 'OTHER')}",
        )
        return None
    asked = st.query_params.get(WITH) or st.session_state.get(WITH)
    name = str(asked) if asked in others else _first_with_documents(others)
    if asked is not None and asked != name:
        said = "is the one that is looked at" if asked == here else "is not here"
        empty.say(f"The corpus {asked} {said}, so {name} is compared.", tone="warn")
    else:
        choose(WITH, name)
    st.session_state["with_pick"] = name
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
        st.html('<b class="side">A</b>', width="content")
        st.html(f'<span class="beside">{markup(here)}</span>', width="content")
        st.button("Swap", icon=":material/swap_horiz:", key="swap_corpora", on_click=_swap, args=(here, name))
        st.html('<b class="side">B</b>', width="content")
        st.selectbox(
            "Corpus B",
            others,
            required=True,
            label_visibility="collapsed",
            key="with_pick",
            on_change=lambda: choose(WITH, st.session_state["with_pick"]),
            width=210,
        )
        _recipe_picker(corpus)
        switch("Which documents are the same", SAME, BY)
    return name


def _first_with_documents(names: Sequence[str]) -> str:
    """The first corpus that has documents; the first of all where none has or can be opened."""
    for name in names:
        with suppress(AssayError):
            if cache.open_corpus(corpora.known()[name]).documents:
                return name
    return names[0]


def _swap(a: str, b: str) -> None:
    st.session_state[corpora.KEY] = b
    choose(WITH, a)


def _recipe_picker(corpus: Corpus) -> None:
    """All documents, or those that a recipe keeps of each."""
    named, _ = recipes.known(corpus.workspace.root)
    labels = {ALL: "All documents", **recipes.labels_of(named)}
    asked = str(st.query_params.get(KEPT) or st.session_state.get(KEPT) or ALL)
    shown, problem = recipes.find(asked, named) if asked else (None, None)
    if shown is not None and shown.edited:
        labels[asked] = f"edited · {shown.recipe.label}"
    elif shown is None and problem is not None:
        empty.say(problem.sentence, problem.next_step, tone="warn")
        asked = ALL
    _keep(asked)
    st.session_state["kept_pick"] = asked
    st.selectbox(
        "Documents of both",
        list(labels),
        format_func=lambda one: labels[one] if one == ALL else f"Kept by {labels[one]}",
        label_visibility="collapsed",
        key="kept_pick",
        on_change=lambda: _keep(st.session_state["kept_pick"] or ALL),
        width=240,
    )


def _keep(asked: str) -> None:
    st.session_state[KEPT] = asked
    if asked:
        st.query_params[KEPT] = asked
    else:
        st.query_params.pop(KEPT, None)


def _narrowed(a: Corpus, b: Corpus) -> tuple[Corpus, Corpus]:
    """Both corpora, narrowed to the conditions and to what the recipe keeps."""
    steps = conditions.narrowed(a).where
    asked = str(st.session_state.get(KEPT) or ALL)
    shown = recipes.find(asked, recipes.known(a.workspace.root)[0])[0] if asked else None
    found = []
    for one in (a, b):
        rules = list(steps)
        if shown is not None:
            needed.require_for(one, shown.recipe)
            rules += cache.awaited(_resolved, one, shown.recipe.steps)
        try:
            view = one.narrowed(resolve(one, rules))
        except AssayError as problem:
            empty.stop(
                f"The conditions cannot be asked of {one.workspace.name}: {problem.sentence}",
                "Take them away, or choose another corpus.",
                tone="warn",
                action=Action("Take all conditions away", conditions.clear, ":material/close:"),
            )
        if not view.documents:
            empty.stop(
                f"No document of {one.workspace.name} is left.", "Take a condition or the recipe away."
            )
        found.append(view)
    return found[0], found[1]


def _resolved(corpus: Corpus, steps: tuple[Any, ...]) -> tuple[Any, ...]:
    return resolve(corpus, steps)


def _unit(columns: Alike, a: Corpus, b: Corpus) -> str:
    """What amounts are shares of: documents where the two corpora count something else in another way."""
    unit = head.unit()
    if unit == "documents" or unit in columns.both:
        return unit
    if unit in columns.otherwise and unit == TOKENS:
        names = [tokenizer(one.columns[TOKENS]) or "another tokenizer" for one in (a, b)]
        why = f"The tokens of A were counted with {names[0]} and those of B with {names[1]}"
        step = "Measure one of them again with the other's tokenizer to compare tokens."
    else:
        lacks = (a if unit not in a.ready() else b).workspace
        why, step = (
            f"The {unit} of {lacks.name} are not measured",
            f"Measure them with: {command('measure', lacks.root)}",
        )
    empty.say(f"{why}, so documents are compared.", step, tone="warn")
    return "documents"


# ---------------------------------------------------------------------------------- by text


def _by_text(a: Corpus, b: Corpus) -> tuple[Corpus, Corpus, str]:
    """Both with a hash of each text, and its column. Stops the page until these are computed."""
    to_read = [one for one in (a, b) if not is_hashed(one.workspace, cache.folder(one))]
    if to_read:
        size = sum(text_size(one.workspace) for one in to_read)
        if not st.session_state.get(READING):
            empty.stop(
                f"To tell equal texts all text is read once: {numbers.size(size)}, "
                f"{numbers.about(size / A_SECOND)}.",
                "It can be stopped; what it finds is kept, 8 bytes a document.",
                action=Action("Read the texts", lambda: _reading(True), ":material/play_arrow:"),
            )
        said = f"Reading {numbers.size(size)} of text"
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reading_bar"):
            bar = st.progress(0.0, said)
            st.button("Stop", icon=":material/stop:", key="reading_stop", on_click=_stop_reading)
        try:
            cache.awaited(_hash_both, a.whole, Other(b.whole), told=lambda share: bar.progress(share, said))
        except AssayError as problem:
            _reading(False)
            empty.stop(problem.sentence, problem.next_step, tone="error")
        _reading(False)
        st.rerun()
    return hashed(a, cache.folder(a)), hashed(b, cache.folder(b)), TEXT_HASH


def _reading(on: bool) -> None:
    st.session_state[READING] = on


def _stop_reading() -> None:
    _reading(False)
    choose(SAME, "key")


def _hash_both(corpus: Corpus, other: Other) -> bool:
    sizes = [text_size(one.workspace) for one in (corpus, other.corpus)]
    middle = sizes[0] / max(sum(sizes), 1)
    hashed(corpus, cache.folder(corpus), 0.0, middle)
    hashed(other.corpus, cache.folder(other.corpus), middle, 1.0)
    going(1.0)
    return True


# ---------------------------------------------------------------------------------- what is asked


def _between(
    corpus: Corpus, other: Other, by: str, units: tuple[str, ...], seed: int, about: int | None
) -> Between:
    return between(corpus, other.corpus, by, units, wordings.MOST, seed, about)


def _shifted(corpus: Corpus, other: Other, names: tuple[str, ...], by: str, most: int) -> shifts.Shifts:
    return shifts.shifts_of(parted_between(corpus, other.corpus, names, by, most))


def _labels(corpus: Corpus, other: Other, label: str, by: str, most: int) -> Any:
    return labels_between(corpus, other.corpus, label, by, most)


def _wording(corpus: Corpus, other: Other, of_a: tuple[int, ...], of_b: tuple[int, ...]) -> Wording:
    return wording(corpus.texts(of_a), other.corpus.texts(of_b))


# ---------------------------------------------------------------------------------- what is drawn


def _strip(found: Between, a: Corpus, b: Corpus, unit: str, by: str, first: bool) -> None:
    """How much each has, and how much of it is the same; a bar of the three parts."""
    union = _added(found.both, found.only_a, found.only_b)
    same = _share(found.both, union, "documents")
    of_unit = "" if unit == "documents" else f" in {unit}"  # the large numbers count documents
    figures = [
        Figure(label, numbers.whole(amount.documents), note)
        for label, amount, note in (
            ("A", found.a, _amount(found.a, unit)),
            ("B", found.b, _amount(found.b, unit)),
            (
                "In both",
                found.both,
                f"{numbers.percent(_share(found.both, found.a, unit))} of A, "
                f"{numbers.percent(_share(found.both, found.b, unit))} of B{of_unit}",
            ),
            (
                "Only in A",
                found.only_a,
                f"{numbers.percent(_share(found.only_a, found.a, unit))} of A{of_unit}",
            ),
            (
                "Only in B",
                found.only_b,
                f"{numbers.percent(_share(found.only_b, found.b, unit))} of B{of_unit}",
            ),
        )
    ]
    tokens = ""
    if found.both.tokens is not None and union.tokens:
        tokens = f"{numbers.percent(_share(found.both, union, TOKENS))} in tokens"
    figures.append(Figure("Overlap", numbers.percent(same), tokens))
    head.strip(figures)
    estimated = ""
    if first and same is not None:
        estimated = f", {numbers.interval(*wilson(same, max(found.either * found.looked_at, 1)))}"
    badge = soon.badge(needed.whole(a) if needed.whole(a) != head.EXACT else needed.whole(b), None)
    if first:
        badge = head.sampled(round((found.a.documents + found.b.documents) * found.looked_at))
    twice = (
        f" · {numbers.count(found.copies_a, 'document')} of A and {numbers.whole(found.copies_b)} of B "
        "repeat another one; copies are paired one to one"
        if found.copies_a + found.copies_b
        else " · no document stands twice in either"
    )
    head.caption(
        f"Of the documents of A or B, {numbers.per_cent(same)} are in both"
        if same is not None
        else "Both are empty",
        note=f"Share of {unit} by who has it · {SAME_BY[by]} · overlap: documents of both over those of "
        f"either{estimated}{twice}",
        badge=badge,
    )
    parts = [("only A", found.only_a, "whole"), ("both", found.both, "kept"), ("only B", found.only_b, "t3")]
    shares = [(name, _share(amount, union, unit) or 0.0, tone) for name, amount, tone in parts]
    bars.bar(
        "overlap",
        [Piece(name, share, tone) for name, share, tone in shares],
        unit,
        height=14,
        lines=[[Word(name, numbers.percent(share)) for name, share, _ in shares]],
    )


def _columns_said(columns: Alike) -> None:
    """What is compared, and every column that is not."""
    rows = [
        Fact(name, ", ".join(some))
        for name, some in (
            ("only A has", columns.only_a),
            ("only B has", columns.only_b),
            ("made otherwise", columns.otherwise),
        )
        if some
    ]
    left = len(columns.only_a) + len(columns.only_b) + len(columns.otherwise)
    with st.container(horizontal=True, vertical_alignment="center", key="lower_columns"):
        head.caption(
            f"{numbers.count(len(columns.both), 'column')} can be compared",
            note=f"{numbers.count(left, 'column')} cannot" if left else "Both have the same columns",
        )
        if rows:
            with st.popover("Which cannot", icon=":material/view_column:"):
                facts.facts("not_compared", rows)


def _examples(found: Between, a: Corpus, b: Corpus, name: str) -> None:
    """Documents that only one of the corpora has, drawn by the seed; each opens in its own corpus."""
    with st.container(horizontal=True, vertical_alignment="center", key="lower_differences"):
        head.section("What only one of them has", line=False)
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", wrap=False, width="content"):
            readings.seed_box()
    for column, side, corpus, ids, amount, own in zip(
        st.columns(2, gap="large"),
        "AB",
        (a, b),
        (found.drawn_a, found.drawn_b),
        (found.only_a, found.only_b),
        (None, name),
        strict=True,
    ):
        with column:
            excerpts(
                f"only_{side}",
                _rows(corpus, ids[:A_SIDE], side),
                opening.opener(corpus.whole, own),
                title=f"Only in {side}",
                note=f" {numbers.count(amount.documents, 'document')}",
                tone="plain",
                nothing=f"All of {side} is in {'B' if side == 'A' else 'A'} too.",
            )


def _rows(corpus: Corpus, ids: Sequence[int], side: str) -> list[Excerpt]:
    if not ids:
        return []
    texts = cache.cached(beginnings, corpus.whole, tuple(ids))
    return [
        Excerpt(
            id=f"{row['doc_id']} {row['key']}",
            lead=f"only in {side}",
            about=opening.about(row),
            doc=str(row["doc_id"]),
            text=row["text"] or "",
        )
        for row in texts.iter_rows(named=True)
    ]


def _words(later: Later, found: Between, a: Corpus, other: Other, seed: int) -> None:
    """Words by which the texts differ; what both have stands in for a side that has nothing alone."""
    sides = [
        (found.drawn_a, "only in A") if found.drawn_a else (found.drawn_both_a, "both"),
        (found.drawn_b, "only in B") if found.drawn_b else (found.drawn_both_b, "both"),
    ]
    if not (found.drawn_a or found.drawn_b) or not all(ids for ids, _ in sides) or wordings.waits(later):
        return
    told = cache.awaited(_wording, a, other, sides[0][0], sides[1][0])
    wordings.show(told, [said for _, said in sides], seed)


def _badge(a: Corpus, b: Corpus, names: Sequence[str], largest: int, part: int | None) -> Badge:
    """How sure shifts are."""
    if part is not None:
        return head.sampled(part)
    if largest > COUNTED:
        return soon.drawn(COUNTED)
    badge = needed.badge(a, names)
    return badge if badge != head.EXACT else needed.badge(b, names)


def _amount(amount: Amount, unit: str) -> str:
    size = getattr(amount, unit)
    if unit == "documents" or size is None:
        return "documents"
    return f"{numbers.amount(size, unit)}{'' if unit == BYTES else f' {unit}'}"


def _share(part: Amount, whole: Amount, unit: str) -> float | None:
    some, every = getattr(part, unit), getattr(whole, unit)
    return some / every if every and some is not None else None


def _added(*amounts: Amount) -> Amount:
    sizes = [[getattr(amount, name) for amount in amounts] for name in UNITS]
    return Amount(
        sum(amount.documents for amount in amounts),
        *(None if None in some else sum(some) for some in sizes),
    )
