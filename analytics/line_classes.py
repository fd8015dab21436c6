"""What Python and Unicode say of each code point that the signals of lines ask for, as one table."""

from functools import lru_cache
from sys import maxunicode

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import classes

UPPER = 8
"""``str.isupper``."""
DIGIT = 16
"""``str.isdigit``."""
DECIMAL = 32
r"""``str.isdecimal``, which is ``\d`` of a regular expression."""
ALPHANUMERIC = 64
"""``str.isalnum``."""
TERMINAL = 128
"""Ends a sentence in some script: Unicode's property Sentence_Terminal."""


@lru_cache(maxsize=1)
def line_classes() -> NDArray[np.uint8]:
    """Marks of every code point, added up, with those of ``analytics.code_points``, shape (0x110000,).

    All but ``TERMINAL`` are from the running Python's Unicode tables, that one is from those of the package
    ``regex``, since Python has no such property.
    """
    import regex

    every = "".join(map(chr, range(maxunicode + 1)))
    table = classes().copy()
    for mark, asked in (
        (UPPER, str.isupper),
        (DIGIT, str.isdigit),
        (DECIMAL, str.isdecimal),
        (ALPHANUMERIC, str.isalnum),
    ):
        table[np.fromiter(map(asked, every), np.bool_, len(every))] |= mark
    table[[found.start() for found in regex.finditer(r"\p{STerm}", every)]] |= TERMINAL
    table.flags.writeable = False
    return table
