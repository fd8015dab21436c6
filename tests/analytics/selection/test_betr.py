import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.selection import betr

INTEGERS = st.integers(-4, 4)


def by_sorting(vectors, keys, examples):
    """The twin: sort all documents for each example, then take each one's best place."""
    found = {}
    for e, example in enumerate(examples):
        similar = vectors.astype(float) @ example.astype(float)
        order = sorted(range(len(keys)), key=lambda i: (-similar[i], keys[i], i))
        for rank, i in enumerate(order, start=1):
            found.setdefault(i, []).append((rank, -similar[i], e))
    return {i: min(ranks) for i, ranks in found.items()}


@st.composite
def rankings(draw):
    """Few small whole numbers in 2 dimensions: ties everywhere."""
    n_docs, n_examples = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    vectors = draw(st.lists(st.tuples(INTEGERS, INTEGERS), min_size=n_docs, max_size=n_docs))
    examples = draw(st.lists(st.tuples(INTEGERS, INTEGERS), min_size=n_examples, max_size=n_examples))
    keys = draw(st.lists(st.integers(0, 2**64 - 1), min_size=n_docs, max_size=n_docs))
    return np.array(vectors) / 8, np.array(keys, dtype=np.uint64), np.array(examples) / 8


def test_a_case_worked_by_hand():
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [-1, 0]])
    examples = np.array([[1, 0], [0, 1]])
    # Example 0 ranks 0, 1, 2, 3 by 1, 0.6, 0, -1; example 1 ranks 2, 1 by 1, 0.8, then 0 and 3 by 0, by key.
    scored = betr.score(vectors, np.array([9, 7, 8, 1], dtype=np.uint64), examples)
    np.testing.assert_array_equal(betr.best_rank(scored.score), [1, 2, 1, 3])
    np.testing.assert_array_equal(scored.example, [0, 1, 1, 1])
    np.testing.assert_allclose(scored.similarity, [1, 0.8, 1, 0], atol=1e-7)
    np.testing.assert_allclose(scored.score, -np.log2([1, 2.05, 1, 3.25]), atol=1e-7)


@given(rankings(), st.sampled_from([1, 100, 10**8]))
def test_agrees_with_sorting_all_documents_for_each_example(ranking, memory):
    vectors, keys, examples = ranking
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(betr, "MEMORY", memory)
        patch.setattr(betr, "CHUNK", 5)
        scored = betr.score(vectors, keys, examples)
    for i, (rank, opposite, example) in by_sorting(vectors, keys, examples).items():
        assert scored.example[i] == example
        assert scored.similarity[i] == np.clip(-opposite, -1, 1)
        assert scored.score[i] == -np.log2(rank + (1 - scored.similarity[i]) / 4)
        assert betr.best_rank(scored.score)[i] == rank


@given(rankings(), st.tuples(INTEGERS, INTEGERS))
def test_another_example_lowers_no_score(ranking, example):
    vectors, keys, examples = ranking
    before = betr.score(vectors, keys, examples).score
    after = betr.score(vectors, keys, np.vstack([examples, np.array(example) / 8])).score
    assert (after >= before).all()


@given(rankings())
def test_each_example_gives_rank_one_to_some_document(ranking):
    vectors, keys, examples = ranking
    scored = betr.score(vectors, keys, examples)
    firsts = {min(range(len(keys)), key=lambda i: (-(vectors[i] @ e), keys[i], i)) for e in examples}
    assert firsts == set(np.flatnonzero(scored.score > -1))


def test_equal_documents_are_ranked_by_key_then_by_place():
    vectors = np.tile([[0.0, 1.0]], (4, 1))
    scored = betr.score(vectors, np.array([5, 2, 5, 2], dtype=np.uint64), np.array([[0.0, 1.0]]))
    np.testing.assert_array_equal(scored.score, -np.log2([3, 1, 4, 2]))


def test_zero_and_minus_zero_are_one_similarity():
    vectors = np.array([[-0.0, 1.0], [0.0, 1.0]])
    scored = betr.score(vectors, np.array([2, 1], dtype=np.uint64), np.array([[1.0, 0.0]]))
    np.testing.assert_array_equal(scored.score, -np.log2([2.25, 1.25]))


def test_a_document_without_a_vector_takes_no_rank():
    vectors = np.array([[np.nan, np.nan], [0.0, 1.0]])
    scored = betr.score(vectors, np.array([1, 2], dtype=np.uint64), np.array([[0.0, 1.0]]))
    np.testing.assert_array_equal(scored.score, [np.nan, 0])


def test_says_how_many_examples_are_done(monkeypatch):
    monkeypatch.setattr(betr, "MEMORY", 16)
    said = []
    betr.score(np.eye(2), np.arange(2, dtype=np.uint64), np.eye(2), lambda *step: said.append(step))
    assert said == [(2, 2)]


@pytest.mark.parametrize("examples", [np.ones((1, 3)), np.full((1, 2), np.nan)])
def test_refuses_examples_that_do_not_fit(examples):
    with pytest.raises(ValueError):
        betr.score(np.eye(2), np.arange(2, dtype=np.uint64), examples)
