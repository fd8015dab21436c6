"""The reader: one document, its text and metadata, where it lies in the corpus, what each rule says of it.

It opens from every page, by ``opening.opener`` or by ``doc`` in the address, which is made of its key.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import streamlit as st

from analytics.places import causes
from analytics.recipe import Recipe
from indexes.columns import DOC_ID, FIELDS, KEY, MISSING, RANDOM, SINCE_1970, SOURCE, TOKENS, Column
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.pins import LONGEST_NAME
from indexes.queries.document import (
    about,
    address,
    dropped_as,
    find,
    grids,
    row,
    share_below,
)
from indexes.queries.shapes import is_log
from indexes.queries.top import resolve
from indexes.queries.verdict import verdict
from indexes.rule import Rule, Step
from indexes.texts import is_utf8, read_texts
from pages.ui import (
    cache,
    empty,
    families,
    head,
    highlight,
    judging,
    numbers,
    order,
    pinning,
    problems,
    readings,
    recipes,
    sentence,
)
from pages.ui.empty import Action
from pages.ui.escape import markup
from pages.ui.facts import Fact, copy_button, facts
from pages.ui.tracks import Track, tracks

DOC, FIND, PART, AS = "doc", "find", "part", "as"
SHOWN_AS = ("text", "raw")
EVERY = "every"
MANY = 60
"""Columns of numbers that are shown at once; of more, the first families until all are asked for."""
AT_A_TIME = 50_000
"""Bytes of text on the page."""
LONGEST = 400
"""Characters of a value in the metadata."""
NAMES = {"license": "licence"}


# ---------------------------------------------------------------------------------- which one


def asked() -> str | None:
    """The address of the document that is read; None for the list."""
    said = st.query_params.get(DOC) or st.session_state.get(DOC)
    if said:
        st.session_state[DOC] = st.query_params[DOC] = said
    return said


def show(said: str | None) -> None:
    """Read another document from the next run on, or go back to the list. For callbacks."""
    for key in (DOC, PART):
        st.query_params.pop(key, None)
        st.session_state.pop(key, None)
    if said:
        st.session_state[DOC] = st.query_params[DOC] = said


def found(corpus: Corpus, said: str) -> dict[str, Any]:
    """Every plain column of a document. Stops the page with a sentence where there is none."""
    doc_id = cache.cached(find, corpus, said)
    known = None if doc_id is None else cache.cached(row, corpus, doc_id)
    if known is None:
        reason = cache.cached(dropped_as, corpus, said)
        back = Action("All documents", lambda: show(None), ":material/list:")
        if reason is not None:
            empty.stop(
                "This document was dropped from the corpus.", f"The reason given: {reason}", action=back
            )
        empty.stop(
            f"No document of this corpus is called {said[:80]}.",
            "A document is named by its doc_id, its source id, its URL, or the address of its page.",
            action=back,
        )
    return known


def search_box(corpus: Corpus) -> None:
    """Opens a document by ``doc_id``, source id or URL."""
    st.text_input(
        "Open a document",
        key=FIND,
        placeholder="doc_id, source id or URL",
        icon=":material/search:",
        label_visibility="collapsed",
        on_change=lambda: _search(corpus),
        width=250,
    )


def _search(corpus: Corpus) -> None:
    said = str(st.session_state[FIND]).strip()
    if not said:
        return
    doc_id = cache.cached(find, corpus, said)
    st.session_state[FIND] = ""
    show(said if doc_id is None else address_of(corpus, doc_id))


def address_of(corpus: Corpus, doc_id: int) -> str:
    """The address of a document by its number."""
    return address(corpus, doc_id, int(about(corpus, [doc_id], [])[KEY][0]))


# ---------------------------------------------------------------------------------- the page


def draw(corpus: Corpus, said: str) -> None:
    """The document of an address: bar, text, and beside it all that is known of it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
        search_box(corpus)
        left = st.container(horizontal=True, vertical_alignment="center", width="content")
        right = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right")
    known = found(corpus, said)
    doc_id = int(known[DOC_ID])
    with left:
        _walk(corpus, doc_id)
    with right:
        _how()
    text, beside = st.columns([60, 40], gap="large")
    raw: bytes | None = None
    with text, problems.told():
        [raw] = read_texts(corpus.workspace, [doc_id], as_it_lies=True)
        _text(corpus, known, raw)
    with right:
        copy_button("copy_json", "Copy as JSON", _json(known, raw))
    with beside:
        judging.by_hand(corpus, doc_id, int(known[KEY]), _recipe(corpus))
        _metadata(corpus, known)
        address_said = address_of(corpus.whole, doc_id)
        pinning.document_button(corpus.workspace.root, address_said, _called(known, raw))
        _signals(corpus, known)
        with problems.told():
            _verdict(corpus, doc_id, known)


