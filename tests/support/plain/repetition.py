import math
from collections import Counter
from itertools import groupby

from twins import share

MARKS = ["a", "b ", " a ", "a b ", "same\n", "same\r\n", "\n", "\n\n", "same\nother\n\n", "\x1c", "é b é b "]


def over_characters(part, text):
    return part / len(text) if text else math.nan


def length(pieces):
    return sum(map(len, pieces))


def runs(words, n):
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def later(pieces):
    """Numbers of the pieces that an earlier one equals."""
    return [i for i, piece in enumerate(pieces) if pieces.index(piece) < i]


def filled(text):
    return [line for line in text.splitlines() if line.strip()]


def paragraphs(text):
    """With the ends of their lines, but not that of the last."""
    lines = groupby(text.splitlines(keepends=True), lambda line: bool(line.strip()))
    found = [list(piece) for is_filled, piece in lines if is_filled]
    return ["".join([*piece[:-1], *piece[-1].splitlines()]) for piece in found]


def said_before(pieces):
    return share(range(len(pieces)), lambda i: pieces.index(pieces[i]) < i)


def characters_said_before(pieces, text):
    return over_characters(length(pieces[i] for i in later(pieces)), text)


def covered(words, begins, n):
    return length(words[i] for i in {i for begin in begins for i in range(begin, begin + n)})


def top(text, n):
    words = text.split()
    found = runs(words, n)
    most = max(found, key=Counter(found).__getitem__, default=None)  # the first of equals
    return over_characters(covered(words, [i for i in later(found) if found[i] == most], n), text)


def again(text, n):
    words = text.split()
    return over_characters(covered(words, later(runs(words, n)), n), text)


def repeated_instances(words, n):
    found = runs(words, n)
    counts = Counter(found)
    return share(found, lambda run: counts[run] > 1)


PLAIN = {
    "dup_line_frac": lambda text: said_before(filled(text)),
    "dup_line_char_frac": lambda text: characters_said_before(filled(text), text),
    "dup_para_frac": lambda text: said_before(paragraphs(text)),
    "dup_para_char_frac": lambda text: characters_said_before(paragraphs(text), text),
    **{f"top_{n}_gram_char_frac": lambda text, n=n: top(text, n) for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac": lambda text, n=n: again(text, n) for n in range(5, 11)},
    "word_repetition_ratio": lambda text: repeated_instances(text.split(), 10),
}
