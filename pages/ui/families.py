"""The order of signals in lists: what a reader looks for first, and the variants of peers last."""

from analytics.signal import signal_families

FIRST = ("length", "tokens", "words", "lines", "characters", "repetition", "language")
"""Families that stand before others, which follow in the order of their names."""


def place(family: str, variant: str) -> tuple[bool, int, str]:
    """Sorts by it: default variants before others, ``FIRST`` before other families."""
    return bool(variant), FIRST.index(family) if family in FIRST else len(FIRST), family


def optional(family: str) -> bool:
    """Whether a family is measured only where a recipe reads it, or with ``--all``."""
    declared = signal_families().get(family)
    return declared is not None and not declared.default
