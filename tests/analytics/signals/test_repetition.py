"""Repeated lines, paragraphs, words and characters, and what a text packs to: texts worked by hand."""

import numpy as np
import pyarrow as pa
import pytest

from analytics.signal import Texts, signal_families
from indexes.texts import buffers

SIGNALS = {signal.column: signal for family in signal_families().values() for signal in family.signals}
SHARES = [signal.column for signal in signal_families()["repetition"].signals]
NAN = np.nan


def batch_of(*texts):
    return Texts(*buffers(pa.array([text.encode() for text in texts], pa.large_binary())))


def of(column, *texts):
    return [pytest.approx(value, nan_ok=True) for value in SIGNALS[column].measure(batch_of(*texts))]


def test_second_and_later_lines_are_repeated_and_the_first_is_not():
    assert of("dup_line_frac", "ab\nab", "ab\nab\nab", "ab\nabc") == [1 / 2, 2 / 3, 0]
    assert of("dup_line_char_frac", "ab\nab\n", "é\né") == [2 / 6, 1 / 3]


def test_a_blank_line_repeats_nothing_and_is_no_line():
    # Dolma's first version counts these, and rejects half of all documents for it.
    assert of("dup_line_frac", "a\n\nb\n\nc\n\n", "a\n\n \na", "\n\n") == [0, 1 / 2, NAN]
    assert of("dup_line_char_frac", "   \n   \n", "\n\n") == [0, 0]


def test_lines_end_where_splitlines_ends_them():
    assert of("dup_line_frac", "a\r\na\x0ba\x85a\u2028a") == [4 / 5]
    assert of("dup_line_frac", "a \na") == [0]  # as written


def test_a_line_feed_at_the_end_makes_no_line():
    assert of("dup_line_frac", "a\nb\na\n") == [1 / 3]


def test_paragraphs_lie_between_blank_lines_of_any_kind():
    assert of("dup_para_frac", "a\n\na", "a\n \t\na", "a\r\n\r\na", "\n\na\n\n\n\na\n") == [1 / 2] * 4
    assert of("dup_para_frac", "a\nb\n\na\nb\n\na", " \n ") == [1 / 3, NAN]
    assert of("dup_para_char_frac", "a\nb\n\na\nb") == [3 / 8]  # with the line feed between its lines
    assert of("dup_para_char_frac", "a\nb\n\na\r\nb") == [0]


def test_the_most_frequent_n_gram_counts_from_its_second_occurrence():
    assert of("top_2_gram_char_frac", "ab c ab c ab c") == [6 / 14]
    assert of("top_2_gram_char_frac", "one two three", "a") == [0, 0]  # nothing is said twice
    assert of("top_3_gram_char_frac", "a a a a") == [3 / 7]  # the second covers one word more than the first
    assert of("top_2_gram_char_frac", "ab c x d e ab c y d e") == [3 / 21]  # the first of equals
    assert of("top_2_gram_char_frac", "The cat the cat", "a, b a b") == [0, 0]  # as written


def test_words_of_later_duplicate_n_grams_count_once():
    five = "aa bb cc dd ee"
    assert of("dup_5_gram_char_frac", f"{five} {five}", f"{five} {five} {five}") == [10 / 29, 20 / 44]
    assert of("dup_5_gram_char_frac", f"{five} ff {five} ff") == [12 / 35]  # two that overlap
    assert of("dup_6_gram_char_frac", f"{five} ff {five} ff", f"{five} {five}") == [12 / 35, 0]
    assert of("dup_5_gram_char_frac", " ".join("a" * 12)) == [11 / 23]


def test_instances_of_repeated_runs_count_the_first_too():
    ten = "a b c d e f g h i j"
    assert of("word_repetition_ratio", f"{ten} {ten}", ten, "a b c d e f g h i") == [2 / 11, 0, NAN]


def test_words_of_bigscience_have_neither_case_nor_marks_around_them():
    five = "Aa (bb) cc, DD 'e'"
    assert of("word_repetition_ratio__bigscience", f"{five} {five.upper()}", five, "a b c d") == [
        2 / 6,
        0,
        NAN,
    ]
    # "3." and "-" are no words, but a mark within a word is kept
    assert of("word_repetition_ratio__bigscience", f"3. {five} - aa bb cc dd e", "a b c d 3.") == [2 / 6, NAN]
    assert of("word_repetition_ratio__bigscience", "don't b c d e dont b c d e") == [0]


def test_the_words_of_a_run_are_ten_to_data_juicer():
    ten = "a b c d e f g h i j"
    assert of("word_repetition_ratio__data_juicer", f"{ten} {ten.upper()}", "a b c d e f g h i") == [
        2 / 11,
        NAN,
    ]


@pytest.mark.parametrize("column", SHARES)
def test_empty_text_is_undefined(column):
    assert of(column, "") == [NAN]


def test_ten_characters_are_the_shortest_text_whose_characters_repeat():
    assert of("char_repetition_ratio", "a" * 9, "a" * 10, "a" * 11) == [NAN, 0, 1]
    # 11 runs of 10, of them 10 different: the first stands at 0 and at 10
    assert of("char_repetition_ratio", "0123456789" * 2) == [2 / 11]
    # 21 runs, the same 10 different: floor(sqrt(10)) = 3 are taken, of which one stands there three times
    assert of("char_repetition_ratio", "0123456789" * 3) == [(3 + 2 + 2) / 21]


def test_characters_are_code_points():
    text = "ab中文é€𝔸😀xy"
    assert len(text) == 10
    assert of("char_repetition_ratio", text[:-1], text, text * 3) == [NAN, 0, 7 / 21]


def test_what_says_the_same_again_packs_well_and_noise_does_not():
    noise = bytes(np.random.default_rng(0).integers(0x21, 0x7F, 3_000, np.uint8)).decode()
    again, once = (SIGNALS["compression_ratio"].measure(batch_of(text))[0] for text in ("ab " * 1_000, noise))
    assert again > 50
    assert 1 < once < 1.3  # 94 signs of a byte: 8 / log2(94) = 1.22 at best
    assert of("compression_ratio", "") == [NAN]


@pytest.mark.slow
def test_a_line_of_ten_megabytes_is_measured():
    # Were one of them quadratic, this would never end.
    batch = batch_of("0123456789" * 1_000_000)
    assert SIGNALS["char_repetition_ratio"].measure(batch)[0] == pytest.approx(0.3, abs=1e-6)
    assert SIGNALS["dup_line_frac"].measure(batch)[0] == 0
    assert SIGNALS["dup_5_gram_char_frac"].measure(batch)[0] == 0
