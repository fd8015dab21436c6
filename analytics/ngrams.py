"""Which words of a document are equal, and which runs of them are repeated: for any ``Spans``.

Words are told apart by a 64-bit hash of their bytes and numbered within their document. An n-gram is then the
pair of the (n - 1)-grams that begin at its first two words, and it can only be repeated where both of them
are; so each step looks at what the one before it left, and few are left after the first.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.kernel import kernel
from analytics.signal import Texts
from analytics.spans import Spans, words

SHORTEST, FIVE, LONGEST = 2, 5, 10
"""Words of an n-gram in Gopher's repetition rules (Rae et al. 2021, arXiv:2112.11446, table A1).

Below ``FIVE`` they ask for the most frequent one, from there on for all that are repeated.
"""

MIX = 0x9E3779B97F4A7C15
"""2**64 over the golden ratio, odd: the multiplier of Fibonacci hashing (Knuth, TAOCP 3, section 6.4)."""

NONE = (1 << 64) - 1
"""No pair of n-grams."""

EACH = 8
"""Of the slots that tell which pairs come once, so many a pair at least."""


@dataclass(frozen=True)
class Repeats:
    """What is repeated of the words of documents; a row for each n, so many columns as documents.

    Lengths are sums over words, without what stands between them. The most frequent n-gram is, among those
    that occur most often, the one that the text has first; where none occurs twice, the first of the text.

    Attributes:
        instances: n-grams that occur more than once, the first one of them too; row ``n - SHORTEST``.
        top_again: length of the words that second and later occurrences of the most frequent one cover;
            row ``n - SHORTEST``, n below ``FIVE``.
        top_joined: its length with one space between words, times how often it occurs; 0 where there are
            fewer words; rows as of ``top_again``.
        again: length of the words that second and later occurrences cover, each word once; it falls with n;
            row ``n - FIVE``.
        greedy: read from left to right, the length of each n-gram that was met before, after which as many
            words are passed over; what begins in those is neither counted nor remembered; row ``n - FIVE``.
    """

    instances: NDArray[np.int64]
    top_again: NDArray[np.int64]
    top_joined: NDArray[np.int64]
    again: NDArray[np.int64]
    greedy: NDArray[np.int64]


def word_ids(texts: Texts, spans: Spans) -> NDArray[np.int64]:
    """One number a piece, equal within a document where the bytes are, shape (n_pieces,).

    Pieces are numbered from 0 in each document, in the order in which they are first met. Equality is that of
    a 64-bit hash: of a million different pieces, two are taken for one once in 37 million documents.
    """
    return _word_ids(texts.data, spans.starts, spans.ends, spans.bounds)


def ids_of_words(texts: Texts) -> NDArray[np.int64]:
    """``word_ids`` of the words between white space; a view for ``texts.once``."""
    return word_ids(texts, texts.once(words))


def repeats(ids: NDArray[np.int64], lengths: NDArray[np.int64], bounds: NDArray[np.int64]) -> Repeats:
    """Measure the repeated n-grams of each document, in time linear in its words.

    Args:
        ids: one number a word, as ``word_ids`` gives them, shape (n_words,).
        lengths: of each word, in whatever unit, shape (n_words,).
        bounds: the words of document ``i`` are ``bounds[i]`` to ``bounds[i + 1] - 1``, shape (n_docs + 1,).
    """
    return Repeats(*_repeats(ids, lengths, bounds))


def seen_before(
    ids: NDArray[np.int64], lengths: NDArray[np.int64], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pieces of each document that an earlier one equals, and their length, shape (n_docs,) each.

    Args:
        ids: one number a piece, as ``word_ids`` gives them, shape (n_pieces,).
        lengths: of each piece, shape (n_pieces,).
        bounds: shape (n_docs + 1,).
    """
    return _seen_before(ids, lengths, bounds)


@kernel
def eight_bytes(data: NDArray[np.uint8], place: int) -> np.uint64:
    """Eight bytes as one number, the first of them the lowest; compiled to one load."""
    first, number = np.uint64(place), np.uint64(0)  # unsigned: Numba looks for no index counted from the end
    for i in range(8):
        number |= np.uint64(data[first + np.uint64(i)]) << np.uint64(8 * i)
    return number


