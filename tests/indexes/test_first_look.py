"""A first look: the first documents of some files, however large or broken they are further on."""

import gzip
import io
import json
import time
from itertools import pairwise

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
import zstandard

from indexes import first_look, jobs
from indexes.ingest import ingest
from indexes.planning import Options
from indexes.reading import csv as csv_files
from indexes.reading import jsonl as jsonl_files
from indexes.workspace import read_workspace

ROWS = [{"id": str(i), "text": f"document {i} " + "word " * 20, "domain": "ab"[i % 2]} for i in range(2_000)]
"""About 240 KB."""


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Heads of 16 KB, and 40 KB in all; columns are known by the first 4 KB."""
    for module in (jsonl_files, csv_files):
        monkeypatch.setattr(module, "PEEK", 4 << 10)
    monkeypatch.setattr(first_look, "FILE_BYTES", 16 << 10)
    monkeypatch.setattr(first_look, "ALL_BYTES", 40 << 10)
    monkeypatch.setattr(first_look, "GRACE", 0.0)


def jsonl(rows=ROWS):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def csv(rows=ROWS, delimiter=","):
    out = io.BytesIO()
    pc.write_csv(pa.Table.from_pylist(rows), out, pc.WriteOptions(delimiter=delimiter))
    return out.getvalue()


def parquet(rows=ROWS):
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out, row_group_size=1_500)
    return out.getvalue()


WRITTEN = {
    "a.jsonl": jsonl(),
    "a.jsonl.gz": gzip.compress(jsonl()),
    "a.jsonl.zst": zstandard.compress(jsonl()),
    "a.csv": csv(),
    "a.tsv.gz": gzip.compress(csv(delimiter="\t")),
    "a.csv.zst": zstandard.compress(csv()),
    "a.parquet": parquet(),
}


def documents(root, *names):
    shards = read_workspace(root).shards
    tables = [pq.read_table(root / "documents" / shard.file, columns=list(names)) for shard in shards]
    return pa.concat_tables(tables).to_pylist() if tables else []


def looked(root, *sources):
    return first_look.take(root, Options(sources=tuple(map(str, sources))))


@pytest.mark.parametrize("name", WRITTEN)
def test_it_holds_the_first_documents_of_a_file_as_the_whole_will(tmp_path, name):
    (tmp_path / name).write_bytes(WRITTEN[name])
    look = looked(tmp_path / "w", tmp_path / name)
    seen = documents(look, "key", "text", "domain")
    ingest(tmp_path / "w", Options(sources=(str(tmp_path / name),), copy=True))
    whole = documents(tmp_path / "w", "key", "text", "domain")
    assert seen == whole[: len(seen)]
    assert 100 < len(seen) < 500
    assert len(whole) == 2_000
    found = read_workspace(look)
    assert (found.name, found.part_sentence) == ("w (first look)", "the first documents of 1 file")
    assert found.first_look
    assert not read_workspace(tmp_path / "w").first_look


@pytest.mark.parametrize("name", [name for name in WRITTEN if name != "a.parquet"])
def test_a_file_that_breaks_off_further_on_is_no_matter(tmp_path, name):
    (tmp_path / name).write_bytes(WRITTEN[name][: len(WRITTEN[name]) * 3 // 4])
    assert len(documents(looked(tmp_path / "w", tmp_path / name), "key")) > 100


def test_a_small_file_is_there_to_its_last_line(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(jsonl(ROWS[:7]).rstrip())
    (tmp_path / "b.csv").write_bytes(csv(ROWS[7:10]).rstrip())
    assert len(documents(looked(tmp_path / "w", tmp_path), "key")) == 10


def test_files_that_cannot_be_read_are_passed_over(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.parquet").write_bytes(parquet()[:-100])
    (data / "b.jsonl.gz").write_bytes(b"no gzip")
    (data / "c.jsonl").write_bytes(b'[{"text": "an array"}]\n')
    (data / "d.jsonl").touch()
    (data / "e.csv").symlink_to(data / "nowhere.csv")
    (data / "f.jsonl").write_bytes(b"{not json\n" + jsonl(ROWS[:5]))
    look = looked(tmp_path / "w", data)
    assert len(documents(look, "key")) == 5
    assert read_workspace(look).part_sentence == "the first documents of 1 of 5 files"


@pytest.mark.parametrize("ending", [b"", b"\n" + jsonl(ROWS[:5])])
def test_of_a_line_without_an_end_little_is_read(tmp_path, ending, monkeypatch):
    """A bomb: 16 MB in one line, of which a few heads' worth may be decompressed, not more."""
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"text": "' + bytes(16 << 20) + b'"}' + ending))
    read = []
    real = gzip.GzipFile.read
    monkeypatch.setattr(gzip.GzipFile, "read", lambda self, size: read.append(size) or real(self, size))
    monkeypatch.setattr(jsonl_files, "PEEKED", 128 << 10)
    assert looked(tmp_path / "w", tmp_path / "a.jsonl.gz") is None
    assert sum(read) < 1 << 20
    assert not (tmp_path / "w" / first_look.FOLDER).exists()


