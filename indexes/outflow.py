"""Kept documents as a stream of tables: which columns, under which names, in corpus order, a few at a time.

What is read depends on nothing but the corpus: a row group of the file that holds the text at a time, and
none of those in which nothing is kept.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from indexes.columns import (
    BYTES,
    DOC_ID,
    DOCUMENTS,
    FIELDS,
    JUDGED,
    JUDGEMENT,
    KEY,
    RANDOM,
    SOURCE,
    TEXT,
    TOKENS,
    WHOLE,
)
from indexes.corpus import Corpus
from indexes.errors import Misaligned, MissingColumn, near_matches
from indexes.families import check_alignment, read_header
from indexes.saying import command
from indexes.schema import choose_schema, map_columns
from indexes.texts import buffers, checked, text_file
from indexes.uniting import cast, is_text, unite
from indexes.workspace import Shard, Workspace

ALL = "all"
"""Among columns asked for: every column that came with the documents."""

OURS = "assay."
"""Put before a name of ours that a source has taken."""

Masks = Iterable[tuple[Shard, NDArray[np.bool_]]]
"""Shards in their order, each with which of its documents are kept, in row order, shape (rows,)."""

Place = tuple[str, str]
"""(family, column in its files); the text is in family ``text``."""


@dataclass(frozen=True)
class Field:
    """A column as it is written.

    Attributes:
        places: number of a shard -> where its values lie; null in shards that are not named.
        origins: where a field stands for columns of several names: such a column -> its sources, by name.
    """

    name: str
    type: pa.DataType
    places: Mapping[int, Place]
    origins: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)


Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]
Valid = NDArray[np.bool_]


@dataclass(frozen=True)
class Edit:
    """A named transformation of the text that is written.

    Attributes:
        said: what a manifest says of it, its ``name`` and ``hash`` among that.
        apply: bytes, n + 1 offsets and validity of texts -> bytes and offsets, from 0, of as many. Pure; a
            text that is not valid is not looked at.
        tokens: the same arguments -> tokens of each text, by the tokenizer of the corpus; None where that is
            not ours, and the tokens of what is written are not known then.
    """

    said: Mapping[str, Any]
    apply: Callable[[Bytes, Offsets, Valid], tuple[Bytes, Offsets]]
    tokens: Callable[[Bytes, Offsets, Valid], NDArray[np.int64]] | None = None


@dataclass(frozen=True)
class Kept:
    """Some kept documents, in corpus order.

    Attributes:
        doc_ids: shape (n,), as are the others.
        sizes: bytes of each in memory, all columns, uncompressed.
        tokens, bytes: None where they are not measured throughout. Of the text as it is written.
        not_utf8: which of these have text that is not UTF-8 and is written as null.
        changed: whose text an edit changed; shape (n, n_edits), as are the others.
        emptied: which of them it left empty.
        removed: characters fewer than before; less than 0 where an edit wrote more than it took.
    """

    table: pa.Table
    doc_ids: NDArray[np.int64]
    sizes: NDArray[np.int64]
    tokens: NDArray[np.int64] | None
    bytes: NDArray[np.int64] | None
    not_utf8: NDArray[np.bool_]
    changed: NDArray[np.bool_]
    emptied: NDArray[np.bool_]
    removed: NDArray[np.int64]

    def slice(self, start: int, stop: int) -> "Kept":
        arrays = {name: getattr(self, name) for name in ARRAYS}
        cut: dict[str, Any] = {
            name: None if array is None else array[start:stop] for name, array in arrays.items()
        }
        return Kept(self.table.slice(start, stop - start), **cut)


ARRAYS = tuple(field.name for field in dataclasses.fields(Kept) if field.name != "table")
"""Of ``Kept``: what has a value a document."""


# --- which columns ---------------------------------------------------------------------------------------


def fields_of(corpus: Corpus, wanted: Sequence[str]) -> list[Field]:
    """The columns to write: ``doc_id`` and ``key``, then those asked for, each under a name of its own.

    With ``all``, columns have the names that they came with. Where that would spread a field over several
    names, since sources call it otherwise, all fields are written under ours.

    Args:
        corpus: the corpus.
        wanted: names of the corpus's columns, ``text``, names of columns as they were in their files, and
            ``all`` for every one of these.

    Raises:
        MissingColumn: there is no such column.
    """
    schemas = {shard.number: stored_schema(corpus.workspace, shard) for shard in corpus.workspace.shards}
    origins = _origins(corpus.workspace, schemas)
    source = _source_fields(corpus.workspace, schemas)
    every = _source_fields(corpus.workspace, schemas, origins) if ALL in wanted and origins else source
    found: dict[str, Field] = {}
    taken = {name.lower() for name in every} if ALL in wanted else set()

    def add(name: str, new: Field) -> None:
        if new.places and any(new.places == other.places for other in found.values()):
            return
        said = origins.get(name, {})
        while name.lower() in taken:
            name = OURS + name
        taken.add(name.lower())
        found[name] = Field(name, new.type, new.places, said)

    for name in (DOC_ID, KEY):
        kind = pa.int64() if name == DOC_ID else pa.uint64()
        add(name, Field(name, kind, dict.fromkeys(schemas, (DOCUMENTS, name))))
    if ALL in wanted:
        found |= every
    for name in wanted:
        if name not in (ALL, DOC_ID, KEY):
            add(name, _field_named(corpus, name, schemas, source))
    return list(found.values())


def writes_text(fields: Iterable[Field]) -> bool:
    """Whether the text is among the columns to write."""
    return any((TEXT, TEXT) in field.places.values() for field in fields)


def stored_schema(workspace: Workspace, shard: Shard) -> pa.Schema:
    """Columns of a shard's documents file; with the text, wherever it lies."""
    schema = _schema(workspace.documents_file(shard)).remove_metadata()
    if shard.text.path:
        path, column = text_file(workspace, shard)
        schema = schema.append(pa.field(TEXT, _schema(path).field(column).type))
    return schema


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        said = str(error).splitlines()[0]
        raise Misaligned(
            f"{path} is damaged: {said}", "Ingest its sources again into a new folder."
        ) from None


