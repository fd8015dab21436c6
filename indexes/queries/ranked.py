"""Which documents does a score put first, and what is its top made of?

The order is that of every cut: the higher score first, equal ones by ``key``, then ``doc_id``.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl

from indexes.columns import BYTES, TOKENS
from indexes.corpus import Corpus
from indexes.queries.composition import LABELS_AT_MOST
from indexes.queries.top import resolve
from indexes.quoting import quote
from indexes.rule import Rule, Share, Step
from indexes.units import weight_columns

STARTS = ("top", "middle", "cut")

FROM_HERE = """
SELECT {fields} {corpus} WHERE {there} AND NOT ({above}) ORDER BY score DESC, key, doc_id LIMIT {n}
"""
BEFORE = """
SELECT {fields} {corpus} WHERE {there} AND ({above}) ORDER BY score, key DESC, doc_id DESC LIMIT {n}
"""
COUNT_ABOVE = "SELECT count(*) {corpus} WHERE {there} AND ({above})"
MIDDLE = "SELECT quantile_disc({score}, 0.5) {corpus} WHERE {there}"
COMPOSITION = """
SELECT label, {whole}, {selected} FROM (
    SELECT {label} AS label, {above} AS kept{weights} {corpus} WHERE measured
) GROUP BY label ORDER BY documents DESC, label LIMIT {most}
"""


def ranked(
    corpus: Corpus, column: str, start: str = "top", share: float = 0.1, of: str = TOKENS, n: int = 20
) -> pl.DataFrame:
    """Some documents in the order of a score.

    Args:
        corpus: the corpus.
        column: the score; the example and similarity beside it are given where there are such columns.
        start: ``top`` begins with the first; ``middle`` with the median; ``cut`` shows as many on either side
            of where the top ``share`` ends.
        share: of the whole, 0 to 1.
        of: what it is a share of: ``documents``, ``tokens`` or ``bytes``.
        n: how many.

    Returns:
        ``doc_id``, ``key``, ``rank`` (1 is the first), ``score``, ``tokens``, ``domain``, ``source``,
        ``example`` (``target:id``), ``similarity``; null where there is no such column.

    Raises:
        MissingColumn: there is no such score.
        ValueError: ``start`` is none of the three.
    """
    if start not in STARTS:
        raise ValueError(f"start must be one of {STARTS}, got {start!r}")
    above, values = _above(corpus, column, start, share, of)
    beside = {
        "tokens": TOKENS,
        "domain": "domain",
        "source": "source",
        "example": f"{column}_example",
        "similarity": f"{column}_similarity",
    }
    types = {"tokens": "BIGINT", "similarity": "DOUBLE"}
    ready = set(corpus.ready())
    fields = ["doc_id", "key", f"{quote(column)} AS score"]
    for name, found in beside.items():
        kind = types.get(name, "VARCHAR")
        fields.append(f"{quote(found) if found in ready else 'NULL'}::{kind} AS {name}")
    words: dict[str, Any] = {
        "fields": ", ".join(fields),
        "corpus": corpus.clause(
            [column, *_needed(start, of)], beside=[found for found in beside.values() if found in ready]
        ),
        "there": _there(column),
        "above": above,
    }
    before = n // 2 if start == "cut" else 0
    earlier = corpus.frame(BEFORE.format(**words, n=before), values).reverse()
    later = corpus.frame(FROM_HERE.format(**words, n=n - len(earlier)), values)
    [ahead] = corpus.one(COUNT_ABOVE.format(**words), values) or [0]
    first = ahead - len(earlier) + 1
    rows = pl.concat([earlier, later])
    rank = pl.Series("rank", range(first, first + len(rows)), dtype=pl.Int64)
    return rows.insert_column(2, rank)


def composition_of_top(
    corpus: Corpus, column: str, label: str, share: float = 0.1, of: str = TOKENS
) -> pl.DataFrame:
    """What the top of a score is made of, beside the whole of the documents that are measured.

    Args:
        corpus: the corpus.
        column: the score.
        label: a column of text, e.g. ``domain``.
        share: of the whole, 0 to 1, that is selected.
        of: what it is a share of: ``documents``, ``tokens`` or ``bytes``.

    Returns:
        ``label`` (null where not stated), ``documents``, ``tokens``, ``bytes`` of the whole, and of what is
        selected ``selected_documents``, ``selected_tokens``, ``selected_bytes``; most documents first.
    """
    return _composition(corpus, column, f"{quote(label)}::VARCHAR", [label], share, of)


def owners_of_top(corpus: Corpus, column: str, share: float = 0.1, of: str = TOKENS) -> pl.DataFrame:
    """Which target pulled in how much of the top: as ``composition_of_top``, ``label`` being the target."""
    example = f"{column}_example"
    return _composition(corpus, column, f"split_part({quote(example)}, ':', 1)", [example], share, of)


def _composition(
    corpus: Corpus, column: str, label: str, needed: Sequence[str], share: float, of: str
) -> pl.DataFrame:
    above, values = _above(corpus, column, "cut", share, of)
    weights = weight_columns(corpus)
    whole, selected = (
        ["count(*)::BIGINT AS documents"],
        ["count(*) FILTER (kept)::BIGINT AS selected_documents"],
    )
    for name in (TOKENS, BYTES):
        there = name in weights
        whole.append(f"{f'coalesce(sum({name}), 0)' if there else 'NULL'}::BIGINT AS {name}")
        kept = f"coalesce(sum({name}) FILTER (kept), 0)" if there else "NULL"
        selected.append(f"{kept}::BIGINT AS selected_{name}")
    sql = COMPOSITION.format(
        whole=", ".join(whole),
        selected=", ".join(selected),
        label=label,
        above=above,
        weights="".join(f", {name}" for name in weights),
        corpus=corpus.clause([column, *needed, *_needed("cut", of)], beside=weights),
        most=LABELS_AT_MOST,
    )
    return corpus.frame(sql, values)


def _needed(start: str, of: str) -> list[str]:
    return [of] if start == "cut" and of != "documents" else []


def _there(column: str) -> str:
    return f"measured AND {quote(column)} IS NOT NULL"


def _above(corpus: Corpus, column: str, start: str, share: float, of: str) -> tuple[str, list[Any]]:
    """SQL that is true of the documents before a place in the order, and what is bound to it."""
    corpus.column(column)
    if start == "cut":
        steps: Sequence[Step] = [Rule("top", column, "top", Share(share, of))]
        [rule] = resolve(corpus, steps)
        assert isinstance(rule, Rule)
        return rule.sql(), list(rule.values)
    if start == "middle":
        words = {"score": quote(column), "corpus": corpus.clause([column]), "there": _there(column)}
        [value] = corpus.one(MIDDLE.format(**words)) or [None]
        if value is not None:
            return f"{quote(column)} > ?", [value]
    return "FALSE", []
