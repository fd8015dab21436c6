"""Personal data as Dolma and datatrove find it."""

from string import ascii_letters, digits

import numpy as np
from numpy.typing import NDArray

from analytics.addresses import are_public
from analytics.code_points import ALNUM, SPACE, classes, code_point
from analytics.kernel import kernel
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts

QUESTIONS = 10_000
"""Texts with more question marks than this are not looked at by Dolma."""

OPENING = 1
"""May stand before or behind an address for Dolma: ``. @ , ? ! ; : ( )`` and white space."""
LOCAL = 2
"""``[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]`` of datatrove."""
LABEL = 4
"""``[A-Za-z0-9]``."""

AT, DOT, HYPHEN, LEFT, RIGHT, FEED = 64, 46, 45, 40, 41, 10


def dolma(texts: Texts) -> NDArray[np.int64]:
    """E-mail addresses, telephone numbers and IPv4 addresses of each document, shape (n_docs,)."""
    return _dolma(texts.data, texts.offsets, texts.valid, classes(), _bytes())


def datatrove(texts: Texts) -> NDArray[np.int64]:
    """E-mail addresses and public IPv4 addresses of each document, shape (n_docs,)."""
    counts, documents, numbers = _datatrove(texts.data, texts.offsets, texts.valid, classes(), _bytes())
    counts += np.bincount(documents[are_public(numbers)], minlength=len(texts))
    return counts


def _bytes() -> NDArray[np.uint8]:
    """Marks of every byte, added up, shape (256,)."""
    table = np.zeros(256, np.uint8)
    table[list(b".@,?!;:()")] |= OPENING
    table[[byte for byte in range(128) if chr(byte) in ascii_letters + digits]] |= LOCAL | LABEL
    table[list(b"!#$%&'*+/=?^_`{|}~-")] |= LOCAL
    return table


@kernel
def _space(data: NDArray[np.uint8], place: int, end: int, classes: NDArray[np.uint8]) -> int:
    """How many bytes the white space that begins here takes; 0 where none does."""
    if place >= end:
        return 0
    if data[place] < 0x80:
        return 1 if classes[data[place]] & SPACE else 0
    point, size = code_point(data, place)
    return size if classes[point] & SPACE else 0


@kernel
def _before(data: NDArray[np.uint8], begin: int, place: int, classes: NDArray[np.uint8]) -> int:
    """Marks of the character that ends before ``place``; those of a space where none does."""
    if place <= begin:
        return SPACE
    at = place - 1
    while data[at] & 0xC0 == 0x80 and at > begin:
        at -= 1
    if data[at] == 95:
        return ALNUM
    point, _ = code_point(data, at)
    return int(classes[point])


@kernel
def _octet(data: NDArray[np.uint8], place: int, end: int, greedy: bool) -> int:
    """How many digits of a number up to 255 begin here, 0 for none; all that stand here if not greedy."""
    length = 0
    while place + length < end and length < 4 and 48 <= data[place + length] <= 57:
        length += 1
    if length == 0 or (length > 3 and not greedy):
        return 0
    if length >= 3:
        number = (data[place] - 48) * 100 + (data[place + 1] - 48) * 10 + (data[place + 2] - 48)
        return 3 if number <= 255 else (2 if greedy else 0)
    return length


@kernel
def _ipv4(data: NDArray[np.uint8], begin: int, dot: int, end: int) -> tuple[int, int]:
    """First byte and one after the last of the address whose first dot this is; ``dot`` twice for none.

    What stands before and behind is not looked at: 1234.5.6.789 holds 234.5.6.78.
    """
    start = dot
    while start > begin and dot - start < 3 and 48 <= data[start - 1] <= 57:
        start -= 1
    while start < dot and _octet(data, start, dot, False) == 0:
        start += 1
    if start == dot:
        return dot, dot
    place = dot
    for k in range(3):
        if place >= end or data[place] != DOT:
            return dot, dot
        length = _octet(data, place + 1, end, k == 2)
        if length == 0:
            return dot, dot
        place += 1 + length
    return start, place


@kernel
def _phone(data: NDArray[np.uint8], place: int, end: int) -> int:
    """Where a telephone number of Dolma's that begins here, behind white space, ends; ``place`` for none."""
    at = place
    if at < end and data[at] == LEFT:
        at += 1
    for part in range(3):
        size = 4 if part == 2 else 3
        if at + size > end:
            return place
        for k in range(size):
            if not 48 <= data[at + k] <= 57:
                return place
        at += size
        if part == 0:
            if at < end and data[at] == RIGHT:
                at += 1
            while at < end and (data[at] == HYPHEN or data[at] == DOT or data[at] == 32):
                at += 1
        elif part == 1 and at < end and (data[at] == HYPHEN or data[at] == DOT or data[at] == 32):
            at += 1
    return at


