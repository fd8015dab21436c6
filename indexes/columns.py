"""The words every layer speaks of columns: what one is, and the names that are fixed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DOC_ID, KEY, TEXT = "doc_id", "key", "text"
TOKENS, BYTES, CHARACTERS = "tokens", "bytes", "characters"
UNITS = ("documents", "tokens", "bytes")
"""What a share can be a share of; the switch on every page."""

FIELDS = ("id", "url", "title", "domain", "source", "language", "license", "date")
"""Fields of a document that input schemas map columns to; ``text`` is apart."""

DERIVED = ("date_seconds", "url_host", "url_domain")
"""Columns that ingest makes of ``date`` and ``url``, where a source has them. ``date_seconds`` counts from
1970 in UTC, time zones taken into account, where ``date`` is the day as it was written; of a day, month or
year it is the first second."""

SINCE_1970 = "seconds since 1970"
"""The unit of ``date_seconds``; a page shows the day beside the number."""

SUFFIX_LIST = "public_suffix_list"
"""Under what a shard's documents file says by which list its ``url_domain`` was found."""

SOURCE = "source."
"""Prefix of the columns that came with the documents and are no mapped field."""

DOCUMENTS = "documents"
"""The family of what came with the corpus."""

RANDOM = "random"
"""A column that always exists: uniform in [0, 1) by ``key`` and seed 0. Ingest stores it beside ``key`` in
the documents files (computed in SQL it cost 5 s a million rows)."""

JUDGED = "judged"
"""What people judged of a document, by most voices: keep, drop or unsure; null where nobody did."""

JUDGEMENT = "judgement"
"""The kind of that column, and its family: it is made of small files when a corpus is opened."""

WHOLE, PARTIAL, STALE, MISSING = "whole", "partial", "stale", "missing"


@dataclass(frozen=True)
class Column:
    """A column of a corpus, one value a document, and how it was made.

    Attributes:
        type: ``integer``, ``number``, ``text``, ``boolean``, ``date``, or ``other`` (nested, vectors).
        family: the folder below ``columns/``; ``documents`` for what came with the corpus.
        unit: what it counts (``words``, ``characters``), ``ratio``, or empty.
        low, high: the range it is declared to lie in; None where it is open.
        variant: the definition's name where the signal has several; empty for our default.
        source: where the definition comes from.
        kind: ``metadata``, ``source``, ``signal``, ``embedding``, ``score``, ``label`` or
            ``judgement``.
        state: ``whole``, ``partial``, ``stale`` or ``missing``.
        nulls: how many documents have no value, over the shards measured; None where not counted.
        lineage: method, all parameters, code version, model, fingerprint.
        why: of a stale one, what has changed since it was made, as a clause; else empty.
    """

    name: str
    type: str
    family: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    variant: str = ""
    source: str = ""
    kind: str = "source"
    state: str = WHOLE
    nulls: int | None = None
    lineage: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
