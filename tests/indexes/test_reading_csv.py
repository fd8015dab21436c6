"""CSV: which records are documents, and of the others in which line which fault."""

import csv
import gzip
import io
import json

import pyarrow as pa
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.errors import AssayError, FileFault
from indexes.ingest import ingest
from indexes.planning import Options, plan
from indexes.reader import reader_of
from indexes.reading import csv as module
from indexes.reading.csv import READER, dialect_of
from indexes.workspace import read_workspace

MAX = 1 << 20


def said(path, data, text="text", max_line=MAX):
    """The rows of a file as dictionaries with their lines, and its faults."""
    path.write_bytes(data)
    rows, faults = [], []
    for piece in READER.open(path, text, max_line).rows:
        assert len(piece.numbers) == piece.table.num_rows
        rows += [(int(line), row) for line, row in zip(piece.numbers, piece.table.to_pylist(), strict=True)]
        faults += [(fault.number, fault.reason) for fault in piece.faults]
    return rows, faults


def test_header_delimiter_and_quotes_are_found_and_types_are_those_of_the_values(tmp_path):
    data = b'id;text;n;share;ok;zip\n7;"one; ""two""\nthree";5;0.5;true;01234\n8;"four";6;1;false;9\n'
    rows, faults = said(tmp_path / "a.csv", data)
    assert rows == [
        (2, {"id": 7, "text": 'one; "two"\nthree', "n": 5, "share": 0.5, "ok": True, "zip": "01234"}),
        (4, {"id": 8, "text": "four", "n": 6, "share": 1.0, "ok": False, "zip": "9"}),
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [("", bytes), (".gz", gzip.compress), (".zst", zstandard.compress), (".zstd", zstandard.compress)],
)
@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_every_way_to_pack_it_is_read(tmp_path, kind, suffix, pack):
    mark = b"," if kind == "csv" else b"\t"
    data = b"id,text\na,hello\nb,you\n".replace(b",", mark)
    path = tmp_path / f"a.{kind}{suffix}"
    rows, faults = said(path, pack(data))
    assert [row["text"] for _, row in rows] == ["hello", "you"]
    assert not faults
    assert reader_of(path) is READER


def test_quotes_in_tsv_are_characters_where_they_are_no_pairs(tmp_path):
    data = b'id\ttext\n1\t"yes, he said\n2\ta 5" disk\n3\t"fine"\n'
    rows, faults = said(tmp_path / "a.tsv", data)
    assert [row["text"] for _, row in rows] == ['"yes, he said', 'a 5" disk', '"fine"']
    assert faults == []


