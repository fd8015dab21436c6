"""What the lines and paragraphs of a text look like: how they begin, end, how long they are."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from analytics.c4 import packed_phrases, says
from analytics.code_points import BREAK, SPACE, code_point
from analytics.kernel import kernel
from analytics.line_classes import ALPHANUMERIC, DIGIT, TERMINAL, UPPER, ending_classes, line_classes
from analytics.ngrams import eight_bytes
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals.length import characters
from analytics.spans import words

SHORT = 30
"""Characters; a line of more is not short."""

ROWS = 13
LINES, NONBLANK, LONGEST, BULLETS, ELLIPSES, ENDS, SHORTS, NUMBERS, CAPITALS = range(9)
JAVASCRIPTS, LOREMS, PARAGRAPHS, MUTE = range(9, ROWS)


def counts(texts: Texts) -> NDArray[np.int64]:
    """How many lines are of each kind, a row each, shape (13, n_docs); a view for ``texts.once``."""
    return texts.once(_rows)[0]


def shares(texts: Texts) -> NDArray[np.float64]:
    """Sums over lines of the share of digits and of upper case, shape (2, n_docs)."""
    return texts.once(_rows)[1]


def _rows(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    found, summed = _measure(
        texts.data, texts.offsets, texts.valid, ending_classes(), _kinds(), packed_phrases()
    )
    return found.reshape(ROWS, len(texts)), summed.reshape(2, len(texts))


def bullet_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that begin with a bullet over lines that are not blank, shape (n_docs,)."""
    return ratio(counts(texts)[BULLETS], counts(texts)[NONBLANK])


def ellipsis_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that end with an ellipsis over lines that are not blank, shape (n_docs,)."""
    return ratio(counts(texts)[ELLIPSES], counts(texts)[NONBLANK])


def line_end_punct_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that end with a terminal mark over lines that are not blank, shape (n_docs,)."""
    return ratio(counts(texts)[ENDS], counts(texts)[NONBLANK])


def short_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines of up to 30 characters over lines, blank ones apart, shape (n_docs,)."""
    return ratio(counts(texts)[SHORTS], counts(texts)[NONBLANK])


def numeric_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines of digits alone over lines that are not blank, shape (n_docs,)."""
    return ratio(counts(texts)[NUMBERS], counts(texts)[NONBLANK])


