"""What judgements say of a recipe: worked by hand, against published figures, and against a made truth."""

import math
from dataclasses import replace

import numpy as np
import pytest
from corpora import literal_corpus

from analytics.estimates import wilson
from analytics.judged import documents, standings
from analytics.judging import (
    Document,
    agreements,
    cohens_kappa,
    done,
    rate,
    sayings,
)
from indexes.corpus import open_corpus
from indexes.queries.funnel import funnel
from indexes.queries.judged import to_judge
from indexes.rule import Rule
from indexes.verdicts import (
    BORDERLINE,
    BOTH,
    KEPT,
    REMOVED,
    REMOVED_BY,
    Asked,
    Judgement,
    key_text,
    majority,
)

NOW = "2026-11-21T17:00:00Z"
STEPS = (Rule("short", "words", ">=", 50), Rule("odd", "length", "between", (3.0, 10.0)))
N = 400


@pytest.fixture
def corpus(tmp_path):
    measured = {"w": {"words": list(range(N)), "length": [2.0 + i % 10 for i in range(N)]}}
    literal_corpus(tmp_path / "c", [{} for _ in range(N)], measured)
    return open_corpus(tmp_path / "c")


def test_kappa_of_fleisss_two_psychiatrists():
    """Fleiss 1981, Statistical Methods for Rates and Proportions, table 13.1: 0.676 with error 0.087."""
    kappa, error = cohens_kappa(np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]]))
    assert kappa == pytest.approx(0.676, abs=5e-4)
    assert error == pytest.approx(0.0877, abs=5e-5)


def test_kappa_has_its_ends():
    assert cohens_kappa(np.diag([5, 7, 0])) == (1.0, 0.0)
    assert cohens_kappa(np.array([[5, 5, 0], [5, 5, 0], [0, 0, 0]]))[0] == pytest.approx(0)
    for table in (np.zeros((3, 3), int), np.diag([9, 0, 0])):
        assert all(math.isnan(number) for number in cohens_kappa(table))


def test_kappas_error_is_the_spread_of_kappa():
    """Two thousand draws from one table: their spread is what the formula says of one of them."""
    p = np.array([[0.45, 0.05, 0.02], [0.08, 0.25, 0.03], [0.02, 0.03, 0.07]])
    draws = np.random.default_rng(0).multinomial(300, p.ravel(), size=2000).reshape(-1, 3, 3)
    found = np.array([cohens_kappa(draw) for draw in draws])
    assert found[:, 0].std() == pytest.approx(found[:, 1].mean(), rel=0.05)


def test_a_rate_leaves_the_unsure_out():
    found = rate(["drop", "drop", "keep", "unsure", "drop"])
    assert (found.value, found.hits, found.judged, found.unsure) == (0.75, 3, 4, 1)
    assert (found.low, found.high) == wilson(0.75, 4)
    assert math.isnan(rate(["unsure"]).value)


def test_most_voices_count_and_a_tie_is_unsure():
    assert majority(["keep", "drop", "drop"]) == "drop"
    assert majority(["keep", "drop"]) == "unsure"
    assert majority(["keep"]) == "keep"


def said(key, verdict, asked, who="anna", when=NOW, recipe_hash="h"):
    return Judgement(key_text(int(key)), who, when, verdict, recipe_hash=recipe_hash, asked=asked)


def test_only_random_draws_under_the_same_limits_count(corpus):
    rows = []
    removed = to_judge(corpus, STEPS, Asked(REMOVED), 10)["key"].to_list()
    rows += [said(key, "drop" if i < 6 else "keep", Asked(REMOVED)) for i, key in enumerate(removed)]
    kept = to_judge(corpus, STEPS, Asked(KEPT), 20)["key"].to_list()
    rows += [said(key, "drop" if i < 2 else "keep", Asked(KEPT)) for i, key in enumerate(kept)]
    border = to_judge(corpus, STEPS, Asked(BORDERLINE, "short"), 15)
    near = [key for key in border["key"].to_list() if key not in {*removed, *kept}]
    rows += [said(key, "keep", Asked(BORDERLINE, "short")) for key in near]
    others = to_judge(corpus, STEPS, Asked(REMOVED, seed=9), N)["key"].to_list()[-20:]
    rows += [
        said(key, "keep", Asked(REMOVED), recipe_hash="old") for key in others if key not in {*removed, *near}
    ]
    found = documents(corpus, STEPS, "h", rows)
    recipe, short, odd = standings(funnel(corpus, STEPS), found)
    assert (recipe.precision.hits, recipe.precision.judged) == (6, 10)
    assert (recipe.misses.hits, recipe.misses.judged) == (2, 20)
    assert recipe.removed == sum(i < 50 or not 3 <= 2 + i % 10 <= 10 for i in range(N))
    by_short = [document for document in found if document.lists & {(REMOVED, None)}
                and document.answers[0] is False]  # fmt: skip
    assert short.precision.judged == len(by_short)
    assert short.removed == 50
    assert short.border_removed["keep"] + short.border_kept["keep"] == len(near)
    assert not odd.border_kept
    low, high = short.precision.low, short.precision.high
    assert short.wrongly_removed == pytest.approx(
        ((1 - short.precision.value) * 50, (1 - high) * 50, (1 - low) * 50)
    )


