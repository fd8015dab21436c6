"""What a selection method is, and how it is declared: it turns columns, and perhaps a target, into a score.

A file in ``analytics/selection/`` declares one ``METHOD``. Heavy imports happen inside its functions, so that
reading the declarations stays cheap.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analytics import selection
from indexes.registry import members

EMBEDDING = "embedding"
"""The column of vectors."""

Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all."""


@dataclass(frozen=True, eq=False)
class Scored:
    """What a method says of each document, and what made it say so.

    Attributes:
        score: shape (n_docs,), higher is kept sooner; NaN where a document has none.
        example: index of the target's example that gave the score, shape (n_docs,); -1 where none did.
        similarity: of the document and that example, shape (n_docs,), -1 to 1; NaN where there is none.
    """

    score: NDArray[np.float64]
    example: NDArray[np.int64]
    similarity: NDArray[np.float64]


Score = Callable[[NDArray[np.floating], NDArray[np.uint64], NDArray[np.floating], Progress | None], Scored]
"""(vectors of all documents, their keys, vectors of the examples, progress in examples) -> scores."""


@dataclass(frozen=True)
class Method:
    """A selection method.

    Attributes:
        name: the name of the file that declares it.
        label: for people.
        source: where the method comes from.
        needs: columns it reads.
        score: the function; pure, and the same for documents in any order.
        version: raised whenever a score may come out differently; older columns are stale then.
        whole_corpus: it needs all documents at once, so that its scores are stale when the corpus changes.
        unit: what the score counts; empty where it counts nothing.
        low, high: the range the score lies in; None where it is open.
    """

    name: str
    label: str
    source: str
    needs: tuple[str, ...]
    score: Score
    version: int
    whole_corpus: bool = False
    unit: str = ""
    low: float | None = None
    high: float | None = None


@cache
def all_methods() -> dict[str, Method]:
    """Name -> method, in order of the names."""
    return members(selection, "METHOD", Method)
