"""What characters a text is made of, and some marks of few characters: counted once for a batch of texts."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from string import digits, punctuation
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import SPACE, classes, code_point, kinds, reads
from analytics.kernel import kernel
from analytics.signal import Texts

COUNTED: Mapping[str, Callable[[str], bool]] = {
    "characters": lambda character: True,
    "white_space": str.isspace,
    "alnum": str.isalnum,
    "letters_digits": lambda character: character.isalpha() or character.isdigit(),
    "digits": str.isdigit,
    "uppercase": str.isupper,
    "punctuation": lambda character: category(character).startswith("P") or character in punctuation,
    "symbols": lambda character: category(character).startswith("S"),
    "mathematical": lambda character: category(character) == "Sm" and not character.isascii(),
    "special": lambda character: character.isspace() or category(character)[0] in "PS" or character in digits,
    "non_ascii": lambda character: not character.isascii(),
    "control": lambda character: category(character) == "Cc" and not character.isspace(),
    "parens": frozenset("(){}[]⟨⟩").__contains__,
    "brackets": frozenset("(){}[]<>").__contains__,
    "curly": frozenset("{}").__contains__,
}
"""Which characters are counted, by the name of the count. Asked of one character of each of the ``kinds``."""

MARKS = ("hashes", "dots", "ellipses", "url_characters", "lorem_ipsum")
"""What ``marks`` counts: ``#``; ``...``; ``…``; characters of web addresses; "lorem ipsum"."""


def census(texts: Texts) -> Mapping[str, NDArray[np.int64]]:
    """How many characters of each sort of ``COUNTED`` each document has, shape (n_docs,)."""
    counts = _count_kinds(texts.data, texts.offsets, texts.valid, kinds()[0], _sorts(), len(COUNTED))
    return dict(zip(COUNTED, counts.reshape(len(COUNTED), -1), strict=True))


def marks(texts: Texts) -> Mapping[str, NDArray[np.int64]]:
    """How many of each of ``MARKS`` each document has, shape (n_docs,), from left to right without overlap.

    A web address begins with ``http://`` or ``https://`` in any case and goes on, for one character at
    least, up to white space or one of ``<>"``.
    """
    counts = _count_marks(texts.data, texts.offsets, texts.valid, classes())
    return dict(zip(MARKS, counts.reshape(len(MARKS), -1), strict=True))


@lru_cache(maxsize=1)
def is_special() -> NDArray[np.bool_]:
    """Whether each code point is one of the special characters, shape (0x110000,)."""
    table, samples = kinds()
    special: NDArray[np.bool_] = np.array([COUNTED["special"](sample) for sample in samples])[table]
    return special


@lru_cache(maxsize=1)
def _sorts() -> NDArray[np.int64]:
    """The counts that each kind belongs to: bit ``i`` is the i-th of ``COUNTED``, shape (n_kinds,)."""
    members = [[asked(character) for asked in COUNTED.values()] for character in kinds()[1]]
    sorts: NDArray[np.int64] = np.array(members) @ (1 << np.arange(len(COUNTED)))
    return sorts


@kernel
def _count_kinds(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    kinds: NDArray[np.uint8],
    sorts: NDArray[np.int64],
    n_sorts: int,
) -> NDArray[np.int64]:
    """Counts of all documents, sort after sort."""
    n_docs = offsets.size - 1
    counts = np.zeros(n_docs * n_sorts, np.int64)
    seen = np.zeros(256, np.int64)
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            place = end
        while place < end:
            at, stop = np.uint64(place), np.uint64(end)
            while at < stop and data[at] < 0x80:
                seen[kinds[data[at]]] += 1
                at += np.uint64(1)
            place = int(at)
            if place < end:
                point, size = code_point(data, place)
                seen[kinds[point]] += 1
                place += size
        for kind in range(sorts.size):
            if seen[kind]:
                for sort in range(n_sorts):
                    counts[sort * n_docs + i] += (sorts[kind] >> sort & 1) * seen[kind]
                seen[kind] = 0
    return counts


LOREM_I, SUM, HTTP, SCHEME_END = (
    int.from_bytes(letters, "little") for letters in (b"lorem i", b"sum", b"http", b"://")
)


@kernel
def _count_marks(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], classes: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """Counts of all documents, mark after mark, in the order of ``MARKS``."""
    n_docs = offsets.size - 1
    counts = np.zeros(5 * n_docs, np.int64)
    told_by = np.zeros(
        256, np.bool_
    )  # # . : p P and the first byte of …: each mark's rarest, where that can be
    for byte in (0x23, 0x2E, 0x3A, 0x50, 0x70, 0xE2):
        told_by[byte] = True
    for i in range(n_docs):
        begin, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            begin = end
        dots_end = address_end = begin
        for at in range(np.uint64(begin), np.uint64(end)):
            byte = data[at]
            if not told_by[byte]:
                continue
            place = int(at)
            if byte == 0x23:
                counts[i] += 1
            elif byte == 0x2E:
                if place >= dots_end and reads(data, place, end, 0x2E2E2E, 3):
                    counts[n_docs + i] += 1
                    dots_end = place + 3
            elif byte == 0xE2:
                counts[2 * n_docs + i] += data[place + 1] == 0x80 and data[place + 2] == 0xA6
            elif byte != 0x3A:
                if place - 7 >= begin and reads(data, place + 1, end, SUM, 3):
                    counts[4 * n_docs + i] += reads(data, place - 7, end, LOREM_I, 7)
            elif reads(data, place, end, SCHEME_END, 3):
                start = place - 4
                if start >= begin and data[place - 1] | 0x20 == 0x73:
                    start -= 1
                if start < address_end or not reads(data, start, end, HTTP, 4):
                    continue
                length = place + 3 - start
                address_end = place + 3
                while address_end < end:
                    point, size = code_point(data, address_end)
                    if classes[point] & SPACE or point == 0x3C or point == 0x3E or point == 0x22:
                        break
                    address_end += size
                    length += 1
                if address_end > place + 3:
                    counts[3 * n_docs + i] += length
    return counts
