"""Start. Where was I, and what now?"""

import streamlit as st

from pages.ui import corpora, head, jobs, pinned, shelf

ICON = ":material/home:"
ORDER = 1

found = shelf.opened()
roots = jobs.with_jobs([one.root for one in found])
with head.bar(__doc__, shelf.question(found, jobs.live(roots))):
    shelf.new_button()
wide, narrow = st.columns([64, 36], gap="large")
with wide:
    head.section("Corpora")
    if not found:
        shelf.nothing_yet()
    shelf.rows(found)
    if shelf.only_the_sample(found):
        shelf.own_files()
with narrow:
    head.section("Going on", "runs on when the page is closed")
    jobs.going(roots, done=True, key="start", nothing="Nothing is going on.")
    head.section("Pinned")
    pinned.draw(corpora.known(), {})
