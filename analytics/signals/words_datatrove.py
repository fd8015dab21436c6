"""Words, symbols and sentences as datatrove counts them in English text, for Gopher's quality rules.

datatrove counts with the tokens of spaCy's English rules, so marks and endings are words of their own. What
makes a token a word is a character outside its set of symbols; that set is computed from Unicode properties
here and differs from datatrove's in a few rare characters (``analytics.spacy_words.SYMBOLS``).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import BREAK, SPACE, classes, code_point
from analytics.kernel import kernel
from analytics.ngrams import eight_bytes
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals.words import STOP_WORDS
from analytics.spacy_words import ALPHABETIC, WORD, previous, sentence_counts, tokens

DATATROVE = "huggingface/datatrove a649de79, GopherQualityFilter"

WORDS, LENGTH, ALPHA, STOPS, STOPPED = range(5)
"""Rows of ``word_sums``: words, their characters, tokens with a letter, how many of the stop words there are,
tokens that are one."""
HASHES, ELLIPSES, NEWLINES, LINES, BULLETED, TRAILING = range(6)
"""Rows of ``mark_sums``: marks in the text, lines, those that begin with a bullet or end with an ellipsis."""


def word_sums(texts: Texts) -> NDArray[np.int64]:
    """What the tokens of each document are, shape (5, n_docs); a view for ``texts.once``."""
    found = texts.once(tokens)
    sums = _sum_tokens(
        texts.data, found.starts, found.ends, found.characters, found.kinds, found.bounds, packed()
    )
    return sums.reshape(5, len(texts))


def mark_sums(texts: Texts) -> NDArray[np.int64]:
    """What each document has of marks and of lines that they begin or end, shape (6, n_docs)."""
    return _sum_marks(texts.data, texts.offsets, texts.valid, classes(), looked_at()).reshape(6, len(texts))


def token_count(texts: Texts) -> NDArray[np.int64]:
    """Tokens of each document, shape (n_docs,)."""
    return texts.once(tokens).counts()


def word_count(texts: Texts) -> NDArray[np.int64]:
    """Tokens that are no symbols, shape (n_docs,)."""
    return np.ascontiguousarray(texts.once(word_sums)[WORDS])


def mean_word_length(texts: Texts) -> NDArray[np.float64]:
    """Code points a token that is no symbol, shape (n_docs,). NaN where there is none."""
    return ratio(texts.once(word_sums)[LENGTH], texts.once(word_sums)[WORDS])


def hash_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """``#`` over tokens, shape (n_docs,). NaN where there is no token."""
    return ratio(texts.once(mark_sums)[HASHES], token_count(texts))


def ellipsis_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """``...`` and ``…`` over tokens, shape (n_docs,). NaN where there is no token."""
    return ratio(texts.once(mark_sums)[ELLIPSES], token_count(texts))


def frac_words_alpha(texts: Texts) -> NDArray[np.float64]:
    """Tokens with a letter of any script over tokens, shape (n_docs,). NaN where there is no token."""
    return ratio(texts.once(word_sums)[ALPHA], token_count(texts))


def stop_word_count(texts: Texts) -> NDArray[np.int64]:
    """How many of ``STOP_WORDS`` are among the tokens, in lower case, shape (n_docs,)."""
    return np.ascontiguousarray(texts.once(word_sums)[STOPS])


def bullet_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that begin with ``•`` or ``-`` over lines, shape (n_docs,). NaN where there is no line."""
    return ratio(texts.once(mark_sums)[BULLETED], texts.once(mark_sums)[LINES])


def ellipsis_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that end with ``...`` or ``…`` over lines, shape (n_docs,). NaN where there is no line."""
    return ratio(texts.once(mark_sums)[TRAILING], texts.once(mark_sums)[LINES])


def newline_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """Line feeds over tokens, shape (n_docs,). NaN where there is no token."""
    return ratio(texts.once(mark_sums)[NEWLINES], token_count(texts))


