"""One bar cut into parts: what a recipe keeps and removes, what a corpus is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from pages.ui import numbers
from pages.ui.component import component, plain_key

COMPOSITION = 5
"""Parts of a composition that have a colour of their own."""

_bars = component("bars")


@dataclass(frozen=True)
class Piece:
    """A part of a bar: its share of the bar's length, and what it is.

    Attributes:
        tone: ``kept``, ``removed``, ``target``, ``whole``, ``rest``, ``gone`` (left empty), ``t0`` to ``t4``.
    """

    name: str
    share: float
    tone: str


@dataclass(frozen=True)
class Word:
    """Words under a bar: grey, then bold; ``end`` puts them at its right end."""

    plain: str = ""
    bold: str = ""
    tone: str = ""
    end: bool = False


def bar(
    key: str,
    pieces: Sequence[Piece],
    unit: str,
    *,
    height: int = 12,
    lines: Sequence[Sequence[Word]] = (),
    alt: str = "",
) -> None:
    """A bar of so many pixels with lines of words under it."""
    parts = [
        {
            "share": max(piece.share, 0.0),
            "tone": piece.tone,
            "title": f"{piece.name}: {numbers.percent(piece.share)} of {unit}",
        }
        for piece in pieces
        if piece.share > 0
    ]
    _bars(
        data={
            "parts": parts,
            "height": height,
            "alt": alt or "; ".join(str(part["title"]) for part in parts),
            "lines": [[word.__dict__ for word in line] for line in lines],
        },
        key=plain_key(key),
    )


def funnel_bar(key: str, kept: float, removed: Sequence[tuple[str, float]], unit: str) -> None:
    """What a recipe keeps, and what each rule is first to remove, in the order of the rules."""
    pieces = [Piece("kept", kept, "kept"), *(Piece(reason, share, "removed") for reason, share in removed)]
    largest = sorted((pair for pair in removed if pair[1] > 0), key=lambda pair: -pair[1])
    words = [Word(reason, numbers.percent(share), "removed") for reason, share in largest[:6]]
    rest = len(largest) - len(words)
    if rest > 0:
        words.append(Word(f"{rest} more", numbers.percent(sum(share for _, share in largest[6:])), "removed"))
    bar(key, pieces, unit, height=14, lines=[[Word("first removed by"), *words]] if words else ())


def step_bar(key: str, left: float, lost: float, only: float, unit: str) -> None:
    """What is left after one rule and all before it, what it took, and what only it would take."""
    pieces = [
        Piece("left", left, "kept"),
        Piece("removed here", lost, "removed"),
        Piece("removed before", 1 - left - lost, "gone"),
    ]
    words = [
        [
            Word("", numbers.percent(left), "kept"),
            Word("", numbers.percent(-lost) if lost else numbers.percent(0), "removed", True),
        ],
        [Word(f"{numbers.percent(only)} by this rule only")],
    ]
    bar(key, pieces, unit, height=9, lines=words)


def composition(key: str, shares: Sequence[tuple[str, float]], unit: str, height: int = 8) -> None:
    """What a corpus is made of, largest first; all but five labels in grey."""
    ranked = sorted(shares, key=lambda pair: -pair[1])
    pieces = [Piece(name, share, f"t{i}") for i, (name, share) in enumerate(ranked[:COMPOSITION])]
    rest = ranked[COMPOSITION:]
    if rest:
        pieces.append(Piece(f"{len(rest)} more", sum(share for _, share in rest), "rest"))
    bar(key, pieces, unit, height=height)
