"""Dolma 3's quantities: texts worked by hand, and real documents beside the plain twin."""

import numpy as np
import pyarrow as pa
import pytest
from peers import measured, peers
from twins import plain_twins

from analytics.signal import Texts, signal_families
from indexes.texts import buffers


def of(column, *texts):
    signal = next(signal for signal in signal_families()["dolma3"].signals if signal.column == column)
    found = signal.measure(Texts(*buffers(pa.array([text.encode() for text in texts], pa.large_binary()))))
    return [pytest.approx(value, nan_ok=True) for value in found]


def test_an_apostrophe_parts_words_in_ascii_text_alone():
    assert of("words__uax29", "don't stop", "don't stóp", "") == [3, 2, 0]


def test_lengths_are_bytes():
    assert of("mean_word_length__dolma3", "да ok", "中文", " ") == [3, 6, np.nan]
    assert of("dup_line_char_frac__dolma3", "é\né\nab") == [4 / 6]


def test_three_spaced_full_stops_are_one_word_and_one_symbol():
    assert of("symbol_word_ratio__dolma3", "a . . . b", "# a...") == [1 / 3, 1]


def test_a_blank_line_is_a_line_for_bullets_and_none_for_ellipses():
    assert of("bullet_line_frac__dolma3", "- a\n\n - b\n* c") == [0.5]
    assert of("ellipsis_line_frac__dolma3", "a...\r\n\n\r\nb… \n", "...\r", "\n") == [0.5, 0, np.nan]


def test_paragraphs_are_those_after_newlines_are_folded():
    assert of("dup_para_frac__dolma3", "a\n\n\nb\n\nb", "a\n\nb\n\n\n\nb\n\n") == [2 / 3, 2 / 3]


def test_the_most_frequent_n_gram_covers_each_word_once():
    assert of("top_2_gram_char_frac__dolma3", "a a a", "a bb a bb c", "a b c") == [1, 6 / 7, 0]


def test_lines_that_begin_with_a_count_go_whatever_follows():
    assert of("words_removed_ratio__dolma3", "one two\n3 likes and more", "two words") == [4 / 6, 0]
    assert of("words_removed_ratio__dolma3", "3 items in cart\na b", "SHOUT IT\n12\nword\na b") == [
        3 / 6,
        4 / 6,
    ]


def test_lengths_of_lines_in_upper_case_are_bytes():
    assert of("words_removed_ratio__dolma3", "ÀÉ ÖÜ", "AE OU") == [0, 1]  # 4 of 9 bytes, 4 of 5


def test_sentences_end_where_white_space_follows_the_marks():
    assert of("sentences__madlad", "One. Two 1.5?! Three", "...", ". . .", "") == [3, 1, 1, 0]
    capitals = " ".join("ABCDEFG") + " h i j k l"
    shares = of("capitalised_sentence_frac__madlad", f"{capitals}. Next one.", "A B C.", "")
    assert shares == [0.5, 0, np.nan]


@pytest.mark.slow
def test_the_time_for_counters_grows_with_the_text_and_no_faster():
    assert of("words_removed_ratio__dolma3", "1," * 1_000_000 + " a", "1 " * 500_000 + "likes") == [0, 0]


@pytest.mark.slow
def test_real_documents_beside_the_plain_twin(assay_data):
    family = signal_families()["dolma3"]
    ours = measured(assay_data, tuple(signal.column for signal in family.signals))
    texts = peers(assay_data)["text"]
    some = range(0, len(texts), 60)
    for column, plain in plain_twins()["dolma3"].items():
        found = [ours[column][i] for i in some]
        expected = [plain(texts[i]) for i in some]
        assert [np.nan if one is None else one for one in found] == pytest.approx(expected, nan_ok=True), (
            column
        )
