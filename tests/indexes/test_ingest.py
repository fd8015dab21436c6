"""What becomes of files: which rows are documents, under which columns, keys and shards."""

import gzip
import json
import os
import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xxhash
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes import appending
from indexes import ingest as module
from indexes.columns import DERIVED
from indexes.corpus import open_corpus
from indexes.errors import AssayError
from indexes.hosts import list_version
from indexes.ingest import ingest
from indexes.keys import keys_of_ids
from indexes.planning import Options, plan
from indexes.reading import jsonl
from indexes.schema import all_schemas, choose_schema, map_columns
from indexes.texts import read_texts, text_batches
from indexes.verify import verify
from indexes.workspace import read_workspace, write_workspace

FINEWEB = (
    "text",
    "id",
    "dump",
    "url",
    "file_path",
    "language",
    "language_score",
    "token_count",
    "score",
    "int_score",
    "date",
)


def lines(path: Path, rows, pack=lambda data: data) -> Path:
    """Rows as JSONL; what is bytes stands as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    said = [row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode() for row in rows]
    path.write_bytes(pack(b"".join(line + b"\n" for line in said)))
    return path


def parquet(path: Path, rows=None, group=1000, **columns) -> Path:
    """Rows, or columns, as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.Table.from_pylist(rows) if rows is not None else pa.table(columns), path, row_group_size=group
    )
    return path


def large(path: Path, n=6000, group=1000, **columns) -> Path:
    """A Parquet file that is large enough to be read in place."""
    texts = pa.array([f"text {i} of {path.stem}" for i in range(n)])
    return parquet(
        path, None, group, **{"id": [f"{path.stem}-{i}" for i in range(n)], "text": texts, **columns}
    )


def take(root, *sources, **options):
    return ingest(Path(root), Options(sources=tuple(map(str, sources)), **options))


