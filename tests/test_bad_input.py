"""Bad input on the terminal: a sentence, a next step that works, its exit code, nothing lost in silence."""

import errno
import gzip
import json
import os
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from terminal import Said, assay, typed

import cli
from indexes import files
from indexes.lock import writer

TEXTS = [f"{i} " + "words " * 60 for i in range(8)]
LINES = "".join(json.dumps({"id": f"d{i}", "text": text}) + "\n" for i, text in enumerate(TEXTS)).encode()


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    """The folder in which the commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, data: bytes) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def parquet(path: str, rows: int) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    ids, texts = [f"{file.stem}{i}" for i in range(rows)], ["a few words"] * rows
    table = pa.table({"id": pa.array(ids, pa.string()), "text": pa.array(texts, pa.string())})
    pq.write_table(table, file, row_group_size=500)
    return file


def adds_up(said: Said) -> bool:
    """Whether the log's count of rows holds and agrees with the answer."""
    answer = said.answer
    rows = answer["documents"] + answer["quarantined"] + answer["not_drawn"]
    return (
        f"{answer['documents']:,} documents + {answer['quarantined']:,} quarantined + "
        f"{answer['not_drawn']:,} not drawn = {rows:,} rows" in said.log
    )


def quarantine(root: str) -> list[dict]:
    """What stands in quarantine, files first."""
    found = sorted(Path(root, "quarantine").glob("*.jsonl"))
    return [json.loads(line) for path in found for line in path.read_text().splitlines()]


def whole_parquet() -> bytes:
    return parquet("whole.parquet", 2000).read_bytes()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


