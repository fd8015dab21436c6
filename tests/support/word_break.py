"""UAX 29's rules for words as patterns of what stands before and after a place; slow and obvious."""

from functools import cache, lru_cache
from itertools import pairwise

import regex

CLASSES = {
    "r": "CR",
    "n": "LF",
    "l": "Newline",
    "e": "Extend",
    "z": "ZWJ",
    "f": "Format",
    "k": "Katakana",
    "h": "Hebrew_Letter",
    "a": "ALetter",
    "s": "Single_Quote",
    "d": "Double_Quote",
    "b": "MidNumLet",
    "m": "MidLetter",
    "c": "MidNum",
    "1": "Numeric",
    "_": "ExtendNumLet",
    "R": "Regional_Indicator",
    "w": "WSegSpace",
    "o": "Other",
}
"""Letters that stand for the classes below; P and A for Other and ALetter that are a picture."""

# Before and after a place where words do not part; @ stands for what WB4 passes over.
JOINED = [
    ("w", "w"),  # WB3d
    ("z", "[PA]"),  # WB3c
    ("[^rnl]", "[ezf]"),  # WB4
    ("[aAh]@", "[aAh]"),  # WB5 and so on, in their order
    ("[aAh]@", "[mbs]@[aAh]"),
    ("[aAh]@[mbs]@", "[aAh]"),
    ("h@", "s"),
    ("h@", "d@h"),
    ("h@d@", "h"),
    ("1@", "1"),
    ("[aAh]@", "1"),
    ("1@", "[aAh]"),
    ("1@[cbs]@", "1"),
    ("1@", "[cbs]@1"),
    ("k@", "k"),
    ("[aAh1k_]@", "_"),
    ("_@", "[aAh1k]"),
    ("(?<!R@)(?:R@R@)*R@", "R"),
]


@cache
def pattern():
    """Of a place where words do not part."""
    sides = ([side.replace("@", "[ezf]*") for side in sides] for sides in JOINED)
    joined = "|".join(f"(?<={before})(?={after})" for before, after in sides)
    return regex.compile(f"(?<=r)(?=n)|(?<![rnl])(?![rnl])(?:{joined})")


@cache
def joined(before, after):
    """Whether words do not part between what stands before and what after."""
    return pattern().match(before + after, len(before)) is not None


def surroundings(classes, place):
    """Of a text, given as classes, as much before and after a place as the patterns look at."""
    start, end = place, place
    for _ in range(3):
        while start and classes[start - 1] in "ezfR":
            start -= 1
        start = max(start - 1, 0)
    for _ in range(2):
        while end < len(classes) and classes[end] in "ezf":
            end += 1
        end += 1
    return classes[start:place], classes[place:end]


@cache
def letter(character):
    """What stands for the class of a character."""
    one = next(one for one, name in CLASSES.items() if regex.match(rf"\p{{WB={name}}}", character))
    if regex.match(r"\p{Extended_Pictographic}", character):
        return {"o": "P", "a": "A"}[one]
    return one


@lru_cache(maxsize=100)
def segments(text):
    """All pieces of a text."""
    classes = "".join(map(letter, text))
    places = (i for i in range(1, len(text)) if not joined(*surroundings(classes, i)))
    return [text[start:end] for start, end in pairwise([0, *places, len(text)])] if text else []


@lru_cache(maxsize=100)
def words(text):
    """The pieces with a letter or a number."""
    return [piece for piece in segments(text) if regex.search(r"[\p{Alphabetic}\p{N}]", piece)]


@lru_cache(maxsize=100)
def words_from_alphanumeric(text):
    """The pieces whose first character is a letter or a number."""
    return [piece for piece in segments(text) if piece[0].isalnum()]
