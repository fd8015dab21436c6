"""A corpus opened for questions: a workspace at one moment, every column known, DuckDB at hand.

One in-memory DuckDB instance a process attaches the caches read-only; every call takes its own cursor (of 80
calls on a shared connection 70 failed). A corpus never changes once it is open: a new column is seen by
opening again, and ``indexes.stamp`` says when that is worth it.
"""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from indexes import caches, families, files
from indexes.columns import (
    DERIVED,
    DOC_ID,
    DOCUMENTS,
    FIELDS,
    JUDGED,
    JUDGEMENT,
    KEY,
    MISSING,
    PARTIAL,
    RANDOM,
    SINCE_1970,
    SOURCE,
    STALE,
    SUFFIX_LIST,
    TEXT,
    WHOLE,
    Column,
)
from indexes.errors import AssayError, BadJudgements, Misaligned, MissingColumn, near_matches
from indexes.families import ColumnFile
from indexes.judgements import digest, read_judgements
from indexes.positions import MEASURED, Side, corpus_clause
from indexes.quoting import quote
from indexes.rule import Step, check_fit, columns_of
from indexes.saying import command
from indexes.texts import read_texts
from indexes.verdicts import VERDICTS, key_text, verdicts
from indexes.workspace import Workspace, dropped_ids, read_workspace

Result = TypeVar("Result")

HIDDEN = frozenset({DOC_ID, KEY, TEXT})
"""Columns of the documents files that are not put to questions by name; the first two are always there."""


