"""The quantities of RefinedWeb's heuristics as DCLM's code computes them.

DCLM first folds three and more newlines into two. That changes none of these: lines and paragraphs are
stripped and blank ones left out, and the rest looks at words.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import code_point
from analytics.kernel import kernel
from analytics.line_classes import ALPHANUMERIC, line_classes
from analytics.newlines import WORDED, begin_with, end_with, pieces_between
from analytics.ngrams_peers import Grams, Pieces, grams, occurrences, pieces
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.spans import Spans, words
from analytics.transformation import edited, transformation_named
from analytics.uax29 import words_from_alphanumeric

DCLM = "mlfoundations/dclm@361714bd, refinedweb.yaml (Li et al. 2024, arXiv:2406.11794)"
BULLETS = ("●", "•", "*", "-")
ELLIPSES = ("...", ". . .", "…")
SYMBOLS = ("#", *ELLIPSES)
EDIT = "refinedweb_lines"


def _lines(texts: Texts) -> Spans:
    return pieces_between(texts, 1, runs=False, strip=True, which=WORDED)


def _paragraphs(texts: Texts) -> Spans:
    return pieces_between(texts, 2, runs=False, strip=True, which=WORDED)


def _repeated_lines(texts: Texts) -> Pieces:
    return pieces(texts, texts.once(_lines))


def _repeated_paragraphs(texts: Texts) -> Pieces:
    return pieces(texts, texts.once(_paragraphs))


PIECES = {"line": (_lines, _repeated_lines), "para": (_paragraphs, _repeated_paragraphs)}
"""Unit -> its pieces, and what is repeated among them."""


def _grams(texts: Texts) -> Grams:
    found = texts.once(words_from_alphanumeric)
    return grams(texts, found, found.characters)


def _word_characters(texts: Texts) -> NDArray[np.int64]:
    found = texts.once(words_from_alphanumeric)
    return found.sums(found.characters)


def word_count(texts: Texts) -> NDArray[np.int64]:
    """Words between ASCII white space and NUL that begin with a letter or number, shape (n_docs,)."""
    return _words_from_alphanumeric(texts.data, texts.offsets, texts.valid, line_classes())


def words_removed_ratio(texts: Texts) -> NDArray[np.float64]:
    """Share of those words that RefinedWeb's line corrections take away, shape (n_docs,). NaN without one.

    Below 0 where stripping the text bares a word that did not begin with a letter or number.
    """
    before = texts.once(word_count)
    return ratio(before - word_count(texts.once(edited(EDIT))), before)


def symbol_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """``SYMBOLS``, each looked for by itself, over words, shape (n_docs,); may pass 1. NaN without a word."""
    return ratio(occurrences(texts, SYMBOLS), texts.once(words).counts())


def bullet_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that begin with one of ``BULLETS`` over lines, shape (n_docs,). NaN where there is no line."""
    found = texts.once(_lines)
    return ratio(found.sums(begin_with(texts, found, BULLETS)), found.counts())


def ellipsis_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that end with one of ``ELLIPSES`` over lines, shape (n_docs,). NaN where there is no line."""
    found = texts.once(_lines)
    return ratio(found.sums(end_with(texts, found, ELLIPSES)), found.counts())


def dup_frac(texts: Texts, unit: str) -> NDArray[np.float64]:
    """Lines or paragraphs that stand in the text more than once over all of them, shape (n_docs,)."""
    find, repeat = PIECES[unit]
    return ratio(texts.once(repeat).repeated, texts.once(find).counts())


def dup_char_frac(texts: Texts, unit: str) -> NDArray[np.float64]:
    """Characters of those lines or paragraphs over characters of all, shape (n_docs,)."""
    find, repeat = PIECES[unit]
    found = texts.once(find)
    return ratio(texts.once(repeat).repeated_length, found.sums(found.characters))


def top_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """The longest of the most frequent n-grams times its count over characters of words, shape (n_docs,).

    0 where no n-gram occurs twice; may pass 1 where occurrences overlap. NaN without a word.
    """
    found, row = texts.once(_grams), n - 2
    return ratio(found.top[row] * found.longest_length[row], texts.once(_word_characters))


def dup_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Characters of words that repeated n-grams cover over characters of words, shape (n_docs,)."""
    return ratio(texts.once(_grams).covered[n - 2], texts.once(_word_characters))


