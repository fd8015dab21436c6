"""Excerpts: what a document is, in two lines of grey and three of text; a click or Enter opens the reader."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pages.ui.component import component, on
from pages.ui.highlight import Pieces, marked, plain

LONGEST = 600
"""Characters of text sent for an excerpt: three lines hold fewer."""
NEAR = 160
"""Characters from the beginning within which a mark is seen in the first lines."""
BEFORE = 60
"""Characters before a mark that stands further on in its line."""

_excerpts = component("excerpts")


@dataclass(frozen=True)
class Excerpt:
    """One document in a list.

    Attributes:
        id: what opens it, usually its address.
        lead: why it stands here, in the list's colour: ``few alphabetic 0.779``, ``10 % · 4.38``.
        about: domain and length: ``docs · 335 tokens``.
        doc: its number, in the corner.
        text: the text from the first line that has letters, or pieces of it with marks.
    """

    id: str
    lead: str
    about: str
    doc: str
    text: str | Pieces


def excerpts(
    key: str,
    rows: Sequence[Excerpt],
    on_open: Callable[[str], None],
    *,
    title: str = "",
    note: str = "",
    tone: str = "plain",
    lines: int = 3,
    nothing: str = "No document",
) -> None:
    """A list of documents to read.

    Args:
        key: unique on the page.
        rows: what to read.
        on_open: called with the ``id`` of the one to open, before the page runs again.
        title: over the list, on a rule in the colour of ``tone``.
        note: beside it, in grey.
        tone: ``removed``, ``kept``, ``target`` or ``plain``.
        lines: of text shown of each.
        nothing: the sentence when there is no row.
    """
    ids = [row.id for row in rows]
    data = {
        "rows": [
            {
                "id": i,
                "lead": row.lead,
                "about": " ".join(row.about.split()),
                "doc": row.doc,
                "pieces": around(row.text, ()) if isinstance(row.text, str) else row.text,
            }
            for i, row in enumerate(rows)
        ],
        "title": title,
        "note": note,
        "tone": tone,
        "clamp": lines,
        "nothing": nothing,
    }
    _excerpts(data=data, key=key, on_open_change=on(key, "open", lambda sent: on_open(ids[int(sent["id"])])))


def beginning(text: str) -> str:
    """The text from the first line that has a letter on, without blank lines; all of it if none has."""
    return "".join(piece for piece, _ in around(text, ()))


def around(text: str, spans: Sequence[tuple[int, int, str]]) -> Pieces:
    """The part of a text that shows its first span, marked; its beginning where there is none or it is near.

    Args:
        text: of the document, or the beginning of it.
        spans: first character, the one after the last, what the mark says; the first one is shown.
    """
    start = _beginning(text)
    cut = ""
    if spans and not start <= spans[0][0] < start + NEAR:
        first = spans[0][0]
        start = text.rfind("\n", 0, first) + 1
        if first - start > NEAR:
            start = text.find(" ", first - BEFORE, first) + 1 or first - BEFORE
            cut = "… "
    end = start + 4 * LONGEST
    inside = [(max(a, start) - start, min(b, end) - start, said) for a, b, said in spans if b > start]
    return shortened([*plain(cut), *marked(text[start:end], inside)])


def _beginning(text: str) -> int:
    """Where the first line begins that has a letter; the first that is not blank where none has."""
    at, filled = 0, None
    for line in text[: 20 * LONGEST].splitlines(keepends=True):
        if any(map(str.isalpha, line)):
            return at
        if filled is None and line.strip():
            filled = at
        at += len(line)
    return filled or 0


def shortened(pieces: Pieces) -> Pieces:
    """Up to ``LONGEST`` characters, without blank lines and the white space around line ends."""
    found: Pieces = []
    room, new = LONGEST, True
    for text, said in pieces:
        short = re.sub(r"\s*[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*", "\n", text)
        short = (short.lstrip() if new else short)[:room]
        if short:
            found.append((short, said))
            room, new = room - len(short), short.endswith("\n")
    return found
