"""Words looked at by hand: "The cat saw THE Cat, and IBM saw 9 cats." has ten between white space."""

import math

import pytest
from measuring import measured

TEXT = "The cat saw THE Cat, and IBM saw 9 cats."
PER_WORD = [
    "mean_word_length",
    "frac_words_alpha",
    "symbol_word_ratio",
    "stop_word_fraction",
    "frac_unique_words",
    "unigram_entropy",
    "frac_all_caps_words",
    "capitalized_word_ratio",
    "short_word_ratio",
    "long_word_ratio",
    "max_word_length",
]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("words", 10),
        ("frac_words_alpha", 0.9),
        ("stop_word_fraction", 0.3),  # The, THE, and
        ("frac_unique_words", 0.9),  # saw twice; The and THE are two, cat and Cat, too
        ("unigram_entropy", -(8 * 0.1 * math.log(0.1) + 0.2 * math.log(0.2))),
        ("frac_all_caps_words", 0.2),  # THE, IBM
        ("capitalized_word_ratio", 0.2),  # The, Cat,
        ("short_word_ratio", 0.8),  # all but "Cat," and "cats."
        ("long_word_ratio", 0),
        ("max_word_length", 5),
    ],
)
def test_counts_as_one_does_by_hand(column, value):
    assert measured(column, TEXT) == pytest.approx(value)


def test_every_word_once_is_the_highest_entropy_and_one_word_the_lowest():
    different = " ".join(f"w{i}" for i in range(1000))
    assert measured("unigram_entropy", different) == pytest.approx(math.log(1000))
    assert measured("unigram_entropy", "one " * 1000) == 0
    assert measured("frac_unique_words", "one " * 1000) == 0.001


def test_length_is_in_characters_and_not_in_bytes():
    assert measured("max_word_length", "ééé") == 3
    assert measured("short_word_ratio", "中文字 中文字典") == 0.5


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
@pytest.mark.parametrize("column", PER_WORD)
def test_a_share_of_no_words_is_null(column, text):
    assert math.isnan(measured(column, text))
