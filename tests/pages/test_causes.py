"""What a rule removes is shown with the span that was the cause, and the rule's name on it."""

import pytest
from corpora import literal_corpus
from router import components, run_page

from pages.ui import cache
from pages.ui.excerpts import LONGEST, around

RECIPE = """label = "lists"
source = "a test"
[[rule]]
reason = "too_many_bullets"
column = "bullet_line_frac"
op = "<="
limit = 0.5
"""
PLAIN = "A line of plain words.\n" * 40
BAD = f"{PLAIN}- one <b>bold</b>\n- two\n"


@pytest.fixture
def root(tmp_path):
    shares = {"bullet_line_frac": [0.9, 0.1, None]}
    documents = [{"id": name, "text": text} for name, text in (("bad", BAD), ("good", BAD), ("null", BAD))]
    literal_corpus(tmp_path / "c", documents, {"lines": shares, "t": {"tokens": [9, 9, 9]}})
    (tmp_path / "c" / "recipes").mkdir()
    (tmp_path / "c" / "recipes" / "mine.toml").write_text(RECIPE)
    yield tmp_path / "c"
    cache._opened.clear()
    cache._answer.clear()


SAID = "too many bullets: bullet_line_frac is at most 0.5 fails"


def test_an_excerpt_is_taken_where_the_cause_stands(monkeypatch, root):
    app = run_page(monkeypatch, "filters", root, recipe="mine", why="too many bullets")
    lists = [part for part in components(app) if "clamp" in part]
    [removed, kept] = [part["rows"] for part in lists]
    pieces = {row["doc"]: row["pieces"] for row in removed}
    assert ["- one <b>bold</b>", SAID] in pieces["0"]
    assert ["- two", SAID] in pieces["0"]
    assert not [row for row in kept for _, mark in row["pieces"] if mark]


def test_without_a_value_nothing_is_the_cause(monkeypatch, root):
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    rows = [row for part in components(app) if "clamp" in part for row in part["rows"]]
    [null] = [row for row in rows if row["doc"] == "2"]
    assert null["pieces"][0][0].startswith("A line")
    assert [mark for _, mark in null["pieces"]] == [None]


@pytest.mark.parametrize(("doc", "marks"), [("bad", 2), ("good", 0), ("null", 0)])
def test_the_reader_marks_what_the_recipe_removes_a_document_for(monkeypatch, root, doc, marks):
    app = run_page(monkeypatch, "documents", root, doc=doc, recipe="mine")
    [text] = [part for part in components(app) if "raw" in part]
    assert "".join(piece for piece, _ in text["pieces"]) == BAD
    assert [said for _, said in text["pieces"] if said] == [SAID] * marks


def test_an_excerpt_begins_near_its_first_span():
    assert around("", ()) == []
    assert around("***\n\nwords", ()) == [("words", None)]
    assert around("one\n\n two", [(6, 9, "b")]) == [("one\n", None), ("two", "b")]
    far = "word " * 400
    cut = around(far, [(1000, 1004, "b")])
    assert cut[0][0] == "… "
    assert cut[2] == ("word", "b")
    assert len("".join(piece for piece, _ in cut)) <= LONGEST
    assert around("x" * 2000, [(1000, 2000, "b")])[-1][1] == "b"
