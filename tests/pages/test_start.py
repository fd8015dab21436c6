"""The page Start: what was pinned, edited and opened before, and what cannot be read."""

import pytest
import xxhash
from corpora import literal_corpus
from router import run_page, said

from analytics.recipe import Recipe, to_toml
from indexes.pins import Pin, add_pin, read_pins
from indexes.rule import Rule
from pages.ui import background, state

MOMENT = "2026-11-21T17:00:00Z"
HOSTILE = '![x](http://e.org/x.png) <a href="http://e.org">y</a> $x$ :red[z]'


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """The page waits for every answer, however busy the machine is."""
    monkeypatch.setattr(background, "PATIENCE", 60.0)


@pytest.fixture
def corpus(tmp_path):
    documents = [
        {
            "id": f"id-{i}",
            "title": HOSTILE if i == 3 else f"Title {i}",
            "domain": "xy"[i % 2],
            "text": f"T {i}",
        }
        for i in range(6)
    ]
    measured = {"words": {"words": [10, 60, 70, 80, 90, 100]}, "tokens": {"tokens": [1, 2, 3, 4, 5, 6]}}
    literal_corpus(tmp_path / "c", documents, measured)
    yield tmp_path / "c"
    state._kept.clear()


def start(app):
    app.switch_page("pages/home/start.py").run()
    assert not app.exception, app.exception[0]
    return app


def press(app, label, key=""):
    """Press the first button with these words whose key begins so."""
    next(one for one in app.button if one.label == label and one.key.startswith(key)).click().run()
    assert not app.exception, app.exception[0]
    return app


def test_a_document_is_pinned_listed_opened_and_unpinned(monkeypatch, corpus):
    app = press(run_page(monkeypatch, "documents", corpus, doc="3"), "Pin document")
    [pin] = read_pins(corpus)[0]
    assert (pin.kind, pin.name) == ("document", HOSTILE)
    assert "Unpin" in [button.label for button in app.button]
    start(app)
    assert "document · c" in said(app)
    assert "<a href" not in said(app)
    press(app, "Unpin")
    assert not read_pins(corpus)[0]
    assert "Nothing yet." in said(app)


def test_a_view_is_pinned_under_a_name_and_opens_as_it_was(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus, doc="4", unit="documents")
    app.text_input(key="pin_name").set_value(HOSTILE)
    app.text_input(key="pin_who").set_value("anna")
    press(app, "Pin this view")
    [pin] = read_pins(corpus)[0]
    assert (pin.name, pin.who, pin.page) == (HOSTILE, "anna", "documents")
    assert pin.address["doc"] == "4"
    start(app)
    assert "view of Documents · c · anna" in said(app)
    app.session_state["doc"] = "1"
    press(app, "Open", "pin_")
    assert "5 of 6" in said(app)
    assert app.query_params["doc"] == "4"


def test_what_a_view_names_by_hash_survives_the_caches(monkeypatch, corpus):
    text = to_toml(Recipe("where", "Conditions", "", (Rule("where", "domain", "==", "x"),)))
    name = str(xxhash.xxh3_64_hexdigest(text.encode()))
    add_pin(
        corpus, Pin("view", "only x", MOMENT, page="overview", address={"where": name}, kept={name: text})
    )
    app = run_page(monkeypatch, "overview", corpus)
    press(start(app), "Open", "pin_")
    assert "domain" in str([button.label for button in app.button])
    assert app.query_params["where"] == name
