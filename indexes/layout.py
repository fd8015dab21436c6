"""How one file is laid out: the schema of its source, and which column holds what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from indexes.columns import TEXT
from indexes.errors import FileFault
from indexes.metadata import inside, is_json
from indexes.schema import Schema, choose_schema, map_columns, schema_named
from indexes.sources import Input
from indexes.uniting import is_text


@dataclass(frozen=True)
class Layout:
    """Attributes of one file.

    Attributes:
        source: its source's name.
        mapping: field or ``text`` -> column.
        columns: its columns, in its order.
        first: its first rows.
    """

    source: str
    schema: Schema
    mapping: Mapping[str, str]
    columns: list[str]
    first: pa.Table

    def sentence(self) -> str:
        """The mapping, as it is printed."""
        said = [f"{column} → {name}" if column != name else name for name, column in self.mapping.items()]
        rest = [column for column in self.columns if column not in self.mapping.values()]
        others = f"; under source.: {', '.join(rest)}" if rest else ""
        return f"Source {self.source} ({self.schema.label}): {', '.join(said)}{others}."


def layout_of(
    given: Input, schema: str | None, overrides: Mapping[str, str], sources: Iterable[Mapping[str, Any]]
) -> Layout:
    """Look at a file's first rows and map its columns.

    Args:
        given: the file.
        schema: the name of the schema, if it was given.
        overrides: column -> field, from ``--map``.
        sources: what the workspace says of the sources it knows: a source keeps its schema as long as the
            columns that this requires are there.

    Raises:
        FileFault: it cannot be read, or has no text column.
    """
    first = given.reader.peek(given.path)
    columns = first.column_names
    if not columns:  # no row that could be read, or none at all: what there is will be counted as it is read
        plain = schema_named(schema or "plain")
        return Layout(given.source, plain, {TEXT: plain.spellings[TEXT][0]}, [], first)
    chosen = (
        schema_named(schema) if schema else _known(given.source, columns, sources) or choose_schema(columns)
    )
    mapping = map_columns(chosen, inner_names(first), overrides)
    if TEXT not in mapping:
        raise FileFault(
            f"{given.path} has no text column, only {', '.join(columns[:12])}.",
            "Name the one that holds the text, such as: --map body_html=text",
            text_columns(first),
        )
    return Layout(given.source, chosen, mapping, columns, first)


def text_columns(first: pa.Table) -> list[str]:
    """Columns that hold text, the one with the most of it first."""
    texts = [name for name in first.column_names if is_text(first.schema.field(name).type)]
    most = {name: pc.sum(pc.binary_length(first[name])).as_py() or 0 for name in texts}
    return sorted((name for name in texts if most[name]), key=lambda name: -most[name])


def _known(source: str, columns: list[str], sources: Iterable[Mapping[str, Any]]) -> Schema | None:
    for said in sources:
        if said["name"] == source and set(columns).issuperset(schema_named(said["schema"]).required):
            return schema_named(said["schema"])
    return None


def inner_names(first: pa.Table, apart: str = "") -> list[str]:
    """Names of a file's columns, and of what lies one level inside them (``metadata.url``), but for one."""
    names = list(first.column_names)
    for name in first.column_names:
        if name != apart and (pa.types.is_struct(first.schema.field(name).type) or is_json(first[name])):
            names += [f"{name}.{key}" for key in inside(first[name])]
    return list(dict.fromkeys(names))
