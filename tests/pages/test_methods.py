"""The page Methods: every declaration is there, found by its words, with what it costs here."""

import pytest
from corpora import literal_corpus
from router import run_page, said

from analytics.recipe import all_recipes
from analytics.runs import measure
from analytics.signal import signal_columns
from analytics.transformation import transformations


@pytest.fixture
def corpus(tmp_path):
    literal_corpus(tmp_path / "c", [{"id": str(i), "text": "a word " * i} for i in range(1, 9)])
    measure(tmp_path / "c", ["length", "words"], workers=1)
    return tmp_path / "c"


def table(page, column):
    return page.dataframe[0].value[column].tolist()


def test_every_signal_stands_there_with_its_definition_and_what_it_cost(monkeypatch, corpus):
    page = run_page(monkeypatch, "methods", corpus, signal="words")
    assert set(table(page, "Column")) == set(signal_columns())
    assert all(table(page, "Definition"))
    spent = dict(zip(table(page, "Column"), table(page, "Documents/s"), strict=True))
    assert spent["words"]
    assert not spent["tokens"], "it was not measured"
    assert "Pieces of text between Unicode white space." in said(page)


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
