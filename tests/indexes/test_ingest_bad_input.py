"""What is wrong with files, rows, disks and workspaces: a sentence, a next step, nothing lost in silence."""

import errno
import gzip
import json
import os
import shutil
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from indexes import files, lock, planning
from indexes.errors import AssayError, NewerWorkspace, NoInput, NoSpace, NoWorkspace, WorkspaceBusy
from indexes.ingest import ingest
from indexes.planning import Options
from indexes.workspace import read_workspace

TEXT = " ".join(f"word{i * 7919 % 1000}" for i in range(5000))


def take(root, *sources, **options):
    return ingest(Path(root), Options(sources=tuple(map(str, sources)), **options))


def write(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def good(folder: Path, name="good.jsonl") -> Path:
    return write(folder / name, json.dumps({"text": f"a document of {name}"}) + "\n")


def packed_parquet(tmp_path: Path) -> bytes:
    path = tmp_path / "whole.parquet"
    pq.write_table(pa.table({"text": [TEXT + str(i) for i in range(10)]}), path)
    data = path.read_bytes()
    path.unlink()
    return data


def quarantined(root: Path) -> list[dict]:
    paths = sorted((root / "quarantine").glob("rows-*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text().splitlines()]


def failed(root: Path) -> list[dict]:
    path = root / "quarantine" / "files.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


LINE = json.dumps({"text": TEXT}).encode() + b"\n"
BAD_FILES = {
    "truncated gzip": ("bad.jsonl.gz", lambda tmp: gzip.compress(LINE)[:-20], "is cut off"),
    "truncated zstd": (
        "bad.jsonl.zst",
        lambda tmp: zstandard.ZstdCompressor().compress(LINE)[:-20],
        "is cut off",
    ),
    "no gzip": ("bad.jsonl.gz", lambda tmp: LINE, "holds no gzip"),
    "damaged gzip": (
        "bad.jsonl.gz",
        lambda tmp: gzip.compress(LINE)[:-8] + bytes(8),
        "cannot be decompressed",
    ),
    "truncated Parquet": (
        "bad.parquet",
        lambda tmp: packed_parquet(tmp)[:-20],
        "is cut off, or no Parquet file",
    ),
    "half a Parquet": (
        "bad.parquet",
        lambda tmp: packed_parquet(tmp)[:300],
        "is cut off, or no Parquet file",
    ),
    "a Parquet with a hole": (
        "bad.parquet",
        lambda tmp: (data := packed_parquet(tmp))[:50] + bytes(100) + data[150:],
        "cannot be read as Parquet",
    ),
    "no text column": (
        "bad.jsonl",
        lambda tmp: b'{"id": 1, "words": "a"}\n',
        "has no text column, only id, words",
    ),
    "a JSON array": ("bad.json", lambda tmp: b'[{"text": "a"}]', "is one JSON array"),
    "JSON over several lines": (
        "bad.json",
        lambda tmp: b'{\n  "text": "a"\n}\n',
        "holds JSON over several lines",
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_stays_out_whole_is_named_and_the_others_are_in(tmp_path, kind):
    name, data, sentence = BAD_FILES[kind]
    folder = tmp_path / "in"
    good(folder, "a.jsonl")
    bad = write(folder / name, data(tmp_path))
    good(folder, "z.jsonl")
    report = take(tmp_path / "w", folder)
    assert (report.documents, report.files, report.files_failed) == (2, 2, 1)
    assert report.error.startswith(f"{bad} ")
    assert sentence in report.error
    assert f"assay ingest {folder} --to {tmp_path / 'w'}" in report.next_step
    assert [entry["file"] for entry in failed(tmp_path / "w")] == [str(bad)]
    assert report.as_json()["error"] == report.error
    workspace = read_workspace(tmp_path / "w")
    assert [Path(file.path).name for shard in workspace.shards for file in shard.files] == [
        "a.jsonl",
        "z.jsonl",
    ]
    assert not list((tmp_path / "w").rglob(".tmp-*"))

    bad.unlink()
    good(folder, name.split(".")[0] + ".jsonl")
    again = take(tmp_path / "w", folder)
    assert (again.documents, again.total, again.error) == (1, 3, "")


def test_a_text_column_that_is_no_text_is_named_with_its_type(tmp_path):
    pq.write_table(pa.table({"text": [1, 2], "body": ["a", "b"]}), tmp_path / "a.parquet")
    report = take(tmp_path / "w", tmp_path / "a.parquet")
    assert "text is int64, not text" in report.error
    assert "--map COLUMN=text" in report.next_step
    assert take(tmp_path / "w", tmp_path / "a.parquet", mapping=(("body", "text"),)).documents == 2
    assert failed(tmp_path / "w") == []


def test_a_big_file_that_is_cut_off_leaves_nothing_behind(tmp_path, monkeypatch):
    from indexes import appending
    from indexes import ingest as module

    monkeypatch.setattr(appending, "SHARD_ROWS", 50)
    monkeypatch.setattr(module, "SHARD_ROWS", 50)
    rows = [json.dumps({"text": TEXT + str(i), "new": i}).encode() + b"\n" for i in range(1000)]
    write(tmp_path / "in/b.jsonl.gz", gzip.compress(b"".join(rows), 1)[:-9])
    good(tmp_path / "in", "a.jsonl")
    good(tmp_path / "in", "c.jsonl")
    report = take(tmp_path / "w", tmp_path / "in")
    workspace = read_workspace(tmp_path / "w")
    assert (report.documents, report.files_failed) == (2, 1)
    assert "source.new" not in workspace.columns
    assert sorted(path.name for path in (tmp_path / "w/documents").iterdir()) == [
        "shard-00000.parquet",
        "shard-00001.parquet",
    ]


BAD_ROWS = {
    b"not json": "not JSON",
    b'{"text": null}': "text is null",
    b'{"text": 5}': "text is not a string",
    b'{"text": "\xff"}': "not UTF-8",
    b'{"id": 1}': "no text",
    b'{"text": "\\udc00"}': "half of a surrogate pair",
}


def test_a_bad_line_goes_to_quarantine_with_file_line_and_reason_and_all_rows_are_counted(tmp_path):
    lines = [b'{"text": "a"}', *BAD_ROWS, b'{"text": ""}']
    path = write(tmp_path / "a.jsonl", b"\n".join(lines))
    report = take(tmp_path / "w", path)
    assert (report.documents, report.quarantined, report.files_failed, report.error) == (
        2,
        len(BAD_ROWS),
        0,
        "",
    )
    found = quarantined(tmp_path / "w")
    assert [entry["line"] for entry in found] == list(range(2, 2 + len(BAD_ROWS)))
    for entry, reason in zip(found, BAD_ROWS.values(), strict=True):
        assert entry["file"] == str(path)
        assert entry["reason"].startswith(reason)
    assert (
        f"2 documents + {len(BAD_ROWS)} quarantined + 0 not drawn = {2 + len(BAD_ROWS)} rows of 1 file."
        in report.notes
    )


def test_a_bad_row_of_parquet_goes_to_quarantine_with_its_row(tmp_path):
    texts = pa.array([b"a", None, b"\xff", b""], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    report = take(tmp_path / "w", tmp_path / "a.parquet")
    assert (report.documents, report.quarantined) == (2, 2)
    assert [(entry["row"], entry["reason"]) for entry in quarantined(tmp_path / "w")] == [
        (2, "text is null"),
        (3, "text is not UTF-8"),
    ]


def test_a_file_of_bad_rows_only_is_in_and_is_not_read_again(tmp_path):
    path = write(tmp_path / "a.jsonl", b"nonsense\n{\n")
    report = take(tmp_path / "w", path)
    assert (report.documents, report.quarantined, report.files) == (0, 2, 1)
    assert take(tmp_path / "w", path).files == 0


def test_strict_stops_at_the_first_bad_row_or_file_with_what_was_whole_kept(tmp_path):
    good(tmp_path / "in", "a.jsonl")
    write(tmp_path / "in/b.jsonl", b'{"text": "b"}\nnonsense\n')
    with pytest.raises(AssayError, match=r"b\.jsonl, line 2: not JSON") as caught:
        take(tmp_path / "w", tmp_path / "in", strict=True)
    assert "--strict" in caught.value.next_step
    write(tmp_path / "in/b.jsonl", b'{"words": "b"}\n')
    with pytest.raises(AssayError, match="no text column"):
        take(tmp_path / "w", tmp_path / "in", strict=True)
    assert take(tmp_path / "w", tmp_path / "in").total == 1
    assert not list((tmp_path / "w").rglob(".tmp-*"))


def test_duplicate_ids_are_kept_and_share_a_key(tmp_path):
    path = write(tmp_path / "a.jsonl", b'{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}\n')
    report = take(tmp_path / "w", path)
    assert report.documents == 2
    assert any("1 document shares its key" in note for note in report.notes), report.notes
    table = pq.read_table(tmp_path / "w/documents/shard-00000.parquet")
    assert table["key"].to_pylist()[0] == table["key"].to_pylist()[1]


def test_an_empty_file_is_counted_and_gives_no_shard(tmp_path):
    write(tmp_path / "in/a.jsonl", b"")
    write(tmp_path / "in/b.jsonl", b"\n \n")
    write(tmp_path / "in/c.jsonl.gz", gzip.compress(b""))
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "in/d.parquet")
    report = take(tmp_path / "w", tmp_path / "in")
    assert (report.documents, report.files, report.files_failed, report.error) == (0, 4, 0, "")
    workspace = read_workspace(tmp_path / "w")
    assert (workspace.shards, workspace.complete, len(workspace.others)) == ((), True, 4)
    assert take(tmp_path / "w", tmp_path / "in").files == 0


@pytest.mark.parametrize("make", [lambda folder: None, lambda folder: write(folder / "README.md", "hello")])
def test_a_folder_without_a_file_to_read_is_named_with_the_suffixes_that_are(tmp_path, make):
    (tmp_path / "in").mkdir()
    make(tmp_path / "in")
    with pytest.raises(NoInput, match="No file to read") as caught:
        take(tmp_path / "w", tmp_path / "in")
    assert ".jsonl.zst" in caught.value.next_step
    assert ".parquet" in caught.value.next_step
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("said", ["missing", "missing/*.jsonl"])
def test_a_path_that_is_not_there_is_named(tmp_path, said):
    with pytest.raises(NoInput, match="missing"):
        take(tmp_path / "w", tmp_path / said)


def test_a_list_that_names_a_missing_file_is_named_with_its_line(tmp_path):
    write(tmp_path / "mine.list", "# files\nmissing.jsonl\n")
    with pytest.raises(NoInput, match=r"mine\.list, line 2: missing\.jsonl"):
        take(tmp_path / "w", tmp_path / "mine.list")


def test_a_file_that_changes_while_it_is_read_stays_out(tmp_path):
    path = write(tmp_path / "in/a.jsonl", LINE * 400)
    good(tmp_path / "in", "b.jsonl")
    touched = []

    def touch(done, total, note):
        if note == "reading a.jsonl" and done and not touched:
            touched.append(True)
            with path.open("ab") as file:
                file.write(b'{"text": "late"}\n')

    report = ingest(tmp_path / "w", Options(sources=(str(tmp_path / "in"),)), progress=touch)
    assert "changed while it was read" in report.error
    assert (report.documents, report.files_failed) == (1, 1)
    assert take(tmp_path / "w", tmp_path / "in").documents == 401


def test_a_file_that_came_in_and_has_other_content_now_is_named(tmp_path):
    path = good(tmp_path / "in")
    take(tmp_path / "w", path)
    write(path, '{"text": "something else"}\n')
    report = take(tmp_path / "w", path)
    assert "has other content now" in report.error
    assert (report.documents, report.total) == (0, 1)


def test_a_file_that_may_not_be_read_or_is_gone_is_the_files_fault(tmp_path):
    path = good(tmp_path / "in", "a.jsonl")
    good(tmp_path / "in", "b.jsonl")
    report = ingest(
        tmp_path / "w",
        Options(sources=(str(tmp_path / "in"),)),
        progress=lambda done, total, note: path.unlink(missing_ok=True),
    )
    assert (report.documents, report.files_failed) == (1, 1)
    assert "cannot be read" in report.error


def test_too_little_disk_stops_it_before_it_starts(tmp_path, monkeypatch):
    path = write(tmp_path / "a.jsonl", LINE * 10)
    little = shutil._ntuple_diskusage(10**9, 10**9 - 1000, 1000)
    monkeypatch.setattr(planning.shutil, "disk_usage", lambda folder: little)
    with pytest.raises(NoSpace, match="are needed") as caught:
        take(tmp_path / "w", path)
    assert "--sample" in caught.value.next_step
    assert not (tmp_path / "w").exists()


def test_a_disk_that_fills_up_stops_the_run_and_the_same_command_goes_on(tmp_path, monkeypatch):
    pq.write_table(
        pa.table({"text": [f"t{i}" for i in range(6000)]}), tmp_path / "a.parquet", row_group_size=1000
    )
    pq.write_table(
        pa.table({"text": [f"u{i}" for i in range(6000)]}), tmp_path / "b.parquet", row_group_size=1000
    )

    def full(path):
        if path.name == "shard-00001.parquet":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(files, "on_rename", full)
    with pytest.raises(NoSpace, match="No space is left") as caught:
        take(tmp_path / "w", tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert "assay ingest" in caught.value.next_step
    workspace = read_workspace(tmp_path / "w")
    assert (workspace.documents, workspace.complete) == (6000, False)
    assert not list((tmp_path / "w").rglob(".tmp-*"))
    monkeypatch.setattr(files, "on_rename", None)
    report = take(tmp_path / "w", tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert (report.documents, report.total) == (6000, 12_000)


def test_a_workspace_of_a_newer_version_is_left_alone(tmp_path):
    path = good(tmp_path / "in")
    take(tmp_path / "w", path)
    toml = tmp_path / "w/corpus.toml"
    toml.write_text(toml.read_text().replace("format = 1", "format = 99"))
    before = toml.read_bytes()
    with pytest.raises(NewerWorkspace, match="newer"):
        take(tmp_path / "w", path)
    assert toml.read_bytes() == before


def test_a_damaged_workspace_is_not_begun_anew(tmp_path):
    path = good(tmp_path / "in")
    take(tmp_path / "w", path)
    (tmp_path / "w/corpus.toml").write_text("format = ")
    with pytest.raises(NoWorkspace, match="damaged"):
        take(tmp_path / "w", path)


def test_a_second_writer_is_told_who_the_first_is(tmp_path):
    path = good(tmp_path / "in")
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with lock.writer(tmp_path / "w", "assay measure w"):
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(10)
    try:
        with pytest.raises(WorkspaceBusy, match="assay measure w"):
            take(tmp_path / "w", path)
    finally:
        leave.set()
        thread.join()
    assert take(tmp_path / "w", path).documents == 1


def test_another_part_of_the_same_files_is_refused(tmp_path):
    path = good(tmp_path / "in")
    take(tmp_path / "w", path)
    with pytest.raises(AssayError, match="holds all documents") as caught:
        take(tmp_path / "w", path, sample=0.5)
    assert "--sample" in caught.value.next_step
