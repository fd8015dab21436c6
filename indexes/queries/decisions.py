"""What a recipe decides of each document and why, in the order of ``doc_id`` and in bounded memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from indexes import files
from indexes.columns import DOC_ID, KEY, PARTIAL, STALE
from indexes.corpus import Corpus
from indexes.errors import UnfinishedColumn
from indexes.quoting import quote
from indexes.rule import NOT_MEASURED, UNKNOWN, Step, columns_of
from indexes.saying import making
from indexes.workspace import Shard

BATCH = 100_000
ROW_GROUP = 122_880

ANSWERED = "(SELECT *{answers} {corpus})"
KEPT = "SELECT doc_id FROM {answered} WHERE {kept} AND measured"
DECIDED = """
    SELECT {id} AS id, key, coalesce({kept}, FALSE) AND measured AS kept,
        CASE WHEN measured THEN list_filter([{reasons}], lambda reason: reason IS NOT NULL) ELSE [?] END
            AS reasons,
        doc_id
    FROM {answered}
"""

LISTED = "IN (SELECT unnest(?))"
"""What a rule with a list of values is in SQL."""

SCHEMA = pa.schema(
    [("id", pa.string()), (KEY, pa.uint64()), ("kept", pa.bool_()), ("reasons", pa.list_(pa.string()))]
)


def left_out(corpus: Corpus, names: Iterable[str], allow_partial: bool = False) -> dict[int, list[str]]:
    """Shards whose documents columns cannot decide, since they are missing or stale there.

    Args:
        corpus: the documents.
        names: columns to decide by or to write.
        allow_partial: leave those documents out instead of refusing.

    Returns:
        Number of the shard -> the columns that it lacks.

    Raises:
        UnfinishedColumn: with the command that completes it: where that is not allowed, or leaves nothing.
    """
    found: dict[int, list[str]] = {}
    for name in names:
        column = corpus.column(name)
        lacking = corpus.behind.get(column.family, frozenset())
        for number in sorted(lacking):
            found.setdefault(number, []).append(name)
        nothing = len(found) == len(corpus.workspace.shards)
        if lacking and (nothing or not allow_partial):
            said = {
                STALE: "what it was made of, or how it is made, has changed since",
                PARTIAL: "it is not measured for every document",
            }
            why = " and with --allow-partial no document would be left" if nothing and allow_partial else ""
            complete = making(corpus.workspace.root, column.family, column.lineage)
            otherwise = "" if nothing else " (or leave those documents out: --allow-partial)"
            raise UnfinishedColumn(
                f"The column {name} is {column.state}: {said[column.state]}{why and ','}{why}.",
                f"Complete it with: {complete}{otherwise}",
            )
    return found


def decisions(corpus: Corpus, steps: Sequence[Step], allow_partial: bool = False) -> Iterator[pa.RecordBatch]:
    """``id``, ``key``, ``kept`` and ``reasons`` of each document, in the order of ``doc_id``.

    Args:
        corpus: the documents.
        steps: resolved (``indexes.queries.top``).
        allow_partial: documents that are not measured are not kept, for that reason; else they are refused.

    Raises:
        UnfinishedColumn: a column is partial or stale.
    """
    left_out(corpus, columns_of(steps), allow_partial)
    has_id = "id" in corpus.ready()
    reasons = reason_conditions(steps)
    sql = DECIDED.format(
        id="id::VARCHAR" if has_id else "NULL::VARCHAR",
        kept=kept_condition(steps),
        reasons=", ".join(f"CASE WHEN {condition} THEN ? END" for condition in reasons.values())
        or "NULL::VARCHAR",
        answered=answered(corpus, steps, ("id",) if has_id else ()),
    )
    values = [*reasons, NOT_MEASURED, *(value for step in steps for value in step.values)]
    return (_batch(batch) for batch in _in_order(corpus, sql, values))


def write_decisions(
    corpus: Corpus,
    steps: Sequence[Step],
    path: Path,
    allow_partial: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the decisions as Parquet; how many documents they are of.

    Args:
        corpus: the documents.
        steps: resolved (``indexes.queries.top``).
        path: the file; one that is there is replaced.
        allow_partial: see ``decisions``.
        progress: called with documents done and in all.

    Raises:
        UnfinishedColumn: a column is partial or stale.
    """
    done = 0
    batches = decisions(corpus, steps, allow_partial)
    with (
        files.writing_outside(path) as temporary,
        pq.ParquetWriter(temporary, SCHEMA, compression="zstd") as writer,
    ):
        for batch in batches:
            writer.write_batch(batch, row_group_size=ROW_GROUP)
            done += batch.num_rows
            if progress:
                progress(done, corpus.documents)
    return done


