"""How spaCy's rules part English text, in plain Python: the twin of ``analytics.spacy_words``.

White space parts chunks; marks are taken off both ends of a chunk until an exception or nothing to take off
is left; the rest is parted inside unless it is an address; neighbours that are an exception are joined.
"""

from functools import lru_cache

import regex

from analytics.spacy_exceptions import LONGEST, UNITS, exception_parts
from analytics.spacy_words import (
    CASED_LOWER,
    CASED_UPPER,
    CLAUSES,
    MONEYS,
    OTHERS_STOPPED,
    QUOTES,
    SYMBOLS,
    UNCASED,
)

LOWER, UPPER = f"(?:{CASED_LOWER}|{UNCASED})", f"(?:{CASED_UPPER}|{UNCASED})"
ALPHA = f"(?:{LOWER}|{UPPER})"
EITHER_END = rf"(?:{QUOTES}|{CLAUSES}|\p{{So}})"


def whole(pattern):
    return regex.compile(pattern, regex.V1)


BEFORE = whole(rf"\.\.+|\+(?![0-9])|(?:US|A|C)\$|[§%=]|{MONEYS}|{EITHER_END}")
AFTER = whole(
    rf"(?:\.\.+|……|{EITHER_END}|['’][sS]|(?<=[0-9])\+|(?<=[0-9])(?:(?:US|A|C)\$|{MONEYS})"
    rf"|(?<=[0-9])(?:{'|'.join(map(regex.escape, UNITS))})"
    rf"|(?<=[0-9]|{OTHERS_STOPPED}|{LOWER}|{QUOTES}|{CLAUSES})\.|(?<={UPPER}{UPPER})\.|(?<=°[FCK])\.)$"
)
INSIDE = whole(
    rf"\.\.+|…|\p{{So}}|(?<=[0-9])[+\-*^](?=[0-9\-])|(?<={LOWER}|{QUOTES})\.(?={UPPER}|{QUOTES})"
    rf"|(?<={ALPHA}),(?={ALPHA})|(?<={ALPHA}|[0-9])(?:---|--|-|–|——|—|~|[:<>=/])(?={ALPHA})"
)
LABEL = r"(?:[A-Za-z0-9\u00A1-\uFFFF][A-Za-z0-9\u00A1-\uFFFF_\-]{0,62})?[A-Za-z0-9\u00A1-\uFFFF]"
HOST = rf"(?:(?:{LABEL}\.)+{LOWER}{{2,63}}|[0-9]{{1,63}}(?:\.[0-9]{{1,63}}){{3}})"
ADDRESS = whole(rf"(?:[\w+\-.]{{2,}}://)?(?:\S+@)?{HOST}(?::[0-9]{{2,5}})?(?:[/?#]\S*)?")
EXCEPTIONS = exception_parts()
MOST = 6
"""Pieces that the marks in an exception part it in."""


@lru_cache(maxsize=4)
def tokens(text):
    """The tokens of a text; white space is none."""
    return [token for chunk in text.split() for token in parted(chunk)]


@lru_cache(maxsize=1_000)
def parted(chunk):
    """The tokens of a piece of text without white space."""
    first, last, low, high = [], [], 0, len(chunk)
    while low < high and not known(chunk, low, high):
        front, back = taken_before(chunk, low, high), high
        if front > low and known(chunk, front, high):
            first.append(chunk[low:front])
            low = front
            break
        back = taken_after(chunk, front, high)
        if back < high and known(chunk, low, back):
            last.append(chunk[back:high])
            high = back
            break
        if (front, back) == (low, high):
            break
        first += [chunk[low:front]] if front > low else []
        last += [chunk[back:high]] if back < high else []
        low, high = front, back
    return joined([*first, *middle(chunk[low:high]), *reversed(last)])


def known(chunk, low, high):
    return high - low <= LONGEST and chunk[low:high] in EXCEPTIONS


def taken_before(chunk, low, high):
    """Where the mark at the start ends."""
    found = BEFORE.match(chunk, low, high)
    return found.end() if found else low


def taken_after(chunk, low, high):
    """Where the mark at the end begins; what was taken off the start is out of its sight."""
    if chunk[max(low, high - 2) : high] == "..":
        return low + len(chunk[low:high].rstrip("."))
    start = max(low, high - 8)  # no more is looked at
    found = AFTER.search(chunk[start:high])
    return start + found.start() if found else high


def middle(chunk):
    if chunk in EXCEPTIONS:
        return EXCEPTIONS[chunk]
    if ADDRESS.fullmatch(chunk):
        return [chunk]
    pieces, left = [], 0
    for found in INSIDE.finditer(chunk):
        if found.start() > 0:
            pieces += [chunk[left : found.start()], found.group()]
            left = found.end()
    return [piece for piece in (*pieces, chunk[left:]) if piece]


def joined(pieces):
    """Neighbours that together are one exception are one token."""
    found, at = [], 0
    while at < len(pieces):
        ends = [end for end in range(at + 2, min(len(pieces), at + MOST) + 1) if is_one(pieces[at:end])]
        end = max(ends, default=at + 1)
        found.append("".join(pieces[at:end]))
        at = end
    return found


def is_one(pieces):
    word = "".join(pieces)
    return EXCEPTIONS.get(word) == (word,)


def with_spaces(text):
    """The tokens of a text with those of white space: all but one space after a word."""
    found = []
    for piece in regex.findall(r"\S+|\s+", text):
        if not piece.isspace():
            found += parted(piece)
        elif not found:
            found.append(piece)
        elif piece != " ":
            found.append(piece.removeprefix(" "))
    return found


def sentences(text):
    """The sentences of a text, each the list of its tokens, but those of white space."""
    found, ended = [[]], False
    for token in with_spaces(text):
        mark = regex.fullmatch(r"\p{STerm}", token)
        if ended and not mark and not regex.fullmatch(r"\p{P}+", token):
            found.append([])
            ended = False
        ended = ended or bool(mark)
        found[-1].append(token)
    return [sentence for sentence in found if "".join(sentence).strip()]


@lru_cache(maxsize=1_000)
def is_word(token):
    """Whether it has a character that datatrove does not count as a symbol."""
    return not regex.fullmatch(f"(?:{SYMBOLS})+", token, regex.V1)
