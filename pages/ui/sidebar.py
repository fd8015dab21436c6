"""Under the menu: the corpus picker and two grey lines; nothing else."""

from collections import Counter

import streamlit as st

from indexes import history
from indexes.columns import MISSING, WHOLE
from indexes.errors import AssayError
from pages.ui import cache, coming, corpora, empty, numbers, state
from pages.ui.escape import markup


def draw() -> None:
    """The picker and what it has chosen."""
    known = corpora.known()
    names = list(known)
    asked = st.query_params.get(corpora.KEY)
    with st.sidebar:
        if not names:
            return
        _choose(names, asked, coming.first(known))
        state.stay(corpora.KEY)
        st.html('<div class="corpus_lines">Corpus</div>')
        st.selectbox(
            "Corpus",
            names,
            index=None,
            required=True,
            label_visibility="collapsed",
            key=corpora.KEY,
            bind="query-params",
            filter_mode="contains",
        )
        st.html(f'<div class="corpus_lines">{"<br>".join(markup(line) for line in _lines())}</div>')
    if asked is not None and asked not in names:
        empty.say(
            f"There is no corpus called {asked} here.",
            f"This is {st.session_state[corpora.KEY]}.",
            tone="warn",
        )


def _choose(names: list[str], asked: str | None, first: str) -> None:
    """Choose a corpus where none is, so that the address names it: it may not stay the first."""
    if st.session_state.get(corpora.KEY) in names or asked in names:
        return
    if corpora.KEY not in st.session_state:  # later on the address is the picker's own
        st.query_params[corpora.KEY] = first
    st.session_state[corpora.KEY] = first


def _lines() -> list[str]:
    """Documents, shards and the part taken; columns, and how many are not whole.

    Start opens no corpus, which may take long: what was last known of it stands there.
    """
    if state.here() is None:
        last = history.newest(corpora.chosen())
        return [] if last is None else [_size(last.documents, last.shards)]
    try:
        corpus = cache.open_corpus()
    except AssayError:
        return ["This workspace cannot be opened."]
    workspace = corpus.workspace
    size = _size(corpus.documents, len(workspace.shards))
    states = Counter(column.state for column in corpus.columns.values() if column.state != MISSING)
    others = [f"{number} {word}" for word, number in sorted(states.items()) if word != WHOLE]
    columns = ", ".join([f"{numbers.count(states[WHOLE], 'column')} whole", *others])
    return [size, *([workspace.part_sentence] if workspace.part_sentence else []), columns]


def _size(documents: int, shards: int) -> str:
    return f"{numbers.count(documents, 'document')} · {numbers.count(shards, 'shard')}"
