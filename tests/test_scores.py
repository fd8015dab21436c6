"""Scores that the user brings, on the terminal: what becomes of them, and what is said of bad ones."""

import gzip
import json
import math
import os
import shutil
from pathlib import Path

import fasttext
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from classifiers import BAD, GOOD, small_model, texts, trained, write_texts
from terminal import Said, assay, spoken, typed

from analytics.answers import ANSWERS, ERROR
from indexes import score_rows, stored
from indexes.workspace import read_workspace

N = 8


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A trained classifier."""
    return trained(tmp_path_factory.mktemp("model"))


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    """The folder in which the commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def documents(file: str, n: int = N, **columns) -> list[dict]:
    """Documents of a file, half of them good; ids are the file's letter and a number."""
    found = texts(GOOD, n, ord(file[0]))
    found[1::2] = texts(BAD, n, ord(file[0]))[1::2]
    return [
        {"id": f"{file[0]}{i}", "text": found[i], **{name: values[i] for name, values in columns.items()}}
        for i in range(n)
    ]


def lines(rows: list[dict]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def corpus(*files: str, **columns) -> str:
    """A workspace of a few files."""
    Path("in").mkdir(exist_ok=True)
    for name in files or ("a.jsonl",):
        Path("in", name).write_text(lines(documents(name, **columns)))
    assert assay("ingest", "in", "--to", "c").code == 0
    return "c"


def values(*names: str) -> dict[str, list]:
    """Columns of the corpus, in its order."""
    assert assay("columns", "c", "--columns", ",".join(names), "--out", "out.parquet").code == 0
    frame = pl.read_parquet("out.parquet")
    return {name: frame[name].to_list() for name in names}


def states() -> dict[str, str]:
    return {column["name"]: column["state"] for column in assay("status", "c").answer["columns"]}


def next_commands(word: str) -> list[str]:
    return [step["command"] for step in assay("status", "c").answer["next"] if f" {word} " in step["command"]]


def refused(*words: str | Path) -> Said:
    """A command that ends with a sentence and a next step, and leaves no column behind."""
    said = assay(*words)
    assert said.code == 1, said
    assert said.answer.keys() == ERROR.keys()
    assert said.answer["error"].endswith((".", "?")), said.answer
    assert said.answer["next_step"]
    assert not list(Path("c/columns").glob("s/*.parquet"))
    return said


# --- a classifier ----------------------------------------------------------------------------------------


def test_a_classifier_gives_the_probability_of_its_label(model):
    corpus("a.jsonl", "b.jsonl")
    said = assay("score", "c", "--name", "s", "--fasttext", model)
    assert said.answer.keys() == ANSWERS["score"].keys()
    assert (said.answer["documents"], said.answer["nulls"], said.answer["columns"]) == (2 * N, 0, ["s"])
    found = np.array(values("s")["s"])
    assert (found[0::2] > 0.5).all()
    assert (found[1::2] < 0.5).all()
    loaded = fasttext.load_model(str(model))
    label, share = loaded.predict(documents("a.jsonl")[0]["text"])
    assert found[0] == pytest.approx(share[0] if label[0] == "__label__hq" else 1 - share[0], abs=1e-7)
    again = assay("score", "c", "--name", "s", "--fasttext", model, "--label", "hq")
    assert (again.code, again.answer["documents"]) == (0, 0)


def test_the_other_label_of_two_has_the_rest_and_a_text_without_characters_a_value_or_none(model):
    Path("in").mkdir()
    rows = [*documents("a"), {"id": "e", "text": ""}, {"id": "l", "text": "theorem\nproof\u2028lemma\r\n"}]
    Path("in/a.jsonl").write_text(lines(rows))
    assay("ingest", "in", "--to", "c")
    for name, label in (("s", "hq"), ("t", "rest")):
        assert assay("score", "c", "--name", name, "--fasttext", model, "--label", label).code == 0
    found = values("s", "t")
    for one, other in zip(found["s"], found["t"], strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            assert one + other == pytest.approx(1, abs=1e-6)
            assert 0 <= one <= 1


def test_a_score_is_the_same_for_any_number_of_processes_and_goes_on_with_new_shards(model):
    for file in ("a.jsonl", "b.jsonl"):
        Path("in").mkdir(exist_ok=True)
        Path("in", file).write_text(lines(documents(file)))
        assay("ingest", "in", "--to", "c")
    for name, workers in (("s", "1"), ("t", "2")):
        said = assay("score", "c", "--name", name, "--fasttext", model, "--workers", workers)
        assert said.code == 0, said
    found = values("s", "t")
    assert found["s"] == found["t"]
    Path("in/d.jsonl").write_text(lines(documents("d")))
    assay("ingest", "in", "--to", "c")
    assert states()["s"] == "partial"
    [command, _] = next_commands("score")
    said = typed(command)
    assert (said.code, said.answer["documents"]) == (0, N)
    assert states()["s"] == "whole"


def test_a_column_of_a_changed_model_is_stale_and_its_command_makes_it_again(model, here):
    corpus()
    shutil.copy(model, "m.bin")
    assay("score", "c", "--name", "s", "--fasttext", "m.bin")
    os.utime("m.bin", ns=(1, 1))
    assert states()["s"] == "whole"
    other = trained(here, 120)
    shutil.copy(other, "m.bin")
    assert states()["s"] == "stale"
    [command] = next_commands("score")
    before = values_of_stale = Path("c/columns/s/shard-00000.parquet").read_bytes()
    assert values_of_stale == before
    said = typed(command)
    assert (said.code, said.answer["documents"]) == (0, N)
    assert states()["s"] == "whole"
    assert Path("c/columns/s/shard-00000.parquet").read_bytes() != before


def test_the_lineage_names_the_model_and_its_hash_and_no_path(model, here):
    corpus()
    assay("score", "c", "--name", "s", "--fasttext", model)
    lineage = next(column for column in assay("columns", "c").answer["columns"] if column["name"] == "s")
    assert lineage["lineage"]["model"] == "mine.bin"
    assert len(lineage["lineage"]["model_hash"]) == 64
    assert lineage["unit"] == "probability"
    for path in Path("c/columns/s").iterdir():
        assert str(here).encode() not in path.read_bytes()


def spoiled(model: Path, change) -> Path:
    path = Path("bad.bin")
    path.write_bytes(change(model.read_bytes()))
    return path


BAD_MODELS = {
    "a text": (lambda whole: b"hello, this is no model", "is no fastText model"),
    "an empty file": (lambda whole: b"", "is no fastText model"),
    "another version": (lambda whole: whole[:4] + b"\x63" + whole[5:], "of version 99"),
    "a cut end": (lambda whole: whole[:-9], "is not whole"),
    "only a start": (lambda whole: whole[:100], "is not whole"),
    "more than one": (lambda whole: whole + b"x", "is not whole"),
}


@pytest.mark.parametrize("kind", BAD_MODELS)
def test_a_file_that_is_no_whole_fasttext_model_is_named(model, kind):
    corpus()
    change, sentence = BAD_MODELS[kind]
    said = refused("score", "c", "--name", "s", "--fasttext", spoiled(model, change))
    assert sentence in said.answer["error"]


def test_a_label_that_the_model_lacks_is_named_with_those_it_has(model):
    corpus()
    said = refused("score", "c", "--name", "s", "--fasttext", model, "--label", "hk")
    assert said.answer["error"].startswith(f"{model} has no label hk. Near matches: __label__hq")
    assert said.answer["next_step"] in ("Choose from: hq, rest.", "Choose from: rest, hq.")


def test_word_vectors_are_no_classifier(here):
    corpus()
    Path("words.txt").write_text("a few words and some more words\n" * 50)
    small_model(Path("words.txt"), Path("w.bin"), "unsupervised", minCount=1)
    assert "no classifier" in refused("score", "c", "--name", "s", "--fasttext", "w.bin").answer["error"]


def test_a_model_whose_labels_are_others_asks_which(here):
    corpus()
    rows = [f"__label__{i % 3} word{i % 3} and more\n" for i in range(60)]
    Path("three.txt").write_text("".join(rows))
    small_model(Path("three.txt"), Path("three.bin"))
    said = refused("score", "c", "--name", "s", "--fasttext", "three.bin")
    assert (said.answer["error"], said.answer["next_step"]) == (
        "three.bin has the labels 0, 1, 2.",
        "Say whose probability is the score: --label LABEL",
    )
    for label in "012":
        assert (
            assay("score", "c", "--name", f"s{label}", "--fasttext", "three.bin", "--label", label).code == 0
        )
    found = values("s0", "s1", "s2")
    assert np.allclose(np.sum(list(found.values()), axis=0), 1, atol=1e-3)


# --- a file of ids and values ----------------------------------------------------------------------------


def test_a_preview_of_a_stale_or_partial_score_says_so_and_how_it_is_completed():
    corpus()
    rule = '[[rule]]\nreason = "low"\ncolumn = "edu"\nop = ">="\nlimit = 3\n'
    Path("r.toml").write_text(f'label = "r"\nsource = "a test"\n{rule}')
    score = ("score", "c", "--name", "edu", "--values", "v.jsonl")
    Path("v.jsonl").write_text(lines([{"id": f"a{i}", "v": i} for i in range(N)]))
    assert assay(*score).code == 0
    said = assay("preview", "c", "r.toml")
    assert (said.answer["unfinished"], "Next" in said.log) == ([], False)
    Path("v.jsonl").write_text(lines([{"id": f"a{i}", "v": 0} for i in range(N)]))
    said = assay("preview", "c", "r.toml")
    assert (said.code, said.answer["documents"]["kept"]) == (0, N - 3)
    [column] = said.answer["unfinished"]
    assert (column["name"], column["state"]) == ("edu", "stale")
    assert f"edu is stale: this is counted on what there is.\n  Next: {column['command']}" in said.log
    refusal = refused("export", "c", "--recipe", "r.toml", "--to", "out").answer["error"]
    assert "what it was made of, or how it is made, has changed since." in refusal
    assert typed(column["command"]).code == 0
    assert assay("preview", "c", "r.toml").answer["documents"]["kept"] == 0
    Path("in/b.jsonl").write_text(lines(documents("b.jsonl")))
    assert assay("ingest", "in", "--to", "c").code == 0
    assert [column["state"] for column in assay("preview", "c", "r.toml").answer["unfinished"]] == ["partial"]


def test_values_are_joined_by_id_and_what_has_none_is_null_and_counted():
    corpus("a.jsonl", "b.jsonl")
    ids = [f"{file}{i}" for file in "ba" for i in reversed(range(N))][:-3]
    pq.write_table(pa.table({"id": ids, "edu": [float(len(ids) - i) for i in range(len(ids))]}), "v.parquet")
    said = assay(
        "score", "c", "--name", "s", "--values", "v.parquet", "--high", "20", "--low", "0", "--unit", "points"
    )
    assert (said.answer["documents"], said.answer["nulls"]) == (2 * N, 3)
    assert said.log == "3 of 16 documents have no row in v.parquet: null.\n"
    expected = dict(zip(ids, (float(len(ids) - i) for i in range(len(ids))), strict=True))
    assert values("s")["s"] == [expected.get(f"{file}{i}") for file in "ab" for i in range(N)]
    assert (
        assay(
            "score",
            "c",
            "--name",
            "s",
            "--values",
            "v.parquet",
            "--high",
            "20",
            "--low",
            "0",
            "--unit",
            "points",
        ).answer["documents"]
        == 0
    )


@pytest.mark.parametrize("pack", ["v.jsonl", "v.jsonl.gz", "v.jsonl.zst"])
def test_values_from_lines_may_be_whole_numbers_or_labels(pack):
    corpus()
    data = lines([{"id": f"a{i}", "stars": i, "kind": "xy"[i % 2]} for i in range(N)]).encode()
    packers = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}
    Path(pack).write_bytes(packers.get(Path(pack).suffix, bytes)(data))
    assert (
        "--value: stars, kind" in refused("score", "c", "--name", "s", "--values", pack).answer["next_step"]
    )
    assay("score", "c", "--name", "stars", "--values", pack, "--value", "stars")
    assay("score", "c", "--name", "kind", "--values", pack, "--value", "kind")
    assert values("stars", "kind") == {"stars": list(range(N)), "kind": ["xy"[i % 2] for i in range(N)]}
    types = {column["name"]: column["type"] for column in assay("columns", "c").answer["columns"]}
    assert (types["stars"], types["kind"]) == ("integer", "text")


BAD_VALUES = {
    "another corpus": ([{"id": f"z{i}", "v": i} for i in range(N)], "is of another corpus"),
    "hardly any": ([{"id": "a0", "v": 1}, *({"id": f"z{i}", "v": i} for i in range(40))], None),
    "two values of one id": ([{"id": f"a{i % 4}", "v": i} for i in range(N)], "a0 has 0 and 4"),
    "no id": ([{"nr": "a0", "v": 1}], "has no column id or key, only nr, v"),
    "no value": ([{"id": "a0"}], "has no column of values"),
    "no key": ([{"key": "a0", "v": 1}], "hold a0, which is no whole number of 64 bits"),
    "a rounded key": ([{"key": 1.5e19, "v": 1}], "hold 1.5e+19, which is no whole number"),
    "a negative key": ([{"key": -1, "v": 1}], "hold -1, which is no whole number"),
    "keys of another corpus": ([{"key": i, "v": i} for i in range(N)], "of its 8 keys 0 are known here"),
    "two values of one key": ([{"key": 7, "v": i} for i in range(2)], "gives 1 key more than one value: 7"),
    "no row": ([], "holds no row"),
    "values of two types": ([{"id": "a0", "v": 1}, {"id": "a1", "v": "x"}], "several types"),
    "an infinite value": ([{"id": f"a{i}", "v": 1e999} for i in range(N)], "infinite"),
    "a value too large": ([{"id": f"a{i}", "v": 10**400} for i in range(N)], "a number that is too large"),
    "a value too large among others": (
        [{"id": f"a{i}", "v": 10**400 if i else 0.5} for i in range(N)],
        "a number that is too large",
    ),
    "numbers and truth": ([{"id": f"a{i}", "v": True if i else 2} for i in range(N)], "several types"),
    "nested values": ([{"id": f"a{i}", "v": [1]} for i in range(N)], "is no number"),
}


@pytest.mark.parametrize("kind", BAD_VALUES)
def test_a_file_of_values_that_does_not_fit_is_named(kind):
    corpus()
    rows, sentence = BAD_VALUES[kind]
    Path("v.jsonl").write_text(lines(rows))
    if sentence is None:  # one id of the corpus's eight is enough to be of it
        assert assay("score", "c", "--name", "s", "--values", "v.jsonl").answer["nulls"] == N - 1
        return
    assert sentence in refused("score", "c", "--name", "s", "--values", "v.jsonl").answer["error"]


def keyed(rows: int = N) -> list[int]:
    """A workspace of documents without ids, and the keys that the terminal writes of them."""
    Path("in").mkdir()
    Path("in/a.jsonl").write_text(lines([{"text": f"a text of number {i}"} for i in range(rows)]))
    assert assay("ingest", "in", "--to", "c").code == 0
    Path("v.jsonl").write_text(lines([{"id": "a0", "v": 1}]))
    said = refused("score", "c", "--name", "s", "--values", "v.jsonl")
    assert said.answer["error"] == "No document of this corpus has an id."
    command = said.answer["next_step"].partition("writes: ")[2]
    assert typed(command).code == 0
    return pl.read_parquet("keys.parquet")["key"].to_list()


@pytest.mark.parametrize("kind", ["parquet", "text", "jsonl", "digits", "ids of null"])
def test_documents_without_ids_are_named_by_key(kind):
    keys = keyed()
    assert max(keys) > 2**63  # or the test says nothing of those
    rows = pl.DataFrame({"doc_id": range(N), "key": pl.Series(keys, dtype=pl.UInt64), "v": range(N)})
    if kind == "text":
        rows = rows.with_columns(pl.col("key").cast(pl.String))
    if kind == "ids of null":
        rows = rows.with_columns(pl.lit(None, pl.String).alias("id"))
    path = "v.jsonl" if kind in ("jsonl", "digits") else "v.parquet"
    if path == "v.parquet":
        rows[: N - 1].write_parquet(path)
    else:
        as_said = str if kind == "digits" else int
        Path(path).write_text(lines([{"key": as_said(key), "v": i} for i, key in enumerate(keys[:-1])]))
    said = assay("score", "c", "--name", "s", "--values", path)
    assert (said.code, said.answer["nulls"]) == (0, 1)
    assert "1 of 8 documents have no row" in said.log
    assert values("s")["s"] == [*range(N - 1), None]


def test_what_a_file_of_values_names_and_the_corpus_lacks_is_counted():
    corpus()
    extra = [{"text": "without an id"}]
    Path("in/b.jsonl").write_text(lines(extra))
    assay("ingest", "in", "--to", "c")
    Path("v.jsonl").write_text(lines([{"id": f"{file}{i}", "v": i} for file in "az" for i in range(N)][:-6]))
    said = assay("score", "c", "--name", "s", "--values", "v.jsonl")
    assert "v.jsonl names 2 documents that this corpus lacks: passed over." in said.log
    assert "1 of 9 documents have no row in v.jsonl (1 have no id; a file may name them by key)" in said.log


TEXTUAL = {
    "whole": (["1", "-2", None, "0"], [1, -2, None, 0], "integer", "taken as numbers"),
    "fractions": (["1", "2.5", "1e3", "nan"], [1.0, 2.5, 1000.0, None], "number", "taken as numbers"),
    "beyond 64 bits": (["1", "9" * 20], [1.0, 1e20, None, None], "number", "taken as numbers"),
    "codes": (["007", "8"], ["007", "8", None, None], "text", "such as '007': a label"),
    "mixed": (["0.5", "n/a"], ["0.5", "n/a", None, None], "text", "such as 'n/a': a label"),
}


@pytest.mark.parametrize("kind", TEXTUAL)
def test_numbers_that_are_written_as_text_become_numbers_and_other_text_is_said_to_be_a_label(kind):
    given, expected, type_, note = TEXTUAL[kind]
    corpus()
    pq.write_table(pa.table({"id": [f"a{i}" for i in range(len(given))], "v": given}), "v.parquet")
    said = assay("score", "c", "--name", "s", "--values", "v.parquet")
    assert note in said.log
    assert values("s")["s"][:4] == expected
    types = {column["name"]: column["type"] for column in assay("columns", "c").answer["columns"]}
    assert types["s"] == type_


@pytest.mark.parametrize("nothing", [[math.nan] * N, [None] * N, ["nan"] * N])
def test_a_score_without_a_value_says_so(nothing):
    corpus()
    Path("v.jsonl").write_text(lines([{"id": f"a{i}", "v": value} for i, value in enumerate(nothing)]))
    assert "s has no value for any document." in assay("score", "c", "--name", "s", "--values", "v.jsonl").log


def test_the_column_that_names_the_documents_is_known_to_be_there():
    corpus()
    Path("v.jsonl").write_text(lines([{"id": f"a{i}", "v": i, "w": i} for i in range(N)]))
    said = refused("score", "c", "--name", "s", "--values", "v.jsonl", "--value", "id")
    assert said.answer["error"] == "v.jsonl names its documents by id, which holds no values."
    assert said.answer["next_step"] == "Say which with --value: v, w"


def test_a_file_of_values_is_joined_once_for_all_shards(monkeypatch):
    for file in "abd":
        Path("in").mkdir(exist_ok=True)
        Path("in", f"{file}.jsonl").write_text(lines(documents(file)))
        assay("ingest", "in", "--to", "c")
    assert len(read_workspace(Path("c")).shards) == 3
    Path("v.jsonl").write_text(lines([{"id": f"{file}{i}", "v": i} for file in "dba" for i in range(1, N)]))
    joins, join = [], pl.DataFrame.join

    def counted(self, other, **options):
        joins.append(options["how"])
        return join(self, other, **options)

    monkeypatch.setattr(pl.DataFrame, "join", counted)
    assert assay("score", "c", "--name", "s", "--values", "v.jsonl").code == 0
    assert joins == ["semi", "left"]
    assert values("s")["s"] == [None, *range(1, N)] * 3


def test_numbers_that_fit_no_integer_are_read_as_floating_point_and_nan_is_null():
    corpus()
    for name, held in (("whole", [2**63, 1]), ("mixed", [2**60 + 1, 0.5]), ("nan", [math.nan, 2])):
        Path("v.jsonl").write_text(lines([{"id": f"a{i}", "v": value} for i, value in enumerate(held)]))
        assert assay("score", "c", "--name", name, "--values", "v.jsonl").code == 0
        expected = [None if math.isnan(value) else float(value) for value in held]
        assert values(name)[name] == [*expected, *[None] * (N - 2)]


def test_few_matching_ids_are_not_enough_for_a_large_file():
    Path("in").mkdir()
    Path("in/a.jsonl").write_text(lines(documents("a", 100)))
    assay("ingest", "in", "--to", "c")
    rows = [{"id": f"a{i}" if i < 5 else f"z{i}", "v": i} for i in range(100)]
    Path("v.jsonl").write_text(lines(rows))
    said = refused("score", "c", "--name", "s", "--values", "v.jsonl")
    assert "of its 100 ids 5 are known here" in said.answer["error"]


def test_a_broken_file_of_values_is_named():
    corpus()
    pq.write_table(pa.table({"id": ["a0"], "v": [1.0]}), "v.parquet")
    Path("v.parquet").write_bytes(Path("v.parquet").read_bytes()[:-9])
    Path("w.jsonl").write_text('{"id": "a0", "v": 1}\nnonsense\n')
    Path("x.jsonl.gz").write_bytes(gzip.compress(b'{"id": "a0", "v": 1}\n' * 99)[:-9])
    for file in ("v.parquet", "w.jsonl", "x.jsonl.gz", "none.parquet"):
        assert file in refused("score", "c", "--name", "s", "--values", file).answer["error"]


def test_a_value_outside_the_declared_range_is_refused():
    corpus()
    Path("v.jsonl").write_text(lines([{"id": f"a{i}", "v": i} for i in range(N)]))
    said = refused("score", "c", "--name", "s", "--values", "v.jsonl", "--high", "5")
    assert said.answer["error"] == "s would hold 6, not any to 5 as declared."


# --- Dolma's attributes ----------------------------------------------------------------------------------


def attributes(folder: str, name: str, rows: list[dict], pack=bytes) -> None:
    path = Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pack(lines(rows).encode()))