@dataclass(frozen=True)
class Corpus:
    """A workspace at one moment. Immutable, and safe to share between threads.

    Attributes:
        columns: name -> column, metadata first, then families in order of their names.
        faults: family -> the problem that keeps its columns from being read.
    """

    workspace: Workspace
    columns: Mapping[str, Column]
    relations: Mapping[str, str]
    """Family -> the table or subquery that gives its rows in order."""
    dropped: str = ""
    faults: Mapping[str, AssayError] = field(default_factory=dict)
    behind: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Family -> numbers of the shards whose documents it cannot decide: its file is missing or made otherwise
    than the present ones; all shards where the whole column is stale."""
    gaps: frozenset[str] = frozenset()
    """Families of which a shard has no file, or none that is read: its documents are not measured."""
    view: str = ""
    """The table that says which documents are looked at; empty where all are. See ``narrowed``."""
    seen: int | None = None
    """How many those are; None where all are."""
    where: tuple[Step, ...] = ()
    """The rules that say so."""
    files: Mapping[str, Sequence[Path | None]] = field(default_factory=dict)
    """Family -> the Parquet file of each shard, in order; None where it has none that is read."""

    @property
    def fingerprint(self) -> str:
        return self.workspace.fingerprint

    @cached_property
    def documents(self) -> int:
        """How many documents are looked at: of all, dropped ones left out."""
        return self.workspace.documents - len(dropped_ids(self.workspace)) if self.seen is None else self.seen

    @property
    def whole(self) -> "Corpus":
        """The same corpus with all its documents."""
        return replace(self, view="", seen=None, where=()) if self.view else self

    def narrowed(self, where: Sequence[Step]) -> "Corpus":
        """The documents for which all of these rules are true: every question then asks of them alone.

        They are looked for once; a table of one truth value a document stands beside the families from then
        on. A document is left out where a rule is unknown or its column is not measured.

        Args:
            where: resolved rules (``indexes.queries.top``); none gives the whole corpus.

        Raises:
            MissingColumn, BadRecipe: a rule does not fit the corpus.
        """
        whole = self.whole
        if not where:
            return whole
        check_fit(where, whole.column)
        clause = replace(whole, dropped="").clause(columns_of(where))  # a row a document, dropped ones too
        rules = " AND ".join(f"({step.sql()})" for step in where)
        values = [value for step in where for value in step.values]
        print_ = xxhash.xxh3_128_hexdigest(repr([clause, rules, values]).encode())
        table = f"memory.{quote(f'view_{print_}')}"
        sql = f"CREATE TABLE {table} AS SELECT coalesce({MEASURED} AND {rules}, FALSE) AS kept {clause}"
        VIEWS.use(table, lambda: instance().cursor().execute(sql, values))
        view = replace(whole, view=table, where=tuple(where))
        row = view.one(f"SELECT count(*) {view.clause([])}")
        return replace(view, seen=int(row[0]) if row else 0)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor for one call."""
        made = instance().cursor()
        work: Stoppable | None = getattr(_heard, "work", None)
        if work is not None:
            work.hear(made)
        return made

    def frame(self, sql: str, values: Sequence[Any] = ()) -> pl.DataFrame:
        """The answer to one question, on a cursor of its own."""
        answer: pl.DataFrame = self.cursor().sql(sql, params=list(values)).pl()
        return answer

    def one(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of an answer; None where there is none."""
        return self.cursor().execute(sql, list(values)).fetchone()

    def column(self, name: str) -> Column:
        """A column by name.

        Raises:
            MissingColumn: there is none; near matches and the command that makes it.
            Misaligned: its files do not belong to this corpus.
        """
        column = self.columns.get(name)
        if column is not None and column.family in self.faults:
            raise self.faults[column.family]
        if column is None or column.state == MISSING:
            raise MissingColumn(
                f"This corpus has no column {name}.{near_matches(name, self.ready())}",
                f"Measure it with: {command('measure', self.workspace.root, column.family)}"
                if column
                else f"See which columns there are with: {command('columns', self.workspace.root)}",
            )
        return column

    def ready(self) -> list[str]:
        """Names of the columns that can be asked for."""
        return [
            name
            for name, column in self.columns.items()
            if column.state != MISSING and column.family not in self.faults
        ]

    def clause(self, names: Iterable[str], beside: Iterable[str] = ()) -> str:
        """FROM clause of a table ``corpus`` with these columns, one row a document, dropped ones left out.

        ``doc_id`` and ``key`` are always there, and ``measured``: FALSE for documents of shards in which one
        of the families asked for has no file.

        Args:
            names: the columns that are asked for.
            beside: further columns, such as ``tokens`` to count in: null where they are not measured, and
                without a say in ``measured``.

        Raises:
            MissingColumn, Misaligned: a column cannot be had.
        """
        by_family: dict[str, list[str]] = {DOCUMENTS: [DOC_ID, KEY]}
        asked = dict.fromkeys(names)
        for name in {**asked, **dict.fromkeys(beside)}:
            if name in (DOC_ID, KEY):
                continue
            column = self.column(name)
            if column.type == "other":
                write = command("columns", self.workspace.root, "--columns", name, "--out", "FILE")
                raise MissingColumn(
                    f"{name} holds no single value a document, so no question can be put to it.",
                    f"Write it with: {write}",
                )
            by_family.setdefault(column.family, []).append(name)
        sides = [
            Side(
                self.relations[family],
                [(quote(name), name) for name in wanted],
                partial=family in self.gaps and any(name in asked for name in wanted),
            )
            for family, wanted in by_family.items()
        ]
        return corpus_clause(sides, self.dropped, self.view)

    def texts(self, doc_ids: Iterable[int]) -> list[bytes | None]:
        """The text of some documents, UTF-8, in the order asked for; None where it is null or not UTF-8.

        Raises:
            Stopped: the work of which this is a part was stopped.
        """
        return read_texts(self.workspace, doc_ids, before_each=going)


_heard = threading.local()


class Stoppable:
    """Questions that another thread may stop: what is running ends at once with ``Stopped``.

    ``interrupt()`` of a cursor takes a millisecond (measured).
    """

    def __init__(self) -> None:
        self._cursors: list[duckdb.DuckDBPyConnection] = []
        self._stopped = False
        self.share = 0.0
        """Of what is to be done, as far as the work says it (``going``)."""

    def run(self, work: Callable[[], Result]) -> Result:
        """Do work that asks a corpus, in this thread.

        Raises:
            Stopped: it was stopped.
        """
        _heard.work = self
        try:
            return work()
        except duckdb.InterruptException:
            raise Stopped from None
        finally:
            _heard.work = None

    def hear(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """A question is about to be put on a cursor.

        Raises:
            Stopped: it was stopped, be it between two questions.
        """
        self._cursors.append(cursor)
        if self._stopped:
            raise Stopped

    def reach(self, share: float) -> None:
        """The work is so far.

        Raises:
            Stopped: it was stopped.
        """
        self.share = share
        if self._stopped:
            raise Stopped

    def stop(self) -> None:
        """End it; questions that are put later are not stopped."""
        self._stopped = True
        for cursor in list(self._cursors):
            cursor.interrupt()


def going(share: float | None = None) -> None:
    """For work that asks no question for a while: it may be stopped here, and says how far it is, 0 to 1.

    Raises:
        Stopped: it was.
    """
    work: Stoppable | None = getattr(_heard, "work", None)
    if work is not None:
        work.reach(work.share if share is None else share)


class Stopped(Exception):
    """Somebody wants to know something else by now."""


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"autoinstall_known_extensions": "false"})


_attaching = threading.Lock()
UNUSED = 600
"""Seconds after which a table that nobody asked for may go."""


class Passing:
    """Tables of the instance that can be made again.

    Attributes:
        most: of more than these, those go that were not asked for in ``UNUSED`` seconds.
        asked: table -> when it was asked for last.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked: dict[str, float] = {}
        self._lock = threading.Lock()

    def use(self, table: str, make: Callable[[], object]) -> None:
        """Make a table unless it is there."""
        with self._lock:
            if table not in self.asked:
                make()
            self.asked[table] = time.monotonic()
            self._let_go()

    def _let_go(self) -> None:
        oldest = sorted(self.asked, key=lambda table: self.asked[table])
        for table in oldest[: max(0, len(oldest) - self.most)]:
            if self.asked[table] < time.monotonic() - UNUSED:
                instance().cursor().execute(f"DROP TABLE IF EXISTS {table}")
                del self.asked[table]


VIEWS = Passing(64)


def instance() -> duckdb.DuckDBPyConnection:
    """The one in-memory DuckDB instance of this process."""
    with _attaching:
        return _connection()


def open_corpus(
    root: Path,
    cache: Path | None = None,
    attach: bool = False,
    known: Iterable[Column] = (),
    present: Callable[[Workspace], Mapping[str, Mapping[str, Any]]] = lambda workspace: {},
) -> Corpus:
    """Open a workspace for questions.

    Args:
        root: the workspace.
        cache: where its caches lie; ``cache/`` in the workspace if None.
        attach: build the caches of whole families and attach them, as the app does; without, Parquet files
            are read by position.
        known: columns that could be measured: those not there are listed as missing.
        present: family -> how its columns would be made now (``ColumnFile.about``); made otherwise is stale.

    Raises:
        NoWorkspace, NewerWorkspace: there is nothing to open.
    """
    workspace = read_workspace(root)
    folder = cache_folder(workspace.root, cache)
    columns: dict[str, Column] = {}
    relations: dict[str, str] = {}
    faults: dict[str, AssayError] = {}
    behind: dict[str, frozenset[int]] = {}
    gaps = set()
    files_read: dict[str, Sequence[Path | None]] = {}
    would = present(workspace)
    if not workspace.shards:
        relations[DOCUMENTS] = f"(SELECT 0::BIGINT AS {DOC_ID}, 0::UBIGINT AS {KEY} WHERE FALSE)"
    else:
        paths = [workspace.documents_file(shard) for shard in workspace.shards]
        held = families.documents_headers(workspace)
        for column in _document_columns(workspace, held):
            columns[column.name] = column
        relations[DOCUMENTS] = _relation(folder, DOCUMENTS, paths, held, [DOC_ID, KEY, *columns], attach)
        files_read[DOCUMENTS] = paths
    for family in families.family_names(workspace):
        try:
            headers = families.family_files(workspace, family)
        except Misaligned as fault:
            faults[family] = fault
            headers = _headers_unchecked(workspace, family)
        if not any(headers):
            continue
        standing = _standing(workspace, headers, would.get(family), family in faults)
        for column in _family_columns(family, standing):
            columns[column.name] = column
        if family in faults:
            continue
        if standing.behind:
            behind[family] = standing.behind
        found = [header for header in standing.read if header is not None]
        names = [name for name, said in found[-1].types.items() if caches.is_plain(said)]
        if names:
            files_read[family] = there = [
                workspace.column_file(family, shard) if header else None
                for shard, header in zip(workspace.shards, standing.read, strict=True)
            ]
            paths = [path or _nulls(shard.rows) for path, shard in zip(there, workspace.shards, strict=True)]
            whole = len(found) == len(paths)
            gaps |= set() if whole else {family}
            relations[family] = _relation(folder, family, paths, found, names, attach and whole, whole)
    _add_judged(workspace, columns, relations, faults)
    for column in known:
        columns.setdefault(column.name, column)
    dropped = _dropped_table(workspace)
    return Corpus(workspace, columns, relations, dropped, faults, behind, frozenset(gaps), files=files_read)


def cache_folder(root: Path, cache: Path | None) -> Path:
    """Where a workspace's caches lie: in it, or in a folder among others, which may have its name."""
    resolved = root.resolve()
    print_ = xxhash.xxh3_64_hexdigest(str(resolved).encode())[:8]
    return cache / f"{resolved.name}-{print_}" if cache else root / "cache"


def _relation(
    folder: Path,
    family: str,
    paths: list[Path],
    headers: list[ColumnFile],
    names: list[str],
    attach: bool,
    whole: bool = True,
) -> str:
    if attach and "?" not in str(folder.resolve()):  # DuckDB takes what follows for an option
        print_ = caches.fingerprint(family, headers)
        try:
            return _attached(caches.build(folder, family, print_, paths, names))
        except duckdb.IOException:  # another process has seen a newer corpus, and removed it in between
            return _attached(caches.build(folder, family, print_, paths, names))
    measured = "" if whole else ", coalesce(__measured, TRUE) AS __measured"
    said = ", ".join(quote(name) for name in names)
    # The comment tells files of one name from those that stood there before: answers are kept by this text.
    return (
        f"(SELECT {said}{measured} FROM {caches.reading(paths)} /* {caches.fingerprint(family, headers)} */)"
    )


def _attached(path: Path) -> str:
    """Attach a cache read-only, once; its table."""
    alias = quote(f"{path.stem}@{path.parent}")
    with _attaching:
        _connection().execute(
            f"ATTACH IF NOT EXISTS '{str(path).replace(chr(39), chr(39) * 2)}' AS {alias} (READ_ONLY)"
        )
    return f"{alias}.{caches.TABLE}"


@cache
def _scratch() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="assay-")


