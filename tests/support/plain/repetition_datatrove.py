import re
from collections import Counter

import numpy as np
from plain.repetition import characters_said_before, length, over_characters, said_before

from analytics.signal import Texts
from analytics.spacy_words import tokens

MARKS = ["\n", "\n\n", "same", "\nsame\n", "same\n\n", " ", "a b ", "a", "\x0b", "\u00a0", "don't "]


def words_of(text):
    """Of the tokenizer itself, which has its own tests."""
    data = np.frombuffer(text.encode(), np.uint8)
    found = tokens(Texts(data, np.array([0, data.size]), np.array([True])))
    return [data[start:end].tobytes().decode() for start, end in zip(found.starts, found.ends, strict=True)]


def lines(text):
    return re.split(r"\n+", text) if text else []


def paragraphs(text):
    return re.split(r"\n{2,}", text.strip()) if text else []


def top(text, n):
    words = words_of(text)
    grams = [" ".join(words[i : i + n]) for i in range(len(words) - n + 1)]
    most, count = Counter(grams).most_common(1)[0] if grams else ("", 0)
    return over_characters(len(most) * count, text)


def greedy(text, n):
    words = words_of(text)
    met, found, i = set(), 0, 0
    while i <= len(words) - n:
        gram = tuple(words[i : i + n])
        if gram in met:
            found += length(gram)
            i += n
        else:
            met.add(gram)
            i += 1
    return over_characters(found, text)


PLAIN = {
    "dup_line_frac__datatrove": lambda text: said_before(lines(text)),
    "dup_line_char_frac__datatrove": lambda text: characters_said_before(lines(text), text),
    "dup_para_frac__datatrove": lambda text: said_before(paragraphs(text)),
    "dup_para_char_frac__datatrove": lambda text: characters_said_before(paragraphs(text), text),
    **{f"top_{n}_gram_char_frac__datatrove": lambda text, n=n: top(text, n) for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac__datatrove": lambda text, n=n: greedy(text, n) for n in range(5, 11)},
}
