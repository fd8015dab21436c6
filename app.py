"""Router: finds the pages and runs the chosen one. Holds nothing else."""

from pathlib import Path

import streamlit as st

from pages.ui import cache, coming, garbage, keys, looks, menu, problems, sidebar, state, style, theme

STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="Assay", page_icon=str(STATIC / "mark.svg"), layout="wide")
style.draw()
keys.listen()
st.logo(str(STATIC / f"logo-{theme.theme()}.svg"), size="large")

entries = menu.entries()
first = entries["home"][0]
pages = {
    entry.name: st.Page(entry.file, title=entry.title, icon=entry.icon)
    for group in entries.values()
    for entry in group
}
# The first page has the bare address. A default page's own name would open under "Page not found", so that
# it takes another one, and a second page of the same file answers to its name.
pages[first.name] = st.Page(first.file, title=first.title, icon=first.icon, url_path="home", default=True)
by_name = st.Page(first.file, title=first.title, url_path=first.name, visibility="hidden")
grouped = {
    "" if group == "home" else group.capitalize(): [pages[entry.name] for entry in found]
    for group, found in entries.items()
    if found
}
page = st.navigation({**grouped, "": [*grouped[""], by_name]})
state.come(page.url_path, first.name)
sidebar.draw()
state.follow(pages)  # after the picker has put what it was given into the address
cache.watch()
garbage.settle()
looks.draw()
coming.note()
with problems.told():
    page.run()
