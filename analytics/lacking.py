"""Columns that a recipe reads and a corpus lacks, and the commands that make them."""

import shlex
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from analytics.corpora import open_for_questions, open_with
from analytics.recipe import WORKSPACE, Recipe, named_by
from analytics.signal import signal_columns, signal_families
from indexes.corpus import Corpus
from indexes.errors import MissingColumn
from indexes.lists import read_list
from indexes.saying import command, counted


@dataclass(frozen=True)
class Lacking:
    """What a recipe lacks in a corpus.

    Attributes:
        measured: signals that are measured from the text alone, and their families.
        brought: column -> the commands that make it, for all others; none where nobody says how.
    """

    measured: tuple[str, ...]
    families: tuple[str, ...]
    brought: dict[str, tuple[str, ...]]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.measured, *self.brought)

    def commands(self, root: Path) -> list[str]:
        """What makes them, in the order in which it is run."""
        first = [command("measure", root, *self.families)] if self.families else []
        return [*first, *dict.fromkeys(made for commands in self.brought.values() for made in commands)]

    def problem(self, root: Path, recipe: Recipe) -> MissingColumn:
        """The sentence and the next step."""
        names = self.columns
        listed = ", ".join(names[:4]) + (f" and {len(names) - 4:,} more" if len(names) > 4 else "")
        made = self.commands(root)
        if not made:
            step = f"See which columns there are with: {command('columns', root)}"
        elif len(made) == 1:
            step = f"Make {'it' if len(names) == 1 else 'them'} with: {made[0]}"
        else:
            step = "Make them with:\n" + "\n".join(made)
        return MissingColumn(
            f"This corpus lacks {counted(len(names), 'column')} that {recipe.name} reads: {listed}.", step
        )


def lacking(corpus: Corpus, recipe: Recipe) -> Lacking:
    """What a recipe lacks in a corpus."""
    root = corpus.workspace.root
    ready = set(corpus.ready())
    signals = signal_columns()
    measured: list[str] = []
    brought: dict[str, tuple[str, ...]] = {}
    for name in (name for name in recipe.columns() if name not in ready):
        if name in corpus.columns and corpus.columns[name].family in corpus.faults:
            continue  # it is there and cannot be read: who reads it is told so
        family = signals[name].family if name in signals else None
        lists = [] if family is None else _lists(root, family)
        if family is not None and not lists:
            measured.append(name)
        elif family is not None:
            words = [word for needed in lists for word in ("--list", f"{needed}=FILE")]
            brought[name] = (command("measure", root, family, *words),)
        else:
            brought[name] = tuple(_made_by(name, dict(recipe.made_by), root, ready))
    families = tuple(dict.fromkeys(signals[name].family for name in measured))
    return Lacking(tuple(measured), families, brought)


def _made_by(name: str, made_by: Mapping[str, str], root: Path, ready: Container[str]) -> Iterator[str]:
    """The commands that make a column, each once, after those that make what it is made of."""
    needs, seen = named_by(made_by), {name}

    def made(name: str) -> Iterator[str]:
        for other in needs.get(name, ()):
            if other not in ready and other not in seen:
                seen.add(other)
                yield from made(other)
        if words := shlex.split(made_by.get(name, "")):
            yield command(*(root if word == WORKSPACE else word for word in words))

    yield from made(name)


def _lists(root: Path, family: str) -> list[str]:
    """Lists of words that a family needs and the workspace lacks."""
    return [name for name in signal_families()[family].needs if read_list(root, name) is None]


def open_with_recipe(
    root: Path,
    recipe: Recipe,
    names: Iterable[str] = (),
    progress: Callable[[int, int], None] | None = None,
    say: Callable[[str], None] = lambda said: None,
    measuring: bool = True,
) -> Corpus:
    """Open a workspace for a recipe's questions, as ``open_with``; nothing is measured in vain.

    Raises:
        MissingColumn: columns are missing that no measuring makes: which, and what does.
    """
    found = lacking(open_for_questions(root), recipe)
    if any(found.brought.values()):
        raise found.problem(root, recipe)
    return open_with(root, [*recipe.columns(), *names], progress, say, measuring)
