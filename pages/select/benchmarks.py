"""Benchmarks. Which documents look like the tasks a model is judged on?"""

import streamlit as st

from indexes.saying import command
from pages.ui import cache, empty, funnels, head, jobs, needed, rankings, targets

ICON = ":material/target:"
ORDER = 2

corpus = cache.open_corpus()
root = corpus.workspace.root
head.head(__doc__)
funnels.stop_if_empty(corpus)
unit = needed.unit(corpus)
left, right = st.columns([26, 74], gap="large")

with left:
    head.section("Targets")
    known = targets.listed(corpus)
    if not known:
        targets.none_yet(root)
    targets.add_button(root)
    jobs.going([root], ("target", "rank", "embed", "measure"))
    scores = targets.scores(corpus)
    if scores:
        with st.container(gap="xsmall"):
            st.html('<div class="rh">Score</div>')
            st.selectbox(
                "Score",
                scores,
                index=0,
                required=True,
                label_visibility="collapsed",
                key="score",
                bind="query-params",
            )
        st.number_input(
            f"Keep the top, in % of {head.unit()}",
            0.1,
            100.0,
            10.0,
            1.0,
            "%g",
            key="keep",
            bind="query-params",
        )
if not scores:
    with right:
        if known:
            said = command("rank", root, "--target", known[0].name)
            empty.say("No document is ranked yet.", f"Rank by a target with its button, or with: {said}")
    st.stop()

score, share = st.session_state["score"], st.session_state["keep"] / 100
with left:
    st.button(
        "Use as a rule",
        icon=":material/add:",
        type="primary",
        on_click=rankings.as_rule,
        args=(score, share, unit),
    )
with right:
    rankings.strip(corpus, score, share, unit)
    wide, narrow = st.columns([60, 40], gap="large")
    with wide:
        rankings.composition(corpus, score, share, unit)
    with narrow:
        rankings.owners(corpus, score, share, unit)
        rankings.similarity(corpus, score, rankings.selected(corpus, score, share, unit))
head.rule_line()
rankings.documents(corpus, score, share, unit)
