"""Who is filtered out: exact tests, corrected together, that a random score does not trip."""

import datetime as dt
from dataclasses import dataclass
from math import comb

import numpy as np
import pytest
from corpora import literal_corpus
from hypothesis import given
from hypothesis import strategies as st

from analytics.groups import discoveries, fisher, rates
from indexes.corpus import open_corpus
from indexes.queries.kept_by import kept_by
from indexes.rule import Rule
from pages.ui import dividing


@dataclass
class Given:
    documents: np.ndarray
    weight: np.ndarray
    squares: np.ndarray


def sums(group, mask, weight, n):
    return Given(
        np.bincount(group[mask], minlength=n).astype(float),
        np.bincount(group[mask], weight[mask], n),
        np.bincount(group[mask], weight[mask] ** 2, n),
    )


def test_fisher_by_hand_the_lady_tasting_tea():
    """Fisher 1935: of eight cups four had milk first; all four found is 1 in 70, three or more 17 in 70."""
    size, hits = np.array([4.0, 4.0]), np.array([4.0, 3.0])
    found = fisher(hits, size, np.array(4.0), np.array(8.0))
    assert found == pytest.approx([2 / 70, 34 / 70])


@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_fisher_is_counting(n, m, data):
    total, hits_in_all = n + m, data.draw(st.integers(0, n + m))
    least, most = max(0, hits_in_all - m), min(n, hits_in_all)
    hits = data.draw(st.integers(least, most))
    ways = {k: comb(n, k) * comb(m, hits_in_all - k) for k in range(least, most + 1)}
    below = sum(way for k, way in ways.items() if k <= hits) / comb(total, hits_in_all)
    above = sum(way for k, way in ways.items() if k >= hits) / comb(total, hits_in_all)
    found = fisher(np.array([hits]), np.array([n]), np.array(hits_in_all), np.array(total))
    assert found[0] == pytest.approx(min(1.0, 2 * min(below, above)), rel=1e-9)


def test_the_example_of_benjamini_and_hochberg():
    """1995, section 3.2: of fifteen p's four are discoveries at 5 %, three by Bonferroni."""
    p = np.array(
        [
            0.0001,
            0.0004,
            0.0019,
            0.0095,
            0.0201,
            0.0278,
            0.0298,
            0.0344,
            0.0459,
            0.324,
            0.4262,
            0.5719,
            0.6528,
            0.759,
            1.0,
        ]
    )
    assert discoveries(p).sum() == 4
    assert discoveries(np.array([np.nan, 0.9])).sum() == 0
    assert discoveries(np.append(p, np.nan)).sum() == 4


@pytest.mark.parametrize("unit", ["documents", "tokens"])
def test_a_random_score_flags_a_group_in_at_most_a_tenth_of_runs(unit):
    rng = np.random.default_rng(0)
    n, k = 20_000, 24
    group = np.minimum(rng.geometric(0.2, n) - 1, k - 1)
    weight = np.ones(n) if unit == "documents" else np.round(np.exp(rng.normal(6, 1, n)))
    whole = sums(group, np.ones(n, dtype=bool), weight, k)
    tripped = 0
    for seed in range(200):
        draw = np.random.default_rng([1, seed])
        score, share = draw.random(n), draw.uniform(0.02, 0.98)
        found = rates(whole, sums(group, score < share, weight, k), unit)
        tripped += bool(found.flagged.any())
    assert tripped <= 20


@pytest.mark.parametrize("unit", ["documents", "tokens"])
def test_a_group_that_loses_more_is_flagged_below_and_one_that_loses_less_above(unit):
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1, 2], 2_000)
    weight = np.ones(6_000) if unit == "documents" else rng.integers(50, 500, 6_000).astype(float)
    mask = rng.random(6_000) < np.array([0.8, 0.5, 0.65])[group]
    whole = sums(group, np.ones(6_000, dtype=bool), weight, 3)
    found = rates(whole, sums(group, mask, weight, 3), unit)
    assert list(found.flagged[:2]) == [1, -1]
    assert (found.low < found.rate).all()
    assert (found.rate < found.high).all()
    assert found.ratio[1] == pytest.approx(found.rate[1] / (weight[mask].sum() / weight.sum()))


def test_one_group_alone_is_held_against_nothing():
    whole = Given(np.array([10.0]), np.array([10.0]), np.array([10.0]))
    kept = Given(np.array([4.0]), np.array([4.0]), np.array([4.0]))
    found = rates(whole, kept, "documents")
    assert found.rate[0] == 0.4
    assert np.isnan(found.p[0])
    assert found.flagged[0] == 0


def test_a_rule_that_keeps_nothing_has_no_ratio():
    whole = Given(np.array([10.0, 20]), np.array([10.0, 20]), np.array([10.0, 20]))
    none = Given(np.zeros(2), np.zeros(2), np.zeros(2))
    found = rates(whole, none, "documents")
    assert list(found.rate) == [0, 0]
    assert np.isnan(found.ratio).all()
    assert not found.flagged.any()


