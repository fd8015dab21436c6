"""A part of the sample in which every document of the corpus was as likely as any other.

In the sample rare sources and small shards hold more than their share, so a question that counts plain rows
would be answered for another corpus. Here those cells are thinned to the share of the others: what is left
is about as large, and any question may be put to it as to a corpus.
"""

import threading
from dataclasses import replace

import numpy as np
import pyarrow as pa
import xxhash

from indexes.columns import DOC_ID, DOCUMENTS, KEY
from indexes.corpus import Corpus, instance
from indexes.keys import uniform_by_key
from indexes.quoting import quote
from indexes.sample import CELL, Sample

SEED = 4
"""By which documents of full cells are left out; not that by which the sample is drawn."""


def even(sample: Sample) -> Corpus:
    """Documents of a sample, each as likely as any other of the corpus; those that the sample is narrowed to.

    Returns:
        ``documents`` of it says how many; ``where`` stays.
    """
    whole = sample.corpus.whole
    scale = sample.size / sample.drawn
    said = [1, whole.relations[DOCUMENTS], sample.corpus.view, SEED]
    table = f"memory.{quote(f'even_{xxhash.xxh3_128_hexdigest(repr(said).encode())}')}"
    with _making:
        if table not in _made:
            found = whole.frame(f"SELECT {DOC_ID}, {KEY}, {CELL} {whole.clause([CELL])} ORDER BY {DOC_ID}")
            odds = (scale / scale.max())[found[CELL].to_numpy()]
            kept = uniform_by_key(found[KEY].to_numpy(), SEED) < odds
            if sample.corpus.view:
                seen = sample.corpus.frame(f"SELECT {DOC_ID} {sample.corpus.clause([])}")[DOC_ID]
                kept &= np.isin(found[DOC_ID].to_numpy(), seen.to_numpy())
            cursor = instance().cursor()
            cursor.register("even_now", pa.table({"kept": kept}))
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT kept FROM even_now")
            cursor.unregister("even_now")
            _made[table] = int(kept.sum())
    return replace(whole, view=table, seen=_made[table], where=sample.corpus.where)


_making = threading.Lock()
_made: dict[str, int] = {}
"""Table -> documents in it; of 200,000 truth values each."""
