"""What every selection method keeps, whatever it computes."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.method import all_methods

METHODS = list(all_methods().values())


def unit(rng, *shape):
    """Vectors on the grid of embeddings."""
    vectors = rng.normal(size=shape)
    return (np.rint(2048 * vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)) / 2048).astype(
        np.float16
    )


@pytest.mark.parametrize("name", all_methods())
def test_says_what_its_declaration_asks_for(name):
    method = all_methods()[name]
    assert method.name == name
    assert method.label
    assert method.source
    assert method.needs
    assert list(inspect.signature(method.score).parameters) == ["vectors", "keys", "examples", "progress"]
    assert "Source:" in inspect.getdoc(method.score)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@given(st.integers(0, 40), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_one_finite_score_for_each_document_with_a_vector(method, n_docs, n_examples, seed):
    rng = np.random.default_rng(seed)
    vectors, examples = unit(rng, n_docs, 6), unit(rng, n_examples, 6)
    missing = rng.random(n_docs) < 0.2
    vectors[missing] = np.nan
    scored = method.score(vectors, rng.integers(0, 2**63, n_docs).astype(np.uint64), examples, None)
    assert scored.score.shape == scored.example.shape == scored.similarity.shape == (n_docs,)
    np.testing.assert_array_equal(np.isnan(scored.score), missing)
    np.testing.assert_array_equal(np.isnan(scored.similarity), missing)
    np.testing.assert_array_equal(scored.example < 0, missing)
    assert (scored.example < n_examples).all()
    there = scored.score[~missing]
    assert np.isfinite(there).all()
    assert (there >= (-np.inf if method.low is None else method.low)).all()
    assert (there <= (np.inf if method.high is None else method.high)).all()


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_documents_in_another_order_have_the_same_scores(method, n_docs, seed):
    rng = np.random.default_rng(seed)
    vectors, examples = unit(rng, n_docs, 3), unit(rng, 4, 3)
    vectors[rng.random(n_docs) < 0.3] = vectors[0]  # equal vectors, told apart by key alone
    keys, order = rng.permutation(n_docs).astype(np.uint64), rng.permutation(n_docs)
    whole = method.score(vectors, keys, examples, None)
    moved = method.score(vectors[order], keys[order], examples, None)
    np.testing.assert_array_equal(moved.score, whole.score[order])
    np.testing.assert_array_equal(moved.example, whole.example[order])
    np.testing.assert_array_equal(moved.similarity, whole.similarity[order])


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_nothing_to_rank_is_no_fault(method):
    no_docs, no_keys = np.empty((0, 4), np.float16), np.empty(0, np.uint64)
    examples = unit(np.random.default_rng(0), 2, 4)
    assert method.score(no_docs, no_keys, examples, None).score.shape == (0,)
    alone = method.score(examples, np.arange(2, dtype=np.uint64), examples[:0], None)
    assert np.isnan(alone.score).all()
