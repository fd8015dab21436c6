"""What people judged of a corpus, laid beside what a recipe does to it now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from analytics.corpora import open_for_questions
from analytics.judging import Document, Sizes, Standing, agreements, lists, of_recipe, of_rule, sayings
from analytics.preview import preview
from analytics.recipe import find_recipe
from indexes.corpus import Corpus
from indexes.judgements import add_judgements, read_file, read_judgements, refresh_column, write_file
from indexes.queries.funnel import Funnel
from indexes.queries.judged import decided, first_of
from indexes.rule import Step
from indexes.training_texts import write_texts
from indexes.verdicts import DROP, KEEP, VERDICTS, Judgement, key_text, latest, verdicts


def documents(
    corpus: Corpus, steps: Sequence[Step], recipe_hash: str, rows: Sequence[Judgement], where: str = ""
) -> list[Document]:
    """The judged documents that are there and measured, as steps have them.

    Args:
        corpus: the documents.
        steps: of the recipe, resolved.
        recipe_hash: of the recipe as it stands.
        rows: every judgement.
        where: a hash of the conditions that narrow the corpus; empty for none.
    """
    found = decided(corpus, steps, [int(key, 16) for key in verdicts(rows)])
    return of_judged(found, steps, recipe_hash, rows, where)


def of_judged(
    found: pl.DataFrame, steps: Sequence[Step], recipe_hash: str, rows: Sequence[Judgement], where: str = ""
) -> list[Document]:
    """The same, of documents that were decided already (``indexes.queries.judged.decided``).

    Args:
        found: what the steps say of them; those that nobody judged are left out.
        steps: as those that decided.
        recipe_hash: of the recipe as it stands.
        rows: every judgement.
        where: as of ``documents``.
    """
    said, asked = verdicts(rows), lists(rows, recipe_hash, sayings(steps), where)
    return [
        Document(said[key], kept, tuple(answers), asked.get(key, frozenset()))
        for key, kept, answers in (
            (key_text(number), *others)
            for number, *others in found.select("key", "kept", "answers").iter_rows()
        )
        if key in said
    ]


def standings(funnel: Funnel, documents: Sequence[Document]) -> list[Standing]:
    """The recipe's, then that of each reason in the order of the steps.

    Args:
        funnel: of the recipe.
        documents: judged ones, each once.
    """
    total, kept = funnel.total.documents, funnel.kept.documents
    reasons = dict.fromkeys(count.step.reason for count in funnel.steps)
    return [
        of_recipe(total - kept, documents),
        *(of_rule(_sizes(funnel, reason), kept, documents) for reason in reasons),
    ]


def _sizes(funnel: Funnel, reason: str) -> Sizes:
    at = tuple(place for place, count in enumerate(funnel.steps) if count.step.reason == reason)
    if len(at) > 1:
        return Sizes(reason, at, None, None)
    count = funnel.steps[at[0]]
    fails, unknown = count.fails.documents, count.unknown.documents
    passed = funnel.total.documents - fails - funnel.kept.documents
    return Sizes(reason, at, fails - unknown, passed, count.only_this.documents)


@dataclass(frozen=True)
class Report:
    """What there is of judgements; ``analytics.answers`` says what the keys mean."""

    rows: Sequence[Judgement]
    there: Mapping[str, str]
    taken: int | None
    written: int | None
    texts: Mapping[str, int] | None
    rates: Sequence[Standing]

    def as_json(self) -> dict[str, Any]:
        """What ``assay judgements --json`` prints."""
        count = Counter(self.there.values())
        return {
            "judgements": len(latest(self.rows)),
            "replaced": len(self.rows) - len(latest(self.rows)),
            "people": sorted({row.who for row in self.rows}),
            "documents": len(self.there),
            "gone": len({row.key for row in self.rows}) - len(self.there),
            **{verdict: count[verdict] for verdict in VERDICTS},
            "taken": self.taken,
            "written": self.written,
            "texts": None if self.texts is None else dict(self.texts),
            "agreement": [found.as_json() for found in agreements(self.rows)],
            "rates": [standing.as_json() for standing in self.rates],
        }


def judgements(
    root: Path,
    take: Path | None = None,
    out: Path | None = None,
    texts: Path | None = None,
    recipe: str | None = None,
) -> Report:
    """Take judgements in, write them out, and say what they come to.

    Args:
        root: the workspace.
        take: a JSONL file whose judgements are added; all of them, or none where a line is bad.
        out: a JSONL file that all are written to.
        texts: a folder for ``keep.jsonl`` and ``drop.jsonl``: the texts of judged documents, which a
            classifier can be trained on.
        recipe: whose rates are wanted: a name, or a TOML file.

    Raises:
        BadJudgements: a file cannot be read, or a line is none.
        BadRecipe, MissingColumn: as ``analytics.preview``.
    """
    corpus = open_for_questions(root)
    taken = None
    if take is not None:
        taken = add_judgements(root, read_file(take))
        refresh_column(root)
    rows = read_judgements(root)
    said = verdicts(rows)
    found = {
        key_text(key): doc_id for key, doc_id in first_of(corpus, [int(key, 16) for key in said]).items()
    }
    there = {key: verdict for key, verdict in said.items() if key in found}
    if out is not None:
        write_file(out, rows)
    wrote = None
    if texts is not None:
        wrote = {
            verdict: write_texts(
                corpus, [found[key] for key, of in there.items() if of == verdict], texts / f"{verdict}.jsonl"
            )
            for verdict in (KEEP, DROP)
        }
    rates: Sequence[Standing] = ()
    if recipe is not None:
        looked = preview(corpus, find_recipe(recipe, root))
        judged = documents(corpus, looked.steps, looked.recipe.hash, rows)
        rates = standings(looked.funnel, judged)
    return Report(rows, there, taken, None if out is None else len(rows), wrote, rates)
