"""A page's frame: title, question, switch of units, strip of figures, captions and badges."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from indexes.columns import UNITS
from pages.ui import numbers, pinning, state
from pages.ui.escape import markup

UNIT_KEY = "unit"


# ---------------------------------------------------------------------------------- badges


@dataclass(frozen=True)
class Badge:
    """How sure a number is: shape and word, not colour alone. ``detail`` stands in brackets."""

    kind: str
    detail: str = ""
    sentence: str = ""

    def html(self) -> str:
        mark, meaning = BADGES[self.kind]
        said = f"{self.kind} ({self.detail})" if self.detail else self.kind
        title = markup(self.sentence or meaning)
        return f'<span class="badge {self.kind}" title="{title}"><i>{mark}</i>{markup(said)}</span>'


BADGES = {
    "exact": ("●", "Counted over all documents."),
    "sampled": ("◐", "From the sample; the exact answer is on its way."),
    "partial": ("◔", "What is measured so far; the rest is outside every rate."),
    "stale": ("○", "The corpus has changed since this was computed."),
}
EXACT = Badge("exact")


def sampled(documents: int, few: bool = False, within: float = 0.0) -> Badge:
    """The badge of an answer from a sample of so many documents; ``few`` large ones make most of a side.

    ``within`` is how far a share may be from what the figure says, 0 to 1; 0 where its interval stands there.
    """
    said = numbers.rounded(documents) if documents >= 10_000 else numbers.whole(documents)
    sentence = f"From a sample of {numbers.whole(documents)} documents; the exact answer is on its way."
    if within:
        sentence += f" Each share is within {numbers.points(within).lstrip('+')} of what is shown (95 %)."
    if few:
        sentence += " Few large documents hold most of the weight, so the interval may be too narrow."
    return Badge("sampled", f"{said}, few large documents" if few else said, sentence)


def partial(done: int, of: int) -> Badge:
    """The badge of a column that is measured in ``done`` of ``of`` shards."""
    sentence = f"Measured in {done} of {of} shards so far; the rest is outside every rate."
    return Badge("partial", f"{done} of {of}", sentence)


def first_look(files: int, of: int) -> Badge:
    """The badge of a number that counts the first documents of so many files while the rest is taken in."""
    sentence = (
        f"Counted over a first look: the first documents of {numbers.whole(files)} of "
        f"{numbers.count(of, 'file')}. They are no fair sample, so the corpus may be otherwise."
    )
    return Badge("partial", sentence=sentence)


STALE = Badge("stale")


def stale(why: str) -> Badge:
    """The badge of a number that was counted from a stale column, with why it is stale."""
    return Badge("stale", sentence=f"{BADGES['stale'][1].rstrip('.')}, or how it is made: {why}.")


# ---------------------------------------------------------------------------------- the frame


def head(docstring: str | None, question: str = "") -> str:
    """Title, question and the switch documents / tokens / bytes; gives the unit that is chosen.

    Args:
        docstring: the page's, "Title. What it answers?".
        question: stands instead of the docstring's.
    """
    with bar(docstring, question):
        pass
    return unit()


@contextmanager
def bar(docstring: str | None, question: str = "") -> Iterator[None]:
    """The same with room for a page's own buttons: ``with head.bar(__doc__): st.button(…)``."""
    title, asked = split_docstring(docstring or "")
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        gap="medium",
        key="head",
    ):
        st.html(
            f'<div class="ph"><h1>{markup(title)}</h1><p>{markup(question or asked)}</p></div>',
            width="stretch",
        )
        yield
        state.stay(UNIT_KEY)
        st.segmented_control(
            "Unit",
            UNITS,
            default="tokens",
            required=True,
            label_visibility="collapsed",
            key=UNIT_KEY,
            bind="query-params",
        )
        pinning.view_button()


def unit() -> str:
    """Documents, tokens or bytes: what every share on the page is a share of."""
    chosen: str = st.session_state.get(UNIT_KEY) or "tokens"
    return chosen


def split_docstring(docstring: str) -> tuple[str, str]:
    """Title and question of a page's docstring "Title. What it answers?"; the first paragraph counts."""
    title, _, question = " ".join(docstring.strip().split("\n\n")[0].split()).partition(". ")
    return title.rstrip("."), question


# ---------------------------------------------------------------------------------- the strip


@dataclass(frozen=True)
class Figure:
    """One number of the strip: label, value, and a note in grey under it.

    Attributes:
        tone: "" or ``warn``, which colours the note; words must say it too.
    """

    label: str
    value: str
    note: str = ""
    badge: Badge | None = None
    tone: str = ""


def strip(figures: Sequence[Figure], name: str = "strip") -> None:
    """Five to seven numbers between two hairlines."""
    cells = []
    for figure in figures:
        note = f'<span class="note {figure.tone}">{steady(markup(figure.note))}</span>' if figure.note else ""
        badge = figure.badge.html() if figure.badge else ""
        cells.append(
            f'<div><div class="label">{markup(figure.label)}</div>'
            f'<div class="value" title="{markup(figure.value)}">{markup(figure.value)}</div>'
            f'<div class="under">{note}{badge}</div></div>'
        )
    with st.container(key=name):
        st.html(f'<div class="strip">{"".join(cells)}</div>')


# ---------------------------------------------------------------------------------- captions


def caption(title: str, note: str = "", badge: Badge | None = None) -> None:
    """The sentence over a figure, and the grey line that says what is drawn, its unit, scale and badge.

    In ``note``, a mark ``(ring)`` or ``(dot)`` is drawn as the figure's mark, before the name of its series.
    """
    said = MARKS.sub(lambda mark: f'<i class="mark {mark[1]}"></i>', steady(markup(note)))
    st.html(
        f'<div class="fc"><h3>{steady(markup(title))}</h3>'
        f"<p><span>{said}</span>{' ' + badge.html() if badge else ''}</p></div>"
    )


def section(title: str, note: str = "", badge: Badge | None = None, line: bool = True) -> None:
    """The head of a part of the page, on a hairline unless it stands in a row with controls."""
    st.html(
        f'<div class="sc {"on" if line else ""}"><h2>{markup(title)}</h2><span>{steady(markup(note))}</span>'
        f"{' ' + badge.html() if badge else ''}</div>"
    )


def kept_share(
    share: float, unit: str, badge: Badge, interval: str = "", right: Sequence[tuple[str, str]] = ()
) -> None:
    """The page's answer in large: what share is kept; to the right, (bold, plain) pieces."""
    pieces = " · ".join(f"<b>{steady(markup(bold))}</b> {steady(markup(plain))}" for bold, plain in right)
    st.html(
        f'<div class="ks"><div><b class="share">{markup(numbers.percent(share))}</b>'
        f"<span>of {markup(unit)} kept</span>{badge.html()}<span>{steady(markup(interval))}</span></div>"
        f'<div class="right">{pieces}</div></div>'
    )


def rule_line() -> None:
    """A hairline between parts of a page."""
    st.html('<hr class="hair">')


def steady(text: str) -> str:
    """Keep a number and its unit on one line: a thin space lets a line break."""
    return NUMBER.sub(r'<span class="nb">\g<0></span>', text)


MARKS = re.compile(r"\((ring|dot|removed|kept|target|whole)\)")
NUMBER = re.compile(rf"(?:&lt;{numbers.THIN})?[−+×]?[\d.,]+(?:{numbers.THIN}[\d%A-Za-z]+)+")
