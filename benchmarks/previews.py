"""How long the funnel of a recipe takes on ten million documents: on the sample, on all, and done otherwise.

The corpus is generated: ten million documents in 100 shards, 40 columns shaped like real ones (lengths are
lognormal, shares heaped at 0 and 1, labels have a few frequent values), text of one short line. 200 recipes
of 1 to 8 rules are drawn with a fixed seed; each rule keeps 20 to 99 % by itself.

Compared in the same run: the sampled preview, the exact preview, a query written by hand over the same
caches, a plain DuckDB scan of the Parquet files of the columns, and pandas with all columns in memory (what
the comparable app does). Every answer is a first one: nothing is cached.
"""

import argparse
import gc
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.preview import preview, sampled_preview
from analytics.recipe import Recipe
from benchmarks import made
from indexes import families
from indexes.columns import RANDOM
from indexes.corpus import Corpus, open_corpus
from indexes.quoting import quote
from indexes.rule import Rule
from indexes.sample import sample_of
from indexes.workspace import Shard, Workspace, footer_hash, identity_of, read_workspace, write_workspace

SHARD = 100_000
FAMILIES = 4
OF_A_FAMILY = 9
RECIPES, PANDAS = 200, 20
SEED = 0
ABOUT = {"method": "made", "version": 1, "columns": {}}


