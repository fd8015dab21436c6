"""The page Methods: every declaration is there, found by its words, with what it costs here."""

import pytest
from corpora import literal_corpus
from router import components, run_page, said, shown

from analytics.recipe import all_recipes
from analytics.runs import measure
from analytics.signal import signal_columns
from analytics.status import note_costs
from analytics.transformation import transformations
from pages.ui import column_table


@pytest.fixture
def corpus(tmp_path):
    literal_corpus(tmp_path / "c", [{"id": str(i), "text": "a word " * i} for i in range(1, 9)])
    measure(tmp_path / "c", ["length", "words"], workers=1)
    return tmp_path / "c"


def table(page, column):
    return page.dataframe[0].value[column].tolist()


def test_every_signal_stands_there_with_its_definition_and_what_it_cost(monkeypatch, corpus):
    page = run_page(monkeypatch, "methods", corpus, signal="words")
    assert set(table(page, "Column")) == set(map(column_table.in_cell, signal_columns()))
    assert all(table(page, "Definition"))
    spent = dict(zip(table(page, "Column"), table(page, "Documents/s"), strict=True))
    assert spent["words"]
    assert not spent["tokens"], "it was not measured"
    assert "Pieces of text between Unicode white space." in said(page)


def test_a_family_that_made_no_pass_of_its_own_has_no_speed(monkeypatch, corpus):
    note_costs(corpus, {"words": (8, 8_000_000_000, 0.5)})
    page = run_page(monkeypatch, "methods", corpus, signal="words")
    spent = dict(zip(table(page, "Column"), table(page, "Documents/s"), strict=True))
    assert spent["words"] == "shared"
    assert spent["characters"] != "shared"
    assert "nothing of its own" in shown(page)


def test_the_unit_and_the_settings_of_a_signal_are_said(monkeypatch, corpus):
    page = shown(run_page(monkeypatch, "methods", corpus, signal="reading_time"))
    assert '"name": "Unit", "value": "seconds"' in page
    assert "Reading seconds a character" in page


def test_a_signal_that_is_not_measured_says_how(monkeypatch, corpus):
    page = said(run_page(monkeypatch, "methods", corpus, signal="tokens"))
    assert "tokens is not measured in this corpus" in page
    assert "assay measure" in page


def test_signals_are_found_by_words_of_their_definition(monkeypatch, corpus):
    page = run_page(monkeypatch, "methods", corpus, find="utf-8 BYTES")
    assert "bytes" in table(page, "Column")
    assert len(table(page, "Column")) < len(signal_columns())
    nothing = run_page(monkeypatch, "methods", corpus, find="zzz")
    assert "No signal has these words" in said(nothing)


def test_every_recipe_stands_there_and_says_its_rules(monkeypatch, corpus):
    page = run_page(monkeypatch, "methods", corpus, show="recipes", named="gopher_length")
    assert set(table(page, "Recipe")) == set(all_recipes())
    assert "Gopher: length rules" in said(page)
    assert (
        dict(zip(table(page, "Recipe"), table(page, "Columns"), strict=True))["gopher_length"] == "all there"
    )


def test_a_recipe_that_lacks_columns_says_which(monkeypatch, tmp_path):
    literal_corpus(tmp_path / "bare", [{"id": "1", "text": "a"}])
    page = said(run_page(monkeypatch, "methods", tmp_path / "bare", show="recipes", named="gopher_length"))
    assert "This corpus lacks 1 column that gopher_length reads: words." in page
    assert "assay measure" in page


def test_rules_that_read_a_missing_column_are_grey(monkeypatch, corpus):
    page = run_page(monkeypatch, "methods", corpus, show="recipes", named="gopher_words")
    [rules] = [part for part in components(page) if "rows" in part]
    tones = {row["value"].split()[0]: row["tone"] for row in rules["rows"]}
    assert tones["words"] == ""
    page = run_page(monkeypatch, "methods", corpus, show="recipes", named="bigscience_roots")
    rules, _ = [part for part in components(page) if "rows" in part]
    assert {row["tone"] for row in rules["rows"]} == {"quiet"}, "neither characters nor language are measured"


def test_a_recipe_says_where_its_scores_come_from(monkeypatch, corpus):
    page = run_page(monkeypatch, "methods", corpus, show="recipes", named="fineweb_edu")
    _, sources = [part["rows"] for part in components(page) if "rows" in part]
    assert "HuggingFaceFW/fineweb-edu-classifier" in sources[0]["value"]
    assert sources[1]["value"].startswith("assay score WORKSPACE")
    assert "What it needs from elsewhere" in said(page)
    plain = run_page(monkeypatch, "methods", corpus, show="recipes", named="gopher_length")
    assert "What it needs from elsewhere" not in said(plain)


def test_every_edit_stands_there_with_its_definition_and_who_makes_it(monkeypatch, corpus):
    page = run_page(monkeypatch, "methods", corpus, show="edits", edit="c4_lines_noterm")
    assert table(page, "Edit") == list(transformations())
    assert dict(zip(table(page, "Edit"), table(page, "Recipes"), strict=True))["c4_lines_noterm"] == "fineweb"
    definition = transformations()["c4_lines_noterm"].definition
    assert definition[1:20] in said(page)
    assert "No edit has these words" in said(
        run_page(monkeypatch, "methods", corpus, show="edits", find="zzz")
    )


def test_what_is_measured_and_what_is_ready_stand_first(monkeypatch, corpus):
    columns = table(run_page(monkeypatch, "methods", corpus), "Column")
    assert columns[0] == "characters"
    assert columns.index("words") < columns.index("tokens"), "tokens are not measured"
    missing = table(run_page(monkeypatch, "methods", corpus, show="recipes"), "Columns")
    assert missing[0] == "all there"
    assert missing == sorted(missing, key=lambda some: some != "all there")