def rows_of(file: str, n: int = N, **other) -> list[dict]:
    """A row of attributes for each document of a file."""
    return [
        {"id": f"{file[0]}{i}", "attributes": {"q__hq": [[0, 9, i / 10]], **other}, "source": "x"}
        for i in range(n)
    ]


def test_attributes_are_matched_by_file_and_order():
    corpus("a.jsonl", "b.jsonl")
    attributes("att/q", "b.jsonl.gz", rows_of("b"), gzip.compress)
    attributes(
        "att/q",
        "a.jsonl",
        [{**row, "attributes": {"q__hq": []}} if i == 2 else row for i, row in enumerate(rows_of("a"))],
    )
    said = assay("score", "c", "--name", "s", "--attributes", "att/q", "--attribute", "q__hq", "--high", "1")
    assert (said.code, said.answer["nulls"]) == (0, 1)
    assert values("s")["s"] == [None if (file, i) == ("a", 2) else i / 10 for file in "ab" for i in range(N)]


def test_rows_of_documents_that_were_left_out_are_passed_over():
    Path("in").mkdir()
    rows = lines(documents("a")).splitlines()
    rows[3] = '{"id": "a3", "text": null}'
    Path("in/a.jsonl").write_text("\n".join(rows))
    assay("ingest", "in", "--to", "c")
    attributes("att", "a.jsonl", rows_of("a"))
    assert assay("score", "c", "--name", "s", "--attributes", "att", "--attribute", "q__hq").code == 0
    assert values("id", "s") == {
        "id": [f"a{i}" for i in range(N) if i != 3],
        "s": [i / 10 for i in range(N) if i != 3],
    }


