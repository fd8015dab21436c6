"""Judgements from the terminal: taken in, written, counted, and trained on."""

import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus
from terminal import assay, spoken

from analytics.recipe import find_recipe
from indexes.corpus import open_corpus
from indexes.drop import drop
from indexes.errors import BadJudgements
from indexes.judgements import add_judgements, read_file, write_file
from indexes.queries.judged import to_judge
from indexes.stamp import stamp
from indexes.verdicts import BOTH, Asked, Judgement, key_text

WHEN = "2026-11-21T17:00:00Z"
RECIPE = (
    'label = "long"\nsource = "a test"\n[[rule]]\nreason = "short"\ncolumn = "words"\nop = ">="\nlimit = 20\n'
)


@pytest.fixture
def judged(tmp_path, monkeypatch):
    """Forty documents, and a file of two people's verdicts on all: short ones should go, and 20 to 23."""
    monkeypatch.chdir(tmp_path)
    literal_corpus(tmp_path / "c", [{} for _ in range(40)], {"w": {"words": list(range(40))}})
    (tmp_path / "mine.toml").write_text(RECIPE)
    recipe = find_recipe("mine.toml")
    corpus = open_corpus(tmp_path / "c")
    rows = []
    for row in to_judge(corpus, recipe.steps, Asked(BOTH), 40).iter_rows(named=True):
        key, words = key_text(row["key"]), row["doc_id"]
        verdict = "drop" if words < 24 else "keep"
        common = {"recipe": "mine", "recipe_hash": recipe.hash, "asked": Asked(BOTH), "id": f"id-{words}"}
        rows.append(Judgement(key, "anna", WHEN, verdict, **common))
        if words >= 4:
            rows.append(Judgement(key, "ben", WHEN, verdict, **common))
    write_file(tmp_path / "judged.jsonl", rows)
    return rows


def test_judgements_go_in_and_out_as_they_are(judged, tmp_path):
    said = assay("judgements", "c", "--take", "judged.jsonl", "--out", "out.jsonl")
    assert (said.code, said.answer["taken"], said.answer["written"]) == (0, 76, 76)
    assert sorted(read_file(tmp_path / "out.jsonl"), key=repr) == sorted(judged, key=repr)
    assert assay("judgements", "c", "--take", "out.jsonl").answer["taken"] == 0


def test_what_was_judged_is_counted_and_rated(judged):
    assay("judgements", "c", "--take", "judged.jsonl")
    said = assay("judgements", "c", "--recipe", "mine.toml").answer
    assert (said["documents"], said["drop"], said["keep"], said["gone"]) == (40, 24, 16, 0)
    assert said["people"] == ["anna", "ben"]
    [pair] = said["agreement"]
    assert (pair["documents"], pair["same"], pair["kappa"]) == (36, 1.0, 1.0)
    recipe, short = said["rates"]
    assert recipe["precision"]["share"] == 1.0
    assert recipe["miss_rate"]["share"] == 4 / 20
    assert short["miss_rate"] == {"share": 0.2, "low": 0.2, "high": 0.2, "of": 20, "unsure": 0}, "all judged"
    assert short["wrongly_removed"][:2] == [0, 0]
    code, out, _ = spoken("judgements", "c", "--recipe", "mine.toml")
    assert code == 0
    assert "anna and ben: the same on 100.0% of 36 documents that both judged; kappa 1" in out
    assert "20.0% (8.1% to 41.6%) of 20" in out


def test_a_dropped_document_is_counted_as_gone(judged, tmp_path):
    assay("judgements", "c", "--take", "judged.jsonl")
    (tmp_path / "ids").write_text("id-0\nid-30\n")
    drop(tmp_path / "c", "spam", ids=tmp_path / "ids")
    said = assay("judgements", "c", "--recipe", "mine.toml").answer
    assert (said["judgements"], said["documents"], said["gone"]) == (76, 38, 2)
    assert said["rates"][0]["precision"]["of"] == 19


def test_a_bad_line_takes_nothing_in(judged, tmp_path):
    lines = (tmp_path / "judged.jsonl").read_text().splitlines()
    lines[2] = lines[2].replace('"drop"', '"spam"').replace('"keep"', '"spam"')
    (tmp_path / "judged.jsonl").write_text("\n".join(lines))
    said = assay("judgements", "c", "--take", "judged.jsonl")
    assert said.code == 1
    assert "judged.jsonl, line 3: verdict is one of keep, drop, unsure, got 'spam'" in said.answer["error"]
    assert assay("judgements", "c").answer["judgements"] == 0
    assert assay("judgements", "c", "--take", "none.jsonl").answer["error"].startswith("none.jsonl cannot be")


def test_judged_texts_train_a_classifier(judged, tmp_path):
    add_judgements(tmp_path / "c", judged)
    said = assay("judgements", "c", "--texts", "judged")
    assert said.answer["texts"] == {"keep": 16, "drop": 24}
    row = json.loads((tmp_path / "judged" / "keep.jsonl").read_text().splitlines()[0])
    assert row.keys() == {"key", "id", "text"}
    assert row["text"] == f"text of document {row['id'].removeprefix('id-')}"
    files = ("--positive", "judged/keep.jsonl", "--negative", "judged/drop.jsonl")
    trained = assay("train-classifier", *files, "--to", "mine.bin", "--epochs", "1").answer
    assert trained["trained"] + trained["held_out"] == 40