def keep_masks(
    corpus: Corpus, steps: Sequence[Step], allow_partial: bool = False
) -> Iterator[tuple[Shard, NDArray[np.bool_]]]:
    """Each shard with its keep mask, shape (rows,), in row order. Dropped documents are not kept.

    Args:
        corpus: the documents.
        steps: resolved (``indexes.queries.top``).
        allow_partial: leave out documents that are not measured, instead of refusing.

    Raises:
        UnfinishedColumn: a column is partial or stale.
    """
    left_out(corpus, columns_of(steps), allow_partial)
    sql = KEPT.format(answered=answered(corpus, steps), kept=kept_condition(steps))
    batches = _in_order(corpus, sql, [value for step in steps for value in step.values])
    return _masks(corpus.workspace.shards, (batch[DOC_ID].to_numpy() for batch in batches))


def _masks(
    shards: Sequence[Shard], kept: Iterator[NDArray[np.int64]]
) -> Iterator[tuple[Shard, NDArray[np.bool_]]]:
    """Lay the ``doc_id``s of kept documents, ascending over all batches, out shard by shard."""
    ahead = np.empty(0, dtype=np.int64)
    for shard in shards:
        end, found = shard.first + shard.rows, [ahead]
        while (not len(found[-1]) or found[-1][-1] < end) and (batch := next(kept, None)) is not None:
            found.append(batch)
        ids = np.concatenate(found)
        here = int(np.searchsorted(ids, end))
        mask = np.zeros(shard.rows, dtype=bool)
        mask[ids[:here] - shard.first] = True
        ahead = ids[here:]
        yield shard, mask


def _batch(found: pa.RecordBatch) -> pa.RecordBatch:
    columns = [found[name].cast(SCHEMA.field(name).type) for name in SCHEMA.names]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def answered(corpus: Corpus, steps: Sequence[Step], further: Sequence[str] = ()) -> str:
    """A subquery: the columns that steps read, and their answers from ``__answer_0`` on; binds values."""
    answers = "".join(f", {step.sql()} AS __answer_{i}" for i, step in enumerate(steps))
    return ANSWERED.format(answers=answers, corpus=corpus.clause(columns_of(steps), beside=further))


def kept_condition(steps: Sequence[Step]) -> str:
    """Over ``answered``: true where every step is; null where none is false and some are unknown."""
    return f"({' AND '.join(f'__answer_{i}' for i in range(len(steps))) or 'TRUE'})"


def reason_conditions(steps: Sequence[Step]) -> dict[str, str]:
    """Over ``answered``: reason -> when a document has it, in the order of the steps.

    The ``reason`` of each step that is false, and ``unknown:<column>`` for each column that is null in a step
    that is unknown.
    """
    found: dict[str, list[str]] = {}
    for i, step in enumerate(steps):
        found.setdefault(step.reason, []).append(f"__answer_{i} IS FALSE")
        for column in dict.fromkeys(rule.column for rule in step.rules()):
            missing = f"(__answer_{i} IS NULL AND {quote(column)} IS NULL)"
            found.setdefault(f"{UNKNOWN}{column}", []).append(missing)
    return {reason: f"({' OR '.join(conditions)})" for reason, conditions in found.items()}


def _in_order(corpus: Corpus, sql: str, values: Sequence[object]) -> Iterator[pa.RecordBatch]:
    """Rows in the order of ``doc_id``, which is that in which they are read, and that is checked.

    A rule with a list of values is a join to DuckDB, and behind a join it holds back chunks of few rows.
    """
    if LISTED in sql:
        sql += f" ORDER BY {DOC_ID}"
    last = -1
    for batch in corpus.cursor().sql(sql, params=list(values)).to_arrow_reader(BATCH):
        ids = batch[DOC_ID].to_numpy()
        if len(ids):
            if ids[0] <= last or (np.diff(ids) <= 0).any():
                raise RuntimeError("documents came out of order: no decision can be laid beside its document")
            last = int(ids[-1])
            yield batch
