"""From a file's own columns to a document's: mapped fields under their names, all else under ``source.``."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indexes import keys, metadata
from indexes.columns import FIELDS, KEY, SOURCE, TEXT
from indexes.hosts import hosts_and_domains
from indexes.uniting import TEXT as TEXT_TYPE
from indexes.uniting import as_text, cast, is_text, plain_type, utf8, without_nan

ISO_DATE = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}(:?\d{2}(:?\d{2}([.,]\d+)?)?)? ?(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)?)?$"
TIME = (
    r"^.{10}[T ](?P<hour>\d{2}):?(?P<minute>\d{2})?:?(?P<second>\d{2})?(?:[.,]\d+)? ?"
    r"(?:Z|UTC|GMT|(?P<sign>[+-])(?P<zone_hour>\d{2}):?(?P<zone_minute>\d{2})?)?$"
)
SHORT = {r"^\d{4}$": "-01-01", r"^\d{4}-\d{2}$": "-01"}
"""A year, or a year and month: what makes a day of it."""


@dataclass
class Arranger:
    """Gives the rows of one file the columns of the corpus.

    Attributes:
        mapping: field or ``text`` -> the file's column.
        source: the source's name, for records that have none of their own.
        order: the file's columns in its order.
        key: ``id``, or ``text`` to make keys of texts even where there are ids.
        known: stored columns of the corpus, in lower case -> as they are written: DuckDB tells no two
            names apart that differ in case only.
        names: the file's column -> the stored column with its values.
        unread_dates: values of the date column that are neither ISO dates nor years.
        copies: a stored column that came up late -> the one that holds its values in the rows before.
        inner: (column, key inside it) -> the stored column with its values.
        json: text columns -> whether they hold JSON objects, by the first rows that have values.
    """

    mapping: Mapping[str, str]
    source: str
    order: list[str]
    key: str = "id"
    known: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    unread_dates: int = 0
    copies: dict[str, str] = field(default_factory=dict)
    inner: dict[tuple[str, str], str] = field(default_factory=dict)
    json: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names[self.mapping[TEXT]] = TEXT

    def arrange(self, table: pa.Table, numbers: NDArray[np.uint64] | None = None) -> pa.Table:
        """The columns of the corpus, ``doc_id`` apart.

        Args:
            table: rows of the file; without the text column where keys are given.
            numbers: keys, where they were made beforehand.
        """
        stored: dict[str, pa.ChunkedArray] = {}
        parts = self._parts(table, table.column_names)
        fields = {name: self._field(table, name, parts) for name in FIELDS}
        text = table[self.mapping[TEXT]] if self.mapping[TEXT] in table.column_names else None
        if numbers is None:
            numbers = self._keys(table.num_rows, fields["id"], fields["source"], text)
        stored[KEY] = pa.chunked_array([pa.array(numbers)])
        stored["random"] = pa.chunked_array([pa.array(keys.uniform_by_key(numbers, keys.RANDOM_SEED))])
        if text is not None:
            stored[TEXT] = text.cast(TEXT_TYPE)
        keep = self._stored_fields(table, fields, stored, parts)
        for name in self._in_order(table.column_names):
            if name == self.mapping[TEXT]:
                continue
            if name in self.mapping.values() and name not in keep and self.names.get(name) in FIELDS:
                continue
            column = without_nan(_stored(table[name]))
            place = self.names.setdefault(name, self._free_name(name))
            stored[place] = column
            if name in parts:
                stored |= self._opened(table, name, parts[name])
        return pa.table(stored)

    def keys_of(self, table: pa.Table) -> NDArray[np.uint64]:
        """Keys of rows of the file."""
        wanted = [self.mapping.get(name, "").partition(".")[0] for name in ("id", "source")]
        parts = self._parts(table, [name for name in wanted if name in table.column_names])
        ids, own = (self._field(table, name, parts) for name in ("id", "source"))
        return self._keys(table.num_rows, ids, own, table[self.mapping[TEXT]])

    def _keys(
        self,
        rows: int,
        ids: pa.ChunkedArray | None,
        sources: pa.ChunkedArray | None,
        text: pa.ChunkedArray | None,
    ) -> NDArray[np.uint64]:
        """Keys of rows: of source and id, of the text where there is no id."""
        if self.key == "text" or ids is None:
            if text is None:
                raise ValueError("no id and no text to make keys of")
            return keys.keys_of_texts(text.combine_chunks())
        ids = ids.combine_chunks()
        missing = np.asarray(pc.or_kleene(pc.is_null(ids), pc.equal(ids, "")).fill_null(True), dtype=bool)
        if not missing.any():
            return keys.keys_of_ids(ids, None if sources is None else sources.combine_chunks())
        if text is None:
            raise ValueError("rows without id, and no text to make keys of")
        made = np.empty(rows, dtype=np.uint64)
        there = pa.array(~missing)
        made[missing] = keys.keys_of_texts(text.combine_chunks().filter(pa.array(missing)))
        own = None if sources is None else sources.combine_chunks().filter(there)
        made[~missing] = keys.keys_of_ids(ids.filter(there), own)
        return made

    def _parts(self, table: pa.Table, names: Iterable[str]) -> dict[str, dict[str, pa.ChunkedArray]]:
        """Column -> key -> values, of those of these columns that have an inside."""
        found = {}
        for name in names:
            column = table[name]
            if name == self.mapping[TEXT]:
                continue
            if name not in self.json and is_text(column.type) and column.null_count < len(column):
                self.json[name] = metadata.is_json(column)
            if pa.types.is_struct(column.type) or self.json.get(name):
                found[name] = metadata.inside(column)
        return found

    def _opened(
        self, table: pa.Table, column: str, parts: Mapping[str, pa.ChunkedArray]
    ) -> dict[str, pa.ChunkedArray]:
        """Columns of the keys inside a column, as far as there is room; a column of that name goes before."""
        prefix = f"{SOURCE}{column}.".lower()
        own = {*self.order, *table.column_names, *self.mapping.values()}
        there = sum(name.startswith(prefix) for name in self.known)
        nested = sum("." in name.removeprefix(SOURCE) for name in self.known)
        room = min(metadata.MOST_KEYS - there, metadata.MOST_OPENED - nested)
        found = {}
        for key in metadata.plain(parts):
            name = f"{column}.{key}"
            place = self.inner.get((column, key))
            if name in own:
                continue
            if place is None:
                if f"{SOURCE}{name}".lower() not in self.known:
                    if room <= 0:
                        continue
                    room -= 1
                place = self.inner[column, key] = self._free_name(name, (column, key))
            found[place] = without_nan(_stored(parts[key]))
        return found

    def _field(
        self, table: pa.Table, name: str, parts: Mapping[str, Mapping[str, pa.ChunkedArray]]
    ) -> pa.ChunkedArray | None:
        """A mapped field as text, or as a date; None where the rows have no such column."""
        column = _reach(table, self.mapping.get(name), parts)
        if column is None or pa.types.is_null(column.type):
            return None
        if name == "date":
            return column
        return utf8(_stored(column)) if is_text(column.type) else as_text(_stored(column))

    def _stored_fields(
        self,
        table: pa.Table,
        fields: Mapping[str, pa.ChunkedArray | None],
        stored: dict[str, pa.ChunkedArray],
        parts: Mapping[str, Mapping[str, pa.ChunkedArray]],
    ) -> set[str]:
        """Put the mapped fields in their places; the file's columns that are to be kept beside them."""
        keep = set()
        for name, values in fields.items():
            if values is None:
                if name == "source" and self.names.get(self.mapping.get(name, "")) == name:
                    self._keep_source()  # the file has it, these rows have not
                continue
            column = self.mapping[name]
            original = _reach(table, column, parts)
            assert original is not None, column  # its values were read from there
            as_it_is = is_text(original.type) if name != "date" else pa.types.is_date32(original.type)
            if name == "date":
                dates, unread = to_dates(values)
                self.unread_dates += unread
                stored[name] = dates
                stored["date_seconds"] = to_seconds(values, dates)
            elif name == "source" and values.null_count:
                stored[name] = pc.fill_null(values, self.source)
                as_it_is = False
                if self.names.get(column) == name:
                    self._keep_source()
            else:
                stored[name] = values
            if name == "url":
                stored["url_host"], stored["url_domain"] = map(_chunked, hosts_and_domains(values))
            if column not in table.column_names:
                continue  # it lies inside a nested column, which stays whole
            if self.names.get(column, name) != name or not as_it_is:
                keep.add(column)
                if self.names.get(column) in (None, name):
                    self.names[column] = self._free_name(column)
            else:
                self.names[column] = name
        if "source" not in stored:
            stored["source"] = pa.chunked_array(
                [pa.repeat(pa.scalar(self.source, TEXT_TYPE), table.num_rows)]
            )
        return keep

    def _keep_source(self) -> None:
        """Keep the records' own sources beside the column that names one for each document."""
        column = self.mapping["source"]
        self.names[column] = self._free_name(column)
        self.copies[self.names[column]] = "source"

    def completed(self, table: pa.Table) -> pa.Table:
        """Rows arranged earlier, with the columns that came up late."""
        for column, origin in self.copies.items():
            if column not in table.column_names:
                table = table.append_column(column, table[origin])
        return table

    def _in_order(self, names: Iterable[str]) -> list[str]:
        place = {name: i for i, name in enumerate(self.order)}
        return sorted(names, key=lambda name: place.get(name, len(place)))

    def _free_name(self, name: str, key: tuple[str, str] | None = None) -> str:
        """The stored name of a column, or of a key inside one: another where two are taken for the same."""
        wanted = SOURCE + name
        taken = {stored.lower() for column, stored in self.names.items() if column != name or key}
        taken |= {stored.lower() for other, stored in self.inner.items() if other != key}
        if key:
            taken |= {f"{SOURCE}{column}".lower() for column in self.order}
        wanted = self.known.get(wanted.lower(), wanted)
        while wanted.lower() in taken:
            wanted += "__2"
        self.known.setdefault(wanted.lower(), wanted)
        return wanted


