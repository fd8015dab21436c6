"""Distances of two selections: worked by hand, against SciPy, and whether their intervals hold."""

from math import inf, log2

import numpy as np
import pytest
from scipy.stats import ks_2samp

from analytics.comparing import distance, divergence, effective, quantiles

GRID = np.linspace(-4, 5, 257)


def laid(*parts, grid=GRID):
    """Values of only A, only B and both, counted on a grid."""
    counts = np.zeros((2 * grid.size + 1, 3), np.int64)
    for part, values in enumerate(parts):
        place = np.searchsorted(grid, values)
        at = np.isin(values, grid)
        counts[:, part] = np.bincount(2 * place + at, minlength=2 * grid.size + 1)
    return counts


def test_two_selections_worked_by_hand():
    # A keeps 1 and 2, B keeps 2 and 3 and 3: below or at 1 lie 1/2 of A and 0 of B, at 2 all and 1/3.
    found = distance(laid([1.0], [3.0, 3.0], [2.0], grid=np.array([1.0, 2.0, 3.0])))
    assert found.value == pytest.approx(2 / 3)
    assert found.at == 3
    assert found.most == found.value, "every value lies on the grid"


def test_between_two_values_of_the_grid_it_may_be_as_large_as_the_documents_there_allow():
    # Both selections lie between 0 and 10 of the grid: nothing is seen of what may part them there.
    found = distance(laid([1.0, 2.0], [8.0, 9.0], [], grid=np.array([0.0, 10.0])))
    assert (found.value, found.most) == (0.0, 1.0)
    assert found.high == 1.0, "the interval holds what the grid does not show"


@pytest.mark.parametrize("shift", [0.0, 0.3, 2.0])
def test_values_on_the_grid_give_what_scipy_does(shift):
    draw = np.random.default_rng(int(shift * 10))
    a, b = (np.round(draw.normal(size=n) + move, 1) for n, move in ((300, 0.0), (200, shift)))
    both = np.round(draw.normal(size=100), 1)
    grid = np.unique(np.concatenate([a, b, both]))
    expected = ks_2samp(np.concatenate([a, both]), np.concatenate([b, both])).statistic
    assert distance(laid(a, b, both, grid=grid)).value == pytest.approx(expected)


def test_what_is_shared_makes_a_difference_surer():
    assert effective(100, 100, 0) == pytest.approx(50)
    assert effective(10, 10, 90) == pytest.approx(500)
    assert effective(0, 0, 100) == inf
    # One of two holds the other: 1 / n_eff = 10 / 20^2 + 10 (1/20 - 1/10)^2.
    assert effective(10, 0, 10) == pytest.approx(20)


def test_one_selection_twice_lies_0_apart_for_sure():
    counts = laid([], [], [1.0, 2.0, 3.0])
    for found in (distance(counts), divergence(counts)):
        assert (found.value, found.low, found.high, found.most) == (0, 0, 0, 0)


def test_a_selection_without_a_value_has_no_distance():
    assert np.isnan(distance(laid([1.0], [], [])).value)
    assert np.isnan(divergence(np.array([[3, 0, 0], [1, 0, 0]])).value)


def test_quantiles_are_values_of_the_grid_at_or_above():
    counts = laid([1.0, 2.0, 2.5, 3.0], [], [], grid=np.array([1.0, 2.0, 3.0]))[:, 0]
    assert quantiles(np.array([1.0, 2.0, 3.0]), counts, (0.25, 0.5, 0.75, 1.0)) == (1, 2, 3, 3)
    assert np.isnan(quantiles(np.array([1.0]), np.zeros(3, np.int64), (0.5,))[0])


def test_a_divergence_worked_by_hand():
    # A is 3/4 x and 1/4 y, B all x: means 7/8 and 1/8.
    expected = (0.75 * log2(6 / 7) + 0.25 * log2(2) + log2(8 / 7)) / 2
    assert divergence(np.array([[3, 8, 0], [1, 0, 0]])).value == pytest.approx(expected)
    assert divergence(np.array([[5, 0, 0], [0, 5, 0]])).value == pytest.approx(1)
    assert divergence(np.array([[2, 4, 0], [1, 2, 0]])).value == pytest.approx(0, abs=1e-15)


def normal_share(shift, shared):
    from scipy.stats import norm

    return (1 - shared) * (2 * norm.cdf(shift / 2) - 1)


@pytest.mark.parametrize("shared", [0.0, 0.8])
@pytest.mark.parametrize("shift", [0.0, 0.1, 1.0])
def test_intervals_of_distances_hold(shift, shared):
    draw, n, runs, true = np.random.default_rng(5), 400, 400, normal_share(shift, shared)
    alone = int(n * (1 - shared))
    holds = 0
    for _ in range(runs):
        a, b, both = draw.normal(size=alone), draw.normal(size=alone) + shift, draw.normal(size=n - alone)
        found = distance(laid(a, b, both))
        holds += found.low <= true <= found.high
    assert holds / runs >= 0.93


@pytest.mark.parametrize("values", [4, 60])
@pytest.mark.parametrize("apart", [0.0, 0.2, 0.9])
@pytest.mark.parametrize("shared", [0.0, 0.8])
def test_intervals_of_divergences_hold(apart, values, shared):
    draw, n, runs = np.random.default_rng(6), 1_000, 400
    p = np.arange(1, values + 1) / np.arange(1, values + 1).sum()
    q = p * (1 + apart * np.where(np.arange(values) % 2, 1, -1))
    q /= q.sum()
    q_all = (1 - shared) * q + shared * p
    middle = (p + q_all) / 2
    true = ((p * np.log2(p / middle)).sum() + (q_all * np.log2(q_all / middle)).sum()) / 2
    alone = int(n * (1 - shared))
    holds = 0
    for _ in range(runs):
        drawn = [draw.multinomial(alone, p), draw.multinomial(alone, q), draw.multinomial(n - alone, p)]
        found = divergence(np.stack(drawn, axis=1))
        holds += found.low <= true <= found.high
    assert holds / runs >= 0.93
