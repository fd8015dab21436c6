"""Personal data found one place after another by regular expressions and plain loops, on UTF-8 bytes."""

import base64
import ipaddress
import json
import re
from functools import lru_cache

from analytics import addresses

ORDER = [
    *("private_keys", "jwts", "keys", "url_credentials", "emails", "ibans", "cards"),
    *("ssns", "phones", "ipv6", "ipv4"),
]

ALNUM, B64 = "A-Za-z0-9", "A-Za-z0-9_-"
KEYS = [
    (["AKIA", "ASIA"], "A-Z0-9", 16, 16),
    (["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], ALNUM, 36, 255),
    (["github_pat_"], ALNUM + "_", 22, 255),
    (["glpat-"], ALNUM + "_.-", 20, 255),
    ([f"xox{kind}-" for kind in "abeprs"] + ["xapp-"], ALNUM + "-", 20, 255),
    (["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"], ALNUM, 16, 255),
    (["AIza"], B64, 35, 35),
    (["GOCSPX-"], B64, 28, 28),
    (["sk-"], B64, 32, 255),
    (["hf_"], ALNUM, 34, 64),
    (["npm_"], ALNUM, 36, 36),
    (["pypi-"], B64, 50, 255),
    (["shpat_", "shpss_", "shpca_", "shppa_"], "0-9a-fA-F", 32, 32),
    (["dop_v1_"], "0-9a-f", 64, 64),
    (["sq0atp-", "sq0csp-"], B64, 22, 64),
    (["dapi"], "0-9a-f", 32, 32),
    (["dckr_pat_"], B64, 20, 64),
]
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
EDGE = re.compile(rb"-----(BEGIN|END) (?:[A-Z0-9][A-Z0-9 ]{0,30} )?PRIVATE KEY(?: BLOCK)?-----")

BEGINNING = re.compile(rb"[0-9@+:-]|(?<![A-Za-z0-9_])[A-Za-z]")  # what anything begins with


def is_word(byte):
    return byte in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_" and byte != b""


def key(text, place):
    found = None
    for prefixes, letters, fewest, most in KEYS:
        for prefix in prefixes:
            if text.startswith(prefix.encode(), place):
                run = re.compile(f"[{letters}]{{{fewest},{most}}}".encode())
                found = run.match(text, place + len(prefix))
                while found and is_word(text[found.end() : found.end() + 1]):  # as far back as it goes
                    found = run.match(text, place + len(prefix), found.end() - 1)
                if found and prefix == "sk-":
                    start = re.match(rb"[\w-]{0,201}", text[found.start() :])[0]
                    if not re.search(b"[0-9]", start) or not re.search(b"[A-Z]", start):
                        return None
    if found is None and text.startswith(b"SG.", place):
        found = re.compile(rb"[\w-]{22}\.[\w-]{43}(?!\w)").match(text, place + 3)
    return found.end() if found and len(set(found[0])) >= 8 else None


def jwt(text, place):
    if text[max(place - 1, 0) : place] == b"-":
        return None
    found = re.compile(rb"(eyJ[\w-]{5,4093})\.eyJ[\w-]{1,8190}\.[\w-]{0,2048}(?![\w-])").match(text, place)
    if found:
        try:
            header = json.loads(base64.b64decode(found[1] + b"===", altchars=b"-_"))
        except ValueError:
            return None
        return found.end() if isinstance(header, dict) and "alg" in header else None
    return None


def block(text, place):
    """The end of what begins with a first line: after the next edge, if that is a last line, or its body."""
    if not EDGE.match(text, place):
        return None
    edges = [edge for edge in EDGE.finditer(text, place) if text[edge.start() - 1 : edge.start()] != b"-"]
    if not edges or edges[0].start() != place or edges[0][1] == b"END":
        return None
    ended = len(edges) > 1 and edges[1][1] == b"END"
    return edges[1].end() if ended else body(text, edges[0].end())


def line(text, place):
    """Where the next line's first sign is; None where none begins here, written or escaped."""
    for end in (b"\r\n", b"\n", b"\\r\\n", b"\\n"):
        if text.startswith(end, place):
            place += len(end)
            while text[place : place + 1] in (b" ", b"\t"):
                place += 1
            return place
    return None


def base64_run(text, place):
    end = place
    while text[end : end + 1] and text[end : end + 1] in BASE64:
        end += 1
    return end


def body(text, place):
    """Where the base64 behind a first line ends; ``place`` where there is none."""
    end = place
    for _ in range(8):
        begin = line(text, end)
        header = None if begin is None else re.compile(rb"[A-Z][A-Za-z-]{0,63}: ").match(text, begin)
        if header is None:
            break
        end = header.end()
        while end < min(len(text), header.end() + 255) and text[end : end + 1] not in (b"\r", b"\n", b"\\"):
            end += 1
    last = None
    while True:
        begin, signs = end, 0
        while signs < 64 and (
            text[begin : begin + 1] in (b" ", b"\t", b"\r", b"\n")
            or text[begin : begin + 2] in (b"\\n", b"\\r")
        ):
            begin, signs = begin + (2 if text[begin : begin + 1] == b"\\" else 1), signs + 1
        stop = base64_run(text, begin)
        if stop - begin < 32:
            break
        padding = len(text[stop : stop + 2]) - len(text[stop : stop + 2].lstrip(b"="))
        last = end = stop + padding
    if last is None:
        return place
    begin = line(text, last)
    if begin is not None:
        stop = base64_run(text, begin)
        padded = stop + (2 if text[stop : stop + 2] == b"==" else text[stop : stop + 1] == b"=")
        behind = text[padded:].lstrip(b" \t")[:1]
        long = padded > stop > begin or stop - begin >= 16
        if long and (padded - begin) % 4 == 0 and behind in (b"", b"\r", b"\n", b"\\", b'"', b"'"):
            last = padded
    begin = line(text, last)
    if begin is not None and text[begin : begin + 1] == b"=" and base64_run(text, begin + 1) == begin + 5:
        last = begin + 5 if text[begin + 5 : begin + 6] != b"=" else last
    return last


def iban(text, place):
    form = re.compile(rb"[A-Z]{2}\d\d(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?)")
    if not form.match(text, place):
        return None
    for end in range(min(len(text), place + 60), place, -1):
        if form.fullmatch(text, place, end) and not is_word(text[end : end + 1]):
            number = text[place:end].decode().replace(" ", "")
            turned = "".join(str(int(letter, 36)) for letter in number[4:] + number[:4])
            if 15 <= len(number) <= 34 and int(turned) % 97 == 1:
                return end
    return None


def card(text, place):
    forms = (
        rb"[2-6]\d{12,18}(?!\d)",
        rb"[2-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}\1\d{3}(?!\d|\1\d)",
        rb"[2-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}(?!\d|\1\d)",
        rb"[2-6]\d{3}([ -])\d{6}\1\d{4,5}(?!\d|\1\d)",
    )
    for form in forms:
        if found := re.compile(form + rb"(?![A-Za-z_]|[.-]\d)").match(text, place):
            return found.end() if is_card(re.sub(rb"\D", b"", found[0]).decode()) else None
    return None


def is_card(digits):
    first = {length: int(digits[:length]) for length in (1, 2, 3, 4)}
    networks = {
        "Visa": first[1] == 4 and len(digits) in (13, 16, 19),
        "Mastercard": len(digits) == 16 and (first[2] in range(51, 56) or first[4] in range(2221, 2721)),
        "American Express": len(digits) == 15 and first[2] in (34, 37),
        "Diners Club": len(digits) == 14 and (first[3] in range(300, 306) or first[2] in (36, 38, 39)),
        "Discover": len(digits) >= 16 and (first[4] == 6011 or first[3] in range(644, 650) or first[2] == 65),
        "JCB": len(digits) >= 16 and first[4] in range(3528, 3590),
        "UnionPay": len(digits) >= 16 and first[2] == 62,
        "Maestro": first[4] in (5018, 5020, 5038, 6304, 6759, 6761, 6762, 6763),
    }
    added = [int(digit) * (2 if i % 2 else 1) for i, digit in enumerate(reversed(digits))]
    return any(networks.values()) and sum(number // 10 + number % 10 for number in added) % 10 == 0


def ssn(text, place):
    found = re.compile(rb"(\d{3})-(\d\d)-(\d{4})(?!\w|[.-]\d)").match(text, place)
    if not found:
        return None
    area, group, serial = map(int, found.groups())
    return found.end() if area not in (0, 666) and area < 900 and group and serial else None


def american(text, place):
    """Start and end: the bracket before the area belongs to it."""
    after = rb"(?!\w|[.-]\d)"
    closed = re.compile(rb"\(([2-9]\d\d)\)[ .-]?[2-9]\d\d[ .-]\d{4}" + after)
    plain = re.compile(rb"[2-9]\d\d([ .-])[2-9]\d\d([ .-])\d{4}" + after)
    country = re.compile(rb"1[ .-]").match(text, place)
    area = country.end() if country else place
    if text[area : area + 1] == b"(" and country:
        found = closed.match(text, area)
        return (place, found.end()) if found else None
    if text[area - 1 : area] == b"(" and not country:
        found = closed.match(text, area - 1)
        return (place - 1, found.end()) if found else None
    found = plain.match(text, area)
    if not found:
        return None
    if found[1] == found[2] == b" ":
        before, behind = text[max(place - 2, 0) : place], text[found.end() : found.end() + 2]
        if re.fullmatch(rb"\d ", before) or re.fullmatch(rb" \d", behind):
            return None
    return place, found.end()


def international(text, place):
    groups = re.compile(rb"\+[1-9]\d*(?:[ ().-]{1,2}\d+)*").match(text, place)
    if not groups:
        return None
    parts = re.findall(rb"(\D+)(\d+)", groups[0])
    while sum(len(digits) for _, digits in parts) > 15:
        parts.pop()
    end = place + sum(len(mark) + len(digits) for mark, digits in parts)
    if sum(len(digits) for _, digits in parts) < 9 or is_word(text[end : end + 1]):
        return None
    return None if len(parts) == 2 and parts[1][0].startswith(b".") else end


def ipv4(text, place):
    found = re.compile(rb"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?!\w|\.\d)").match(text, place)
    if not found or any(int(octet) > 255 or str(int(octet)).encode() != octet for octet in found.groups()):
        return None
    return found.end()


def ipv6(text, place):
    found = re.compile(rb"[23][0-9a-fA-F]{3}:[0-9a-fA-F:]+").match(text, place)
    if not found:
        return None
    end = found.end() - (found[0].endswith(b":") and not found[0].endswith(b"::"))
    address = text[place:end]
    if len(address) > 39 or is_word(text[end : end + 1]) or len(address) < 6:
        return None
    colons = address.count(b":")
    return end if colons == 7 or (b"::" in address and colons < 7) else None


def email(text, at):
    inside = rb"(?:[A-Za-z0-9_%+-]|[\xc3-\xdf][\x80-\xbf])"
    local = re.compile(rb"(?:" + inside + rb"|(?<!\.)\.(?=" + inside + rb"))+\Z")
    found = local.search(text[max(at - 300, 0) : at])
    if not found or len(found[0]) > 64:
        return None
    start = at - len(found[0].lstrip(b".%+-"))
    if start == at:
        return None

    letters = rb"(?:[A-Za-z0-9]|[\xc3-\xdf][\x80-\xbf])"
    labels, place = [], at + 1
    while found := re.compile(letters + rb"(?:" + letters + rb"|-)*").match(text, place):
        labels.append((place, found.end()))
        place = found.end() + 1
        if text[found.end() : place] != b"." or found[0].endswith(b"-") or len(found[0]) > 63:
            place -= 1
            break
    if place - at > 254:
        return None
    end = None
    for begin, stop in labels[1:]:
        label = text[begin:stop]
        if len(label) > 4 and label.lower().startswith(b"xn--"):
            end = begin + len(label.rstrip(b"-"))
        elif found := re.compile(rb"(?:[A-Za-z]|[\xc3-\xdf][\x80-\xbf])++(?![0-9])").match(label):
            end = begin + found.end() if found.end() >= 2 else end
    if end and re.match(rb"\dx\.", text[at + 1 : end]):
        return None
    return (start, end) if end else None


def credentials(text, place):
    authority = re.compile(rb"[^\x00-\x20/?#\"'<>\\`]{0,1024}").match(text, place + 3)[0]
    colon, sign = authority.find(b":"), authority.rfind(b"@")
    if colon < 0 or sign < colon + 2:
        return None
    host = re.compile(rb"[A-Za-z0-9_.-]*").match(text, place + 3 + sign + 1)[0].rstrip(b".")
    return place + 3 + sign + 1 + len(host) if host else None


def forms_at(text, place):
    """What has a kind's form here, whether or not it counts: start, end, kind, whether it counts."""
    byte, before = text[place : place + 1], text[place - 1 : place] if place else b""
    free = not is_word(before)
    if byte.isdigit():
        joined = re.fullmatch(rb"\d[.,-]", text[max(place - 2, 0) : place])
        if free and not joined and before not in (b".", b"-"):
            for kind, find in (("cards", card), ("ssns", ssn)):
                if end := find(text, place):
                    return place, end, kind, True
        if free and not joined and (both := american(text, place)):
            return *both, "phones", True
        if free and before != b":" and (end := ipv6(text, place)):
            return place, end, "ipv6", is_public(text[place:end])
        if free and before != b"." and (end := ipv4(text, place)):
            return place, end, "ipv4", is_public(text[place:end])
        return place, re.compile(rb"\d+").match(text, place).end(), "", False
    if byte == b"@" and (both := email(text, place)):
        return *both, "emails", True
    if byte == b"+" and free and before != b"+" and (end := international(text, place)):
        return place, end, "phones", True
    scheme = text.startswith(b"://", place) and re.fullmatch(b"[A-Za-z0-9]", before)
    if scheme and (end := credentials(text, place)):
        return place + 3, end, "url_credentials", True
    if before != b"-" and byte == b"-" and (end := block(text, place)):
        return place, place + 1, ("private_keys", end), True
    if free and before != byte:
        for kind, find in (("jwts", jwt), ("keys", key)):
            if end := find(text, place):
                return place, place + 1, (kind, end), True
        if end := iban(text, place):
            return place, end, "ibans", True
    return place, place + 1, "", False


def is_public(address):
    try:
        said = ipaddress.ip_address(address.decode())
    except ValueError:
        return False
    special, within = (
        any(said in ipaddress.ip_network(network) for network in networks)
        for networks in (addresses.IPV4 + addresses.IPV6, addresses.IPV4_IN_THEM + addresses.IPV6_IN_THEM)
    )
    return within or not special


@lru_cache(maxsize=16)
def spans(text):
    """Start, end and kind in the UTF-8 bytes, none overlapping one of an earlier kind."""
    text = text.encode()
    found, place = [], 0
    while beginning := BEGINNING.search(text, place):
        start, end, kind, counts = forms_at(text, beginning.start())
        place = beginning.start()
        digits = kind not in ("emails", "url_credentials")
        place = max(place + 1, end if digits else 0)  # a private key may begin in what looks like a host
        if isinstance(kind, tuple):  # only its beginning was gone past
            kind, end = kind
        if counts:
            found.append((start, end, kind))
    kept = []
    for span in sorted(found, key=lambda span: span[0]):
        while kept and kept[-1][1] > span[0] and ORDER.index(kept[-1][2]) > ORDER.index(span[2]):
            kept.pop()
        if not kept or kept[-1][1] <= span[0]:
            kept.append(span)
    return kept


PLAIN = {
    f"pii_{kind}": lambda text, kind=kind: sum(found == kind for _, _, found in spans(text)) for kind in ORDER
}
PLAIN["pii_spans"] = lambda text: len(spans(text))

HEADER = base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
SECRET = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA1bC2"
MARKS = [
    "@", "a@b.co", "x.y+z@Sub.example.org", "@b.com", "ü", ".", "..", "-", "+", "_", ":", "::", "://", "/",
    "(", ")", "xn--p1ai", "logo@2x.png", "1", "4", "12", "555", "415", "2671", "0100", "1234",
    "415-555-2671", "(415) 555-2671", "+49 30 1234567", "+1", "8.8.8.8", "10.0.0.1", "1.2.3",
    "4111111111111111", "4111 1111 1111 1111", "3782-822463-10005", "6304000000000000", "078-05-1120",
    "666-12-3456", "2001:4860::8888", "2a00:1450:4001:81b:0:0:0:200e", "2001:db8::1", "2345:",
    "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "GB82", " WEST", " 1234",
    "https://u:p@h.example", "redis://:pw@x", "u:p@", "AKIA", "AKIAIOSFODNN7EXAMPLE", f"ghp_{SECRET}",
    "sk-", SECRET, f"{HEADER}.eyJzdWIiOjF9.abc", "eyJ", HEADER, "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----", "-----",
    "-----BEGIN PRIVATE KEY-----\n", "\n", "\\n", "\r\n  ", f"{SECRET}/x+A==", f"\n{SECRET}",
    "\nProc-Type: 4,X", "\nAg==", "\n=aB3/", "\n\nAbCd",
]  # fmt: skip
