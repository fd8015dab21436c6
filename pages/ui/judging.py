"""Judge what a recipe did: one document at a time, keep, drop or unsure by a key; how often it was right.

What is judged is drawn at random, or along one rule's limit; the reason is hidden until the verdict is given,
unless it is wished. The judge's name is asked once and never in the address; the last one given is
the next session's until another is typed.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
import xxhash

from analytics.estimates import Z
from analytics.judged import of_judged, standings
from analytics.judging import Agreement, Rate, Standing, agreements, done, sayings
from analytics.preview import Preview
from analytics.recipe import Recipe
from indexes.columns import JUDGED
from indexes.corpus import Corpus
from indexes.judgements import add_judgements, digest, read_judgements, refresh_column
from indexes.last_name import remember_name
from indexes.queries.beginnings import LONGEST, beginnings
from indexes.queries.document import about, address, dropped_as
from indexes.queries.judged import decided, first_of, to_judge
from indexes.verdicts import (
    BORDERLINE,
    BOTH,
    CHOSEN,
    DROP,
    KEEP,
    KEPT,
    LONGEST_NAME,
    OF_A_RULE,
    REMOVED,
    REMOVED_BY,
    UNSURE,
    Asked,
    Judgement,
    key_text,
    latest,
    now,
    verdicts,
)
from pages.ui import cache, empty, head, highlight, numbers, opening, pinning, problems, readings, state
from pages.ui.component import component
from pages.ui.escape import markdown, markup
from pages.ui.launch import launch

NAMES = {
    "both": BOTH,
    "removed": REMOVED,
    "kept": KEPT,
    "one rule": REMOVED_BY,
    "borderline": BORDERLINE,
}
"""What the switch says, and the list it stands for."""
SAID = {
    BOTH: "drawn at random from both sides",
    REMOVED: "drawn at random among the removed",
    KEPT: "drawn at random among the kept",
    REMOVED_BY: "drawn at random among those that one rule removes",
    BORDERLINE: "nearest one rule's limit, from both sides; in no rate",
}
OF_ITS_RULE = (
    "A verdict counts for the rule it was asked under, so another rule may ask about the same document "
    "again: passing it over would make what is left no random draw."
)
KEYS = {KEEP: ("Keep", "K"), DROP: ("Drop", "D"), UNSURE: ("Unsure", "U")}
AT_ONCE = 100
"""Documents of a list that are looked up at once."""
PAIRS = 6
"""Pairs of people whose agreement is said, those of most documents."""
FEWEST = 20
"""Documents below which the interval of a kappa, made for large samples, says nothing."""
HIGH = 420
"""Pixels of the text's frame: what stands below it stays where it is."""

WHO, TYPED = "judge_who", "judge_typed"
NOTE, NOTICE, LAST = "judge_note", "judge_notice", "judge_last"
AGAIN, RETURNS = "judge_again", "judge_returns"
OF, NOTE_OF = "judge_of", "judge_note_of"

_judged = component("judged")


@dataclass(frozen=True)
class Turn:
    """A document to be judged, and what it was drawn for."""

    row: Mapping[str, Any]
    asked: Asked
    recipe: str
    recipe_hash: str

    @property
    def key(self) -> str:
        return key_text(int(self.row["key"]))


@st.fragment
def judge(corpus: Corpus, found: Preview, unit: str) -> None:
    """This part of a page; a verdict draws only it anew."""
    _forget_others(corpus, found)
    _recall()
    with problems.told():
        rows = read_judgements(corpus.workspace.root)
        asked = replace(_bar(found, rows), where=_where(corpus))
        turn, drawn = _next(corpus, found, asked, rows)
        left, right = st.columns([60, 40], gap="large")
        with left:
            _one(corpus, found, turn, rows)
        with right:
            _rates(corpus, found, rows, drawn)


def _forget_others(corpus: Corpus, found: Preview) -> None:
    """Let go of what was judged elsewhere: a number names another document there, a step another rule."""
    of = (corpus.workspace.root, corpus.fingerprint, _where(corpus), found.recipe.hash)
    if st.session_state.get(OF) != of:
        for key in (AGAIN, LAST, RETURNS):
            st.session_state.pop(key, None)
        st.session_state[OF] = of


def _where(corpus: Corpus) -> str:
    """A hash of the conditions that narrow a corpus; empty for none."""
    return xxhash.xxh3_64_hexdigest(repr(corpus.where).encode()) if corpus.where else ""


