"""The quantities of Dolma 3's "all-dressed" web pipeline (OLMo 3), as datamap-rs computes them.

Its lengths are UTF-8 bytes. Where Rust and Python differ in what is white space (U+001C to U+001F) or
letters of a regular expression (combining marks), Python's view is taken. The pipeline folds three and more
newlines into two before it counts paragraphs; so do the paragraphs here. The line corrections are as
configured: what follows a counter does not matter, and calls to act are looked for in lines of up to ten
words.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import SPACE, code_point
from analytics.kernel import kernel
from analytics.line_classes import UPPER, line_classes
from analytics.newlines import ALL, FILLED, begin_with, end_with, pieces_between
from analytics.ngrams_peers import Grams, Pieces, grams, occurrences, pieces
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.spans import Spans
from analytics.spans import words as between_spaces
from analytics.uax29 import words

DATAMAP = "allenai/datamap-rs of 6 March 2026, configs/all_dressed (OLMo 3, Dolma 3)"
MADLAD = (
    "Kudugunta et al. 2023, arXiv:2309.04662, section 2.3, as coded by allenai/datamap-rs of 6 March 2026"
)
BULLETS = ("●", "•", "*", "-")
ELLIPSES = ("...", ". . .", "…")
SYMBOLS = ("#", *ELLIPSES)
COUNTED = (
    "likes",
    "shares",
    "comments",
    "retweets",
    "reposts",
    "quotes",
    "bookmarks",
    "upvotes",
    "downvotes",
    "downloads",
    "views",
    "followers",
)
COUNTER = re.compile(rf"\W*\d[,.\d]*[kmb]?\s+(?:{'|'.join(COUNTED)})")
SOME_COUNTER = re.compile(
    rf"\s(?:{'|'.join(COUNTED)})"
)  # of the number before, time would grow as its square
CALLS = (
    (re.compile(r"\s?items in cart\s?"), " "),
    (re.compile(r"\s?Read more...$"), ""),
    (re.compile(r"^Sign-in\s?"), ""),
)
CALLED = re.compile("items in cart|Read more|Sign-in")
MOST_UPPER = 0.5
FEWEST_WORDS = 2
MOST_WORDS = 10
"""Of a line in which a call to act is looked for."""
CASED_WORDS = 12
"""Fewest words of a sentence that can be a list by its capitals."""


def _lines(texts: Texts) -> Spans:
    return pieces_between(texts, 1, runs=False, strip=False, which=ALL)


def _filled_lines(texts: Texts) -> Spans:
    return _in_bytes(pieces_between(texts, 1, runs=False, strip=False, which=FILLED))


def _paragraphs(texts: Texts) -> Spans:
    return _in_bytes(pieces_between(texts, 2, runs=True, strip=False, which=FILLED))


def _in_bytes(found: Spans) -> Spans:
    return Spans(found.starts, found.ends, found.ends - found.starts, found.bounds)


def _repeated_lines(texts: Texts) -> Pieces:
    return pieces(texts, texts.once(_filled_lines))


def _repeated_paragraphs(texts: Texts) -> Pieces:
    return pieces(texts, texts.once(_paragraphs))


PIECES = {"line": (_filled_lines, _repeated_lines), "para": (_paragraphs, _repeated_paragraphs)}
"""Unit -> its pieces, lengths in bytes, and what is repeated among them."""


def _grams(texts: Texts) -> Grams:
    found = texts.once(words)
    return grams(texts, found, found.ends - found.starts)


def _word_bytes(texts: Texts) -> NDArray[np.int64]:
    found = texts.once(words)
    return found.sums(found.ends - found.starts)


def word_count(texts: Texts) -> NDArray[np.int64]:
    """Words of UAX 29, or of a text that is ASCII alone its runs of letters and digits, shape (n_docs,)."""
    runs = _ascii_runs(texts.data, texts.offsets, texts.valid)
    return np.where(runs < 0, texts.once(words).counts(), runs)


def mean_word_length(texts: Texts) -> NDArray[np.float64]:
    """Bytes a word between white space, shape (n_docs,). NaN where there is no word."""
    found = texts.once(between_spaces)
    return ratio(found.sums(found.ends - found.starts), found.counts())


def symbol_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """``SYMBOLS``, each looked for by itself, over words between white space, shape (n_docs,); may pass 1.

    Three full stops with spaces between are one word. NaN where there is no word.
    """
    spaced = occurrences(texts, (". . .",))
    return ratio(occurrences(texts, SYMBOLS), texts.once(between_spaces).counts() - 2 * spaced)


def bullet_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines, blank ones too, that begin with one of ``BULLETS`` over lines, shape (n_docs,)."""
    found = texts.once(_lines)
    return ratio(found.sums(begin_with(texts, found, BULLETS)), found.counts())


