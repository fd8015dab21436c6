"""Syllables of a word as English is spelt: groups of vowel letters, mended by a few rules.

The rules are ours. Held against the pronunciations that the CMU dictionary gives, on the words of 6,000 real
documents, 97 % of the occurrences come out equal (hyphenation patterns: 91 %), the mean is 1.55 (there 1.57).
"""

import re
from functools import lru_cache
from unicodedata import name

import numpy as np
from numpy.typing import NDArray

from analytics.kernel import kernel

LATIN = 0x1F00
"""Letters of the Latin script that spell words are below this code point."""

ES, ED, LY, FUL, MENT, LESS, NESS, SM, THM, CALLY = (
    int.from_bytes(ending, "big")
    for ending in (b"es", b"ed", b"ly", b"ful", b"ment", b"less", b"ness", b"sm", b"thm", b"cally")
)

(_A, _C, _D, _E, _G, _H, _I, _J, _L, _N, _O, _P, _Q, _R, _S, _T, _U, _W, _Y) = b"acdeghijlnopqrstuwy"
VOWELS, AEI, AOU, AEIOU, TCSGX, SXZCG = (
    sum(1 << (letter - 0x61) for letter in letters)
    for letters in (b"aeiouy", b"aei", b"aou", b"aeiou", b"tcsgx", b"sxzcg")
)
"""Letters as bits: a is 1, b is 2."""


@lru_cache(maxsize=1)
def latin_letters() -> NDArray[np.uint8]:
    """The letter a to z that a Latin letter is, without case and marks, shape (LATIN,); 0 for what is none.

    Of two joined letters the first counts. An e with a mark is never silent and stands as "a"; a letter that
    is none of a to z is a consonant, "b".
    """
    table = np.zeros(LATIN, np.uint8)
    for point in [*range(0x250), *range(0x1E00, LATIN)]:
        if chr(point).isalpha() and (said := name(chr(point), "")).startswith("LATIN "):
            letter = re.fullmatch(r"LATIN (?:SMALL|CAPITAL) LETTER ([A-Z])[A-Z]?(?: WITH .*)?", said)
            marked_e = letter is not None and letter[1] == "E" and point > 0x7F
            table[point] = ord("a" if marked_e else letter[1].lower() if letter else "b")
    table.flags.writeable = False
    return table


@kernel
def among(letter: int, letters: int) -> bool:
    """Whether a letter a to z is one of some; 0 is none."""
    return letter != 0 and letters >> (letter - 0x61) & 1 != 0


@kernel
def syllables_of(letters: NDArray[np.uint8], start: int, size: int) -> int:
    """Syllables of letters A to Z and a to z, ``letters[start : start + size]``; 0 where none is a vowel."""
    vowels, has_q = np.uint64(0), False
    count = tail = 0
    for i in range(size):
        letter: int = letters[start + i]
        letter |= 0x20
        vowels |= np.uint64(VOWELS >> letter - 0x61 & 1) << np.uint64(i & 63)
        has_q |= letter == _Q
        tail = tail << 8 | letter  # the last seven letters, or eight, of which the last is the lowest byte
    if size > 64 or has_q or vowels & vowels >> np.uint64(1):
        count = _groups(letters, start, size)
    else:  # no vowel beside another: there is a syllable for each
        while vowels:
            vowels &= vowels - np.uint64(1)
            count += 1
    if count > 1:
        count -= _silent(letters, start, size, count, tail)
    if tail & 0xFFFF == SM or tail & 0xFFFFFF == THM:
        count += 1
    return count


@kernel
def _groups(letters: NDArray[np.uint8], start: int, size: int) -> int:
    """Groups of vowels that are heard together."""
    count = before = 0
    next = _letter(letters, start, size, 0)
    for i in range(size):
        one, next = next, _letter(letters, start, size, i + 1)
        if among(one, VOWELS):
            if one == _U and i > 0:
                one = _heard(letters, start, size, i)
            elif one == _Y and among(next, AEIOU) and (i == 0 or among(before, AEIOU)):
                one = _J
            if among(one, VOWELS):
                count += not among(before, VOWELS)
                if among(next, VOWELS):
                    count += _apart(letters, start, size, i, before)
        before = one
    return count


