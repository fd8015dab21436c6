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
"""Bytes; texts beyond have smaller tables, so that they take 26 times their size at most."""

SLOTS = 8
"""Of those in which runs that come once are told, so many a run at least."""

OTHER_MIX = 0xBF58476D1CE4E5B9
"""Odd, of as many ones as zeros, and no small multiple of ``MIX``."""


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

    Most runs come once. A byte for each of many slots tells which: a run that is alone in its slot is left
    there, the others are counted in a table. An entry of it is 32 bits of the run's hash, on which its slot
    does not depend, and its count: two different runs are taken for one about once in 2**32 times that they
    meet at a slot.
    """
    taken = np.zeros(offsets.size - 1, np.int64)
    most = np.int64(0)
    for i in range(taken.size):
        if valid[i]:
            most = max(most, offsets[i + 1] - offsets[i])
    places, codes = np.empty(most + 1, np.uint32), np.empty(most, np.uint64)
    # What is not touched takes no memory.
    met, table = np.empty(2 * SLOTS * most + 8, np.uint8), np.empty(3 * most + 1, np.uint64)
    of_count = np.zeros(most + 2, np.int32)  # how many runs of the table occur so often
    mix, other_mix = np.uint64(MIX), np.uint64(OTHER_MIX)
    none, one, eight = np.uint64(0), np.uint64(1), np.uint64(8)
    half, low, ahead = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(LENGTH)
    for i in range(taken.size):
        begin, size = np.uint64(offsets[i]), np.uint64(offsets[i + 1] - offsets[i])
        if not valid[i] or size < ahead:
            continue
        characters = none
        for place in range(size):
            places[characters] = place
            characters += np.uint64((data[begin + place] & 0xC0) != 0x80)
        places[characters] = size
        if characters < ahead:
            continue
        runs = characters - ahead + one

        slots, shift = 8, np.uint64(61)
        while slots < np.int64(runs) * (SLOTS if size < LONG else 1):
            slots, shift = slots * 2, shift - one
        met[:slots] = 0
        # A run of 10 characters has 10 bytes or more: what is read of it lies within the text.
        for run in range(runs):
            start, stop = begin + places[run], begin + places[run + ahead]
            code = (eight_bytes(data, start) ^ (stop - start)) * mix
            code += eight_bytes(data, stop - eight) * other_mix
            start += eight
            while start + eight < stop:
                code = ((code ^ (code >> half)) + eight_bytes(data, start)) * mix
                start += eight
            code = (code ^ (code >> half)) * mix
            codes[run] = code
            here = met[code >> shift]
            met[code >> shift] = here | np.uint8(here + np.uint8(1))
        several = none
        for run in range(runs):
            code = codes[run]
            codes[several] = code
            several += np.uint64(met[code >> shift] > 1)

        room = several * np.uint64(3) + one if size < LONG else several + (several >> one) + one
        table[: np.int64(room)] = none
        often = np.int64(1)
        for run in range(several):
            code = codes[run]
            slot, name = (code >> half) * room >> half, code & low
            entry = table[slot]
            while entry != none and entry >> half != name:
                slot = slot + one if slot + one < room else none
                entry = table[slot]
            table[slot] = (name << half) + (entry & low) + one
            came = entry & low
            of_count[came] -= 1
            of_count[came + one] += 1
            often = max(often, np.int64(came + one))
        twice = np.int64(0)
        for count in range(2, often + 1):
            twice += of_count[count]
        left = min(np.int64(np.sqrt(np.int64(runs - several) + of_count[1] + twice)), twice)
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
