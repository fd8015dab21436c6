"""How one file is laid out: the schema of its source, and which column holds what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexes.columns import SOURCE, TEXT
from indexes.documents import Arranger
from indexes.errors import FileFault
from indexes.metadata import MOST_KEYS, inside, is_json, plain
from indexes.reading import parquet
from indexes.reading.jsonl import PEEK
from indexes.schema import Schema, choose_schema, map_columns, schema_named
from indexes.sources import Input
from indexes.uniting import is_text

OPENED_SAID = 12

DERIVED_SAID = {"url": " (with url_host, url_domain)", "date": " (with date_seconds)"}
"""Columns that are made of a field, as they are said beside it."""


@dataclass(frozen=True)
class Layout:
    """Attributes of one file.

    Attributes:
        source: its source's name.
        mapping: field or ``text`` -> column.
        columns: its columns, in its order.
        first: its first rows.
        opened: what lies inside its columns, by the first rows, and gets columns of its own (``meta.score``).
    """

    source: str
    schema: Schema
    mapping: Mapping[str, str]
    columns: list[str]
    first: pa.Table
    opened: Sequence[str] = ()

    def sentence(self) -> str:
        """The mapping, as it is printed."""
        said = [
            (f"{column} → {name}" if column != name else name) + DERIVED_SAID.get(name, "")
            for name, column in self.mapping.items()
        ]
        rest = [column for column in self.columns if column not in self.mapping.values()]
        others = f"; under source.: {', '.join(rest)}" if rest else ""
        more = f" and {len(self.opened) - OPENED_SAID:,} more" if len(self.opened) > OPENED_SAID else ""
        inside = f"; opened: {', '.join(self.opened[:OPENED_SAID])}{more}" if self.opened else ""
        return f"Source {self.source} ({self.schema.label}): {', '.join(said)}{others}{inside}."


def layout_of(
    given: Input,
    schema: str | None,
    overrides: Mapping[str, str],
    sources: Iterable[Mapping[str, Any]],
    first: pa.Table | None = None,
) -> Layout:
    """Look at a file's first rows and map its columns.

    Args:
        given: the file.
        schema: the name of the schema, if it was given.
        overrides: column -> field, from ``--map``.
        sources: what the workspace says of the sources it knows: a source keeps its schema as long as the
            columns that this requires are there.
        first: the file's first rows, if they are known.

    Raises:
        FileFault: it cannot be read, or has no text column.
    """
    first = given.reader.peek(given.path) if first is None else first
    columns = first.column_names
    if not columns:  # no row that could be read, or none at all: what there is will be counted as it is read
        empty = schema_named(schema or "plain")
        return Layout(given.source, empty, {TEXT: empty.spellings[TEXT][0]}, [], first)
    chosen = (
        schema_named(schema) if schema else _known(given.source, columns, sources) or choose_schema(columns)
    )
    parts = {
        name: inside(first[name])
        for name in columns
        if pa.types.is_struct(first.schema.field(name).type) or is_json(first[name])
    }
    inner = [f"{name}.{key}" for name in parts for key in parts[name]]
    mapping = map_columns(chosen, [*columns, *inner], overrides)
    if TEXT not in mapping:
        raise FileFault(
            f"{given.path} has no text column, only {', '.join(columns[:12])}.",
            "Name the one that holds the text, such as: --map body_html=text",
            text_columns(first),
        )
    own = {*columns, *mapping.values()}
    opened = [
        f"{name}.{key}"
        for name in parts
        if name != mapping[TEXT]
        for key in list(plain(parts[name]))[:MOST_KEYS]
        if f"{name}.{key}" not in own
    ]
    return Layout(given.source, chosen, mapping, columns, first, opened)


def text_columns(first: pa.Table) -> list[str]:
    """Columns that hold text, the one with the most of it first."""
    texts = [name for name in first.column_names if is_text(first.schema.field(name).type)]
    most = {name: pc.sum(pc.binary_length(first[name])).as_py() or 0 for name in texts}
    return sorted((name for name in texts if most[name]), key=lambda name: -most[name])


def stored_types(layout: Layout, key: str) -> Iterator[tuple[str, pa.DataType, float]]:
    """Columns in which a file's first rows would be stored: name, type, share of rows that have a value."""
    table = layout.first
    if not table.num_rows:
        return
    text = layout.mapping[TEXT]
    mapping = {name: column for name, column in layout.mapping.items() if name not in DERIVED_SAID}
    arranger = Arranger(mapping, layout.source, layout.columns, key)  # nothing need be made of them
    rest = table.drop_columns([text]) if text in table.column_names else table
    stored = arranger.arrange(rest, np.zeros(table.num_rows, np.uint64))
    for name in stored.column_names:
        if name.startswith(SOURCE):
            yield name, stored[name].type, 1 - stored[name].null_count / table.num_rows


def rows_of(given: Input, first: pa.Table) -> int:
    """How many rows a file has, about; exactly where it is Parquet, or so small that all have been seen."""
    if given.reader is parquet.READER:
        with parquet.open_file(given.path) as file:
            return int(file.metadata.num_rows)
    size = given.path.stat().st_size
    return int(first.num_rows if size <= PEEK else first.num_rows * max(1, size / max(1, first.nbytes)))


def _known(source: str, columns: list[str], sources: Iterable[Mapping[str, Any]]) -> Schema | None:
    for said in sources:
        if said["name"] == source and set(columns).issuperset(schema_named(said["schema"]).required):
            return schema_named(said["schema"])
    return None
