"""The script of each letter, as one table that kernels look it up in."""

from functools import lru_cache
from sys import maxunicode
from typing import Any
from unicodedata import name

import numpy as np
from numpy.typing import NDArray

OTHERWISE = {
    "ANATOLIAN": "Anatolian_Hieroglyphs",
    "CANADIAN": "Canadian_Aboriginal",
    "CJK": "Han",
    "EGYPTIAN": "Egyptian_Hieroglyphs",
    "IDEOGRAPHIC": "Han",
    "MEROITIC": "Meroitic_Hieroglyphs",
}
"""First word of a letter's name -> its script, where the name does not begin with the script's."""


@lru_cache(maxsize=1)
def scripts() -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """The script of every letter.

    A script is looked for under the first words of a letter's name, and holds for the letters that follow as
    far as Unicode's property Script, of the package ``regex``, says so: some 250 runs of letters, 80 ms.

    Returns:
        number of the script of every code point, shape (0x110000,), 0 where it is no letter or belongs to no
        single script; and the scripts' names, the first of them empty.
    """
    import regex

    points = np.arange(maxunicode + 1, dtype="<u4")
    points = points[np.strings.isalpha(points.view("U1"))]
    letters = points.tobytes().decode("utf-32-le")
    known = [regex.compile(r"[\p{Script=Common}\p{Script=Inherited}]+")]
    names = [""]
    table = np.zeros(maxunicode + 1, np.uint8)
    place = 0
    while place < len(letters):
        ends = (found.end() if (found := pattern.match(letters, place)) else place for pattern in known)
        number, end = next(((i, end) for i, end in enumerate(ends) if end > place), (len(known), place))
        if number == len(known):
            script, pattern = _script(letters[place])
            known.append(pattern)
            names.append(script)
            end = pattern.match(letters, place).end()
        table[points[place:end]] = number
        place = end
    table.flags.writeable = False
    return table, tuple(names)


def _script(letter: str) -> tuple[str, Any]:
    """Name of a letter's script, and what finds letters of it.

    Raises:
        ValueError: Unicode has a script that is not named as its letters are.
    """
    import regex

    words = name(letter).replace("-", " ").split()
    said = ["_".join(words[:n]).title() for n in range(1, 4)]
    for script in [*said, *(OTHERWISE[word] for word in words[:1] if word in OTHERWISE)]:
        try:
            pattern = regex.compile(rf"\p{{Script={script}}}+")
        except regex.error:
            continue
        if pattern.match(letter):
            return script, pattern
    raise ValueError(f"the script of {name(letter)} is not known")