def _called(known: Mapping[str, Any], raw: bytes | None) -> str:
    """What a document is called in a list: its title, or else the first words of its text, or its id."""
    first = (raw or b"")[: 8 * LONGEST_NAME].decode(errors="replace").split()
    return str(known.get("title") or " ".join(first) or known.get("url") or known.get("id") or "")


def _walk(corpus: Corpus, doc_id: int) -> None:
    st.button("All", icon=":material/list:", on_click=show, args=(None,), help="The list of all documents")
    way = _among_found(corpus, doc_id) or _among_all(corpus, doc_id)
    for other, words, key in ((way.before, "Previous", "Left"), (way.after, "Next", "Right")):
        st.button(
            words,
            shortcut=key,
            disabled=other is None,
            on_click=lambda other=other: show(address_of(corpus, other)),
            key=f"walk_{words}",
        )
    of = f"{numbers.whole(way.place)} of {numbers.whole(way.of)}"
    st.html(f'<div class="beside" title="{markup(way.said)}">{of}<div>{markup(way.short)}</div></div>')


@dataclass(frozen=True)
class _Way:
    """Where a document stands among those that are gone through, and which stand beside it."""

    before: int | None
    after: int | None
    place: int
    of: int
    said: str
    short: str


def _among_all(corpus: Corpus, doc_id: int) -> _Way:
    by = order.of_reader(corpus)
    before, after = (order.neighbour(corpus, by, doc_id, step) for step in (-1, 1))
    place = order.place(corpus, by, doc_id)
    return _Way(before, after, place, corpus.documents, order.said(by), order.short(by))


def _among_found(corpus: Corpus, doc_id: int) -> _Way | None:
    """Among those that were found to hold a sentence, where it was opened from their list."""
    found = sentence.found_so_far(corpus)
    if doc_id not in found:
        return None
    at = found.index(doc_id)
    before, after = found[at - 1] if at else None, found[at + 1] if at + 1 < len(found) else None
    return _Way(before, after, at + 1, len(found), "among the documents found so far", "found")


def _how() -> None:
    with st.container(key="lower_as", width="content"):
        st.segmented_control(
            "Shown as",
            SHOWN_AS,
            default=SHOWN_AS[0],
            required=True,
            label_visibility="collapsed",
            key=AS,
            bind="query-params",
        )


# ---------------------------------------------------------------------------------- the text


def _text(corpus: Corpus, known: dict[str, Any], raw: bytes | None) -> None:
    if raw is None:
        empty.say("This document has no text: it is null in its file.", "Its columns are beside.")
        return
    parts = parts_of(raw)
    at = _at(raw, parts)
    start, end = parts[at - 1]
    said = raw[start:end].decode("utf-8", "replace")
    if not is_utf8(raw):
        empty.say(
            "This text is not UTF-8, so nothing was measured of it.", "What cannot be read stands as �."
        )
    if len(parts) > 1:
        _turn(at, len(parts), len(raw), "above")
    shown = highlight.marked(said, _marks(corpus, known, said))
    looked_for = any(said == sentence.MARK for _, said in shown)
    highlight.text("text", shown, raw=st.session_state.get(AS) == SHOWN_AS[1], to_mark=looked_for)
    if len(parts) > 1:
        _turn(at, len(parts), len(raw), "below")


