"""The page Start: what was pinned, edited and opened before, and what cannot be read."""

import os
import threading
import time
from dataclasses import replace

import pytest
import xxhash
from corpora import literal_corpus
from router import run_page, said

from analytics.changes import note
from analytics.deliver import export
from analytics.recipe import Recipe, to_toml
from indexes import visits
from indexes.drop import drop
from indexes.jobs import DONE, QUEUED, RUNNING, Job, write
from indexes.pins import Pin, add_pin, read_pins
from indexes.rule import Rule
from indexes.workspace import read_workspace, write_workspace
from pages.ui import background, cache, corpora, jobs, shelf, standing, state

NOW = time.time()
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
    measured = {"mine": {"words": [10, 60, 70, 80, 90, 100], "tokens": [1, 2, 3, 4, 5, 6]}}
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


def test_a_document_without_a_title_is_listed_by_its_first_words(monkeypatch, corpus, tmp_path):
    literal_corpus(tmp_path / "d", [{"id": "a" * 32, "text": f"{HOSTILE} and\nmore " * 20}])
    press(run_page(monkeypatch, "documents", tmp_path / "d", doc="0"), "Pin document")
    [pin] = read_pins(tmp_path / "d")[0]
    assert pin.name == f"{HOSTILE} and more {HOSTILE}"[:80].strip()


def test_a_view_is_pinned_under_a_name_and_opens_as_it_was(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus, doc="4", unit="documents")
    press(app, "Pin this view")
    assert "A view is pinned under a name." in said(app)
    assert "problem" not in app.session_state  # which stands over the page, where nobody looks
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
    assert "<p>where domain is x</p>" in said(start(app))
    press(app, "Open", "pin_")
    assert "domain" in str([button.label for button in app.button])
    assert app.query_params["where"] == name


def test_a_pin_of_a_document_that_was_dropped_says_so_and_one_that_is_gone(monkeypatch, corpus):
    press(run_page(monkeypatch, "documents", corpus, doc="3"), "Pin document")
    add_pin(corpus, Pin("document", "of another corpus", MOMENT, doc="0123456789abcdef"))
    drop(corpus, f"asked for {HOSTILE}", source=None, shards=[0])
    page = said(run_page(monkeypatch, "start", corpus))
    assert "It was dropped from the corpus: asked for ![x]" in page
    assert "It is in this corpus no more." in page
    assert "<a href" not in page


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "it is not JSON"),
        ("[]", "mapping"),
        ('{"kind": "view", "name": "", "when": "2026-11-21T17:00:00Z", "page": "overview"}', "characters"),
        ('{"kind": "document", "name": "a", "when": "2026-11-21T17:00:00Z", "doc": "../x"}', "address"),
        ('{"kind": "view", "name": "a", "when": "now", "page": "overview"}', "time with its zone"),
        (
            '{"kind": "view", "name": "a", "when": "2026-11-21T17:00:00Z", "page": "a", "address": {"a": 1}}',
            "text",
        ),
    ],
)
def test_a_pin_that_cannot_be_read_is_said_and_the_others_stand(monkeypatch, corpus, text, why):
    add_pin(corpus, Pin("view", "stands", MOMENT, page="overview"))
    (corpus / "pins" / "bad.json").write_text(text)
    pins, [fault] = read_pins(corpus)
    assert [pin.name for pin in pins] == ["stands"]
    assert why in fault.sentence
    assert fault.next_step


@pytest.mark.parametrize(
    ("page", "address"),
    [("nowhere", {}), ("overview", {"page": "x", "corpus": "no", "unit": "bogus", "where": "../../x"})],
)
def test_a_view_that_no_page_of_ours_wrote_opens_without_harm(monkeypatch, corpus, page, address):
    add_pin(corpus, Pin("view", "bad", MOMENT, page=page, address=address, kept={"x": "[[rule"}))
    app = press(run_page(monkeypatch, "start", corpus), "Open", "pin_")
    assert ("There is no page nowhere here." in said(app)) == (page == "nowhere")


def test_a_pinned_document_of_a_corpus_that_is_not_whole_may_be_on_its_way(monkeypatch, corpus):
    add_pin(corpus, Pin("document", "later", MOMENT, doc="0123456789abcdef"))
    workspace = read_workspace(corpus)
    write_workspace(replace(workspace, ingest={"complete": False, "arguments": []}))
    page = said(run_page(monkeypatch, "start", corpus))
    assert "<b>later</b>" in page
    assert "in this corpus no more" not in page


def test_an_unreadable_pin_keeps_no_page_from_being_drawn(monkeypatch, corpus):
    add_pin(corpus, Pin("view", "stands", MOMENT, page="overview"))
    (corpus / "pins" / "bad.json").write_text("{")
    page = said(run_page(monkeypatch, "start", corpus))
    assert "bad.json cannot be read: it is not JSON." in page
    assert "<b>stands</b>" in page


