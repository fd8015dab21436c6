"""Quality. How is each column distributed, and where are its extremes?"""

import streamlit as st

from pages.ui import (
    cache,
    column_table,
    conditions,
    correlations,
    distributions,
    extremes,
    funnels,
    head,
    jobs,
    needed,
    relations,
)

ICON = ":material/bar_chart:"
ORDER = 2

corpus = cache.open_corpus()
head.head(__doc__)
corpus = conditions.narrowed(corpus)
jobs.going([corpus.workspace.root], ("ingest", "measure"))
funnels.stop_if_empty(corpus)

unit = needed.unit(corpus)
left, right = st.columns([44, 56], gap="large")
with left:
    column = column_table.table(corpus)
with right:
    seen = distributions.chosen(corpus, column, unit)
    if seen is None:
        st.stop()
    distributions.draw(seen)
part = relations.part(column)
if part == relations.OTHERS:
    correlations.draw(seen)
    st.stop()
left, right = st.columns([44, 56], gap="large")
with left:
    relations.missing_table(seen) if part == relations.GAPS else relations.draw(seen, part)
with right:
    if part == relations.GAPS:
        relations.missing_values(seen)
    extremes.read(seen)