def documents(root) -> list[dict]:
    """All documents with their text, in corpus order."""
    workspace = read_workspace(root)
    rows = [
        row
        for shard in workspace.shards
        for row in pq.read_table(workspace.documents_file(shard)).to_pylist()
    ]
    texts = [
        text
        for shard in workspace.shards
        for batch in text_batches(workspace, shard)
        for text in batch.to_pylist()
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    assert [row["doc_id"] for row in rows] == list(range(len(rows)))
    return [
        {name: row.get(name) for name in names} | {"text": text.decode()}
        for row, text in zip(rows, texts, strict=True)
    ]


def key_of(identifier: str, source: str = "") -> int:
    """Key of the record of this id, by the rule as it is written."""
    return xxhash.xxh3_64_intdigest(f"{len(source.encode())}:{source}{identifier}".encode())


def key_of_text(text: str) -> int:
    """Key of a record without an id."""
    return xxhash.xxh3_64_intdigest(text.encode())


def column(root, name) -> list:
    return [row.get(name) for row in documents(root)]


# --- formats and sources ----------------------------------------------------------------------------------


def test_every_format_is_read_and_a_folder_in_the_order_of_its_names(tmp_path):
    folder = tmp_path / "data"
    lines(folder / "a.jsonl", [{"text": "a"}])
    lines(folder / "b.jsonl.gz", [{"text": "b"}], gzip.compress)
    lines(folder / "c/d.jsonl.zst", [{"text": "d"}], zstandard.ZstdCompressor().compress)
    lines(folder / "c/e.ndjson", [{"text": "e"}])
    parquet(folder / "f.parquet", [{"text": "f"}])
    lines(folder / "g.JSON", [{"text": "g"}])
    (folder / "README.md").write_text("not a document")
    (folder / ".hidden.jsonl").write_text("not a document")
    report = take(tmp_path / "w", folder)
    assert column(tmp_path / "w", "text") == list("abdefg")
    assert column(tmp_path / "w", "source") == ["data", "data", "c", "c", "data", "data"]
    assert (report.documents, report.total, report.files, report.ignored) == (6, 6, 6, 2)


def test_sources_are_folders_lists_globs_and_names_given_to_globs(tmp_path):
    for name in "abcde":
        lines(tmp_path / f"in/{name}/x.jsonl", [{"text": name}])
    (tmp_path / "mine.txt").write_text("in/a/x.jsonl\n\n# not this\nin/b/x.jsonl\n")
    take(
        tmp_path / "w",
        tmp_path / "mine.txt",
        tmp_path / "in/[cd]/*.jsonl",
        named=(("news", f"{tmp_path}/in/e/*"),),
    )
    assert column(tmp_path / "w", "text") == list("abcde")
    assert column(tmp_path / "w", "source") == ["mine", "mine", "c", "d", "news"]


def test_files_given_singly_are_of_the_source_of_their_folder(tmp_path):
    paths = [lines(tmp_path / f"corpus/part-{i}.jsonl", [{"text": str(i)}]) for i in range(3)]
    take(tmp_path / "w", *paths)
    assert column(tmp_path / "w", "source") == ["corpus"] * 3


def test_a_link_to_a_folder_above_is_followed_once(tmp_path):
    lines(tmp_path / "in/a.jsonl", [{"text": "a"}])
    (tmp_path / "in/up").symlink_to(tmp_path / "in")
    assert take(tmp_path / "w", tmp_path / "in").documents == 1


# --- columns ----------------------------------------------------------------------------------------------


def test_spellings_are_mapped_and_all_else_arrives_under_source(tmp_path):
    row = {
        "content": "a",
        "docid": "1",
        "licence": "MIT",
        "lang": "en",
        "created": "2020-02-01",
        "score": 2.5,
        "tags": ["x"],
    }
    take(tmp_path / "w", lines(tmp_path / "in/a.jsonl", [row]))
    [found] = documents(tmp_path / "w")
    del found["doc_id"], found["key"], found["random"]
    assert found == {
        "text": "a",
        "id": "1",
        "source": "in",
        "language": "en",
        "license": "MIT",
        "date": date(2020, 2, 1),
        "date_seconds": 1580515200,
        "source.created": "2020-02-01",
        "source.score": 2.5,
        "source.tags": ["x"],
    }
    [shard] = read_workspace(tmp_path / "w").shards
    assert list(shard.names.items()) == [
        ("content", "text"),
        ("docid", "id"),
        ("licence", "license"),
        ("lang", "language"),
        ("created", "source.created"),
        ("score", "source.score"),
        ("tags", "source.tags"),
    ]


def test_the_schema_is_the_one_that_requires_most_of_those_that_fit():
    assert choose_schema(FINEWEB).name == "fineweb"
    assert choose_schema(["id", "text", "source", "added", "created", "metadata"]).name == "dolma"
    assert choose_schema(["id", "text", "source"]).name == "plain"
    assert choose_schema(["body"]).name == "plain"
    assert choose_schema(["url", "text", "timestamp"]).name == "c4"
    assert choose_schema(["url", "text", "timestamp", "title"]).name == "plain"
    assert choose_schema(["raw_content", "doc_id", "meta", "quality_signals"]).name == "redpajama_v2"
    assert choose_schema(["text", "url", "warcinfo", "metadata", "previous_word_count"]).name == "dclm"


@pytest.mark.parametrize("schema", all_schemas().values(), ids=lambda schema: schema.name)
def test_every_schema_maps_what_it_requires_and_its_own_columns_choose_it(schema):
    columns = list(dict.fromkeys([*schema.required, *(names[0] for names in schema.spellings.values())]))
    assert all_schemas()[schema.name] is schema
    assert choose_schema(columns) is schema or not schema.required
    assert set(map_columns(schema, columns)) == set(schema.spellings)


def test_dolma_reaches_into_metadata_and_keeps_it_whole(tmp_path):
    row = {
        "id": "1",
        "text": "a",
        "source": "s2",
        "added": "2023-01-01",
        "created": "2019-05-06T07:08:09.123Z",
    }
    row["metadata"] = {"url": "http://x", "n": [1, 2]}
    take(tmp_path / "w", lines(tmp_path / "in/a.jsonl", [row]))
    [found] = documents(tmp_path / "w")
    assert (found["url"], found["source"], found["date"]) == ("http://x", "s2", date(2019, 5, 6))
    assert found["source.metadata"] == {"url": "http://x", "n": [1, 2]}
    assert found["source.added"] == "2023-01-01"


def test_map_overrides_the_schema(tmp_path):
    path = lines(tmp_path / "in/a.jsonl", [{"text": "a title", "body": "a text", "kind": "news"}])
    take(tmp_path / "w", path, mapping=(("body", "text"), ("kind", "domain")))
    [found] = documents(tmp_path / "w")
    assert (found["text"], found["domain"], found["source.text"]) == ("a text", "news", "a title")


@pytest.mark.parametrize(
    ("option", "word"),
    [
        ({"mapping": (("a", "texts"),)}, "text"),
        ({"schema": "fineweeb"}, "fineweb"),
        ({"mapping": (("a",),)}, "THEIRS=OURS"),
        ({"limit": 0}, "at least 1"),
        ({"sample": 2.0}, "at most 1"),
        ({"max_line": 1 << 40}, "--max-line"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_with_near_matches(tmp_path, option, word):
    with pytest.raises(AssayError, match=word):
        take(tmp_path / "w", lines(tmp_path / "a.jsonl", [{"text": "a"}]), **option)
    assert not (tmp_path / "w").exists()


def test_dates_are_iso_dates_and_years_and_what_is_neither_is_null_and_counted(tmp_path):
    said = [
        "2020-02-03",
        "2019",
        "2019-07",
        "2020-02-03T04:05:06Z",
        "2020-02-03 04:05:06.7+02:00",
        " 1999-01-01 ",
    ]
    none = ["", "soon", "2020-02-30", "20200203", "03.02.2020", None]
    path = lines(tmp_path / "a.jsonl", [{"text": "a", "date": value} for value in [*said, *none]])
    report = take(tmp_path / "w", path)
    found = documents(tmp_path / "w")
    assert [row["date"] for row in found] == [
        date(2020, 2, 3),
        date(2019, 1, 1),
        date(2019, 7, 1),
        date(2020, 2, 3),
        date(2020, 2, 3),
        date(1999, 1, 1),
        *[None] * 6,
    ]
    assert [row["source.date"] for row in found] == [*said, *none]
    assert any(note.endswith("4 dates.") for note in report.notes)


def test_ids_and_years_that_are_numbers_are_told_as_text_and_date_and_kept_as_they_were(tmp_path):
    rows = [{"text": "a", "id": 7, "year": 2019}, {"text": "b", "id": 8, "year": None}]
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", rows))
    assert column(tmp_path / "w", "id") == ["7", "8"]
    assert column(tmp_path / "w", "source.id") == [7, 8]
    assert column(tmp_path / "w", "date") == [date(2019, 1, 1), None]
    assert column(tmp_path / "w", "source.year") == [2019, None]


def test_dates_are_seconds_too_in_utc_and_the_first_of_a_day_month_or_year(tmp_path):
    said = {
        "1970-01-01": 0,
        "1970-01-02T00:00:01Z": 86_401,
        "1970-01-01 03:30:00.999+02:30": 3_600,
        "1969-12-31T23:00:00-01:00": 0,
        "1970-01-01T12": 43_200,
        "1970-01-01T01:02 GMT": 3_720,
        "1970": 0,
        "1970-02": 31 * 86_400,
        "0001-01-01": -62_135_596_800,
        "9999-12-31T23:59:60Z": 253_402_300_800,
        "1970-01-01T24:00": None,
        "1970-01-01T00:61": None,
        "2020-02-30T00:00": None,
        "soon": None,
        "": None,
        None: None,
    }
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", [{"text": "a", "date": date} for date in said]))
    assert column(tmp_path / "w", "date_seconds") == list(said.values())
    corpus = open_corpus(tmp_path / "w")
    assert (corpus.columns["date_seconds"].type, corpus.columns["date_seconds"].unit) == (
        "integer",
        "seconds since 1970",
    )
    assert corpus.columns["date_seconds"].nulls == 6


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        (pa.array([1_500, -1, None], pa.timestamp("ms")), [1, -1, None]),
        (pa.array([5_000_000_000], pa.timestamp("ns", "Asia/Tokyo")), [5]),
        (pa.array([date(1970, 1, 3), None]), [172_800, None]),
        (pa.array([1971, None], pa.int64()), [31_536_000, None]),
        (pa.array([1971.0, float("nan")]), [31_536_000, None]),
        (pa.array([b"1970-01-01T00:00:09Z"]), [9]),
    ],
)
def test_seconds_of_dates_that_are_no_text(tmp_path, values, seconds):
    parquet(tmp_path / "a.parquet", text=["a"] * len(values), date=values)
    take(tmp_path / "w", tmp_path / "a.parquet")
    assert column(tmp_path / "w", "date_seconds") == seconds


def test_host_and_domain_come_from_the_url_and_the_list_is_told_with_them(tmp_path):
    rows = [{"text": "a", "url": "https://www.bbc.co.uk/x"}, {"text": "b", "url": None}, {"text": "c"}]
    rows[2]["url_host"] = "the source's own"
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", rows))
    assert column(tmp_path / "w", "url_host") == ["www.bbc.co.uk", None, None]
    assert column(tmp_path / "w", "url_domain") == ["bbc.co.uk", None, None]
    assert column(tmp_path / "w", "source.url_host") == [None, None, "the source's own"]
    large(tmp_path / "b.parquet", url=["http://example.org/"] * 6000)
    take(tmp_path / "w", tmp_path / "b.parquet")
    found = open_corpus(tmp_path / "w").columns["url_domain"]
    assert found.lineage == {"public_suffix_list": [list_version()]}
    assert (found.kind, found.nulls) == ("metadata", 2)


def test_what_was_taken_in_before_a_column_was_made_is_null_in_it(tmp_path):
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", [{"text": "a", "url": "http://a.com", "date": "2020"}]))
    workspace = read_workspace(tmp_path / "w")
    path = workspace.documents_file(workspace.shards[0])
    pq.write_table(pq.read_table(path).drop_columns(["date_seconds", "url_host", "url_domain"]), path)
    columns = {name: said for name, said in workspace.columns.items() if name not in DERIVED}
    write_workspace(replace(workspace, columns=columns))
    corpus = open_corpus(tmp_path / "w")
    assert not set(DERIVED) & set(corpus.columns)
    take(tmp_path / "w", lines(tmp_path / "b.jsonl", [{"text": "b", "url": "http://b.com", "date": "2021"}]))
    corpus = open_corpus(tmp_path / "w")
    names = ["url_host", "url_domain", "date_seconds"]
    found = (
        corpus.cursor().sql(f"SELECT {', '.join(names)} {corpus.clause(names)} ORDER BY doc_id").fetchall()
    )
    assert found == [(None, None, None), ("b.com", "b.com", 1_609_459_200)]


# --- what lies inside columns -----------------------------------------------------------------------------


META = {"score": 2.5, "ok": True, "name": "x", "tags": ["a"], "more": {"deep": 1}, "none": None}


@pytest.mark.parametrize("as_text", [True, False])
def test_metadata_opens_one_level_and_stays_whole_beside(tmp_path, as_text):
    rows = [{"text": "a", "meta": META}, {"text": "b", "meta": {"score": 1, "late": 7}}, {"text": "c"}]
    if as_text:
        rows = [row | ({"meta": json.dumps(row["meta"])} if "meta" in row else {}) for row in rows]
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", rows))
    assert column(tmp_path / "w", "source.meta.score") == [2.5, 1.0, None]
    assert column(tmp_path / "w", "source.meta.ok") == [True, None, None]
    assert column(tmp_path / "w", "source.meta.name") == ["x", None, None]
    assert column(tmp_path / "w", "source.meta.late") == [None, 7, None]
    names = set(documents(tmp_path / "w")[0])
    assert not names & {f"source.meta.{key}" for key in ("tags", "more", "more.deep", "none")}
    whole = column(tmp_path / "w", "source.meta")
    assert whole[0] == json.dumps(META) if as_text else whole[0]["tags"] == ["a"]
    assert open_corpus(tmp_path / "w").columns["source.meta.score"].type == "number"
    assert read_workspace(tmp_path / "w").shards[0].names.keys() == {"text", "meta"}


def test_metadata_of_parquet_opens_where_it_lies(tmp_path):
    metas = [json.dumps({"edu_score": i % 5, "id": f"m{i}"}) for i in range(6000)]
    path = large(tmp_path / "a.parquet", meta=metas, info=[{"n": i} for i in range(6000)])
    take(tmp_path / "w", path)
    assert column(tmp_path / "w", "source.meta.edu_score") == [i % 5 for i in range(6000)]
    assert column(tmp_path / "w", "source.info.n") == list(range(6000))


def test_a_field_is_found_in_text_that_is_json_and_the_id_makes_the_key(tmp_path):
    metas = [json.dumps({"url": "http://a.org/x", "date_download": "2020-01-02", "n": 1})] * 2
    rows = [{"raw_content": t, "doc_id": t, "meta": m} for t, m in zip("ab", metas, strict=True)]
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", rows))
    [found, _] = documents(tmp_path / "w")
    assert (found["url"], found["url_domain"], found["date"]) == ("http://a.org/x", "a.org", date(2020, 1, 2))
    assert found["source.meta.n"] == 1
    assert "source.meta.url" not in found
    records = [json.dumps({"id": f"r{i}"}) if i else "{}" for i in range(6000)]
    pq.write_table(
        pa.table({"text": ["t"] * 6000, "meta": records}), tmp_path / "b.parquet", row_group_size=900
    )
    take(tmp_path / "v", tmp_path / "b.parquet", mapping=(("meta.id", "id"),))
    assert column(tmp_path / "v", "key")[:2] == [key_of_text("t"), key_of("r1")]


def test_a_column_of_the_file_goes_before_a_key_of_its_name(tmp_path):
    rows = [
        {"text": "a", "meta": {"x": 1, "X": 2, "y": 3}, "meta.x": "own"},
        {"text": "b", "meta": {"x": 5, "y": 6}},
    ]
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", rows))
    assert column(tmp_path / "w", "source.meta.x") == ["own", None]
    assert column(tmp_path / "w", "source.meta.X__2") == [2, None]
    assert column(tmp_path / "w", "source.meta.y") == [3, 6]
    take(tmp_path / "v", lines(tmp_path / "b.jsonl", [{"text": "c", "a.b": {"c": 1}, "a": {"b.c": "x"}}]))
    [found] = documents(tmp_path / "v")
    assert {found["source.a.b.c"], found["source.a.b.c__2"]} == {1, "x"}


def test_of_too_many_keys_the_most_frequent_are_opened_and_the_others_stay_inside(tmp_path):
    rows = [{"text": "a", "meta": json.dumps({f"k{i}": i, "all": i, "often": i})} for i in range(300)]
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", rows))
    opened = [name for name in documents(tmp_path / "w")[0] if name.startswith("source.meta.")]
    assert len(opened) == 64
    assert column(tmp_path / "w", "source.meta.all") == list(range(300))
    assert column(tmp_path / "w", "source.meta.often") == list(range(300))
    take(tmp_path / "w", lines(tmp_path / "b.jsonl", [{"text": "b", "meta": '{"all": 1, "new": 2}'}]))
    last = documents(tmp_path / "w")[-1]
    assert last["source.meta.all"] == 1
    assert "source.meta.new" not in last
    assert json.loads(last["source.meta"]) == {"all": 1, "new": 2}


@pytest.mark.parametrize(
    "value",
    [
        "{not json}",
        "[1, 2]",
        "{" * 60_000 + "}" * 60_000,
        '{"": 1}',
        '{"a\\u0000b": 1}',
        json.dumps({"x" * 101: 1}),
        '{"a": ' + "[" * 9_000 + "]" * 9_000 + "}",
    ],
)
def test_text_that_is_no_metadata_and_keys_that_are_no_names_stay_as_they_are(tmp_path, value):
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", [{"text": "a", "meta": value}]))
    [found] = documents(tmp_path / "w")
    assert found["source.meta"] == value
    assert not [name for name in found if name.startswith("source.meta.")]


def test_a_later_value_that_is_no_object_is_null_in_what_is_opened(tmp_path):
    rows = [
        {"text": "a", "meta": '{\n "n": 1}'},
        {"text": "b", "meta": '{"n": }'},
        {"text": "c", "meta": "{}"},
    ]
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", rows))
    assert column(tmp_path / "w", "source.meta.n") == [1, None, None]


@settings(max_examples=60)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["a", "b", "c.d", "A"]),
            st.none() | st.booleans() | st.integers(-9, 9) | st.text("xy", max_size=2) | st.just([1]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_opened_says_what_the_whole_says(tmp_path_factory, metas):
    here = tmp_path_factory.mktemp("meta")
    for i, meta in enumerate(metas):
        lines(here / f"in/{i}.jsonl", [{"text": str(i), "meta": json.dumps(meta)}])
    take(here / "w", here / "in")
    for row, meta in zip(documents(here / "w"), metas, strict=True):
        assert json.loads(row["source.meta"]) == meta
        said = {
            name.removeprefix("source.meta.").removesuffix("__text"): value
            for name, value in row.items()
            if name.startswith("source.meta.") and value is not None
        }
        plain = [value for value in meta.values() if value is not None and not isinstance(value, list)]
        assert sorted(map(_as_json, said.values())) == sorted(map(_as_json, plain))


def _as_json(value):
    return value if isinstance(value, str) else json.dumps(value)


def test_a_nan_is_null(tmp_path):
    parquet(tmp_path / "in/a.parquet", text=["a", "b"], score=[float("nan"), 1.0])
    lines(tmp_path / "in/b.jsonl", [b'{"text": "c", "score": NaN}', {"text": "d", "score": 2.0}])
    take(tmp_path / "w", tmp_path / "in")
    assert column(tmp_path / "w", "source.score") == [None, 1.0, None, 2.0]


def test_names_that_differ_in_case_only_stay_apart_since_duckdb_takes_them_for_one(tmp_path):
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", [{"text": "a", "X": 1, "x": 2}]))
    corpus = open_corpus(tmp_path / "w")
    names = [name for name in corpus.columns if name.lower().startswith("source.x")]
    frame = corpus.cursor().sql(f"SELECT {', '.join(map(repr_sql, names))} {corpus.clause(names)}").pl()
    assert sorted(frame.row(0)) == [1, 2]
    assert read_workspace(tmp_path / "w").shards[0].names.keys() == {"text", "X", "x"}


def repr_sql(name):
    return f'"{name}"'


def test_the_source_is_the_records_own_where_it_has_one_and_what_it_had_is_kept(tmp_path):
    rows = [{"text": "a", "source": "own"}, {"text": "b", "source": None}, {"text": "c"}]
    take(tmp_path / "w", lines(tmp_path / "in/a.jsonl", rows))
    assert column(tmp_path / "w", "source") == ["own", "in", "in"]
    assert column(tmp_path / "w", "source.source") == ["own", None, None]


# --- keys -------------------------------------------------------------------------------------------------


def test_the_key_is_of_the_records_own_source_and_id_and_of_the_text_where_there_is_no_id(tmp_path):
    rows = [
        {"text": "a", "id": "1", "source": "s"},
        {"text": "b", "id": "1"},
        {"text": "c", "id": None},
        {"text": "d", "id": ""},
    ]
    take(tmp_path / "w", lines(tmp_path / "elsewhere/a.jsonl", rows), named=())
    assert column(tmp_path / "w", "key") == [
        key_of("1", "s"),
        key_of("1"),
        key_of_text("c"),
        key_of_text("d"),
    ]
    take(tmp_path / "t", tmp_path / "elsewhere", key="text")
    assert column(tmp_path / "t", "key") == [key_of_text(text) for text in "abcd"]


@given(st.text(), st.text(), st.text(), st.text())
def test_no_other_pair_of_source_and_id_gives_the_same_bytes_to_hash(a, b, c, d):
    one, other = keys_of_ids(pa.array([b, d]), pa.array([a, c]))
    assert (one == other) == ((a, b) == (c, d))
    assert one == key_of(b, a)


def test_a_number_and_its_text_are_one_id(tmp_path):
    take(
        tmp_path / "w",
        lines(tmp_path / "a.jsonl", [{"text": "a", "id": 12}]),
        parquet(tmp_path / "b.parquet", id=["12"], text=["b"]),
    )
    assert column(tmp_path / "w", "key") == [key_of("12")] * 2


def test_files_in_another_order_and_under_other_names_give_the_same_keys(tmp_path):
    for name in "abc":
        lines(tmp_path / f"one/{name}.jsonl", [{"text": f"{name}{i}", "id": f"{name}{i}"} for i in range(5)])
        lines(
            tmp_path / f"two/z/{ord('z') - ord(name)}.jsonl",
            [{"text": f"{name}{i}", "id": f"{name}{i}"} for i in range(5)],
        )
    take(tmp_path / "w1", tmp_path / "one")
    take(tmp_path / "w2", tmp_path / "two")
    by_id = [
        {row["id"]: (row["key"], row["random"]) for row in documents(tmp_path / w)} for w in ("w1", "w2")
    ]
    assert by_id[0] == by_id[1]
    assert column(tmp_path / "w1", "id") != column(tmp_path / "w2", "id")


# --- parts ------------------------------------------------------------------------------------------------


def test_a_larger_sample_contains_the_smaller_and_random_is_no_copy_of_the_draw(tmp_path):
    path = lines(tmp_path / "a.jsonl", [{"text": "a", "id": str(i)} for i in range(2000)])
    take(tmp_path / "s", path, sample=0.1)
    take(tmp_path / "l", path, sample=0.5)
    small, larger = set(column(tmp_path / "s", "id")), set(column(tmp_path / "l", "id"))
    assert small < larger
    assert 150 < len(small) < 250
    assert 900 < len(larger) < 1100
    assert max(column(tmp_path / "s", "random")) > 0.9
    assert read_workspace(tmp_path / "s").part == {"sample": "10%"}


def test_a_limit_takes_the_first_documents_over_all_files_and_counts_the_other_rows(tmp_path):
    for name in "abc":
        lines(tmp_path / f"in/{name}.jsonl", [{"text": f"{name}{i}"} for i in range(10)])
    report = take(tmp_path / "w", tmp_path / "in", limit=15)
    assert column(tmp_path / "w", "text") == [f"a{i}" for i in range(10)] + [f"b{i}" for i in range(5)]
    assert (report.documents, report.not_drawn, report.files) == (15, 15, 3)
    again = take(tmp_path / "w", tmp_path / "in", limit=15)
    assert (again.documents, again.total, again.files) == (0, 15, 0)
    with pytest.raises(AssayError, match="first 15 documents"):
        take(tmp_path / "w", tmp_path / "in", limit=20)


def test_a_quick_look_at_large_files_stays_quick(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "COUNTED_BYTES", 100)
    for name in "ab":
        lines(tmp_path / f"in/{name}.jsonl", [{"text": f"{name}{i}" * 99} for i in range(10)])
    report = take(tmp_path / "w", tmp_path / "in", limit=5)
    assert (report.documents, report.files) == (5, 1)
    assert any("not opened" in note for note in report.notes)
    assert take(tmp_path / "w", tmp_path / "in", limit=5).documents == 0


def test_shards_takes_the_first_files_in_place(tmp_path):
    for name in "abc":
        large(tmp_path / f"in/{name}.parquet")
    report = take(tmp_path / "w", tmp_path / "in", shards=2)
    workspace = read_workspace(tmp_path / "w")
    assert [Path(shard.text.path).name for shard in workspace.shards] == ["a.parquet", "b.parquet"]
    assert (report.documents, report.not_drawn) == (12_000, 6_000)
    assert workspace.part_sentence == "the first 2 files"


# --- shards -----------------------------------------------------------------------------------------------


def test_parquet_is_read_where_it_lies_with_its_columns_in_their_types(tmp_path):
    path = large(
        tmp_path / "in/a.parquet", 6000, score=np.arange(6000) / 2, tags=[[str(i)] for i in range(6000)]
    )
    report = take(tmp_path / "w", path)
    workspace = read_workspace(tmp_path / "w")
    [shard] = workspace.shards
    schema = pq.read_schema(workspace.documents_file(shard))
    assert report.bytes is None
    assert shard.text.path == str(path)
    assert "text" not in schema.names
    assert schema.field("source.score").type == pa.float64()
    assert schema.field("source.tags").type == pa.list_(pa.string())
    assert read_texts(workspace, [5999, 0]) == [b"text 5999 of a", b"text 0 of a"]
    assert column(tmp_path / "w", "key")[7] == key_of("a-7")


@pytest.mark.parametrize(
    ("file", "options", "reason"),
    [
        ({"n": 4999}, {}, "under 5,000 rows"),
        ({"group": 6000}, {}, "row group of over 5,000 rows"),
        ({"text": ["a"] * 5999 + [None]}, {}, "some texts are null"),
        ({"text": ["long" * 20_000] * 6000}, {}, "32 MB of text"),
        ({}, {"copy": True}, "--copy"),
        ({}, {"sample": 0.5}, "a part"),
        ({}, {"limit": 10_000}, "a part"),
    ],
)
def test_text_is_copied_where_reading_in_place_would_not_do_and_it_says_why(tmp_path, file, options, reason):
    if file.get("text", [""])[0] == "long" * 20_000:
        file = {"text": pa.array(file["text"]), "group": 1000}
        pq.write_table(
            pa.table({"id": [str(i) for i in range(6000)], "text": file["text"]}),
            tmp_path / "a.parquet",
            row_group_size=1000,
            use_dictionary=False,
        )
    else:
        large(tmp_path / "a.parquet", **file)
    report = take(tmp_path / "w", tmp_path / "a.parquet", **options)
    assert any("copied" in note and reason in note for note in report.notes), report.notes
    workspace = read_workspace(tmp_path / "w")
    assert all(not shard.text.path for shard in workspace.shards)
    for shard in workspace.shards:
        footer = pq.read_metadata(workspace.documents_file(shard))
        groups = [footer.row_group(i) for i in range(footer.num_row_groups)]
        assert max(group.num_rows for group in groups) <= 500
    assert report.documents + report.quarantined + report.not_drawn == file.get("n", 6000)


def test_without_ids_the_text_is_read_once_for_keys_and_it_says_so_before(tmp_path):
    said = []
    parquet(tmp_path / "a.parquet", text=[f"t{i}" for i in range(6000)])
    ingest(
        tmp_path / "w",
        Options(sources=(str(tmp_path / "a.parquet"),)),
        progress=lambda *_: said.append("reading"),
        say=said.append,
    )
    note = next(i for i, word in enumerate(said) if "keys are made of the text" in word)
    assert "reading" in said[note:]
    assert column(tmp_path / "w", "key")[9] == key_of_text("t9")


def test_text_in_place_that_is_not_utf8_stays_a_document_without_text(tmp_path):
    texts = pa.array([b"good"] * 5999 + [b"bad \xff"], pa.binary())
    large(tmp_path / "a.parquet", text=texts)
    take(tmp_path / "w", tmp_path / "a.parquet")
    workspace = read_workspace(tmp_path / "w")
    assert read_texts(workspace, [0, 5999]) == [b"good", None]


def test_metadata_that_is_not_utf8_is_mended_so_that_every_reader_opens_the_file(tmp_path):
    urls = pa.array([b"http://\xff"] * 6000, pa.binary()).view(pa.string())
    large(tmp_path / "a.parquet", url=urls)
    take(tmp_path / "w", tmp_path / "a.parquet")
    corpus = open_corpus(tmp_path / "w")
    assert corpus.cursor().sql(f"SELECT DISTINCT url {corpus.clause(['url'])}").fetchall() == [("http://�",)]


def test_small_files_share_shards_and_a_big_one_has_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(appending, "SHARD_ROWS", 10)
    monkeypatch.setattr(module, "SHARD_ROWS", 10)
    for name, n in {"a": 4, "b": 5, "c": 3, "d": 25, "e": 2, "f": 1}.items():
        lines(tmp_path / f"in/{name}.jsonl", [{"text": f"{name}{i}", "id": f"{name}{i}"} for i in range(n)])
    take(tmp_path / "w", tmp_path / "in")
    workspace = read_workspace(tmp_path / "w")
    assert [shard.rows for shard in workspace.shards] == [9, 3, 10, 10, 5, 3]
    assert [[Path(file.path).stem for file in shard.files] for shard in workspace.shards] == [
        ["a", "b"],
        ["c"],
        ["d"],
        ["d"],
        ["d"],
        ["e", "f"],
    ]
    assert sum(file.rows for shard in workspace.shards for file in shard.files) == 40
    assert column(tmp_path / "w", "id")[12:37] == [f"d{i}" for i in range(25)]


def test_row_groups_are_small_by_rows_and_by_bytes(tmp_path):
    rows = [{"text": "x" * 3_000_000} for _ in range(3)] + [{"text": "y"} for _ in range(1200)]
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", rows))
    footer = pq.read_metadata(tmp_path / "w/documents/shard-00000.parquet")
    counts = [footer.row_group(i).num_rows for i in range(footer.num_row_groups)]
    assert counts == [1, 1, 500, 500, 201]


def test_documents_are_the_same_bytes_however_often_they_are_ingested(tmp_path):
    path = lines(tmp_path / "a.jsonl", [{"text": f"{i}" * i, "n": i} for i in range(1500)])
    for root in ("w1", "w2"):
        take(tmp_path / root / "corpus", path)
    one, two = (sorted((tmp_path / root).rglob("*.parquet")) for root in ("w1", "w2"))
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]
    assert (tmp_path / "w1/corpus/corpus.toml").read_bytes() == (
        tmp_path / "w2/corpus/corpus.toml"
    ).read_bytes()


# --- types ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ([1, 2.5], [1.0, 2.5]),
        ([None, 3], [None, 3]),
        ([1, "one"], ["1", "one"]),
        ([True, 2], ["true", "2"]),
        ([(1 << 60) + 1, 0.5], [str((1 << 60) + 1), "0.5"]),
        ([0.5, (1 << 60) + 1], ["0.5", str((1 << 60) + 1)]),
        ([{"a": 1}, {"b": "x"}], [{"a": 1, "b": None}, {"a": None, "b": "x"}]),
        ([{"a": 1}, {"a": "x"}], [{"a": "1"}, {"a": "x"}]),
        ([[1], [2.5]], [[1.0], [2.5]]),
        ([{"a": 1}, 5], ['{"a": 1}', "5"]),
        ([{}, {"a": 1}], [{"a": None}, {"a": 1}]),
        ([None, None], [None, None]),
    ],
)
def test_one_type_holds_all_values_of_a_column_within_a_file(tmp_path, values, stored):
    lines(tmp_path / "a.jsonl", [{"text": str(i), "x": value} for i, value in enumerate(values)])
    take(tmp_path / "w", tmp_path / "a.jsonl")
    assert column(tmp_path / "w", "source.x") == stored
    assert "source.x__text" not in documents(tmp_path / "w")[0]


