"""The menu: a page is added by its file alone, and no page runs to build it."""

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pages.ui.head import split_docstring

PAGES = Path(__file__).parent.parent
GROUPS = ("home", "explore", "select", "deliver")
"""Folders of pages, in the order of the menu; the first has no heading."""
LAST = 1_000


@dataclass(frozen=True)
class Entry:
    """A page as the menu shows it.

    Attributes:
        title, question: of its docstring, "Title. What it answers?".
        icon: its constant ``ICON``; order: its constant ``ORDER``, within the group.
    """

    file: Path
    title: str
    question: str
    icon: str | None
    order: int

    @property
    def name(self) -> str:
        """Its address."""
        return self.file.stem


def entries() -> dict[str, list[Entry]]:
    """Group -> its pages, in the order of the menu."""
    return {
        group: sorted(
            (_entry(file, file.stat().st_mtime_ns) for file in (PAGES / group).glob("[!_]*.py")),
            key=lambda entry: (entry.order, entry.name),
        )
        for group in GROUPS
    }


@lru_cache
def _entry(file: Path, changed: int) -> Entry:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    said = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    title, question = split_docstring(ast.get_docstring(tree) or file.stem)
    icon, order = said.get("ICON"), said.get("ORDER")
    return Entry(
        file,
        title,
        question,
        icon if isinstance(icon, str) else None,
        order if isinstance(order, int) else LAST,
    )
