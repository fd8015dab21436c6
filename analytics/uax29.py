r"""Words as Unicode Standard Annex 29 parts text (revision 43 and later, section 4.1.1, rules WB1 to WB999).

The classes are Unicode's property Word_Break, Extended_Pictographic and Alphabetic, from the tables of the
package ``regex``. Every place between two code points is judged once, so time grows with the length alone.
"""

from functools import lru_cache
from sys import maxunicode

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import code_point
from analytics.kernel import kernel
from analytics.signal import Texts
from analytics.spans import Spans

OTHER, CR, LF, NEWLINE, EXTEND, ZWJ, FORMAT, KATAKANA, HEBREW, LETTER, SINGLE_QUOTE, DOUBLE_QUOTE = range(12)
MID_NUM_LET, MID_LETTER, MID_NUM, NUMERIC, EXTEND_NUM_LET, REGIONAL, SPACE = range(12, 19)
N_CLASSES = 19
CLASS = 31
"""What of an entry of the table is the class."""
ALNUM = 32
"""``str.isalnum``."""
WORD = 64
"""Alphabetic or a number (general category N), as Rust's ``char::is_alphanumeric``."""
PICTURE = 128
"""Extended_Pictographic."""

VALUES = {
    CR: "CR",
    LF: "LF",
    NEWLINE: "Newline",
    EXTEND: "Extend",
    ZWJ: "ZWJ",
    FORMAT: "Format",
    KATAKANA: "Katakana",
    HEBREW: "Hebrew_Letter",
    LETTER: "ALetter",
    SINGLE_QUOTE: "Single_Quote",
    DOUBLE_QUOTE: "Double_Quote",
    MID_NUM_LET: "MidNumLet",
    MID_LETTER: "MidLetter",
    MID_NUM: "MidNum",
    NUMERIC: "Numeric",
    EXTEND_NUM_LET: "ExtendNumLet",
    REGIONAL: "Regional_Indicator",
    SPACE: "WSegSpace",
}
"""Class -> its name as a value of Word_Break."""


def segments(texts: Texts) -> tuple[Spans, NDArray[np.uint8]]:
    """All pieces, and of each ``ALNUM`` if its first character is one, ``WORD`` if any."""
    starts, ends, characters, marks, bounds = _segments(
        texts.data, texts.offsets, texts.valid, word_break_classes(), *_rules()
    )
    return Spans(starts, ends, characters, bounds), marks


def words(texts: Texts) -> Spans:
    """The pieces with a letter or number, as ``unicode_words`` of Rust's unicode-segmentation gives them."""
    return _chosen(texts, WORD)


def words_from_alphanumeric(texts: Texts) -> Spans:
    """The pieces whose first character is a letter or number, as DCLM takes them from ``uniseg``."""
    return _chosen(texts, ALNUM)


def _chosen(texts: Texts, mark: int) -> Spans:
    spans, marks = texts.once(segments)
    mask = (marks & mark) > 0
    before = np.concatenate(([0], np.cumsum(mask, dtype=np.int64)))
    return Spans(spans.starts[mask], spans.ends[mask], spans.characters[mask], before[spans.bounds])


@lru_cache(maxsize=1)
def word_break_classes() -> NDArray[np.uint8]:
    """Class and marks of every code point, shape (0x110000,)."""
    import regex

    every = "".join(map(chr, range(maxunicode + 1)))
    table = np.zeros(len(every), dtype=np.uint8)

    def mark(pattern: str, value: int) -> None:
        for found in regex.finditer(f"{pattern}+", every):
            table[found.start() : found.end()] |= value

    for value, name in VALUES.items():
        mark(rf"\p{{Word_Break={name}}}", value)
    mark(r"\p{Extended_Pictographic}", PICTURE)
    mark(r"[\p{Alphabetic}\p{N}]", WORD)
    table[np.fromiter(map(str.isalnum, every), np.bool_, len(every))] |= ALNUM
    table.flags.writeable = False
    return table