def test_a_rules_own_draw_counts_for_it_alone(corpus):
    keys = to_judge(corpus, STEPS, Asked(REMOVED_BY, "short"), 8)["key"].to_list()
    rows = [said(key, "drop", Asked(REMOVED_BY, "short")) for key in keys]
    recipe, short, odd = standings(funnel(corpus, STEPS), documents(corpus, STEPS, "h", rows))
    assert [standing.precision.judged for standing in (recipe, short, odd)] == [0, 8, 0]
    assert recipe.wrongly_removed is None
    assert recipe.as_json()["precision"]["share"] is None


def test_what_a_rule_misses_weighs_what_others_remove_by_its_size(corpus):
    """Judged whole, the share is that of the corpus, though one side was asked as often as the other."""
    found = []
    for i in range(N):
        answers = (i >= 50, 3 <= 2 + i % 10 <= 10)
        kept = all(answers)
        found.append(Document("drop" if i % 3 == 0 else "keep", kept, answers, frozenset({(BOTH, None)})))
    _, short, _ = standings(funnel(corpus, STEPS), found)
    passed = range(50, N)
    assert short.misses.value == pytest.approx(sum(i % 3 == 0 for i in passed) / len(passed))
    some = [document for i, document in enumerate(found) if i % 4 == 0 or not document.kept]
    few = standings(funnel(corpus, STEPS), some)[1].misses
    assert few.low < short.misses.value < few.high
    assert few.value != pytest.approx(few.hits / few.judged), "not every judged document weighs the same"
    only_kept = [document for document in found if document.kept]
    assert math.isnan(standings(funnel(corpus, STEPS), only_kept)[1].misses.value)


def test_nothing_judged_is_no_rate(corpus):
    for standing in standings(funnel(corpus, STEPS), []):
        assert math.isnan(standing.precision.value)
        assert math.isnan(standing.misses.value)


def test_a_draw_passes_over_what_it_has_asked_and_nothing_else():
    rows = [
        said(1, "keep", Asked(BORDERLINE, "short")),
        said(2, "keep", Asked(REMOVED_BY, "short")),
        said(3, "keep", Asked(BOTH, seed=5)),
        said(4, "keep", Asked(REMOVED), recipe_hash="old"),
        said(5, "keep", None),
    ]
    assert done(Asked(REMOVED), "h", {}, rows) == {key_text(3)}
    assert done(Asked(REMOVED_BY, "short"), "h", {}, rows) == {key_text(2), key_text(3)}
    assert done(Asked(REMOVED_BY, "odd"), "h", {}, rows) == {key_text(3)}
    assert done(Asked(BORDERLINE, "short"), "h", {}, rows) == {key_text(1)}


def test_people_are_compared_on_what_both_judged_last():
    rows = [said(key, "keep", None) for key in range(6)]
    rows += [said(key, "keep" if key < 4 else "drop", None, who="ben") for key in range(2, 8)]
    rows += [replace(rows[5], verdict="drop", when="2026-11-22T00:00:00Z")]
    [found] = agreements(rows)
    assert (found.first, found.second, found.documents, found.same) == ("anna", "ben", 4, 0.75)
    assert found.kappa == pytest.approx(0.5)
    assert agreements([row for row in rows if row.who == "anna"]) == []


def test_two_verdicts_on_one_document_are_one_judged_document(corpus):
    [key] = to_judge(corpus, STEPS, Asked(REMOVED), 1)["key"].to_list()
    rows = [said(key, "drop", Asked(REMOVED)), said(key, "drop", Asked(REMOVED), who="ben")]
    recipe, *_ = standings(funnel(corpus, STEPS), documents(corpus, STEPS, "h", rows))
    assert (recipe.precision.hits, recipe.precision.judged) == (1, 1)


def test_what_was_drawn_from_a_part_counts_in_that_part_only(corpus):
    keys = to_judge(corpus, STEPS, Asked(REMOVED), 6)["key"].to_list()
    rows = [said(key, "drop", Asked(REMOVED, where="part" if i < 2 else "")) for i, key in enumerate(keys)]

    def judged(where):
        found = documents(corpus, STEPS, "h", rows, where)
        return standings(funnel(corpus, STEPS), found)[0].precision.judged

    assert [judged(where) for where in ("", "part", "other")] == [4, 6, 4]
    assert len(done(Asked(REMOVED, where="part"), "h", {}, rows)) == 6
    assert len(done(Asked(REMOVED), "h", {}, rows)) == 4


def test_what_was_drawn_for_a_rule_counts_while_other_rules_change(corpus):
    says = sayings(STEPS)["short"]
    assert says == "words is at least 50"
    asked = Asked(REMOVED_BY, "short", says=says)
    keys = to_judge(corpus, STEPS, asked, 8)["key"].to_list()
    rows = [said(key, "drop", asked) for key in keys] + [said(keys[0], "drop", Asked(REMOVED))]

    def judged(steps):
        found = documents(corpus, steps, "another", rows)
        return [one.precision.judged for one in standings(funnel(corpus, steps), found)]

    assert judged((STEPS[0], Rule("odd", "length", "<=", 9.0))) == [0, 8, 0]
    assert judged((Rule("short", "words", ">=", 40), STEPS[1])) == [0, 0, 0]
    assert len(done(asked, "another", sayings(STEPS), rows)) == 8
    assert not done(asked, "another", {"short": "words is at least 40"}, rows)
