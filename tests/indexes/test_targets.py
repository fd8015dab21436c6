import gzip
import json

import polars as pl
import pytest
import zstandard
from corpora import literal_corpus

from indexes import files
from indexes.errors import BadTarget, NameTaken
from indexes.targets import add_target, example_text, example_texts, read_examples, read_target, target_names


@pytest.fixture
def root(tmp_path):
    literal_corpus(tmp_path / "corpus", [{"id": "a"}])
    return tmp_path / "corpus"


@pytest.fixture
def lines(tmp_path):
    """Write rows to a file of JSON lines; its path."""

    def write(*rows, name="sums.jsonl"):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return write


TRAIN = {"id": "t/0", "split": "train", "question": "1 + 1?", "answer": "2"}
DEV = {"id": "d/0", "split": "dev", "question": "2 + 2?", "answer": "4"}
TEST = {"id": "x/0", "split": "test", "question": "3 + 3?", "answer": "6"}


def test_training_rows_are_used_and_test_rows_kept_apart(root, lines):
    target = add_target(root, "sums", lines(TRAIN, TEST, DEV))
    assert (target.examples, target.test_rows, target.without_text) == (2, 1, 0)
    assert target.warning == ""
    assert read_examples(root, "sums").to_dicts() == [
        {"row": 0, "id": "t/0", "split": "train", "text": "1 + 1?\n2", "is_test": False, "used": True},
        {"row": 1, "id": "x/0", "split": "test", "text": "3 + 3?\n6", "is_test": True, "used": False},
        {"row": 2, "id": "d/0", "split": "dev", "text": "2 + 2?\n4", "is_test": False, "used": True},
    ]
    assert read_examples(root, "sums", ["d/0"])["row"].to_list() == [2]
    assert read_target(root, "sums") == target
    assert target_names(root) == ["sums"]


def test_any_split_uses_test_rows_and_warns(root, lines):
    target = add_target(root, "sums", lines(TRAIN, TEST), split="any")
    assert (target.examples, target.test_rows) == (2, 1)
    assert "1 test rows" in target.warning
    assert read_examples(root, "sums")["is_test"].to_list() == [False, True]


@pytest.mark.parametrize("split", ["train", "Training", "validation", "valid", "dev", "", None])
def test_a_row_that_may_be_ranked_by(root, lines, split):
    assert add_target(root, "sums", lines({"text": "1 + 1", "split": split})).test_rows == 0


@pytest.mark.parametrize("split", ["test", "TEST", "test_hard", "eval", "challenge"])
def test_a_row_of_any_other_split_is_a_test_row(root, lines, split):
    assert add_target(root, "sums", lines(TRAIN, {"text": "1 + 1", "split": split})).test_rows == 1


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({"text": " whole ", "question": "not this"}, "whole"),
        ({"question": "q", "answer": "a", "context": "c", "choices": ["a", "b"]}, "q\na\nc"),
        ({"question": "q", "answer": 1, "choices": ["no", "yes"]}, "q\nyes"),
        ({"question": "q", "answer": 7, "choices": ["no", "yes"]}, "q\n7"),
        ({"question": "q", "answer": "1", "choices": ["2", "1"]}, "q\n1"),
        ({"question": "q", "answer": True, "choices": ["no", "yes"]}, "q\ntrue"),
        ({"question": "q", "answer": ["one", "two"]}, "q\none\ntwo"),
        ({"question": "q", "answer": None}, "q"),
        ({"question": "q \ud800", "answer": {"nested": 1}}, "q ?"),
        ({"answer": "a"}, ""),
        ({"question": "  ", "text": "\n"}, ""),
        ({}, ""),
    ],
)
def test_the_text_of_an_example(record, text):
    assert example_text(record) == text


@pytest.mark.parametrize("kind", [".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet"])
def test_every_kind_of_file_gives_the_same_examples(root, tmp_path, kind):
    path = tmp_path / f"sums{kind}"
    said = "".join(json.dumps(row) + "\n\n" for row in (TRAIN, TEST, DEV)).encode()
    if kind == ".parquet":
        pl.DataFrame([TRAIN, TEST, DEV]).write_parquet(path)
    else:
        pack = {".gz": gzip.compress, ".zst": zstandard.compress}.get(path.suffix, bytes)
        path.write_bytes(pack(said))
    target = add_target(root, "sums", path)
    assert target.examples == 2
    assert read_examples(root, "sums")["text"].to_list() == ["1 + 1?\n2", "3 + 3?\n6", "2 + 2?\n4"]


def test_rows_without_text_are_counted_and_ids_made_unique(root, lines):
    target = add_target(root, "sums", lines({"text": "a"}, {"id": 5}, {"text": "b", "id": "0"}))
    assert (target.examples, target.without_text) == (2, 1)
    assert read_examples(root, "sums")["id"].to_list() == ["0", "0#2"]


