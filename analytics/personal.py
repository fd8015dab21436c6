"""Personal data in text: where it stands and of which kind it is.

One pass over the bytes finds what could be personal data (an @, a run of digits, a known prefix) and settles
most of it there; keys, tokens and addresses are then looked at one by one with Python's own means, each only
as far as its kind can reach. Time grows with the length of the text, whatever stands in it.

What is found is a form, not a fact: an e-mail address may be a shop's, a number that passes its check may
be a serial number. What a kind asks for is said at its name in ``KINDS``.
"""

import json
import re
from base64 import urlsafe_b64decode
from binascii import Error
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters, ascii_uppercase, digits
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.addresses import are_public, is_public
from analytics.kernel import kernel
from analytics.signal import Texts

KINDS = {
    "private_keys": "blocks between -----BEGIN ... PRIVATE KEY----- and its END (RFC 7468); where none ends "
    "it, the first line with the headers and the base64 that follow it",
    "jwts": "JSON Web Tokens whose header names an algorithm (RFC 7519, RFC 7515)",
    "keys": "keys and tokens known by their prefix: AWS, GitHub, GitLab, Slack, Stripe, Google, OpenAI, "
    "Anthropic, Hugging Face, npm, PyPI, SendGrid, Shopify, DigitalOcean, Square, Databricks, Docker",
    "url_credentials": "user:password@host behind :// (RFC 3986)",
    "emails": "e-mail addresses: letters, digits and . _ % + - of up to 64 bytes, @, and a domain of two "
    "labels or more whose last is of letters",
    "ibans": "international bank account numbers of 15 to 34 characters, in one piece or in fours, whose "
    "check digits are right (ISO 13616, modulo 97)",
    "cards": "payment card numbers of 13 to 19 digits in a known network's range, in one piece or in groups, "
    "whose check digit is right (ISO/IEC 7812, Luhn)",
    "ssns": "United States social security numbers with hyphens, none of the areas, groups and serials that "
    "are never issued",
    "phones": "telephone numbers: three, three and four digits of the North American plan with a separator "
    "between them, or + and 9 to 15 digits (E.164)",
    "ipv6": "IPv6 addresses that are public and of the range given out so far, 2000::/3",
    "ipv4": "IPv4 addresses that are public, no part of a longer number or name",
}
"""Kind -> what it asks for. Where two overlap, the earlier kind here stands."""

(PRIVATE_KEY, JWT, KEY, CREDENTIALS, EMAIL, IBAN, CARD, SSN, PHONE, IPV6, IPV4) = range(11)

DIGIT, LETTER, UPPER, HEX, LOCAL, AUTHORITY_END, WORD, FIRST, SIGN, PART, BRACKET = (
    1 << bit for bit in range(11)
)

SPACE, LEFT, RIGHT, PLUS, COMMA, HYPHEN, DOT, SLASH, COLON, AT = map(ord, " ()+,-./:@")