@kernel
def _letter(letters: NDArray[np.uint8], start: int, size: int, i: int) -> int:
    """The i-th letter in lower case, 0 outside of the run."""
    if not 0 <= i < size:
        return 0
    letter: int = letters[start + i]
    return letter | 0x20


@kernel
def _heard(letters: NDArray[np.uint8], start: int, size: int, i: int) -> int:
    """The i-th letter; y and u that stand for consonants are j and w: yes, beyond; queen, guess."""
    one = _letter(letters, start, size, i)
    if one == _U and i > 0:
        before = _letter(letters, start, size, i - 1)
        if before == _Q or (before == _G and among(_letter(letters, start, size, i + 1), AEI)):
            return _W
    alone = i == 0 or among(_heard_before(letters, start, size, i), AEIOU)
    return _J if one == _Y and alone and among(_letter(letters, start, size, i + 1), AEIOU) else one


@kernel
def _heard_before(letters: NDArray[np.uint8], start: int, size: int, i: int) -> int:
    """The letter before the i-th, which is y: w for a u that stands for a consonant."""
    before = _letter(letters, start, size, i - 1)
    return _W if before == _U and i > 1 and _letter(letters, start, size, i - 2) == _Q else before


@kernel
def _apart(letters: NDArray[np.uint8], start: int, size: int, i: int, before: int) -> bool:
    """Whether the i-th letter and the next, both vowels, are heard apart.

    As in me-di-um, ne-go-ti-ate, vi-de-o, ac-tu-al, cry-ing, cli-ent, go-ing.
    """
    one, next = _letter(letters, start, size, i), _letter(letters, start, size, i + 1)
    third = _letter(letters, start, size, i + 2)
    if next == _I and i + 4 == size and third == _N and _letter(letters, start, size, i + 3) == _G:
        return True
    if one == _I and among(next, AOU):
        return not among(before, TCSGX) or (next == _A and third == _T)
    if one == _I and next == _E and before != _T and before != _C:
        fourth = _letter(letters, start, size, i + 3)
        return third == _T or (third == _N and (fourth in (_C, _T)))
    if one == _E:
        return next == _O and before != _P and before != _G
    if one == _U:
        return next in (_A, _O)
    return one == _Y and among(next, AEIOU)


@kernel
def _silent(letters: NDArray[np.uint8], start: int, size: int, count: int, tail: int) -> int:
    """How many of ``count`` > 1 vowels are silent: mad(e), mov(e)s, jump(e)d, us(e)ful, typic(a)lly."""
    silent = 0
    end = size - 1 if tail & 0xFFFF == ES or tail & 0xFFFF == ED else size
    if end < size or tail & 0xFF == _E:
        last, before = _heard(letters, start, size, end - 2), _heard(letters, start, size, end - 3)
        after_consonant = last == _L and before != 0 and not among(before, VOWELS)
        if last == 0 or among(last, VOWELS):
            pass
        elif end == size:
            silent += not after_consonant  # but ta-ble
        elif tail & 0xFF == _S:  # but ta-bles, box-es, wish-es
            kept = after_consonant or among(last, SXZCG) or (last == _H and (before in (_C, _S)))
            silent += not kept
        else:  # but want-ed, need-ed, crad-led
            kept = last in (_T, _D) or (after_consonant and before != _L and before != _R)
            silent += not kept
    if count - silent > 1:
        # Before these endings, and their plurals, an e is silent: state-ment, wire-less.
        plural = tail & 0xFF == _S and tail >> 8 & 0xFF != _S
        stem = tail >> 8 if plural else tail
        four = stem & 0xFFFFFFFF
        length = 4 if four in (MENT, LESS, NESS) else 0
        length = 2 if stem & 0xFFFF == LY else 3 if stem & 0xFFFFFF == FUL else length
        if length and stem >> 8 * length & 0xFF == _E:
            before = _heard(letters, start, size, size - plural - length - 2)
            silent += before != 0 and before != _L and not among(before, VOWELS)
    return silent + (count - silent > 2 and tail & 0xFFFFFFFFFF == CALLY)
