"""Which documents are looked at where a picture needs no more: all, or a sample by ``random``.

A sample of every document with the same chance, so that plain counts, quantiles and ranks of it are those of
the corpus but for chance; a median of so many documents lies within a fifth of a percentile. It is keyed: it
stays the same from run to run.
"""

from collections.abc import Sequence

from indexes.columns import RANDOM
from indexes.corpus import Corpus

SAMPLE = 200_000


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
    return f"FROM (SELECT * {corpus.clause(asked, beside=[*names, RANDOM])} WHERE {RANDOM} < {share!r})"