@pytest.mark.parametrize(
    ("bad", "reason", "lines"),
    [
        (b"2,too,many", "3 columns instead of 2", 1),
        (b"2", "1 columns instead of 2", 1),
        (b'2,"un"quoted', "text after a closing quote", 1),
        (b"2,caf\xe9", "not UTF-8", 1),
        (b'2,"a\nb\xff\nc"', "not UTF-8", 3),
        (b"2,nu\x00l", "a NUL byte", 1),
        (b'2,"nu\n\x00l"', "a NUL byte", 2),
        (b"2," + b"x" * 5_000, "longer than 4,000 bytes; --max-line", 1),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("block", [1 << 23, 300])
def test_a_bad_record_is_told_with_its_line_and_reason_and_the_others_are_rows(
    tmp_path, monkeypatch, bad, reason, lines, end, block
):
    monkeypatch.setattr(module, "BLOCK", block)
    before = [b"id,text"] + [b'%d,"some, text"' % i for i in range(30)] + [b'x,"two', b'lines"', b""]
    data = end.join([*before, bad, b"8,after", b"9,last"]) + end
    rows, faults = said(tmp_path / "a.csv", data, max_line=4_000)
    [(line, why)] = faults
    assert line == len(before) + 1
    assert why.startswith(reason)
    assert [row["id"] for _, row in rows[-3:]] == ["x", "8", "9"]
    assert rows[-1][0] == len(before) + lines + 2
    assert len(rows) == 33


def test_a_quote_that_is_never_closed_spoils_its_line_alone(tmp_path):
    data = b'id,text\n1,a\n2,"abc\n3,d\n4,e\n'
    rows, faults = said(tmp_path / "a.csv", data)
    assert [line for line, _ in rows] == [2, 4, 5]
    assert [line for line, _ in faults] == [3]
    rows, faults = said(tmp_path / "b.csv", b'id,text\n1,a\n2,"abc\n' + b"3,d\n" * 3_000, max_line=4_000)
    assert (len(rows), [line for line, _ in faults]) == (3_001, [3])


@pytest.mark.parametrize("block", [1 << 23, 300])
def test_a_record_of_many_lines_that_is_too_long_spoils_the_line_it_begins_in(tmp_path, monkeypatch, block):
    monkeypatch.setattr(module, "BLOCK", block)
    data = b'id,text\n1,a\n2,"' + b"x,y,z\n" * 2_500 + b'"\n3,b\n'
    rows, faults = said(tmp_path / "a.csv", data, max_line=4_000)
    assert [line for line, _ in rows] == [2, 2_504]
    assert [line for line, _ in faults] == list(range(3, 2_504))


def parses(monkeypatch):
    """How often DuckDB is asked, counted in a list."""
    asked, parse = [], module._Parser._parse

    def counted(parser, data):
        asked.append(len(data))
        return parse(parser, data)

    monkeypatch.setattr(module._Parser, "_parse", counted)
    return asked


@pytest.mark.parametrize("header", [b"id,text\n", b"id,text\r\n"])
def test_line_ends_of_two_kinds_are_read_at_once(tmp_path, monkeypatch, header):
    asked = parses(monkeypatch)
    records = [b'%d,"a\r\nb, \r%s"' % (i, b"x" * i) + (b"\r\n" if i % 3 else b"\n") for i in range(60)]
    rows, faults = said(tmp_path / "a.csv", header + b"".join(records) + b"\r\n\n60,last")
    assert [row["text"] for _, row in rows] == [*("a\r\nb, \r" + "x" * i for i in range(60)), "last"]
    assert [line for line, _ in rows] == [*range(2, 122, 2), 124]
    assert faults == []
    assert len(asked) == 2, "one for the first rows, one for the block"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("bad", [b"7,a\rb", b"7,a\r", b'7,"a"\r', b"7\r,b", b"7,\rb"])
def test_a_cr_outside_quotes_spoils_its_record_alone_and_costs_the_others_nothing(
    tmp_path, monkeypatch, bad, end
):
    if bad.endswith(b"\r") and end == b"\n":
        bad += b"\r"  # one before a line feed ends the line
    asked = parses(monkeypatch)
    records = [bad if i % 3 == 1 else b'%d,"fine\r"' % i for i in range(60)]
    rows, faults = said(tmp_path / "a.csv", end.join([b"id,text", *records, b""]))
    assert [row["id"] for _, row in rows] == [i for i in range(60) if i % 3 != 1]
    assert [row["text"] for _, row in rows] == ["fine\r"] * 40
    assert faults == [(i + 2, "a CR outside quotes that ends no line") for i in range(60) if i % 3 == 1]
    assert len(asked) == 2


def test_an_empty_text_is_a_document_and_another_empty_value_is_null(tmp_path):
    rows, faults = said(tmp_path / "a.csv", b'id,text,n\n1,,\n2,"",""\n3,c,4\n')
    assert [(row["text"], row["n"]) for _, row in rows] == [("", None), ("", ""), ("c", "4")]
    assert not faults
    rows, _ = said(tmp_path / "b.csv", b"text\nhello, you\n\nworld\n")
    assert [row for _, row in rows] == [{"text": "hello, you"}, {"text": "world"}]


def test_an_integer_of_too_many_digits_and_a_later_word_among_numbers_are_text(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PEEK", 64)
    data = b"text,n,m\n" + b"a,1,1\n" * 20 + b"a,many,9999999999999999999\n"
    rows, faults = said(tmp_path / "a.csv", data)
    assert {row["n"] for _, row in rows} == {"1", "many"}
    assert rows[-1][1]["m"] == "9999999999999999999"
    assert not faults


def test_a_file_without_header_names_its_columns_for_map(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"1,some words\n2,other words\n")
    report = ingest(tmp_path / "w", Options(sources=(str(path),)))
    assert "--map column1=text" in report.next_step
    report = ingest(tmp_path / "w", Options(sources=(str(path),), mapping=(("column1", "text"),)))
    assert report.documents == 2


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        ("id,text\n1,a\n".encode("utf-16"), "a.csv", "UTF-16"),
        (b"id,text\r1,a\r2,b\r", "a.csv", "CR alone"),
        (gzip.compress(b"id,text\n" + bytes(range(48, 58)) * 9_000)[:-90], "a.csv.gz", "cut off"),
        (b"id,text\n1,a\n", "a.csv.gz", "no gzip"),
        (zstandard.compress(b"id,text\n" + b"1,abc\n" * 9_000)[:-9], "a.csv.zst", "cut off|decompressed"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, data, name, word):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FileFault, match=word):
        list(READER.open(path, "text", MAX).rows)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"id,text\n", b"id,text", b"\xef\xbb\xbfid,text\r\n"])
