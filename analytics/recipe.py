"""A recipe: a named, sourced, ordered list of steps, in TOML. What is kept answers yes to each of them.

Packaged recipes lie in ``analytics/recipes/``, a workspace's own in its ``recipes/``; one of the workspace
goes before a packaged one of its name.
"""

import hashlib
import json
import re
import shlex
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from analytics.transformation import transformations
from indexes import files
from indexes.errors import BadRecipe, NameTaken, near_matches
from indexes.rule import GROUPS, Group, Limit, Listed, Rule, Share, Step, columns_of, enabled_only

PACKAGED = Path(__file__).parent / "recipes"
RECIPE_KEYS = ("label", "source", "author", "edits", "note", "rule", "lists", "columns", "from")
WORD_KEYS = RECIPE_KEYS[:5]
RULE_KEYS = ("reason", "column", "op", "limit", "if_null", "enabled")
WORKSPACE = "WORKSPACE"
"""Stands for the workspace in the commands of ``[columns]``."""

SHARE_KEYS = ("share", "of", "within")
SEE = 'The section "Write a recipe" of README.md shows the form.'
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Recipe:
    """Steps, and whose they are.

    Attributes:
        name: the file's name without its suffix.
        source: where the limits come from.
        edits: the transformation of text that the original applies to what it keeps; empty where it applies
            none. It decides nothing: a preview shows whole texts, an export applies what it is told to.
        made_by: (column, the words after ``assay`` that make it) for columns that no measuring makes.
        comes_from: (column, where the file comes from that it is made of), in words.
    """

    name: str
    label: str
    source: str
    steps: tuple[Step, ...]
    author: str = ""
    note: str = ""
    edits: str = ""
    made_by: tuple[tuple[str, str], ...] = ()
    comes_from: tuple[tuple[str, str], ...] = ()

    def columns(self) -> tuple[str, ...]:
        """Names of the columns that the steps read, each once; of those that are enabled."""
        return columns_of(enabled_only(self.steps))

    def edit_sentence(self) -> str:
        """Whether the original edits the text of what it keeps, and what a preview and an export do."""
        if not self.edits:
            return ""
        label = transformations()[self.edits].label
        return (
            f"The original also edits the text that it keeps ({label}). A preview counts whole texts; "
            f"an export writes the edited ones with --edit {self.edits}."
        )

    @property
    def hash(self) -> str:
        """SHA-256 of what decides: the steps in order with their reasons, and the values of their lists.

        Not of label, source, author, edits and note, of steps that are not enabled, nor of how the file is
        laid out: mending a note makes no other selection.
        """
        deciding = [_decides(step) for step in enabled_only(self.steps)]
        return hashlib.sha256(files.canonical(deciding)).hexdigest()


NO_RULES = Recipe("none", "No rules", "", ())
"""Keeps every document."""


def all_recipes(workspace: Path | None = None) -> dict[str, Recipe]:
    """Every recipe by its name: the packaged ones, and those of a workspace.

    Raises:
        BadRecipe: one cannot be read; its name is in the sentence.
    """
    folders = [PACKAGED, *([workspace / "recipes"] if workspace else [])]
    found = {path.stem: path for folder in folders for path in sorted(folder.glob("[!.]*.toml"))}
    return {name: load_recipe(found[name]) for name in sorted(found)}


def find_recipe(said: str | Path, workspace: Path | None = None) -> Recipe:
    """A recipe by its name, or by its TOML file.

    Raises:
        BadRecipe: there is none, with near matches, or it cannot be read.
    """
    path = Path(said)
    if path.suffix == ".toml" or len(path.parts) > 1:
        return load_recipe(path)
    for folder in ([workspace / "recipes"] if workspace else []) + [PACKAGED]:
        if (folder / f"{said}.toml").is_file():
            return load_recipe(folder / f"{said}.toml")
    names = list(all_recipes(workspace))
    raise BadRecipe(
        f"There is no recipe {said}.{near_matches(str(said), names)}",
        f"Name one of {', '.join(names)}, or give a TOML file.",
    )


