"""What datatrove's word statistics say of English text: of its words, marks among them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analytics.ngrams import word_ids
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals.length import line_count
from analytics.signals.words import STOP_WORDS
from analytics.signals.words_datatrove import STOPPED, word_sums
from analytics.spacy_words import TITLE, UPPER, tokens

DATATROVE = "huggingface/datatrove a649de79, WordStats"
SHORT, LONG = 3, 7
"""Code points: a token of so many is short, one of so many is long."""


def characters(texts: Texts) -> NDArray[np.int64]:
    """Code points of all tokens, shape (n_docs,)."""
    found = texts.once(tokens)
    return found.sums(found.characters)


def mean_word_length(texts: Texts) -> NDArray[np.float64]:
    """Code points a token, shape (n_docs,). NaN where there is no token."""
    return ratio(characters(texts), texts.once(tokens).counts())


def words_per_line(texts: Texts) -> NDArray[np.float64]:
    """Tokens a line, shape (n_docs,). NaN where there is no line."""
    return ratio(texts.once(tokens).counts(), line_count(texts))


def share(texts: Texts, such: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Tokens of a kind over tokens, shape (n_docs,). NaN where there is no token."""
    found = texts.once(tokens)
    return ratio(found.sums(such.astype(np.int64)), found.counts())


def short_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """Tokens of up to 3 code points over tokens, shape (n_docs,)."""
    return share(texts, texts.once(tokens).characters <= SHORT)


def long_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """Tokens of 7 code points or more over tokens, shape (n_docs,)."""
    return share(texts, texts.once(tokens).characters >= LONG)


def frac_all_caps_words(texts: Texts) -> NDArray[np.float64]:
    """Tokens in upper case over tokens, shape (n_docs,)."""
    return share(texts, texts.once(tokens).kinds & UPPER > 0)


def capitalized_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """Tokens with a capital at the start over tokens, shape (n_docs,)."""
    return share(texts, texts.once(tokens).kinds & TITLE > 0)


def stop_word_fraction(texts: Texts) -> NDArray[np.float64]:
    """Tokens that are one of Gopher's stop words, in lower case, over tokens, shape (n_docs,)."""
    return ratio(texts.once(word_sums)[STOPPED], texts.once(tokens).counts())


def frac_unique_words(texts: Texts) -> NDArray[np.float64]:
    """Different tokens over tokens, case told apart, shape (n_docs,). NaN where there is no token."""
    found = texts.once(tokens)
    ids = np.append(word_ids(texts, found), -1)  # numbered from 0 as they are first met
    different = np.maximum.reduceat(ids, found.bounds[:-1]) + 1
    return ratio(np.where(found.counts() > 0, different, 0), found.counts())


def _declared() -> Iterator[Signal]:
    ratios = (
        ("short_word_ratio", short_word_ratio, "share of the tokens with up to 3 code points"),
        ("long_word_ratio", long_word_ratio, "share of the tokens with 7 code points or more"),
        ("frac_all_caps_words", frac_all_caps_words, "share of the tokens that are in upper case"),
        ("capitalized_word_ratio", capitalized_word_ratio, "share of the tokens that are in title case"),
        ("stop_word_fraction", stop_word_fraction, "share of the tokens that are one of Gopher's stop words"),
        ("frac_unique_words", frac_unique_words, "different tokens over tokens, case told apart"),
    )
    for name, measure, definition in ratios:
        yield Signal(name, "ratio", 0, 1, DATATROVE, measure, variant="datatrove", definition=definition)
    yield Signal(
        "mean_word_length",
        "characters",
        1,
        None,
        DATATROVE,
        mean_word_length,
        variant="spacy",
        definition="mean code points of the tokens of spaCy's rules for English, symbols among them",
    )
    yield Signal(
        "words_per_line",
        "words",
        0,
        None,
        DATATROVE,
        words_per_line,
        variant="datatrove",
        definition="tokens of spaCy's rules for English over lines, blank ones too",
    )


FAMILY = Family(
    "word_statistics",
    version=1,
    signals=tuple(_declared()),
    params={
        "tokens": "the rules of spaCy 3.8 for English",
        "short": SHORT,
        "long": LONG,
        "stop_words": STOP_WORDS,
        **versions("unicode", "regex"),
    },
    default=False,
)