@kernel
def _words_from_alphanumeric(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], classes: NDArray[np.uint8]
) -> NDArray[np.int64]:
    counts = np.zeros(offsets.size - 1, np.int64)
    for i in range(counts.size):
        if not valid[i]:
            continue
        inside = False
        for place in range(offsets[i], offsets[i + 1]):
            byte = data[place]
            if byte == 0x20 or byte == 0 or (byte >= 0x09 and byte <= 0x0D):
                inside = False
            elif not inside:
                inside = True
                point, _ = code_point(data, place)
                counts[i] += (classes[point] & ALPHANUMERIC) != 0
    return counts


LINE, PARAGRAPH = "lines between newlines", "pieces between pairs of newlines"
WORDS = "UAX 29 words that begin with a letter or number"


def _duplicates(unit: str, what: str) -> tuple[Signal, Signal]:
    stripped = f"{what} (stripped, blank ones left out)"
    return (
        Signal(
            f"dup_{unit}_frac",
            "ratio",
            0,
            1,
            DCLM,
            partial(dup_frac, unit=unit),
            variant="dclm",
            definition=f"share of the {stripped} that stand in the text more than once, all of them counted",
        ),
        Signal(
            f"dup_{unit}_char_frac",
            "ratio",
            0,
            1,
            DCLM,
            partial(dup_char_frac, unit=unit),
            variant="dclm",
            definition=f"characters of the {stripped} that stand in it more than once over those of all",
        ),
    )


FAMILY = Family(
    "dclm",
    version=1,
    signals=(
        Signal(
            "words",
            "words",
            0,
            None,
            DCLM,
            word_count,
            variant="dclm",
            type="integer",
            definition="pieces between ASCII white space or NUL, as fastText parts them, whose first "
            "character is a letter or number",
        ),
        Signal(
            "symbol_word_ratio",
            "ratio",
            0,
            None,
            DCLM,
            symbol_word_ratio,
            variant="dclm",
            definition="occurrences of #, ..., . . . and … over the words between white space",
        ),
        Signal(
            "bullet_line_frac",
            "ratio",
            0,
            1,
            DCLM,
            bullet_line_frac,
            variant="dclm",
            definition=f"share of the {LINE} (stripped, blank ones left out) that begin with ● • * or -",
        ),
        Signal(
            "ellipsis_line_frac",
            "ratio",
            0,
            1,
            DCLM,
            ellipsis_line_frac,
            variant="dclm",
            definition=f"share of the {LINE} (stripped, blank ones left out) that end with ..., . . . or …",
        ),
        *_duplicates("line", LINE),
        *_duplicates("para", PARAGRAPH),
        *(
            Signal(
                f"top_{n}_gram_char_frac",
                "ratio",
                0,
                None,
                DCLM,
                partial(top_gram_char_frac, n=n),
                variant="dclm",
                definition=f"characters of the most frequent {n} words in a row, the longest of several, "
                f"times its count, over characters of the {WORDS}; 0 where none occurs twice",
            )
            for n in (2, 3, 4)
        ),
        *(
            Signal(
                f"dup_{n}_gram_char_frac",
                "ratio",
                0,
                1,
                DCLM,
                partial(dup_gram_char_frac, n=n),
                variant="dclm",
                definition=f"share of the characters of the {WORDS} in {n} words in a row that occur more "
                "than once, all occurrences counted",
            )
            for n in range(5, 11)
        ),
        Signal(
            "words_removed_ratio",
            "ratio",
            None,
            1,
            DCLM,
            words_removed_ratio,
            variant="dclm",
            definition="share of words__dclm that RefinedWeb's line corrections take away",
        ),
    ),
    params={
        "words": "fastText's, and of n-grams UAX 29's, that begin with a letter or number",
        "symbols": SYMBOLS,
        "bullets": BULLETS,
        "ellipses": ELLIPSES,
        EDIT: transformation_named(EDIT).hash,
        "newlines": "three and more are two, which changes no value",
        **versions("unicode", "regex"),
    },
    default=False,
)
