"""Where the words and lines of texts are: found once for a batch, whatever number of signals ask."""

from dataclasses import dataclass

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
    return Spans(*_find_words(texts.data, texts.offsets, texts.valid, classes()))


def lines(texts: Texts) -> Spans:
    """Lines without their ends, as ``str.splitlines`` finds them: empty text has none."""
    return Spans(*_find_lines(texts.data, texts.offsets, texts.valid, classes()))


@kernel
def _find_words(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], classes: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    n_docs = offsets.size - 1
    most = (offsets[-1] - offsets[0] + n_docs) // 2  # a word and what ends it take two bytes
    starts, ends, characters = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    bounds = np.zeros(n_docs + 1, np.int64)
    found = 0
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            place = end
        while place < end:
            start, length = place, 0
            while place < end:
                point, size = code_point(data, place)
                if classes[point] & SPACE:
                    break
                place += size
                length += 1
            if length:
                starts[found], ends[found], characters[found] = start, place, length
                found += 1
            if place < end:
                place += size
        bounds[i + 1] = found
    return starts[:found], ends[:found], characters[:found], bounds


@kernel
def _find_lines(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], classes: NDArray[np.uint8]
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
            start, length, size = place, 0, 0
            while place < end:
                point, size = code_point(data, place)
                if classes[point] & BREAK:
                    break
                place += size
                length += 1
            starts[found], ends[found], characters[found] = start, place, length
            found += 1
            if place < end:
                if data[place] == 0x0D and place + 1 < end and data[place + 1] == 0x0A:
                    place += 1
                place += size
        bounds[i + 1] = found
    return starts[:found], ends[:found], characters[:found], bounds
