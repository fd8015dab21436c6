"""What a signal is: a number measured from one document's text alone, and how it is declared.

A file in ``analytics/signals/`` declares one ``FAMILY``: signals measured together and kept in one column
file a shard. It is all that a new signal takes. Heavy imports happen inside ``measure``, so that reading
the declarations stays cheap.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from analytics import signals
from indexes.columns import MISSING, Column
from indexes.registry import members

View = TypeVar("View")


@dataclass(frozen=True, eq=False)
class Texts:
    """The texts of a batch of documents, as views of the reader's buffers.

    Attributes:
        data: UTF-8 bytes of all texts, shape (n_bytes,).
        offsets: where each text begins and the last one ends in ``data``, shape (n_docs + 1,); the first
            need not be 0.
        valid: false where a document has no readable text, shape (n_docs,); every signal is null there,
            and what ``measure`` gives for it is not looked at.
        lists: words that the user gave, by the name of the list; what ``Family.needs`` names is there.
        models: files of models that the user gave, by name; what ``Family.model`` names may be there.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    valid: NDArray[np.bool_]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    models: Mapping[str, Path] = field(default_factory=dict)
    _views: dict[Callable[["Texts"], Any], Any] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.valid)

    def once(self, view: Callable[["Texts"], View]) -> View:
        """What a function makes of these texts, made once: signals share their passes over the bytes."""
        if view not in self._views:
            self._views[view] = view(self)
        made: View = self._views[view]
        return made


@dataclass(frozen=True)
class Signal:
    """One column: a definition and the function that computes it.

    Attributes:
        name: as in the field; with ``variant`` it makes the column's name.
        unit: what it counts (``words``, ``characters``) or ``ratio``.
        low, high: the range it lies in; None where it is open.
        source: where the definition comes from: paper and section, or repository and commit.
        measure: texts -> one value a document, shape (n_docs,): int64 where ``type`` is ``integer``,
            float64 with NaN where the value is undefined for ``number``, objects (str or None) for
            ``text``. Judges each document alone.
        variant: the definition's name where the signal has several; empty for our default.
        type: ``integer``, ``number`` or ``text``.
        definition: what exactly is counted, over what, in one sentence without a full stop.
    """

    name: str
    unit: str
    low: float | None
    high: float | None
    source: str
    measure: Callable[[Texts], NDArray[Any]]
    variant: str = ""
    type: str = "number"
    definition: str = ""

    @property
    def column(self) -> str:
        """The column's name."""
        return f"{self.name}__{self.variant}" if self.variant else self.name


@dataclass(frozen=True)
class Given:
    """Values that came with the documents, taken over where all of a corpus has them.

    Where a part of it has none, or values of another kind, all documents are measured: what was counted in
    different ways is never added up.

    Attributes:
        schema: input schema of the sources whose values these are.
        columns: signal's column -> stored column of the documents.
        params: what stands in the lineage instead of the family's own parameters.
    """

    schema: str
    columns: Mapping[str, str]
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Family:
    """Signals measured together: one folder below ``columns/``.

    Attributes:
        name: the name of the file that declares it.
        version: raised whenever a value may come out differently; older columns are stale then.
        params: everything that the values depend on and a reader of the lineage should see.
        given: the values of sources that bring their own.
        default: whether ``assay measure`` computes it without being asked; else it is computed where a
            recipe reads it, where it is named, or with ``--all``.
        needs: names of lists of words that the user gives (``assay measure --list NAME=FILE``).
        model: name of a model that the user may give (``assay measure --model NAME=FILE``); empty for none.
    """

    name: str
    version: int
    signals: tuple[Signal, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    given: Given | None = None
    default: bool = True
    needs: tuple[str, ...] = ()
    model: str = ""


def ratio(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """``part / whole``, shape (n_docs,); NaN where the whole is 0."""
    divided = np.full(part.shape, np.nan)
    np.divide(part, whole, out=divided, where=whole > 0)
    return divided


@cache
def signal_families() -> Mapping[str, Family]:
    """Every family of signals by name."""
    return members(signals, "FAMILY", Family)


@cache
def signal_columns() -> Mapping[str, Column]:
    """The column of every signal by name, as it stands before it is measured."""
    return {
        signal.column: Column(
            name=signal.column,
            type=signal.type,
            family=family.name,
            unit=signal.unit,
            low=signal.low,
            high=signal.high,
            variant=signal.variant,
            source=signal.source,
            kind="signal",
            state=MISSING,
        )
        for family in signal_families().values()
        for signal in family.signals
    }