def columns_of(family: int, n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Nine columns of one family: three lengths, four shares, two scores."""
    size = rng.lognormal(6.2, 1.1, n)
    found: dict[str, np.ndarray] = {
        f"length_{family}{i}": np.round(size * factor * rng.lognormal(0, 0.2, n)).astype(np.int64)
        for i, factor in enumerate((1.0, 0.2, 5.1))
    }
    for i, (a, b) in enumerate(((8, 2), (0.4, 6), (2, 30), (0.2, 0.2))):
        found[f"share_{family}{i}"] = np.round(rng.beta(a, b, n), 4)
    found[f"score_{family}0"] = rng.normal(0, 1, n)
    found[f"score_{family}1"] = np.where(rng.random(n) < 0.05, np.nan, rng.gamma(2, 1, n))
    return found


def build(root: Path, documents: int) -> None:
    """Write the workspace."""
    rng = np.random.default_rng(SEED)
    shards = []
    for number, first in enumerate(range(0, documents, SHARD)):
        n = min(SHARD, documents - first)
        keys = rng.integers(0, 2**63, n, dtype=np.uint64)
        labels = {
            name: pa.array([f"{name}{i}" for i in range(k)]).take(pa.array(rng.zipf(1.5, n) % k))
            for name, k in (("source", 60), ("domain", 24), ("language", 12))
        }
        table = pa.table(
            {
                "doc_id": np.arange(first, first + n),
                "key": keys,
                "random": (keys >> np.uint64(11)) / 2.0**53,
                **labels,
                "text": [f"line {i} of this corpus" for i in range(first, first + n)],
            }
        )
        path = root / "documents" / f"shard-{number:05d}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, row_group_size=500, compression="zstd")
        shards.append(Shard(number, first, n, identity_of(keys, footer_hash(path))))
    write_workspace(Workspace(root, "made", tuple(shards)))
    workspace = read_workspace(root)
    for family in range(FAMILIES):
        for shard in workspace.shards:
            found = columns_of(family, shard.rows, np.random.default_rng([SEED, family, shard.number]))
            if family == 0:
                size = found["length_02"]
                found |= {"tokens": size // 4, "bytes": size}
            table = pa.table({name: pa.array(values, from_pandas=True) for name, values in found.items()})
            families.write_shard(workspace, f"made_{family}", shard, table, ABOUT)


def recipes(corpus: Corpus) -> list[tuple[Rule, ...]]:
    """Recipes of 1 to 8 rules, each on another column."""
    rng = np.random.default_rng(SEED)
    names = [f"{kind}_{f}{i}" for f in range(FAMILIES) for kind, n in KINDS for i in range(n)]
    some = corpus.frame(f"SELECT {', '.join(names)} {corpus.clause([*names, RANDOM])} WHERE random < 0.01")
    found = []
    for _ in range(RECIPES):
        rules = []
        for name in rng.choice(names, rng.integers(1, 9), replace=False):
            kept = rng.uniform(0.2, 0.99)
            op, at = (">=", 1 - kept) if rng.random() < 0.5 else ("<=", kept)
            rules.append(Rule(f"rule_{name}", str(name), op, some[str(name)].quantile(at)))
        found.append(tuple(rules))
    return found


KINDS = (("length", 3), ("share", 4), ("score", 2))


def timed(ask: Callable[[tuple[Rule, ...]], object], asked: Sequence[tuple[Rule, ...]]) -> np.ndarray:
    """Milliseconds of each, shape (n_recipes,)."""
    took = []
    for rules in asked:
        began = time.perf_counter()
        ask(rules)
        took.append(1000 * (time.perf_counter() - began))
    return np.array(took)


def by_hand(corpus: Corpus, rules: tuple[Rule, ...], files: bool) -> object:
    """Documents, tokens and bytes for each pattern of answers, as written for it alone."""
    wanted: dict[str, list[str]] = {"made_0": ["tokens", "bytes"]}
    for rule in rules:
        wanted.setdefault(f"made_{rule.column.split('_')[1][0]}", []).append(rule.column)
    sides = []
    for family, names in wanted.items():
        said = ", ".join(map(quote, dict.fromkeys(names)))
        source = corpus.relations[family]
        if files:
            folder = corpus.workspace.root / "columns" / family
            source = f"read_parquet('{folder}/*.parquet')"
        sides.append(f"(SELECT {said} FROM {source})")
    answers = ", ".join(f"{rule.column} {rule.op} {rule.limit} AS a{i}" for i, rule in enumerate(rules))
    joined = " POSITIONAL JOIN ".join(sides)
    sql = f"SELECT {answers}, count(*), sum(tokens), sum(bytes) FROM {joined} GROUP BY ALL"
    return corpus.cursor().execute(sql).fetchall()


def in_pandas(frame: pd.DataFrame, rules: tuple[Rule, ...]) -> object:
    """The same in pandas."""
    answers = pd.DataFrame(
        {
            f"a{i}": frame[rule.column] >= rule.limit if rule.op == ">=" else frame[rule.column] <= rule.limit
            for i, rule in enumerate(rules)
        }
    )
    sizes = frame[["tokens", "bytes"]].assign(documents=1)
    return sizes.groupby([answers[name] for name in answers]).sum()


def main() -> None:
    """Build, ask, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--pandas", action="store_true", help="pandas and the Parquet scan too; 4 GB more")
    options = parser.parse_args()
    made.head("documents:", "what", "median, ms:", "95 %, ms:", "slowest, ms:")
    for documents in options.documents:
        with made.workplace(options.folder) as place:
            measure(place, documents, options.pandas)
    print(f"\nPeak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


def measure(place: Path, documents: int, pandas: bool) -> None:
    """One size of corpus."""
    root = place / "corpus"
    build(root, documents)

    def line(what: str, took: np.ndarray) -> None:
        said = (np.median(took), np.quantile(took, 0.95), took.max())
        made.row(f"{documents:,}", what, *(f"{number:,.0f}" for number in said))

    began = time.perf_counter()
    open_corpus(root, attach=True)
    line("open, caches built", np.array([1000 * (time.perf_counter() - began)]))
    began = time.perf_counter()
    corpus = open_corpus(root, attach=True)
    line("open again", np.array([1000 * (time.perf_counter() - began)]))
    asked = recipes(corpus)
    began = time.perf_counter()
    sample = sample_of(corpus, root / "cache")
    if sample is not None:
        sampled = sample
        sampled.corpus.clause(sampled.corpus.ready())
        line("draw the sample, all columns", np.array([1000 * (time.perf_counter() - began)]))

        def first(rules: tuple[Rule, ...]) -> object:
            return sampled_preview(sampled, Recipe("made", "made", "", rules), rules, "tokens")

        line(f"sampled ({sample.documents:,})", timed(first, asked))
    line("exact", timed(lambda rules: preview(corpus, Recipe("made", "made", "", rules)), asked))
    line("by hand, caches", timed(lambda rules: by_hand(corpus, rules, False), asked))
    if pandas:
        few = asked[:PANDAS]
        line(
            f"exact, first {PANDAS}",
            timed(lambda rules: preview(corpus, Recipe("made", "made", "", rules)), few),
        )
        line("by hand, Parquet", timed(lambda rules: by_hand(corpus, rules, True), few))
        names = [name for name in corpus.ready() if corpus.columns[name].family != "documents"]
        frame = (
            duckdb.connect()
            .sql(
                "SELECT * FROM "
                + " POSITIONAL JOIN ".join(
                    f"read_parquet('{root}/columns/made_{i}/*.parquet')" for i in range(FAMILIES)
                )
            )
            .df()[names]
        )
        gc.collect()
        line("pandas", timed(lambda rules: in_pandas(frame, rules), few))


if __name__ == "__main__":
    main()
