"""Benchmark targets on the screen: what there is, rank by it, add one."""

import re
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from analytics.status import cost
from indexes.corpus import Corpus
from indexes.saying import command
from indexes.targets import Target, read_target, target_names
from pages.ui import empty, jobs, numbers, problems, typed
from pages.ui.escape import markdown, markup
from pages.ui.launch import launch

SAMPLES = Path(__file__).parent.parent.parent / "sample_data" / "targets"
KINDS = ["jsonl", "gz", "zst", "json", "ndjson", "parquet"]
METHOD = "betr"


def scores(corpus: Corpus) -> list[str]:
    """Score columns that a ranking made, in order."""
    return sorted(
        name
        for name, column in corpus.columns.items()
        if column.kind == "score" and column.family == name and name in corpus.ready()
    )


def ranked_by(corpus: Corpus, score: str) -> list[str]:
    """The targets that a score column was made from."""
    return [str(target["name"]) for target in corpus.columns[score].lineage.get("targets", ())]


def listed(corpus: Corpus) -> list[Target]:
    """Draw the targets, each with a button that ranks by it where no column does; what was drawn."""
    root = corpus.workspace.root
    known = [read_target(root, name) for name in target_names(root)]
    done = [tuple(ranked_by(corpus, score)) for score in scores(corpus)]
    for target in known:
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"target_{target.name}", wrap=False
        ):
            tests = f" · {numbers.whole(target.test_rows)} test rows apart" if target.test_rows else ""
            about = f"{numbers.count(target.examples, 'example')}{tests}"
            st.html(
                f'<div class="rn"><b>{markup(target.name)}</b></div><div class="rs">{markup(about)}</div>',
                width="stretch",
            )
            if (target.name,) not in done:
                st.button("Rank", key=f"rank_{target.name}", on_click=rank, args=(root, [target.name]))
        if target.warning:
            empty.say(target.warning, tone="warn")
    every = tuple(target.name for target in known)
    if len(every) > 1 and every not in done:
        st.button(
            f"Rank by all {numbers.whole(len(every))} together",
            type="tertiary",
            key="rank_all",
            on_click=rank,
            args=(root, list(every)),
            help=f"About {numbers.duration(cost(corpus, 'rank'))}.",
        )
    return known


def rank(root: Path, names: Sequence[str]) -> None:
    """Start the job that ranks by some targets; documents are embedded first where they are not."""
    column = "all" if len(names) > 1 else re.sub(r"[^A-Za-z0-9]+", "_", names[0]).strip("_")
    words = [word for name in names for word in ("--target", name)]
    jobs.start(root, "rank", root, "--method", METHOD, *words, "--name", f"{METHOD}_{column}")


def add_button(root: Path) -> None:
    """A button that asks for a file of examples and a name, and starts the job that adds it."""
    with st.popover("Add a target", icon=":material/upload:", key="add_target"):
        st.text_input("Name", key="target_name", placeholder="gsm8k")
        if launch().roots:
            st.text_input("Path of a file", key="target_path", help=markdown(f"Under {typed.places()}"))
        st.file_uploader("A file of examples, one JSON object a line, or Parquet", KINDS, key="target_file")
        st.checkbox(
            "Rank by test rows too",
            key="target_any",
            help="A model trained on what they select cannot be judged by them.",
        )
        st.button("Add target", type="primary", key="target_now", on_click=_add, args=(root,))


def none_yet(root: Path) -> None:
    """What stands on the page of a corpus without targets: the sample's to add, and the command."""
    names = [path.stem for path in _samples()]
    empty.say(
        "No benchmark target yet.",
        f"A target is a file of examples of a task. Three come with the sample: {', '.join(names)}.\n"
        f"Your own: {command('target', 'add', root, 'NAME', 'FILE')}",
        action=empty.Action(f"Add the sample's {len(names)}", lambda: add_samples(root), ":material/add:"),
    )


def add_samples(root: Path) -> None:
    """Start the jobs that add the targets of the sample."""
    for path in _samples():
        jobs.start(root, "target", "add", root, path.stem, path)


def _samples() -> list[Path]:
    return sorted(SAMPLES.glob("*.jsonl"))


def _add(root: Path) -> None:
    with problems.kept():
        name = typed.name(str(st.session_state["target_name"]), "a target")
        sent = st.session_state["target_file"]
        if sent is not None:
            file = typed.uploaded(sent.name, sent.getvalue())
        else:
            file = typed.path(str(st.session_state.get("target_path") or ""))
        split = "any" if st.session_state["target_any"] else "train"
        jobs.start(root, "target", "add", root, name, file, "--split", split)