def left_out(ids: list[str], without: list[int]) -> None:
    """A corpus of one file of documents of these ids, of which some have no text."""
    Path("in").mkdir()
    rows = [{**row, "id": id} for row, id in zip(documents("a", len(ids)), ids, strict=True)]
    Path("in/a.jsonl").write_text(
        lines([{**row, "text": None if i in without else row["text"]} for i, row in enumerate(rows)])
    )
    assert assay("ingest", "in", "--to", "c").code == 0


def scored_rows(ids: list[str]) -> None:
    """Attributes of these ids, whose value is the number of the row."""
    attributes(
        "att", "a.jsonl", [{"id": id, "attributes": {"q__hq": [[0, 9, i]]}} for i, id in enumerate(ids)]
    )


ATTRIBUTES = ("score", "c", "--name", "s", "--attributes", "att", "--attribute", "q__hq")


@pytest.mark.parametrize(("rows", "expected"), [("abcdef", [0, 1, 3, 5]), ("abdef", [0, 1, 2, 4])])
def test_as_many_rows_are_passed_over_as_were_left_out_or_fewer(rows, expected):
    left_out(list("abcdef"), [2, 4])
    scored_rows(list(rows))
    assert assay(*ATTRIBUTES).code == 0
    assert values("s")["s"] == expected


