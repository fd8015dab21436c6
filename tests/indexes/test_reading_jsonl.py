"""Lines of JSON are framed, numbered and parsed alike, in whole blocks and line by line."""

import gzip
import io
import json

import numpy as np
import pyarrow as pa
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from indexes.errors import FileFault
from indexes.reader import all_readers, in_order
from indexes.reading.jsonl import Block, blocks, open_jsonl, parse, peek_jsonl
from indexes.uniting import TEXT

KNOWN = pa.schema([("text", TEXT)])


def read(path, text="text", max_line=1 << 20):
    """All rows of a file as (line, row), and all faults as (line, reason)."""
    rows, faults = [], []
    for piece in open_jsonl(path, text, max_line).rows:
        rows += zip(piece.numbers.tolist(), piece.table.to_pylist(), strict=True)
        faults += [(fault.number, fault.reason) for fault in piece.faults]
    return rows, faults


def parsed(data, max_line=1 << 20):
    rows, _ = parse(Block(data, 1), KNOWN, "text", max_line)
    return rows


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{'text': 'a'}", "not JSON"),
        (b'{"text": "a",}', "not JSON"),
        (b'{"text": "a"', "not JSON"),
        (b'{"text": "a"} {"text": "b"}', "not JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'{"text": null}', "text is null"),
        (b'{"id": "a"}', "no text"),
        (b'{"text": 5}', "text is not a string"),
        (b'{"text": ["a"]}', "text is not a string"),
        (b'{"text": "a\xff"}', "not UTF-8"),
        (b'{"id": "\xc3", "text": "a"}', "not UTF-8"),
        (b'{"text": "\\ud800"}', "half of a surrogate pair"),
        (b'{"id": "\\uDC00", "text": "a"}', "half of a surrogate pair"),
        (b'{"text": "a", "deep": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested over 200 levels deep"),
        (b'{"text": "' + b"a" * (1 << 20) + b'"}', "longer than 1,048,576 bytes; --max-line allows more"),
    ],
)
def test_a_bad_line_is_known_by_its_number_and_reason_and_the_others_stay(tmp_path, line, reason):
    good = b'{"id": "x", "text": "good"}'
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join([good, good, line, b"", good]) + b"\n")
    rows, faults = read(path)
    assert [number for number, _ in rows] == [1, 2, 5]
    assert {row["text"] for _, row in rows} == {"good"}
    assert [number for number, _ in faults] == [3]
    assert faults[0][1].startswith(reason)


