"""Write the documents that a recipe keeps: the recipe meets the corpus here, and the export its manifest."""

from collections.abc import Callable, Sequence
from pathlib import Path

from analytics.corpora import open_with
from analytics.recipe import find_recipe, to_toml
from indexes.columns import TEXT
from indexes.export import ExportReport
from indexes.export import export as write
from indexes.outflow import fields_of
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
    """
    recipe = find_recipe(said, root)
    corpus = open_with(root, [*recipe.columns(), *columns], progress, say, measuring=not allow_partial)
    if not any((TEXT, TEXT) in field.places.values() for field in fields_of(corpus, columns)):
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
    return write(
        corpus, to, masks, selection, recipe.columns(), format, columns, size, allow_partial, progress, words
    )