WHOLE = {
    "b.jsonl": lambda: LINES.replace(b"d", b"f"),
    "b.jsonl.gz": lambda: gzip.compress(LINES.replace(b"d", b"f")),
    "b.jsonl.zst": lambda: zstd(LINES.replace(b"d", b"f")),
    "b.parquet": whole_parquet,
}
BAD_FILES = {
    "a truncated gzip": ("b.jsonl.gz", lambda whole: whole[:-9], "cut off"),
    "a truncated zstd": ("b.jsonl.zst", lambda whole: whole[:-9], "cut off"),
    "a truncated Parquet": ("b.parquet", lambda whole: whole[:-9], "cut off"),
    "no text column": (
        "b.jsonl",
        lambda whole: b'{"id": 1, "words": 2}\n',
        "has no text column, only id, words",
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_stays_out_and_is_named_and_the_others_are_in(kind):
    name, spoil, sentence = BAD_FILES[kind]
    whole = WHOLE[name]()
    write("in/a.jsonl", LINES)
    bad = write(f"in/{name}", spoil(whole))
    write("in/c.jsonl", LINES.replace(b"d", b"e"))
    said = assay("ingest", "in", "--to", "c")
    assert said.code == 1
    assert (said.answer["documents"], said.answer["files"], said.answer["files_failed"]) == (16, 2, 1)
    assert said.answer["error"].startswith(f"{bad.absolute()} ")
    assert sentence in said.answer["error"]
    assert adds_up(said)
    assert [entry["file"] for entry in quarantine("c")] == [str(bad.absolute())]
    assert assay("verify", "c").answer["documents"] == 16
    bad.write_bytes(whole)
    again = typed(said.answer["next_step"].partition("Try again with: ")[2])
    assert (again.code, again.answer["files"], again.answer["total"] > 16) == (0, 1, True)
    assert quarantine("c") == []


BAD_LINES = {
    b"{not json": "not JSON",
    b'{"text": null}': "text is null",
    b'{"text": 5}': "text is not a string",
    b'{"text": "\xff"}': "not UTF-8",
}


def test_a_bad_line_is_set_aside_with_file_line_and_reason_and_the_run_goes_on():
    path = write("in/a.jsonl", LINES + b"\n".join(BAD_LINES) + b"\n" + LINES.replace(b"d", b"e"))
    said = assay("ingest", "in", "--to", "c")
    assert (said.code, said.answer["documents"], said.answer["quarantined"]) == (0, 16, 4)
    assert adds_up(said)
    entries = quarantine("c")
    assert [entry["line"] for entry in entries] == [9, 10, 11, 12]
    for entry, reason in zip(entries, BAD_LINES.values(), strict=True):
        assert entry["file"] == str(path.absolute())
        assert entry["reason"].startswith(reason)
    strict = assay("ingest", "in", "--to", "strict", "--strict")
    assert strict.code == 1
    assert f"{path.absolute()}, line 9: not JSON" in strict.answer["error"]


def test_bad_rows_of_parquet_are_set_aside_or_null_in_place_and_counted():
    bad = pa.array([b"a", None, b"\xff"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": bad}), "a.parquet")
    said = assay("ingest", "a.parquet", "--to", "copied")
    assert (said.code, said.answer["documents"], said.answer["quarantined"]) == (0, 1, 2)
    assert [(entry["row"], entry["reason"]) for entry in quarantine("copied")] == [
        (2, "text is null"),
        (3, "text is not UTF-8"),
    ]
    bad = pa.array([b"a"] * 5999 + [b"\xff"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": bad}), "b.parquet", row_group_size=500)
    assert assay("ingest", "b.parquet", "--to", "placed").answer["documents"] == 6000
    assay("measure", "placed", "length")
    assert assay("status", "placed").answer["not_utf8"] == 1


def test_duplicate_ids_are_kept_counted_and_shown():
    write("in/a.jsonl", LINES + LINES)
    said = assay("ingest", "in", "--to", "c")
    assert (said.code, said.answer["documents"]) == (0, 16)
    assert "8 documents share their keys with an earlier one" in said.log


def test_an_empty_file_is_counted_and_an_empty_folder_is_no_input():
    write("in/a.jsonl", LINES)
    write("in/empty.jsonl", b"")
    parquet("in/none.parquet", 0)
    said = assay("ingest", "in", "--to", "c")
    assert (said.code, said.answer["documents"], said.answer["files"]) == (0, 8, 3)
    os.utime("in/empty.jsonl", (0, 0))
    assert assay("ingest", "in", "--to", "c").code == 0
    Path("void").mkdir()
    said = assay("ingest", "void", "--to", "d")
    assert (said.code, said.answer["error"]) == (1, "No file to read in void.")
    assert ".parquet" in said.answer["next_step"]
    assert not Path("d").exists()


def test_a_file_that_changes_while_it_is_read_stays_out(monkeypatch):
    path = write("in/a.jsonl", LINES * 2000)
    write("in/b.jsonl", LINES.replace(b"d", b"e"))
    told = cli.Progress.__call__

    def change(progress, done, total, note=""):
        if note == "reading a.jsonl" and done and path.stat().st_size == len(LINES) * 2000:
            with path.open("ab") as file:
                file.write(b'{"text": "late"}\n')
        told(progress, done, total, note)

    monkeypatch.setattr(cli.Progress, "__call__", change)
    said = assay("ingest", "in", "--to", "c")
    assert (said.code, said.answer["documents"], said.answer["files_failed"]) == (1, 8, 1)
    assert "changed while it was read" in said.answer["error"]
    monkeypatch.setattr(cli.Progress, "__call__", told)
    assert assay("ingest", "in", "--to", "c").answer["documents"] == 16_001


@pytest.mark.parametrize(
    "words",
    [
        "ingest in --to new",
        "measure c --workers 1",
        "export c --recipe gopher_length --to out",
        "columns c --columns id --out columns.parquet",
        "preview c gopher_length --decisions decisions.parquet",
        "drop c --shards 0 --reason test",
    ],
)
def test_no_space_left_stops_the_run_and_the_same_command_goes_on(words, monkeypatch):
    write("in/a.jsonl", LINES)
    assay("ingest", "in", "--to", "c")
    if "measure" not in words:
        assay("measure", "c", "length", "words")

    def full(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(files, "on_rename", full)
    said = assay(*words.split())
    assert said.code == 1
    assert "space" in said.answer["error"]
    monkeypatch.setattr(files, "on_rename", None)
    assert assay(*words.split()).code == 0
    assert not list(Path().rglob(".tmp-*"))


def test_a_workspace_of_a_newer_version_is_refused_by_every_command():
    write("in/a.jsonl", LINES)
    assay("ingest", "in", "--to", "c")
    toml = Path("c/corpus.toml")
    toml.write_text(toml.read_text().replace("format = 1", "format = 99"))
    for words in (
        "ingest in --to c",
        "measure c",
        "status c",
        "columns c",
        "preview c gopher_length",
        "export c --recipe gopher_length --to out",
        "verify c",
        "drop c --shards 0 --reason x",
        "build c",
    ):
        said = assay(*words.split())
        assert (said.code, "newer" in said.answer["error"]) == (1, True), words


RULE = '[[rule]]\nreason = "r"\ncolumn = "{}"\nop = "{}"\nlimit = {}\n'
BAD_RECIPES = {
    "an unknown column": (RULE.format("wrds", ">=", 1), "Near matches: words"),
    "an unknown operator": (RULE.format("words", "betwen", "[1, 2]"), "Near matches: between"),
    "a limit of another type": (RULE.format("words", ">=", '"many"'), "words is a column of type integer"),
    "an empty list": (RULE.format("words", "in", "[]"), "the list is empty"),
    "no TOML": ("[[rule", "is no TOML"),
}


@pytest.mark.parametrize("kind", BAD_RECIPES)
def test_a_recipe_that_cannot_be_meant_is_refused_with_what_is_near(kind):
    text, sentence = BAD_RECIPES[kind]
    write("in/a.jsonl", LINES)
    assay("ingest", "in", "--to", "c")
    assay("measure", "c", "length", "words")
    Path("mine.toml").write_text(text)
    for words in ("preview c mine.toml", "export c --recipe mine.toml --to out"):
        said = assay(*words.split())
        assert said.code == 1
        assert sentence in said.answer["error"]
        assert said.answer["next_step"]
    assert not Path("out/manifest.json").exists()


@pytest.fixture
def measured(here) -> Path:
    """The words of a corpus of three shards, measured: the folder of their files."""
    for name in "abc":
        parquet(f"in/{name}.parquet", 6000)
    assay("ingest", "in", "--to", "c")
    assay("measure", "c", "length", "words", "tokens")
    return Path("c/columns/words")


def swapped(folder: Path) -> None:
    first, last = folder / "shard-00000.parquet", folder / "shard-00002.parquet"
    first.rename(folder / "x")
    last.rename(first)
    (folder / "x").rename(last)


def of_another_corpus(folder: Path) -> None:
    parquet("other/d.parquet", 6000)
    assay("ingest", "other", "--to", "d")
    assay("measure", "d", "words")
    shutil.copy("d/columns/words/shard-00000.parquet", folder / "shard-00001.parquet")


def one_row_short(folder: Path) -> None:
    table = pq.read_table(folder / "shard-00001.parquet")
    pq.write_table(table.slice(1), folder / "shard-00001.parquet")


def cut_off(folder: Path) -> None:
    path = folder / "shard-00001.parquet"
    path.write_bytes(path.read_bytes()[:-5])


@pytest.mark.parametrize("spoil", [swapped, of_another_corpus, one_row_short, cut_off])
def test_a_column_file_that_is_not_its_shards_is_refused_and_can_be_made_again(measured, spoil):
    before = assay("preview", "c", "gopher_length").answer
    spoil(measured)
    for words in ("preview c gopher_length", "export c --recipe gopher_length --to out", "verify c"):
        said = assay(*words.split())
        assert said.code == 1, words
        assert str(measured / "shard-0000") in said.answer["error"]
        assert f"rm {measured}/shard-0000" in said.answer["next_step"]
    for _ in range(2):  # two files may be wrong
        said = assay("verify", "c")
        if said.code:
            remove, _, build = said.answer["next_step"].partition(": ")[2].partition(" && ")
            Path(remove.split()[1]).unlink()
            typed(build)
    assert assay("preview", "c", "gopher_length").answer == before


def test_a_column_file_missing_in_the_middle_is_partial_not_unknown(measured):
    whole = assay("preview", "c", "gopher_length").answer
    (measured / "shard-00001.parquet").unlink()
    states = {column["name"]: column["state"] for column in assay("status", "c").answer["columns"]}
    assert (states["words"], states["tokens"]) == ("partial", "whole")
    partial = assay("preview", "c", "gopher_length").answer
    assert (partial["not_measured"], partial["documents"]["total"]) == (6000, 12_000)
    assert sum(step["unknown"]["documents"] for step in partial["steps"]) == 0
    export = ["export", "c", "--recipe", "gopher_length", "--to", "out"]
    for words in (export, ["preview", "c", "gopher_length", "--decisions", "d.parquet"]):
        said = assay(*words)
        assert said.code == 1
        assert "words is partial" in said.answer["error"]
        assert "assay measure c words" in said.answer["next_step"]
        assert assay(*words, "--allow-partial").code == 0
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert manifest["left_out"] == {"columns": ["words"], "not_measured": 6000, "shards": [1]}
    assert pq.read_table("d.parquet")["reasons"].to_pylist()[6000] == ["not_measured"]
    assert assay("measure", "c", "words").answer["documents"] == 6000
    assert assay("preview", "c", "gopher_length").answer == whole


def test_an_empty_shard_is_written_verified_and_read_again():
    write("in/a.jsonl", LINES)
    assay("ingest", "in", "--to", "c")
    Path("none.toml").write_text(RULE.format("words", "<", 0))
    said = assay("export", "c", "--recipe", "none.toml", "--to", "out").answer
    assert (said["documents"], said["shards"]) == (0, 1)
    assert assay("verify", "out").answer == said
    assert assay("ingest", "out/shard-00000.parquet", "--to", "again").answer["documents"] == 0


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (b'{"answer": 4}\n{"text": " "}\n', "holds no text to rank documents by; its fields: answer, text"),
        (b'{"text": "a", "split": "test"}\n', "rows of .* are test rows"),
        (b"nonsense\n", "Line 1 of .* is not a JSON object"),
        (b"", "holds no text"),
    ],
)
def test_a_target_without_text_to_rank_by_is_refused(rows, sentence):
    write("in/a.jsonl", LINES)
    assay("ingest", "in", "--to", "c")
    write("t.jsonl", rows)
    said = assay("target", "add", "c", "t", "t.jsonl")
    assert said.code == 1
    assert re.search(sentence, said.answer["error"]), said.answer
    assert said.answer["next_step"]
    assert "no target" in assay("rank", "c", "--target", "t").answer["error"]


def test_a_source_that_changed_since_is_an_error_of_its_shard_alone():
    for name in "ab":
        parquet(f"in/{name}.parquet", 6000)
    assay("ingest", "in", "--to", "c")
    parquet("in/a.parquet", 6001)
    said = assay("measure", "c")
    assert said.code == 1
    assert "which holds the text of shard-00000, has changed since" in said.answer["error"]
    assert said.answer["documents"] == 6000
    assert assay("preview", "c", "gopher_length").answer["not_measured"] == 6000
    assert typed(said.answer["next_step"].partition("with: ")[2]).answer["left"] == 6000
    assert assay("preview", "c", "gopher_length").answer["not_measured"] == 0


def test_a_second_writer_is_told_who_the_first_is():
    write("in/a.jsonl", LINES)
    assay("ingest", "in", "--to", "c")
    with writer(Path("c"), "assay embed c"):
        said = assay("measure", "c")
    assert said.code == 1
    assert f"assay embed c (process {os.getpid()} on " in said.answer["error"]
    assert f"kill {os.getpid()}" in said.answer["next_step"]
