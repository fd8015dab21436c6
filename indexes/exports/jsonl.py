"""JSONL compressed with zstd: an object a line, every column in it, null where there is no value.

What JSON has no type for is text: dates and times as ISO 8601, decimals in digits, bytes in base64. Maps are
lists of pairs. A number that is not finite is null.
"""

import base64
import datetime
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import zstandard

from indexes.format import Format, Write

LEVEL = 3
READ = 1 << 20


@contextmanager
def open_jsonl(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """A zstd frame with a checksum of its own."""
    compressor = zstandard.ZstdCompressor(LEVEL, write_checksum=True)
    with path.open("wb") as file, compressor.stream_writer(file) as stream:

        def write(table: pa.Table) -> None:
            for row in table.to_pylist():
                stream.write(line(row))

        yield write


def line(row: dict[str, Any]) -> bytes:
    """One document as a line."""
    try:
        said = _dumps(row)
    except ValueError:
        said = _dumps(_finite(row))
    return said.encode() + b"\n"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_said)


def _said(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return value


def count(path: Path) -> int:
    """Documents, by the newlines."""
    lines = 0
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        while data := stream.read(READ):
            lines += data.count(b"\n")
    return lines


FORMAT = Format("jsonl", "JSONL (zstd)", ".jsonl.zst", open_jsonl, count)
