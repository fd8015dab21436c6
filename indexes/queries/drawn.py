"""What values have the documents that are looked at, in several columns side by side?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexes.corpus import Corpus
from indexes.queries.looked_at import looked_at
from indexes.units import as_number


def drawn(corpus: Corpus, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Values of columns of numbers, dates (days since 1970) or booleans, all in one order of the documents.

    Returns:
        name -> shape (n_docs,), NaN where there is none: null, not measured or not finite. Of a corpus of
        more than ``SAMPLE`` documents they are about so many.
    """
    asked = list(dict.fromkeys(names))
    said = ", ".join(f"({as_number(corpus.column(name))})::DOUBLE AS c{i}" for i, name in enumerate(asked))
    found = corpus.cursor().execute(f"SELECT {said} {looked_at(corpus, asked)}").fetchnumpy()
    values = {name: np.ma.filled(found[f"c{i}"], np.nan) for i, name in enumerate(asked)}
    return {name: np.where(np.isfinite(x), x, np.nan) for name, x in values.items()}
