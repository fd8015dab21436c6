"""Where files and row groups end: by the documents alone, in however many pieces they come."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indexes.errors import AssayError
from indexes.outflow import ARRAYS, Kept

DEFAULT_SIZE = "256MB"

GROUP_DOCUMENTS, GROUP_BYTES = 5_000, 16_000_000
"""Most documents, and most bytes in memory, of a row group: such files are read where they lie if they are
ingested again."""

ENDLESS = 1 << 62
UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


@dataclass(frozen=True)
class ShardSize:
    """Where a shard ends: before the document with which it would hold more than this, but never empty.

    Attributes:
        said: as it was asked for.
        bytes: of all columns written, in memory, uncompressed.
    """

    said: str
    documents: int = ENDLESS
    bytes: int = ENDLESS


def shard_size(said: str) -> ShardSize:
    """``256MB`` of data, or ``100000`` documents."""
    match = re.fullmatch(r"\s*([\d_,]+(?:\.\d+)?)\s*([KMGT]?B)?\s*", said, re.IGNORECASE)
    number = float(match[1].replace("_", "").replace(",", "")) if match else 0
    if match is None or number < 1:
        raise AssayError(
            f"A shard cannot have the size {said!r}.", "Give bytes, like 256MB, or documents, like 100000."
        )
    unit = match[2]
    if unit:
        return ShardSize(said, bytes=int(number * UNITS[unit.upper()]))
    return ShardSize(said, documents=int(number))


def row_groups(stream: Iterable[Kept], limit: ShardSize) -> Iterator[tuple[int, Kept]]:
    """Cut a stream into row groups and shards, by its documents alone: however it came in pieces.

    Yields:
        (number of the shard from 0, the documents of one row group).
    """
    number = 0
    group, shard = _Fill(GROUP_DOCUMENTS, GROUP_BYTES), _Fill(limit.documents, limit.bytes)
    for kept in stream:
        start, n = 0, len(kept.doc_ids)
        while start < n:
            left = kept.sizes[start : start + GROUP_DOCUMENTS]
            in_shard, in_group = shard.fitting(left), group.fitting(left)
            take = min(in_shard, in_group)
            if take:
                piece = kept.slice(start, start + take)
                group.add(piece)
                shard.add(piece, hold=False)
                start += take
            if start < n and take < len(left):
                yield number, group.pop()
                if in_shard == take:
                    number += 1
                    shard.pop_counts()
    if group.pieces:
        yield number, group.pop()


@dataclass
class _Fill:
    """How far a row group or a shard is filled."""

    most_documents: int
    most_bytes: int
    documents: int = 0
    bytes: int = 0
    pieces: list[Kept] = field(default_factory=list)

    def fitting(self, sizes: NDArray[np.int64]) -> int:
        """How many of the next documents still fit; one always does where there is none yet."""
        n = int(np.searchsorted(np.cumsum(sizes), self.most_bytes - self.bytes, side="right"))
        return max(min(n, self.most_documents - self.documents), 0 if self.documents else 1)

    def add(self, kept: Kept, hold: bool = True) -> None:
        self.documents += len(kept.doc_ids)
        self.bytes += int(kept.sizes.sum())
        if hold:
            self.pieces.append(kept)

    def pop_counts(self) -> None:
        self.documents = self.bytes = 0

    def pop(self) -> Kept:
        """The documents held, as one."""
        pieces, self.pieces = self.pieces, []
        self.pop_counts()
        return _joined(pieces)


def _joined(pieces: Sequence[Kept]) -> Kept:
    """Consecutive documents in one piece."""

    def numbers(name: str) -> Any:
        found = [getattr(piece, name) for piece in pieces]
        return None if any(part is None for part in found) else np.concatenate(found)

    return Kept(
        pa.concat_tables([piece.table for piece in pieces]).combine_chunks(),
        **{name: numbers(name) for name in ARRAYS},
    )
