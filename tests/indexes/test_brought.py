"""A file or folder that the user gave is known by its hash, made anew when something in it changed."""

import os

import pytest

from indexes.brought import brought, note_place, present_hash


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "scores"
    made.mkdir()
    for name, text in (("a.jsonl", '{"id": "1"}'), ("b.jsonl", '{"id": "2"}')):
        (made / name).write_text(text)
        os.utime(made / name, ns=(2_000, 2_000))
    return made


def test_a_file_put_in_the_place_of_another_of_its_size_is_seen_though_it_is_older(tmp_path, folder):
    before = brought(folder)
    note_place(tmp_path, before)
    assert present_hash(tmp_path, before.sha256) == before.sha256
    (folder / "a.jsonl").write_text('{"id": "3"}')
    os.utime(folder / "a.jsonl", ns=(1_000, 1_000))
    assert brought(folder).sha256 != before.sha256
    assert present_hash(tmp_path, before.sha256) == brought(folder).sha256


def test_two_files_that_changed_names_are_another_folder(tmp_path, folder):
    before = brought(folder)
    note_place(tmp_path, before)
    os.rename(folder / "a.jsonl", folder / "c.jsonl")
    assert present_hash(tmp_path, before.sha256) != before.sha256
