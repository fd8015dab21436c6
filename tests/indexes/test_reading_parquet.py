"""Parquet is judged by its footer, and read a little at a time."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexes.errors import FileFault
from indexes.reading.parquet import (
    batches,
    content_of,
    count_nulls,
    may_have_nulls,
    open_parquet,
    peek_parquet,
    read_footer,
)


def written(path, table, **options):
    pq.write_table(table, path, **options)
    return path


def test_the_footer_tells_rows_nulls_and_the_largest_row_group(tmp_path):
    table = pa.table({"text": ["a"] * 2500 + [None], "n": range(2501)})
    footer = read_footer(written(tmp_path / "a.parquet", table, row_group_size=1000), "text")
    assert (footer.rows, footer.null_texts, footer.group_rows) == (2501, 1, 1000)
    assert footer.why_copied() == "some texts are null"


def test_nulls_are_counted_by_reading_where_the_footer_does_not_tell(tmp_path):
    table = pa.table({"text": ["a", None, "c"], "id": ["x", None, None]})
    path = written(tmp_path / "a.parquet", table, write_statistics=False)
    assert read_footer(path, "text").null_texts is None
    assert count_nulls(path, "text") == 1
    assert may_have_nulls(path, "id")


def test_a_column_that_cannot_be_null_needs_no_counting(tmp_path):
    schema = pa.schema([pa.field("text", pa.string(), nullable=False)])
    path = written(tmp_path / "a.parquet", pa.table({"text": ["a"]}, schema=schema), write_statistics=False)
    assert read_footer(path, "text").null_texts == 0
    assert not may_have_nulls(path, "text")


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int8(), pa.string())]
)
def test_text_of_every_type_is_read_as_text(tmp_path, kind):
    path = written(tmp_path / "a.parquet", pa.table({"text": pa.array(["a", "é"]).cast(kind)}))
    [rows] = open_parquet(path, "text", 0).rows
    assert rows.table["text"].to_pylist() == ["a", "é"]
    assert rows.numbers.tolist() == [1, 2]


def test_batches_hold_some_megabytes_whatever_the_row_groups(tmp_path):
    noise = np.random.default_rng(0).integers(97, 123, (4000, 20_000)).astype(np.uint8)
    texts = pa.array([row.tobytes().decode() for row in noise])
    path = written(
        tmp_path / "a.parquet", pa.table({"text": texts}), row_group_size=4000, use_dictionary=False
    )
    del texts, noise
    before, highest, rows = pa.total_allocated_bytes(), 0, 0
    for table in batches(path, ["text"]):
        rows += table.num_rows
        highest = max(highest, pa.total_allocated_bytes() - before)
    assert rows == 4000
    assert highest < 40 << 20, "80 MB of text in one row group pass through"


def test_columns_come_in_the_order_asked_for_with_dots_in_their_names(tmp_path):
    table = pa.table({"a.b": [1], "a": [{"b": 2}], "c": [3]})
    path = written(tmp_path / "a.parquet", table)
    [read] = batches(path, ["c", "a.b"])
    assert read.to_pylist() == [{"c": 3, "a.b": 1}]


def test_two_columns_of_one_name_are_the_files_fault(tmp_path):
    path = written(tmp_path / "a.parquet", pa.table([pa.array([1]), pa.array([2])], names=["x", "x"]))
    with pytest.raises(FileFault, match="two columns named x"):
        peek_parquet(path)


def test_the_content_of_a_file_is_known_by_its_footer_and_size(tmp_path):
    one = written(tmp_path / "1.parquet", pa.table({"text": ["a", "b"]}))
    two = written(tmp_path / "2.parquet", pa.table({"text": ["a", "c"]}))
    assert content_of(one) != content_of(two)
    assert content_of(one) == read_footer(one, "text").content
    (tmp_path / "3.parquet").write_bytes(one.read_bytes())
    assert content_of(tmp_path / "3.parquet") == content_of(one)
