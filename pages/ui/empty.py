"""What stands where there is nothing to draw: a rule, one bold sentence, the next step."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from pages.ui.escape import markup

COMMAND = re.compile(r"\bassay [a-z]+(?: \S.*)?$|\bpip install \S.*$", re.MULTILINE)


@dataclass(frozen=True)
class Action:
    """The next step as a button; ``act`` is called before the page runs again."""

    label: str
    act: Callable[[], None]
    icon: str = ":material/arrow_forward:"


def say(sentence: str, next_step: str = "", *, tone: str = "", action: Action | None = None) -> None:
    """One bold sentence and the next step; a command in it stands in the monospaced font.

    Args:
        sentence: what is wrong or missing; may hold values.
        next_step: what to do; a command in it, up to the line's end, is set as code.
        tone: "" for nothing there, ``warn`` for something missing, ``error`` for a problem.
        action: a button that takes the next step.
    """
    step = f"<p>{with_commands(next_step)}</p>" if next_step else ""
    st.html(
        f'<div class="said {tone if tone in ("warn", "error") else ""}"><b>{markup(sentence)}</b>{step}</div>'
    )
    if action is not None:
        st.button(action.label, icon=action.icon, on_click=action.act, key=f"act_{sentence}")


def stop(sentence: str, next_step: str = "", *, tone: str = "", action: Action | None = None) -> NoReturn:
    """Say so and draw nothing more of this page."""
    say(sentence, next_step, tone=tone, action=action)
    st.stop()


def with_commands(next_step: str) -> str:
    """Our sentence with the command in it, up to the line's end, as code."""
    out, done = "", 0
    for match in COMMAND.finditer(next_step):
        command = match.group().rstrip(".")
        out += markup(next_step[done : match.start()]) + f"<code>{markup(command)}</code>"
        done = match.start() + len(command)
    return out + markup(next_step[done:])
