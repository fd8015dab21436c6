from plain.flagged import plain_words
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from twins import share

PLAIN = {
    "words__bigscience": lambda text: len(plain_words(text)),
    "stop_word_fraction__bigscience": lambda text: share(plain_words(text), ENGLISH_STOP_WORDS.__contains__),
}
MARKS = [" the ", " The, ", " (us) ", " a", "- ", " 12 ", " 2nd ", " upon"]
