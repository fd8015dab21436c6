"""How long a document is: in characters, bytes, lines, paragraphs and sentences, and in time to read it."""

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import SPACE, classes, code_point
from analytics.kernel import kernel
from analytics.outside import versions
from analytics.prose import prose
from analytics.signal import Family, Signal, Texts
from analytics.spans import lines

READING = 0.01469
"""Seconds a character."""


@kernel
def _characters(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    counts = np.zeros(offsets.size - 1, np.int64)
    for i in range(counts.size):
        found = np.int64(0)
        # Unsigned places are none from the end: then many bytes are looked at at once.
        for place in range(np.uint64(offsets[i]), np.uint64(offsets[i + 1])):
            found += np.int64((data[place] & 0xC0) != 0x80)  # UTF-8: all bytes of a code point but its first
        counts[i] = found
    return counts


def characters(texts: Texts) -> NDArray[np.int64]:
    """Unicode code points of each document, shape (n_docs,)."""
    return _characters(texts.data, texts.offsets)


def size(texts: Texts) -> NDArray[np.int64]:
    """UTF-8 bytes of each document, shape (n_docs,)."""
    return np.diff(texts.offsets)


def line_count(texts: Texts) -> NDArray[np.int64]:
    """Lines of each document as ``str.splitlines`` finds them, shape (n_docs,). Empty text has 0."""
    return texts.once(lines).counts()


def stripped(texts: Texts) -> NDArray[np.int64]:
    """Code points of each document without the white space at both ends, shape (n_docs,)."""
    return characters(texts) - _outer_space(texts.data, texts.offsets, texts.valid, classes())


def paragraph_count(texts: Texts) -> NDArray[np.int64]:
    """Runs of lines that hold more than white space, shape (n_docs,)."""
    found = texts.once(lines)
    return _paragraphs(texts.data, found.starts, found.ends, found.bounds, classes())


def sentence_count(texts: Texts) -> NDArray[np.int64]:
    """Sentences of each document, shape (n_docs,)."""
    return texts.once(prose)["sentences"]


def reading_time(texts: Texts) -> NDArray[np.float64]:
    """Seconds to read each document, shape (n_docs,)."""
    return np.multiply(READING, characters(texts), dtype=np.float64)


@kernel
def _outer_space(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], classes: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """White space at both ends of each document; all of one that has nothing else."""
    counts = np.zeros(offsets.size - 1, np.int64)
    for i in range(counts.size):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            continue
        while place < end:
            point, size = code_point(data, place)
            if not classes[point] & SPACE:
                break
            place += size
            counts[i] += 1
        while place < end:
            last = end - 1
            while data[last] & 0xC0 == 0x80:
                last -= 1
            point, size = code_point(data, last)
            if not classes[point] & SPACE:
                break
            end = last
            counts[i] += 1
    return counts


@kernel
def _paragraphs(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    bounds: NDArray[np.int64],
    classes: NDArray[np.uint8],
) -> NDArray[np.int64]:
    counts = np.zeros(bounds.size - 1, np.int64)
    for i in range(counts.size):
        before = True  # whether the line before is blank
        for line in range(bounds[i], bounds[i + 1]):
            place, blank = starts[line], True
            while blank and place < ends[line]:
                point, size = code_point(data, place)
                blank = classes[point] & SPACE != 0
                place += size
            counts[i] += before and not blank
            before = blank
    return counts


FAMILY = Family(
    "length",
    version=2,
    signals=(
        Signal(
            "characters",
            "characters",
            0,
            None,
            "common to all pipelines",
            characters,
            type="integer",
            definition="Unicode code points of the text",
        ),
        Signal(
            "bytes",
            "bytes",
            0,
            None,
            "common to all pipelines",
            size,
            type="integer",
            definition="bytes of the text in UTF-8",
        ),
        Signal(
            "lines",
            "lines",
            0,
            None,
            "Python's str.splitlines",
            line_count,
            type="integer",
            definition="lines, parted by any of Unicode's line ends; nothing after the last end is no line",
        ),
        Signal(
            "characters",
            "characters",
            0,
            None,
            "allenai/dolma@669f5348, char_length_strip_ws_v1",
            stripped,
            variant="stripped",
            type="integer",
            definition="Unicode code points of the text without the white space at its two ends",
        ),
        Signal(
            "paragraphs",
            "paragraphs",
            0,
            None,
            "huggingface/datatrove@a649de79, ParagraphStats; there only an empty line parts paragraphs",
            paragraph_count,
            type="integer",
            definition="pieces of text between lines that are empty or hold white space alone",
        ),
        Signal(
            "sentences",
            "sentences",
            0,
            None,
            "togethercomputer/RedPajama-Data@6d2cee9d, rps_doc_num_sentences",
            sentence_count,
            type="integer",
            definition="runs of text from a letter, number or underscore to the next of . ! ? or the end",
        ),
        Signal(
            "reading_time",
            "seconds",
            0,
            None,
            "Demberg and Keller 2008, Cognition 109(2), as in textstat, which leaves white space out",
            reading_time,
            definition="14.69 ms for each character",
        ),
    ),
    params={"reading_seconds_a_character": READING, **versions("unicode")},
)
