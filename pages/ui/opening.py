"""Open a document from a list: its address, and the words beside its excerpt."""

from collections.abc import Callable, Mapping
from typing import Any

from indexes.corpus import Corpus
from indexes.queries.document import address
from pages.ui import numbers, state

PAGE = "documents"


def opener(corpus: Corpus, name: str | None = None) -> Callable[[str], None]:
    """For ``excerpts``: opens the document of an id, which is ``doc_id`` and ``key``.

    Args:
        corpus: where it is.
        name: of the corpus, where it is not the one that is chosen.
    """

    def open_one(id: str) -> None:
        doc_id, key = map(int, id.split())
        state.go(PAGE, corpus=name, doc=address(corpus, doc_id, key))

    return open_one


def about(row: Mapping[str, Any]) -> str:
    """``docs · 335 tokens``, of a row of ``beginnings``."""
    tokens = None if row["tokens"] is None else numbers.count(row["tokens"], "token")
    return " · ".join(said for said in (row["label"], tokens) if said)
