"""What an export would write, the button that writes it, and the exports that were written so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from analytics.preview import Preview
from analytics.recipe import Recipe
from analytics.transformation import transformations
from indexes.columns import DOCUMENTS, MISSING, PARTIAL, STALE
from indexes.corpus import Corpus
from indexes.cuts import DEFAULT_SIZE, shard_size
from indexes.export import expected_size
from indexes.exports_made import Made, exports_in
from indexes.format import all_formats
from indexes.jobs import jobs as jobs_of
from indexes.outflow import ALL
from indexes.queries.kept import kept_by_label
from indexes.saying import command, making
from pages.ui import (
    cache,
    empty,
    facts,
    figures,
    funnels,
    head,
    jobs,
    needed,
    numbers,
    problems,
    titles,
    typed,
)
from pages.ui.escape import markup
from pages.ui.head import Figure
from pages.ui.launch import launch
from pages.ui.recipes import Shown

HASH = 12
"""Digits of a hash that are shown; the whole is in its tooltip, and copied."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for on the page."""

    format: str
    columns: tuple[str, ...]
    size: str
    to: Path
    edits: tuple[str, ...]

    def words(self, corpus: Corpus, shown: Shown) -> list[str]:
        """The command, without ``assay``."""
        return [
            *("export", str(corpus.workspace.root), "--recipe", shown.file(), "--to", str(self.to)),
            *("--format", self.format, "--columns", ",".join(self.columns), "--shard-size", self.size),
            *(word for name in self.edits for word in ("--edit", name)),
        ]


def strip(corpus: Corpus, shown: Shown, found: Preview, columns: tuple[str, ...]) -> None:
    """The recipe, and how much it writes."""
    kept, total = found.funnel.kept, found.funnel.total
    share = (
        kept.bytes / total.bytes
        if kept.bytes is not None and total.bytes
        else funnels.kept_share(found.funnel, "documents")
    )
    cells = [
        Figure("Recipe", shown.recipe.hash[:HASH], shown.recipe.author or shown.recipe.name),
        Figure(
            "Documents",
            numbers.whole(kept.documents),
            f"of {numbers.whole(total.documents)}",
            needed.badge(corpus, found.recipe.columns()),
        ),
    ]
    if kept.tokens is not None and total.tokens:
        cells.append(
            Figure(
                "Tokens",
                numbers.short(kept.tokens),
                f"{numbers.percent(kept.tokens / total.tokens)} of {numbers.short(total.tokens)}",
            )
        )
    if kept.bytes is not None:
        cells.append(Figure("Text", numbers.size(kept.bytes), "UTF-8, uncompressed"))
    size = cache.cached(expected_size, corpus, columns) * share
    cells.append(Figure("On disk, about", numbers.size(size), "as it is compressed now"))
    head.strip(cells)


def form(corpus: Corpus, shown: Shown) -> Wanted:
    """The controls; what they say."""
    formats = list(all_formats())
    st.segmented_control(
        "Format",
        formats,
        default="parquet",
        required=True,
        key="format",
        bind="query-params",
        format_func=lambda name: name,
    )
    ours = [
        name
        for name, column in corpus.columns.items()
        if column.family != DOCUMENTS and column.state != MISSING and name in corpus.ready()
    ]
    st.multiselect(
        "Columns besides all that came with the documents",
        ours,
        key="columns",
        bind="query-params",
        placeholder="None",
    )
    st.multiselect(
        "Edits of the text",
        list(transformations()),
        key="edit",
        bind="query-params",
        placeholder="None",
        help="The text is written after them, one after another as they are chosen. "
        "Which documents are kept does not change.",
    )
    edits = tuple(st.session_state["edit"] or ())
    if said := edit_sentences(shown.recipe, edits):
        st.html(f'<p class="rs">{markup(said)}</p>')
    st.text_input(
        "Shard size",
        DEFAULT_SIZE,
        key="shard_size",
        bind="query-params",
        help="Bytes, like 256MB, or documents, like 100000.",
    )
    if launch().roots:
        st.text_input(
            "Folder",
            str(_home(shown)),
            key=f"to_{shown.address}",
            help="Under the exports of this server, or under a root.",
        )
    else:
        st.text_input("Name", _home(shown).name, key=f"to_{shown.address}")
    columns = (ALL, *(st.session_state["columns"] or ()))
    return Wanted(
        st.session_state["format"], columns, st.session_state["shard_size"] or DEFAULT_SIZE, _to(shown), edits
    )


