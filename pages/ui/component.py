"""Components of our own: each draws values of a corpus by text nodes only, never as markup.

A component ``name`` is ``web/name.js`` and ``web/name.css``. Both get what they share put before them:
``web/roles.css`` and ``web/shared.js``. They follow light and dark by CSS and run in a shadow root.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui.style import WEB


def component(name: str) -> Callable[..., Any]:
    """Register the component ``name``; call what it gives to draw it."""
    css = "".join((WEB / f"{part}.css").read_text() for part in ("roles", "shared", name))
    js = "".join((WEB / f"{part}.js").read_text() for part in ("shared", name))
    mount: Callable[..., Any] = st.components.v2.component(
        f"assay_{name}", html=f'<div class="{name}"></div>', css=css, js=js
    )
    return mount


def plain_key(key: str) -> str:
    """A key that Streamlit takes: it refuses two underscores, which names of variants have."""
    return key.replace("__", "-")


def on(key: str, name: str, react: Callable[[Any], None]) -> Callable[[], None]:
    """A callback for trigger ``name`` of the component ``key``: calls ``react`` with what was sent."""

    def happened() -> None:
        sent = getattr(st.session_state[key], name, None)
        if sent is not None:
            react(sent)

    return happened
