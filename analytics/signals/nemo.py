"""The quantities of NeMo Curator's heuristic filters for English, as its code computes them."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any
from unicodedata import name as named

import numpy as np
from numpy.typing import NDArray

from analytics.c4 import POLICIES
from analytics.code_points import code_point
from analytics.kernel import kernel
from analytics.line_classes import DECIMAL, line_classes
from analytics.newlines import ALL, WORDED, are, begin_with, end_with, pieces_between
from analytics.ngrams_peers import Pieces, grams_of_words, pieces
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.spans import Spans, words

NEMO = "NVIDIA/NeMo-Curator@ecd5c579, config/heuristic_filter_en.yaml"
END_MARKS = (".", "?", "!", '"', "'")
ELLIPSES = ("...", "[...]", "…", "(...)", "[…]", "-»", "read more..", "read more")
LOREM = "lorem ipsum"


@cache
def bullets() -> tuple[str, ...]:
    """What Unicode names a bullet, without the hearts, and the black and the white circle."""
    some = map(chr, range(0x2000, 0x3000))
    found = (one for one in some if "BULLET" in named(one, "") and "HEART" not in named(one, ""))
    return *found, "\N{WHITE CIRCLE}", "\N{BLACK CIRCLE}"


def _lines(texts: Texts) -> Spans:
    return pieces_between(texts, 1, runs=False, strip=False, which=WORDED)


def _stripped_lines(texts: Texts) -> Spans:
    return pieces_between(texts, 1, runs=False, strip=True, which=WORDED)


def _paragraphs(texts: Texts) -> Spans:
    return pieces_between(texts, 2, runs=False, strip=False, which=ALL)


def _repeated_lines(texts: Texts) -> Pieces:
    return pieces(texts, texts.once(_lines))


def _repeated_paragraphs(texts: Texts) -> Pieces:
    return pieces(texts, texts.once(_paragraphs))


PIECES: Mapping[str, tuple[Callable[[Texts], Spans], Callable[[Texts], Pieces]]] = {
    "line": (_lines, _repeated_lines),
    "para": (_paragraphs, _repeated_paragraphs),
}
"""Unit -> its pieces, and what is repeated among them."""

PLAIN, DIGITS, URLS, SPACES, PARENTHESES = range(5)
"""Rows of ``_census``; the last one, 5, counts all."""


def _census(texts: Texts) -> NDArray[np.int64]:
    """Characters of each kind in each document, shape (6, n_docs)."""
    return _characters(texts.data, texts.offsets, texts.valid, line_classes())


def share_of_characters(texts: Texts, kind: int) -> NDArray[np.float64]:
    """Characters of a kind over all, shape (n_docs,); of ``PLAIN`` those of no kind. 1 for empty text."""
    counts = texts.once(_census)
    found = counts[5] - counts[PLAIN] if kind == PLAIN else counts[kind]
    return _or_one(ratio(found, counts[5]))


def symbol_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """Words that are an ellipsis, or that runs of ``#`` take over half of, over words, shape (n_docs,)."""
    found = texts.once(words)
    runs = _hash_runs(texts.data, found.starts, found.ends)
    symbols = (are(texts, found, ELLIPSES) > 0) | (2 * runs > found.characters)
    return ratio(found.sums(symbols.astype(np.int64)), found.counts())


def boilerplate_para_frac(texts: Texts) -> NDArray[np.float64]:
    """Paragraphs with one of C4's policy phrases over paragraphs, shape (n_docs,); 1 with lorem ipsum."""
    phrases, kelvin = [phrase.encode() for phrase in POLICIES], "\N{KELVIN SIGN}".encode()
    paragraphs = texts.once(_paragraphs).counts()
    counts = np.zeros(len(texts), np.int64)
    for i in range(len(texts)):
        text = texts.data[texts.offsets[i] : texts.offsets[i + 1]].tobytes()
        text = text.lower().replace(
            kelvin, b"k"
        )  # of bytes only ASCII is lowered; nothing else becomes ASCII
        if LOREM.encode() in text:
            counts[i] = paragraphs[i]
        elif any(phrase in text for phrase in phrases):
            counts[i] = sum(any(phrase in piece for phrase in phrases) for piece in text.split(b"\n\n"))
    return ratio(counts, paragraphs)


def dup_frac(texts: Texts, unit: str) -> NDArray[np.float64]:
    """Second and later occurrences of lines or paragraphs over all of them, shape (n_docs,)."""
    find, repeat = PIECES[unit]
    found, repeated = texts.once(find), texts.once(repeat)
    return 1 - ratio(repeated.distinct, found.counts())


