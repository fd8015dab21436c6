"""How one file is laid out: the schema of its source, and which column holds what.

Keys inside a column, and those of JSONL, are known by rows that have them. So by what a source's files are
mapped is decided once, by the first rows of several, and kept in ``corpus.toml``: a field found in one file
only would be null in all others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexes.columns import SOURCE, TEXT
from indexes.documents import Arranger
from indexes.errors import FileFault
from indexes.metadata import MOST_KEYS, inside, is_json, plain
from indexes.reading import jsonl, parquet
from indexes.reading.jsonl import PEEK, PEEKED_ROWS
from indexes.schema import MAPPED, Schema, choose_schema, map_columns, schema_named
from indexes.sources import Input
from indexes.uniting import is_text

OPENED_SAID = 12

FILES_LOOKED_AT = 16
"""Files of a new source by whose first rows all of them are mapped."""

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
        inner: all that lies inside, by the first rows.
    """

    source: str
    schema: Schema
    mapping: Mapping[str, str]
    columns: list[str]
    first: pa.Table
    opened: Sequence[str] = ()
    inner: Sequence[str] = ()

    def sentence(self) -> str:
        """The mapping, as it is printed."""
        said = [
            (f"{column} → {name}" if column != name else name) + DERIVED_SAID.get(name, "")
            for name, column in self.mapping.items()
            if name == TEXT or {column, column.partition(".")[0]} & {*self.columns}
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
        sources: what the workspace says of the sources it knows, and ``mappings_of`` of new ones: a source
            keeps its schema as long as the columns that this requires are there, and its mapping with it.
        first: the file's first rows, if they are known.

    Raises:
        FileFault: it cannot be read, or has no text column.
    """
    first = given.reader.peek(given.path) if first is None else first
    columns = first.column_names
    if not columns:  # no row that could be read, or none at all: what there is will be counted as it is read
        empty = schema_named(schema or "plain")
        return Layout(given.source, empty, {TEXT: empty.spellings[TEXT][0]}, [], first)
    known = next((said for said in sources if said["name"] == given.source), None)
    kept = schema_named(known["schema"]) if known and set(columns).issuperset(_required(known)) else None
    chosen = schema_named(schema) if schema else kept or choose_schema(columns)
    decided = known["mapping"] if known and known["schema"] == chosen.name else None
    parts = _parts(given, first, further=decided is None)
    inner = [f"{name}.{key}" for name in parts for key in parts[name]]
    mapping = map_columns(chosen, [*columns, *inner], overrides)
    if decided is not None:
        mapping = _as_decided(given, mapping, decided, columns, inner, overrides)
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
    return Layout(given.source, chosen, mapping, columns, first, opened, inner)


def mappings_of(
    inputs: Sequence[Input],
    schema: str | None,
    overrides: Mapping[str, str],
    sources: Iterable[Mapping[str, Any]],
    peek: Callable[[Input], pa.Table] = lambda given: given.reader.peek(given.path),
) -> tuple[dict[str, Any], ...]:
    """By what all files of each new source are mapped, as the workspace will say it; not for one of one file.

    Args:
        inputs: the files.
        schema: see ``layout_of``, as for the next two.
        overrides: column -> field.
        sources: those that the workspace knows.
        peek: gives a file's first rows.
    """
    recorded = {said["name"] for said in sources}
    by_source: dict[str, list[Input]] = {}
    for given in inputs:
        if given.source not in recorded:
            by_source.setdefault(given.source, []).append(given)
    found = []
    for name, ours in by_source.items():
        layouts = []
        for given in ours[:: -(-len(ours) // FILES_LOOKED_AT)] if len(ours) > 1 else ():
            try:
                layout = layout_of(given, schema, overrides, (), peek(given))
            except (FileFault, OSError):
                continue  # it is told when it is its turn
            if layout.columns:
                layouts.append(replace(layout, first=layout.first.schema.empty_table()))
        if layouts:
            chosen = layouts[0].schema
            alike = [layout for layout in layouts if layout.schema is chosen]
            columns = [column for layout in alike for column in (*layout.columns, *layout.inner)]
            mapping = map_columns(chosen, columns, overrides)
            found.append({"name": name, "schema": chosen.name, "mapping": mapping})
    return tuple(found)


def _required(known: Mapping[str, Any]) -> tuple[str, ...]:
    return schema_named(known["schema"]).required


def _parts(given: Input, first: pa.Table, further: bool) -> dict[str, dict[str, pa.ChunkedArray]]:
    """Column -> key -> values, of structs and of text that is JSON objects, by the first rows.

    Of Parquet three rows are known, too few to see the keys: those columns alone are read further, while it
    is to be decided what they are mapped by.
    """
    structs = {name for name in first.column_names if pa.types.is_struct(first.schema.field(name).type)}
    texts = [name for name in first.column_names if is_text(first.schema.field(name).type)]
    if further and given.reader is parquet.READER:
        unseen = [name for name in texts if is_json(first[name]) or first[name].null_count == len(first)]
        more = parquet.first_values(given.path, unseen, PEEKED_ROWS) if unseen else first
        values = {name: more[name] for name in unseen}
    else:
        values = {name: first[name] for name in texts}
    found = {name: column for name, column in values.items() if is_json(column)}
    return {
        name: inside(found.get(name, first[name]))
        for name in first.column_names
        if name in structs or name in found
    }


def _as_decided(
    given: Input,
    mapping: Mapping[str, str],
    decided: Mapping[str, str],
    columns: Sequence[str],
    inner: Sequence[str],
    overrides: Mapping[str, str],
) -> dict[str, str]:
    """A file's mapping, by its own columns, made that of its source.

    A field of the source is taken from its column wherever that may be in the file, seen or not; none is
    taken from inside a column of this file that is not so for its source. The text is where the file has it.
    """
    by_hand = {field for column, field in overrides.items() if column in {*columns, *inner}}
    found = dict(mapping)
    for field in MAPPED:
        column = decided.get(field, "")
        outer = column.partition(".")[0]
        if field == TEXT or field in by_hand or overrides.get(column, field) != field:
            continue
        if column in columns or column in inner:
            found[field] = column
        elif field not in found:
            if column and (outer in columns or given.reader is jsonl.READER):
                found[field] = column
        elif not column and found[field] not in columns:
            del found[field]
    return {field: found[field] for field in MAPPED if field in found}


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