@cache
def _nulls(rows: int) -> Path:
    """A file of so many nulls, which stands for the file of a shard that is not measured."""
    path = Path(_scratch().name) / f"nulls-{rows}.parquet"
    with files.writing(path) as temporary:  # several threads may be at it
        pq.write_table(pa.table({"__measured": np.zeros(rows, dtype=bool)}), temporary)
    return path


def _dropped_table(workspace: Workspace) -> str:
    """A table of the dropped documents in the in-memory instance; empty when there are none."""
    ids = dropped_ids(workspace)
    if not len(ids):
        return ""
    name = quote(f"dropped_{workspace.fingerprint}")
    with _attaching:
        cursor = _connection().cursor()
        cursor.register("dropped_now", pa.table({DOC_ID: ids}))
        cursor.execute(f"CREATE TABLE IF NOT EXISTS memory.{name} AS SELECT * FROM dropped_now")
        cursor.unregister("dropped_now")
    return f"memory.{name}"


JUDGED_SQL = f"(SELECT CASE code {{cases}} END AS {JUDGED} FROM {{table}})"


def _add_judged(
    workspace: Workspace,
    columns: dict[str, Column],
    relations: dict[str, str],
    faults: dict[str, AssayError],
) -> None:
    """The column of what people judged, where they did and no other column has its name.

    Its rows are laid out by position in a table of the in-memory instance: one byte a document.
    """
    if JUDGED in columns or JUDGEMENT in relations or not workspace.shards:
        return
    column = Column(JUDGED, "text", JUDGEMENT, kind=JUDGEMENT, source="what people judged, by most voices")
    try:
        said = verdicts(read_judgements(workspace.root))
    except BadJudgements as fault:
        columns[JUDGED], faults[JUDGEMENT] = column, fault
        return
    if not said:
        return
    made_of = digest(said)
    cursor = instance().cursor()
    found = cursor.execute(
        f"SELECT {DOC_ID}, {KEY} FROM {relations[DOCUMENTS]} WHERE {KEY} IN (SELECT unnest(?::UBIGINT[]))",
        [[int(key, 16) for key in said]],
    ).fetchall()
    codes = np.full(workspace.documents, -1, dtype=np.int8)
    for doc_id, key in found:
        codes[doc_id] = VERDICTS.index(said[key_text(key)])
    table = f"memory.{quote(f'judged_{workspace.fingerprint}_{made_of}')}"
    with _attaching:
        cursor.register("judged_now", pa.table({"code": codes}))
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT * FROM judged_now")
        cursor.unregister("judged_now")
    cases = " ".join(f"WHEN {code} THEN '{verdict}'" for code, verdict in enumerate(VERDICTS))
    relations[JUDGEMENT] = JUDGED_SQL.format(cases=cases, table=table)
    lineage = {"method": JUDGEMENT, "judgements": made_of}
    columns[JUDGED] = replace(column, nulls=workspace.documents - len(found), lineage=lineage)


