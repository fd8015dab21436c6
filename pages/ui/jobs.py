"""Jobs on the screen: started by a button, shown where they were started, polled while one is live."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st
import xxhash

from indexes import jobs
from indexes.jobs import CANCELLED, DONE, FAILED, QUEUED, Job
from pages.ui import empty, numbers, problems
from pages.ui.escape import markup
from pages.ui.launch import launch

EVERY = 2
"""Seconds between two looks at a live job."""
ENDED = 3_600
"""Seconds for which a job that has ended stays on the page."""
MOST = 12
"""Jobs that are shown, but for live ones."""

NAMES = {
    "ingest": "Take in",
    "measure": "Measure",
    "embed": "Embed",
    "target": "Add target",
    "rank": "Rank",
    "score": "Score",
    "export": "Export",
    "verify": "Verify",
}
DID = {"ingest": "total", "target": "examples"}
"""Command -> the key of its answer that says how much was done; ``documents`` for the others."""

BEGINS = {"ingest": "reading the files"}
"""Command -> what it does until it says how far it is; it is starting if none is said."""


def start(root: Path, *words: str | Path) -> None:
    """Start a command of the terminal as a job of a workspace. For a button's ``on_click``."""
    with problems.kept():
        jobs.start(root, [str(word) for word in words])


def going(
    roots: Sequence[Path],
    kinds: Sequence[str] = tuple(NAMES),
    done: bool = False,
    key: str = "",
    nothing: str = "",
    since: Mapping[Path, float] | None = None,
) -> None:
    """The jobs of some workspaces: those that are live, then those that failed lately.

    Args:
        roots: the workspaces.
        kinds: first words of the commands shown.
        done: show those that ended well too.
        key: unique where a page shows jobs twice.
        nothing: the sentence where there is none.
        since: workspace -> the time, in seconds since 1970, from which on its ended jobs are shown.
    """
    asked = (tuple(roots), tuple(kinds), done, since or {})
    if nothing and not found(*asked):
        st.html(f'<p class="rs">{markup(nothing)}</p>')
    draw = _polled if any(job.live for _, job in found(*asked)) else _draw
    draw(asked, key)


Asked = tuple[Sequence[Path], Sequence[str], bool, Mapping[Path, float]]
"""What ``found`` is asked."""


def found(
    roots: Sequence[Path], kinds: Sequence[str], done: bool, since: Mapping[Path, float]
) -> list[tuple[Path, Job]]:
    """Live jobs first, then the newest that ended, ``MOST`` at most; of the same command only the last."""
    seen: dict[tuple[Path, tuple[str, ...]], Job] = {}
    for root in roots:
        for job in jobs.jobs(root):
            if job.command[0] in kinds:
                seen.setdefault((root, job.command), job)
    lately = time.time() - ENDED
    shown = [
        (root, job)
        for (root, _), job in seen.items()
        if job.live
        or ((job.ended or job.started) > min(lately, since.get(root, lately)) and (done or job.state != DONE))
    ]
    live = [pair for pair in shown if pair[1].live]
    return sorted(shown, key=lambda pair: (not pair[1].live, -pair[1].started))[: max(MOST, len(live))]


def live(roots: Sequence[Path]) -> int:
    """How many jobs may still change."""
    return sum(job.live for root in roots for job in jobs.jobs(root))


def last(root: Path, *words: str | Path) -> Job | None:
    """The last job of a command; None if it never ran."""
    command = tuple(str(word) for word in words)
    return next((job for job in jobs.jobs(root) if job.command == command), None)


def with_jobs(roots: Sequence[Path]) -> list[Path]:
    """Some workspaces, and the folders under ``--home`` in which one is being made."""
    making = sorted(path.parent.resolve() for path in launch().home.glob("*/jobs"))
    return list(dict.fromkeys([*roots, *making]))


def title(job: Job) -> str:
    """``Rank betr_gsm8k``, ``Export gopher``, ``Measure sample``."""
    words = job.command
    named = {word: words[i + 1] for i, word in enumerate(words[:-1]) if word in ("--to", "--name")}
    subject = {
        "target": words[3] if len(words) > 3 else "",
        "rank": named.get("--name", ""),
        "score": named.get("--name", ""),
        "export": Path(named.get("--to", "")).name,
        "ingest": Path(named.get("--to", "")).name,
    }.get(words[0], Path(words[1]).name if len(words) > 1 else "")
    return f"{NAMES.get(words[0], words[0])} {subject}".strip()


def _draw(asked: Asked, key: str) -> None:
    for root, job in found(*asked):
        which = f"{key}_{xxhash.xxh3_64_hexdigest(str(root).encode())}_{job.id}"
        with st.container(gap=None, key=f"job_{which}"):
            st.html(_row(job))
            if job.live:
                st.button(
                    "Cancel",
                    key=f"cancel_{which}",
                    type="tertiary",
                    icon=":material/close:",
                    on_click=jobs.cancel,
                    args=(root, job),
                )
            elif job.state != DONE:
                st.button(
                    "Start again",
                    key=f"again_{which}",
                    type="tertiary",
                    icon=":material/replay:",
                    on_click=start,
                    args=(root, *job.command),
                )


@st.fragment(run_every=EVERY)
def _polled(asked: Asked, key: str) -> None:
    _draw(asked, key)
    if not any(job.live for _, job in found(*asked)):
        st.rerun()


def _row(job: Job) -> str:
    share = job.done / job.total if job.total else 0.0
    bar = (
        f'<div class="track"><i style="width:{min(1.0, share):.1%}"></i></div>'
        if job.live and job.total
        else ""
    )
    problem = job.state == FAILED
    lines = (
        [*map(markup, job.error.splitlines()), *map(empty.with_commands, job.next_step.splitlines())]
        if problem
        else [markup(_state(job))]
    )
    under = "".join(f"<p>{line}</p>" for line in lines if line)
    mark = {DONE: "✓ done", FAILED: "failed", CANCELLED: "stopped"}.get(job.state, "")
    when = f"{mark} {_clock(job.ended or job.started)}" if mark else ""
    tone = "bad" if problem else "good" if job.state == DONE else ""
    return (
        f'<div class="job {tone}"><div class="top"><b>{markup(title(job))}</b>'
        f"<span>{markup(when)}</span></div>{bar}{under}</div>"
    )


def _state(job: Job) -> str:
    if job.state == QUEUED:
        return job.note or "starting"
    if job.state == CANCELLED:
        return "What it had finished stays; started again, it goes on from there."
    if job.state == DONE:
        amount = job.result.get(DID.get(job.command[0], "documents"))
        noun = "example" if job.command[0] == "target" else "document"
        return numbers.count(amount, noun) if isinstance(amount, int) else ""
    said = []
    if job.total:
        said.append(f"{numbers.whole(job.done)} of {numbers.count(job.total, 'document')}")
    else:
        said.append(job.note or BEGINS.get(job.command[0], "starting"))
    if job.seconds_left is not None:
        said.append(f"{numbers.duration(job.seconds_left)} left")
    said.append(f"started {_clock(job.started)}")
    return " · ".join(said)


def _clock(seconds: float) -> str:
    """The time; with the day where that is another one."""
    then = time.localtime(seconds)
    today = then[:3] == time.localtime()[:3]
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", then)
