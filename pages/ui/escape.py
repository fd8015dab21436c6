"""The only ways by which a value reaches the screen as a label. Every value is hostile.

Text itself is drawn by components (``component.py``), which set text nodes. ``st.text``, ``code``,
``json``, ``dataframe``, ``selectbox``, ``multiselect`` and the text inputs show plain text and take
the value as it is. All else takes it through one of these.
"""

import html
import re
import string

BREAK = "\u200b"
"""Zero-width space: no address, e-mail, emoji or icon code survives it."""

JOIN = "\u2060"
"""Word joiner: breaks an address as the other does, and no line ends beside it."""

MARKDOWN = str.maketrans(
    {mark: f"{BREAK}\\{mark}{BREAK}" for mark in string.punctuation} | {"\n": " ", "\r": " ", "\t": " "}
)

WITHIN = re.compile(rf"(?<=\d){BREAK}\\[.,:-]{BREAK}(?=\d)|{BREAK}\\%|\\-{BREAK}(?=\d)")
"""A mark of a number once it is escaped: within it, the sign of per cent behind it, the minus before it."""


def markdown(value: object) -> str:
    """For what Streamlit reads as Markdown: labels, options, captions, metrics, messages, tabs.

    Backslashes alone are not enough: addresses become links, ``->`` an arrow, after unescaping.
    """
    return WITHIN.sub(lambda mark: mark[0].replace(BREAK, JOIN), str(value).translate(MARKDOWN))


def plotly(value: object) -> str:
    """For Plotly's labels, hover texts and titles, which read a little HTML. Never in a template."""
    return html.escape(str(value), quote=False)


def markup(value: object) -> str:
    """For text between tags, and for quoted attributes, of our own HTML in ``st.html``."""
    return html.escape(str(value), quote=True)
