"""The terminal's words: what each prints, does first, does again, and refuses."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_model import TOPICS, keep_small_model
from terminal import assay, spoken, typed

from analytics.answers import ANSWERS, COLUMN, ERROR, STEP
from analytics.signal import signal_columns, signal_families
from cli import figure
from indexes.errors import AssayError
from pages.ui.server import free_port

TEXTS = [" ".join(topic.split() * 9) for topic in TOPICS.values()] + ["ship ahoy", ""]
RECIPE = """
label = "long enough"
source = "a test"

[[rule]]
reason = "too_short"
column = "words"
op = ">="
limit = 50

[[rule]]
reason = "odd"
any = [
    { column = "mean_word_length", op = "between", limit = [2, 6] },
    { reason = "known", column = "id", op = "not_null" },
]
"""


def source(folder: Path, n: int = 20, first: int = 0, name: str = "a.jsonl") -> Path:
    """A file of documents, each two fields and a text."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "id": f"d{i}",
            "text": TEXTS[i % len(TEXTS)],
            "source": "ab"[i % 2],
            "language": "en",
            "license": "MIT",
            "url": "",
        }
        for i in range(first, first + n)
    ]
    (folder / name).write_text("\n".join(map(json.dumps, rows)))
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder with files, a recipe, two targets and a corpus of two shards on which nothing was computed."""
    here = tmp_path_factory.mktemp("terminal")
    keep_small_model(here / "cache" / "assay")
    (here / "mine.toml").write_text(RECIPE)
    (here / "n.jsonl").write_text("".join(json.dumps({"id": f"d{i}", "n": i}) + "\n" for i in range(30)))
    for name, word in (("good", "lemma"), ("bad", "offer")):
        (here / f"{name}.txt").write_text("".join(f"{word} of number {i}\n" for i in range(60)))
    for name, topic in TOPICS.items():
        rows = [{"text": word, "split": "train"} for word in topic.split()]
        (here / f"{name}.jsonl").write_text("\n".join(map(json.dumps, [*rows, {**rows[0], "split": "test"}])))
    assay("ingest", source(here / "in"), "--to", here / "c")
    assay("ingest", source(here / "in", 10, 20, "b.jsonl"), "--to", here / "c")
    return here


@pytest.fixture
def here(made, tmp_path, monkeypatch) -> Path:
    """A copy of it, where the commands run: paths in it are short names."""
    shutil.copytree(made, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "here" / "cache"))
    return tmp_path / "here"


WORDS = {
    "ingest": "ingest in --to new",
    "ingest --dry-run": "ingest in --to new --dry-run",
    "measure": "measure c --workers 1",
    "embed": "embed c --workers 1",
    "target add": "target add c sea sea.jsonl",
    "columns": "columns c",
    "columns --out": "columns c --columns id,words --out columns.parquet",
    "preview": "preview c mine.toml",
    "rank": "rank c --target sea --workers 1",
    "score": "score c --name n --values n.jsonl --workers 1",
    "train-classifier": "train-classifier --positive good.txt --negative bad.txt --to mine.bin",
    "export": "export c --recipe mine.toml --to out",
    "judgements": "judgements c",
    "verify": "verify c",
    "status": "status c",
    "changes": "changes c",
    "find": "find c offer",
    "drop": "drop c --source a --reason test",
    "build": "build c",
}


def test_every_command_prints_the_keys_that_are_declared_and_again_is_done_at_once(here):
    assert WORDS.keys() | {"open"} == ANSWERS.keys()
    for name, words in WORDS.items():
        said = assay(*words.split())
        assert said.code == 0, name
        assert said.answer.keys() == ANSWERS[name].keys(), name
        again = assay(*words.split())
        assert (again.code, again.answer.keys()) == (0, said.answer.keys()), name
        if name in ("measure", "embed", "rank", "score", "ingest"):
            assert (said.answer["documents"], again.answer["documents"]) == (30, 0), name
        elif name not in ("preview", "columns", "status", "ingest --dry-run", "build"):
            assert again.answer == said.answer, name
        assert "first" not in again.log, name


def test_the_keys_of_columns_and_of_steps_are_those_declared(here):
    assay("measure", "c", "--workers", "1")
    for column in assay("columns", "c").answer["columns"]:
        assert column.keys() == COLUMN.keys()
    answer = assay("preview", "c", "mine.toml").answer
    for unit in ("documents", "tokens", "bytes"):
        assert answer[unit].keys() == {"total", "kept"}
    plain, group = answer["steps"]
    assert plain.keys() == STEP.keys() - {"members"}
    assert group.keys() == STEP.keys()
    for step in (plain, group, *group["members"]):
        for key in ("fails", "kept", "only_this", "unknown"):
            assert step[key].keys() == {"documents", "tokens", "bytes"}
    assert [member["reason"] for member in group["members"]] == ["mean_word_length", "known"]
    for entry in assay("status", "c").answer["next"]:
        assert entry.keys() == {"command", "seconds", "once"}


def test_a_problem_is_two_keys_and_exit_1_and_wrong_words_are_exit_2(here):
    said = assay("preview", "c", "gopher_lenght")
    assert (said.code, said.answer.keys(), said.log) == (1, ERROR.keys(), "")
    code, out, log = spoken("preview", "c", "gopher_lenght")
    assert (code, out) == (1, "")
    assert log.startswith("There is no recipe gopher_lenght. Near matches: gopher_length")
    assert "\n  Next: " in log
    for words in ("", "nonsense", "measure", "measure c --workers 0", "ingest in --to x --sample 0%"):
        assert spoken(*words.split())[0] == 2, words
    for words in ("drop c --shards x --reason y", "ingest in --to x --max-line 5XB", "target", "rank c"):
        assert spoken(*words.split())[0] == 2, words


def test_what_the_system_refuses_is_a_sentence_too(here):
    (here / "file").write_text("")
    for words in ("ingest in --to file/c", "target add c new in", "drop c --ids nobody --reason x"):
        said = assay(*words.split())
        assert said.code == 1, words
        assert said.answer["error"].endswith("."), words
        assert said.answer["next_step"], words


# --- a step that is needed is done first ---------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "preview c mine.toml --decisions d.parquet",
        "export c --recipe mine.toml --to out",
        "columns c --columns words --out d.parquet",
    ],
)
def test_signals_that_are_not_measured_are_measured_first_and_it_is_said_with_its_cost(here, words):
    said = assay(*words.split())
    assert said.code == 0
    assert re.match(r"Measuring words first, (under 1 s|about .* once)\.\n", said.log)
    assert "Measuring" not in assay(*words.split()).log


def test_rank_embeds_first_and_says_so_with_its_cost(here):
    assay("target", "add", "c", "sea", "sea.jsonl")
    said = assay("rank", "c", "--target", "sea", "--workers", "1")
    assert said.answer["columns"] == ["betr_sea", "betr_sea_example", "betr_sea_similarity"]
    assert said.log == "Embedding 30 documents first, about 0 s.\n"


def test_nothing_is_measured_for_a_corpus_without_documents(here):
    (here / "none.jsonl").touch()
    assert assay("ingest", "none.jsonl", "--to", "none").answer["total"] == 0
    status = assay("status", "none").answer
    assert (status["documents"], status["shards"], status["next"]) == (0, 0, [])
    assert assay("build", "none").answer == {"done": []}
    assert assay("verify", "none").answer["ok"] is True
    for words in ("preview none gopher_length", "export none --recipe gopher_length --to out"):
        assert assay(*words.split()).answer["error"] == "none holds no documents."


def test_measure_takes_families_or_what_a_recipe_lacks_or_all(here):
    of_length = [signal.column for signal in signal_families()["length"].signals]
    assert assay("measure", "c", "length").answer["columns"] == of_length
    assert "words" in assay("measure", "c", "--recipe", "gopher_length").answer["columns"]
    states = {column["name"]: column["state"] for column in assay("status", "c").answer["columns"]}
    assert (states["words"], states["bytes"], states["tokens"]) == ("whole", "whole", "missing")
    assert "tokens" in assay("measure", "c", "--all").answer["columns"]


# --- names in use ----------------------------------------------------------------------------------------


def test_a_name_in_use_with_other_parameters_is_refused_unless_it_is_replaced(here):
    assay("target", "add", "c", "one", "sea.jsonl")
    assay("target", "add", "c", "two", "court.jsonl")
    for refused in ("target add c one sums.jsonl", "target add c one sea.jsonl --split any"):
        said = assay(*refused.split())
        assert (said.code, "--replace" in said.answer["next_step"]) == (1, True)
    rank = "rank c --workers 1 --name score --target"
    assert assay(*rank.split(), "one").code == 0
    assert "--replace" in assay(*rank.split(), "two").answer["next_step"]
    assert assay(*rank.split(), "two", "--replace").code == 0
    assert assay(*rank.split(), "two").answer["documents"] == 0
    assert assay("export", "c", "--recipe", "gopher_length", "--to", "out").code == 0
    assert (
        "holds another export" in assay("export", "c", "--recipe", "mine.toml", "--to", "out").answer["error"]
    )


def test_a_workspace_keeps_its_name_and_its_part(here):
    assert "--name" in assay("ingest", "in", "--to", "c", "--name", "other").answer["next_step"]
    assert "--sample" in assay("ingest", "in", "--to", "c", "--limit", "3").answer["next_step"]


# --- what is written -------------------------------------------------------------------------------------


def test_decisions_have_their_columns_and_kept_is_never_null(here):
    answer = assay("preview", "c", "mine.toml", "--decisions", "d.parquet").answer
    table = pq.read_table("d.parquet")
    assert table.schema.names == ["id", "key", "kept", "reasons"]
    assert table.schema.field("kept").type == pa.bool_()
    assert table.schema.field("reasons").type == pa.list_(pa.string())
    assert table["kept"].null_count == 0
    assert sum(table["kept"].to_pylist()) == answer["documents"]["kept"] == 18
    assert table.num_rows == answer["documents"]["total"] == 30
    for kept, reasons in zip(table["kept"].to_pylist(), table["reasons"].to_pylist(), strict=True):
        assert kept == (reasons == [])
    assert table["reasons"].to_pylist()[3] == ["too_short"]


def test_columns_are_written_with_their_documents(here):
    said = assay("columns", "c", "--columns", "id,words,tokens", "--out", "out/columns.parquet").answer
    frame = pl.read_parquet("out/columns.parquet")
    assert frame.columns == said["columns"] == ["doc_id", "key", "id", "words", "tokens"]
    assert frame["id"].to_list() == [f"d{i}" for i in range(30)]
    assert frame["words"][0] == len(TEXTS[0].split())
    assert assay("columns", "c", "--columns", "wrods", "--out", "x.parquet").code == 1
    assert "Give --columns" in assay("columns", "c", "--columns", "words").answer["next_step"]


def test_a_recipe_whose_original_edits_says_so_and_an_export_edits_when_told(here):
    Path("edits.toml").write_text(
        Path("mine.toml").read_text().replace("\n\n", '\nedits = "c4_lines"\n\n', 1)
    )
    counted = assay("preview", "c", "edits.toml")
    assert counted.answer["edits"] == "c4_lines"
    assert "--edit c4_lines" in counted.log
    whole = assay("export", "c", "--recipe", "edits.toml", "--to", "whole").answer
    exported = assay("export", "c", "--recipe", "edits.toml", "--to", "out", "--edit", "c4_lines").answer
    assert (whole["edit"], whole["documents"]) == ([], exported["documents"])
    assert [edit["name"] for edit in exported["edit"]] == ["c4_lines"]
    assert exported["edit"][0]["documents_changed"] == exported["edit"][0]["documents_emptied"] > 0
    assert assay("verify", "out").answer == exported
    assert (
        "no transformation of text"
        in (assay("export", "c", "--recipe", "mine.toml", "--to", "x", "--edit", "c5").answer["error"])
    )


def test_counts_of_preview_export_and_manifest_agree(here):
    counted = assay("preview", "c", "mine.toml").answer
    exported = assay("export", "c", "--recipe", "mine.toml", "--to", "out").answer
    assert exported["documents"] == counted["documents"]["kept"]
    assert assay("verify", "out").answer == exported
    assay("measure", "c")
    counted = assay("preview", "c", "mine.toml").answer
    assay("export", "c", "--recipe", "mine.toml", "--to", "out2", "--format", "jsonl")
    manifest = json.loads(Path("out2/manifest.json").read_text())
    for unit in ("documents", "tokens", "bytes"):
        assert manifest["counts"][unit] == counted[unit]["kept"]


def test_verify_finds_a_changed_byte_in_an_export_and_in_a_workspace(here):
    assay("export", "c", "--recipe", "mine.toml", "--to", "out")
    for folder, file in (("out", "out/shard-00000.parquet"), ("c", "c/documents/shard-00000.parquet")):
        whole = Path(file).read_bytes()
        Path(file).write_bytes(whole[:-50] + b"x" + whole[-49:])
        said = assay("verify", folder)
        assert (said.code, said.answer["ok"]) == (1, False), folder
        assert said.answer.keys() == ANSWERS["verify"].keys() | ERROR.keys()
        Path(file).write_bytes(whole)
        assert assay("verify", folder).answer["ok"] is True


# --- what is missing -------------------------------------------------------------------------------------


def test_status_says_each_next_step_as_it_is_typed_and_build_runs_them(here):
    shutil.copytree("c", "my corpus")
    status = assay("status", "my corpus").answer
    assert [step["command"] for step in status["next"]] == [
        "assay measure 'my corpus'",
        "assay embed 'my corpus'",
    ]
    assert all(step["seconds"] >= 0 for step in status["next"])
    assert assay("build", "my corpus").answer["done"] == [step["command"] for step in status["next"]]
    status = assay("status", "my corpus").answer
    assert (status["next"], status["not_utf8"]) == ([], 0)
    usual = {
        signal.column for family in signal_families().values() if family.default for signal in family.signals
    }
    missing = {column["name"] for column in status["columns"] if column["state"] != "whole"}
    assert not missing & usual
    assert missing == signal_columns().keys() - usual
    assay("target", "add", "my corpus", "sea", "sea.jsonl")
    assay("rank", "my corpus", "--target", "sea", "--name", "like_sea")
    assay("ingest", source(here / "in", 5, 30, "c.jsonl"), "--to", "my corpus")
    status = assay("status", "my corpus").answer
    states = {column["name"]: column["state"] for column in status["columns"]}
    assert (states["words"], states["embedding"], states["like_sea"]) == ("partial", "partial", "stale")
    assert [step["command"].split()[1] for step in status["next"]] == ["measure", "embed", "rank"]
    assert len(assay("build", "my corpus").answer["done"]) == 3
    assert assay("status", "my corpus").answer["next"] == []


def test_status_counts_what_is_measured_only_when_asked_for(here):
    answer, (_, out, _) = assay("status", "c").answer, spoken("status", "c")
    optional = [
        signal.column
        for family in signal_families().values()
        if not family.default
        for signal in family.signals
    ]
    assert answer["when_asked"] == {"columns": len(optional), "command": "assay measure c --all"}
    [missing] = [line.split(None, 1)[1] for line in out.splitlines() if line.startswith("missing")]
    assert "words" in missing.split(", ")
    assert not set(optional) & set(missing.split(", "))
    assert (
        f"optional   {len(optional)} columns of signals, measured when asked for: assay measure c --all"
        in out
    )


def test_an_ingest_that_was_stopped_is_the_first_next_step(here):
    (here / "in" / "b.jsonl").write_text('{"text": "b"}\nnonsense\n')
    assert assay("ingest", "in", "--to", "stopped", "--strict").code == 1
    (here / "in" / "b.jsonl").write_text('{"text": "b"}\n')
    step = assay("status", "stopped").answer["next"][0]
    assert step["command"] == "assay ingest in --strict --to stopped"
    assert typed(step["command"]).answer["total"] == 21


def test_build_stops_at_a_step_that_fails_and_says_why(here):
    rows = {"id": [f"p{i}" for i in range(6000)], "text": ["a few words"] * 6000}
    pq.write_table(pa.table(rows), "p.parquet", row_group_size=2000)
    assay("ingest", "p.parquet", "--to", "p")
    Path("p.parquet").unlink()
    said = assay("build", "p")
    assert (said.code, said.answer["done"]) == (1, [])
    assert "is gone" in said.answer["error"]
    assert typed(said.answer["next_step"].partition("with: ")[2]).answer == {"documents": 6000, "left": 0}


def test_a_drop_is_honoured_by_all_that_follows_and_can_be_taken_back(here):
    before = assay("preview", "c", "mine.toml").answer["documents"]
    assert assay("drop", "c", "--source", "a", "--reason", "spam").answer == {"documents": 15, "left": 15}
    assert assay("status", "c").answer["documents"] == 15
    assert assay("preview", "c", "mine.toml").answer["documents"]["total"] == 15
    exported = assay("export", "c", "--recipe", "mine.toml", "--to", "out").answer
    assert set(pl.read_parquet("out/shard-00000.parquet")["source"]) == {"b"}
    assert exported["documents"] == assay("preview", "c", "mine.toml").answer["documents"]["kept"]
    assert assay("drop", "c", "--undo", "1").answer == {"documents": 15, "left": 30}
    assert assay("preview", "c", "mine.toml").answer["documents"] == before
    Path("ids.txt").write_text("d0\r\nd29\r\nnobody\r\n")
    assert assay("drop", "c", "--ids", "ids.txt", "--reason", "asked").answer["documents"] == 2
    assert assay("drop", "c", "--shards", "1", "--reason", "asked").answer == {"documents": 10, "left": 19}
    for wrong in ("--source nobody", "--shards 9", "--ids none.txt", "--source a --shards 0", ""):
        said = assay("drop", "c", *wrong.split(), "--reason", "x")
        assert said.code == 1, wrong


# --- how it reads ----------------------------------------------------------------------------------------


def test_the_tokenizer_stands_beside_every_token_figure(here):
    assay("measure", "c")
    assert assay("preview", "c", "mine.toml").answer["tokenizer"] == "cl100k_base"
    assert "tokens (cl100k_base)" in spoken("preview", "c", "mine.toml")[1]
    assert "tokens (cl100k_base)" in spoken("columns", "c")[1]
    lineage = {column["name"]: column["lineage"] for column in assay("columns", "c").answer["columns"]}
    assert lineage["tokens"]["parameters"]["tokenizer"] == "cl100k_base"


def test_tokens_that_were_not_measured_are_said_to_be_so(here):
    answer = assay("preview", "c", "mine.toml").answer
    assert (answer["tokens"], answer["tokenizer"]) == (None, None)
    assert "tokens               not measured" in spoken("preview", "c", "mine.toml")[1]


def test_a_person_reads_what_an_export_did_to_the_text(here):
    def lines(*more):
        code, out, _ = spoken("export", "c", "--recipe", "mine.toml", "--to", f"out{len(more)}", *more)
        assert (code, spoken("verify", f"out{len(more)}")[1]) == (0, out)
        return [line.split() for line in out.splitlines()]

    assert ["edit", "none"] in lines()
    said = lines("--edit", "c4_lines", "--edit", "mask_personal_data")
    assert [line[1] for line in said if line[0] == "edit"] == ["c4_lines", "mask_personal_data"]
    changed, masked = (line for line in said if line[:2] == ["documents", "changed"])
    assert int(changed[2]) > int(masked[2]) == 0
    assert ["edit", "none"] in [line.split() for line in spoken("verify", "c")[1].splitlines()]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.9916, "0.9916"), (0.93283582, "0.9328"), (0.999996, "0.999996"), (1.0, "1"), (0.0, "0"),
        (54.912, "54.91"), (1_234.56, "1,235"), (-0.123456, "-0.1235"), (1e-9 / 3, "3.333e-10"),
        ([], "none"), (None, "not measured"),
    ],
)  # fmt: skip
def test_numbers_with_a_fraction_have_four_significant_digits_and_none_is_rounded_to_a_whole_share(
    value, said
):
    assert figure(value) == said


def test_a_person_reads_rules_in_full_numbers_with_separators_and_no_python(here):
    assay("measure", "c")
    for words in ("preview c prose_or_licensed", "columns c", "status c", "verify c", "measure c"):
        code, out, log = spoken(*words.split())
        assert (code, log) == (0, ""), words
        assert not any(python in out for python in ("None", "{", "['", "True")), words
    assert (
        "url matches (?i)/(tag|tags|category|search|login|cart|checkout)(/|$)"
        in spoken("preview", "c", "prose_or_licensed")[1]
    )


def test_a_dry_run_writes_nothing_and_says_mapping_rows_disk_and_time(here):
    code, out, log = spoken("ingest", "in", "--to", "new", "--dry-run")
    assert (code, log) == (0, "")
    assert "Source in (Plain): text, id, url (with url_host, url_domain), source, language, license." in out
    assert out.count('{"id": "d') == 3
    assert "MB are free" in out
    assert not Path("new").exists()


def test_what_was_ingested_adds_up_in_words_too(here):
    log = spoken("ingest", "in", "--to", "new", "--limit", "25")[2]
    assert "25 documents + 0 quarantined + 5 not drawn = 30 rows of 2 files." in log


def test_version_and_help_need_nothing():
    assert spoken("--version")[1].startswith("assay 0.")
    assert spoken("ingest", "--help")[0] == 0


# --- the dashboard's port --------------------------------------------------------------------------------


def test_a_port_in_use_gets_the_next_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) < port + 50


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(AssayError, match=r"cannot listen on 192\.0\.2\.1"):
        free_port("192.0.2.1", 8501)


def test_open_prints_its_address_as_one_json_object(here):
    words = ["open", "c", "--no-browser", "--json", "--port", "18501"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    program = [sys.executable, "-m", "cli", *words]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as server:
        try:
            said = json.loads(server.stdout.readline())
            assert said.keys() == ANSWERS["open"].keys()
            assert said["url"].startswith("http://127.0.0.1:18")
        finally:
            server.terminate()
            server.wait(timeout=20)
