"""How numbers are written on the screen: three digits, thin spaces, one meaning each."""

import datetime as dt
import math
from collections.abc import Callable

from indexes.columns import SINCE_1970

THIN = "\u202f"
"""Narrow no-break space: no line ends within a number, nor between it and its unit."""
MINUS = "\u2212"
STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
BYTE_STEPS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
NOTHING = "–"
"""Stands for a number that does not exist: a share of nothing, a median of no values."""


def whole(count: int) -> str:
    """A count in full: ``38 468``."""
    return f"{count:,}".replace(",", THIN).replace("-", MINUS)


def short(count: float) -> str:
    """A count in three digits: ``24.3 M``, ``587 k``, ``912``."""
    return _stepped(count, STEPS, "")


def rounded(count: float) -> str:
    """The same without zeros that say nothing, for numbers that are round: ``20 k``, ``1.5 M``."""
    number, _, letter = short(count).partition(THIN)
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number}{THIN}{letter}".rstrip(THIN)


def size(count: float) -> str:
    """Bytes in three digits, MB of 10⁶: ``105 MB``."""
    return _stepped(count, BYTE_STEPS, "B")


def amount(count: float, unit: str) -> str:
    """So many documents, tokens or bytes, without the unit's name: ``38 468``, ``24.3 M``, ``105 MB``."""
    if unit == "bytes":
        return size(count)
    return whole(int(count)) if unit == "documents" else short(count)


def percent(share: float | None, digits: int = 1) -> str:
    """A share, 0 to 1: ``34.5 %``; ``< 0.1 %`` rather than 0.0, ``> 99.9 %`` rather than 100.0."""
    if share is None or math.isnan(share):
        return NOTHING
    least = 10.0**-digits
    part = abs(share) * 100
    if part in (0, 100):
        return f"{MINUS if share < 0 else ''}{part:.0f}{THIN}%"
    if part < least / 2:
        return f"<{THIN}{least:g}{THIN}%"
    if 100 - least / 2 <= part < 100:
        return f">{THIN}{100 - least:g}{THIN}%"
    return f"{MINUS if share < 0 else ''}{part:.{digits}f}{THIN}%"


def per_cent(share: float | None) -> str:
    """A share in a sentence: whole per cent, ``21 %``; small ones keep a digit."""
    return percent(share, 0 if share is None or abs(share) >= 0.01 or share == 0 else 1)


def points(difference: float) -> str:
    """A difference of two shares: ``−1.6 points``."""
    sign = "+" if difference > 0 else MINUS if difference < 0 else ""
    return f"{sign}{abs(difference) * 100:.1f}{THIN}points"


def times(ratio: float) -> str:
    """A ratio: ``×3.8``."""
    if 0 < ratio < 0.095:
        return f"×{ratio:.2f}" if ratio >= 0.005 else f"<{THIN}×0.01"
    return f"×{ratio:.{1 if ratio < 9.95 else 0}f}"


def interval(low: float, high: float) -> str:
    """A 95 % interval of a share: ``84.3 to 85.3 %``."""
    return f"{low * 100:.1f} to {high * 100:.1f}{THIN}%"


def value(number: float | None, type: str = "number") -> str:
    """A value of a column in three digits or more: ``1 490``, ``5.27``, ``0.0277``."""
    if number is None or math.isnan(number):
        return NOTHING
    if math.isinf(number):
        return f"{MINUS if number < 0 else ''}∞"
    if (number == int(number) and abs(number) < 1e7) or (type == "integer" and abs(number) < 1e7):
        return whole(round(number))
    if abs(number) >= 1e5:
        return short(number)
    digits = max(0, 2 - math.floor(math.log10(abs(number))))
    written = f"{number:,.{min(digits, 6)}f}"
    return written.replace(",", THIN).replace("-", MINUS)


def moment(seconds: float | None) -> str:
    """The day in UTC of seconds since 1970: ``2023-11-14``; the number where no calendar has it."""
    if seconds is None or math.isnan(seconds):
        return NOTHING
    try:
        return (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)).date().isoformat()
    except OverflowError:
        return value(seconds)


def in_full(number: float, unit: str) -> str:
    """A value with what it means where that is not its digits: ``1 700 000 000 (2023-11-14)``."""
    return f"{whole(round(number))} ({moment(number)})" if unit == SINCE_1970 else value(number)


def writing(unit: str) -> Callable[[float], str]:
    """How values of a column with this unit are written where there is little room."""
    return moment if unit == SINCE_1970 else value


def ordinal(share: float) -> str:
    """A percentile: ``62nd``."""
    number = min(99, max(1, math.floor(share * 100)))
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def count(number: int, one: str, many: str = "") -> str:
    """A count with its noun: ``1 shard``, ``12 shards``."""
    return f"{whole(number)} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """About how long: ``under a second``, ``40 s``, ``7 min``, ``2 h 10 min``."""
    if seconds < 1:
        return "under a second"
    if seconds < 90:
        return f"{seconds:.0f}{THIN}s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"{minutes}{THIN}min" if not hours else f"{hours}{THIN}h {rest}{THIN}min"


def about(seconds: float) -> str:
    """How long something may take, in a sentence: ``under a second``, ``about 40 s``."""
    return duration(seconds) if seconds < 1 else f"about {duration(seconds)}"


def day(date: dt.date | None) -> str:
    """A date: ``2024-05-03``."""
    return NOTHING if date is None else date.isoformat()[:10]


def _stepped(count: float, steps: tuple[tuple[float, str], ...], ones: str) -> str:
    sign, count = (MINUS, -count) if count < 0 else ("", count)
    for step, letter in steps:
        if count >= step * 0.9995:
            return f"{sign}{_three(count / step)}{THIN}{letter}"
    return f"{sign}{count:.0f}{THIN}{ones}".rstrip(THIN)


def _three(number: float) -> str:
    return f"{number:.{0 if number >= 99.95 else 1 if number >= 9.995 else 2}f}"