def test_a_file_without_rows_has_none(tmp_path, data):
    assert said(tmp_path / "a.csv", data) == ([], [])


def test_rows_go_to_documents_and_quarantine_and_all_are_counted(tmp_path):
    path = tmp_path / "in/a.csv"
    path.parent.mkdir()
    path.write_bytes(b'id,body,score\n1,"a\nb",1\n2,b\n3,c\x00,3\n4,d,4\n\n5,\xff,5\n')
    options = Options(sources=(str(path),))
    planned = plan(tmp_path / "w", options)
    assert planned.sources[0].text == "copied, since it is CSV"
    assert planned.sources[0].layout.mapping == {"text": "body", "id": "id"}
    report = ingest(tmp_path / "w", options)
    assert (report.documents, report.quarantined, report.not_drawn) == (2, 3, 0)
    [kept] = (tmp_path / "w/quarantine").glob("rows-*.jsonl")
    assert [json.loads(line) for line in kept.read_text().splitlines()] == [
        {"file": str(path), "line": 4, "reason": "2 columns instead of 3"},
        {"file": str(path), "line": 5, "reason": "a NUL byte, which is no text"},
        {"file": str(path), "line": 8, "reason": "not UTF-8"},
    ]
    assert read_workspace(tmp_path / "w").columns["source.score"] == "int64"
    assert ingest(tmp_path / "w", options).files == 0
    with pytest.raises(AssayError, match="line 4: 2 columns"):
        ingest(tmp_path / "s", Options(sources=(str(path),), strict=True))


VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(
    ['"', "a,b", "x\ny", "", "\r\n", "'", "\\", '""', "#", "1", "true"]
)


@settings(max_examples=60)
@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12), st.integers(30, 300))
def test_what_the_csv_module_writes_is_read_as_it_was(tmp_path_factory, rows, block):
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("id", "text"), *rows])
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        found, faults = said(path, out.getvalue().encode())
    assert [(row["id"] or "", row["text"]) for _, row in found] == rows or not all(
        type(row["id"]) is str for _, row in found
    )
    assert [row["text"] for _, row in found] == [text for _, text in rows]
    assert not faults


PIECES = st.lists(
    st.sampled_from([b"a", b",", b'"', b"\n", b"\r\n", b"\xff", b"\0", b"1", b" ", b"\xc3\xa9", b"\r"]),
    max_size=40,
)


@settings(max_examples=80)
@given(PIECES.map(b"".join), st.integers(8, 90))
def test_whatever_bytes_come_each_record_is_a_row_or_a_fault(tmp_path_factory, body, block):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    head = b'id,text\n1,"a"\n2,"b"\n3,"c"\n'
    path.write_bytes(head + body)
    dialect, _ = dialect_of(path)
    whole = head + body + (b"" if body.endswith(b"\n") or not body else b"\n")
    framed = list(module.blocks(io.BytesIO(head + body), dialect, MAX, block))
    expected = sum(
        1 if piece.fault else len(list(module._Parser(dialect, MAX)._places(piece.data))) for piece in framed
    )
    if "text" not in dialect.names:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        rows, faults = said(path, head + body)
    assert len(rows) + len(faults) == expected, whole
    lines = [line for line, _ in rows] + [line for line, _ in faults]
    assert len(set(lines)) == len(lines)
    assert all(1 < line <= whole.count(b"\n") + 1 for line in lines)


def test_the_rows_do_not_depend_on_the_blocks(tmp_path, monkeypatch):
    rows = "".join(f'{i},"t{i}\n, ""q""",{i / 2}\n' for i in range(4_000))
    data = ("id,text,x\n" + rows).encode()
    whole = said(tmp_path / "a.csv", data)
    monkeypatch.setattr(module, "BLOCK", 5_000)
    assert said(tmp_path / "a.csv", data) == whole
    assert len(whole[0]) == 4_000


def test_the_first_rows_are_typed_for_the_plan(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"text,n\na,1\nb,2\n")
    assert READER.peek(path).schema.field("n").type == pa.int64()
