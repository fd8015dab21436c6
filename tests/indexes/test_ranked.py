"""The order of a score and its top, on corpora small enough to count by hand, and beside a plain twin."""

import pyarrow as pa
import pytest
from corpora import literal_corpus
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexes.corpus import open_corpus
from indexes.errors import MissingColumn
from indexes.queries.ranked import composition_of_top, owners_of_top, ranked

SCORES = [-3.5, -1.25, None, -1.25, -2.0, -9.0]
TOKENS = [10, 20, 100, 30, 40, 50]


def six(root, **missing):
    documents = [{"id": str(i), "domain": domain} for i, domain in enumerate(["a", "a", "a", "b", None, "b"])]
    measured = {
        "score": {
            "score": SCORES,
            "score_example": ["t:1", "t:2", None, "u:1", "u:1", "t:1"],
            "score_similarity": [0.1, 0.5, None, 0.5, 0.3, 0.0],
        },
        "tokens": {"tokens": TOKENS},
    }
    literal_corpus(root, documents, measured, rows=2, **missing)
    return open_corpus(root)


def test_the_top_is_in_the_order_of_score_then_key(tmp_path):
    corpus = six(tmp_path / "c")
    found = ranked(corpus, "score", n=4)
    assert found["rank"].to_list() == [1, 2, 3, 4]
    assert found["score"].to_list() == [-1.25, -1.25, -2.0, -3.5]
    assert found["doc_id"].to_list()[2:] == [4, 0]
    assert found["key"][0] < found["key"][1]
    last = found.row(3, named=True)
    assert (last["tokens"], last["domain"], last["example"], last["similarity"]) == (10, "a", "t:1", 0.1)
    assert last["source"] is None


def test_documents_without_a_score_have_no_rank(tmp_path):
    assert sorted(ranked(six(tmp_path / "c"), "score", n=100)["doc_id"]) == [0, 1, 3, 4, 5]


def test_the_middle_begins_with_the_median(tmp_path):
    found = ranked(six(tmp_path / "c"), "score", "middle", n=2)
    assert found.select("rank", "score").rows() == [(3, -2.0), (4, -3.5)]


def test_at_the_cut_both_sides_are_shown(tmp_path):
    # 40 % of 250 tokens are 100: 20, 30 and 40 fit, the next 10 too.
    corpus = six(tmp_path / "c")
    found = ranked(corpus, "score", "cut", share=0.38, n=4)
    assert found["rank"].to_list() == [2, 3, 4, 5]
    assert found["doc_id"].to_list()[1:] == [4, 0, 5]
    assert ranked(corpus, "score", "cut", share=0.0, n=4)["rank"].to_list() == [1, 2, 3, 4]
    assert ranked(corpus, "score", "cut", share=1.0, n=4)["rank"].to_list() == [4, 5]
    assert ranked(corpus, "score", "cut", share=0.5, of="documents", n=2)["rank"].to_list() == [3, 4]


def test_the_top_beside_the_whole(tmp_path):
    found = composition_of_top(six(tmp_path / "c"), "score", "domain", 0.38)
    assert found.drop("bytes", "selected_bytes").rows() == [
        ("a", 3, 130, 1, 20),
        ("b", 2, 80, 1, 30),
        (None, 1, 40, 1, 40),
    ]
    assert found["bytes"].null_count() == found["selected_bytes"].null_count() == 3


def test_owners_of_the_top(tmp_path):
    found = owners_of_top(six(tmp_path / "c"), "score", 0.38)
    rows = {row["label"]: (row["selected_documents"], row["selected_tokens"]) for row in found.to_dicts()}
    assert rows == {"t": (1, 20), "u": (2, 70), None: (0, 0)}


def test_documents_not_measured_have_no_rank(tmp_path):
    found = ranked(six(tmp_path / "c", missing={"score": [0]}), "score", n=10)
    assert sorted(found["doc_id"]) == [3, 4, 5]


def test_a_document_without_tokens_keeps_its_rank(tmp_path):
    corpus = six(tmp_path / "c", missing={"tokens": [1]})
    found = ranked(corpus, "score", n=10)
    assert found["doc_id"].to_list() == ranked(six(tmp_path / "d"), "score", n=10)["doc_id"].to_list()
    assert found.filter(found["doc_id"] == 3)["tokens"].to_list() == [None]


def test_the_top_stands_beside_what_is_measured_alone(tmp_path):
    found = composition_of_top(
        six(tmp_path / "c", missing={"score": [0]}), "score", "domain", 0.5, "documents"
    )
    assert found.select("label", "documents", "selected_documents", "selected_tokens").rows() == [
        ("b", 2, 1, 30),
        ("a", 1, 0, 0),
        (None, 1, 1, 40),
    ]


def test_a_score_without_example_and_tokens_can_be_ranked(tmp_path):
    literal_corpus(tmp_path / "c", [{}, {}], {"plain": {"plain": [1.0, 2.0]}})
    found = ranked(open_corpus(tmp_path / "c"), "plain")
    assert found["doc_id"].to_list() == [1, 0]
    assert found["example"].to_list() == [None, None]


def test_nothing_scored_is_an_empty_list(tmp_path):
    literal_corpus(tmp_path / "c", [{}, {}], {"plain": {"plain": pa.nulls(2, pa.float64())}})
    corpus = open_corpus(tmp_path / "c")
    for start in ("top", "middle", "cut"):
        assert ranked(corpus, "plain", start, of="documents").height == 0


def test_an_unknown_score_or_start_is_refused(tmp_path):
    corpus = six(tmp_path / "c")
    with pytest.raises(MissingColumn, match="Near matches: score"):
        ranked(corpus, "scores")
    with pytest.raises(ValueError, match="start"):
        ranked(corpus, "score", "end")


@settings(max_examples=25)  # each writes a corpus
@given(
    st.lists(st.tuples(st.none() | st.integers(-3, 0), st.integers(0, 9)), min_size=1, max_size=12),
    st.sampled_from([0.0, 0.1, 0.29, 0.5, 1.0]),
    st.integers(1, 8),
)
@example([(0, 0)], 0.1, 1)
def test_agrees_with_plain_python(tmp_path_factory, documents, share, n):
    scores, tokens = zip(*documents, strict=True)
    measured = {"s": {"s": [*scores, None, -9]}, "tokens": {"tokens": [*tokens, 3, 3]}}
    root = tmp_path_factory.mktemp("corpus") / "c"
    literal_corpus(root, [{} for _ in range(len(documents) + 2)], measured, rows=5)
    corpus = open_corpus(root)
    keys = corpus.frame(f"SELECT key {corpus.clause([])} ORDER BY doc_id")["key"].to_list()
    scores, tokens = [*scores, None, -9], [*tokens, 3, 3]
    order = sorted((i for i, s in enumerate(scores) if s is not None), key=lambda i: (-scores[i], keys[i]))
    left = sum(tokens) * round(share * 100) // 100
    kept = 0
    for i in order if share else ():  # a share that comes to 0 tokens has room for texts of none
        left -= tokens[i]
        if left < 0:
            break
        kept += 1
    assert ranked(corpus, "s", n=n)["doc_id"].to_list() == order[:n]
    first = max(0, kept - n // 2)
    found = ranked(corpus, "s", "cut", share=share, n=n)
    selected = composition_of_top(corpus, "s", "id", share)
    assert found["doc_id"].to_list() == order[first : first + n]
    assert found["rank"].to_list() == list(range(first + 1, first + 1 + len(found)))
    assert selected["selected_documents"].sum() == kept
    assert selected["selected_tokens"].sum() == sum(tokens[i] for i in order[:kept])
