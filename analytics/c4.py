"""C4's rules on lines, as datatrove codes them: one pass says of each line what the rules ask.

Source: Raffel et al. 2020 (JMLR 21:140), section 2.2, in the form of datatrove's C4QualityFilter
(huggingface/datatrove@a649de79): lines by ``str.splitlines``, at least 3 words, ``'`` ends a sentence too.
The order is theirs and matters: a line that an earlier rule removed cannot condemn its page.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import BREAK, SPACE, code_point
from analytics.kernel import kernel
from analytics.line_classes import DECIMAL, line_classes
from analytics.signal import Texts

LONGEST_WORD = 1_000
"""Characters; a line with a longer word is removed."""

FEWEST_WORDS = 3
"""Words between white space that a line needs, counted before citations are deleted."""

CITATIONS = ("[digits]", "[]", "[edit]", "[citation needed]")
ENDS = (".", "?", "!", '"', "'")
POLICIES = (
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
)

TERMINATED = 1
"""The line ends with one of ``ENDS`` and not with an ellipsis of three full stops."""
LOREM = 2
"""It says ``lorem ipsum`` in any case."""
JAVASCRIPT = 4
"""It says ``javascript`` in any case."""
CURLY = 8
"""It holds an opening curly bracket."""
POLICY = 16
"""It says one of ``POLICIES`` in any case."""
CITED = 32
"""A mark of citation was deleted in it."""


@dataclass(frozen=True)
class Lines:
    """The lines that are long enough and have no word too long, their citations deleted.

    Attributes:
        texts: the lines, each as a text of its own; a document's follow one another.
        starts, ends: where each, stripped, stands in the bytes that it came from, shape (n_lines,).
        characters: code points of each, shape (n_lines,).
        marks: what is true of each, shape (n_lines,).
        bounds: the lines of document ``i`` are ``bounds[i]`` to ``bounds[i + 1] - 1``, shape (n_docs + 1,).
        nonblank: lines of each document that are more than white space, shape (n_docs,).
        javascript, policy: those among them that say so, whatever else is true of them, shape (n_docs,).
    """

    texts: Texts
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    characters: NDArray[np.int64]
    marks: NDArray[np.uint8]
    bounds: NDArray[np.int64]
    nonblank: NDArray[np.int64]
    javascript: NDArray[np.int64]
    policy: NDArray[np.int64]

    def kept(self, terminated: bool) -> NDArray[np.bool_]:
        """Whether each line stays, with or without the rule on how it ends, shape (n_lines,)."""
        stays: NDArray[np.bool_] = self.reached(terminated) & (self.marks & (JAVASCRIPT | POLICY) == 0)
        return stays

    def reached(self, terminated: bool) -> NDArray[np.bool_]:
        """Whether each line is still there when the page is judged by what it says, shape (n_lines,)."""
        if not terminated:
            return np.ones(self.marks.shape, dtype=bool)
        there: NDArray[np.bool_] = (self.marks & TERMINATED) != 0
        return there

    def sums(self, values: NDArray[np.int64] | NDArray[np.bool_]) -> NDArray[np.int64]:
        """Sum of a number a line over each document, shape (n_docs,)."""
        total = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
        return np.diff(total[self.bounds])


def c4_lines(texts: Texts) -> Lines:
    """What C4's rules ask of each line; a view for ``texts.once``."""
    data, offsets, starts, ends, characters, marks, *counts = _judge(
        texts.data, texts.offsets, texts.valid, line_classes(), _kinds(), packed_phrases(), _ends()
    )
    found = Texts(data, offsets, np.ones(marks.shape, dtype=bool))
    return Lines(found, starts, ends, characters, marks, *counts)


def kept_text(texts: Texts, terminated: bool) -> Texts:
    """The lines that stay, joined by line feeds, without white space around the whole.

    Args:
        texts: any; what is not valid stays so and has no bytes.
        terminated: whether a line must end as a sentence does.
    """
    lines = texts.once(c4_lines)
    data, offsets = _join(
        lines.texts.data, lines.texts.offsets, lines.kept(terminated), lines.bounds, line_classes()
    )
    return Texts(data, offsets, texts.valid, texts.lists)


KELVIN = 0x212A
"""The sign for kelvin, the one other character whose lower case is an ASCII letter."""

PHRASES = ("javascript", "lorem ipsum", *POLICIES, "[edit]", "[citation needed]")


def packed_phrases() -> NDArray[np.uint8]:
    """``PHRASES`` one after the other, each behind its length."""
    return np.frombuffer(b"".join(bytes([len(said)]) + said.encode() for said in PHRASES), np.uint8)


