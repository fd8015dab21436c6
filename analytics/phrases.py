"""Where the entries of a list of words and phrases stand in texts.

A word is what stands between white space, in lower case (character by character) and without the special
characters at its two ends; what has no other character is no word. Words are told apart by a 64-bit hash.
"""

from functools import lru_cache
from itertools import pairwise
from sys import maxunicode

import numpy as np
from numpy.typing import NDArray

from analytics.census import is_special
from analytics.code_points import code_point
from analytics.kernel import kernel
from analytics.signal import Texts
from analytics.spans import words


@lru_cache(maxsize=1)
def lower() -> NDArray[np.uint32]:
    """The code point that each is in lower case (the first, where there are two), shape (0x110000,)."""
    characters = np.arange(maxunicode + 1, dtype=np.uint32).view("U1")
    table: NDArray[np.uint32] = np.strings.lower(characters).astype("U1").view(np.uint32)
    return table


def plain_words(texts: Texts) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hash of each word, shape (n_words,); the words of document i are bounds[i] to bounds[i + 1] - 1."""
    found = texts.once(words)
    return _plain(texts.data, found.starts, found.ends, found.bounds, is_special(), lower())


def plain_word_count(texts: Texts) -> NDArray[np.int64]:
    """How many words each document has, shape (n_docs,)."""
    return np.diff(texts.once(plain_words)[1])


def found_phrases(texts: Texts, entries: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How often entries stand in each document, and how many of its words stand in one, shape (n_docs,) each.

    Entries that overlap are each found; a word in two of them counts once among the words.
    """
    hashes, bounds = texts.once(plain_words)
    return _find(hashes, bounds, *_packed(entries))


@lru_cache(maxsize=8)
def _packed(entries: tuple[str, ...]) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.uint64]]:
    """The entries' words in order of the first word's hash, bounds of each entry, and those first hashes."""
    encoded = [entry.encode() for entry in entries]
    data = np.frombuffer(b"".join(encoded), np.uint8)
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    hashes, bounds = plain_words(Texts(data, offsets, np.ones(len(entries), np.bool_)))
    spelt = {tuple(hashes[start:end]) for start, end in pairwise(bounds) if end > start}
    ordered = sorted(spelt)
    ends = np.cumsum([0, *map(len, ordered)], dtype=np.int64)
    together = np.array([one for entry in ordered for one in entry], np.uint64)
    return together, ends, np.array([entry[0] for entry in ordered], np.uint64)


@kernel
def _plain(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    bounds: NDArray[np.int64],
    special: NDArray[np.bool_],
    lower: NDArray[np.uint32],
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    hashes = np.empty(starts.size, np.uint64)
    plain_bounds = np.zeros(bounds.size, np.int64)
    found = 0
    for i in range(bounds.size - 1):
        for word in range(bounds[i], bounds[i + 1]):
            place = starts[word]
            hashed = last = np.uint64(1)
            length = 0
            while place < ends[word]:
                point, size = code_point(data, place)
                place += size
                if length == 0 and special[point]:
                    continue
                length += 1
                hashed = (hashed ^ np.uint64(lower[point])) * np.uint64(0x9E3779B97F4A7C15)
                hashed ^= hashed >> np.uint64(32)
                if not special[point]:
                    last = hashed
            if length:
                hashes[found] = last
                found += 1
        plain_bounds[i + 1] = found
    return hashes[:found], plain_bounds


@kernel
def _find(
    hashes: NDArray[np.uint64],
    bounds: NDArray[np.int64],
    entries: NDArray[np.uint64],
    entry_bounds: NDArray[np.int64],
    firsts: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n_docs = bounds.size - 1
    times, covered = np.zeros(n_docs, np.int64), np.zeros(n_docs, np.int64)
    maybe = np.zeros(1 << 16, np.bool_)  # whether an entry begins with a hash of these last 16 bits
    for first in firsts:
        maybe[first & np.uint64(0xFFFF)] = True
    for i in range(n_docs):
        free = bounds[i]  # the words before are counted as covered, where they are
        for word in range(bounds[i], bounds[i + 1]):
            if not maybe[hashes[word] & np.uint64(0xFFFF)]:
                continue
            entry = np.searchsorted(firsts, hashes[word])
            while entry < firsts.size and firsts[entry] == hashes[word]:
                length = entry_bounds[entry + 1] - entry_bounds[entry]
                same = word + length <= bounds[i + 1]
                k = 1
                while same and k < length:
                    same = hashes[word + k] == entries[entry_bounds[entry] + k]
                    k += 1
                if same:
                    times[i] += 1
                    covered[i] += max(0, word + length - max(free, word))
                    free = max(free, word + length)
                entry += 1
    return times, covered
