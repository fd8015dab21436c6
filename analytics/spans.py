"""Where the words and lines of texts are: found once for a batch, whatever number of signals ask."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import BREAK, SPACE, classes, code_point
from analytics.kernel import kernel
from analytics.signal import Texts


@dataclass(frozen=True)
class Spans:
    """Pieces of texts, in order: those of document ``i`` are numbers ``bounds[i]`` to ``bounds[i + 1] - 1``.

    Attributes:
        starts, ends: first byte of each piece in ``Texts.data``, one after its last, shape (n_pieces,).
        characters: code points in each, shape (n_pieces,).
        bounds: shape (n_docs + 1,).
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    characters: NDArray[np.int64]
    bounds: NDArray[np.int64]

    def counts(self) -> NDArray[np.int64]:
        """How many pieces each document has, shape (n_docs,)."""
        return np.diff(self.bounds)

    def sums(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sum of a whole number a piece over each document, shape (n_docs,); 0 where there is no piece."""
        total = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
        return np.diff(total[self.bounds])


def words(texts: Texts) -> Spans:
    """Words between Unicode white space, as ``str.split`` finds them."""
    return Spans(*_find_words(texts.data, texts.offsets, texts.valid, classes(), _sorts(SPACE)))


def lines(texts: Texts) -> Spans:
    """Lines without their ends, as ``str.splitlines`` finds them: empty text has none."""
    return Spans(*_find_lines(texts.data, texts.offsets, texts.valid, classes(), _sorts(BREAK)))


PARTS = 1
"""Of a byte of ASCII: it parts words, or lines."""
MAY_PART = 2
"""Of the first byte of several: what begins with it may do so."""


@cache
def _sorts(mark: int) -> NDArray[np.uint8]:
    """``PARTS`` or ``MAY_PART`` of each byte where that is true, shape (256,)."""
    sorts = np.zeros(256, np.uint8)
    for point in np.flatnonzero(classes() & mark):
        first = chr(point).encode()[0]
        sorts[first] = PARTS if first < 0x80 else MAY_PART
    return sorts


@kernel
def _find_words(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    sorts: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    n_docs = offsets.size - 1
    most = (offsets[-1] - offsets[0] + n_docs) // 2 + 1  # a word and what ends it take two bytes
    starts, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    before, characters = np.empty(most, np.int64), np.empty(most, np.int64)
    bounds = np.zeros(n_docs + 1, np.int64)
    found = ended = np.uint64(0)
    one = np.uint64(1)
    for i in range(n_docs):
        at, end = np.uint64(offsets[i]), np.uint64(offsets[i + 1])
        if not valid[i]:
            at = end
        begun = number = np.uint64(0)  # whether a word began that has not ended, and code points up to here
        while at < end:
            # Each place is written down as a start and as an end; it counts where a word begins or ends. So
            # the processor need not guess where that is.
            byte = data[at]
            inside, size = one, one
            if sorts[byte] & MAY_PART:
                point, length = code_point(data, int(at))
                if classes[point] & SPACE:
                    inside, size = np.uint64(0), np.uint64(length)
            else:
                inside = np.uint64(sorts[byte] ^ PARTS)
            starts[found], before[found] = at, number
            ends[ended], characters[ended] = at, number
            found += inside & ~begun
            ended += begun & ~inside
            begun = inside
            number += np.uint64((byte & 0xC0) != 0x80)
            at += size
        ends[ended], characters[ended] = end, number
        ended = found
        bounds[i + 1] = found
    for word in range(found):
        characters[word] -= before[word]
    count = np.int64(found)
    return starts[:count], ends[:count], characters[:count], bounds


@kernel
def _find_lines(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    sorts: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    n_docs = offsets.size - 1
    most = offsets[-1] - offsets[0]
    starts, ends, characters = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    bounds = np.zeros(n_docs + 1, np.int64)
    found = 0
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            place = end
        while place < end:
            start, size = place, 0
            at, stop, later = np.uint64(place), np.uint64(end), np.uint64(0)
            while at < stop:
                byte = data[at]
                if sorts[byte]:
                    point, size = code_point(data, int(at))
                    if classes[point] & BREAK:
                        break
                later += np.uint64((byte & 0xC0) == 0x80)
                at += np.uint64(1)
            place = int(at)
            starts[found], ends[found], characters[found] = start, place, place - start - np.int64(later)
            found += 1
            if place < end:
                if data[place] == 0x0D and place + 1 < end and data[place + 1] == 0x0A:
                    place += 1
                place += size
        bounds[i + 1] = found
    return starts[:found], ends[:found], characters[:found], bounds
