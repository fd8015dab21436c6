"""Open a corpus with everything this version knows how to measure: what is missing or stale is then said."""

from functools import cache
from pathlib import Path

from analytics import signals
from analytics.signal import Family
from indexes.columns import MISSING, Column
from indexes.corpus import Corpus, open_corpus
from indexes.registry import members


@cache
def signal_families() -> dict[str, Family]:
    """Every family of signals, by name."""
    return members(signals, "FAMILY", Family)


def open_for_questions(root: Path, cache_folder: Path | None = None, attach: bool = False) -> Corpus:
    """Open a workspace; signals that were not measured are listed as missing.

    Args:
        root: the workspace.
        cache_folder: where its caches lie instead of in the workspace.
        attach: build and attach the caches, as the app does.
    """
    families = signal_families().values()
    known = [
        Column(
            signal.column,
            signal.type,
            family.name,
            signal.unit,
            signal.low,
            signal.high,
            signal.variant,
            signal.source,
            "signal",
            MISSING,
        )
        for family in families
        for signal in family.signals
    ]
    versions = {family.name: family.version for family in families}
    return open_corpus(root, cache_folder, attach, known, versions)