def _marks(corpus: Corpus, known: dict[str, Any], text: str) -> list[tuple[int, int, str]]:
    """The spans of a text to mark: of a sentence that was looked for, else of the recipe in the address.

    Those of a recipe are the spans for which it removes the document, each with its rule.
    """
    if asked_for := sentence.spans(text):
        return asked_for
    steps, answers = _answers(corpus, int(known[DOC_ID]))
    failed = [step for step, answer in zip(steps, answers or (), strict=False) if answer is False]
    return [(start, end, readings.cause(rule)) for start, end, rule in causes(failed, known, text)]


def _answers(corpus: Corpus, doc_id: int) -> tuple[Sequence[Step], tuple[bool | None, ...] | None]:
    """The steps of the recipe in the address, and what each says; no steps where there is none to ask.

    What is wrong with the recipe is said where the verdict stands.
    """
    recipe = _recipe(corpus)
    try:
        steps = () if recipe is None else cache.cached(resolve, corpus, recipe.steps)
        return steps, cache.cached(verdict, corpus, steps, doc_id)
    except AssayError:
        return (), ()


def _turn(at: int, parts: int, size: int, place: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"parts_{place}"):
        st.button("Earlier", disabled=at == 1, on_click=_go, args=(at - 1,), key=f"earlier_{place}")
        st.button("Later", disabled=at == parts, on_click=_go, args=(at + 1,), key=f"later_{place}")
        of = f"{numbers.whole(at)} of {numbers.whole(parts)} · {numbers.size(size)} in all"
        st.html(f'<span class="beside">part {of}</span>')


def _at(raw: bytes, parts: Sequence[tuple[int, int]]) -> int:
    """Which part is shown, from 1: that of the address, else where a sentence that was looked for begins."""
    said = str(st.query_params.get(PART) or "")
    if said.isdecimal() and len(said) < 9:
        return min(max(int(said), 1), len(parts))
    place = sentence.begins(raw) if len(parts) > 1 else None
    return 1 if place is None else next(at for at, (_, end) in enumerate(parts, 1) if place < end)


def _go(part: int) -> None:
    st.query_params[PART] = str(part)


def parts_of(raw: bytes, size: int = AT_A_TIME) -> list[tuple[int, int]]:
    """Where a text is cut for the page: first byte and the one after the last of each part, whole characters.

    Args:
        raw: UTF-8, or nearly.
        size: bytes of a part; a character that lies across its end begins the next one.
    """
    ends, end = [0], 0
    while end < len(raw):
        end = min(end + size, len(raw))
        back = end
        while back < len(raw) and back > end - 4 and raw[back] & 0xC0 == 0x80:  # inside a character
            back -= 1
        end = back if back > ends[-1] else end
        ends.append(end)
    return list(pairwise(ends)) or [(0, 0)]


def _json(known: dict[str, Any], raw: bytes | None) -> str:
    """The document as one line of JSON; of a long one, the part that is shown."""
    said = {**known, "text": None}
    if raw is not None:
        parts = parts_of(raw)
        at = _at(raw, parts)
        start, end = parts[at - 1]
        said["text"] = raw[start:end].decode("utf-8", "replace")
        if len(parts) > 1:
            said |= {"text_part": at, "text_parts": len(parts)}
    return json.dumps(said, ensure_ascii=False, default=str)


# ---------------------------------------------------------------------------------- beside it


def _metadata(corpus: Corpus, known: dict[str, Any]) -> None:
    workspace = corpus.workspace
    rows = [Fact(DOC_ID, str(known[DOC_ID]))]
    rows += [_fact(name, known[name]) for name in FIELDS if name in known]
    if known.get(TOKENS) is not None:
        parameters = corpus.columns[TOKENS].lineage.get("parameters", {})
        tokenizer = str(parameters.get("tokenizer", ""))
        said = f"{numbers.whole(known[TOKENS])}{f' ({tokenizer})' if tokenizer else ''}"
        rows.append(Fact(TOKENS, said))
    further = [name for name in known if name not in FIELDS and known[name] is not None]
    for name in further:
        if _told(corpus, name):
            rows.append(_fact(name, known[name]))
        elif name in corpus.columns and corpus.columns[name].unit == SINCE_1970:
            rows.append(Fact(name, numbers.in_full(known[name], SINCE_1970)))
    rows.append(Fact("shard", workspace.shard_of(int(known[DOC_ID])).name))
    facts("metadata", rows)


