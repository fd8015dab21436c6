"""The shell of the signals: what it reads, what it writes, and what it leaves alone."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus

from analytics import runs
from analytics.runs import measure
from analytics.signal import signal_columns, signal_families
from indexes import families, files, texts
from indexes.corpus import open_corpus
from indexes.errors import FileFault, MissingColumn, SourceChanged, WorkspaceBusy
from indexes.lock import writer
from indexes.workspace import TextPlace, footer_hash, read_workspace, write_workspace

DEFAULT = {name: family for name, family in signal_families().items() if family.default}
COLUMNS = {signal.column for family in DEFAULT.values() for signal in family.signals}
FEW = ["language", "length", "words"]
TEXTS = ["", "one", "the two … ##", "drei\r\nvier\u2028fünf", "שלום עולם", "a\0b", " \n ", "So be it."]


@pytest.fixture
def corpus(tmp_path):
    """Eight documents in three shards."""
    return literal_corpus(tmp_path / "corpus", [{"text": text} for text in TEXTS], rows=3)


def values(workspace, name):
    family = signal_columns()[name].family
    tables = [families.read_column(workspace, family, shard, [name]) for shard in workspace.shards]
    return pa.concat_tables(tables)[name].to_pylist()


def tree(root):
    """Every file's bytes, but those that hold times or may differ."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name not in ("run.json", "lock")
    }


def read_in_place(workspace, shard, values, path):
    """Let a shard's text lie in a file of its own, read where it lies."""
    pq.write_table(pa.table({"content": pa.array(values, pa.binary())}), path, row_group_size=2)
    status = path.stat()
    place = TextPlace("content", str(path), status.st_size, status.st_mtime_ns, footer_hash(path))
    shards = [replace(old, text=place) if old == shard else old for old in workspace.shards]
    write_workspace(replace(workspace, shards=tuple(shards)))
    return read_workspace(workspace.root)


def test_every_signal_of_every_document_is_written(corpus):
    done = measure(corpus.root, workers=1)
    assert done.documents == len(TEXTS)
    assert set(done.columns) == COLUMNS
    assert values(corpus, "words") == [len(text.split()) for text in TEXTS]
    assert values(corpus, "bytes") == [len(text.encode()) for text in TEXTS]


def test_what_is_undefined_is_null_and_never_nan(corpus):
    measure(corpus.root, workers=1)
    means = values(corpus, "mean_word_length")
    assert means[0] is None
    assert means[6] is None
    assert means[1] == 3.0


def test_a_corpus_sees_the_columns_with_what_they_declare(corpus):
    measure(corpus.root, workers=1)
    columns = open_corpus(corpus.root).columns
    for name in COLUMNS:
        found, declared = columns[name], signal_columns()[name]
        assert found.state == "whole"
        assert (
            found.lineage["parameters"]
            == files.read_json(corpus.root / "columns" / found.family / "lineage.json")["parameters"]
        )
        assert replace(found, state="missing", nulls=None, lineage={}) == declared


def test_the_lineage_names_the_tokenizer(corpus):
    measure(corpus.root, ["tokens"], workers=1)
    said = files.read_json(corpus.root / "columns" / "tokens" / "lineage.json")
    assert said["parameters"]["tokenizer"] == "cl100k_base"
    assert said["rows"] == len(TEXTS)
    assert said["nulls"] == {"tokens": 0}
    assert said["corpus"] == corpus.fingerprint


FINEWEB = ("id", "dump", "url", "date", "language", "language_score", "token_count")


def fineweb(root, counts, rows=2, texts=None):
    """A corpus as FineWeb's files give it: every document came with a count of its tokens."""
    texts = texts or [f"text {i}" for i in range(len(counts))]
    documents = [{"text": text, "source.token_count": n} for text, n in zip(texts, counts, strict=True)]
    workspace = literal_corpus(root, documents, rows=rows)
    names = {name: f"source.{name}" for name in FINEWEB}
    shards = tuple(replace(shard, names=names) for shard in workspace.shards)
    write_workspace(replace(workspace, shards=shards))
    return read_workspace(root)


def test_token_counts_of_the_source_are_taken_with_the_name_of_their_tokenizer(tmp_path):
    workspace = fineweb(tmp_path / "corpus", [7, 8, 9])
    measure(workspace.root, workers=1)
    assert values(workspace, "tokens") == [7, 8, 9]
    parameters = open_corpus(workspace.root).columns["tokens"].lineage["parameters"]
    assert parameters == {"tokenizer": "gpt2", "taken": {"tokens": "source.token_count"}}
    assert measure(workspace.root, workers=1).documents == 0