BAD_LEFT_OUT = {
    "one row too many": ("abcdefg", "has 7 rows, and", "4 documents and 2 rows that became none."),
    "one row too few": ("abd", "has 3 rows, too few for the 4 documents", ""),
    "another order": ("adbf", "in another order than", ": d stands elsewhere"),
    "another document": ("abdxyz", "is of other documents than", ": its row 4 is x, the document is f."),
    "twice": ("abddf", "cannot be matched with", "the id d stands in rows 3 and 4."),
}


@pytest.mark.parametrize("kind", BAD_LEFT_OUT)
def test_rows_that_do_not_fit_are_named_where_documents_were_left_out_too(kind):
    rows, start, end = BAD_LEFT_OUT[kind]
    left_out(list("abcdef"), [2, 4])
    scored_rows(list(rows))
    said = refused(*ATTRIBUTES)
    assert start in said.answer["error"]
    assert end in said.answer["error"]


def test_equal_ids_are_matched_in_order_where_every_row_is_a_documents():
    left_out(list("aabbc"), [4])
    scored_rows(list("aabb"))
    assert assay(*ATTRIBUTES).code == 0
    assert values("s")["s"] == [0, 1, 2, 3]


BAD_ATTRIBUTES = {
    "another corpus": (rows_of("z"), "is of other documents than"),
    "another order": (rows_of("a")[::-1], "is in another order than"),
    "two rows swapped": (
        [*rows_of("a")[:5], rows_of("a")[6], rows_of("a")[5], *rows_of("a")[7:]],
        "in another order",
    ),
    "one row too few": (rows_of("a")[:-1], "has 7 rows, too few for the 8 documents"),
    "one row too many": (rows_of("a", N + 1), "has 9 rows, and"),
    "a row missing inside": ([*rows_of("a")[:3], *rows_of("a")[4:]], "has 7 rows, too few for the 8"),
    "a row of another document inside": (
        [*rows_of("a")[:3], rows_of("z")[0], *rows_of("a")[4:]],
        "its row 4 is z0, the document is a3",
    ),
    "a row without an id": (
        [*rows_of("a")[:3], {**rows_of("a")[3], "id": None}, *rows_of("a")[4:]],
        "its row 4 is without an id, the document is a3",
    ),
    "an infinite score": (
        [{"id": f"a{i}", "attributes": {"q__hq": [[0, 1, -math.inf]]}} for i in range(N)],
        "q__hq is infinite, or too large a number, in row 1 of",
    ),
    "a score too large": (
        [{"id": f"a{i}", "attributes": {"q__hq": [[0, 1, 10**400]]}} for i in range(N)],
        "q__hq is infinite, or too large a number, in row 1 of",
    ),
    "no such attribute": ([{"id": "a0", "attributes": {"q__hk": [[0, 1, 2]]}}], "Near matches: q__hk"),
    "no attributes": ([{"id": "a0", "score": 1}], "has no attributes, only id, score"),
    "parts of the text": (
        [{"id": f"a{i}", "attributes": {"q__hq": [[0, 1, 1], [1, 2, 1]]}} for i in range(N)],
        "has 2 spans",
    ),
    "other spans": ([{"id": f"a{i}", "attributes": {"q__hq": 5}} for i in range(N)], "is not written as"),
}