RULES = (Rule("long", "words", ">=", 50), Rule("even", "even", "==", 1))


def corpus(root, missing=()):
    n = 1_000
    labels = [
        "news" if i < 600 else "law" if i < 850 else None if i < 960 else f"tiny{i % 4}" for i in range(n)
    ]
    words = [None if i % 97 == 0 else i % 100 for i in range(n)]
    literal_corpus(
        root,
        [{"id": f"d{i}", "domain": label} for i, label in enumerate(labels)],
        {
            "length": {"words": words, "even": [i % 2 == 0 for i in range(n)]},
            "tokens": {"tokens": [i % 13 for i in range(n)]},
        },
        rows=250,
        missing={"length": list(missing)},
    )
    return open_corpus(root), labels, words


@pytest.mark.parametrize("unit", ["documents", "tokens"])
def test_what_is_kept_of_each_group_is_what_counting_gives(tmp_path, unit):
    opened, labels, words = corpus(tmp_path / "c")
    rules = (RULES[0], Rule("even", "even", "==", True))
    found = kept_by(opened, rules, "domain", unit)
    assert found.labels == ["news", "law", None]
    assert found.pooled
    assert sorted(found.small) == [(f"tiny{i}", 10) for i in range(4)]
    assert found.n_small == 4
    for place, label in enumerate([*found.labels, "tiny"]):
        rows = [
            i
            for i, own in enumerate(labels)
            if own == label or (label == "tiny" and own is not None and own.startswith("tiny"))
        ]
        long = [i for i in rows if words[i] is not None and words[i] >= 50]
        both = [i for i in long if i % 2 == 0]

        def weigh(some):
            return sum(1 if unit == "documents" else i % 13 for i in some)

        assert found.whole.documents[place] == len(rows)
        assert found.whole.weight[place] == weigh(rows)
        assert found.kept.documents[place] == len(both)
        assert found.kept.weight[place] == weigh(both)
        assert found.passed.weight[place, 0] == weigh(long)
        assert found.passed.documents[place, 1] == sum(i % 2 == 0 for i in rows)
    assert found.whole.squares.sum() == sum(1 if unit == "documents" else (i % 13) ** 2 for i in range(1_000))


def test_shards_that_are_not_measured_are_in_no_rate(tmp_path):
    opened, _, _ = corpus(tmp_path / "c", missing=[0])
    found = kept_by(opened, (RULES[0],), "domain", "documents")
    assert found.whole.documents.sum() == 750


def test_a_recipe_without_rules_keeps_all(tmp_path):
    opened, _, _ = corpus(tmp_path / "c")
    found = kept_by(opened, (), "domain", "documents")
    assert (found.kept.documents == found.whole.documents).all()
    assert found.passed.weight.shape == (4, 0)


def test_a_label_that_nobody_states_is_one_group(tmp_path):
    literal_corpus(tmp_path / "c", [{"id": f"d{i}", "domain": None} for i in range(120)], {})
    found = kept_by(open_corpus(tmp_path / "c"), (), "domain", "documents")
    assert found.labels == [None]
    assert not found.pooled


def test_numbers_are_grouped_by_tenths_and_dates_by_years(tmp_path):
    dates = [dt.date(2000 + i // 250, 3, 1) if i % 5 else None for i in range(1_000)]
    literal_corpus(
        tmp_path / "c",
        [{"id": f"d{i}", "date": date} for i, date in enumerate(dates)],
        {"length": {"words": [None if i % 50 == 0 else i for i in range(1_000)], "same": [7] * 1_000}},
    )
    opened = open_corpus(tmp_path / "c")
    by_year = kept_by(opened, (), "date", "documents")
    assert set(by_year.labels) == {None, "2000", "2001", "2002", "2003"}
    assert by_year.whole.documents.sum() == 1_000
    tenths = kept_by(opened, (Rule("long", "words", ">", 500),), "words", "documents")
    assert tenths.whole.documents.sum() == 1_000
    assert len(tenths.labels) == 0  # each tenth has 98 documents: too few to stand alone
    assert tenths.pooled
    assert kept_by(opened, (), "same", "documents").labels == ["up to 7"]


def test_clusters_and_years_in_whole_numbers_are_groups_by_themselves(tmp_path):
    n = 600
    literal_corpus(
        tmp_path / "c",
        [{"id": f"d{i}", "source.year": 2000 + i % 3} for i in range(n)],
        {"s": {"text_cluster": [i % 4 for i in range(n)], "bytes": list(range(n))}},
    )
    opened = open_corpus(tmp_path / "c")
    assert kept_by(opened, (), "text_cluster", "documents").labels == ["0", "1", "2", "3"]
    assert kept_by(opened, (), "source.year", "documents").labels == ["2000", "2001", "2002"]
    assert dividing.labels(opened) == {
        "source.year": "year",
        "text_cluster": "text cluster",
        "bytes": "length in bytes",
    }