def ellipsis_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that end with one of ``ELLIPSES`` over lines that are not empty, shape (n_docs,)."""
    found = texts.once(_lines)
    document_end = np.repeat(texts.offsets[1:], found.counts())
    returns = end_with(texts, found, ("\r",)) * (found.ends < document_end)  # before a newline: no text
    found = Spans(found.starts, found.ends - returns, found.characters - returns, found.bounds)
    filled = found.sums((found.ends > found.starts).astype(np.int64))
    return ratio(found.sums(end_with(texts, found, ELLIPSES)), filled)


def dup_frac(texts: Texts, unit: str) -> NDArray[np.float64]:
    """Lines or paragraphs that stand in the text more than once over all of them, shape (n_docs,)."""
    find, repeat = PIECES[unit]
    return ratio(texts.once(repeat).repeated, texts.once(find).counts())


def dup_char_frac(texts: Texts, unit: str) -> NDArray[np.float64]:
    """Bytes of those lines or paragraphs over bytes of all, shape (n_docs,)."""
    find, repeat = PIECES[unit]
    found = texts.once(find)
    return ratio(texts.once(repeat).repeated_length, found.sums(found.characters))


def top_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Bytes of words that the longest most frequent n-gram covers over those of words, shape (n_docs,).

    0 where none occurs twice. NaN where there is no word.
    """
    return ratio(texts.once(_grams).longest_covered[n - 2], texts.once(_word_bytes))


def dup_gram_char_frac(texts: Texts, n: int) -> NDArray[np.float64]:
    """Bytes of words that repeated n-grams cover over bytes of words, shape (n_docs,). NaN without a word."""
    return ratio(texts.once(_grams).covered[n - 2], texts.once(_word_bytes))


def words_removed_ratio(texts: Texts) -> NDArray[np.float64]:
    """Share of UAX 29's words that the line corrections take away, shape (n_docs,). NaN without a word."""
    found, lines = texts.once(words), texts.once(_lines)
    before = np.diff(np.searchsorted(found.starts, np.append(lines.starts, texts.offsets[-1])))
    upper, digits = _line_marks(texts.data, lines.starts, lines.ends, line_classes())
    size = lines.ends - lines.starts
    stay = (upper <= MOST_UPPER * size) & ((digits < size) | (size == 0))
    left = np.where(stay & (before >= FEWEST_WORDS), before, 0)
    called: list[bytes] = []
    places: list[int] = []
    for i in np.flatnonzero(texts.valid):
        text = texts.data[texts.offsets[i] : texts.offsets[i + 1]].tobytes().decode()
        counters, calls = SOME_COUNTER.search(text.lower()), CALLED.search(text)
        if not counters and not calls:
            continue
        for number, line in zip(range(lines.bounds[i], lines.bounds[i + 1]), text.split("\n"), strict=True):
            if counters and COUNTER.match(line.lower()):
                left[number] = 0
            elif calls and 0 < left[number] <= MOST_WORDS and CALLED.search(line):
                shorter = line.removesuffix("\r")
                for call, instead in CALLS:
                    shorter = call.sub(instead, shorter)
                called.append(shorter.encode())
                places.append(number)
    if called:
        data, offsets = np.frombuffer(b"".join(called), np.uint8), np.cumsum([0, *map(len, called)])
        left[places] = words(Texts(data, offsets, np.ones(len(called), np.bool_))).counts()
    return ratio(found.counts() - lines.sums(left), found.counts())


