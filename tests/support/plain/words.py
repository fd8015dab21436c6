import math
from collections import Counter

from twins import share

EIGHT = {"the", "be", "to", "of", "and", "that", "have", "with"}


def symbols(text):
    return text.count("#") + text.count("...") + text.count("…")


def entropy(text):
    words = text.split()
    counts = Counter(words).values()
    return -sum(n / len(words) * math.log(n / len(words)) for n in counts) if words else math.nan


PLAIN = {
    "words": lambda text: len(text.split()),
    "mean_word_length": lambda text: share(text.split(), len),
    "frac_words_alpha": lambda text: share(text.split(), lambda word: any(map(str.isalpha, word))),
    "symbol_word_ratio": lambda text: share(text.split(), symbols),
    "stop_word_count": lambda text: sum(word.lower() in EIGHT for word in text.split()),
    "stop_word_fraction": lambda text: share(text.split(), lambda word: word.lower() in EIGHT),
    "frac_unique_words": lambda text: (
        len(set(text.split())) / len(text.split()) if text.split() else math.nan
    ),
    "unigram_entropy": entropy,
    "frac_all_caps_words": lambda text: share(text.split(), str.isupper),
    "capitalized_word_ratio": lambda text: share(text.split(), str.istitle),
    "short_word_ratio": lambda text: share(text.split(), lambda word: len(word) <= 3),
    "long_word_ratio": lambda text: share(text.split(), lambda word: len(word) >= 7),
    "max_word_length": lambda text: max(map(len, text.split()), default=math.nan),
}
MARKS = [" the ", " Word ", " WORD ", " word ", "ǅ", "ǅa", "Ab", "aB", "ſs", " a1B ", "Ⅳ", "ⅳ", "'s"]
