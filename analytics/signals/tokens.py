"""How many tokens a document has, by one tokenizer in the whole corpus, which the lineage names."""

import numpy as np
from numpy.typing import NDArray

from analytics.signal import Family, Given, Signal, Texts

TOKENIZER = "cl100k_base"


def tokens(texts: Texts) -> NDArray[np.int64]:
    """Byte pairs of each document, shape (n_docs,). What looks like a special token is ordinary text."""
    return texts.once(counted)


def counted(texts: Texts) -> NDArray[np.int64]:
    """``tokens`` as a view, to be asked for by ``texts.once``: it costs more than all other signals."""
    from bpe_openai._bindings import tokenizer_for_encoding  # the public door refuses a million characters

    count = tokenizer_for_encoding(TOKENIZER).count
    counts = np.zeros(len(texts), dtype=np.int64)
    for i in np.flatnonzero(texts.valid):
        counts[i] = count(texts.data[texts.offsets[i] : texts.offsets[i + 1]].tobytes().decode())
    return counts


FAMILY = Family(
    "tokens",
    version=1,
    signals=(
        Signal(
            "tokens",
            "tokens",
            0,
            None,
            "byte pairs of the tokenizer in the lineage",
            tokens,
            type="integer",
            definition="tokens of the text by one byte-pair tokenizer, which the lineage names",
        ),
    ),
    params={"tokenizer": TOKENIZER, "library": "bpe-openai"},
    given=Given("fineweb", {"tokens": "source.token_count"}, {"tokenizer": "gpt2"}),
)
