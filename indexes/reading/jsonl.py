"""JSON, a document a line: plain, gzip or zstd.

Lines are framed here from the decompressed bytes, in blocks that end at a newline, and parsed a block at a
time by pyarrow; line by line only where a block fails, so that each bad line is known by its number.
(DuckDB's ``ignore_errors`` gives all-null rows without a line number, and pyarrow loses the block: measured.)
"""

import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj
import xxhash

from indexes.errors import FileFault
from indexes.reader import LONG_HEAD, Bounded, Opened, Reader, RowFault, Rows, in_order
from indexes.saying import from_here
from indexes.uniting import DEEPEST, TEXT, column_of, exact_double, is_unwieldy, mapped_type

BLOCK = 8 << 20
"""Decompressed bytes taken at a time; a longer line makes a longer block."""

ROOM = 64 << 20
"""Bytes of blocks on their way at any time."""

PEEK, PEEKED, PEEKED_ROWS = 1 << 20, 64 << 20, 1_000
"""Decompressed bytes looked at at a time to see which columns a file has, at most in all, and rows."""

MOST_BRACKETS = 5_000
"""A line with more is parsed by Python, which refuses deep nesting; pyarrow ends the process at some 50,000
levels (tried)."""

MOST_LEVELS = 200
"""A line that is nested deeper is no document."""

MOST_COLUMNS = 2_000

TRIED_ROWS, NEW_NAMES = 200, 25
"""Rows of a block looked at, evenly spaced, to see whether their names have an end: where the second half
brings more new ones than this, objects are used as maps, and pyarrow would fill a column for every key."""

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
SUFFIXES = tuple(
    plain + packed for plain in (".jsonl", ".json", ".ndjson") for packed in ("", ".gz", ".zst", ".zstd")
)


class HashedFile(io.RawIOBase):
    """A file that hashes and counts what is read of it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._hash = xxhash.xxh3_128()
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            n = self._file.readinto(buffer) or 0
        except OSError as error:
            raise FileFault(
                f"{self._file.name} cannot be read: {error.strerror}.",
                "Check the disk it lies on, then run the same command.",
            ) from error
        self._hash.update(memoryview(buffer)[:n])
        self.read_bytes += n
        return n

    def close(self) -> None:
        self._file.close()
        super().close()

    def hexdigest(self) -> str:
        return str(self._hash.hexdigest())


@dataclass(frozen=True)
class Block:
    """Whole lines; ``data`` ends with a newline.

    Attributes:
        first: number of the first line, from 1.
        too_long: instead of lines, one that was longer than allowed and is left out.
        read: bytes of the file that had been read.
    """

    data: bytes
    first: int
    too_long: bool = False
    read: int = 0


def decompressed(path: Path, raw: HashedFile) -> BinaryIO:
    """The bytes of a file, by what it holds rather than by its name."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic.startswith(GZIP):
        return gzip.GzipFile(fileobj=io.BufferedReader(raw, 1 << 18))  # type: ignore[return-value]
    if magic == ZSTD or (path.name.lower().endswith((".zst", ".zstd")) and magic):
        source: BinaryIO = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
        return source
    if path.name.lower().endswith(".gz") and magic:
        raise FileFault(
            f"{path} is named .gz but holds no gzip.", "Give it the name of what it is, or leave it out."
        )
    return raw  # type: ignore[return-value]


