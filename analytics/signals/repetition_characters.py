"""How often the same run of characters comes again: repetition in text without words, too."""

import numpy as np
from numpy.typing import NDArray

from analytics.kernel import kernel
from analytics.ngrams import MIX, eight_bytes
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals.length import characters

LENGTH = 10
"""Characters of a run: BigScience's and Data-Juicer's default."""

LONG = 1 << 20
"""Bytes; texts beyond have a denser table, so that it takes 12 times their size."""


def char_repetition_ratio(texts: Texts) -> NDArray[np.float64]:
    """Share of the instances of 10-grams of characters that the most frequent ones take, shape (n_docs,).

    Of the distinct ones as many are taken as the square root of their number, rounded down, but none that
    occurs once. NaN below 10 characters.
    """
    taken = _most_frequent(texts.data, texts.offsets, texts.valid)
    return ratio(taken, texts.once(characters) - LENGTH + 1)


@kernel
def _most_frequent(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Instances of the most frequent runs.

    An entry of the table is 32 bits of the run's hash, on which its slot does not depend, and its count: two
    different runs are taken for one about once in 2**32 times that they meet at a slot.
    """
    taken = np.zeros(offsets.size - 1, np.int64)
    most = np.int64(LONG)  # what is not touched takes no memory
    for i in range(taken.size):
        if valid[i]:
            most = max(most, offsets[i + 1] - offsets[i])
    table = np.empty(3 * LONG + most + most // 2, np.uint64)
    of_count = np.zeros(most + 2, np.int32)  # how many runs occur so often, from twice on
    mix = np.uint64(MIX)
    none, one, half, low = np.uint64(0), np.uint64(1), np.uint64(32), np.uint64(0xFFFFFFFF)
    for i in range(taken.size):
        start, end = offsets[i], offsets[i + 1]
        if not valid[i] or end - start < LENGTH:
            continue
        # A run of 10 characters has 10 bytes or more: what is read of it lies within the text.
        stop = start
        for _ in range(LENGTH - 1):
            stop += 1
            while stop < end and (data[stop] & 0xC0) == 0x80:
                stop += 1
        size = end - start  # of the table: three slots a byte are fastest, fewer do
        size = size * 3 if size <= LONG else size + size // 2
        table[:size] = none
        distinct, twice, often = 0, 0, 1
        while stop < end:
            stop += 1
            while stop < end and (data[stop] & 0xC0) == 0x80:
                stop += 1
            code = (eight_bytes(data, start) ^ np.uint64(stop - start)) * mix
            code ^= code >> half
            for place in range(start + 8, stop - 8, 8):
                code = (code ^ eight_bytes(data, place)) * mix
                code ^= code >> half
            code = (code ^ eight_bytes(data, stop - 8)) * mix
            code = (code ^ (code >> half)) * mix
            start += 1
            while start < stop and (data[start] & 0xC0) == 0x80:
                start += 1

            slot, name = np.int64((code >> half) * np.uint64(size) >> half), code & low
            entry = table[slot]
            while entry != none and entry >> half != name:
                slot = slot + 1 if slot + 1 < size else np.int64(0)
                entry = table[slot]
            table[slot] = (name << half) + (entry & low) + one
            came = np.int64(entry & low)
            if came == 0:
                distinct += 1
                continue
            if came == 1:
                twice += 1
            else:
                of_count[came] -= 1
            of_count[came + 1] += 1
            if came == often:
                often += 1
        left = min(np.int64(np.sqrt(distinct)), np.int64(twice))
        for count in range(often, 1, -1):
            some = min(left, np.int64(of_count[count]))
            taken[i] += some * count
            left -= some
        of_count[: often + 1] = 0
    return taken


FAMILY = Family(
    "repetition_characters",
    version=1,
    signals=(
        Signal(
            "char_repetition_ratio",
            "ratio",
            0,
            1,
            "bigscience-workshop/data-preparation@9d058841; modelscope/data-juicer@c07c2d79",
            char_repetition_ratio,
            definition=f"share of the runs of {LENGTH} characters that are one of the most frequent: of d "
            "different ones the first floor(sqrt(d)), but none that occurs once",
        ),
    ),
)
