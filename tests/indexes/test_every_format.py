"""The contract of every export format: what is written reads back equal, and twice gives the same bytes."""

import datetime
import decimal
import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from indexes.errors import AssayError
from indexes.format import all_formats, format_named

FORMATS = list(all_formats().values())


def plain_json(value):
    """A value as JSON can hold it, said once more and more slowly."""
    match value:
        case float() if not np.isfinite(value):
            return None
        case datetime.date() | datetime.time():
            return value.isoformat()
        case decimal.Decimal():
            return str(value)
        case bytes():
            import base64

            return base64.standard_b64encode(value).decode("ascii")
        case dict():
            return {name: plain_json(inner) for name, inner in value.items()}
        case list() | tuple():
            return [plain_json(inner) for inner in value]
    return value


def read_parquet(path, table):
    assert pq.read_schema(path).equals(table.schema)
    return pq.read_table(path).to_pylist(), table.to_pylist()


def read_jsonl(path, table):
    text = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(path.read_bytes())).read().decode()
    assert text == "" or text.endswith("\n")
    found = [json.loads(line, parse_constant=pytest.fail) for line in text.split("\n")[:-1]]
    assert all(list(row) == table.column_names for row in found)
    return found, plain_json(table.to_pylist())


READ = {"parquet": read_parquet, "jsonl": read_jsonl}
"""Format -> what it holds, and what it should hold, read by something else than what wrote it."""

CASES = {
    "integers": pa.array([2**63 - 1, -(2**63), None], pa.int64()),
    "keys": pa.array([2**64 - 1, 0, None], pa.uint64()),
    "small": pa.array([127, -128, None], pa.int8()),
    "numbers": pa.array([0.1, -1e308, None]),
    "singles": pa.array([0.5, -2.0, None], pa.float32()),
    "booleans": pa.array([True, False, None]),
    "text": pa.array(["", 'שלום 🙂\u2028\n"\\ </script>\x00', None]),
    "large text": pa.array(["é" * 10_000, "\r\n", None], pa.large_string()),
    "days": pa.array([datetime.date(1, 1, 1), datetime.date(9999, 12, 31), None]),
    "moments": pa.array([datetime.datetime(2020, 1, 2, 3, 4, 5, 678), None, None], pa.timestamp("us")),
    "moments in zones": pa.array([datetime.datetime(2020, 1, 2), None, None], pa.timestamp("ms", "UTC")),
    "times": pa.array([datetime.time(23, 59, 59, 1), None, None], pa.time64("us")),
    "decimals": pa.array([decimal.Decimal("1.10"), decimal.Decimal("-0.01"), None]),
    "bytes": pa.array([b"", b"\xff\x00", None], pa.binary()),
    "nothing": pa.nulls(3),
    "lists": pa.array([[], [1, None, 3], None], pa.list_(pa.int64())),
    "lists of lists": pa.array([[[], None, ["a"]], [], None]),
    "structs": pa.array([{"a": None, "b": {"c": [1]}}, {"a": "x", "b": None}, None]),
    "lists of structs": pa.array([[{"at": datetime.date(2020, 1, 1), "x": 1.5}, None], [], None]),
    'a.name with "marks"': pa.array(["a", "b", None]),
}


def written(format, path, table, pieces=1):
    with format.open(path, table.schema) as write:
        step = max(1, -(-table.num_rows // pieces))
        for start in range(0, table.num_rows, step):
            write(table.slice(start, step))
    return path.read_bytes()


@pytest.fixture(params=FORMATS, ids=lambda format: format.name)
def format(request):
    return request.param


@pytest.mark.parametrize("case", CASES)
def test_what_is_written_reads_back_equal(format, case, tmp_path):
    table = pa.table({case: CASES[case]})
    written(format, tmp_path / "x", table, pieces=2)
    found, wanted = READ[format.name](tmp_path / "x", table)
    assert found == wanted
    assert format.count(tmp_path / "x") == 3


@given(texts=st.lists(st.none() | st.text(max_size=30), max_size=8))
def test_any_text_reads_back_equal(texts, tmp_path_factory):
    table = pa.table({"text": pa.array(texts, pa.string())})
    path = tmp_path_factory.mktemp("x") / "x"
    for one in FORMATS:
        written(one, path, table)
        found, wanted = READ[one.name](path, table)
        assert found == wanted


def test_twice_gives_the_same_bytes(format, tmp_path):
    table = pa.table(CASES)
    first, second = (written(format, tmp_path / str(i), table, pieces=2) for i in range(2))
    assert first == second


def test_a_file_of_no_documents_is_whole(format, tmp_path):
    table = pa.table(CASES).slice(0, 0)
    written(format, tmp_path / "x", table)
    found, _ = READ[format.name](tmp_path / "x", table)
    assert found == []
    assert format.count(tmp_path / "x") == 0


def test_a_number_that_is_not_finite_is_null_in_json(tmp_path):
    table = pa.table({"x": [float("inf"), 1.0], "y": [[{"z": float("nan")}], []]})
    written(format_named("jsonl"), tmp_path / "x", table)
    found, _ = read_jsonl(tmp_path / "x", table)
    assert found == [{"x": None, "y": [{"z": None}]}, {"x": 1.0, "y": []}]


def test_a_format_is_known_by_its_name_and_by_its_suffix():
    for one in FORMATS:
        assert format_named(one.name) == format_named(one.suffix.lstrip(".").upper()) == one


def test_an_unknown_format_gets_near_matches():
    with pytest.raises(AssayError, match=r"parqet.*parquet"):
        format_named("parqet")