@lru_cache(maxsize=1)
def _rules() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which classes join two others that stand together, as bits by ``N_CLASSES * first + second``.

    The first array is of the class before the two, the second of the class after them.
    """
    before, after = np.zeros((2, N_CLASSES, N_CLASSES), np.int64)
    always = [*range(N_CLASSES)]
    letters, joints = [LETTER, HEBREW], [LETTER, HEBREW, NUMERIC, KATAKANA, EXTEND_NUM_LET]
    in_words, in_numbers = [MID_LETTER, MID_NUM_LET, SINGLE_QUOTE], [MID_NUM, MID_NUM_LET, SINGLE_QUOTE]
    for table, classes, first, second in (
        (before, always, letters, letters),  # WB5
        (after, letters, letters, in_words),  # WB6
        (before, letters, in_words, letters),  # WB7
        (before, always, [HEBREW], [SINGLE_QUOTE]),  # WB7a
        (after, [HEBREW], [HEBREW], [DOUBLE_QUOTE]),  # WB7b
        (before, [HEBREW], [DOUBLE_QUOTE], [HEBREW]),  # WB7c
        (before, always, [NUMERIC, *letters], [NUMERIC]),  # WB8, WB9
        (before, always, [NUMERIC], letters),  # WB10
        (before, [NUMERIC], in_numbers, [NUMERIC]),  # WB11
        (after, [NUMERIC], [NUMERIC], in_numbers),  # WB12
        (before, always, [KATAKANA], [KATAKANA]),  # WB13
        (before, always, joints, [EXTEND_NUM_LET]),  # WB13a
        (before, always, [EXTEND_NUM_LET], joints),  # WB13b
    ):
        table[np.ix_(first, second)] |= sum(1 << one for one in classes)
    return before.ravel(), after.ravel()


@kernel
def _segments(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    joined_before: NDArray[np.int64],
    joined_after: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    n_docs = offsets.size - 1
    most = offsets[-1] - offsets[0]
    starts, ends, characters = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    marks = np.empty(most, np.uint8)
    bounds = np.zeros(n_docs + 1, np.int64)
    found = 0
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            place = end
        start, length, mark, none = place, 0, np.int64(0), np.int64(CR)
        before, last, raw = (
            none,
            none,
            none,
        )  # the two classes before but for what WB4 passes over; the one before
        flags = 0  # regional indicators in a row
        while place < end:
            point, size = code_point(data, place)
            entry = np.int64(classes[point])
            now = entry & CLASS
            passed = now in (EXTEND, FORMAT, ZWJ)
            if length == 0 or (raw == CR and now == LF):  # WB1, WB3
                joined = True
            elif raw in (CR, LF, NEWLINE) or now in (CR, LF, NEWLINE):  # WB3a, WB3b
                joined = False
            elif passed or (raw == ZWJ and entry & PICTURE) or (raw == SPACE and now == SPACE):
                joined = True  # WB4, WB3c, WB3d
            elif now == REGIONAL and last == REGIONAL:  # WB15, WB16
                joined = flags % 2 == 1
            else:
                pair = N_CLASSES * last + now
                joined = (joined_before[pair] >> before & 1) == 1
                if joined_after[pair] and not joined:
                    joined = (joined_after[pair] >> _class_after(data, place + size, end, classes) & 1) == 1

            if not joined:
                starts[found], ends[found], characters[found], marks[found] = start, place, length, mark
                found += 1
                start, length, mark = place, 0, np.int64(0)
            if length == 0:
                mark = entry & ALNUM
            mark |= entry & WORD
            length += 1
            place += size
            if length == 1 or not passed:
                flags = (flags if last == REGIONAL else 0) + 1 if now == REGIONAL else 0
                before, last = last, now
            raw = now
        if length:
            starts[found], ends[found], characters[found], marks[found] = start, place, length, mark
            found += 1
        bounds[i + 1] = found
    return starts[:found].copy(), ends[:found].copy(), characters[:found].copy(), marks[:found].copy(), bounds


@kernel
def _class_after(data: NDArray[np.uint8], place: int, end: int, classes: NDArray[np.uint8]) -> np.int64:
    """The class of the next code point that WB4 does not pass over; ``OTHER`` at the end."""
    while place < end:
        point, size = code_point(data, place)
        now = np.int64(classes[point]) & CLASS
        if now not in (EXTEND, FORMAT, ZWJ):
            return now
        place += size
    return np.int64(OTHER)