def _ends() -> NDArray[np.uint8]:
    return np.frombuffer("".join(ENDS).encode(), np.uint8)


@kernel
def says(data: NDArray[np.uint8], place: int, end: int, packed: NDArray[np.uint8], number: int) -> int:
    """How many bytes a phrase takes that stands at ``place``, in any case; 0 where it does not stand there.

    Args:
        data: UTF-8.
        place: where the phrase must begin.
        end: what it must not reach over.
        packed: lower-case ASCII phrases, each behind its length.
        number: of the phrase among them.
    """
    phrase = 0
    for _ in range(number):
        phrase += packed[phrase] + 1
    at = place
    for i in range(phrase + 1, phrase + 1 + packed[phrase]):
        if at >= end:
            return 0
        byte, letter = data[at], packed[i]
        if byte == letter or (0x61 <= letter <= 0x7A and byte == letter - 0x20):
            at += 1
        elif (
            letter == 0x6B and byte == 0xE2 and at + 2 < end and data[at + 1] == 0x84 and data[at + 2] == 0xAA
        ):
            at += 3  # KELVIN
        else:
            return 0
    return at - place


@kernel
def _citation(
    data: NDArray[np.uint8],
    place: int,
    end: int,
    classes: NDArray[np.uint8],
    packed: NDArray[np.uint8],
) -> int:
    """How many bytes a mark of citation takes that stands at ``place``; 0 where none does."""
    at = place + 1
    while at < end and data[at] != 0x5D:
        point, size = code_point(data, at)
        if not classes[point] & DECIMAL:
            break
        at += size
    if at < end and data[at] == 0x5D:
        return at + 1 - place
    for number in (8, 9):  # in lower case only
        taken = says(data, place, end, packed, number)
        if taken:
            for i in range(place, place + taken):
                if 0x41 <= data[i] <= 0x5A or data[i] > 0x7F:
                    return 0
            return taken
    return 0


@kernel
def _asks(data: NDArray[np.uint8], start: int, place: int, end: int, packed: NDArray[np.uint8]) -> int:
    """The marks that a line gets for what stands around ``place``.

    Each phrase is looked for at a letter that is rare in it, and may begin before ``place`` but not before
    ``start``.
    """
    byte = data[place]
    if byte == 0x7B:
        return CURLY
    if byte == 0x6A or byte == 0x4A:  # j
        return JAVASCRIPT if says(data, place, end, packed, 0) else 0
    if byte == 0x76 or byte == 0x56:  # pri v acy
        return POLICY if place - 3 >= start and says(data, place - 3, end, packed, 3) else 0
    if byte == 0x6D or byte == 0x4D:  # lore m, ter m s
        if place - 4 >= start and says(data, place - 4, end, packed, 1):
            return LOREM
        return POLICY if place - 3 >= start and says(data, place - 3, end, packed, 2) else 0
    if place - 1 < start or (data[place - 1] | 0x20) != 0x6F:  # coo k ie; the sign for kelvin ends in 0xAA
        return 0
    for number, before in ((4, 3), (5, 8), (6, 10), (7, 7)):
        if place - before >= start and says(data, place - before, end, packed, number):
            return POLICY
    return 0


ASKED = 1
"""Of a byte: ``_asks`` has a question here."""
OTHER = 2
"""White space, an opening square bracket, or no ASCII."""


@cache
def _kinds() -> NDArray[np.uint8]:
    """``ASKED`` or ``OTHER`` of each byte where one is true, shape (256,)."""
    kinds = np.zeros(256, dtype=np.uint8)
    kinds[list(b"jJvVmMkK{")] = ASKED
    kinds[0x80:] = OTHER
    kinds[0x5B] = OTHER
    kinds[[byte for byte in range(0x80) if chr(byte).isspace()]] = OTHER
    return kinds


