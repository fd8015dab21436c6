"""Answers that are worked out beside the page: it waits for a moment, and shows them when they are there.

The page Start asks many workspaces, of which one may be large or lie far away: none may hold up the others.
"""

import math
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st

from indexes.errors import AssayError

Value = TypeVar("Value")

PATIENCE = 0.8
"""Seconds that a page waits for all answers together before it is drawn without."""
EVERY = 1.0
"""Seconds between two looks whether more are there."""
AT_ONCE, TURN = 2, 10.0
"""Questions that are worked on at a time; seconds after which one goes on besides: of those before, some may
ask a disk that does not answer."""
KEPT = 500


@dataclass
class Work(Generic[Value]):
    """An answer on its way.

    Attributes:
        value: None until it is there, and where it could not be had.
        problem: why it could not.
        of: the state of what was asked.
        until: when it is asked anew, by ``time.monotonic``.
    """

    of: Hashable = None
    until: float = math.inf
    done: threading.Event = field(default_factory=threading.Event)
    value: Value | None = None
    problem: AssayError | None = None

    def run(self, ask: Callable[[], Value]) -> None:
        waited = _turn.acquire(timeout=TURN)
        try:
            self.value = ask()
        except AssayError as problem:
            self.problem = problem
        except Exception as fault:
            self.problem = AssayError(
                f"This could not be worked out: {type(fault).__name__}.", "Open the corpus to see why."
            )
        finally:
            self.done.set()
            if waited:
                _turn.release()


_turn = threading.Semaphore(AT_ONCE)
_lock = threading.Lock()
_works: dict[Hashable, Work[Any]] = {}


class Waiting:
    """The answers of one run of a page."""

    def __init__(self) -> None:
        self._until = time.monotonic() + PATIENCE
        self._asked: list[Work[Any]] = []

    def ask(
        self, key: Hashable, of: Hashable, question: Callable[[], Value], lasting: float = math.inf
    ) -> Work[Value]:
        """What is known under a key; else it is worked out, and waited for while patience lasts.

        One that is on its way is not asked for again, whatever the state: of a corpus that grows shard by
        shard the questions would become more and more.

        Args:
            key: equal for equal questions.
            of: the state of what is asked; where it is another one, the question is asked anew.
            question: works it out.
            lasting: seconds for which an answer holds.
        """
        with _lock:
            work: Work[Value] | None = _works.get(key)
            if work is None or (work.done.is_set() and (work.of != of or time.monotonic() > work.until)):
                _works.pop(key, None)
                work = _works[key] = Work(of, time.monotonic() + lasting)
                threading.Thread(target=work.run, args=(question,), daemon=True).start()
                ended = [other for other, its in _works.items() if its.done.is_set()]
                for old in ended[: max(0, len(_works) - KEPT)]:
                    del _works[old]
        self._asked.append(work)
        return work

    def wait(self) -> None:
        """Let answers come while patience lasts."""
        for work in self._asked:
            work.done.wait(max(0.0, self._until - time.monotonic()))

    def again(self) -> None:
        """Draw the page again as soon as more answers are there. Last on a page."""
        pending = [work for work in self._asked if not work.done.is_set()]
        if pending:
            _poll(pending)


@st.fragment(run_every=EVERY)
def _poll(pending: list[Work[Any]]) -> None:
    if any(work.done.is_set() for work in pending):
        st.rerun()
