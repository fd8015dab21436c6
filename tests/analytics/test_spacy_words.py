"""English text parted as spaCy parts it: texts worked by hand, and random ones beside the plain rules."""

import pytest
import spacy_rules
from hypothesis import given, settings
from hypothesis import strategies as st
from measuring import texts_of
from plain.words_datatrove import MARKS

from analytics.spacy_words import count_sentences, sentence_counts, tokens

PARTED = {
    "punctuation": (
        'He said: "Yes, (now)!"',
        ["He", "said", ":", '"', "Yes", ",", "(", "now", ")", "!", '"'],
    ),
    "the end of a sentence": ("It ends here. So.", ["It", "ends", "here", ".", "So", "."]),
    "one capital keeps its full stop": ("Plan B. Plan AB.", ["Plan", "B.", "Plan", "AB", "."]),
    "a title and a month": ("Mr. Fox, Jan. 5", ["Mr.", "Fox", ",", "Jan.", "5"]),
    "contractions": ("I'm sure they can't've", ["I", "'m", "sure", "they", "ca", "n't", "'ve"]),
    "contractions in capitals": ("DON'T I'M", ["DON'T", "I'M"]),
    "contractions without an apostrophe": ("dont cannot well its", ["do", "nt", "can", "not", "well", "its"]),
    "the possessive": ("the dogs' and the cat's", ["the", "dogs", "'", "and", "the", "cat", "'s"]),
    "hyphens between letters": (
        "well-known e-mail B-52 2-3",
        ["well", "-", "known", "e", "-", "mail", "B-52", "2", "-", "3"],
    ),
    "commas between letters": ("red,green 1,000", ["red", ",", "green", "1,000"]),
    "slashes before letters": ("yes/no 1/2 and/or", ["yes", "/", "no", "1/2", "and/or"]),
    "two sentences without a space": ("end.Start end.start", ["end", ".", "Start", "end.start"]),
    "addresses": (
        "see http://www.a-b.org/c,d-e or me-you@x-y.net.",
        ["see", "http://www.a-b.org/c,d-e", "or", "me-you@x-y.net", "."],
    ),
    "money and units": ("$5 US$5 5km 10% 10am", ["$", "5", "US$", "5", "5", "km", "10", "%", "10", "am"]),
    "faces": ("fine :-) really:)", ["fine", ":-)", "really", ":)"]),
    "ellipses": ("well...yes… no..", ["well", "...", "yes", "…", "no", ".."]),
    "symbols": ("©2020 50°C a★b", ["©", "2020", "50", "°", "C", "a", "★", "b"]),
    "marks that part nothing": ("a|b @home -x x- a&b", ["a|b", "@home", "-x", "x-", "a&b"]),
    "no-break spaces": ("a\u00a0b\u3000c\u2028d", ["a", "b", "c", "d"]),
    "nothing": (" \n\t", []),
    # SIGNALS.md 6: a run of Han stays whole with the marks inside it.
    "Chinese": (
        "我们今天去公园玩。他说：“你好”，然后走了。",
        ["我们今天去公园玩。他说：“你好”，然后走了", "。"],
    ),
}


def said(text):
    texts = texts_of([text])
    found = tokens(texts)
    return [
        bytes(texts.data[start:end]).decode() for start, end in zip(found.starts, found.ends, strict=True)
    ]


@pytest.mark.parametrize(("text", "expected"), PARTED.values(), ids=PARTED)
def test_parts_as_one_does_by_hand(text, expected):
    assert said(text) == expected
    assert spacy_rules.tokens(text) == expected


@settings(max_examples=200)
@given(st.lists(st.sampled_from([*MARKS, *" \n"]), max_size=12).map("".join))
def test_parts_as_the_plain_rules_do(text):
    assert said(text) == spacy_rules.tokens(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \n ", 0),
        ("no mark", 1),
        ("One. Two! Three? Four", 4),
        ('He said "No." Then he left.', 2),  # the quote belongs to what it ends
        ("Well... really?! Yes", 2),  # three full stops are one token, and end nothing
        ("Mr. Fox met Dr. Who.", 1),
        ("one.two", 1),
        ("End.  ) next", 2),  # two spaces are a token, and no punctuation: they begin a sentence
        ("End. ) next", 2),
        ("End. )", 1),
        ("End.  )", 2),
        ("End.\n", 1),  # what is white space alone is none
        ("今天。明天。 后天。", 2),
    ],
)
def test_counts_sentences_as_one_does_by_hand(text, count):
    assert sentence_counts(texts_of([text])).tolist() == [count]
    assert len(spacy_rules.sentences(text)) == count


def test_a_run_of_tokens_is_judged_by_itself():
    found = tokens(texts_of(["One. ) two."]))
    assert found.bounds.tolist() == [0, 5]
    assert count_sentences(found.kinds, found.bounds).tolist() == [2]
    assert count_sentences(found.kinds, found.bounds[[0, 0, 1]] + [0, 2, 0]).tolist() == [1, 1]
