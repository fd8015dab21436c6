"""An export after a named transformation: the text alone changes, and the manifest says how much."""

import json
from itertools import count

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus
from exporting import dies, export_even, tree

from indexes import manifest
from indexes.corpus import open_corpus
from indexes.errors import BadExport
from indexes.export import export
from indexes.ingest import Options, ingest
from indexes.outflow import Edit
from indexes.verify import verify

TEXTS = ["a cat", "no", "", None, "é cat and a cat", "cat"]


def without_cats(data, offsets, valid):
    """Every text without its cats; as an analysis would give it, arrays in, arrays out."""
    whole = data.tobytes()
    ends = zip(offsets[:-1], offsets[1:], valid, strict=True)
    left = [whole[start:end].replace(b"cat", b"") if good else b"" for start, end, good in ends]
    return np.frombuffer(b"".join(left), np.uint8), np.cumsum([0, *map(len, left)])


def letters(data, offsets, valid):
    return np.where(valid, np.diff(offsets), -1)


def shouted(data, offsets, valid):
    """Every text in capitals; of as many bytes here."""
    return np.frombuffer(data.tobytes().decode().upper().encode(), np.uint8), offsets


SAID = {"name": "without_cats", "hash": "0123", "parameters": {"animals": ["cat"]}}
CATS = Edit(SAID, without_cats, letters)
SHOUTED = Edit({"name": "shouted", "hash": "4567"}, shouted, letters)


def exported(root, to, **given):
    corpus = open_corpus(root)
    everything = [(shard, np.ones(shard.rows, dtype=bool)) for shard in corpus.workspace.shards]
    report = export(corpus, to, everything, {"name": "all"}, **given)
    assert verify(to).as_json() == report.as_json()
    return report


def said(to):
    return json.loads((to / "manifest.json").read_text())


@pytest.fixture
def root(tmp_path):
    measured = {
        "tokens": {"tokens": [10 * i for i in range(6)]},
        "bytes": {"bytes": [100] * 6},
        "length": {"words": list(range(6))},
    }
    literal_corpus(tmp_path / "c", [{"text": text} for text in TEXTS], measured, rows=4)
    return tmp_path / "c"


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_the_text_alone_is_changed(root, tmp_path, format):
    exported(root, tmp_path / "whole", columns=("all", "words"))
    exported(root, tmp_path / "out", columns=("all", "words"), edits=[CATS], format=format)
    whole = pq.read_table(tmp_path / "whole" / "shard-00000.parquet").to_pylist()
    if format == "parquet":
        found = pq.read_table(tmp_path / "out" / "shard-00000.parquet").to_pylist()
    else:
        import zstandard

        packed = (tmp_path / "out" / "shard-00000.jsonl.zst").read_bytes()
        plain = zstandard.ZstdDecompressor().stream_reader(packed).read()
        found = [json.loads(line) for line in plain.decode().splitlines()]
    assert found == [
        {**row, "text": None if row["text"] is None else row["text"].replace("cat", "")} for row in whole
    ]


def test_the_manifest_names_the_edit_and_counts_what_it_did(root, tmp_path):
    report = exported(root, tmp_path / "out", edits=[CATS], size="4")
    found = said(tmp_path / "out")
    assert found["edit"] == [SAID]
    assert found["counts"] == {
        "documents": 6,
        "tokens": 2 + 10 + 20 + 30 + len("é  and a ".encode()),
        "bytes": 2 + 2 + 0 + len("é  and a ".encode()),
        "not_utf8": 0,
        "documents_changed": [3],
        "documents_emptied": [1],
        "characters_removed": [4 * 3],
    }
    assert [shard["documents_changed"] for shard in found["shards"]] == [[1], [2]]
    counted = {"documents_changed": 3, "documents_emptied": 1, "characters_removed": 12}
    assert report.edits == ({"name": "without_cats", "hash": "0123", **counted},)


def test_edits_are_applied_one_after_another_and_each_is_counted(root, tmp_path):
    texts = {}
    for name, edits in {"ab": [CATS, SHOUTED], "ba": [SHOUTED, CATS]}.items():
        report = exported(root, tmp_path / name, edits=edits, size="4")
        texts[name] = pq.read_table(tmp_path / name / "shard-00000.parquet")["text"].to_pylist()
        assert [edit["name"] for edit in report.edits] == [edit.said["name"] for edit in edits]
    assert texts == {"ab": ["A ", "NO", "", None], "ba": ["A CAT", "NO", "", None]}
    counts = said(tmp_path / "ab")["counts"]
    assert counts["documents_changed"] == [3, 3]
    assert counts["documents_emptied"] == [1, 0]
    assert counts["characters_removed"] == [12, 0]
    assert counts["tokens"] == len(b"A ") + len("NO") + 20 + 30 + len("É  AND A ".encode())
    assert said(tmp_path / "ba")["counts"]["documents_changed"] == [4, 0]
    with pytest.raises(BadExport, match="another export"):
        exported(root, tmp_path / "ab", edits=[CATS], size="4")