def _bar(found: Preview, rows: Sequence[Judgement]) -> Asked:
    """Who judges, and which list."""
    who = st.session_state.get(WHO, "")
    mine = [row for row in latest(rows) if row.who == who]
    reasons = list(dict.fromkeys(step.reason for step in found.steps))
    with st.container(horizontal=True, vertical_alignment="center", key="lower_judge"):
        chosen = NAMES[st.session_state.get("ask") or "both"]
        judged = f"{numbers.count(len(mine), 'document')} judged by you · " if who else ""
        head.section("Judge", f"{judged}{SAID[chosen]}", line=False)
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.toggle("Hide the reason", value=True, key="hide")
            readings.seed_box()
            names = list(NAMES) if reasons else list(NAMES)[:3]
            state.stay("ask")
            st.segmented_control(
                "Which documents",
                names,
                default="both",
                required=True,
                label_visibility="collapsed",
                key="ask",
                bind="query-params",
            )
    listed = NAMES[st.session_state["ask"] or "both"]
    rule = None
    if listed in OF_A_RULE:
        labels = {markdown(reason.replace("_", " ")): reason for reason in reasons}
        pill = st.pills(
            "Of which rule",
            list(labels),
            default=next(iter(labels)),
            required=True,
            label_visibility="collapsed",
            key=f"ask_rule_{found.recipe.name}",
        )
        rule = labels.get(str(pill), reasons[0])
        _quiet(OF_ITS_RULE)
    says = "" if rule is None else sayings(found.steps)[rule]
    seed, hidden = int(st.session_state["seed"] or 0), bool(st.session_state["hide"])
    return Asked(listed, rule, seed, hidden, says=says)


# ---------------------------------------------------------------------------------- one document


def _one(corpus: Corpus, found: Preview, following: Turn | None, rows: Sequence[Judgement]) -> None:
    if not st.session_state.get(WHO):
        _ask_name(rows)
    notice = st.session_state.pop(NOTICE, None)
    if notice is not None:
        empty.say(notice[0], notice[1], tone="warn")
    who = str(st.session_state.get(WHO, ""))
    turn = st.session_state.get(AGAIN) or following
    if turn is None:
        judged = any(row.who == who and row.asked for row in rows)
        none = "You have judged every document of this list." if judged else "No document is in this list."
        empty.say(none, "Choose another list, or another recipe.")
        _buttons(corpus, None)
        return
    _buttons(corpus, turn)
    _lead(corpus, found, turn, rows, who)
    doc_id = int(turn.row["doc_id"])
    [row] = cache.cached(beginnings, corpus, (doc_id,)).iter_rows(named=True)
    with st.container(height=HIGH, key="judge_text"):
        highlight.text(f"judge_{turn.key}", row["text"] or "", nothing="This document has no text.")
    _last()
    pairs = sorted(agreements(rows), key=lambda pair: -pair.documents)
    _quiet(*map(_agreement, pairs[:PAIRS]))


def _ask_name(rows: Sequence[Judgement]) -> None:
    people = sorted({row.who for row in rows})
    st.text_input(
        "Your name",
        key=TYPED,
        max_chars=LONGEST_NAME,
        on_change=_named,
        placeholder="such as anna",
        help=markdown(f"Judged here so far: {', '.join(people[:20])}") if people else None,
        width=360,
    )


def _recall() -> None:
    """Begin a session with the name given last; it stands beside the keys, where another can be typed."""
    if WHO not in st.session_state and (name := pinning.who().strip()):
        st.session_state[WHO] = name


def _named() -> None:
    name = str(st.session_state.get(TYPED, "")).strip()
    if name:
        st.session_state[WHO] = name
        remember_name(launch().home, name)


def _other_name() -> None:
    for key in (TYPED, AGAIN, LAST, RETURNS):
        st.session_state.pop(key, None)
    st.session_state[WHO] = ""  # not the one given last


def _buttons(corpus: Corpus, turn: Turn | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="judge_keys"):
        _keys(corpus, turn, _judge)
        returns = st.session_state.get(RETURNS, ())
        st.button("Back", shortcut="B", on_click=_back, disabled=not returns, key="judge_back")
        _name_button()


