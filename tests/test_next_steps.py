"""Next steps on the terminal: typed as they stand, they work, and nothing of the person's is lost."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import assay, spoken, typed

import cli
from analytics.signal import signal_families
from indexes.workspace import read_workspace
from pages.ui.server import claimed_port


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    """The folder in which the commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, data: str | bytes) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


ARRAY = json.dumps([{"text": "a"}, {"text": "b"}])


@pytest.mark.parametrize(
    ("name", "data", "command"),
    [
        ("bad/array.jsonl", ARRAY, "jq -c '.[]' bad/array.jsonl > bad/array.lines.jsonl"),
        ("b d/a.json", ARRAY, "jq -c '.[]' 'b d/a.json' > 'b d/a.lines.jsonl'"),
        ("bad/a.json", '{\n"text": "a"\n}', "jq -c . bad/a.json > bad/a.lines.jsonl"),
        (
            "bad/a.json.gz",
            gzip.compress(ARRAY.encode(), mtime=0),
            "gzip -dc bad/a.json.gz | jq -c '.[]' > bad/a.lines.jsonl",
        ),
    ],
)
def test_json_that_is_no_lines_is_written_into_a_new_file(name, data, command):
    write(name, data)
    said = assay("ingest", name, "--to", "c")
    assert said.code == 1
    assert command in said.answer["next_step"]
    assert "then ingest " in said.answer["next_step"]


