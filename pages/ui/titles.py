"""Sentences over figures, computed from what the figure shows.

Each says the one thing that stands out, with its number, or that nothing does. What comes out holds values
of a corpus: it is escaped where it is drawn.
"""

from collections.abc import Mapping, Sequence

from pages.ui import numbers

Shares = Sequence[tuple[str, float]]
"""Labels and their shares of a whole, 0 to 1."""

LONGEST = 36
"""Characters of a name in a sentence."""


def named(name: str, first: bool = True, code: bool = False) -> str:
    """A label in a sentence: ``web_crawl`` is Web crawl at its beginning; long ones end in an ellipsis.

    A code, like ``en`` or ``cc-by-4.0``, stays as it is, and so does what is more than words: ``a/b-c``.
    """
    said = " ".join((name if code else name.replace("_", " ")).split()) or "(blank)"
    words = said.replace(" ", "").isalpha()
    said = said if len(said) <= LONGEST else said[: LONGEST - 1].rstrip() + "…"
    return said[:1].upper() + said[1:] if first and not code and words else said


def concentration(shares: Shares, unit: str, many: str, code: bool = False) -> str:
    """``Web crawl is 21 % of tokens; 5 of 21 domains hold half``; labels that are codes stay as they are."""
    ranked = sorted((pair for pair in shares if pair[1] > 0), key=lambda pair: -pair[1])
    if not ranked:
        return f"No {unit} to divide"
    name, share = ranked[0]
    if len(ranked) == 1:
        return f"All {unit} are {named(name, first=False, code=code)}"
    half = _reach(ranked, 0.5)
    first = f"{named(name, code=code)} is {numbers.per_cent(share)} of {unit}"
    if half == 1 and len(ranked) == 2:
        return f"{first}; {named(ranked[1][0], first=False, code=code)} is the rest"
    if half == 1:
        return f"{first}; the other {numbers.whole(len(ranked) - 1)} {many} share the rest"
    return f"{first}; {numbers.whole(half)} of {numbers.whole(len(ranked))} {many} hold half"


def contrast(rows: Sequence[tuple[str, float, float]], ring: str, dot: str) -> str:
    """``News is 12 % of documents but 1 % of tokens``, for the label whose two shares lie furthest apart."""
    if not rows:
        return f"No {ring} to compare"
    name, a, b = max(rows, key=lambda row: abs(row[1] - row[2]))
    if abs(a - b) < 0.02:
        return f"{ring.capitalize()} and {dot} are spread alike"
    return f"{named(name)} is {numbers.per_cent(a)} of {ring} but {numbers.per_cent(b)} of {dot}"


def lift(rows: Sequence[tuple[str, float, float]], selection: str = "selection") -> str:
    """``Medical is 3.8 times as common in the selection``: of labels over 1 % of it, the largest ratio."""
    seen = [(part / whole, name) for name, whole, part in rows if whole > 0 and part > 0.01]
    if not seen:
        return f"Nothing is in the {selection}"
    ratio, name = max(seen)
    if ratio < 1.15:
        return f"The {selection} is made up like the whole"
    return f"{named(name)} is {ratio:.1f} times as common in the {selection}"


def over(shares: Shares, many: str, one: str) -> str:
    """``4 sources are over 5 % each``; of one alone its name, as it is written."""
    large = [share for _, share in shares if share > 0.05]
    ranked = sorted(shares, key=lambda pair: -pair[1])
    if not ranked:
        return f"No {one} is stated"
    if len(large) > 1:
        return f"{numbers.whole(len(large))} {many} are over 5{numbers.THIN}% each"
    if len(large) == 1:
        first = f"{named(ranked[0][0], code=True)} is {numbers.per_cent(ranked[0][1])}"
        return first if len(ranked) == 1 else f"{first}; no other {one} is over 5{numbers.THIN}%"
    return f"None of {numbers.whole(len(ranked))} {many} is over 5{numbers.THIN}%"


def stated(shares: Shares, missing: float, unit: str, verb: str, one: str) -> str:
    """``69 % of tokens name no language``; when nearly all do, what most of them say.

    Args:
        shares: of labels that are stated.
        missing: the share without one.
        unit: what the shares are of.
        verb: ``name`` or ``carry``.
        one: ``language``.
    """
    if missing >= 0.1 or not shares:
        return f"{numbers.per_cent(missing)} of {unit} {verb} no {one}"
    name, share = max(shares, key=lambda pair: pair[1])
    return f"{named(name, code=True)} is {numbers.per_cent(share)} of {unit}"


