import math
import re
from collections import Counter

import word_break
from edits.refinedweb_lines import MARKS as EDITED
from edits.refinedweb_lines import edit
from twins import share

MARKS = [*EDITED, *"●•*-#…", ". . .", "...", "\n", "\n\n", "a b ", "don't ", "a a a a a a a a a a a "]


def words(text):
    return [word for word in re.split("[ \t\n\v\f\r\0]+", text) if word and word[0].isalnum()]


def stripped(separator):
    return lambda text: [piece.strip() for piece in text.split(separator) if piece.strip()]


lines, paragraphs = stripped("\n"), stripped("\n\n")


def length(pieces):
    return sum(map(len, pieces))


def over(part, whole):
    return part / whole if whole else math.nan


def repeated(pieces):
    count = Counter(pieces)
    return [piece for piece in pieces if count[piece] > 1]


def symbols(text):
    return sum(text.count(mark) for mark in ("#", "...", ". . .", "…"))


def grams(text, n):
    """Words, n-grams, and how often each occurs."""
    found = word_break.words_from_alphanumeric(text)
    some = list(zip(*(found[i:] for i in range(n)), strict=False))
    return found, some, Counter(some)


def top(n):
    def measured(text):
        found, _, count = grams(text, n)
        most = max(count.values(), default=0)
        longest = max((length(gram) for gram in count if count[gram] == most), default=0)
        return over(longest * most if most > 1 else 0, length(found))

    return measured


def dup(n):
    def measured(text):
        found, some, count = grams(text, n)
        mask = bytearray(len(found))
        for i, gram in enumerate(some):
            if count[gram] > 1:
                mask[i : i + n] = b"1" * n
        return over(sum(len(word) for word, held in zip(found, mask, strict=True) if held), length(found))

    return measured


PLAIN = {
    "words": lambda text: len(words(text)),
    "symbol_word_ratio": lambda text: over(symbols(text), len(text.split())),
    "bullet_line_frac": lambda text: share(lines(text), lambda line: line.startswith(("●", "•", "*", "-"))),
    "ellipsis_line_frac": lambda text: share(lines(text), lambda line: line.endswith(("...", ". . .", "…"))),
    **{
        name: measured
        for unit, split in (("line", lines), ("para", paragraphs))
        for name, measured in {
            f"dup_{unit}_frac": lambda text, split=split: over(len(repeated(split(text))), len(split(text))),
            f"dup_{unit}_char_frac": lambda text, split=split: over(
                length(repeated(split(text))), length(split(text))
            ),
        }.items()
    },
    **{f"top_{n}_gram_char_frac": top(n) for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac": dup(n) for n in range(5, 11)},
    "words_removed_ratio": lambda text: over(len(words(text)) - len(words(edit(text))), len(words(text))),
}
PLAIN = {f"{name}__dclm": one for name, one in PLAIN.items()}
