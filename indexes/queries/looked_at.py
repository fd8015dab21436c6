"""Which documents are looked at where a picture needs no more: all, or a sample by ``random``.

A sample of every document with the same chance, so that plain counts, quantiles and ranks of it are those of
the corpus but for chance; a median of so many documents lies within a fifth of a percentile. It is keyed: it
stays the same from run to run.
"""

from collections.abc import Sequence

from indexes.columns import RANDOM
from indexes.corpus import Corpus

SAMPLE = 200_000
FINER = 1 << 20
"""The draw is by the digits of ``random`` behind its first 20 bits: among the documents of a range of it,
which a condition may ask for, all are as likely too, where by its size all or none would be drawn."""


def sampled(corpus: Corpus) -> bool:
    """Whether not all documents are looked at."""
    return corpus.documents > SAMPLE


def looked_at(corpus: Corpus, names: Sequence[str], asked: Sequence[str] = ()) -> str:
    """FROM clause of the documents that are looked at, about ``SAMPLE`` of them; no WHERE stands in it.

    Args:
        corpus: the documents.
        names: columns that are null where they are not measured.
        asked: columns that have a say in ``measured``.
    """
    if not sampled(corpus):
        return corpus.clause(asked, beside=names)
    share = SAMPLE / corpus.documents
    drawn = f"({RANDOM} * {FINER}) % 1 < {share!r}"
    return f"FROM (SELECT * {corpus.clause(asked, beside=[*names, RANDOM])} WHERE {drawn})"