@kernel
def _dolma(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    marks: NDArray[np.uint8],
) -> NDArray[np.int64]:
    counts = np.zeros(offsets.size - 1, np.int64)
    for i in range(counts.size):
        end = offsets[i + 1]
        begin = offsets[i] if valid[i] else end
        questions = 0
        for place in range(begin, end):
            questions += data[place] == 63
        if questions > QUESTIONS:
            continue
        line = begin
        while line < end:
            after = line
            while after < end and data[after] != FEED:
                after += 1
            after = min(after + 1, end)
            counts[i] += _dolma_line(data, line, after, classes, marks)
            line = after
    return counts


@kernel
def _dolma_line(
    data: NDArray[np.uint8], begin: int, end: int, classes: NDArray[np.uint8], marks: NDArray[np.uint8]
) -> int:
    """Matches in one line, which ends with its line feed."""
    count, address, phone, signs = 0, begin, begin, 0
    place = begin
    while place < end:
        byte = data[place]
        size = 1 if byte < 0x80 else max(_space(data, place, end, classes), 1)
        if byte == AT:
            signs += 1
        elif byte == DOT:
            if place >= address:
                start, after = _ipv4(data, address, place, end)
                if after > start:
                    count += 1
                    address = after
        elif place >= phone and place + size < end:
            following = data[place + size]
            if (48 <= following <= 57 or following == LEFT) and _space(data, place, end, classes):
                after = _phone(data, place + size, end)
                if after > place + size:
                    count += 1
                    phone = after
        place += size
    return count + _dolma_emails(data, begin, end, classes, marks) if signs else count


@kernel
def _dolma_emails(
    data: NDArray[np.uint8], begin: int, end: int, classes: NDArray[np.uint8], marks: NDArray[np.uint8]
) -> int:
    """Addresses in one line.

    A match is what opens it, as long as can be, then characters that are neither white space nor @, the @,
    and its domain. Where none follows what opens it, the last @ within that is taken that can be one.
    """
    count, place = 0, begin
    while place < end:
        within, at = -1, place
        while at < end:
            size = _space(data, at, end, classes)
            if not size and not marks[data[at]] & OPENING:
                break
            led = data[at] == AT and at > place and data[at - 1] != AT
            if led and not _before(data, place, at, classes) & SPACE:
                within = at if _domain(data, at, end, classes, marks)[0] else within
            at += max(size, 1)
        start = at
        while at < end and data[at] != AT:
            if _space(data, at, end, classes):
                break
            at += 1
        after, dotted = 0, False
        if start < at < end and data[at] == AT:
            after, dotted = _domain(data, at, end, classes, marks)
        if after == 0 and within >= 0:
            after, dotted = _domain(data, within, end, classes, marks)
            dotted = dotted and data[within - 1] != LEFT
        count += dotted
        place = after if after else at
    return count


@kernel
def _domain(
    data: NDArray[np.uint8], at: int, end: int, classes: NDArray[np.uint8], marks: NDArray[np.uint8]
) -> tuple[int, bool]:
    """Where a match with its @ at ``at`` ends, 0 where there is none, and whether its domain has a dot."""
    place, dots = at + 1, 0
    while place < end and not _space(data, place, end, classes):
        if data[place] == DOT:
            dots += 1
        elif marks[data[place]] & OPENING:
            break
        place += 1
    if place == at + 1 or place >= end:
        return 0, False
    size = _space(data, place, end, classes)
    if size == 0:
        after = _space(data, place + 1, end, classes)
        return (place + 1 + after, dots > 0) if after else (0, False)
    if data[place - 1] == DOT and place > at + 2:
        return place + size, dots > 1
    return place + size + _space(data, place + size, end, classes), dots > 0


