"""The corpora on one page: what each is made of and where it stands, and a new one."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from analytics.status import next_steps
from indexes.columns import MISSING, WHOLE
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.queries.composition import composition
from indexes.queries.totals import Totals, totals
from indexes.saying import command
from pages.ui import bars, cache, corpora, empty, head, jobs, needed, numbers, problems, state, typed
from pages.ui.escape import markup
from pages.ui.launch import launch

SAMPLE = Path(__file__).parent.parent.parent / "sample_data" / "corpus"


@dataclass(frozen=True)
class Opened:
    """A workspace that was tried: the corpus, or why it cannot be opened."""

    name: str
    root: Path
    corpus: Corpus | None
    problem: AssayError | None = None


def opened() -> list[Opened]:
    """Every workspace the dashboard knows; one that cannot be opened says why."""
    return [_open(name, root) for name, root in corpora.known().items()]


def question(found: list[Opened], going: int) -> str:
    """``Three corpora here, one job going on``."""
    if not found:
        return "Nothing is here yet"
    said = f"{numbers.count(len(found), 'corpus', 'corpora')} here"
    return f"{said}, {numbers.count(going, 'job')} going on" if going else said


def rows(found: list[Opened]) -> None:
    """One row a corpus; the one that is chosen has the primary button."""
    chosen = st.session_state.get(corpora.KEY)
    for one in found:
        with st.container(key=f"corpus_{one.root.name}_{abs(hash(one.root))}", gap="xsmall"):
            said, button = st.columns([80, 20], gap="medium", vertical_alignment="center")
            with said:
                if one.corpus is None:
                    st.html(f'<div class="cr"><b>{markup(one.name)}</b></div>')
                    assert one.problem is not None
                    empty.say(one.problem.sentence, one.problem.next_step, tone="error")
                else:
                    _row(one.name, one.corpus)
            with button:
                st.button(
                    "Open",
                    key=f"open_{abs(hash(one.root))}",
                    type="primary" if one.name == chosen else "secondary",
                    disabled=one.corpus is None,
                    width="stretch",
                    on_click=_show,
                    args=(one.name,),
                )


def new_button() -> None:
    """A button that asks for a name and a path, and takes the files in as a job."""
    with st.popover("New corpus", icon=":material/add:", key="new"):
        if launch().roots:
            st.text_input("Name", key="new_name", placeholder="my-corpus")
            st.text_input("Files or a folder", key="new_path", placeholder=typed.places())
            st.html(
                '<p class="rs">Parquet, CSV, TSV or JSONL, the last three also as .gz or .zst. They are '
                "taken in and measured; the page may be closed.</p>"
            )
            st.button("Take in and measure", type="primary", key="new_now", on_click=_make)
        else:
            empty.say(
                "Files are taken in from the terminal.",
                f"{_own()}\nTo type a path here, start with: assay open --root FOLDER",
            )


def nothing_yet() -> None:
    """What stands on the page while there is no corpus."""
    empty.say(
        "There is no corpus here yet.",
        f"Your own files: {_own()}",
        action=empty.Action("Take in the sample that comes with Assay", _take_sample, ":material/add:"),
    )


def _own() -> str:
    return command("ingest", "FILES...", "--to", launch().home / "my-corpus", "--measure")


def only_the_sample(found: list[Opened]) -> bool:
    """Whether nobody has brought files of their own yet."""
    return [one.name for one in found] == ["sample"]


def own_files() -> None:
    """How to bring files of one's own."""
    empty.say(
        "Your own files",
        f"In the terminal: {_own()}",
    )


def _open(name: str, root: Path) -> Opened:
    try:
        return Opened(name, root, cache.open_corpus(root))
    except AssayError as problem:
        return Opened(name, root, None, problem)


def _row(name: str, corpus: Corpus) -> None:
    size = cache.cached(totals, corpus)
    states = Counter(column.state for column in corpus.columns.values() if column.state != MISSING)
    there = [name for name, column in corpus.columns.items() if column.state != MISSING]
    badge = needed.badge(corpus, there).html() if size.documents else ""  # of nothing, nothing is exact
    st.html(
        f'<div class="cr"><b>{markup(name)}</b>{badge}</div>'
        f'<p class="rs">{markup(_amounts(corpus, size))}</p>'
    )
    label = next((label for label in ("domain", "source", "language") if label in corpus.ready()), None)
    unit = head.unit() if getattr(size, head.unit()) else "documents"
    if label is not None and size.documents:
        frame = cache.cached(composition, corpus, label)
        whole = frame[unit].sum() or 1
        shares = [
            ("not stated" if row["label"] is None else row["label"], row[unit] / whole)
            for row in frame.iter_rows(named=True)
        ]
        bars.composition(f"made_of_{abs(hash(corpus.workspace.root))}", shares, unit)
    st.html(f'<p class="rs">{_state(corpus, states)}</p>')


def _amounts(corpus: Corpus, size: Totals) -> str:
    part = corpus.workspace.part_sentence
    said = [
        numbers.count(size.documents, "document"),
        *([f"{numbers.short(size.tokens)} tokens"] if size.tokens is not None else []),
        *([numbers.size(size.bytes)] if size.bytes is not None else []),
        numbers.count(len(corpus.workspace.shards), "shard"),
        *([part] if part else []),
    ]
    return " · ".join(said)


def _state(corpus: Corpus, states: Counter[str]) -> str:
    """Columns and their states; the next step as a command where there is one."""
    if not corpus.documents:
        said = command("ingest", "FILES...", "--to", corpus.workspace.root)
        return f"No documents yet · next: <code>{markup(said)}</code>"
    others = [f"{numbers.whole(count)} {state}" for state, count in sorted(states.items()) if state != WHOLE]
    said = markup(", ".join([f"{numbers.count(states[WHOLE], 'column')} whole", *others]))
    steps = next_steps(corpus)
    if not steps:
        return said
    return f"{said} · next: <code>{markup(steps[0].command)}</code>"


def _show(name: str) -> None:
    st.session_state[corpora.KEY] = name
    state.go("overview", corpus=name)


def _make() -> None:
    with problems.kept():
        name = typed.name(str(st.session_state["new_name"]), "a corpus")
        files = typed.path(str(st.session_state["new_path"]))
        root = launch().home.resolve() / name
        jobs.start(root, "ingest", files, "--to", root, "--measure")


def _take_sample() -> None:
    root = launch().home.resolve() / "sample"
    jobs.start(root, "ingest", SAMPLE, "--to", root, "--measure")