def test_where_some_documents_came_without_a_count_all_are_counted_by_one_tokenizer(tmp_path):
    workspace = fineweb(tmp_path / "corpus", [7, 8, 9, None], texts=["a"] * 4)
    measure(workspace.root, workers=1)
    assert values(workspace, "tokens") == [1, 1, 1, 1]


def test_tokens_are_counted_anew_when_documents_of_another_source_come(tmp_path):
    workspace = fineweb(tmp_path / "corpus", [7, 8, 9], texts=["a"] * 3)
    measure(workspace.root, workers=1)
    shards = (workspace.shards[0], replace(workspace.shards[1], names={"token_count": "source.token_count"}))
    write_workspace(replace(workspace, shards=shards))
    assert measure(workspace.root, workers=1).documents == 3
    assert values(workspace, "tokens") == [1, 1, 1]
    lineage = open_corpus(workspace.root).columns["tokens"].lineage
    assert lineage["parameters"]["tokenizer"] == "cl100k_base"


def test_counts_that_came_with_documents_need_no_text(tmp_path):
    workspace = fineweb(tmp_path / "corpus", [7, 8])
    gone = TextPlace("content", str(tmp_path / "gone.parquet"))
    write_workspace(replace(workspace, shards=(replace(workspace.shards[0], text=gone),)))
    assert measure(workspace.root, ["tokens"], workers=1).faults == ()
    assert values(workspace, "tokens") == [7, 8]


def test_text_that_is_null_or_not_utf8_is_null_in_every_signal(corpus, tmp_path):
    workspace = read_in_place(
        corpus, corpus.shards[1], [b"good", b"bad \xff", None], tmp_path / "theirs.parquet"
    )
    measure(workspace.root, workers=1)
    for name in COLUMNS:
        assert values(workspace, name)[4:6] == [None, None]
    assert values(workspace, "characters")[2:5] == [len(TEXTS[2]), 4, None]


def test_a_surrogate_is_not_utf8(corpus, tmp_path):
    path = tmp_path / "theirs.parquet"
    workspace = read_in_place(corpus, corpus.shards[0], [b"\xed\xa0\x80", b"", b"a"], path)
    measure(workspace.root, workers=1)
    assert values(workspace, "characters")[:3] == [None, 0, 1]


def test_the_same_again_is_done_at_once_even_while_another_writes(corpus):
    measure(corpus.root, workers=1)
    before = tree(corpus.root)
    with writer(corpus.root):
        again = measure(corpus.root, workers=1)
    assert again.documents == 0
    assert again.columns
    assert tree(corpus.root) == before


def test_a_second_writer_is_refused_while_there_is_something_to_do(corpus):
    with writer(corpus.root), pytest.raises(WorkspaceBusy):
        measure(corpus.root, workers=1)


def test_only_what_is_missing_is_computed(corpus):
    measure(corpus.root, workers=1)
    whole = tree(corpus.root)
    untouched = corpus.column_file("words", corpus.shards[0]).stat().st_mtime_ns
    corpus.column_file("words", corpus.shards[1]).unlink()
    assert measure(corpus.root, workers=1).documents == 3
    assert tree(corpus.root) == whole
    assert corpus.column_file("words", corpus.shards[0]).stat().st_mtime_ns == untouched


def test_text_is_read_once_for_all_families_that_a_shard_lacks(corpus, monkeypatch):
    measure(corpus.root, ["length"], workers=1)
    read = []

    def counted(workspace, shard, groups):
        read.append(shard.number)
        return texts.text_batches(workspace, shard, groups)

    monkeypatch.setattr("analytics.runs.text_batches", counted)
    measure(corpus.root, workers=1)
    assert read == [0, 1, 2]


def test_columns_of_an_older_definition_are_computed_anew(corpus):
    measure(corpus.root, workers=1)
    whole = tree(corpus.root)
    shard = corpus.shards[2]
    about = families.read_header(corpus.column_file("words", shard)).about
    older = families.read_column(corpus, "words", shard)
    families.write_shard(corpus, "words", shard, older, {**about, "version": 0})
    assert measure(corpus.root, workers=1).documents == 2
    assert tree(corpus.root) == whole


