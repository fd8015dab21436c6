"""How a file's rows are read: a few thousand at a time, bad ones apart with line or row and reason.

A file in ``indexes/reading/`` declares one ``READER`` for the suffixes it knows.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import Queue
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indexes import reading
from indexes.registry import members

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class RowFault:
    """A row that is no document, and why."""

    number: int
    reason: str


@dataclass(frozen=True)
class Rows:
    """Some rows of a file, in its order.

    Attributes:
        table: the file's own columns; the text column holds text without nulls, all of it UTF-8.
        numbers: the line, or row, of each, from 1; shape (n_rows,).
        faults: rows among these that are no documents.
        read: bytes of the file that have been read by now.
    """

    table: pa.Table
    numbers: NDArray[np.int64]
    faults: tuple[RowFault, ...] = ()
    read: int = 0


@dataclass(frozen=True)
class Opened:
    """A file being read: its rows, and what knows it once they are all read."""

    rows: Iterator[Rows]
    content: Callable[[], str]


@dataclass(frozen=True)
class Reader:
    """Knows how to read files of some suffixes.

    Attributes:
        name: the file's name in ``indexes/reading/``.
        suffixes: names of files it reads end in one of these, in lower case.
        unit: what a row is called in the quarantine: ``line`` or ``row``.
        peek: the first rows of a file, at most a thousand, with all columns seen in them. FileFault where
            it cannot be read.
        open: the rows of a file, given the name of its text column and the longest line allowed, in bytes.
        head: its first rows, given the name of its text column and about how many bytes, decompressed, are
            read; no more than a few times as many are, whatever the file holds.
    """

    name: str
    suffixes: tuple[str, ...]
    unit: str
    peek: Callable[[Path], pa.Table]
    open: Callable[[Path, str, int], Opened]
    head: Callable[[Path, str, int], Iterator[Rows]]


LONG_HEAD = 4
"""So many times the bytes of a head are read where its first record is longer than that, or none is whole."""


class Bounded:
    """The first bytes of a stream.

    Attributes:
        used: how many were read.
    """

    def __init__(self, stream: Any, most: int) -> None:
        self._stream, self._most, self.used = stream, most, 0

    def read(self, size: int) -> bytes:
        data: bytes = self._stream.read(min(size, self._most - self.used))
        self.used += len(data)
        return data


@cache
def all_readers() -> dict[str, Reader]:
    """Name -> reader, in order of the names."""
    return members(reading, "READER", Reader)


def reader_of(path: Path) -> Reader | None:
    """The reader for a file, by its name; None where no one knows its suffix."""
    name = path.name.lower()
    for reader in all_readers().values():
        if name.endswith(reader.suffixes):
            return reader
    return None


def in_order(
    items: Iterable[Item],
    work: Callable[[Item], Result],
    size: Callable[[Item], int],
    room: int,
    workers: int = 2,
) -> Iterator[Result]:
    """Apply ``work`` to each item on threads, the items themselves made on another; results in order.

    At most ``room`` (by ``size``) is on its way at any time, or one item that is larger alone.
    """
    waiting: Queue[tuple[Future[Result], int] | BaseException | None] = Queue()
    space = threading.Condition()
    used = 0
    left = False

    def feed() -> None:
        nonlocal used
        try:
            for item in items:
                weight = size(item)
                with space:
                    while not left and used and used + weight > room:
                        space.wait()
                    if left:
                        return
                    used += weight
                waiting.put((pool.submit(work, item), weight))
                del item  # or this thread would hold it until the next one is made
            waiting.put(None)
        except BaseException as error:
            waiting.put(error)

    with ThreadPoolExecutor(workers) as pool:
        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        try:
            while (said := waiting.get()) is not None:
                if isinstance(said, BaseException):
                    raise said
                future, weight = said
                yield future.result()
                with space:
                    used -= weight
                    space.notify()
        finally:
            with space:
                left = True
                space.notify()
            feeder.join()
