"""What a page says when something is wrong that a person can put right.

``app.py`` runs every page inside ``told``; no page has a ``try``. Anything but a named problem is a fault of
this program and shows its traceback.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from indexes.errors import AssayError, MissingColumn, UnfinishedColumn
from pages.ui import empty


@contextmanager
def told() -> Iterator[None]:
    """Draw a named problem, its sentence and next step escaped, where it happened."""
    try:
        yield
    except AssayError as problem:
        missing = isinstance(problem, MissingColumn | UnfinishedColumn)
        empty.say(problem.sentence, problem.next_step, tone="warn" if missing else "error")