def load_recipe(path: Path) -> Recipe:
    """Read a recipe from its TOML file, with the lists that lie beside it.

    Raises:
        BadRecipe: it is not there, is no TOML, or says what cannot be.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BadRecipe(f"The recipe {path} cannot be read: {why}.", "Check its name and encoding.") from None
    return parse_recipe(text, path.stem, path.parent)


def parse_recipe(text: str, name: str, folder: Path | None = None) -> Recipe:
    """Read a recipe from its text.

    Args:
        text: TOML, as ``to_toml`` writes it.
        name: the recipe's.
        folder: where the lists lie that ``in_file`` names and the text does not hold.

    Raises:
        BadRecipe: it is no TOML, or says what cannot be.
    """
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is nested too deep"
        raise BadRecipe(f"The recipe {name} is no TOML: {why}.", SEE) from None
    try:
        _check_keys(said, RECIPE_KEYS)
        lists, made_by = said.get("lists", {}), said.get("columns", {})
        rules = said.get("rule", [])
        if not isinstance(rules, list) or not isinstance(lists, dict):
            raise ValueError("rules are written as [[rule]], lists as [lists]")
        if not isinstance(made_by, dict) or not all(isinstance(word, str) for word in made_by.values()):
            raise ValueError("how columns are made is written as [columns], a command each")
        named_by(made_by)
        comes_from = said.get("from", {})
        if not isinstance(comes_from, dict) or not all(isinstance(word, str) for word in comes_from.values()):
            raise ValueError("where files come from is written as [from], a sentence each")
        steps = tuple(
            _in_place(number, table, lambda file: _list(file, lists, folder))
            for number, table in enumerate(rules, 1)
        )
        words = {key: said.get(key, "") for key in WORD_KEYS}
        for key, word in words.items():
            if not isinstance(word, str):
                raise ValueError(f"{key} must be text, got {word!r}")
        if words["edits"] and words["edits"] not in transformations():
            near = near_matches(words["edits"], transformations())
            raise ValueError(f"edits names a transformation of text, and {words['edits']} is none.{near}")
    except ValueError as error:
        raise BadRecipe(f"Recipe {name}: {str(error).removesuffix('.')}.", SEE) from None
    label = words.pop("label") or name
    tables = tuple(made_by.items()), tuple(comes_from.items())
    return Recipe(name, label, steps=steps, made_by=tables[0], comes_from=tables[1], **words)


def named_by(made_by: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Column -> the other columns of ``[columns]`` whose names stand in the command that makes it.

    Raises:
        ValueError: a command is none, or columns are made of one another in a circle.
    """
    found = {}
    for name, command in made_by.items():
        try:
            words = {part for word in shlex.split(command) for part in word.split(",")}
        except ValueError:
            raise ValueError(
                f"[columns]: the command of {name} opens a quote and does not close it"
            ) from None
        found[name] = tuple(other for other in made_by if other != name and other in words)
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        circle = ", which needs ".join(error.args[1][::-1])
        raise ValueError(f"[columns]: columns are made of one another: {circle}") from None
    return found


def save_recipe(recipe: Recipe, workspace: Path, replace: bool = False) -> Path:
    """Write a recipe into a workspace under its name, its lists within.

    Raises:
        NameTaken: another recipe has the name, and ``replace`` is not said.
        BadRecipe: the name cannot be a file's.
    """
    if not NAME.fullmatch(recipe.name):
        raise BadRecipe(
            f"{recipe.name!r} cannot be a recipe's name.", "Use letters, digits, underscores and hyphens."
        )
    path = workspace / "recipes" / f"{recipe.name}.toml"
    for taken in (path, PACKAGED / path.name):
        if taken.is_file() and not replace and load_recipe(taken) != recipe:
            raise NameTaken(f"Another recipe is called {recipe.name}.", "Choose another name, or replace it.")
    files.write_text(path, to_toml(recipe))
    return path


def to_toml(recipe: Recipe) -> str:
    """A recipe as TOML, its lists within, so that the text alone is the whole recipe."""
    words = {key: getattr(recipe, key) for key in WORD_KEYS}
    lines = [f"{key} = {_toml(word)}" for key, word in words.items() if word or key in ("label", "source")]
    for step in recipe.steps:
        lines += ["", "[[rule]]", *(f"{key} = {value}" for key, value in _table(step, "").items())]
    limits = [rule.limit for step in recipe.steps for rule in step.rules()]
    lists = {limit.file: limit.values for limit in limits if isinstance(limit, Listed)}
    if lists:
        lines += ["", "[lists]", *(f"{_toml(file)} = {_toml(values)}" for file, values in lists.items())]
    for title, said in (("columns", recipe.made_by), ("from", recipe.comes_from)):
        if said:
            lines += ["", f"[{title}]", *(f"{_toml(name)} = {_toml(text)}" for name, text in said)]
    return "\n".join(lines) + "\n"


def _in_place(
    number: int, table: Any, list_of: Callable[[str], tuple[str, ...]], member: bool = False
) -> Step:
    """A step, with its place in the recipe put before what its making raises."""
    try:
        return _step(table, list_of, member)
    except ValueError as error:
        reason = f" ({table['reason']})" if isinstance(table, dict) and "reason" in table else ""
        raise ValueError(f"{'member' if member else 'rule'} {number}{reason}: {error}") from None


