"""Columns whose values divide a corpus into groups, and what a picker calls them."""

from indexes.columns import SOURCE
from indexes.corpus import Corpus
from indexes.queries.grouping import numbers_groups

LABELS = ("domain", "source", "language", "license", "date", "language_detected", "script", "url_domain")
"""Columns whose values are groups, those first that a corpus is most often divided by."""
TENTHS, LENGTHS = ("words", "tokens"), ("characters", "bytes")
"""Columns whose tenths are groups; of the second ones one, where none of the first is there."""
NAMES = {
    "date": "year",
    "license": "licence",
    **{name: f"length in {name}" for name in (*TENTHS, *LENGTHS)},
}
NOT_STATED = "not stated"


def labels(corpus: Corpus) -> dict[str, str]:
    """Column -> what the picker says."""
    ready = corpus.ready()
    found = [name for name in LABELS if name in ready]
    found += [name for name in ready if corpus.columns[name].kind == "label" and name not in found]
    found += [name for name in ready if numbers_groups(corpus.columns[name]) and name not in found]
    tenths = [name for name in TENTHS if name in ready]
    found += tenths or [name for name in LENGTHS if name in ready][:1]
    return {name: NAMES.get(name, name.removeprefix(SOURCE).replace("_", " ")) for name in found}
