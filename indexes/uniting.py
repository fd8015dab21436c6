"""One type for values that come in several: wider where nothing is lost, else text."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pa.string()

DEEPEST, MOST_NAMES = 16, 1_000
"""Levels of a nested type, and names in one of them; a value beyond is kept as JSON text. Parquet's readers
refuse a hundred levels, and an object used as a map makes a column of every key."""


def is_text(kind: pa.DataType) -> bool:
    """Whether values of this type are text as they stand, or bytes that may be."""
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def is_nested(kind: pa.DataType) -> bool:
    """Whether values of this type have parts."""
    return bool(pa.types.is_nested(kind))


def is_unwieldy(kind: pa.DataType) -> bool:
    """Whether a nested type is too deep or too wide to be kept as one."""
    left = [(kind, 1)]
    while left:
        kind, depth = left.pop()
        if (depth > DEEPEST and is_nested(kind)) or (
            pa.types.is_struct(kind) and kind.num_fields > MOST_NAMES
        ):
            return True
        left += [(kind.field(i).type, depth + 1) for i in range(kind.num_fields)]
    return False


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The type in which values are stored: text of one width, no dictionaries, no empty structs (as null)."""
    if pa.types.is_dictionary(kind):
        return plain_type(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return TEXT
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_float16(kind):
        return pa.float32()
    if pa.types.is_struct(kind):
        inner = [pa.field(field.name, plain_type(field.type)) for field in kind]
        inner = [field for field in inner if not _is_empty(field.type)]
        return pa.struct(inner) if inner else pa.null()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_list_view(kind):
        return pa.list_(plain_type(kind.value_type))
    return kind


def _is_empty(kind: pa.DataType) -> bool:
    return bool(pa.types.is_null(kind))


def unite(a: pa.DataType, b: pa.DataType) -> pa.DataType:
    """The narrowest type that may hold the values of both; text where there is none.

    An ``int64`` united with a float is a ``double`` that ``cast`` refuses where a value would change.
    """
    if a.equals(b) or pa.types.is_null(b):
        return a
    if pa.types.is_null(a):
        return b
    if pa.types.is_integer(a) and pa.types.is_integer(b):
        return _unite_integers(a, b)
    if _is_number(a) and _is_number(b):
        return pa.float64()
    if pa.types.is_timestamp(a) and pa.types.is_timestamp(b) and a.tz == b.tz:
        return a if ["s", "ms", "us", "ns"].index(a.unit) > ["s", "ms", "us", "ns"].index(b.unit) else b
    if pa.types.is_struct(a) and pa.types.is_struct(b):
        return _unite_structs(a, b)
    if _is_list(a) and _is_list(b):
        return pa.list_(unite(a.value_type, b.value_type))
    return TEXT


def most_frequent(found: Iterable[tuple[pa.DataType, float]]) -> pa.DataType:
    """The type that most values have, those counted together that one type holds; of as many, the first.

    Args:
        found: a type, and how many values have it; at least one.
    """
    alike: list[tuple[pa.DataType, float]] = []
    for kind, count in found:
        for i, (other, so_far) in enumerate(alike):
            united = unite(other, kind)
            if not united.equals(TEXT) or (is_text(other) and is_text(kind)):
                alike[i] = (united, so_far + count)
                break
        else:
            alike.append((kind, count))
    return max(alike, key=lambda pair: pair[1])[0]


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _unite_integers(a: pa.DataType, b: pa.DataType) -> pa.DataType:
    signed = [kind for kind in (a, b) if pa.types.is_signed_integer(kind)]
    if len(signed) != 1:
        return a if a.bit_width > b.bit_width else b
    [unsigned] = [kind for kind in (a, b) if kind is not signed[0]]
    return TEXT if unsigned.bit_width == 64 else pa.int64()


def _unite_structs(a: pa.DataType, b: pa.DataType) -> pa.DataType:
    inner = {field.name: field.type for field in a}
    if len(inner) != a.num_fields or len({field.name for field in b}) != b.num_fields:
        return TEXT
    for field in b:
        inner[field.name] = unite(inner[field.name], field.type) if field.name in inner else field.type
    return pa.struct(list(inner.items())) if len(inner) <= MOST_NAMES else TEXT


def cast(array: pa.Array | pa.ChunkedArray, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """The same values in another type.

    Raises:
        pa.ArrowInvalid: a value would change or does not fit. Never where ``kind`` is text.
    """
    if array.type.equals(kind):
        return array
    if pa.types.is_null(array.type):
        return array.cast(kind)
    if kind.equals(TEXT):
        return as_text(array)
    if pa.types.is_string(array.type) and not is_text(kind):
        raise pa.ArrowInvalid(f"text does not become {kind} by itself")
    try:
        return array.cast(kind)
    except (pa.ArrowNotImplementedError, pa.ArrowTypeError):
        if not is_nested(kind):
            raise pa.ArrowInvalid(f"{array.type} does not become {kind}") from None
        return pa.array([_fit(value, kind) for value in array.to_pylist()], kind)


def _fit(value: Any, kind: pa.DataType) -> Any:
    """A Python value in the shape of a nested type; text where the type says text."""
    if value is None:
        return None
    if pa.types.is_struct(kind) and isinstance(value, dict):
        return {field.name: _fit(value.get(field.name), field.type) for field in kind}
    if _is_list(kind) and isinstance(value, list):
        return [_fit(item, kind.value_type) for item in value]
    if kind.equals(TEXT) and not isinstance(value, str):
        return json_text(value)
    return value


def as_text(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Values as text: text as it is, numbers and dates as they are written, nested values as JSON."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return as_text(array.cast(kind.value_type))
    if is_text(kind):
        return utf8(array)
    if not is_nested(kind):
        try:
            return array.cast(TEXT)
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            pass
    return pa.array([None if value is None else json_text(value) for value in array.to_pylist()], TEXT)


def json_text(value: Any) -> str:
    """A parsed value as text: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_said)


def _said(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def utf8(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Text, with what is not UTF-8 replaced by U+FFFD, so that every reader can open the file."""
    raw = array.cast(pa.binary())
    try:
        return raw.cast(TEXT)
    except pa.ArrowInvalid:
        fixed = [None if value is None else value.decode(errors="replace") for value in raw.to_pylist()]
        return pa.array(fixed, TEXT)


def without_nan(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The same values, NaN as null."""
    if not pa.types.is_floating(array.type) or not pc.any(pc.is_nan(array)).as_py():
        return array
    return pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)


def leaves(array: pa.Array) -> list[pa.Array]:
    """The arrays of plain values inside a nested one; the array itself where it is not nested."""
    if pa.types.is_struct(array.type):
        return [leaf for inner in array.flatten() for leaf in leaves(inner)]
    if _is_list(array.type):
        return leaves(array.flatten())
    return [array]


def mapped_type(kind: pa.DataType, change: Callable[[pa.DataType], pa.DataType]) -> pa.DataType:
    """A type with every plain type in it changed."""
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(field.name, mapped_type(field.type, change)) for field in kind])
    if _is_list(kind):
        return pa.list_(mapped_type(kind.value_type, change))
    return change(kind)


def column_of(values: list[Any], depth: int = 1) -> pa.Array:
    """Parsed JSON values of one column, None where they are missing, in the one type that holds them all."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        exact = all(abs(value) <= 1 << 53 for value in values if type(value) is int)
        return pa.array([None if v is None else float(v) for v in values]) if exact else _texts(values)
    if len(kinds) > 1 or (depth > DEEPEST and kinds & {dict, list}):
        return _texts(values)
    missing = [value is None for value in values]
    if kinds == {dict}:
        names = dict.fromkeys(name for value in values if value for name in value)
        if len(names) > MOST_NAMES:
            return _texts(values)
        inner = [column_of([v.get(name) if v else None for v in values], depth + 1) for name in names]
        mask = pa.array(missing)
        return pa.StructArray.from_arrays(inner, list(names), mask=mask) if inner else pa.array(values)
    if kinds == {list}:
        items = column_of([item for value in values if value for item in value], depth + 1)
        ends = np.cumsum([len(value) if value else 0 for value in values])
        places = pa.array([0, *ends], pa.int32())
        return pa.ListArray.from_arrays(places, items, mask=pa.array(missing))
    try:
        return pa.array(values, pa.int64() if kinds == {int} else None)
    except OverflowError:
        return _texts(values)


def _texts(values: list[Any]) -> pa.Array:
    return pa.array([None if value is None else json_text(value) for value in values], TEXT)


def exact_double(array: pa.Array) -> bool:
    """Whether no leaf holds a number so large that it may have been an integer that lost digits."""
    for leaf in leaves(array):
        if pa.types.is_floating(leaf.type) and len(leaf):
            largest = pc.max(pc.abs(pc.if_else(pc.is_finite(leaf), leaf, pa.scalar(0.0, leaf.type)))).as_py()
            if largest is not None and largest >= 1 << 53:
                return False
    return True
