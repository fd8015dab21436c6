"""The host of a URL, and the domain that someone registered, by the public suffix list.

The list is the one that lies in the package ``publicsuffixlist`` (nothing is downloaded; a release a week).
Its ICANN section decides: ``someone.github.io`` belongs to ``github.io``, as tldextract has it unless told
otherwise.
"""

import re
from functools import cache, lru_cache
from importlib.metadata import version
from ipaddress import ip_address

import pyarrow as pa
import pyarrow.compute as pc
from publicsuffixlist import PublicSuffixList

from indexes.uniting import TEXT

URL = (
    r"^(?:[A-Za-z][A-Za-z0-9+.\-]*:)?[/\\]{2}(?:[^/?#\\]*@)?(?P<host>\[[^\]/?#\\]*\]|[^/?#\\:@\[\]]+)"
    r"(?::[0-9]*)?(?:[/?#\\]|$)"
    r"|^(?P<bare>[^/?#\\:@\[\]\s]+\.[^/?#\\:@\[\]\s]+)(?::[0-9]+)?(?:[/?#]|$)"
)
"""A URL with two slashes before its host; or without a scheme, taken only where its suffix is known."""

LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


def list_version() -> str:
    """The package that holds the list, with the day of the list: ``publicsuffixlist 1.1.2.20261023``."""
    return f"publicsuffixlist {version('publicsuffixlist')}"


def hosts_and_domains(urls: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """Host and registered domain of each URL, text; null where there is none.

    A host is in lower case, names of other scripts in their ASCII form (``xn--``), addresses as they are
    usually written, without port, user and brackets. There is no domain of an address, of a name without a
    dot, of a public suffix itself, and of a suffix that is not on the list.
    """
    found = pc.extract_regex(pc.utf8_trim_whitespace(urls), URL)
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    said = [found.field(i).dictionary_encode() for i in range(2)]  # each host once
    known = [
        [read(host, bool(bare)) if host else (None, None) for host in part.dictionary.to_pylist()]
        for bare, part in enumerate(said)
    ]
    there = found.is_valid()
    columns = []
    for i in range(2):
        parts = [
            pa.array([pair[i] for pair in pairs], TEXT).take(part.indices)
            for pairs, part in zip(known, said, strict=True)
        ]
        columns.append(pc.if_else(there, pc.coalesce(*parts), pa.scalar(None, TEXT)))
    return columns[0], columns[1]


@lru_cache(maxsize=100_000)
def read(host: str, bare: bool) -> tuple[str | None, str | None]:
    """Host and domain of what stands where a host does; ``bare``: without a scheme before it."""
    name = host.lower().removesuffix(".")
    if name.startswith("["):
        address = _address(name[1:-1])
        return (address, None) if address and ":" in address else (None, None)
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            return None, None
    labels = name.split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        return None, None
    if labels[-1].isdecimal() or labels[-1].startswith("0x"):
        return (None if bare else _address(name)), None
    domain = _suffixes().privatesuffix(name) if len(labels) > 1 else None
    return (None, None) if bare and domain is None else (name, domain)


def _address(said: str) -> str | None:
    try:
        return str(ip_address(said))
    except ValueError:
        return None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)