BIG = (1 << 60) + 1


@pytest.mark.parametrize("shard", [1, 100_000])
@pytest.mark.parametrize(
    ("values", "stored", "beside"),
    [
        ([1, 2.5, 3], [1.0, 2.5, 3.0], None),
        ([None, 3], [None, 3], None),
        ([1, "one", 2], [1, None, 2], [None, "one", None]),
        (["one", 1, 2], [None, 1, 2], ["one", None, None]),
        (["one", 1, "two"], ["one", "1", "two"], None),
        ([True, 2, 2.5], [None, 2, 2.5], ["true", None, None]),
        ([True, False, 2.5], [True, False, None], [None, None, "2.5"]),
        ([BIG, 0.5, 1], [None, 0.5, 1], [str(BIG), None, None]),
        ([0.5, BIG, 1], [0.5, None, 1], [None, str(BIG), None]),
        ([{"a": 1}, {"b": "x"}], [{"a": 1, "b": None}, {"a": None, "b": "x"}], None),
        ([{"a": 1}, {"a": "x"}], [{"a": "1"}, {"a": "x"}], None),
        ([[1], [2.5]], [[1.0], [2.5]], None),
        ([{"a": 1}, 5], [{"a": 1}, None], [None, "5"]),
        ([{"a": 1}, 5, 6], [None, 5, 6], ['{"a": 1}', None, None]),
        ([[1], {"a": 1}, [2]], [[1], None, [2]], [None, '{"a": 1}', None]),
        ([{}, {"a": 1}], [None, {"a": 1}], None),
        ([None, None], [None, None], None),
    ],
)
def test_of_types_that_differ_between_files_the_most_frequent_has_the_name_and_the_others_stand_beside(
    tmp_path, monkeypatch, values, stored, beside, shard
):
    monkeypatch.setattr(appending, "SHARD_ROWS", shard)
    for i, value in enumerate(values):
        lines(tmp_path / f"in/{i}.jsonl", [{"text": str(i), "x": value}])
    report = take(tmp_path / "w", tmp_path / "in")
    names = documents(tmp_path / "w")[0].keys()
    found = [stored_value(value, stored) for value in column(tmp_path / "w", "source.x")]
    assert found == stored
    assert column(tmp_path / "w", "source.x__text") == (beside or [None] * len(values))
    assert ("source.x__text" in names) == (beside is not None)
    assert any("source.x__text" in note for note in report.notes) == (beside is not None)
    for shard_of in read_workspace(tmp_path / "w").shards:
        assert shard_of.names["x"] in pq.read_schema(tmp_path / f"w/documents/{shard_of.file}").names


