"""What Python and Unicode say of each code point that the signals of lines ask for, as one table."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analytics import code_points
from analytics.code_points import BREAK, SPACE, assigned, classes

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
    """Marks of every code point but ``TERMINAL``, added up, from the running Python's Unicode tables.

    With ``SPACE`` and ``BREAK`` of ``analytics.code_points``.

    Returns:
        shape (0x110000,), not to be written.
    """
    known = classes()
    table = known & np.uint8(SPACE | BREAK)
    table[known & code_points.UPPER > 0] |= UPPER
    table[known & code_points.DIGIT > 0] |= DIGIT
    table[known & code_points.ALNUM > 0] |= ALPHANUMERIC
    points = assigned()
    table[points[np.strings.isdecimal(points.view("U1"))]] |= DECIMAL
    table.flags.writeable = False
    return table


@lru_cache(maxsize=1)
def ending_classes() -> NDArray[np.uint8]:
    """``line_classes`` with ``TERMINAL``: of the package ``regex``, since Python has no such property."""
    import regex

    table = line_classes().copy()
    points = assigned()
    every = points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    table[points[[found.start() for found in regex.finditer(r"\p{STerm}", every)]]] |= TERMINAL
    table.flags.writeable = False
    return table
