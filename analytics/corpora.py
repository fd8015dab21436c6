"""Open a corpus with everything this version knows how to measure: what is missing or stale is then said."""

from pathlib import Path

from analytics.signal import signal_columns, signal_families
from indexes.corpus import Corpus, open_corpus


def open_for_questions(root: Path, cache_folder: Path | None = None, attach: bool = False) -> Corpus:
    """Open a workspace; signals that were not measured are listed as missing.

    Args:
        root: the workspace.
        cache_folder: where its caches lie instead of in the workspace.
        attach: build and attach the caches, as the app does.
    """
    versions = {family.name: family.version for family in signal_families().values()}
    return open_corpus(root, cache_folder, attach, signal_columns().values(), versions)
