"""Which documents stand on one page of a table that is sorted by a column?

A page begins at a document, not at a row's number: the question is what comes after its value and its
``doc_id`` (an OFFSET of five million took 10.6 s and 3.1 GB). Documents without a value come last, whichever
way the table is sorted, and equal values stand by ``doc_id``.

The n first of all that follow a place in the middle are found in a part of them: marks, drawn once for each
order, say between which values the page must lie. *Measured*, ten million documents, two busy cores: 0.04 to
0.24 s with marks, 0.15 to 0.46 without.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from indexes.columns import DOC_ID, RANDOM
from indexes.corpus import Corpus
from indexes.queries.document import about
from indexes.quoting import quote

FEW = 200_000
"""Of more documents than these, marks are drawn."""
DRAWN, EVERY = 100_000, 100
"""Documents that marks are drawn from, about, and every which of them is one."""

TABLE = "(SELECT doc_id, {column} AS v {corpus})"
PAGE = "SELECT doc_id FROM {table} WHERE {which} ORDER BY v {way}, doc_id {ids} LIMIT ?"
WITHOUT = "SELECT doc_id FROM {table} WHERE v IS NULL AND doc_id {sign} ? ORDER BY doc_id {ids} LIMIT ?"
BEFORE = "SELECT count(*) FROM {table} WHERE {which}"
MISSING = "SELECT count(*) FILTER (v IS NULL), min(doc_id) FILTER (v IS NULL), count(*) FROM {table}"
MARKS = """
SELECT v, doc_id FROM (
    SELECT v, doc_id, row_number() OVER (ORDER BY v {way}, doc_id) AS place
    FROM (SELECT doc_id, random, {column} AS v {corpus}) WHERE v IS NOT NULL AND random < ?
) WHERE place % ? = 0 ORDER BY place
"""
ROW = """
SELECT doc_id FROM (
    SELECT doc_id, row_number() OVER (ORDER BY v IS NULL, v {way}, doc_id) AS place FROM {table}
) WHERE place = ?
"""
WITHOUT_AT = "SELECT quantile_disc(doc_id, ?) FROM {table} WHERE v IS NULL"
VALUE = "SELECT v FROM {table} WHERE doc_id = ?"
MOMENT = "TRY(epoch_us({column}))"
"""Microseconds since 1970: Python holds no finer moments, and a page would begin with rows of the last."""

Mark = tuple[Any, int]
"""A value and the ``doc_id`` of a document that has it."""


@dataclass(frozen=True)
class Order:
    """How a table is sorted: by a column, the least value first or, ``down``, the largest."""

    column: str = DOC_ID
    down: bool = False


@dataclass(frozen=True)
class Without:
    """Documents without a value: how many, and the first; of how many documents in all."""

    documents: int
    first: int | None
    of: int


def page(
    corpus: Corpus,
    order: Order,
    start: int | None = None,
    n: int = 20,
    back: bool = False,
    marks: Sequence[Mark] = (),
) -> list[int]:
    """The ``doc_id``s of a page, in the order of the table.

    Args:
        corpus: the documents.
        order: of the table.
        start: the document that the page begins with, or, ``back``, that follows it, be it one that is not
            looked at. None for the first page, or, ``back``, the last.
        n: how many documents at most.
        back: the ``n`` before ``start``.
        marks: of ``marks``; without them the whole column is looked through.

    Raises:
        MissingColumn, Misaligned: the column cannot be had.
    """
    table = _table(corpus, order)
    here = None if start is None else _value(corpus, order, start)
    stretches = [False] if order.column == DOC_ID else [False, True]  # with a value, without one
    if here is not None:
        missing = here[0] is None
        stretches = [one for one in stretches if (one <= missing if back else one >= missing)]
    found: list[int] = []
    for one in reversed(stretches) if back else stretches:
        if len(found) < n:
            part = _without if one else _within
            begin = here if here is not None and (here[0] is None) == one else None
            found += part(corpus, order, table, begin, n - len(found), back, marks)
    return found[::-1] if back else found


def place(corpus: Corpus, order: Order, doc_id: int) -> int:
    """The row of a document in the table, from 1."""
    table, (value, _) = _table(corpus, order), _value(corpus, order, doc_id)
    if value is None:
        which, values = "v IS NOT NULL OR doc_id < ?", [doc_id]
    else:
        which, values = _beyond(order.down, (value, doc_id), strict=True)
    row = corpus.one(BEFORE.format(table=table, which=which), values)
    return 1 + (int(row[0]) if row else 0)


def without(corpus: Corpus, column: str) -> Without:
    """How many documents have no value, not measured ones among them, and which is the first."""
    row = corpus.one(MISSING.format(table=_table(corpus, Order(column)))) or (0, None, 0)
    return Without(int(row[0]), None if row[1] is None else int(row[1]), int(row[2]))


def marks(corpus: Corpus, order: Order) -> tuple[Mark, ...]:
    """Documents that stand at about even distances in the table, those without a value left out."""
    if corpus.documents <= FEW:
        return ()
    sql = MARKS.format(
        column=_sorted_by(corpus, order),
        way=_way(order.down),
        corpus=corpus.clause([], beside=[order.column, RANDOM]),
    )
    found = corpus.cursor().execute(sql, [DRAWN / corpus.documents, EVERY]).fetchall()
    return tuple((value, int(doc_id)) for value, doc_id in found)


def at(corpus: Corpus, order: Order, share: float, marks: Sequence[Mark], missing: Without) -> int | None:
    """The document that stands where a share of the table's rows is above it: by the marks, so about there.

    Args:
        corpus: the documents.
        order: of the table.
        share: of the rows, 0 to 1.
        marks: of ``marks``.
        missing: of ``without``, those that come last.

    Returns:
        Its ``doc_id``; None where there is no document.
    """
    if not missing.of:
        return None
    row, with_value = round(share * (missing.of - 1)), missing.of - missing.documents
    table = _table(corpus, order)
    if row >= with_value:
        there = corpus.one(WITHOUT_AT.format(table=table), [(row - with_value + 0.5) / missing.documents])
    elif marks:
        return marks[min(len(marks) - 1, row * len(marks) // with_value)][1]
    else:
        there = corpus.one(ROW.format(table=table, way=_way(order.down)), [row + 1])
    return None if there is None or there[0] is None else int(there[0])


def _table(corpus: Corpus, order: Order) -> str:
    return TABLE.format(column=_sorted_by(corpus, order), corpus=corpus.clause([], beside=[order.column]))


def _sorted_by(corpus: Corpus, order: Order) -> str:
    """SQL: the value of a document by which it stands in the table."""
    name = quote(order.column)
    return MOMENT.format(column=name) if _is_date(corpus, order) else name


def _is_date(corpus: Corpus, order: Order) -> bool:
    column = corpus.columns.get(order.column)
    return column is not None and column.type == "date"


def _way(down: bool) -> str:
    return "DESC" if down else "ASC"


def _value(corpus: Corpus, order: Order, doc_id: int) -> Mark:
    """A document's value, be it one that is not looked at; null where there is no such document."""
    if order.column == DOC_ID:
        return doc_id, doc_id
    everything = replace(corpus.whole, dropped="")
    if _is_date(corpus, order):
        there = corpus.one(VALUE.format(table=_table(everything, order)), [doc_id])
        return (there[0] if there else None), doc_id
    row = about(everything, [doc_id], [order.column])
    return (row[order.column][0] if row.height else None), doc_id