N_STOP_WORDS = len(STOP_WORDS)


@lru_cache(maxsize=1)
def packed() -> NDArray[np.uint32]:
    """The stop words, each as a little-endian number of its bytes, shape (8,)."""
    return np.array([int.from_bytes(word.encode(), "little") for word in STOP_WORDS], np.uint32)


@lru_cache(maxsize=1)
def looked_at() -> NDArray[np.bool_]:
    """Bytes that a mark or the end of a line begins with, shape (256,)."""
    table = np.zeros(256, np.bool_)
    marks = [chr(point) for point in np.flatnonzero(classes() & BREAK)]
    table[[mark.encode()[0] for mark in (*marks, "#", ".", "…")]] = True
    return table


@kernel
def _sum_tokens(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    characters: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    stop_words: NDArray[np.uint32],
) -> NDArray[np.int64]:
    n_docs = bounds.size - 1
    sums = np.zeros(5 * n_docs, np.int64)
    for i in range(n_docs):
        words, length, alphabetic, met, stopped = 0, 0, 0, 0, 0
        for token in range(bounds[i], bounds[i + 1]):
            kind = kinds[token]
            if kind & WORD:
                words += 1
                length += characters[token]
            if kind & ALPHABETIC:
                alphabetic += 1
                size = ends[token] - starts[token]
                if size <= 4:
                    letters, place = np.uint32(0), starts[token]
                    if place + 8 <= data.size:  # whatever the length, so that it is not guessed
                        bits = np.uint64(8 * size)
                        letters = np.uint32(
                            eight_bytes(data, place) & ((np.uint64(1) << bits) - np.uint64(1))
                        )
                    else:
                        for k in range(size):
                            letters |= np.uint32(data[place + k]) << np.uint32(8 * k)
                    for number in range(N_STOP_WORDS):
                        hit = 1 if letters == stop_words[number] else 0
                        met |= hit << number
                        stopped += hit
        stops = 0
        while met:
            stops += met & 1
            met >>= 1
        sums[STOPPED * n_docs + i] = stopped
        sums[WORDS * n_docs + i] = words
        sums[LENGTH * n_docs + i] = length
        sums[ALPHA * n_docs + i] = alphabetic
        sums[STOPS * n_docs + i] = stops
    return sums


@kernel
def _sum_marks(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint8],
    looked_at: NDArray[np.bool_],
) -> NDArray[np.int64]:
    n_docs = offsets.size - 1
    sums = np.zeros(6 * n_docs, np.int64)
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            place = end
        line = place
        while place < end:
            at, stop = np.uint64(place), np.uint64(end)
            while at < stop and not looked_at[data[at]]:
                at += np.uint64(1)
            place = int(at)
            if place == end:
                break
            byte = data[place]
            if byte == 0x23:
                sums[HASHES * n_docs + i] += 1
                place += 1
                continue
            if byte == 0x2E:
                three = place + 2 < end and data[place + 1] == 0x2E and data[place + 2] == 0x2E
                sums[ELLIPSES * n_docs + i] += three
                place += 3 if three else 1
                continue
            point, size = code_point(data, place)
            if point == 0x2026:
                sums[ELLIPSES * n_docs + i] += 1
            elif classes[point] & BREAK:
                sums[NEWLINES * n_docs + i] += byte == 0x0A
                sums[LINES * n_docs + i] += 1
                marked = _line_marks(data, line, place, classes)
                sums[BULLETED * n_docs + i] += marked & 1
                sums[TRAILING * n_docs + i] += marked >> 1
                if byte == 0x0D and place + 1 < end and data[place + 1] == 0x0A:
                    sums[NEWLINES * n_docs + i] += 1
                    place += 1
                line = place + size
            place += size
        if line < end:
            sums[LINES * n_docs + i] += 1
            marked = _line_marks(data, line, end, classes)
            sums[BULLETED * n_docs + i] += marked & 1
            sums[TRAILING * n_docs + i] += marked >> 1
    return sums


