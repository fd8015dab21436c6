"""What Python says of each code point, as tables that kernels look it up in."""

from functools import lru_cache
from sys import maxunicode
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from analytics.kernel import kernel

SPACE = 1
"""White space: ``str.split`` parts words here."""
BREAK = 2
"""``str.splitlines`` ends a line here; a carriage return with a line feed is one end."""
LETTER = 4
"""``str.isalpha``."""
DIGIT = 8
"""``str.isdigit``."""
ALNUM = 16
"""``str.isalnum``; with the underscore, what ``\\w`` finds in Python's ``re``."""
UPPER = 32
"""``str.isupper``."""
LOWER = 64
"""``str.islower``."""
TITLE = 128
"""Two letters in one, the first upper case (general category Lt)."""

APART = "…⟨⟩"
"""Beyond ASCII, what is counted by itself."""

PLANES = (0, 1, 2, 3, 14)
"""Those of the 17 that hold characters; in the others are noncharacters (U+FFFF is one) and private ones."""


@lru_cache(maxsize=1)
def assigned() -> NDArray[np.uint32]:
    """The code points of ``PLANES`` in order: what Unicode says something of is among them."""
    points = np.concatenate([np.arange(plane << 16, (plane + 1) << 16, dtype=np.uint32) for plane in PLANES])
    points.flags.writeable = False
    return points


@lru_cache(maxsize=1)
def classes() -> NDArray[np.uint8]:
    """Marks of every code point, added up, shape (0x110000,). From the running Python's Unicode tables."""
    characters = assigned().view("U1")
    asked = np.strings
    upper = asked.isupper(characters)
    marks = {
        SPACE: asked.isspace(characters),
        LETTER: asked.isalpha(characters),
        DIGIT: asked.isdigit(characters),
        ALNUM: asked.isalnum(characters),
        UPPER: upper,
        LOWER: asked.islower(characters),
        TITLE: asked.istitle(characters) & ~upper,
    }
    table = np.zeros(maxunicode + 1, dtype=np.uint8)
    for mark, has in marks.items():
        table[assigned()[has]] |= mark
    for point in np.flatnonzero(table & SPACE):  # what ends a line is white space too
        if len(f"{chr(point)}.".splitlines()) == 2:
            table[point] |= BREAK
    table.flags.writeable = False
    return table


@lru_cache(maxsize=1)
def kinds() -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """A partition of the code points: who counts the kinds has counted whatever depends on them.

    Each of ASCII and of ``APART`` is a kind by itself. The others of one kind have the same marks in
    ``classes`` and the same general category, Cn and Co (unassigned and private) taken as one.

    Returns:
        the kind of every code point, shape (0x110000,); and one character of each kind.
    """
    told = np.tile(np.frombuffer(b"Cn", np.uint8).astype(np.int64) & 0x1F, (maxunicode + 1, 1))
    for plane in PLANES:
        points = range(plane << 16, (plane + 1) << 16)
        letters = "".join(map(category, map(chr, points))).replace("Co", "Cn")
        told[points.start : points.stop] = np.frombuffer(letters.encode(), np.uint8).reshape(-1, 2) & 0x1F
    packed = told[:, 0] << 13 | told[:, 1] << 8 | classes()
    alone = [*range(0x80), *map(ord, APART)]
    packed[alone] = np.arange(len(alone)) + (1 << 18)
    present = np.flatnonzero(np.bincount(packed))
    if len(present) > 256:
        raise ValueError(f"there are {len(present)} kinds of code points, and a byte tells 256 apart")
    number = np.zeros(present[-1] + 1, np.uint8)
    number[present] = np.arange(len(present))
    table = number[packed]
    first = np.zeros(len(present), np.int64)
    first[table[::-1]] = np.arange(maxunicode, -1, -1)
    table.flags.writeable = False
    return table, tuple(map(chr, first))


@kernel
def code_point(data: NDArray[np.uint8], place: int) -> tuple[np.int64, int]:
    """The code point that begins at ``place`` of valid UTF-8, and how many bytes it takes."""
    first = np.int64(data[place])
    if first < 0x80:
        return first, 1
    second = np.int64(data[place + 1] & 0x3F)
    if first < 0xE0:
        return (first & 0x1F) << 6 | second, 2
    third = np.int64(data[place + 2] & 0x3F)
    if first < 0xF0:
        return (first & 0x0F) << 12 | second << 6 | third, 3
    return (first & 0x07) << 18 | second << 12 | third << 6 | np.int64(data[place + 3] & 0x3F), 4


@kernel
def reads(data: NDArray[np.uint8], place: int, end: int, packed: int, length: int) -> bool:
    """Whether up to 8 bytes of ASCII, packed little end first and in lower case, stand here in any case."""
    if place + length > end:
        return False
    for i in range(length):
        byte = np.int64(data[place + i])
        if 0x41 <= byte <= 0x5A:
            byte |= 0x20
        if byte != packed >> 8 * i & 0xFF:
            return False
    return True
