"""Words of UAX 29: beside its rules as patterns, and texts worked by hand."""

import numpy as np
import pyarrow as pa
import pytest
import word_break
from hypothesis import given
from hypothesis import strategies as st

from analytics.signal import Texts
from analytics.uax29 import segments, words, words_from_alphanumeric
from indexes.texts import buffers

SOME = [
    *"aZ1_.,:;'\"\n\r \u3000éא中カー한\u0308\u200d\u200e\u2019\x85",
    "🇩",
    "👩",
    "©",
    "Ⓜ",
    "٣",
    "ͅ",
    "ⅷ",
    "\u0e01",
]


def as_texts(*values):
    encoded = [None if value is None else value.encode() for value in values]
    return Texts(*buffers(pa.array([b"before", *encoded], pa.large_binary()).slice(1)))


def said(texts, spans):
    return [
        [bytes(texts.data[spans.starts[j] : spans.ends[j]]).decode() for j in range(first, last)]
        for first, last in zip(spans.bounds, spans.bounds[1:], strict=False)
    ]


@given(
    st.lists(
        st.lists(st.sampled_from(SOME) | st.characters(codec="utf-8"), max_size=12).map("".join), max_size=4
    )
)
def test_agrees_with_the_rules_as_patterns(values):
    texts = as_texts(*values)
    assert said(texts, segments(texts)[0]) == [word_break.segments(value) for value in values]
    assert said(texts, words(texts)) == [word_break.words(value) for value in values]
    firsts = words_from_alphanumeric(texts)
    assert said(texts, firsts) == [word_break.words_from_alphanumeric(value) for value in values]
    every = segments(texts)[0]
    assert every.characters.tolist() == [
        len(piece) for value in values for piece in word_break.segments(value)
    ]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("don't stop.", ["don't", " ", "stop", "."]),
        ("3.14 1,000 3. 1,a", ["3.14", " ", "1,000", " ", "3", ".", " ", "1", ",", "a"]),
        ("e-mail a_b a.b", ["e", "-", "mail", " ", "a_b", " ", "a.b"]),
        ("'a' a..b", ["'", "a", "'", " ", "a", ".", ".", "b"]),
        ("中文カタカナ", ["中", "文", "カタカナ"]),
        ("\r\n\n  a", ["\r\n", "\n", "  ", "a"]),
        ("\n\u0308a", ["\n", "\u0308", "a"]),
        ("a \u0308 b", ["a", " \u0308", " ", "b"]),
        ("🇩🇪🇫🇷🇬", ["🇩🇪", "🇫🇷", "🇬"]),
        ("👩\u200d👧a", ["👩\u200d👧", "a"]),
        ("צה\"ל א'", ['צה"ל', " ", "א'"]),
        ("", []),
    ],
)
def test_texts_worked_by_hand(text, pieces):
    texts = as_texts(text)
    assert said(texts, segments(texts)[0]) == [pieces]
    assert word_break.segments(text) == pieces


def test_a_text_that_is_not_readable_has_no_words():
    texts = as_texts("a b", None, "c")
    assert np.diff(words(texts).bounds).tolist() == [2, 0, 1]


def test_a_piece_counts_by_its_first_character_for_dclm_and_by_any_for_dolma_3():
    texts = as_texts("_a 1b")
    assert said(texts, words(texts)) == [["_a", "1b"]]
    assert said(texts, words_from_alphanumeric(texts)) == [["1b"]]
