"""Repeated n-grams and repeated pieces as Dolma, RedPajama-V2, DCLM, Dolma 3 and NeMo Curator count them.

All read the same thing, which n-grams of a document occur more than once, and differ in what they make of it
(datatrove's reading and ours stand in ``analytics.ngrams``). An n-gram can only occur twice where both
(n-1)-grams within it do, so that few are left to look at after the first step.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.kernel import kernel
from analytics.ngrams import LONGEST, MIX, SHORTEST, word_ids
from analytics.signal import Texts
from analytics.spans import Spans, words


@dataclass(frozen=True)
class Grams:
    """What is repeated of the words of documents, for n of ``SHORTEST`` to ``LONGEST``.

    Each array has shape (9, n_docs); row ``n - 2`` is of n-grams. A length is the sum of the lengths of the
    words, without what stands between them. The most frequent n-gram is the first one in the text among
    those that occur most often; where none occurs twice, the text's first.

    Attributes:
        grams: how many there are.
        top: how often the most frequent one occurs; 0 where there is no n-gram.
        top_length: its length.
        top_at: the number of the word that it begins with where it is met first.
        longest_length: the length of the longest among the most frequent.
        longest_covered: length of the words that occurrences of that one cover, each word once.
        repeated: length of all occurrences of n-grams that occur more than once, overlaps counted again.
        total: length of all n-grams, overlaps counted again.
        covered: length of the words that such occurrences cover, each word once.
        again: length of the words that second and later occurrences cover, with one character for each
            space between words: read from left to right, an occurrence adds what the one before it did not.
    """

    grams: NDArray[np.int64]
    top: NDArray[np.int64]
    top_length: NDArray[np.int64]
    top_at: NDArray[np.int64]
    longest_length: NDArray[np.int64]
    longest_covered: NDArray[np.int64]
    repeated: NDArray[np.int64]
    total: NDArray[np.int64]
    covered: NDArray[np.int64]
    again: NDArray[np.int64]


def grams(texts: Texts, spans: Spans, lengths: NDArray[np.int64]) -> Grams:
    """Count the repeated n-grams of each document; ``lengths`` are of its words, shape (n_words,)."""
    return Grams(*_grams(word_ids(texts, spans), lengths, spans.bounds))


def grams_of_words(texts: Texts) -> Grams:
    """The n-grams of words between white space, lengths in characters: Dolma's and NeMo Curator's."""
    found = texts.once(words)
    return grams(texts, found, found.characters)


@dataclass(frozen=True)
class Pieces:
    """What is repeated among pieces of documents (lines, paragraphs); each array has shape (n_docs,).

    Attributes:
        repeated, repeated_length: pieces that stand in the document more than once, the first one of them
            too; their length.
        distinct, distinct_length: pieces that differ; their length.
    """

    repeated: NDArray[np.int64]
    repeated_length: NDArray[np.int64]
    distinct: NDArray[np.int64]
    distinct_length: NDArray[np.int64]


def pieces(texts: Texts, spans: Spans) -> Pieces:
    """Count the repeated pieces of each document; lengths are in characters."""
    return Pieces(*_pieces(word_ids(texts, spans), spans.characters, spans.bounds))


def occurrences(texts: Texts, marks: tuple[str, ...]) -> NDArray[np.int64]:
    """How often some marks stand in each document, shape (n_docs,); each is looked for by itself."""
    encoded = [mark.encode() for mark in marks]
    counts = np.zeros(len(texts), np.int64)
    for i in range(len(texts)):
        text = texts.data[texts.offsets[i] : texts.offsets[i + 1]].tobytes()
        counts[i] = sum(text.count(mark) for mark in encoded)
    return counts


@kernel
def _pieces(
    ids: NDArray[np.int64], lengths: NDArray[np.int64], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    n_docs = bounds.size - 1
    repeated, repeated_length = np.zeros(n_docs, np.int64), np.zeros(n_docs, np.int64)
    distinct, distinct_length = np.zeros(n_docs, np.int64), np.zeros(n_docs, np.int64)
    counts = np.zeros(ids.size, np.int64)
    for i in range(n_docs):
        first, last = bounds[i], bounds[i + 1]
        counts[: last - first] = 0
        for j in range(first, last):
            counts[ids[j]] += 1
            if counts[ids[j]] == 1:
                distinct[i] += 1
                distinct_length[i] += lengths[j]
        for j in range(first, last):
            if counts[ids[j]] > 1:
                repeated[i] += 1
                repeated_length[i] += lengths[j]
    return repeated, repeated_length, distinct, distinct_length


@kernel
def _grams(
    ids: NDArray[np.int64], lengths: NDArray[np.int64], bounds: NDArray[np.int64]
) -> tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
]:
    n_docs = bounds.size - 1
    shape = (LONGEST - SHORTEST + 1, n_docs)
    grams, top, top_length = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    top_at, longest_length = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    longest_covered, repeated = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    total, covered, again = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)

    most = 0
    for i in range(n_docs):
        most = max(most, bounds[i + 1] - bounds[i])
    size = 4
    while size < 2 * most:
        size *= 2
    keys, numbers = np.empty(size, np.int64), np.empty(size, np.int64)
    gram, counts = np.empty(most + 1, np.int64), np.empty(most + 1, np.int64)
    before = np.zeros(most + 1, np.int64)  # length of the words before each

    for i in range(n_docs):
        start, n_words = bounds[i], bounds[i + 1] - bounds[i]
        counts[:n_words] = 0
        for j in range(n_words):
            before[j + 1] = before[j] + lengths[start + j]
            counts[ids[start + j]] += 1
        for j in range(n_words):  # -1: occurs once, and so does all that it is part of
            gram[j] = ids[start + j] if counts[ids[start + j]] > 1 else -1
        some = True
        for n in range(SHORTEST, LONGEST + 1):
            n_grams = n_words - n + 1
            if n_grams < 1:
                break
            row = n - SHORTEST
            grams[row, i] = n_grams
            for j in range(n_grams):
                total[row, i] += before[j + n] - before[j]
            top[row, i], top_length[row, i], top_at[row, i] = 1, before[n], start
            if not some:
                continue

            candidates = 0
            for j in range(n_grams):
                candidates += gram[j] >= 0 and gram[j + 1] >= 0
            size = 4
            while size < 2 * candidates:
                size *= 2
            keys[:size] = -1
            found = 0
            for j in range(n_grams):
                if gram[j] < 0 or gram[j + 1] < 0:
                    gram[j] = -1
                    continue
                key = gram[j] << 32 | gram[j + 1]
                mixed = np.uint64(key) * np.uint64(MIX)
                slot = np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(size - 1))
                while keys[slot] != key and keys[slot] != -1:
                    slot = (slot + 1) & (size - 1)
                if keys[slot] == -1:
                    keys[slot], numbers[slot] = key, found
                    counts[found] = 0
                    found += 1
                gram[j] = numbers[slot]
                counts[gram[j]] += 1

            often = 1
            for number in range(found):
                often = max(often, counts[number])
            some = often > 1
            if not some:
                gram[:n_grams] = -1
                continue
            top[row, i] = often
            first, longest = -1, -1
            for j in range(n_grams):
                if gram[j] >= 0 and counts[gram[j]] == often:
                    length = before[j + n] - before[j]
                    if first < 0:
                        first = gram[j]
                        top_length[row, i], top_at[row, i] = length, start + j
                    if longest < 0 or length > longest_length[row, i]:
                        longest, longest_length[row, i] = gram[j], length

            seen = keys  # by number; what stood in it has been used
            seen[:found] = 0
            free, free_of_longest, counted = 0, 0, 0  # the first word that is not covered yet
            for j in range(n_grams):
                number = gram[j]
                if number < 0:
                    continue
                if counts[number] == 1:
                    gram[j] = -1
                    continue
                repeated[row, i] += before[j + n] - before[j]
                covered[row, i] += before[j + n] - before[max(free, j)]
                free = j + n
                if number == longest:
                    longest_covered[row, i] += before[j + n] - before[max(free_of_longest, j)]
                    free_of_longest = j + n
                if seen[number]:
                    new = max(counted, j)
                    again[row, i] += before[j + n] - before[new] + min(j + n - new, n - 1)
                    counted = j + n
                seen[number] = 1
    return grams, top, top_length, top_at, longest_length, longest_covered, repeated, total, covered, again
