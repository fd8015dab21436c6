"""Association of two columns, against theory, SciPy and cases worked by hand."""

from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from analytics.association import (
    QUANTILES,
    by_chance,
    correlations,
    cut_ties,
    interval,
    jaccard,
    places,
    shared,
    shared_tops,
    spearman,
    within_tenths,
)

VALUES = st.lists(st.one_of(st.integers(-3, 3).map(float), st.just(nan)), min_size=1, max_size=40)


def rho(a, b):
    return spearman(places(np.array(a, float)), places(np.array(b, float)))


def test_worked_by_hand():
    assert rho([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1)
    assert rho([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    # Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: the mean of 2 and 3 for the tie, 4.5 / sqrt(4.5 * 5).
    assert rho([1, 2, 2, 3], [1, 3, 2, 4]) == pytest.approx(4.5 / np.sqrt(22.5))


def test_it_is_that_of_scipy_with_ties_and_nulls_left_out_by_pairs():
    draw = np.random.default_rng(5)
    columns = {name: draw.integers(0, 6, 500).astype(float) for name in "abc"}
    columns["b"] += columns["a"]
    columns["c"][draw.random(500) < 0.3] = nan
    columns["d"] = np.where(draw.random(500) < 0.5, nan, -(columns["a"] ** 3))
    found = correlations(columns)
    for i, one in enumerate(columns.values()):
        for j, other in enumerate(columns.values()):
            there = ~np.isnan(one) & ~np.isnan(other)
            assert found.n[i, j] == there.sum()
            assert found.value[i, j] == pytest.approx(spearmanr(one[there], other[there])[0], abs=1e-12)


def test_a_constant_column_and_no_document_have_none():
    columns = {"a": np.array([1.0, 1, 1]), "b": np.array([1.0, 2, nan]), "c": np.full(3, nan)}
    found = correlations(columns)
    assert np.isnan(found.value[0]).all()
    assert found.value[1, 1] == 1
    assert np.isnan(found.value[2]).all()
    assert found.n.tolist() == [[3, 2, 0], [2, 2, 0], [0, 0, 0]]
    assert np.isnan(shared_tops(columns, 0.1).value[2]).all()
    assert np.isnan(spearman(np.array([0]), np.array([0])))


@settings(max_examples=60, deadline=None)
@given(VALUES, st.floats(0.01, 1), st.randoms())
def test_ranks_are_all_that_counts(values, share, order):
    """Any scale gives the same, any order of the documents, either side first; both stay in their ranges."""
    a = np.array(values)
    b = np.array(order.sample(values, len(values)))
    rows = np.array(order.sample(range(a.size), a.size))
    one, scaled = {"a": a, "b": b}, {"b": np.exp(b)[rows], "a": (10 * a - 3)[rows]}
    for low, found, other in (
        (-1, correlations(one), correlations(scaled)),
        (0, shared_tops(one, share), shared_tops(scaled, share)),
    ):
        np.testing.assert_allclose(found.value, other.value[::-1, ::-1], atol=1e-9)
        assert (np.isnan(found.value) | ((found.value >= low) & (found.value <= 1 + 1e-9))).all()
    both_there = ~np.isnan(a) & ~np.isnan(b)
    if both_there.any():
        top = shared(places(a[both_there]), places(b[both_there]), share)
        assert shared_tops(one, share).value[0, 1] == pytest.approx(top)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_tops_of_independent_scores_share_what_chance_gives(share):
    draw = np.random.default_rng(7)
    n, found, tied = 2_000, [], []
    for _ in range(200):
        a, b = places(draw.random(n)), places(draw.random(n))
        found.append(shared(a, b, share))
        tied.append(shared(a, places(draw.integers(0, 40, n).astype(float)), share))
    for some in (found, tied):
        assert np.mean(some) == pytest.approx(share, abs=4 * np.std(some) / np.sqrt(len(some)))
    low, high = by_chance(share, n)
    assert np.std(found) == pytest.approx((high - share) / 1.96, rel=0.2)
    assert low == pytest.approx(max(0, 2 * share - high))


def test_tops_worked_by_hand():
    a, b = places(np.arange(10.0)), places(np.array([0, 1, 2, 3, 4, 5, 6, 9, 8, 7.0]))
    assert shared(a, b, 0.1) == 0
    assert shared(a, b, 0.2) == pytest.approx(0.5)  # 8 and 9 against 7 and 8
    assert shared(a, b, 0.3) == pytest.approx(1)
    assert jaccard(0.5) == pytest.approx(1 / 3)  # one document of three
    assert jaccard(1.0) == 1


def test_a_tie_across_the_cut_counts_in_part():
    """Two of four equal documents are in the top half: each is by a half; a constant tells nothing."""
    a, same = places(np.arange(4.0)), places(np.zeros(4))
    assert shared(a, same, 0.5) == pytest.approx(0.5)
    assert (cut_ties(a, 0.5), cut_ties(same, 0.5)) == (0, 4)
    tied = places(np.array([0.0, 1, 1, 2]))
    assert shared(a, tied, 0.5) == pytest.approx((1 + 0.5) / 2)
    with pytest.raises(ValueError, match="share"):
        shared(a, a, 0)


def test_the_interval_covers_the_true_correlation():
    """Of normal columns with correlation r, Spearman's is 6 / pi * asin(r / 2) (Pearson 1907)."""
    draw = np.random.default_rng(11)
    r, n, inside = 0.6, 200, 0
    true = 6 / np.pi * np.arcsin(r / 2)
    for _ in range(600):
        a = draw.normal(size=n)
        b = r * a + np.sqrt(1 - r**2) * draw.normal(size=n)
        low, high = interval(rho(a, b), n)
        inside += low <= true <= high
    assert 0.93 <= inside / 600 <= 0.97
    assert np.isnan([interval(0.5, 3), interval(1.0, 10), interval(-1.0, 10)]).all()


def test_tenths_hold_equal_values_together():
    tenths = within_tenths(np.arange(100.0), 2 * np.arange(100.0))
    assert [part.documents for part in tenths] == [10] * 10
    assert (tenths[0].low, tenths[0].high) == (0, 9)
    assert tenths[-1].quantiles[QUANTILES.index(0.5)] == 2 * 94
    [most, last] = within_tenths(np.array([0.0] * 95 + [1, 2, 3, 4, 5]), np.arange(100.0))
    assert (most.documents, last.documents, last.low, last.high) == (95, 5, 1, 5)
    assert within_tenths(np.array([nan, 1]), np.array([1, nan])) == []
    assert len(within_tenths(np.zeros(5), np.arange(5.0))) == 1
