"""Marks of mathematics as TeX and Unicode write it: formulas, commands, signs."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.census import census
from analytics.kernel import kernel
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio

OURS = "ours; no paper. OpenWebMath (Paster et al. 2023, arXiv:2310.06786) looks for such marks in HTML"
ENVIRONMENTS = (
    "align",
    "alignat",
    "eqnarray",
    "equation",
    "flalign",
    "gather",
    "math",
    "multline",
)
"""Whose contents are formulas; each also with a star."""

_PACKED = tuple(int.from_bytes(name.encode(), "little") for name in ENVIRONMENTS)
_BEGIN, _END = (int.from_bytes(letters, "little") for letters in (b"\\begin{", b"\\end{"))
COUNTS = ("formulas", "commands", "covered")


def tex(texts: Texts) -> NDArray[np.int64]:
    r"""Formulas, commands, and characters that either covers, shape (3, n_docs).

    A formula stands between ``$`` (no white space on their inner sides, no digit after the last), ``$$``,
    ``\(`` and ``\)`` or ``\[`` and ``\]`` with no empty line and no such mark inside, or in one of
    ``ENVIRONMENTS``. It holds one character at least. ``\$`` and ``\\`` begin nothing.
    """
    return _tex(texts.data, texts.offsets, texts.valid).reshape(len(COUNTS), -1)


def count_of(counted: str) -> Callable[[Texts], NDArray[np.int64]]:
    """A measure: one of ``COUNTS``, shape (n_docs,)."""

    def measure(texts: Texts) -> NDArray[np.int64]:
        counts: NDArray[np.int64] = texts.once(tex)[COUNTS.index(counted)]
        return counts

    return measure


def latex_density(texts: Texts) -> NDArray[np.float64]:
    """Characters of formulas and of commands outside them over all, shape (n_docs,)."""
    return ratio(texts.once(tex)[COUNTS.index("covered")], texts.once(census)["characters"])


def math_symbol_ratio(texts: Texts) -> NDArray[np.float64]:
    """Mathematical symbols beyond ASCII over characters, shape (n_docs,)."""
    counts = texts.once(census)
    return ratio(counts["mathematical"], counts["characters"])


@kernel
def _tex(data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_]) -> NDArray[np.int64]:
    n_docs = offsets.size - 1
    counts = np.zeros(3 * n_docs, np.int64)
    for i in range(n_docs):
        begin, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            continue
        free = begin  # what stands before this place is covered, or cannot begin anything
        for at in range(np.uint64(begin), np.uint64(end)):
            byte = data[at]
            if byte != 0x24 and byte != 0x5C:
                continue
            place = int(at)
            after: int = data[place + 1] if place + 1 < end else 0
            close = place
            if byte == 0x5C and _is_letter(after):
                counts[n_docs + i] += 1
                close = place + 2
                while close < end and _is_letter(data[close]):
                    close += 1
            if place < free:
                continue
            if byte == 0x5C and (after == 0x24 or after == 0x5C):
                free = place + 2
                continue
            formula = _formula_end(data, place, end)
            if formula > place:
                counts[i] += 1
                close = formula
            for covered in range(place, close):
                counts[2 * n_docs + i] += (data[covered] & 0xC0) != 0x80
            free = max(free, close)
    return counts


@kernel
def _is_letter(byte: int) -> bool:
    return 0x61 <= byte | 0x20 <= 0x7A


@kernel
def _formula_end(data: NDArray[np.uint8], place: int, end: int) -> int:
    """One after the last byte of the formula that begins at ``place``; 0 where none does."""
    after: int = data[place + 1] if place + 1 < end else 0
    if data[place] == 0x24:
        if after == 0x24:
            close = _next_of(data, place + 2, end, 0x24, 0x24, False)
            if close > place + 2 and close + 1 < end and data[close + 1] == 0x24:
                return close + 2
            return 0
        close = _next_of(data, place + 1, end, 0x24, 0x24, False)
        if close <= place + 1 or _is_blank(after) or _is_blank(data[close - 1]):
            return 0
        if close + 1 < end and 0x30 <= data[close + 1] <= 0x39:
            return 0
        return close + 1
    if after == 0x28 or after == 0x5B:
        closing = after + (1 if after == 0x28 else 2)  # ) and ]
        close = _next_of(data, place + 2, end, after, closing, True)
        return close + 2 if close > place + 2 and data[close + 1] == closing else 0
    return _environment_end(data, place, end)


@kernel
def _is_blank(byte: int) -> bool:
    return byte == 0x20 or 0x09 <= byte <= 0x0D


@kernel
def _next_of(data: NDArray[np.uint8], place: int, end: int, one: int, other: int, escaped: bool) -> int:
    """Where one of two bytes is next, or the backslash before it; 0 if an empty line or the end is first."""
    while place < end:
        byte = data[place]
        if byte == 0x0A and place + 1 < end and data[place + 1] == 0x0A:
            return 0
        if escaped and byte == 0x5C and place + 1 < end:
            if data[place + 1] == one or data[place + 1] == other:
                return place
        elif not escaped and byte == one:
            return place
        place += 1
    return 0


@kernel
def _environment_end(data: NDArray[np.uint8], place: int, end: int) -> int:
    """As ``_formula_end``, of one of ``ENVIRONMENTS``; the next beginning of the same one ends the search."""
    if not _stands(data, place, end, _BEGIN, 7):
        return 0
    name = place + 7
    packed, size = np.int64(0), 0
    while size < 8 and name + size < end and _is_letter(data[name + size]):
        packed |= np.int64(data[name + size]) << 8 * size
        size += 1
    known = False
    for one in _PACKED:
        known |= packed == one
    size += name + size < end and data[name + size] == 0x2A
    if not known or name + size >= end or data[name + size] != 0x7D:
        return 0
    size += 1  # with its brace
    inside = name + size
    at = inside
    while at < end:
        if data[at] == 0x5C:
            if _stands(data, at, end, _END, 5) and _same(data, name, at + 5, size, end):
                return at + 5 + size if at > inside else 0
            if _stands(data, at, end, _BEGIN, 7) and _same(data, name, at + 7, size, end):
                return 0
        at += 1
    return 0


@kernel
def _stands(data: NDArray[np.uint8], place: int, end: int, packed: int, length: int) -> bool:
    """Whether some ASCII text of up to 8 bytes, packed, stands here."""
    same = place + length <= end
    for i in range(length):
        same = same and data[place + i] == packed >> 8 * i & 0xFF
    return same


@kernel
def _same(data: NDArray[np.uint8], one: int, other: int, length: int, end: int) -> bool:
    """Whether the same bytes stand at two places."""
    same = other + length <= end
    for i in range(length):
        same = same and data[one + i] == data[other + i]
    return same


FAMILY = Family(
    "mathematics",
    version=1,
    signals=(
        Signal(
            "formula_count",
            "formulas",
            0,
            None,
            OURS,
            count_of("formulas"),
            type="integer",
            definition=r"formulas between $, $$, \( and \), \[ and \], or in an environment for formulas",
        ),
        Signal(
            "latex_command_count",
            "commands",
            0,
            None,
            OURS,
            count_of("commands"),
            type="integer",
            definition="backslashes that letters of ASCII follow",
        ),
        Signal(
            "latex_density",
            "ratio",
            0,
            1,
            OURS,
            latex_density,
            definition="share of the characters that stand in formulas or are a command outside them",
        ),
        Signal(
            "math_symbol_ratio",
            "ratio",
            0,
            1,
            OURS,
            math_symbol_ratio,
            definition="share of the characters: mathematical symbols (Unicode's category Sm) beyond ASCII",
        ),
    ),
    params={"environments": ENVIRONMENTS, **versions("unicode")},
)
