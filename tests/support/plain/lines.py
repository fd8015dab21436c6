import math
from itertools import groupby

import regex
from twins import share

TERMINAL = regex.compile(r"\p{STerm}\Z")

MARKS = [
    "\n",
    "\n\n",
    "\r",
    "• a",
    " - b",
    "*",
    "…",
    "...",
    "... ",
    ".",
    "。",
    "!",
    "123",
    "²",
    "LOUD",
    "ÀÉ",
    "Ⓐ",
    "javascript",
    "JavaScript",
    "Lorem ipsum",
    "lorem lorem ipsumm",
    "a line that is longer than thirty characters",
    "x" * 30,
    "é" * 30,
    "same\nsame\n",
    "\nsame",
    "same ",
    "same\r\n",
    "—\n",
]


def filled(text):
    return [line for line in text.splitlines() if line.strip()]


def fraction(part, whole):
    return part / whole if whole else math.nan


def repeated(text):
    """Characters of "\\n"-lines, blank ones apart, that came before, over all but "\\n"."""
    lines = [line for line in text.split("\n") if line.strip()]
    came = set()
    again = 0
    for line in lines:
        again += len(line) if line in came else 0
        came.add(line)
    return again / len(text.replace("\n", "")) if lines else math.nan


def paragraphs(text):
    return [
        list(lines)
        for is_filled, lines in groupby(text.splitlines(), lambda line: bool(line.strip()))
        if is_filled
    ]


def mute(paragraph):
    return not any(character.isalnum() for line in paragraph for character in line)


PLAIN = {
    "bullet_line_frac": lambda text: share(
        filled(text), lambda line: line.lstrip().startswith(("-", "*", "•"))
    ),
    "ellipsis_line_frac": lambda text: share(filled(text), lambda line: line.rstrip().endswith(("...", "…"))),
    "line_end_punct_frac": lambda text: share(filled(text), lambda line: bool(TERMINAL.search(line))),
    "short_line_frac": lambda text: share(filled(text), lambda line: len(line) <= 30),
    "dup_line_char_frac__fineweb": repeated,
    "avg_line_length": lambda text: fraction(len(text), len(text.splitlines())),
    "max_line_length": lambda text: max(map(len, text.splitlines()), default=math.nan),
    "words_per_line": lambda text: share(filled(text), lambda line: len(line.split())),
    "line_digit_ratio": lambda text: share(filled(text), lambda line: share(line.strip(), str.isdigit)),
    "line_uppercase_ratio": lambda text: share(filled(text), lambda line: share(line.strip(), str.isupper)),
    "numeric_line_frac": lambda text: share(filled(text), lambda line: line.strip().isdigit()),
    "uppercase_line_frac": lambda text: share(
        filled(text), lambda line: share(line.strip(), str.isupper) > 0.5
    ),
    "javascript_count": lambda text: text.lower().count("javascript"),
    "lorem_ipsum_count": lambda text: text.lower().count("lorem ipsum"),
    "not_alphanum_para_frac": lambda text: share(paragraphs(text), mute),
}
