"""Three digits, thin spaces, one meaning each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.columns import SINCE_1970
from pages.ui import axes, numbers

T = numbers.THIN


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (0, "0"),
        (912, "912"),
        (999.7, f"1.00{T}k"),
        (12_345, f"12.3{T}k"),
        (587_000, f"587{T}k"),
        (999_600, f"1.00{T}M"),
        (24_300_000, f"24.3{T}M"),
        (3.9e9, f"3.90{T}B"),
    ],
)
def test_counts_have_three_digits(count, written):
    assert numbers.short(count) == written


@pytest.mark.parametrize(
    ("seconds", "day"),
    [
        (1_700_000_000, "2023-11-14"),
        (-1, "1969-12-31"),
        (float("nan"), "–"),
        (None, "–"),
        (1e15, f"1000{T}T"),
    ],
)
def test_seconds_since_1970_are_days(seconds, day):
    assert numbers.moment(seconds) == day


def test_a_moment_in_full_is_the_number_and_the_day():
    assert numbers.in_full(1_700_000_000, SINCE_1970) == f"1{T}700{T}000{T}000 (2023-11-14)"
    assert numbers.in_full(1_700_000_000, "characters") == numbers.value(1_700_000_000)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-4e9, 1.7e9, ["1850", "1900", "1950", "2000"]),
        (1.6e9, 1.61e9, ["2020-09-25", "2020-11-10", "2020-12-26"]),
        (1.6e9, 1.6e9, ["2020-09-13"]),
        (-1e14, 1e14, ["−100\u202fT", "−50\u202fT", "0", "50\u202fT", "100\u202fT"]),
    ],
)
def test_an_axis_of_seconds_since_1970_has_years_or_days(low, high, words):
    marks = axes.marks(low, high, False, dates=True)
    assert [said for _, said in marks] == words
    assert all(low <= at <= high for at, _ in marks)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.3451, f"34.5{T}%"),
        (0.0, f"0{T}%"),
        (1.0, f"100{T}%"),
        (0.0002, f"<{T}0.1{T}%"),
        (0.9999, f">{T}99.9{T}%"),
        (-0.016, f"−1.6{T}%"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_all(share, written):
    assert numbers.percent(share) == written


def test_bytes_are_counted_by_thousands():
    assert numbers.size(105_000_000) == f"105{T}MB"
    assert numbers.amount(1_234, "documents") == f"1{T}234"
    assert numbers.amount(1_234, "tokens") == f"1.23{T}k"
    assert numbers.amount(1_234, "bytes") == f"1.23{T}kB"


@pytest.mark.parametrize(
    ("value", "written"),
    [(5.2712, "5.27"), (0.02774, "0.0277"), (1490, f"1{T}490"), (0.0, "0"), (-0.5, "−0.500"), (None, "–")],
)
def test_values_have_three_digits(value, written):
    assert numbers.value(value) == written


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_every_value_can_be_written(value):
    assert numbers.value(value)


@given(st.floats(0, 1))
def test_every_percentile_can_be_written(share):
    assert numbers.ordinal(share)[-2:] in ("st", "nd", "rd", "th")


def test_percentiles_have_their_endings():
    assert [numbers.ordinal(share) for share in (0.01, 0.02, 0.11, 0.13, 0.62)] == [
        "1st",
        "2nd",
        "11th",
        "13th",
        "62nd",
    ]


@given(st.floats(0, 1e12), st.floats(1e-6, 1e12), st.booleans())
def test_an_axis_has_a_few_round_values_between_its_ends(low, width, log):
    high = low + width
    ticks = axes.ticks(low, high, log)
    assert len(ticks) <= 9
    assert all(low - width * 1e-3 <= tick <= high * 1.001 + 1e-9 for tick in ticks)
    assert [axes.written(tick) for tick in ticks]


def test_round_values_are_written_without_zeros_that_say_nothing():
    assert [axes.written(tick) for tick in (0, 0.05, 1000, 10_000, 1_500_000)] == [
        "0",
        "0.05",
        "1000",
        f"10{T}k",
        f"1.5{T}M",
    ]
