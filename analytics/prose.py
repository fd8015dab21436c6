"""Sentences, words and syllables as formulas of readability count them, in one pass over each text."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import ALNUM, LETTER, SPACE, classes, code_point
from analytics.kernel import kernel
from analytics.signal import Texts
from analytics.syllables import LATIN, VOWELS, among, latin_letters, syllables_of

COUNTS = (
    "sentences",
    "whole_sentences",
    "words",
    "mini_words",
    "letters",
    "alnum",
    "syllables",
    "polysyllables",
    "easy",
    "hard",
    "first_sentences",
)
"""What is counted of each document.

``sentences`` begin with a letter, a number or an underscore and go on to the next ``. ! ?`` or the end of the
text (RedPajama-V2's regular expression); those of three words or more are whole. ``words`` are those between
white space that hold a letter, a number or an underscore, mini words those that hold three of them at most
(textstat's reading). Of polysyllables a word has three or more. ``easy`` and ``hard`` words have two
syllables at most or three at least and stand among the first 100 words, as the ``first_sentences`` do, which
are whole ones.
"""
PACKED = 11
"""Letters that 55 bits hold, 5 bits each."""

MINI, POLYSYLLABLE, WHOLE, FIRST = 3, 3, 3, 100


def prose(texts: Texts) -> Mapping[str, NDArray[np.int64]]:
    """``COUNTS`` of each document, shape (n_docs,) each."""
    counts = _prose(texts.data, texts.offsets, texts.valid, classes(), latin_letters())
    return dict(zip(COUNTS, counts.reshape(len(COUNTS), -1), strict=True))


@kernel
def _prose(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    latin: NDArray[np.uint8],
) -> NDArray[np.int64]:
    """Counts of all documents, one of ``COUNTS`` after the other."""
    n_docs = offsets.size - 1
    counts = np.zeros(11 * n_docs, np.int64)
    joined = np.zeros(64, np.uint8)  # letters of a run that are not all ASCII
    known = np.zeros(
        1 << 13, np.uint64
    )  # letters and syllables of runs that were met, as far as there is room
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            continue
        sentences = whole = words = mini = letters = alnum = all_syllables = poly = easy = hard = first = 0
        in_sentence = in_sentence_word = False
        sentence_words = word_size = syllables = size = 0
        # Whether the last run ends in a consonant and n; an apostrophe stands before this place; both.
        consonant_n = apostrophe = contracted = False
        while place <= end:
            start = place
            packed = 0
            while place < end:
                byte = data[place] | np.uint8(0x20)
                if np.uint8(byte - np.uint8(0x61)) >= np.uint8(26):
                    break
                packed = packed << 5 | (byte & 0x1F)
                place += 1
            if place > start:
                run = place - start
                word_size += run
                letters += run
                alnum += run
                if size or (place < end and data[place] >= 0x80):
                    if size + run > joined.size:
                        joined = _doubled(joined, size + run)
                    joined[size : size + run] = data[start:place]
                    size += run
                elif apostrophe and run <= 2:  # it's, they've; but did-n't
                    syllables += contracted and run == 1 and data[start] | 0x20 == 0x74
                    consonant_n = False
                else:
                    consonant_n = _ends_in_consonant_n(data, start, run)
                    if run > PACKED:
                        syllables += syllables_of(data, start, run)
                    else:
                        slot = np.uint64(packed) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(51)
                        if known[slot] >> 8 != packed:
                            known[slot] = packed << 8 | syllables_of(data, start, run)
                        syllables += known[slot] & 0xFF
                word, marks = True, np.uint8(0)
                point = np.int64(0)
            else:
                # The end of the text is white space here.
                point, width = (np.int64(0x20), 1) if place == end else code_point(data, place)
                place += width
                marks = classes[point]
                word = marks & ALNUM != 0 or point == 0x5F
                word_size += word
                letters += marks & LETTER != 0
                alnum += marks & ALNUM != 0
                letter = latin[point] if point < LATIN else np.uint8(0)
                if letter:
                    if size + 1 > joined.size:
                        joined = _doubled(joined, size + 1)
                    joined[size] = letter
                    size += 1
                else:
                    if size:
                        if apostrophe and size <= 2:
                            syllables += contracted and size == 1 and joined[0] | 0x20 == 0x74
                        else:
                            syllables += syllables_of(joined, 0, size)
                            consonant_n = _ends_in_consonant_n(joined, 0, size)
                        size = 0
                    apostrophe = point == 0x27 or point == 0x2019
                    contracted = apostrophe and consonant_n
                    consonant_n = False
            if word:
                if not in_sentence:
                    in_sentence = True
                    sentences += 1
                    sentence_words = 0
                    in_sentence_word = False
                if not in_sentence_word:
                    in_sentence_word = True
                    sentence_words += 1
            elif point == 0x2E or point == 0x21 or point == 0x3F:
                whole += in_sentence and sentence_words >= WHOLE
                in_sentence = False
            elif marks & SPACE:
                if word_size:
                    words += 1
                    mini += word_size <= MINI
                    syllables = max(1, syllables)
                    all_syllables += syllables
                    poly += syllables >= POLYSYLLABLE
                    if words <= FIRST:
                        hard += syllables >= POLYSYLLABLE
                        easy += syllables < POLYSYLLABLE
                        first = whole + (in_sentence and sentence_words >= WHOLE)
                word_size = syllables = 0
                in_sentence_word = False
        whole += in_sentence and sentence_words >= WHOLE
        found = (sentences, whole, words, mini, letters, alnum, all_syllables, poly, easy, hard, first)
        for k in range(11):
            counts[k * n_docs + i] = found[k]
    return counts


@kernel
def _doubled(letters: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """A copy with room for twice as many letters as ``size``."""
    longer = np.zeros(2 * size, np.uint8)
    longer[: letters.size] = letters
    return longer


@kernel
def _ends_in_consonant_n(letters: NDArray[np.uint8], start: int, size: int) -> bool:
    if size < 2 or letters[start + size - 1] | 0x20 != 0x6E:
        return False
    return not among(letters[start + size - 2] | 0x20, VOWELS)
