"""What is taken in, from which files and as what, and how it comes out again: on the terminal, end to end."""

import datetime
import json
import shutil
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from terminal import assay, spoken

WORDS = "the and of to that be have with is a text long enough for a recipe, written to be kept. " * 5
ALL = 'label = "all"\nsource = "a test"\n'


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    """The folder in which the commands run, with a recipe that keeps everything."""
    monkeypatch.chdir(tmp_path)
    Path("all.toml").write_text(ALL)
    return tmp_path


def jsonl(path: str, n: int = 4, **further: object) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"id": f"{file.stem}-{i}", "text": f"{file.stem} {i} {WORDS}", **further} for i in range(n)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def columns(root: str, *names: str) -> pl.DataFrame:
    out = Path(root, "out.parquet")
    assert assay("columns", root, "--columns", ",".join(names), "--out", out).code == 0
    return pl.read_parquet(out)


def exported(root: str, to: str = "out", *words: str) -> list[dict]:
    """The rows of an export of all documents."""
    assert assay("export", root, "--recipe", "all.toml", "--to", to, *words).code == 0
    assert assay("verify", to).answer["ok"] is True
    return [row for path in sorted(Path(to).glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def without_ours(rows: list[dict]) -> list[dict]:
    return [{name: value for name, value in row.items() if name not in ("doc_id", "key")} for row in rows]


def test_parquet_with_many_rows_in_small_groups_is_read_in_place_and_all_other_is_copied():
    rows = [{"id": f"r{i}", "text": f"text {i}", "n": i} for i in range(6000)]
    table = pa.Table.from_pylist(rows)
    for name, group in (("place", 1000), ("copy", 6000)):
        pq.write_table(table, f"{name}.parquet", row_group_size=group)
    placed = assay("ingest", "place.parquet", "--to", "placed")
    copied = assay("ingest", "copy.parquet", "--to", "copied")
    assert (placed.answer["bytes"], copied.answer["bytes"]) == (None, sum(len(row["text"]) for row in rows))
    assert "read where it lies" in placed.log
    assert "copied, since" in copied.log
    assert "text" not in pq.read_schema("placed/documents/shard-00000.parquet").names
    for root in ("placed", "copied"):
        assert assay("measure", root, "length").answer["documents"] == 6000
        assert without_ours(exported(root, f"out-{root}")) == rows
    assert columns("placed", "bytes", "key").equals(columns("copied", "bytes", "key"))


def test_a_larger_sample_contains_the_smaller_wherever_the_files_lie():
    for i in range(4):
        jsonl(f"in/{i}.jsonl", 500)
    shutil.copytree("in", "elsewhere/under/another/name")
    drawn = []
    for source, share in (("elsewhere/under/another/name", "2%"), ("in", "10%"), ("in", "40%")):
        said = assay("ingest", source, "--to", f"c{share}", "--sample", share).answer
        assert said["documents"] + said["not_drawn"] == 2000
        drawn.append(set(columns(f"c{share}", "id")["id"]))
    assert drawn[0] < drawn[1] < drawn[2]
    assert [abs(len(ids) / 2000 - share) < 0.05 for ids, share in zip(drawn, (0.02, 0.1, 0.4), strict=True)]


def test_a_limit_and_shards_take_the_first_over_all_files_in_the_order_given():
    jsonl("in/a.jsonl")
    jsonl("in/b.jsonl")
    said = assay("ingest", "in/b.jsonl", "in/a.jsonl", "--to", "limited", "--limit", "6").answer
    assert (said["documents"], said["not_drawn"]) == (6, 2)
    assert columns("limited", "id")["id"].to_list() == ["b-0", "b-1", "b-2", "b-3", "a-0", "a-1"]
    said = assay("ingest", "in", "--to", "first", "--shards", "1").answer
    assert (said["documents"], said["not_drawn"]) == (4, 4)
    assert "limit = 6" in Path("limited/corpus.toml").read_text()


def test_map_takes_any_column_as_a_field():
    Path("a.jsonl").write_text('{"content": "from here", "text": "not this", "where": "example.org"}\n')
    assay("ingest", "a.jsonl", "--to", "c", "--map", "content=text", "--map", "where=domain")
    assert columns("c", "domain")["domain"].to_list() == ["example.org"]
    assert [row["content"] for row in exported("c")] == ["from here"]


def test_sources_are_named_by_folders_lists_or_by_hand_and_a_records_own_goes_before():
    jsonl("in/wiki/a.jsonl", 1)
    jsonl("in/web/deep/b.jsonl", 1)
    jsonl("in/c.jsonl", 1)
    jsonl("in/web/d.jsonl", 1, source="own")
    assay("ingest", "in", "--to", "folders")
    found = columns("folders", "id", "source")
    assert dict(found.select("id", "source").iter_rows()) == {
        "a-0": "wiki",
        "b-0": "web",
        "c-0": "in",
        "d-0": "own",
    }
    Path("mine.list").write_text("# two files\nin/c.jsonl\nin/wiki/a.jsonl\n")
    assay("ingest", "mine.list", "--to", "list")
    assert columns("list", "source")["source"].to_list() == ["mine", "mine"]
    words = ["--source", "one=in/wiki/*", "--source", "two=in/**/b.jsonl"]
    assay("ingest", *words, "--to", "named")
    assert columns("named", "source")["source"].to_list() == ["one", "two"]
    assert assay("ingest", "in/w*/*.jsonl", "--to", "glob").answer["files"] == 2


def test_a_corpus_grows_by_what_it_does_not_know_wherever_that_lies():
    jsonl("in/a.jsonl")
    assert assay("ingest", "in", "--to", "c").answer["total"] == 4
    jsonl("in/b.jsonl")
    again = assay("ingest", "in", "--to", "c").answer
    assert (again["documents"], again["total"], again["files"]) == (4, 8, 1)
    Path("in/a.jsonl").rename("moved.jsonl")
    moved = assay("ingest", "moved.jsonl", "--to", "c")
    assert (moved.code, moved.answer["documents"], moved.answer["total"]) == (0, 0, 8)
    assert "Passed over, since their content is in already: 1 file." in moved.log
    jsonl("in/b.jsonl", 5)
    other = assay("ingest", "in", "--to", "c")
    assert (other.code, other.answer["total"]) == (1, 8)
    assert "other content now" in other.answer["error"]


def test_a_key_depends_on_the_record_alone():
    jsonl("one/a.jsonl", source="s")
    jsonl("two/deep/a.jsonl", source="s")
    rows = Path("two/deep/a.jsonl").read_text().splitlines()
    Path("two/deep/a.jsonl").write_text("\n".join(reversed(rows)))
    assay("ingest", "one", "--to", "c")
    assay("ingest", "--source", "name=two/**/*.jsonl", "--to", "d")
    keys = [dict(columns(root, "id").select("id", "key").iter_rows()) for root in "cd"]
    assert keys[0] == keys[1]
    assay("ingest", "one", "--to", "t", "--key", "text")
    assert dict(columns("t", "id").select("id", "key").iter_rows()) != keys[0]


FINEWEB = {
    "text": WORDS,
    "id": "<urn:uuid:0>",
    "dump": "CC-MAIN-2013-20",
    "url": "http://example.org/a",
    "date": "2013-05-18T05:48:54Z",
    "file_path": "s3://commoncrawl/x.warc.gz",
    "language": "en",
    "language_score": 0.95,
    "token_count": 717,
    "score": 2.3,
    "int_score": 2,
}


def test_fineweb_keeps_its_names_and_its_token_counts_with_their_tokenizer():
    rows = [{**FINEWEB, "id": f"u{i}", "token_count": 100 + i} for i in range(3)]
    pq.write_table(pa.Table.from_pylist(rows), "f.parquet")
    assert "FineWeb" in assay("ingest", "f.parquet", "--to", "c").log
    assay("measure", "c")
    assert columns("c", "tokens")["tokens"].to_list() == [100, 101, 102]
    lineage = {column["name"]: column["lineage"] for column in assay("columns", "c").answer["columns"]}
    assert lineage["tokens"]["parameters"]["tokenizer"] == "gpt2"
    assert assay("preview", "c", "all.toml").answer["tokenizer"] == "gpt2"
    assert "tokens (gpt2)" in spoken("preview", "c", "all.toml")[1]
    found = columns("c", "url", "language", "date", "source.token_count", "source.int_score", "source.dump")
    assert found["date"].to_list() == [datetime.date(2013, 5, 18)] * 3
    assert found["source.int_score"].to_list() == [2] * 3
    assert without_ours(exported("c")) == rows
    with_ours = exported("c", "with", "--columns", "all,tokens,words")
    assert [row["tokens"] for row in with_ours] == [100, 101, 102]


def test_tokens_of_sources_that_count_differently_are_all_counted_by_one():
    pq.write_table(pa.Table.from_pylist([FINEWEB]), "f.parquet")
    jsonl("in/a.jsonl", 1)
    assay("ingest", "f.parquet", "in/a.jsonl", "--to", "c")
    assert assay("preview", "c", "gopher_length").answer["tokenizer"] is None
    assay("measure", "c")
    assert assay("preview", "c", "gopher_length").answer["tokenizer"] == "cl100k_base"
    assert 717 not in columns("c", "tokens")["tokens"].to_list()


def test_dolma_keeps_its_nested_metadata():
    rows = [
        {
            "id": f"d{i}",
            "text": WORDS,
            "source": "books",
            "added": "2023-04-11T09:57:03.044571+00:00",
            "created": "2001-02-03T00:00:00.000Z",
            "metadata": {"url": f"http://example.org/{i}", "tags": ["a", "b"][:i], "pages": {"n": i}},
        }
        for i in range(3)
    ]
    Path("d.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "Dolma" in assay("ingest", "d.jsonl", "--to", "c").log
    found = columns("c", "source", "date", "url")
    assert found["source"].to_list() == ["books"] * 3
    assert found["date"].to_list() == [datetime.date(2001, 2, 3)] * 3
    assert found["url"].to_list() == [f"http://example.org/{i}" for i in range(3)]
    assert [row["metadata"] for row in exported("c")] == [row["metadata"] for row in rows]
    assert without_ours(exported("c")) == rows


DAY = datetime.date(2020, 1, 2)


def test_types_come_out_as_they_went_in():
    rows = [
        {
            "id": 1,
            "text": WORDS,
            "day": datetime.date(2020, 1, 2),
            "tags": ["x", None],
            "n": None,
            "b": b"\x00",
        },
        {"id": 2, "text": "", "day": None, "tags": [], "n": 1.5, "b": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), "t.parquet")
    assay("ingest", "t.parquet", "--to", "c")
    assert without_ours(exported("c")) == rows
    assert assay("export", "c", "--recipe", "all.toml", "--to", "lines", "--format", "jsonl").code == 0


def test_what_is_exported_can_be_taken_in_again():
    jsonl("in/a.jsonl")
    assay("ingest", "in", "--to", "c")
    exported("c", "out", "--shard-size", "2")
    assay("export", "c", "--recipe", "all.toml", "--to", "lines", "--format", "jsonl")
    for folder in ("out", "lines"):
        again = assay("ingest", folder, "--to", f"again-{folder}")
        assert (again.code, again.answer["documents"], again.answer["ignored"]) == (0, 4, 3)
        assert columns(f"again-{folder}", "id")["id"].to_list() == [f"a-{i}" for i in range(4)]


def test_a_workspace_is_no_folder_of_documents():
    jsonl("in/a.jsonl")
    assay("ingest", "in", "--to", "c")
    said = assay("ingest", "c", "--to", "d")
    assert (said.code, said.answer["error"]) == (1, "c is a workspace, not a folder of documents.")
