"""English words that the marks in them do not part, or that part without a mark, as spaCy's rules have them.

Each rule says how a kind of exception is made; the list is what the rules make. Learnt from what
``spacy.blank("en")`` of spaCy 3.8.18 does with words of these kinds.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from analytics.kernel import kernel

LONGEST = 31
"""Bytes of the longest exception, at most."""
WHOLE = (1 << 24) - 1
"""Where the bytes of an exception's parts stand."""
UNIT = 1 << 24
"""What is found is a digit with a unit of measure, no exception."""
GATES = 1 << 14
SLOTS = 1 << 13
BASIS = 0x4BF29CE484222325  # of a hash like FNV-1a
PRIME = 0x100000001B3


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PRONOUNS = _words("i you he she it we they")
POINTERS = _words("that this these those there")
QUESTIONS = _words("who what when where why how")
WITH_HAVE = _words("ca could did do does had may might must need ought sha should wo would")
"""Their negation may have a have: couldn't've."""
NEGATED = (*WITH_HAVE, *_words("ai are dare has have is was were"))
UNITS = _words(
    "km km² km³ m m² m³ dm dm² dm³ cm cm² cm³ mm mm² mm³ ha µm nm yd in ft kg g mg µg t lb oz m/s km/h kmh "
    "mph hPa Pa mbar mb MB kb KB gb GB tb TB T G M K %"
)


def _contractions() -> Iterator[tuple[str, ...]]:
    """Lower-case words in their parts, with the apostrophe ``'``: he'd've is he 'd 've."""
    for word in PRONOUNS + POINTERS + QUESTIONS:
        yield from ((word, end) for end in ("'ll", "'d", "'s"))
        yield from ((word, end, "'ve") for end in ("'ll", "'d"))
    for word in (*_words("you we they there these those"), *QUESTIONS):
        yield from ((word, end) for end in ("'re", "'ve"))
    for word in NEGATED:
        yield word, "n't"
    for word in WITH_HAVE:
        yield word, "n't", "'ve"
    yield from ((word, "'ve") for word in _words("i could might must should would not"))
    yield "i", "'m"
    yield "i", "'m", "a"
    yield "let", "'s"


# Without their apostrophe these are other words, or are left whole for another reason.
OTHER_WORDS = {"ill", "hell", "shell", "well", "shed", "its", "were", "whore", "lets"} | {
    f"{word}s" for word in _words("i you we they these those")
}
TITLES = _words("Adm Bros Co co Corp Dr Gen Gov Inc Jr Ltd Messrs Mr Mrs Ms Mt Ph.D Prof Rep Rev Sen St")
STATES = _words(
    "Ala Ariz Ark Calif Colo Conn D.C Del Fla Ga Ia Ill Ind Kan Kans Ky La Mass Md Mich Minn Miss Mo Mont "
    "N.C N.D N.H N.J N.M N.Y Neb Nebr Nev Okla Ore Pa S.C Tenn Va Wash Wis"
)
LATIN = _words("a.m p.m e.g E.g E.G i.e I.e I.E v.s vs")
MONTHS = _words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec")
SLANG = _words("'em 'bout 'cause 'Cause 'cos 'Cos 'nuff 's 'S 'd 're 'll ma'am o'clock")
"""Also with the apostrophe ``’``."""
OTHERS = _words("'' w/o and/or C++")
CLIPPED = _words("doin goin havin lovin nothin nuthin ol")
"""With an apostrophe at the end."""


def _faces() -> Iterator[str]:
    """Emoticons of eyes, perhaps a nose, and a mouth."""
    for nose in ("", "-"):
        yield from (f":{nose}{mouth}" for mouth in (*")(]}DPpoO0/|*3xX>", "))", "((", ")))", "((("))
        yield from (f"{mouth}{nose}:" for mouth in ")([")
        yield from (f":'{nose}{mouth}" for mouth in ")(")
        yield from (f";{nose})", f";{nose}D", f"({nose};", f"8{nose})")
    yield from (f"={mouth}" for mouth in ")(][D/|3")
    yield from (
        ":o)",
        "(o:",
        "(=",
        ":1",
        "<3",
        "<33",
        "<333",
        "</3",
        "(-8",
        "._.",
        "^_^",
        "^__^",
        "-_-",
        "-__-",
        ">.<",
        ";_;",
    )


