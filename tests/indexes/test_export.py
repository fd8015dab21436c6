"""The kept documents under the names they came with, cut by their content alone, counted and traced."""

import datetime
import json
import shutil
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from corpora import literal_corpus
from exporting import export_even, peak_memory, tree
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes import families, files, manifest
from indexes.corpus import open_corpus
from indexes.cuts import GROUP_DOCUMENTS, ShardSize, row_groups, shard_size
from indexes.drop import drop
from indexes.errors import AssayError, Misaligned, MissingColumn, NoSpace, UnfinishedColumn
from indexes.export import export, write_columns
from indexes.ingest import Options, ingest
from indexes.outflow import Kept, sizes
from indexes.verify import verify

WORDS = {"length": {"words": list(range(10))}}


def exported(root, to, keep=lambda shard: np.ones(shard.rows, dtype=bool), **said):
    corpus = open_corpus(root)
    masks = [(shard, keep(shard)) for shard in corpus.workspace.shards]
    report = export(corpus, to, masks, {"name": "some"}, **said)
    assert verify(to).as_json() == report.as_json()
    return report


def table(to):
    return pa.concat_tables(pq.read_table(path) for path in sorted(to.glob("*.parquet")))


def said(to):
    return json.loads((to / "manifest.json").read_text())


def taken_in(tmp_path, **sources):
    """A workspace of Parquet files, one a source, each a table; read where they lie if they are large."""
    for name, rows in sources.items():
        (tmp_path / "in" / name).mkdir(parents=True)
        pq.write_table(rows, tmp_path / "in" / name / "x.parquet", row_group_size=1000)
    ingest(tmp_path / "c", Options(sources=(str(tmp_path / "in"),)))
    return tmp_path / "c"


