"""One rule under each implementation of its signal that is measured: what each keeps, and where they part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache as once

import pandas as pd
import streamlit as st

from analytics.signal import Signal, signal_families
from indexes.columns import MISSING, Column
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.queries.agreement import Agreement, agreement
from indexes.queries.beginnings import beginnings
from indexes.queries.document import about
from indexes.queries.examples import examples
from indexes.queries.top import resolve
from indexes.rule import Rule, Share, Step
from indexes.saying import command
from pages.ui import cache, empty, head, needed, numbers, opening, sentences, soon, state
from pages.ui.escape import markup
from pages.ui.excerpts import Excerpt, excerpts
from pages.ui.soon import Later

RULE = "rule"
A_SIDE = 3


@dataclass(frozen=True)
class Asked:
    """A rule as each implementation has it, what these keep, and of how many documents that is estimated."""

    rule: Rule
    each: tuple[Rule, ...]
    found: Agreement
    part: int | None


def variants(later: Later, corpus: Corpus, steps: tuple[Step, ...], unit: str) -> None:
    """Choose a rule of A; the keep rate under each implementation, where they differ, and documents."""
    rules: dict[str, Rule] = {}
    for rule in (rule for step in steps for rule in step.rules()):
        name = f"{rule.reason}.{rule.column}"
        if len(measured(corpus, rule)) > 1:
            rules[name if name not in rules else f"{name}.{len(rules)}"] = rule
    if not rules:
        head.section("Same rule, several implementations", line=False)
        empty.say(
            "No rule of A reads a signal that is measured here in several ways.",
            f"Measure every variant with: {command('measure', corpus.workspace.root, '--all')}",
        )
        return
    _variants(corpus, {name: _look(later, corpus, rule) for name, rule in rules.items()}, unit)


def _look(later: Later, corpus: Corpus, rule: Rule) -> Asked:
    each, part = _asked(corpus, rule), soon.part_of(corpus)
    found: Agreement = later.ask(agreement, corpus, each, first=None if part is None else (part, each))
    if part is None or not later.was_first:
        return Asked(rule, each, found, None)
    return Asked(rule, each, found.times(corpus.documents / part.documents), part.documents)


@st.fragment
def _variants(corpus: Corpus, rules: dict[str, Asked], unit: str) -> None:
    state.leave()
    with st.container(horizontal=True, vertical_alignment="center", key="lower_rule"):
        head.section("Same rule, several implementations", "with the same limit", line=False)
        st.space("stretch")
        if st.query_params.get(RULE) not in rules and st.session_state.get(RULE) not in rules:
            st.query_params.pop(RULE, None)
            st.session_state.pop(RULE, None)
        st.selectbox(
            "Rule of A",
            list(rules),
            index=_most_apart(rules),
            required=True,
            format_func=lambda name: sentences.sentence(_plain(rules[name].rule), 70),
            label_visibility="collapsed",
            key=RULE,
            bind="query-params",
            width=460,
        )
    looked = rules[st.session_state[RULE]]
    asked, found = looked.each, looked.found
    names = [one.column for one in asked]
    left, right = st.columns([58, 42], gap="large")
    with left:
        _kept(corpus, looked, unit)
    with right:
        _pairs(names, found)
    _documents(corpus, asked, found)


def _most_apart(rules: dict[str, Asked]) -> int:
    """The place of the rule whose implementations agree on the fewest documents."""
    agree = [asked.found.all_agree for asked in rules.values()]
    return agree.index(min(agree))


def measured(corpus: Corpus, rule: Rule) -> list[Column]:
    """The columns of a rule's signal that are there, the rule's own first, then by name."""
    base = rule.column.partition("__")[0]
    own = corpus.columns[rule.column]
    others = (
        column
        for column in corpus.columns.values()
        if column.name.partition("__")[0] == base
        and column.name != own.name
        and column.state != MISSING
        and column.family not in corpus.faults
        and (column.type == own.type or {column.type, own.type} == {"integer", "number"})
    )
    return [own, *sorted(others, key=lambda column: column.name)]


def _plain(rule: Rule) -> Rule:
    """As it was written: the sentence of a ``top`` names the limit of one column otherwise."""
    return replace(rule, limit=replace(rule.limit, cuts=None)) if isinstance(rule.limit, Share) else rule


def _asked(corpus: Corpus, rule: Rule) -> tuple[Rule, ...]:
    """The rule of each column, a ``top`` with where it cuts there; without those that it cannot be asked."""
    asked: list[Rule] = []
    for column in measured(corpus, rule):
        try:
            [step] = cache.awaited(resolve, corpus.whole, (replace(_plain(rule), column=column.name),))
            asked += step.rules()
        except AssayError:
            continue
    return tuple(asked)


def _kept(corpus: Corpus, looked: Asked, unit: str) -> None:
    """Each implementation: how much it keeps, by how many documents it departs, and what it counts."""
    found = looked.found
    names = [rule.column for rule in looked.each]
    total = found.total.documents
    share = found.all_agree / total if total else None
    head.caption(
        f"{numbers.count(len(names), 'implementation')} agree on {numbers.percent(share)} of documents",
        note=f"Share of {unit} the rule keeps with each, and documents it decides otherwise than A's own",
        badge=soon.badge(needed.badge(corpus, names), looked.part),
    )
    rows = []
    for i, (name, kept) in enumerate(zip(names, found.kept, strict=True)):
        whole, part = getattr(found.total, unit), getattr(kept, unit)
        rate = numbers.percent(part / whole if whole else None)
        other = int(found.apart[0, i] + found.apart[i, 0])
        differs = "A's own" if not i else f"{numbers.count(other, 'document')} otherwise"
        unknown = f" · {numbers.whole(found.unknown[i])} without a value" if found.unknown[i] else ""
        signal = _signals().get(name)
        said = signal.definition if signal else ""
        source = signal.source if signal else corpus.columns[name].source
        rows.append(
            f"<div><b>{i + 1} · {markup(name)}</b><b>{markup(rate)}</b>"
            f"<span>{markup(differs + unknown)}</span><p>{markup(said)}</p><p>{markup(source)}</p></div>"
        )
    st.html(f'<div class="impl">{"".join(rows)}</div>')


@once
def _signals() -> dict[str, Signal]:
    return {signal.column: signal for family in signal_families().values() for signal in family.signals}


def _pairs(names: Sequence[str], found: Agreement) -> None:
    """How many documents the row's implementation keeps and the column's drops."""
    most = found.apart.max()
    i, j = divmod(int(found.apart.argmax()), len(names))
    title = (
        f"{names[i]} keeps {numbers.count(int(most), 'document')} that {names[j]} drops"
        if most
        else "All decide alike"
    )
    head.caption(title, "Documents that the row's implementation keeps and the column's drops")
    columns = [str(i + 1) for i in range(len(names))]
    short = [f"{i} · {name.partition('__')[2] or '(ours)'}" for i, name in zip(columns, names, strict=True)]
    cells = [
        ["" if i == j else numbers.whole(int(n)) for j, n in enumerate(row)]
        for i, row in enumerate(found.apart)
    ]
    st.dataframe(pd.DataFrame(cells, index=short, columns=columns), alt=title, key="pairs_of_variants")


def _documents(corpus: Corpus, asked: Sequence[Rule], found: Agreement) -> None:
    """Documents on which two implementations part, with both values."""
    names = [rule.column for rule in asked]
    apart = found.apart + found.apart.T
    if not apart.any():
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar_variants"):
        st.html('<span class="beside">Read where these two part</span>')
        for place, (key, first) in enumerate((("one", 0), ("other", int(apart[0].argmax()) or 1))):
            st.selectbox(
                ("One", "The other")[place],
                names,
                index=first,
                required=True,
                label_visibility="collapsed",
                key=f"{key}_{names[0]}".replace("__", "-"),
                width=300,
            )
    chosen = [
        asked[names.index(st.session_state[f"{key}_{names[0]}".replace("__", "-")])]
        for key in ("one", "other")
    ]
    for column, (keeps, drops) in zip(st.columns(2, gap="large"), (chosen, chosen[::-1]), strict=True):
        n = int(found.apart[names.index(keeps.column), names.index(drops.column)])
        with column:
            excerpts(
                f"parted_{'one' if keeps is chosen[0] else 'other'}",
                _rows(corpus, keeps, drops),
                opening.opener(corpus),
                title=f"{keeps.column} keeps, {drops.column} drops",
                note=f" {numbers.count(n, 'document')}",
                nothing="There is no such document.",
            )


def _rows(corpus: Corpus, keeps: Rule, drops: Rule) -> list[Excerpt]:
    seed = int(st.session_state.get("seed") or 0)
    frame = cache.cached(examples, corpus, (drops,), "removed", None, "random", A_SIDE, seed, (keeps,))
    if not frame.height:
        return []
    ids = tuple(frame["doc_id"])
    texts = cache.cached(beginnings, corpus, ids)
    columns = tuple(dict.fromkeys((keeps.column, drops.column)))
    values = {row["doc_id"]: row for row in cache.cached(about, corpus, ids, columns).iter_rows(named=True)}
    rows = []
    for text in texts.iter_rows(named=True):
        said = [numbers.value(values[text["doc_id"]][rule.column]) for rule in (keeps, drops)]
        rows.append(
            Excerpt(
                id=f"{text['doc_id']} {text['key']}",
                lead=f"{said[0]} against {said[1]}",
                about=opening.about(text),
                doc=str(text["doc_id"]),
                text=text["text"] or "",
            )
        )
    return rows
