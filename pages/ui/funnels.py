"""What a recipe leaves of the whole: the share in large, the bar under it, and what is said at its ends."""

from collections.abc import Sequence

from analytics.preview import Preview
from indexes.corpus import Corpus
from indexes.queries.funnel import Amount, Funnel
from indexes.saying import command
from pages.ui import bars, empty, head, numbers, previews


def stop_if_empty(corpus: Corpus) -> None:
    """Stop the page where the corpus has no documents."""
    if not corpus.documents:
        empty.stop(
            "This corpus has no documents yet.",
            f"Take some in with: {command('ingest', 'FILES...', '--to', corpus.workspace.root)}",
        )


def answer(corpus: Corpus, found: Preview, unit: str) -> None:
    """The share kept with its badge, the bar of what each rule is first to remove, and what is odd."""
    funnel = found.funnel
    share = kept_share(funnel, unit)
    badge = previews.badge(corpus, found, funnel.kept)
    head.kept_share(share, unit, badge, previews.interval(funnel.kept), right=_amounts(funnel, unit))
    bars.funnel_bar("funnel", share, first_removed(funnel, unit), unit)
    said = _odd(funnel)
    if said:
        empty.say(*said)
    if funnel.not_measured.documents:
        empty.say(
            f"{numbers.count(funnel.not_measured.documents, 'document')} not measured yet: in no rate here.",
            f"Measure the rest with: {command('measure', corpus.workspace.root)}",
            tone="warn",
        )


def kept_share(funnel: Funnel, unit: str) -> float:
    """What is kept of the unit, 0 to 1."""
    whole, kept = getattr(funnel.total, unit), getattr(funnel.kept, unit)
    return kept / whole if whole else 0.0


def first_removed(funnel: Funnel, unit: str) -> list[tuple[str, float]]:
    """(reason, share of the unit) that each step is the first to remove, in the order of the steps."""
    whole = getattr(funnel.total, unit) or 1
    left: Sequence[Amount] = [funnel.total, *(count.kept for count in funnel.steps)]
    return [
        (count.step.reason.replace("_", " "), (getattr(before, unit) - getattr(count.kept, unit)) / whole)
        for before, count in zip(left, funnel.steps, strict=False)
    ]


def _amounts(funnel: Funnel, unit: str) -> list[tuple[str, str]]:
    """Kept of all in documents, and in the unit where that is another."""
    pairs = [
        (numbers.whole(funnel.kept.documents), f"of {numbers.count(funnel.total.documents, 'document')}")
    ]
    other = unit if unit != "documents" else "tokens"
    kept, whole = getattr(funnel.kept, other), getattr(funnel.total, other)
    if kept is not None and whole is not None:
        noun = "" if other == "bytes" else f" {other}"
        pairs.append((numbers.amount(kept, other), f"of {numbers.amount(whole, other)}{noun}"))
    return pairs


def _odd(funnel: Funnel) -> tuple[str, str] | None:
    """Said where nothing is left, or everything."""
    if not funnel.steps:
        return "This recipe has no rules: every document is kept.", ""
    if not funnel.total.documents:
        return None
    if not funnel.kept.documents:
        last = next(count for count in funnel.steps if not count.kept.documents)
        return (
            "No document is left.",
            f"The last ones are removed by {last.step.reason.replace('_', ' ')}: {last.step.sentence()}. "
            "Move its limit, disable it, or undo.",
        )
    if funnel.kept.documents == funnel.total.documents:
        return "Every document is kept.", "No rule of this recipe removes anything here."
    return None