def test_the_same_again_is_done_at_once_and_another_is_refused(root, lines, monkeypatch):
    target = add_target(root, "sums", lines(TRAIN))
    renamed = []
    monkeypatch.setattr(files, "on_rename", renamed.append)
    assert add_target(root, "sums", lines(TRAIN, name="moved.jsonl")) == target
    assert renamed == []
    with pytest.raises(NameTaken) as taken:
        add_target(root, "sums", lines(TRAIN), split="any")
    assert "--replace" in taken.value.next_step
    with pytest.raises(NameTaken):
        add_target(root, "sums", lines(DEV))
    other = add_target(root, "sums", lines(DEV), replace=True)
    assert read_examples(root, "sums")["id"].to_list() == ["d/0"]
    assert other.hash != target.hash


def test_equal_files_make_equal_bytes(tmp_path, lines):
    for name in ("one", "two"):
        literal_corpus(tmp_path / name, [{"id": "a"}])
        add_target(tmp_path / name, "sums", lines(TRAIN, TEST))
    for file in ("examples.parquet", "target.json"):
        one, two = (tmp_path / name / "targets" / "sums" / file for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_a_target_without_text_is_refused_with_its_fields(root, lines):
    with pytest.raises(BadTarget, match=r"no text.*: label, split") as fault:
        add_target(root, "sums", lines({"label": 1, "split": "train"}))
    assert "question and answer" in fault.value.next_step
    assert target_names(root) == []
    assert not (root / "targets" / "sums").exists()


def test_an_empty_file_is_refused(root, lines):
    with pytest.raises(BadTarget, match="no text"):
        add_target(root, "sums", lines())


def test_a_target_of_test_rows_alone_is_refused_with_the_way_out(root, lines):
    with pytest.raises(BadTarget, match=r"All 1 rows.*test") as fault:
        add_target(root, "sums", lines(TEST))
    assert "--split any" in fault.value.next_step
    assert add_target(root, "sums", lines(TEST), split="any").examples == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", b'{"text": "a"}\n{"text": \n', "Line 2"),
        ("a.jsonl", b'["text"]\n', "Line 1"),
        ("a.jsonl", b'{"text": "\xff"}\n', "Line 1"),
        ("a.jsonl", b"[" * 100_000, "Line 1"),
        ("a.jsonl.gz", gzip.compress(b'{"text": "a"}\n' * 5000)[:-20], "cannot be read"),
        ("a.jsonl.gz", b'{"text": "a"}\n', "cannot be read"),
        ("a.jsonl.zst", zstandard.compress(b'{"text": "a"}\n' * 5000)[:-5], "cannot be read"),
        ("a.parquet", b"PAR1 and no more PAR1", "cannot be read"),
        ("a.xlsx", b"", "unknown kind"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(root, tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadTarget, match=said) as fault:
        add_target(root, "sums", tmp_path / name)
    assert fault.value.next_step
    assert not (root / "targets" / "sums").exists()


def test_a_missing_file_and_a_bad_name_are_refused(root, tmp_path, lines):
    with pytest.raises(BadTarget, match="cannot be read"):
        add_target(root, "sums", tmp_path / "nowhere.jsonl")
    with pytest.raises(BadTarget, match="cannot be read"):
        add_target(root, "sums", tmp_path)
    for name in ("", "../up", "a b", "a:b", ".hidden"):
        with pytest.raises(BadTarget, match="cannot name"):
            add_target(root, name, lines(TRAIN))


def test_an_unknown_target_gets_near_matches(root, lines):
    add_target(root, "arithmetic", lines(TRAIN))
    with pytest.raises(BadTarget, match=r"no target arithmetics\. Near matches: arithmetic") as fault:
        read_target(root, "arithmetics")
    assert fault.value.next_step.startswith("There are: arithmetic. Add it with: assay target add")


def test_killed_at_its_rename_leaves_no_target(root, lines, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(path):
        raise Killed

    path = lines(TRAIN)
    monkeypatch.setattr(files, "on_rename", kill)
    with pytest.raises(Killed):
        add_target(root, "sums", path)
    monkeypatch.undo()
    assert target_names(root) == []
    assert add_target(root, "sums", path).examples == 1


@pytest.mark.data
def test_the_real_benchmarks_are_read(root, assay_data):
    folder = assay_data / "benchmarks"
    target = add_target(root, "gsm8k", folder / "gsm8k.jsonl")
    assert (target.examples, target.test_rows, target.without_text) == (4500, 1319, 0)
    with pytest.raises(BadTarget, match="All 164 rows"):
        add_target(root, "humaneval", folder / "humaneval.jsonl")
    for path in sorted(folder.glob("*.jsonl")):
        target = add_target(root, f"{path.stem}-any", path, split="any")
        assert target.without_text == 0
        assert target.examples == len(path.read_bytes().splitlines())


def test_texts_of_examples_are_found_by_their_names(root, lines):
    add_target(root, "sums", lines(TRAIN, DEV, {"id": "a:b", "text": "colon"}))
    found = example_texts(root, ["sums:d/0", "sums:a:b", "sums:gone", "other:1", "odd"])
    assert found == {"sums:d/0": "2 + 2?\n4", "sums:a:b": "colon"}
    assert example_texts(root, []) == {}
