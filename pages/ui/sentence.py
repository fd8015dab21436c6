"""Find a sentence that somebody pasted in the texts: with a bar while it is looked for, stopped and gone on.

The search runs in a thread of its own. It ends after some findings, to be asked to go on, when a newer one of
the session begins, and when nobody looks at it any more.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from indexes.columns import DOC_ID, KEY
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.finding import MOST, Found, find
from indexes.queries.document import about
from pages.ui import empty, head, numbers, opening, state
from pages.ui.excerpts import Excerpt, excerpts

SENTENCE = "sentence"
SEARCH = "sentence_search"
TYPED = "sentence_typed"
LONGEST = 2_000
"""Characters of a sentence; what is pasted beyond is left out."""
EVERY = 0.5
"""Seconds between two looks at a search."""
PATIENCE = 20
"""Seconds after which a search ends that nobody looks at."""


@dataclass
class Search:
    """A search: what it found, how far it came, and whether it goes on."""

    corpus: Corpus
    sentence: str
    found: list[tuple[Found, int, str]] = field(default_factory=list)
    """With the ``key`` of each, and the domain or source."""
    next: int = 0
    read: int = 0
    fault: tuple[str, str] = ("", "")
    looked: float = 0.0
    _work: threading.Thread | None = None
    _stopped: bool = False

    @property
    def going(self) -> bool:
        return self._work is not None and self._work.is_alive() and not self._stopped

    @property
    def ended(self) -> bool:
        return self.next >= self.corpus.workspace.documents

    def go_on(self) -> None:
        """Look on from where it stopped."""
        if self.going or self.ended:
            return
        if self._work is not None:
            self._work.join()  # it is at its last batch
        self._stopped, self.fault, self.looked = False, ("", ""), time.monotonic()
        self._work = threading.Thread(target=self._run, daemon=True)
        self._work.start()

    def stop(self) -> None:
        """End it after the batch that it is at."""
        self._stopped = True

    def _run(self) -> None:
        label = next((name for name in ("domain", "source") if name in self.corpus.ready()), None)
        names = [label] if label else []
        try:
            for looked in find(self.corpus, self.sentence, self.next):
                rows = about(self.corpus, [one.doc_id for one in looked.found], names)
                known = {row[DOC_ID]: row for row in rows.iter_rows(named=True)}
                for one in looked.found:
                    row = known[one.doc_id]
                    self.found.append((one, int(row[KEY]), str(row[label] or "") if label else ""))
                self.next, self.read = looked.next, self.read + looked.read
                if self._stopped or time.monotonic() > self.looked + PATIENCE:
                    return
        except AssayError as problem:
            self.fault = (problem.sentence, problem.next_step)
        except OSError as error:
            self.fault = (f"A text cannot be read: {error.strerror}.", "Check that its file is there.")


def box() -> None:
    """Where the sentence is pasted."""
    st.text_input(
        "Find a sentence",
        key=TYPED,
        placeholder="Find a sentence in the texts",
        icon=":material/manage_search:",
        label_visibility="collapsed",
        on_change=_typed,
        width=300,
    )


def asked() -> str:
    """The sentence that is looked for; empty where none is. The address has the hash by which it is kept."""
    name = str(st.query_params.get(SENTENCE) or st.session_state.get(SENTENCE) or "")
    if not name:
        return ""
    try:
        said = state.kept(name)
    except AssayError:
        _leave()
        empty.say("This server does not have the sentence of this address.", "Paste it again.", tone="warn")
        return ""
    st.session_state[SENTENCE] = st.query_params[SENTENCE] = name
    return said


def draw(corpus: Corpus, sentence: str) -> None:
    """What was found so far, and how far the search is."""
    search = _search(corpus, sentence)
    part = _polled if search.going else _draw
    part(search)


def _search(corpus: Corpus, sentence: str) -> Search:
    """That of the session; one for another sentence or other documents begins, and ends that before."""
    here: Search | None = st.session_state.get(SEARCH)
    if here is not None:
        same = here.corpus.fingerprint == corpus.fingerprint and here.corpus.view == corpus.view
        if same and here.sentence == sentence and here.corpus.workspace.root == corpus.workspace.root:
            return here
        here.stop()
    st.session_state[SEARCH] = search = Search(corpus, sentence)
    search.go_on()
    return search


def _typed() -> None:
    said = str(st.session_state[TYPED]).strip()[:LONGEST]
    _leave()
    if said:
        st.session_state[SENTENCE] = st.query_params[SENTENCE] = state.keep(said)


def _leave() -> None:
    """Back to the table. For callbacks."""
    search: Search | None = st.session_state.pop(SEARCH, None)
    if search is not None:
        search.stop()
    st.session_state.pop(SENTENCE, None)
    st.query_params.pop(SENTENCE, None)


@st.fragment(run_every=EVERY)
def _polled(search: Search) -> None:
    state.leave()
    search.looked = time.monotonic()
    _draw(search)
    if not search.going:
        st.rerun()


def _draw(search: Search) -> None:
    found = list(search.found)
    of = search.corpus.workspace.documents
    read = f"{numbers.size(search.read)} of text read"
    note = f"“{_short(search.sentence)}” · white space may differ{f' · {read}' if search.ended else ''}"
    head.caption(_title(search, len(found)), note)
    if not search.ended:
        share = search.next / of
        st.progress(share, f"{numbers.percent(share)} of the documents looked through · {read}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sentence_row"):
        if search.going:
            st.button("Stop", icon=":material/stop:", key="sentence_stop", on_click=search.stop)
        elif not search.ended:
            words = "Look for more" if found and len(found) % MOST == 0 else "Go on"
            st.button(words, icon=":material/play_arrow:", key="sentence_on", on_click=search.go_on)
        st.button("All documents", icon=":material/list:", key="sentence_leave", on_click=_leave)
    if search.fault[0]:
        empty.say(*search.fault, tone="error")
    if found:
        excerpts("sentence_found", _rows(found), opening.opener(search.corpus), lines=5)


def _title(search: Search, found: int) -> str:
    documents = numbers.count(found, "document")
    if search.going:
        return f"{documents} so far"
    if not search.ended:
        return f"{documents} so far; not all are looked through"
    return f"{documents} hold it" if found != 1 else "1 document holds it"


def _rows(found: Sequence[tuple[Found, int, str]]) -> list[Excerpt]:
    return [
        Excerpt(
            id=f"{one.doc_id} {key}",
            lead="exactly" if one.exact else "with other white space",
            about=label,
            doc=str(one.doc_id),
            text=[(one.before, None), (one.sentence, "the sentence"), (one.after, None)],
        )
        for one, key, label in found
    ]


def _short(sentence: str) -> str:
    said = " ".join(sentence.split())
    return said if len(said) <= 160 else f"{said[:159]}…"
