"""How a text breaks into tokens: tokens a character and a byte, letters a token.

The tokenizer is always ours, which the lineage names, also where the documents brought a count of their own:
by another tokenizer the ratios would be others. Where ``tokens`` is measured too they are counted once.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import LETTER, classes, code_point
from analytics.kernel import kernel
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals.tokens import TOKENIZER, counted

GNEISSWEB = "GneissWeb, arXiv:2502.14907, extreme-tokenized documents (data-prep-kit@c9f7b561)"


def tokens_per_char(texts: Texts) -> NDArray[np.float64]:
    """Tokens over code points, shape (n_docs,). NaN for empty text."""
    return ratio(texts.once(counted), texts.once(letters)[0])


def tokens_per_byte(texts: Texts) -> NDArray[np.float64]:
    """Tokens over bytes in UTF-8, shape (n_docs,). NaN for empty text."""
    return ratio(texts.once(counted), np.diff(texts.offsets))


def alpha_token_ratio(texts: Texts) -> NDArray[np.float64]:
    """Letters over tokens, shape (n_docs,). NaN for empty text."""
    return ratio(texts.once(letters)[1], texts.once(counted))


def letters(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Code points of each document, and those that are letters (``str.isalpha``), both shape (n_docs,)."""
    return _letters(texts.data, texts.offsets, texts.valid, classes())


@kernel
def _letters(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], classes: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    characters, letters = np.zeros(offsets.size - 1, np.int64), np.zeros(offsets.size - 1, np.int64)
    for i in range(characters.size):
        place, end = offsets[i], offsets[i + 1]
        while valid[i] and place < end:
            point, size = code_point(data, place)
            characters[i] += 1
            letters[i] += classes[point] & LETTER != 0
            place += size
    return characters, letters


FAMILY = Family(
    "token_ratios",
    version=1,
    signals=(
        Signal(
            "tokens_per_char",
            "tokens per character",
            0,
            4,
            GNEISSWEB,
            tokens_per_char,
            definition="tokens of our tokenizer over Unicode code points; theirs is StarCoder's",
        ),
        Signal(
            "tokens_per_byte",
            "tokens per byte",
            0,
            1,
            GNEISSWEB,
            tokens_per_byte,
            definition="tokens of our tokenizer over bytes of the text in UTF-8; theirs is StarCoder's",
        ),
        Signal(
            "alpha_token_ratio",
            "characters per token",
            0,
            None,
            "modelscope/data-juicer@c07c2d79, alphanumeric_filter; RedPajama-V1's rules for code",
            alpha_token_ratio,
            definition="letters of any script over tokens of our tokenizer",
        ),
    ),
    params={"tokenizer": TOKENIZER, "library": "bpe-openai", **versions("bpe-openai", "unicode")},
)