def stored_value(value, stored):
    """A value read shard by shard, with the keys that only other shards have."""
    shapes = [other for other in stored if isinstance(other, dict)]
    return {name: value.get(name) for other in shapes for name in other} if isinstance(value, dict) else value


def test_the_most_frequent_type_is_that_of_most_documents_not_of_most_files(tmp_path):
    lines(tmp_path / "in/a.jsonl", [{"text": "a", "x": "many"}])
    lines(tmp_path / "in/b.jsonl", [{"text": "a", "x": "words"}])
    lines(tmp_path / "in/c.jsonl", [{"text": str(i), "x": i} for i in range(5)])
    large(tmp_path / "in/d.parquet", x=[True] * 5_999 + [None])
    take(tmp_path / "w", tmp_path / "in")
    corpus = open_corpus(tmp_path / "w")
    assert corpus.columns["source.x"].type == "boolean"
    assert corpus.columns["source.x__text"].type == "text"
    names = ["source.x", "source.x__text"]
    sql = f'SELECT "source.x", "source.x__text" {corpus.clause(names)} ORDER BY doc_id LIMIT 8'
    assert corpus.cursor().sql(sql).fetchall() == [
        (None, "many"),
        (None, "words"),
        *[(None, str(i)) for i in range(5)],
        (True, None),
    ]


