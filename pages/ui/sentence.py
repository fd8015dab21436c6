"""Find a sentence that somebody pasted in the texts: with a bar while it is looked for, stopped and gone on.

The search runs in a thread of its own. It ends after some findings, to be asked to go on, when a newer one of
the session begins, and when nobody looks at it any more.
"""

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from indexes.columns import DOC_ID, KEY
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.finding import AROUND, MOST, Found, find, pattern, places
from indexes.queries.document import about, address
from pages.ui import empty, head, numbers, opening, state
from pages.ui.excerpts import Excerpt, excerpts, shortened

SENTENCE = "sentence"
SEARCH = "sentence_search"
TYPED = "sentence_typed"
MARK = "the sentence"
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

    def is_of(self, corpus: Corpus, sentence: str) -> bool:
        """Whether it is the search for a sentence in these documents."""
        same = self.corpus.fingerprint == corpus.fingerprint and self.corpus.view == corpus.view
        return same and self.sentence == sentence and self.corpus.workspace.root == corpus.workspace.root

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
    """Where the sentence is pasted; that of the address stands in it."""
    st.session_state.setdefault(TYPED, state.known(_name()) or "")
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
    name = _name()
    if not name:
        return ""
    try:
        said = state.kept(name)
    except AssayError:
        _end()
        empty.say("This server does not have the sentence of this address.", "Paste it again.", tone="warn")
        return ""
    st.session_state[SENTENCE] = st.query_params[SENTENCE] = name
    return said


def _name() -> str:
    return str(st.query_params.get(SENTENCE) or st.session_state.get(SENTENCE) or "")


def of_address() -> str:
    """For the reader: the sentence in the address alone; empty where none is, or it is not known here."""
    return state.known(str(st.query_params.get(SENTENCE) or "")) or ""


def found_so_far(corpus: Corpus) -> list[int]:
    """For the reader: the documents in which this session found the sentence of the address, in order."""
    search: Search | None = st.session_state.get(SEARCH)
    if search is None or not search.is_of(corpus, of_address()):
        return []
    return [one.doc_id for one, _, _ in search.found]


def spans(text: str) -> list[tuple[int, int, str]]:
    """Where a text has the sentence of the address: marks for the reader."""
    return [(start, end, MARK) for start, end in places(of_address(), text)]


def begins(raw: bytes) -> int | None:
    """The byte of a text at which it has the sentence of the address first; None where it has not."""
    wanted = pattern(of_address())
    match = None if wanted is None else wanted.search(raw)
    return None if match is None else match.start()


def draw(corpus: Corpus, sentence: str) -> None:
    """What was found so far, and how far the search is."""
    search = _search(corpus, sentence)
    part = _polled if search.going else _draw
    part(search)


def _search(corpus: Corpus, sentence: str) -> Search:
    """That of the session; one for another sentence or other documents begins, and ends that before."""
    here: Search | None = st.session_state.get(SEARCH)
    if here is not None:
        if here.is_of(corpus, sentence):
            return here
        here.stop()
    st.session_state[SEARCH] = search = Search(corpus, sentence)
    search.go_on()
    return search


def _typed() -> None:
    said = str(st.session_state[TYPED]).strip()[:LONGEST]
    _end()
    if said:
        st.session_state[SENTENCE] = st.query_params[SENTENCE] = state.keep(said)


def _leave() -> None:
    """Back to the table. For callbacks."""
    _end()
    st.session_state[TYPED] = ""


def _end() -> None:
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
    among = f" · among {numbers.count(search.corpus.documents, 'document')}" if search.corpus.view else ""
    note = f"“{_short(search.sentence)}” in the same case; white space may differ{among}"
    note += f" · {read}" if search.ended else ""
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
        excerpts("sentence_found", _rows(found), _opener(search), lines=5)


def _title(search: Search, found: int) -> str:
    documents = numbers.count(found, "document")
    if search.going:
        return f"{documents} so far"
    if not search.ended:
        return f"{documents} so far; not all are looked through"
    if found < 2:
        return "1 document holds it" if found else "No document holds it"
    return f"{documents} hold it"


def _opener(search: Search) -> Callable[[str], None]:
    """Opens a document with the sentence in the address: the reader marks it, and goes on to the next."""

    def open_one(id: str) -> None:
        doc_id, key = map(int, id.split())
        state.go(opening.PAGE, doc=address(search.corpus, doc_id, key), sentence=state.keep(search.sentence))

    return open_one


def _rows(found: Sequence[tuple[Found, int, str]]) -> list[Excerpt]:
    return [
        Excerpt(
            id=f"{one.doc_id} {key}",
            lead="" if one.exact else "with other white space",
            about=label,
            doc=str(one.doc_id),
            text=shortened(
                [(whole_words(one.before, True), None), (one.sentence, MARK), (whole_words(one.after), None)]
            ),
        )
        for one, key, label in found
    ]


def whole_words(said: str, before: bool = False) -> str:
    """What stands beside the sentence, without the piece of a word at its end."""
    if len(said.encode("utf-8", "replace")) < AROUND - 3:  # all there is
        return said
    return re.sub(r"^\S{0,40}\s+", "… ", said) if before else re.sub(r"\s+\S{0,40}$", " …", said)


def _short(sentence: str) -> str:
    said = " ".join(sentence.split()).replace(
        "(", "(\u2060"
    )  # nothing seen, but "(dot)" is no mark of a figure
    return said if len(said) <= 160 else f"{said[:159]}…"
