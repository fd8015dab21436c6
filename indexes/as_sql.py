"""A count as SQL over the Parquet files, for whoever has DuckDB and none of this program.

It is the FROM clause of every question here, put to the files instead of the caches: families side by side by
position, their files named in the order of the corpus, what was dropped left out after the join. Values are
written into the text, each in the type in which it is bound here.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from indexes.caches import reading
from indexes.columns import DOC_ID, DOCUMENTS, JUDGED, JUDGEMENT, KEY
from indexes.corpus import Corpus
from indexes.errors import MissingColumn
from indexes.positions import MEASURED, Side, corpus_clause
from indexes.quoting import quote, quoted
from indexes.rule import Step, columns_of

ABOVE = """-- For DuckDB. Files lie side by side: row i of each list is document i.
-- To list the documents, write doc_id or * in the place of count(*).
"""
COUNT = "SELECT count(*) AS documents {corpus} WHERE {which};"
SIDE = "(SELECT {names} FROM {files})"
NOT_MEASURED = "doc_id IS NULL AS __measured"
"""A shard without a file has its documents file in its place, the only one of the list with a ``doc_id``."""

PIECES = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')|(\?)|([()])|( FROM | WHERE )""")


def count_sql(corpus: Corpus, steps: Sequence[Step]) -> str:
    """A query of how many documents are looked at for which steps are all true.

    Args:
        corpus: the documents, with the rules that say which are looked at.
        steps: resolved (``indexes.queries.top``).

    Raises:
        MissingColumn: a column that is in no Parquet file.
    """
    every = [*corpus.where, *steps]
    asked = from_files(corpus, columns_of(every))
    values = iter([literal(value) for step in every for value in step.values])
    which = " AND ".join([MEASURED, *(step.sql() for step in every)])
    return ABOVE + written(COUNT.format(corpus=asked, which=which), values.__next__) + "\n"


def from_files(corpus: Corpus, names: Sequence[str]) -> str:
    """As ``Corpus.clause``, over the Parquet files, of all documents that are not dropped.

    Raises:
        MissingColumn: a column that is in no Parquet file.
    """
    by_family = by_files(corpus, names)
    standing = corpus.files[DOCUMENTS]
    sides = []
    for family, wanted in by_family.items():
        paths = [path or other for path, other in zip(corpus.files[family], standing, strict=True)]
        partial = None in corpus.files[family]
        said = ", ".join([quoted(wanted), *([NOT_MEASURED] if partial else [])])
        relation = SIDE.format(names=said, files=reading([path.resolve() for path in paths if path]))
        sides.append(Side(relation, [(quote(name), name) for name in wanted], partial))
    gone = [path.resolve() for path in corpus.workspace.tombstone_files()]
    return corpus_clause(sides, reading(gone) if gone else "")


def by_files(corpus: Corpus, names: Iterable[str]) -> dict[str, list[str]]:
    """Family -> the columns that are read from its files, ``doc_id`` and ``key`` first.

    Raises:
        MissingColumn: there are no documents, or a column is in no Parquet file.
    """
    if DOCUMENTS not in corpus.files:
        raise MissingColumn("This corpus has no documents yet, so there is no file to ask.", "Take some in.")
    by_family: dict[str, list[str]] = {DOCUMENTS: [DOC_ID, KEY]}
    for name in names:
        if name not in (DOC_ID, KEY):
            by_family.setdefault(in_files(corpus, name), []).append(name)
    return by_family


def in_files(corpus: Corpus, name: str) -> str:
    """The family of a column.

    Raises:
        MissingColumn: it is in no Parquet file, or there is none.
    """
    family = corpus.column(name).family
    if family == JUDGEMENT or family not in corpus.files:
        raise MissingColumn(
            f"{JUDGED} is made of the files of judgements when a corpus is opened: no Parquet file holds it.",
            "Copy it as a command.",
        )
    return family


def literal(value: Any) -> str:
    """A value as SQL, of the type that it is bound as."""
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"'{value!r}'::DOUBLE"  # 0.1 alone is a DECIMAL
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return " || chr(0) || ".join("'" + part.replace("'", "''") + "'" for part in value.split("\0"))
    return str(value)


def written(sql: str, value: Callable[[], str]) -> str:
    """SQL with its values in their places, on several lines; what is quoted stays as it is."""
    depth = 0

    def piece(found: re.Match[str]) -> str:
        nonlocal depth
        name, bound, bracket, word = found.groups()
        if bracket:
            depth += 1 if bracket == "(" else -1
        return name or bracket or (f"({value()})" if bound else f"\n{'  ' * depth}{word[1:]}")

    return PIECES.sub(piece, sql)
