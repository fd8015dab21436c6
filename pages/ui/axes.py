"""Where values stand on an axis, and which round numbers stand beside it."""

import datetime as dt
import math
from collections.abc import Callable

from pages.ui import numbers


def placing(log: bool) -> Callable[[float], float]:
    """How a value becomes a place: itself, or the logarithm of one plus it, which has room for 0."""
    return log_place if log else float


def log_place(value: float) -> float:
    """The place of a value on a log axis that shows 0."""
    return math.log10(1 + max(value, 0.0))


def ticks(low: float, high: float, log: bool) -> list[float]:
    """Three to seven round values between two ends."""
    if log and high >= 10:
        tens = [10.0**power for power in range(16) if low <= 10.0**power <= high * 1.001]
        if low >= 1 and len(tens) < 2:
            return ticks(low, high, False)
        if len(tens) < 3:
            tens = [ten * factor for ten in [tens[0] / 10, *tens] for factor in (1, 2, 5)]
            tens = [tick for tick in tens if low <= tick <= high * 1.001]
        return ([0.0] if low <= 0 else []) + (tens if len(tens) < 7 else tens[::2])
    if math.isinf(high - low):
        return [low, 0.0, high]
    if high - low <= abs(high) * 1e-9:  # as good as one value: steps between would drown in rounding
        return [low]
    for parts in (4.6, 6.9):  # finer where fewer than three stand between the ends
        step = round_step((high - low) / parts)
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        if last - first >= 2:
            break
    return [round(i * step, 12) for i in range(first, last + 1)]


EPOCH = dt.datetime(1970, 1, 1)


def marks(low: float, high: float, log: bool, dates: bool = False) -> list[tuple[float, str]]:
    """The ticks between two ends with what is written at them; of seconds since 1970, years or days."""
    if not dates:
        return [(tick, written(tick)) for tick in ticks(low, high, log)]
    try:
        first, last = (EPOCH + dt.timedelta(seconds=end) for end in (low, high))
    except OverflowError:
        return marks(low, high, log)
    if last.year - first.year < 3:
        days = [low + (high - low) * share for share in ((0.1, 0.5, 0.9) if high > low else (0.0,))]
        return [(day, numbers.moment(day)) for day in days]
    step = max(1, int(round_step((last.year - first.year) / 4.6)))
    years = [year for year in range(first.year + 1, last.year + 1) if year % step == 0]
    return [((dt.datetime(year, 1, 1) - EPOCH).total_seconds(), str(year)) for year in years]


def round_step(step: float) -> float:
    """The smallest of 1, 2, 2.5, 5 or 10 times a power of ten that is no smaller."""
    ten = 10.0 ** math.floor(math.log10(step))
    return next(ten * factor for factor in (1, 2, 2.5, 5, 10) if ten * factor >= step * 0.999)


def written(tick: float) -> str:
    """A round number at an axis: ``0.05``, ``1000``, ``10 k``, ``1.5 M``."""
    if abs(tick) < 1e4:
        return f"{tick:g}".replace("-", numbers.MINUS)
    return numbers.rounded(tick)


def written_amount(tick: float, unit: str) -> str:
    """The same for an amount of documents, tokens or bytes."""
    return numbers.size(tick) if unit == "bytes" and tick else written(tick)


def year_step(span: int) -> int:
    """Years between ticks, so that at most five stand under a narrow figure."""
    return next((step for step in (1, 2, 5, 10, 20, 50) if span / step <= 4.5), 100)
