"""Names and values side by side: a document's metadata, its verdicts; buttons that copy."""

from collections.abc import Sequence
from dataclasses import dataclass

from pages.ui.component import component

LONGEST = 2_000
"""Characters of a value that are sent; a longer one ends in an ellipsis."""

_facts = component("facts")
_copy = component("copy")


@dataclass(frozen=True)
class Fact:
    """A name and its value, None for not stated.

    ``tone``: "", ``good`` (kept), ``bad`` (removed) or ``quiet`` (not there).
    """

    name: str
    value: str | None
    copy: bool = False
    tone: str = ""


def facts(key: str, rows: Sequence[Fact]) -> None:
    """One line a fact."""
    data = [
        {
            "name": row.name,
            "value": None if row.value is None else _short(row.value),
            "copy": row.copy and row.value is not None,
            "tone": row.tone,
        }
        for row in rows
    ]
    _facts(data={"rows": data}, key=key)


def copy_button(key: str, words: str, text: str) -> None:
    """A button that copies a text: a document as JSON, a page's address, a command."""
    _copy(data={"words": words, "text": text, "address": False}, key=key, width="content")


def copy_address(key: str, words: str = "Copy link") -> None:
    """A button that copies the address of the page as it stands."""
    _copy(data={"words": words, "text": "", "address": True}, key=key, width="content")


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
