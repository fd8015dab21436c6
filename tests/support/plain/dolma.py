import math
import re
from collections import Counter
from statistics import median

from plain.words import EIGHT
from twins import share

MARKS = ["#", "…", "\n", "\n\n", "- a", "* b", "a b ", "the of a ", "a a a a a a a a a a a "]


def grams(words, n):
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def length(words):
    return sum(map(len, words))


def top(n):
    def measured(text):
        found = Counter(grams(text.split(), n)).most_common(1)
        return found[0][1] * length(found[0][0]) / length(text.split()) if found else math.nan

    return measured


def dup(n):
    def measured(text):
        found = grams(text.split(), n)
        count = Counter(found)
        whole = sum(map(length, found))
        return sum(length(gram) for gram in found if count[gram] > 1) / whole if found else math.nan

    return measured


def of_lines(split):
    def repeated(text):
        count = Counter(split(text))
        return [line for line in split(text) if count[line] > 1]

    return {
        "bullet_line_frac": lambda text: share(split(text), lambda line: line.startswith(("*", "-"))),
        "ellipsis_line_frac": lambda text: share(split(text), lambda line: line.endswith("…")),
        "dup_line_frac": lambda text: len(repeated(text)) / len(split(text)),
        "dup_line_char_frac": lambda text: (
            length(repeated(text)) / length(text.split()) if text.split() else math.nan
        ),
    }


LINES = {
    "dolma": of_lines(lambda text: text.split("\n")),
    "dolma2": of_lines(lambda text: re.split("\n+", text)),
}

PLAIN = {
    "median_word_length__dolma": lambda text: median(map(len, text.split())) if text.split() else math.nan,
    "symbol_word_ratio__dolma": lambda text: share(text.split(), lambda word: "#" in word or "…" in word),
    "stop_word_count__dolma": lambda text: sum(word in EIGHT for word in text.split()),
    **{f"{name}__{variant}": one for variant, some in LINES.items() for name, one in some.items()},
    **{f"top_{n}_gram_char_frac__dolma": top(n) for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac__dolma": dup(n) for n in range(5, 11)},
}
