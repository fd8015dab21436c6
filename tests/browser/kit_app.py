"""Every part of the kit, each with a hostile value wherever it takes one. Run by test_kit.py."""

import streamlit as st

from indexes.errors import MissingColumn
from pages.ui import (
    bars,
    cut,
    empty,
    excerpts,
    facts,
    figures,
    head,
    highlight,
    lists,
    pairs,
    problems,
    style,
    theme,
    titles,
    tracks,
    treemap,
)
from pages.ui.escape import markdown

VALUES = [
    "![x](http://198.51.100.1/p.png)",
    "[x](http://198.51.100.1/)",
    '<a href="http://198.51.100.1/">x</a>',
    '<img src="http://198.51.100.1/p.png" onerror="document.title=1">',
    "<script>document.title='taken'</script>",
    "http://198.51.100.1/path",
    "someone@example.org",
    '=HYPERLINK("http://198.51.100.1/")',
    "$\\href{http://198.51.100.1/}{x}$ :material/home: :smile: -> :red[x]",
    '"><img src=http://198.51.100.1/q.png>',
    "\"' onmouseover=document.title=1 x='",
    "שלום \u202e evil \u200b",
    "x" * 300,
]
st.set_page_config(layout="wide")
style.draw()
theme.theme()
head.head("Kit. Does any value come alive?", question=VALUES[3])
picked = st.session_state.setdefault("picked", [])
st.html(f'<div id="picked">{len(picked)}</div>')


def take(*value: object) -> None:
    picked.append(value)


share = 1 / len(VALUES)
head.strip([head.Figure(value, value, value, head.Badge("partial", value, value)) for value in VALUES[:5]])
head.section(VALUES[0], VALUES[3], head.EXACT)
head.kept_share(0.5, VALUES[3], head.EXACT, VALUES[0], [(VALUES[2], VALUES[3])])
treemap.draw(
    "tree",
    [treemap.Part(value, share, (treemap.Part(value, share / 2),) * 2) for value in VALUES],
    VALUES[3],
    300,
    title=titles.concentration([(value, share) for value in VALUES], "tokens", "domains"),
    note=VALUES[2],
    on_pick=take,
)
figures.draw(
    "dumbbell",
    figures.dumbbell(
        VALUES, [share] * 13, [share / 2] * 13, ring_name=VALUES[2], dot_name=VALUES[3], ratio=True
    ),
    320,
    title=VALUES[3],
    note=VALUES[2],
    alt=VALUES[3],
    on_pick=take,
)
shown = figures.Distribution((0.0, 1.0, 2.0), (0.25, 0.75), 0.4, ((0.5, 1.4),))
figures.draw(
    "bins", figures.histogram(shown, VALUES[2], "tokens", VALUES[3]), 200, title="Bins", note=VALUES[0]
)
figures.draw("boxes", figures.boxes(VALUES, [(1, 2, 3, 4, 5)] * 13, log=False), 320, title="Boxes", note="x")
figures.draw(
    "line", figures.line([1, 2], [1, 2], hover=VALUES[2:4], mark=(1, VALUES[2])), 200, title="Line", note="x"
)
lists.ranked(
    "list", [*(lists.Label(value, share) for value in VALUES), lists.Label(None, 0.1)], "tokens", take
)
excerpts.excerpts(
    "read", [excerpts.Excerpt(value, value, value, value, value) for value in VALUES], take, title=VALUES[0]
)
highlight.text("text", highlight.marked(" ".join(VALUES), [(0, 20, VALUES[3]), (10, 60, VALUES[2])]))
tracks.tracks("tracks", [tracks.Track(value, 1.0, 0, 1, 2, 3, 0.5, value) for value in VALUES])
cut.cut("cut", cut.Bins((0, 1, 2), (5, 5), (5, 5)), ">=", (1,), VALUES[3], VALUES[3], None, take)
pairs.pairs("pairs", [pairs.Pair(*[value] * 9) for value in VALUES], take)
facts.facts("facts", [facts.Fact(value, value, copy=True) for value in VALUES])
facts.copy_button("copy", VALUES[3], VALUES[3])
bars.composition("bar", [(value, share) for value in VALUES], VALUES[3])
bars.funnel_bar("funnel", 0.5, [(value, share) for value in VALUES], VALUES[3])
for value in VALUES:
    empty.say(
        value, f"Measure it with: assay measure {value}", tone=VALUES[9], action=empty.Action("x", take)
    )
    st.caption(markdown(value))
    st.button(markdown(value), key=f"b{value}")
    st.checkbox(markdown(value), key=f"c{value}")
with problems.told():
    raise MissingColumn(VALUES[3], VALUES[0])