def _keys(corpus: Corpus, turn: Turn | None, judge: Callable[[Corpus, Turn, str], None]) -> None:
    """Keep, drop, unsure, and a note, which is empty for each document anew."""
    of = None if turn is None else (corpus.workspace.root, turn.recipe_hash, turn.key)
    if st.session_state.get(NOTE_OF) != of:
        st.session_state[NOTE], st.session_state[NOTE_OF] = "", of
    idle = turn is None or not st.session_state.get(WHO)
    for verdict, (words, key) in KEYS.items():
        st.button(
            words,
            shortcut=key,
            disabled=idle,
            on_click=judge,
            args=(corpus, turn, verdict),
            key=f"judge_{verdict}",
        )
    st.text_input(
        "Note",
        key=NOTE,
        placeholder="A note, then Tab",
        label_visibility="collapsed",
        disabled=idle,
        width="stretch",
    )


def _name_button() -> None:
    who = str(st.session_state.get(WHO, ""))
    if who:
        st.button(markdown(who), on_click=_other_name, type="tertiary", help="Judge under another name")


def _judge(corpus: Corpus, turn: Turn, verdict: str) -> None:
    """Write a verdict down. The note goes with it, and the next document comes."""
    with problems.kept():
        _write(corpus, turn, verdict)
        st.session_state[NOTE] = ""
        st.session_state[LAST] = (turn, verdict)
        st.session_state[RETURNS] = (*st.session_state.get(RETURNS, ()), turn)
        st.session_state.pop(AGAIN, None)
        root = corpus.workspace.root
        present = cache.open_corpus(root)
        if not first_of(present, [int(turn.row["key"])]):
            why = dropped_as(present, turn.key)
            st.session_state[NOTICE] = (
                "The document that you judged was dropped from the corpus meanwhile: it counts in no rate.",
                f"The reason given: {why} Your judgement is kept, should the drop be undone." if why else "",
            )


def _write(corpus: Corpus, turn: Turn, verdict: str) -> None:
    """Put a judgement into the file of who judges.

    Raises:
        BadJudgements: it cannot be written.
    """
    who, root = str(st.session_state[WHO]), corpus.workspace.root
    known = about(corpus, [int(turn.row["doc_id"])], ["id"] if "id" in corpus.ready() else [])
    id = known["id"][0] if "id" in known.columns and known.height else None
    row = Judgement(
        turn.key,
        who,
        now(),
        verdict,
        id=None if id is None else str(id),
        note=str(st.session_state.get(NOTE) or "").strip(),
        recipe=turn.recipe,
        recipe_hash=turn.recipe_hash,
        asked=turn.asked,
    )
    add_judgements(root, [row])


def _back() -> None:
    *before, turn = st.session_state[RETURNS]
    st.session_state[RETURNS] = tuple(before)
    st.session_state[AGAIN] = turn
    st.session_state.pop(LAST, None)


def _next(
    corpus: Corpus, found: Preview, asked: Asked, rows: Sequence[Judgement]
) -> tuple[Turn | None, list[int]]:
    """The first document of a list that this person was not asked about in it; the keys that were drawn."""
    who = str(st.session_state.get(WHO, ""))
    over = done(asked, found.recipe.hash, sayings(found.steps), [row for row in rows if row.who == who])
    n, seen = AT_ONCE, -1
    while True:
        drawn = cache.cached(to_judge, corpus, found.steps, replace(asked, hidden=False), n)
        for row in drawn.iter_rows(named=True):
            if key_text(row["key"]) not in over:
                return Turn(row, asked, found.recipe.name, found.recipe.hash), drawn["key"].to_list()
        if drawn.height == seen:
            return None, drawn["key"].to_list()
        n, seen = 4 * n, drawn.height


def _lead(corpus: Corpus, found: Preview, turn: Turn, rows: Sequence[Judgement], who: str) -> None:
    """What this document is, why it stands here, and what was said of it before."""
    doc_id = int(turn.row["doc_id"])
    [row] = cache.cached(beginnings, corpus, (doc_id,)).iter_rows(named=True)
    before = {other.key: other.verdict for other in latest(rows) if other.who == who}.get(turn.key)
    said = f" · you said {before}" if before else ""
    if len(row["text"] or "") >= LONGEST:
        said += f" · the first {numbers.whole(LONGEST)} characters"
    title = "Should it be kept?" if turn.asked.hidden else _why(turn, found)
    with st.container(horizontal=True, vertical_alignment="center", key="judge_lead"):
        head.caption(title, note=f"{opening.about(row)} · document {numbers.whole(doc_id)}{said}")
        st.space("stretch")
        st.button(
            "Open", on_click=_open, args=(corpus, turn), icon=":material/open_in_new:", key="judge_open"
        )


def _open(corpus: Corpus, turn: Turn) -> None:
    state.go(opening.PAGE, doc=address(corpus.whole, int(turn.row["doc_id"]), int(turn.row["key"])))


