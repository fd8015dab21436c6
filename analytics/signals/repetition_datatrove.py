"""Gopher's repetition quantities as datatrove's filter computes them, over its own words."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import SPACE, classes, code_point
from analytics.kernel import kernel
from analytics.ngrams import FIVE, SHORTEST, Repeats, eight_bytes, repeats, seen_before, word_ids
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals.length import characters
from analytics.spacy_words import tokens
from analytics.spans import Spans

DATATROVE = "huggingface/datatrove@a649de79, GopherRepetitionFilter"


def pieces(texts: Texts) -> tuple[Spans, Spans]:
    r"""Pieces of texts between runs of ``\n``, and of the stripped texts between runs of two and more.

    What stands before a run at the start and after one at the end is a piece too, an empty one. Empty text
    has none: datatrove rejects it before it looks for any.
    """
    found = _pieces(texts.data, texts.offsets, texts.valid, classes())
    return Spans(*found[:4]), Spans(*found[4:])


def token_repeats(texts: Texts) -> Repeats:
    """What is repeated of datatrove's words; a view for ``texts.once``."""
    found = texts.once(tokens)
    return repeats(word_ids(texts, found), found.characters, found.bounds)


def dup_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Pieces between line feeds that stood before over pieces, shape (n_docs,). NaN if empty."""
    return ratio(texts.once(_lines_again)[0], texts.once(pieces)[0].counts())


def dup_line_char_frac(texts: Texts) -> NDArray[np.float64]:
    """Characters of those that stood before over characters of the text, shape (n_docs,). NaN if empty."""
    return ratio(texts.once(_lines_again)[1], texts.once(characters))


def dup_para_frac(texts: Texts) -> NDArray[np.float64]:
    """Paragraphs that stood before over paragraphs, shape (n_docs,). NaN if empty."""
    return ratio(texts.once(_paragraphs_again)[0], texts.once(pieces)[1].counts())


def dup_para_char_frac(texts: Texts) -> NDArray[np.float64]:
    """Characters of those that stood before over characters of the text, shape (n_docs,). NaN if empty."""
    return ratio(texts.once(_paragraphs_again)[1], texts.once(characters))


def top_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Length of the most frequent n-gram times its count over characters, shape (n_docs,). NaN if empty."""
    return ratio(texts.once(token_repeats).top_joined[n - SHORTEST], texts.once(characters))


def dup_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Characters of the n-grams that greed finds again over characters, shape (n_docs,). NaN if empty."""
    return ratio(texts.once(token_repeats).greedy[n - FIVE], texts.once(characters))


def _lines_again(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return _again(texts, texts.once(pieces)[0])


def _paragraphs_again(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return _again(texts, texts.once(pieces)[1])


def _again(texts: Texts, found: Spans) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return seen_before(word_ids(texts, found), found.characters, found.bounds)


@kernel
def _pieces(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], classes: NDArray[np.uint8]
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
    n_docs = offsets.size - 1
    most = n_docs
    for place in range(offsets[0], offsets[-1]):
        most += data[place] == 0x0A
    line_starts, line_ends = np.empty(most, np.int64), np.empty(most, np.int64)
    para_starts, para_ends = np.empty(most, np.int64), np.empty(most, np.int64)
    line_characters, para_characters = np.empty(most, np.int64), np.empty(most, np.int64)
    line_bounds, para_bounds = np.zeros(n_docs + 1, np.int64), np.zeros(n_docs + 1, np.int64)
    n_lines, n_paras = 0, 0
    ones, line_feeds = np.uint64(0x0101010101010101), np.uint64(0x0A0A0A0A0A0A0A0A)
    six, seven = np.uint64(6), np.uint64(7)
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        if valid[i] and place < end:
            first, skipped = place, 0  # what is left when the text is stripped
            while first < end:
                point, size = code_point(data, first)
                if not classes[point] & SPACE:
                    break
                first += size
                skipped += 1
            last, dropped = end, 0
            while last > first:
                before = last - 1
                while (data[before] & 0xC0) == 0x80:
                    before -= 1
                point, size = code_point(data, before)
                if not classes[point] & SPACE:
                    break
                last = before
                dropped += 1

            line, line_before, para, para_before = place, 0, first, skipped
            length = 0
            while True:
                while place + 8 <= end:  # as long as there is no line feed among eight bytes
                    eight = eight_bytes(data, place)
                    fed = eight ^ line_feeds
                    if (fed - ones) & ~fed & (ones << seven):
                        break
                    # UTF-8: the bytes of a code point after its first begin with the bits 10
                    later = (eight >> seven) & ~(eight >> six) & ones
                    length += 8 - int(np.int64((later * ones) >> np.uint64(56)))
                    place += 8
                while place < end and data[place] != 0x0A:
                    length += (data[place] & 0xC0) != 0x80
                    place += 1
                line_starts[n_lines], line_ends[n_lines] = line, place
                line_characters[n_lines] = length - line_before
                n_lines += 1
                if place == end:
                    break
                stop = place + 1
                while stop < end and data[stop] == 0x0A:
                    stop += 1
                run = stop - place
                if run > 1 and place >= first and place < last:
                    para_starts[n_paras], para_ends[n_paras] = para, place
                    para_characters[n_paras] = length - para_before
                    n_paras += 1
                    para, para_before = stop, length + run
                length += run
                place, line, line_before = stop, stop, length
            para_starts[n_paras], para_ends[n_paras] = para, last
            para_characters[n_paras] = length - dropped - para_before
            n_paras += 1
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
    "repetition_datatrove",
    version=1,
    signals=(
        Signal(
            "dup_line_frac",
            "ratio",
            0,
            1,
            DATATROVE,
            dup_line_frac,
            "datatrove",
            definition="share of the pieces between runs of line feeds, an empty one at either end too, "
            "that an earlier one equals",
        ),
        Signal(
            "dup_line_char_frac",
            "ratio",
            0,
            1,
            DATATROVE,
            dup_line_char_frac,
            "datatrove",
            definition="characters of pieces between line feeds that an earlier one equals, over characters",
        ),
        Signal(
            "dup_para_frac",
            "ratio",
            0,
            1,
            DATATROVE,
            dup_para_frac,
            "datatrove",
            definition="share of the pieces of the stripped text, between runs of two line feeds and more, "
            "that an earlier one equals",
        ),
        Signal(
            "dup_para_char_frac",
            "ratio",
            0,
            1,
            DATATROVE,
            dup_para_char_frac,
            "datatrove",
            definition="characters of pieces of the stripped text, between runs of two line feeds and more, "
            "that an earlier one equals, over characters of the whole text",
        ),
        *(
            Signal(
                f"top_{n}_gram_char_frac",
                "ratio",
                0,
                None,
                DATATROVE,
                partial(top_gram_char_frac, n=n),
                "datatrove",
                definition=f"characters of the most frequent run of {n} tokens (the first of equals, also "
                "one that occurs once) joined by spaces, times its count, over characters",
            )
            for n in (2, 3, 4)
        ),
        *(
            Signal(
                f"dup_{n}_gram_char_frac",
                "ratio",
                0,
                1,
                DATATROVE,
                partial(dup_gram_char_frac, n=n),
                "datatrove",
                definition=f"characters of runs of {n} tokens that were met before, over characters: from "
                f"left to right, and after one {n} tokens are passed over",
            )
            for n in range(5, 11)
        ),
    ),
    params={
        "words": "spaCy's rules for English, blanks left out",
        "lines": "between runs of U+000A",
        "paragraphs": "of the stripped text, between two U+000A and more",
        **versions("unicode", "regex"),
    },
)
