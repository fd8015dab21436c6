"""Two corpora: what they share is what counting by hand gives, copies paired one to one."""

from collections import Counter

import numpy as np
import pytest
from corpora import literal_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.comparing import distance, divergence
from indexes.corpus import Stoppable, Stopped, open_corpus
from indexes.queries import between as module
from indexes.queries.between import between, labels_between, parted_between
from indexes.queries.funnel import Amount
from indexes.text_hashes import TEXT_HASH, hashed, is_hashed

DOCUMENT = st.tuples(
    st.integers(0, 5), st.sampled_from(["x", "y", None]), st.one_of(st.none(), st.integers(0, 9))
)


def made(root, drawn, rows=None):
    """A row is (number of the id and text, domain, tokens)."""
    literal_corpus(
        root,
        [{"id": f"d{i}", "text": f"text {i}", "domain": domain} for i, domain, _ in drawn],
        {"tokens": {"tokens": [tokens for *_, tokens in drawn]}},
        rows,
    )
    return open_corpus(root)


def counted(rows):
    return Counter(i for i, *_ in rows)


@settings(max_examples=20)
@given(
    st.lists(DOCUMENT, min_size=1, max_size=14), st.lists(DOCUMENT, min_size=1, max_size=14), st.booleans()
)
def test_what_is_shared_is_what_counting_by_hand_gives(tmp_path_factory, in_a, in_b, by_text):
    root = tmp_path_factory.mktemp("c")
    a, b = made(root / "a", in_a, rows=4), made(root / "b", in_b)
    by = "key"
    if by_text:
        a, b, by = hashed(a, None), hashed(b, None), TEXT_HASH
    module.AT_A_TIME, before = 7, module.AT_A_TIME
    try:
        found = between(a, b, by, draw=50, seed=3)
    finally:
        module.AT_A_TIME = before
    n_a, n_b = counted(in_a), counted(in_b)
    tokens = [Counter(), Counter()]
    for side, rows in zip(tokens, (in_a, in_b), strict=True):
        for i, _, number in rows:
            side[i] += number or 0
    assert found.a == Amount(len(in_a), tokens[0].total(), None)
    assert found.b == Amount(len(in_b), tokens[1].total(), None)
    assert found.both == Amount((n_a & n_b).total(), (tokens[0] & tokens[1]).total(), None)
    assert found.only_a.documents == (n_a - n_b).total()
    assert found.either == (n_a | n_b).total()
    assert (found.copies_a, found.copies_b) == (len(in_a) - len(n_a), len(in_b) - len(n_b))
    assert {in_a[doc][0] for doc in found.drawn_a} == n_a.keys() - n_b.keys()
    assert {in_b[doc][0] for doc in found.drawn_b} == n_b.keys() - n_a.keys()
    assert [in_a[doc][0] for doc in found.drawn_both_a] == [in_b[doc][0] for doc in found.drawn_both_b]


@settings(max_examples=20)
@given(st.lists(DOCUMENT, min_size=1, max_size=14), st.lists(DOCUMENT, min_size=1, max_size=14))
def test_columns_and_labels_are_laid_out_as_by_hand(tmp_path_factory, in_a, in_b):
    root = tmp_path_factory.mktemp("c")
    a, b = made(root / "a", in_a), made(root / "b", in_b)
    pairs, rest = [], []
    for i in range(6):
        left, right = ([row for row in rows if row[0] == i] for rows in (in_a, in_b))
        pairs += zip(left, right, strict=False)
        rest += [(row, None) for row in left[len(right) :]] + [(None, row) for row in right[len(left) :]]

    def parts(place):
        """Value -> documents of only A, only B, both."""
        found = {}
        for one, other in (*pairs, *rest):
            values = [None if row is None else (row[place],) for row in (one, other)]
            if values[0] == values[1]:
                found.setdefault(values[0][0], [0, 0, 0])[2] += 1
                continue
            for side, value in enumerate(values):
                if value is not None:
                    found.setdefault(value[0], [0, 0, 0])[side] += 1
        return found

    labels = labels_between(a, b, "domain")
    assert {row[0]: list(row[1:4]) for row in labels.iter_rows()} == parts(1)
    tokens = parts(2)
    numbers = parted_between(a, b, ("tokens",))
    if set(tokens) == {None}:
        assert not numbers
        return
    laid = numbers["tokens"]
    assert laid.nulls.tolist() == tokens.pop(None, [0, 0, 0])
    assert {value: laid.counts[2 * i + 1].tolist() for i, value in enumerate(laid.grid.tolist())} == tokens