def names_of(shard: Shard, schema: pa.Schema) -> dict[str, str]:
    """The source's own column name -> the stored column, for one shard."""
    if shard.names:
        return dict(shard.names)
    return {name: name for name in schema.names if name not in (DOC_ID, KEY, RANDOM)}


def _place(stored: str) -> Place:
    return (TEXT, TEXT) if stored == TEXT else (DOCUMENTS, stored)


def _origins(workspace: Workspace, schemas: Mapping[int, pa.Schema]) -> dict[str, dict[str, list[str]]]:
    """Field -> columns that it was taken from -> their sources; empty where all sources are laid out alike.

    They are while no field comes from columns of two names, and no column is a field here and none there.
    """
    recorded = {said["name"]: said["mapping"] for said in workspace.sources}
    found: dict[str, dict[str, set[str]]] = {}
    meanings: dict[str, set[str]] = {}
    for shard in workspace.shards:
        names = names_of(shard, schemas[shard.number])
        back = {stored: own for own, stored in names.items()}
        meant = dict.fromkeys(names, "")
        by_names = map_columns(choose_schema(names), names)
        for source in {file.source for file in shard.files} or {""}:
            for name in (TEXT, *FIELDS):
                known = recorded.get(source, {}).get(name, "")
                there = {known, known.partition(".")[0]} & names.keys()
                own = back.get(name) or (known if there else by_names.get(name, ""))
                if own and name in schemas[shard.number].names:
                    found.setdefault(name, {}).setdefault(own, set()).add(source)
                    meant[own] = name
        for own, name in meant.items():
            meanings.setdefault(own, set()).add(name)
    if all(len(several) == 1 for several in (*found.values(), *meanings.values())):
        return {}
    return {name: {own: sorted(found[name][own]) for own in sorted(found[name])} for name in found}