def blocks(
    stream: BinaryIO | Bounded, max_line: int, raw: HashedFile | None = None, size: int = BLOCK
) -> Iterator[Block]:
    """Frame lines; memory is bounded by ``max_line``, whatever the file holds."""
    carried: list[bytes] = []
    length = 0
    line = 1
    skipping = False
    read = 0
    while chunk := stream.read(size):
        read = raw.read_bytes if raw else read + len(chunk)
        if skipping:
            end = chunk.find(b"\n") + 1
            if not end:
                continue
            skipping = False
            line += 1
            chunk = chunk[end:]
        end = chunk.rfind(b"\n") + 1
        if not end:
            carried.append(chunk)
            length += len(chunk)
            if length > max_line:
                yield Block(b"", line, too_long=True, read=read)
                carried, length, skipping = [], 0, True
            continue
        data = b"".join([*carried, chunk[:end]])
        carried = [chunk[end:]] if end < len(chunk) else []
        length = len(chunk) - end
        yield Block(data, line, read=read)
        line += data.count(b"\n")
    if any(carried):
        yield Block(b"".join([*carried, b"\n"]), line, read=read)


def open_jsonl(path: Path, text: str, max_line: int) -> Opened:
    """The documents of a file; FileFault on the way where it is cut off or cannot be read."""
    raw = HashedFile(path)
    return Opened(_rows(path, raw, text, max_line), raw.hexdigest)


def _rows(path: Path, raw: HashedFile, text: str, max_line: int) -> Iterator[Rows]:
    with raw, named_faults(path):
        stream = decompressed(path, raw)  # held, since it closes what it reads when it goes
        framed = blocks(stream, max_line, raw)
        declared = pa.schema([(text, TEXT)])
        for first in framed:
            rows, known = parse(first, declared, text, max_line)
            yield rows

            def parsed(block: Block, known: pa.Schema = known) -> Rows:
                return parse(block, known, text, max_line)[0]

            yield from in_order(framed, parsed, lambda block: len(block.data), ROOM)
        while raw.read(BLOCK):  # what decompression had no use for is part of the file too
            pass


def head_jsonl(path: Path, text: str, size: int) -> Iterator[Rows]:
    """The documents of the first bytes of a file; FileFault on the way where it cannot be read."""
    with HashedFile(path) as raw, named_faults(path):
        stream = Bounded(decompressed(path, raw), LONG_HEAD * size)
        known, rows = pa.schema([(text, TEXT)]), 0
        for block in blocks(stream, size, raw, min(BLOCK, size)):
            found, known = parse(block, known, text, size)
            rows += found.table.num_rows
            yield found
            if rows and stream.used >= size:
                return


class TooWide(Exception):
    """A file has so many columns that its objects must be used as maps."""


