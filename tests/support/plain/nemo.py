import math
import re
from collections import Counter

from twins import share

BULLETS = (
    "BULLET TRIANGULAR_BULLET HYPHEN_BULLET BLACK_LEFTWARDS_BULLET BLACK_RIGHTWARDS_BULLET BULLET_OPERATOR "
    "INVERSE_BULLET WHITE_BULLET CIRCLED_WHITE_BULLET CIRCLED_BULLET WHITE_CIRCLE BLACK_CIRCLE"
)
MARKS = [
    *"•●⦿❥#()[]{}⟩-*\b\t",
    "http://",
    "https://a.b/c?d=e#f",
    "HTTP://a",
    "privacy policy",
    "coo\u212aie policy",
    "Lorem ipsum",
    "read more",
    "[…]",
    "-»",
    "\n",
    "\n\n",
    "a b ",
    "a a a a a a a a a a a ",
]


def bullets():
    from unicodedata import lookup

    return tuple(lookup(name.replace("_", " ")) for name in BULLETS.split())


def of_characters(pattern):
    return lambda text: sum(map(len, re.findall(pattern, text))) / len(text) if text else 1


def lines(text):
    return [line for line in text.split("\n") if line.strip()]


def paragraphs(text):
    return text.split("\n\n")


def dup(split):
    return lambda text: 1 - len(set(split(text))) / len(split(text)) if split(text) else math.nan


def dup_characters(split):
    def measured(text):
        whole = len("".join(split(text)))
        return 1 - len("".join(set(split(text)))) / whole if whole else math.nan

    return measured


def boilerplate(text):
    phrases = (
        "terms of use",
        "privacy policy",
        "cookie policy",
        "uses cookies",
        "use of cookies",
        "use cookies",
    )
    if "lorem ipsum" in text.lower():
        return 1
    return share(paragraphs(text.lower()), lambda one: any(phrase in one for phrase in phrases))


def is_symbol(word):
    return (
        word in ("...", "[...]", "…", "(...)", "[…]", "-»") or len(re.findall("#+", word)) / len(word) > 0.5
    )


def grams(text, n):
    words = text.split()
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def top(n):
    def measured(text):
        found = Counter(grams(text, n)).most_common(1)
        return 1 - len(text.replace(" ".join(found[0][0]), "")) / len(text) if found else 1

    return measured


def again(n):
    def measured(text):
        seen, held, characters = set(), 0, 0
        for gram in grams(text, n):
            if gram in seen:
                new = gram[held:]
                characters += sum(map(len, new)) + min(len(new), n - 1)
                held = n
            seen.add(gram)
            held = max(held - 1, 0)
        return characters / len(text) if grams(text, n) else 1

    return measured


def ends(marks):
    return lambda text: share(lines(text), lambda line: line.strip().lower().endswith(marks))


PLAIN = {
    "non_alnum_ratio": of_characters(r"[^a-zA-Z0-9\n?!,.]"),
    "symbol_word_ratio": lambda text: share(text.split(), is_symbol),
    "number_ratio": of_characters(r"\d"),
    "url_char_ratio": of_characters(r"https?://[a-zA-Z0-9$-_!]+"),
    "white_space_ratio": of_characters("[\t\n\r\b ]"),
    "paren_ratio": of_characters(r"[()\[\]{}⟨⟩]"),
    "boilerplate_para_frac": boilerplate,
    "dup_line_frac": dup(lines),
    "dup_para_frac": dup(paragraphs),
    "dup_line_char_frac": dup_characters(lines),
    "dup_para_char_frac": dup_characters(paragraphs),
    "line_end_punct_frac": ends((".", "?", "!", '"', "'")),
    "ellipsis_line_frac": ends(("...", "[...]", "…", "(...)", "[…]", "-»", "read more..", "read more")),
    "bullet_line_frac": lambda text: share(lines(text), lambda line: line.strip().startswith(bullets())),
    **{f"top_{n}_gram_char_frac": top(n) for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac": again(n) for n in range(5, 11)},
}
PLAIN = {f"{name}__nemo": one for name, one in PLAIN.items()}