def _source_fields(
    workspace: Workspace,
    schemas: Mapping[int, pa.Schema],
    origins: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
) -> dict[str, Field]:
    """Every column that came with the documents, in the order of the files.

    Where one name has values of several types that no one type holds, the later ones are written under
    the name by which they are stored.

    Args:
        workspace: the workspace.
        schemas: number of a shard -> its columns.
        origins: fields that are written under our names, and where they come from; a column that is called
            so and is no such field gets the name by which it is stored. All other names are the sources' own.
    """
    ours = origins or {}
    types: dict[str, pa.DataType] = {}
    places: dict[str, dict[int, Place]] = {}
    named = {shard.number: names_of(shard, schemas[shard.number]) for shard in workspace.shards}
    taken = {own.lower() for names in named.values() for own in names}

    def written(own: str, stored: str) -> str:
        if stored in ours or own.lower() not in ours:
            return stored if stored in ours else own
        while stored.lower() in taken:
            stored = OURS + stored
        return stored

    for shard in workspace.shards:
        schema, names = schemas[shard.number], named[shard.number]
        unnamed = {name: name for name in ours if name in schema.names and name not in names.values()}
        for own, stored in [*names.items(), *unnamed.items()]:
            if schema.get_field_index(stored) < 0:
                raise Misaligned(
                    f"{workspace.documents_file(shard)} lacks the column {stored}, which holds {own}.",
                    "Ingest its sources again into a new folder.",
                )
            kind = schema.field(stored).type
            name = written(own, stored)
            if name in types and not _unites(types[name], kind):
                name = written(stored.removeprefix(SOURCE), stored)
            types[name] = unite(types[name], kind) if name in types else _written(kind)
            places.setdefault(name, {})[shard.number] = _place(stored)
    return {name: Field(name, _written(types[name]), places[name], ours.get(name, {})) for name in types}


def _unites(a: pa.DataType, b: pa.DataType) -> bool:
    united = unite(a, b)
    if pa.types.is_null(a) or pa.types.is_null(b) or united.equals(a):
        return True
    if is_text(united):
        return is_text(a) and is_text(b)
    return not (pa.types.is_floating(united) and pa.types.is_integer(a) != pa.types.is_integer(b))


def _written(kind: pa.DataType) -> pa.DataType:
    """The type as it is written: no dictionaries, whose codes differ from file to file; text as text."""
    if pa.types.is_dictionary(kind):
        return _written(kind.value_type)
    return kind


def _field_named(
    corpus: Corpus, name: str, schemas: Mapping[int, pa.Schema], source: Mapping[str, Field]
) -> Field:
    stored = {number: schema.field(name).type for number, schema in schemas.items() if name in schema.names}
    if stored:
        kind = pa.null()
        for found in stored.values():
            kind = unite(kind, found)
        return Field(name, _written(kind), {number: _place(name) for number in stored})
    if name not in corpus.columns and name in source:
        return source[name]
    if name not in corpus.columns:
        near = near_matches(name, [*corpus.ready(), *source])
        raise MissingColumn(
            f"This corpus has no column {name}.{near}",
            f"See which columns there are with: {command('columns', corpus.workspace.root)}",
        )
    family = corpus.column(name).family
    if family == JUDGEMENT:
        shards = (shard.number for shard in corpus.workspace.shards)
        return Field(name, pa.string(), dict.fromkeys(shards, (JUDGEMENT, name)))
    kind = pa.null()
    there = {}
    for shard in corpus.workspace.shards:
        path = corpus.workspace.column_file(family, shard)
        if path.exists():
            kind = unite(kind, pq.read_schema(path).field(name).type)
            there[shard.number] = (family, name)
    return Field(name, kind, there)


# --- their values ----------------------------------------------------------------------------------------


def kept_documents(
    corpus: Corpus, fields: Sequence[Field], masks: Masks, edits: Sequence[Edit] = ()
) -> Iterator[Kept]:
    """The documents that are kept, in corpus order.

    Args:
        corpus: the corpus.
        fields: the columns to give.
        masks: shards in their order, each with its keep mask.
        edits: what becomes of the text, one after another.

    Raises:
        SourceChanged, Misaligned: a file is no longer what it was.
    """
    counted = {
        name: _field_named(corpus, name, {}, {})
        for name in (TOKENS, BYTES)
        if name in corpus.columns
        and corpus.columns[name].state == WHOLE
        and corpus.columns[name].family not in (DOCUMENTS, *corpus.faults)
    }
    wanted = any(family == JUDGEMENT for field in fields for family, _ in field.places.values())
    judged = _judged(corpus) if wanted else None
    for shard, mask in masks:
        if mask.any():
            yield from _of_shard(corpus.workspace, shard, fields, counted, mask, edits, judged)