def test_what_was_judged_is_a_column_that_rules_read(judged, tmp_path):
    recipe = RECIPE.replace('"words"', '"judged"').replace('">="', '"=="').replace("20", '"keep"')
    (tmp_path / "kept.toml").write_text(recipe)
    none = assay("preview", "c", "kept.toml")
    assert "judged" in none.answer["error"]
    add_judgements(tmp_path / "c", [*judged[:2], replace(judged[0], who="ben", verdict="unsure")])
    [column] = [one for one in assay("columns", "c").answer["columns"] if one["name"] == "judged"]
    assert (column["type"], column["state"], column["nulls"]) == ("text", "whole", 39)
    add_judgements(tmp_path / "c", judged)
    corpus = open_corpus(tmp_path / "c")
    values = corpus.frame(f"SELECT doc_id, judged {corpus.clause(['judged'])} ORDER BY doc_id")["judged"]
    assert values.to_list() == ["unsure" if judged[0].id == f"id-{i}" else "drop" if i < 24 else "keep"
                                for i in range(40)]  # fmt: skip
    assert assay("preview", "c", "kept.toml").answer["documents"]["kept"] == (values == "keep").sum()
    exported = assay("export", "c", "--recipe", "kept.toml", "--to", "out")
    assert exported.answer["documents"] == (values == "keep").sum()
    assert assay("verify", "out").answer["ok"]


def test_dropped_documents_are_out_of_the_column(judged, tmp_path):
    add_judgements(tmp_path / "c", judged)
    (tmp_path / "ids").write_text("id-0\nid-30\n")
    drop(tmp_path / "c", "spam", ids=tmp_path / "ids")
    corpus = open_corpus(tmp_path / "c")
    found = corpus.frame(f"SELECT judged, count(*) AS n {corpus.clause(['judged'])} GROUP BY 1 ORDER BY 1")
    assert found.rows() == [("drop", 23), ("keep", 15)]


def test_judgements_survive_another_ingest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [json.dumps({"id": f"d{i}", "text": f"a text of number {i}"}) for i in range(12)]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    (tmp_path / "b.jsonl").write_text("\n".join(reversed(rows)))
    assay("ingest", "a.jsonl", "--to", "first")
    corpus = open_corpus(tmp_path / "first")
    keys = dict(corpus.frame(f"SELECT id, key {corpus.clause(['id'])}").rows())
    said = [Judgement(key_text(keys[f"d{i}"]), "anna", WHEN, "drop", id=f"d{i}") for i in (3, 7)]
    add_judgements(tmp_path / "first", said)
    assay("judgements", "first", "--out", "said.jsonl")
    assay("ingest", "b.jsonl", "--to", "second")
    assay("judgements", "second", "--take", "said.jsonl")
    again = open_corpus(tmp_path / "second")
    found = again.frame(f"SELECT id, judged {again.clause(['id', 'judged'])} WHERE judged IS NOT NULL")
    assert sorted(found.rows()) == [("d3", "drop"), ("d7", "drop")]


def test_an_open_corpus_takes_the_column_anew_when_it_is_asked_to(judged, tmp_path):
    before = stamp(tmp_path / "c")
    add_judgements(tmp_path / "c", judged[:3])
    assert stamp(tmp_path / "c") == before, "a verdict alone makes no page count everything again"
    assay("judgements", "c", "--take", "judged.jsonl")
    assert stamp(tmp_path / "c") != before


def test_a_damaged_file_is_said_and_all_else_can_be_read(judged, tmp_path):
    (tmp_path / "c" / "judgements").mkdir()
    (tmp_path / "c" / "judgements" / "anna.jsonl").write_text("{}\n")
    corpus = open_corpus(tmp_path / "c")
    with pytest.raises(BadJudgements, match="line 1"):
        corpus.clause(["judged"])
    said = assay("status", "c")
    assert said.code == 0
    assert "anna.jsonl, line 1" in said.log
    assert assay("preview", "c", "mine.toml").code == 0


def test_what_people_judged_is_written_with_the_documents(judged, tmp_path):
    assay("judgements", "c", "--take", "judged.jsonl")
    add_judgements(tmp_path / "c", [replace(judged[0], verdict="unsure", when="2027-01-01T00:00:00Z")])
    (tmp_path / "ids").write_text("id-3\n")
    drop(tmp_path / "c", "spam", ids=tmp_path / "ids")
    said = assay("columns", "c", "--columns", "judged,words", "--out", "judged.parquet")
    assert said.code == 0
    table = pq.read_table("judged.parquet")
    corpus = open_corpus(tmp_path / "c")
    held = corpus.frame(f"SELECT judged, words {corpus.clause(['judged', 'words'])} ORDER BY doc_id", [])
    assert table.select(["judged", "words"]).to_pylist() == held.to_dicts()
    exported = assay("export", "c", "--recipe", "mine.toml", "--to", "out", "--columns", "all,judged")
    assert exported.code == 0, exported
    [file] = (tmp_path / "out").glob("*.parquet")
    kept = pq.read_table(file)
    assert kept.num_rows == 20
    assert set(kept["judged"].to_pylist()) <= {"keep", "drop", "unsure"}
    assert assay("verify", "out").code == 0
