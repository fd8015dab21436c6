"""datatrove's words, worked by hand, and what it decided over real documents."""

import math

import pytest
from measuring import measured
from peers import agreement, median_difference, peers, rule_agreement, spearman
from peers import measured as measured_over

TEXT = '- "Well-known" it\'s...\n\n  • #9 cats'

VALUES = {
    "words__spacy": "n_words",
    "words__datatrove": "n_nonsymbol_words",
    "mean_word_length__datatrove": "mean_nonsymbol_word_len",
    "symbol_word_ratio__datatrove_hash": "hash_per_word",
    "symbol_word_ratio__datatrove_ellipsis": "ellipsis_per_word",
    "bullet_line_frac__datatrove": "bullet_line_frac",
    "ellipsis_line_frac__datatrove": "ellipsis_line_frac",
    "frac_words_alpha__datatrove": "alpha_word_frac",
    "stop_word_count__datatrove": "distinct_stop_words",
    "newline_word_ratio": "fw_list_ratio",
    "sentences__spacy": "sent.n_sentences",
    "mean_word_length__spacy": "word.avg_word_length",
    "words_per_line__datatrove": "word.avg_words_per_line",
    "short_word_ratio__datatrove": "word.short_word_ratio_3",
    "long_word_ratio__datatrove": "word.long_word_ratio_7",
    "frac_unique_words__datatrove": "word.type_token_ratio",
    "frac_all_caps_words__datatrove": "word.uppercase_word_ratio",
    "capitalized_word_ratio__datatrove": "word.capitalized_word_ratio",
    "stop_word_fraction__datatrove": "word.stop_word_ratio",
}
RULES = (
    "words__datatrove",
    "mean_word_length__datatrove",
    "symbol_word_ratio__datatrove_hash",
    "symbol_word_ratio__datatrove_ellipsis",
    "bullet_line_frac__datatrove",
    "ellipsis_line_frac__datatrove",
    "frac_words_alpha__datatrove",
    "stop_word_count__datatrove",
)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("words__spacy", 13),  # - " Well - known " it 's ... • # 9 cats
        ("words__datatrove", 7),  # Well known it 's • 9 cats
        ("mean_word_length__datatrove", (4 + 5 + 2 + 2 + 1 + 1 + 4) / 7),
        ("symbol_word_ratio__datatrove_hash", 1 / 13),
        ("symbol_word_ratio__datatrove_ellipsis", 1 / 13),
        ("frac_words_alpha__datatrove", 5 / 13),
        ("stop_word_count__datatrove", 0),
        ("bullet_line_frac__datatrove", 2 / 3),  # a blank line is a line
        ("ellipsis_line_frac__datatrove", 1 / 3),
        ("newline_word_ratio", 2 / 13),
        ("sentences__spacy", 1),
        ("mean_word_length__spacy", 27 / 13),
        ("words_per_line__datatrove", 13 / 3),
        ("short_word_ratio__datatrove", 10 / 13),
        ("long_word_ratio__datatrove", 0),
        ("frac_unique_words__datatrove", 11 / 13),  # - and " twice
        ("frac_all_caps_words__datatrove", 0),
        ("capitalized_word_ratio__datatrove", 1 / 13),
        ("stop_word_fraction__datatrove", 0),
    ],
)
def test_counts_as_one_does_by_hand(column, value):
    assert measured(column, TEXT) == pytest.approx(value)


def test_stop_words_are_counted_by_kind_and_in_lower_case():
    assert measured("stop_word_count__datatrove", "the the The THE to that's with-of") == 5
    assert measured("stop_word_fraction__datatrove", "the the The to") == 0.75


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_what_has_no_word_has_no_share_of_words(text):
    for column in ("mean_word_length__datatrove", "frac_words_alpha__datatrove", "newline_word_ratio"):
        assert math.isnan(measured(column, text))
    assert measured("words__datatrove", text) == measured("sentences__spacy", text) == 0


def test_gopher_quality_decides_as_datatrove(assay_data):
    said = peers(assay_data)["gopher_quality_pass"]
    assert said.null_count() == 0
    assert agreement(assay_data, "gopher_quality", said) >= 0.999


def test_each_rule_of_gopher_quality_answers_as_of_the_value_of_datatrove(assay_data):
    said = peers(assay_data)
    found = rule_agreement(assay_data, "gopher_quality", {name: said[VALUES[name]] for name in RULES})
    assert len(found) == 10
    assert min(found.values()) >= 0.999


@pytest.mark.parametrize("column", VALUES)
def test_has_the_values_of_datatrove(assay_data, column):
    theirs = peers(assay_data)[VALUES[column]].fill_nan(None)
    ours = measured_over(assay_data, tuple(VALUES))[column]
    assert spearman(ours, theirs) >= 0.999
    assert median_difference(ours, theirs) <= 0.001