def _headers_unchecked(workspace: Workspace, family: str) -> list[ColumnFile | None]:
    found: list[ColumnFile | None] = []
    for shard in workspace.shards:
        path = workspace.column_file(family, shard)
        try:
            found.append(families.read_header(path) if path.exists() else None)
        except Misaligned:
            found.append(None)
    return found


def _document_columns(workspace: Workspace, headers: Sequence[ColumnFile]) -> Iterable[Column]:
    """Mapped fields and source columns, those of one plain value a document."""
    schemas: dict[str, set[str]] = {}
    values: dict[str, int] = {}
    for shard, header in zip(workspace.shards, headers, strict=True):
        for name, said in header.types.items():
            schemas.setdefault(name, set()).add(said)
            values[name] = values.get(name, 0) + shard.rows - header.nulls.get(name, 0)
    present = {name: types for name, types in schemas.items() if name not in HIDDEN}
    order = [name for name in (*FIELDS, *DERIVED) if name in present]
    lists = sorted({str(header.about[SUFFIX_LIST]) for header in headers if SUFFIX_LIST in header.about})
    order += [name for name in present if name.startswith(SOURCE)]
    for name in order:
        types = present[name]
        if not all(caches.is_plain(said) for said in types):
            continue
        united = workspace.columns.get(name) or sorted(types)[0]
        yield Column(
            name,
            column_type(united),
            DOCUMENTS,
            unit=SINCE_1970 if name == "date_seconds" else "",
            kind="source" if name.startswith(SOURCE) else "metadata",
            nulls=workspace.documents - values[name],
            lineage={SUFFIX_LIST: lists} if name == "url_domain" else {},
        )
    if RANDOM in present:
        yield Column(
            RANDOM,
            "number",
            DOCUMENTS,
            "ratio",
            0,
            1,
            source="uniform by key, seed 0",
            kind="signal",
            nulls=0,
        )


