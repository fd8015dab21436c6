"""Words between white space: how many, how long, of what kind, how many different ones."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analytics.census import marks
from analytics.code_points import LETTER, LOWER, TITLE, UPPER, classes, code_point
from analytics.kernel import kernel
from analytics.ngrams import eight_bytes, ids_of_words
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.spans import words

GOPHER = "Rae et al. 2021, arXiv:2112.11446, appendix A"
WORD_STATS = "huggingface/datatrove@a649de79, WordStats; its words are tokens"
REDPAJAMA = "togethercomputer/RedPajama-Data@6d2cee9d, content signals; its words are of a normalised text"
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")  # the eight of Gopher's appendix
SHORT, LONG = 3, 7
"""A word of so many code points at most is short, of so many at least is long."""

COUNTS = ("alphabetic", "stop", "all_caps", "capitalized", "short", "long", "longest")
"""What is counted of each document's words, in the order in which the kernel gives it."""


def word_count(texts: Texts) -> NDArray[np.int64]:
    """Words of each document, shape (n_docs,)."""
    return texts.once(words).counts()


def mean_word_length(texts: Texts) -> NDArray[np.float64]:
    """Code points a word, shape (n_docs,). NaN where there is no word."""
    found = texts.once(words)
    return ratio(found.sums(found.characters), found.counts())


def symbol_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """``#``, ``...`` and ``…`` over words, shape (n_docs,); may pass 1. NaN where there is no word."""
    found = texts.once(marks)  # none holds white space: all are inside words
    return ratio(found["hashes"] + found["dots"] + found["ellipses"], texts.once(words).counts())


def stop_word_count(texts: Texts) -> NDArray[np.int64]:
    """Occurrences of ``STOP_WORDS`` in any case, shape (n_docs,)."""
    counts: NDArray[np.int64] = texts.once(described)[COUNTS.index("stop")]
    return counts


def max_word_length(texts: Texts) -> NDArray[np.float64]:
    """Code points of the longest word, shape (n_docs,). NaN where there is no word."""
    longest = texts.once(described)[COUNTS.index("longest")]
    return np.where(longest > 0, longest, np.nan)


def unigram_entropy(texts: Texts) -> NDArray[np.float64]:
    """-sum p ln p over the different words, p the share of each, shape (n_docs,). NaN where there is none."""
    return texts.once(variety)[1]


def frac_unique_words(texts: Texts) -> NDArray[np.float64]:
    """Different words over words, shape (n_docs,). NaN where there is no word."""
    return ratio(texts.once(variety)[0], texts.once(words).counts())


def share_of(counted: str) -> Callable[[Texts], NDArray[np.float64]]:
    """A measure: one of ``COUNTS`` over words, shape (n_docs,). NaN where there is no word."""

    def measure(texts: Texts) -> NDArray[np.float64]:
        return ratio(texts.once(described)[COUNTS.index(counted)], texts.once(words).counts())

    return measure


def described(texts: Texts) -> NDArray[np.int64]:
    """``COUNTS`` of each document's words, shape (n_counts, n_docs)."""
    found = texts.once(words)
    counts = _describe(
        texts.data, found.starts, found.ends, found.characters, found.bounds, classes(), *_stop_table()
    )
    return counts.reshape(len(COUNTS), -1)


@lru_cache(maxsize=1)
def _stop_table() -> tuple[NDArray[np.uint32], int]:
    """``STOP_WORDS`` packed into 32 bits, each in a place of its own, and the factor that leads there.

    The place of a packed word is the highest 6 bits of its product with the factor.
    """
    packed = [int.from_bytes(word.encode(), "little") for word in STOP_WORDS]
    for factor in range(0x9E3779B1, 1 << 32, 2):
        places = [(word * factor & 0xFFFFFFFF) >> 26 for word in packed]
        if len(set(places)) == len(packed):
            break
    table = np.zeros(64, np.uint32)
    table[places] = packed
    return table, factor