def _judged(corpus: Corpus) -> pa.Table:
    """``doc_id`` and ``judged`` of what people judged; it is little, and in no file a shard."""
    sql = f"SELECT {DOC_ID}, {JUDGED} {corpus.whole.clause([JUDGED])} WHERE {JUDGED} IS NOT NULL"
    return corpus.whole.cursor().sql(sql).to_arrow_table()


def _of_shard(
    workspace: Workspace,
    shard: Shard,
    fields: Sequence[Field],
    counted: Mapping[str, Field],
    mask: NDArray[np.bool_],
    edits: Sequence[Edit],
    judged: pa.Table | None,
) -> Iterator[Kept]:
    wanted: dict[str, set[str]] = {DOCUMENTS: {DOC_ID}}
    for field in (*fields, *counted.values()):
        if shard.number in field.places:
            family, column = field.places[shard.number]
            wanted.setdefault(family, set()).add(column)
    wanted.pop(JUDGEMENT, None)
    with ExitStack() as opened:
        files = {
            family: opened.enter_context(_Rows(*_file(workspace, shard, family), columns, shard.rows))
            for family, columns in wanted.items()
        }
        for start, stop in files[TEXT if TEXT in files else DOCUMENTS].groups():
            keep = mask[start:stop]
            if keep.any():
                chosen = pa.array(keep)
                tables = {family: file.read(start, stop).filter(chosen) for family, file in files.items()}
                if judged is not None:
                    there = pc.index_in(tables[DOCUMENTS][DOC_ID], judged[DOC_ID])
                    tables[JUDGEMENT] = judged.select([JUDGED]).take(there)
                yield _assemble(shard, fields, counted, tables, int(np.count_nonzero(keep)), edits)


def _file(workspace: Workspace, shard: Shard, family: str) -> tuple[Path, str]:
    """The file that holds a family's columns of a shard, and the name there of the text, if it is that."""
    if family == TEXT:
        return text_file(workspace, shard)
    if family == DOCUMENTS:
        return workspace.documents_file(shard), ""
    path = workspace.column_file(family, shard)
    check_alignment(path, family, shard, read_header(path))
    return path, ""


def _assemble(
    shard: Shard,
    fields: Sequence[Field],
    counted: Mapping[str, Field],
    tables: Mapping[str, pa.Table],
    rows: int,
    edits: Sequence[Edit],
) -> Kept:
    not_utf8 = np.zeros(rows, dtype=bool)
    changed, emptied = (np.zeros((rows, len(edits)), dtype=bool) for _ in range(2))
    removed = np.zeros((rows, len(edits)), dtype=np.int64)
    numbers = {name: _numbers(tables[field.places[shard.number][0]][name]) for name, field in counted.items()}
    tokens, text_bytes = numbers.get(TOKENS), numbers.get(BYTES)
    arrays = []
    for field in fields:
        if shard.number not in field.places:
            arrays.append(pa.nulls(rows, field.type))
            continue
        family, column = field.places[shard.number]
        values = _one(_decoded(tables[family][column]))
        if family == TEXT:
            raw = checked(values)
            not_utf8 = np.asarray(raw.is_null()) & np.asarray(values.is_valid())
            for i, edit in enumerate(edits):
                before, raw = raw, _edited(raw, edit)
                changed[:, i] = pc.fill_null(pc.not_equal(before, raw), False)
                emptied[:, i] = changed[:, i] & (_numbers(pc.binary_length(raw)) == 0)
                removed[:, i] = _characters(before) - _characters(raw)
            if edits and tokens is not None:
                tokens = _tokens(raw, edits[-1], tokens, np.asarray(changed.any(axis=1)))
            if edits or text_bytes is None:
                text_bytes = _numbers(pc.binary_length(raw))
            arrays.append(raw.cast(field.type))
        else:
            arrays.append(cast(values, field.type))
    table = pa.table(arrays, pa.schema([(field.name, field.type) for field in fields]))
    return Kept(
        table,
        _numbers(tables[DOCUMENTS][DOC_ID]),
        sum((sizes(column) for column in arrays), np.zeros(rows, dtype=np.int64)),
        tokens,
        text_bytes,
        not_utf8,
        changed,
        emptied,
        removed,
    )