def test_columns_of_another_shard_are_computed_anew(corpus):
    measure(corpus.root, workers=1)
    whole = tree(corpus.root)
    first, second = (corpus.column_file("words", shard) for shard in corpus.shards[:2])
    second.write_bytes(first.read_bytes())
    assert measure(corpus.root, workers=1).documents == 3
    assert tree(corpus.root) == whole


def test_documents_that_came_later_are_added_and_the_others_left(tmp_path):
    part = literal_corpus(tmp_path / "part", [{"text": text} for text in TEXTS[:6]], rows=3)
    measure(part.root, workers=1)
    whole = literal_corpus(tmp_path / "part", [{"text": text} for text in TEXTS], rows=3)
    assert measure(whole.root, workers=1).documents == 2
    assert values(whole, "words") == [len(text.split()) for text in TEXTS]


def test_one_process_and_two_write_the_same_bytes(corpus, tmp_path):
    measure(corpus.root, FEW, workers=1)
    other = literal_corpus(tmp_path / "other" / "corpus", [{"text": text} for text in TEXTS], rows=3)
    assert measure(other.root, FEW, workers=2).documents == len(TEXTS)
    assert tree(other.root) == tree(corpus.root)


def test_little_text_is_measured_in_one_process_and_much_by_one_a_core(corpus, monkeypatch):
    monkeypatch.setattr(texts, "default_workers", lambda: 7)
    copied = replace(corpus.shards[0], bytes=texts.LITTLE - 1)
    in_place = replace(corpus.shards[1], text=TextPlace("content", "a.parquet", size=1))
    assert texts.processes([copied], None) == 1
    assert texts.processes([copied, in_place], None) == 7
    assert texts.processes([copied], 3) == 3


def test_one_large_shard_is_shared_by_processes_and_comes_out_the_same(tmp_path, monkeypatch):
    documents = [{"text": text} for text in TEXTS] * 400  # seven row groups
    monkeypatch.setattr(runs, "STRETCH", 1_000)
    trees, said = [], []
    for workers in (1, 2):
        workspace = literal_corpus(tmp_path / str(workers) / "corpus", documents)
        measure(workspace.root, FEW, workers=workers, progress=lambda done, total: said.append((done, total)))
        trees.append(tree(workspace.root))
    monkeypatch.setattr(runs, "STRETCH", 1_000_000)
    workspace = literal_corpus(tmp_path / "whole" / "corpus", documents)
    measure(workspace.root, FEW, workers=2)
    assert trees[0] == trees[1] == tree(workspace.root)
    assert len(said) > 4
    assert said[-1] == (len(documents), len(documents))


@pytest.mark.parametrize(("turn", "order"), [(0, ["words", "length"]), (1, ["length", "words"])])
def test_processes_get_ready_from_opposite_ends_once_and_not_at_the_cost_of_a_family(
    corpus, monkeypatch, turn, order
):
    asked = []

    def asking(name, signal):
        return replace(
            signal, measure=lambda texts: asked.append((name, len(texts))) or signal.measure(texts)
        )

    known = {
        name: replace(family, signals=(asking(name, family.signals[0]),))
        for name, family in signal_families().items()
        if name in order
    }
    monkeypatch.setattr(runs, "signal_families", lambda: known)
    monkeypatch.setattr(runs, "_ready", set())
    task = runs.Task(corpus, corpus.shards[0], {"length": {}, "words": {}}, {}, {}, turn)
    for _ in range(2):
        runs.measured_values(task)
    measured = [("length", 3), ("words", 3)]
    assert asked == [(name, 1) for name in order] + measured * 2


def test_the_size_of_batches_changes_no_byte(tmp_path, monkeypatch):
    documents = [{"text": text * 3} for text in TEXTS] * 200  # three row groups
    trees = []
    for name, size in [("small", 1), ("middle", 40), ("large", 8_000_000)]:
        monkeypatch.setattr(texts, "BATCH_BYTES", size)
        monkeypatch.setattr(runs, "PIECE_BYTES", size)
        workspace = literal_corpus(tmp_path / name / "corpus", documents)
        measure(workspace.root, FEW, workers=1)
        trees.append(tree(workspace.root))
    assert trees[0] == trees[1] == trees[2]


