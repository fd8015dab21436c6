"""Router: finds the pages and runs the chosen one. Holds nothing else."""

from pathlib import Path

import streamlit as st

from pages.ui import cache, menu, problems, sidebar, state, style, theme

STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="Assay", page_icon=str(STATIC / "mark.svg"), layout="wide")
style.draw()
st.logo(str(STATIC / f"logo-{theme.theme()}.svg"), size="large")

entries = menu.entries()
pages = {
    entry.name: st.Page(entry.file, title=entry.title, icon=entry.icon, default=entry.name == "start")
    for group in entries.values()
    for entry in group
}
page = st.navigation(
    {
        "" if group == "home" else group.capitalize(): [pages[entry.name] for entry in found]
        for group, found in entries.items()
        if found
    }
)
state.follow(pages)
sidebar.draw()
cache.watch()
with problems.told():
    page.run()