def dup_char_frac(texts: Texts, unit: str) -> NDArray[np.float64]:
    """Characters of those occurrences over characters of all, shape (n_docs,). NaN where there is none."""
    find, repeat = PIECES[unit]
    found, repeated = texts.once(find), texts.once(repeat)
    return 1 - ratio(repeated.distinct_length, found.sums(found.characters))


def line_end_punct_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that end with one of ``END_MARKS`` over lines, shape (n_docs,). NaN where there is no line."""
    found = texts.once(_stripped_lines)
    return ratio(found.sums(end_with(texts, found, END_MARKS)), found.counts())


def ellipsis_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that end with one of ``ELLIPSES`` over lines, shape (n_docs,). NaN where there is no line."""
    found = texts.once(_stripped_lines)
    return ratio(found.sums(end_with(texts, found, ELLIPSES)), found.counts())


def bullet_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that begin with a bullet over lines, shape (n_docs,). NaN where there is no line."""
    found = texts.once(_stripped_lines)
    return ratio(found.sums(begin_with(texts, found, bullets())), found.counts())


def top_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Share of the characters that go when the most frequent n-gram is deleted, shape (n_docs,).

    It is deleted wherever it stands with single spaces between its words, within other words too. 1 where
    the text has fewer than n words.
    """
    found, spans = texts.once(grams_of_words), texts.once(words)
    size, characters = np.zeros(len(texts), np.int64), texts.once(_census)[5]
    for i in np.flatnonzero(found.grams[n - 2]):
        first = found.top_at[n - 2][i]
        gram = [texts.data[spans.starts[j] : spans.ends[j]].tobytes() for j in range(first, first + n)]
        text = texts.data[texts.offsets[i] : texts.offsets[i + 1]].tobytes()
        length = spans.characters[first : first + n].sum() + n - 1
        size[i] = text.count(b" ".join(gram)) * length
    return np.where(found.grams[n - 2] > 0, ratio(size, characters), 1.0)