def _why(turn: Turn, found: Preview) -> str:
    which = KEPT if turn.row["kept"] else REMOVED
    lead = readings.lead(dict(turn.row), found.steps, which)
    return f"{which.capitalize()}: {lead}" if which == REMOVED or turn.asked.rule else "Kept by all rules"


def _last() -> None:
    """What became of the document before, once its verdict is given."""
    if st.session_state.get(LAST) is None:
        return
    turn, verdict = st.session_state[LAST]
    what = "kept" if turn.row["kept"] else f"removed for {', '.join(turn.row['reasons'])}"
    agreed = verdict != UNSURE and (verdict == KEEP) == bool(turn.row["kept"])
    mark = "" if verdict == UNSURE else " ✓" if agreed else " ✗"
    _quiet(f"The last one: you said {verdict}; the recipe has it {what}{mark}")


def _quiet(*sentences: str) -> None:
    if sentences:
        st.html("".join(f'<p class="rs">{head.steady(markup(sentence))}</p>' for sentence in sentences))


# ---------------------------------------------------------------------------------- by hand


@st.fragment
def by_hand(corpus: Corpus, doc_id: int, key: int, recipe: Recipe | None) -> None:
    """Judge the document that is read, by the same keys; chosen and not drawn, it is in no rate.

    Args:
        corpus: where it is.
        doc_id: of the document.
        key: as well.
        recipe: that is looked at, if any.
    """
    name, recipe_hash = ("", "") if recipe is None else (recipe.name, recipe.hash)
    turn = Turn({"doc_id": doc_id, "key": key}, Asked(CHOSEN), name, recipe_hash)
    _recall()
    with problems.told():
        rows = read_judgements(corpus.workspace.root)
        if not st.session_state.get(WHO):
            _ask_name(rows)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="judge_keys"):
            _keys(corpus, turn, _judge_by_hand)
            _name_button()
        said = [row for row in latest(rows) if row.key == turn.key]
        _quiet(*(_said(row) for row in said[-PAIRS:]))


def _judge_by_hand(corpus: Corpus, turn: Turn, verdict: str) -> None:
    with problems.kept():
        _write(corpus, turn, verdict)
        st.session_state[NOTE] = ""


def _said(row: Judgement) -> str:
    who = "You" if row.who == st.session_state.get(WHO) else row.who
    return f"{who} said {row.verdict}{f': {row.note}' if row.note else ''}"


# ---------------------------------------------------------------------------------- how it stands


def _rates(corpus: Corpus, found: Preview, rows: Sequence[Judgement], drawn: Sequence[int]) -> None:
    said = verdicts(rows)
    # Those that come next are asked for with those judged, so that the next verdict needs no other scan.
    keys = tuple(sorted({*drawn, *(int(key, 16) for key in said)}))
    known = cache.cached(decided, corpus, found.steps, keys)
    judged = of_judged(known, found.steps, found.recipe.hash, rows, _where(corpus))
    counted = [document for document in judged if document.lists]
    standing = standings(found.funnel, judged)
    head.caption(
        _title(standing),
        note=f"{numbers.count(len(counted), 'judged document')} drawn under these limits · "
        "line: 95 % interval · unsure ones apart · each rule counts all that fail it",
    )
    heads = ["", "right to remove", "wrong to keep"]
    _judged(data={"heads": heads, "rows": [_row(one) for one in _worst_first(standing)]}, key="judged")
    there = sum(key_text(key) in said for key in cache.cached(first_of, corpus.whole, keys))
    others, gone, outside = len(judged) - len(counted), len(said) - there, there - len(judged)
    if others:
        _quiet(
            f"In no rate: {numbers.count(others, 'document')} judged under other limits or chosen by hand."
        )
    if gone:
        _quiet(f"In no rate: {numbers.count(gone, 'document')} dropped since, or of another corpus.")
    if outside:
        _quiet(
            f"In no rate: {numbers.count(outside, 'document')} outside the part looked at, or not measured."
        )
    column = corpus.columns.get(JUDGED)
    if rows and (column is None or column.lineage.get("judgements") != digest(said)):
        st.button(
            "Take these into the column judged",
            on_click=_as_column,
            args=(corpus,),
            icon=":material/table_rows:",
            help="Rules and pages can then read it, such as: judged is not drop.",
            key="judge_column",
        )


def _as_column(corpus: Corpus) -> None:
    with problems.kept():
        refresh_column(corpus.workspace.root)


