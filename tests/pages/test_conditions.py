"""Conditions that all pages share: set from a list, narrowing every figure, in the address, taken away."""

import shutil

import pytest
from corpora import literal_corpus
from router import run_page, said

N = 60
HOSTILE = "![x](http://example.org/x.png) $y$ :red[z]"


@pytest.fixture
def corpus(tmp_path):
    """A third of the documents each in news, law and a domain of a hostile name."""
    documents = [
        {"id": f"d{i}", "domain": ("news", "law", HOSTILE)[i % 3], "source": "ab"[i % 2]} for i in range(N)
    ]
    words = [10 * i for i in range(N)]
    measured = {"length": {"words": words, "bytes": words, "characters": words}, "tokens": {"tokens": words}}
    literal_corpus(tmp_path / "c", documents, measured)
    return tmp_path / "c"


def chips(app):
    return [
        button.label for button in app.button if str(button.key).startswith("where_") and "×" in button.label
    ]


def take(app, column, value):
    """Choose a value in the list under the menu."""
    app.selectbox(key="where_column").set_value(column).run()
    app.selectbox(key=f"where_value_{column}").set_value(value).run()
    app.button(key="where_take").click().run()
    assert not app.exception
    return app


def words_between(app, low, high):
    """Type a range of words into the form under the menu, without taking it."""
    app.selectbox(key="where_column").set_value("words").run()
    app.number_input(key="where_low_words").set_value(low).run()
    app.number_input(key="where_high_words").set_value(high).run()


@pytest.mark.parametrize("page", ["overview", "quality", "documents", "filters"])
def test_a_condition_narrows_every_page_and_is_taken_away_again(monkeypatch, corpus, page):
    app = run_page(monkeypatch, page, corpus)
    assert chips(app) == []
    take(app, "domain", 1)
    assert len(chips(app)) == 1
    assert "where" in app.query_params
    app.button(key="where_0").click().run()
    assert not app.exception
    assert chips(app) == []
    assert "where" not in app.query_params


def test_the_strip_counts_the_documents_that_are_looked_at(monkeypatch, corpus):
    app = take(run_page(monkeypatch, "overview", corpus), "source", 0)
    assert "30" in said(app)
    assert "domains" in said(app).lower()
    take(app, "domain", 0)
    assert len(chips(app)) == 2
    app.button(key="where_clear").click().run()
    assert chips(app) == []


def test_a_hostile_value_is_text_on_its_chip(monkeypatch, corpus):
    app = run_page(monkeypatch, "overview", corpus)
    app.selectbox(key="where_column").set_value("domain").run()
    names = app.selectbox(key="where_value_domain").options
    app.selectbox(key="where_value_domain").set_value(
        next(i for i, name in enumerate(names) if "example" in name)
    ).run()
    app.button(key="where_take").click().run()
    [chip] = chips(app)
    assert "![x](" not in chip
    assert ":red[" not in chip


def test_a_link_with_conditions_nobody_keeps_says_so_and_shows_all(monkeypatch, corpus):
    app = run_page(monkeypatch, "overview", corpus, where="0123456789abcdef")
    assert "does not have" in said(app)
    assert str(N) in said(app)


def test_conditions_on_a_column_that_is_gone_are_left_out_and_said(monkeypatch, corpus, tmp_path):
    app = take(run_page(monkeypatch, "overview", corpus), "domain", 0)
    where = app.query_params["where"]
    where = where if isinstance(where, str) else where[0]
    literal_corpus(tmp_path / "d", [{"id": "a"}], {"length": {"bytes": [1]}})
    shutil.copytree(corpus / "cache" / "edited", tmp_path / "d" / "cache" / "edited")
    app = run_page(monkeypatch, "overview", tmp_path / "d", where=where)
    assert "no column domain" in said(app)


def test_a_range_of_numbers(monkeypatch, corpus):
    app = run_page(monkeypatch, "overview", corpus)
    words_between(app, 100, 190)
    app.button(key="where_take").click().run()
    assert not app.exception
    assert ["words" in chip for chip in chips(app)] == [True]
    assert ">10<" in said(app)


def test_conditions_that_nothing_meets_say_so(monkeypatch, corpus):
    app = run_page(monkeypatch, "overview", corpus)
    words_between(app, 101, 102)
    app.button(key="where_take").click().run()
    assert "No document meets these conditions" in said(app)


def test_a_range_from_more_to_less_is_said_and_not_taken(monkeypatch, corpus):
    app = run_page(monkeypatch, "overview", corpus)
    words_between(app, 400, 50)
    assert not app.exception
    assert not [button for button in app.button if button.key == "where_take"]
    assert "holds nothing" in app.caption[0].value


def test_conditions_that_cannot_be_had_are_taken_away_by_a_button(monkeypatch, corpus):
    app = run_page(monkeypatch, "overview", corpus, where="0123456789abcdef")
    next(button for button in app.button if button.label == "Take all conditions away").click().run()
    assert not app.exception
    assert "does not have" not in said(app)