def test_a_type_that_comes_up_in_the_middle_of_a_file_stands_beside_from_its_shard_on(tmp_path, monkeypatch):
    monkeypatch.setattr(jsonl.blocks, "__defaults__", (None, 100))
    for name in (module, appending):
        monkeypatch.setattr(name, "SHARD_ROWS", 20)
    rows = [{"text": "a", "x": i} for i in range(50)] + [{"text": "b", "x": "word"}]
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", rows))
    found = documents(tmp_path / "w")
    assert [row["source.x"] for row in found[:40]] == list(range(40))
    assert [row["source.x__text"] for row in found[40:]] == [*map(str, range(40, 50)), "word"]


def test_an_integer_column_becomes_a_number_where_fractions_are_appended(tmp_path):
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", [{"text": "a", "x": 1, "y": BIG}]))
    take(tmp_path / "w", lines(tmp_path / "b.jsonl", [{"text": "b", "x": 2.5, "y": 0.5}]))
    assert column(tmp_path / "w", "source.x") == [1, 2.5]
    assert column(tmp_path / "w", "source.y") == [BIG, None]
    assert column(tmp_path / "w", "source.y__text") == [None, "0.5"]
    corpus = open_corpus(tmp_path / "w")
    assert [corpus.columns[f"source.{name}"].type for name in "xy"] == ["number", "integer"]


