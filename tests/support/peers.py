"""What existing pipelines measured on real documents, beside our columns (``oracles/README.md`` there)."""

import hashlib
from functools import cache

import numpy as np
import polars as pl
import pyarrow as pa

from analytics.logic import answers, kept
from analytics.recipe import PACKAGED, load_recipe
from analytics.signal import Texts, signal_columns, signal_families
from indexes.rule import Group
from indexes.texts import buffers

BATCH = 500


@cache
def peers(assay_data):
    """Values of Dolma, RedPajama-V2, DCLM and NeMo, with the texts that they are of."""
    corpus = pl.concat(
        [
            pl.read_parquet(path, columns=["id", "text"])
            for path in sorted((assay_data / "corpus").glob("*.parquet"))
        ]
    )
    found = pl.read_parquet(assay_data / "oracles" / "peers_values.parquet").join(corpus, on="id")
    same = [
        hashlib.sha1(text.encode()).hexdigest().startswith(said)
        for text, said in zip(found["text"], found["text_sha1"], strict=True)
    ]
    return found.filter(pl.Series(same))


def measured(assay_data, columns):
    """Columns of ours over those documents, null where undefined."""
    families = [
        family
        for family in signal_families().values()
        if {signal.column for signal in family.signals} & {*columns}
    ]
    return pl.concat([_measured(assay_data, family.name) for family in families], how="horizontal").select(
        *columns
    )


@cache
def _measured(assay_data, name):
    """What a family measures of those documents without any list: once, however many tests ask."""
    family = signal_families()[name]
    parts = {}
    texts = [text.encode() for text in peers(assay_data)["text"]]
    for start in range(0, len(texts), BATCH):
        batch = Texts(*buffers(pa.array(texts[start : start + BATCH], pa.large_binary())))
        for signal in family.signals:
            parts.setdefault(signal.column, []).append(signal.measure(batch))
    return pl.DataFrame({name: np.concatenate(some) for name, some in parts.items()}).fill_nan(None)


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


def spearman(ours, theirs):
    """Rank correlation where both have a value; 1 where both are constant and equal."""
    both = pl.DataFrame({"a": ours, "b": theirs}).cast(pl.Float64).drop_nulls()
    if both["a"].n_unique() == 1 and (both["a"] == both["b"]).all():
        return 1.0
    return float(both.select(pl.corr("a", "b", method="spearman")).item())


def median_difference(ours, theirs):
    """Median of the difference over theirs; where theirs is 0, 0 for an equal value and 1 for another."""
    both = pl.DataFrame({"a": ours, "b": theirs}).cast(pl.Float64).drop_nulls()
    apart = (pl.col("a") - pl.col("b")).abs()
    nought = (apart > 1e-12).cast(pl.Float64)
    relative = pl.when(pl.col("b") == 0).then(nought).otherwise(apart / pl.col("b").abs())
    return float(both.select(relative.median()).item())
