"""Documents. What does one document look like, beside the rest?"""

from pages.ui import cache, conditions, funnels, head, listing, reader

ICON = ":material/article:"
ORDER = 3

corpus = cache.open_corpus()
head.head(__doc__)
corpus = conditions.narrowed(corpus)
funnels.stop_if_empty(corpus)
asked = reader.asked()
if asked is None:
    listing.draw(corpus)
else:
    reader.draw(corpus, asked)