PREFIXES = (
    b"-----BEGIN ",
    b"-----END ",
    b"eyJ",
    *(b"AKIA", b"ASIA"),
    *(b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
    b"glpat-",
    *(b"xoxa-", b"xoxb-", b"xoxe-", b"xoxp-", b"xoxr-", b"xoxs-", b"xapp-"),
    *(b"sk_live_", b"sk_test_", b"rk_live_", b"rk_test_", b"whsec_"),
    *(b"AIza", b"GOCSPX-"),
    b"sk-",
    b"hf_",
    b"npm_",
    b"pypi-",
    b"SG.",
    *(b"shpat_", b"shpss_", b"shpca_", b"shppa_"),
    b"dop_v1_",
    *(b"sq0atp-", b"sq0csp-"),
    b"dapi",
    b"dckr_pat_",
)
"""What keys and tokens begin with, as their makers' documentation says; no two begin another."""

_KEY = re.compile(
    rb"(?:(?:AKIA|ASIA)(?P<aws>[A-Z0-9]{16})"
    rb"|gh[oprsu]_(?P<github>[A-Za-z0-9]{36,255})"
    rb"|github_pat_(?P<fine>[A-Za-z0-9_]{22,255})"
    rb"|glpat-(?P<gitlab>[\w.-]{20,255})"
    rb"|(?:xox[abeprs]|xapp)-(?P<slack>[A-Za-z0-9-]{20,255})"
    rb"|(?:[rs]k_(?:live|test)|whsec)_(?P<stripe>[A-Za-z0-9]{16,255})"
    rb"|AIza(?P<google>[\w-]{35})"
    rb"|GOCSPX-(?P<client>[\w-]{28})"
    rb"|sk-(?P<model>(?=[\w-]{0,200}[0-9])(?=[\w-]{0,200}[A-Z])[\w-]{32,255})"
    rb"|hf_(?P<hub>[A-Za-z0-9]{34,64})"
    rb"|npm_(?P<npm>[A-Za-z0-9]{36})"
    rb"|pypi-(?P<pypi>[\w-]{50,255})"
    rb"|SG\.(?P<sendgrid>[\w-]{22}\.[\w-]{43})"
    rb"|shp(?:at|ss|ca|pa)_(?P<shop>[0-9a-fA-F]{32})"
    rb"|dop_v1_(?P<ocean>[0-9a-f]{64})"
    rb"|sq0(?:atp|csp)-(?P<square>[\w-]{22,64})"
    rb"|dapi(?P<bricks>[0-9a-f]{32})"
    rb"|dckr_pat_(?P<docker>[\w-]{20,64}))(?![\w])"
)
_JWT = re.compile(rb"(eyJ[\w-]{5,4093}+)\.eyJ[\w-]{1,8190}+\.[\w-]{0,2048}+(?![\w-])")
_EDGE = re.compile(rb"-----(BEGIN|END) (?:[A-Z0-9][A-Z0-9 ]{0,30} )?PRIVATE KEY(?: BLOCK)?-----")

RUN = 32
"""So many characters of base64 in a row are no word: a key's body where no END says so. Its lines have 64, or
70; a shorter one is its last, in fours that are padded or at least four, or a checksum (RFC 7468, section 2;
RFC 9580, section 6.1)."""

_LINE = rb"(?:\r?\n|(?:\\r)?\\n)[ \t]*+"  # in code a line feed may be written as \n
_HEADERS = rb"(?:" + _LINE + rb"[A-Z][A-Za-z-]{0,63}+: [^\r\n\\]{0,255}+){0,8}+"
_RUNS = rb"(?:(?:[ \t\r\n]|\\[nr]){0,64}+[A-Za-z0-9+/]{%d,}+={0,2}+)++" % RUN
_PADDED = rb"(?:[A-Za-z0-9+/]{4}){0,7}(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)"
_LAST = rb"(?:%s(?:%s|(?:[A-Za-z0-9+/]{4}){4,7})(?=[ \t]*+(?:[\r\n\\\"']|\Z)))?+" % (_LINE, _PADDED)
_CHECKSUM = rb"(?:" + _LINE + rb"=[A-Za-z0-9+/]{4}(?![A-Za-z0-9+/=]))?+"
_BODY = re.compile(_HEADERS + _RUNS + _LAST + _CHECKSUM)

DIFFERENT = 8
"""So many different characters a key has at least; ``xxxxxxxx`` in instructions is none."""


@dataclass(frozen=True)
class PersonalSpans:
    """Personal data in texts, by document and place; no two overlap.

    Attributes:
        documents: number of the document in the batch, shape (n_spans,).
        starts, ends: first byte in ``Texts.data``, one after the last, shape (n_spans,).
        kinds: place of its kind in ``KINDS``, shape (n_spans,).
        n_docs: documents in the batch.
    """

    documents: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    kinds: NDArray[np.int64]
    n_docs: int

    def counts(self, kind: str) -> NDArray[np.int64]:
        """How many of a kind each document has, shape (n_docs,)."""
        return np.bincount(self.documents[self.kinds == list(KINDS).index(kind)], minlength=self.n_docs)

    def totals(self) -> NDArray[np.int64]:
        """How many of any kind each document has, shape (n_docs,)."""
        return np.bincount(self.documents, minlength=self.n_docs)


def personal_spans(texts: Texts) -> PersonalSpans:
    """Personal data of every kind in ``KINDS``."""
    documents, starts, ends, kinds, numbers = _candidates(
        texts.data, texts.offsets, texts.valid, _classes(), *_prefixes(), *_tells()
    )
    keep = (kinds != IPV4) | are_public(numbers)
    data = memoryview(texts.data.data)
    begun = -1
    for i in np.flatnonzero(kinds < CREDENTIALS).tolist() + np.flatnonzero(kinds == IPV6).tolist():
        start, end = int(starts[i]), int(texts.offsets[documents[i] + 1])
        if kinds[i] == KEY:
            found = _KEY.match(data, start, end)
            keep[i] = found is not None and len(set(found[found.lastgroup or 0])) >= DIFFERENT
            ends[i] = found.end() if found else start
        elif kinds[i] == JWT:
            found = _JWT.match(data, start, end)
            keep[i] = found is not None and _is_header(found[1])
            ends[i] = found.end() if found else start
        elif kinds[i] == PRIVATE_KEY:
            found = _EDGE.match(data, start, end)
            keep[i] = found is not None and found[1] == b"BEGIN"
            ends[i] = found.end() if found else start
            if keep[i] and found and (body := _BODY.match(data, found.end(), end)):
                ends[i] = body.end()
            if found and found[1] == b"END" and begun >= 0 and documents[begun] == documents[i]:
                ends[begun] = found.end()
            if found:
                begun = i if keep[i] else -1
        else:
            keep[i] = is_public(str(data[start : ends[i]], "latin-1"))
    return PersonalSpans(*_settled(documents[keep], starts[keep], ends[keep], kinds[keep]), n_docs=len(texts))


def _is_header(encoded: bytes) -> bool:
    """Whether the first part of a JSON Web Token says how it is signed."""
    try:
        header: Any = json.loads(urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4)))
    except (Error, ValueError, RecursionError):
        return False
    return isinstance(header, dict) and "alg" in header


