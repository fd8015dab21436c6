import faiss
import numpy as np
import pytest
from corpora import literal_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes import files, memory, vectors
from indexes.drop import drop
from indexes.errors import AssayError, Misaligned, UnfinishedColumn
from indexes.workspace import Shard, read_workspace

ABOUT = {"method": "static", "version": 1}


def unit(n, dim=8, seed=0):
    """Unit vectors on the grid of embeddings."""
    made = np.random.default_rng(seed).normal(size=(n, dim))
    return (np.rint(2048 * made / np.linalg.norm(made, axis=1, keepdims=True)) / 2048).astype(np.float16)


def embedded(root, values, rows=3):
    workspace = literal_corpus(root, [{"id": str(i)} for i in range(len(values))], rows=rows)
    for shard in workspace.shards:
        vectors.write_vectors(workspace, shard, values[shard.first : shard.first + shard.rows], ABOUT)
    return workspace


@pytest.fixture
def values():
    found = unit(8)
    found[[2, 7]] = np.nan
    return found


def test_vectors_are_read_back_as_they_were_written(tmp_path, values):
    workspace = embedded(tmp_path, values)
    held = vectors.read_vectors(workspace, 8)
    assert held.vectors.dtype == np.float16
    np.testing.assert_array_equal(held.vectors, values)
    np.testing.assert_array_equal(vectors.read_shard(workspace, workspace.shards[1]), values[3:6])
    assert len(set(held.keys.tolist())) == 8


def test_equal_vectors_are_written_as_equal_bytes(tmp_path, values):
    one, two = embedded(tmp_path / "one", values), embedded(tmp_path / "two", values)
    for shard in one.shards:
        ours = one.column_file("embedding", shard).read_bytes()
        assert ours == two.column_file("embedding", shard).read_bytes()


def test_a_document_without_a_vector_counts_as_a_null(tmp_path, values):
    from indexes.corpus import open_corpus

    embedded(tmp_path, values)
    column = open_corpus(tmp_path).columns["embedding"]
    assert (column.type, column.nulls, column.state) == ("other", 2, "whole")


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_a_shard_of_any_size_gives_the_same_vectors(tmp_path, values, rows):
    np.testing.assert_array_equal(vectors.read_vectors(embedded(tmp_path, values, rows), 8).vectors, values)


def test_an_empty_shard_holds_no_vectors(tmp_path, values):
    workspace = embedded(tmp_path, values)
    empty = Shard(number=9, first=8, rows=0, identity="none")
    vectors.write_vectors(workspace, empty, values[:0], ABOUT)
    assert vectors.read_shard(workspace, empty).shape == (0, 8)


def test_dropped_documents_have_no_vector_and_leave_the_index(tmp_path, values):
    embedded(tmp_path, values)
    drop(tmp_path, "no use", shards=[0])
    workspace = read_workspace(tmp_path)
    assert np.isnan(vectors.read_vectors(workspace, 8).vectors[:3]).all()
    vectors.build_index(workspace, "m", 8)
    np.testing.assert_array_equal(vectors.open_index(workspace).doc_ids, [3, 4, 5, 6])


