"""How well default signals and recipes part documents that people or a classifier judged, as Markdown.

Two questions, chosen before any figure was seen, and nothing is tuned on them: the human label of quality
that 464 web pages carry (1 reads as worth keeping), and the format *Spam / Ads* against all others that a
classifier gave 6,288 web pages. The figure is the area under the curve: the chance that a page of the first
kind has the higher value than one of the second, ties half. A page without a value is left out. The interval
is the middle 95 % of the bootstrap.
"""

import argparse
import json
from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.logic import kept
from analytics.recipe import all_recipes
from analytics.signal import signal_columns, signal_families
from benchmarks.agreement import Row, print_table
from benchmarks.oracles import corpus, measured

ROUNDS = 1_000
SEED = 0
LEAST = 100
"""Pages with a value, below which a column is not compared."""


def area(
    values: NDArray[np.float64], positive: NDArray[np.bool_], weights: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Area under the curve, ties half, for each way of counting the documents.

    Args:
        values: shape (n,), no NaN.
        positive: shape (n,).
        weights: how often each document counts, shape (ways, n).

    Returns:
        shape (ways,); NaN where one of the kinds is not drawn.
    """
    _, place = np.unique(values, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(place.max() + 1))
    up = np.add.reduceat(weights[:, order] * positive[order], starts, axis=1)
    down = np.add.reduceat(weights[:, order] * ~positive[order], starts, axis=1)
    below = np.cumsum(down, axis=1) - down
    pairs = (up * (below + down / 2)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: NDArray[np.float64] = pairs / (up.sum(axis=1) * down.sum(axis=1))
    return found


def interval(
    values: NDArray[np.float64], positive: NDArray[np.bool_], rounds: int
) -> tuple[float, float, float]:
    """The area, and the middle 95 % of it over bootstrap samples of the documents."""
    n = len(values)
    whole = float(area(values, positive, np.ones((1, n), np.int64))[0])
    drawn = np.random.default_rng(SEED)
    found = [
        area(values, positive, drawn.multinomial(n, np.full(n, 1 / n), size=50)) for _ in range(rounds // 50)
    ]
    low, high = np.nanquantile(np.concatenate(found), (0.025, 0.975))
    return whole, float(low), float(high)


def questions() -> Iterator[tuple[str, pl.DataFrame]]:
    """Each question's name, and its pages with ``text`` and ``positive``."""
    metas = corpus().select("text", "source", "meta")
    for title, source, key, positive in (
        ("human label 1", "mlfoundations/dclm", "human_quality_label", 1),
        ("format Spam / Ads", "CodeCreator/WebOrganizer", "format", "Spam / Ads"),
    ):
        pages = metas.filter(pl.col("source") == source)
        said = [json.loads(meta)[key] == positive for meta in pages["meta"]]
        yield title, pages.select("text", positive=pl.Series(said))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="bootstrap samples")
    said = parser.parse_args()
    signals = signal_columns()
    default = [
        signal.column
        for family in signal_families().values()
        if family.default
        for signal in family.signals
        if signal.type != "text"
    ]
    recipes = {
        name: recipe for name, recipe in all_recipes().items() if set(recipe.columns()) <= signals.keys()
    }
    results: dict[str, list[str]] = {}
    heads = []
    for title, pages in questions():
        read = {column for recipe in recipes.values() for column in recipe.columns()}
        lists = {name for name in read if signal_families()[signals[name].family].needs}
        columns = measured([*default, *(read - lists)], pages["text"])
        positive = pages["positive"].to_numpy()
        predictors = {f"`{name}`": columns[name] for name in default}
        predictors |= {
            f"recipe `{name}`": kept(columns, recipe.steps).cast(pl.Float64)
            for name, recipe in recipes.items()
            if not lists & set(recipe.columns())
        }
        marked = compared = 0
        for name, values in predictors.items():
            there = values.is_not_null().to_numpy()
            cells = results.setdefault(name, [])
            if there.sum() < LEAST or values.n_unique() < 2:
                cells += [f"{there.sum():,}", "", ""]
                continue
            compared += 1
            found = values.cast(pl.Float64).to_numpy()[there]
            whole, low, high = interval(found, positive[there], said.rounds)
            leaves = low > 0.5 or high < 0.5
            marked += leaves
            cells += [
                f"{there.sum():,}",
                f"{'**' if leaves else ''}{whole:.3f}{'**' if leaves else ''}",
                f"{low:.3f} to {high:.3f}",
            ]
        heads += [f"pages, {title}", "area", "95 %"]
        print(f"{title}: {int(positive.sum()):,} of {len(pages):,} pages, {compared} columns and recipes;")
        print(f"marked {marked}, whose interval leaves 0.5; {compared / 20:.0f} would be by chance alone.\n")
    rows: list[Row] = [(name, *cells) for name, cells in results.items()]
    print_table(("signal or recipe", *heads), iter(rows))


if __name__ == "__main__":
    main()
