"""Lines and paragraphs by hand: what counts as one, and what stands at its ends."""

import math

import pyarrow as pa
import pytest

from analytics.signal import Texts, signal_families
from indexes.texts import buffers


def of(column, *texts):
    encoded = Texts(*buffers(pa.array([text.encode() for text in texts], pa.large_binary())))
    [signal] = [signal for signal in signal_families()["lines"].signals if signal.column == column]
    return [pytest.approx(value, nan_ok=True) for value in signal.measure(encoded)]


def test_without_a_line_that_is_more_than_white_space_shares_are_undefined():
    for column in (
        "bullet_line_frac",
        "line_end_punct_frac",
        "short_line_frac",
        "dup_line_char_frac__fineweb",
    ):
        assert of(column, "", "   ", "\n\n") == [math.nan] * 3, column
    assert of("max_line_length", "", "   ", "\n\n") == [math.nan, 3, 0]
    assert of("not_alphanum_para_frac", "", " \n") == [math.nan, math.nan]


def test_a_bullet_stands_first_but_for_white_space():
    assert of("bullet_line_frac", "- a\n\t• b\n\n* c\nd - e\n–") == [3 / 5]


def test_an_ellipsis_stands_last_but_for_white_space():
    assert of("ellipsis_line_frac", "a...\nb… \nc..\n... d\n\n....") == [3 / 5]


def test_a_sentence_mark_of_any_script_stands_last_and_white_space_after_it_counts():
    assert of("line_end_punct_frac", "One.\nTwo. \n三。\nچهار؟\n“Five.”\nsix,") == [3 / 6]
    assert of("line_end_punct_frac", "One.\r\nTwo.\r\n") == [1]  # FineWeb's lines keep the carriage return


def test_a_line_of_30_characters_is_short_and_one_of_31_is_not():
    assert of("short_line_frac", "é" * 30, "é" * 31, "a\n\n" + "b" * 31) == [1, 0, 1 / 2]


def test_the_second_of_two_equal_lines_counts_with_its_characters():
    assert of("dup_line_char_frac__fineweb", "é\né\nab", "a\na ", "a\n\n\na", " \n \na") == [
        1 / 4,
        0,
        1 / 2,
        0,
    ]
    assert of("dup_line_char_frac__fineweb", "a\u2028a") == [0]  # no line feed, so one line


def test_lengths_are_of_lines_that_any_end_parts():
    assert of("avg_line_length", "ab\r\ncd\u2028é") == [8 / 3]  # the ends are characters of the text
    assert of("max_line_length", "ab\r\ncd\u2028éaé") == [3]


def test_shares_in_a_line_are_of_the_stripped_line():
    assert of("line_digit_ratio", "  12  \nab\n\n1²ab") == [(1 + 0 + 1 / 2) / 3]
    assert of("numeric_line_frac", "  12  \nab\n1 2") == [1 / 3]
    assert of("line_uppercase_ratio", " AB \ncd") == [1 / 2]
    assert of("uppercase_line_frac", "AB\nAb\nABc 1\nÀÉa") == [2 / 4]  # over half, not half
    assert of("words_per_line", "a b c\n\nd") == [2]


def test_phrases_count_in_words_and_in_any_case():
    assert of("javascript_count", "JavaScripts javascriptjavascript java script") == [3]
    assert of("lorem_ipsum_count", "Lorem ipsum lorem\nipsum loremipsum lorem ipsums") == [2]


def test_a_paragraph_of_marks_and_emoji_says_nothing():
    assert of("not_alphanum_para_frac", "a line\n\n***\n👍\n \n---\nb\n\n。") == [2 / 4]