@pytest.mark.parametrize("kind", BAD_ATTRIBUTES)
def test_attributes_that_do_not_fit_are_named(kind):
    corpus()
    rows, sentence = BAD_ATTRIBUTES[kind]
    attributes("att", "a.jsonl", rows)
    said = refused("score", "c", "--name", "s", "--attributes", "att", "--attribute", "q__hq")
    assert sentence in said.answer["error"]


def test_a_file_of_documents_without_attributes_is_named():
    corpus("a.jsonl", "b.jsonl")
    attributes("att", "a.jsonl", rows_of("a"))
    said = refused("score", "c", "--name", "s", "--attributes", "att", "--attribute", "q__hq")
    assert "holds no file for the documents of" in said.answer["error"]
    assert "b.jsonl" in said.answer["error"]
    said = refused("score", "c", "--name", "s", "--attributes", "att/a.jsonl", "--attribute", "q__hq")
    assert "is one file, and the documents came from 2 files" in said.answer["error"]


# --- RedPajama-V2's signals ------------------------------------------------------------------------------


def signals(i: int) -> dict:
    """A record's signals: two of the document, one of its lines, a word and one without a value."""
    return {
        "ccnet_language_score": [[0, 9, 0.5 + i / 100]],
        "rps_doc_word_count": [[0, 9, float(i)]],
        "rps_doc_ml_palm_score": [[0, 9, None]],
        "rps_lines_num_words": [[0, 4, 1.0], [4, 9, 2.0]],
        "ccnet_bucket": [[0, 9, "head"]],
    }


