"""The recipe that is looked at: packaged, the workspace's own, or an edited one.

The address carries ``recipe``: a name, or the hash under which the server keeps an edited one: its TOML,
after a line with the name of the recipe it was made from.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import streamlit as st

from analytics.editing import changed
from analytics.lacking import lacking
from analytics.recipe import PACKAGED, Recipe, load_recipe, parse_recipe, save_recipe, to_toml
from indexes import files
from indexes.corpus import Corpus
from indexes.errors import AssayError
from indexes.rule import Step
from indexes.saying import counted
from pages.ui import empty, problems, state
from pages.ui.escape import markdown

KEY = "recipe"
PICK = "recipe_pick"
FIRST = "gopher_quality"


@dataclass(frozen=True)
class Shown:
    """A recipe and what the address says of it.

    Attributes:
        address: its name, or its hash where it is edited.
    """

    recipe: Recipe
    address: str
    edited: bool

    def file(self) -> str:
        """What the terminal takes for it: its name, or the file in which it is kept."""
        file = state.kept_file(self.address) if self.edited else None
        return self.address if file is None else str(file)


def pick(corpus: Corpus) -> Shown:
    """Draw the picker; the recipe that is chosen. Stops the page with a sentence where there is none.

    Behind the label of a recipe stands how many of the columns that it reads the corpus lacks; those that
    lack none come first, and the others are grey.
    """
    root = corpus.workspace.root
    named, broken = known(root)
    lacks = {name: len(lacking(corpus, recipe).columns) for name, recipe in named.items()}
    asked = str(st.query_params.get(KEY) or st.session_state.get(KEY) or first(lacks))
    shown, problem = find(asked, named)
    said = labels_of(named)
    labels = {
        name: f"{said[name]} · lacks {counted(lacks[name], 'column')}" if lacks[name] else said[name]
        for name in sorted(named, key=lambda name: (lacks[name] > 0, said[name].lower()))
    }
    if shown is not None:
        st.session_state[KEY] = st.query_params[KEY] = asked
        if shown.edited:
            word = "edited" if shown.recipe.name in named else "not saved"
            labels[asked] = f"{word} · {shown.recipe.label}"  # in front: the box cuts a long label off
    st.session_state[PICK] = asked if shown is not None else None
    st.selectbox(
        "Recipe",
        list(labels),
        index=None,
        required=shown is not None,
        format_func=lambda name: labels[name],
        key=PICK,
        on_change=_picked,
        label_visibility="collapsed",
        placeholder="Choose a recipe",
        width=540,
    )
    _grey([place for place, name in enumerate(labels) if lacks.get(name)])
    for fault in broken:
        empty.say(fault.sentence, fault.next_step, tone="warn")
    if shown is None:
        empty.say(problem.sentence, problem.next_step, tone="warn")
        st.stop()
    return shown


def _grey(places: Sequence[int]) -> None:
    """Draw some options of the picker in grey; Streamlit styles none of them, but numbers them all."""
    options = ", ".join(f'[role=listbox][aria-label=Recipe] [data-key="{place}"] *' for place in places)
    if options:
        st.html(f"<style>{options} {{ color: light-dark(#7B8594, #7C8898); font-style: italic; }}</style>")


def first(lacks: Mapping[str, int]) -> str:
    """The recipe that is shown where none is asked for: one that lacks no column, ``FIRST`` before others.

    Args:
        lacks: name -> how many of its columns are not there.
    """
    ready = [name for name, missing in lacks.items() if not missing] or list(lacks)
    return FIRST if FIRST in ready else ready[0]


def asked(root: Path) -> Shown | None:
    """The recipe that was looked at last, for a page without the picker; it stays in the address.

    Raises:
        AssayError: this server does not have it.
    """
    name = st.query_params.get(KEY) or st.session_state.get(KEY)
    if name is None:
        return None
    shown, problem = find(str(name), known(root)[0])
    if shown is None:
        raise problem
    st.session_state[KEY] = st.query_params[KEY] = shown.address
    return shown


def known(root: Path) -> tuple[dict[str, Recipe], list[AssayError]]:
    """Name -> recipe, a workspace's own before packaged ones of the same name; and what cannot be read."""
    paths = {
        path.stem: path for folder in (PACKAGED, root / "recipes") for path in sorted(folder.glob("*.toml"))
    }
    found, broken = {}, []
    for name in sorted(paths):
        try:
            found[name] = load(paths[name])
        except AssayError as problem:
            broken.append(problem)
    return found, broken


