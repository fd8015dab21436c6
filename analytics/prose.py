"""Sentences, words and syllables as formulas of readability count them, in one pass over each text."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import ALNUM, LETTER, SPACE, classes, code_point
from analytics.kernel import kernel
from analytics.ngrams import MIX, eight_bytes
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
EIGHT = 8
"""Letters that are looked at at once, as many as bytes in a number."""

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
    most = np.int64(0)
    for i in range(n_docs):
        most = max(most, offsets[i + 1] - offsets[i])
    joined = np.empty(most, np.uint8)  # letters of a run that are not all ASCII
    # Runs that were met, as far as there is room: the first eight letters, the rest, and what was found.
    keys, rests, said = (
        np.zeros(1 << 13, np.uint64),
        np.zeros(1 << 13, np.uint64),
        np.zeros(1 << 13, np.uint8),
    )
    none = np.uint64(0)
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
            run, key, more = 0, none, none
            if place + 2 * EIGHT <= end:
                run, key = _letters(data, place)
                if run == EIGHT:
                    run, more = _letters(data, place + EIGHT)
                    run += EIGHT
                place += run
            if place == start or run == 2 * EIGHT:
                while place < end:
                    byte = data[place] | np.uint8(0x20)
                    if np.uint8(byte - np.uint8(0x61)) >= np.uint8(26):
                        break
                    if run < EIGHT:
                        key |= np.uint64(byte) << np.uint64(8 * run)
                    elif run < 2 * EIGHT:
                        more |= np.uint64(byte) << np.uint64(8 * run - 64)
                    run += 1
                    place += 1
            if run:
                word_size += run
                letters += run
                alnum += run
                if size or (place < end and data[place] >= 0x80):
                    for k in range(run):
                        joined[size + k] = data[start + k]
                    size += run
                elif apostrophe and run <= 2:  # it's, they've; but did-n't
                    syllables += contracted and run == 1 and data[start] | 0x20 == 0x74
                    consonant_n = False
                elif run < 2 * EIGHT:
                    slot = (key ^ (more >> np.uint64(7))) * np.uint64(MIX) >> np.uint64(51)
                    if keys[slot] != key or rests[slot] != more:
                        keys[slot], rests[slot] = key, more
                        said[slot] = syllables_of(data, start, run) << 1 | _ends_in_consonant_n(
                            data, start, run
                        )
                    syllables += said[slot] >> 1
                    consonant_n = said[slot] & 1 != 0
                else:
                    consonant_n = _ends_in_consonant_n(data, start, run)
                    syllables += syllables_of(data, start, run)
                if not in_sentence:
                    in_sentence = True
                    sentences += 1
                    sentence_words = 0
                    in_sentence_word = False
                if not in_sentence_word:
                    in_sentence_word = True
                    sentence_words += 1

            # What is no letter of ASCII; the end of the text is white space here.
            point, width, letter = np.int64(0x20), 1, np.uint8(0)
            if place < end:
                point = np.int64(data[place])
                if point >= 0x80:
                    point, width = code_point(data, place)
                    letter = latin[point] if point < LATIN else np.uint8(0)
            place += width
            marks = classes[point]
            word = marks & ALNUM != 0 or point == 0x5F
            word_size += word
            letters += marks & LETTER != 0
            alnum += marks & ALNUM != 0
            if letter:
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
def _letters(data: NDArray[np.uint8], place: int) -> tuple[int, np.uint64]:
    """How many of eight bytes are letters of ASCII before another comes, and those in lower case."""
    eight = eight_bytes(data, place)
    ones = np.uint64(0x0101010101010101)
    high, case = ones << np.uint64(7), ones << np.uint64(5)
    small = eight & ~high | case
    # The highest bit of a byte is set by a sum where the byte is not below a, and where it is beyond z.
    letters = (small + ones * np.uint64(0x1F)) & ~(small + ones * np.uint64(0x05)) & ~eight
    other = ~letters & high
    before = (other & (~other + np.uint64(1))) - np.uint64(1)  # of the first that is none; all if none is
    whole = (before >> np.uint64(7) & ones) * np.uint64(0xFF)
    return int(np.int64((before >> np.uint64(7) & ones) * ones >> np.uint64(56))), small & whole


@kernel
def _ends_in_consonant_n(letters: NDArray[np.uint8], start: int, size: int) -> bool:
    if size < 2 or letters[start + size - 1] | 0x20 != 0x6E:
        return False
    return not among(letters[start + size - 2] | 0x20, VOWELS)