def over_years(marks: Sequence[tuple[int, float]], before: int | None, unit: str) -> str:
    """``2002 and 2014 stand out; 17 % of dated tokens are older than 1990``."""
    if not marks:
        return f"No {unit} have a date"
    total = sum(amount for _, amount in marks) or 1
    years = marks[1:] if before is not None else marks
    old = marks[0][1] / total if before is not None else 0.0
    usual = sorted(amount for _, amount in years)[len(years) // 2] if years else 0.0
    peaks = [
        (amount, year) for year, amount in years if amount > 2.5 * max(usual, 1e-9) and amount > 0.05 * total
    ]
    first = _peaks(peaks, marks, before)
    if old >= 0.02:
        return f"{first}; {numbers.per_cent(old)} of dated {unit} are older than {before}"
    return first


def distribution(
    quantiles: Mapping[float, float], unit: str, name: str, counts: str = "", dates: bool = False
) -> str:
    """``line_length is under 64 characters for half of the tokens, over 310 for one in a hundred``.

    Args:
        quantiles: rate -> value.
        unit: what was weighed.
        name: the column's.
        counts: what its values count; nothing is said where the name says it, or it is a ratio.
        dates: the values are seconds since 1970, and said as days.
    """
    said = numbers.moment if dates else numbers.value
    under, over = ("before", "after") if dates else ("under", "over")
    column = named(name, first=False, code=True)
    if not quantiles:
        return f"{column} has no value"
    low, half, high = (said(quantiles[rate]) for rate in (0.01, 0.5, 0.99))
    measured_in = "" if dates or counts in ("", "ratio", name) else f" {counts}"
    if low == high:
        return f"{column} is {half}{measured_in} for nearly all {unit}"
    if half == low:
        return f"{column} is {half}{measured_in} for half of the {unit}, {over} {high} for one in a hundred"
    if half == high:
        return f"{column} is {half}{measured_in} for half of the {unit}, {under} {low} for one in a hundred"
    return (
        f"{column} is {under} {half}{measured_in} for half of the {unit}, {over} {high} for one in a hundred"
    )


def extremes(medians: Shares) -> str:
    """``Reviews is lowest and email highest``, by a value of each group; where groups tie, how many do."""
    if len(medians) < 2:
        return "One group only"
    low, high = min(medians, key=lambda pair: pair[1]), max(medians, key=lambda pair: pair[1])
    if low[1] == high[1]:
        return "The middle is the same in every group"
    values = [value for _, value in medians]
    lows, highs = (numbers.whole(values.count(end[1])) for end in (low, high))
    every = numbers.whole(len(values))
    if lows != "1" and highs != "1":
        return f"{lows} of {every} share the lowest middle and {highs} the highest"
    if lows != "1":
        return f"{named(high[0])} is highest; {lows} of {every} share the lowest middle"
    if highs != "1":
        return f"{named(low[0])} is lowest; {highs} of {every} share the highest middle"
    return f"{named(low[0])} is lowest and {named(high[0], first=False)} highest"


def owners(shares: Shares) -> str:
    """``PubMedQA and BoolQ pull in 50 %``: the benchmarks that own most of a selection, two at most."""
    ranked = sorted((pair for pair in shares if pair[1] > 0), key=lambda pair: -pair[1])
    if not ranked:
        return "Nothing is selected"
    if len(ranked) == 1 or ranked[0][1] >= 0.5:
        return f"{named(ranked[0][0])} pulls in {numbers.per_cent(ranked[0][1])}"
    together = numbers.per_cent(ranked[0][1] + ranked[1][1])
    return f"{named(ranked[0][0])} and {named(ranked[1][0], first=False)} pull in {together}"


def losers(rows: Shares, overall: float) -> str:
    """``News loses most: 8 % kept against 74 % over all``, by the kept share of each group."""
    if not rows:
        return "Nothing to compare"
    name, kept = min(rows, key=lambda pair: pair[1])
    if kept > 0.995:
        return "Every group is kept nearly whole"
    if overall - kept < 0.03:
        return f"Every group keeps about {numbers.per_cent(overall)}"
    left, over_all = numbers.per_cent(kept), numbers.per_cent(overall)
    return f"{named(name)} loses most: {left} kept against {over_all} over all"


def _peaks(peaks: Sequence[tuple[float, int]], marks: Sequence[tuple[int, float]], before: int | None) -> str:
    top = sorted(year for _, year in sorted(peaks, reverse=True)[:2])
    if len(top) == 2:
        return f"{top[0]} and {top[1]} stand out"
    if top:
        return f"{top[0]} stands out"
    years = [year for year, _ in (marks[1:] if before is not None else marks)]
    if not years:
        return "All dates are old"
    return (
        f"From {min(years)} to {max(years)}, no year stands out"
        if min(years) < max(years)
        else f"All of {years[0]}"
    )


def _reach(ranked: Shares, share: float) -> int:
    """How many of the largest hold this share together."""
    total = 0.0
    for i, (_, part) in enumerate(ranked, 1):
        total += part
        if total >= share:
            return i
    return len(ranked)


def loses(rows: Sequence[tuple[str, float, int]], overall: float) -> str:
    """``News loses most: 8 % kept against 74 % over all``, of (label, share kept, flag) the lowest below.

    Args:
        rows: the flag is -1 where a label is kept less than the rest, beyond chance.
        overall: share kept of all.
    """
    below = [(share, name) for name, share, flag in rows if flag < 0]
    if not below:
        return "No group is kept less than the rest, beyond chance"
    share, name = min(below)
    kept, whole = numbers.per_cent(share), numbers.per_cent(overall)
    return f"{named(name)} loses most: {kept} kept against {whole} over all"
