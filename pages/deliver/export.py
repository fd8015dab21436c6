"""Export. Write the selection, with proof of how it was chosen."""

import streamlit as st

from analytics.preview import preview
from pages.ui import cache, deliveries, funnels, head, jobs, needed, recipes

ICON = ":material/output:"
ORDER = 1

corpus = cache.open_corpus()
root = corpus.workspace.root
head.head(__doc__)
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
    shown = recipes.pick(corpus)
funnels.stop_if_empty(corpus)
needed.require_for(corpus, shown.recipe)
unit = needed.unit(corpus)
found = cache.cached(preview, corpus, shown.recipe)

strip = st.container()
left, right = st.columns([42, 58], gap="large")
with left:
    head.section("What to write")
    wanted = deliveries.form(corpus, shown)
    deliveries.buttons(corpus, shown, found, wanted)
    jobs.going([root], ("export", "verify", "measure"))
with strip:
    deliveries.strip(corpus, shown, found, wanted.columns)
with right:
    deliveries.beside(corpus, found, unit)
    deliveries.made(corpus)
