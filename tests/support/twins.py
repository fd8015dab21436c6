"""What each signal means, in plain Python: ``PLAIN`` of ``plain/<family>.py`` maps column -> text -> value.

Slow and obvious on purpose: the contract test holds every kernel against it. An undefined number is NaN,
an undefined text None. A file may also name ``MARKS``: pieces of text that its family looks for.
"""

import importlib
import math
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "plain"


def share(words, answer):
    """The mean of an answer over words; NaN where there is none."""
    return sum(map(answer, words)) / len(words) if words else math.nan


@cache
def plain_twins():
    """Family -> its twins."""
    return {
        path.stem: importlib.import_module(f"plain.{path.stem}").PLAIN for path in sorted(HERE.glob("*.py"))
    }


def marks(family):
    """Pieces of text that a family looks for."""
    return getattr(importlib.import_module(f"plain.{family}"), "MARKS", [])
