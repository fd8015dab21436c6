"""The quality signals that RedPajama-V2 publishes a document, as its code computes them.

Two texts are looked at: the raw one, in pieces of letters and of punctuation, and a normalised one without
ASCII punctuation, in lower case, decomposed, in words between white space. Values are not rounded, those of
RedPajama-V2 are to eight digits.
"""

import unicodedata
from functools import lru_cache, partial
from string import punctuation
from sys import maxunicode

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import code_point
from analytics.kernel import kernel
from analytics.newlines import ALL, begin_with, end_with, pieces_between
from analytics.ngrams import word_ids
from analytics.ngrams_peers import Grams, Pieces, grams, occurrences, pieces
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.spans import Spans, words

RPV2 = "togethercomputer/RedPajama-Data@6d2cee9d (Weber et al. 2024, arXiv:2411.12372, appendix)"
SYMBOLS = ("#", "...", "…")
ELLIPSES = ("...", "…")
TERMINAL = (".", "!", "?", "”")
BULLETS = (
    "\N{BULLET}",
    "\N{TRIANGULAR BULLET}",
    "\N{WHITE BULLET}",
    "\N{BLACK RIGHT-POINTING TRIANGLE}",
    "\N{BLACK LEFT-POINTING TRIANGLE}",
    "\N{BLACK SQUARE}",
    "\N{WHITE SQUARE}",
    "\N{BLACK SMALL SQUARE}",
    "\N{WHITE SMALL SQUARE}",
    "\N{EN DASH}",
)
LOREM = ("lorem ipsum",)
WORD, SPACE, UPPER, NOT_UPPER = 1, 2, 4, 8
r"""Marks of a code point: ``\w`` of the package ``regex``, its ``\s``, upper case, another case."""


def normalised(texts: Texts) -> Texts:
    """Without ASCII punctuation, in lower case, one space for white space, in canonical decomposition."""
    marks = punctuation.encode()
    edited = []
    for i in range(len(texts)):
        text = texts.data[texts.offsets[i] : texts.offsets[i + 1]].tobytes() if texts.valid[i] else b""
        lower = " ".join(text.translate(None, marks).decode().lower().split())
        edited.append(unicodedata.normalize("NFD", lower).encode())
    data = np.frombuffer(b"".join(edited), np.uint8)
    return Texts(data, np.cumsum([0, *map(len, edited)], dtype=np.int64), texts.valid, texts.lists)


def _words(texts: Texts) -> Spans:
    return texts.once(normalised).once(words)


def _word_characters(texts: Texts) -> NDArray[np.int64]:
    found = texts.once(_words)
    return found.sums(found.characters)


def _repeated_words(texts: Texts) -> Pieces:
    return pieces(texts.once(normalised), texts.once(_words))


def _grams(texts: Texts) -> Grams:
    found = texts.once(_words)
    return grams(texts.once(normalised), found, found.characters)


def _lines(texts: Texts) -> Spans:
    return pieces_between(texts, 1, runs=False, strip=True, which=ALL)


def _line_counts(texts: Texts) -> NDArray[np.int64]:
    """Lines with their ends, shape (n_docs,): what follows the last end is one if it is not empty."""
    last = np.maximum(texts.offsets[1:] - 1, texts.offsets[0])
    empty = texts.offsets[1:] == texts.offsets[:-1]
    if len(texts.data):
        empty |= texts.data[np.minimum(last, len(texts.data) - 1)] == ord("\n")
    counts = texts.once(_lines).counts()
    counts -= empty
    return counts


def _raw_words(texts: Texts) -> NDArray[np.int64]:
    """Pieces of letters, digits and _ or of other characters but white space, shape (3, n_docs).

    All of them, those with an ASCII letter, and those in upper case.
    """
    return _tokens(texts.data, texts.offsets, texts.valid, _marks())


def word_count(texts: Texts) -> NDArray[np.int64]:
    """Words of the normalised text, shape (n_docs,)."""
    return texts.once(_words).counts()


def mean_word_length(texts: Texts) -> NDArray[np.float64]:
    """Code points a word of the normalised text, shape (n_docs,). NaN where there is no word."""
    return ratio(texts.once(_word_characters), word_count(texts))


def frac_unique_words(texts: Texts) -> NDArray[np.float64]:
    """Different words over words of the normalised text, shape (n_docs,). NaN where there is no word."""
    return ratio(texts.once(_repeated_words).distinct, word_count(texts))