def test_a_first_record_longer_than_a_head_is_passed_over(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(jsonl([{"id": "long", "text": "x" * 30_000}, *ROWS]))
    seen = documents(looked(tmp_path / "w", tmp_path / "a.jsonl"), "text")
    assert seen[0]["text"].startswith("document 0 ")


def test_of_many_files_some_are_looked_into_spread_over_all(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for i in range(105):
        (data / f"{i:03d}.jsonl").write_bytes(jsonl([{"id": str(i), "text": f"of file {i}"}]))
    look = looked(tmp_path / "w", data)
    seen = sorted(int(row["text"].split()[-1]) for row in documents(look, "text"))
    assert len(seen) == 20
    assert {b - a for a, b in pairwise(seen)} <= {5, 6}
    assert first_look.looked_into(read_workspace(look)) == (20, 105)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 19, 20, 21, 1_000])
def test_any_first_few_are_spread_too(n):
    picked = first_look.spread(range(n), 20)
    assert len(set(picked)) == len(picked) == min(n, 20)
    if n >= 20:
        few = sorted(picked[:5])
        assert max(few[0], *(b - a for a, b in zip(few, [*few[1:], n], strict=True))) <= n // 2


def test_when_time_is_over_no_further_file_is_begun(tmp_path, monkeypatch):
    for name in "abc":
        (tmp_path / f"{name}.jsonl").write_bytes(jsonl(ROWS[:5] if name == "a" else [{"text": name}]))
    (tmp_path / "a.jsonl").write_bytes(b"\n")  # one without documents does not count
    monkeypatch.setattr(first_look, "SECONDS", -1.0)
    opened = []

    class Watched(jsonl_files.HashedFile):
        def __init__(self, path):
            opened.append(path.name)
            super().__init__(path)

    monkeypatch.setattr(jsonl_files, "HashedFile", Watched)
    look = looked(tmp_path / "w", tmp_path)
    assert set(opened) == {"a.jsonl", "c.jsonl"}
    assert len(documents(look, "key")) == 1
    assert first_look.looked_into(read_workspace(look)) == (1, 3)


def test_there_is_none_where_documents_are_there(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(jsonl(ROWS[:5]))
    ingest(tmp_path / "w", Options(sources=(str(tmp_path / "a.jsonl"),)))
    assert looked(tmp_path / "w", tmp_path / "a.jsonl") is None


def test_it_is_taken_once_and_goes_with_what_is_done_to_it(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(jsonl(ROWS[:5]))
    root = tmp_path / "w"
    look = looked(root, tmp_path / "a.jsonl")
    (tmp_path / "a.jsonl").unlink()
    assert looked(root, tmp_path / "a.jsonl") == look == first_look.stands_in(root)
    assert first_look.whole_of(look) == root == first_look.whole_of(root)
    job = jobs.Job("00001", ("measure", str(look)), started=time.time())
    (look / "jobs").mkdir()
    jobs.write(look, job)
    (look / "recipes" / "mine.toml").write_text("")
    first_look.leave(root)
    assert first_look.stands_in(root) is None
    assert {path.name for path in root.iterdir()} == set(first_look.SHARED)
    assert (root / "recipes" / "mine.toml").exists()
    first_look.leave(root)


def test_of_one_large_file_it_is_known_how_far_the_whole_is(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_files, "BLOCK", 8 << 10)
    (tmp_path / "a.csv").write_bytes(csv())
    said = []
    ingest(tmp_path / "w", Options(sources=(str(tmp_path / "a.csv"),)), lambda *told: said.append(told))
    guesses = [total for done, total, _ in said if 500 < done < 2_000]
    assert guesses
    assert all(1_500 < guess < 2_600 for guess in guesses)
