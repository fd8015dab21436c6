"""Recipes that read scores: what they keep, and what is said where a corpus lacks the scores."""

import json
import shlex
from pathlib import Path

import polars as pl
import pytest
from terminal import Said, assay, typed

N = 6
GOOD_TEXT = (
    "The harbour of the old town was built by merchants who had to shelter their ships from winter "
    "storms. They asked a young engineer to plan a wall of granite, and that plan still lies in the "
    "archive. Every stone came by boat with a crew of twelve, since no road led along the cliffs. When it "
    "was finished, fishermen found calm water behind it and traders paid less for insurance. Today people "
    "walk on top of it at sunset and have ice."
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    """The folder in which the commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def corpus(rows: list[dict]) -> str:
    Path("a.jsonl").write_text(
        "".join(json.dumps({"id": f"a{i}", **row}) + "\n" for i, row in enumerate(rows))
    )
    assert assay("ingest", "a.jsonl", "--to", "c").code == 0
    return "c"


def kept(recipe: str) -> list[str]:
    """Ids of what a recipe keeps."""
    assert assay("preview", "c", recipe, "--decisions", "d.parquet").code == 0
    return pl.read_parquet("d.parquet").filter("kept")["id"].to_list()


def commands(said: Said) -> list[str]:
    """The commands of a next step, in order."""
    return [
        line[line.index("assay ") :] for line in said.answer["next_step"].splitlines() if "assay " in line
    ]


def test_a_recipe_says_which_score_it_lacks_and_the_command_that_makes_it():
    corpus([{"text": "a", "int_score": i} for i in range(N)])
    for words in ("preview c fineweb_edu", "export c --recipe fineweb_edu --to out"):
        said = assay(*words.split())
        assert said.code == 1
        assert said.answer["error"] == "This corpus lacks 1 column that fineweb_edu reads: int_score."
        assert said.answer["next_step"].startswith("Make it with: assay score c --name int_score")
    assert typed(commands(said)[0]).code == 0
    assert kept("fineweb_edu") == ["a3", "a4", "a5"]
    assert assay("export", "c", "--recipe", "fineweb_edu", "--to", "out").answer["documents"] == 3


def test_nothing_is_measured_for_a_recipe_whose_scores_are_missing_and_each_command_is_said():
    corpus([{"text": "a"}])
    said = assay("preview", "c", "dclm_baseline")
    assert "Measuring" not in said.log
    assert "that dclm_baseline reads: dclm_score, " in said.answer["error"]  # what takes most to make first
    first, second = commands(said)
    assert first.startswith("assay measure c ")
    assert second.startswith("assay score c --name dclm_score --fasttext openhermes")
    assert typed(first).code == 0
    assert "lacks 1 column" in assay("preview", "c", "dclm_baseline").answer["error"]


SCORED = ["fineweb_edu", "dclm_baseline", "nemotron_cc", "gneissweb"]


@pytest.mark.parametrize("recipe", SCORED)
def test_scores_that_no_corpus_brings_are_said_with_their_file_and_whose_it_is(recipe):
    corpus([{"text": "a"}])
    said = assay("preview", "c", recipe)
    step = said.answer["next_step"]
    assert "--column" not in step  # no column came with these documents
    made = [shlex.split(command) for command in commands(said) if " score " in command]
    for words in made:
        if "--ensemble" in words:
            continue
        name, file = words[words.index("--name") + 1], words[words.index("--name") + 3]
        assert Path(file).suffix in (".parquet", ".bin")
        [line] = [line for line in step.splitlines() if line.startswith(f"{name}: ")]
        assert file in line
        assert "/" in line.replace(file, "")  # the repository
        assert "on Hugging Face" in line


def test_the_commands_of_a_recipe_work_as_said_once_their_files_are_there():
    corpus([{"text": "a"}] * N)
    made = commands(assay("preview", "c", "nemotron_cc"))
    ids = [f"a{i}" for i in range(N)]
    for name in ("nemotron_edu_score", "mixtral_edu_score"):
        pl.DataFrame({"id": ids, "score": [float(i) for i in range(N)]}).write_parquet(f"{name}.parquet")
    for command in made[1:3]:
        assert typed(command).code == 0
    said = assay("preview", "c", "fineweb_edu")
    pl.DataFrame({"id": ids, "int_score": range(N)}).write_parquet("int_score.parquet")
    assert typed(commands(said)[0]).code == 0
    assert kept("fineweb_edu") == ["a3", "a4", "a5"]


def test_measuring_for_a_recipe_says_what_it_cannot_make_and_makes_the_rest():
    corpus([{"text": "the word of it " * 9}] * N)
    said = assay("measure", "c", "--recipe", "dclm_baseline")
    assert (said.code, said.answer["lacks"]) == (0, ["dclm_score"])
    assert "dclm_baseline lacks 1 column that measuring alone does not make: dclm_score." in said.log
    assert "Next: Make it with: assay score c --name dclm_score" in said.log
    assert "mlfoundations/fasttext-oh-eli5" in said.log
    said = assay("measure", "c", "--recipe", "bigscience_roots")
    assert (said.code, said.answer["lacks"]) == (0, ["flagged_word_ratio"])
    states = {column["name"]: column["state"] for column in assay("status", "c").answer["columns"]}
    assert (states["words__bigscience"], states["flagged_word_ratio"]) == ("whole", "missing")
    assert "flagged_words.txt: a list of yours, one word or phrase a line." in said.log
    Path("flagged_words.txt").write_text("darn\n")
    command = said.log.partition("Make it with: ")[2].splitlines()[0]
    assert typed(command).code == 0
    assert assay("measure", "c", "--recipe", "bigscience_roots").answer["lacks"] == []
    said = assay("measure", "c", "--recipe", "fineweb_edu")
    assert (said.code, said.answer["lacks"], said.answer["columns"]) == (0, ["int_score"], [])


def test_what_an_ensemble_is_made_of_comes_before_it():
    corpus([{"text": "a"}])
    made = [
        command.split("--name ")[1].split()[0]
        for command in commands(assay("preview", "c", "nemotron_cc"))[1:]
    ]
    assert made == ["nemotron_edu_score", "mixtral_edu_score", "dclm_score", "nemotron_bucket"]


HINTS = {
    "a circle": (
        {"a": "--ensemble b,words", "b": "--within c --of words", "c": "--of a"},
        "Recipe r: [columns]: columns are made of one another: "
        "a, which needs b, which needs c, which needs a.",
    ),
    "an open quote": (
        {"a": "--values 'my file"},
        "Recipe r: [columns]: the command of a opens a quote and does not close it.",
    ),
}


def with_hints(hints: dict[str, str]) -> None:
    """A recipe that reads ``a``, with the commands that make columns."""
    made = "".join(f'{name} = "score WORKSPACE --name {name} {words}"\n' for name, words in hints.items())
    Path("r.toml").write_text(
        f'[[rule]]\nreason = "low"\ncolumn = "a"\nop = ">"\nlimit = 1\n\n[columns]\n{made}'
    )


@pytest.mark.parametrize("kind", HINTS)
def test_commands_for_columns_that_nobody_can_run_are_named(kind):
    corpus([{"text": "a"}])
    hints, sentence = HINTS[kind]
    with_hints(hints)
    for words in ("preview c r.toml", "export c --recipe r.toml --to out"):
        said = assay(*words.split())
        assert (said.code, said.answer["error"]) == (1, sentence)


def test_what_several_columns_are_made_of_is_made_once():
    corpus([{"text": "a"}])
    layers = {f"{one}{i}": f"--ensemble l{i + 1},r{i + 1}" for i in range(24) for one in "lr"}
    with_hints({"a": "--ensemble l0,r0", **layers, "l24": "--column x", "r24": "--column y"})
    made = [command.split("--name ")[1].split()[0] for command in commands(assay("preview", "c", "r.toml"))]
    assert len(made) == len(set(made)) == 51
    assert made[-1] == "a"


def test_nemotron_cc_asks_the_heuristics_only_below_the_best_buckets():
    rows = [{"text": text, "b": bucket} for text in (GOOD_TEXT, "short") for bucket in (0, 17, 18, None)]
    corpus(rows)
    assert assay("score", "c", "--name", "nemotron_bucket", "--column", "b").code == 0
    assert kept("nemo") == ["a0", "a1", "a2", "a3"]
    assert kept("nemotron_cc") == ["a0", "a1", "a2", "a3", "a6"]


LICENCES = {
    True: [
        "CC0-1.0", "cc-by-4.0", "CC BY 4.0", "CC-BY", "MIT", "MIT License", "Apache-2.0",
        "Apache License 2.0",
        "BSD-3-Clause", "0BSD", "ISC", "Public Domain", "public-domain", "Unlicense", "CDLA-Permissive-2.0",
        "https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/publicdomain/zero/1.0/",
        "Creative Commons Attribution 4.0", "EPL-2.0", "AFL-3.0",
    ],
    False: [
        "CC-BY-NC-4.0", "CC BY-SA 4.0", "cc-by-nd-2.0", "cc by nc sa 3.0", "GPL-3.0", "AGPL-3.0", "ODC-BY",
        "https://creativecommons.org/licenses/by-sa/4.0/", "https://creativecommons.org/licenses/by-nc/4.0/",
        "Creative Commons Attribution-NonCommercial", "Creative Commons Attribution-ShareAlike 4.0",
        "all rights reserved", "", None, "permitted", "submit", "LGPL-2.1", "CDLA-Sharing-1.0", "OpenRAIL-M",
    ],
}  # fmt: skip


def test_the_permissive_recipe_knows_licences_as_they_are_written():
    said = [(licence, good) for good, licences in LICENCES.items() for licence in licences]
    corpus([{"text": "a", "license": licence} for licence, _ in said])
    wanted = [f"a{i}" for i, (_, good) in enumerate(said) if good]
    found = kept("permissive_licence")
    assert [said[int(id[1:])][0] for id in set(found) ^ set(wanted)] == []


def test_gneissweb_takes_one_classifier_and_reads_easier_or_of_a_category():
    scores = {
        "dclm_score": [0.5, 0.0, 0.0, 0.5],
        "cosmo_score": [0.0, 0.5, 0.0, 0.5],
        **{f"{kind}_score": [0.0] * 4 for kind in ("technology", "medical", "education", "science")},
    }
    hard = "word and " * 200 + "end."  # no sentence ends: hard to read; three characters of four a token
    rows = [{name: values[i] for name, values in scores.items()} for i in range(4)]
    corpus([{"text": hard if i == 3 else GOOD_TEXT, **row} for i, row in enumerate(rows)])
    for name in scores:
        assert assay("score", "c", "--name", name, "--column", name).code == 0
    assert kept("gneissweb") == ["a0", "a1", *(["a3"] if ratio("a3") else [])]


def ratio(id: str) -> bool:
    """Whether a document of no category has a usual number of tokens a character."""
    assay("columns", "c", "--columns", "id,tokens_per_char", "--out", "r.parquet")
    frame = pl.read_parquet("r.parquet").filter(pl.col("id") == id)
    return 0.22 <= frame["tokens_per_char"][0] <= 0.28
