"""Columns whose values divide a corpus into groups, and what a picker calls them."""

from indexes.corpus import Corpus

LABELS = ("domain", "source", "language", "license", "date", "language_detected", "script", "url_domain")
"""Columns whose values are groups, those first that a corpus is most often divided by."""
TENTHS = ("words", "tokens")
"""Columns whose tenths are groups."""
NAMES = {"date": "year", "license": "licence", "words": "length in words", "tokens": "length in tokens"}
NOT_STATED = "not stated"


def labels(corpus: Corpus) -> dict[str, str]:
    """Column -> what the picker says."""
    ready = corpus.ready()
    found = [name for name in LABELS if name in ready]
    found += [name for name in ready if corpus.columns[name].kind == "label" and name not in found]
    found += [name for name in TENTHS if name in ready]
    return {name: NAMES.get(name, name.replace("_", " ")) for name in found}