def uppercase_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines mostly in upper case over lines that are not blank, shape (n_docs,)."""
    return ratio(counts(texts)[CAPITALS], counts(texts)[NONBLANK])


def line_digit_ratio(texts: Texts) -> NDArray[np.float64]:
    """Mean over lines that are not blank of their share of digits, shape (n_docs,)."""
    return ratio(shares(texts)[0], counts(texts)[NONBLANK])


def line_uppercase_ratio(texts: Texts) -> NDArray[np.float64]:
    """Mean over lines that are not blank of their share of upper case, shape (n_docs,)."""
    return ratio(shares(texts)[1], counts(texts)[NONBLANK])


def words_per_line(texts: Texts) -> NDArray[np.float64]:
    """Words over lines that are not blank, shape (n_docs,)."""
    return ratio(texts.once(words).counts(), counts(texts)[NONBLANK])


def avg_line_length(texts: Texts) -> NDArray[np.float64]:
    """Code points of the text over its lines, shape (n_docs,)."""
    return ratio(characters(texts), counts(texts)[LINES])


def max_line_length(texts: Texts) -> NDArray[np.float64]:
    """Code points of the longest line, shape (n_docs,). NaN where there is no line."""
    found = counts(texts)
    longest: NDArray[np.float64] = found[LONGEST].astype(np.float64)
    longest[found[LINES] == 0] = np.nan
    return longest


def javascript_count(texts: Texts) -> NDArray[np.int64]:
    """How often the text says ``javascript``, shape (n_docs,)."""
    said: NDArray[np.int64] = counts(texts)[JAVASCRIPTS]
    return said


def lorem_ipsum_count(texts: Texts) -> NDArray[np.int64]:
    """How often the text says ``lorem ipsum``, shape (n_docs,)."""
    said: NDArray[np.int64] = counts(texts)[LOREMS]
    return said


def not_alphanum_para_frac(texts: Texts) -> NDArray[np.float64]:
    """Paragraphs without a letter or a number over paragraphs, shape (n_docs,)."""
    return ratio(counts(texts)[MUTE], counts(texts)[PARAGRAPHS])


def dup_line_char_frac(texts: Texts) -> NDArray[np.float64]:
    """Characters of lines that were there before over all characters but line feeds, shape (n_docs,).

    As FineWeb: lines are parted by line feeds, blank ones do not count.
    """
    repeated, whole, filled = _repeated(texts.data, texts.offsets, texts.valid, line_classes())
    return ratio(repeated, np.where(filled > 0, whole, 0))


ALNUM = 1
LOOK = 2


@cache
def _kinds() -> NDArray[np.uint8]:
    """Of each byte: ``ALNUM`` where it is a letter that no rule asks about, ``LOOK`` where one does."""
    kinds = np.zeros(256, dtype=np.uint8)
    kinds[0x61:0x7B] = ALNUM
    kinds[list(b"jm")] = LOOK
    kinds[0x41:0x5B] = kinds[0x30:0x3A] = kinds[0x80:] = LOOK
    kinds[[byte for byte in range(0x80) if len(f"{chr(byte)}.".splitlines()) == 2]] = LOOK
    return kinds


@kernel
def _measure(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    kinds: NDArray[np.uint8],
    phrases: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    n = offsets.size - 1
    found, summed = np.zeros(ROWS * n, np.int64), np.zeros(2 * n, np.float64)
    for i in range(n):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            place = end
        inside, spoken = False, False  # a paragraph, and one with a letter or a number
        while place < end:
            start = place
            beyond, upper, digits, seen = 0, 0, 0, 0
            at, whole = np.uint64(start), np.uint64(end)
            while True:
                while at < whole and kinds[data[at]] < LOOK:
                    seen |= kinds[data[at]]
                    at += np.uint64(1)
                place = int(np.int64(at))
                if place >= end:
                    break
                byte = data[place]
                point, size = np.int64(byte), 1
                if byte >= 0x80:
                    point, size = code_point(data, place)
                mark = classes[point]
                if mark & BREAK:
                    break
                if mark & ALPHANUMERIC:
                    seen |= ALNUM
                    upper += (mark & UPPER) != 0
                    digits += (mark & DIGIT) != 0
                    if byte | 0x20 == 0x6A:
                        found[JAVASCRIPTS * n + i] += says(data, place, end, phrases, 0) > 0
                    elif byte | 0x20 == 0x6D and place - 4 >= start:
                        found[LOREMS * n + i] += says(data, place - 4, end, phrases, 1) > 0
                else:
                    upper += (mark & UPPER) != 0
                beyond += size - 1
                at += np.uint64(size)
            stop, length = place, place - start - beyond
            if place < end:
                if data[place] == 0x0D and place + 1 < end and data[place + 1] == 0x0A:
                    place += 1
                _, size = code_point(data, place)
                place += size

            found[LINES * n + i] += 1
            found[LONGEST * n + i] = max(found[LONGEST * n + i], length)
            first, last, stripped = start, stop, length
            while first < stop:
                point, size = code_point(data, first)
                if not classes[point] & SPACE:
                    break
                first += size
                stripped -= 1
            if first == stop:
                if inside and not spoken:
                    found[MUTE * n + i] += 1
                inside = False
                continue
            terminal = False
            while True:
                begin = last - 1
                while data[begin] & 0xC0 == 0x80:
                    begin -= 1
                point, size = code_point(data, begin)
                if last == stop:
                    terminal = (classes[point] & TERMINAL) != 0
                if not classes[point] & SPACE:
                    break
                last = begin
                stripped -= 1

            found[NONBLANK * n + i] += 1
            if not inside:
                found[PARAGRAPHS * n + i] += 1
                inside, spoken = True, False
            spoken |= seen != 0
            found[ENDS * n + i] += terminal
            found[SHORTS * n + i] += length <= SHORT
            found[NUMBERS * n + i] += digits == stripped
            found[CAPITALS * n + i] += 2 * upper > stripped
            summed[i] += digits / stripped
            summed[n + i] += upper / stripped
            byte = data[first]
            bullet = byte == 0x2D or byte == 0x2A  # - *
            bullet |= byte == 0xE2 and data[first + 1] == 0x80 and data[first + 2] == 0xA2  # •
            found[BULLETS * n + i] += bullet
            if last - first >= 3:
                a, b, c = data[last - 3], data[last - 2], data[last - 1]
                dots = a == 0x2E and b == 0x2E and c == 0x2E
                found[ELLIPSES * n + i] += dots or (a == 0xE2 and b == 0x80 and c == 0xA6)  # …
        if inside and not spoken:
            found[MUTE * n + i] += 1
    return found, summed


@kernel
def hashed(data: NDArray[np.uint8], start: int, end: int) -> np.uint64:
    """64 bits of some bytes, eight at a time; equal for equal bytes, and seldom for others."""
    found = np.uint64(end - start) * np.uint64(0x9E3779B97F4A7C15)
    place = start
    while place + 8 <= end:
        word = eight_bytes(data, place)
        found = (found ^ word) * np.uint64(0xBF58476D1CE4E5B9)
        found ^= found >> np.uint64(29)
        place += 8
    word = np.uint64(0)
    while place < end:
        word = word << np.uint64(8) | np.uint64(data[place])
        place += 1
    found = (found ^ word) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))


@kernel
def slot_of(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    table: NDArray[np.int64],
    room: int,
    line: int,
) -> np.int64:
    """Where in a table of lines one that is equal stands already, or a free place for it.

    Args:
        data: what the lines lie in.
        starts: of each line, shape (n_lines,).
        ends: as many.
        hashes: as many, see ``hashed``.
        table: numbers of lines by their hash, -1 where none is; at least ``room`` long.
        room: a power of two, more than the lines.
        line: the number of the one that is looked for.
    """
    slot = np.int64(hashes[line] & np.uint64(room - 1))
    length = ends[line] - starts[line]
    while table[slot] >= 0:
        other = table[slot]
        if hashes[other] == hashes[line] and ends[other] - starts[other] == length:
            k = 0
            while k < length and data[starts[line] + k] == data[starts[other] + k]:
                k += 1
            if k == length:
                break
        slot = (slot + 1) & (room - 1)
    return slot


@kernel
def _repeated(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], classes: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Characters of lines that came before in their document, of all but line feeds, and lines not blank."""
    n = offsets.size - 1
    repeated, whole, filled = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    feeds, most = np.zeros(n, np.int64), 1
    for i in range(n):
        here = 0
        for at in range(np.uint64(offsets[i]), np.uint64(offsets[i + 1])):
            here += data[at] == 0x0A
        feeds[i] = here
        most = max(most, here + 1)
    room = 4
    while room < 2 * most:
        room *= 2
    starts, ends, hashes = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.uint64)
    table = np.empty(room, np.int64)
    for i in range(n):
        if not valid[i]:
            continue
        place, end = offsets[i], offsets[i + 1]
        room = 4
        while room < 2 * (feeds[i] + 1):
            room *= 2
        table[:room] = -1
        found = 0
        while place < end:
            start, beyond = place, 0
            feed, stop = np.uint64(start), np.uint64(end)
            while feed < stop and data[feed] != 0x0A:
                beyond += data[feed] & 0xC0 == 0x80
                feed += np.uint64(1)
            place = int(np.int64(feed))
            length = place - start - beyond
            whole[i] += length
            first = start
            while first < place:
                point, size = code_point(data, first)
                if not classes[point] & SPACE:
                    break
                first += size
            if first < place:
                starts[found], ends[found], hashes[found] = start, place, hashed(data, start, place)
                slot = slot_of(data, starts, ends, hashes, table, room, found)
                if table[slot] < 0:
                    table[slot] = found
                else:
                    repeated[i] += length
                found += 1
            place += 1
        filled[i] = found
    return repeated, whole, filled


