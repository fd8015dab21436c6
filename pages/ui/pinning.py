"""Pin a page as it stands, or a document: what was pinned is listed on Start. See ``indexes.pins``."""

from pathlib import Path

import streamlit as st

from indexes.last_name import last_name, remember_name
from indexes.pins import DOCUMENT, LONGEST_NAME, VIEW, Pin, add_pin, is_pinned, remove_pin
from indexes.verdicts import now
from pages.ui import corpora, empty, problems, state
from pages.ui.escape import markdown
from pages.ui.launch import launch

NAME, WHO = "pin_name", "pin_who"
NAMELESS = "pin_nameless"
"""In a session: whether a view was to be pinned without a name just now."""
JUDGE = "judge_who"
"""Where the name stands under which this session judges."""
NOT_KEPT = (corpora.KEY, "from")
"""What a view does not hold: the corpus is the one it lies in, and a place in a list moves."""


def view_button() -> None:
    """In the head of a page of a corpus: asks for a name and pins the page as it stands."""
    if state.here() is None:
        return
    with st.popover("Pin", icon=":material/keep:", type="tertiary", key="pin_view"):
        st.text_input("Name of this view", key=NAME, max_chars=LONGEST_NAME)
        st.text_input("Your name", value=who(), key=WHO, max_chars=LONGEST_NAME)
        st.button("Pin this view", type="primary", key="pin_view_now", on_click=_pin_view)
        if st.session_state.pop(NAMELESS, False):
            empty.say(
                "A view is pinned under a name.", "Type one, such as: short pages of the web.", tone="warn"
            )
        st.html('<p class="rs">The page with its conditions, unit and recipe. It is listed on Start.</p>')


def document_button(root: Path, doc: str, name: str) -> None:
    """Beside a document: pins it, or takes its pin away.

    Args:
        root: the workspace.
        doc: the document's address.
        name: what it is called in the list.
    """
    pin = Pin(DOCUMENT, " ".join(name.split())[:LONGEST_NAME] or doc, now(), who(), doc)
    pinned = is_pinned(root, pin)
    st.button(
        "Unpin" if pinned else "Pin document",
        icon=":material/keep_off:" if pinned else ":material/keep:",
        key="pin_document",
        help="Pinned documents are listed on Start.",
        on_click=take_away if pinned else _keep,
        args=(root, pin),
    )


def who() -> str:
    """The name that this person gave last, for pins or for judgements; else the last that was given here."""
    said = st.session_state.get(WHO) or st.session_state.get(JUDGE) or last_name(launch().home)
    return str(said)[:LONGEST_NAME]


def take_away(root: Path, pin: Pin) -> None:
    """Remove a pin. For callbacks."""
    with problems.kept():
        remove_pin(root, pin)


def _pin_view() -> None:
    with problems.kept():
        name = " ".join(str(st.session_state.get(NAME) or "").split())
        if not name:
            st.session_state[NAMELESS] = True
            return
        address = {key: value for key, value in st.query_params.items() if key not in NOT_KEPT and value}
        kept = {value: text for value in address.values() if (text := state.known(value)) is not None}
        root = corpora.chosen()
        remember_name(launch().home, who())
        pin = Pin(VIEW, name, now(), who(), page=state.here() or "", address=address, kept=kept)
        replaces = is_pinned(root, pin)
        _keep(root, pin)
        st.toast(f"Pinned {'again ' if replaces else ''}as {markdown(name)}", icon=":material/keep:")
        st.session_state[NAME] = ""


def _keep(root: Path, pin: Pin) -> None:
    with problems.kept():
        add_pin(root, pin)
