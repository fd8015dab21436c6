"""Conditions as words of the terminal: which documents are looked at, whatever a recipe then keeps."""

from pathlib import Path

from analytics.recipe import Recipe, find_recipe, in_line, parse_recipe
from indexes.columns import PARTIAL, STALE
from indexes.corpus import Corpus
from indexes.rule import Group, Step, enabled_only
from indexes.saying import command


def parse_where(said: str, workspace: Path | None = None) -> tuple[Step, ...]:
    """The steps that a word of ``--where`` stands for.

    Args:
        said: a rule or a group as a TOML table on one line, which needs no reason; else a recipe's name or
            its file.
        workspace: whose own recipes may be named.

    Raises:
        BadRecipe: it can be read as neither.
    """
    if not said.lstrip().startswith("{"):
        return enabled_only(find_recipe(said, workspace).steps)
    [group] = parse_recipe(f'rule = [{{ reason = "where", all = [{said}] }}]', "--where").steps
    assert isinstance(group, Group)
    return enabled_only(group.members)


def preview_command(corpus: Corpus, recipe: Recipe | None = None, file: str = "") -> str:
    """The command that counts what is looked at, and what a recipe keeps of it.

    Args:
        corpus: the documents, with the rules that say which are looked at.
        recipe: what is asked of them.
        file: what the terminal takes for the recipe.
    """
    where = [word for step in corpus.where for word in ("--where", in_line(step))]
    names = [
        *(recipe.columns() if recipe else ()),
        *(name for step in corpus.where for name in step.columns()),
    ]
    states = {corpus.column(name).state for name in names}
    partial = ["--allow-partial"] if states & {PARTIAL, STALE} else []
    root = corpus.workspace.root.resolve()
    return command("preview", root, *([file] if recipe else []), *where, *partial)