def test_a_column_of_the_source_may_be_called_what_values_of_another_type_would_be(tmp_path):
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", [{"text": "a", "x": 1}]))
    take(tmp_path / "w", lines(tmp_path / "b.jsonl", [{"text": "b", "x": "word", "x__text": "own"}]))
    last = documents(tmp_path / "w")[-1]
    assert (last["source.x"], last["source.x__text"], last["source.x__text__2"]) == (None, "own", "word")


def test_whole_numbers_before_fractions_stay_numbers_over_all_shards(tmp_path, monkeypatch):
    monkeypatch.setattr(appending, "SHARD_ROWS", 1)
    for i, value in enumerate([1, 2.5, 3]):
        lines(tmp_path / f"in/{i}.jsonl", [{"text": "a", "x": value}])
    take(tmp_path / "w", tmp_path / "in")
    assert open_corpus(tmp_path / "w").columns["source.x"].type == "number"


def test_a_later_ingest_changes_no_type_and_what_does_not_fit_stands_beside_as_text(tmp_path):
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", [{"text": "a", "x": 1, "y": 0.5}]))
    take(tmp_path / "w", lines(tmp_path / "b.jsonl", [{"text": "b", "x": 7, "y": 2, "z": "new"}]))
    take(
        tmp_path / "w",
        lines(tmp_path / "c.jsonl", [{"text": "c", "x": "many", "y": 3.5}, {"text": "d", "x": 9}]),
    )
    assert column(tmp_path / "w", "source.x") == [1, 7, None, None]
    assert column(tmp_path / "w", "source.x__text") == [None, None, "many", "9"]
    assert column(tmp_path / "w", "source.y") == [0.5, 2.0, 3.5, None]
    assert column(tmp_path / "w", "source.z") == [None, "new", None, None]
    corpus = open_corpus(tmp_path / "w")
    assert (corpus.columns["source.x"].type, corpus.columns["source.x__text"].type) == ("integer", "text")