def corpus(root: str = "c", files: int = 1, n: int = 6) -> str:
    """A workspace of a few documents."""
    for file in range(files):
        rows = [{"id": f"{file}-{i}", "text": f"{file} {i} " + "words " * 20 * i} for i in range(n)]
        write(f"in/{file}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert assay("ingest", "in", "--to", root).code == 0
    return root


def test_a_folder_that_is_not_ours_is_never_told_to_be_removed():
    export = ("export", corpus(), "--recipe", "gopher_length", "--to")
    write("full/a", "mine")
    said = assay(*export, "full")
    assert said.answer["error"] == "full holds files that are no part of an export (a)."
    assert said.answer["next_step"] == "Choose a new folder, for example: --to full/gopher_length"
    assert assay(*export, "full/gopher_length").code == 0
    assert "rm -r" in assay(*export, "full/gopher_length", "--format", "jsonl").answer["next_step"]
    write("full/gopher_length/notes", "mine")
    assert "rm -r" not in assay(*export, "full/gopher_length", "--format", "jsonl").answer["next_step"]
    write("damaged/manifest.json", "{")
    assert "rm -r" not in assay("verify", "damaged").answer["next_step"]


def test_a_changed_export_is_made_again_by_the_command_that_verify_says():
    assert assay("export", corpus(), "--recipe", "gopher_length", "--to", "o t").code == 0
    Path("o t/shard-00000.parquet").write_bytes(b"x")
    step = assay("verify", "o t").answer["next_step"]
    before, _, command = step.partition(" && ")
    assert before == "Remove it and export it again: rm -r 'o t'"
    shutil.rmtree("o t")
    assert typed(command).code == 0
    assert assay("verify", "o t").code == 0
    shutil.rmtree("c")
    Path("o t/shard-00000.parquet").write_bytes(b"x")
    assert assay("verify", "o t").answer["next_step"].startswith("Export it again, and remove")


@pytest.mark.parametrize("words", ["preview c gopher_length", "export c --recipe gopher_length --to out"])
def test_what_was_asked_for_in_part_is_not_measured_first(words):
    corpus()
    said = assay(*words.split(), "--allow-partial")
    assert said.code == 1
    assert "Measuring" not in said.log
    assert typed(said.answer["next_step"].partition("with: ")[2]).code == 0
    write("in/late.jsonl", '{"text": "late"}\n')
    assay("ingest", "in", "--to", "c")
    said = assay(*words.split(), "--allow-partial")
    assert (said.code, "Measuring" in said.log) == (0, False)
    states = {column["name"]: column["state"] for column in assay("status", "c").answer["columns"]}
    assert states["words"] == "partial"


def test_a_dry_run_says_which_files_cannot_be_read_and_fails_with_them():
    write("in/a.jsonl", '{"text": "a"}\n')
    write("in/b.jsonl", ARRAY)
    write("in/c.md", "")
    write("in/sub/d.parquet", "nonsense")
    said = assay("ingest", "in", "--to", "c", "--dry-run")
    assert (said.code, said.answer["files"], said.answer["ignored"]) == (1, 3, 1)
    assert len(said.answer["error"].splitlines()) == len(said.answer["faults"]) == 2
    assert said.answer["next_step"].endswith("Try again with: assay ingest in --to c")
    _, out, _ = spoken("ingest", "in", "--to", "c", "--dry-run")
    counts = "3 files, of which 2 cannot be read: in/b.jsonl, in/sub/d.parquet; 1 of another suffix is"
    assert f"{counts} passed over." in out
    assert not Path("c").exists()


@pytest.mark.parametrize(
    ("data", "why"), [("", "there is no row"), ('{"text": 1}\nno\n', "see c/quarantine/.\n  Next: Mend")]
)
def test_an_ingest_that_takes_in_no_document_says_so(data, why):
    write("in/a.jsonl", data)
    said = assay("ingest", "in", "--to", "c")
    assert (said.code, said.answer["documents"]) == (0, 0)
    assert f"No document was taken in: {why}" in said.log


def test_the_column_to_map_is_named_in_the_command_that_takes_the_file_in():
    row = {"nr": 1, "headline": "short", "body_html": "a long text " * 9}
    write("bad/my cols.jsonl", json.dumps(row) + "\n")
    write("bad/more/cols.jsonl", json.dumps(row | {"nr": 2}) + "\n")
    said = assay("ingest", "bad/my cols.jsonl", "--to", "one")
    start, _, command = said.answer["next_step"].partition(": ")
    assert start == "Say which column holds the text (others are headline)"
    assert command == "assay ingest 'bad/my cols.jsonl' --map body_html=text --to one"
    assert typed(command).answer["documents"] == 1


def test_one_command_takes_in_all_files_that_have_a_column_of_text_in_common():
    corpus()
    long, short = "a long text " * 9, "short"
    write("bad/a.jsonl", json.dumps({"answer": short, "question": long}) + "\n")
    write("bad/more/b.jsonl", json.dumps({"answer": long + long, "question": long, "idea": long}) + "\n")
    said = assay("ingest", "bad", "in", "--to", "two")
    lines = said.answer["error"].splitlines()
    assert [line.partition(" only ")[2] for line in lines] == ["answer, question.", "answer, question, idea."]
    start, _, command = said.answer["next_step"].partition(": ")
    assert start == "Say which column in all of them holds the text (others are answer)"
    assert command == "assay ingest bad in --map question=text --to two"
    assert typed(command).answer["documents"] == 2


def test_files_without_a_column_of_text_in_common_are_taken_in_one_by_one():
    for i in range(7):
        write(f"bad/{i}/a.jsonl", json.dumps({f"body_{i}": "a long text " * 9}) + "\n")
    said = assay("ingest", "bad", "--to", "two")
    *lines, rest = said.answer["error"].splitlines()
    assert [typed(f"assay {line.partition(': assay ')[2]}").answer["documents"] for line in lines] == [1] * 5
    assert rest == "And 2 more files."
    assert len(read_workspace(Path("two")).sources) == 5
    left = typed(said.answer["next_step"].partition("For what is left: ")[2])
    assert (left.code, len(left.answer["error"].splitlines())) == (1, 2)


def test_an_answer_that_is_not_read_to_its_end_ends_quietly():
    here = Path(cli.__file__)
    corpus()
    reader, writer = os.pipe()
    os.close(reader)
    words = [sys.executable, str(here), "columns", "c", "--json"]
    done = subprocess.run(words, stdout=writer, stderr=subprocess.PIPE, timeout=60)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_two_servers_started_at_once_take_two_ports():
    first, held = claimed_port("127.0.0.1", 18801)
    second, also = claimed_port("127.0.0.1", first)
    assert second > first
    held.close()
    also.close()


def test_help_names_the_families_and_an_export_without_text_says_so():
    assert all(name in " ".join(spoken("measure", "--help")[1].split()) for name in signal_families())
    export = ("export", corpus(), "--recipe", "gopher_length")
    assert "No text is written" in assay(*export, "--to", "a", "--columns", "words").log
    assert "No text is written" not in assay(*export, "--to", "b", "--columns", "words,text").log


def test_a_recipe_that_cannot_be_read_points_to_where_its_form_stands():
    write("r.toml", "nonsense")
    assert '"Write a recipe" of README.md' in assay("preview", corpus(), "r.toml").answer["next_step"]


def test_one_of_a_thing_is_said_in_the_singular():
    write("in/a.jsonl", '{"text": "a"}\n')
    assay("ingest", "in", "--to", "c", "--shards", "1")
    assert read_workspace(Path("c")).part_sentence == "the first file"