@dataclass(frozen=True)
class _Standing:
    """How the files of a family stand to each other and to what would be made now.

    Attributes:
        read: the file of each shard; None where it is missing, or made otherwise than the others: values made
            in two ways never stand in one column.
        behind: as in ``Corpus``.
    """

    read: Sequence[ColumnFile | None]
    state: str
    behind: frozenset[int]
    why: str = ""


def _standing(
    workspace: Workspace,
    headers: Sequence[ColumnFile | None],
    present: Mapping[str, Any] | None,
    faulty: bool,
) -> _Standing:
    wanted = None if present is None else json.loads(files.canonical(present))
    abouts = [header.about for header in headers if header is not None]
    about = wanted if wanted in abouts else abouts[-1]
    mixed = any(other != about for other in abouts)
    # Where nobody says how it is made now, nothing tells which of several ways is the present one.
    changed = (
        about.get("fingerprint", workspace.fingerprint) != workspace.fingerprint
        or (mixed if wanted is None else about != wanted)
        or faulty
    )
    read = [header if header is not None and header.about == about else None for header in headers]
    state = STALE if changed or mixed else WHOLE if all(read) else PARTIAL
    lacking = [shard.number for shard, header in zip(workspace.shards, read, strict=True) if not header]
    return _Standing(
        read,
        state,
        frozenset(shard.number for shard in workspace.shards) if changed else frozenset(lacking),
        _why(workspace, abouts, wanted, faulty) if state == STALE else "",
    )


def _why(
    workspace: Workspace,
    abouts: Sequence[Mapping[str, Any]],
    wanted: Mapping[str, Any] | None,
    faulty: bool,
) -> str:
    """What has changed since a family's files were made, as a clause."""
    if faulty:
        return "a file of it is damaged, or belongs to another shard"
    now = wanted or abouts[-1]
    other = next((about for about in abouts if about != now), None)
    if other is not None and (said := families.differences(other, now)):
        otherwise = "it was made otherwise than now" if wanted else "its shards were made in different ways"
        return f"{otherwise}: {said}"
    return f"the documents of the corpus have changed since (now {workspace.fingerprint})"


def _family_columns(family: str, standing: _Standing) -> Iterable[Column]:
    found = [header for header in standing.read if header is not None]
    about = found[-1].about
    lineage = {key: value for key, value in about.items() if key != "columns"}
    for name, arrow_type in found[-1].types.items():
        said = about.get("columns", {}).get(name, {})
        yield Column(
            name=name,
            type=column_type(arrow_type),
            family=family,
            unit=said.get("unit", ""),
            low=said.get("low"),
            high=said.get("high"),
            variant=said.get("variant", ""),
            source=said.get("source", ""),
            kind=said.get("kind", "signal"),
            state=standing.state,
            why=standing.why,
            nulls=sum(header.nulls.get(name, 0) for header in found),
            lineage=lineage,
        )


def column_type(arrow_type: str) -> str:
    """A column's type in the words of this program, from Arrow's name of it."""
    if not caches.is_plain(arrow_type):
        return "other"
    for said, starts in {
        "integer": ("int", "uint"),
        "number": ("float", "double", "halffloat", "decimal"),
        "boolean": ("bool",),
        "date": ("date", "timestamp"),
        "text": ("string", "large_string", "utf8", "dictionary", "string_view", "null"),
    }.items():
        if arrow_type.startswith(starts):
            return said
    return "other"