# --- a corpus grows ---------------------------------------------------------------------------------------


def test_another_ingest_appends_and_doc_ids_go_on(tmp_path):
    take(tmp_path / "w", lines(tmp_path / "a.jsonl", [{"text": "a"}, {"text": "b"}]))
    before = read_workspace(tmp_path / "w")
    report = take(tmp_path / "w", large(tmp_path / "b.parquet"))
    after = read_workspace(tmp_path / "w")
    assert (report.documents, report.total) == (6000, 6002)
    assert after.shards[:1] == before.shards
    assert after.shards[1].first == 2
    assert column(tmp_path / "w", "doc_id") == list(range(6002))


def test_the_same_command_again_is_done_at_once_and_writes_nothing(tmp_path):
    path = lines(tmp_path / "in/a.jsonl", [{"text": "a"}])
    take(tmp_path / "w", tmp_path / "in")
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "w").rglob("*") if file.name != "lock"}
    report = take(tmp_path / "w", path.parent)
    assert (report.documents, report.total, report.files) == (0, 1, 0)
    assert before == {
        file: file.stat().st_mtime_ns for file in (tmp_path / "w").rglob("*") if file.name != "lock"
    }


def test_a_file_is_known_by_its_content_wherever_it_lies(tmp_path):
    one = lines(tmp_path / "one/a.jsonl", [{"text": "a"}])
    two = large(tmp_path / "one/b.parquet")
    take(tmp_path / "w", tmp_path / "one")
    (tmp_path / "two").mkdir()
    (tmp_path / "two/x.jsonl").write_bytes(one.read_bytes())
    (tmp_path / "two/y.parquet").write_bytes(two.read_bytes())
    os.utime(one, (1, 1))
    report = take(tmp_path / "w", tmp_path / "two", one)
    assert (report.documents, report.total) == (0, 6001)
    assert any(note.endswith("content is in already: 3 files.") for note in report.notes)


def test_a_workspace_keeps_its_name(tmp_path):
    path = lines(tmp_path / "a.jsonl", [{"text": "a"}])
    take(tmp_path / "w", path, name="mine")
    assert read_workspace(tmp_path / "w").name == "mine"
    take(tmp_path / "w", path)
    assert read_workspace(tmp_path / "w").name == "mine"
    with pytest.raises(AssayError, match="mine already"):
        take(tmp_path / "w", path, name="other")


# --- one mapping of a source ------------------------------------------------------------------------------


def parts(folder, late, n=1_200):
    """Files of a source, each with a title in its metadata from another row on; the first row holds 0."""
    for number, first in enumerate(late):
        metas = [json.dumps({"n": i} | ({"title": f"{number}-{i}"} if i >= first else {})) for i in range(n)]
        path = folder / f"part-{number}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        ids = [f"{number}-{i}" for i in range(n)]
        pq.write_table(pa.table({"id": ids, "text": ["t"] * n, "meta": metas}), path, row_group_size=500)
    return folder


def titles(root):
    return {row["id"]: row["title"] for row in documents(root) if row.get("title")}


def test_all_files_of_a_source_are_mapped_by_what_any_of_them_shows(tmp_path):
    folder = parts(tmp_path / "in", [1_150, 0, 30, 1_199])
    sources = (str(folder),)
    [planned] = plan(tmp_path / "w", Options(sources=sources)).sources
    assert planned.layout.mapping["title"] == "meta.title"
    take(tmp_path / "w", folder)
    assert titles(tmp_path / "w") == {
        f"{number}-{i}": f"{number}-{i}"
        for number, first in enumerate([1_150, 0, 30, 1_199])
        for i in range(first, 1_200)
    }
    assert not any("source.meta.title" in row for row in documents(tmp_path / "w"))
    [recorded] = read_workspace(tmp_path / "w").sources
    assert recorded["mapping"] == planned.layout.mapping


def test_keys_inside_a_column_of_parquet_are_looked_for_past_the_first_rows(tmp_path):
    [planned] = plan(tmp_path / "w", Options(sources=(str(parts(tmp_path / "in", [40])),))).sources
    assert planned.layout.mapping["title"] == "meta.title"


def test_what_is_appended_keeps_the_mapping_of_its_source(tmp_path):
    take(tmp_path / "w", parts(tmp_path / "in", [1_150, 1_150]))
    assert not titles(tmp_path / "w")
    later = parts(tmp_path / "later" / "in", [0])
    [planned] = plan(tmp_path / "w", Options(sources=(str(later),))).sources
    assert "title" not in planned.layout.mapping
    take(tmp_path / "w", later)
    assert not titles(tmp_path / "w")
    found = [row["source.meta.title"] for row in documents(tmp_path / "w")]
    assert sum(title is not None for title in found) == 50 + 50 + 1_200
    take(tmp_path / "v", parts(tmp_path / "first" / "in", [0]))
    take(tmp_path / "v", parts(tmp_path / "second" / "in", [1_150, 1_150]))
    assert len(titles(tmp_path / "v")) == 1_200 + 50


def test_a_key_of_json_lines_that_comes_late_is_the_field_that_it_is_in_another_file(tmp_path):
    for number, late in enumerate([1_100, 0]):
        rows = [{"text": f"{number}-{i}"} | ({"title": "t"} if i >= late else {}) for i in range(1_200)]
        lines(tmp_path / f"in/{number}.jsonl", rows)
    take(tmp_path / "w", tmp_path / "in")
    assert sum(row["title"] == "t" for row in documents(tmp_path / "w")) == 1_200 + 100