def test_an_export_written_before_edits_could_be_several_is_read(root, tmp_path):
    exported(root, tmp_path / "out", edits=[CATS])
    old = said(tmp_path / "out")
    for counts in (old["counts"], *old["shards"]):
        counts.update({name: counts[name][0] for name in manifest.EDITED})
    manifest.write(tmp_path / "out", {**old, "layout": 1, "edit": old["edit"][0]})
    report = verify(tmp_path / "out")
    assert report.ok
    assert [edit["documents_changed"] for edit in report.edits] == [3]


def test_without_an_edit_nothing_is_counted_of_one(root, tmp_path):
    report = exported(root, tmp_path / "out")
    assert report.as_json()["edit"] == said(tmp_path / "out")["edit"] == []
    assert set(said(tmp_path / "out")["counts"]) == {"documents", "tokens", "bytes", "not_utf8"}


def test_tokens_of_another_tokenizer_are_not_known_after_an_edit(root, tmp_path):
    exported(root, tmp_path / "out", edits=[Edit(SAID, without_cats)])
    assert said(tmp_path / "out")["counts"]["tokens"] is None
    assert said(tmp_path / "out")["counts"]["bytes"] == 14


def test_text_read_where_it_lies_is_edited_and_what_is_not_utf8_stays_null(tmp_path):
    texts = [b"a cat", b"\xff cat"] * 3_000
    table = pa.table(
        {"id": [str(i) for i in range(6_000)], "text": pa.array(texts, pa.binary()).view(pa.string())}
    )
    (tmp_path / "in").mkdir()
    pq.write_table(table, tmp_path / "in" / "x.parquet", row_group_size=1_000)
    ingest(tmp_path / "c", Options(sources=(str(tmp_path / "in"),)))
    assert open_corpus(tmp_path / "c").workspace.shards[0].text.path
    exported(tmp_path / "c", tmp_path / "out", edits=[CATS])
    found = pq.read_table(tmp_path / "out" / "shard-00000.parquet")["text"].to_pylist()
    assert found == ["a ", None] * 3_000
    counts = said(tmp_path / "out")["counts"]
    assert (counts["not_utf8"], counts["documents_changed"], counts["characters_removed"]) == (
        3_000,
        [3_000],
        [9_000],
    )


def test_an_edit_without_text_to_write_is_refused(root, tmp_path):
    with pytest.raises(BadExport, match="without_cats changes the text") as problem:
        exported(root, tmp_path / "out", columns=("id",), edits=[CATS])
    assert "--columns" in problem.value.next_step


def test_an_export_after_another_edit_is_another_export(root, tmp_path):
    exported(root, tmp_path / "out", edits=[CATS])
    for other in ([], [Edit({**SAID, "hash": "4567"}, without_cats, letters)]):
        with pytest.raises(BadExport, match="another export"):
            exported(root, tmp_path / "out", edits=other)


def test_an_edit_that_loses_a_text_is_an_error(root, tmp_path):
    def loses(data, offsets, valid):
        return data, offsets[:-1]

    with pytest.raises(ValueError, match="without_cats"):
        exported(root, tmp_path / "out", edits=[Edit(SAID, loses)])


def test_killed_at_any_rename_it_goes_on_and_ends_as_undisturbed(root, tmp_path):
    whole = export_even(root, tmp_path / "whole", size="1", edits=[CATS, SHOUTED])
    for at in count(1):
        to = tmp_path / f"killed at {at}"
        if not dies(root, to, at, size="1", edits=[CATS, SHOUTED]):
            break
        again = export_even(root, to, size="1", edits=[CATS, SHOUTED])
        assert tree(to) == tree(tmp_path / "whole")
        assert (again.hash, again.edits) == (whole.hash, whole.edits)
    assert at > 5


def test_verify_finds_counts_of_an_edit_that_do_not_add_up(root, tmp_path):
    exported(root, tmp_path / "out", edits=[CATS])
    changed = said(tmp_path / "out")
    changed["counts"]["characters_removed"][0] += 1
    (tmp_path / "out" / "manifest.json").write_text(json.dumps(changed))
    assert any("characters_removed" in problem.sentence for problem in verify(tmp_path / "out").problems)
