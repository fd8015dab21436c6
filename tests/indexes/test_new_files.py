"""New files among a corpus's sources: what counts as one, and how far the search goes."""

import os

import pytest

from indexes import new_files as searching
from indexes.ingest import ingest
from indexes.new_files import NewFiles, new_files, sources_of
from indexes.planning import Options
from indexes.workspace import read_workspace


def line(path, text="a"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{{"text": "{text}"}}\n')
    return path


def found(tmp_path, **options):
    ingest(tmp_path / "c", Options(**{"sources": (str(tmp_path / "in"),), **options}))
    return lambda: new_files(read_workspace(tmp_path / "c"))


def test_files_that_ingest_would_take_are_new_and_others_are_not(tmp_path):
    line(tmp_path / "in" / "a.jsonl")
    look = found(tmp_path)
    assert look() == NewFiles(0)
    for name in ("notes.md", ".hidden.jsonl", ".hidden/b.jsonl", "manifest.json"):
        line(tmp_path / "in" / name)
    line(tmp_path / "in" / "copy.jsonl")
    assert look() == NewFiles(0)
    line(tmp_path / "in" / "deep" / "er" / "b.jsonl", "b")
    line(tmp_path / "in" / "c.csv", "c")  # which is refused
    assert look() == NewFiles(2)
    ingest(tmp_path / "c", Options(sources=(str(tmp_path / "in"),)))
    assert look() == NewFiles(0)


@pytest.mark.parametrize("source", ["in/*.jsonl", "in/**/*.jsonl", "list.txt"])
def test_globs_and_lists_are_followed(tmp_path, source, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line(tmp_path / "in" / "a.jsonl")
    (tmp_path / "list.txt").write_text("# files\nin/a.jsonl\n")
    look = found(tmp_path, sources=(source,))
    line(tmp_path / "in" / "b.jsonl", "b")
    (tmp_path / "list.txt").write_text("in/a.jsonl\nin/b.jsonl\nin/nowhere.jsonl\n")
    assert look() == NewFiles(1)


def test_named_sources_are_looked_into_and_values_of_options_are_none(tmp_path):
    words = ["in", "--source", "wiki=other/*", "--schema", "plain", "--copy", "--map", "a=text", "--strict"]
    assert sources_of(words) == ["in", "other/*"]
    assert sources_of(["--source"]) == []


def test_the_search_has_an_end(tmp_path, monkeypatch):
    line(tmp_path / "in" / "a.jsonl")
    look = found(tmp_path)
    for number in range(20):
        line(tmp_path / "in" / f"b{number}.jsonl", number)
    (tmp_path / "in" / "round").symlink_to(tmp_path / "in")
    assert look() == NewFiles(20)
    monkeypatch.setattr(searching, "ENTRIES", 5)
    few = look()
    assert few.count <= 5
    assert not few.all
    monkeypatch.setattr(searching, "ENTRIES", 100)
    monkeypatch.setattr(searching, "SECONDS", -1.0)
    assert look() == NewFiles(0, all=False)


def test_a_part_of_some_files_has_no_new_ones_and_neither_has_a_folder_that_is_gone(tmp_path):
    line(tmp_path / "in" / "a.jsonl")
    line(tmp_path / "in" / "b.jsonl")
    assert found(tmp_path, shards=1)() == NewFiles(0)
    os.rename(tmp_path / "in", tmp_path / "away")
    assert new_files(read_workspace(tmp_path / "c")) == NewFiles(0)


def test_a_folder_of_the_same_name_elsewhere_is_another_one(tmp_path, monkeypatch):
    line(tmp_path / "in" / "a.jsonl")
    monkeypatch.chdir(tmp_path)
    look = found(tmp_path, sources=("in",))
    line(tmp_path / "else" / "in" / "b.jsonl", "b")
    monkeypatch.chdir(tmp_path / "else")
    assert look() == NewFiles(0)
    monkeypatch.chdir(tmp_path)
    line(tmp_path / "in" / "c.jsonl", "c")
    assert look() == NewFiles(1)
