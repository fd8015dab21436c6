"""Compare. What do two recipes keep of this corpus, and how do their selections differ?"""

from indexes.queries.overlap import overlap
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
    two_recipes,
    wordings,
)

ICON = ":material/compare_arrows:"
ORDER = 3

corpus = cache.open_corpus()
root = corpus.workspace.root
head.head(__doc__)
a, b = two_recipes.pick(corpus)
jobs.going([root], ("measure", "rank", "score", "ingest"))
funnels.stop_if_empty(corpus)
needed.require_for(corpus, a.recipe)
needed.require_for(corpus, b.recipe)
corpus = conditions.narrowed(corpus)
unit = needed.unit(corpus)
of_a, of_b = (
    cache.cached(compared.resolved, corpus, a.recipe.steps),
    cache.cached(compared.resolved, corpus, b.recipe.steps),
)
found = cache.cached(overlap, corpus, of_a, of_b)
compared.strip(corpus, found, a, b, unit)
head.rule_line()
compared.differences(corpus, found, of_a, of_b, unit)
differ = found.only_a.documents or found.only_b.documents
if found.a.documents and found.b.documents and differ:
    head.rule_line()
    shifts.columns(corpus, of_a, of_b)
    head.rule_line()
    shifts.labels(corpus, of_a, of_b)
    head.rule_line()
    wordings.words(corpus, found, of_a, of_b)
head.rule_line()
implementations.variants(corpus, of_a, unit)
