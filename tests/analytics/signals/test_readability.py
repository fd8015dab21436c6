"""Readability of sentences whose words and syllables are counted by hand."""

import math

import numpy as np
import pytest
from measuring import measured

from analytics.signal import signal_families
from analytics.syllables import syllables_of

# Six words of one syllable, and four of 5, 2, 4 and 2.
TEXT = "The cat sat on the mat. University students investigate planets."
WORDS, SENTENCES, SYLLABLES, HARD, MINI, LETTERS = 10, 2, 6 + 5 + 2 + 4 + 2, 2, 6, 17 + 10 + 8 + 11 + 7


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("mcalpine_eflaw", (WORDS + MINI) / SENTENCES),
        ("flesch_reading_ease", 206.835 - 1.015 * WORDS / SENTENCES - 84.6 * SYLLABLES / WORDS),
        ("flesch_kincaid_grade", 0.39 * WORDS / SENTENCES + 11.8 * SYLLABLES / WORDS - 15.59),
        ("gunning_fog", 0.4 * (WORDS / SENTENCES + 100 * HARD / WORDS)),
        (
            "coleman_liau_index",
            0.0588 * 100 * LETTERS / WORDS - 0.296 * 100 * SENTENCES / WORDS - 15.8,
        ),
        ("automated_readability_index", 4.71 * LETTERS / WORDS + 0.5 * WORDS / SENTENCES - 21.43),
        ("linsear_write", ((8 + 3 * 2) / 2 - 2) / 2),
    ],
)
def test_follows_the_formula(column, value):
    assert measured(column, TEXT) == pytest.approx(value)


def test_smog_asks_for_three_sentences():
    assert math.isnan(measured("smog_index", TEXT))
    assert measured("smog_index", TEXT + " We all like it.") == pytest.approx(
        1.043 * math.sqrt(30 * 2 / 3) + 3.1291
    )


def test_a_sentence_of_two_words_is_no_sentence_and_a_text_has_one_at_least():
    assert measured("mcalpine_eflaw", "Hello there. This is longer text.") == pytest.approx((6 + 1) / 1)
    assert measured("mcalpine_eflaw", "Hello") == 1


def test_the_easiest_text_is_one_syllable():
    assert measured("flesch_reading_ease", "Go") == pytest.approx(121.22)
    assert measured("flesch_kincaid_grade", "Go") == pytest.approx(-3.4)


def test_linsear_write_reads_the_first_hundred_words():
    beginning = "one two three four five six seven eight nine ten. " * 10
    assert measured("linsear_write", beginning + "unbelievably " * 50) == measured("linsear_write", beginning)


@pytest.mark.parametrize("text", ["", " \n", "... -- !?", "***"])
@pytest.mark.parametrize("signal", signal_families()["readability"].signals, ids=lambda signal: signal.column)
def test_a_text_without_words_has_no_readability(signal, text):
    assert math.isnan(measured(signal.column, text))


WORDS_OF = {
    1: "the made makes jumped eye queen guess through tree",
    2: "table tables wanted going beyond boxes useful statement wireless crying unique quiet rhythm",
    3: "medium video actual requirement beautiful united",
    4: "negotiate experience available automatic naturally",
    5: "university immediately",
}


@pytest.mark.parametrize(("count", "words"), WORDS_OF.items())
def test_a_word_has_as_many_syllables_as_are_heard(count, words):
    counted = {
        word: syllables_of(np.frombuffer(word.encode(), np.uint8), 0, len(word)) for word in words.split()
    }
    assert counted == dict.fromkeys(words.split(), count)


def test_what_follows_an_apostrophe_is_heard_where_it_has_a_vowel():
    for text, syllables in [
        ("it's", 1),
        ("they've", 1),
        ("didn't", 2),
        ("don’t", 1),
        ("café", 2),
        ("co-op", 2),
    ]:
        assert measured("flesch_reading_ease", text) == pytest.approx(206.835 - 1.015 - 84.6 * syllables), (
            text
        )


def test_a_long_word_of_marked_letters_is_counted_whole():
    assert measured("flesch_reading_ease", "né" * 300) == pytest.approx(206.835 - 1.015 - 84.6 * 300)
