import math

from plain.tokens import PLAIN as TOKENS


def over(part, whole):
    return part / whole if whole else math.nan


PLAIN = {
    "tokens_per_char": lambda text: over(TOKENS["tokens"](text), len(text)),
    "tokens_per_byte": lambda text: over(TOKENS["tokens"](text), len(text.encode())),
    "alpha_token_ratio": lambda text: over(sum(map(str.isalpha, text)), TOKENS["tokens"](text)),
}