def test_a_run_killed_at_any_rename_is_completed_by_the_next(corpus, tmp_path, monkeypatch):
    undisturbed = literal_corpus(
        tmp_path / "undisturbed" / "corpus", [{"text": text} for text in TEXTS], rows=3
    )
    measure(undisturbed.root, FEW, workers=1)
    renames = 0

    def die_later(path):
        nonlocal left
        left -= 1
        if left < 0 and path.name != "run.json":
            raise KeyboardInterrupt

    while True:
        left = renames
        monkeypatch.setattr(files, "on_rename", die_later)
        try:
            measure(corpus.root, FEW, workers=1)
        except KeyboardInterrupt:
            renames += 1
            monkeypatch.setattr(files, "on_rename", None)
            measure(corpus.root, FEW, workers=1)
            assert tree(corpus.root) == tree(undisturbed.root)
            for family in FEW:
                for path in (corpus.root / "columns" / family).iterdir():
                    path.unlink()
        else:
            break
    assert renames >= len(FEW) * (len(corpus.shards) + 1)


def test_an_empty_shard_has_empty_columns(tmp_path):
    workspace = literal_corpus(tmp_path / "corpus", [{"text": "one"}])
    path = workspace.root / "documents" / "shard-00001.parquet"
    pq.write_table(pq.read_table(workspace.documents_file(workspace.shards[0])).slice(0, 0), path)
    empty = replace(workspace.shards[0], number=1, first=1, rows=0, identity="e" * 32)
    write_workspace(replace(workspace, shards=(workspace.shards[0], empty)))
    assert measure(workspace.root, workers=1).documents == 1
    assert values(read_workspace(workspace.root), "words") == [1]


def test_a_corpus_without_documents_is_measured_at_once(tmp_path):
    workspace = literal_corpus(tmp_path / "corpus", [])
    assert measure(workspace.root).documents == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_source_that_has_changed_is_named_and_the_other_shards_are_measured(corpus, tmp_path, workers):
    path = tmp_path / "theirs.parquet"
    workspace = read_in_place(corpus, corpus.shards[1], [b"a", b"b", b"c"], path)
    pq.write_table(pa.table({"content": [b"others"] * 3}), path)
    done = measure(workspace.root, FEW, workers=workers)
    assert done.documents == 5
    (fault,) = done.faults
    assert isinstance(fault, SourceChanged)
    assert "shard-00001" in done.as_json()["error"]
    assert done.as_json()["next_step"] == fault.next_step
    assert open_corpus(workspace.root).columns["words"].state == "partial"

    read_in_place(workspace, workspace.shards[1], [b"a", b"b", b"c"], path)
    assert measure(workspace.root, FEW, workers=workers).documents == 3
    assert open_corpus(workspace.root).columns["words"].state == "whole"


def test_damaged_bytes_of_a_source_are_a_named_fault_of_their_shard(corpus, tmp_path):
    path = tmp_path / "theirs.parquet"
    long = [bytes(np.random.default_rng(i).integers(97, 122, 5_000, dtype=np.uint8)) for i in range(3)]
    workspace = read_in_place(corpus, corpus.shards[1], long, path)
    status, whole = path.stat(), path.read_bytes()
    path.write_bytes(whole[:4] + bytes(200) + whole[204:])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    done = measure(workspace.root, workers=1)
    assert done.documents == 5
    assert isinstance(done.faults[0], FileFault)


def test_an_unknown_family_is_answered_with_near_matches_or_the_family_of_that_column(corpus):
    with pytest.raises(MissingColumn) as told:
        measure(corpus.root, ["lenght"])
    assert "length" in told.value.sentence
    with pytest.raises(MissingColumn) as told:
        measure(corpus.root, ["bytes"])
    assert told.value.next_step.endswith("length")


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_is_told_in_documents(corpus, workers):
    seen = []
    measure(corpus.root, FEW, workers=workers, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, len(TEXTS))
    assert seen[-1] == (len(TEXTS), len(TEXTS))
    assert seen == sorted(seen)


def test_what_takes_long_to_import_and_is_not_needed_is_not_imported(corpus):
    said = "import sys, cli; print(cli.main(sys.argv[1:])); print(*sys.modules)"
    words = [sys.executable, "-c", said, "measure", str(corpus.root)]
    never = {"pandas", "scipy.linalg", "sklearn", "streamlit", "torch"}
    for libraries in (never, never | {"bpe_openai", "duckdb", "polars"}):  # the second time nothing is new
        run = subprocess.run(words, check=True, capture_output=True, text=True)
        answer, loaded = run.stdout.splitlines()[-2:]
        assert answer == "0"
        assert not libraries & set(loaded.split())
