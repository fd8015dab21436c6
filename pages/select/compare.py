"""Compare. How do two selections differ, of two recipes or of two corpora?"""

from indexes.corpus import Corpus
from pages.ui import (
    cache,
    compared,
    conditions,
    funnels,
    head,
    implementations,
    jobs,
    needed,
    shifts,
    two_corpora,
    two_recipes,
    wordings,
)
from pages.ui.soon import Later
from pages.ui.switch import switch

ICON = ":material/compare_arrows:"
ORDER = 3
WHAT = {"recipes": "Two recipes", "corpora": "Two corpora"}

corpus = cache.open_corpus()
root = corpus.workspace.root
head.head(__doc__)


def recipes(corpus: Corpus, later: Later) -> None:
    """What two recipes keep of this corpus."""
    a, b = two_recipes.pick(corpus)
    jobs.going([root], ("measure", "rank", "score", "ingest"))
    funnels.stop_if_empty(corpus)
    needed.require_for(corpus, a.recipe)
    needed.require_for(corpus, b.recipe)
    corpus = conditions.narrowed(corpus)
    unit = needed.unit(corpus)
    of_a, of_b = (cache.awaited(compared.resolved, corpus, shown.recipe.steps) for shown in (a, b))
    found, part = compared.look(later, corpus, of_a, of_b)
    compared.strip(corpus, found, part, a, b, unit)
    head.rule_line()
    compared.differences(corpus, found, of_a, of_b, unit)
    differ = found.only_a.documents or found.only_b.documents
    if found.a.documents and found.b.documents and differ:
        head.rule_line()
        shifts.columns(later, corpus, of_a, of_b)
        head.rule_line()
        shifts.labels(later, corpus, of_a, of_b)
        head.rule_line()
        wordings.words(later, corpus, found, of_a, of_b)
    head.rule_line()
    implementations.variants(later, corpus, of_a, unit)


what = switch("What is compared", "what", WHAT)
later = Later()
if what == "corpora":
    two_corpora.draw(corpus, later)
else:
    recipes(corpus, later)
later.exact()
