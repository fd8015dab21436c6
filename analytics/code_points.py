"""What Python says of each code point, as one table that kernels look it up in."""

from functools import lru_cache
from sys import maxunicode

import numpy as np
from numpy.typing import NDArray

from analytics.kernel import kernel

SPACE = 1
"""White space: ``str.split`` parts words here."""
BREAK = 2
"""``str.splitlines`` ends a line here; a carriage return with a line feed is one end."""
LETTER = 4
"""``str.isalpha``."""


@lru_cache(maxsize=1)
def classes() -> NDArray[np.uint8]:
    """Marks of every code point, added up, shape (0x110000,). From the running Python's Unicode tables."""
    table = np.zeros(maxunicode + 1, dtype=np.uint8)
    for point in range(maxunicode + 1):
        character = chr(point)
        if character.isalpha():
            table[point] = LETTER
        elif character.isspace():  # what ends a line is white space too
            table[point] = SPACE | (BREAK if len(f"{character}.".splitlines()) == 2 else 0)
    table.flags.writeable = False
    return table


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
