"""A folder into which an export goes: new, killed at any rename, whole, or somebody else's."""

import fcntl
import json
import os
from itertools import count

import pytest
from corpora import literal_corpus
from exporting import dies, export_even, tree

from indexes import files
from indexes.errors import BadExport
from indexes.verify import verify


@pytest.fixture
def root(tmp_path):
    documents = [{"url": f"u{i}", "text": f"text {i}" * 20, "source.x": [i, None]} for i in range(24)]
    literal_corpus(tmp_path / "c", documents, {"length": {"words": list(range(24))}}, rows=5)
    return tmp_path / "c"


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_killed_at_any_rename_it_goes_on_and_ends_as_undisturbed(root, tmp_path, format):
    said = {"format": format, "size": "5", "columns": ("all", "words"), "needs": ["words"]}
    whole = export_even(root, tmp_path / "whole", **said)
    assert whole.shards == 3
    for at in count(1):
        to = tmp_path / f"killed at {at}"
        if not dies(root, to, at, **said):
            break
        if not (to / "manifest.json").exists():
            with pytest.raises(BadExport):
                verify(to)
        again = export_even(root, to, **said)
        assert tree(to) == tree(tmp_path / "whole")
        assert again.hash == whole.hash
    assert at == 2 * 3 + 5  # each shard and its line; request, run, sums, manifest


def test_killed_again_and_again_it_still_ends_as_undisturbed(root, tmp_path):
    export_even(root, tmp_path / "whole", size="5")
    deaths = 0
    while dies(root, tmp_path / "out", 4, size="5"):
        deaths += 1
    assert deaths > 1
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_a_shard_that_is_whole_is_not_written_again(root, tmp_path):
    assert dies(root, tmp_path / "out", 4, size="5")  # request, shard, its line, shard
    assert export_even(root, tmp_path / "out", size="5").written == 2


def test_a_shard_lost_before_the_end_is_written_again(root, tmp_path):
    assert dies(root, tmp_path / "out", 6, size="5")
    (tmp_path / "out" / "shard-00000.parquet").write_bytes(b"")
    assert export_even(root, tmp_path / "out", size="5").written == 3
    assert verify(tmp_path / "out").ok


def test_the_same_export_that_is_whole_is_left_alone(root, tmp_path):
    first = export_even(root, tmp_path / "out", size="5")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    (tmp_path / "out" / "README.md").write_text("mine")
    again = export_even(root, tmp_path / "out", size="5")
    assert (again.documents, again.shards, again.hash, again.written) == (first.documents, 3, first.hash, 0)
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize(
    "other", [{"size": "6"}, {"format": "jsonl"}, {"columns": ("text",)}, {"allow_partial": True}]
)
@pytest.mark.parametrize("killed_at", [0, 3])
def test_another_export_in_the_folder_is_refused_whole_or_not(root, tmp_path, other, killed_at):
    if killed_at:
        assert dies(root, tmp_path / "out", killed_at, size="5")
    else:
        export_even(root, tmp_path / "out", size="5")
    before = tree(tmp_path / "out")
    with pytest.raises(BadExport, match="another export") as problem:
        export_even(root, tmp_path / "out", **{"size": "5", **other})
    assert "rm -r" in problem.value.next_step
    assert tree(tmp_path / "out") == before


def test_another_export_that_has_written_nothing_yet_is_no_hindrance(root, tmp_path):
    assert dies(root, tmp_path / "out", 2, size="5")
    files.remove(next((tmp_path / "out").glob(".tmp-*")))
    assert export_even(root, tmp_path / "out", size="6").shards == 3


def test_a_corpus_that_has_changed_since_makes_another_export(root, tmp_path):
    export_even(root, tmp_path / "out")
    literal_corpus(root, [{"id": f"other {i}"} for i in range(24)], rows=5)
    with pytest.raises(BadExport, match="another export"):
        export_even(root, tmp_path / "out")


def test_anything_else_in_the_folder_is_refused_and_stays(root, tmp_path):
    for name in ("notes.txt", "shard-00000.parquet", ".hidden", "run.json"):
        folder = tmp_path / name.strip(".")
        folder.mkdir()
        (folder / name).write_text("mine")
        (folder / ".tmp-theirs").write_text("mine too")
        with pytest.raises(BadExport, match="no part of an export"):
            export_even(root, folder)
        assert sorted(path.name for path in folder.iterdir()) == sorted([name, ".tmp-theirs"])


def test_a_file_in_the_place_of_the_folder_is_refused(root, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(BadExport, match="cannot be made"):
        export_even(root, tmp_path / "out")
    with pytest.raises(BadExport, match="cannot be made"):
        export_even(root, tmp_path / "out" / "below")


def test_a_damaged_export_is_not_taken_for_whole(root, tmp_path):
    export_even(root, tmp_path / "out", size="5")
    (tmp_path / "out" / "shard-00001.parquet").unlink()
    with pytest.raises(BadExport, match="shard-00001"):
        export_even(root, tmp_path / "out", size="5")
    (tmp_path / "out" / "manifest.json").write_text("{")
    with pytest.raises(BadExport, match="damaged"):
        export_even(root, tmp_path / "out", size="5")


def test_a_folder_that_another_process_writes_is_refused(root, tmp_path):
    (tmp_path / "out").mkdir()
    other = os.open(tmp_path / "out", os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(BadExport, match="Another process"):
        export_even(root, tmp_path / "out")
    os.close(other)
    export_even(root, tmp_path / "out")


def test_times_host_and_user_stand_in_run_json_alone(root, tmp_path):
    export_even(root, tmp_path / "out")
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert sorted(run) == ["began", "export", "host", "seconds", "user", "workspace"]
    assert str(tmp_path) not in (tmp_path / "out" / "manifest.json").read_text()
