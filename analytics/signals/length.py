"""How long a document is, in characters, bytes and lines."""

import numpy as np
from numpy.typing import NDArray

from analytics.kernel import kernel
from analytics.signal import Family, Signal, Texts
from analytics.spans import lines


@kernel
def _characters(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    counts = np.zeros(offsets.size - 1, np.int64)
    for i in range(counts.size):
        for place in range(offsets[i], offsets[i + 1]):
            counts[i] += (data[place] & 0xC0) != 0x80  # UTF-8: all bytes of a code point but its first
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


FAMILY = Family(
    "length",
    version=1,
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
    ),
)