@settings(max_examples=25)  # each writes a corpus
@given(st.integers(1, 30), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_the_index_finds_what_brute_force_finds(tmp_path_factory, n_docs, count, seed):
    values, queries = unit(n_docs, 8, seed), unit(3, 8, seed + 1)
    workspace = embedded(tmp_path_factory.mktemp("corpus"), values, rows=7)
    vectors.build_index(workspace, "m", 8)
    found, similarity = vectors.open_index(workspace).search(queries, count)
    exact = queries.astype(float) @ values.astype(float).T
    count = min(count, n_docs)
    assert found.shape == similarity.shape == (3, count)
    np.testing.assert_array_equal(similarity, -np.sort(-exact, axis=1)[:, :count])
    np.testing.assert_array_equal(similarity, np.take_along_axis(exact, found, axis=1))


def test_an_index_of_nothing_finds_nothing(tmp_path):
    workspace = embedded(tmp_path, np.full((3, 8), np.nan, dtype=np.float16))
    vectors.build_index(workspace, "m", 8)
    found, similarity = vectors.open_index(workspace).search(unit(2), 5)
    assert found.shape == similarity.shape == (2, 0)


def test_the_index_is_built_once_and_a_new_one_takes_its_place(tmp_path, values):
    workspace = embedded(tmp_path, values)
    first = vectors.build_index(workspace, "m", 8)
    before = (first / "index.faiss").stat()
    assert vectors.build_index(workspace, "m", 8) == first
    assert (first / "index.faiss").stat() == before
    held = vectors.open_index(workspace)
    second = vectors.build_index(workspace, "another model", 8)
    assert second != first
    assert [path.name for path in second.parent.iterdir() if path.is_dir()] == [second.name]
    assert vectors.open_index(workspace).model == "another model"
    assert held.search(unit(1), 2)[0].shape == (1, 2), "a reader of the old one goes on"


def test_an_index_of_another_state_of_the_corpus_is_refused(tmp_path, values):
    workspace = embedded(tmp_path, values)
    with pytest.raises(UnfinishedColumn, match="no index") as missing:
        vectors.open_index(workspace)
    assert "assay embed" in missing.value.next_step
    vectors.build_index(workspace, "m", 8)
    drop(tmp_path, "no use", shards=[0])
    with pytest.raises(UnfinishedColumn, match="has changed"):
        vectors.open_index(read_workspace(tmp_path))


def test_killed_at_any_rename_the_index_is_whole_or_not_there(tmp_path, values, monkeypatch):
    workspace = embedded(tmp_path, values)

    class Killed(BaseException):
        pass

    for survive in range(10):
        left = survive

        def kill(path):
            nonlocal left
            if not left:
                raise Killed
            left -= 1

        monkeypatch.setattr(files, "on_rename", kill)
        try:
            path = vectors.build_index(workspace, "m", 8)
        except Killed:
            with pytest.raises(UnfinishedColumn):
                vectors.open_index(workspace)
            continue
        break
    assert survive > 0
    assert faiss.read_index(str(path / "index.faiss")).ntotal == 6
    assert len(vectors.open_index(workspace).doc_ids) == 6


def test_vectors_of_another_corpus_are_refused(tmp_path, values):
    one = embedded(tmp_path / "one", values)
    other = literal_corpus(tmp_path / "other", [{"id": f"other {i}"} for i in range(8)], rows=3)
    for shard in one.shards:
        target = other.column_file("embedding", shard)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(one.column_file("embedding", shard).read_bytes())
    with pytest.raises(Misaligned):
        vectors.read_vectors(other, 8)


def test_a_model_is_read_back_and_a_damaged_one_is_none(tmp_path):
    path = tmp_path / "cache" / "model.npz"
    assert vectors.read_model(path) is None
    vectors.write_model(path, "small", np.arange(6, dtype=np.int16).reshape(3, 2), b'{"a": "\xc3\xa9"}')
    name, pieces, tokenizer = vectors.read_model(path)
    assert (name, tokenizer) == ("small", b'{"a": "\xc3\xa9"}')
    np.testing.assert_array_equal(pieces, [[0, 1], [2, 3], [4, 5]])
    whole = path.read_bytes()
    vectors.write_model(path, "small", pieces, tokenizer)
    assert path.read_bytes() == whole, "the same model is the same file"
    for damaged in (b"", whole[:100], whole[: len(whole) // 2], b"no zip" * 100):
        path.write_bytes(damaged)
        assert vectors.read_model(path) is None


def test_what_does_not_fit_in_memory_is_refused_before_it_is_begun(tmp_path, monkeypatch):
    workspace = literal_corpus(tmp_path / "c", [{}] * 1_000)
    monkeypatch.setattr(memory, "available", lambda: 500_000)
    for step in (
        lambda: vectors.build_index(workspace, "model", 256),
        lambda: vectors.read_vectors(workspace, 256),
    ):
        with pytest.raises(AssayError, match=r"1,000 .* takes about .* GB of memory"):
            step()


def test_a_container_has_what_its_limit_leaves(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    whole = memory.available()
    assert whole > 1_000
    for name, said in {"max": "1000", "current": "900", "stat": "anon 400\nfile 500"}.items():
        (tmp_path / f"memory.{name}").write_text(said + "\n")
    assert memory.available() == 600
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available() > 1_000
