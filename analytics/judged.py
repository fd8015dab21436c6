"""What people judged of a corpus, laid beside what a recipe does to it now."""

from collections.abc import Sequence

from analytics.judging import Document, Sizes, Standing, lists, of_recipe, of_rule, verdicts
from indexes.corpus import Corpus
from indexes.queries.funnel import Funnel
from indexes.queries.judged import decided
from indexes.rule import Step
from indexes.verdicts import Judgement, key_text


def documents(
    corpus: Corpus, steps: Sequence[Step], recipe_hash: str, rows: Sequence[Judgement]
) -> list[Document]:
    """The judged documents that are there and measured, as steps have them.

    Args:
        corpus: the documents.
        steps: of the recipe, resolved.
        recipe_hash: of the recipe as it stands.
        rows: every judgement.
    """
    said, asked = verdicts(rows), lists(rows, recipe_hash)
    found = decided(corpus, steps, [int(key, 16) for key in said])
    return [
        Document(said[key], kept, tuple(answers), asked.get(key, frozenset()))
        for key, kept, answers in (
            (key_text(number), *others)
            for number, *others in found.select("key", "kept", "answers").iter_rows()
        )
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
    fails, unknown = funnel.steps[at[0]].fails.documents, funnel.steps[at[0]].unknown.documents
    return Sizes(reason, at, fails - unknown, funnel.total.documents - fails - funnel.kept.documents)