def exception_parts() -> dict[str, tuple[str, ...]]:
    """Every exception, with the parts it is parted in."""
    found: dict[str, tuple[str, ...]] = {}

    def add(*parts: str) -> None:
        found["".join(parts)] = parts

    for parts in _contractions():
        for first in (parts[0], parts[0].capitalize()):
            for mark in "'’":
                add(first, *(part.replace("'", mark) for part in parts[1:]))
            bare = [part.replace("'", "") for part in parts[1:]]
            if "".join((parts[0], *bare)) not in OTHER_WORDS:
                add(first, *bare)
    for parts in (("can", "not"), ("gon", "na"), ("got", "ta")):
        add(*parts)
        add(parts[0].capitalize(), *parts[1:])
    for mark in "'’":
        add(f"y{mark}", "all")
        add(f"c{mark}m", "on")
        add(f"C{mark}m", "on")
    for hour, half in product(range(1, 13), ("am", "pm", "a.m.", "p.m.")):
        add(str(hour), half)
    for word in (*MONTHS, *STATES, *TITLES, *LATIN, *"abcdefghijklmnopqrstuvwxyz"):
        add(f"{word}.")
    for word, mark in product(CLIPPED, "'’"):
        add(word + mark)
        add(word.capitalize() + mark)
    for word in (*SLANG, *(word.replace("'", "’") for word in SLANG), *OTHERS, *_faces()):
        add(word)
    return found


@lru_cache(maxsize=1)
def exceptions() -> NDArray[np.int64]:
    """The exceptions, then each digit with each unit, as one table for kernels.

    Returns:
        shape (GATES + 2 * SLOTS,). First, by seven bits of the first and of the last byte of a word,
        one bit for each length in bytes that there is. Then the digest of the word that lies in each slot, 0
        for none. Then the bytes of its parts, eight bits each, the first part's lowest; ``UNIT`` for a unit.
    """
    table = np.zeros(GATES + 2 * SLOTS, np.int64)
    units = {f"{digit}{unit}": () for digit in range(10) for unit in UNITS}
    for text, parts in (exception_parts() | units).items():
        word = text.encode()
        table[(word[0] & 0x7F) << 7 | word[-1] & 0x7F] |= 1 << len(word)
        digest = BASIS
        for byte in word:
            digest = ((digest ^ byte) * PRIME + (1 << 63)) % (1 << 64) - (1 << 63)  # as 64 bits with a sign
        slot = (digest >> 20) & (SLOTS - 1)
        while table[GATES + slot]:
            slot = (slot + 1) & (SLOTS - 1)
        table[GATES + slot] = digest
        sizes = [len(part.encode()) << 8 * i for i, part in enumerate(parts)]
        table[GATES + SLOTS + slot] = sum(sizes) or UNIT
    table.flags.writeable = False
    return table


@kernel
def exception(data: NDArray[np.uint8], start: int, end: int, table: NDArray[np.int64]) -> int:
    """Bytes of the parts of the exception that these bytes are, as in the table; 0 where they are none.

    Short, so that it is compiled into what calls it: hardly a word passes the gate.
    """
    size = end - start
    if size < 1 or size > LONGEST:
        return 0
    gate = int(data[start] & 0x7F) << 7 | int(data[end - 1] & 0x7F)
    return _look_up(data, start, end, table) if table[gate] >> size & 1 else 0


@kernel
def _look_up(data: NDArray[np.uint8], start: int, end: int, table: NDArray[np.int64]) -> int:
    digest = BASIS
    for place in range(start, end):
        digest = (digest ^ int(data[place])) * PRIME
    slot = (digest >> 20) & (SLOTS - 1)
    while table[GATES + slot]:
        if table[GATES + slot] == digest:
            return int(table[GATES + SLOTS + slot])
        slot = (slot + 1) & (SLOTS - 1)
    return 0
