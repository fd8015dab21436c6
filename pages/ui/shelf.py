"""The corpora on one page: what each is made of and where it stands, and a new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
import xxhash

from indexes import visits
from indexes.columns import UNITS, WHOLE
from indexes.errors import AssayError, NoWorkspace
from indexes.first_look import whole_of
from indexes.history import LABELS, Record
from indexes.new_files import NewFiles
from indexes.saying import command
from pages.ui import bars, changed, corpora, empty, head, jobs, numbers, problems, standing, state, typed
from pages.ui.background import Waiting, Work
from pages.ui.escape import markup
from pages.ui.launch import STARTED, launch
from pages.ui.standing import Standing

SAMPLE = Path(__file__).parent.parent.parent / "sample_data" / "corpus"


@dataclass(frozen=True)
class Known:
    """A workspace, and what is being found out about it."""

    name: str
    root: Path
    standing: Work[Standing]
    files: Work[NewFiles]

    @property
    def problem(self) -> AssayError | None:
        """Why it cannot be opened; None too while that is not known."""
        problem = self.standing.problem
        if isinstance(problem, NoWorkspace) and not self.root.exists():
            return NoWorkspace(
                f"{self.root} is not there any more.", "Connect the disk that it lies on, or forget it."
            )
        return problem

    @property
    def empty(self) -> bool:
        """Whether it is known to hold no document."""
        now = self.standing.value
        record = standing.before(self.root) if now is None else now.record
        return record is not None and not record.documents

    @property
    def key(self) -> str:
        """For what belongs to it on the page."""
        return xxhash.xxh3_64_hexdigest(str(self.root).encode())


def known(waiting: Waiting, roots: Mapping[str, Path]) -> list[Known]:
    """The workspaces by their names, those opened last first; the start opens those that it names."""
    opened = {one.root: one.when for one in visits.visits(launch().home)}
    for root in (path.resolve() for path in launch().workspaces):
        opened[root] = max(opened.get(root, 0.0), STARTED)
    names = sorted(roots, key=lambda name: -opened.get(whole_of(roots[name]).resolve(), -1.0))
    return [
        Known(
            name, roots[name], standing.standing(waiting, roots[name]), standing.files(waiting, roots[name])
        )
        for name in names
    ]


def question(found: list[Known], going: int) -> str:
    """``Three corpora here, one job going on``."""
    if not found:
        return "Nothing is here yet"
    said = f"{numbers.count(len(found), 'corpus', 'corpora')} here"
    return f"{said}, {numbers.count(going, 'job')} going on" if going else said


def rows(found: list[Known]) -> None:
    """One row a corpus; of those that hold something, the one opened last has the primary button."""
    first = next((one for one in found if one.problem is None and not one.empty), None)
    for one in found:
        with st.container(key=f"corpus_{one.key}", gap="xsmall"):
            said, button = st.columns([80, 20], gap="medium", vertical_alignment="center")
            with said, st.container(gap="xxsmall"):
                _row(one)
            with button:
                st.button(
                    "Open",
                    key=f"open_{one.key}",
                    type="primary" if one is first else "secondary",
                    disabled=one.problem is not None,
                    width="stretch",
                    on_click=_show,
                    args=(one.name,),
                )
                if one.problem is None:
                    changed.button(one.name, one.key)
                elif one.root in {visit.root for visit in visits.visits(launch().home)}:
                    st.button(
                        "Forget it",
                        key=f"forget_{one.key}",
                        type="tertiary",
                        width="stretch",
                        help="Leaves it out of this list; nothing on disk is touched.",
                        on_click=visits.forget,
                        args=(launch().home, one.root),
                    )
            if one.problem is None:
                changed.draw(one.name, one.root, one.key)


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


def only_the_sample(found: list[Known]) -> bool:
    """Whether nobody has brought files of their own yet."""
    return [one.name for one in found] == ["sample"]


def own_files() -> None:
    """How to bring files of one's own."""
    empty.say(
        "Your own files",
        f"In the terminal: {_own()}",
    )


def _row(one: Known) -> None:
    """Name, sizes, composition, and what is to be done; of last time's figures while new ones are counted."""
    now = one.standing.value
    badge = now.badge.html() if now is not None and now.badge is not None else ""
    st.html(f'<div class="cr"><b>{markup(one.name)}</b>{badge}</div>')
    if one.problem is not None:
        empty.say(one.problem.sentence, one.problem.next_step, tone="error")
        return
    record = standing.before(one.root) if now is None else now.record
    if record is not None:
        st.html(f'<p class="rs">{head.steady(markup(_amounts(record, now)))}</p>')
        _composition(one, record)
    if now is None:
        st.html('<p class="rs">It is being looked at …</p>')
        return
    st.html(f'<p class="rs">{_state(one.root, now, one.files.value)}</p>')


def _amounts(record: Record, now: Standing | None) -> str:
    part = now.workspace.part_sentence if now is not None else ""
    said = [
        numbers.count(record.documents, "document"),
        *([f"{numbers.short(record.tokens)} tokens"] if record.tokens is not None else []),
        *([numbers.size(record.bytes)] if record.bytes is not None else []),
        numbers.count(record.shards, "shard"),
        *([part] if part else []),
    ]
    return " · ".join(said)


def _composition(one: Known, record: Record) -> None:
    """The bar of what a corpus is made of, by the first label that it has."""
    label = next((label for label in LABELS if record.labels.get(label)), None)
    if label is None:
        return
    unit = head.unit() if getattr(record, head.unit()) else "documents"
    at, whole = UNITS.index(unit), getattr(record, unit) or 1
    shares = [
        ("not stated" if name is None else name, (counts[at] or 0) / whole)
        for name, *counts in record.labels[label]
    ]
    bars.composition(f"made_of_{one.key}", shares, unit)


def _state(root: Path, now: Standing, files: NewFiles | None) -> str:
    """Columns and their states; what is to be done next as a command."""
    if not now.record.documents:
        first = command("ingest", "FILES...", "--to", root)
        return f"No documents yet · next: <code>{markup(first)}</code>"
    others = [
        f"{numbers.whole(count)} {state}" for state, count in sorted(now.states.items()) if state != WHOLE
    ]
    columns = numbers.count(now.states.get(WHOLE, 0), "column")
    said = [markup(", ".join([f"{columns} whole", *others]))]
    if files is not None and files.count:
        amount = numbers.count(files.count, "file is", "files are")
        least = "" if files.all else "at least "
        again = command("ingest", *now.workspace.ingest["arguments"], "--to", root)
        said.append(f"{least}{markup(amount)} new since the last ingest: <code>{markup(again)}</code>")
    if now.steps:
        said.append(f"next: <code>{markup(now.steps[0].command)}</code>")
    return " · ".join(said)


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
