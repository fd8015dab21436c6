"""Write the documents that a recipe keeps: the recipe meets the corpus here, and the export its manifest."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analytics.corpora import tokenizer_of
from analytics.lacking import open_with_recipe
from analytics.recipe import find_recipe, to_toml
from analytics.signal import Texts
from analytics.signals import tokens
from analytics.transformation import transformation_named
from indexes.export import ExportReport
from indexes.export import export as write
from indexes.outflow import Edit, fields_of, writes_text
from indexes.queries.decisions import keep_masks
from indexes.queries.top import resolve, resolved_limits


def export(
    root: Path,
    said: str,
    to: Path,
    format: str,
    columns: Sequence[str],
    size: str,
    allow_partial: bool = False,
    progress: Callable[[int, int], None] | None = None,
    say: Callable[[str], None] = lambda said: None,
    edits: Sequence[str] = (),
) -> ExportReport:
    """Export what a recipe keeps of a workspace, see ``indexes.export``.

    Args:
        root: the workspace.
        said: the recipe's name, or a TOML file.
        to: the folder to write to.
        format: a member of the registry of formats.
        columns: what to write besides ``doc_id`` and ``key``.
        size: of a shard, as ``256MB`` or ``100000``.
        allow_partial: leave out documents that were not measured instead of refusing.
        progress: called with documents done and in all.
        say: told what is measured first.
        edits: the transformations that the text is written after, one after another.

    Raises:
        MissingColumn: there is no such transformation.
    """
    made = [edit_named(name) for name in edits]
    recipe = find_recipe(said, root)
    if recipe.edits and recipe.edits not in edits:
        say(recipe.edit_sentence())
    corpus = open_with_recipe(root, recipe, columns, progress, say, measuring=not allow_partial)
    if made:
        ours = tokenizer_of(corpus) == tokens.TOKENIZER
        counted = (lambda *arrays: tokens.tokens(Texts(*arrays))) if ours else None
        made = [replace(edit, tokens=counted) for edit in made]
    elif not writes_text(fields_of(corpus, columns)):
        say("No text is written, since --columns names neither all nor text.")
    steps = resolve(corpus, recipe.steps)
    selection = {
        "recipe": recipe.name,
        "hash": recipe.hash,
        "text": to_toml(recipe),
        "steps": [step.sentence() for step in steps],
        "limits": resolved_limits(steps),
    }
    masks = keep_masks(corpus, steps, allow_partial)
    is_file = Path(said).suffix == ".toml" or len(Path(said).parts) > 1
    words = [str(root.resolve()), "--recipe", str(Path(said).resolve()) if is_file else said]
    words += ["--format", format, "--columns", ",".join(columns), "--shard-size", size]
    words += ["--allow-partial"] * allow_partial
    words += [word for name in edits for word in ("--edit", name)]
    return write(
        corpus,
        to,
        masks,
        selection,
        recipe.columns(),
        format,
        columns,
        size,
        allow_partial,
        progress,
        words,
        made,
    )


def edit_named(name: str) -> Edit:
    """A transformation of text as an export applies it.

    Raises:
        MissingColumn: there is none of this name.
    """
    made = transformation_named(name)

    def apply(*arrays: Any) -> tuple[Any, Any]:
        texts = made.edit(Texts(*arrays))
        return texts.data, texts.offsets

    said = {
        "name": made.name,
        "version": made.version,
        "hash": made.hash,
        "label": made.label,
        "source": made.source,
        "parameters": made.params,
    }
    return Edit(said, apply)
