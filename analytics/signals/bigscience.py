"""Words as BigScience and Data-Juicer clean them, and how many of them are English stop words."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analytics.outside import versions
from analytics.phrases import found_phrases, plain_word_count
from analytics.signal import Family, Signal, Texts, ratio

BIGSCIENCE = (
    "bigscience-workshop/data-preparation@9d058841; it lists its special characters, ours are computed"
)


@lru_cache(maxsize=1)
def stop_words() -> tuple[str, ...]:
    """The 318 English stop words of scikit-learn, in order."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return tuple(sorted(ENGLISH_STOP_WORDS))


def stop_word_fraction(texts: Texts) -> NDArray[np.float64]:
    """English stop words over words, shape (n_docs,). NaN where there is no word."""
    return ratio(found_phrases(texts, stop_words())[1], plain_word_count(texts))


FAMILY = Family(
    "bigscience",
    version=1,
    signals=(
        Signal(
            "words",
            "words",
            0,
            None,
            BIGSCIENCE,
            plain_word_count,
            variant="bigscience",
            type="integer",
            definition="words between white space that hold more than special characters: digits of ASCII, "
            "punctuation and symbols",
        ),
        Signal(
            "stop_word_fraction",
            "ratio",
            0,
            1,
            f"{BIGSCIENCE}; the list is scikit-learn's",
            stop_word_fraction,
            variant="bigscience",
            definition="share of these words that are, in lower case and without special characters at their "
            "ends, among the 318 English stop words of scikit-learn",
        ),
    ),
    params={
        "special": "white space, ASCII digits, categories P and S",
        "stop_words": "scikit-learn's ENGLISH_STOP_WORDS",
        **versions("unicode", "scikit-learn"),
    },
    default=False,
)
