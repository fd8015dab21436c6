"""Input for measurements: the real documents, repeated with ids of their own until there is enough text.

Also what every measurement shares: running a command in its own process, and saying on what machine.
"""

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import zstandard

GB = 1_000_000_000
FILES = 8
"""Into how many JSONL files an input is cut; at least one for each core of the machines in use."""


def arguments(what: str, gigabytes: Sequence[float]) -> argparse.Namespace:
    """The options that the measurements share."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--gigabytes", type=float, nargs="+", default=list(gigabytes), help="of text")
    parser.add_argument("--rounds", type=int, default=3, help="each figure is a median of so many")
    parser.add_argument("--folder", type=Path, help="where input and output are made; removed afterwards")
    return parser.parse_args()


def documents() -> list[pa.Table]:
    """The real corpus, one table a shard.

    Raises:
        SystemExit: ASSAY_DATA does not name it.
    """
    named = os.environ.get("ASSAY_DATA", "")
    shards = sorted(Path(named, "corpus").glob("*.parquet")) if named else []
    if not shards:
        sys.exit("Set ASSAY_DATA to the folder of real data; it must hold corpus/*.parquet.")
    return [pq.read_table(shard) for shard in shards]


def repeated(tables: Sequence[pa.Table], gigabytes: float) -> Iterator[pa.Table]:
    """The tables again and again, each time with other ids, until there are so many bytes of text."""
    left = int(gigabytes * GB)
    copy = 0
    while left > 0:
        for table in tables:
            ids = [f"{copy}/{name}" for name in table["id"].to_pylist()]
            at = table.column_names.index("id")
            yield table.set_column(at, "id", pa.array(ids))
            left -= pc.sum(pc.binary_length(table["text"])).as_py()
            if left <= 0:
                return
        copy += 1


def write_jsonl(folder: Path, gigabytes: float) -> int:
    """Write JSONL.zst files; returns the bytes of UTF-8 text in them."""
    folder.mkdir(parents=True)
    written = 0
    compressor = zstandard.ZstdCompressor(level=3, threads=-1)
    per_file = int(gigabytes * GB) // FILES
    tables = repeated(documents(), gigabytes)
    for number in range(FILES):
        goal = written + per_file
        path = folder / f"documents-{number:02d}.jsonl.zst"
        with path.open("wb") as file, compressor.stream_writer(file) as lines:
            for table in tables:
                for row in table.to_pylist():
                    lines.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
                    written += len(row["text"].encode())
                if written >= goal and number < FILES - 1:
                    break
    return written


def write_parquet(folder: Path, gigabytes: float) -> int:
    """Write Parquet files that can be read where they lie, in row groups of 1,000; bytes of text."""
    folder.mkdir(parents=True)
    written = 0
    tables = repeated(documents(), gigabytes)
    for number, group in enumerate(
        iter(lambda: [table for _, table in zip(range(4), tables, strict=False)], [])
    ):
        together = pa.concat_tables(group)
        pq.write_table(
            together, folder / f"part-{number:04d}.parquet", compression="zstd", row_group_size=1000
        )
        written += pc.sum(pc.binary_length(together["text"])).as_py()
    return written


@contextmanager
def workplace(folder: Path | None) -> Iterator[Path]:
    """A folder for input and output, removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix="assay-bench-", dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made)


def assay(*words: str | Path, setting: str = "") -> list[str]:
    """The command line of ``assay``, in this Python; ``setting`` is run before it."""
    return [sys.executable, "-c", f"{setting}\nimport sys, cli; sys.exit(cli.main())", *map(str, words)]


def run(command: Sequence[str]) -> tuple[float, dict[str, Any]]:
    """Run a command; returns its seconds and the JSON object it printed, if any."""
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{' '.join(command[3:])} failed: {done.stdout}")
    return seconds, json.loads(done.stdout) if done.stdout.startswith("{") else {}


def warm(folder: Path) -> None:
    """Read all files once, so that none is read from a colder disk than another."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.read_bytes()


def size(folder: Path) -> int:
    """Bytes of all files below a folder, or of a file."""
    return sum(path.stat().st_size for path in [folder, *folder.rglob("*")] if path.is_file())


def machine() -> str:
    """One line: when, on what, with which versions."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "polars"))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = platform.python_version()
    return f"{dt.date.today()}, {cores} cores, {platform.machine()}, Python {python}, {packages}"


def row(*cells: object) -> None:
    """Print one row of a Markdown table."""
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def head(*cells: str) -> None:
    """Say on what machine, and begin a Markdown table; a cell that ends in ``:`` is aligned to the right."""
    print(machine(), end="\n\n")
    row(*(cell.rstrip(":") for cell in cells))
    row(*("---:" if cell.endswith(":") else "---" for cell in cells))
