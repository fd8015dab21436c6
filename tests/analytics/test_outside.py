"""Columns and edits go stale with the tables and packages that they come from, and with no others."""

import pytest
from depending import uses

from analytics.outside import versions
from analytics.signal import signal_families
from analytics.transformation import transformations

PACKAGES = {"bpe_openai": "bpe-openai", "sklearn": "scikit-learn"}
"""Module -> the package that brings it, where the names differ."""
HASHED = frozenset(("fasttext",))
"""Only reads the user's model, whose hash stands in the lineage."""


def needed(module, value):
    """What a declaration depends on, named as it is in the parameters -> the way there."""
    return {PACKAGES.get(name, name): way for name, way in uses(module, value).items() if name not in HASHED}


DECLARED = [
    *(("signals", family, "FAMILY") for family in signal_families().values()),
    *(("transformations", edit, "TRANSFORMATION") for edit in transformations().values()),
]


EVERY = pytest.mark.parametrize(
    ("made", "ways"),
    [(made, needed(f"analytics.{folder}.{made.name}", value)) for folder, made, value in DECLARED],
    ids=[made.name for _, made, _ in DECLARED],
)


def of_its_edits(made):
    """What the edits declare whose hashes stand in the parameters of a family."""
    found = {}
    for edit in transformations().values():
        if edit.hash in made.params.values():
            found |= edit.params
    return found


@EVERY
def test_what_comes_from_outside_is_declared(made, ways):
    declared = {**of_its_edits(made), **made.params}
    for name, way in ways.items():
        assert declared.get(name) == versions(name)[name], f"{name}, by way of {way}"


@EVERY
def test_nothing_goes_stale_with_what_it_does_not_use(made, ways):
    known = {name for mark in EVERY.args[1] for name in mark[1]}
    assert known & made.params.keys() <= ways.keys()


def test_uses_are_found_across_files_and_in_what_is_imported_late():
    found = uses("analytics.signals.dclm", "FAMILY")
    assert "analytics.uax29.word_break_classes" in found["regex"]
    assert "pycld2" in uses("analytics.signals.language", "FAMILY")
    assert "bpe_openai" in uses("analytics.signals.token_ratios", "FAMILY")
    assert uses("analytics.spans", "words") == {
        "unicode": "analytics.spans.words -> analytics.code_points.classes"
    }
    assert not uses("analytics.kernel", "kernel").keys()


def test_a_version_is_that_of_the_tables_in_use(monkeypatch):
    monkeypatch.setattr("analytics.outside.unidata_version", "99.0")
    versions.cache_clear()
    assert versions("unicode") == {"unicode": "99.0"}
    monkeypatch.undo()
    versions.cache_clear()
