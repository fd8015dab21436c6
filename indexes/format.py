"""An export format: how kept documents become files.

A file in ``indexes/exports/`` declares one ``FORMAT``.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

from indexes import exports
from indexes.errors import AssayError, near_matches
from indexes.registry import members

Write = Callable[[pa.Table], None]


@dataclass(frozen=True)
class Format:
    """One way of writing documents.

    Attributes:
        name: as ``--format`` takes it; the file's name.
        label: what it is called on the page.
        suffix: of its files; without the dot another spelling of its name.
        open: begin a file of a schema, empty until the function it gives is called. Each call adds some
            documents; equal calls give equal bytes. The file is whole when the context is left.
        count: how many documents a file holds, from the file itself.
    """

    name: str
    label: str
    suffix: str
    open: Callable[[Path, pa.Schema], AbstractContextManager[Write]]
    count: Callable[[Path], int]


@cache
def all_formats() -> Mapping[str, Format]:
    """Name -> format, in order of the names."""
    return members(exports, "FORMAT", Format)


def format_named(name: str) -> Format:
    """A format by its name or suffix; ``AssayError`` with near matches where there is none."""
    known = all_formats()
    for format in known.values():
        if name.lower() in (format.name, format.suffix.lstrip(".")):
            return format
    raise AssayError(
        f"There is no format {name}.{near_matches(name, known)}", f"Choose one of: {', '.join(known)}"
    )
