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
SLOTS = 8192
UNIT = -2
"""What is found is a digit with a unit of measure, not an exception."""


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
SLANG = _words("'em ’em 'bout 'cause 'cos 'nuff ma'am ma’am o'clock o’clock w/o and/or C++ 's 'S ’s ’S ''")
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
    for parts in (("can", "not"), ("gon", "na"), ("got", "ta"), ("y'", "all"), ("y’", "all")):
        add(*parts)
        add(parts[0].capitalize(), *parts[1:])
    for hour, half in product(range(1, 13), ("am", "pm", "a.m.", "p.m.")):
        add(str(hour), half)
    for word in (*MONTHS, *STATES, *TITLES, *LATIN, *"abcdefghijklmnopqrstuvwxyz"):
        add(f"{word}.")
    for word, mark in product(CLIPPED, "'’"):
        add(word + mark)
        add(word.capitalize() + mark)
    for word in (*SLANG, *_faces()):
        add(word)
    return found


@lru_cache(maxsize=1)
def exceptions() -> tuple[
    NDArray[np.uint32], NDArray[np.int16], NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]
]:
    """The exceptions, then each digit with each unit, as a table for kernels.

    Returns:
        gate, shape (1 << 14,): by seven bits of the first and of the last byte, one bit for each length there
        is; slots: number of the entry, -1 where there is none; the entries' bytes and where they end; the
        lengths of up to three parts of each, 0 for a part there is not, and -1 for a unit.
    """
    entries = [*exception_parts().items(), *((f"{digit}{unit}", ()) for digit in range(10) for unit in UNITS)]
    gate = np.zeros(1 << 14, np.uint32)
    slots = np.full(SLOTS, -1, np.int16)
    cuts = np.zeros(3 * len(entries), np.int64)
    letters = [word.encode() for word, _ in entries]
    for number, (word, (_, parts)) in enumerate(zip(letters, entries, strict=True)):
        gate[(word[0] & 0x7F) << 7 | word[-1] & 0x7F] |= np.uint32(1 << len(word))
        slot = _slot_of(word)
        while slots[slot] >= 0:
            slot = (slot + 1) % SLOTS
        slots[slot] = number
        sizes = [len(part.encode()) for part in parts] or [-1]
        cuts[3 * number : 3 * number + len(sizes)] = sizes
    limits = np.cumsum([0, *map(len, letters)], dtype=np.int64)
    return gate, slots, np.frombuffer(b"".join(letters), np.uint8), limits, cuts


def _slot_of(word: bytes) -> int:
    digest = 0
    for byte in word:
        digest = (digest * 31 + byte) & 0xFFFFFFFF
    return (digest ^ digest >> 13) % SLOTS


@kernel
def exception(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    gate: NDArray[np.uint32],
    slots: NDArray[np.int16],
    letters: NDArray[np.uint8],
    limits: NDArray[np.int64],
    cuts: NDArray[np.int64],
) -> int:
    """Number of the exception that these bytes are; ``UNIT`` for a digit with its unit; -1 for neither."""
    size = end - start
    if size < 1 or size > LONGEST:
        return -1
    if not (gate[np.int64(data[start] & 0x7F) << 7 | np.int64(data[end - 1] & 0x7F)] >> np.uint32(size)) & 1:
        return -1
    digest = np.int64(0)
    for place in range(start, end):
        digest = (digest * 31 + data[place]) & 0xFFFFFFFF
    slot = (digest ^ digest >> 13) % SLOTS
    while slots[slot] >= 0:
        number = int(slots[slot])
        if limits[number + 1] - limits[number] == size:
            same = 0
            while same < size and letters[limits[number] + same] == data[start + same]:
                same += 1
            if same == size:
                return number if cuts[3 * number] > 0 else UNIT
        slot = (slot + 1) % SLOTS
    return -1
