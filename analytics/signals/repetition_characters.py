"""How often the same run of characters comes again: repetition in text without words, too."""

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import code_point
from analytics.kernel import kernel
from analytics.ngrams import MIX
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals.length import characters

LENGTH = 10
"""Characters of a run: BigScience's and Data-Juicer's default."""

BASE = 0xD1B54A32D192ED03
"""Odd, else arbitrary: what a run's hash is a polynomial in, modulo 2**64."""

BASE_TO_LENGTH = pow(BASE, LENGTH, 2**64)


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

    An entry of the table is 32 bits of the hash, that its slot does not depend on, and the count: two
    different runs are taken for one about once in 2**32 times that their slots meet.
    """
    taken = np.zeros(offsets.size - 1, np.int64)
    most = np.int64(0)
    for i in range(taken.size):
        if valid[i]:
            most = max(most, offsets[i + 1] - offsets[i])
    table = np.empty(most + most // 2 + 1, np.uint64)
    of_count = np.zeros(most + 2, np.int32)  # how many runs occur so often
    last = np.zeros(16, np.uint64)  # code points
    mix, base, base_to_length = np.uint64(MIX), np.uint64(BASE), np.uint64(BASE_TO_LENGTH)
    none, one, half, low = np.uint64(0), np.uint64(1), np.uint64(32), np.uint64(0xFFFFFFFF)
    for i in range(taken.size):
        place, end = offsets[i], offsets[i + 1]
        if not valid[i] or end - place < LENGTH:
            continue
        size = (end - place) + (end - place) // 2 + 1
        table[:size] = none
        last[:] = none
        n_points, distinct, often = 0, 0, 1
        polynomial = none
        while place < end:
            point, width = code_point(data, place)
            place += width
            polynomial = polynomial * base + np.uint64(point)
            if n_points >= LENGTH:
                polynomial -= last[(n_points - LENGTH) & 15] * base_to_length
            last[n_points & 15] = np.uint64(point)
            n_points += 1
            if n_points < LENGTH:
                continue
            code = (polynomial ^ (polynomial >> half)) * mix
            code = (code ^ (code >> half)) * mix
            slot = np.int64((code >> half) * np.uint64(size) >> half)
            name = code & low
            while table[slot] != none and table[slot] >> half != name:
                slot = slot + 1 if slot + 1 < size else np.int64(0)
            if table[slot] == none:
                distinct += 1
                table[slot] = name << half | one
                of_count[1] += 1
            else:
                came = np.int64(table[slot] & low)
                table[slot] += one
                of_count[came] -= 1
                of_count[came + 1] += 1
                if came == often:
                    often += 1
        left = min(np.int64(np.sqrt(distinct)), distinct - np.int64(of_count[1]))
        for count in range(often, 0, -1):
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