EXPECTED = ["ccnet_language_score", "rps_doc_ml_palm_score", "rps_doc_word_count"]


@pytest.mark.parametrize("as_text", [True, False])
def test_signals_inside_the_record_become_columns(as_text):
    held = [json.dumps(signals(i)) if as_text else signals(i) for i in range(N)]
    corpus(quality_signals=held)
    said = assay("score", "c", "--name", "rps", "--signals", "quality_signals")
    assert (said.code, said.answer["columns"]) == (0, EXPECTED)
    found = values(*EXPECTED)
    assert found["rps_doc_word_count"] == [float(i) for i in range(N)]
    assert found["rps_doc_ml_palm_score"] == [None] * N


def test_signals_inside_the_record_are_read_a_stretch_at_a_time_and_not_again(monkeypatch):
    held = [json.dumps(signals(i)) if i != 4 else None for i in range(N)]
    corpus(quality_signals=held)
    monkeypatch.setattr(stored, "STRETCH", 3)
    sizes, stretches = [], stored.stored_stretches

    def counted(*said):
        for stretch in stretches(*said):
            sizes.append(len(stretch[0]))
            yield stretch

    monkeypatch.setattr(score_rows, "stored_stretches", counted)
    words = ("score", "c", "--name", "rps", "--signals", "quality_signals")
    assert (assay(*words).code, sizes) == (0, [3, 3, 2] * 2)
    assert values("rps_doc_word_count")["rps_doc_word_count"] == [
        None if i == 4 else float(i) for i in range(N)
    ]
    sizes.clear()
    assert (assay(*words).answer["documents"], sizes) == (0, [])
    Path("in/b.jsonl").write_text(lines(documents("b", quality_signals=held)))
    assay("ingest", "in", "--to", "c")
    assert (assay(*words).answer["documents"], sizes) == (N, [3, 3, 2] * 3)


def test_signals_from_files_of_the_same_order_become_columns_where_documents_have_no_id():
    Path("in/2023/0000").mkdir(parents=True)
    rows = [{"raw_content": document["text"]} for document in documents("a")]
    Path("in/2023/0000/en_head.json.gz").write_bytes(gzip.compress(lines(rows).encode()))
    assert assay("ingest", "in", "--to", "c").code == 0
    held = [{"id": f"2023/0000/en_head.json.gz/{i}", "quality_signals": signals(i)} for i in range(N)]
    attributes("sig/2023/0000", "en_head.signals.json.gz", held, gzip.compress)
    said = assay("score", "c", "--name", "rps", "--signals", "sig")
    assert (said.code, said.answer["columns"]) == (0, EXPECTED)
    assert values("rps_doc_word_count")["rps_doc_word_count"] == [float(i) for i in range(N)]
    for wrong, sentence in (
        (held[:-1], "has 7 rows, and"),
        (held[::-1], "cannot be matched with"),
        ([{**row, "id": row["id"].replace("en_head", "de_head")} for row in held], "en_head/0 is expected"),
    ):
        attributes("wrong", "en_head.signals.json.gz", wrong, gzip.compress)
        said = assay("score", "c", "--name", "rps", "--signals", "wrong", "--replace")
        assert (said.code, sentence in said.answer["error"]) == (1, True), said


def test_signals_that_are_nowhere_are_named():
    corpus(quality_signals=[{"rps_lines_num_words": [[0, 1, 1.0]]}] * N)
    assert (
        "no signal of whole documents"
        in refused("score", "c", "--name", "s", "--signals", "quality_signals").answer["error"]
    )
    assert "neither a folder" in refused("score", "c", "--name", "s", "--signals", "nothing").answer["error"]


# --- a column of the source ------------------------------------------------------------------------------


