"""Agreement with the pipelines whose definitions our recipes and variants follow, as Markdown.

Over the documents of the oracles whose text has not changed: each recipe's decision, each of its rules
alone on our value and on the peer's, and each value of the same definition.
"""

import argparse
from collections.abc import Iterator, Sequence

import polars as pl

from analytics.logic import answers, kept
from analytics.recipe import PACKAGED, Recipe, load_recipe
from analytics.signal import signal_columns
from benchmarks.oracle_values import VALUES
from benchmarks.oracles import DECISIONS, REASONS, Value, measured, median_difference, oracle, spearman
from indexes.rule import Group, Rule, Step

Row = Sequence[object]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipes", nargs="*", help="only these; all if none is named")
    said = parser.parse_args()
    recipes = {name: load_recipe(PACKAGED / f"{name}.toml") for name in said.recipes or DECISIONS}
    peers = oracle()
    signals = signal_columns()
    read = {column for recipe in recipes.values() for column in recipe.columns() if column in signals}
    values = [
        value for value in VALUES if value.column in signals and (value.column in read or not said.recipes)
    ]
    ours = measured(read | {value.column for value in values}, peers["text"])

    print(f"{len(peers):,} documents.\n")
    print_table(
        ("recipe", "held against", "documents", "they keep", "we keep", "agreement"),
        decisions(recipes, ours, peers),
    )
    theirs = {value.column: _theirs(value, peers) for value in reversed(values)}
    print_table(
        ("recipe", "rule", "the peer gave", "documents", "agreement of this rule alone"),
        rules(recipes, ours, theirs, peers),
    )
    print_table(
        ("column", "their name", "documents", "Spearman", "median relative difference"),
        comparisons(values, ours, peers),
    )


def decisions(recipes: dict[str, Recipe], ours: pl.DataFrame, peers: pl.DataFrame) -> Iterator[Row]:
    """Each recipe's decisions beside the peer's."""
    for name, recipe in recipes.items():
        who, decide = DECISIONS[name]
        pair = pl.DataFrame({"ours": kept(ours, recipe.steps), "theirs": decide(peers)}).drop_nulls("theirs")
        same = (pair["ours"] == pair["theirs"]).mean()
        yield (
            f"`{name}`",
            who,
            f"{len(pair):,}",
            f"{pair['theirs'].sum():,}",
            f"{pair['ours'].sum():,}",
            _percent(same),
        )


def rules(
    recipes: dict[str, Recipe], ours: pl.DataFrame, theirs: dict[str, pl.Series], peers: pl.DataFrame
) -> Iterator[Row]:
    """Each rule asked of our value and of theirs; unknown removes, as it does in a recipe.

    Where a peer gave no value but the first rule that a document failed, that is compared.
    """
    other = pl.DataFrame(theirs)
    for name, recipe in recipes.items():
        first = _first_failed(recipe, ours)
        said = peers[REASONS[name]].str.split(":").list.last() if name in REASONS else None
        for rule in _rules(recipe.steps):
            sentence = f"{rule.reason}: {rule.sentence()}"
            if rule.column in theirs:
                known = other[rule.column].is_not_null()
                mine, its = (answers(frame, rule).fill_null(False).filter(known) for frame in (ours, other))
                yield f"`{name}`", sentence, "its values", f"{known.sum():,}", _percent((mine == its).mean())
            elif said is not None:
                same = (first.eq_missing(rule.reason) == said.eq_missing(rule.reason)).mean()
                yield f"`{name}`", sentence, "its first reason", f"{len(said):,}", _percent(same)
            else:
                yield f"`{name}`", sentence, "nothing of its own", "", ""


def _first_failed(recipe: Recipe, ours: pl.DataFrame) -> pl.Series:
    """The reason of the first step that is not true of each document; null where all are."""
    failed = [answers(ours, step).fill_null(False).not_() for step in recipe.steps]
    frame = pl.DataFrame({str(i): some for i, some in enumerate(failed)})
    found = [pl.when(pl.col(str(i))).then(pl.lit(step.reason)) for i, step in enumerate(recipe.steps)]
    return frame.select(reason=pl.coalesce(found))["reason"]


def comparisons(values: Sequence[Value], ours: pl.DataFrame, peers: pl.DataFrame) -> Iterator[Row]:
    """Each value of ours beside the peer's of the same definition."""
    for value in values:
        mine, other = ours[value.column], _theirs(value, peers)
        both = (mine.is_not_null() & other.is_not_null()).sum()
        yield (
            f"`{value.column}`",
            f"`{value.peer}`",
            f"{both:,}",
            f"{spearman(mine, other):.4f}",
            _percent(median_difference(mine, other)),
        )


def print_table(head: Row, rows: Iterator[Row]) -> None:
    """One Markdown table."""
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |")
    print()


def _theirs(value: Value, peers: pl.DataFrame) -> pl.Series:
    found = peers[value.peer].cast(pl.Float64)
    return 1 - found if value.turned else found


def _rules(steps: Sequence[Step]) -> Iterator[Rule]:
    for step in steps:
        if isinstance(step, Group):
            yield from _rules(step.members)
        else:
            yield step


def _percent(share: object) -> str:
    return f"{100 * float(str(share)):.2f} %"


if __name__ == "__main__":
    main()
