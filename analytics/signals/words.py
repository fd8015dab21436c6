"""Words between white space: how many, how long, of what kind."""

from unicodedata import unidata_version

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import LETTER, classes, code_point
from analytics.kernel import kernel
from analytics.signal import Family, Signal, Texts, ratio
from analytics.spans import words

GOPHER = "Rae et al. 2021, arXiv:2112.11446, appendix A"
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")  # the eight of that appendix


def word_count(texts: Texts) -> NDArray[np.int64]:
    """Words of each document, shape (n_docs,)."""
    return texts.once(words).counts()


def mean_word_length(texts: Texts) -> NDArray[np.float64]:
    """Code points a word, shape (n_docs,). NaN where there is no word."""
    found = texts.once(words)
    return ratio(found.sums(found.characters), found.counts())


def frac_words_alpha(texts: Texts) -> NDArray[np.float64]:
    """Words with a letter of any script over words, shape (n_docs,), 0 to 1. NaN where there is no word."""
    found = texts.once(words)
    return ratio(found.sums(_with_letter(texts.data, found.starts, found.ends, classes())), found.counts())


def symbol_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """``#``, ``...`` and ``…`` over words, shape (n_docs,); may pass 1. NaN where there is no word."""
    symbols = _symbols(texts.data, texts.offsets)  # none holds white space: all are inside words
    return ratio(symbols, texts.once(words).counts())


def stop_word_count(texts: Texts) -> NDArray[np.int64]:
    """Occurrences of ``STOP_WORDS`` in any case, shape (n_docs,)."""
    found = texts.once(words)
    packed = np.array([int.from_bytes(word.encode(), "little") for word in STOP_WORDS], dtype=np.uint32)
    return found.sums(_is_among(texts.data, found.starts, found.ends, packed))


@kernel
def _with_letter(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], classes: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """1 for each word that has a letter, else 0."""
    answer = np.zeros(starts.size, np.int64)
    for word in range(starts.size):
        place = starts[word]
        while place < ends[word]:
            point, size = code_point(data, place)
            if classes[point] & LETTER:
                answer[word] = 1
                break
            place += size
    return answer


@kernel
def _symbols(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often ``#``, ``...`` and ``…`` stand in each document, from left to right without overlap."""
    counts = np.zeros(offsets.size - 1, np.int64)
    for i in range(counts.size):
        place, end = offsets[i], offsets[i + 1]
        while place < end:
            byte = data[place]
            place += 1
            if byte == 0x23:
                counts[i] += 1
            elif byte == 0x2E and place + 1 < end and data[place] == 0x2E and data[place + 1] == 0x2E:
                counts[i] += 1
                place += 2
            elif byte == 0xE2 and place + 1 < end and data[place] == 0x80 and data[place + 1] == 0xA6:
                counts[i] += 1
    return counts


@kernel
def _is_among(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], packed: NDArray[np.uint32]
) -> NDArray[np.int64]:
    """1 for each word that is one of some lower-case ASCII words of up to 4 bytes, packed, in any case."""
    answer = np.zeros(starts.size, np.int64)
    for word in range(starts.size):
        if ends[word] - starts[word] > 4:
            continue
        # 0x20 parts upper from lower case, and no other byte becomes a lower-case letter by it. No character
        # beyond ASCII has one of these words' letters as its lower case.
        letters = np.uint32(0)
        for i in range(ends[word] - starts[word]):
            letters |= np.uint32(data[starts[word] + i] | 0x20) << np.uint32(8 * i)
        for one in packed:
            if letters == one:
                answer[word] = 1
    return answer


FAMILY = Family(
    "words",
    version=1,
    signals=(
        Signal(
            "words",
            "words",
            0,
            None,
            "Python's str.split",
            word_count,
            type="integer",
            definition="pieces of text between Unicode white space",
        ),
        Signal(
            "mean_word_length",
            "characters",
            1,
            None,
            GOPHER,
            mean_word_length,
            definition="mean code points of the words between white space",
        ),
        Signal(
            "frac_words_alpha",
            "ratio",
            0,
            1,
            GOPHER,
            frac_words_alpha,
            definition="share of the words between white space that hold a letter of any script",
        ),
        Signal(
            "symbol_word_ratio",
            "ratio",
            0,
            None,
            GOPHER,
            symbol_word_ratio,
            definition="occurrences of #, ... and … over the words between white space",
        ),
        Signal(
            "stop_word_count",
            "words",
            0,
            None,
            GOPHER,
            stop_word_count,
            type="integer",
            definition="occurrences of the, be, to, of, and, that, have, with, in upper or lower case",
        ),
    ),
    params={
        "words": "between Unicode white space",
        "symbols": ("#", "...", "…"),
        "stop_words": STOP_WORDS,
        "unicode": unidata_version,
    },
)
