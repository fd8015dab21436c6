"""Personal data: how many of each kind a document holds."""

from analytics.personal import DIFFERENT, KINDS, PREFIXES, RUN, personal_spans
from analytics.signal import Family, Signal

SOURCES = {
    "private_keys": "RFC 7468",
    "jwts": "RFC 7519",
    "keys": "the makers' documentation",
    "url_credentials": "RFC 3986, section 3.2.1",
    "emails": "RFC 5321, section 4.5.3.1; RFC 5322, section 3.4.1, without what is rarely used",
    "ibans": "ISO 13616",
    "cards": "ISO/IEC 7812-1",
    "ssns": "United States Social Security Administration, numbers that are never issued",
    "phones": "ITU-T E.164; North American Numbering Plan",
    "ipv6": "RFC 4291; IANA's registry of special-purpose addresses",
    "ipv4": "IANA's registry of special-purpose addresses",
}


def _count(kind: str, definition: str) -> Signal:
    return Signal(
        f"pii_{kind}",
        "matches",
        0,
        None,
        SOURCES[kind],
        lambda texts: texts.once(personal_spans).counts(kind),
        type="integer",
        definition=definition,
    )


FAMILY = Family(
    "personal",
    version=3,
    signals=(
        Signal(
            "pii_spans",
            "matches",
            0,
            None,
            "the kinds of this family, added up",
            lambda texts: texts.once(personal_spans).totals(),
            type="integer",
            definition="personal data of any kind, each place counted once",
        ),
        *(_count(kind, definition) for kind, definition in KINDS.items()),
    ),
    params={
        "kinds": KINDS,
        "prefixes": tuple(prefix.decode() for prefix in PREFIXES),
        "different_characters": DIFFERENT,
        "base64_in_a_row": RUN,
    },
)