def edit_sentences(recipe: Recipe, chosen: Sequence[str]) -> str:
    """What the chosen edits do to the text, in their order, and whether the recipe's original makes one."""
    known = transformations()
    definitions = ["Then " * (i > 0) + known[name].definition for i, name in enumerate(chosen)]
    said = " ".join(f"{definition[0].upper()}{definition[1:]}." for definition in definitions)
    if recipe.edits and recipe.edits in chosen:
        one = f"The original of this recipe makes the edit {recipe.edits}."
        said += f" {one if len(chosen) > 1 else 'So does the original of this recipe.'}"
    elif recipe.edits:
        said += (
            f" The original of this recipe also edits the text that it keeps ({known[recipe.edits].label}): "
            f"that is the edit {recipe.edits}."
        )
    return said.strip()


def unfinished(corpus: Corpus, found: Preview, wanted: Wanted) -> bool:
    """Whether columns are partial or stale, which an export refuses; said with the command and a button."""
    names = {*found.recipe.columns(), *wanted.columns[1:]}
    bad = sorted(
        name for name in names if name in corpus.columns and corpus.columns[name].state in (PARTIAL, STALE)
    )
    made_by: dict[str, list[str]] = {}
    for name in bad:
        column = corpus.columns[name]
        made_by.setdefault(making(corpus.workspace.root, column.family, column.lineage), []).append(name)
    for made, together in made_by.items():
        column = corpus.columns[together[0]]
        one = len(together) == 1
        said = f"The column {column.name} is" if one else f"{numbers.whole(len(together))} columns are"
        empty.say(
            f"{said} {column.state}: an export refuses {'it' if one else 'them'}.",
            f"{'' if one else ', '.join(together)}\nComplete {'it' if one else 'them'} with: {made}".strip(),
            tone="warn",
            action=needed.measure(corpus, column) if column.kind == "signal" else None,
        )
    return bool(bad)


def buttons(corpus: Corpus, shown: Shown, found: Preview, wanted: Wanted) -> None:
    """Write it, or copy the command that does."""
    refused = unfinished(corpus, found, wanted)
    nothing = not found.funnel.kept.documents
    if nothing:
        empty.say(
            "This recipe keeps no document, so there is nothing to write.",
            "Move a limit in Filters.",
            tone="warn",
        )
    words = wanted.words(corpus, shown)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="write_row"):
        st.button(
            "Write export",
            type="primary",
            icon=":material/output:",
            key="write",
            disabled=refused or nothing,
            on_click=_write,
            args=(corpus, shown, wanted),
        )
        facts.copy_button("copy_command", "Copy as command", command(*words))


def beside(corpus: Corpus, found: Preview, unit: str) -> None:
    """What is kept beside the whole, by domain or source."""
    label = next((name for name in ("domain", "source", "language") if name in corpus.ready()), None)
    if label is None or not found.funnel.kept.documents:
        return
    frame = cache.cached(kept_by_label, corpus, found.steps, label)
    whole, part = frame[unit].sum() or 1, frame[f"kept_{unit}"].sum() or 1
    rows = sorted(
        (
            (
                "not stated" if row["label"] is None else row["label"],
                row[unit] / whole,
                row[f"kept_{unit}"] / part,
            )
            for row in frame.iter_rows(named=True)
        ),
        key=lambda row: -row[1],
    )[:21]
    rates = [
        ("not stated" if row["label"] is None else row["label"], row[f"kept_{unit}"] / row[unit])
        for row in frame.iter_rows(named=True)
        if row[unit] and row[unit] / whole > 0.01
    ]
    title = titles.losers(rates, funnels.kept_share(found.funnel, unit))
    names, ring, dot = zip(*rows, strict=True)
    figures.draw(
        "kept",
        figures.dumbbell(names, ring, dot, ring_name="the whole", dot_name="what is kept", ratio=True),
        figures.rows_height(len(rows)),
        title=title,
        note=f"Share of {unit} by {label} · (ring) whole (dot) kept · × is kept over whole",
        state=f"{found.recipe.hash[:HASH]}_{unit}",
    )