@kernel
def _line_marks(data: NDArray[np.uint8], start: int, end: int, classes: NDArray[np.uint8]) -> int:
    """1 where a line begins with a bullet, 2 where it ends with an ellipsis, added up."""
    marked = 0
    while start < end:
        point, size = code_point(data, start)
        if not classes[point] & SPACE:
            marked = 1 if point == 0x2D or point == 0x2022 else 0
            break
        start += size
    while end > start:
        point, size = previous(data, start, end)
        if not classes[point] & SPACE:
            dots = point == 0x2E and end - start > 2 and data[end - 2] == 0x2E and data[end - 3] == 0x2E
            marked += 2 if dots or point == 0x2026 else 0
            break
        end -= size
    return marked


FAMILY = Family(
    "words_datatrove",
    version=1,
    signals=(
        Signal(
            "words",
            "words",
            0,
            None,
            "huggingface/datatrove a649de79, split_into_words",
            token_count,
            variant="spacy",
            type="integer",
            definition="tokens of spaCy's rules for English, marks and endings such as n't among them",
        ),
        Signal(
            "words",
            "words",
            0,
            None,
            DATATROVE,
            word_count,
            variant="datatrove",
            type="integer",
            definition="tokens of spaCy's rules for English with a character that is no symbol to datatrove",
        ),
        Signal(
            "mean_word_length",
            "characters",
            1,
            None,
            DATATROVE,
            mean_word_length,
            variant="datatrove",
            definition="mean code points of the tokens that are no symbols",
        ),
        Signal(
            "symbol_word_ratio",
            "ratio",
            0,
            None,
            DATATROVE,
            hash_word_ratio,
            variant="datatrove_hash",
            definition="occurrences of # over tokens; may pass 1",
        ),
        Signal(
            "symbol_word_ratio",
            "ratio",
            0,
            None,
            DATATROVE,
            ellipsis_word_ratio,
            variant="datatrove_ellipsis",
            definition="occurrences of ... and … over tokens; may pass 1",
        ),
        Signal(
            "frac_words_alpha",
            "ratio",
            0,
            1,
            DATATROVE,
            frac_words_alpha,
            variant="datatrove",
            definition="share of the tokens, marks among them, that hold a letter of any script",
        ),
        Signal(
            "stop_word_count",
            "words",
            0,
            len(STOP_WORDS),
            DATATROVE,
            stop_word_count,
            variant="datatrove",
            type="integer",
            definition="how many of the, be, to, of, and, that, have, with are tokens, in lower case",
        ),
        Signal(
            "bullet_line_frac",
            "ratio",
            0,
            1,
            DATATROVE,
            bullet_line_frac,
            variant="datatrove",
            definition="share of the lines, blank ones too, whose first mark is • or -",
        ),
        Signal(
            "ellipsis_line_frac",
            "ratio",
            0,
            1,
            DATATROVE,
            ellipsis_line_frac,
            variant="datatrove",
            definition="share of the lines, blank ones too, that end with ... or …, white space apart",
        ),
        Signal(
            "newline_word_ratio",
            "ratio",
            0,
            None,
            "huggingface/datatrove a649de79, FineWebQualityFilter",
            newline_word_ratio,
            definition="line feeds over tokens of spaCy's rules for English; may pass 1",
        ),
        Signal(
            "sentences",
            "sentences",
            0,
            None,
            "huggingface/datatrove a649de79, SentenceStats",
            sentence_counts,
            variant="spacy",
            type="integer",
            definition="sentences of spaCy's sentencizer, those of white space alone apart",
        ),
    ),
    params={
        "tokens": "the rules of spaCy 3.8 for English",
        "stop_words": STOP_WORDS,
        "bullets": ("•", "-"),
        **versions("unicode", "regex"),
    },
)