def test_a_column_of_the_source_is_a_score_with_its_unit_and_range():
    corpus(int_score=[i % 6 for i in range(N)], score=[i / 3 for i in range(N)], label=["x"] * N)
    words = (
        "score",
        "c",
        "--name",
        "int_score",
        "--column",
        "int_score",
        "--unit",
        "points",
        "--low",
        "0",
        "--high",
        "5",
    )
    said = assay(*words)
    assert said.answer["documents"] == N
    assert values("int_score")["int_score"] == [i % 6 for i in range(N)]
    column = next(
        column for column in assay("columns", "c").answer["columns"] if column["name"] == "int_score"
    )
    assert (column["type"], column["unit"]) == ("integer", "points")
    assert assay("preview", "c", "fineweb_edu").answer["documents"] == {
        "total": N,
        "kept": sum(i % 6 >= 3 for i in range(N)),
    }
    assert (
        "Near matches: source.score"
        in refused("score", "c", "--name", "s", "--column", "source.scor").answer["error"]
    )
    assert (
        "holds 'x', which is no number"
        in refused("score", "c", "--name", "s", "--column", "label").answer["error"]
    )


# --- columns made of scores ------------------------------------------------------------------------------


def scored(**columns) -> None:
    corpus(**columns)
    for name in columns:
        assay("score", "c", "--name", name, "--column", name)


def test_the_ensemble_takes_the_highest_bucket_and_is_stale_when_the_corpus_grows():
    scored(x=[float(i) for i in range(N)], y=[float(-i) for i in range(N)], z=[0.0] * N)
    said = assay("score", "c", "--name", "bucket", "--ensemble", "x,y,z")
    assert said.code == 0
    assert "Measuring length first" in said.log
    found = values("bucket")["bucket"]
    assert max(found) == 19
    assert found[0] >= 18
    assert found[-1] >= 18
    assert all(isinstance(bucket, int) and 0 <= bucket <= 19 for bucket in found)
    assert assay("score", "c", "--name", "bucket", "--ensemble", "x,y,z").answer["documents"] == 0
    Path("in/b.jsonl").write_text(lines(documents("b", x=[1.0] * N, y=[1.0] * N, z=[1.0] * N)))
    assay("ingest", "in", "--to", "c")
    assert (states()["bucket"], states()["x"]) == ("stale", "partial")
    refused_ = assay("score", "c", "--name", "bucket", "--ensemble", "x,y,z")
    assert "The column x is partial" in refused_.answer["error"]
    assert typed(refused_.answer["next_step"].partition("with: ")[2]).code == 0
    assert assay("measure", "c", "length").code == 0
    for command in next_commands("score"):  # in an order in which each finds what it is made of
        assert typed(command).code == 0
    assert {states()[name] for name in ("bucket", "x", "y", "z")} == {"whole"}


def test_what_is_made_of_a_score_is_stale_when_that_is_made_otherwise():
    scored(x=[float(i) for i in range(N)], kind=list("abababab"))
    assay("score", "c", "--name", "place", "--within", "source.kind", "--of", "x")
    assert states()["place"] == "whole"
    Path("v.jsonl").write_text(lines([{"id": f"a{i}", "v": -i} for i in range(N)]))
    assert assay("score", "c", "--name", "x", "--values", "v.jsonl", "--replace").code == 0
    assert states()["place"] == "stale"
    [command] = next_commands("score")
    assert typed(command).code == 0
    assert values("place")["place"] == [(3 - i // 2) / 4 for i in range(N)]


def test_a_place_within_a_domain_is_a_share_or_a_rank():
    corpus(x=[1, 1, 2, 2, 3, None, 4, 4], kind=["a", "b", "a", "b", "a", "b", None, None])
    assay("score", "c", "--name", "x", "--column", "x")
    assay("score", "c", "--name", "p", "--within", "source.kind", "--of", "x")
    assay("score", "c", "--name", "r", "--within", "source.kind", "--of", "x", "--as", "rank")
    assert values("p", "r") == {
        "p": [0, 0, 1 / 3, 0.5, 2 / 3, None, 0, 0],
        "r": [3, 2, 2, 1, 1, None, 1, 1],
    }


def test_a_column_that_is_no_number_or_not_there_makes_no_ensemble():
    scored(x=[1.0] * N)
    assert (
        "has no column nothing"
        in refused("score", "c", "--name", "s", "--ensemble", "x,nothing").answer["error"]
    )
    assert "id holds text" in refused("score", "c", "--name", "s", "--ensemble", "x,id").answer["error"]
    assert (
        "id holds text"
        in refused("score", "c", "--name", "s", "--within", "source.x", "--of", "id").answer["error"]
    )


# --- names and options -----------------------------------------------------------------------------------


def test_a_name_in_use_is_refused_unless_it_is_replaced():
    scored(x=[1.0] * N, y=[2.0] * N)
    said = assay("score", "c", "--name", "x", "--column", "y")
    assert (said.code, "--replace" in said.answer["next_step"]) == (1, True)
    assert assay("score", "c", "--name", "x", "--column", "y", "--replace").answer["documents"] == N
    assert values("x")["x"] == [2.0] * N
    for name in ("words", "length", "id", "embedding", "documents", "a__b", "9"):
        assert refused("score", "c", "--name", name, "--column", "y").code == 1


@pytest.mark.parametrize("name", ["Words", "LENGTH", "Id", "X", "Documents"])
def test_names_that_differ_in_case_alone_are_one(name):
    scored(x=[1.0] * N, y=[2.0] * N)
    said = refused("score", "c", "--name", name, "--column", "y")
    assert said.answer["error"].casefold() == f"{name.casefold()} is the name of something else already."
    assert values("x")["x"] == [1.0] * N


@pytest.mark.parametrize("name", ["measured", "Measured", "doc_id", "key", "text", "corpus"])
def test_a_name_that_every_query_has_is_kept_for_it(name):
    corpus(y=[2.0] * N)
    said = refused("score", "c", "--name", name, "--column", "y")
    assert said.answer["error"] == f"{name} is a name that Assay keeps for itself."
    assert said.answer["next_step"] == "Choose another with --name."


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["measured"], "measured is a name that Assay keeps for itself."),
        (["Words"], "words is the name of something else already."),
        (["quality", "Quality"], "Quality stands there twice."),
    ],
)
def test_names_that_signals_bring_are_looked_at_too(names, sentence):
    corpus(quality_signals=[json.dumps({name: [[0, 1, 1.0]] for name in names})] * N)
    said = refused("score", "c", "--name", "rps", "--signals", "quality_signals")
    assert said.answer["error"] == sentence
    assert said.answer["next_step"] == "Give it another name where it comes from."
    assert not list(Path("c/columns").glob("rps/*"))