def names_in(arranger: Arranger) -> dict[str, str]:
    """A file's columns -> stored columns, in the file's order."""
    place = {name: i for i, name in enumerate(arranger.order)}
    names = sorted(arranger.names, key=lambda name: place.get(name, len(place)))
    return {name: arranger.names[name] for name in names}


def _reach(
    table: pa.Table, column: str | None, parts: Mapping[str, Mapping[str, pa.ChunkedArray]]
) -> pa.ChunkedArray | None:
    """A column, or the inside of one by ``outer.inner``; None where it is not there."""
    if column is None:
        return None
    if column in table.column_names:
        return table[column]
    outer, _, inner = column.partition(".")
    return parts.get(outer, {}).get(inner)


def _chunked(array: pa.Array) -> pa.ChunkedArray:
    return pa.chunked_array([array])


def _stored(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column in the type in which it is stored."""
    kind = plain_type(column.type)
    if kind.equals(column.type):
        return column if not is_text(kind) or not pa.types.is_string(kind) else utf8(column)
    if pa.types.is_null(kind):
        return pa.chunked_array([pa.nulls(len(column))])
    if kind.equals(TEXT_TYPE):
        return utf8(column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column)
    return cast(column, kind)


def to_dates(values: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """Days of ISO dates, date-times (the day as written) and years; null for all else.

    Returns:
        ``date32`` values, and how many that were there could not be read.
    """
    kind = values.type
    if pa.types.is_date32(kind):
        return values, 0
    if pa.types.is_date(kind):
        return values.cast(pa.date32()), 0
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(values) if kind.tz else values
        return pc.floor_temporal(local, unit="day").cast(pa.timestamp("s")).cast(pa.date32()), 0
    values = without_nan(values)
    said = pc.utf8_trim_whitespace(as_text(values))
    if pa.types.is_floating(kind):
        said = pc.replace_substring_regex(said, r"\.0$", "")
    there = len(said) - said.null_count - (pc.sum(pc.equal(said, "")).as_py() or 0)
    days = pc.if_else(pc.match_substring_regex(said, ISO_DATE), pc.utf8_slice_codeunits(said, 0, 10), None)
    for pattern, rest in SHORT.items():
        short = pc.match_substring_regex(said, pattern)
        days = pc.if_else(short, pc.binary_join_element_wise(said, rest, ""), days)
    dates = _parse_days(days)
    return dates, there - (len(dates) - dates.null_count)


def to_seconds(values: pa.ChunkedArray, days: pa.ChunkedArray) -> pa.ChunkedArray:
    """Seconds from 1970 in UTC; of a day, month or year the first; null for no date, or no time of day.

    Args:
        values: as ``to_dates`` takes them; a time without a zone is taken for UTC.
        days: what it made of them.
    """
    kind = values.type
    if pa.types.is_timestamp(kind):
        return pc.floor_temporal(values, unit="second").cast(pa.timestamp("s", kind.tz)).cast(pa.int64())
    seconds = days.cast(pa.timestamp("s")).cast(pa.int64())
    if not is_text(kind):
        return seconds
    found = pc.extract_regex(pc.utf8_trim_whitespace(as_text(values)), TIME)
    timed = pc.and_(found.is_valid(), seconds.is_valid())
    if not pc.any(timed).as_py():
        return seconds
    said = [_whole(pc.struct_field(found, i)) for i in (0, 1, 2, 4, 5)]
    hour, minute, second, zone_hour, zone_minute = said
    zone = pc.add(pc.multiply(zone_hour, 3600), pc.multiply(zone_minute, 60))
    zone = pc.if_else(pc.equal(pc.struct_field(found, 3), "-"), pc.negate(zone), zone)
    time = pc.add(pc.add(pc.multiply(hour, 3600), pc.multiply(minute, 60)), second)
    limits = zip(said, (23, 59, 60, 23, 59), strict=True)
    right = functools.reduce(pc.and_, [pc.less_equal(part, limit) for part, limit in limits])
    moment = pc.if_else(right, pc.subtract(pc.add(seconds, time), zone), None)
    return pc.if_else(timed, moment, seconds)


def _whole(digits: pa.ChunkedArray) -> pa.ChunkedArray:
    """Digits as whole numbers, none as 0."""
    return pc.fill_null(pc.if_else(pc.equal(digits, ""), "0", digits).cast(pa.int64()), 0)


def _parse_days(days: pa.ChunkedArray) -> pa.ChunkedArray:
    """``YYYY-MM-DD`` as days; null for what is no day of the calendar, and for the year 0."""
    days = pc.if_else(pc.starts_with(days, "0000"), None, days)
    try:
        return days.cast(pa.date32())
    except pa.ArrowInvalid:
        pass
    known = {}
    for day in pc.unique(days).to_pylist():
        try:
            known[day] = None if day is None else np.datetime64(day, "D").item()
        except ValueError:
            known[day] = None
    return pa.chunked_array([pa.array([known[day] for day in days.to_pylist()], pa.date32())])