FINEWEB = "FineWeb's filter (huggingface/datatrove@a649de79, fineweb_quality_filter)"
GOPHER = "Rae et al. 2021, arXiv:2112.11446, appendix A"
JUICER = "modelscope/data-juicer@c07c2d79"
REDPAJAMA = "Weber et al. 2024 (RedPajama-V2), arXiv:2411.12372"
REFINED = "Penedo et al. 2023 (RefinedWeb), arXiv:2306.01116, appendix G.2"

FAMILY = Family(
    "lines",
    version=1,
    signals=(
        Signal(
            "bullet_line_frac",
            "ratio",
            0,
            1,
            f"{GOPHER}; marks of datatrove's LineStats",
            bullet_line_frac,
            definition="share of the lines, blank ones apart, that begin with -, * or • after white space",
        ),
        Signal(
            "ellipsis_line_frac",
            "ratio",
            0,
            1,
            GOPHER,
            ellipsis_line_frac,
            definition="share of the lines, blank ones apart, that end with ... or … before white space",
        ),
        Signal(
            "line_end_punct_frac",
            "ratio",
            0,
            1,
            FINEWEB,
            line_end_punct_frac,
            definition="share of the lines, blank ones apart, that end with a sentence mark of any script",
        ),
        Signal(
            "short_line_frac",
            "ratio",
            0,
            1,
            FINEWEB,
            short_line_frac,
            definition="share of the lines, blank ones apart, that have up to 30 characters",
        ),
        Signal(
            "dup_line_char_frac",
            "ratio",
            0,
            1,
            FINEWEB,
            dup_line_char_frac,
            variant="fineweb",
            definition=(
                "characters of lines, parted by line feeds and not blank, that stood earlier in the text, "
                "over all characters but line feeds"
            ),
        ),
        Signal(
            "avg_line_length",
            "characters",
            0,
            None,
            JUICER,
            avg_line_length,
            definition="code points of the text, line ends with them, over its lines",
        ),
        Signal(
            "max_line_length",
            "characters",
            0,
            None,
            JUICER,
            max_line_length,
            definition="code points of the longest line",
        ),
        Signal(
            "words_per_line",
            "words",
            1,
            None,
            REDPAJAMA,
            words_per_line,
            definition="words between white space over the lines that are not blank",
        ),
        Signal(
            "line_digit_ratio",
            "ratio",
            0,
            1,
            REDPAJAMA,
            line_digit_ratio,
            definition="mean over the lines, blank ones apart, of the digit share of the stripped line",
        ),
        Signal(
            "line_uppercase_ratio",
            "ratio",
            0,
            1,
            REDPAJAMA,
            line_uppercase_ratio,
            definition="mean over the lines, blank ones apart, of the upper-case share of the stripped line",
        ),
        Signal(
            "numeric_line_frac",
            "ratio",
            0,
            1,
            REFINED,
            numeric_line_frac,
            definition="share of the lines, blank ones apart, that are digits alone when stripped",
        ),
        Signal(
            "uppercase_line_frac",
            "ratio",
            0,
            1,
            REFINED,
            uppercase_line_frac,
            definition="share of the lines, blank ones apart, over half of whose characters are upper case",
        ),
        Signal(
            "javascript_count",
            "occurrences",
            0,
            None,
            REDPAJAMA,
            javascript_count,
            type="integer",
            definition="occurrences of javascript, in words and in any case",
        ),
        Signal(
            "lorem_ipsum_count",
            "occurrences",
            0,
            None,
            "Raffel et al. 2020 (C4), JMLR 21:140, section 2.2",
            lorem_ipsum_count,
            type="integer",
            definition="occurrences of lorem ipsum in any case",
        ),
        Signal(
            "not_alphanum_para_frac",
            "ratio",
            0,
            1,
            "Dolma's tagger not_alphanum_paragraph (allenai/dolma@669f5348)",
            not_alphanum_para_frac,
            definition="share of the paragraphs, parted by blank lines, that have no letter and no number",
        ),
    ),
    params={
        "lines": "str.splitlines",
        "bullets": ("-", "*", "•"),
        "ellipses": ("...", "…"),
        "terminal_marks": "Unicode's Sentence_Terminal",
        "short": SHORT,
        **versions("unicode", "regex"),
    },
)
