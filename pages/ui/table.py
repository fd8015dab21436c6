"""A table of documents: sorted at its head, opened by a click or Enter, values drawn as text alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pages.ui.component import component, on
from pages.ui.excerpts import LONGEST, beginning

_table = component("table")


@dataclass(frozen=True)
class Head:
    """A column of the table.

    Attributes:
        number: its cells stand to the right.
    """

    name: str
    number: bool


@dataclass(frozen=True)
class Row:
    """One document.

    Attributes:
        id: what opens it.
        doc: its number.
        cells: one a column, None for no value.
        text: what its text begins with, None where there is none.
    """

    id: str
    doc: str
    cells: Sequence[str | None]
    text: str | None


def table(
    key: str,
    heads: Sequence[Head],
    rows: Sequence[Row],
    sorted_by: tuple[str, bool],
    on_open: Callable[[str], None],
    on_sort: Callable[[str], None],
    alt: str,
) -> None:
    """Documents to look over.

    Args:
        key: unique on the page.
        heads: the columns, of which the first is the number of a document; its text stands after them.
        rows: the documents, in their order; ``cells`` are of the columns but the first.
        sorted_by: name of the column they are sorted by, and whether its largest value comes first.
        on_open: called with the ``id`` of the one to open.
        on_sort: called with the name of the column at whose head was clicked.
        alt: what the table is, for who cannot see it.
    """
    column, down = sorted_by
    ids, names = [row.id for row in rows], [head.name for head in heads]
    data = {
        "alt": alt,
        "heads": [
            {"name": head.name, "number": head.number, "sorted": _sorted(head.name == column, down)}
            for head in heads
        ],
        "rows": [
            {
                "id": i,
                "doc": row.doc,
                "cells": row.cells,
                "text": None if row.text is None else " ".join(beginning(row.text)[:LONGEST].split()),
            }
            for i, row in enumerate(rows)
        ],
    }
    _table(
        data=data,
        key=key,
        on_open_change=on(key, "open", lambda sent: on_open(ids[int(sent["id"])])),
        on_sort_change=on(key, "sort", lambda sent: on_sort(names[int(sent["id"])])),
    )


def _sorted(chosen: bool, down: bool) -> str:
    """In the words of ``aria-sort``."""
    return "none" if not chosen else "descending" if down else "ascending"
