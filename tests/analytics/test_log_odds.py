"""Log-odds with an informative Dirichlet prior: a worked example, and words of two sets of texts."""

from collections import Counter
from math import log, sqrt

import numpy as np
import pytest

from analytics.log_odds import FEWEST, LONGEST, log_odds, wording


def test_a_worked_example():
    # "tax": 30 of 100 words in A, 10 of 200 in B; a prior of 50 words of which 5 are "tax".
    a, b, prior = np.array([30, 70]), np.array([10, 190]), np.array([5.0, 45.0])
    delta = log(35 / (100 + 50 - 35)) - log(15 / (200 + 50 - 15))
    assert log_odds(a, b, prior)[0] == pytest.approx(delta / sqrt(1 / 35 + 1 / 15))
    assert delta / sqrt(1 / 35 + 1 / 15) == pytest.approx(5.0613, abs=1e-4)


def test_without_a_prior_it_is_what_both_have_and_as_heavy_as_the_smaller():
    a, b = np.array([30, 70]), np.array([10, 190])
    prior = np.array([40, 260]) * (100 / 300)
    assert log_odds(a, b) == pytest.approx(log_odds(a, b, prior))


def test_the_same_words_are_0_apart_and_the_sides_are_opposite():
    a, b = np.array([3, 5, 9]), np.array([8, 1, 2])
    assert log_odds(a, a) == pytest.approx([0, 0, 0])
    assert log_odds(a, b) == pytest.approx(-log_odds(b, a))


def test_a_frequent_difference_stands_above_a_rare_one():
    z = log_odds(np.array([100, 4, 896]), np.array([50, 0, 950]))
    assert z[0] > z[1] > 0


def test_words_and_phrases_of_each_side():
    found = wording([b"The cat sat"] * 6, [b"the DOG sat. The dog"] * 7)
    assert [(word.word, word.in_a, word.in_b) for word in found.words if word.word in ("cat", "dog")] == [
        ("cat", 6, 0),
        ("dog", 0, 7),
    ]
    assert {word.word: word.z > 0 for word in found.phrases}["the cat"]
    assert not {word.word: word.z > 0 for word in found.phrases}["the dog"]
    assert (found.n_a, found.n_b) == (6, 7)


def test_a_word_of_few_documents_is_not_listed():
    alone = wording([b"zebra"] * (FEWEST - 1) + [b"x"] * 9, [b"zebra y"] * 900 + [b"y"] * 9)
    assert "zebra" not in {word.word for word in alone.words if word.z > 0}
    few = wording([b"zebra " * 50] * (FEWEST - 1) + [b"x"] * 9, [b"y"] * 9)
    assert "zebra" not in {word.word for word in few.words}
    enough = wording([b"zebra"] * FEWEST + [b"x"] * 9, [b"y"] * 9)
    assert "zebra" in {word.word for word in enough.words}


def test_numbers_and_what_lies_far_down_are_not_read():
    found = wording([b"12 34 " + b"a " * LONGEST + b" late"] * 9, [b"b"] * 9)
    assert {word.word for word in found.words} == {"a", "b"}


def test_no_phrase_runs_from_one_text_into_the_next():
    found = wording([b"first last", b"first last"] * 9, [b"other thing"] * 9)
    assert [phrase.word for phrase in found.phrases] == ["first last", "other thing"]


A, B = (0.4, 0.3, 0.2, 0.1), (0.2, 0.3, 0.4, 0.1)


def grams(text, size):
    words = [word for word in text.split() if word != "7"]
    return [" ".join(words[i : i + size]) for i in range(len(words) - size + 1)]


def test_each_figure_is_what_counting_by_hand_gives():
    draw = np.random.default_rng(3)
    texts = [[" ".join(draw.choice(["x", "y", "z", "7"], 6, p=p)) for _ in range(40)] for p in (A, B)]
    found = wording(*([text.encode() for text in side] for side in texts), most=99)
    for listed, size in ((found.words, 1), (found.phrases, 2)):
        sides = [[grams(text, size) for text in side] for side in texts]
        times = [Counter(gram for text in side for gram in text) for side in sides]
        names = sorted({*times[0], *times[1]})
        z = log_odds(*(np.array([side[name] for name in names]) for side in times))
        expected = dict(zip(names, z, strict=True))
        assert {word.word for word in listed} == set(names)
        for word in listed:
            assert word.z == pytest.approx(expected[word.word])
            assert [word.in_a, word.in_b] == [sum(word.word in text for text in side) for side in sides]


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", "日本 é א".encode(), None])
def test_any_text_is_read(text):
    assert wording([text] * 9, []).n_b == 0
    assert wording([], []).words == ()