def variety(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """How many different words each document has, and their entropy in nats, shape (n_docs,) each."""
    return _variety(texts.once(ids_of_words), texts.once(words).bounds)


@kernel
def _describe(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    characters: NDArray[np.int64],
    bounds: NDArray[np.int64],
    classes: NDArray[np.uint8],
    stop_words: NDArray[np.uint32],
    factor: int,
) -> NDArray[np.int64]:
    """Counts, in the order of ``COUNTS``, each for all documents."""
    n_docs = bounds.size - 1
    counts = np.zeros(7 * n_docs, np.int64)
    for i in range(n_docs):
        alphabetic = stop = all_caps = capitalized = short = long = longest = 0
        for word in range(bounds[i], bounds[i + 1]):
            place, end, length = starts[word], ends[word], characters[word]
            short += length <= SHORT
            long += length >= LONG
            longest = max(longest, length)

            if end - place <= 4:
                # 0x20 parts upper from lower case, and no other byte becomes a lower-case letter by it. No
                # character beyond ASCII has one of these words' letters as its lower case.
                letters = np.uint32(0)
                if place + 8 <= data.size:  # whatever the length, so that it is not guessed
                    bits = np.uint64(8 * (end - place))
                    four = eight_bytes(data, place) | np.uint64(0x20202020)
                    letters = np.uint32(four & ((np.uint64(1) << bits) - np.uint64(1)))
                else:
                    for k in range(end - place):
                        letters |= np.uint32(data[place + k] | 0x20) << np.uint32(8 * k)
                stop += stop_words[(np.int64(letters) * factor & 0xFFFFFFFF) >> 26] == letters

            point, size = code_point(data, place)
            if classes[point] & (LETTER | LOWER) == LETTER | LOWER:
                alphabetic += 1  # and neither all upper case nor capitalized: most words
                continue
            any_of = cased = wrong = np.uint8(0)
            while place < end:
                point, size = code_point(data, place)
                place += size
                marks = classes[point]
                any_of |= marks
                # str.istitle: an upper-case letter follows none that has a case, a lower-case one does.
                upper = np.uint8(marks & (UPPER | TITLE) != 0)
                lower = np.uint8(marks & LOWER != 0)
                wrong |= upper & cased | lower & ~cased
                cased = upper | lower
            alphabetic += any_of & LETTER != 0
            if any_of & (UPPER | TITLE):
                all_caps += any_of & (LOWER | TITLE) == 0
                capitalized += wrong & 1 == 0
        found = (alphabetic, stop, all_caps, capitalized, short, long, longest)
        for k in range(7):
            counts[k * n_docs + i] = found[k]
    return counts


@kernel
def _variety(
    ids: NDArray[np.int64], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Different ids of each document, which are numbered from 0 as they are met; their entropy in nats."""
    n_docs = bounds.size - 1
    different, entropy = np.zeros(n_docs, np.int64), np.full(n_docs, np.nan)
    times = np.zeros(ids.size + 1, np.int64)
    for i in range(n_docs):
        n_words = bounds[i + 1] - bounds[i]
        for word in range(bounds[i], bounds[i + 1]):
            times[ids[word]] += 1
            different[i] = max(different[i], ids[word] + 1)
        logarithms = 0.0
        for one in range(different[i]):
            if times[one] > 1:
                logarithms += times[one] * np.log(times[one])
            times[one] = 0
        if n_words:
            entropy[i] = max(0.0, np.log(n_words) - logarithms / n_words)
    return different, entropy


FAMILY = Family(
    "words",
    version=2,
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
            share_of("alphabetic"),
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
        Signal(
            "stop_word_fraction",
            "ratio",
            0,
            1,
            WORD_STATS,
            share_of("stop"),
            definition="share of the words that are the, be, to, of, and, that, have or with, in any case",
        ),
        Signal(
            "frac_unique_words",
            "ratio",
            0,
            1,
            REDPAJAMA,
            frac_unique_words,
            definition="different words between white space, as they are written, over all words",
        ),
        Signal(
            "unigram_entropy",
            "nats",
            0,
            None,
            REDPAJAMA,
            unigram_entropy,
            definition="-sum p ln p over the different words between white space, p the share of each",
        ),
        Signal(
            "frac_all_caps_words",
            "ratio",
            0,
            1,
            REDPAJAMA,
            share_of("all_caps"),
            definition="share of the words whose letters are all upper case, one at least (str.isupper)",
        ),
        Signal(
            "capitalized_word_ratio",
            "ratio",
            0,
            1,
            WORD_STATS,
            share_of("capitalized"),
            definition="share of the words that begin in upper case and go on in lower case (str.istitle)",
        ),
        Signal(
            "short_word_ratio",
            "ratio",
            0,
            1,
            WORD_STATS,
            share_of("short"),
            definition=f"share of the words of {SHORT} code points or fewer",
        ),
        Signal(
            "long_word_ratio",
            "ratio",
            0,
            1,
            WORD_STATS,
            share_of("long"),
            definition=f"share of the words of {LONG} code points or more",
        ),
        Signal(
            "max_word_length",
            "characters",
            1,
            None,
            "NVIDIA/NeMo-Curator@ecd5c579, LongWordFilter",
            max_word_length,
            definition="code points of the longest word between white space",
        ),
    ),
    params={
        "words": "between Unicode white space",
        "symbols": ("#", "...", "…"),
        "stop_words": STOP_WORDS,
        **versions("unicode"),
    },
)
