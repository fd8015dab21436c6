import math

import zstandard


def compression_ratio(text):
    data = text.encode()
    return len(data) / len(zstandard.ZstdCompressor(level=1).compress(data)) if data else math.nan


PLAIN = {"compression_ratio": compression_ratio}
