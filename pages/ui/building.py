"""Building a recipe: one more rule, back and forth among the recipes looked at, one from a file."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from analytics.editing import History, added, free_reason
from analytics.recipe import Recipe, parse_recipe
from indexes.columns import TEXT, Column
from indexes.corpus import Corpus
from indexes.errors import AssayError, BadRecipe
from indexes.rule import Limit, Rule, Step, check_fit
from pages.ui import empty, limits, problems, recipes

Edit = Callable[[Sequence[Step]], None]
"""Called with the recipe's steps as they shall be."""

HISTORY = "history"
TIPS = {"undo": "Undo (Ctrl+Z)", "redo": "Redo (Ctrl+Shift+Z)"}
ADDED = "rules_added"
LOADED = "recipes_loaded"
WIDE = 340
"""Pixels of the fields of a new rule: names of columns are long."""
LARGEST = 1
"""MB of a file that is loaded."""
LONGEST = 60
"""Characters of a loaded recipe's name."""


# ---------------------------------------------------------------------------------- back and forth


def remember(root: Path) -> History:
    """The recipes of a workspace that this session looked at, the one that it looks at now among them.

    Called in callbacks too, after each change: a run that draws the buttons may be overtaken by the next one.
    """
    address = str(st.session_state[recipes.KEY])
    kept: dict[Path, History] = st.session_state.setdefault(HISTORY, {})
    history = kept[root] = kept[root].went(address) if root in kept else History((address,))
    return history


def undo_and_redo(root: Path) -> None:
    """Two buttons and their keys: to the recipe looked at before this one in this session, and back."""
    history = remember(root)
    for label, key, shortcut, can, act in (
        ("Undo", "undo", "Ctrl+Z", history.can_undo, _back),
        ("Redo", "redo", "Ctrl+Shift+Z", history.can_redo, _forth),
    ):
        st.button(
            label,
            key=key,
            icon=f":material/{key}:",
            shortcut=shortcut,
            help=TIPS[key],
            disabled=not can,
            on_click=act,
            args=(root,),
        )


def _back(root: Path) -> None:
    _to(root, remember(root).undone())


def _forth(root: Path) -> None:
    _to(root, remember(root).redone())


def _to(root: Path, history: History) -> None:
    st.session_state[HISTORY][root] = history
    recipes.go(history.here)


# ---------------------------------------------------------------------------------- one more rule


def add_rule(corpus: Corpus, recipe: Recipe, edit: Edit) -> None:
    """A button that asks for a column, a question and a reason, and puts the rule behind the others."""
    count = st.session_state.setdefault(ADDED, 0)
    # The number closes it once a rule was added, and its fields begin anew.
    with st.popover("Rule", icon=":material/add:", key=f"add_{count}"), st.container(width=WIDE):
        _adding(corpus, recipe, edit, count)


@st.fragment
def _adding(corpus: Corpus, recipe: Recipe, edit: Edit, count: int) -> None:
    names = sorted(name for name in corpus.ready() if can_be_asked(corpus.columns[name]))
    name = st.selectbox(
        "Column",
        names,
        index=None,
        format_func=lambda name: _named(corpus.columns[name]),
        placeholder=f"Type to find one of {len(names)}",
        key=f"add_column_{count}",
    )
    if name is None:
        return
    column = corpus.columns[name]
    known = list(recipes.known(corpus.workspace.root)[0].values())
    op, wanted = usual(known, column)
    offered = limits.operators(column)
    key = f"{name}_{count}"
    asked = st.selectbox(
        "Keep a document when it",
        offered,
        index=offered.index(op),
        format_func=limits.in_words,
        key=f"add_op_{key}",
    )
    read = limits.fields(
        corpus, column, asked, limits.first(corpus, column, asked), f"add_limit_{key}_{asked}"
    )
    reason = st.text_input(
        "Reason given to what it removes",
        value=free_reason(recipe.steps, wanted if asked == op else made_reason(column, asked)),
        key=f"add_reason_{key}_{asked}",
    )
    if st.button("Add rule", type="primary", key=f"add_now_{key}"):
        said = read()
        try:
            if said is None:
                raise BadRecipe("The limit is empty.", "Type or choose one.")
            rule = made(column, asked, said[0], reason.strip())
        except AssayError as problem:
            empty.say(problem.sentence, problem.next_step, tone="warn")
            return
        st.session_state[ADDED] = count + 1
        edit(added(recipe.steps, rule))
        st.rerun()


def can_be_asked(column: Column) -> bool:
    """Whether a rule can read a column."""
    return column.type in limits.OFFERED and column.name != TEXT


def made(column: Column, op: str, limit: Limit, reason: str) -> Rule:
    """A rule of what was typed.

    Raises:
        BadRecipe: there cannot be such a rule.
    """
    try:
        rule = Rule(reason, column.name, op, limit)
    except ValueError as error:
        raise BadRecipe(
            f"This cannot be a rule: {str(error).removesuffix('.')}.", "Change the limit or the reason."
        ) from None
    check_fit([rule], lambda name: column)
    return rule


def usual(known: Iterable[Recipe], column: Column) -> tuple[str, str]:
    """What is most often asked of a column in the recipes that are known, and the reason given for it."""
    offered = limits.operators(column)
    asked = Counter(
        (rule.op, rule.reason)
        for recipe in known
        for step in recipe.steps
        for rule in step.rules()
        if rule.column == column.name and rule.op in offered
    )
    if not asked:
        return offered[0], made_reason(column, offered[0])
    op, reason = min(asked, key=lambda pair: (-asked[pair], pair))
    return op, reason if reason != column.name else made_reason(column, op)


def made_reason(column: Column, op: str) -> str:
    """A reason where nobody gave one."""
    before = {">=": "low", ">": "low", "<=": "high", "<": "high", "top": "low", "not_null": "no"}
    return f"{before.get(op, 'other')}_{column.name}"


def _named(column: Column) -> str:
    return f"{column.name} · {column.unit or column.type}"


# ---------------------------------------------------------------------------------- one from a file


def load() -> None:
    """A button that takes a recipe's TOML file and shows the recipe."""
    count = st.session_state.setdefault(LOADED, 0)
    with st.popover("Load", icon=":material/upload_file:", key=f"load_{count}"):
        st.file_uploader(
            "A recipe as TOML",
            "toml",
            key=f"load_file_{count}",
            max_upload_size=LARGEST,
            on_change=_load,
            args=(f"load_file_{count}",),
        )


def _load(key: str) -> None:
    file = st.session_state[key]
    if file is None:
        return
    st.session_state[LOADED] += 1
    with problems.kept():
        recipes.go(recipes.keep(from_file(file.name, file.getvalue())))


def from_file(file_name: str, content: bytes) -> Recipe:
    """The recipe of an uploaded file; its name is the file's, in letters that a name may have.

    Raises:
        BadRecipe: it is none.
    """
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", Path(file_name).stem)[:LONGEST].lstrip("_-") or "loaded"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRecipe(f"The file {name} is not UTF-8.", "Save it as UTF-8 and load it again.") from None
    recipe = parse_recipe(text, name)
    return replace(recipe, label=recipe.label[:LONGEST])
