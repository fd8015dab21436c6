"""Questions of all documents: answered from a part of them at once, then exactly, in the same place.

A page asks through one ``Later`` and calls its ``exact`` at its end: what was answered from a part is
counted over all documents then, and the page drawn anew. A newer request of the session stops that.
"""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from indexes.corpus import Corpus
from indexes.even import even
from pages.ui import cache, head, numbers
from pages.ui.head import Badge

FEWEST = 100
"""Documents of a part below which all are counted at once."""


@dataclass
class Later:
    """What a page has yet to ask of all documents.

    Attributes:
        was_first: whether the last answer is the quicker one.
    """

    waiting: list[tuple[Any, ...]] = field(default_factory=list)
    was_first: bool = False

    def ask(self, query: Any, corpus: Corpus, *arguments: Any, first: tuple[Any, ...] | None) -> Any:
        """The exact answer where it is known or there is no quicker one; else that one.

        Args:
            query: what is asked.
            corpus: the documents.
            arguments: what else the question takes.
            first: corpus and arguments of the quicker question; None if there is none.
        """
        self.was_first = first is not None and not cache.known(query, corpus, *arguments)
        if first is None or not self.was_first:
            return cache.awaited(query, corpus, *arguments)
        self.waiting.append((query, corpus, *arguments))
        return cache.awaited(query, *first)

    def of_part(self, query: Any, corpus: Corpus, *arguments: Any) -> tuple[Any, int | None]:
        """The same, the quicker question being that of a part of the corpus.

        Returns:
            the answer, and how many documents the part has; None where it is of all documents.
        """
        part = part_of(corpus)
        answer = self.ask(query, corpus, *arguments, first=None if part is None else (part, *arguments))
        return answer, part.documents if part is not None and self.was_first else None

    @property
    def is_first(self) -> bool:
        """Whether an answer on this page is a quicker one so far; then what takes long is not asked yet."""
        return bool(self.waiting)

    def exact(self) -> None:
        """At the end of a page: ask all documents, and draw it anew."""
        for query, corpus, *arguments in self.waiting:
            cache.awaited(query, corpus, *arguments)
        if self.waiting:
            st.rerun()


def part_of(corpus: Corpus) -> Corpus | None:
    """Some documents of a large corpus, each as likely as any other; None where all are asked at once."""
    sample = cache.sample(corpus)
    if sample is None:
        return None
    found = even(sample)
    return found if found.documents >= FEWEST else None


def drawn(documents: int) -> Badge:
    """The badge of a number that was counted on so many documents and stays so."""
    about = numbers.rounded(documents)
    return Badge("sampled", about, f"Counted over {numbers.whole(documents)} documents drawn by key.")


def badge(whole: Badge, part: int | None) -> Badge:
    """The badge of a number: from a part of so many documents, or as ``whole`` says."""
    return head.sampled(part) if part is not None and whole == head.EXACT else whole
