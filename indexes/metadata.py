"""What lies inside the columns of a file: structs, and text that is JSON objects, opened one level deep.

The column itself stays whole under ``source.``, so nothing is lost; beside it stands
``source.<column>.<key>`` for each key with plain values. Nested values are not opened further, and stay
inside. Where keys are too many, the most frequent ones of the first rows are opened and no others: so of a
key that is opened at all, every document has its value.
"""

import json
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from indexes.reading.jsonl import objects
from indexes.uniting import is_nested, is_text

MOST_KEYS = 64
"""Keys opened of one column."""

MOST_OPENED = 512
"""Keys opened in all."""

MOST_NAME = 100
"""Characters of a key that is opened; one that is longer, empty or not printable stays inside."""


def is_json(column: pa.ChunkedArray) -> bool:
    """Whether all values that are there look like JSON objects, and the first is one."""
    if not is_text(column.type) or column.null_count == len(column):
        return False
    there = column.drop_null()
    [first] = _texts(there.slice(0, 1))
    if not _braced(first):
        return False
    try:
        found = json.loads(str(first))
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and all(map(_braced, _texts(there)))


def _braced(value: str | None) -> bool:
    said = (value or "").strip()
    return said.startswith("{") and said.endswith("}")


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    """Values of text, whatever it is stored as; what is not UTF-8 replaced."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    values = column.cast(pa.binary()).to_pylist()
    return [None if value is None else value.decode(errors="replace") for value in values]


def inside(column: pa.ChunkedArray) -> dict[str, pa.ChunkedArray]:
    """Key -> values of a struct, or of text that is JSON objects; null where the value is none."""
    if pa.types.is_struct(column.type):
        return {field.name: pc.struct_field(column, field.name) for field in column.type}
    table = objects(_texts(column))
    return {name: table[name] for name in table.column_names if name}


def plain(values: Mapping[str, pa.ChunkedArray]) -> dict[str, int]:
    """Keys that may be columns -> how many values they have, the most first, then as they came."""
    found = {
        key: len(column) - column.null_count
        for key, column in values.items()
        if not is_nested(column.type) and 0 < len(key) <= MOST_NAME and key.isprintable()
    }
    return {key: found[key] for key in sorted(found, key=lambda key: -found[key]) if found[key]}
