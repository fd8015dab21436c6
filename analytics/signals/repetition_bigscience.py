"""Runs of words that come again, case and marks around words aside, as BigScience and Data-Juicer count."""

from functools import lru_cache, partial
from sys import maxunicode

import numpy as np
from numpy.typing import NDArray

from analytics.census import COUNTED
from analytics.code_points import code_point, kinds
from analytics.kernel import kernel
from analytics.ngrams import SHORTEST, repeats, word_ids
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.spans import Spans, words

BIGSCIENCE = "bigscience-workshop/data-preparation@9d058841, word repetition"
DATA_JUICER = "modelscope/data-juicer@c07c2d79, word_repetition_filter"


def instances(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Instances of n-grams that occur more than once, shape (9, n_docs), and words, shape (n_docs,).

    Words are those between white space in lower case, without special characters at their ends; what is left
    of none is no word.
    """
    found = texts.once(words)
    points, *pieces = _refined(texts.data, found.starts, found.ends, found.bounds, *_marks())
    refined = Spans(*pieces)
    ids = word_ids(Texts(points.view(np.uint8), texts.offsets, texts.valid), refined)
    return repeats(ids, refined.characters, refined.bounds).instances, refined.counts()


def word_repetition_ratio(texts: Texts, n: int) -> NDArray[np.float64]:
    """N-grams of words that occur more than once over all, shape (n_docs,). NaN below n words."""
    repeated, count = texts.once(instances)
    return ratio(repeated[n - SHORTEST], count - n + 1)


@lru_cache(maxsize=1)
def _marks() -> tuple[NDArray[np.bool_], NDArray[np.uint32]]:
    """Of every code point whether it is special, and its lower case, shape (0x110000,) each."""
    kind, characters = kinds()
    special = np.array([COUNTED["special"](character) for character in characters])[kind]
    points = np.arange(maxunicode + 1, dtype=np.uint32)
    return special, np.strings.lower(points.view("U1")).view(np.uint32)


@kernel
def _refined(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    bounds: NDArray[np.int64],
    special: NDArray[np.bool_],
    lower: NDArray[np.uint32],
) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Code points of the words; starts and ends of each in bytes of these, characters, and bounds."""
    most = np.int64(0)
    for word in range(starts.size):
        most += ends[word] - starts[word]
    points = np.empty(most, np.uint32)
    new_starts, new_ends = np.empty(starts.size, np.int64), np.empty(starts.size, np.int64)
    characters, new_bounds = np.empty(starts.size, np.int64), np.zeros(bounds.size, np.int64)
    found, n_points = 0, 0
    for i in range(bounds.size - 1):
        for word in range(bounds[i], bounds[i + 1]):
            place, first = starts[word], n_points
            kept = first  # up to the last character that is not special
            while place < ends[word]:
                point, size = code_point(data, place)
                place += size
                if n_points == first and special[point]:
                    continue
                points[n_points] = lower[point]
                n_points += 1
                if point == 0x130:  # the one whose lower case is two: an i and a dot above
                    points[n_points] = 0x307
                    n_points += 1
                if not special[point]:
                    kept = n_points
            n_points = kept
            if kept > first:
                new_starts[found], new_ends[found], characters[found] = 4 * first, 4 * kept, kept - first
                found += 1
        new_bounds[i + 1] = found
    return points[:n_points], new_starts[:found], new_ends[:found], characters[:found], new_bounds


FAMILY = Family(
    "repetition_bigscience",
    version=1,
    default=False,
    signals=tuple(
        Signal(
            "word_repetition_ratio",
            "ratio",
            0,
            1,
            source,
            partial(word_repetition_ratio, n=n),
            variant,
            definition=f"share of the runs of {n} words that occur more than once; words are those between "
            "white space in lower case, without white space, marks, symbols and digits at their ends",
        )
        for variant, n, source in (("bigscience", 5, BIGSCIENCE), ("data_juicer", 10, DATA_JUICER))
    ),
    params={"special": "white space, Unicode's P and S, ASCII digits", **versions("unicode")},
)
