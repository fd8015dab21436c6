"""Buckets of equal bytes, their ensemble, places within a domain: cases worked by hand, and properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.buckets import ensemble, rank_within, share_below, thresholds

NAN = np.nan


def test_twenty_equal_documents_of_equal_size_are_a_bucket_each():
    score = np.arange(20.0)
    cuts = thresholds(score, np.ones(20))
    assert cuts.tolist() == list(
        range(19)
    )  # the lowest score at which 5, 10, ... 95 % of the bytes are reached
    assert ensemble([score], np.ones(20)).tolist() == [1, 2, *range(3, 20), 19]


def test_a_document_with_most_of_the_bytes_is_most_of_the_percentiles():
    cuts = thresholds(np.array([1.0, 2.0, 3.0]), np.array([1.0, 98.0, 1.0]))
    assert cuts.tolist() == [2.0] * 19
    assert ensemble([np.array([1.0, 2.0, 3.0])], np.array([1.0, 98.0, 1.0])).tolist() == [0, 19, 19]


def test_the_highest_bucket_counts_and_a_missing_score_leaves_none():
    up, down = np.arange(100.0), -np.arange(100.0)
    found = ensemble([up, down], np.ones(100))
    assert (found[0], found[99], found[50]) == (19, 19, 10)
    up[3] = NAN
    assert np.flatnonzero(np.isnan(ensemble([up, down], np.ones(100)))).tolist() == [3]


def test_nothing_to_weigh_is_one_bucket_and_no_error():
    assert ensemble([np.array([1.0, NAN])], np.array([0.0, 0.0]))[0] == 0
    assert ensemble([np.empty(0)], np.empty(0)).shape == (0,)


SCORES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


@given(SCORES, st.integers(0, 2**32 - 1))
def test_buckets_rise_with_the_score_and_do_not_change_when_it_is_stretched(values, seed):
    score = np.array(values).round(3)
    weights = np.random.default_rng(seed).integers(1, 1000, score.size).astype(float)
    found = ensemble([score], weights)
    order = np.argsort(score, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    assert ((found >= 0) & (found <= 19)).all()
    assert found.tolist() == ensemble([score * 4 + 8], weights).tolist()


def test_places_within_a_domain_by_hand():
    values = np.array([5.0, 1.0, 5.0, NAN, 3.0, 7.0])
    groups = np.array([0, 0, 0, 0, 1, 0])
    assert share_below(values, groups).tolist()[:3] == [0.25, 0.0, 0.25]
    assert np.isnan(share_below(values, groups)[3])
    assert share_below(values, groups).tolist()[4:] == [0.0, 0.75]
    assert rank_within(values, groups).tolist()[:3] == [2, 4, 2]
    assert rank_within(values, groups).tolist()[4:] == [1, 1]
    assert share_below(np.empty(0), np.empty(0, np.int64)).shape == (0,)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=60))
def test_no_more_of_a_domain_than_a_share_lies_above_it(share, rows):
    groups, values = (np.array(column) for column in zip(*rows, strict=True))
    found = share_below(values.astype(float), groups)
    for group in np.unique(groups):
        inside = found[groups == group]
        assert (inside >= share).sum() <= (1 - share) * inside.size + 1e-9
