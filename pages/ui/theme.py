"""Light or dark, as the browser shows it now.

A switch while a page is open reruns nothing and would leave figures in the old colours (measured, by the
system and by the menu). A component sees it and reruns the page once; figures have the theme in their key.
"""

import streamlit as st

WATCH = """export default function ({ data, setStateValue }) {
  const app = document.querySelector(".stApp");
  const look = () => {
    const now = getComputedStyle(app).colorScheme;
    document.documentElement.style.colorScheme = now;  // popovers hang outside the app
    if (now && now !== data.theme) setStateValue("theme", now);
  };
  const seen = new MutationObserver(look);
  seen.observe(app, { attributes: true, attributeFilter: ["class"] });
  look();
  return () => seen.disconnect();
}"""
SHOWN = "shown"

_watch = st.components.v2.component("assay_theme", js=WATCH)


def theme() -> str:
    """``light`` or ``dark``. Called once, by ``app.py``; figures read it from the session."""
    seen = st.session_state.get("theme_seen", {}).get("theme")
    shown: str = seen or st.session_state.get(SHOWN) or st.context.theme.type or "light"
    st.session_state[SHOWN] = shown
    _watch(data={"theme": shown}, key="theme_seen", on_theme_change=lambda: None)
    return shown
