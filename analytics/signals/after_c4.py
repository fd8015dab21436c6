"""What FineWeb's last filter reads: the text as C4's line rules, but the one on terminal marks, leave it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.c4 import c4_lines
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals import lines
from analytics.signals.c4 import counts_by_line
from analytics.transformation import edited, transformation_named

EDIT = "c4_lines_noterm"


def after(measure: Callable[[Texts], NDArray[Any]]) -> Callable[[Texts], NDArray[Any]]:
    """A measure of the edited text."""
    return lambda texts: measure(texts.once(edited(EDIT)))


def newline_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """Line feeds over datatrove's words of the edited text, shape (n_docs,); may pass 1."""
    kept = texts.once(c4_lines)
    words = kept.sums(np.where(kept.kept(False), texts.once(counts_by_line)[0], 0))
    left = lines.counts(texts.once(edited(EDIT)))[lines.LINES]  # parted by line feeds, none at the end
    return ratio(np.maximum(left - 1, 0), words)


FAMILY = Family(
    "after_c4",
    version=1,
    signals=(
        Signal(
            "line_end_punct_frac",
            "ratio",
            0,
            1,
            lines.FINEWEB,
            after(lines.line_end_punct_frac),
            variant=f"after_{EDIT}",
            definition="as line_end_punct_frac, of the edited text",
        ),
        Signal(
            "short_line_frac",
            "ratio",
            0,
            1,
            lines.FINEWEB,
            after(lines.short_line_frac),
            variant=f"after_{EDIT}",
            definition="as short_line_frac, of the edited text",
        ),
        Signal(
            "dup_line_char_frac",
            "ratio",
            0,
            1,
            lines.FINEWEB,
            after(lines.dup_line_char_frac),
            variant=f"after_{EDIT}",
            definition="as dup_line_char_frac__fineweb, of the edited text",
        ),
        Signal(
            "newline_word_ratio",
            "ratio",
            0,
            None,
            lines.FINEWEB,
            newline_word_ratio,
            variant=f"after_{EDIT}",
            definition="line feeds over the words and marks of spaCy's English tokenizer, of the edited text",
        ),
    ),
    params={EDIT: transformation_named(EDIT).hash, "short": lines.SHORT},
)
