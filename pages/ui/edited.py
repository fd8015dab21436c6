"""What was edited last: recipes and exports of all workspaces, the newest first, each with what opens it."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
import xxhash

from analytics.recipe import Recipe
from indexes import files, manifest
from indexes.errors import AssayError
from indexes.exports_made import Made, exports_in
from indexes.jobs import jobs
from pages.ui import head, numbers, recipes, standing, state
from pages.ui.background import Waiting, Work
from pages.ui.escape import markup
from pages.ui.figures import cut
from pages.ui.launch import launch

SHOWN = 6
LONGEST, LONGEST_NAME = 120, 70
"""Characters of a note, and of a name, that stand on the page."""


@dataclass(frozen=True)
class Entry:
    """A recipe or an export.

    Attributes:
        corpus: name of the corpus on this page; empty where it is not here.
        share: what is kept of it, 0 to 1, or why that is not known; None while it is worked out.
        when: of its file, in ns.
    """

    name: str
    page: str
    recipe: str
    corpus: str
    about: tuple[str, ...]
    when: int
    share: "Work[float | str] | float | str"
    problem: AssayError | None = None


def found(waiting: Waiting, known: dict[str, Path]) -> list[Entry]:
    """The entries that are shown; shares of recipes are on their way."""
    recipes_on_disk = [
        (files.changed(path), name, root, path)
        for name, root in known.items()
        for path in (root / "recipes").glob("[!.]*.toml")
    ]
    saved = [_recipe(waiting, *file) for file in sorted(recipes_on_disk, reverse=True)[:SHOWN]]
    written = [_export(made, known) for made in exports_in(_folders(known))]
    return sorted([*saved, *written], key=lambda entry: -entry.when)[:SHOWN]


def draw(entries: list[Entry]) -> None:
    """One row an entry: name, kept share, and whose it is."""
    if not entries:
        st.html(
            '<p class="rs">Nothing yet. A recipe that is saved in Filters is listed here, and so is an '
            "export.</p>"
        )
    for entry in entries:
        said = (entry.page, entry.corpus, entry.name, entry.recipe, entry.when)  # names may be the same
        key = xxhash.xxh3_64_hexdigest("\n".join(map(str, said)).encode())
        with st.container(key=f"row_edited_{key}", gap=None):
            st.html(_row(entry))
            if entry.corpus and entry.problem is None:
                st.button(
                    "Open in Filters" if entry.page == "filters" else "Open in Export",
                    type="tertiary",
                    key=f"edited_open_{key}",
                    on_click=state.go,
                    args=(entry.page,),
                    kwargs={"corpus": entry.corpus, "recipe": entry.recipe},
                )


def _row(entry: Entry) -> str:
    share = _share(entry.share)
    if entry.problem is not None:
        about = f"<p>{markup(entry.problem.sentence)}</p><p>{markup(entry.problem.next_step)}</p>"
    else:
        about = f"<p>{head.steady(markup(' · '.join(said for said in entry.about if said)))}</p>"
    return (
        f'<div class="job"><div class="top"><b>{markup(cut(entry.name, LONGEST_NAME))}</b>'
        f'<span class="kept">{head.steady(markup(share))}</span></div>{about}</div>'
    )


def _share(share: "Work[float | str] | float | str") -> str:
    if isinstance(share, Work):
        if not share.done.is_set():
            return "…"
        share = "" if share.value is None else share.value
    return f"{numbers.percent(share)} kept" if isinstance(share, float) else share


def _recipe(waiting: Waiting, when: int, name: str, root: Path, path: Path) -> Entry:
    try:
        recipe: Recipe = recipes.load(path)
    except AssayError as problem:
        return Entry(path.stem, "filters", path.stem, name, (), when, "", problem)
    share = standing.share(waiting, root, recipe, head.unit())
    about = ("recipe", name, recipe.author, _note(recipe.note))
    return Entry(recipe.label, "filters", recipe.name, name, about, when, share)


def _note(note: str) -> str:
    said = " ".join(note.split())
    return f"“{cut(said, LONGEST)}”" if said else ""


def _folders(known: dict[str, Path]) -> list[Path]:
    """Folders of the newest exports: under the server's, and where jobs of these workspaces wrote to."""
    here = [path.parent for path in (launch().home.resolve() / "exports").glob(f"*/{manifest.MANIFEST}")]
    told = [
        Path(job.command[job.command.index("--to") + 1]).resolve()
        for root in known.values()
        for job in jobs(root)
        if job.command[0] == "export" and "--to" in job.command[:-1]
    ]
    there = [path for path in dict.fromkeys([*here, *told]) if (path / manifest.MANIFEST).is_file()]
    return sorted(there, key=lambda path: -_written(path))[:SHOWN]


def _written(folder: Path) -> int:
    return files.changed(folder / manifest.MANIFEST)


def _export(made: Made, known: dict[str, Path]) -> Entry:
    if made.problem:
        problem = AssayError(made.problem, "Export it again into a new folder.")
        return Entry(made.folder.name, "export", "", "", (), _written(made.folder), "", problem)
    corpus = made.corpus if made.corpus in known else ""
    amounts = numbers.count(made.documents, "document")
    about = (f"export of {made.recipe}" if made.recipe else "export", made.corpus, made.who, amounts)
    share = made.documents / made.of if made.of else ""
    return Entry(made.folder.name, "export", made.recipe, corpus, about, _written(made.folder), share)
