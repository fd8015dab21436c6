"""Lists of words and classifiers that the user gives: kept by the one writer, under names looked at."""

import os

import pytest
from corpora import literal_corpus
from terminal import assay

from indexes import files, models
from indexes.lists import list_file
from indexes.lock import writer


@pytest.fixture
def root(tmp_path):
    (tmp_path / "words.txt").write_text("one\n")
    return literal_corpus(tmp_path / "w", [{"text": "one two"}]).root


def test_a_list_that_no_family_needs_is_refused_with_near_matches(root, tmp_path):
    said = assay("measure", root, "length", "--list", f"flaged_words={tmp_path / 'words.txt'}")
    assert said.code == 1
    assert "needs a list flaged_words. Near matches: flagged_words." in said.answer["error"]
    assert said.answer["next_step"] == "Choose from: flagged_words."
    assert not (root / "lists").exists()


def test_a_list_for_a_workspace_that_is_not_there_makes_none(tmp_path, root):
    said = assay("measure", tmp_path / "typo", "flagged", "--list", f"flagged_words={tmp_path / 'words.txt'}")
    assert said.code == 1
    assert not (tmp_path / "typo").exists()


def test_while_another_process_writes_no_list_is_replaced(root, tmp_path):
    words = ["--list", f"flagged_words={tmp_path / 'words.txt'}"]
    assert assay("measure", root, "flagged", *words).code == 0
    (tmp_path / "words.txt").write_text("two\nthree\n")
    with writer(root, "assay drop"):
        said = assay("measure", root, "flagged", *words)
    assert "assay drop" in said.answer["error"]
    assert list_file(root, "flagged_words").read_text() == "one\n"


@pytest.fixture
def hashed(monkeypatch):
    """The files that were hashed, in order."""
    found, hash_of = [], files.sha256

    def spy(path):
        found.append(path.name)
        return hash_of(path)

    monkeypatch.setattr(files, "sha256", spy)
    return found


def start():
    """What a process remembers is gone in the next."""
    models._hash.cache_clear()


def test_a_kept_model_is_hashed_once_and_again_when_it_changes(root, tmp_path, hashed):
    given = tmp_path / "given.bin"
    given.write_bytes(b"first")
    kept = models.add_model(root, "language", given)
    first = models.model_hash(kept)
    assert hashed == ["language.bin"]
    start()
    assert models.model_hash(kept) == first
    assert hashed == ["language.bin"]

    kept.write_bytes(b"other")
    os.utime(kept, ns=(1, 1))
    start()
    other = models.model_hash(kept)
    assert other != first
    models.record_model(kept)
    start()
    assert models.model_hash(kept) == other
    assert len(hashed) == 2


@pytest.mark.parametrize("broken", ["", "[]", '{"sha256": 1}'])
def test_a_record_that_says_nothing_is_no_harm(root, tmp_path, hashed, broken):
    given = tmp_path / "given.bin"
    given.write_bytes(b"first")
    kept = models.add_model(root, "language", given)
    first = models.model_hash(kept)
    (root / "models" / "language.json").write_text(broken)
    start()
    assert models.model_hash(kept) == first
    assert len(hashed) == 2


def test_a_model_of_the_other_kind_does_not_take_the_record_of_the_first(root, tmp_path):
    for name in ("given.bin", "given.ftz"):
        (tmp_path / name).write_bytes(name.encode())
        kept = models.add_model(root, "language", tmp_path / name)
        start()
        assert models.model_hash(kept) == files.sha256(tmp_path / name)
    assert models.model_file(root, "language") == kept
