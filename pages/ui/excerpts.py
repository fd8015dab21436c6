"""Excerpts: what a document is, in two lines of grey and three of text; a click or Enter opens the reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pages.ui.component import component, on
from pages.ui.highlight import Pieces, plain

LONGEST = 600
"""Characters of text sent for an excerpt: three lines hold fewer."""

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
                "pieces": plain(beginning(row.text)[:LONGEST]) if isinstance(row.text, str) else row.text,
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
    lines = [line.strip() for line in text[: 20 * LONGEST].splitlines() if line.strip()]
    first = next((i for i, line in enumerate(lines) if any(c.isalpha() for c in line)), 0)
    return "\n".join(lines[first:])
