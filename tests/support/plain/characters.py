import re
import string
from unicodedata import category

from twins import share


def of(answer):
    return lambda text: share(text, answer)


def found(pattern, weigh=len):
    return lambda text: sum(map(weigh, re.findall(pattern, text))) / len(text) if text else float("nan")


def is_punctuation(character):
    return category(character)[0] == "P" or character in string.punctuation


def is_special(character):
    return category(character)[0] in "PS" or character.isspace() or character in string.digits


PLAIN = {
    "white_space_ratio": of(str.isspace),
    "alnum_ratio": of(str.isalnum),
    "digit_ratio": of(str.isdigit),
    "uppercase_ratio": of(str.isupper),
    "punctuation_ratio": of(is_punctuation),
    "ellipsis_ratio": found(r"\.\.\.|…"),
    "non_alpha_digit_ratio": of(lambda character: not (character.isalpha() or character.isdigit())),
    "url_char_ratio": found(r"[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"]+"),
    "paren_ratio": of("(){}[]⟨⟩".__contains__),
    "special_char_ratio": of(is_special),
    "curly_bracket_ratio": of("{}".__contains__),
    "symbol_ratio": of(lambda character: category(character)[0] == "S"),
    "non_ascii_ratio": of(lambda character: not character.isascii()),
    "control_ratio": of(lambda character: category(character) == "Cc" and not character.isspace()),
    "lorem_ipsum_ratio": found(r"[Ll][Oo][Rr][Ee][Mm] [Ii][Pp][Ss][Uu][Mm]", lambda match: 1),
}
MARKS = [
    "http://a.b/c",
    "HTTPS://x#y...",
    "http:",
    "s://",
    "<",
    '"',
    "Lorem Ipsum",
    "lorem ",
    "⟨",
    "⟩",
    "{",
    "(]",
    "\x7f",
    "$",
    "。",
    "²",
    "Ⅳ",
    "\ue000",
    "\uffff",
]
