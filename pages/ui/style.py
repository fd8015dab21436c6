"""The stylesheet of the app, drawn once a run by ``app.py``. Roles as in ``.streamlit/config.toml``."""

from pathlib import Path

import streamlit as st

WEB = Path(__file__).parent / "web"


def draw() -> None:
    """Put the stylesheet on the page."""
    st.html(f"<style>{(WEB / 'roles.css').read_text()}{(WEB / 'app.css').read_text()}</style>")
