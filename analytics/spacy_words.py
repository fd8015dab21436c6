"""Words and sentences as datatrove gets them for English: the rules of ``spacy.blank("en")``, compiled.

White space parts a text into chunks. From both ends of a chunk marks are taken off, one at a time, until
what is left is a known exception (``don't``, ``e.g.``, ``:)``) or has no mark at its ends; that is parted at
hyphens, commas, slashes between letters and the like, unless it is an address; at last neighbours that
together are an exception with a mark in it are joined. The rules were learnt from what spaCy 3.8.18 and
datatrove 0.10.1 do with text; sets of characters are computed from Unicode properties.

What still differs from spaCy on real text: see ``tests/analytics/test_spacy_words.py``.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import BREAK as ENDS_LINE
from analytics.code_points import LETTER as IS_LETTER
from analytics.code_points import SPACE as IS_SPACE
from analytics.code_points import classes, code_point
from analytics.kernel import kernel
from analytics.signal import Texts
from analytics.spacy_exceptions import LONGEST, UNIT, exception, exceptions
from analytics.spans import Spans

# What a token is, its ``kinds``, added up.
GAP = 1
"""Before it stands white space that spaCy keeps as a token: any but one space."""
LINE = 2
"""It is the first of its text, or a line ends before it."""
TERMINAL = 4
"""One character that may end a sentence (Unicode's Sentence_Terminal)."""
PUNCTUATION = 8
"""All its characters are of Unicode's category P."""
WORD = 16
"""It has a character that datatrove does not count as a symbol."""
ALPHABETIC = 32
"""It has a letter of any script."""
UPPER = 64
"""``str.isupper``."""
TITLE = 128
"""``str.istitle``."""

# What a character is to the tokenizer, added up.
SPACE = 1
ALPHA = 2  # a letter to spaCy
LOWER = 4  # of it, lower case or of a script without case
UPPERCASE = 8  # of it, upper case or of a script without case
DIGIT = 16  # 0 to 9
EDGE = 32  # taken off either end
BEFORE = 64  # taken off the start alone
QUOTE = 128
MONEY = 256  # taken off the end after a digit
ICON = 512  # parts what stands around it
STOPPED = 1024  # a full stop after it is taken off
LETTER = 2048  # str.isalpha
SYMBOL = 4096  # of datatrove's set
PUNCT = 8192  # category P
ENDS = 16384  # Sentence_Terminal
HYPHEN = 32768
BREAK = 65536
CAPITAL = 1 << 17  # str.isupper
SMALL = 1 << 18  # str.islower
TITLED = 1 << 19  # category Lt
HOST = 1 << 20  # may stand in the name of a host

# Scripts without case whose characters, marks and digits too, are letters to spaCy.
UNCASED = (
    "Bengali Hebrew Arabic Devanagari Tamil Telugu Kannada Sinhala Ethiopic Hangul Hiragana Katakana Han"
)


@dataclass(frozen=True)
class Tokens(Spans):
    """Tokens of texts, white space left out.

    Attributes:
        kinds: what each is, the constants above added up, shape (n_pieces,).
    """

    kinds: NDArray[np.uint8]


def tokens(texts: Texts) -> Tokens:
    """Words and marks of each document as datatrove's English word splitter finds them."""
    found = _find_tokens(texts.data, texts.offsets, texts.valid, marks(), byte_kinds(), *exceptions())
    return Tokens(*found)


def sentence_counts(texts: Texts) -> NDArray[np.int64]:
    """Sentences of each document, shape (n_docs,), as spaCy's sentencizer parts them; 0 without a token.

    A sentence ends after a mark of Unicode's Sentence_Terminal that is a token of its own; the next begins
    with the first token that is no punctuation, or with white space of more than one space. What is white
    space alone is no sentence (datatrove strips and drops it).
    """
    found = texts.once(tokens)
    return _count_sentences(found.kinds, found.bounds, False)


def line_sentence_counts(texts: Texts) -> NDArray[np.int64]:
    """Sum over the lines of each document of the sentences that each has by itself, shape (n_docs,).

    datatrove's C4QualityFilter counts so, over the lines that it keeps: of the edited text, since none of
    these has a line end inside.
    """
    found = texts.once(tokens)
    return _count_sentences(found.kinds, found.bounds, True)


@lru_cache(maxsize=1)
def marks() -> NDArray[np.uint32]:
    """What each code point is to the tokenizer, shape (0x110000,)."""
    import regex

    points = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    table = np.zeros(0x110000, np.uint32)

    def mark(found: list[str], *bits: int) -> None:
        table[np.frombuffer("".join(found).encode("utf-32-le"), np.uint32)] |= np.uint32(sum(bits))

    def such(pattern: str) -> list[str]:
        found: list[str] = regex.findall(pattern, points, regex.V1)
        return found

    known = classes()
    table[known & IS_SPACE > 0] |= SPACE
    table[known & ENDS_LINE > 0] |= BREAK
    table[known & IS_LETTER > 0] |= LETTER
    mark([point for point in points if point.isupper()], CAPITAL)
    mark([point for point in points if point.islower()], SMALL)
    mark(such(r"\p{Lt}"), TITLED)

    cased = r"[\p{Latin}\p{Greek}\p{Cyrillic}]"
    uncased = "".join(rf"\p{{{script}}}" for script in UNCASED.split())
    mark(such(rf"[{cased}&&\p{{Ll}}]"), ALPHA, LOWER)
    mark(such(rf"[{cased}&&\p{{Lu}}]"), ALPHA, UPPERCASE)
    mark(such(rf"[[{uncased}]&&[\p{{L}}\p{{M}}\p{{N}}]]"), ALPHA, LOWER, UPPERCASE)
    mark(such(r"[0-9]"), DIGIT, STOPPED)

    quotes = such(QUOTES)
    mark(quotes, EDGE, QUOTE)
    mark(such(CLAUSES), EDGE)
    mark(such(r"\p{So}"), EDGE, ICON)
    mark(such(r"[§%=]"), BEFORE)
    mark(such(MONEYS), BEFORE, MONEY)
    mark(such(r"[\-–—~]"), HYPHEN)
    mark([*quotes, *such(CLAUSES), *such(r"[%²\-+]")], STOPPED)
    table[(table & LOWER) > 0] |= STOPPED

    mark(such(r"\p{P}"), PUNCT)
    mark(such(r"\p{STerm}"), ENDS, SYMBOL)
    mark(such(SYMBOLS), SYMBOL)
    mark(such(r"[A-Za-z0-9_\-\u00A1-\uFFFF]"), HOST)
    table.flags.writeable = False
    return table


# Quotes and brackets of East Asia, which spaCy counts among them.
QUOTES = r"""['"`´«»‘’‚“”„]|[[\p{Ps}\p{Pe}]&&[\u3000-\u3015\uFF08\uFF09\u2329\u232A\u27E6\u27E7]]"""
CLAUSES = (
    r"[!#&()*,:;<>?\[\]_{}¡¿·…–—]|[[\p{Arabic}\p{Devanagari}\p{Common}]&&\p{P}&&[،؛؟٪۔।]]"
    r"|[、。！，：；？～]"
)
MONEYS = r"[$£€¥฿﷼]|[\p{Sc}&&[\u20A0-\u20BF]]"
SYMBOLS = (
    r"[\p{Cc}--\t\n]|[\p{P}\p{S}&&[\x00-\x7F]]|[[\p{Ps}\p{Pe}]&&[\u3000-\u3011\uFF08\uFF09]]"
    r"|[«´»–—’“”„…、％，：；～]"
)


@lru_cache(maxsize=1)
def byte_kinds() -> NDArray[np.uint8]:
    """What each byte is: 1 lower-case letter, 2 upper-case, 4 white space, 8 other ASCII, 16 beyond it."""
    table = np.full(256, 16, np.uint8)
    table[:128] = 8
    table[[9, 10, 11, 12, 13, 28, 29, 30, 31, 32]] = 4
    table[ord("a") : ord("z") + 1] = 1
    table[ord("A") : ord("Z") + 1] = 2
    table.flags.writeable = False
    return table


@kernel
def _find_tokens(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    marks: NDArray[np.uint32],
    byte_kinds: NDArray[np.uint8],
    gate: NDArray[np.uint32],
    slots: NDArray[np.int16],
    letters: NDArray[np.uint8],
    limits: NDArray[np.int64],
    cuts: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    n_docs = offsets.size - 1
    most = offsets[-1] - offsets[0]  # a token has at least a byte
    starts, ends, characters = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    kinds = np.empty(most, np.uint8)
    bounds = np.zeros(n_docs + 1, np.int64)
    found = 0
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            place = end
        between = LINE
        while True:
            gap = place
            while place < end:  # white space
                byte = data[place]
                kind = byte_kinds[byte]
                if kind == 4:
                    if byte != 0x20 and marks[byte] & BREAK:
                        between |= LINE
                    place += 1
                elif kind == 16:
                    point, size = code_point(data, place)
                    if not marks[point] & SPACE:
                        break
                    if marks[point] & BREAK:
                        between |= LINE
                    place += size
                else:
                    break
            if place >= end:
                break
            if place - gap > 1 or (place > gap and data[gap] != 0x20):
                between |= GAP
            start, seen = place, 0
            first = byte_kinds[data[place]]
            if first <= 2:
                place += 1
            kind = np.uint8(4)
            while place < end:
                kind = byte_kinds[data[place]]
                if kind > 2:
                    break
                seen |= kind
                place += 1
            if place == end:
                kind = np.uint8(4)
            if kind == 4:  # letters alone, the usual word
                number = exception(data, start, place, gate, slots, letters, limits, cuts)
                if number < 0 or cuts[3 * number] == place - start:
                    starts[found], ends[found], characters[found] = start, place, place - start
                    case = 0
                    if first == 2:
                        case = (UPPER if seen & 1 == 0 else 0) | (TITLE if seen & 2 == 0 else 0)
                    kinds[found] = WORD | ALPHABETIC | case | between
                    found += 1
                    between = 0
                    continue
            else:
                while place < end:
                    kind = byte_kinds[data[place]]
                    if kind == 4:
                        break
                    if kind == 16:
                        point, size = code_point(data, place)
                        if marks[point] & SPACE:
                            break
                        place += size
                    else:
                        place += 1
            earlier = found
            low, high, top = start, place, most
            while low < high:  # marks at the ends
                if exception(data, low, high, gate, slots, letters, limits, cuts) >= 0:
                    break
                before = _before(data, low, high, marks)
                rest = low + before
                if before and exception(data, rest, high, gate, slots, letters, limits, cuts) >= 0:
                    starts[found], ends[found] = low, rest
                    found += 1
                    low = rest
                    break
                after = _after(data, rest, high, marks, gate, slots, letters, limits, cuts)
                rest = high - after
                if after and exception(data, low, rest, gate, slots, letters, limits, cuts) >= 0:
                    top -= 1
                    starts[top], ends[top] = rest, high
                    high = rest
                    break
                if before + after == 0:
                    break
                if before:
                    starts[found], ends[found] = low, low + before
                    found += 1
                    low += before
                if after:
                    top -= 1
                    starts[top], ends[top] = high - after, high
                    high -= after
            if low < high:
                number = exception(data, low, high, gate, slots, letters, limits, cuts)
                if number >= 0:
                    for part in range(3):
                        size = cuts[3 * number + part]
                        if size:
                            starts[found], ends[found] = low, low + size
                            found += 1
                            low += size
                else:
                    at, past = _inside(data, low, low, high, marks)
                    if at < high and _is_address(data, low, high, marks):
                        at = high
                    left = low
                    while at < high:
                        if at > low:
                            if at > left:
                                starts[found], ends[found] = left, at
                                found += 1
                            starts[found], ends[found] = at, past
                            found += 1
                            left = past
                        at, past = _inside(data, past, low, high, marks)
                    if left < high:
                        starts[found], ends[found] = left, high
                        found += 1
            while top < most:
                starts[found], ends[found] = starts[top], ends[top]
                found += 1
                top += 1
            if found - earlier > 1:  # neighbours that together are an exception
                read, found_before = earlier, found
                found = earlier
                while read < found_before:
                    last, other = read, read + 1
                    while other < found_before and ends[other] - starts[read] <= LONGEST:
                        number = exception(
                            data, starts[read], ends[other], gate, slots, letters, limits, cuts
                        )
                        if number >= 0 and cuts[3 * number] == ends[other] - starts[read]:
                            last = other
                        other += 1
                    starts[found], ends[found] = starts[read], ends[last]
                    found += 1
                    read = last + 1
            for token in range(earlier, found):
                kinds[token], characters[token] = _kind(data, starts[token], ends[token], marks)
            kinds[earlier] |= between
            between = 0
        bounds[i + 1] = found
    return starts[:found], ends[:found], characters[:found], bounds, kinds[:found]


@kernel
def _previous(data: NDArray[np.uint8], start: int, place: int) -> tuple[np.int64, int]:
    """The code point that ends before ``place``, and how many bytes it takes."""
    at = place - 1
    while at > start and data[at] & 0xC0 == 0x80:
        at -= 1
    point, _ = code_point(data, at)
    return point, place - at


@kernel
def _before(data: NDArray[np.uint8], start: int, end: int, marks: NDArray[np.uint32]) -> int:
    """Bytes of the mark to take off the start; 0 for none."""
    byte = data[start]
    if byte == 0x2E:  # full stops, two or more
        place = start + 1
        while place < end and data[place] == 0x2E:
            place += 1
        return place - start if place - start > 1 else 0
    if byte == 0x2B:  # a plus that is no sign of a number
        return 0 if start + 1 < end and marks[data[start + 1]] & DIGIT else 1
    if byte == 0x41 or byte == 0x43:  # A$ C$
        return 2 if start + 1 < end and data[start + 1] == 0x24 else 0
    if byte == 0x55:  # US$
        return 3 if start + 2 < end and data[start + 1] == 0x53 and data[start + 2] == 0x24 else 0
    point, size = code_point(data, start)
    return size if marks[point] & (EDGE | BEFORE) else 0


@kernel
def _after(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    marks: NDArray[np.uint32],
    gate: NDArray[np.uint32],
    slots: NDArray[np.int16],
    letters: NDArray[np.uint8],
    limits: NDArray[np.int64],
    cuts: NDArray[np.int64],
) -> int:
    """Bytes of the mark, the possessive, the currency or the unit to take off the end; 0 for none."""
    if start >= end:
        return 0
    point, size = _previous(data, start, end)
    here = end - size
    if point == 0x2E:
        while here > start and data[here - 1] == 0x2E:
            here -= 1
        if end - here > 1:
            return end - here
        if here == start:
            return 0
        point, size = _previous(data, start, here)
        if marks[point] & STOPPED:
            return 1
        if here - size == start:
            return 0
        earlier, _ = _previous(data, start, here - size)
        if marks[point] & UPPERCASE and marks[earlier] & UPPERCASE:
            return 1
        degrees = earlier == 0xB0 and (point == 0x46 or point == 0x43 or point == 0x4B)
        return 1 if degrees else 0
    if marks[point] & EDGE:
        twice = point == 0x2026 and here > start and _previous(data, start, here)[0] == point
        return size * 2 if twice else size
    if here == start:
        return 0
    if point == 0x73 or point == 0x53:
        point, size = _previous(data, start, here)
        if point == 0x27 or point == 0x2019:
            return 1 + size
    elif point == 0x2B:
        return 1 if marks[data[here - 1]] & DIGIT and data[here - 1] < 0x80 else 0
    elif marks[point] & MONEY:
        if point == 0x24:  # US$ A$ C$
            if here - start > 2 and data[here - 1] == 0x53 and data[here - 2] == 0x55:
                here -= 2
            elif here - start > 1 and (data[here - 1] == 0x41 or data[here - 1] == 0x43):
                here -= 1
        return end - here if data[here - 1] >= 0x30 and data[here - 1] <= 0x39 else 0
    for _ in range(6):
        if data[here - 1] >= 0x30 and data[here - 1] <= 0x39:
            unit = exception(data, here - 1, end, gate, slots, letters, limits, cuts) == UNIT
            return end - here if unit else 0
        here -= 1
        if here == start:
            break
    return 0


@kernel
def _inside(
    data: NDArray[np.uint8], place: int, start: int, end: int, marks: NDArray[np.uint32]
) -> tuple[int, int]:
    """Where the next mark that parts the letters around it begins and ends; ``end`` twice for none."""
    while place < end:
        point, size = code_point(data, place)
        mark = marks[point]
        if mark & (ALPHA | DIGIT):
            place += size
            continue
        past = place + size
        if mark & ICON or point == 0x2026:
            return place, past
        if point == 0x2E:
            while past < end and data[past] == 0x2E:
                past += 1
            if past - place > 1:
                return place, past
        if place > start and past < end:
            earlier = marks[_previous(data, start, place)[0]]
            later = marks[code_point(data, past)[0]]
            if point == 0x2E:
                if earlier & (LOWER | QUOTE) and later & (UPPERCASE | QUOTE):
                    return place, past
            elif point == 0x2C:
                if earlier & ALPHA and later & ALPHA:
                    return place, past
            elif (  # * + ^ -
                (point == 0x2A or point == 0x2B or point == 0x5E or point == 0x2D)
                and earlier & DIGIT
                and (later & DIGIT or data[past] == 0x2D)
            ):
                return place, past
            if earlier & (ALPHA | DIGIT):
                if mark & HYPHEN:
                    # Of one kind: three - or two of the longest dash pass for one.
                    repeat = 3 if point == 0x2D else (2 if point == 0x2014 else 1)
                    for _ in range(repeat - 1):
                        if past < end and code_point(data, past)[0] == point:
                            past += size
                    if past < end and marks[code_point(data, past)[0]] & ALPHA:
                        return place, past
                    past = place + size
                elif later & ALPHA and (point == 0x3A or point == 0x2F or 0x3C <= point <= 0x3E):  # : / < = >
                    return place, past
        place = past
    return end, end


@kernel
def _is_address(data: NDArray[np.uint8], start: int, end: int, marks: NDArray[np.uint32]) -> bool:
    """Whether it is the address of a page or a mailbox."""
    if _is_host(data, start, end, marks):
        return True
    place = start
    while place < end:
        point, size = code_point(data, place)
        if not (
            marks[point] & (LETTER | DIGIT)
            or point == 0x5F
            or (point >= 0x2B and point <= 0x2E and point != 0x2C)
        ):
            break
        place += size
    if (
        place - start > 1
        and place + 3 < end
        and data[place] == 0x3A
        and data[place + 1] == 0x2F
        and data[place + 2] == 0x2F
        and _is_host(data, place + 3, end, marks)
    ):
        return True
    place = start + 1
    while place < end:
        if data[place] == 0x40 and _is_host(data, place + 1, end, marks):
            return True
        place += 1
    return False


@kernel
def _is_host(data: NDArray[np.uint8], place: int, end: int, marks: NDArray[np.uint32]) -> bool:
    """Whether it is names with dots between, then a port and a path or none.

    The last name is in lower case, or there are four numbers.
    """
    dots, length, plain, lower, number = 0, 0, False, True, True
    while place < end:
        point, size = code_point(data, place)
        if point == 0x2E:
            if length == 0 or length > 64 or not plain:
                return False
            dots, length, lower = dots + 1, 0, True
        elif marks[point] & HOST:
            plain = point != 0x2D and point != 0x5F
            if length == 0 and not plain:
                return False
            length += 1
            number = number and marks[point] & DIGIT > 0
            lower = lower and marks[point] & LOWER > 0
        else:
            break
        place += size
    machine = number and dots == 3 and length > 0
    if not machine and (dots == 0 or length < 2 or length > 63 or not lower):
        return False
    if place < end and data[place] == 0x3A:
        digits = 0
        place += 1
        while place < end and data[place] >= 0x30 and data[place] <= 0x39:
            digits += 1
            place += 1
        if digits < 2 or digits > 5:
            return False
    return place == end or data[place] == 0x2F or data[place] == 0x3F or data[place] == 0x23


@kernel
def _kind(data: NDArray[np.uint8], start: int, end: int, marks: NDArray[np.uint32]) -> tuple[int, int]:
    """What a token is, and how many code points it has."""
    every, some = np.int64(PUNCT | SYMBOL), np.int64(0)
    length, case = 0, 0
    title, after_case = True, False
    place = start
    while place < end:
        point, size = code_point(data, place)
        mark = np.int64(marks[point])
        every &= mark
        some |= mark
        length += 1
        if mark & (CAPITAL | TITLED):
            title = title and not after_case
            after_case = True
        elif mark & SMALL:
            title = title and after_case
            after_case = True
        else:
            after_case = False
        place += size
    if every & PUNCT:
        case |= PUNCTUATION
    if not every & SYMBOL:
        case |= WORD
    if length == 1 and some & ENDS:
        case |= TERMINAL
    if some & LETTER:
        case |= ALPHABETIC
    if some & CAPITAL and not some & (SMALL | TITLED):
        case |= UPPER
    if title and some & (CAPITAL | SMALL | TITLED):
        case |= TITLE
    return case, length


@kernel
def _count_sentences(kinds: NDArray[np.uint8], bounds: NDArray[np.int64], by_line: bool) -> NDArray[np.int64]:
    counts = np.zeros(bounds.size - 1, np.int64)
    for i in range(counts.size):
        ended = False
        for token in range(bounds[i], bounds[i + 1]):
            kind = kinds[token]
            begins = token == bounds[i] or (by_line and kind & LINE > 0)
            if begins or (ended and (kind & GAP > 0 or kind & (PUNCTUATION | TERMINAL) == 0)):
                counts[i] += 1
                ended = False
            if kind & TERMINAL:
                ended = True
    return counts
