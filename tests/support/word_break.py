"""UAX 29's rules for words, one pattern for each side of a place between two characters; slow and obvious."""

from functools import cache

import regex

LETTER = r"[\p{WB=ALetter}\p{WB=Hebrew_Letter}]"
HEBREW = r"\p{WB=Hebrew_Letter}"
QUOTE = r"[\p{WB=MidNumLet}\p{WB=Single_Quote}]"
MID_LETTER = rf"[\p{{WB=MidLetter}}{QUOTE}]"
MID_NUM = rf"[\p{{WB=MidNum}}{QUOTE}]"
NUMERIC, KATAKANA = r"\p{WB=Numeric}", r"\p{WB=Katakana}"
JOINER = r"\p{WB=ExtendNumLet}"
END = r"[\r\n\p{WB=Newline}]"
PASSED = r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]"
FLAG = r"\p{WB=Regional_Indicator}"

# A class followed by @ stands for it and for what WB4 passes over.
RULES = [
    (r"\r", r"\n", False),  # WB3
    (END, "", True),
    ("", END, True),
    (r"\p{WB=ZWJ}", r"\p{Extended_Pictographic}", False),
    (r"\p{WB=WSegSpace}", r"\p{WB=WSegSpace}", False),
    (r"[^\r\n\p{WB=Newline}]", PASSED, False),  # WB4
    (f"{LETTER}@", LETTER, False),
    (f"{LETTER}@", f"{MID_LETTER}@{LETTER}", False),
    (f"{LETTER}@{MID_LETTER}@", LETTER, False),
    (f"{HEBREW}@", r"\p{WB=Single_Quote}", False),
    (f"{HEBREW}@", rf"\p{{WB=Double_Quote}}@{HEBREW}", False),
    (rf"{HEBREW}@\p{{WB=Double_Quote}}@", HEBREW, False),
    (f"{NUMERIC}@", NUMERIC, False),
    (f"{LETTER}@", NUMERIC, False),
    (f"{NUMERIC}@", LETTER, False),
    (f"{NUMERIC}@{MID_NUM}@", NUMERIC, False),
    (f"{NUMERIC}@", f"{MID_NUM}@{NUMERIC}", False),
    (f"{KATAKANA}@", KATAKANA, False),
    (f"(?:{LETTER}|{NUMERIC}|{KATAKANA}|{JOINER})@", JOINER, False),
    (f"{JOINER}@", f"(?:{LETTER}|{NUMERIC}|{KATAKANA})", False),
    (f"(?<!{FLAG}@)(?:{FLAG}@{FLAG}@)*{FLAG}@", FLAG, False),
    ("", "", True),
]


@cache
def places():
    """Pattern of a place between two characters -> whether words part there, the first that fits decides."""
    found = []
    for before, after, parted in RULES:
        left, right = (side.replace("@", f"{PASSED}*+") for side in (before, after))
        found.append((regex.compile(f"(?<={left})(?={right})"), parted))
    return found


def segments(text):
    """All pieces of a text."""
    found, start = [], 0
    for place in range(1, len(text)):
        if next(parted for pattern, parted in places() if pattern.match(text, place)):
            found.append(text[start:place])
            start = place
    return [*found, text[start:]] if text else []


def words(text):
    """The pieces with a letter or a number."""
    return [piece for piece in segments(text) if regex.search(r"[\p{Alphabetic}\p{N}]", piece)]


def words_from_alphanumeric(text):
    """The pieces whose first character is a letter or a number."""
    return [piece for piece in segments(text) if piece[0].isalnum()]
