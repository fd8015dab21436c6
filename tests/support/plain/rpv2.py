import math
import re
import unicodedata
from collections import Counter
from string import punctuation

import regex
from twins import share

MARKS = [
    "…",
    "#",
    "...",
    ".",
    "!",
    "”",
    "–",
    "▪",
    "▶ ",
    "-",
    "a_b",
    "AB",
    "Lorem, ipsum",
    "\n",
    "\n\n",
    "ǅ",
    "É",
]
MARKS += ["a b ", "a a a a a a a a a a a ", "(a b) A B "]


def normalised(text):
    lower = text.translate(str.maketrans("", "", punctuation)).lower()
    return unicodedata.normalize("NFD", re.sub(r"\s+", " ", lower.strip()))


def words(text):
    return normalised(text).split()


def raw(text):
    return regex.findall(r"\w+|[^\w\s]+", text)


def lines(text):
    return re.findall(r"[^\n]*\n|[^\n]+$", text)


def over(part, whole):
    return part / whole if whole else math.nan


def length(pieces):
    return sum(map(len, pieces))


def entropy(text):
    counts = Counter(words(text))
    shares = [count / counts.total() for count in counts.values()]
    return -sum(share * math.log(share) for share in shares) if shares else math.nan


def grams(text, n):
    """Words, n-grams, and how often each occurs."""
    found = words(text)
    some = list(zip(*(found[i:] for i in range(n)), strict=False))
    return found, some, Counter(some)


def top(n):
    def measured(text):
        found, _, count = grams(text, n)
        first = count.most_common(1)
        again = first and first[0][1] > 1
        return over(first[0][1] * length(first[0][0]) if again else 0, length(found))

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


def ends(marks):
    return lambda text: share(lines(text), lambda line: line.rstrip().endswith(marks))


BULLETS = ("•", "‣", "▶", "◀", "◦", "■", "□", "▪", "▫", "–")

PLAIN = {
    "words": lambda text: len(words(text)),
    "mean_word_length": lambda text: share(words(text), len),
    "frac_unique_words": lambda text: over(len(set(words(text))), len(words(text))),
    "unigram_entropy": entropy,
    "symbol_word_ratio": lambda text: over(
        text.count("#") + text.count("...") + text.count("…"), len(raw(text))
    ),
    "frac_words_alpha": lambda text: share(raw(text), lambda word: bool(re.search("[a-zA-Z]", word))),
    "frac_all_caps_words": lambda text: share(raw(text), str.isupper),
    "lorem_ipsum_ratio": lambda text: over(normalised(text).count("lorem ipsum"), len(normalised(text))),
    "ellipsis_line_frac": ends(("...", "…")),
    "line_end_punct_frac": ends((".", "!", "?", "”")),
    "bullet_line_frac": lambda text: share(lines(text), lambda line: line.lstrip().startswith(BULLETS)),
    **{f"top_{n}_gram_char_frac": top(n) for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac": dup(n) for n in range(5, 11)},
}
PLAIN = {f"{name}__rpv2": one for name, one in PLAIN.items()}
