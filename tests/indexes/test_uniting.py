"""Values of several types become one type without a loss."""

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from indexes.uniting import TEXT, cast, column_of, exact_double, plain_type, unite

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 70), 1 << 70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab", min_size=1, max_size=1), inner, max_size=2)
    ),
    max_leaves=6,
)


def said(value, given):
    """Whether a stored value says what was given; text may stand for it."""
    if value is None:
        return given in (None, {}) or (isinstance(given, dict) and all(v is None for v in given.values()))
    if isinstance(value, str):
        return value == given if isinstance(given, str) else said(json.loads(value), given)
    if isinstance(value, dict):
        return all(said(inner, given.get(name)) for name, inner in value.items())
    if isinstance(value, list):
        return len(value) == len(given) and all(map(said, value, given))
    return value == given and isinstance(value, bool) == isinstance(given, bool)


@given(st.lists(JSON, max_size=6))
def test_a_column_of_json_values_keeps_what_each_says(values):
    stored = column_of(values).to_pylist()
    assert len(stored) == len(values)
    assert all(map(said, stored, values))


@given(st.lists(JSON, max_size=4), st.lists(JSON, max_size=4))
def test_two_columns_united_keep_what_each_value_says(one, two):
    columns = [column_of(one), column_of(two)]
    united = unite(plain_type(columns[0].type), plain_type(columns[1].type))
    for column, values in zip(columns, (one, two), strict=True):
        if plain_type(column.type) != column.type:
            continue
        try:
            stored = cast(column, united)
        except pa.ArrowInvalid:
            stored = cast(column, TEXT)
        assert all(map(said, stored.to_pylist(), values))


@given(st.lists(JSON, max_size=3), st.lists(JSON, max_size=3))
def test_uniting_knows_no_order_but_that_of_names(one, two):
    a, b = column_of(one).type, column_of(two).type

    def shape(kind):
        if pa.types.is_struct(kind):
            return {field.name: shape(field.type) for field in kind}
        return [shape(kind.value_type)] if pa.types.is_list(kind) else str(kind)

    assert shape(unite(a, b)) == shape(unite(b, a))
    assert unite(a, a) == a


def test_a_double_that_may_have_been_a_larger_integer_is_told():
    assert exact_double(pa.array([1.5, float("inf"), None]))
    assert not exact_double(pa.array([{"a": [2.0**60]}]))