def unigram_entropy(texts: Texts) -> NDArray[np.float64]:
    """Entropy of the words of the normalised text in nats, shape (n_docs,). NaN where there is no word."""
    found, counts = texts.once(_words), word_count(texts)
    document = np.repeat(np.arange(len(texts)), counts)
    number = found.bounds[document] + word_ids(texts.once(normalised), found)
    often = np.bincount(number, minlength=len(number))  # by first word: each document's are its own
    share = ratio(often, np.repeat(counts, counts))
    summands = np.where(often > 0, -share * np.log(np.where(often > 0, share, 1)), 0.0)
    entropy = np.bincount(document, weights=summands, minlength=len(texts))
    return np.where(counts > 0, entropy, np.nan)


def symbol_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """``SYMBOLS``, each looked for by itself, over raw words, shape (n_docs,); may pass 1."""
    return ratio(occurrences(texts, SYMBOLS), texts.once(_raw_words)[0])


def frac_words_alpha(texts: Texts) -> NDArray[np.float64]:
    """Raw words with an ASCII letter over raw words, shape (n_docs,). NaN where there is none."""
    return ratio(texts.once(_raw_words)[1], texts.once(_raw_words)[0])


def frac_all_caps_words(texts: Texts) -> NDArray[np.float64]:
    """Raw words in upper case over raw words, shape (n_docs,). NaN where there is none."""
    return ratio(texts.once(_raw_words)[2], texts.once(_raw_words)[0])


def lorem_ipsum_ratio(texts: Texts) -> NDArray[np.float64]:
    """Occurrences of lorem ipsum over characters of the normalised text, shape (n_docs,). NaN without one."""
    found = texts.once(normalised)
    spaces = np.maximum(word_count(texts) - 1, 0)
    return ratio(occurrences(found, LOREM), texts.once(_word_characters) + spaces)


def ellipsis_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that end with an ellipsis over lines, shape (n_docs,). NaN where there is no line."""
    found = texts.once(_lines)
    return ratio(found.sums(end_with(texts, found, ELLIPSES)), texts.once(_line_counts))


def line_end_punct_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that end with one of ``TERMINAL`` over lines, shape (n_docs,). NaN where there is no line."""
    found = texts.once(_lines)
    return ratio(found.sums(end_with(texts, found, TERMINAL)), texts.once(_line_counts))


def bullet_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that begin with one of ``BULLETS`` over lines, shape (n_docs,). NaN where there is no line."""
    found = texts.once(_lines)
    return ratio(found.sums(begin_with(texts, found, BULLETS)), texts.once(_line_counts))


def top_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """The most frequent n-gram times its count over characters of words, shape (n_docs,); may pass 1.

    0 where none occurs twice. NaN where there is no word.
    """
    found, row = texts.once(_grams), n - 2
    size = np.where(found.top[row] > 1, found.top[row] * found.top_length[row], 0)
    return ratio(size, texts.once(_word_characters))


def dup_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Characters of words that repeated n-grams cover over characters of words, shape (n_docs,)."""
    return ratio(texts.once(_grams).covered[n - 2], texts.once(_word_characters))


@lru_cache(maxsize=1)
def _marks() -> NDArray[np.uint8]:
    """``WORD``, ``SPACE``, ``UPPER`` and ``NOT_UPPER`` of every code point, shape (0x110000,)."""
    import regex  # as NLTK, whose words these are: combining marks are \w here, and in Python they are not

    every = "".join(map(chr, range(maxunicode + 1)))
    table = np.zeros(len(every), np.uint8)
    for mark, pattern in ((WORD, r"\w+"), (SPACE, r"\s+")):
        for found in regex.finditer(pattern, every):
            table[found.start() : found.end()] |= mark
    table[np.fromiter(map(str.isupper, every), np.bool_, len(every))] |= UPPER
    table[np.fromiter(map(_is_of_another_case, every), np.bool_, len(every))] |= NOT_UPPER
    table.flags.writeable = False
    return table


def _is_of_another_case(character: str) -> bool:
    return character.islower() or (character.istitle() and not character.isupper())


@kernel
def _tokens(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], marks: NDArray[np.uint8]
) -> NDArray[np.int64]:
    counts = np.zeros((3, offsets.size - 1), np.int64)
    for i in range(offsets.size - 1):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            continue
        blank = np.int64(SPACE)
        seen, kind, alphabetic = (
            np.int64(0),
            blank,
            False,
        )  # marks of the piece's characters, added up; its kind
        while place <= end:
            point, size, mark = np.int64(0), 1, blank
            if place < end:
                point, size = code_point(data, place)
                mark = np.int64(marks[point])
            if mark & (WORD | SPACE) != kind:
                if kind != SPACE:
                    counts[0, i] += 1
                    counts[1, i] += alphabetic
                    counts[2, i] += seen & (UPPER | NOT_UPPER) == UPPER
                seen, alphabetic = np.int64(0), False
                kind = mark & (WORD | SPACE)
            seen |= mark
            if (point >= 0x41 and point <= 0x5A) or (point >= 0x61 and point <= 0x7A):
                alphabetic = True
            place += size
    return counts


