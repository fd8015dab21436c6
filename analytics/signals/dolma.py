"""Gopher's quantities as Dolma's taggers ``gopher_v1`` and ``gopher_v2`` compute them."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from analytics.kernel import kernel
from analytics.newlines import ALL, begin_with, end_with, pieces_between
from analytics.ngrams_peers import Pieces, grams_of_words, pieces
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.spans import Spans, words

DOLMA = "allenai/dolma@669f5348, taggers gopher_v1 and gopher_v2 (Soldaini et al. 2024, arXiv:2402.00159)"
BULLETS, ELLIPSES = ("*", "-"), ("…",)
SYMBOLS = ("#", "…")
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")  # Gopher's eight, in lower case only


def _lines(texts: Texts) -> Spans:
    return pieces_between(texts, 1, runs=False, strip=False, which=ALL)


def _filled_lines(texts: Texts) -> Spans:
    return pieces_between(texts, 1, runs=True, strip=False, which=ALL)


def _repeated_lines(texts: Texts) -> Pieces:
    return pieces(texts, texts.once(_lines))


def _repeated_filled_lines(texts: Texts) -> Pieces:
    return pieces(texts, texts.once(_filled_lines))


LINES = {"dolma": (_lines, _repeated_lines), "dolma2": (_filled_lines, _repeated_filled_lines)}
"""Variant -> its lines, and what is repeated among them."""


def _word_characters(texts: Texts) -> NDArray[np.int64]:
    found = texts.once(words)
    return found.sums(found.characters)


def _marks_of_words(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Words with a symbol and stop words of each document, shape (n_docs,) each."""
    found = texts.once(words)
    packed = np.array([int.from_bytes(word.encode(), "little") for word in STOP_WORDS], dtype=np.uint32)
    return _marked(texts.data, found.starts, found.ends, found.bounds, packed)


