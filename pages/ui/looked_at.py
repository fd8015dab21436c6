"""How sure a number is that is counted over all documents, or over a sample by ``random``."""

from collections.abc import Iterable

from indexes.corpus import Corpus
from indexes.queries.looked_at import SAMPLE, sampled
from pages.ui import head, needed, numbers
from pages.ui.head import Badge


def badge(corpus: Corpus, names: Iterable[str] = ()) -> Badge:
    """The badge of a number that was counted from these columns by ``indexes.queries.looked_at``."""
    sure = needed.badge(corpus, names)
    if not sampled(corpus):
        return sure
    of = numbers.whole(corpus.documents)
    said = f"Of about {numbers.whole(SAMPLE)} documents drawn by key, out of {of}."
    size = numbers.rounded(SAMPLE)
    if sure == head.EXACT:
        return Badge("sampled", size, said)
    detail = f"{sure.detail}, {size} sampled" if sure.detail else f"{size} sampled"
    return Badge(sure.kind, detail, f"{sure.sentence} {said}".strip())
