"""Lines and paragraphs as pipelines find them by newlines alone, and what they begin and end with."""

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import SPACE, classes, code_point
from analytics.kernel import kernel
from analytics.signal import Texts
from analytics.spans import Spans

ALL, FILLED, WORDED = 0, 1, 2
"""Which pieces count: all, those with a character, those with a character other than white space."""
BEGIN, END, WHOLE = 0, 1, 2
"""Where of a piece a mark stands."""


def pieces_between(texts: Texts, newlines: int, runs: bool, strip: bool, which: int) -> Spans:
    r"""Pieces of texts between newlines (U+000A), as ``str.split`` finds them: empty text is one empty piece.

    Args:
        texts: the texts.
        newlines: how many in a row part two pieces.
        runs: further newlines belong to the same end of a piece (``re.split("\n+", text)``).
        strip: leave out white space at both ends of a piece.
        which: ``ALL``, ``FILLED`` or ``WORDED`` pieces.
    """
    return Spans(*_split(texts.data, texts.offsets, texts.valid, classes(), newlines, runs, strip, which))


def begin_with(texts: Texts, spans: Spans, marks: tuple[str, ...]) -> NDArray[np.int64]:
    """1 for each piece that begins with one of some marks, else 0; shape (n_pieces,).

    A small letter of a mark stands for the capital too, here and below; a capital stands for itself.
    """
    return _are_marked(texts.data, spans.starts, spans.ends, *_packed(marks), BEGIN)


def end_with(texts: Texts, spans: Spans, marks: tuple[str, ...]) -> NDArray[np.int64]:
    """1 for each piece that ends with one of some marks, else 0; shape (n_pieces,)."""
    return _are_marked(texts.data, spans.starts, spans.ends, *_packed(marks), END)


def are(texts: Texts, spans: Spans, marks: tuple[str, ...]) -> NDArray[np.int64]:
    """1 for each piece that is one of some marks, else 0; shape (n_pieces,)."""
    return _are_marked(texts.data, spans.starts, spans.ends, *_packed(marks), WHOLE)


def _packed(marks: tuple[str, ...]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    encoded = [mark.encode() for mark in marks]
    return np.frombuffer(b"".join(encoded), np.uint8), np.cumsum([0, *map(len, encoded)])


@kernel
def _split(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    newlines: int,
    runs: bool,
    strip: bool,
    which: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    n_docs = offsets.size - 1
    most = n_docs
    for place in range(offsets[0], offsets[-1]):
        most += data[place] == 0x0A
    starts, ends, characters = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    bounds = np.zeros(n_docs + 1, np.int64)
    found = 0
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        more = valid[i]
        while more:
            start = place
            first, last = end, start  # of the characters that are no white space
            length, blank_before, blank_since = 0, 0, 0
            while place < end:
                if data[place] == 0x0A:
                    stop = place
                    while stop < end and stop - place < newlines and data[stop] == 0x0A:
                        stop += 1
                    if stop - place == newlines:
                        break
                point, size = code_point(data, place)
                length += 1
                if classes[point] & SPACE:
                    blank_since += 1
                else:
                    if first == end:
                        first, blank_before = place, blank_since
                    last, blank_since = place + size, 0
                place += size
            stop = place
            more = place < end
            if more:
                place += newlines
                while runs and place < end and data[place] == 0x0A:
                    place += 1
            if (which == FILLED and not length) or (which == WORDED and blank_since == length):
                continue
            if not strip:
                starts[found], ends[found], characters[found] = start, stop, length
            elif blank_since == length:
                starts[found], ends[found], characters[found] = start, start, 0
            else:
                starts[found], ends[found] = first, last
                characters[found] = length - blank_before - blank_since
            found += 1
        bounds[i + 1] = found
    return starts[:found], ends[:found], characters[:found], bounds


@kernel
def _are_marked(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    marks: NDArray[np.uint8],
    sizes: NDArray[np.int64],
    where: int,
) -> NDArray[np.int64]:
    answer = np.zeros(starts.size, np.int64)
    for i in range(starts.size):
        for mark in range(sizes.size - 1):
            size = sizes[mark + 1] - sizes[mark]
            if ends[i] - starts[i] < size or (where == WHOLE and ends[i] - starts[i] > size):
                continue
            place = ends[i] - size if where == END else starts[i]
            same = True
            for j in range(size):
                wanted, byte = marks[sizes[mark] + j], data[place + j]
                if wanted >= 0x61 and wanted <= 0x7A and byte >= 0x41 and byte <= 0x5A:
                    byte |= np.uint8(0x20)
                if byte != wanted:
                    same = False
                    break
            if same:
                answer[i] = 1
                break
    return answer
