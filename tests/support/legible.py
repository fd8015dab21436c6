"""Whether what stands on a page in a browser can be read: nothing cut or covered, contrast, the keyboard."""

from pathlib import Path
from typing import Any

CONTRAST = 4.5
"""WCAG 2.2, 1.4.3; asked of large text too."""

PROBLEMS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def problems(page: Any, *parts: str) -> list[str]:
    """What of a page cannot be read or reached, a line each.

    Args:
        page: of Playwright, drawn.
        parts: ``cut``, ``over``, ``contrast``, ``keys``; all if none is given.
    """
    asked = parts or ("cut", "over", "contrast", "keys")
    found: list[str] = page.evaluate(PROBLEMS, {"least": CONTRAST, "parts": asked})
    return found
