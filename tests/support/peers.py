"""What existing pipelines measured on real documents, beside our columns (``oracles/README.md`` there).

``assay_data`` is the folder that ``benchmarks.oracles`` reads too: it marks the test.
"""

from functools import cache

import polars as pl

from analytics.logic import answers, kept
from analytics.recipe import PACKAGED, load_recipe
from analytics.signal import signal_columns, signal_families
from benchmarks import oracles
from benchmarks.oracles import median_difference, spearman
from indexes.rule import Group

__all__ = [
    "agreement",
    "measured",
    "median_difference",
    "peers",
    "recipe_columns",
    "rule_agreement",
    "rule_groups",
    "rules",
    "spearman",
]


def peers(assay_data):
    """Values of datatrove, Dolma, RedPajama-V2, DCLM and NeMo, with the texts that they are of."""
    return oracles.oracle()


def measured(assay_data, columns):
    """Columns of ours over those documents, null where undefined."""
    families = [
        family
        for family in signal_families().values()
        if {signal.column for signal in family.signals} & {*columns}
    ]
    return pl.concat([_measured(family.name) for family in families], how="horizontal").select(*columns)


@cache
def _measured(name):
    """What a family measures of those documents without any list: once, however many tests ask."""
    columns = [signal.column for signal in signal_families()[name].signals]
    return oracles.measured(columns, oracles.oracle()["text"])


def rules(steps):
    """The rules of steps, those of groups too."""
    for step in steps:
        if isinstance(step, Group):
            yield from rules(step.members)
        else:
            yield step


def recipe_columns(name):
    """A packaged recipe and our measured columns that it reads."""
    recipe = load_recipe(PACKAGED / f"{name}.toml")
    return recipe, tuple(sorted(set(recipe.columns()) & set(signal_columns())))


def agreement(assay_data, name, decision, known=None):
    """Share of the documents on which a recipe decides as the peer did; ``known`` says where the peer did."""
    recipe, columns = recipe_columns(name)
    same = kept(measured(assay_data, columns), recipe.steps) == decision
    return float((same if known is None else same.filter(known)).mean())


def rule_agreement(assay_data, name, values):
    """Reason -> share of the documents on which the rule answers the same of our value and of the peer's.

    ``values`` maps our column to the peer's values; where the peer has none, the document is left out.
    """
    recipe, columns = recipe_columns(name)
    ours, theirs = measured(assay_data, columns), pl.DataFrame(values)
    found = {}
    for rule in rules(recipe.steps):
        if rule.column in values:
            known = theirs[rule.column].is_not_null()
            same = answers(ours, rule).fill_null(False) == answers(theirs, rule).fill_null(False)
            found[rule.reason] = float(same.filter(known).mean())
    return found


def rule_groups(assay_data, name, groups, decisions):
    """Group of reasons -> share of the documents where its rules together decide as the peer's filter."""
    recipe, columns = recipe_columns(name)
    ours = measured(assay_data, columns)
    known = {rule.reason: rule for rule in rules(recipe.steps)}
    return {
        group: float(
            (kept(ours, tuple(known[reason] for reason in reasons)) == decisions[group])
            .filter(decisions[group].is_not_null())
            .mean()
        )
        for group, reasons in groups.items()
    }
