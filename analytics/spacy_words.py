"""Words and sentences as datatrove gets them for English: the rules of ``spacy.blank("en")``, compiled.

White space parts a text into chunks. From both ends of a chunk marks are taken off, one at a time, until
what is left is a known exception (``don't``, ``e.g.``, ``:)``) or has no mark at its ends; that is parted at
hyphens, commas, slashes between letters and the like, unless it is an address; at last neighbours that
together are an exception with a mark in it are joined. The rules were learnt from what spaCy 3.8.18 and
datatrove 0.10.1 do with text; sets of characters are computed from Unicode properties.

Of 1.96 million chunks of 4,802 real documents, six are parted otherwise: a letter with a full stop after
a degree sign (``°F.``), rows of apostrophes, machine addresses of private networks. Some symbols that Unicode
took in lately are parted here and not yet by spaCy.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import LETTER as IS_LETTER
from analytics.code_points import LOWER as IS_LOWER
from analytics.code_points import SPACE as IS_SPACE
from analytics.code_points import UPPER as IS_UPPER
from analytics.code_points import assigned, classes, code_point
from analytics.kernel import kernel
from analytics.ngrams import eight_bytes
from analytics.signal import Texts
from analytics.spacy_exceptions import LONGEST, UNIT, WHOLE, exception, exceptions
from analytics.spans import Spans

# What a token is, its ``kinds``, added up.
GAP = 1
"""Before it stands white space that spaCy keeps as a token: any but one space."""
TERMINAL = 2
"""One character that may end a sentence (Unicode's Sentence_Terminal)."""
PUNCTUATION = 4
"""All its characters are of Unicode's category P."""
WORD = 8
"""It has a character that datatrove does not count as a symbol."""
ALPHABETIC = 16
"""It has a letter of any script."""
UPPER = 32
"""``str.isupper``."""
TITLE = 64
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
CAPITAL = 1 << 17  # str.isupper
SMALL = 1 << 18  # str.islower
TITLED = 1 << 19  # category Lt
HOST = 1 << 20  # may stand in the name of a host


@dataclass(frozen=True)
class Tokens(Spans):
    """Tokens of texts, white space left out.

    Attributes:
        kinds: what each is, the constants above added up, shape (n_pieces,).
    """

    kinds: NDArray[np.uint8]


def tokens(texts: Texts) -> Tokens:
    """Words and marks of each document as datatrove's English word splitter finds them."""
    found = _find_tokens(texts.data, texts.offsets, texts.valid, marks(), byte_table(), exceptions())
    return Tokens(*found)


def sentence_counts(texts: Texts) -> NDArray[np.int64]:
    """Sentences of each document, shape (n_docs,), as spaCy's sentencizer parts them; 0 without a token.

    A sentence ends after a mark of Unicode's Sentence_Terminal that is a token of its own; the next begins
    with the first token that is no punctuation, or with white space of more than one space. What is white
    space alone is no sentence (datatrove strips and drops it).
    """
    found = texts.once(tokens)
    return count_sentences(found.kinds, found.bounds)


@lru_cache(maxsize=1)
def marks() -> NDArray[np.uint32]:
    """What each code point is to the tokenizer, shape (0x110000,), the constants above added up."""
    import regex

    points = assigned()
    every = points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    table = np.zeros(0x110000, np.uint32)

    def mark(pattern: str, *bits: int) -> None:
        for run in regex.finditer(f"(?:{pattern})+", every, regex.V1):
            table[points[run.start() : run.end()]] |= sum(bits)

    known = classes()
    table[known & IS_SPACE > 0] |= SPACE
    table[known & IS_LETTER > 0] |= LETTER
    table[known & IS_UPPER > 0] |= CAPITAL
    table[known & IS_LOWER > 0] |= SMALL
    mark(r"\p{Lt}", TITLED)
    mark(CASED_LOWER, ALPHA, LOWER, STOPPED)
    mark(CASED_UPPER, ALPHA, UPPERCASE)
    mark(UNCASED, ALPHA, LOWER, UPPERCASE, STOPPED)
    mark("[0-9]", DIGIT, STOPPED)
    mark(QUOTES, EDGE, QUOTE, STOPPED)
    mark(CLAUSES, EDGE, STOPPED)
    mark(OTHERS_STOPPED, STOPPED)
    mark(r"\p{So}", EDGE, ICON)
    mark("[§%=]", BEFORE)
    mark(MONEYS, BEFORE, MONEY)
    mark("[-–—~]", HYPHEN)
    mark(r"\p{P}", PUNCT)
    mark(r"\p{STerm}", ENDS)
    mark(SYMBOLS, SYMBOL)
    mark(r"[A-Za-z0-9_\-\u00A1-\uFFFF]", HOST)
    table.flags.writeable = False
    return table


# Sets of characters, as patterns of the package ``regex`` (V1): Unicode's properties, narrowed to the blocks
# in which spaCy and datatrove look.
CASED_LOWER = r"[[\p{Latin}\p{Greek}\p{Cyrillic}]&&\p{Ll}]"
CASED_UPPER = r"[[\p{Latin}\p{Greek}\p{Cyrillic}]&&\p{Lu}]"
UNCASED = (  # of these scripts, marks and digits too are letters to spaCy
    r"[[\p{Bengali}\p{Hebrew}\p{Arabic}\p{Devanagari}\p{Tamil}\p{Telugu}\p{Kannada}\p{Sinhala}\p{Ethiopic}"
    r"\p{Hangul}\p{Hiragana}\p{Katakana}\p{Han}]&&[\p{L}\p{M}\p{N}]]"
)
QUOTES = r"""[,'"`´«»‘’‚“”„]|[[\p{Ps}\p{Pe}]&&[\u3000-\u3015（）〈〉⟦⟧]]"""
CLAUSES = r"[!#&()*,:;<>?\[\]_{}¡¿·…–—،؛؟٪۔।、。！，：；？～]"
OTHERS_STOPPED = r"[%²\-+|]"
MONEYS = r"[$£€¥฿﷼]|[\p{Sc}&&[\u20A0-\u20BF]]"
SYMBOLS = (  # of datatrove; seven rare ones differ
    r"[\p{Cc}--[\t\n]]|[[\p{P}\p{S}]&&[\x00-\x7F]]|\p{STerm}|[[\p{Ps}\p{Pe}]&&[\u3000-\u3011（）]]"
    r"|[«´»–—’“”„…、％，：；～]"
)


@lru_cache(maxsize=1)
def byte_table() -> NDArray[np.uint16]:
    """What each byte is, shape (256,): the constants below; for ASCII eight bits up, its kind as a token."""
    table = np.full(256, BEYOND, np.uint16)
    for byte in range(128):
        letter = chr(byte)
        if letter.isalpha():
            table[byte] = SMALL_LETTER if letter.islower() else CAPITAL_LETTER
        elif letter.isdigit():
            table[byte] = NUMERAL
        elif letter.isspace():
            table[byte] = BLANK
        else:
            table[byte] = CLOSING if marks()[byte] & EDGE or letter == "." else OTHER
        kind, _ = _kind(np.array([byte], np.uint8), 0, 1, marks())
        table[byte] |= kind << 8
    table.flags.writeable = False
    return table


SMALL_LETTER = 1
CAPITAL_LETTER = 2
NUMERAL = 4
BLANK = 8
CLOSING = 16  # taken off the end of a word
OTHER = 32
BEYOND = 64  # of a character beyond ASCII


@kernel
def _find_tokens(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    marks: NDArray[np.uint32],
    bytes_are: NDArray[np.uint16],
    table: NDArray[np.int64],
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
        while True:
            gap = place
            while place < end:  # white space
                now = int(bytes_are[data[place]])
                size = 1
                if now & BEYOND:
                    point, size = code_point(data, place)
                    now = BLANK if marks[point] & SPACE else 0
                if not now & BLANK:
                    break
                place += size
            if place == end:
                break
            between = GAP if place - gap > 1 or (place > gap and data[gap] != 0x20) else 0

            # The usual word: letters and digits of ASCII, then white space or one mark and white space.
            start = place
            first = int(bytes_are[data[place]])
            now, seen, last = first, 0, 0
            while now & (SMALL_LETTER | CAPITAL_LETTER | NUMERAL) and place + 9 <= end:
                length, kinds_of = _run(data, place + 1)
                place += 1 + length
                now = int(bytes_are[data[place]]) if place < end else BLANK
                seen |= kinds_of | now
                if length < 8:
                    break
            while now & (SMALL_LETTER | CAPITAL_LETTER | NUMERAL):
                place += 1
                now = int(bytes_are[data[place]]) if place < end else BLANK
                seen |= now
            if place > start:
                last = int(bytes_are[data[place - 1]])
            if place == start and not first & BEYOND:  # a mark by itself
                now = int(bytes_are[data[place + 1]]) if place + 1 < end else BLANK
                if now & BLANK:
                    starts[found], ends[found], characters[found] = place, place + 1, 1
                    kinds[found] = first >> 8 | between
                    found += 1
                    place += 1
                    continue
            stop = place
            if now & CLOSING and (data[place] != 0x2E or last & (SMALL_LETTER | NUMERAL)):
                stop += 1
                now = int(bytes_are[data[stop]]) if stop < end else BLANK
            letters, numerals = (first | seen) & (SMALL_LETTER | CAPITAL_LETTER), (first | seen) & NUMERAL
            if (
                now & BLANK
                and place > start
                and (last & NUMERAL or not numerals)
                and not exception(data, start, place, table)
                and (stop == place or not exception(data, start, stop, table))
            ):
                kind = WORD
                if letters and numerals:
                    kind, _ = _kind(data, start, place, marks)
                elif letters:
                    kind |= ALPHABETIC
                    if first & CAPITAL_LETTER:
                        kind |= UPPER if not seen & SMALL_LETTER else 0
                        kind |= TITLE if not seen & CAPITAL_LETTER else 0
                starts[found], ends[found], characters[found] = start, place, place - start
                kinds[found] = kind | between
                found += 1
                if stop > place:
                    starts[found], ends[found], characters[found] = place, stop, 1
                    kinds[found] = bytes_are[data[place]] >> 8
                    found += 1
                place = stop
                continue

            while place < end:
                point, size = code_point(data, place)
                if marks[point] & SPACE:
                    break
                place += size
            earlier = found
            low, high, top = start, place, most
            while low < high:  # marks at the ends
                if exception(data, low, high, table) & WHOLE:
                    break
                before = _before(data, low, high, marks)
                rest = low + before
                if before and exception(data, rest, high, table) & WHOLE:
                    starts[found], ends[found] = low, rest
                    found += 1
                    low = rest
                    break
                after = _after(data, rest, high, marks, table)
                rest = high - after
                if after and exception(data, low, rest, table) & WHOLE:
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
            parts = exception(data, low, high, table) & WHOLE
            while parts:
                starts[found], ends[found] = low, low + (parts & 0xFF)
                low = ends[found]
                found += 1
                parts >>= 8
            if low < high:
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

            # Neighbours that together are an exception.
            parted, found, token = found, earlier, earlier
            while token < parted:
                joined, other = token, token + 1
                while other < parted and ends[other] - starts[token] <= LONGEST:
                    if exception(data, starts[token], ends[other], table) == ends[other] - starts[token]:
                        joined = other
                    other += 1
                starts[found], ends[found] = starts[token], ends[joined]
                if ends[found] - starts[found] == 1:
                    kinds[found], characters[found] = bytes_are[data[starts[found]]] >> 8, 1
                else:
                    kinds[found], characters[found] = _kind(data, starts[found], ends[found], marks)
                found += 1
                token = joined + 1
            kinds[earlier] |= between
        bounds[i + 1] = found
    return starts[:found], ends[:found], characters[:found], bounds, kinds[:found]


@kernel
def _run(data: NDArray[np.uint8], place: int) -> tuple[int, int]:
    """How many of eight bytes are letters and digits of ASCII before another comes, and which of those."""
    eight = eight_bytes(data, place)
    ones = np.uint64(0x0101010101010101)
    high, case = ones << np.uint64(7), ones << np.uint64(5)
    plain = eight & ~high
    small = plain | case
    # The highest bit of a byte is set by a sum where the byte is not below a, or 0, and beyond z, or 9.
    letters = (small + ones * np.uint64(0x1F)) & ~(small + ones * np.uint64(0x05)) & ~eight & high
    digits = (plain + ones * np.uint64(0x50)) & ~(plain + ones * np.uint64(0x46)) & ~eight & high
    other = ~(letters | digits) & high
    before = (other & (~other + np.uint64(1))) - np.uint64(1)  # of the first that is neither; all if none is
    lower = (eight & case) << np.uint64(2)
    kinds = SMALL_LETTER if letters & lower & before else 0
    kinds |= CAPITAL_LETTER if letters & ~lower & before else 0
    kinds |= NUMERAL if digits & before else 0
    return int(np.int64((before >> np.uint64(7) & ones) * ones >> np.uint64(56))), kinds


@kernel
def previous(data: NDArray[np.uint8], start: int, place: int) -> tuple[np.int64, int]:
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
    table: NDArray[np.int64],
) -> int:
    """Bytes of the mark, the possessive, the currency or the unit to take off the end; 0 for none."""
    if start >= end:
        return 0
    point, size = previous(data, start, end)
    here = end - size
    if point == 0x2E:
        while here > start and data[here - 1] == 0x2E:
            here -= 1
        if end - here > 1:
            return end - here
        if here == start:
            return 0
        point, size = previous(data, start, here)
        if marks[point] & STOPPED:
            return 1
        if here - size == start:
            return 0
        earlier, _ = previous(data, start, here - size)
        if marks[point] & UPPERCASE and marks[earlier] & UPPERCASE:
            return 1
        degrees = earlier == 0xB0 and (point == 0x46 or point == 0x43 or point == 0x4B)
        return 1 if degrees else 0
    if marks[point] & EDGE:
        twice = point == 0x2026 and here > start and previous(data, start, here)[0] == point
        return size * 2 if twice else size
    if here == start:
        return 0
    if point == 0x73 or point == 0x53:
        point, size = previous(data, start, here)
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
            unit = exception(data, here - 1, end, table) == UNIT
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
            earlier = marks[previous(data, start, place)[0]]
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
def count_sentences(kinds: NDArray[np.uint8], bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sentences of each run of tokens, judged by itself: ``bounds[i]`` to ``bounds[i + 1] - 1`` is one.

    The lines that datatrove's C4QualityFilter keeps are such runs: it parts each of them by itself.
    """
    counts = np.zeros(bounds.size - 1, np.int64)
    for i in range(counts.size):
        ended = False
        for token in range(bounds[i], bounds[i + 1]):
            kind = kinds[token]
            if token == bounds[i] or (ended and (kind & GAP > 0 or kind & (PUNCTUATION | TERMINAL) == 0)):
                counts[i] += 1
                ended = False
            if kind & TERMINAL:
                ended = True
    return counts
