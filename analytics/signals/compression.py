"""How far a text can be packed: text that says the same again packs well, noise does not."""

import numpy as np
from numpy.typing import NDArray

from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio

LEVEL = 1
"""Of Zstandard: packs real documents 2 % less than its default, 3, in two thirds of the time."""


def compression_ratio(texts: Texts) -> NDArray[np.float64]:
    """Bytes of each document over bytes of its Zstandard frame, shape (n_docs,). NaN where it is empty."""
    from zstandard import ZstdCompressor

    pack = ZstdCompressor(level=LEVEL).compress
    packed = np.zeros(len(texts), dtype=np.int64)
    sizes = np.diff(texts.offsets)
    for i in np.flatnonzero(texts.valid & (sizes > 0)):
        packed[i] = len(pack(texts.data[texts.offsets[i] : texts.offsets[i + 1]].data))
    return ratio(sizes, packed)


FAMILY = Family(
    "compression",
    version=2,
    signals=(
        Signal(
            "compression_ratio",
            "ratio",
            0,
            None,
            "Zstandard, RFC 8878",
            compression_ratio,
            definition=f"bytes of the text over bytes of its frame compressed by Zstandard at level {LEVEL}",
        ),
    ),
    params={"compressor": "zstd", "level": LEVEL, **versions("zstandard")},
)