@lru_cache(maxsize=1)
def _classes() -> NDArray[np.uint16]:
    """Marks of every byte, added up, shape (256,)."""
    table = np.zeros(256, np.uint16)
    for byte in range(128):
        character = chr(byte)
        if character in digits:
            table[byte] = DIGIT | HEX | LOCAL | WORD
        elif character in ascii_letters:
            table[byte] = LETTER | LOCAL | WORD | (UPPER if character in ascii_uppercase else 0)
            table[byte] |= HEX if character in "abcdefABCDEF" else 0
        elif character == "_":
            table[byte] = LOCAL | WORD
        elif character in "%+-":
            table[byte] = LOCAL
        elif character in "/?#\"'<>\\`" or character <= " ":
            table[byte] = AUTHORITY_END
        for mark, characters in ((SIGN, "@+:"), (PART, " -."), (BRACKET, "()")):
            table[byte] |= mark if character in characters else 0
        if character in ascii_uppercase or byte in {prefix[0] for prefix in PREFIXES}:
            table[byte] |= FIRST
    return table


@lru_cache(maxsize=1)
def _prefixes() -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8]]:
    """The prefixes joined, where each begins, and a mark for the hash of their first three bytes."""
    first = np.zeros(4_096, np.uint8)
    for prefix in PREFIXES:
        first[_hash(*prefix[:3])] = 1
    together = np.frombuffer(b"".join(PREFIXES), np.uint8)
    return together, np.cumsum([0, *map(len, PREFIXES)]), first


TELLS = (b"@+_-J", b"0123456789"), ((b":", b"/"), (b"I", b"Az"), (b"G", b"."), (b"d", b"a"))
"""Bytes, and pairs of a byte and one of some: what is looked for has one in its first seven bytes."""


