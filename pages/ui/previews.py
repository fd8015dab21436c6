"""What a recipe does, at once from the sample, then exactly, in the same place of the page."""

import streamlit as st

from analytics.preview import Preview, preview, sampled_preview
from analytics.recipe import Recipe
from indexes.columns import PARTIAL, STALE
from indexes.corpus import Corpus
from indexes.queries.funnel import Amount
from indexes.queries.top import resolve
from indexes.rule import Step
from pages.ui import cache, head, needed, numbers
from pages.ui.head import Badge

FEWEST = 100
"""Sampled documents of a part of the corpus below which all are counted at once."""


def look(corpus: Corpus, recipe: Recipe, unit: str) -> Preview:
    """The exact answer where it is known or the corpus is small; else the sample's, where there is one."""
    if cache.known(preview, corpus, recipe):
        return cache.cached(preview, corpus, recipe)
    sample = cache.sample(corpus)
    if sample is None:
        return cache.awaited(preview, corpus, recipe)
    found = cache.cached(_sampled, corpus, recipe, unit)
    return cache.awaited(preview, corpus, recipe) if (found.sampled or 0) < FEWEST else found


def then_exact(corpus: Corpus, recipe: Recipe, found: Preview) -> None:
    """After what was drawn from the sample: count all documents, and draw the page anew."""
    if found.sampled is not None:
        cache.awaited(preview, corpus, recipe)
        st.rerun()


def badge(corpus: Corpus, found: Preview, amount: Amount | None = None) -> Badge:
    """How sure the numbers of a preview are; of one amount also whether its interval can be trusted."""
    whole = needed.badge(corpus, found.recipe.columns())
    if found.sampled is None or whole.kind in (PARTIAL, STALE):
        return whole
    few = getattr(amount, "share", None) is not None and amount.share.few  # type: ignore[union-attr]
    return head.sampled(found.sampled, few)


def interval(amount: Amount, inverse: bool = False) -> str:
    """``84.3 to 85.3 %`` of an amount that was estimated; nothing where it was counted."""
    share = getattr(amount, "share", None)
    if share is None or not share.low < share.high:
        return ""
    low, high = (1 - share.high, 1 - share.low) if inverse else (share.low, share.high)
    return numbers.interval(low, high)


def _sampled(corpus: Corpus, recipe: Recipe, unit: str) -> Preview:
    sample = cache.sample(corpus)
    assert sample is not None
    return sampled_preview(sample, recipe, cache.cached(_steps, corpus, recipe.steps), unit)


def _steps(corpus: Corpus, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return resolve(corpus.whole, steps)
