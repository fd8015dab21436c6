"""What C4's rules would leave of a text, and what they would say of the page that is left."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.c4 import CITED, CURLY, JAVASCRIPT, LOREM, c4_lines
from analytics.kernel import kernel
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals.length import characters
from analytics.spacy_words import count_sentences, sentence_counts, tokens
from analytics.transformation import transformation_named

TERMINATED = {"c4_lines": True, "c4_lines_noterm": False}
"""Transformation -> whether a line must end as a sentence does."""


def javascript_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines that say ``javascript`` over lines that are not blank, shape (n_docs,)."""
    lines = texts.once(c4_lines)
    return ratio(lines.javascript, lines.nonblank)


def policy_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines with one of C4's policy phrases over lines that are not blank, shape (n_docs,)."""
    lines = texts.once(c4_lines)
    return ratio(lines.policy, lines.nonblank)


def kept_line_frac(name: str) -> Callable[[Texts], NDArray[np.float64]]:
    """Lines that an edit keeps over lines that are not blank."""

    def measure(texts: Texts) -> NDArray[np.float64]:
        lines = texts.once(c4_lines)
        return ratio(lines.sums(lines.kept(TERMINATED[name])), lines.nonblank)

    return measure


def kept_char_frac(name: str) -> Callable[[Texts], NDArray[np.float64]]:
    """Characters of the lines that an edit keeps over characters."""

    def measure(texts: Texts) -> NDArray[np.float64]:
        lines = texts.once(c4_lines)
        left = lines.sums(np.where(lines.kept(TERMINATED[name]), lines.characters, 0))
        return ratio(left, texts.once(characters))

    return measure


def sentences(name: str) -> Callable[[Texts], NDArray[np.int64]]:
    """Sentences of the lines that an edit keeps, each line by itself."""

    def measure(texts: Texts) -> NDArray[np.int64]:
        lines = texts.once(c4_lines)
        return lines.sums(np.where(lines.kept(TERMINATED[name]), texts.once(counts_by_line)[1], 0))

    return measure


def saying(name: str, mark: int, without: int = 0) -> Callable[[Texts], NDArray[np.int64]]:
    """Lines with a mark among those that are left when C4 looks for it."""

    def measure(texts: Texts) -> NDArray[np.int64]:
        lines = texts.once(c4_lines)
        such = lines.reached(TERMINATED[name]) & (lines.marks & (mark | without) == mark)
        return lines.sums(such)

    return measure


def counts_by_line(texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Words and sentences, as datatrove has them, of each of C4's lines by itself, each of shape (n_lines,).

    White space parts words, so those of a line are among those of its text; only lines that an edit changed
    are parted again.
    """
    lines = texts.once(c4_lines)
    found = texts.once(tokens)
    bounds = _tokens_within(found.starts, lines.starts, lines.ends)
    words, said = np.diff(bounds)[::2], count_sentences(found.kinds, bounds)[::2]
    anew = (lines.marks & CITED) != 0
    changed = Texts(lines.texts.data, lines.texts.offsets, anew)
    return (
        np.where(anew, changed.once(tokens).counts(), words),
        np.where(anew, sentence_counts(changed), said),
    )


@kernel
def _tokens_within(
    tokens: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Number of the first token of each line and of the first after it, in turn; and how many there are."""
    bounds = np.full(2 * starts.size + 1, tokens.size, np.int64)
    token = 0
    for line in range(starts.size):
        while token < tokens.size and tokens[token] < starts[line]:
            token += 1
        bounds[2 * line] = token
        while token < tokens.size and tokens[token] < ends[line]:
            token += 1
        bounds[2 * line + 1] = token
    return bounds


PAPER = "Raffel et al. 2020 (C4), JMLR 21:140, section 2.2"
DATATROVE = "datatrove's C4QualityFilter (huggingface/datatrove@a649de79)"
LEFT = {
    "c4_lines": "that C4's line rules keep",
    "c4_lines_noterm": "that C4's line rules but the one on terminal marks keep",
}
REACHED = {
    "c4_lines": "with 3 words or more, none over 1,000 characters, and a terminal mark at the end",
    "c4_lines_noterm": "with 3 words or more, none over 1,000 characters",
}


def _signals(name: str, short: str) -> tuple[Signal, ...]:
    """What is measured of one of the two edits."""
    c4 = f"c4_{short}" if short else "c4"
    return (
        Signal(
            "c4_kept_line_frac",
            "ratio",
            0,
            1,
            DATATROVE,
            kept_line_frac(name),
            variant=short,
            definition=f"share of the lines, blank ones apart, {LEFT[name]}",
        ),
        Signal(
            "c4_kept_char_frac",
            "ratio",
            0,
            1,
            DATATROVE,
            kept_char_frac(name),
            variant=short,
            definition=f"characters of the lines {LEFT[name]}, citations deleted, over all characters",
        ),
        Signal(
            "sentences",
            "sentences",
            0,
            None,
            DATATROVE,
            sentences(name),
            variant=f"after_{name}",
            type="integer",
            definition=f"sentences of spaCy's sentencizer in the lines {LEFT[name]}, each line by itself",
        ),
        Signal(
            "lorem_ipsum_lines",
            "lines",
            0,
            None,
            DATATROVE,
            saying(name, LOREM),
            variant=c4,
            type="integer",
            definition=f"lines that say lorem ipsum in any case, among those {REACHED[name]}",
        ),
        Signal(
            "curly_bracket_lines",
            "lines",
            0,
            None,
            DATATROVE,
            saying(name, CURLY, without=JAVASCRIPT),
            variant=c4,
            type="integer",
            definition=f"lines with an opening curly bracket and no javascript, among those {REACHED[name]}",
        ),
    )


FAMILY = Family(
    "c4",
    version=1,
    signals=(
        Signal(
            "javascript_line_frac",
            "ratio",
            0,
            1,
            PAPER,
            javascript_line_frac,
            definition="share of the lines, blank ones apart, that say javascript in any case",
        ),
        Signal(
            "policy_line_frac",
            "ratio",
            0,
            1,
            PAPER,
            policy_line_frac,
            definition="share of the lines, blank ones apart, with one of six phrases such as terms of use",
        ),
        *_signals("c4_lines", ""),
        *_signals("c4_lines_noterm", "noterm"),
    ),
    params={**{name: transformation_named(name).hash for name in TERMINATED}, **versions("regex")},
)
