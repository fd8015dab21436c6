"""What FineWeb's last filter reads: the text as C4's line rules, but the one on terminal marks, leave it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.c4 import c4_lines
from analytics.code_points import SPACE, code_point
from analytics.kernel import kernel
from analytics.line_classes import TERMINAL, ending_classes
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.signals.c4 import counts_by_line
from analytics.signals.lines import FINEWEB, SHORT, hashed, slot_of
from analytics.transformation import transformation_named

EDIT = "c4_lines_noterm"

ROWS = 6
FILLED, ENDED, SHORTS, REPEATED, CHARACTERS, FEEDS = range(ROWS)


def counts(texts: Texts) -> NDArray[np.int64]:
    """What is counted in the edited text, a row each, shape (6, n_docs); a view for ``texts.once``.

    The text itself is not made: its lines are those that stay, but for white space around the whole.
    """
    lines = texts.once(c4_lines)
    found = _count(
        lines.texts.data,
        lines.texts.offsets,
        lines.characters,
        lines.kept(False),
        lines.bounds,
        ending_classes(),
    )
    return found.reshape(ROWS, len(texts))


def share(part: int, whole: int) -> Callable[[Texts], NDArray[np.float64]]:
    """One row of ``counts`` over another."""

    def measure(texts: Texts) -> NDArray[np.float64]:
        found = texts.once(counts)
        return ratio(found[part], found[whole])

    return measure


def newline_word_ratio(texts: Texts) -> NDArray[np.float64]:
    """Line feeds over datatrove's words of the edited text, shape (n_docs,); may pass 1."""
    lines = texts.once(c4_lines)
    words = lines.sums(np.where(lines.kept(False), texts.once(counts_by_line)[0], 0))
    return ratio(texts.once(counts)[FEEDS], words)


@kernel
def _count(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    characters: NDArray[np.int64],
    kept: NDArray[np.bool_],
    bounds: NDArray[np.int64],
    classes: NDArray[np.uint8],
) -> NDArray[np.int64]:
    n = bounds.size - 1
    found = np.zeros(ROWS * n, np.int64)
    most = 1
    for i in range(n):
        most = max(most, bounds[i + 1] - bounds[i])
    room = 4
    while room < 2 * most:
        room *= 2
    starts, ends, hashes = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.uint64)
    table = np.empty(room, np.int64)
    for i in range(n):
        room = 4
        while room < 2 * (bounds[i + 1] - bounds[i]):
            room *= 2
        table[:room] = -1
        lines, waiting, spaces = 0, 0, 0  # blank lines, and their characters, if another line follows
        for line in range(bounds[i], bounds[i + 1]):
            if not kept[line]:
                continue
            start, end, length = offsets[line], offsets[line + 1], characters[line]
            first, lead = start, 0
            while first < end:
                point, size = code_point(data, first)
                if not classes[point] & SPACE:
                    break
                first += size
                lead += 1
            if first == end:
                waiting += 1
                spaces += length
                continue
            if lines:
                found[FEEDS * n + i] += 1 + waiting
                found[CHARACTERS * n + i] += spaces
            else:
                start, length = first, length - lead
            waiting, spaces = 0, 0
            starts[lines], ends[lines] = start, end
            found[CHARACTERS * n + i] += length
            lines += 1
        found[FILLED * n + i] = lines
        for line in range(lines):
            start, end = starts[line], ends[line]
            last, terminal = end, False
            while True:
                begin = last - 1
                while data[begin] & 0xC0 == 0x80:
                    begin -= 1
                point, _ = code_point(data, begin)
                if line == lines - 1 and classes[point] & SPACE:
                    last = begin
                    found[CHARACTERS * n + i] -= 1
                    continue
                terminal = (classes[point] & TERMINAL) != 0
                break
            ends[line] = last
            length = 0
            for place in range(np.uint64(start), np.uint64(last)):
                length += data[place] & 0xC0 != 0x80
            found[ENDED * n + i] += terminal
            found[SHORTS * n + i] += length <= SHORT
            hashes[line] = hashed(data, start, last)
            slot = slot_of(data, starts, ends, hashes, table, room, line)
            if table[slot] < 0:
                table[slot] = line
            else:
                found[REPEATED * n + i] += length
    return found


FAMILY = Family(
    "after_c4",
    version=1,
    signals=(
        Signal(
            "line_end_punct_frac",
            "ratio",
            0,
            1,
            FINEWEB,
            share(ENDED, FILLED),
            variant=f"after_{EDIT}",
            definition="as line_end_punct_frac, of the edited text",
        ),
        Signal(
            "short_line_frac",
            "ratio",
            0,
            1,
            FINEWEB,
            share(SHORTS, FILLED),
            variant=f"after_{EDIT}",
            definition="as short_line_frac, of the edited text",
        ),
        Signal(
            "dup_line_char_frac",
            "ratio",
            0,
            1,
            FINEWEB,
            share(REPEATED, CHARACTERS),
            variant=f"after_{EDIT}",
            definition="as dup_line_char_frac__fineweb, of the edited text",
        ),
        Signal(
            "newline_word_ratio",
            "ratio",
            0,
            None,
            FINEWEB,
            newline_word_ratio,
            variant=f"after_{EDIT}",
            definition="line feeds over the words and marks of spaCy's English tokenizer, of the edited text",
        ),
    ),
    params={EDIT: transformation_named(EDIT).hash, "short": SHORT, **versions("regex")},
)
