"""Columns that a recipe reads and a corpus lacks, and the commands that make them."""

import shlex
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from analytics.corpora import open_for_questions, open_with
from analytics.recipe import WORKSPACE, Recipe, named_by
from analytics.runs import families_of
from analytics.signal import signal_columns, signal_families
from indexes.columns import SOURCE
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
        files: sentences on the files that those commands read, and whose they are.
    """

    measured: tuple[str, ...]
    families: tuple[str, ...]
    brought: dict[str, tuple[str, ...]]
    files: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.measured, *self.brought)

    def commands(self, root: Path) -> list[str]:
        """What makes them, in the order in which it is run."""
        first = [command("measure", root, *self.families)] if self.families else []
        return [*first, *self._bringing()]

    def _bringing(self) -> list[str]:
        return list(dict.fromkeys(made for commands in self.brought.values() for made in commands))

    def problem(self, root: Path, recipe: Recipe) -> MissingColumn:
        """The sentence and the next step."""
        return MissingColumn(
            f"This corpus lacks {counted(len(self.columns), 'column')} that {recipe.name} reads: "
            f"{_listed((*self.brought, *self.measured))}.",
            self._step(root, self.commands(root), len(self.columns)),
        )

    def left(self, root: Path, recipe: Recipe) -> str:
        """What a recipe still lacks when its signals are measured, and how that is made; empty if nothing."""
        if not self.brought:
            return ""
        n = len(self.brought)
        return (
            f"{recipe.name} lacks {counted(n, 'column')} that measuring alone does not make: "
            f"{_listed(tuple(self.brought))}."
            f"\n  Next: {self._step(root, self._bringing(), n)}"
        )

    def _step(self, root: Path, made: Sequence[str], n: int) -> str:
        if not made:
            return f"See which columns there are with: {command('columns', root)}"
        if len(made) == 1:
            said = [f"Make {'it' if n == 1 else 'them'} with: {made[0]}"]
        else:
            said = ["Make them with:", *made]
        return "\n".join([*said, *self.files])


def measurable(root: Path, recipe: Recipe) -> list[str]:
    """Families of the signals that a recipe reads, without those that need a list that is not there."""
    return [family for family in families_of(recipe.columns()) if not _lists(root, family)]


def _listed(names: Sequence[str]) -> str:
    """Names, of many the first."""
    return ", ".join(names[:6]) + (f" and {len(names) - 6:,} more" if len(names) > 6 else "")


def lacking(corpus: Corpus, recipe: Recipe) -> Lacking:
    """What a recipe lacks in a corpus."""
    root = corpus.workspace.root
    ready = set(corpus.ready())
    signals = signal_columns()
    measured: list[str] = []
    brought: dict[str, tuple[str, ...]] = {}
    said: dict[str, None] = {}
    come_from = dict(recipe.comes_from)
    for name in (name for name in recipe.columns() if name not in ready):
        if name in corpus.columns and corpus.columns[name].family in corpus.faults:
            continue  # it is there and cannot be read: who reads it is told so
        family = signals[name].family if name in signals else None
        lists = [] if family is None else _lists(root, family)
        if family is not None and not lists:
            measured.append(name)
        elif family is not None:
            words = [word for needed in lists for word in ("--list", f"{needed}={needed}.txt")]
            brought[name] = (command("measure", root, family, *words),)
            said |= {f"{needed}.txt: a list of yours, one word or phrase a line.": None for needed in lists}
            if name in come_from:
                said[f"{name}: {come_from[name]}"] = None
        else:
            made = dict(_made_by(name, dict(recipe.made_by), corpus, ready))
            brought[name] = tuple(made.values())
            from_files = [other for other, how in made.items() if "--column" not in shlex.split(how)]
            said |= {f"{other}: {come_from[other]}": None for other in from_files if other in come_from}
    families = tuple(dict.fromkeys(signals[name].family for name in measured))
    return Lacking(tuple(measured), families, brought, tuple(said))


def _made_by(
    name: str, made_by: Mapping[str, str], corpus: Corpus, ready: Container[str]
) -> Iterator[tuple[str, str]]:
    """Columns and the command that makes each, once, after those that make what it is made of."""
    needs, seen = named_by(made_by), {name}

    def made(name: str) -> Iterator[tuple[str, str]]:
        words = shlex.split(made_by.get(name, ""))
        if words[:1] == ["score"] and (column := _came_with(corpus, name)):
            yield (
                name,
                command(*_filled(corpus, [*words[:2], "--name", name, "--column", column, *_range(words)])),
            )
            return
        for other in needs.get(name, ()):
            if other not in ready and other not in seen:
                seen.add(other)
                yield from made(other)
        if words:
            yield name, command(*_filled(corpus, words))

    yield from made(name)


def _filled(corpus: Corpus, words: Iterable[str]) -> list[str]:
    return [str(corpus.workspace.root) if word == WORKSPACE else word for word in words]


def _came_with(corpus: Corpus, name: str) -> str | None:
    """The column of the documents' own that has a score's name, if one has."""
    found = [
        column.name.removeprefix(SOURCE)
        for column in corpus.columns.values()
        if column.kind == "source" and column.name.startswith(SOURCE) and column.name.endswith(f".{name}")
    ]
    return found[0] if len(found) == 1 else None


def _range(words: Sequence[str]) -> list[str]:
    """The options of a command that declare unit and range."""
    return [word for pair in pairwise(words) if pair[0] in ("--unit", "--low", "--high") for word in pair]


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
