"""Decisions: each document once, in order, with its reasons; keep masks beside their shards."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus
from deciding import STEPS, documents, plain_answer, plain_reasons
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes import families, files
from indexes.corpus import instance, open_corpus
from indexes.drop import drop
from indexes.errors import UnfinishedColumn
from indexes.queries import decisions as module
from indexes.queries.decisions import decisions, keep_masks, left_out, write_decisions
from indexes.queries.funnel import funnel
from indexes.queries.top import resolve
from indexes.rule import Group, Rule, Share


def rows_of(corpus, steps, allow_partial=False):
    return [row for batch in decisions(corpus, steps, allow_partial) for row in batch.to_pylist()]


def masks_of(corpus, steps, allow_partial=False):
    found = list(keep_masks(corpus, steps, allow_partial))
    assert [shard for shard, _ in found] == list(corpus.workspace.shards)
    assert all(mask.shape == (shard.rows,) for shard, mask in found)
    return np.concatenate([mask for _, mask in found]).tolist()


@settings(max_examples=60)
@given(drawn=documents(), steps=STEPS, data=st.data())
def test_kept_and_reasons_are_what_deciding_by_hand_gives(tmp_path_factory, drawn, steps, data):
    columns, rows = drawn
    n = len(columns["x"])
    shards = -(-n // rows)
    missing = data.draw(st.sets(st.integers(0, shards - 1), max_size=shards - 1))
    typed = {name: pa.array(columns[name], pa.int64()) for name in ("x", "y")}
    typed["word"] = pa.array(columns["word"], pa.string())
    root = tmp_path_factory.mktemp("c")
    literal_corpus(root, [{"id": f"d{i}"} for i in range(n)], {"f": typed}, rows, {"f": list(missing)})
    corpus = open_corpus(root)
    found = rows_of(corpus, steps, allow_partial=True)
    assert [row["id"] for row in found] == [f"d{i}" for i in range(n)]
    for i, row in enumerate(found):
        document = {name: values[i] for name, values in columns.items()}
        if steps and i // rows in missing:
            assert (row["kept"], row["reasons"]) == (False, ["not_measured"])
        else:
            assert row["kept"] == all(plain_answer(document, step) for step in steps)
            assert row["reasons"] == plain_reasons(document, steps)
    assert masks_of(corpus, steps, allow_partial=True) == [row["kept"] for row in found]


def test_reasons_stand_in_the_order_of_the_steps_and_each_once(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 3, {"w": {"words": [None, 5, 80], "lines": [1, None, 9]}})
    steps = [
        Rule("short", "words", ">=", 50),
        Group("both", "all", (Rule("w", "words", ">", 0), Rule("l", "lines", ">", 2))),
        Rule("short", "words", ">=", 60),
    ]
    assert [row["reasons"] for row in rows_of(open_corpus(tmp_path / "c"), steps)] == [
        ["unknown:words", "both"],
        ["short", "unknown:lines"],
        [],
    ]


def test_the_file_holds_id_key_kept_and_reasons_and_nothing_null_in_kept(tmp_path):
    literal_corpus(tmp_path / "c", [{"id": "a"}, {"id": None}], {"w": {"words": [None, 80]}}, rows=1)
    corpus = open_corpus(tmp_path / "c")
    done = []
    path = tmp_path / "decisions.parquet"
    n = write_decisions(corpus, [Rule("r", "words", ">", 5)], path, progress=lambda *at: done.append(at))
    table = pq.read_table(path)
    assert table.schema.names == ["id", "key", "kept", "reasons"]
    assert [str(field.type) for field in table.schema] == [
        "string",
        "uint64",
        "bool",
        "list<element: string>",
    ]
    assert table["id"].to_pylist() == ["a", None]
    assert table["kept"].to_pylist() == [False, True]
    assert table["reasons"].to_pylist() == [["unknown:words"], []]
    assert (n, done) == (2, [(2, 2)])
    before = path.read_bytes()
    write_decisions(corpus, [Rule("r", "words", ">", 5)], path)
    assert path.read_bytes() == before


def test_decisions_over_a_partial_column_are_refused_before_anything_is_written(tmp_path, monkeypatch):
    literal_corpus(
        tmp_path / "c", [{}] * 4, {"length": {"words": [1, 2, 3, 4]}}, rows=2, missing={"length": [0]}
    )
    corpus = open_corpus(tmp_path / "c")
    steps = [Rule("r", "words", ">", 3)]
    monkeypatch.setattr(files, "on_rename", lambda path: pytest.fail(f"wrote {path}"))
    for ask in (decisions, keep_masks):
        with pytest.raises(UnfinishedColumn, match="words is partial") as caught:
            ask(corpus, steps)
        assert caught.value.next_step.startswith(
            f"Complete it with: assay measure {corpus.workspace.root} length"
        )
    with pytest.raises(UnfinishedColumn):
        write_decisions(corpus, steps, tmp_path / "out.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["c"]
    assert masks_of(corpus, steps, allow_partial=True) == [False, False, False, True]


def test_a_document_that_is_not_measured_is_not_kept_for_lacking_a_value(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 2, {"f": {"x": [None, None]}}, rows=1, missing={"f": [0]})
    corpus = open_corpus(tmp_path / "c")
    for rule in (Rule("r", "x", "is_null"), Rule("r", "x", ">", 1, "keep")):
        found = [(row["kept"], row["reasons"]) for row in rows_of(corpus, [rule], allow_partial=True)]
        assert found == [(False, ["not_measured"]), (True, [])]
        assert masks_of(corpus, [rule], allow_partial=True) == [False, True]


def test_a_stale_column_decides_nothing(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 2, {"length": {"words": [1, 2]}})
    made_now = {"length": {"method": "length", "version": 2}}
    stale = open_corpus(tmp_path / "c", present=lambda workspace: made_now)
    assert stale.columns["words"].state == "stale"
    assert stale.columns["words"].why.endswith("version of the code (1 then, 2 now)")
    for allow in (False, True):
        with pytest.raises(UnfinishedColumn, match="words is stale") as caught:
            left_out(stale, ["words"], allow)
        assert ("no document would be left" in caught.value.sentence) == allow  # else that is not the reason


def test_documents_of_a_stale_shard_are_not_measured_wherever_it_stands(tmp_path):
    """What was made in two ways never stands in one column; preview, decisions and masks agree on it."""
    root, steps = tmp_path / "c", [Rule("r", "words", ">", 1)]
    workspace = literal_corpus(root, [{}] * 6, {"length": {"words": [9] * 6}}, rows=2)
    made = {**families.read_header(root / "columns/length/shard-00000.parquet").about, "version": 2}
    families.write_shard(workspace, "length", workspace.shards[1], pa.table({"words": [1, 5]}), made)
    corpus = open_corpus(root, present=lambda workspace: {"length": made})
    assert corpus.columns["words"].state == "stale"
    assert corpus.columns["words"].lineage["version"] == 2
    with pytest.raises(UnfinishedColumn, match="words is stale") as caught:
        masks_of(corpus, steps)
    assert caught.value.next_step.endswith("--allow-partial)")
    assert masks_of(corpus, steps, allow_partial=True) == [False, False, False, True, False, False]
    kept = [row["reasons"] for row in rows_of(corpus, steps, allow_partial=True)]
    assert kept == [["not_measured"]] * 2 + [["r"], []] + [["not_measured"]] * 2
    found = funnel(corpus, steps)
    assert (found.kept.documents, found.total.documents, found.not_measured.documents) == (1, 2, 4)
    assert left_out(corpus, ["words"], True) == {0: ["words"], 2: ["words"]}
    unknown = open_corpus(root)  # nobody says which of the two is made so now
    with pytest.raises(UnfinishedColumn, match="with --allow-partial no document would be left"):
        left_out(unknown, ["words"], True)


def test_dropped_documents_are_in_no_decision_and_in_no_mask(tmp_path):
    sources = ["a", "b", "a", "b", "a"]
    literal_corpus(
        tmp_path / "c", [{"source": source} for source in sources], {"w": {"words": range(5)}}, rows=2
    )
    drop(tmp_path / "c", "a test", source="b")
    corpus = open_corpus(tmp_path / "c")
    steps = [Rule("r", "words", ">=", 1)]
    assert [row["id"] for row in rows_of(corpus, steps)] == ["id-0", "id-2", "id-4"]
    assert masks_of(corpus, steps) == [False, False, True, False, True]


@pytest.mark.parametrize("keep", ["all", "none", "middle"])
def test_masks_stand_beside_their_shards_however_the_kept_documents_fall(tmp_path, monkeypatch, keep):
    monkeypatch.setattr(module, "BATCH", 3)
    n = 5000
    kept = {"all": [True] * n, "none": [False] * n, "middle": [2047 <= i < 2051 for i in range(n)]}[keep]
    literal_corpus(tmp_path / "c", [{}] * n, {"w": {"good": kept}}, rows=700)
    assert masks_of(open_corpus(tmp_path / "c"), [Rule("r", "good", "==", True)]) == kept


def test_rows_stay_in_order_with_several_threads_and_every_kind_of_join(tmp_path):
    n = 60_000
    ids = [f"d{i}" for i in range(n)]
    found_in = [{"id": name, "source": "a" if i % 7 else "b"} for i, name in enumerate(ids)]
    measured = {"w": {"words": list(range(n)), "label": [f"l{i % 40}" for i in range(n)]}}
    literal_corpus(tmp_path / "c", found_in, measured, 9_000)
    drop(tmp_path / "c", "a test", source="b")
    corpus = open_corpus(tmp_path / "c")
    steps = resolve(
        corpus,
        [
            Rule("listed", "id", "in", tuple(ids[::3])),
            Rule("unlisted", "id", "not_in", tuple(ids[::5])),
            Rule("top", "words", "top", Share(0.5, "documents", "label")),
        ],
    )
    threads = instance().execute("SELECT current_setting('threads')").fetchone()[0]
    instance().execute("SET threads = 4")
    try:
        found = rows_of(corpus, steps)
    finally:
        instance().execute(f"SET threads = {threads}")
    assert [row["id"] for row in found] == [name for i, name in enumerate(ids) if i % 7]
    assert all(row["kept"] == (row["reasons"] == []) for row in found)
    kept = {row["id"] for row in found if row["kept"]}
    assert 0 < len(kept) < n / 3
    assert masks_of(corpus, steps) == [name in kept for name in ids]


def test_rows_stay_in_order_where_a_rule_with_a_list_follows_one_that_leaves_few(tmp_path):
    n = 300
    words = ["en" if i >= 200 or i % 4 == 0 else "de" for i in range(n)]
    columns = {"language": pa.array(words, pa.string()), "script": pa.array(["Latin"] * n, pa.string())}
    literal_corpus(tmp_path / "c", [{}] * n, {"w": columns}, rows=100)
    steps = [Rule("english", "language", "==", "en"), Rule("script", "script", "in", ("Latin", "Greek"))]
    corpus = open_corpus(tmp_path / "c")
    assert masks_of(corpus, steps) == [word == "en" for word in words]
    assert [row["kept"] for row in rows_of(corpus, steps)] == [word == "en" for word in words]
