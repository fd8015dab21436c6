"""Shares of characters counted by hand."""

import math

import pytest
from measuring import measured

from analytics.signal import signal_families


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("white_space_ratio", "a b\u00a0c\n", 0.5),
        ("alnum_ratio", "aé中²Ⅳ-_ .!", 0.5),
        ("digit_ratio", "1٣²½a", 0.6),  # a half is a number and no digit
        ("uppercase_ratio", "ABcÉé", 0.6),
        ("punctuation_ratio", ".,$。«a bc", 5 / 9),
        ("ellipsis_ratio", "a....…b", 4 / 7),
        ("non_alpha_digit_ratio", "ab1²½ .", 3 / 7),
        ("url_char_ratio", 'HTTP://a.b/c> x http://" https', 12 / 30),
        ("paren_ratio", "(a)[b]{c}⟨d⟩<e>", 8 / 15),
        ("special_char_ratio", "a1 ٣.€😀", 5 / 7),
        ("curly_bracket_ratio", "{}a(", 0.5),
        ("symbol_ratio", "+€😀.", 0.75),
        ("non_ascii_ratio", "aé中b", 0.5),
        ("control_ratio", "\0\x07\n\x7fa", 0.6),
        ("lorem_ipsum_ratio", "Lorem ipsum LOREM IPSUM lorem  ipsum", 2 / 36),
    ],
)
def test_counts_as_one_does_by_hand(column, text, value):
    assert measured(column, text) == pytest.approx(value)


def test_an_address_goes_on_to_white_space_however_many_schemes_it_holds():
    text = "https://web.archive.org/http://example.org/ end"
    assert measured("url_char_ratio", text) == pytest.approx((len(text) - 4) / len(text))


@pytest.mark.parametrize("signal", signal_families()["characters"].signals, ids=lambda signal: signal.column)
def test_a_share_of_no_characters_is_null(signal):
    assert math.isnan(measured(signal.column, ""))