def test_a_workspace_opened_before_is_listed_and_one_that_is_gone_says_so_and_is_forgotten(
    monkeypatch, corpus, tmp_path
):
    home = tmp_path / "home-of-none"
    literal_corpus(tmp_path / "before", [{}])
    home.mkdir()
    visits.know(home, [tmp_path / "before", tmp_path / "gone"])
    visits.note(home, tmp_path / "before")
    app = run_page(monkeypatch, "start", corpus)
    page = said(app)
    assert page.index("<b>before</b>") < page.index("<b>c</b>")  # opened last first
    assert "gone is not there any more." in page
    assert [one.disabled for one in app.button if one.label == "Open"] == [False, False, True]
    press(app, "Forget it")
    assert "gone is not there" not in said(app)


def test_what_the_start_names_stands_first_and_nothing_empty_has_the_primary_button(
    monkeypatch, corpus, tmp_path
):
    home = tmp_path / "home-of-none"
    home.mkdir()
    literal_corpus(tmp_path / "before", [{}])
    literal_corpus(tmp_path / "nil", [])
    visits.note(home, tmp_path / "before")
    monkeypatch.setattr(shelf, "STARTED", time.time())
    app = run_page(monkeypatch, "start", tmp_path / "nil", corpus)
    page = said(app)
    assert page.index("<b>nil</b>") < page.index("<b>c</b>") < page.index("<b>before</b>")
    opens = [one.proto.type for one in app.button if one.label == "Open"]
    assert opens == ["secondary", "primary", "secondary"]


def test_a_run_of_a_page_looks_for_workspaces_on_the_disk_once(monkeypatch, corpus, tmp_path):
    home = tmp_path / "home-of-none"
    home.mkdir()
    looked = []
    monkeypatch.setattr(corpora, "_before", lambda: looked.append(True) or [])
    monkeypatch.setattr(corpora, "LASTS", 600.0)
    app = run_page(monkeypatch, "overview", corpus)
    before = len(looked)
    app.run()
    assert len(looked) == before
    visits.know(home, [tmp_path / "another"])  # but what is noted is seen at once
    app.run()
    assert len(looked) == before + 1


def test_the_list_of_workspaces_survives_damage(tmp_path):
    for text in ("", "{", "[1]", '[{"root": 1, "when": "x"}]', "null"):
        (tmp_path / "opened.json").write_text(text)
        assert visits.visits(tmp_path) == []
    visits.note(tmp_path, tmp_path / "a")
    assert [one.root for one in visits.visits(tmp_path)] == [tmp_path / "a"]
    (tmp_path / "file").touch()
    visits.note(tmp_path / "file", tmp_path / "a")  # no folder: nothing is noted


def test_a_page_of_a_corpus_is_a_visit_and_start_is_none(monkeypatch, corpus, tmp_path):
    home = tmp_path / "home-of-none"
    home.mkdir()
    app = start(run_page(monkeypatch, "start", corpus))
    assert visits.visits(home) == []
    app.switch_page("pages/explore/methods.py").run()
    assert [one.root for one in visits.visits(home)] == [corpus]


def test_jobs_that_ended_since_the_last_visit_are_shown(monkeypatch, corpus, tmp_path):
    home = tmp_path / "home-of-none"
    home.mkdir()
    (corpus / "jobs").mkdir()
    hours = 3_600.0
    monkeypatch.setattr(visits.time, "time", lambda: NOW - 30 * hours)
    visits.note(home, corpus)
    monkeypatch.undo()
    monkeypatch.setattr(background, "PATIENCE", 60.0)
    for number, ended in enumerate((NOW - 20 * hours, NOW - 40 * hours), 1):
        words = ("measure", f"{number} days")
        write(corpus, Job(f"{number:05d}", words, DONE, 1, ended - 1, ended))
    page = said(run_page(monkeypatch, "start", corpus))
    assert "Measure 1 days" in page
    assert "Measure 2 days" not in page


def test_a_slow_workspace_keeps_no_row_waiting(monkeypatch, corpus):
    standing.standing(waiting := background.Waiting(), corpus)
    waiting.wait()
    never = threading.Event()
    monkeypatch.setattr(standing, "stamp", lambda root: "another")
    monkeypatch.setattr(standing, "open_for_questions", lambda root: never.wait(60))
    monkeypatch.setattr(background, "PATIENCE", 0.1)
    page = said(run_page(monkeypatch, "start", corpus))
    never.set()
    assert "It is being looked at" in page
    assert "6 documents" in page  # as it was the last time


