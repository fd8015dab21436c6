"""Words of a list that the user gives: how many a document has of them."""

import numpy as np
from numpy.typing import NDArray

from analytics.outside import versions
from analytics.phrases import found_phrases, plain_word_count
from analytics.signal import Family, Signal, Texts, ratio

LIST = "flagged_words"
WORDS = "words are in lower case, without special characters at their ends"


def flagged(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Occurrences of entries of the list, and how many words stand in one, shape (n_docs,) each."""
    return found_phrases(texts, texts.lists[LIST])


def flagged_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """Words that stand in an entry of the list over words, shape (n_docs,). NaN where there is no word."""
    return ratio(texts.once(flagged)[1], plain_word_count(texts))


def ldnoobw_count(texts: Texts) -> NDArray[np.int64]:
    """Occurrences of entries of the list, shape (n_docs,)."""
    return texts.once(flagged)[0]


FAMILY = Family(
    "flagged",
    version=1,
    signals=(
        Signal(
            "flagged_word_ratio",
            "ratio",
            0,
            1,
            "bigscience-workshop/data-preparation@9d058841; modelscope/data-juicer@c07c2d79",
            flagged_word_ratio,
            definition=f"share of the words that stand in an entry of your list {LIST}; {WORDS}",
        ),
        Signal(
            "ldnoobw_count",
            "entries",
            0,
            None,
            "togethercomputer/RedPajama-Data@6d2cee9d, rps_doc_ldnoobw_words; the list is yours",
            ldnoobw_count,
            type="integer",
            definition=f"occurrences of the words and phrases of your list {LIST}; {WORDS}",
        ),
    ),
    params={"special": "white space, ASCII digits, categories P and S", **versions("unicode")},
    default=False,
    needs=(LIST,),
)
