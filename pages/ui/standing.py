"""Where a workspace stands: what Start says of it, worked out beside the page."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analytics.changes import seen
from analytics.corpora import open_for_questions
from analytics.lacking import lacking
from analytics.preview import preview
from analytics.recipe import Recipe
from analytics.status import Step, next_steps
from indexes import history
from indexes.columns import MISSING
from indexes.corpus import Corpus
from indexes.first_look import whole_of
from indexes.history import Record
from indexes.new_files import NewFiles, new_files
from indexes.queries.fates import GONE, fates
from indexes.stamp import stamp
from indexes.workspace import Workspace, read_workspace
from pages.ui import needed, pinned
from pages.ui.background import Waiting, Work
from pages.ui.head import Badge

AGAIN = 60
"""Seconds after which new files are looked for again."""


@dataclass(frozen=True)
class Standing:
    """What is said of a workspace.

    Attributes:
        record: its figures.
        states: state -> columns in it.
        badge: how sure its figures are; None where it holds nothing.
        steps: commands for what is missing, the next first.
    """

    workspace: Workspace
    record: Record
    states: Mapping[str, int]
    badge: Badge | None
    steps: tuple[Step, ...]


def standing(waiting: Waiting, root: Path) -> Work[Standing]:
    """Where a workspace stands, asked once for what lies on its disk."""
    return waiting.ask(("standing", root), _seen(root), lambda: _standing(root))


def files(waiting: Waiting, root: Path) -> Work[NewFiles]:
    """New files among its sources, looked for once a minute at most."""
    return waiting.ask(("files", root), _seen(root), lambda: new_files(read_workspace(root)), AGAIN)


def share(waiting: Waiting, root: Path, recipe: Recipe, unit: str) -> Work[float | str]:
    """What share of a corpus a recipe keeps, 0 to 1; or why that is not known, in a few words."""
    return waiting.ask(("share", root, recipe.hash, unit), _seen(root), lambda: _share(root, recipe, unit))


def gone(waiting: Waiting, root: Path) -> Work[dict[str, str]]:
    """Address -> what became of a document that is pinned and not there any more."""
    docs = pinned.documents(root)
    return waiting.ask(("gone", root, docs), _seen(root), lambda: _gone(root, docs))


def before(root: Path) -> Record | None:
    """The figures of the last time, while new ones are on their way."""
    return history.newest(root)


def _seen(root: Path) -> str:
    return stamp(root)


def _standing(root: Path) -> Standing:
    corpus = _corpus(root, stamp(root))
    look = whole_of(root) != root
    there = [name for name, column in corpus.columns.items() if column.state != MISSING]
    return Standing(
        workspace=corpus.workspace,
        record=history.record_of(corpus) if look else seen(root, corpus),
        states=Counter(corpus.columns[name].state for name in there),
        badge=needed.badge(corpus, there) if corpus.documents else None,  # of nothing, nothing is exact
        steps=() if look else tuple(next_steps(corpus)),
    )


def _share(root: Path, recipe: Recipe, unit: str) -> float | str:
    corpus = _corpus(root, stamp(root))
    if corpus.workspace.first_look:
        return "not taken in yet"
    if missing := len(lacking(corpus, recipe).columns):
        return f"lacks {missing} column{'s' if missing > 1 else ''}"
    counted = preview(corpus, recipe).funnel
    kept, total = (getattr(amount, unit) for amount in (counted.kept, counted.total))
    if total is None:
        kept, total = counted.kept.documents, counted.total.documents
    return kept / total if total else "no documents"


def _gone(root: Path, docs: tuple[str, ...]) -> dict[str, str]:
    if not docs:
        return {}
    corpus = _corpus(root, stamp(root))
    if corpus.workspace.first_look or not corpus.workspace.complete:  # it may be on its way
        return {}
    return {
        doc: "It is in this corpus no more."
        if reason == GONE
        else f"It was dropped from the corpus: {reason}"
        for doc, reason in fates(corpus, docs).items()
    }


@lru_cache(maxsize=16)
def _corpus(root: Path, seen: str) -> Corpus:
    """The corpus as it lies in its Parquet files: caches are built when it is opened."""
    return open_for_questions(root)