def made(corpus: Corpus) -> None:
    """The exports so far, each with its path, its hash and a button that verifies it."""
    head.section("Exports so far")
    exports = exports_in(_folders(corpus))
    if not exports:
        st.html('<p class="rs">None yet. What is written here is listed, with its path and its hash.</p>')
    for export in exports:
        _row(corpus, export)


def _row(corpus: Corpus, export: Made) -> None:
    root = corpus.workspace.root
    key = export.hash[:HASH] + export.folder.name
    with st.container(key=f"export_{key}", gap="xsmall"):
        if export.problem:
            empty.say(f"{export.folder.name}: {export.problem}", tone="error")
            return
        job = jobs.last(root, "verify", export.folder)
        old = export.corpus == corpus.workspace.name and export.fingerprint != corpus.fingerprint
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(_about(export, job is not None and job.result.get("ok") is True, old), width="stretch")
            st.button(
                "Verify", key=f"verify_{key}", on_click=jobs.start, args=(root, "verify", export.folder)
            )
        facts.facts(
            f"facts_{key}",
            [
                facts.Fact("folder", str(export.folder), copy=True),
                facts.Fact("manifest", export.hash, copy=True),
            ],
        )


def _about(export: Made, verified: bool, old: bool) -> str:
    said = [
        numbers.count(export.documents, "document"),
        *([f"{numbers.short(export.tokens)} tokens"] if export.tokens is not None else []),
        f"{numbers.size(export.size)} in {numbers.count(export.shards, 'shard')}",
        export.format,
        *([f"after {', then '.join(export.edits)}"] if export.edits else []),
    ]
    marks = '<span class="ok">✓ verified</span>' if verified else ""
    marks += head.STALE.html() if old else ""
    return (
        f'<div class="job"><div class="top"><b>{markup(export.folder.name)}</b>{marks}</div>'
        f"<p>{markup(' · '.join(said))}</p><p>{markup(f'{export.recipe} of {export.corpus}')}</p></div>"
    )


def _folders(corpus: Corpus) -> list[Path]:
    """Under the server's exports, and wherever jobs of this workspace wrote to."""
    here = [path.parent for path in _exports().glob("*/manifest.json")]
    told = [
        Path(job.command[job.command.index("--to") + 1])
        for job in jobs_of(corpus.workspace.root)
        if job.command[0] == "export" and "--to" in job.command
    ]
    return [path.resolve() for path in (*here, *told)]


def _exports() -> Path:
    return launch().home.resolve() / "exports"


def _home(shown: Shown) -> Path:
    return _exports() / f"{shown.recipe.name}{'-' + shown.address[:6] if shown.edited else ''}"


def _to(shown: Shown) -> Path:
    """Where to, from what was typed: a name, or a folder under the exports."""
    said = str(st.session_state.get(f"to_{shown.address}") or _home(shown))
    return Path(said) if Path(said).is_absolute() else _exports() / said


def _write(corpus: Corpus, shown: Shown, wanted: Wanted) -> None:
    with problems.kept():
        shard_size(wanted.size)
        if wanted.to.parent == _exports():
            typed.name(wanted.to.name, "an export")
        else:
            typed.path(str(wanted.to), exists=False)
        jobs.start(corpus.workspace.root, *wanted.words(corpus, shown))