@lru_cache(maxsize=1)
def _tells() -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """``TELLS`` as bits of bytes, and how far before each what it tells of may begin, shape (256,) each.

    A byte and the next one tell where the first has a bit whose place eight higher the second has too.
    """
    alone, pairs = b"".join(TELLS[0]), TELLS[1]
    bits, back = np.full(256, 1 << 15, np.uint16), np.zeros(256, np.int64)
    bits[list(alone)] |= 1 << 7
    for k, (one, others) in enumerate(pairs):
        bits[one[0]] |= 1 << k
        bits[list(others)] |= 1 << k + 8
    for prefix in PREFIXES:
        for k in range(len(prefix)):
            if prefix[k] in alone or any(prefix[k : k + 1] == a and prefix[k + 1] in b for a, b in pairs):
                back[prefix[k]] = max(back[prefix[k]], k)
                break
    back[list(b"0123456789")] = np.maximum(back[list(b"0123456789")], 2)  # of an IBAN the third byte
    return bits, back


def _hash(a: int, b: int, c: int) -> int:
    return (a * 31 + b * 7 ^ c << 5) & 4_095


@kernel
def _candidates(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    classes: NDArray[np.uint16],
    prefixes: NDArray[np.uint8],
    prefix_bounds: NDArray[np.int64],
    first: NDArray[np.uint8],
    tells: NDArray[np.uint16],
    back: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Document, first byte, one after the last, kind, and the address as a number (IPv4 only).

    Keys, tokens and blocks end where they start: only their prefix was seen.
    """
    room = 1_024
    documents, starts, ends = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    kinds, numbers = np.empty(room, np.int64), np.empty(room, np.int64)
    found = 0
    for i in range(offsets.size - 1):
        begin, end = offsets[i], offsets[i + 1]
        place = begin
        if not valid[i]:
            place = end
        while True:
            place = _next(data, begin, place, end, classes, first, tells, back)
            if place >= end:
                break
            byte = np.int64(data[place])
            mark = classes[byte]
            before = np.int64(data[place - 1]) if place > begin else SPACE
            start, after, kind, number = place, place, -1, 0
            if mark & DIGIT:
                if classes[before] & WORD == 0:
                    start, after, kind, number = _number(data, begin, place, end, classes)
                if kind < 0:
                    after = place + 1
                    while after < end and classes[data[after]] & DIGIT:
                        after += 1
            elif mark & FIRST:
                which = _prefix(data, place, end, prefixes, prefix_bounds)
                if which == 3 and before == HYPHEN:  # in the middle of what else is Base64
                    which = -1
                if which > 0:
                    kind = KEY if which > 3 else JWT if which == 3 else PRIVATE_KEY
                elif mark & UPPER and classes[data[place + 1]] & UPPER and classes[data[place + 2]] & DIGIT:
                    after = _iban(data, place, end, classes)
                    kind = IBAN if after > place else -1
            elif byte == AT:
                start, after = _email(data, begin, place, end, classes)
                kind = EMAIL if after > start else -1
            elif byte == PLUS:
                if classes[before] & WORD == 0 and before != PLUS:
                    after = _international(data, place, end, classes)
                    kind = PHONE if after > place else -1
            else:  # ://
                start = place + 3
                after = start
                if classes[before] & LETTER or classes[before] & DIGIT:
                    after = _credentials(data, start, end, classes)
                kind = CREDENTIALS if after > start else -1
            if kind >= 0:
                if found == room:
                    room *= 2
                    documents = np.append(documents, documents)
                    starts, ends = np.append(starts, starts), np.append(ends, ends)
                    kinds, numbers = np.append(kinds, kinds), np.append(numbers, numbers)
                documents[found], starts[found], ends[found] = i, start, after
                kinds[found], numbers[found] = kind, number
                found += 1
            place = max(place + 1, after if kind != EMAIL and kind != CREDENTIALS else 0)
    return documents[:found], starts[:found], ends[:found], kinds[:found], numbers[:found]


@kernel
def _next(
    data: NDArray[np.uint8],
    begin: int,
    place: int,
    end: int,
    classes: NDArray[np.uint16],
    first: NDArray[np.uint8],
    tells: NDArray[np.uint16],
    back: NDArray[np.int64],
) -> int:
    """Where the next byte stands at which anything can begin; ``end`` where none is left."""
    while place < end:
        at, last, told = np.uint64(place), np.uint64(end - 1), tells[data[place]]
        while at < last:  # the tell
            next = tells[data[at + np.uint64(1)]]
            if told & (next >> np.uint16(8)):
                break
            at, told = at + np.uint64(1), next
        if at == last and not told & np.uint16(1 << 7):
            return end
        tell = int(at)
        place = max(place, tell - back[data[tell]])
        while place <= tell:
            byte = data[place]
            mark = classes[byte]
            if mark & (DIGIT | SIGN):
                if byte != COLON or (
                    place + 2 < end and data[place + 1] == SLASH and data[place + 2] == SLASH
                ):
                    return place
            elif mark & FIRST and place + 2 < end:
                before = data[place - 1] if place > begin else np.uint8(SPACE)
                if before != byte and (
                    classes[before] & WORD == 0 or byte == HYPHEN
                ):  # a key may stand in JSON
                    a, b, c = np.int64(byte), np.int64(data[place + 1]), np.int64(data[place + 2])
                    if first[(a * 31 + b * 7 ^ c << 5) & 4_095]:
                        return place
                    if mark & UPPER and classes[b] & UPPER and classes[c] & DIGIT:
                        return place
            place += 1
    return end


@kernel
def _prefix(
    data: NDArray[np.uint8],
    place: int,
    end: int,
    prefixes: NDArray[np.uint8],
    bounds: NDArray[np.int64],
) -> int:
    """Which prefix begins here, counted from 1; 0 for none."""
    for which in range(bounds.size - 1):
        length = bounds[which + 1] - bounds[which]
        if place + length <= end:
            same = True
            for k in range(length):
                if data[place + k] != prefixes[bounds[which] + k]:
                    same = False
                    break
            if same:
                return which + 1
    return 0


@kernel
def _run(data: NDArray[np.uint8], place: int, end: int, most: int) -> int:
    """How many digits begin here, counted no further than one above ``most``."""
    length = 0
    while place + length < end and length <= most and 48 <= data[place + length] <= 57:
        length += 1
    return length


@kernel
def _free(data: NDArray[np.uint8], place: int, end: int, classes: NDArray[np.uint16]) -> bool:
    """Whether a number may end before ``place``: no letter, no digit, no - or . with a digit follows."""
    if place >= end:
        return True
    if classes[data[place]] & WORD:
        return False
    if data[place] == HYPHEN or data[place] == DOT:
        return place + 1 >= end or classes[data[place + 1]] & DIGIT == 0
    return True


@kernel
def _number(
    data: NDArray[np.uint8], begin: int, place: int, end: int, classes: NDArray[np.uint16]
) -> tuple[int, int, int, int]:
    """What begins with this digit, no letter before it: start, end, kind (or -1), number."""
    before = int(data[place - 1]) if place > begin else SPACE
    earlier = int(data[place - 2]) if place > begin + 1 else SPACE
    joined = before != SPACE and classes[earlier] & DIGIT and (before == COMMA or classes[before] & PART)
    if not joined and (before == SPACE or classes[before] & PART == 0):
        after = _card(data, place, end, classes)
        if after > place:
            return place, after, CARD, 0
        after = _ssn(data, place, end, classes)
        if after > place:
            return place, after, SSN, 0
    if not joined:
        start, after = _american(data, begin, place, end, classes)
        if after > start:
            return start, after, PHONE, 0
    if before != COLON:
        after = _ipv6(data, place, end, classes)
        if after > place:
            return place, after, IPV6, 0
    if before != DOT:
        after, number = _ipv4(data, place, end, classes)
        if after > place:
            return place, after, IPV4, number
    return place, place, -1, 0


@kernel
def _card(data: NDArray[np.uint8], place: int, end: int, classes: NDArray[np.uint16]) -> int:
    """Where a card number that begins here ends; ``place`` where none does."""
    if not 50 <= data[place] <= 54:  # 2 to 6
        return place
    length = _run(data, place, end, 19)
    after = place + length
    if length == 4 and after < end and (data[after] == SPACE or data[after] == HYPHEN):
        mark = data[after]
        second = _run(data, after + 1, end, 6)
        if second == 4:  # 4-4-4-4 and, for 19 digits, three more
            for _ in range(3):
                if after >= end or data[after] != mark or _run(data, after + 1, end, 4) != 4:
                    return place
                after += 5
            if after < end and data[after] == mark and _run(data, after + 1, end, 3) == 3:
                after += 4
        elif second == 6:  # 4-6-5 and 4-6-4
            after += 7
            third = _run(data, after + 1, end, 5) if after < end and data[after] == mark else 0
            if third != 4 and third != 5:
                return place
            after += 1 + third
        else:
            return place
        if after + 1 < end and data[after] == mark and classes[data[after + 1]] & DIGIT:
            return place
    elif not 13 <= length <= 19:
        return place
    if not _free(data, after, end, classes):
        return place
    number, length = 0, 0
    for k in range(place, after):
        if classes[data[k]] & DIGIT:
            number = number * 10 + (int(data[k]) - 48)
            length += 1
    return after if _is_card(number, length) else place


@kernel
def _is_card(number: int, length: int) -> bool:
    """Whether a number of 13 to 19 digits is in a network's range and its Luhn check digit is right."""
    four = number
    for _ in range(length - 4):
        four //= 10
    two, three = four // 100, four // 10
    known = (
        (two // 10 == 4 and (length == 13 or length == 16 or length == 19))  # Visa
        or (length == 16 and (51 <= two <= 55 or 2221 <= four <= 2720))  # Mastercard
        or (length == 15 and (two == 34 or two == 37))  # American Express
        or (length == 14 and (300 <= three <= 305 or two == 36 or two == 38 or two == 39))  # Diners Club
        or (length >= 16 and (four == 6011 or 644 <= three <= 649 or two == 65))  # Discover
        or (length >= 16 and 3528 <= four <= 3589)  # JCB
        or (length >= 16 and two == 62)  # UnionPay
        or four == 5018
        or four == 5020
        or four == 5038
        or four == 6304
        or four == 6759  # Maestro
        or 6761 <= four <= 6763
    )
    if not known:
        return False
    total = 0
    for k in range(length):
        digit = number % 10 << (k & 1)
        total += digit - 9 if digit > 9 else digit
        number //= 10
    return total % 10 == 0


@kernel
def _ssn(data: NDArray[np.uint8], place: int, end: int, classes: NDArray[np.uint16]) -> int:
    """Where a social security number that begins here ends; ``place`` where none does."""
    if place + 11 > end or data[place + 3] != HYPHEN or data[place + 6] != HYPHEN:
        return place
    if _run(data, place, end, 3) != 3 or _run(data, place + 4, end, 2) != 2:
        return place
    if _run(data, place + 7, end, 4) != 4 or not _free(data, place + 11, end, classes):
        return place
    area = (data[place] - 48) * 100 + (data[place + 1] - 48) * 10 + (data[place + 2] - 48)
    group = (data[place + 4] - 48) * 10 + (data[place + 5] - 48)
    serial = data[place + 7] + data[place + 8] + data[place + 9] + data[place + 10] - 4 * 48
    return place + 11 if 0 < area < 900 and area != 666 and group > 0 and serial > 0 else place


@kernel
def _american(
    data: NDArray[np.uint8], begin: int, place: int, end: int, classes: NDArray[np.uint16]
) -> tuple[int, int]:
    """Where a number of the North American plan whose first digits stand here begins and ends."""
    start, at = place, place
    if data[at] == 49:  # the country's 1
        if at + 1 >= end or classes[data[at + 1]] & PART == 0:
            return place, place
        at += 2
        if at < end and data[at] == LEFT:
            at += 1
    opened = at > begin and data[at - 1] == LEFT
    if opened and at == place:
        start = place - 1
    if _run(data, at, end, 3) != 3 or data[at] < 50:
        return place, place
    at += 3
    if opened:
        if at >= end or data[at] != RIGHT:
            return place, place
        at += 1
        mark = HYPHEN
        if at < end and classes[data[at]] & PART:
            at += 1
    else:
        mark = int(data[at]) if at < end else 0
        if classes[mark] & PART == 0:
            return place, place
        at += 1
    if _run(data, at, end, 3) != 3 or data[at] < 50:
        return place, place
    at += 3
    if at >= end or classes[data[at]] & PART == 0:
        return place, place
    spaced = mark == SPACE and data[at] == SPACE
    at += 1
    if _run(data, at, end, 4) != 4:
        return place, place
    at += 4
    if not _free(data, at, end, classes):
        return place, place
    if spaced:  # a row of numbers between spaces is a table's
        if at + 1 < end and data[at] == SPACE and classes[data[at + 1]] & DIGIT:
            return place, place
        if start > begin + 1 and data[start - 1] == SPACE and classes[data[start - 2]] & DIGIT:
            return place, place
    return start, at


@kernel
def _international(data: NDArray[np.uint8], place: int, end: int, classes: NDArray[np.uint16]) -> int:
    """Where the telephone number that begins with this + ends; ``place`` where none does."""
    at = place + 1
    if at >= end or not 49 <= data[at] <= 57:
        return place
    digits, groups, dots, after, mark = 0, 0, 0, place, 0
    while True:
        length = _run(data, at, end, 15)
        if digits + length > 15:
            break
        digits += length
        groups += 1
        dots += mark == DOT
        at += length
        after = at
        size = 0
        while size < 2 and at + size < end:
            mark = int(data[at + size])
            if classes[mark] & (PART | BRACKET) == 0:
                break
            size += 1
        if size == 0 or at + size >= end or classes[data[at + size]] & DIGIT == 0:
            break
        mark = int(data[at])
        at += size
    if digits < 9 or (after < end and classes[data[after]] & WORD):
        return place
    return place if groups == 2 and dots == 1 else after  # a decimal fraction


@kernel
def _ipv4(data: NDArray[np.uint8], place: int, end: int, classes: NDArray[np.uint16]) -> tuple[int, int]:
    """Where an IPv4 address that begins here ends, and its number; ``place`` where none does."""
    at, number = place, 0
    for k in range(4):
        length = _run(data, at, end, 3)
        if length == 0 or length > 3 or (length > 1 and data[at] == 48):
            return place, 0
        octet = 0
        for digit in range(length):
            octet = octet * 10 + (data[at + digit] - 48)
        if octet > 255:
            return place, 0
        number = number << 8 | octet
        at += length
        if k < 3:
            if at >= end or data[at] != DOT:
                return place, 0
            at += 1
    joined = at < end and data[at] != HYPHEN and not _free(data, at, end, classes)  # - makes a range of two
    return (place, 0) if joined else (at, number)


@kernel
def _ipv6(data: NDArray[np.uint8], place: int, end: int, classes: NDArray[np.uint16]) -> int:
    """Where what may be an address of 2000::/3 ends; ``place`` where none begins."""
    if not 50 <= data[place] <= 51 or place + 6 > end or data[place + 4] != COLON:
        return place
    for k in range(1, 4):
        if classes[data[place + k]] & HEX == 0:
            return place
    at, colons, twice = place, 0, False
    while at < end and at - place <= 40 and (classes[data[at]] & HEX or data[at] == COLON):
        if data[at] == COLON:
            colons += 1
            twice = twice or data[at - 1] == COLON
        at += 1
    if data[at - 1] == COLON and data[at - 2] != COLON:  # a colon of the sentence
        at -= 1
        colons -= 1
    if at - place > 39 or (at < end and classes[data[at]] & WORD):
        return place
    return at if (twice and colons <= 7) or colons == 7 else place


@kernel
def _iban(data: NDArray[np.uint8], place: int, end: int, classes: NDArray[np.uint16]) -> int:
    """Where an account number that begins here ends; ``place`` where none does. The longest that is right."""
    if place + 15 > end or classes[data[place + 3]] & DIGIT == 0:
        return place
    at, length, rest, best = place + 4, 4, np.int64(0), place
    group = 4  # characters since the last space
    spaced = data[at] == SPACE
    while at < end and length <= 34:
        byte = np.int64(data[at])
        if byte == SPACE:
            if not spaced or group != 4:
                break
            group = 0
        elif classes[byte] & UPPER or classes[byte] & DIGIT:
            if spaced and group == 4:
                break
            rest = (rest * 10 + byte - 48) % 97 if byte <= 57 else (rest * 100 + byte - 55) % 97
            length += 1
            group += 1
        else:
            break
        at += 1
        ended = at >= end or classes[data[at]] & WORD == 0
        if byte != SPACE and ended and 15 <= length <= 34:
            whole = rest
            for k in range(4):
                one = np.int64(data[place + k])
                whole = (whole * 10 + one - 48) % 97 if one <= 57 else (whole * 100 + one - 55) % 97
            if whole == 1:
                best = at
    return best


@kernel
def _email(
    data: NDArray[np.uint8], begin: int, at: int, end: int, classes: NDArray[np.uint16]
) -> tuple[int, int]:
    """Where the e-mail address about the @ at ``at`` begins and ends; ``at`` twice where there is none.

    Letters of two bytes in UTF-8 belong to it: they are of scripts that part words by spaces.
    """
    start = at
    while start > begin and at - start <= 64:
        byte = data[start - 1]
        if byte == DOT:
            if start == at or data[start] == DOT:
                break
        elif byte >= 0x80:
            if not (byte < 0xC0 and start - 1 > begin and 0xC3 <= data[start - 2] <= 0xDF):
                break
            start -= 1
        elif classes[byte] & LOCAL == 0:
            break
        start -= 1
    if at - start > 64:
        return at, at
    while start < at and data[start] < 0x80 and classes[data[start]] & WORD == 0:
        start += 1
    if start == at:
        return at, at

    label = place = at + 1
    labels, after = 0, at
    while place < end and place - at <= 254:
        byte = data[place]
        if (classes[byte] & WORD and byte != 95) or (byte == HYPHEN and place > label):
            place += 1
        elif 0xC3 <= byte <= 0xDF and place + 1 < end:
            place += 2
        elif byte == DOT and place > label and data[place - 1] != HYPHEN and place - label <= 63:
            if labels:
                after = _last_label(data, label, place, classes, after)
            labels += 1
            place += 1
            label = place
        else:
            break
    if place - at > 254:
        return at, at
    if labels:
        after = _last_label(data, label, place, classes, after)
    if after > at + 4 and classes[data[at + 1]] & DIGIT and data[at + 2] == 120 and data[at + 3] == DOT:
        return at, at  # picture@2x.png
    return (start, after) if after > at else (at, at)


@kernel
def _last_label(
    data: NDArray[np.uint8], label: int, place: int, classes: NDArray[np.uint16], otherwise: int
) -> int:
    """Where the domain ends if this may be its last label: two letters or more, or xn--."""
    xn = place - label > 4 and data[label] | 32 == 120 and data[label + 1] | 32 == 110
    if xn and data[label + 2] == HYPHEN and data[label + 3] == HYPHEN:
        while data[place - 1] == HYPHEN:
            place -= 1
        return place
    at = label
    while at < place and (classes[data[at]] & LETTER or data[at] >= 0x80):
        at += 1
    if at - label < 2 or (at < place and classes[data[at]] & WORD):
        return otherwise
    return at


@kernel
def _credentials(data: NDArray[np.uint8], start: int, end: int, classes: NDArray[np.uint16]) -> int:
    """Where the user, password and host that begin here end; ``start`` where there is no password."""
    at, colon, sign = start, start - 1, start - 1
    while at < end and at - start < 1_024 and classes[data[at]] & AUTHORITY_END == 0:
        if data[at] == COLON and colon < start:
            colon = at
        elif data[at] == AT:
            sign = at
        at += 1
    if colon < start or sign < colon + 2:
        return start
    at = sign + 1
    while at < end and (classes[data[at]] & WORD or data[at] == DOT or data[at] == HYPHEN):
        at += 1
    while data[at - 1] == DOT:
        at -= 1
    return at if at > sign + 1 else start


@kernel
def _settled(
    documents: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64], kinds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The spans by place without those that overlap one of an earlier kind."""
    order = np.argsort(starts, kind="mergesort")
    kept = np.empty(order.size, np.int64)
    n = 0
    for i in order:
        weaker = False
        while n and ends[kept[n - 1]] > starts[i]:
            if kinds[kept[n - 1]] <= kinds[i]:
                weaker = True
                break
            n -= 1
        if not weaker:
            kept[n] = i
            n += 1
    kept = kept[:n]
    return documents[kept], starts[kept], ends[kept], kinds[kept]