def dup_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Characters that second and later occurrences of n-grams cover over characters, shape (n_docs,).

    One character is added for each space within an occurrence. 1 where the text has fewer than n words.
    """
    found = texts.once(grams_of_words)
    return np.where(found.grams[n - 2] > 0, ratio(found.again[n - 2], texts.once(_census)[5]), 1.0)


def _or_one(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isnan(share), 1.0, share)


@kernel
def _hash_runs(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    runs = np.zeros(starts.size, np.int64)
    for word in range(starts.size):
        for place in range(starts[word], ends[word]):
            runs[word] += data[place] == 0x23 and (place == starts[word] or data[place - 1] != 0x23)
    return runs


@kernel
def _characters(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], classes: NDArray[np.uint8]
) -> NDArray[np.int64]:
    counts = np.zeros((6, offsets.size - 1), np.int64)
    for i in range(offsets.size - 1):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            place = end
        address = place  # where the address that is being read ends
        while place < end:
            point, size = code_point(data, place)
            small = point >= 0x61 and point <= 0x7A
            if (small or (point >= 0x41 and point <= 0x5A) or (point >= 0x30 and point <= 0x39)) or (
                point == 0x0A or point == 0x3F or point == 0x21 or point == 0x2C or point == 0x2E
            ):
                counts[0, i] += 1
            if classes[point] & DECIMAL:
                counts[1, i] += 1
            if point == 0x20 or (point >= 0x08 and point <= 0x0A) or point == 0x0D:
                counts[3, i] += 1
            if (point == 0x28 or point == 0x29 or point == 0x5B or point == 0x5D) or (
                point == 0x7B or point == 0x7D or point == 0x27E8 or point == 0x27E9
            ):
                counts[4, i] += 1
            counts[5, i] += 1
            if point == 0x68 and place >= address and end - place > 7:  # "http://" and one more character
                rest = place + 4
                if data[place + 1] == 0x74 and data[place + 2] == 0x74 and data[place + 3] == 0x70:
                    rest += data[rest] == 0x73
                    if data[rest] == 0x3A and data[rest + 1] == 0x2F and data[rest + 2] == 0x2F:
                        first = rest + 3
                        rest = first
                        while rest < end and (
                            (data[rest] >= 0x24 and data[rest] <= 0x5F)
                            or (data[rest] >= 0x61 and data[rest] <= 0x7A)
                            or data[rest] == 0x21
                        ):
                            rest += 1
                        if rest > first:
                            counts[2, i] += rest - place
                            address = rest
            place += size
    return counts


def _signal(
    name: str, measure: Callable[[Texts], NDArray[Any]], definition: str, high: float | None = 1
) -> Signal:
    return Signal(name, "ratio", 0, high, NEMO, measure, variant="nemo", definition=definition)


LINE = "the lines between newlines that are not blank"
PARAGRAPH = "the pieces between pairs of newlines"

FAMILY = Family(
    "nemo",
    version=1,
    signals=(
        _signal(
            "non_alnum_ratio",
            partial(share_of_characters, kind=PLAIN),
            "share of the characters that are none of A to Z, a to z, 0 to 9, newline, ? ! , . "
            "(a space is none of them); 1 for empty text",
        ),
        _signal(
            "symbol_word_ratio",
            symbol_word_ratio,
            "share of the words between white space that are an ellipsis, as ... […] (...), "
            "or that have more runs of # than half their characters",
        ),
        _signal(
            "number_ratio",
            partial(share_of_characters, kind=DIGITS),
            "share of the characters that are decimal digits of any script; 1 for empty text",
        ),
        _signal(
            "url_char_ratio",
            partial(share_of_characters, kind=URLS),
            "share of the characters in web addresses: http:// or https:// and what follows of letters, "
            "digits, ! and the ASCII characters from $ to _; 1 for empty text",
        ),
        _signal(
            "white_space_ratio",
            partial(share_of_characters, kind=SPACES),
            "share of the characters that are a space, tab, newline, carriage return or backspace; "
            "1 for empty text",
        ),
        _signal(
            "paren_ratio",
            partial(share_of_characters, kind=PARENTHESES),
            "share of the characters that are ( ) [ ] { } ⟨ ⟩; 1 for empty text",
        ),
        _signal(
            "boilerplate_para_frac",
            boilerplate_para_frac,
            f"share of {PARAGRAPH} that say one of C4's six policy phrases; 1 if the text says lorem ipsum",
        ),
        _signal(
            "dup_line_frac",
            partial(dup_frac, unit="line"),
            f"second and later occurrences of {LINE}, over all of these (NeMo gives one minus this)",
        ),
        _signal(
            "dup_para_frac",
            partial(dup_frac, unit="para"),
            f"second and later occurrences of {PARAGRAPH}, empty ones too, over all of these "
            "(NeMo gives one minus this)",
        ),
        _signal(
            "dup_line_char_frac",
            partial(dup_char_frac, unit="line"),
            f"characters of second and later occurrences of {LINE}, over characters of all of these "
            "(NeMo gives one minus this)",
        ),
        _signal(
            "dup_para_char_frac",
            partial(dup_char_frac, unit="para"),
            f"characters of second and later occurrences of {PARAGRAPH}, over characters of all of these "
            "(NeMo gives one minus this)",
        ),
        _signal(
            "line_end_punct_frac",
            line_end_punct_frac,
            f"share of {LINE} that end with . ? ! or a straight quotation mark (NeMo gives one minus this)",
        ),
        _signal(
            "ellipsis_line_frac",
            ellipsis_line_frac,
            f"share of {LINE} that end with an ellipsis, bracketed or not, -» or read more, in any case",
        ),
        _signal(
            "bullet_line_frac",
            bullet_line_frac,
            f"share of {LINE} that begin with a character that Unicode names a bullet (hearts excepted) or "
            "with ○ or ●",
        ),
        *(
            _signal(
                f"top_{n}_gram_char_frac",
                partial(top_gram_char_frac, n=n),
                f"share of the characters that go when the most frequent {n} words in a row, the first of "
                "several, are deleted wherever they stand; 1 where there are fewer words",
            )
            for n in (2, 3, 4)
        ),
        *(
            _signal(
                f"dup_{n}_gram_char_frac",
                partial(dup_gram_char_frac, n=n),
                f"share of the characters that second and later occurrences of {n} words in a row cover, "
                "with the spaces between; 1 where there are fewer words",
            )
            for n in range(5, 11)
        ),
    ),
    params={
        "words": "between Unicode white space",
        "policies": POLICIES,
        "end_marks": END_MARKS,
        "ellipses": ELLIPSES,
        "bullets": "Unicode names with BULLET and without HEART, from U+2000 to U+2FFF; ○ ●",
        **versions("unicode"),
    },
    default=False,
)
