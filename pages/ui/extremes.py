"""Read the data: documents at the quantiles of a column, or with each of its most common values."""

from typing import Any

import polars as pl

from indexes.queries.beginnings import beginnings
from indexes.queries.composition import composition
from indexes.queries.nearest import nearest, with_values
from indexes.queries.quantiles import quantiles
from pages.ui import cache, figures, head, opening
from pages.ui.column_table import written
from pages.ui.distributions import RATES, Chosen
from pages.ui.excerpts import Excerpt, excerpts

READ = 5


def read(seen: Chosen) -> None:
    """Documents at the quantiles of a column, or with each of its most common values; a click opens one."""
    label = seen.column.type in ("text", "boolean")
    leads, found = _labelled(seen) if label else _at_quantiles(seen)
    told = "a document with each of the most common values" if label else (
        "the document nearest to the 1st, 10th, 50th, 90th and 99th percentile"
    )  # fmt: skip
    head.caption("Read the data", note=f"{told} · a click opens it")
    texts = cache.cached(beginnings, seen.corpus, tuple(row["doc_id"] for row in found))
    rows = [
        Excerpt(
            id=f"{row['doc_id']} {row['key']}",
            lead=lead,
            about=opening.about(text),
            doc=str(row["doc_id"]),
            text=text["text"] or "",
        )
        for lead, row, text in zip(leads, found, texts.iter_rows(named=True), strict=True)
    ]
    excerpts("extremes", rows, opening.opener(seen.corpus), lines=2)


def _at_quantiles(seen: Chosen) -> tuple[list[str], list[dict[str, Any]]]:
    at = cache.cached(quantiles, seen.corpus, seen.name, RATES, seen.unit)
    found = cache.cached(nearest, seen.corpus, seen.name, tuple(at))
    said = pl.Series("rate", [figures.QUANTILES[rate] for rate in RATES[: len(found)]])
    rows = list(
        found.with_columns(said).unique("doc_id", keep="first", maintain_order=True).iter_rows(named=True)
    )
    return [f"{row['rate']} · {written(seen.column, row['value'])}" for row in rows], rows


def _labelled(seen: Chosen) -> tuple[list[str], list[dict[str, Any]]]:
    top = cache.cached(composition, seen.corpus, seen.name).drop_nulls("label")["label"][:READ]
    found = list(cache.cached(with_values, seen.corpus, seen.name, tuple(top)).iter_rows(named=True))
    return [figures.cut(str(row["value"]), 60) for row in found], found