# --- what is written -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [3, 6000], ids=["copied", "in place"])
def test_source_columns_come_back_under_their_names_in_their_types(tmp_path, rows):
    given = pa.table(
        {
            "url": [f"u{i}" for i in range(rows)],
            "licence": ["mit", None, "cc0"] * (rows // 3),
            "text": [f"text {i} 🙂" for i in range(rows)],
            "created": pa.array(
                [datetime.datetime(2020, 1, 2), None, None] * (rows // 3), pa.timestamp("us")
            ),
            "when": pa.array([datetime.date(2020, 1, 2), None, None] * (rows // 3)),
            "tags": [[], ["a", None], None] * (rows // 3),
            "meta": [{"a": None, "b": [{"c": 1}]}, {"a": True, "b": []}, None] * (rows // 3),
            "big": pa.array([2**63 - 1, None, -1] * (rows // 3)),
            "flag": [True, False, None] * (rows // 3),
            "small": pa.array([1, 2, None] * (rows // 3), pa.int8()),
        }
    )
    root = taken_in(tmp_path, s=given)
    place = open_corpus(root).workspace.shards[0].text.path
    assert bool(place) == (rows == 6000)
    report = exported(root, tmp_path / "out")
    found = table(tmp_path / "out")
    assert report.documents == rows
    assert found.column_names == ["doc_id", "key", *given.column_names]
    assert found.select(given.column_names).equals(given)
    assert found["doc_id"].to_pylist() == list(range(rows))


def test_sources_of_other_columns_are_united_by_name_with_nulls_and_a_field_has_one_name(tmp_path):
    a = pa.table({"text": ["a"], "licence": ["mit"]})
    b = pa.table({"content": ["b"] * 6000, "license": ["cc0"] * 6000, "x": [[1]] * 6000})
    exported(taken_in(tmp_path, a=a, b=b), tmp_path / "out")
    found = table(tmp_path / "out").drop_columns("key").to_pylist()
    [one] = [row for row in found if row["text"] == "a"]
    others = [row for row in found if row["text"] == "b"]
    assert len(found) == 1 + len(others) == 6001
    assert one == {"doc_id": one["doc_id"], "text": "a", "license": "mit", "x": None}
    assert others[0] == {"doc_id": others[0]["doc_id"], "text": "b", "license": "cc0", "x": [1]}
    origins = {column["name"]: column.get("from") for column in said(tmp_path / "out")["schema"]}
    assert origins == {
        "doc_id": None, "key": None, "x": None,
        "text": {"content": ["b"], "text": ["a"]}, "license": {"licence": ["a"], "license": ["b"]},
    }  # fmt: skip


def test_sources_that_call_no_field_otherwise_keep_their_own_names(tmp_path):
    a = pa.table({"body": ["a"], "licence": ["mit"]})
    b = pa.table({"body": ["b"], "x": [1]})
    exported(taken_in(tmp_path, a=a, b=b), tmp_path / "out")
    assert table(tmp_path / "out").column_names == ["doc_id", "key", "body", "licence", "x"]
    assert all("from" not in column for column in said(tmp_path / "out")["schema"])


def test_a_sources_other_column_that_is_called_like_a_field_has_the_name_by_which_it_is_stored(tmp_path):
    (tmp_path / "in").mkdir()
    mine = {
        "body": "b",
        "text": "not this",
        "id": "7",
        "source.text": "nor this",
        "created": "2020-01-02T03:04",
    }
    (tmp_path / "in" / "a.jsonl").write_text(json.dumps(mine) + "\n")
    ingest(tmp_path / "c", Options(sources=(str(tmp_path / "in"),), mapping=(("body", "text"),)))
    (tmp_path / "other").mkdir()
    yours = {"text": "c", "id": "8", "date": "2021-02-03", "meta": {"title": "t"}}
    (tmp_path / "other" / "b.jsonl").write_text(json.dumps(yours) + "\n")
    ingest(tmp_path / "c", Options(sources=(str(tmp_path / "other"),)))
    exported(tmp_path / "c", tmp_path / "out", columns=("all", "body"))
    day = datetime.date(2020, 1, 2)
    rows = table(tmp_path / "out").drop_columns(["doc_id", "key"]).to_pylist()
    assert [{name: value for name, value in row.items() if value is not None} for row in rows] == [
        {
            "text": "b", "assay.source.text": "not this", "id": "7", "source.text": "nor this", "date": day,
            "created": "2020-01-02T03:04", "body": "b",
        },
        {
            "text": "c", "id": "8", "date": datetime.date(2021, 2, 3), "source.date": "2021-02-03",
            "meta": {"title": "t"}, "title": "t",
        },
    ]  # fmt: skip
    origins = {column["name"]: column.get("from") for column in said(tmp_path / "out")["schema"]}
    assert origins["date"] == {"created": ["in"], "date": ["other"]}
    assert origins["title"] == {"meta.title": ["other"]}
    assert origins["assay.source.text"] is None


def test_files_of_one_source_that_are_laid_out_otherwise_are_told_apart_in_the_manifest(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("body,published\none,2020-01-02\n")
    (tmp_path / "in" / "b.jsonl").write_text('{"text": "two", "timestamp": "2020-01-02T03:04:05Z"}\n')
    ingest(tmp_path / "c", Options(sources=(str(tmp_path / "in"),)))
    exported(tmp_path / "c", tmp_path / "out")
    origins = {column["name"]: column.get("from") for column in said(tmp_path / "out")["schema"]}
    assert origins["text"] == {"body": ["in"], "text": ["in"]}
    assert origins["date"] == {"published": ["in"], "timestamp": ["in"]}


def test_every_document_of_sources_laid_out_otherwise_has_its_text(tmp_path):
    (tmp_path / "in" / "csv").mkdir(parents=True)
    (tmp_path / "in" / "csv" / "a.csv").write_text("doc_id,body,lang,score\n1,one,en,5\n2,two,de,6\n")
    (tmp_path / "in" / "web").mkdir()
    (tmp_path / "in" / "web" / "a.jsonl").write_text('{"text": "three", "language": "fr", "id": 3}\n')
    ingest(tmp_path / "c", Options(sources=(str(tmp_path / "in"),)))
    exported(tmp_path / "c", tmp_path / "out")
    found = table(tmp_path / "out").drop_columns(["key", "doc_id"])
    assert set(found.column_names) >= {"text", "id", "language", "score"}
    assert not {"body", "lang"} & set(found.column_names)
    rows = [(row["id"], row["text"], row["language"]) for row in found.to_pylist()]
    assert rows == [("1", "one", "en"), ("2", "two", "de"), ("3", "three", "fr")]
    write_columns(open_corpus(tmp_path / "c"), ["all"], tmp_path / "columns.parquet")
    assert pq.read_table(tmp_path / "columns.parquet")["text"].to_pylist() == ["one", "two", "three"]


def test_a_name_that_a_source_has_taken_gets_our_prefix_on_ours(tmp_path):
    given = pa.table(
        {"id": ["a"], "text": ["t"], "words": ["w"], "Key": [7], "doc_id": ["d"], "assay.doc_id": [9]}
    )
    root = taken_in(tmp_path, s=given)
    workspace = open_corpus(root).workspace
    for shard in workspace.shards:
        families.write_shard(workspace, "length", shard, pa.table({"words": [1]}), {"method": "length"})
    exported(root, tmp_path / "out", columns=("all", "words"))
    assert table(tmp_path / "out").drop_columns("assay.key").to_pylist() == [
        {
            "assay.assay.doc_id": 0,
            **given.to_pylist()[0],
            "assay.words": 1,
        }
    ]


def test_columns_are_those_named_and_come_in_that_order(tmp_path):
    root = taken_in(tmp_path, s=pa.table({"text": ["t"], "licence": ["mit"], "x": [{"y": 1}]}))
    exported(root, tmp_path / "out", columns=("source.x", "license", "text", "source", "licence", "doc_id"))
    assert table(tmp_path / "out").drop_columns(["doc_id", "key"]).to_pylist() == [
        {"source.x": {"y": 1}, "license": "mit", "text": "t", "source": "s"}
    ]


def test_an_unknown_column_gets_near_matches_among_all_names(tmp_path):
    root = taken_in(tmp_path, s=pa.table({"text": ["t"], "licence": ["mit"]}))
    with pytest.raises(MissingColumn, match="licence"):
        exported(root, tmp_path / "out", columns=("licenze",))
    assert not (tmp_path / "out").exists()


def test_text_that_is_not_utf8_is_null_and_counted(tmp_path):
    texts = [b"good"] * 6000
    texts[17] = b"\xff\xfe"
    raw = pa.StringArray.from_buffers(6000, *pa.array(texts, pa.binary()).buffers()[1:])
    (tmp_path / "in").mkdir()
    pq.write_table(
        pa.table({"id": [str(i) for i in range(6000)], "text": raw}),
        tmp_path / "in" / "x.parquet",
        row_group_size=1000,
    )
    ingest(tmp_path / "c", Options(sources=(str(tmp_path / "in"),)))
    report = exported(tmp_path / "c", tmp_path / "out")
    assert report.not_utf8 == said(tmp_path / "out")["counts"]["not_utf8"] == 1
    assert [i for i, text in enumerate(table(tmp_path / "out")["text"].to_pylist()) if text is None] == [17]


def test_json_lines_hold_the_same_documents(tmp_path):
    root = taken_in(
        tmp_path, s=pa.table({"text": ["a\u2028b", "c"], "at": [datetime.date(2020, 1, 2), None]})
    )
    exported(root, tmp_path / "out", format="jsonl.zst")
    [path] = (tmp_path / "out").glob("*.jsonl.zst")
    lines = zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read().decode().split("\n")
    rows = [json.loads(line) for line in lines[:-1]]
    assert [(row["doc_id"], row["text"], row["at"]) for row in rows] == [
        (0, "a\u2028b", "2020-01-02"),
        (1, "c", None),
    ]


# --- which documents -------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(data=st.data())
def test_the_documents_kept_are_written_in_order_whatever_the_shards(data, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("x")
    n = data.draw(st.integers(1, 20))
    literal_corpus(tmp_path / "c", [{}] * n, rows=data.draw(st.integers(1, 20)))
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    size = data.draw(st.integers(1, 20))
    exported(
        tmp_path / "c", tmp_path / "out", lambda shard: kept[shard.first :][: shard.rows], size=str(size)
    )
    assert table(tmp_path / "out")["doc_id"].to_pylist() == np.flatnonzero(kept).tolist()
    assert [shard["documents"] for shard in said(tmp_path / "out")["shards"][:-1]] == [size] * (
        max(0, kept.sum() - 1) // size
    )


def test_dropped_documents_are_left_out_whatever_the_mask_says(tmp_path):
    literal_corpus(tmp_path / "c", [{"id": f"d{i}"} for i in range(10)], rows=4)
    (tmp_path / "ids").write_text("d0\nd5\n")
    drop(tmp_path / "c", "asked for", ids=tmp_path / "ids")
    exported(tmp_path / "c", tmp_path / "out")
    assert table(tmp_path / "out")["doc_id"].to_pylist() == [1, 2, 3, 4, 6, 7, 8, 9]
    corpus = said(tmp_path / "out")["corpus"]
    assert (corpus["documents"], corpus["dropped"]) == (8, 2)
    assert [stone["reason"] for stone in corpus["tombstones"]] == ["asked for"]


def test_nothing_kept_is_one_empty_shard_with_its_columns(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 3)
    report = exported(tmp_path / "c", tmp_path / "out", lambda shard: np.zeros(shard.rows, dtype=bool))
    assert (report.documents, report.shards) == (0, 1)
    assert table(tmp_path / "out").column_names == ["doc_id", "key", "id", "text"]


@pytest.mark.parametrize("state", ["partial", "stale"])
def test_a_partial_or_stale_column_is_refused_with_the_command_that_completes_it(tmp_path, state):
    workspace = literal_corpus(tmp_path / "c", [{}] * 10, WORDS, rows=4, missing={"length": [1]})
    if state == "stale":
        families.write_shard(
            workspace,
            "length",
            workspace.shards[1],
            pa.table({"words": [0] * 4}),
            {"method": "length", "version": 0},
        )
    assert open_corpus(tmp_path / "c").columns["words"].state == state
    for said in ({"needs": ["words"]}, {"columns": ("words",)}):
        with pytest.raises(UnfinishedColumn, match=f"words is {state}") as problem:
            exported(tmp_path / "c", tmp_path / "out", **said)
        assert f"assay measure {tmp_path / 'c'} length" in problem.value.next_step
    assert not (tmp_path / "out").exists()


def test_allowed_partial_columns_leave_their_documents_out_and_say_so(tmp_path):
    literal_corpus(
        tmp_path / "c", [{"id": f"d{i}"} for i in range(10)], WORDS, rows=4, missing={"length": [1]}
    )
    (tmp_path / "ids").write_text("d0\nd5\n")
    drop(tmp_path / "c", "asked for", ids=tmp_path / "ids")
    report = exported(tmp_path / "c", tmp_path / "out", needs=["words"], allow_partial=True)
    assert table(tmp_path / "out")["doc_id"].to_pylist() == [1, 2, 3, 8, 9]
    assert report.not_measured == 3
    assert said(tmp_path / "out")["left_out"] == {"not_measured": 3, "columns": ["words"], "shards": [1]}


def test_a_column_that_is_stale_everywhere_is_refused_though_partial_is_allowed(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 10, WORDS)
    made_now = {"length": {"method": "length", "version": 2}}
    corpus = open_corpus(tmp_path / "c", present=lambda workspace: made_now)
    with pytest.raises(UnfinishedColumn, match="with --allow-partial no document would be left"):
        export(corpus, tmp_path / "out", [], {}, needs=["words"], allow_partial=True)


def test_a_mask_of_another_shard_is_an_error(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 10, rows=4)
    with pytest.raises(ValueError, match="shard-00002"):
        exported(tmp_path / "c", tmp_path / "out", lambda shard: np.ones(4, dtype=bool))


def test_a_documents_file_of_another_length_is_a_named_error(tmp_path):
    workspace = literal_corpus(tmp_path / "c", [{}] * 10, rows=4)
    path = workspace.documents_file(workspace.shards[1])
    pq.write_table(pq.read_table(path).slice(0, 3), path)
    with pytest.raises(Misaligned, match="3 rows"):
        exported(tmp_path / "c", tmp_path / "out")


# --- the manifest ----------------------------------------------------------------------------------------


def test_the_manifest_counts_and_traces(tmp_path):
    measured = {
        **WORDS,
        "tokens": {"tokens": [10] * 10},
        "bytes": {"bytes": [100] * 10},
        "other": {"lines": [1] * 10},
    }
    literal_corpus(tmp_path / "c", [{}] * 10, measured, rows=4)
    report = export_even(tmp_path / "c", tmp_path / "out", needs=["words"], size="2")
    found = said(tmp_path / "out")
    assert found["counts"] == {"documents": 5, "tokens": 50, "bytes": 500, "not_utf8": 0}
    assert [shard["documents"] for shard in found["shards"]] == [2, 2, 1]
    assert sorted(found["columns"]) == ["bytes", "tokens", "words"]
    assert found["columns"]["words"]["lineage"] == {"method": "length", "version": 1}
    assert found["corpus"]["fingerprint"] == open_corpus(tmp_path / "c").fingerprint
    assert found["selection"] == {"name": "even"}
    assert report.hash == manifest.hash_of(found)
    for shard in found["shards"]:
        path = tmp_path / "out" / shard["name"]
        assert (shard["sha256"], shard["size"]) == (files.sha256(path), path.stat().st_size)


def test_bytes_not_measured_are_counted_from_the_text_that_is_written(tmp_path):
    literal_corpus(tmp_path / "c", [{"text": "é"}, {"text": ""}, {"text": None}, {"text": "abc"}])
    exported(tmp_path / "c", tmp_path / "a")
    exported(tmp_path / "c", tmp_path / "b", columns=("id",))
    assert said(tmp_path / "a")["counts"]["bytes"] == 5
    assert said(tmp_path / "b")["counts"] == {"documents": 4, "tokens": None, "bytes": None, "not_utf8": 0}


def test_two_exports_give_the_same_bytes_with_any_number_of_threads(tmp_path):
    root = taken_in(
        tmp_path, s=pa.table({"text": [f"text {i}" * 50 for i in range(6000)], "x": list(range(6000))})
    )
    before = pa.cpu_count()
    try:
        for threads, name in ((1, "a"), (4, "b")):
            pa.set_cpu_count(threads)
            exported(root, tmp_path / name, size="1MB")
    finally:
        pa.set_cpu_count(before)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    assert said(tmp_path / "a")["counts"]["documents"] == 6000


# --- cuts ------------------------------------------------------------------------------------------------


def kept(lengths):
    values = np.array(lengths, dtype=np.int64)
    return Kept(
        pa.table({"x": np.arange(len(values))}),
        np.arange(len(values)),
        values,
        None,
        None,
        *(np.zeros(len(values), dtype=bool) for _ in range(3)),
        np.zeros(len(values), dtype=np.int64),
    )


@given(
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=40),
    pieces=st.lists(st.integers(1, 10), min_size=40, max_size=40),
    documents=st.integers(1, 12),
    most=st.integers(1, 30),
)
def test_cuts_depend_on_the_documents_alone(lengths, pieces, documents, most):
    whole, limit = kept(lengths), ShardSize("", documents, most)

    def cut(stream):
        return [(number, part.table["x"].to_pylist()) for number, part in row_groups(stream, limit)]

    places = np.cumsum([0, *pieces])
    found = cut(whole.slice(a, b) for a, b in pairwise(places) if a < len(lengths))
    assert found == cut([whole])
    assert [x for _, part in found for x in part] == list(range(len(lengths)))
    shards = [part for _, part in found]  # far below the size of a row group: one in each shard
    for part, after in pairwise(shards):
        held = sum(lengths[x] for x in part)
        assert len(part) == 1 or (len(part) <= documents and held <= most)
        assert len(part) == documents or held + lengths[after[0]] > most


def test_a_row_group_holds_so_many_documents_at_most(tmp_path):
    n = GROUP_DOCUMENTS * 2 + 1
    assert [len(part.doc_ids) for _, part in row_groups([kept([1] * n)], shard_size("1TB"))] == [
        GROUP_DOCUMENTS,
        GROUP_DOCUMENTS,
        1,
    ]


@pytest.mark.parametrize(
    ("given", "documents", "bytes"),
    [("256MB", 1 << 62, 256_000_000), ("1.5 gb", 1 << 62, 1_500_000_000), ("100_000", 100_000, 1 << 62)],
)
def test_a_size_is_of_bytes_or_of_documents(given, documents, bytes):
    assert shard_size(given) == ShardSize(given, documents, bytes)


@pytest.mark.parametrize("given", ["0", "", "MB", "-1", "0.5", "10 PB", "ten"])
def test_what_is_no_size_is_refused(given):
    with pytest.raises(AssayError, match="size"):
        shard_size(given)


def test_the_size_of_a_value_is_that_of_all_it_holds():
    assert sizes(pa.array([1, None])).tolist() == [8, 8]
    assert sizes(pa.array(["é", "", None])).tolist() == [6, 4, 4]
    nested = pa.array([None, [], [{"a": "xy", "b": True}] * 2, None]).slice(1)
    assert sizes(nested).tolist() == [4, 4 + 2 * (4 + 2 + 1), 4]
    assert sizes(pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64()))).tolist() == [4 + 5 + 8, 4]


# --- limits of the machine -------------------------------------------------------------------------------


def test_too_little_room_is_said_before_anything_is_written(tmp_path, monkeypatch):
    literal_corpus(tmp_path / "c", [{}] * 10)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(NoSpace, match="free"):
        exported(tmp_path / "c", tmp_path / "out")
    monkeypatch.undo()
    exported(tmp_path / "c", tmp_path / "out", columns=("text",))


def test_memory_does_not_grow_with_the_corpus(tmp_path):
    """Four times the text, 320 MB of which half is kept, and the memory of the same few row groups."""
    text = "".join(chr(97 + i * i % 26) for i in range(10_100))
    for i in range(32):
        rows = [text[j % 100 :][:10_000] for j in range(1000)]
        given = pa.table({"id": [f"{i}-{j}" for j in range(1000)], "text": rows})
        pq.write_table(given, tmp_path / f"{i:02}.parquet")
    peaks = []
    for limit in (8_000, 32_000):
        root = tmp_path / f"c{limit}"
        ingest(root, Options(sources=(str(tmp_path / "*.parquet"),), limit=limit))
        peaks.append(peak_memory(root, tmp_path / f"out{limit}"))
    assert peaks[1] - peaks[0] < 80


# --- chosen columns in one file --------------------------------------------------------------------------


def test_chosen_columns_are_written_for_every_document_that_is_not_dropped(tmp_path):
    literal_corpus(tmp_path / "c", [{"id": f"d{i}", "source": "ab"[i % 2]} for i in range(10)], WORDS, rows=4)
    drop(tmp_path / "c", "spam", source="a")
    answer = write_columns(open_corpus(tmp_path / "c"), ["words", "id"], tmp_path / "x.parquet")
    assert answer == {"documents": 5, "columns": ["doc_id", "key", "words", "id"]}
    found = pq.read_table(tmp_path / "x.parquet")
    assert found.select(["doc_id", "words", "id"]).to_pylist() == [
        {"doc_id": i, "words": i, "id": f"d{i}"} for i in (1, 3, 5, 7, 9)
    ]
    assert json.loads(found.schema.metadata[b"assay.columns"])["words"]["lineage"]["method"] == "length"
