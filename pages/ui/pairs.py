"""Ranked documents, each beside the benchmark example that pulled it in, with the words they share marked."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from pages.ui.component import component, on
from pages.ui.excerpts import LONGEST, beginning
from pages.ui.highlight import Pieces, marked

WORD = re.compile(r"[^\W_]{4,}")
COMMON = 0.34
"""Words that stand in more of the rows shown than this mark nothing: they are the page's own stop words."""

_pairs = component("pairs")


@dataclass(frozen=True)
class Pair:
    """A ranked document and its nearest example.

    Attributes:
        id: what opens the document.
        rank: its place in the ranking, from 1.
        domain, about: of the document: ``medical``, ``180 tokens``.
        doc: its number.
        target: the benchmark's name.
        why: ``similarity 0.40, its rank 1``.
    """

    id: str
    rank: str
    domain: str
    about: str
    doc: str
    text: str
    target: str
    why: str
    example: str


def pairs(
    key: str, rows: Sequence[Pair], on_open: Callable[[str], None], nothing: str = "No document is ranked."
) -> None:
    """A row a document; a click or Enter opens it in the reader."""
    ids = [row.id for row in rows]
    texts = [(beginning(row.text), row.example[:LONGEST]) for row in rows]
    common = common_words([f"{text} {example}" for text, example in texts])
    data = [
        {
            "id": i,
            "rank": row.rank,
            "domain": row.domain,
            "about": row.about,
            "doc": row.doc,
            "text": mark_words(text, words := shared_words(text, example) - common),
            "target": row.target,
            "why": row.why,
            "example": mark_words(example, words),
        }
        for i, (row, (text, example)) in enumerate(zip(rows, texts, strict=True))
    ]
    _pairs(
        data={"rows": data, "nothing": nothing},
        key=key,
        on_open_change=on(key, "open", lambda sent: on_open(ids[int(sent["id"])])),
    )


def shared_words(one: str, other: str) -> frozenset[str]:
    """Words of four letters or more that stand in both texts, case folded."""
    return words_of(one) & words_of(other)


def words_of(text: str) -> frozenset[str]:
    """The words of four letters or more of a text, case folded."""
    return frozenset(word.casefold() for word in WORD.findall(text))


def common_words(texts: Sequence[str]) -> frozenset[str]:
    """Words that stand in more than a third of at least six texts."""
    if len(texts) < 6:
        return frozenset()
    seen = Counter(word for text in texts for word in words_of(text))
    return frozenset(word for word, rows in seen.items() if rows > COMMON * len(texts))


def mark_words(text: str, words: Collection[str]) -> Pieces:
    """Cut a text where those words stand in it."""
    return marked(
        text, [(m.start(), m.end(), "") for m in WORD.finditer(text) if m.group().casefold() in words]
    )
