"""RefinedWeb's corrections line by line: what is left of menus, counters and calls to act."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from analytics.c4 import says
from analytics.code_points import SPACE, code_point
from analytics.kernel import kernel
from analytics.line_classes import ALPHANUMERIC, DECIMAL, DIGIT, UPPER, line_classes
from analytics.outside import versions
from analytics.signal import Texts
from analytics.transformation import Transformation

COUNTED = (
    "likes",
    "shares",
    "comments",
    "retweets",
    "reposts",
    "quotes",
    "bookmarks",
    "upvotes",
    "downvotes",
    "downloads",
    "views",
    "followers",
)
CALLS = ("items in cart", "read more", "sign-in")
MOST_UPPER = 0.5
MOST_DIGITS = 0.999999
FEWEST_WORDS = 2
MOST_WORDS = 10
"""Of a line in which a call to act is looked for."""


def edit(texts: Texts) -> Texts:
    """Lines that stay, without calls to act in the short ones."""
    data, offsets = _edit(
        texts.data,
        texts.offsets,
        texts.valid,
        line_classes(),
        _packed(),
        len(COUNTED),
        MOST_UPPER,
        MOST_DIGITS,
    )
    return Texts(data, offsets, texts.valid, texts.lists)


@cache
def _packed() -> NDArray[np.uint8]:
    """``COUNTED`` and then ``CALLS``, each behind its length."""
    phrases = (said.encode() for said in (*COUNTED, *CALLS))
    return np.frombuffer(b"".join(bytes([len(said)]) + said for said in phrases), np.uint8)


@kernel
def _says(data: NDArray[np.uint8], place: int, end: int, packed: NDArray[np.uint8], number: int) -> int:
    """As ``analytics.c4.says``, with the case of letters as regular expressions have it.

    To these the dotless and the dotted i are an i, and the long s is an s.
    """
    phrase = 0
    for _ in range(number):
        phrase += packed[phrase] + 1
    at = place
    for i in range(phrase + 1, phrase + 1 + packed[phrase]):
        if at >= end:
            return 0
        letter = packed[i]
        point, size = code_point(data, at)
        if 0x41 <= point <= 0x5A:
            point |= 0x20
        elif (point == 0x130 or point == 0x131) and letter == 0x69:
            point = np.int64(0x69)
        elif point == 0x17F and letter == 0x73:
            point = np.int64(0x73)
        if point != letter:
            return 0
        at += size
    return at - place


@kernel
def _is_counter(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    classes: NDArray[np.uint8],
    packed: NDArray[np.uint8],
    counted: int,
) -> bool:
    """Whether a line is a number, perhaps with K, M or B, and what it counts, among marks."""
    at, size, point = start, 0, np.int64(0)
    while at < end:
        point, size = code_point(data, at)
        if classes[point] & ALPHANUMERIC or point == 0x5F:
            break
        at += size
    if at == end or not classes[point] & DECIMAL:
        return False
    while at < end:
        point, size = code_point(data, at)
        if not (classes[point] & DECIMAL or point == 0x2C or point == 0x2E):
            break
        at += size
    if at < end and (point | 0x20 == 0x6B or point | 0x20 == 0x6D or point | 0x20 == 0x62 or point == 0x212A):
        at += size
    begin = at
    while at < end:
        point, size = code_point(data, at)
        if not classes[point] & SPACE:
            break
        at += size
    if at == begin:
        return False
    taken = 0
    for number in range(counted):
        taken = max(taken, says(data, at, end, packed, number))
    at += taken
    while taken and at < end:
        point, size = code_point(data, at)
        if classes[point] & ALPHANUMERIC or point == 0x5F:
            return False
        at += size
    return taken > 0


@kernel
def _word_count(data: NDArray[np.uint8], start: int, end: int, classes: NDArray[np.uint8]) -> int:
    count, inside, at = 0, False, start
    while at < end:
        point, size = code_point(data, at)
        space = (classes[point] & SPACE) != 0
        count += inside < (not space)
        inside = not space
        at += size
    return count


@kernel
def _leading(data: NDArray[np.uint8], start: int, end: int, classes: NDArray[np.uint8]) -> int:
    """Where a line's first character stands that is no white space; ``end`` where there is none."""
    at = start
    while at < end:
        point, size = code_point(data, at)
        if not classes[point] & SPACE:
            break
        at += size
    return at