class named_faults:
    """Turn what decompression raises into the sentence for a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        again = "Copy or download it again, then run the same command."
        if isinstance(error, TooWide):
            raise FileFault(
                f"{self.path} has over {MOST_COLUMNS:,} columns.",
                "Put what differs from row to row into one nested column, then run the same command.",
            ) from error
        if isinstance(error, EOFError) or (isinstance(error, OSError) and "Truncated" in str(error)):
            raise FileFault(f"{self.path} is cut off: its compressed data ends early.", again) from error
        if isinstance(error, (gzip.BadGzipFile, zlib.error)) or (
            isinstance(error, OSError) and error.errno is None
        ):
            said = str(error).splitlines()[0]
            raise FileFault(f"{self.path} cannot be decompressed: {said}.", again) from error


def _without_times(found: pa.Schema, declared: pa.Schema) -> pa.Schema:
    fields = {field.name: field.type for field in declared}
    for field in found:
        as_string = mapped_type(field.type, lambda kind: TEXT if pa.types.is_timestamp(kind) else kind)
        if not as_string.equals(field.type):
            fields[field.name] = _only_strings(as_string)
    return pa.schema(list(fields.items()))


def _only_strings(kind: pa.DataType) -> pa.DataType:
    """The part of a type that is text: numbers are left to each block, which knows whether they are whole."""
    if pa.types.is_struct(kind):
        inner = [(field.name, _only_strings(field.type)) for field in kind]
        return pa.struct([(name, said) for name, said in inner if said is not None])
    if pa.types.is_list(kind):
        item = _only_strings(kind.value_type)
        return pa.list_(item) if item is not None else None
    return kind if kind.equals(TEXT) else None


def parse(block: Block, known: pa.Schema, text: str, max_line: int) -> tuple[Rows, pa.Schema]:
    """The documents of a block; pyarrow's way where all lines are good, else line by line.

    Args:
        block: whole lines.
        text: the name of the text column.
        max_line: longest line allowed, bytes.
        known: what to tell pyarrow of the columns: the text is text, and so is what it would take for times.

    Returns:
        The rows, and what is known of the columns now.
    """
    if block.too_long:
        fault = RowFault(block.first, f"longer than {max_line:,} bytes; --max-line allows more")
        return Rows(pa.table({text: pa.array([], TEXT)}), np.empty(0, np.int64), (fault,), block.read), known
    try:
        table, known = _whole_block(block.data, known, max_line)
    except (pa.ArrowInvalid, _Unwieldy):
        return _by_line(block, known, text, max_line), known
    numbers = np.arange(block.first, block.first + table.num_rows, dtype=np.int64)
    faults: tuple[RowFault, ...] = ()
    if table[text].null_count:
        bad = np.asarray(pc.is_null(table[text]))
        lines = block.data.split(b"\n")
        faults = tuple(
            RowFault(int(numbers[i]), _no_text(json.loads(lines[i].decode("utf-8-sig")), text))
            for i in np.flatnonzero(bad)
        )
        table, numbers = table.filter(pa.array(~bad)), numbers[~bad]
    return Rows(table, numbers, faults, block.read), known


def _no_text(row: dict[str, Any], text: str) -> str:
    return f"{text} is null" if text in row else f"no {text}"


def _whole_block(data: bytes, known: pa.Schema, max_line: int) -> tuple[pa.Table, pa.Schema]:
    """Parse lines that are all objects; ArrowInvalid where it cannot be told that each line is one row."""
    view = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(view == ord("\n"))
    starts = np.concatenate(([0], ends[:-1] + 1))
    if view[:3].tobytes() == b"\xef\xbb\xbf":
        starts[0] = 3
    lengths = ends - starts
    last = np.maximum(ends - 1, 0)
    if (lengths < 2).any() or lengths.max() > max_line:
        raise pa.ArrowInvalid("a blank line, or one that is too long")
    last -= view[last] == ord("\r")
    # A line that starts with { and ends with } is one object or more, never a part of one: so where there
    # are as many rows as lines, row i is line i.
    if not ((view[starts] == ord("{")).all() and (view[last] == ord("}")).all()):
        raise pa.ArrowInvalid("a line is no object")
    for i in np.flatnonzero(lengths > MOST_BRACKETS):
        line = data[starts[i] : ends[i]]
        if line.count(b"[") + line.count(b"{") > MOST_BRACKETS:
            raise pa.ArrowInvalid("many brackets")
    _check_utf8(data)
    spaced = range(0, len(ends), max(1, len(ends) // TRIED_ROWS))
    try:
        tried = [json.loads(data[starts[i] : ends[i]].decode()) for i in spaced]
    except (ValueError, RecursionError):
        raise pa.ArrowInvalid("a line is no JSON") from None
    _check_names(tried)
    table, known = _read(data, known)
    if table.num_rows != len(ends):
        raise pa.ArrowInvalid("more rows than lines")
    return table, known


class _Unwieldy(Exception):
    """Values nested so deep or so wide that they are kept as JSON text."""


def _check_names(rows: list[Any]) -> None:
    """Raise _Unwieldy where the names in these rows have no end."""
    names: set[tuple[str, ...]] = set()
    first = 0
    for number, row in enumerate(rows):
        if number == len(rows) // 2:
            first = len(names)
        left: list[tuple[tuple[str, ...], Any]] = [((), row)]
        while left:
            path, value = left.pop()
            if isinstance(value, dict):
                names.update((*path, name) for name in value)
                left += [((*path, name), inner) for name, inner in value.items() if len(path) < DEEPEST]
            elif isinstance(value, list):
                left += [(path, inner) for inner in value if isinstance(inner, dict | list)]
    if len(names) - first > NEW_NAMES:
        raise _Unwieldy


def _check_utf8(data: bytes) -> None:
    """Whether bytes are UTF-8, without making a string of them; ArrowInvalid if not."""
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64))
    pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(data)]).validate(full=True)


def _read(data: bytes, known: pa.Schema) -> tuple[pa.Table, pa.Schema]:
    """Parse by pyarrow: times stay text, and an integer too large for its type is refused, not rounded.

    Returns:
        The rows, and what had to be declared for them.
    """
    options = pj.ReadOptions(use_threads=False, block_size=len(data) + 1)
    table = pj.read_json(pa.BufferReader(data), options, pj.ParseOptions(explicit_schema=known))
    if any(is_unwieldy(field.type) for field in table.schema):
        raise _Unwieldy
    without = _without_times(table.schema, known)
    if not without.equals(known):
        table = pj.read_json(pa.BufferReader(data), options, pj.ParseOptions(explicit_schema=without))
    for column in table.columns:
        if not all(exact_double(chunk) for chunk in column.chunks):
            raise pa.ArrowInvalid("a number too large to be exact")
    return table, without


def _by_line(block: Block, known: pa.Schema, text: str, max_line: int) -> Rows:
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    kept: list[bytes] = []
    faults: list[RowFault] = []
    for number, line in enumerate(block.data.split(b"\n")[:-1], start=block.first):
        if len(line) > max_line:
            faults.append(RowFault(number, f"longer than {max_line:,} bytes; --max-line allows more"))
            continue
        if not line.strip():
            continue  # a blank line is no row
        found = _row(line, text, first=number == 1)
        if isinstance(found, str):
            faults.append(RowFault(number, found))
        else:
            rows.append(found)
            numbers.append(number)
            kept.append(line)
    table = _table(rows, kept, known, text)
    return Rows(table, np.array(numbers, dtype=np.int64), tuple(faults), block.read)


def _row(line: bytes, text: str, first: bool) -> dict[str, Any] | str:
    """The object of one line, or why it is no document."""
    try:
        said = line.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start + 1}"
    try:
        row = json.loads(said)
    except RecursionError:
        return f"nested over {MOST_LEVELS} levels deep"
    except ValueError as error:
        return f"not JSON: {getattr(error, 'msg', error)} at column {getattr(error, 'colno', 0)}"
    if not isinstance(row, dict):
        return "not a JSON object"
    if line.count(b"[") + line.count(b"{") > MOST_LEVELS and _levels(row) > MOST_LEVELS:
        return f"nested over {MOST_LEVELS} levels deep"
    if not isinstance(row.get(text), str):
        return _no_text(row, text) if row.get(text) is None else f"{text} is not a string"
    if "\\ud" in said.lower():
        try:
            json.dumps(row, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return "half of a surrogate pair, which is no character"
    return row


def _levels(row: Any) -> int:
    """How deep a parsed value is nested."""
    deepest = 0
    left = [(row, 1)]
    while left:
        value, depth = left.pop()
        deepest = max(deepest, depth)
        inner = value.values() if isinstance(value, dict) else value
        left += [(item, depth + 1) for item in inner if isinstance(item, dict | list)]
    return deepest


def _table(rows: list[dict[str, Any]], lines: list[bytes], known: pa.Schema, text: str) -> pa.Table:
    """Rows that were parsed one by one, with the types they would have had in a whole block."""
    if not rows:
        return pa.table({text: pa.array([], TEXT)})
    try:
        _check_names(rows[:: max(1, len(rows) // TRIED_ROWS)])
        if max(line.count(b"[") + line.count(b"{") for line in lines) <= MOST_BRACKETS:
            table, _ = _read(b"\n".join(lines) + b"\n", known)
            if table.num_rows == len(rows):
                return table
    except (pa.ArrowInvalid, _Unwieldy):
        pass
    return _columns(rows)


def objects(texts: Sequence[str | None]) -> pa.Table:
    """Values that are JSON objects, as rows with their types; a row of nulls for each value that is none."""
    lines = ["{}" if text is None else text for text in texts]
    plain = all("\n" not in line and line.count("[") + line.count("{") <= MOST_BRACKETS for line in lines)
    try:
        if plain:
            _check_names([json.loads(line) for line in lines[:: max(1, len(lines) // TRIED_ROWS)]])
            table, _ = _read("\n".join([*lines, ""]).encode(), pa.schema([]))
            if table.num_rows == len(lines):
                return table
    except (pa.ArrowInvalid, _Unwieldy, ValueError, RecursionError):
        pass
    rows = [_object(line.encode(errors="replace"), 0) or {} for line in lines]
    counts = Counter(name for row in rows for name in row)
    names = [name for name, _ in counts.most_common(MOST_COLUMNS)]
    found = {name: column_of([row.get(name) for row in rows]) for name in names}
    return pa.table(found) if found else pa.table({"": pa.nulls(len(rows))})


def _columns(rows: list[dict[str, Any]]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    if len(names) > MOST_COLUMNS:
        raise TooWide
    return pa.table({name: column_of([row.get(name) for row in rows]) for name in names})


def peek_jsonl(path: Path) -> pa.Table:
    """The first documents of a file, with all columns seen in them; none where the first 64 MB hold none.

    Raises:
        FileFault: it cannot be read, or holds JSON that is not one document a line.
    """
    rows: list[dict[str, Any]] = []
    with HashedFile(path) as raw, named_faults(path):
        stream = Bounded(decompressed(path, raw), PEEKED)
        for block in blocks(stream, PEEKED, size=PEEK):
            lines = block.data.split(b"\n")
            objects = (_object(line, number) for number, line in enumerate(lines, start=block.first))
            rows = list(islice((row for row in objects if row is not None), PEEKED_ROWS))
            if block.first == 1:
                _check_lines(path, lines, bool(rows))
            if rows:
                break
    return _columns(rows)


def _object(line: bytes, number: int) -> dict[str, Any] | None:
    """The object of a line; None where it is none, for whatever reason."""
    try:
        row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        if b"\\ud" in line.lower():
            json.dumps(row, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _check_lines(path: Path, lines: list[bytes], found: bool) -> None:
    """Name what is JSON, but not one document a line."""
    said = [line.strip() for line in lines if line.strip()]
    start = said[0].removeprefix(b"\xef\xbb\xbf") if said else b""
    if start.startswith(b"["):
        try:
            whole = json.loads(start)
        except (ValueError, RecursionError):
            whole = [{}]  # it goes on in the next line
        if any(isinstance(item, dict) for item in whole):
            raise FileFault(
                f"{path} is one JSON array, not one document a line.",
                _make_lines(path, "'.[]'"),
            )
    elif start == b"{" and not found and said[1:2] and said[1].startswith(b'"'):
        raise FileFault(
            f"{path} holds JSON over several lines, not one document a line.",
            _make_lines(path, "."),
        )


def _make_lines(path: Path, wanted: str) -> str:
    """The command that writes a file's documents, a line each, into a new file beside it."""
    suffix = max((end for end in SUFFIXES if path.name.lower().endswith(end)), key=len, default="")
    made = path.with_name(f"{path.name[: len(path.name) - len(suffix)]}.lines.jsonl")
    old, new = quote(from_here(path)), quote(from_here(made))
    unpack = {".gz": "gzip -dc", ".zst": "zstd -dc", ".zstd": "zstd -dc"}.get(path.suffix.lower())
    read = f"{unpack} {old} | jq -c {wanted}" if unpack else f"jq -c {wanted} {old}"
    return f"Make lines of it, then ingest {new}: {read} > {new}"


READER = Reader("jsonl", SUFFIXES, "line", peek_jsonl, open_jsonl, head_jsonl)