def _step(table: Any, list_of: Callable[[str], tuple[str, ...]], member: bool = False) -> Step:
    """A step from its table. A group's member may go without a reason: it is the column then, or the kind."""
    if not isinstance(table, dict):
        raise ValueError(f"it is no table such as {{ column = ..., op = ..., limit = ... }}, but {table!r}")
    kinds = [kind for kind in GROUPS if kind in table]
    default = str(kinds[0] if kinds else table.get("column", "")) if member else None
    reason = table.get("reason", default)
    if not isinstance(reason, str):
        raise ValueError("it has no reason" if reason is None else f"reason must be text, got {reason!r}")
    if not kinds:
        return _rule(table, reason, list_of)
    _check_keys(table, ("reason", kinds[0], "enabled"))
    members = table[kinds[0]]
    if not isinstance(members, list):
        raise ValueError(f"{kinds[0]} takes a list of rules, got {members!r}")
    made = tuple(_in_place(number, inner, list_of, True) for number, inner in enumerate(members, 1))
    return Group(reason, kinds[0], made, table.get("enabled", True))


def _rule(table: Mapping[str, Any], reason: str, list_of: Callable[[str], tuple[str, ...]]) -> Rule:
    op = table.get("op")
    _check_keys(table, (*RULE_KEYS, *(SHARE_KEYS if op == "top" else ()), *(GROUPS if op is None else ())))
    for key in ("column", "op"):
        if not isinstance(table.get(key), str):
            raise ValueError(f"{key} must be text, got {table.get(key, 'none')!r}")
    limit: Limit = table.get("limit")
    if isinstance(limit, list):
        limit = tuple(limit)
    if op == "top":
        if limit is not None or "share" not in table:
            raise ValueError("top takes share, of and within, and no limit")
        limit = Share(**{key: table[key] for key in SHARE_KEYS if key in table})
    elif op == "in_file" and isinstance(limit, str):
        limit = Listed(limit, list_of(limit))
    return Rule(reason, table["column"], str(op), limit, table.get("if_null"), table.get("enabled", True))


def _check_keys(table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            raise ValueError(f"there is no key {key!r} here.{near_matches(key, known)}")


def _list(file: str, lists: Mapping[str, Any], folder: Path | None) -> tuple[str, ...]:
    """The values of a list: from the recipe's own ``[lists]``, else from its file, one a line."""
    if file in lists:
        values = lists[file]
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ValueError(f"the list {file} must hold texts")
        return tuple(values)
    if folder is None or not file or Path(file).name != file:
        raise ValueError(f"the list {file} must be the name of a file that lies beside the recipe")
    try:
        lines = (folder / file).read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ValueError(f"the list {file} beside the recipe cannot be read: {why}") from None
    return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _decides(step: Step) -> dict[str, Any]:
    """What of a step decides, as JSON that tells a date from its text."""
    said: dict[str, Any] = {"reason": step.reason}
    if isinstance(step, Group):
        return {**said, step.kind: [_decides(member) for member in step.members]}
    limit: Any = step.limit
    if isinstance(limit, Listed):
        limit = limit.values
    elif isinstance(limit, Share):
        limit = [limit.share, limit.of, limit.within]
    elif isinstance(limit, date):
        limit = {"date": limit.isoformat()}
    elif isinstance(limit, tuple):
        limit = [{"date": value.isoformat()} if isinstance(value, date) else value for value in limit]
    return {**said, "column": step.column, "op": step.op, "limit": limit, "if_null": step.if_null}


def in_line(step: Step) -> str:
    """A step as a TOML table on one line, without its reason; a list stands in the place of its file."""
    if isinstance(step, Group):
        return f"{{ {step.kind} = [{', '.join(map(in_line, step.members))}] }}"
    if isinstance(step.limit, Listed):
        step = replace(step, op="in", limit=step.limit.values)
    said = (f"{key} = {value}" for key, value in _table(step, "").items() if key != "reason")
    return f"{{ {', '.join(said)} }}"


def _table(step: Step, indent: str) -> dict[str, str]:
    """The keys of a step's table, their values as TOML."""
    if isinstance(step, Group):
        inner = indent + "  "
        tables = [_table(member, inner) for member in step.members]
        said_in_line = (", ".join(f"{key} = {value}" for key, value in table.items()) for table in tables)
        members = "".join(f"{inner}{{ {said} }},\n" for said in said_in_line)
        off = {} if step.enabled else {"enabled": _toml(False)}
        return {"reason": _toml(step.reason), **off, step.kind: f"[\n{members}{indent}]"}
    said: dict[str, Any] = {"reason": step.reason, "column": step.column, "op": step.op}
    if isinstance(step.limit, Share):
        said |= {"share": step.limit.share, "of": step.limit.of, "within": step.limit.within}
    elif isinstance(step.limit, Listed):
        said["limit"] = step.limit.file
    else:
        said["limit"] = step.limit
    said |= {"if_null": step.if_null, "enabled": None if step.enabled else False}
    return {key: _toml(value) for key, value in said.items() if value is not None}


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return value.isoformat() if isinstance(value, date) else repr(value)
