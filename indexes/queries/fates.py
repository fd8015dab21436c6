"""Which of some documents are not in the corpus any more, and why?"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from indexes.corpus import Corpus
from indexes.workspace import dropped_ids

SQL = "SELECT key, count(*), min(doc_id) {corpus} WHERE key IN (SELECT unnest(?::UBIGINT[])) GROUP BY key"
GONE = ""
"""What is said of a document that is not there at all."""


def fates(corpus: Corpus, addresses: Sequence[str]) -> dict[str, str]:
    """Address -> reason of its drop, or ``GONE``, of those documents that are not there; in one pass.

    Args:
        corpus: the corpus; all of it is looked at.
        addresses: a document's key, with a counter among copies (``indexes.queries.document.address``).
    """
    if not addresses:
        return {}
    whole = corpus.whole
    keys = sorted({int(address[:16], 16) for address in addresses})
    there = _count(whole, keys)
    lost = [one for one in addresses if there.get(int(one[:16], 16), (0, 0))[0] <= int(one[17:] or 0)]
    if not lost:
        return {}
    before = _count(replace(whole, dropped=""), keys) if whole.dropped else {}
    return {one: _reason(whole, before.get(int(one[:16], 16))) for one in lost}


def _count(corpus: Corpus, keys: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Key -> how many documents have it, and the first of them."""
    sql = SQL.format(corpus=corpus.clause([]))
    return {
        int(key): (int(n), int(first)) for key, n, first in corpus.cursor().execute(sql, [keys]).fetchall()
    }


def _reason(corpus: Corpus, found: tuple[int, int] | None) -> str:
    if found is None:
        return GONE
    for stone in corpus.workspace.tombstones:
        if not stone.undone and np.isin(
            found[1], dropped_ids(replace(corpus.workspace, tombstones=(stone,)))
        ):
            return stone.reason
    return GONE
