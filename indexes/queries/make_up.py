"""What is the corpus made of? All that the page Overview draws, from one pass over the documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import polars as pl
import pyarrow as pa

from indexes.columns import BYTES, TOKENS, UNITS
from indexes.corpus import Corpus
from indexes.queries.composition import LABELS_AT_MOST
from indexes.queries.totals import Totals
from indexes.sample import CELL, Sample
from indexes.units import weight_columns

LABELS = ("domain", "source", "language", "license")
PAIR = ("domain", "source")
YEAR, DATE = "year", "date"
PAIRS_AT_MOST = LABELS_AT_MOST * 10
Z = 1.959963984540054
"""Of the normal distribution, 2.5 % lie above."""

SQL = """
WITH finest AS MATERIALIZED (SELECT {columns}, {sums} {corpus} GROUP BY ALL),
counted AS (
    SELECT grouping({names}) AS which, {names}, {again} FROM finest GROUP BY GROUPING SETS ({sets}, ())
)
SELECT *, count(coalesce({texts})) OVER (PARTITION BY which) AS stated FROM counted
QUALIFY row_number() OVER (PARTITION BY which ORDER BY documents DESC, {names}) <= {most}
ORDER BY documents DESC, {names}
"""
"""Documents are counted once, by all labels together, and these counts added up by each: of real corpora a
few hundred to some thousands, so that it takes half the time of grouping the documents by each (measured)."""

MEDIAN = """
SELECT min({tokens}) FROM (
    SELECT {tokens}, sum(sum({weight})) OVER (ORDER BY {tokens}) AS below, sum(sum({weight})) OVER () AS whole
    FROM (SELECT * {corpus}){cells} WHERE {tokens} IS NOT NULL GROUP BY {tokens}
) WHERE below * 2 >= whole
"""


@dataclass(frozen=True)
class MakeUp:
    """Sizes of the documents looked at, and of each value of their labels.

    Attributes:
        totals: of all of them; where sampled, estimates.
        labels: label -> ``label`` (null where not stated), ``documents``, ``tokens``, ``bytes``; most
            documents first, at most ``LABELS_AT_MOST`` rows. Labels without a column are not there.
        counts: label -> how many values it has, null not counted; where sampled, of the sample.
        pairs: ``label`` (the domain), ``within`` (the source) and the same sizes; None unless both are there.
        years: ``year`` (null for undated, last) and the same sizes; None where no column has dates.
        sampled: documents of the sample that this was counted on; None where all were counted.
        within: unit -> a share of it lies within so much of what is said, 0 to 1, with 95 %; where sampled.
    """

    totals: Totals
    labels: Mapping[str, pl.DataFrame]
    counts: Mapping[str, int]
    pairs: pl.DataFrame | None
    years: pl.DataFrame | None
    sampled: int | None = None
    within: Mapping[str, float] | None = None


def make_up(corpus: Corpus) -> MakeUp:
    """What all documents looked at are made of."""
    if not corpus.workspace.shards:
        return MakeUp(Totals(0, None, None, None, 0), {}, {}, None, None)
    return _counted(corpus, None)


def sampled_make_up(sample: Sample) -> MakeUp:
    """The same, estimated on a sample: a document counts for as many as its cell has for each one drawn.

    ``within`` is of the least certain row. The variance of a share ``p`` is taken as the sum of
    ``(w * (inside - p))**2`` over the documents by the square of the sum of ``w``, with ``w`` what a document
    stands for in the unit (Cochran 1977, Sampling Techniques, 6.10: a ratio of two sums). Neither the strata
    nor the documents that are left are taken off, which would make it narrower. It is no less than at a share
    of 1/2 of documents that are all alike, which bounds what several rows come to together; a row of few
    large documents lies above that.
    """
    return _counted(sample.corpus, sample)


def _counted(corpus: Corpus, sample: Sample | None) -> MakeUp:
    labels = [name for name in LABELS if name in corpus.ready()]
    dated = DATE in corpus.ready()
    pair = all(name in labels for name in PAIR)
    names = [*labels, *([YEAR] if dated else [])] or ["nothing"]
    sizes = weight_columns(corpus)
    columns = [f"{name}::VARCHAR AS {name}" for name in labels]
    columns += [f"year({DATE}::DATE)::BIGINT AS {YEAR}"] * dated
    sets = [f"({name})" for name in names] + [f"({', '.join(PAIR)})"] * pair
    cursor = corpus.cursor()
    joined, weight = "", "1"
    if sample is not None:
        weights = sample.size / sample.drawn
        cursor.register("cells_now", pa.table({CELL: range(len(weights)), "weight": weights}))
        joined, weight = f" JOIN cells_now USING ({CELL})", "weight"
    sums = {"rows": "count(*)", "not_measured": f"sum({weight}) FILTER (WHERE NOT measured)"}
    for unit in ("documents", *sizes):
        each = weight if unit == "documents" else f"coalesce({unit}, 0) * {weight}"
        sums[unit] = f"sum({each})"
        if sample is not None:
            sums[f"{unit}_squared"] = f"sum(({each})::DOUBLE ** 2)"
    said = corpus.clause(sizes, beside=[*labels, *[DATE] * dated, *[CELL] * (sample is not None)])
    sql = SQL.format(
        columns=", ".join(columns) or "NULL AS nothing",
        sums=", ".join(f"coalesce({sql}, 0) AS {name}" for name, sql in sums.items()),
        corpus=f"FROM (SELECT * {said}){joined}" if joined else said,
        names=", ".join(names),
        again=", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in sums),
        sets=", ".join(sets),
        texts=", ".join(f"{name}::VARCHAR" for name in names),
        most=PAIRS_AT_MOST,
    )
    frame = cursor.sql(sql).pl()
    median = None
    if TOKENS in sizes:
        of = corpus.clause([TOKENS], beside=[CELL] if sample else [])
        [[found]] = cursor.execute(
            MEDIAN.format(tokens=TOKENS, weight=weight, corpus=of, cells=joined)
        ).fetchall()
        median = None if found is None else float(found)
    if sample is not None:
        cursor.unregister("cells_now")
    return _told(frame, names, labels, median, sizes, sample is not None)


def _told(
    frame: pl.DataFrame,
    names: list[str],
    labels: list[str],
    median: float | None,
    sizes: list[str],
    sampled: bool,
) -> MakeUp:
    """The answer in parts: in ``which`` a bit is set for each name that a row does not divide by."""
    units = [
        pl.col(unit).round().cast(pl.Int64)
        if unit in ("documents", *sizes)
        else pl.lit(None, pl.Int64).alias(unit)
        for unit in UNITS
    ]
    everything = (1 << len(names)) - 1

    def part(*kept: str) -> pl.DataFrame:
        bits = everything - sum(1 << (len(names) - 1 - names.index(name)) for name in kept)
        return frame.filter(pl.col("which") == bits)

    def listed(*kept: str, called: tuple[str, ...]) -> pl.DataFrame:
        return part(*kept).select(*(pl.col(k).alias(c) for k, c in zip(kept, called, strict=True)), *units)

    [whole] = part().iter_rows(named=True)
    found = {name: part(name) for name in labels}
    counts = {name: max(rows["stated"], default=0) for name, rows in found.items()}
    within = {unit: _within(frame, whole, unit) for unit in ("documents", *sizes)} if sampled else None
    return MakeUp(
        totals=Totals(
            round(whole["documents"]),
            round(whole[TOKENS]) if TOKENS in sizes else None,
            round(whole[BYTES]) if BYTES in sizes else None,
            median,
            round(whole["not_measured"]),
        ),
        labels={name: listed(name, called=("label",)).head(LABELS_AT_MOST) for name in labels},
        counts=counts,
        pairs=listed(*PAIR, called=("label", "within")) if all(name in labels for name in PAIR) else None,
        years=listed(YEAR, called=(YEAR,)).sort(YEAR, nulls_last=True) if YEAR in names else None,
        sampled=int(whole["rows"]) if sampled else None,
        within=within,
    )


def _within(frame: pl.DataFrame, whole: dict[str, float], unit: str) -> float:
    """Half the widest 95 % interval of a row's share of a unit."""
    size, squares = whole[unit], whole[f"{unit}_squared"]
    if not size:
        return 0.0
    share, inside = pl.col(unit) / size, pl.col(f"{unit}_squared")
    error = (1 - share) ** 2 * inside + share**2 * (squares - inside)
    return Z * sqrt(max(squares / 4, frame.select(error.max()).item())) / size