def edit(shown: Shown, steps: Sequence[Step], root: Path) -> None:
    """Look at the recipe with other steps: kept under its hash, or the named one it is again."""
    recipe = changed(shown.recipe, steps)
    named = known(root)[0].get(recipe.name)
    go(recipe.name if named is not None and named.steps == recipe.steps else keep(recipe))


def keep(recipe: Recipe) -> str:
    """Keep a recipe on the server; its hash for the address."""
    return state.keep(f"# {recipe.name}\n{to_toml(recipe)}")


def go(address: str) -> None:
    """Look at another recipe from the next run on. For callbacks."""
    st.session_state[KEY] = st.query_params[KEY] = address


def save_button(shown: Shown, root: Path) -> None:
    """A button that asks for name, author and note, and saves the recipe into the workspace."""
    with st.popover("Save", icon=":material/save:", key="save"):
        name = f"{shown.recipe.name}_2" if shown.edited else shown.recipe.name
        at = shown.address  # another recipe has fields of its own
        st.text_input("Name", value=name, key=f"save_name_{at}")
        st.text_input("Author", value=shown.recipe.author, key=f"save_author_{at}")
        st.text_area("Note", value=shown.recipe.note, height=90, key=f"save_note_{at}")
        with st.container(horizontal=True, gap="small"):
            st.button("Save recipe", type="primary", on_click=_save, args=(shown, root), key="save_now")
            st.download_button(
                "Download as TOML",
                to_toml(shown.recipe),
                file_name=f"{shown.recipe.name}.toml",
                mime="application/toml",
                on_click="ignore",
                key="download_recipe",
            )


def _save(shown: Shown, root: Path) -> None:
    name, author, note = (
        str(st.session_state[f"save_{word}_{shown.address}"]).strip() for word in ("name", "author", "note")
    )
    label = shown.recipe.label if name == shown.recipe.name else name.replace("_", " ")
    with problems.kept():
        save_recipe(replace(shown.recipe, name=name, label=label, author=author, note=note), root)
        go(name)
        st.toast(f"Saved as {markdown(name)}", icon=":material/save:")


def _picked() -> None:
    if st.session_state[PICK] is not None:
        go(st.session_state[PICK])


def find(asked: str, named: dict[str, Recipe]) -> tuple[Shown | None, AssayError]:
    """The recipe of a name or a hash; None where this server does not have it, and the problem.

    Args:
        asked: what stands in the address.
        named: of ``known``.
    """
    if asked in named:
        return Shown(named[asked], asked, False), AssayError("", "")
    if not re.fullmatch("[0-9a-f]{16}", asked):
        return None, AssayError(
            f"There is no recipe called {asked[:60]} here that can be read.", "Choose one."
        )
    try:
        first, _, text = state.kept(asked).partition("\n")
        return Shown(parse_recipe(text, first.removeprefix("# ")), asked, True), AssayError("", "")
    except AssayError as problem:
        return None, problem


def labels_of(named: dict[str, Recipe]) -> dict[str, str]:
    """Name -> what the picker shows; the name too where a label stands for two."""
    labels = [recipe.label for recipe in named.values()]
    return {
        name: recipe.label if labels.count(recipe.label) == 1 else f"{recipe.label} ({name})"
        for name, recipe in named.items()
    }


def load(path: Path) -> Recipe:
    """A recipe of a file, read again only when it has changed.

    Raises:
        BadRecipe: it cannot be read.
    """
    return _load(path, files.changed(path))


@lru_cache(maxsize=256)
def _load(path: Path, changed: int) -> Recipe:
    return load_recipe(path)
