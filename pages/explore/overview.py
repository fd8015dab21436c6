"""Overview. What is this corpus made of?"""

import streamlit as st

from pages.ui import cache, conditions, funnels, head, jobs, made_of, needed

ICON = ":material/data_usage:"
ORDER = 1

corpus = cache.open_corpus()
head.head(__doc__)
corpus = conditions.narrowed(corpus)
seen = made_of.look(corpus)
made_of.strip(seen)
jobs.going([corpus.workspace.root], ("ingest", "measure"))
funnels.stop_if_empty(corpus)

unit = needed.unit(corpus)
made_of.divided(seen, unit)
for column, part in zip(
    st.columns(4, gap="large"),
    (made_of.sources, made_of.languages, made_of.licences, made_of.dates),
    strict=True,
):
    with column:
        part(seen, unit)
made_of.then_exact(seen)
