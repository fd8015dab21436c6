"""What existing pipelines measured and decided on 4,802 of the real documents, beside our columns.

``VALUES`` says which of our columns has the same definition as which of theirs; ``DECISIONS`` what each
recipe is held against.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from analytics.signal import Signal, Texts, signal_families
from indexes.texts import buffers

DATATROVE, STATS, PEERS = "datatrove_filters", "datatrove_values", "peers_values"

BATCH = 500
"""Documents measured at a time, as large as the shell's pieces."""


@dataclass(frozen=True)
class Value:
    """A column of ours and the peer's value of the same definition.

    Attributes:
        peer: column of the oracle.
        turned: the peer publishes one minus what we do.
    """

    column: str
    peer: str
    turned: bool = False


@cache
def folder() -> Path:
    """Where the real data lies.

    Raises:
        SystemExit: ASSAY_DATA does not name it.
    """
    found = Path(os.environ.get("ASSAY_DATA", ""))
    if not (found / "oracles").is_dir():
        sys.exit("Set ASSAY_DATA to the folder of real data; it must hold corpus/ and oracles/.")
    return found


@cache
def corpus() -> pl.DataFrame:
    """The documents, every column; one row each."""
    return pl.concat([pl.read_parquet(path) for path in sorted((folder() / "corpus").glob("*.parquet"))])


@cache
def oracle() -> pl.DataFrame:
    """What the peers said, one row a document whose text is still the one that they read, with ``text``."""
    tables = [pl.read_parquet(folder() / "oracles" / f"{name}.parquet") for name in (DATATROVE, STATS, PEERS)]
    tables = [tables[0], tables[1], tables[2].drop("text_sha1"), corpus().select("id", "text")]
    joined = reduce(lambda left, right: left.join(right, on="id", maintain_order="left"), tables)
    same = [
        hashlib.sha1(text.encode()).hexdigest().startswith(said)
        for text, said in zip(joined["text"], joined["text_sha1"], strict=True)
    ]
    return joined.filter(pl.Series(same))


def texts_of(texts: Iterable[str]) -> Texts:
    """Texts as the shell hands them to signals."""
    return Texts(*buffers(pa.array([text.encode() for text in texts], pa.large_binary())))


def signals_by_column() -> dict[str, Signal]:
    """Every signal by its column's name."""
    return {signal.column: signal for family in signal_families().values() for signal in family.signals}


def measured(columns: Iterable[str], texts: pl.Series) -> pl.DataFrame:
    """Columns of ours over some documents, null where undefined."""
    known = signals_by_column()
    wanted = [known[name] for name in dict.fromkeys(columns)]
    parts: dict[str, list[Any]] = {signal.column: [] for signal in wanted}
    for start in range(0, len(texts), BATCH):
        batch = texts_of(texts[start : start + BATCH])
        for signal in wanted:
            parts[signal.column].append(signal.measure(batch))
    return pl.DataFrame(
        {
            name: pl.Series(np.concatenate(some).tolist(), nan_to_null=True, strict=False)
            for name, some in parts.items()
        }
    ).fill_nan(None)


def spearman(ours: pl.Series, theirs: pl.Series) -> float:
    """Rank correlation over the documents where both have a value; 1 where both are constant and equal."""
    both = pl.DataFrame({"a": ours, "b": theirs}).cast(pl.Float64).drop_nulls().drop_nans()
    if both["a"].n_unique() == 1 and (both["a"] == both["b"]).all():
        return 1.0
    return float(both.select(pl.corr("a", "b", method="spearman")).item())


def median_difference(ours: pl.Series, theirs: pl.Series) -> float:
    """Median of ``|ours - theirs| / |theirs|``; where theirs is 0, 0 for an equal value and 1 for another."""
    both = pl.DataFrame({"a": ours, "b": theirs}).cast(pl.Float64).drop_nulls().drop_nans()
    apart = (pl.col("a") - pl.col("b")).abs()
    relative = (
        pl.when(pl.col("b") == 0).then((apart > 1e-12).cast(pl.Float64)).otherwise(apart / pl.col("b").abs())
    )
    return float(both.select(relative.median()).item())


def _gopher_dolma(peers: pl.DataFrame, top: bool) -> pl.Series:
    """What Dolma v1.5 keeps by its ``gopher_v1`` attributes (allenai/dolma@669f5348, mixer configs)."""
    limits: dict[str, tuple[float, float]] = {
        "word_count": (50, 100_000),
        "median_word_length": (3, 10),
        "symbol_to_word_ratio": (0, 0.1),
        "fraction_of_words_with_alpha_character": (0.8, 1),
        "required_word_count": (2, np.inf),
        "v1_fraction_of_lines_starting_with_bullet_point": (0, 0.9),
        "v1_fraction_of_lines_ending_with_ellipsis": (0, 0.3),
        "v1_fraction_of_duplicate_lines": (0, 0.3),
        "v1_fraction_of_characters_in_duplicate_lines": (0, 0.3),
        **{
            f"duplicate_{n}gram": (0, limit)
            for n, limit in zip(range(5, 11), (0.15, 0.14, 0.13, 0.12, 0.11, 0.1), strict=True)
        },
    }
    if top:
        limits |= {
            f"most_common_{n}gram": (0, limit) for n, limit in zip((2, 3, 4), (0.2, 0.18, 0.16), strict=True)
        }
    every = [pl.col(f"dolma.{name}").is_between(*ends) for name, ends in limits.items()]
    return peers.select(pl.all_horizontal(every))["dolma.word_count"]


DECISIONS: Mapping[str, tuple[str, Callable[[pl.DataFrame], pl.Series]]] = {
    "gopher_quality": ("datatrove", lambda peers: peers["gopher_quality_pass"]),
    "gopher_repetition": ("datatrove", lambda peers: peers["gopher_repetition_pass"]),
    "c4": ("datatrove", lambda peers: peers["c4_pass"]),
    "fineweb": ("datatrove", lambda peers: peers["fineweb_chain_pass"]),
    "dolma_gopher": ("Dolma, n-gram rules applied", lambda peers: _gopher_dolma(peers, top=True)),
    "dolma_gopher_published": ("Dolma, as published", lambda peers: _gopher_dolma(peers, top=False)),
    "dclm": ("DCLM", lambda peers: peers["dclm.refinedweb_heuristics_pass"]),
    "nemo": ("NeMo Curator", lambda peers: peers["nemo.heuristics_reject"].is_null()),
}
"""Recipe -> who decided, and which documents it kept."""

REASONS: Mapping[str, str] = {
    "gopher_quality": "gopher_quality_reason",
    "gopher_repetition": "gopher_repetition_reason",
    "c4": "c4_reason",
    "fineweb": "fineweb_chain_reject",
}
"""Recipe -> the oracle's column with the first rule that a document failed, named as in our recipe."""
