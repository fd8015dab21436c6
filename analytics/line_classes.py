"""What Python and Unicode say of each code point that the signals of lines ask for, as one table."""

from functools import lru_cache
from sys import maxunicode

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import BREAK, SPACE, classes

UPPER = 4
"""``str.isupper``."""
DIGIT = 8
"""``str.isdigit``."""
DECIMAL = 16
r"""``str.isdecimal``, which is ``\d`` of a regular expression."""
ALPHANUMERIC = 32
"""``str.isalnum``."""
TERMINAL = 64
"""Ends a sentence in some script: Unicode's property Sentence_Terminal."""


@lru_cache(maxsize=1)
def line_classes() -> NDArray[np.uint8]:
    """Marks of every code point, added up, with ``SPACE`` and ``BREAK`` of ``analytics.code_points``.

    All but ``TERMINAL`` are from the running Python's Unicode tables, that one is from those of the package
    ``regex``, since Python has no such property.

    Returns:
        shape (0x110000,), not to be written.
    """
    import regex

    points = np.arange(maxunicode + 1, dtype=np.uint32).view("U1")
    table = classes() & np.uint8(SPACE | BREAK)
    table[np.strings.isupper(points)] |= UPPER
    table[np.strings.isdigit(points)] |= DIGIT
    table[np.strings.isdecimal(points)] |= DECIMAL
    table[np.strings.isalnum(points)] |= ALPHANUMERIC
    every = np.arange(maxunicode + 1, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    table[[found.start() for found in regex.finditer(r"\p{STerm}", every)]] |= TERMINAL
    table.flags.writeable = False
    return table