def median_word_length(texts: Texts) -> NDArray[np.float64]:
    """Median code points a word, shape (n_docs,): of an even number the mean of the middle two."""
    found = texts.once(words)
    counts = found.counts()
    document = np.repeat(np.arange(len(texts)), counts)
    lengths = found.characters[np.lexsort((found.characters, document))]
    median = np.full(len(texts), np.nan)
    some = counts > 0
    lower, upper = (found.bounds[:-1] + (counts - 1) // 2)[some], (found.bounds[:-1] + counts // 2)[some]
    median[some] = (lengths[lower] + lengths[upper]) / 2
    return median


def symbol_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """Words with ``#`` or ``…`` over words, shape (n_docs,). NaN where there is no word."""
    return ratio(texts.once(_marks_of_words)[0], texts.once(words).counts())


def stop_word_count(texts: Texts) -> NDArray[np.int64]:
    """Occurrences of ``STOP_WORDS`` as they are written, shape (n_docs,)."""
    return texts.once(_marks_of_words)[1]


def bullet_line_frac(texts: Texts, variant: str) -> NDArray[np.float64]:
    """Lines that begin with one of ``BULLETS`` over lines, shape (n_docs,)."""
    found = texts.once(LINES[variant][0])
    return ratio(found.sums(begin_with(texts, found, BULLETS)), found.counts())


def ellipsis_line_frac(texts: Texts, variant: str) -> NDArray[np.float64]:
    """Lines that end with ``…`` over lines, shape (n_docs,)."""
    found = texts.once(LINES[variant][0])
    return ratio(found.sums(end_with(texts, found, ELLIPSES)), found.counts())


def dup_line_frac(texts: Texts, variant: str) -> NDArray[np.float64]:
    """Lines that stand in the text more than once over lines, shape (n_docs,)."""
    lines, repeated = LINES[variant]
    return ratio(texts.once(repeated).repeated, texts.once(lines).counts())


def dup_line_char_frac(texts: Texts, variant: str) -> NDArray[np.float64]:
    """Characters of those lines over characters of words, shape (n_docs,); may pass 1. NaN without a word."""
    return ratio(texts.once(LINES[variant][1]).repeated_length, texts.once(_word_characters))


def top_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Characters of the most frequent n-gram, times its count, over characters of words, shape (n_docs,)."""
    found, row = texts.once(grams_of_words), n - 2
    share = ratio(found.top[row] * found.top_length[row], texts.once(_word_characters))
    return np.where(found.grams[row] > 0, share, np.nan)


def dup_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Characters of all occurrences of repeated n-grams over those of all n-grams, shape (n_docs,)."""
    found, row = texts.once(grams_of_words), n - 2
    return ratio(found.repeated[row], found.total[row])


@kernel
def _marked(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    bounds: NDArray[np.int64],
    packed: NDArray[np.uint32],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    with_symbol, stop_words = np.zeros(bounds.size - 1, np.int64), np.zeros(bounds.size - 1, np.int64)
    for i in range(bounds.size - 1):
        for word in range(bounds[i], bounds[i + 1]):
            start, end = starts[word], ends[word]
            if end - start <= 4:
                letters = np.uint32(0)
                for j in range(end - start):
                    letters |= np.uint32(data[start + j]) << np.uint32(8 * j)
                for one in packed:
                    stop_words[i] += letters == one
            for place in range(start, end):
                if data[place] == 0x23 or (  # the ellipsis is E2 80 A6
                    data[place] == 0xE2
                    and place + 2 < end
                    and data[place + 1] == 0x80
                    and data[place + 2] == 0xA6
                ):
                    with_symbol[i] += 1
                    break
    return with_symbol, stop_words


def _line_signals(variant: str, lines: str) -> tuple[Signal, ...]:
    return (
        Signal(
            "bullet_line_frac",
            "ratio",
            0,
            1,
            DOLMA,
            partial(bullet_line_frac, variant=variant),
            variant=variant,
            definition=f"share of the {lines} that begin with * or - without white space before it",
        ),
        Signal(
            "ellipsis_line_frac",
            "ratio",
            0,
            1,
            DOLMA,
            partial(ellipsis_line_frac, variant=variant),
            variant=variant,
            definition=f"share of the {lines} that end with … without white space after it",
        ),
        Signal(
            "dup_line_frac",
            "ratio",
            0,
            1,
            DOLMA,
            partial(dup_line_frac, variant=variant),
            variant=variant,
            definition=f"share of the {lines} that stand in the text more than once, all of them counted",
        ),
        Signal(
            "dup_line_char_frac",
            "ratio",
            0,
            None,
            DOLMA,
            partial(dup_line_char_frac, variant=variant),
            variant=variant,
            definition=f"characters of the {lines} that stand in the text more than once over those of words",
        ),
    )


FAMILY = Family(
    "dolma",
    version=1,
    signals=(
        Signal(
            "median_word_length",
            "characters",
            1,
            None,
            DOLMA,
            median_word_length,
            variant="dolma",
            definition="median code points of the words between white space",
        ),
        Signal(
            "symbol_word_ratio",
            "ratio",
            0,
            1,
            DOLMA,
            symbol_word_ratio,
            variant="dolma",
            definition="share of the words between white space that hold # or …; three full stops are none",
        ),
        Signal(
            "stop_word_count",
            "words",
            0,
            None,
            DOLMA,
            stop_word_count,
            variant="dolma",
            type="integer",
            definition="occurrences of the, be, to, of, and, that, have, with, in lower case only",
        ),
        *_line_signals("dolma", "lines between newlines, blank ones too,"),
        *_line_signals("dolma2", "lines between runs of newlines"),
        *(
            Signal(
                f"top_{n}_gram_char_frac",
                "ratio",
                0,
                None,
                DOLMA,
                partial(top_gram_char_frac, n=n),
                variant="dolma",
                definition=f"characters of the most frequent {n} words in a row, times its count (once is "
                "counted too), over characters of words between white space",
            )
            for n in (2, 3, 4)
        ),
        *(
            Signal(
                f"dup_{n}_gram_char_frac",
                "ratio",
                0,
                1,
                DOLMA,
                partial(dup_gram_char_frac, n=n),
                variant="dolma",
                definition=f"characters of all occurrences of {n} words in a row that occur more than once "
                f"over characters of all {n} words in a row, overlaps counted in both",
            )
            for n in range(5, 11)
        ),
    ),
    params={
        "words": "between Unicode white space",
        "symbols": SYMBOLS,
        "stop_words": STOP_WORDS,
        "bullets": BULLETS,
        "ellipses": ELLIPSES,
        "lines": {"dolma": "split at every newline", "dolma2": "split at runs of newlines"},
        **versions("unicode"),
    },
    default=False,
)
