"""Quality. How is each column distributed, and where are its extremes?"""

import streamlit as st

from pages.ui import cache, conditions, distributions, funnels, head, jobs, needed

ICON = ":material/bar_chart:"
ORDER = 2
NUMBERS = ("integer", "number")

corpus = cache.open_corpus()
head.head(__doc__)
corpus = conditions.narrowed(corpus)
jobs.going([corpus.workspace.root], ("ingest", "measure"))
funnels.stop_if_empty(corpus)

unit = needed.unit(corpus)
left, right = st.columns([44, 56], gap="large")
with left:
    column = distributions.table(corpus)
with right:
    seen = distributions.chosen(corpus, column, unit)
    if seen is None:
        st.stop()
    distributions.draw(seen)
    if column.type not in NUMBERS:
        distributions.read(seen)
        st.stop()
left, right = st.columns([44, 56], gap="large")
with left:
    distributions.by_label(seen)
with right:
    distributions.read(seen)
