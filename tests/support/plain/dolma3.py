import math
import re
from collections import Counter
from functools import lru_cache

import word_break
from twins import share

MARKS = [*"●•*-#…", ". . .", "...", "\n", "\n\n", "\r\n", "a b ", "don't ", "a a a a a a a a a a a "]
MARKS += ["LOUD", "123", "3.5k Views", "(12 likes", "items in cart", "Read more...", "Sign-in ", "one word"]
MARKS += ["End. ", "What?! ", "A B C D E F G h i j k l. ", "1.5", "!"]
COUNTED = (
    "likes shares comments retweets reposts quotes bookmarks upvotes downvotes downloads views followers"
)
COUNTER = re.compile(rf"\W*\d[,.\d]*[kmb]?\s+({'|'.join(COUNTED.split())})")
CALLS = [(r"\s?items in cart\s?", " "), (r"\s?Read more...$", ""), (r"^Sign-in\s?", "")]


def size(text):
    return len(text.encode())


def over(part, whole):
    return part / whole if whole else math.nan


def words(text):
    if text.isascii():
        return re.findall("[A-Za-z0-9]+", text)
    return word_break.words(text)


def symbols(text):
    return sum(text.count(mark) for mark in ("#", "...", ". . .", "…"))


def filled(pieces):
    return [piece for piece in pieces if piece]


def units(text):
    """Lines as Rust's ``lines`` gives them, without empty ones."""
    found = text.split("\n")
    return filled([line.removesuffix("\r") for line in found[:-1]] + found[-1:])


def lines(text):
    return filled(text.split("\n"))


def paragraphs(text):
    return filled(re.sub("\n{3,}", "\n\n", text).split("\n\n"))


def dup(split, measure):
    def measured(text):
        count = Counter(split(text))
        repeated = sum(measure(piece) for piece in split(text) if count[piece] > 1)
        return over(repeated, sum(map(measure, split(text))))

    return measured


def covered(found, starts, n):
    mask = bytearray(len(found))
    for start in starts:
        mask[start : start + n] = b"1" * n
    whole = sum(map(size, found))
    return over(sum(size(word) for word, held in zip(found, mask, strict=True) if held), whole)


@lru_cache(maxsize=9)
def grams(text, n):
    """Words, n-grams, and how often each occurs."""
    found = word_break.words(text)
    some = list(zip(*(found[i:] for i in range(n)), strict=False))
    return found, some, Counter(some)


def top(n):
    def measured(text):
        found, some, count = grams(text, n)
        most = max(count.values(), default=0)
        often = [gram for gram in count if count[gram] == most > 1]
        longest = max(often, key=lambda gram: sum(map(size, gram)), default=None)
        return covered(found, [i for i, gram in enumerate(some) if gram == longest], n)

    return measured


def dup_grams(n):
    def measured(text):
        found, some, count = grams(text, n)
        return covered(found, [i for i, gram in enumerate(some) if count[gram] > 1], n)

    return measured


def stays(line):
    return (
        sum(map(str.isupper, line)) <= 0.5 * size(line)
        and not re.fullmatch("[0-9]+", line)
        and not COUNTER.match(line.lower())
        and len(word_break.words(line)) >= 2
    )


def removed(text):
    left = 0
    for line in filter(stays, text.split("\n")):
        if len(word_break.words(line)) <= 10:
            line = line.removesuffix("\r")
            for call, instead in CALLS:
                line = re.sub(call, instead, line)
        left += len(word_break.words(line))
    whole = len(word_break.words(text))
    return over(whole - left, whole)


def sentences(text):
    return [piece for piece in re.split(r"(?<![.!?])[.!?]+\s+", text) if piece.strip()]


def is_list(sentence):
    found = word_break.words(sentence)
    return len(found) >= 12 and sum(word[0].isupper() for word in found) > len(found) / 2


PLAIN = {
    "mean_word_length": lambda text: share(text.split(), size),
    "symbol_word_ratio": lambda text: over(symbols(text), len(text.replace(". . .", "...").split())),
    "bullet_line_frac": lambda text: share(
        text.split("\n"), lambda line: line.startswith(("●", "•", "*", "-"))
    ),
    "ellipsis_line_frac": lambda text: share(units(text), lambda line: line.endswith(("...", ". . .", "…"))),
    "dup_line_frac": dup(lines, lambda piece: 1),
    "dup_line_char_frac": dup(lines, size),
    "dup_para_frac": dup(paragraphs, lambda piece: 1),
    "dup_para_char_frac": dup(paragraphs, size),
    **{f"top_{n}_gram_char_frac": top(n) for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac": dup_grams(n) for n in range(5, 11)},
    "words_removed_ratio": removed,
}
PLAIN = {f"{name}__dolma3": one for name, one in PLAIN.items()} | {
    "words__uax29": lambda text: len(words(text)),
    "sentences__madlad": lambda text: len(sentences(text)),
    "capitalised_sentence_frac__madlad": lambda text: share(sentences(text), is_list),
}