def test_exactly_one_origin_and_only_its_options():
    corpus()
    for words in ("", "--column x --values y", "--ensemble ,"):
        assert spoken("score", "c", "--name", "s", *words.split())[0] == 2
    said = refused("score", "c", "--name", "s", "--column", "x", "--label", "hq")
    assert said.answer["error"] == "--label is no option of --column."
    assert (
        refused("score", "c", "--name", "s", "--attributes", "x").answer["error"]
        == "--attributes needs --attribute."
    )
    assert refused("score", "c", "--name", "s", "--within", "x").answer["error"] == "--within needs --of."


def test_an_empty_corpus_has_no_score():
    Path("none.jsonl").touch()
    assay("ingest", "none.jsonl", "--to", "c")
    assert refused("score", "c", "--name", "s", "--column", "x").answer["error"] == "c holds no documents."


def test_a_drop_makes_what_needs_the_whole_corpus_stale_and_what_is_dropped_null():
    scored(x=[float(i) for i in range(N)], kind=["a"] * N)
    assay("score", "c", "--name", "place", "--within", "source.kind", "--of", "x")
    assay("drop", "c", "--ids", write_ids("a7"), "--reason", "test")
    assert (states()["place"], states()["x"]) == ("stale", "whole")
    assert typed(next_commands("score")[0]).code == 0
    assert values("place")["place"] == [i / 7 for i in range(7)]


def write_ids(*ids: str) -> str:
    Path("ids.txt").write_text("\n".join(ids))
    return "ids.txt"


# --- training --------------------------------------------------------------------------------------------


def train(*words: str | Path) -> Said:
    return assay(
        "train-classifier", "--positive", "good.jsonl", "--negative", "bad.jsonl", "--to", "m.bin", *words
    )


def test_a_trained_model_repeats_and_its_card_says_what_it_was_made_of():
    write_texts(Path("good.jsonl"), [*texts(GOOD, 80), "both", "", texts(GOOD, 80)[0]])
    write_texts(Path("bad.jsonl"), [*texts(BAD, 80), "both"])
    said = train()
    assert said.answer.keys() == ANSWERS["train-classifier"].keys()
    assert said.answer["trained"] + said.answer["held_out"] == 160
    assert said.answer["left_out"] == 4
    assert "4 texts left out" in said.log
    assert (said.answer["precision"], said.answer["recall"], said.answer["auc"]) == (1.0, 1.0, 1.0)
    assert train().answer == said.answer
    whole = Path("m.bin").read_bytes()
    Path("m.bin").unlink()
    write_texts(Path("good.jsonl"), [texts(GOOD, 80)[0], *texts(GOOD, 80)[::-1], "both", ""])
    again = train()
    assert Path("m.bin").read_bytes() == whole  # the order of a file moves nothing
    card = json.loads(Path("m.bin.json").read_text())
    assert card["sha256"] == again.answer["sha256"]
    assert card["positive"]["texts"] == 83
    assert card["parameters"]["seed"] == 0
    assert "--replace" in train("--seed", "1").answer["next_step"]
    assert train("--seed", "1", "--replace").answer["sha256"] != again.answer["sha256"]


@pytest.mark.parametrize("kind", ["parquet", "txt", "jsonl.gz"])
def test_texts_may_come_as_parquet_or_plain_lines(kind):
    found = texts(GOOD, 80)
    write_texts(Path("bad.jsonl"), texts(BAD, 80))
    file = Path(f"good.{kind}")
    if kind == "parquet":
        pq.write_table(pa.table({"text": found}), file)
    elif kind == "txt":
        file.write_text("\n".join(found))
    else:
        file.write_bytes(gzip.compress(lines([{"text": text} for text in found]).encode()))
    said = assay("train-classifier", "--positive", file, "--negative", "bad.jsonl", "--to", "m.bin")
    assert (said.code, said.answer["auc"]) == (0, 1.0)


BAD_TEXTS = {
    "no text": (lines([{"body": "x"}] * 20), "has no column text, only body"),
    "too few": (lines([{"text": f"x{i}"} for i in range(5)]), "to train on, and at least 10"),
    "the same again and again": (lines([{"text": "x"}] * 99), "1 text to train on"),
    "nonsense": ("no json\n", "has no"),
}


@pytest.mark.parametrize("kind", BAD_TEXTS)
def test_texts_that_cannot_be_learned_from_are_named(kind):
    write_texts(Path("bad.jsonl"), texts(BAD, 80))
    data, sentence = BAD_TEXTS[kind]
    Path("good.jsonl").write_text(data)
    said = train()
    assert (said.code, said.answer.keys()) == (1, ERROR.keys())
    assert sentence in said.answer["error"]
    assert not Path("m.bin").exists()
    for file in ("good.none", "nowhere.jsonl"):
        assert (
            assay("train-classifier", "--positive", file, "--negative", "bad.jsonl", "--to", "m.bin").code
            == 1
        )


def test_a_workspace_with_scores_verifies(model):
    corpus()
    assay("score", "c", "--name", "s", "--fasttext", model)
    assert assay("verify", "c").answer["ok"] is True
    assert read_workspace(Path("c")).documents == N