def _told(corpus: Corpus, name: str) -> bool:
    """Whether a column stands in the metadata; numbers stand beside the corpus's."""
    column = corpus.columns.get(name)
    return column is not None and column.type in ("text", "boolean", "date")


def _fact(name: str, value: object) -> Fact:
    said = None if value is None else str(value)
    cut = said if said is None or name in ("id", "url") or len(said) <= LONGEST else f"{said[:LONGEST]}…"
    plain = name.removeprefix(SOURCE)
    shown = name if name != plain and plain in FIELDS else NAMES.get(plain, plain)
    return Fact(shown, cut, copy=name in ("id", "url"))


def _signals(corpus: Corpus, known: dict[str, Any]) -> None:
    columns = [
        column
        for column in corpus.columns.values()
        if column.type in ("integer", "number")
        and column.name != RANDOM
        and column.state != MISSING
        and column.family not in corpus.faults
    ]
    columns.sort(key=lambda column: (column.kind != "signal", families.place(column.family, column.variant)))
    if not columns:
        return
    of_all = numbers.count(len(columns), "column")
    head.caption(
        "Where it lies in the corpus",
        note="(dot)this document · band: middle half of the corpus · right: value, percentile",
    )
    if len(columns) > MANY:
        st.toggle(f"All {of_all}", key=EVERY, bind="query-params")
        recipe = _recipe(corpus)
        reads = () if recipe is None else recipe.columns()
        if not st.session_state[EVERY]:
            columns = [column for column in columns if _first(column) or column.name in reads]
    grid = cache.cached(grids, corpus, tuple(column.name for column in columns))
    rows = []
    for column in columns:
        of, value = grid[column.name], known.get(column.name)
        here = None if value is None else float(value)
        ends = [of[len(of) * part // 200] if of else None for part in (2, 50, 150, 198)]
        rows.append(
            Track(
                name=column.name,
                value=here,
                low=ends[0],
                quarter=ends[1],
                three_quarters=ends[2],
                high=ends[3],
                percentile=share_below(of, here) if of and here is not None else None,
                unit=column.unit,
                log=bool(of) and is_log(column, of[0], of[len(of) // 2], of[-2]),
            )
        )
    tracks("signals", rows)


def _first(column: Column) -> bool:
    """Whether a column is shown before all are asked for: the usual signals and what came with the corpus."""
    return column.kind != "signal" or (column.family in families.FIRST and not column.variant)


def _recipe(corpus: Corpus) -> Recipe | None:
    """The recipe in the address; what is wrong with it is said where the verdict stands."""
    try:
        shown = recipes.asked(corpus.workspace.root)
    except AssayError:
        return None
    return None if shown is None else shown.recipe


def _verdict(corpus: Corpus, doc_id: int, known: dict[str, Any]) -> None:
    shown = recipes.asked(corpus.workspace.root)
    if shown is None:
        return
    steps = cache.cached(resolve, corpus, shown.recipe.steps)
    answers = cache.cached(verdict, corpus, steps, doc_id)
    label = f"{shown.recipe.label}{', edited' if shown.edited else ''}"
    if answers is None:
        head.caption("Not judged", note=f"{label} · a column that it needs is not measured here")
        return
    failed = [step for step, answer in zip(steps, answers, strict=True) if answer is not True]
    rules = numbers.count(len(steps), "rule")
    title = f"Removed by {numbers.whole(len(failed))} of {rules}" if failed else f"Kept by all of {rules}"
    head.caption(title if steps else "Kept: the recipe has no rules", note=label)
    facts("verdict", [_judged(step, answer, known) for step, answer in zip(steps, answers, strict=True)])


def _judged(step: Step, answer: bool | None, known: dict[str, Any]) -> Fact:
    name = step.reason.replace("_", " ")
    if answer is True:
        return Fact(name, f"✓ {step.sentence()}", tone="good")
    here = known.get(step.column) if isinstance(step, Rule) else None
    value = f"; here {here}" if here is not None else "; there is no value here" if answer is None else ""
    return Fact(name, f"{'?' if answer is None else '✗'} {step.sentence()}{value}", tone="bad")
