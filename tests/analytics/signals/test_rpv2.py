"""RedPajama-V2's quantities: texts worked by hand, and its own values on real documents."""

import math

import numpy as np
import pyarrow as pa
import pytest
from peers import agreement, measured, median_difference, peers, recipe_columns, rule_agreement, spearman

from analytics.logic import kept
from analytics.signal import Texts, signal_families
from indexes.texts import buffers

PREFIX = "rpv2.rps_"
THEIRS = {
    "words__rpv2": "doc_word_count",
    "mean_word_length__rpv2": "doc_mean_word_length",
    "frac_unique_words__rpv2": "doc_frac_unique_words",
    "unigram_entropy__rpv2": "doc_unigram_entropy",
    "symbol_word_ratio__rpv2": "doc_symbol_to_word_ratio",
    "frac_all_caps_words__rpv2": "doc_frac_all_caps_words",
    "lorem_ipsum_ratio__rpv2": "doc_lorem_ipsum",
    "ellipsis_line_frac__rpv2": "doc_frac_lines_end_with_ellipsis",
    "line_end_punct_frac__rpv2": "lines_ending_with_terminal_punctution_mark_mean",
    "bullet_line_frac__rpv2": "lines_start_with_bulletpoint_mean",
    "sentences": "doc_num_sentences",
    "curly_bracket_ratio": "doc_curly_bracket",
    **{f"top_{n}_gram_char_frac__rpv2": f"doc_frac_chars_top_{n}gram" for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac__rpv2": f"doc_frac_chars_dupe_{n}grams" for n in range(5, 11)},
}
TURNED = {"frac_words_alpha__rpv2": "doc_frac_no_alph_words"}
"""RedPajama-V2 publishes one minus ours."""


def of(column, *texts):
    signal = next(signal for signal in signal_families()["rpv2"].signals if signal.column == column)
    found = signal.measure(Texts(*buffers(pa.array([text.encode() for text in texts], pa.large_binary()))))
    return [pytest.approx(value, nan_ok=True) for value in found]


def test_punctuation_goes_before_words_are_parted():
    assert of("words__rpv2", "Don't - stop, e-mail", "...", "") == [3, 0, 0]  # dont stop email
    assert of("mean_word_length__rpv2", "Don't - stop, e-mail", "é") == [13 / 3, 2]  # é and its accent


def test_words_are_the_same_in_any_case():
    assert of("frac_unique_words__rpv2", "The the, THE! cat") == [0.5]
    assert of("unigram_entropy__rpv2", "a b", "a a", "") == [math.log(2), 0, np.nan]


def test_a_run_of_punctuation_is_a_raw_word_and_only_ascii_letters_are_alphabetic():
    assert of("frac_words_alpha__rpv2", "ab, cd!? ещё", "") == [2 / 5, np.nan]
    assert of("frac_all_caps_words__rpv2", "AB A1 a 1 ÀB _") == [3 / 6]
    assert of("frac_words_alpha__rpv2", "কাল a") == [1 / 2]  # the vowel sign is of its word
    assert of("symbol_word_ratio__rpv2", "a #... b") == [2 / 3]


def test_blank_lines_are_lines_and_nothing_after_the_last_newline_is_none():
    assert of("line_end_punct_frac__rpv2", "a.\n\nb\n", "a.", "\n", "") == [1 / 3, 1, 0, np.nan]


def test_a_hyphen_is_no_bullet_but_an_en_dash_is():
    assert of("bullet_line_frac__rpv2", "- a\n – b\n• c\n* d") == [0.5]


def test_n_grams_that_occur_once_count_nothing():
    assert of("top_2_gram_char_frac__rpv2", "a b c", "a b, A b!", "") == [0, 1, np.nan]
    assert of("dup_5_gram_char_frac__rpv2", "a b c d e A B C D E f", "a b") == [10 / 11, 0]


def theirs(found):
    return {
        **{column: found[PREFIX + name] for column, name in THEIRS.items()},
        **{column: 1 - found[PREFIX + name] for column, name in TURNED.items()},
    }


@pytest.mark.slow
def test_values_are_those_of_redpajama_on_real_documents(assay_data):
    ours = measured(assay_data, tuple(THEIRS | TURNED))
    for column, values in theirs(peers(assay_data)).items():
        assert spearman(ours[column], values) >= 0.99, column
        assert median_difference(ours[column], values) < 0.02, column


@pytest.mark.slow
def test_the_recipe_decides_on_our_values_as_on_those_of_redpajama(assay_data):
    values = theirs(peers(assay_data))
    recipe, columns = recipe_columns("redpajama_v2")
    assert set(columns) <= set(values)
    decision = kept(measured(assay_data, columns).with_columns(**values), recipe.steps)
    alone = rule_agreement(assay_data, "redpajama_v2", values)
    assert min(alone.values()) >= 0.999, alone
    assert agreement(assay_data, "redpajama_v2", decision) >= 0.999
