"""What was changed after it was written is found: in an export and in a workspace."""

import json
import os
import shutil
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus
from exporting import export_even

from indexes import files, manifest
from indexes.drop import drop
from indexes.errors import BadExport
from indexes.ingest import Options, ingest
from indexes.verify import verify


@pytest.fixture(params=["parquet", "jsonl"])
def to(request, tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 24, {"length": {"words": list(range(24))}}, rows=5)
    export_even(tmp_path / "c", tmp_path / "out", format=request.param, size="5")
    assert verify(tmp_path / "out").ok
    return tmp_path / "out"


def problem(folder):
    report = verify(folder)
    assert not report.ok
    assert report.as_json()["ok"] is False
    assert report.as_json()["next_step"]
    return report.as_json()["error"]


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("at", [0, 40, -1])
def test_one_flipped_bit_of_a_shard_is_found(to, at):
    path = sorted(to.glob("shard-00001.*"))[0]
    flip(path, at)
    assert "shard-00001" in problem(to)


def test_every_flipped_byte_of_the_manifest_and_the_sums_is_found(to):
    for name in (manifest.MANIFEST, manifest.SUMS):
        good = (to / name).read_bytes()
        for at in range(0, len(good), 37):
            flip(to / name, at)
            assert problem(to)
            (to / name).write_bytes(good)
    assert verify(to).ok


def test_a_missing_an_added_and_a_longer_shard_are_found(to):
    first, second, *_ = sorted(to.glob("shard-*"))
    shutil.copy(first, to / first.name.replace("00000", "00009"))
    first.unlink()
    second.write_bytes(second.read_bytes() + b" ")
    said = problem(to)
    for part in ("shard-00000", "is missing", "shard-00009", "no shard of this export", "shard-00001"):
        assert part in said


def test_an_edited_manifest_is_found_though_its_sum_was_made_again(to):
    said = json.loads((to / manifest.MANIFEST).read_text())
    said["shards"][0]["documents"] += 1
    said["counts"]["documents"] += 1
    manifest.write(to, said)
    assert "has 5 documents, not 6" in problem(to)
    del said["counts"]["documents"]
    manifest.write(to, said)
    assert "lacks 'documents'" in problem(to)
    said["counts"]["documents"] = 12
    said["shards"][0]["name"] = "../c/corpus.toml"
    files.write_json(to / manifest.MANIFEST, said)
    assert "outside its folder" in problem(to)


def test_a_newer_manifest_says_so(to):
    said = json.loads((to / manifest.MANIFEST).read_text())
    manifest.write(to, {**said, "layout": 99})
    assert "newer" in problem(to)


def test_lost_sums_are_found(to):
    (to / manifest.SUMS).unlink()
    assert manifest.SUMS in problem(to)


def test_another_program_can_check_the_sums(to):
    subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=to, check=True, capture_output=True
    )


def test_what_is_neither_export_nor_workspace_says_so(tmp_path):
    for folder in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(BadExport, match="neither"):
            verify(folder)


# --- workspaces ------------------------------------------------------------------------------------------


@pytest.fixture
def workspace(tmp_path):
    """Two shards, one read in place and one copied, and a family."""
    (tmp_path / "in" / "a").mkdir(parents=True)
    large = pa.table({"id": [str(i) for i in range(6000)], "text": [f"text {i}" for i in range(6000)]})
    pq.write_table(large, tmp_path / "in" / "a" / "x.parquet", row_group_size=1000)
    (tmp_path / "in" / "b.jsonl").write_text('{"id": "b", "text": "t"}\n')
    ingest(tmp_path / "c", Options(sources=(str(tmp_path / "in"),)))
    root = tmp_path / "c"
    from analytics.runs import measure

    measure(root, ["length"], 1)
    assert verify(root).ok
    return root


def test_a_whole_workspace_is_ok_and_its_hash_changes_with_a_drop(workspace):
    before = verify(workspace)
    assert (before.documents, before.shards, before.ok) == (6001, 2, True)
    assert verify(workspace).hash == before.hash
    drop(workspace, "spam", shards=[1])
    after = verify(workspace)
    assert after.ok
    assert after.documents < 6001
    assert after.hash != before.hash


def test_a_changed_and_a_lost_source_are_found(workspace):
    path = workspace.parent / "in" / "a" / "x.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    assert "changed" in problem(workspace)
    path.unlink()
    assert "gone" in problem(workspace)


def test_a_source_of_another_footer_is_found_though_size_and_time_are_the_same(workspace):
    path = workspace.parent / "in" / "a" / "x.parquet"
    status = path.stat()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"parquet-cpp-arrow", b"parquet-cpp-ARROW"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert "changed" in problem(workspace)


def test_changed_keys_an_edited_text_and_a_lost_file_are_found(workspace):
    first, second = sorted((workspace / "documents").glob("*.parquet"))
    for path in (first, second):
        good = path.read_bytes()
        table = pq.read_table(path)
        place = table.schema.get_field_index("key")
        pq.write_table(table.set_column(place, "key", pa.array([7] * len(table), pa.uint64())), path)
        assert f"{path.name} is not the shard" in problem(workspace)
        pq.write_table(table.slice(1), path)
        assert f"{len(table) - 1:,} documents" in problem(workspace)
        path.write_bytes(good[:-10])
        assert "damaged" in problem(workspace)
        path.unlink()
        assert "missing" in problem(workspace)
        path.write_bytes(good)
    assert verify(workspace).ok


def test_swapped_short_and_damaged_column_files_are_found(workspace):
    paths = sorted((workspace / "columns" / "length").glob("*.parquet"))
    good = [path.read_bytes() for path in paths]
    paths[0].write_bytes(good[1])
    paths[1].write_bytes(good[0])
    assert len(verify(workspace).problems) == 2
    paths[0].write_bytes(good[0])
    paths[1].write_bytes(good[1][:-5])
    assert "damaged" in problem(workspace)
    paths[1].unlink()  # partial is no fault
    assert verify(workspace).ok


def test_a_lost_tombstone_is_found(workspace):
    drop(workspace, "spam", shards=[1])
    (workspace / "tombstones" / "00001.parquet").unlink()
    assert "tombstone" in problem(workspace)
