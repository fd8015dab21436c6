"""CSV and TSV: plain, gzip or zstd.

DuckDB finds the dialect and parses, a block of whole records at a time; what it rejects is told by its table
of rejects. The blocks are framed here: of a file given whole DuckDB lost a record longer than its buffer
without a word, and parsed on from the middle of a quoted text (2.0, tried). So every record of a block is
accounted for: it is a row, or it is rejected.
"""

import contextlib
import io
import re
import tempfile
import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from shlex import quote
from typing import BinaryIO

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indexes.errors import FileFault
from indexes.reader import LONG_HEAD, Bounded, Opened, Reader, RowFault, Rows, in_order
from indexes.reading.jsonl import (
    BLOCK,
    PEEK,
    PEEKED,
    PEEKED_ROWS,
    ROOM,
    HashedFile,
    decompressed,
    named_faults,
)
from indexes.uniting import TEXT

SUFFIXES = tuple(plain + packed for plain in (".csv", ".tsv") for packed in ("", ".gz", ".zst", ".zstd"))

QUOTE = '"'
LINE = re.compile(rb"[^\n]*\n")

BOM = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")

INTEGER = r"^-?(0|[1-9][0-9]{0,18})$"
NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$"
BOOLEAN = r"^([Tt]rue|[Ff]alse|TRUE|FALSE)$"
KINDS = {INTEGER: pa.int64(), NUMBER: pa.float64(), BOOLEAN: pa.bool_()}
"""What all values of a column look like where it is more than text: ``007`` and ``+1`` would lose a sign."""