NORMALISED = "the text without ASCII punctuation, in lower case, decomposed"

FAMILY = Family(
    "rpv2",
    version=1,
    signals=(
        Signal(
            "words",
            "words",
            0,
            None,
            RPV2,
            word_count,
            variant="rpv2",
            type="integer",
            definition=f"words between white space of {NORMALISED}",
        ),
        Signal(
            "mean_word_length",
            "characters",
            1,
            None,
            RPV2,
            mean_word_length,
            variant="rpv2",
            definition="mean code points of words__rpv2, combining marks counted by themselves",
        ),
        Signal(
            "frac_unique_words",
            "ratio",
            0,
            1,
            RPV2,
            frac_unique_words,
            variant="rpv2",
            definition="different ones among words__rpv2 over all of them",
        ),
        Signal(
            "unigram_entropy",
            "nats",
            0,
            None,
            RPV2,
            unigram_entropy,
            variant="rpv2",
            definition="entropy of words__rpv2 with the natural logarithm",
        ),
        Signal(
            "symbol_word_ratio",
            "ratio",
            0,
            None,
            RPV2,
            symbol_word_ratio,
            variant="rpv2",
            definition="occurrences of #, ... and … over pieces of letters, digits and _ or of punctuation",
        ),
        Signal(
            "frac_words_alpha",
            "ratio",
            0,
            1,
            RPV2,
            frac_words_alpha,
            variant="rpv2",
            definition="share of the pieces of letters, digits and _ or of punctuation that have one of "
            "A to Z or a to z (RedPajama-V2 gives one minus this)",
        ),
        Signal(
            "frac_all_caps_words",
            "ratio",
            0,
            1,
            RPV2,
            frac_all_caps_words,
            variant="rpv2",
            definition="share of the pieces of letters, digits and _ or of punctuation that have an "
            "upper-case letter and none of another case",
        ),
        Signal(
            "lorem_ipsum_ratio",
            "ratio",
            0,
            1,
            RPV2,
            lorem_ipsum_ratio,
            variant="rpv2",
            definition=f"occurrences of lorem ipsum over characters of {NORMALISED}, white space folded",
        ),
        Signal(
            "ellipsis_line_frac",
            "ratio",
            0,
            1,
            RPV2,
            ellipsis_line_frac,
            variant="rpv2",
            definition="share of the lines between newlines, blank ones too, that end with ... or … and "
            "white space",
        ),
        Signal(
            "line_end_punct_frac",
            "ratio",
            0,
            1,
            RPV2,
            line_end_punct_frac,
            variant="rpv2",
            definition="share of the lines between newlines, blank ones too, that end with . ! ? or ” and "
            "white space",
        ),
        Signal(
            "bullet_line_frac",
            "ratio",
            0,
            1,
            RPV2,
            bullet_line_frac,
            variant="rpv2",
            definition="share of the lines between newlines, blank ones too, that begin, after white space, "
            f"with one of {' '.join(BULLETS)}",
        ),
        *(
            Signal(
                f"top_{n}_gram_char_frac",
                "ratio",
                0,
                None,
                RPV2,
                partial(top_gram_char_frac, n=n),
                variant="rpv2",
                definition=f"characters of the most frequent {n} of words__rpv2 in a row, the first of "
                "several, times its count, over characters of all; 0 where none occurs twice",
            )
            for n in (2, 3, 4)
        ),
        *(
            Signal(
                f"dup_{n}_gram_char_frac",
                "ratio",
                0,
                1,
                RPV2,
                partial(dup_gram_char_frac, n=n),
                variant="rpv2",
                definition=f"share of the characters of words__rpv2 in {n} in a row that occur more than "
                "once, all occurrences counted",
            )
            for n in range(5, 11)
        ),
    ),
    params={
        "words": "the normalised text's; raw: runs of letters, marks, digits and _ or of others",
        "symbols": SYMBOLS,
        "ellipses": ELLIPSES,
        "terminal": TERMINAL,
        "bullets": BULLETS,
        **versions("unicode", "regex"),
    },
    default=False,
)
