"""What stands in the texts of some documents and is why a recipe removes them."""

from collections.abc import Sequence

from analytics.places import causes, columns
from indexes.corpus import Corpus
from indexes.queries.beginnings import beginnings
from indexes.queries.document import about
from indexes.rule import Rule, Step


def of_documents(
    corpus: Corpus, steps: Sequence[Step], doc_ids: Sequence[int], reasons: Sequence[Sequence[str]]
) -> list[list[tuple[int, int, Rule]]]:
    """``causes`` in the beginnings of some documents, in the order asked for.

    Args:
        corpus: the documents.
        steps: of a recipe, resolved.
        doc_ids: which ones.
        reasons: of each, why it is removed.
    """
    failed = [[step for step in steps if step.reason in of] for of in reasons]
    names = columns([step for some in failed for step in some])
    if not names:
        return [[] for _ in doc_ids]
    known = {row["doc_id"]: row for row in about(corpus, doc_ids, names).iter_rows(named=True)}
    texts = beginnings(corpus, doc_ids)["text"]
    return [
        causes(some, known.get(doc_id, {}), text or "")
        for doc_id, some, text in zip(doc_ids, failed, texts, strict=True)
    ]
