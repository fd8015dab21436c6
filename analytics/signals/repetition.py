"""How much of a text is said again: lines, paragraphs and runs of words that stood in it before."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import SPACE, classes, code_point
from analytics.kernel import kernel
from analytics.ngrams import FIVE, SHORTEST, Repeats, ids_of_words, repeats, seen_before, word_ids
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals.length import characters
from analytics.spans import Spans, lines, words

GOPHER = "Rae et al. 2021, arXiv:2112.11446, table A1"
BIGSCIENCE = "bigscience-workshop/data-preparation@9d058841; modelscope/data-juicer@c07c2d79"
INSTANCES_OF = 10
"""Words of the n-grams whose repeated instances are counted: Data-Juicer's default."""


def filled(texts: Texts) -> tuple[Spans, Spans]:
    """Lines that are more than white space, and paragraphs: such lines with no blank one between."""
    found = texts.once(lines)
    pieces = _filled(texts.data, found.starts, found.ends, found.characters, found.bounds, classes())
    return Spans(*pieces[:4]), Spans(*pieces[4:])


def word_repeats(texts: Texts) -> Repeats:
    """What is repeated of the words between white space; a view for ``texts.once``."""
    found = texts.once(words)
    return repeats(texts.once(ids_of_words), found.characters, found.bounds)


def dup_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that stood before over lines, blank ones apart, shape (n_docs,). NaN where all are blank."""
    return ratio(texts.once(_lines_again)[0], texts.once(filled)[0].counts())


def dup_line_char_frac(texts: Texts) -> NDArray[np.float64]:
    """Characters of lines that stood before over characters of the text, shape (n_docs,). NaN if empty."""
    return ratio(texts.once(_lines_again)[1], texts.once(characters))


def dup_para_frac(texts: Texts) -> NDArray[np.float64]:
    """Paragraphs that stood before over paragraphs, shape (n_docs,). NaN where there is none."""
    return ratio(texts.once(_paragraphs_again)[0], texts.once(filled)[1].counts())


def dup_para_char_frac(texts: Texts) -> NDArray[np.float64]:
    """Characters of paragraphs that stood before over characters, shape (n_docs,). NaN if empty."""
    return ratio(texts.once(_paragraphs_again)[1], texts.once(characters))


def top_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Characters that the most frequent n-gram repeats over characters, shape (n_docs,). NaN if empty."""
    return ratio(texts.once(word_repeats).top_again[n - SHORTEST], texts.once(characters))


def dup_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Characters that n-grams repeat over characters of the text, shape (n_docs,). NaN if empty."""
    return ratio(texts.once(word_repeats).again[n - FIVE], texts.once(characters))


def word_repetition_ratio(texts: Texts) -> NDArray[np.float64]:
    """10-grams of words that occur more than once over all, shape (n_docs,). NaN below 10 words."""
    instances = texts.once(word_repeats).instances[INSTANCES_OF - SHORTEST]
    return ratio(instances, texts.once(words).counts() - INSTANCES_OF + 1)


def _lines_again(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return _again(texts, texts.once(filled)[0])


def _paragraphs_again(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return _again(texts, texts.once(filled)[1])


def _again(texts: Texts, found: Spans) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return seen_before(word_ids(texts, found), found.characters, found.bounds)


@kernel
def _filled(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    characters: NDArray[np.int64],
    bounds: NDArray[np.int64],
    classes: NDArray[np.uint8],
) -> tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
]:
    """Starts, ends, characters and bounds of the lines, and of the paragraphs."""
    n_docs, most = bounds.size - 1, starts.size
    line_starts, line_ends, line_characters = starts.copy(), ends.copy(), characters.copy()
    para_starts, para_ends = np.empty(most, np.int64), np.empty(most, np.int64)
    para_characters = np.empty(most, np.int64)
    line_bounds, para_bounds = np.zeros(n_docs + 1, np.int64), np.zeros(n_docs + 1, np.int64)
    n_lines, n_paras = 0, 0
    for i in range(n_docs):
        after_blank = True
        for line in range(bounds[i], bounds[i + 1]):
            place, blank = starts[line], True
            while blank and place < ends[line]:
                point, size = code_point(data, place)
                blank = (classes[point] & SPACE) != 0
                place += size
            if blank:
                after_blank = True
                continue
            line_starts[n_lines], line_ends[n_lines] = starts[line], ends[line]
            line_characters[n_lines] = characters[line]
            n_lines += 1
            if after_blank:
                para_starts[n_paras], para_characters[n_paras] = starts[line], characters[line]
                n_paras += 1
                after_blank = False
            else:
                para_characters[n_paras - 1] += characters[line]
                for between in range(ends[line - 1], starts[line]):
                    para_characters[n_paras - 1] += (data[between] & 0xC0) != 0x80
            para_ends[n_paras - 1] = ends[line]
        line_bounds[i + 1], para_bounds[i + 1] = n_lines, n_paras
    return (
        line_starts[:n_lines],
        line_ends[:n_lines],
        line_characters[:n_lines],
        line_bounds,
        para_starts[:n_paras],
        para_ends[:n_paras],
        para_characters[:n_paras],
        para_bounds,
    )


FAMILY = Family(
    "repetition",
    version=1,
    signals=(
        Signal(
            "dup_line_frac",
            "ratio",
            0,
            1,
            GOPHER,
            dup_line_frac,
            definition="share of the lines, blank ones apart, that an earlier line of the text equals",
        ),
        Signal(
            "dup_line_char_frac",
            "ratio",
            0,
            1,
            GOPHER,
            dup_line_char_frac,
            definition="characters of lines that an earlier line equals, blank ones apart, over characters",
        ),
        Signal(
            "dup_para_frac",
            "ratio",
            0,
            1,
            GOPHER,
            dup_para_frac,
            definition="share of the paragraphs (lines between blank lines) that an earlier one equals",
        ),
        Signal(
            "dup_para_char_frac",
            "ratio",
            0,
            1,
            GOPHER,
            dup_para_char_frac,
            definition="characters of paragraphs (lines between blank lines) that an earlier one equals, "
            "over characters",
        ),
        *(
            Signal(
                f"top_{n}_gram_char_frac",
                "ratio",
                0,
                1,
                GOPHER,
                partial(top_gram_char_frac, n=n),
                definition="characters of the words between white space that second and later occurrences "
                f"of the most frequent run of {n} words cover (the first of equals), over characters",
            )
            for n in (2, 3, 4)
        ),
        *(
            Signal(
                f"dup_{n}_gram_char_frac",
                "ratio",
                0,
                1,
                GOPHER,
                partial(dup_gram_char_frac, n=n),
                definition="characters of the words between white space that second and later occurrences "
                f"of runs of {n} words cover, each word once, over characters",
            )
            for n in range(5, 11)
        ),
        Signal(
            "word_repetition_ratio",
            "ratio",
            0,
            1,
            BIGSCIENCE,
            word_repetition_ratio,
            definition=f"share of the runs of {INSTANCES_OF} words between white space that stand twice or "
            "more",
        ),
    ),
    params={
        "words": "between Unicode white space, as written",
        "lines": "str.splitlines, blank ones apart",
        "paragraphs": "between blank lines",
        **versions("unicode"),
    },
)
