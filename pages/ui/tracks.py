"""The reader's signals: rows with the corpus's middle half, this document as a dot, value, percentile."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from indexes.columns import SINCE_1970
from pages.ui import numbers
from pages.ui.component import component

_tracks = component("tracks")


@dataclass(frozen=True)
class Track:
    """One signal of one document, beside the corpus's.

    Attributes:
        value: this document's; None where it has none.
        low, high: the corpus's 1st and 99th percentile, the ends of the track.
        quarter, three_quarters: its 25th and 75th.
        percentile: share of the corpus's documents with a smaller value, 0 to 1.
        log: whether the track is spaced by the logarithm of one plus the value.
    """

    name: str
    value: float | None
    low: float | None
    quarter: float | None
    three_quarters: float | None
    high: float | None
    percentile: float | None
    unit: str = ""
    log: bool = False


def tracks(key: str, rows: Sequence[Track]) -> None:
    """One row a signal."""
    _tracks(data={"rows": [_row(track) for track in rows]}, key=key)


def _row(track: Track) -> dict[str, object]:
    written = numbers.writing(track.unit)
    value = "no value" if track.value is None else written(track.value)
    whole = value if track.value is None else numbers.in_full(track.value, track.unit)
    unit = f" {track.unit}" if track.unit not in ("", "ratio", SINCE_1970) else ""
    said = f"{track.name}: {whole}{unit if track.value is not None else ''}"
    if track.quarter is not None and track.three_quarters is not None:
        half = f"{written(track.quarter)} to {written(track.three_quarters)}{unit}"
        said += f"; the middle half of the corpus has {half}"
    return {
        "name": track.name,
        "at": _place(track, track.value),
        "from": _place(track, track.quarter),
        "to": _place(track, track.three_quarters),
        "value": value,
        "rank": "" if track.percentile is None else numbers.ordinal(track.percentile),
        "title": said,
    }


def _place(track: Track, value: float | None) -> float | None:
    """Where a value lies between the track's ends, 0 to 1."""
    if value is None or track.low is None or track.high is None or math.isnan(value):
        return None
    low, at, high = (math.log1p(max(x, 0)) if track.log else x for x in (track.low, value, track.high))
    if high <= low:  # as good as one value: it is the left end, as an ordinary 0 is of other tracks
        return 0.0 if at <= low else 1.0
    return round(min(1.0, max(0.0, (at - low) / (high - low))), 4)