def test_recipes_and_exports_are_listed_with_what_they_keep_and_open(monkeypatch, corpus):
    (corpus / "recipes").mkdir()
    recipe = f"label = '{HOSTILE}'\nsource = ''\nauthor = '<i>ab</i>'\nnote = 'a note'\n{{0}}"
    rule = '[[rule]]\nreason = "short"\ncolumn = "{}"\nop = ">="\nlimit = 60\n'
    (corpus / "recipes" / "mine.toml").write_text(recipe.format(rule.format("words")))
    (corpus / "recipes" / "lacks.toml").write_text(recipe.format(rule.format("nowhere")))
    for name in ("mine", "lacks"):  # of one label, copied at one time
        os.utime(corpus / "recipes" / f"{name}.toml", (NOW, NOW))
    (corpus / "recipes" / "bad.toml").write_text("[[rule")
    (corpus / "recipes" / "gone.toml").symlink_to(corpus / "nowhere")
    home = corpus.parent / "home-of-none"
    export(corpus, "mine", home / "exports" / "out", "parquet", ("all",), "256MB", True)
    (home / "exports" / "bad").mkdir()
    (home / "exports" / "bad" / "manifest.json").write_text("{}")
    app = run_page(monkeypatch, "start", corpus, unit="documents")
    page = said(app)
    assert page.count("83.3 % kept") == 2
    assert "lacks 1 column" in page
    assert "&lt;i&gt;ab&lt;/i&gt; · “a note”" in page
    assert "The recipe bad is no TOML" in page
    assert "gone.toml cannot be read" in page
    assert "manifest.json is damaged" in page
    press(app, "Open in Filters")
    assert app.query_params["recipe"] in ("mine", "lacks")


def test_what_changed_is_shown_between_two_dates_of_the_list(monkeypatch, corpus):
    note(corpus)
    app = run_page(monkeypatch, "start", corpus)
    press(app, "What changed")
    assert "Only one date is known" in said(app)
    drop(corpus, f"asked for {HOSTILE}", shards=[0])
    literal_corpus(corpus, [{"id": f"new {i}", "domain": "z"} for i in range(9)])
    note(corpus)
    app = run_page(monkeypatch, "start", corpus, changed="c")
    assert "The corpus was made again" in said(app)
    assert "went from" in said(app)
    app.selectbox[1].set_value(app.selectbox[1].options.index(app.selectbox[1].options[-1])).run()
    assert not app.exception
    press(app, "Hide changes")
    assert "made again" not in said(app)


def test_start_opens_no_corpus(monkeypatch, corpus):
    """Opening builds caches, which may take minutes."""
    monkeypatch.setattr(cache, "_opened", lambda *words: pytest.fail("a corpus was opened"))
    assert "<b>c</b>" in said(run_page(monkeypatch, "start", corpus))


def test_a_question_that_is_never_answered_holds_up_no_other(monkeypatch):
    monkeypatch.setattr(background, "TURN", 0.01)
    never = threading.Event()
    waiting = background.Waiting()
    for number in range(background.AT_ONCE):
        waiting.ask(("never", number, NOW), 0, never.wait)
    answer = waiting.ask(("soon", NOW), 0, lambda: 5)
    assert answer.done.wait(60)
    assert answer.value == 5
    never.set()


def test_what_is_on_its_way_is_not_asked_for_again_and_an_old_answer_is(monkeypatch):
    go_on, asked = threading.Event(), []
    waiting = background.Waiting()

    def question():
        asked.append(True)
        return go_on.wait(60)

    first = [waiting.ask(("old", NOW), 0, question, -1.0) for _ in range(3)][-1]
    go_on.set()
    assert first.done.wait(60)
    assert waiting.ask(("old", NOW), 0, question, -1.0).done.wait(60)
    assert len(asked) == 2


def test_as_many_answers_are_kept_as_is_said(monkeypatch):
    monkeypatch.setattr(background, "_works", {})
    monkeypatch.setattr(background, "KEPT", 5)
    waiting = background.Waiting()
    for number in range(9):
        waiting.ask(number, 0, lambda: None).done.wait(60)
    assert list(background._works)[-5:] == [4, 5, 6, 7, 8]


def test_a_job_says_what_it_does_until_there_is_a_figure():
    row = Job("00001", ("ingest", "a", "--to", "c"), RUNNING, started=NOW)
    assert "reading the files" in jobs._row(row)
    assert "track" not in jobs._row(row)
    assert "reading a.jsonl" in jobs._row(replace(row, note="reading a.jsonl"))
    assert "track" in jobs._row(replace(row, done=1, total=2))


def test_jobs_of_two_workspaces_of_one_name_stand_beside_each_other(monkeypatch, corpus, tmp_path):
    literal_corpus(tmp_path / "other" / "c", [{}])
    for root in (corpus, tmp_path / "other" / "c"):
        (root / "jobs").mkdir()
        write(root, Job("00001", ("measure", str(root)), QUEUED, started=NOW + 3_600))
    app = run_page(monkeypatch, "start", corpus, tmp_path / "other" / "c")
    assert [one.label for one in app.button].count("Cancel") == 2


def test_a_corpus_that_grows_is_asked_of_once_at_a_time(monkeypatch):
    go_on, asked = threading.Event(), []
    waiting = background.Waiting()

    def question():
        asked.append(True)
        return go_on.wait(60)

    works = [waiting.ask(("grows", NOW), state, question) for state in range(5)]
    go_on.set()
    assert works[-1].done.wait(60)
    assert waiting.ask(("grows", NOW), 5, question).done.wait(60)
    assert waiting.ask(("grows", NOW), 5, question).done.wait(60)
    assert len(asked) == 2
