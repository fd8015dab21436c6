"""Start. Where was I, and what now?"""

import streamlit as st

from indexes.first_look import whole_of
from pages.ui import background, coming, edited, head, jobs, pinned, shelf, standing

ICON = ":material/home:"
ORDER = 1

waiting = background.Waiting()
roots = coming.known()
found = shelf.known(waiting, roots)
entries = edited.found(waiting, roots)
gone = {root: standing.gone(waiting, root) for root in roots.values()}
waiting.wait()
with_jobs = jobs.with_jobs([whole_of(root) for root in roots.values()])
with head.bar(__doc__, shelf.question(found, jobs.live(with_jobs))):
    shelf.new_button()
wide, narrow = st.columns([64, 36], gap="large")
with wide:
    head.section("Corpora", "opened last first" if len(found) > 1 else "")
    if not found:
        shelf.nothing_yet()
    shelf.rows(found)
    if shelf.only_the_sample(found):
        shelf.own_files()
with narrow:
    head.section("Going on", "runs on when the page is closed")
    jobs.going(
        with_jobs, done=True, key="start", nothing="Nothing is going on.", since=coming.since(with_jobs)
    )
    st.space("small")
    head.section("Edited last")
    edited.draw(entries)
    st.space("small")
    head.section("Pinned")
    pinned.draw(roots, {root: work.value or {} for root, work in gone.items()})
waiting.again()
