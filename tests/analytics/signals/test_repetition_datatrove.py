"""datatrove's repetition quantities: the traps of its splits and counts by hand, its values on real text."""

import numpy as np
import pyarrow as pa
import pytest
from peers import agreement, measured, median_difference, peers, rule_agreement, spearman

from analytics.recipe import PACKAGED, load_recipe
from analytics.signal import Texts, signal_families
from indexes.texts import buffers

NAMES = [
    *("dup_line_frac", "dup_line_char_frac", "dup_para_frac", "dup_para_char_frac"),
    *(f"top_{n}_gram_char_frac" for n in (2, 3, 4)),
    *(f"dup_{n}_gram_char_frac" for n in range(5, 11)),
]


def of(name, *texts):
    signals = signal_families()["repetition_datatrove"].signals
    signal = next(signal for signal in signals if signal.name == name)
    found = signal.measure(Texts(*buffers(pa.array([text.encode() for text in texts], pa.large_binary()))))
    return [pytest.approx(value, nan_ok=True) for value in found]


def test_the_second_of_two_equal_lines_counts_and_the_first_does_not():
    assert of("dup_line_frac", "ab\nab", "ab\nab\nab", "ab\ncd") == [1 / 2, 2 / 3, 0]
    assert of("dup_line_char_frac", "ab\nab", "ab\ncd\nab") == [2 / 5, 2 / 8]


def test_blank_lines_are_none_unless_they_hold_white_space():
    assert of("dup_line_frac", "a\n\n\nb\n\nc", "a\n \nb\n \nc") == [0, 1 / 5]


def test_what_is_before_the_first_and_after_the_last_line_feed_is_a_line():
    # "\n\n" has two lines, both empty: half of them are repeated, and datatrove rejects the text for it.
    assert of("dup_line_frac", "\n\n", "a\n", "\na\n") == [1 / 2, 0, 1 / 3]
    assert of("dup_line_char_frac", "\n\n", "\na\n") == [0, 0]


def test_other_ends_of_lines_end_none():
    assert of("dup_line_frac", "a\ra\ra", "a\x0ba", "a\u2028a", "a\r\na") == [0, 0, 0, 0]
    assert of("dup_line_frac", "a\r\na\r\nb") == [1 / 3]  # each keeps its carriage return


def test_paragraphs_are_those_of_the_stripped_text():
    assert of("dup_para_frac", "\n\na\n\n", " \n\n\na\n\na\n\n\t") == [0, 1 / 2]
    assert of("dup_para_frac", "a\n\na", "a\n\n\n\na", "a\n \na", "a\na") == [1 / 2, 1 / 2, 0, 0]
    # stripped of what is white space to str.strip, not of line feeds alone; divided by the whole text
    assert of("dup_para_char_frac", "\u00a0ab\n\nab\x1c") == [2 / 8]
    assert of("dup_para_char_frac", "é\nf\n\né\nf") == [3 / 8]  # the line feed within counts


def test_white_space_alone_repeats_nothing_and_empty_text_is_undefined():
    for name in NAMES:
        assert of(name, "   ", "") == [0, np.nan], name


def test_the_most_frequent_n_gram_counts_with_its_spaces_and_also_once():
    assert of("top_2_gram_char_frac", "ab c ab c") == [2 * 4 / 9]
    assert of("top_2_gram_char_frac", "ab cd ef") == [5 / 8]  # the first of equals
    assert of("top_2_gram_char_frac", "a") == [0]
    assert of("top_2_gram_char_frac", "a a a a") == [3 * 3 / 7]  # overlapping: may pass 1
    # A short text fails the limit of 0.2 by its first 2-gram, though nothing is repeated.
    text = "internship is up at my old and good university"
    assert of("top_2_gram_char_frac", text) == [13 / len(text)]


def test_words_are_tokens():
    assert of("top_2_gram_char_frac", "don't") == [6 / 5]  # "do n't"
    assert of("top_3_gram_char_frac", "a, b") == [5 / 4]


def test_duplicate_n_grams_count_without_spaces_and_their_words_once():
    five = "aa bb cc dd ee"
    assert of("dup_5_gram_char_frac", f"{five} {five}") == [10 / 29]
    assert of("dup_5_gram_char_frac", f"{five} x {five} bb") == [10 / 34]
    # 12 words: the 5-gram is met at 0, again at 1 and at 6, and 11 has none
    assert of("dup_5_gram_char_frac", " ".join("a" * 12)) == [10 / 23]
    assert of("dup_6_gram_char_frac", f"{five} {five}", "a") == [0, 0]


@pytest.mark.slow
def test_a_word_a_million_times_is_measured():
    # Were it quadratic, this would never end.
    text = "a " * 1_000_000
    assert of("dup_10_gram_char_frac", text) == [0.5 * 99_999 / 100_000]
    assert of("top_4_gram_char_frac", text) == [7 * 999_997 / 2_000_000]


@pytest.mark.slow
def test_values_are_those_of_datatrove_on_real_documents(assay_data):
    theirs = peers(assay_data)
    ours = measured(assay_data, tuple(f"{name}__datatrove" for name in NAMES))
    for name in NAMES:
        column = ours[f"{name}__datatrove"]
        assert spearman(column, theirs[name]) >= 0.999, name
        assert median_difference(column, theirs[name]) == 0, name
        assert ((column - theirs[name]).abs() < 1e-9).mean() >= 0.995, name


@pytest.mark.slow
def test_the_recipe_decides_as_datatrove_on_real_documents(assay_data):
    theirs, filters = peers(assay_data), peers(assay_data)
    alone = rule_agreement(
        assay_data, "gopher_repetition", {f"{name}__datatrove": theirs[name] for name in NAMES}
    )
    assert len(alone) == len(NAMES)
    assert min(alone.values()) >= 0.999
    assert agreement(assay_data, "gopher_repetition", filters["gopher_repetition_pass"]) >= 0.999


def test_the_recipe_has_the_reasons_of_datatrove_in_its_order(assay_data):
    steps = load_recipe(PACKAGED / "gopher_repetition.toml").steps
    rejected = peers(assay_data)["gopher_repetition_reason"].drop_nulls().unique()
    assert {step.reason for step in steps} == {*rejected}
    assert [step.column for step in steps[:4]] == [f"{name}__datatrove" for name in (*NAMES[2:4], *NAMES[:2])]
    assert [step.column for step in steps[4:]] == [f"{name}__datatrove" for name in NAMES[4:]]
