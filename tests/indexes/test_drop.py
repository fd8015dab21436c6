"""Tombstones: what is dropped is out of every question at once, and can be taken back."""

import pytest
from corpora import literal_corpus

from indexes.corpus import open_corpus
from indexes.drop import drop, undo
from indexes.errors import AssayError, WorkspaceBusy
from indexes.lock import writer


def ids_left(root):
    corpus = open_corpus(root)
    rows = (
        corpus.cursor()
        .execute(f"SELECT id, words {corpus.clause(['id', 'words'])} ORDER BY doc_id")
        .fetchall()
    )
    assert len(rows) == corpus.documents
    return rows


def corpus_of_six(root):
    documents = [{"id": f"d{i}", "source": "ab"[i % 2]} for i in range(6)]
    return literal_corpus(root, documents, {"length": {"words": list(range(6))}}, rows=2)


def test_a_drop_by_source_leaves_the_others_beside_their_own_values(tmp_path):
    corpus_of_six(tmp_path / "c")
    done = drop(tmp_path / "c", "spam", source="a")
    assert (done.documents, done.left) == (3, 3)
    assert ids_left(tmp_path / "c") == [("d1", 1), ("d3", 3), ("d5", 5)]


def test_a_drop_by_ids_and_by_shards_adds_up(tmp_path):
    corpus_of_six(tmp_path / "c")
    (tmp_path / "ids.txt").write_text("d0\nd5\nnobody\n")
    assert drop(tmp_path / "c", "asked for", ids=tmp_path / "ids.txt").documents == 2
    assert drop(tmp_path / "c", "broken", shards=[0]).left == 3
    assert ids_left(tmp_path / "c") == [("d2", 2), ("d3", 3), ("d4", 4)]


def test_the_same_drop_again_is_done_at_once_and_undone_once(tmp_path):
    corpus_of_six(tmp_path / "c")
    before = open_corpus(tmp_path / "c").fingerprint
    assert drop(tmp_path / "c", "spam", source="a") == drop(tmp_path / "c", "spam", source="a")
    assert open_corpus(tmp_path / "c").fingerprint != before
    assert undo(tmp_path / "c", 1).left == 6
    assert open_corpus(tmp_path / "c").fingerprint == before


def test_a_drop_of_nothing_says_so(tmp_path):
    corpus_of_six(tmp_path / "c")
    with pytest.raises(AssayError, match="nothing was dropped"):
        drop(tmp_path / "c", "spam", source="nobody")


def test_a_second_writer_is_told_who_the_first_is(tmp_path):
    corpus_of_six(tmp_path / "c")
    with writer(tmp_path / "c", "assay measure"), pytest.raises(WorkspaceBusy, match="assay measure"):
        drop(tmp_path / "c", "spam", source="a")
