"""An input schema: which columns of a source hold a document's text and fields, under which spellings.

A file in ``indexes/schemas/`` declares one ``SCHEMA``. The one used for a source is, of those whose required
columns are all there, the one that requires most; every column it does not map arrives under ``source.``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from indexes import schemas
from indexes.columns import FIELDS, TEXT
from indexes.errors import AssayError, near_matches
from indexes.registry import members

MAPPED = (TEXT, *FIELDS)


@dataclass(frozen=True)
class Schema:
    """Which columns hold a document's text and fields.

    Attributes:
        name: as ``--schema`` takes it; the file's name.
        label: what data of this shape is called.
        required: columns that are all there where this schema is meant.
        alone: whether it is meant only where there are no others.
        spellings: field or ``text`` -> the columns that may hold it, the first that is there taken. A dot
            reaches into a nested column, which then also stays whole under ``source.``.
    """

    name: str
    label: str
    required: tuple[str, ...]
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    alone: bool = False

    def __post_init__(self) -> None:
        unknown = [name for name in self.spellings if name not in MAPPED]
        if unknown or TEXT not in self.spellings:
            raise ValueError(
                f"schema {self.name!r} must map text and only {MAPPED}, got {list(self.spellings)}"
            )


@cache
def all_schemas() -> Mapping[str, Schema]:
    """Name -> schema, in order of the names."""
    return members(schemas, "SCHEMA", Schema)


def schema_named(name: str) -> Schema:
    """A schema by name; ``AssayError`` with near matches where there is none."""
    known = all_schemas()
    if name not in known:
        raise AssayError(
            f"There is no schema {name}.{near_matches(name, known)}", f"Choose one of: {', '.join(known)}"
        )
    return known[name]


def choose_schema(columns: Iterable[str]) -> Schema:
    """The schema that requires most of those whose required columns are all there; else the plain one."""
    there = set(columns)
    fitting = [
        schema
        for schema in all_schemas().values()
        if there.issuperset(schema.required) and not (schema.alone and len(there) > len(schema.required))
    ]
    return max(fitting, key=lambda schema: len(schema.required), default=schema_named("plain"))


def map_columns(
    schema: Schema, columns: Iterable[str], overrides: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Which column holds each field of a file: field or ``text`` -> column, as far as they are there.

    Args:
        schema: of the file's source.
        columns: the file's, nested ones also by their inner names (``metadata.url``).
        overrides: column -> field, from ``--map``; a field of a column that is there is taken from it alone.
    """
    there = set(columns)
    wanted = {column: field for column, field in (overrides or {}).items() if column in there}
    mapping = {field: column for column, field in reversed(wanted.items())}
    for name in MAPPED:
        if name in mapping:
            continue
        for spelling in schema.spellings.get(name, ()):
            if spelling in there and spelling not in wanted:
                mapping[name] = spelling
                break
    return {name: mapping[name] for name in MAPPED if name in mapping}
