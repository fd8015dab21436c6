import math

from plain.words import EIGHT
from spacy_rules import is_word, sentences, tokens
from twins import share


def words(text):
    return [token for token in tokens(text) if is_word(token)]


def over_tokens(count, text):
    return count / len(tokens(text)) if tokens(text) else math.nan


PLAIN = {
    "words__spacy": lambda text: len(tokens(text)),
    "words__datatrove": lambda text: len(words(text)),
    "mean_word_length__datatrove": lambda text: share(words(text), len),
    "symbol_word_ratio__datatrove_hash": lambda text: over_tokens(text.count("#"), text),
    "symbol_word_ratio__datatrove_ellipsis": lambda text: over_tokens(
        text.count("...") + text.count("…"), text
    ),
    "frac_words_alpha__datatrove": lambda text: share(
        tokens(text), lambda token: any(map(str.isalpha, token))
    ),
    "stop_word_count__datatrove": lambda text: len(EIGHT & set(tokens(text))),
    "bullet_line_frac__datatrove": lambda text: share(
        text.splitlines(), lambda line: line.lstrip().startswith(("•", "-"))
    ),
    "ellipsis_line_frac__datatrove": lambda text: share(
        text.splitlines(), lambda line: line.rstrip().endswith(("...", "…"))
    ),
    "newline_word_ratio": lambda text: over_tokens(text.count("\n"), text),
    "sentences__spacy": lambda text: len(sentences(text)),
}

PIECES = (
    "don't can't i'm he's they'll couldn't've cannot dont a.m. e.g. U.S.A. :) :-( '' .. -- — – … …… ’s 's '"
)
ENDS = '" ( ) [ ] { } , ; : ! ? / = + * ^ ~ < > @ # $ % & _ | \\ ` ´ « » “ ” ‘ ’ 。 、 ！ （ ） ™ °'
ADDRESSES = (
    "http:// www.some-site.com .org me@host.net /path?x=1 :80 10.0.0.1 a.b A.B Mr. US$ 5 12 km % 10am °C."
)
MARKS = [*PIECES.split(), *ENDS.split(), *ADDRESSES.split(), *"aBcZ中éÉßʰ", "\n", "\n-", "\n • ", "...\n"]
