"""What is in the address: the corpus, the unit, and what each page adds.

Widgets put their values there by ``bind="query-params"``; this is for what no widget holds. What is too long
for an address, such as a recipe that was edited, is kept by the server under its hash, and the address
carries the hash.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import streamlit as st
import xxhash

from indexes import files
from indexes.errors import AssayError
from indexes.first_look import whole_of
from pages.ui import corpora
from pages.ui.launch import launch

ALWAYS = ("corpus", "unit")
"""Keys that every page's address has."""

EDITED = "edited"
GOING, HERE = "going", "here"


def come(page: str, first: str) -> None:
    """Note which page is shown. Called by ``app.py``, which knows the first one by another name too."""
    st.session_state[HERE] = None if page in ("", first) else page


def here() -> str | None:
    """The name of the page that is shown; None for the first one, which is of no corpus."""
    shown: str | None = st.session_state.get(HERE)
    return shown


def go(page: str, /, **state: str | int | None) -> None:
    """Show another page with this state once the callback that calls this has ended.

    Corpus and unit belong to widgets that stand on every page: Streamlit lets nobody else put them into the
    address, so they go to the widgets.
    """
    for key in ALWAYS:
        if state.get(key) is not None:
            st.session_state[key] = state[key]
    others = {key: str(value) for key, value in state.items() if key not in ALWAYS and value is not None}
    st.session_state[GOING] = (page, others)


def stay(key: str) -> None:
    """Put what a bound widget holds back into an address that lost it. Called before the widget is drawn.

    ``st.switch_page`` drops it where the page is the same one: the widget did not change, so says nothing.
    """
    if st.session_state.get(key) is not None and key not in st.query_params:
        st.session_state[key] = st.session_state[key]


def follow(pages: Mapping[str, "st.Page"]) -> None:
    """Where ``go`` was called, go there. Called by ``app.py``, before the page runs."""
    going = st.session_state.pop(GOING, None)
    if going is not None:
        page, state = going
        st.switch_page(pages[page], query_params=state)


def leave() -> None:
    """Where ``go`` was called, run the whole page, which follows. First in a part that draws itself anew."""
    if GOING in st.session_state:
        st.rerun()


def keep(text: str) -> str:
    """Keep a text on the server; gives its hash, 16 hexadecimal digits, for the address."""
    name = str(xxhash.xxh3_64_hexdigest(text.encode()))
    _kept()[name] = text
    folder = _folder()  # of this corpus: what was kept beside another one's is not there when it is alone
    if folder is not None and not (folder / name).exists():
        files.write_text(folder / name, text)
    return name


def kept(name: str) -> str:
    """What is kept under a hash.

    Raises:
        AssayError: nothing is.
    """
    if name in _kept():
        return _kept()[name]
    folder = _folder()
    plain = len(name) == 16 and all(digit in "0123456789abcdef" for digit in name)
    if folder is None or not plain or not (folder / name).exists():
        raise AssayError(
            "This address names an edited recipe that this server does not have.",
            "Ask who sent it to save the recipe under a name, or choose another one.",
        )
    return _kept().setdefault(name, (folder / name).read_text(encoding="utf-8"))


def known(name: str) -> str | None:
    """The same; None where nothing is, or where it is no hash."""
    try:
        return kept(name)
    except AssayError:
        return None


def kept_file(name: str) -> Path | None:
    """The file of what is kept under a hash; None where nothing can be written."""
    folder = _folder()
    return None if folder is None else folder / name


def _folder() -> Path | None:
    """Beside the caches, as disposable as they are; None where nothing can be written."""
    cache = launch().cache
    root = whole_of(corpora.chosen())
    folder = cache / root.name if cache else root / "cache"
    return folder / EDITED if os.access(cache or root, os.W_OK) else None


@st.cache_resource
def _kept() -> dict[str, str]:
    return {}
