"""BigScience's words and stop words, counted by hand."""

import math

import pytest
from measuring import measured


@pytest.mark.parametrize(
    ("text", "words", "stop_words"),
    [
        ("The cat and (the) dog - 12 cats.", 6, 3),
        ("THE 1st of them", 4, 3),
        ("et le chat", 3, 0),
        ("中文 。 😀", 1, 0),
    ],
)
def test_counts_as_one_does_by_hand(text, words, stop_words):
    assert measured("words__bigscience", text) == words
    assert measured("stop_word_fraction__bigscience", text) == pytest.approx(stop_words / words)


def test_no_words_have_no_share():
    assert measured("words__bigscience", "1 2 ...") == 0
    assert math.isnan(measured("stop_word_fraction__bigscience", "1 2 ..."))