@kernel
def _trailing(data: NDArray[np.uint8], start: int, end: int, classes: NDArray[np.uint8]) -> int:
    """One after a line's last character that is no white space; ``start`` where there is none."""
    last = end
    while last > start:
        begin = last - 1
        while data[begin] & 0xC0 == 0x80:
            begin -= 1
        point, _ = code_point(data, begin)
        if not classes[point] & SPACE:
            break
        last = begin
    return last


@kernel
def _edit(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    packed: NDArray[np.uint8],
    counted: int,
    most_upper: float,
    most_digits: float,
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    n_docs = offsets.size - 1
    edited = np.empty(offsets[-1] - offsets[0], np.uint8)
    places = np.zeros(n_docs + 1, np.int64)
    most = 0
    for i in range(n_docs):
        count = 1
        for place in range(offsets[i], offsets[i + 1]):
            count += data[place] == 0x0A
        most = max(most, count)
    starts, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    written = 0
    for i in range(n_docs):
        places[i + 1] = written
        if not valid[i]:
            continue
        lines, at = 1, written
        starts[0] = written
        for place in range(offsets[i], offsets[i + 1]):
            edited[at] = data[place]
            at += 1
            if data[place] == 0x0A:
                ends[lines - 1] = at - 1
                starts[lines] = at
                lines += 1
        ends[lines - 1] = at

        for step in range(7):
            left = 0
            for line in range(lines):
                start, end = starts[line], ends[line]
                if start < end and step == 3:
                    if _word_count(edited, start, end, classes) < FEWEST_WORDS:
                        continue
                elif start < end and step == 2:
                    if _is_counter(edited, start, end, classes, packed, counted):
                        continue
                elif start < end and step < 2:
                    length, such, at = 0, 0, start
                    while at < end:
                        point, size = code_point(edited, at)
                        such += (classes[point] & (DIGIT if step else UPPER)) != 0
                        length += 1
                        at += size
                    if such / length > (most_digits if step else most_upper):
                        continue
                elif start < end and _word_count(edited, start, end, classes) <= MOST_WORDS:
                    call = counted + step - 4
                    at = start
                    last = start  # what stays of the line is before it
                    while at < end:
                        point, size = code_point(edited, at)
                        begin = at + size if classes[point] & SPACE else at
                        taken = 0
                        if step < 6 or at == start:
                            if step == 6:
                                begin = at
                            taken = _says(edited, begin, end, packed, call)
                        if taken and step == 5:  # three characters of any kind, and then the end
                            three, count = begin + taken, 0
                            while count < 3 and three < end:
                                _, more = code_point(edited, three)
                                three += more
                                count += 1
                            taken = end - begin if count == 3 and three == end else 0
                        if taken:
                            at = begin + taken
                            if step == 6 and at < end:
                                point, size = code_point(edited, at)
                                if classes[point] & SPACE:
                                    at += size
                            continue
                        for _ in range(size):
                            edited[last] = edited[at]
                            last += 1
                            at += 1
                    end = last
                    if _leading(edited, start, end, classes) == end:
                        continue
                starts[left], ends[left] = start, end
                left += 1
            if step == 3:
                lines = left
                continue
            first = 0
            while first < left:
                starts[first] = _leading(edited, starts[first], ends[first], classes)
                if starts[first] < ends[first]:
                    break
                first += 1
            while left > first:
                ends[left - 1] = _trailing(edited, starts[left - 1], ends[left - 1], classes)
                if starts[left - 1] < ends[left - 1]:
                    break
                left -= 1
            lines = 0
            for line in range(first, left):
                starts[lines], ends[lines] = starts[line], ends[line]
                lines += 1

        for line in range(lines):
            if line:
                edited[written] = 0x0A
                written += 1
            for at in range(starts[line], ends[line]):
                edited[written] = edited[at]
                written += 1
        places[i + 1] = written
    return edited[:written], places


TRANSFORMATION = Transformation(
    "refinedweb_lines",
    version=1,
    label="RefinedWeb's line corrections",
    definition=(
        "removes lines over half upper case, of digits alone, that count likes, shares and the like, or of "
        "one word, and deletes items in cart, read more... at the end and sign-in at the start of lines of "
        "up to 10 words"
    ),
    source="Penedo et al. 2023, arXiv:2306.01116, appendix G.2; numbers of mlfoundations/dclm@361714bd",
    edit=edit,
    params={
        "lines": "parted by line feeds, empty ones stay",
        "most_upper": MOST_UPPER,
        "most_digits": MOST_DIGITS,
        "counted": COUNTED,
        "fewest_words": FEWEST_WORDS,
        "calls": ("items in cart", "read more... (any three characters)", "sign-in"),
        "most_words": MOST_WORDS,
        **versions("unicode"),
    },
)