@kernel
def _word_ids(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], bounds: NDArray[np.int64]
) -> NDArray[np.int64]:
    ids = np.empty(starts.size, np.int64)
    most = np.int64(0)
    for i in range(bounds.size - 1):
        most = max(most, bounds[i + 1] - bounds[i])
    hashes, numbers = np.empty(most + most // 2 + 1, np.uint64), np.empty(most + most // 2 + 1, np.int32)
    mix, none, half = np.uint64(MIX), np.uint64(0), np.uint64(32)
    for i in range(bounds.size - 1):
        size = bounds[i + 1] - bounds[i]
        size += size // 2 + 1
        hashes[:size] = none
        found = 0
        for j in range(bounds[i], bounds[i + 1]):
            place, left = starts[j], ends[j] - starts[j]
            code = np.uint64(left + 1) * mix
            while left > 8:
                code = (code ^ eight_bytes(data, place)) * mix
                code ^= code >> half
                place += 8
                left -= 8
            rest = np.uint64(0)
            if place + 8 <= data.size:
                if left:
                    rest = eight_bytes(data, place) << np.uint64(64 - 8 * left)
            else:
                for k in range(left):
                    rest = rest >> np.uint64(8) | np.uint64(data[place + k]) << np.uint64(56)
            code = (code ^ rest) * mix
            code ^= code >> half
            code *= mix
            if code == none:
                code = mix  # an empty slot is 0
            slot = np.int64((code >> half) * np.uint64(size) >> half)
            while (hashes[slot] != code) & (hashes[slot] != none):
                slot = slot + 1 if slot + 1 < size else np.int64(0)
            if hashes[slot] == none:
                hashes[slot], numbers[slot] = code, found
                found += 1
            ids[j] = numbers[slot]
    return ids


@kernel
def _seen_before(
    ids: NDArray[np.int64], lengths: NDArray[np.int64], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pieces, length = np.zeros(bounds.size - 1, np.int64), np.zeros(bounds.size - 1, np.int64)
    for i in range(bounds.size - 1):
        found = 0
        for j in range(bounds[i], bounds[i + 1]):
            if ids[j] == found:
                found += 1
            else:
                pieces[i] += 1
                length[i] += lengths[j]
    return pieces, length


@kernel
def _repeats(
    ids: NDArray[np.int64], lengths: NDArray[np.int64], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    n_docs = bounds.size - 1
    instances = np.zeros((LONGEST - SHORTEST + 1, n_docs), np.int64)
    top_again, top_joined = (
        np.zeros((FIVE - SHORTEST, n_docs), np.int64),
        np.zeros((FIVE - SHORTEST, n_docs), np.int64),
    )
    again, greedy = (
        np.zeros((LONGEST - FIVE + 1, n_docs), np.int64),
        np.zeros((LONGEST - FIVE + 1, n_docs), np.int64),
    )

    most = np.int64(0)
    for i in range(n_docs):
        most = max(most, bounds[i + 1] - bounds[i])
    before = np.zeros(most + 1, np.int64)  # length of the words before each
    places, grams = np.empty(most, np.int32), np.empty(most, np.int32)  # of repeated n-grams, in order
    # An n-gram is called by the slot in which its two parts are kept.
    slots = most + most // 2 + 1
    pairs, met_at = np.empty(most, np.uint64), np.empty(16 * most + 8, np.uint8)
    parts, counts, met = np.empty(slots, np.uint64), np.empty(slots, np.int32), np.empty(slots, np.uint8)
    mix, half, one = np.uint64(MIX), np.uint64(32), np.uint64(1)

    for i in range(n_docs):
        first_word, n_words = bounds[i], bounds[i + 1] - bounds[i]
        counts[:n_words] = 0
        covered = np.int64(0)
        for j in range(np.uint64(n_words)):
            word = np.uint64(first_word) + j
            covered += lengths[word]
            before[j + one] = covered
            counts[np.uint64(ids[word])] += 1
        left = 0
        for j in range(np.uint64(n_words)):
            word = np.uint64(ids[np.uint64(first_word) + j])
            places[np.uint64(left)], grams[np.uint64(left)] = j, word
            left += counts[word] > 1
        for n in range(SHORTEST, min(FIVE, n_words + 1)):
            top_joined[n - SHORTEST, i] = before[n] + n - 1

        for n in range(SHORTEST, LONGEST + 1):
            # Most pairs come once. A byte for each of many slots tells so, of those that are alone in theirs.
            room, shift = 8, np.uint64(61)
            while room < EACH * left:
                room, shift = room * 2, shift - one
            met_at[:room] = 0
            n_pairs = np.uint64(0)
            for k in range(one, np.uint64(left)):
                place = places[k - one]
                both = np.uint64(grams[k - one]) << half | np.uint64(grams[k])
                code = both * mix
                slot = (code ^ (code >> half)) * mix >> shift
                beside = np.uint8(places[k] == place + 1)
                here = met_at[slot]
                met_at[slot] = here | np.uint8((here + np.uint8(1)) * beside)
                places[n_pairs], pairs[n_pairs] = place, both
                n_pairs += np.uint64(beside)
            several = np.uint64(0)
            for k in range(n_pairs):
                both = pairs[k]
                code = both * mix
                slot = (code ^ (code >> half)) * mix >> shift
                places[several], pairs[several] = places[k], both
                several += np.uint64(met_at[slot] > 1)

            size = several + (several >> one) + one
            entries = np.int64(size)
            parts[:entries], counts[:entries], met[:entries] = NONE, 0, 0
            often = np.int32(1)
            for k in range(several):
                both = pairs[k]
                code = both * mix
                code = (code ^ (code >> half)) * mix
                slot = (code >> half) * size >> half
                while (parts[slot] != both) & (parts[slot] != np.uint64(NONE)):
                    slot = slot + one if slot + one < size else np.uint64(0)
                parts[slot] = both
                counts[slot] += 1
                often = max(often, counts[slot])
                grams[k] = slot
            if often == 1:
                break

            left = 0
            for k in range(several):
                places[left], grams[left] = places[k], grams[k]
                left += counts[grams[k]] > 1
            instances[n - SHORTEST, i] = left
            # The first word that is not covered, or not passed over.
            free, passed = np.int64(0), np.int64(0)
            if n < FIVE:
                row, top = n - SHORTEST, -1
                for k in range(left):
                    place, gram = np.int64(places[k]), grams[k]
                    end = place + n
                    if top < 0 and counts[gram] == often:
                        top = gram
                        top_joined[row, i] = (before[end] - before[place] + n - 1) * often
                    elif gram == top:
                        top_again[row, i] += before[end] - before[max(free, place)]
                        free = end
                continue
            row = n - FIVE
            for k in range(left):
                place, gram = np.int64(places[k]), grams[k]
                end = place + n
                if met[gram] & 1:
                    again[row, i] += before[end] - before[max(free, place)]
                    free = end
                if place >= passed:
                    if met[gram] & 2:
                        greedy[row, i] += before[end] - before[place]
                        passed = end
                    met[gram] |= 2
                met[gram] |= 1
    return instances, top_again, top_joined, again, greedy