@kernel
def _datatrove(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    marks: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """E-mail addresses a document; document and number (-1: a zero too many) of each other address."""
    counts = np.zeros(offsets.size - 1, np.int64)
    found, room = 0, 1_024
    documents, numbers = np.empty(room, np.int64), np.empty(room, np.int64)
    for i in range(counts.size):
        end = offsets[i + 1]
        begin = offsets[i] if valid[i] else end
        free = begin  # where the last e-mail address ended
        while free < end:
            start, after, at = end, end, free
            while at < end:  # the next e-mail address
                if data[at] == AT:
                    first, last = _email(data, begin, free, at, end, classes, marks)
                    if last > 0:
                        counts[i] += 1
                        start, after = first, last
                        break
                at += 1
            place = free
            while place < start:  # other addresses before it
                if data[place] == DOT:
                    one, two = _ipv4(data, free, place, start)
                    if two > one:
                        if found == room:
                            room *= 2
                            documents, numbers = np.append(documents, documents), np.append(numbers, numbers)
                        documents[found], numbers[found] = i, _as_number(data, one, two)
                        found += 1
                        place = free = two
                        continue
                place += 1
            free = after
    return counts, documents[:found], numbers[:found]


@kernel
def _as_number(data: NDArray[np.uint8], start: int, end: int) -> np.int64:
    """An address as a number; -1 where an octet begins with a zero that it need not have."""
    number, octet = np.int64(0), np.int64(0)
    for place in range(start, end):
        if data[place] == DOT:
            number, octet = number << 8 | octet, np.int64(0)
        else:
            first = place == start or data[place - 1] == DOT
            if first and data[place] == 48 and place + 1 < end and data[place + 1] != DOT:
                return np.int64(-1)
            octet = octet * 10 + (data[place] - 48)
    return number << 8 | octet


@kernel
def _email(
    data: NDArray[np.uint8],
    begin: int,
    free: int,
    at: int,
    end: int,
    classes: NDArray[np.uint8],
    marks: NDArray[np.uint8],
) -> tuple[int, int]:
    """Where the e-mail address about this @ begins, not before ``free``, and ends; 0 for none."""
    start = at
    while start > free:
        byte = data[start - 1]
        dot = byte == DOT and start < at and data[start] != DOT and start - 1 > free
        if not (marks[byte] & LOCAL or (dot and marks[data[start - 2]] & LOCAL)):
            break
        start -= 1
    while start < at:  # the first edge of a word
        if data[start] != DOT:
            word = classes[data[start]] & ALNUM or data[start] == 95
            if (word != 0) != (_before(data, begin, start, classes) & ALNUM != 0):
                break
        start += 1
    if start == at:
        return 0, 0
    place = at + 1
    if place < end and data[place] == 91:  # [
        return start, _literal(data, place + 1, end, marks)
    labels = 0
    while place < end and marks[data[place]] & LABEL:
        label = place
        while place < end and (marks[data[place]] & LABEL or data[place] == HYPHEN):
            place += 1
        more = place + 1 < end and data[place] == DOT and marks[data[place + 1]] & LABEL
        if more and data[place - 1] != HYPHEN:
            labels += 1
            place += 1
            continue
        while data[place - 1] == HYPHEN and place > label:
            place -= 1
        break
    return (start, place) if labels else (0, 0)


@kernel
def _literal(data: NDArray[np.uint8], place: int, end: int, marks: NDArray[np.uint8]) -> int:
    """Where the address between brackets that begins here ends; 0 where there is none.

    Three octets, then a fourth or, as the expression has it, letters and a colon.
    """
    for _ in range(3):
        length = _octet(data, place, end, False)
        if length == 0 or place + length >= end or data[place + length] != DOT:
            return 0
        place += length + 1
    last = _octet(data, place, end, False)
    if last and place + last < end and data[place + last] == 93:
        return place + last + 1
    while place < end and (marks[data[place]] & LABEL or data[place] == HYPHEN):
        last = data[place]
        place += 1
    closed = place + 1 < end and data[place] == 58 and data[place + 1] == 93
    return place + 2 if closed and marks[last] & LABEL else 0


FAMILY = Family(
    "personal_peers",
    version=2,
    signals=(
        Signal(
            "pii_spans",
            "matches",
            0,
            None,
            "Dolma's tagger pii_regex_with_counts_fast_v2 (allenai/dolma@669f5348)",
            dolma,
            variant="dolma",
            type="integer",
            definition="e-mail addresses before white space, telephone numbers of three, three and four "
            "digits behind white space, and IPv4 addresses, line by line; 0 where there are more than "
            "10,000 question marks",
        ),
        Signal(
            "pii_spans",
            "matches",
            0,
            None,
            "datatrove's PIIFormatter (huggingface/datatrove@a649de79)",
            datatrove,
            variant="datatrove",
            type="integer",
            definition="e-mail addresses and public IPv4 addresses, wherever they stand",
        ),
    ),
    params={"question_marks": QUESTIONS, "digits": "0-9", **versions("unicode")},
    default=False,
)