@kernel
def _judge(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    kinds: NDArray[np.uint8],
    packed: NDArray[np.uint8],
    ends: NDArray[np.uint8],
) -> tuple[
    NDArray[np.uint8],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.uint8],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
]:
    n_docs = offsets.size - 1
    size_of_all = offsets[-1] - offsets[0]
    clean = np.empty(size_of_all, np.uint8)
    most = size_of_all // (2 * FEWEST_WORDS - 1) + 1  # three words take five bytes
    begins, marks = np.zeros(most + 1, np.int64), np.empty(most, np.uint8)
    firsts, lasts, lengths = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    bounds = np.zeros(n_docs + 1, np.int64)
    nonblank, javascript = np.zeros(n_docs, np.int64), np.zeros(n_docs, np.int64)
    policy = np.zeros(n_docs, np.int64)
    found = 0
    written = 0
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            place = end
        while place < end:
            first, last = place, place  # of what is not white space
            words, longest, said = 0, 0, 0
            word = place  # where the present word began
            wide, before, inside = (
                0,
                0,
                0,
            )  # bytes that begin no character: of the line, up to the word, stripped
            outside = 0
            bracket = False
            while True:
                plain, stop = np.uint64(place), np.uint64(end)
                while plain < stop and kinds[data[plain]] == 0:
                    plain += np.uint64(1)
                place = int(np.int64(plain))
                if place < end:
                    byte = data[place]
                    kind = kinds[byte]
                    if kind == ASKED:
                        said |= _asks(data, first if words else word, place, end, packed)
                        place += 1
                        continue
                    mark, size = SPACE, 1
                    if byte != 0x20:
                        point = np.int64(byte)
                        if byte >= 0x80:
                            point, size = code_point(data, place)
                            wide += size - 1
                        mark = classes[point]
                        if not mark & SPACE:
                            bracket |= byte == 0x5B
                            if point == KELVIN:
                                said |= _asks(data, first if words else word, place, end, packed)
                            place += size
                            continue
                else:
                    mark, size = BREAK, 0
                ended = wide - (size - 1 if size else 0)  # up to this white space
                if place > word:
                    if words == 0:
                        first, outside = word, before
                    words += 1
                    longest = max(longest, place - word - (ended - before))
                    last, inside = place, ended - outside
                if mark & BREAK:
                    break
                place += size
                word, before = place, wide
            if place < end:
                if data[place] == 0x0D and place + 1 < end and data[place + 1] == 0x0A:
                    place += 1
                _, size = code_point(data, place)
                place += size
            if words == 0:
                continue
            nonblank[i] += 1
            javascript[i] += (said & JAVASCRIPT) != 0
            policy[i] += (said & POLICY) != 0
            if words < FEWEST_WORDS or longest > LONGEST_WORD:
                continue
            begin = written
            at = first
            while bracket and at < last:
                taken = 0
                if data[at] == 0x5B:
                    taken = _citation(data, at, last, classes, packed)
                if taken == 0:
                    clean[written] = data[at]
                    written += 1
                    taken = 1
                at += taken
            if not bracket:
                to, of = np.uint64(written), np.uint64(first)
                for k in range(np.uint64(last - first)):  # unsigned places are none from the end
                    clean[to + k] = data[of + k]
                written += last - first
            length = last - first - inside
            if written - begin < last - first:
                said, length = CITED, 0
                for at in range(begin, written):
                    length += clean[at] & 0xC0 != 0x80
                    if kinds[clean[at]] == ASKED or clean[at] == 0xE2:
                        said |= _asks(clean, begin, at, written, packed)
            if written > begin:
                for mark in ends:
                    if clean[written - 1] == mark:
                        said |= TERMINATED
                full_stops = 0
                while (
                    full_stops < 3
                    and written - full_stops > begin
                    and clean[written - 1 - full_stops] == 0x2E
                ):
                    full_stops += 1
                if full_stops == 3:
                    said &= ~TERMINATED
            marks[found], firsts[found], lasts[found], lengths[found] = said, first, last, length
            found += 1
            begins[found] = written
        bounds[i + 1] = found
    places = (begins[: found + 1], firsts[:found], lasts[:found], lengths[:found])
    return clean[:written], *places, marks[:found], bounds, nonblank, javascript, policy


@kernel
def _join(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    kept: NDArray[np.bool_],
    bounds: NDArray[np.int64],
    classes: NDArray[np.uint8],
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Kept lines joined by line feeds, each document without white space around it."""
    n_docs = bounds.size - 1
    joined = np.empty(data.size + kept.size, np.uint8)
    places = np.zeros(n_docs + 1, np.int64)
    written = 0
    for i in range(n_docs):
        begin = written
        for line in range(bounds[i], bounds[i + 1]):
            if not kept[line]:
                continue
            start, end = offsets[line], offsets[line + 1]
            if written > begin:
                joined[written] = 0x0A
                written += 1
            else:
                while start < end:
                    point, size = code_point(data, start)
                    if not classes[point] & SPACE:
                        break
                    start += size
            for k in range(end - start):
                joined[written + k] = data[start + k]
            written += end - start
        while written > begin:
            last = written - 1
            while joined[last] & 0xC0 == 0x80:
                last -= 1
            point, _ = code_point(joined, last)
            if not classes[point] & SPACE:
                break
            written = last
        places[i + 1] = written
    return joined[:written], places
