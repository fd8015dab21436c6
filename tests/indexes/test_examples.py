"""Examples of what a recipe did: the right side, the right reason, the nearest to a limit, the same again."""

import pytest
from corpora import literal_corpus

from indexes.corpus import open_corpus
from indexes.queries.examples import examples
from indexes.queries.top import resolve
from indexes.rule import Group, Rule, Share

N = 200
STEPS = (Rule("short", "words", ">=", 50), Rule("odd", "length", "between", (3.0, 10.0)))


@pytest.fixture
def corpus(tmp_path):
    measured = {
        "w": {
            "words": [None if i % 50 == 7 else i for i in range(N)],
            "length": [2.0 + i % 10 for i in range(N)],
        }
    }
    languages = ["en" if i % 2 else None for i in range(N)]
    literal_corpus(tmp_path / "c", [{"language": name} for name in languages], measured, rows=60)
    return open_corpus(tmp_path / "c")


def test_removed_and_kept_documents_are_told_apart_with_their_reasons(corpus):
    removed = examples(corpus, STEPS, "removed", n=N)
    kept = examples(corpus, STEPS, "kept", n=N)
    assert removed.height + kept.height == N
    assert set(removed["doc_id"]).isdisjoint(kept["doc_id"])
    assert kept["reasons"].list.len().sum() == 0
    assert kept["column"].null_count() == N - removed.height
    for row in removed.to_dicts():
        words, length = row["doc_id"], 2.0 + row["doc_id"] % 10
        expected = ["unknown:words"] if words % 50 == 7 else ["short"] if words < 50 else []
        expected += [] if 3 <= length <= 10 else ["odd"]
        assert sorted(row["reasons"]) == sorted(expected)
        first = "length" if words >= 50 and words % 50 != 7 else "words"
        assert (row["step"], row["column"]) == (["words", "length"].index(first), first)
        shown = str(words) if words % 50 != 7 else None
        assert row["value"] == (shown if first == "words" else str(length))


def test_the_same_seed_draws_the_same_and_another_one_others(corpus):
    first = examples(corpus, STEPS, n=10, seed=1)
    assert first.equals(examples(corpus, STEPS, n=10, seed=1))
    assert examples(corpus, STEPS, n=20, seed=1)["doc_id"].to_list()[:10] == first["doc_id"].to_list()
    assert examples(corpus, STEPS, n=10, seed=2)["doc_id"].to_list() != first["doc_id"].to_list()


@pytest.mark.parametrize("reason", ["short", "odd", "unknown:words"])
def test_a_reason_chooses_who_has_it_and_shows_its_column(corpus, reason):
    found = examples(corpus, STEPS, reason=reason, n=N)
    assert found.height
    assert all(reason in reasons for reasons in found["reasons"])
    assert set(found["column"]) == {"length" if reason == "odd" else "words"}
    assert (found["value"].null_count() == found.height) == (reason == "unknown:words")


def test_only_this_leaves_out_what_another_step_removes_too(corpus):
    found = examples(corpus, STEPS, reason="odd", how="only_this", n=N)
    assert found["reasons"].to_list() == [["odd"]] * found.height
    assert set(found["doc_id"]) == {i for i in range(50, N) if i % 10 in (0, 9) and i % 50 != 7}
    alone = examples(corpus, STEPS, how="only_this", n=N)
    assert all(len(reasons) == 1 for reasons in alone["reasons"])


def test_the_borderline_lies_nearest_the_limit_on_both_sides(corpus):
    below = examples(corpus, STEPS, "removed", "short", "borderline", n=4)
    above = examples(corpus, STEPS, "kept", "short", "borderline", n=4)
    assert below["value"].to_list() == ["49", "48", "47", "46"]
    assert above["value"].to_list() == ["51", "52", "53", "54"]
    assert set(above["column"]) == {"words"}


def test_without_a_reason_the_borderline_is_of_the_step_that_decides(corpus):
    removed = examples(corpus, STEPS, "removed", how="borderline", n=N)
    assert removed["doc_id"].to_list()[0] == 48  # 49 is far from 10 letters a word as well
    assert removed["column"].to_list()[0] == "words"
    kept = examples(corpus, STEPS, "kept", how="borderline", n=1).to_dicts()[0]
    assert kept["value"] in ("3.0", "10.0")


def test_groups_tops_and_rules_without_numbers_have_borderlines_too(corpus):
    steps = resolve(
        corpus,
        (
            Group("g", "any", (Rule("a", "language", "==", "en"), Rule("b", "words", ">", 100))),
            Rule("t", "words", "top", Share(0.5, "documents", "language")),
            Rule("u", "words", "top", Share(0.9)),
            Rule("v", "words", "top", Share(0)),
        ),
    )
    for reason in ("g", "t", "u", "v", None):
        for which in ("removed", "kept"):
            for how in ("random", "only_this", "borderline"):
                assert set(examples(corpus, steps, which, reason, how, n=5).columns) == {
                    *("doc_id", "key", "reasons", "step", "column", "value")
                }
    cut = {cut.group: cut.value for cut in steps[1].limit.cuts}
    nearest = examples(corpus, steps[1:2], "kept", "t", "borderline", n=2)
    assert {int(value) for value in nearest["value"]} == set(cut.values())


def test_no_step_removes_nothing_and_an_unknown_reason_is_refused(corpus):
    assert examples(corpus, (), "removed").height == 0
    assert examples(corpus, (), "kept", n=3).height == 3
    assert examples(corpus, (), "kept", how="borderline", n=3).height == 3
    with pytest.raises(ValueError, match="no step has the reason"):
        examples(corpus, STEPS, reason="long")


def test_documents_that_are_not_measured_are_on_neither_side(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 4, {"w": {"words": [1, 2, 3, 4]}}, rows=2, missing={"w": [0]})
    corpus = open_corpus(tmp_path / "c")
    steps = (Rule("r", "words", ">", 3),)
    assert examples(corpus, steps, "removed")["doc_id"].to_list() == [2]
    assert examples(corpus, steps, "kept")["doc_id"].to_list() == [3]
