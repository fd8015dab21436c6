"""Methods. How is each signal, recipe and edit defined, and what does it cost?"""

import streamlit as st

from pages.ui import cache, funnels, head, jobs, methods, needed

ICON = ":material/menu_book:"
ORDER = 4

corpus = cache.open_corpus()
root = corpus.workspace.root
head.head(__doc__)
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
    shown = methods.switch()
    words = methods.find()
jobs.going([root], ("ingest", "measure"))
funnels.stop_if_empty(corpus)

unit = needed.unit(corpus)
table, detail = st.columns([58, 42], gap="large")
if shown == methods.SIGNALS:
    with table:
        signal = methods.signals(corpus, words)
    with detail:
        methods.signal(corpus, signal, unit)
elif shown == methods.RECIPES:
    with table:
        recipe = methods.recipes_table(corpus, words)
    with detail:
        methods.recipe(corpus, recipe)
else:
    with table:
        edit = methods.edits_table(corpus, words)
    with detail:
        methods.edit(corpus, edit)
