"""What RefinedWeb's corrections line by line would take from a text."""

import numpy as np
from numpy.typing import NDArray

from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.spans import words
from analytics.transformation import edited, transformation_named

EDIT = "refinedweb_lines"


def words_removed_ratio(texts: Texts) -> NDArray[np.float64]:
    """Words that the edit takes over words, shape (n_docs,). NaN where there is no word."""
    before = texts.once(words).counts()
    return ratio(before - texts.once(edited(EDIT)).once(words).counts(), before)


FAMILY = Family(
    "refinedweb",
    version=1,
    signals=(
        Signal(
            "words_removed_ratio",
            "ratio",
            0,
            1,
            "Penedo et al. 2023 (RefinedWeb), arXiv:2306.01116, appendix G.2",
            words_removed_ratio,
            variant=EDIT,
            definition="share of the words between white space that RefinedWeb's line corrections take away",
        ),
    ),
    params={
        EDIT: transformation_named(EDIT).hash,
        "words": "between Unicode white space",
        **versions("unicode"),
    },
    default=False,
)