REASONS = {
    "INVALID ENCODING": "not UTF-8",
    "UNQUOTED VALUE": "text after a closing quote, or a quote that is not closed",
}


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    Attributes:
        quote, escape: empty where nothing is quoted.
        header: whether the first record names the columns.
        skip: lines before it.
        names: of the columns.
        kinds: their types, by the first rows.
    """

    delimiter: str
    quote: str
    escape: str
    header: bool
    skip: int
    names: tuple[str, ...]
    kinds: tuple[pa.DataType, ...] = ()

    @cached_property
    def record(self) -> re.Pattern[bytes]:
        """One record with the end of its line."""
        return re.compile(self._record)

    @cached_property
    def records(self) -> re.Pattern[bytes]:
        """As many whole records as there are."""
        return re.compile(b"(?:" + self._record + b")*+")

    @cached_property
    def whole(self) -> re.Pattern[bytes]:
        """One record without a CR outside quotes, but at its ends."""
        return re.compile(rb"\r*+" + self._ended(rb"\r", rb"\r?+\n"))

    @cached_property
    def alike(self) -> re.Pattern[bytes]:
        """Records that all end in LF, or all in CR LF, and have no other CR outside quotes."""
        ways = (b"(?:" + self._ended(rb"\r", end) + b")*+" for end in (rb"\n", rb"\r\n"))
        return re.compile(b"|".join(ways))

    def line(self, left: int) -> re.Pattern[bytes]:
        """The next of what stands before the rows, of which so many are left: the last may be the header."""
        return self.record if self.header and left == 1 else LINE

    @property
    def _record(self) -> bytes:
        return self._ended(b"", rb"\n")

    def _ended(self, banned: bytes, line_end: bytes) -> bytes:
        """The pattern of a record with that end, and nothing that is banned outside its quotes."""
        end = re.escape(self.delimiter.encode()) + banned
        bare = b"[^" + end + rb"\n]*+"
        if self.quote:
            mark = re.escape(self.quote.encode())
            doubled = mark + mark if self.escape == self.quote else rb"\\[\s\S]"
            inside = b"[^" + mark + (b"" if self.escape == self.quote else rb"\\") + b"]++"
            quoted = mark + b"(?:" + inside + b"|" + doubled + b")*+" + mark + bare
            bare = b"(?:" + quoted + b"|[^" + mark + end + rb"\n]" + bare + b"|)"
        return b"(?:" + bare + re.escape(self.delimiter.encode()) + b")*+" + bare + line_end


@dataclass(frozen=True)
class Block:
    """Whole records; or, with a reason instead, a line that is none.

    Attributes:
        first: number of the first line, from 1.
        read: bytes of the file that had been read.
    """

    data: bytes
    first: int
    read: int = 0
    fault: str = ""


# --- the dialect ------------------------------------------------------------------------------------------


def dialect_of(path: Path) -> tuple[Dialect, pa.Table]:
    """How a file is written, and its first rows in the types their columns have.

    Raises:
        FileFault: it cannot be read, or is no CSV.
    """
    status = path.stat()
    return _dialect(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=8)
def _dialect(path: Path, size: int, changed: int) -> tuple[Dialect, pa.Table]:
    """The same, found once for a plan or layout and the reading that follows; size and change are its key."""
    del size, changed
    head, whole = _head(path)
    if head.startswith(UTF_16):
        raise FileFault(
            f"{path} is UTF-16, not UTF-8.",
            f"Make UTF-8 of it: iconv -f UTF-16 -t UTF-8 {quote(str(path))} > FILE",
        )
    head = head.removeprefix(BOM)
    if b"\r" in head.strip() and b"\n" not in head:
        raise FileFault(
            f"{path} ends its lines with CR alone.",
            f"Make LF of it: tr '\\r' '\\n' < {quote(str(path))} > FILE",
        )
    head = head if whole else head[: _even_end(head) or len(head)]
    if not head.strip():
        return Dialect(",", QUOTE, QUOTE, True, 0, ()), pa.table({})
    dialect = _sniffed(path, head)
    tables = []
    with _Parser(dialect, PEEKED) as parser:
        for block in blocks(io.BytesIO(head), dialect, PEEKED, len(head)):
            tables.append(parser.rows(block).table)
            break
    first = tables[0].slice(0, PEEKED_ROWS) if tables else _no_rows(dialect)
    dialect = replace(dialect, kinds=tuple(_kind(column) for column in first.columns))
    return dialect, _typed(first, dialect)


def _head(path: Path) -> tuple[bytes, bool]:
    """The first bytes of a file, at least one record where that is under 64 MB; whether they are all."""
    with HashedFile(path) as raw, named_faults(path):
        stream = decompressed(path, raw)
        head = _exactly(stream, PEEK)
        while len(head) < PEEKED and not _even_end(head) and (more := _exactly(stream, len(head))):
            head += more
        return head, not stream.read(1)


def _exactly(stream: BinaryIO | Bounded, size: int) -> bytes:
    """So many bytes, fewer only at the end: a stream may give less than it has."""
    parts = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _even_end(head: bytes) -> int:
    """Where the last line ends that ends outside quotes, if all quotes are pairs; 0 where none does."""
    end = head.rfind(b"\n") + 1
    odd = head.count(b'"', 0, end) % 2
    while end and odd:
        before = head.rfind(b"\n", 0, end - 1) + 1
        odd = (odd + head.count(b'"', before, end)) % 2
        end = before
    return end


def _sniffed(path: Path, head: bytes) -> Dialect:
    """What DuckDB's sniffer finds. One bad row makes it give up quotes, so more than one way is tried."""
    quoted = {"quote": QUOTE, "escape": QUOTE}
    free = _sniff(head, {})
    if free is not None and QUOTE.encode() in head:
        if free.quote != QUOTE and free.delimiter == "\t":
            return replace(free, quote="", escape="")  # quotes in TSV are often no more than characters
        if free.quote == QUOTE:
            return free
    tried = [_sniff(head, quoted), _sniff(head, {**quoted, "ignore_errors": True, "comment": ""})]
    if all(dialect is None or len(dialect.names) == 1 for dialect in tried):
        line = head.lstrip().partition(b"\n")[0] + b"\n"
        tried.append(_sniff(line, quoted))  # a bad row hides the delimiter, which the header still shows
    found = [dialect for dialect in tried if dialect is not None]
    if not found:
        raise FileFault(
            f"{path} cannot be read as CSV: no delimiter parts its lines into columns.",
            "Check that it is CSV, or write it anew with a header, commas and double quotes.",
        )
    return max(found, key=lambda dialect: len(dialect.names))


