"""The pins of some workspaces, as Start lists them: what was pinned, by whom, and what became of it."""

from pathlib import Path

import streamlit as st
import xxhash

from analytics.recipe import parse_recipe
from indexes.errors import AssayError
from indexes.pins import DOCUMENT, VIEW, Pin, read_pins
from pages.ui import conditions, corpora, empty, menu, pinning, problems, state
from pages.ui.escape import markup
from pages.ui.figures import cut

SHOWN = 8
CONDITIONS, CUT = 3, 100
"""Conditions of a view that are said, and characters of each."""
BY_HAND = ("where", "recipe", "doc", "part", "from", "column", "a", "b")
"""What pages look for in the session where the address does not say it: a view is shown without."""


def draw(known: dict[str, Path], fates: dict[Path, dict[str, str]]) -> None:
    """The newest pins of all workspaces, with what opens them and what takes them away.

    Args:
        known: name -> workspace.
        fates: workspace -> address of a document -> what became of it, where it is not there any more.
    """
    found, faults = _all(known)
    for fault in faults:
        empty.say(fault.sentence, fault.next_step, tone="warn")
    if not found and not faults:
        st.html(
            '<p class="rs">Nothing yet. A page is pinned by <b>Pin</b> beside its title, a document by '
            "<b>Pin document</b> beside its text.</p>"
        )
    every = len(found) > SHOWN and st.toggle(f"All {len(found):d}", key="pins_all")
    for name, root, pin in found if every else found[:SHOWN]:
        _row(name, root, pin, fates.get(root, {}).get(pin.doc, ""))


def documents(root: Path) -> tuple[str, ...]:
    """Addresses of the documents that are pinned in a workspace."""
    return tuple(pin.doc for pin in read_pins(root)[0] if pin.kind == DOCUMENT)


def _all(known: dict[str, Path]) -> tuple[list[tuple[str, Path, Pin]], list[AssayError]]:
    found, faults = [], []
    for name, root in known.items():
        pins, bad = read_pins(root)
        found += [(name, root, pin) for pin in pins]
        faults += bad
    return sorted(found, key=lambda one: one[2].when, reverse=True), faults


def _row(name: str, root: Path, pin: Pin, fate: str) -> None:
    key = xxhash.xxh3_64_hexdigest(f"{root}\n{pin.file}".encode())
    what = "document" if pin.kind == DOCUMENT else f"view of {_titles().get(pin.page, pin.page)}"
    about = " · ".join(said for said in (what, name, pin.who, pin.when[:10]) if said)
    with st.container(key=f"row_pin_{key}", gap=None):
        tone = "bad" if fate else ""
        more = "".join(f"<p>{markup(words)}</p>" for words in (fate, _conditions(pin)) if words)
        st.html(
            f'<div class="job {tone}"><div class="top"><b>{markup(pin.name)}</b></div>{more}'
            f"<p>{markup(about)}</p></div>"
        )
        with st.container(horizontal=True, gap="small"):
            st.button("Open", type="tertiary", key=f"pin_open_{key}", on_click=_open, args=(name, root, pin))
            st.button(
                "Unpin", type="tertiary", key=f"pin_off_{key}", on_click=pinning.take_away, args=(root, pin)
            )


def _conditions(pin: Pin) -> str:
    """What a view's conditions say, the first few of them; empty where it has none that can be read."""
    try:
        rules = parse_recipe(pin.kept.get(pin.address.get(conditions.KEY, ""), ""), "where").steps
    except AssayError:
        return ""
    words = [cut(conditions.said(rule), CUT) for rule in rules[:CONDITIONS]]
    further = len(rules) - CONDITIONS
    return "where " + " and ".join([*words, *([f"{further} more"] if further > 0 else [])]) if words else ""


def _titles() -> dict[str, str]:
    return {entry.name: entry.title for group in menu.entries().values() for entry in group}


def _open(name: str, root: Path, pin: Pin) -> None:
    """Show what was pinned as it was: what its address names by hash is there again."""
    with problems.kept():
        if pin.kind == VIEW and pin.page not in _titles():
            raise AssayError(f"There is no page {pin.page} here.", "Unpin this view, and pin another one.")
        for key in BY_HAND:
            st.session_state.pop(key, None)
        st.session_state[corpora.KEY] = name
        if pin.kind == DOCUMENT:
            state.go("documents", corpus=name, doc=pin.doc)
            return
        for text in pin.kept.values():
            state.keep(text)
        shown = {key: value for key, value in pin.address.items() if key not in pinning.NOT_KEPT}
        state.go(pin.page, **{**shown, "corpus": name})
