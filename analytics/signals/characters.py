"""Which characters a text is made of, as shares of all."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.census import census, marks
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio

DOC_STATS = "huggingface/datatrove@a649de79, DocStats"
NEMO = "NVIDIA/NeMo-Curator@ecd5c579, heuristic filters; a text of no characters is 1 there, null here"
REDPAJAMA = "togethercomputer/RedPajama-Data@6d2cee9d, content signals"


def share_of(counted: str) -> Callable[[Texts], NDArray[np.float64]]:
    """A measure: characters of one sort over all, shape (n_docs,). NaN where there is no character."""

    def measure(texts: Texts) -> NDArray[np.float64]:
        counts = texts.once(census)
        return ratio(counts[counted], counts["characters"])

    return measure


def non_alpha_digit_ratio(texts: Texts) -> NDArray[np.float64]:
    """Characters that are no letter and no digit over all, shape (n_docs,)."""
    counts = texts.once(census)
    return ratio(counts["characters"] - counts["letters_digits"], counts["characters"])


def ellipsis_ratio(texts: Texts) -> NDArray[np.float64]:
    """Characters of ``...`` and ``…`` over all, shape (n_docs,)."""
    found = texts.once(marks)
    return ratio(3 * found["dots"] + found["ellipses"], texts.once(census)["characters"])


def url_char_ratio(texts: Texts) -> NDArray[np.float64]:
    """Characters of web addresses over all, shape (n_docs,)."""
    return ratio(texts.once(marks)["url_characters"], texts.once(census)["characters"])


def lorem_ipsum_ratio(texts: Texts) -> NDArray[np.float64]:
    """Occurrences of "lorem ipsum" in any case over characters, shape (n_docs,)."""
    return ratio(texts.once(marks)["lorem_ipsum"], texts.once(census)["characters"])


SHARES: tuple[tuple[str, Callable[[Texts], NDArray[np.float64]], str, str], ...] = (
    ("white_space_ratio", share_of("white_space"), "white space (Python's str.isspace)", DOC_STATS),
    (
        "alnum_ratio",
        share_of("alnum"),
        "letters and numbers of any script (Python's str.isalnum)",
        "modelscope/data-juicer@c07c2d79, alphanumeric_filter",
    ),
    ("digit_ratio", share_of("digits"), "digits of any script (Python's str.isdigit)", DOC_STATS),
    ("uppercase_ratio", share_of("uppercase"), "upper-case letters (Python's str.isupper)", DOC_STATS),
    (
        "punctuation_ratio",
        share_of("punctuation"),
        "punctuation: Unicode's categories P, and the marks of ASCII that Unicode calls symbols",
        f"{DOC_STATS}; it lists its marks, ours are computed",
    ),
    ("ellipsis_ratio", ellipsis_ratio, "characters of ... and …", f"{DOC_STATS}, there elipsis_ratio"),
    (
        "non_alpha_digit_ratio",
        non_alpha_digit_ratio,
        "what is neither a letter nor a digit (Python's str.isalpha and str.isdigit)",
        DOC_STATS,
    ),
    (
        "url_char_ratio",
        url_char_ratio,
        'characters of web addresses: from http:// or https:// up to white space or one of <>"',
        f"{NEMO}; its addresses end at the first character outside a list",
    ),
    ("paren_ratio", share_of("parens"), "( ) [ ] { } ⟨ ⟩", NEMO),
    (
        "special_char_ratio",
        share_of("special"),
        "white space, ASCII's digits, and what Unicode calls punctuation or a symbol",
        "bigscience-workshop/data-preparation@9d058841; it lists its symbols, ours are computed",
    ),
    ("curly_bracket_ratio", share_of("curly"), "{ and }", REDPAJAMA),
    ("symbol_ratio", share_of("symbols"), "symbols: Unicode's categories S", "ours; no paper"),
    ("non_ascii_ratio", share_of("non_ascii"), "characters beyond ASCII", "ours; no paper"),
    (
        "control_ratio",
        share_of("control"),
        "control characters (Unicode's category Cc) that are no white space",
        "ours; no paper",
    ),
)

FAMILY = Family(
    "characters",
    version=1,
    signals=(
        *(
            Signal(name, "ratio", 0, 1, source, measure, definition=f"share of the characters: {what}")
            for name, measure, what, source in SHARES
        ),
        Signal(
            "lorem_ipsum_ratio",
            "ratio",
            0,
            1,
            f"{REDPAJAMA}; it counts in a normalised text",
            lorem_ipsum_ratio,
            definition='occurrences of "lorem ipsum", in upper or lower case, over the characters',
        ),
    ),
    params={**versions("unicode")},
)
