"""What is left of each label, beside the whole?"""

from collections.abc import Sequence

import polars as pl

from indexes.columns import BYTES, TOKENS
from indexes.corpus import Corpus
from indexes.queries.composition import LABELS_AT_MOST
from indexes.queries.decisions import kept_condition
from indexes.quoting import quote
from indexes.rule import Step, columns_of
from indexes.units import weight_columns

SQL = """
SELECT label, {sums} FROM (
    SELECT __label AS label, {kept} IS TRUE AS kept{weights}
    FROM (SELECT *, {label}::VARCHAR AS __label{answers} {corpus}) WHERE measured
) GROUP BY label ORDER BY documents DESC, label LIMIT {most}
"""


def kept_by_label(corpus: Corpus, steps: Sequence[Step], label: str) -> pl.DataFrame:
    """The whole and what steps keep of it, by the values of a label, over what is measured.

    Args:
        corpus: the corpus.
        steps: resolved (``indexes.queries.top``).
        label: a column of text, e.g. ``domain``.

    Returns:
        ``label`` (null where not stated), ``documents``, ``tokens``, ``bytes``, ``kept_documents``,
        ``kept_tokens``, ``kept_bytes``; most documents first.
    """
    there = weight_columns(corpus)
    said = ["count(*)::BIGINT AS documents", "count(*) FILTER (kept)::BIGINT AS kept_documents"]
    for name in (TOKENS, BYTES):
        for name_out, which in ((name, ""), (f"kept_{name}", " FILTER (kept)")):
            value = f"coalesce(sum({name}){which}, 0)" if name in there else "NULL"
            said.append(f"{value}::BIGINT AS {name_out}")
    sql = SQL.format(
        sums=", ".join(said),
        kept=kept_condition(steps),
        weights="".join(f", {name}" for name in there),
        label=quote(label),
        answers="".join(f", {step.sql()} AS __answer_{i}" for i, step in enumerate(steps)),
        corpus=corpus.clause(columns_of(steps), beside=[label, *there]),
        most=LABELS_AT_MOST,
    )
    return corpus.frame(sql, [value for step in steps for value in step.values])