def _sentences(texts: Texts) -> Spans:
    """Pieces between runs of ``.!?`` with white space after, that are not blank."""
    starts, ends, bounds = _split_sentences(texts.data, texts.offsets, texts.valid, line_classes())
    return Spans(starts, ends, ends - starts, bounds)


def sentence_count(texts: Texts) -> NDArray[np.int64]:
    """Sentences of each document, shape (n_docs,)."""
    return texts.once(_sentences).counts()


def capitalised_sentence_frac(texts: Texts) -> NDArray[np.float64]:
    """Long sentences over half of whose words begin with a capital over sentences, shape (n_docs,)."""
    found, sentences = texts.once(words), texts.once(_sentences)
    capital = np.concatenate(([0], np.cumsum(_capitals(texts.data, found.starts, line_classes()))))
    first = np.searchsorted(found.starts, sentences.starts)
    last = np.searchsorted(found.starts, sentences.ends)
    lists = (last - first >= CASED_WORDS) & (2 * (capital[last] - capital[first]) > last - first)
    return ratio(sentences.sums(lists.astype(np.int64)), sentences.counts())


@kernel
def _ascii_runs(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Runs of ASCII letters and digits in each document; -1 where it has a byte beyond ASCII."""
    counts = np.zeros(offsets.size - 1, np.int64)
    for i in range(counts.size):
        inside = False
        for place in range(offsets[i], offsets[i + 1]):
            byte = data[place]
            if byte >= 0x80 or not valid[i]:
                counts[i] = -1
                break
            word = (byte >= 0x30 and byte <= 0x39) or (byte | 0x20 >= 0x61 and byte | 0x20 <= 0x7A)
            counts[i] += word and not inside
            inside = word
    return counts


@kernel
def _line_marks(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], classes: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    upper, digits = np.zeros(starts.size, np.int64), np.zeros(starts.size, np.int64)
    for line in range(starts.size):
        place = starts[line]
        while place < ends[line]:
            point, size = code_point(data, place)
            upper[line] += (classes[point] & UPPER) != 0
            digits[line] += point >= 0x30 and point <= 0x39
            place += size
    return upper, digits


@kernel
def _capitals(
    data: NDArray[np.uint8], starts: NDArray[np.int64], classes: NDArray[np.uint8]
) -> NDArray[np.int64]:
    capital = np.zeros(starts.size, np.int64)
    for word in range(starts.size):
        point, _ = code_point(data, starts[word])
        capital[word] = (classes[point] & UPPER) != 0
    return capital


@kernel
def _split_sentences(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], classes: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    n_docs = offsets.size - 1
    most = (offsets[-1] - offsets[0]) // 2 + n_docs
    starts, ends, bounds = np.empty(most, np.int64), np.empty(most, np.int64), np.zeros(n_docs + 1, np.int64)
    found = 0
    for i in range(n_docs):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            place = end
        start, filled = place, False
        while place < end:
            point, size = code_point(data, place)
            if point == 0x2E or point == 0x21 or point == 0x3F:
                stop = place
                while stop < end and (data[stop] == 0x2E or data[stop] == 0x21 or data[stop] == 0x3F):
                    stop += 1
                after = stop
                while after < end:
                    point, size = code_point(data, after)
                    if not classes[point] & SPACE:
                        break
                    after += size
                if after == stop:  # no white space after the marks: they are of the sentence
                    place, filled = stop, True
                    continue
                if filled:
                    starts[found], ends[found] = start, place
                    found += 1
                place, start, filled = after, after, False
                continue
            if not classes[point] & SPACE:
                filled = True
            place += size
        if filled:
            starts[found], ends[found] = start, end
            found += 1
        bounds[i + 1] = found
    return starts[:found], ends[:found], bounds


WORDS = "UAX 29 words with a letter or number"
NEEDED = {
    "line": "lines between newlines that are not empty",
    "para": "pieces between two and more newlines",
}


def _signal(
    name: str,
    measure: Callable[[Texts], NDArray[Any]],
    definition: str,
    high: float | None = 1,
    unit: str = "ratio",
) -> Signal:
    return Signal(name, unit, 0, high, DATAMAP, measure, variant="dolma3", definition=definition)


FAMILY = Family(
    "dolma3",
    version=1,
    signals=(
        Signal(
            "words",
            "words",
            0,
            None,
            DATAMAP,
            word_count,
            variant="uax29",
            type="integer",
            definition=f"{WORDS}; in a text of ASCII alone runs of letters and digits, so that don't is two",
        ),
        _signal(
            "mean_word_length",
            mean_word_length,
            "mean UTF-8 bytes of the words between white space",
            high=None,
            unit="bytes",
        ),
        _signal(
            "symbol_word_ratio",
            symbol_word_ratio,
            "occurrences of #, ..., . . . and … over the words between white space, . . . being one",
            high=None,
        ),
        _signal(
            "bullet_line_frac",
            bullet_line_frac,
            "share of the lines between newlines, blank ones too, that begin with ● • * or - without white "
            "space before it",
        ),
        _signal(
            "ellipsis_line_frac",
            ellipsis_line_frac,
            "share of the lines that are not empty that end with ..., . . . or … and no white space",
        ),
        *(
            _signal(
                f"dup_{unit}_frac",
                partial(dup_frac, unit=unit),
                f"share of the {what} that stand in the text more than once, all of them counted",
            )
            for unit, what in NEEDED.items()
        ),
        *(
            _signal(
                f"dup_{unit}_char_frac",
                partial(dup_char_frac, unit=unit),
                f"UTF-8 bytes of the {what} that stand in the text more than once over those of all",
            )
            for unit, what in NEEDED.items()
        ),
        *(
            _signal(
                f"top_{n}_gram_char_frac",
                partial(top_gram_char_frac, n=n),
                f"share of the bytes of the {WORDS} that the most frequent {n} in a row, the longest of "
                "several, cover; 0 where none occurs twice",
            )
            for n in (2, 3, 4)
        ),
        *(
            _signal(
                f"dup_{n}_gram_char_frac",
                partial(dup_gram_char_frac, n=n),
                f"share of the bytes of the {WORDS} in {n} in a row that occur more than once, all "
                "occurrences counted",
            )
            for n in range(5, 11)
        ),
        _signal(
            "words_removed_ratio",
            words_removed_ratio,
            f"share of the {WORDS} that go with lines over half upper case in bytes, of digits alone, that "
            "begin with a count of likes and the like, or of one word, and with calls to act in short lines",
        ),
        Signal(
            "sentences",
            "sentences",
            0,
            None,
            MADLAD,
            sentence_count,
            variant="madlad",
            type="integer",
            definition="pieces with a character between runs of . ! ? that white space follows",
        ),
        Signal(
            "capitalised_sentence_frac",
            "ratio",
            0,
            1,
            MADLAD,
            capitalised_sentence_frac,
            variant="madlad",
            definition=f"share of sentences__madlad of {CASED_WORDS} words or more over half of whose words "
            "begin with an upper-case letter (MADLAD-400's second rule)",
        ),
    ),
    params={
        "words": "UAX 29's with a letter or number, and those between white space",
        "symbols": SYMBOLS,
        "bullets": BULLETS,
        "ellipses": ELLIPSES,
        "counted": COUNTED,
        "calls": [call.pattern for call, _ in CALLS],
        "most_upper": MOST_UPPER,
        "fewest_words": FEWEST_WORDS,
        "most_words": MOST_WORDS,
        "cased_words": CASED_WORDS,
        "newlines": "three and more are two where paragraphs are counted",
        **versions("unicode", "regex"),
    },
    default=False,
)
