import math

import numpy as np
from edits.c4_lines import CITATION, MARKS, PHRASES, kept_lines
from twins import share

from analytics.signal import Texts
from analytics.spacy_words import sentence_counts, tokens

MARKS = [
    *MARKS,
    "Lorem ipsum for you.",
    "lorem ipsum and javascript.",
    "{ in a line.",
    "{ and javascript, too.",
    "{",
    "One. Two? Three!",
    "What.[1] Now.",
    "gone [1]",
    "a  [edit]  b",
]


def filled(text):
    return [line.lower() for line in text.splitlines() if line.strip()]


def alone(line):
    """A line as a text of its own; its words and sentences are tested where they are found."""
    encoded = np.frombuffer(line.encode(), np.uint8)
    return Texts(encoded, np.array([0, encoded.size]), np.ones(1, dtype=bool))


def sentences(line):
    return int(sentence_counts(alone(line))[0])


def words(line):
    return int(tokens(alone(line)).counts()[0])


def reached(text, terminated):
    """Lines that are still there when C4 looks for what condemns a page."""
    for line in text.splitlines():
        clean = CITATION.sub("", line.strip())
        if len(line.split()) < 3 or any(len(word) > 1000 for word in line.split()):
            continue
        if not terminated or (clean.endswith((".", "?", "!", '"', "'")) and not clean.endswith("...")):
            yield clean


def lorem(text, terminated):
    return sum("lorem ipsum" in line.lower() for line in reached(text, terminated))


def curly(text, terminated):
    return sum("{" in line and "javascript" not in line.lower() for line in reached(text, terminated))


def fraction(part, whole):
    return part / whole if whole else math.nan


PLAIN = {
    "javascript_line_frac": lambda text: share(filled(text), lambda line: "javascript" in line),
    "policy_line_frac": lambda text: share(
        filled(text), lambda line: any(phrase in line for phrase in PHRASES[1:])
    ),
    "c4_kept_line_frac": lambda text: fraction(len(kept_lines(text, True)), len(filled(text))),
    "c4_kept_line_frac__noterm": lambda text: fraction(len(kept_lines(text, False)), len(filled(text))),
    "c4_kept_char_frac": lambda text: fraction(sum(map(len, kept_lines(text, True))), len(text)),
    "c4_kept_char_frac__noterm": lambda text: fraction(sum(map(len, kept_lines(text, False))), len(text)),
    "sentences__after_c4_lines": lambda text: sum(map(sentences, kept_lines(text, True))),
    "sentences__after_c4_lines_noterm": lambda text: sum(map(sentences, kept_lines(text, False))),
    "lorem_ipsum_lines__c4": lambda text: lorem(text, True),
    "lorem_ipsum_lines__c4_noterm": lambda text: lorem(text, False),
    "curly_bracket_lines__c4": lambda text: curly(text, True),
    "curly_bracket_lines__c4_noterm": lambda text: curly(text, False),
}