def _beyond(down: bool, mark: Mark, strict: bool) -> tuple[str, list[Any]]:
    """SQL, over a table: the documents that stand before a mark; those at it too unless ``strict``."""
    value, doc_id = mark
    sign = ">" if down else "<"
    return f"v {sign}= ? AND (v {sign} ? OR doc_id <{'' if strict else '='} ?)", [value, value, doc_id]


def _following(down: bool, mark: Mark) -> tuple[str, list[Any]]:
    """The same for the documents from a mark on."""
    value, doc_id = mark
    sign = "<" if down else ">"
    return f"v {sign}= ? AND (v {sign} ? OR doc_id >= ?)", [value, value, doc_id]


def _within(
    corpus: Corpus, order: Order, table: str, here: Mark | None, n: int, back: bool, marks: Sequence[Mark]
) -> list[int]:
    """The first ``n`` with a value from a place on, or the last before it, from there on."""
    which: str = "v IS NOT NULL"
    values: list[Any] = []
    if here is not None:
        which, values = _beyond(order.down, here, True) if back else _following(order.down, here)

    def ask(which: str, values: list[Any]) -> list[int]:
        sql = PAGE.format(table=table, which=which, way=_way(order.down != back), ids=_way(back))
        return [int(row[0]) for row in corpus.cursor().execute(sql, [*values, n]).fetchall()]

    bound = _bound(order.down, marks, here, back)
    if bound is not None:
        far, limits = _following(order.down, bound) if back else _beyond(order.down, bound, False)
        some = ask(f"{which} AND {far}", [*values, *limits])
        if len(some) == n:
            return some
    return ask(which, values)


def _bound(down: bool, marks: Sequence[Mark], here: Mark | None, back: bool) -> Mark | None:
    """The second mark on the way from a place: the page ends before it, wherever that is so."""
    ahead = list(marks)
    if here is not None:

        def earlier(mark: Mark) -> bool:
            if mark[0] == here[0]:
                return mark[1] < here[1]
            return bool(mark[0] > here[0]) if down else bool(mark[0] < here[0])

        ahead = [mark for mark in marks if earlier(mark) == back]
    if back:
        ahead.reverse()
    return ahead[1] if len(ahead) > 1 else None


def _without(
    corpus: Corpus, order: Order, table: str, here: Mark | None, n: int, back: bool, marks: Sequence[Mark]
) -> list[int]:
    """The same of those that have no value."""
    sign, at_end = ("<", corpus.workspace.documents) if back else (">=", 0)
    sql = WITHOUT.format(table=table, sign=sign, ids=_way(back))
    found = corpus.cursor().execute(sql, [at_end if here is None else here[1], n]).fetchall()
    return [int(row[0]) for row in found]
