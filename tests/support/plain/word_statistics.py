import math

from plain.words import EIGHT
from plain.words_datatrove import MARKS as MARKS
from spacy_rules import tokens
from twins import share

PLAIN = {
    "short_word_ratio__datatrove": lambda text: share(tokens(text), lambda token: len(token) <= 3),
    "long_word_ratio__datatrove": lambda text: share(tokens(text), lambda token: len(token) >= 7),
    "frac_all_caps_words__datatrove": lambda text: share(tokens(text), str.isupper),
    "capitalized_word_ratio__datatrove": lambda text: share(tokens(text), str.istitle),
    "stop_word_fraction__datatrove": lambda text: share(tokens(text), lambda token: token in EIGHT),
    "frac_unique_words__datatrove": lambda text: (
        len(set(tokens(text))) / len(tokens(text)) if tokens(text) else math.nan
    ),
    "mean_word_length__spacy": lambda text: share(tokens(text), len),
    "words_per_line__datatrove": lambda text: (
        len(tokens(text)) / len(text.splitlines()) if text.splitlines() else math.nan
    ),
}