def test_a_corpus_and_itself_share_all_and_shift_in_nothing(tmp_path):
    rows = [(i, "xyz"[i % 3], i) for i in range(50)]
    one = made(tmp_path / "a", rows)
    found = between(one, one)
    assert found.a == found.b == found.both
    assert found.drawn_a == found.drawn_b == ()
    apart = distance(parted_between(one, one, ("tokens",))["tokens"].counts)
    assert (apart.value, apart.low, apart.high) == (0, 0, 0)
    labels = labels_between(one, one, "domain")
    assert divergence(labels.select("only_a", "only_b", "shared").to_numpy()).value == 0


def test_a_part_of_all_identities_gives_the_overlap_nearly(tmp_path):
    one = made(tmp_path / "a", [(i, None, 1) for i in range(6_000)])
    other = made(tmp_path / "b", [(i, None, 1) for i in range(3_000, 9_000)])
    found = between(one, other, about=1_500, draw=5)
    assert found.looked_at == pytest.approx(1 / 8)
    assert found.a.documents == pytest.approx(6_000, rel=0.15)
    assert found.both.documents / found.either == pytest.approx(1 / 3, abs=0.06)
    assert len(found.drawn_a) == 5


def test_documents_without_text_are_like_no_other(tmp_path):
    rows = [{"id": f"d{i}", "text": None if i < 3 else "same"} for i in range(5)]
    corpora = []
    for name in "ab":
        literal_corpus(tmp_path / name, rows)
        corpora.append(hashed(open_corpus(tmp_path / name), None))
    found = between(*corpora, TEXT_HASH)
    assert found.both.documents == 2
    assert found.only_a.documents == found.only_b.documents == 3
    assert found.copies_a == 1


def test_documents_without_text_are_drawn_one_by_one(tmp_path):
    documents = [{"id": f"d{i}", "text": None if i % 2 else f"text {i}"} for i in range(4_000)]
    literal_corpus(tmp_path / "a", documents, {"s": {"odd": [i % 2 for i in range(4_000)]}})
    one = hashed(open_corpus(tmp_path / "a"), None)
    found = between(one, one, TEXT_HASH, about=1_000)
    assert found.a.documents == pytest.approx(4_000, rel=0.15)
    assert found.both.documents == pytest.approx(2_000, rel=0.2)
    odd = parted_between(one, one, ("odd",), TEXT_HASH, most=1_000)["odd"].counts
    assert odd[3, 0] == pytest.approx(500, rel=0.2), "at 1, only in A"


def test_nothing_and_a_label_with_a_value_for_each_document(tmp_path):
    literal_corpus(tmp_path / "nothing", [])
    nothing = open_corpus(tmp_path / "nothing")
    literal_corpus(tmp_path / "a", [{"domain": f"v{i}", "source": None} for i in range(2_000)])
    many = open_corpus(tmp_path / "a")
    found = between(many, nothing)
    assert (found.both.documents, found.only_a.documents) == (0, 2_000)
    assert between(nothing, nothing).either == 0
    labels = labels_between(many, many, "domain")
    assert labels.height == 501
    assert labels["shared"].sum() == 2_000
    assert labels_between(many, many, "source")["label"].to_list() == [None]
    assert between(hashed(nothing, None), hashed(many, None), TEXT_HASH).both.documents == 0


def test_hashes_are_kept_beside_the_caches_and_hashing_can_be_stopped(tmp_path):
    one = made(tmp_path / "a", [(i, None, 1) for i in range(30)], rows=10)
    work = Stoppable()
    work.stop()
    with pytest.raises(Stopped):
        work.run(lambda: hashed(one, tmp_path / "cache"))
    assert not is_hashed(one.workspace, tmp_path / "cache")
    work = Stoppable()
    work.run(lambda: hashed(one, tmp_path / "cache"))
    assert work.share == pytest.approx(20 / 30)
    assert is_hashed(one.workspace, tmp_path / "cache")
    [kept] = (tmp_path / "cache").iterdir()
    assert np.unique(module.pl.read_parquet(kept)["hash"].to_numpy()).size == 30
