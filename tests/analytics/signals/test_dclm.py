"""DCLM's quantities: texts worked by hand, and its own decisions on real documents."""

import hashlib
import re

import numpy as np
import pyarrow as pa
import pytest
from peers import agreement, measured, median_difference, peers, rule_groups, spearman

from analytics.signal import Texts, signal_families
from analytics.transformation import edited
from indexes.texts import buffers

THEIRS = {"words__dclm": "n_words", "words_removed_ratio__dclm": "words_removed_ratio"}
FILTERS = {
    "page_length": ("too_short", "too_long"),
    "word_length": ("odd_word_length",),
    "symbol_ratio": ("many_symbols",),
    "bullet": ("many_bullets",),
    "ellipsis": ("many_ellipses",),
    "alpha": ("few_alphabetic",),
    "stop": ("few_stop_words",),
    "repetition": (
        "duplicate_lines",
        "duplicate_paragraphs",
        "duplicate_line_characters",
        "duplicate_paragraph_characters",
        *(f"top_{n}_gram" for n in (2, 3, 4)),
        *(f"duplicate_{n}_grams" for n in range(5, 11)),
    ),
    "linewise_pass": ("many_words_removed",),
}
"""Their filter -> our rules of the same purpose."""


def as_texts(*values):
    return Texts(*buffers(pa.array([value.encode() for value in values], pa.large_binary())))


def of(column, *values):
    signal = next(signal for signal in signal_families()["dclm"].signals if signal.column == column)
    return [pytest.approx(value, nan_ok=True) for value in signal.measure(as_texts(*values))]


def test_a_word_begins_with_a_letter_or_number_and_ends_at_ascii_white_space():
    assert of("words__dclm", 'one "two (three 4th', "a\u00a0b\0c") == [2, 2]


def test_symbols_are_looked_for_one_by_one():
    assert of("symbol_word_ratio__dclm", "a . . . b....", "# …", "") == [2 / 5, 1, np.nan]


def test_lines_are_stripped_before_they_are_looked_at_and_blank_ones_are_none():
    assert of("bullet_line_frac__dclm", "  - a\n\n b\n") == [0.5]
    assert of("dup_line_frac__dclm", " a\n\na \nb", "a", "\n") == [2 / 3, 0, np.nan]
    assert of("dup_para_char_frac__dclm", "ab\n\nab\n\nc") == [0.8]


def test_the_longest_of_the_most_frequent_counts_and_what_occurs_once_does_not():
    assert of("top_2_gram_char_frac__dclm", "a b. a b. ccc ddd. ccc ddd", "a b") == [12 / 16, 0]


def test_n_grams_are_of_words_without_punctuation():
    assert of("dup_5_gram_char_frac__dclm", "a, b c d e! (a b c d e) f") == [10 / 11]


def test_the_words_of_lines_that_the_corrections_remove_are_missed():
    assert of("words_removed_ratio__dclm", "one two three\n3 likes", "", "SHOUT IT") == [0.4, np.nan, 1]


def decided(found):
    return found["dclm.refinedweb_heuristics_pass"]


@pytest.mark.slow
def test_values_are_those_of_dclm_on_real_documents(assay_data):
    found = peers(assay_data)
    ours = measured(assay_data, tuple(THEIRS))
    for column, name in THEIRS.items():
        theirs = found[f"dclm.{name}"]
        assert spearman(ours[column], theirs) >= 0.99, column
        assert median_difference(ours[column], theirs) < 0.02, column


@pytest.mark.slow
def test_line_corrections_leave_the_text_that_dclms_leave(assay_data):
    """Theirs run after the filters, so where one rejected there is none."""
    found = peers(assay_data)
    folded = as_texts(*(re.sub("\n{3,}", "\n\n", text) for text in found["text"]))
    left = edited("refinedweb_lines")(folded)
    same = [
        hashlib.sha1(bytes(left.data[left.offsets[i] : left.offsets[i + 1]])).hexdigest().startswith(said)
        for i, said in enumerate(found["dclm.linewise_out_sha1"])
        if said is not None
    ]
    assert len(same) > 3_000
    assert np.mean(same) >= 0.999


@pytest.mark.slow
def test_the_recipe_decides_as_dclm_on_real_documents(assay_data):
    found = peers(assay_data)
    theirs = {name: found[f"dclm.{name}"] for name in FILTERS}
    alone = rule_groups(assay_data, "dclm", FILTERS, theirs)
    assert min(alone.values()) >= 0.99, alone
    assert agreement(assay_data, "dclm", decided(found)) >= 0.99
