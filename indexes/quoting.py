"""The one way by which a name gets into SQL. Values are never formatted: they are bound."""

from collections.abc import Iterable


def quote(name: str) -> str:
    """A column, table or cache name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quoted(names: Iterable[str]) -> str:
    """Several names, separated by commas."""
    return ", ".join(quote(name) for name in names)