@given(data=st.data())
def test_every_line_is_a_row_or_a_fault_or_blank_whatever_the_blocks(data):
    good = st.fixed_dictionaries(
        {"text": st.text(max_size=20)},
        optional={
            "id": st.text(max_size=5),
            "n": st.none() | st.integers(-9, 9) | st.floats(-9, 9),
            "when": st.just("2020-01-02"),
        },
    ).map(lambda row: json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    bad = st.sampled_from(
        [b"", b"  ", b"{", b"[]", b'{"text": null}', b'{"text": 1}', b'{"text": "\xff"}', b"\xef\xbb\xbf{}"]
    )
    lines = data.draw(st.lists(good | bad, max_size=12))
    size = data.draw(st.integers(1, 200))
    end = data.draw(st.sampled_from([b"", b"\n"])) if lines else b""
    stream = io.BytesIO(b"\n".join(lines) + end)

    rows, faults = [], []
    for block in blocks(stream, 1000, size=size):
        piece, _ = parse(block, KNOWN, "text", 1000)
        rows += zip(piece.numbers.tolist(), piece.table.column("text").to_pylist(), strict=True)
        faults += [fault.number for fault in piece.faults]

    expected_rows, expected_faults = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            row["text"].encode()
            expected_rows.append((number, row["text"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            expected_faults.append(number)
    assert rows == expected_rows
    assert faults == expected_faults


@given(
    st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=20),
    st.integers(1, 50),
    st.integers(2, 40),
)
def test_framing_loses_no_line_and_gives_each_its_number(lines, size, max_line):
    stream = io.BytesIO(b"".join(line + b"\n" for line in lines))
    found = {}
    for block in blocks(stream, max_line, size=size):
        if block.too_long:
            found[block.first] = None
        else:
            assert block.data.endswith(b"\n")
            found |= dict(enumerate(block.data.split(b"\n")[:-1], start=block.first))
    assert sorted(found) == list(range(1, len(lines) + 1))
    for number, line in enumerate(lines, start=1):
        assert found[number] == line or (found[number] is None and len(line) > max_line)


def test_a_line_over_the_limit_is_passed_over_without_being_held():
    class Endless(io.RawIOBase):
        """300 MB of one line, then a short one; never more than a chunk at a time."""

        left = 300 << 20

        def read(self, n=-1):
            if self.left > 0:
                self.left -= n
                return b"x" * n
            if self.left > -(1 << 40):
                self.left = -(1 << 41)
                return b'\n{"text": "short"}\n'
            return b""

    import tracemalloc

    tracemalloc.start()
    found = list(blocks(Endless(), 16 << 20, size=1 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(block.first, block.too_long, block.data) for block in found] == [
        (1, True, b""),
        (2, False, b'{"text": "short"}\n'),
    ]
    assert peak < 64 << 20


def test_memory_does_not_grow_with_the_file(tmp_path):
    line = json.dumps({"id": "x", "text": "word " * 2000}).encode() + b"\n"
    path = tmp_path / "big.jsonl.zst"
    with zstandard.ZstdCompressor().stream_writer(path.open("wb")) as file:
        for _ in range(30_000):
            file.write(line)
    before = pa.total_allocated_bytes()
    rows = highest = 0
    for piece in open_jsonl(path, "text", 1 << 20).rows:
        rows += piece.table.num_rows
        highest = max(highest, pa.total_allocated_bytes() - before)
    assert rows == 30_000
    assert highest < 150 << 20, "300 MB of text pass through"


def test_times_stay_text_and_numbers_keep_their_digits():
    line = (
        b'{"text": "a", "t": "2020-01-02", "m": {"at": ["2020-01-02T03:04:05Z"]}, '
        b'"big": 12345678901234567890, "n": 1}\n'
    )
    assert parsed(line).table.to_pylist() == [
        {
            "text": "a",
            "t": "2020-01-02",
            "m": {"at": ["2020-01-02T03:04:05Z"]},
            "big": "12345678901234567890",
            "n": 1,
        }
    ]


def test_what_a_later_block_would_take_for_times_stays_text_too():
    first, known = parse(Block(b'{"text": "a", "t": "soon"}\n', 1), KNOWN, "text", 99)
    second, _ = parse(Block(b'{"text": "b", "t": "2020-01-02"}\n', 2), known, "text", 99)
    assert first.table.schema.field("t").type == second.table.schema.field("t").type == TEXT


def test_values_of_several_types_in_one_column_become_text():
    values = ["1", '"one"', '{"y": [1]}', "true", "null"]
    lines = "".join(f'{{"text": "a", "x": {value}}}\n' for value in values)
    assert parsed(lines.encode()).table["x"].to_pylist() == ["1", "one", '{"y": [1]}', "true", None]


def test_deep_values_are_kept_as_json_text_and_the_others_as_they_are():
    deep, flat = '{"a": ' * 50 + "1" + "}" * 50, '{"b": [1]}'
    table = parsed(f'{{"text": "a", "x": {deep}, "y": {flat}}}\n'.encode()).table
    inner = table["x"].to_pylist()[0]
    for _ in range(16):
        inner = inner["a"]
    assert json.loads(inner) == json.loads('{"a": ' * 34 + "1" + "}" * 34)
    assert table["y"].to_pylist() == [{"b": [1]}]


def test_an_object_used_as_a_map_is_kept_as_json_text_instead_of_a_column_for_every_key():
    rows = [{"text": "a", "counts": {f"word {i}": i}} for i in range(5000)]
    table = parsed(b"".join(json.dumps(row).encode() + b"\n" for row in rows)).table
    assert table.num_rows == 5000
    assert json.loads(table["counts"][4999].as_py()) == {"word 4999": 4999}


def test_a_file_whose_columns_have_no_end_is_the_files_fault(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(json.dumps({"text": "a", f"k{i}": i}).encode() + b"\n" for i in range(3000)))
    with pytest.raises(FileFault, match="over 2,000 columns") as caught:
        read(path)
    assert "nested column" in caught.value.next_step


def test_a_name_given_twice_in_one_object_takes_its_last_value():
    assert parsed(b'{"text": "a", "text": "b"}\n').table["text"].to_pylist() == ["b"]


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress, zstandard.ZstdCompressor().compress])
def test_what_a_file_holds_decides_how_it_is_unpacked_not_its_name(tmp_path, pack):
    path = tmp_path / "a.jsonl"
    path.write_bytes(pack(b'{"text": "a"}\n'))
    assert read(path)[0] == [(1, {"text": "a"})]


def test_several_packed_streams_in_one_file_are_read_as_one(tmp_path):
    compress = zstandard.ZstdCompressor().compress
    (tmp_path / "a.jsonl.zst").write_bytes(compress(b'{"text": "a"}\n{"te') + compress(b'xt": "b"}\n'))
    (tmp_path / "a.jsonl.gz").write_bytes(
        gzip.compress(b'{"text": "a"}\n{"te') + gzip.compress(b'xt": "b"}\n')
    )
    for path in tmp_path.iterdir():
        assert [row["text"] for _, row in read(path)[0]] == ["a", "b"]


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".gz", gzip.compress), (".zst", zstandard.ZstdCompressor().compress)]
)
@pytest.mark.parametrize("cut", [1, 9, 1000])
def test_a_packed_file_that_is_cut_off_is_the_files_fault(tmp_path, suffix, pack, cut):
    random = np.random.default_rng(0).integers(97, 123, 50_000).astype(np.uint8).tobytes().decode()
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(pack(json.dumps({"text": random}).encode() + b"\n")[:-cut])
    with pytest.raises(FileFault, match="cut off"):
        read(path)


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_a_file_that_is_not_what_its_name_says_is_the_files_fault(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b'{"text": "a"}\n')
    with pytest.raises(FileFault):
        read(path)


def test_one_array_in_a_file_is_named_with_what_makes_lines_of_it(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[\n{"text": "a"},\n{"text": "b"}\n]\n')
    with pytest.raises(FileFault) as caught:
        peek_jsonl(path)
    assert "jq" in caught.value.next_step


def test_peeking_finds_the_first_document_behind_lines_that_are_none(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"not this\n" * 200_000 + b'{"id": 1, "text": "a"}\n')
    assert peek_jsonl(path).column_names == ["id", "text"]


def test_threads_give_results_in_order_and_stop_when_they_are_left():
    made = []

    def items():
        for i in range(1000):
            made.append(i)
            yield i

    results = in_order(items(), lambda i: i * 2, size=lambda i: 1, room=4)
    assert [next(results) for _ in range(10)] == [i * 2 for i in range(10)]
    results.close()
    assert len(made) < 30


def test_what_goes_wrong_on_a_thread_comes_out():
    with pytest.raises(ZeroDivisionError):
        list(in_order([1, 0], lambda i: 1 / i, size=lambda i: 1, room=4))


def test_every_reader_knows_its_suffixes_apart_from_the_others():
    suffixes = [suffix for reader in all_readers().values() for suffix in reader.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)