def _title(standing: Sequence[Standing]) -> str:
    """Which rule removes most that should stay, and whether that is sure; else how right the recipe is."""
    recipe, *rules = standing
    wrong = [
        (amount, one)
        for one in rules
        if (amount := one.wrongly_removed) is not None and amount[0] > 0 and not one.too_few
    ]
    if wrong and len(rules) > 1:
        (middle, low, _), worst = max(wrong, key=lambda pair: pair[0][0])
        name = (worst.reason or "").replace("_", " ")
        most = [_most_wrong(one) for one in rules if one is not worst]
        sure = "" if low > max(most) else "; not sure yet"
        alone = _alone(worst)
        only = "" if alone is None else f"; only this rule removes {_about(alone)}"
        return f"{name} wrongly removes most: about {_about(middle)} documents{only}{sure}"
    if not recipe.precision.judged or recipe.too_few:
        return "How often it is right"
    return f"{numbers.per_cent(recipe.precision.value)} of what it removes should be removed"


def _alone(one: Standing) -> int | None:
    """Documents that a rule is alone to remove, where others remove some of its own too."""
    return one.only_this if one.only_this is not None and one.only_this < (one.removed or 0) else None


def _most_wrong(one: Standing) -> float:
    """So many documents, at the most, a rule removes that should stay; of one not judged, all of them."""
    if one.wrongly_removed is not None:
        return one.wrongly_removed[2]
    return math.inf if one.removed is None else one.removed


def _worst_first(standing: Sequence[Standing]) -> list[Standing]:
    """The recipe, then the rules by what they wrongly remove; those hardly judged come last."""
    recipe, *rules = standing

    def place(one: Standing) -> float:
        wrong = one.wrongly_removed
        return 2.0 if wrong is None else 1.0 if one.too_few else -wrong[0]

    return [recipe, *sorted(rules, key=place)]


def _row(one: Standing) -> dict[str, Any]:
    notes = []
    if one.wrongly_removed is not None:
        middle, low, high = one.wrongly_removed
        estimate = f"too few judged ({one.precision.judged})" if one.too_few else f"about {_about(middle)}"
        all_of_it = numbers.whole(one.removed or 0)
        notes.append(f"wrongly removed: {estimate}, {_about(low)} to {_about(high)} of {all_of_it}")
        if (alone := _alone(one)) is not None:
            notes.append(f"only this rule removes {numbers.whole(alone)}: no more come back without it")
    for side, found in (("removed", one.border_removed), ("kept", one.border_kept)):
        if found:
            should = found.get(DROP, 0)
            of = sum(found.values())
            notes.append(f"nearest its limit, {side}: {should} of {of} should go")
    name = "All rules" if one.reason is None else one.reason.replace("_", " ")
    none = "not judged" if one.removed != 0 else "removes none"
    precision = _rate(one.precision, none, too_few=one.too_few)
    return {"name": name, "notes": notes, "precision": precision, "misses": _rate(one.misses)}


def _about(documents: float) -> str:
    return numbers.whole(round(documents)) if documents < 1000 else numbers.short(documents)


def _rate(rate: Rate, none: str = "not judged", too_few: bool = False) -> dict[str, Any]:
    if too_few or math.isnan(rate.value):
        return {"value": None, "said": f"too few judged ({rate.judged})" if rate.judged else none}
    unsure = f" · {rate.unsure} unsure" if rate.unsure else ""
    return {
        "value": rate.value,
        "low": rate.low,
        "high": rate.high,
        "said": numbers.percent(rate.value),
        "interval": numbers.interval(rate.low, rate.high),
        "counts": f"{rate.hits} of {rate.judged}{unsure}",
    }


def _agreement(one: Agreement) -> str:
    both = f"{one.first} and {one.second} judged {numbers.count(one.documents, 'document')} both"
    same = f"{both} and agree on {numbers.per_cent(one.same)}"
    if math.isnan(one.kappa):
        return f"{same}; kappa is undefined, since they said one thing only."
    if one.documents < FEWEST:
        value = f"{one.kappa:.2f}".replace("-", numbers.MINUS)
        return f"{same}; Cohen's kappa {value}, of too few for an interval."
    low, high = (max(-1.0, one.kappa - Z * one.error), min(1.0, one.kappa + Z * one.error))
    ends = f"{one.kappa:.2f} (95{numbers.THIN}%: {low:.2f} to {high:.2f})".replace("-", numbers.MINUS)
    return f"{same}; Cohen's kappa {ends}."