def _sniff(head: bytes, said: Mapping[str, str | bool]) -> Dialect | None:
    options = "".join(f", {name} = {_sql(value)}" for name, value in said.items())
    with tempfile.NamedTemporaryFile(prefix="assay-", suffix=".csv") as file:
        file.write(head)
        file.flush()
        cursor = _connection().cursor()
        try:
            found = cursor.execute(
                "SELECT Delimiter, Quote, Escape, HasHeader, SkipRows, [c.name FOR c IN Columns] "
                f"FROM sniff_csv({_sql(file.name)}, all_varchar = true, sample_size = -1, "
                f"max_line_size = {len(head) + 1}, buffer_size = {len(head) + 2}{options})"
            ).fetchone()
        except duckdb.Error:
            return None
        finally:
            cursor.close()
    assert found is not None
    delimiter, mark, escape, header, skip, names = found
    mark, escape = ("" if said == "(empty)" else said for said in (mark, escape))
    return Dialect(delimiter, mark, escape if escape == "\\" else mark, bool(header), skip, tuple(names))


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One instance a process, since one takes 15 ms to start; each cursor has its own table of rejects."""
    return duckdb.connect(config={"threads": 1})


def _sql(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else "'" + value.replace("'", "''") + "'"


# --- rows -------------------------------------------------------------------------------------------------


def open_csv(path: Path, text: str, max_line: int) -> Opened:
    """The documents of a file; FileFault on the way where it is cut off or cannot be read."""
    raw = HashedFile(path)
    return Opened(_rows(path, raw, text, max_line), raw.hexdigest)


def _rows(path: Path, raw: HashedFile, text: str, max_line: int) -> Iterator[Rows]:
    dialect, _ = dialect_of(path)
    with raw, named_faults(path), _Parser(dialect, max_line) as parser:
        stream = decompressed(path, raw)  # held, since it closes what it reads when it goes
        if dialect.names:
            framed = blocks(stream, dialect, max_line, BLOCK, raw)

            def parsed(block: Block) -> Rows:
                return _with_text(parser.rows(block), dialect, text)

            yield from in_order(framed, parsed, lambda block: len(block.data), ROOM)
        while stream.read(BLOCK):
            pass
        while raw.read(BLOCK):  # what decompression had no use for is part of the file too
            pass


def head_csv(path: Path, text: str, size: int) -> Iterator[Rows]:
    """The documents of the first bytes of a file; FileFault on the way where it cannot be read."""
    dialect, _ = dialect_of(path)
    with HashedFile(path) as raw, named_faults(path), _Parser(dialect, size) as parser:
        stream = Bounded(decompressed(path, raw), LONG_HEAD * size)
        rows = 0
        for block in blocks(stream, dialect, size, size, raw) if dialect.names else ():
            found = _with_text(parser.rows(block), dialect, text)
            rows += found.table.num_rows
            yield found
            if rows and stream.used >= size:
                return


def blocks(
    stream: BinaryIO | Bounded, dialect: Dialect, max_line: int, size: int, raw: HashedFile | None = None
) -> Iterator[Block]:
    """Frame records; memory is bounded by ``max_line``, whatever the file holds.

    A quote that is not closed within ``max_line`` bytes, or before the end, spoils the line it opens in.
    """
    carried, line, ended, hungry = b"", 1, False, True
    if (first := _exactly(stream, len(BOM))) != BOM:
        carried = first
    before = dialect.skip + dialect.header
    while not ended or carried:
        chunk = _exactly(stream, max(size, len(carried))) if hungry and not ended else b""
        ended = ended or (hungry and len(chunk) < max(size, len(carried)))
        read = raw.read_bytes if raw else 0
        data = carried + chunk
        if ended and data and not data.endswith(b"\n"):
            data += b"\n"
        start = 0
        while before and (match := dialect.line(before).match(data, start)):
            start, before = match.end(), before - 1
        end = start if before else _whole(data, start, dialect, max_line)
        if end > start:
            yield Block(data[start:end], line + data.count(b"\n", 0, start), read)
        line += data.count(b"\n", 0, end)
        carried = data[end:]
        hungry = not carried or not (ended or len(carried) > max_line)
        if not hungry:
            yield Block(b"", line, read, fault=_unclosed(carried, max_line))
            rest = carried.find(b"\n") + 1
            while not rest and (chunk := stream.read(size)):
                carried = chunk
                rest = carried.find(b"\n") + 1
            carried = carried[rest:] if rest else b""
            line += 1


def _whole(data: bytes, start: int, dialect: Dialect, max_line: int) -> int:
    """Where the whole records end that begin here, none of them too long."""
    match = dialect.records.match(data, start)
    end = match.end() if match else start
    if end - start > max_line:
        for record in dialect.record.finditer(data, start, end):
            if record.end() - record.start() > max_line:
                return record.start()
    return end


def _unclosed(record: bytes, max_line: int) -> str:
    if len(record) > max_line and not 0 <= record.find(b"\n") < max_line:
        return too_long(max_line)
    return REASONS["UNQUOTED VALUE"]


def too_long(max_line: int) -> str:
    """Why a long record is none."""
    return f"longer than {max_line:,} bytes; --max-line allows more"


class _Parser:
    """Parses blocks with DuckDB, on several threads at once."""

    def __init__(self, dialect: Dialect, max_line: int) -> None:
        self.dialect, self.max_line = dialect, max_line

    def __enter__(self) -> "_Parser":
        self._folder = tempfile.TemporaryDirectory(prefix="assay-")
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def rows(self, block: Block) -> Rows:
        """The rows of a block, all columns as text, and its records that are none."""
        if block.fault:
            return Rows(
                _no_rows(self.dialect),
                np.empty(0, np.int64),
                (RowFault(block.first, block.fault),),
                block.read,
            )
        faults: list[RowFault] = []
        data, numbers = block.data, None
        if b"\0" in data or len(self.dialect.names) == 1 or not self._ends_alike(data):
            data, numbers, faults = self._sifted(block)
        table, spoiled = self._parse(data)
        if numbers is None and not spoiled and table.num_rows == data.count(b"\n"):
            numbers = np.arange(block.first, block.first + table.num_rows, dtype=np.int64)
        else:
            places = self._places(data)
            lines = _lines(data, places, block.first) if numbers is None else numbers
            table, bad = self._accounted(data, places, table, spoiled)
            faults += [RowFault(int(lines[i]), reason) for i, reason in bad.items()]
            numbers = np.delete(lines, list(bad))
        return Rows(table, numbers, tuple(sorted(faults, key=lambda fault: fault.number)), block.read)

    def _ends_alike(self, data: bytes) -> bool:
        """Whether DuckDB can part these records, of which it knows one line end at a time."""
        single = data.count(b"\r")
        if not single or single == data.count(b"\r\n") == data.count(b"\n"):
            return True
        return self.dialect.alike.fullmatch(data) is not None

    def _sifted(self, block: Block) -> tuple[bytes, NDArray[np.int64], list[RowFault]]:
        """The records that can be rows, each with LF at its end, their lines, and what ails the others.

        A blank one is neither. Left to DuckDB a lone CR spoils all records of a parse, and so do mixed ends.
        """
        places = self._places(block.data)
        lines = _lines(block.data, places, block.first)
        faults: list[RowFault] = []
        kept: list[bytes] = []
        good: list[int] = []
        for i, (start, end) in enumerate(places):
            record = block.data[start:end]
            if b"\0" in record:
                faults.append(RowFault(int(lines[i]), "a NUL byte, which is no text"))
            elif b"\r" in record and not self.dialect.whole.fullmatch(record):
                faults.append(RowFault(int(lines[i]), "a CR outside quotes that ends no line"))
            else:
                good.append(i)
                record = record.lstrip(b"\r")
                kept.append(record[:-2] + b"\n" if record.endswith(b"\r\n") else record)
        return b"".join(kept), lines[good], faults

    def _places(self, data: bytes) -> list[tuple[int, int]]:
        """Where each record that is not blank begins and ends."""
        found = (match.span() for match in self.dialect.record.finditer(data))
        return [(start, end) for start, end in found if data[start:end].strip(b"\r\n")]

    def _accounted(
        self,
        data: bytes,
        places: list[tuple[int, int]],
        table: pa.Table,
        spoiled: Mapping[int, str],
    ) -> tuple[pa.Table, dict[int, str]]:
        """The rows, and why which records are none; by halves where a record was lost or told twice."""
        starts = [start for start, _ in places]
        bad = {bisect_left(starts, place): reason for place, reason in spoiled.items()}
        if (
            len(bad) == len(spoiled)
            and table.num_rows + len(bad) == len(places)
            and max(bad, default=0) < len(places)
        ):
            return table, bad
        if len(places) < 2:
            bad = {0: next(iter(spoiled.values()), "no row of this dialect")} if places else {}
            return table.slice(0, 0), bad
        tables, middle = [], len(places) // 2
        found: dict[int, str] = {}
        for first, half in ((0, places[:middle]), (middle, places[middle:])):
            part = b"".join(data[start:end] for start, end in half)
            ends = np.cumsum([0, *(end - start for start, end in half)])
            inside = list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
            rows, wrong = self._accounted(part, inside, *self._parse(part))
            tables.append(rows)
            found |= {first + i: reason for i, reason in wrong.items()}
        return pa.concat_tables(tables), found

    def _parse(self, data: bytes) -> tuple[pa.Table, dict[int, str]]:
        """What DuckDB makes of whole records: rows, and place -> reason of those that it rejects."""
        dialect, cursor = self.dialect, _connection().cursor()
        path = Path(self._folder.name) / f"{threading.get_ident()}.csv"
        path.write_bytes(data)
        end = "\\r\\n" if data.endswith(b"\r\n") else "\\n"
        columns = ", ".join(f"'{i}': 'VARCHAR'" for i in range(len(dialect.names)))
        try:
            table = cursor.sql(
                f"SELECT * FROM read_csv({_sql(str(path))}, auto_detect = false, header = false, "
                f"delim = {_sql(dialect.delimiter)}, quote = {_sql(dialect.quote)}, "
                f"escape = {_sql(dialect.escape)}, new_line = {_sql(end)}, comment = '', "
                f"columns = {{{columns}}}, allow_quoted_nulls = false, store_rejects = true, "
                f"rejects_limit = 0, max_line_size = {min(self.max_line, len(data)) + 1}, "
                f"buffer_size = {len(data) + 2})"
            ).to_arrow_table()
            rejected = cursor.execute(
                "SELECT line_byte_position, any_value(error_type), any_value(error_message) "
                "FROM reject_errors GROUP BY line_byte_position ORDER BY line_byte_position"
            ).fetchall()
        except duckdb.Error as error:
            return _no_rows(dialect), {-1: f"not CSV: {str(error).splitlines()[0]}"}
        finally:
            cursor.close()
        found = {place - 1: self._reason(kind, said) for place, kind, said in rejected}
        return table.rename_columns(list(dialect.names)).cast(_no_rows(dialect).schema), found

    def _reason(self, kind: str, said: str) -> str:
        if kind == "LINE SIZE OVER MAXIMUM":
            return too_long(self.max_line)
        if counts := re.search(r"Columns: (\d+) Found: (\d+)", said):
            return f"{counts[2]} columns instead of {counts[1]}"
        return REASONS.get(kind, kind.lower())


def _lines(data: bytes, places: list[tuple[int, int]], first: int) -> NDArray[np.int64]:
    """The number of the line in which each record begins."""
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    starts = np.array([start for start, _ in places], dtype=np.int64)
    return np.asarray(first + np.searchsorted(ends, starts), dtype=np.int64)


def _no_rows(dialect: Dialect) -> pa.Table:
    return pa.schema([(name, TEXT) for name in dialect.names]).empty_table()


def _with_text(rows: Rows, dialect: Dialect, text: str) -> Rows:
    """The same rows in the types of their columns; an empty text is one, since CSV knows no null."""
    table = _typed(rows.table, dialect)
    texts = pc.fill_null(rows.table[text], "")
    return replace(rows, table=table.set_column(table.schema.get_field_index(text), text, texts))


def _kind(column: pa.ChunkedArray) -> pa.DataType:
    """The type of the values of a column by the way they are written."""
    if column.null_count == len(column):
        return TEXT
    return next((kind for said, kind in KINDS.items() if _all(column, said)), TEXT)


def _all(column: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(column, pattern)).as_py() in (True, None))


def _typed(table: pa.Table, dialect: Dialect) -> pa.Table:
    """Columns in their types; as text where a value here is written otherwise than the first ones."""
    said = {kind: pattern for pattern, kind in KINDS.items()}
    columns = []
    for column, kind in zip(table.columns, dialect.kinds, strict=True):
        if kind in said and _all(column, said[kind]):
            with contextlib.suppress(pa.ArrowInvalid):  # an integer of too many digits
                column = column.cast(kind)
        columns.append(column)
    return pa.table(columns, names=table.column_names)


def peek_csv(path: Path) -> pa.Table:
    """The first rows of a file, as records of its columns."""
    return dialect_of(path)[1]


READER = Reader("csv", SUFFIXES, "line", peek_csv, open_csv, head_csv)
