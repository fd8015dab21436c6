"""Lengths of texts counted by hand."""

import pytest
from measuring import measured

TEXT = " One. Two three!\r\n \r\nFour? \n\nFive\n"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("characters", 34),
        ("characters__stripped", 32),
        ("lines", 5),
        ("paragraphs", 3),  # a line of one space parts paragraphs
        ("sentences", 4),
        ("reading_time", 34 * 0.01469),
    ],
)
def test_counts_as_one_does_by_hand(column, value):
    assert measured(column, TEXT) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", 0),
        ("...", 0),
        ("Wait... what?!", 2),
        ("Pi is 3.14.", 2),  # a full stop ends a sentence wherever a letter or digit follows
        ("e.g. this", 3),
        ("¿Qué? «Nada».", 2),
        ("我们今天去公园玩。他说话。", 1),  # no . ! or ?
    ],
)
def test_a_sentence_goes_from_a_letter_to_the_next_mark(text, sentences):
    assert measured("sentences", text) == sentences


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u2029 \x85"])
def test_white_space_alone_has_neither_paragraphs_nor_sentences(text):
    assert measured("paragraphs", text) == measured("sentences", text) == 0
    assert measured("characters__stripped", text) == 0