def _edited(raw: pa.LargeBinaryArray, edit: Edit) -> pa.LargeBinaryArray:
    """Texts as an edit leaves them; null stays null."""
    _, _, valid = before = buffers(raw)
    data, offsets = edit.apply(*before)
    if offsets.shape != (len(raw) + 1,) or offsets[-1] != len(data):
        raise ValueError(f"the edit {edit.said['name']} made {len(offsets) - 1} texts of {len(raw)}")
    parts = (np.packbits(valid, bitorder="little"), offsets, data)
    return pa.Array.from_buffers(pa.large_binary(), len(raw), [pa.py_buffer(part) for part in parts])


def _tokens(
    raw: pa.LargeBinaryArray, edit: Edit, before: NDArray[np.int64], changed: NDArray[np.bool_]
) -> NDArray[np.int64] | None:
    """Tokens of each text; counted anew where an edit changed it."""
    if edit.tokens is None:
        return None
    data, offsets, _ = buffers(raw)
    return np.where(changed, edit.tokens(data, offsets, changed), before)


def _characters(raw: pa.LargeBinaryArray) -> NDArray[np.int64]:
    return _numbers(pc.utf8_length(raw.cast(pa.large_string())))


def _decoded(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.cast(values.type.value_type) if pa.types.is_dictionary(values.type) else values


def _one(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Values as one array: what is written depends on no chunks."""
    if isinstance(values, pa.ChunkedArray):
        return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    return values


def _numbers(values: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
    """Counts of documents; null counts nothing."""
    return np.asarray(pc.fill_null(_one(values), 0), dtype=np.int64)


def sizes(array: pa.Array) -> NDArray[np.int64]:
    """Bytes of each value in memory, uncompressed, shape (n,); 8 for what is of no known width."""
    kind = array.type
    n = len(array)
    if pa.types.is_struct(kind):
        return sum((sizes(child) for child in array.flatten()), np.zeros(n, dtype=np.int64))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_map(kind):
        places = np.asarray(array.offsets, dtype=np.int64)
        inner = (array.keys, array.items) if pa.types.is_map(kind) else (array.values,)
        totals = [np.concatenate([[0], np.cumsum(sizes(child))]) for child in inner]
        return sum(
            (total[places[1:]] - total[places[:-1]] for total in totals), np.full(n, 4, dtype=np.int64)
        )
    if is_text(kind):
        return _numbers(pc.binary_length(array)) + 4
    width = kind.bit_width // 8 if pa.types.is_primitive(kind) else 8
    return np.full(n, max(1, width), dtype=np.int64)


class _Rows:
    """A Parquet file read forwards by row numbers; holds one row group."""

    def __init__(self, path: Path, text: str, columns: Iterable[str], rows: int) -> None:
        self._file = pq.ParquetFile(path)
        self._text = text
        self._columns = [text] if text else sorted(columns)
        footer = self._file.metadata
        counts = [footer.row_group(i).num_rows for i in range(footer.num_row_groups)]
        self._ends = np.cumsum(counts, dtype=np.int64)
        if footer.num_rows != rows:
            self._file.close()
            raise Misaligned(
                f"{path} has {footer.num_rows:,} rows, but its shard has {rows:,} documents.",
                "Ingest its sources again into a new folder.",
            )
        self._held: tuple[int, pa.Table] | None = None

    def groups(self) -> Iterator[tuple[int, int]]:
        """First row and end of each row group."""
        start = 0
        for stop in self._ends.tolist():
            yield start, stop
            start = stop

    def read(self, start: int, stop: int) -> pa.Table:
        first = int(np.searchsorted(self._ends, start, side="right"))
        last = int(np.searchsorted(self._ends, stop - 1, side="right"))
        pieces = []
        for group in range(first, last + 1):
            table = self._group(group)
            begins = int(self._ends[group - 1]) if group else 0
            low, high = max(start, begins), min(stop, int(self._ends[group]))
            pieces.append(table.slice(low - begins, high - low))
        return pa.concat_tables(pieces)

    def _group(self, group: int) -> pa.Table:
        if self._held is None or self._held[0] != group:
            self._held = None
            table = self._file.read_row_group(group, columns=self._columns)
            table = table.select(self._columns)  # a name before a dot brings all that begin with it
            self._held = group, table.rename_columns([TEXT]) if self._text else table
        return self._held[1]

    def __enter__(self) -> "_Rows":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