def test_files_of_one_source_that_are_laid_out_otherwise_are_mapped_by_their_own_columns(tmp_path):
    lines(tmp_path / "in/a.jsonl", [{"text": "one", "timestamp": "2020-01-02", "meta": {"title": "x"}}])
    (tmp_path / "in/b.csv").write_text("doc_id,body,lang,headline\n7,two,en,y\n")
    notes = take(tmp_path / "w", tmp_path / "in").notes
    [sentence] = [note for note in notes if "timestamp" in note]
    assert "lang" not in sentence
    found = [
        {name: row.get(name) for name in ("id", "language", "title")} for row in documents(tmp_path / "w")
    ]
    assert found == [
        {"id": None, "language": None, "title": "x"}, {"id": "7", "language": "en", "title": "y"}
    ]  # fmt: skip


def test_map_goes_before_what_a_source_is_mapped_by(tmp_path):
    take(tmp_path / "w", lines(tmp_path / "in/a.jsonl", [{"text": "a", "title": "x", "name": "y"}]))
    more = lines(tmp_path / "in/b.jsonl", [{"text": "b", "title": "x", "name": "y"}])
    take(tmp_path / "w", more, mapping=(("name", "title"),))
    assert column(tmp_path / "w", "title") == ["x", "y"]


def test_few_files_of_many_are_looked_into_before_the_first_is_taken_in(tmp_path, monkeypatch):
    for number in range(100):
        lines(tmp_path / f"in/{number:03}.jsonl", [{"text": f"t{number}"}])
        lines(tmp_path / f"alone/{number}/a.jsonl", [{"text": f"s{number}"}])
    looked = []
    real = module._Run._peek
    monkeypatch.setattr(module._Run, "_peek", lambda run, given: looked.append(given) or real(run, given))
    take(tmp_path / "w", tmp_path / "in", tmp_path / "alone")
    assert len(set(looked)) <= 16 + 32


# --- the plan ---------------------------------------------------------------------------------------------


def test_a_dry_run_writes_nothing_and_says_mapping_rows_disk_and_time(tmp_path):
    lines(tmp_path / "in/a/x.jsonl", [{"body": "a" * 500, "licence": "MIT"}] * 5)
    large(tmp_path / "in/b/y.parquet")
    planned = plan(tmp_path / "w", Options(sources=(str(tmp_path / "in"),)))
    assert not (tmp_path / "w").exists()
    said = planned.as_json()
    assert [source["mapping"] for source in said["sources"]] == [
        {"text": "body", "license": "licence"},
        {"text": "text", "id": "id"},
    ]
    assert [len(source["rows"]) for source in said["sources"]] == [3, 3]
    assert len(said["sources"][0]["rows"][0]["body"]) < 300
    assert [source["text"].split(",")[0] for source in said["sources"]] == ["copied", "read where it lies"]
    assert 0 < said["disk"] < said["free"]
    assert any("licence → license" in sentence for sentence in planned.sentences())
    json.dumps(said)


def test_a_plan_says_what_is_opened_and_made_of_url_and_date(tmp_path):
    meta = json.dumps({"score": 1, "url": "http://a.com", "tags": [1]} | {f"k{i:02}": i for i in range(15)})
    path = lines(tmp_path / "in/a.jsonl", [{"text": "a", "date": "2020", "meta": meta}])
    [said, *_] = plan(tmp_path / "w", Options(sources=(str(path),))).sentences()
    keys = ", ".join(["meta.score", *(f"meta.k{i:02}" for i in range(11))])
    assert said == (
        "Source in (Plain): text, meta.url → url (with url_host, url_domain), date (with date_seconds); "
        f"under source.: meta; opened: {keys} and 4 more."
    )


def test_the_disk_that_a_plan_names_is_about_what_is_taken(tmp_path):
    words = np.array(["alpha", "beta", "gamma", "delta", "epsilon", "of", "the"])
    rng = np.random.default_rng(1)
    rows = [{"text": " ".join(rng.choice(words, 400)), "id": str(i)} for i in range(4000)]
    path = lines(tmp_path / "a.jsonl", rows)
    planned = plan(tmp_path / "w", Options(sources=(str(path),)))
    take(tmp_path / "w", path)
    taken = sum(file.stat().st_size for file in (tmp_path / "w/documents").iterdir())
    assert 0.7 < planned.disk / taken < 1.5


# --- the whole --------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(data=st.data())
def test_every_row_of_a_file_that_did_not_fail_is_counted_once(tmp_path_factory, data):
    here = tmp_path_factory.mktemp("count")
    good = st.fixed_dictionaries(
        {"text": st.text(max_size=9)},
        optional={"id": st.text("ab", max_size=2), "x": st.none() | st.integers(0, 9) | st.text(max_size=2)},
    )
    row = good | st.sampled_from([b"", b"{", b'{"text": null}', b'{"text": 5}'])
    rows = 0
    for i in range(data.draw(st.integers(1, 4))):
        wanted = [*data.draw(st.lists(row, max_size=8)), {"text": f"of file {i}"}]
        lines(here / f"in/{i}.jsonl", wanted)
        fails = data.draw(st.booleans())
        if fails:
            packed = gzip.compress((here / f"in/{i}.jsonl").read_bytes() + random.Random(i).randbytes(64))
            (here / f"in/{i}.jsonl").write_bytes(packed[:-9])
        else:
            rows += sum(1 for line in wanted if line != b"")
    sample = data.draw(st.sampled_from([None, 0.5, 1.0]))
    limit = data.draw(st.none() | st.integers(1, 12))
    report = take(here / "w", here / "in", sample=sample, limit=limit)
    assert report.documents + report.quarantined + report.not_drawn == rows
    workspace = read_workspace(here / "w")
    assert workspace.documents == report.total == report.documents == len(documents(here / "w"))
    quarantined = [
        line for file in (here / "w/quarantine").glob("rows-*") for line in file.read_text().splitlines()
    ]
    assert len(quarantined) == report.quarantined
    assert limit is None or report.documents <= limit


def test_real_documents_come_in_whole(assay_data, tmp_path):
    report = take(tmp_path / "w", assay_data / "corpus")
    assert (report.documents, report.quarantined, report.files, report.ignored) == (38_468, 0, 12, 1)
    workspace = read_workspace(tmp_path / "w")
    source = pa.concat_tables(
        [pq.read_table(path) for path in sorted((assay_data / "corpus").glob("*.parquet"))]
    )
    assert report.bytes == sum(len(text.encode()) for text in source["text"].to_pylist())
    stored = [
        text
        for shard in workspace.shards
        for batch in text_batches(workspace, shard)
        for text in batch.to_pylist()
    ]
    digest = xxhash.xxh3_128()
    for text in stored:
        digest.update(text)
    expected = xxhash.xxh3_128("".join(source["text"].to_pylist()).encode())
    assert digest.digest() == expected.digest()
    again = pa.concat_tables([pq.read_table(workspace.documents_file(shard)) for shard in workspace.shards])
    for name, place in {
        "id": "id",
        "licence": "license",
        "created": "source.created",
        "meta": "source.meta",
    }.items():
        assert again[place].equals(source[name])
    assert verify(tmp_path / "w").ok
