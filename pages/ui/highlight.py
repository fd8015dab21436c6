"""Text on the screen, with marks: one component that sets text nodes, so nothing in a text is ever markup."""

from collections.abc import Iterable

from pages.ui.component import component

Pieces = list[tuple[str, str | None]]
"""A text in order, cut where marks begin and end: (text, None) or (text, what the mark says on hover)."""

_text = component("text")


def text(
    key: str,
    content: str | Pieces,
    *,
    raw: bool = False,
    nothing: str = "This document is empty.",
    to_mark: bool = False,
) -> None:
    """A document's text, 74 characters wide; ``raw`` in the monospaced font; seen ``to_mark``, the first."""
    shown = plain(content) if isinstance(content, str) else content
    _text(data={"pieces": shown, "raw": raw, "nothing": nothing, "to_mark": to_mark}, key=key)


def plain(content: str) -> Pieces:
    """A text without marks."""
    return [(content, None)] if content else []


def marked(content: str, spans: Iterable[tuple[int, int, str]]) -> Pieces:
    """Cut a text into pieces at spans: first character, the one after the last, what the mark says.

    Where spans overlap, the first that begins keeps its place and the next begins after it.
    """
    cut: Pieces = []
    done = 0
    for start, end, said in sorted(spans):
        start = max(start, done)
        if end <= start:
            continue
        if start > done:
            cut.append((content[done:start], None))
        cut.append((content[start:end], said))
        done = end
    if done < len(content):
        cut.append((content[done:], None))
    return cut
