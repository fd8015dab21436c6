"""What stands at the beginning of some documents, and what are they?"""

from collections.abc import Sequence

import polars as pl

from indexes.columns import DOC_ID, KEY, TOKENS
from indexes.corpus import Corpus
from indexes.queries.document import about

LONGEST = 12_000
"""Characters of text: an excerpt begins at the first line with letters, which may stand further down."""


def beginnings(corpus: Corpus, doc_ids: Sequence[int]) -> pl.DataFrame:
    """Some documents in the order asked for: ``doc_id``, ``key``, ``label``, ``tokens``, ``text``.

    ``label`` is the domain, else the source; ``tokens`` and ``text`` are null where there is none.
    """
    ready = corpus.ready()
    label = next((name for name in ("domain", "source") if name in ready), None)
    names = [name for name in (label, TOKENS) if name is not None and name in ready]
    found = about(corpus, doc_ids, names)
    asked = pl.DataFrame(
        {DOC_ID: list(doc_ids), "text": texts(corpus, doc_ids)}, schema={DOC_ID: pl.Int64, "text": pl.String}
    )
    return asked.join(found, on=DOC_ID, how="left", maintain_order="left").select(
        DOC_ID,
        KEY,
        (pl.col(label).cast(pl.String) if label else pl.lit(None, pl.String)).alias("label"),
        (pl.col(TOKENS).cast(pl.Int64) if TOKENS in names else pl.lit(None, pl.Int64)).alias("tokens"),
        "text",
    )


def texts(corpus: Corpus, doc_ids: Sequence[int]) -> list[str | None]:
    """What their texts begin with, in the order asked for; None where there is none or it is not UTF-8."""
    return [
        None if text is None else text[: 4 * LONGEST].decode("utf-8", "ignore")[:LONGEST]
        for text in corpus.texts(doc_ids)
    ]
