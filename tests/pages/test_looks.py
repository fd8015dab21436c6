"""A first look stands in the place of a corpus that is being taken in, and every page says so."""

import json
import time

import pytest
from router import run_page, said

from indexes import first_look, jobs
from indexes.ingest import ingest
from indexes.jobs import Job
from indexes.planning import Options
from pages.ui import background


@pytest.fixture
def files(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for name, rows in (("a", 3), ("b", 4)):
        lines = [json.dumps({"id": f"{name}{i}", "text": "some text", "domain": name}) for i in range(rows)]
        (data / f"{name}.jsonl").write_text("\n".join(lines))
    return data


@pytest.fixture
def looked(tmp_path, files, monkeypatch):
    """A workspace of seven documents that is being made, 12 of 100 done, and a look at one of two files."""
    monkeypatch.setattr(first_look, "FILES", 1)
    root = tmp_path / "w"
    first_look.take(root, Options(sources=(str(files),)))
    record(root, done=12, total=100)
    return root


def record(root, state=jobs.RUNNING, **said):
    job = Job(
        "00001", ("ingest", str(root.parent / "data"), "--to", str(root)), state, started=time.time(), **said
    )
    (root / "jobs").mkdir(parents=True, exist_ok=True)
    jobs.write(root, job)


def take_in(root):
    ingest(root, Options(sources=(str(root.parent / "data"),)))


@pytest.mark.parametrize(
    "page",
    ["start", "overview", "documents", "quality", "methods", "filters", "benchmarks", "compare", "export"],
)
def test_every_page_says_what_it_shows_and_how_far_the_whole_is(monkeypatch, looked, page):
    app = run_page(monkeypatch, page, looked)
    assert "the first 3 documents of 1 of 2 files, not a fair sample" in said(app)
    assert "The whole is being taken in: <b>12 %</b>." in said(app)
    assert 'class="badge exact"' not in said(app)
    assert app.selectbox(key="corpus").value == "w"
    assert app.selectbox(key="corpus").options == ["w"]


def test_what_it_lacks_is_on_its_way_so_no_command_is_offered(monkeypatch, looked):
    page = said(run_page(monkeypatch, "overview", looked))
    assert "The tokens of this corpus are not measured yet, so documents are counted." in page
    filters = run_page(monkeypatch, "filters", looked)
    assert "That is going on" in said(filters)
    assert first_look.FOLDER not in page + said(filters) + said(run_page(monkeypatch, "start", looked))


def test_a_number_is_partial_and_says_of_what(monkeypatch, looked):
    page = said(run_page(monkeypatch, "overview", looked))
    assert (
        'class="badge partial" title="Counted over a first look: the first documents of 1 of 2 files.' in page
    )


def test_what_is_taken_in_can_be_shown_and_the_look_again(monkeypatch, looked):
    assert not [
        button for button in run_page(monkeypatch, "overview", looked).button if "look_" in button.key
    ]
    take_in(looked)
    app = run_page(monkeypatch, "overview", looked)
    assert "The whole is being measured: <b>12 %</b>, 7 documents so far." in said(app)
    app.button(key="look_whole").click().run()
    assert not app.exception
    assert "Not whole yet:" in said(app)
    assert "7 documents" in said(app)
    app.button(key="look_back").click().run()
    assert "First look:" in said(app)


def test_when_it_is_gone_the_whole_is_there_under_the_same_name(monkeypatch, looked):
    take_in(looked)
    app = run_page(monkeypatch, "overview", looked, corpus="w")
    monkeypatch.setattr(first_look, "GRACE", 0.0)
    first_look.leave(looked)
    app.run()
    assert not app.exception
    assert "First look" not in said(app)
    assert "7" in said(app)
    assert app.selectbox(key="corpus").value == "w"


def test_where_the_job_has_stopped_it_says_why_and_starts_it_again(monkeypatch, looked):
    record(looked, jobs.FAILED, error="<b>No space</b> is left.", next_step="Make room.")
    started = []
    monkeypatch.setattr(jobs, "start", lambda root, command: started.append((root, command[0])))
    app = run_page(monkeypatch, "overview", looked)
    assert "has stopped: &lt;b&gt;No space&lt;/b&gt; is left. Make room." in said(app)
    app.button(key="look_again").click().run()
    assert started == [(looked, "ingest")]


def test_a_look_that_nobody_removed_stands_in_no_longer_when_all_is_there(monkeypatch, looked):
    take_in(looked)
    record(looked, jobs.FAILED, error="It was killed.")
    app = run_page(monkeypatch, "overview", looked)
    assert "First look" not in said(app)
    assert first_look.whole_of(looked / first_look.FOLDER) == looked
    assert ">7<" in said(app)


def test_start_says_of_a_look_what_is_going_on_and_no_share(monkeypatch, looked):
    rule = '[[rule]]\nreason = "short"\ncolumn = "domain"\nop = "=="\nlimit = "a"\n'
    monkeypatch.setattr(background, "PATIENCE", 60.0)
    (looked / "recipes" / "mine.toml").write_text(f"label = 'Mine'\nsource = ''\n{rule}")
    page = said(run_page(monkeypatch, "start", looked, changed="w"))
    assert "Take in w" in page
    assert "No date is known yet." in page
    assert "not taken in yet" in page
    assert "kept</span>" not in page


def test_without_a_job_nothing_is_said_of_how_far_the_whole_is(monkeypatch, looked):
    (looked / "jobs" / "00001.json").unlink()
    assert "The whole is not there yet." in said(run_page(monkeypatch, "overview", looked))


def test_a_damaged_whole_keeps_no_page_of_the_look_from_being_drawn(monkeypatch, looked):
    (looked / "corpus.toml").write_text("[[")
    app = run_page(monkeypatch, "overview", looked)
    assert "the first 3 documents of 1 of 2 files" in said(app)


def test_before_anything_is_there_it_says_what_it_waits_for(monkeypatch, tmp_path):
    record(tmp_path / "w")
    assert "w is being taken in." in said(run_page(monkeypatch, "overview", tmp_path / "w"))
    record(tmp_path / "w", jobs.FAILED, error="No file to read.", next_step="Give others.")
    page = said(run_page(monkeypatch, "overview", tmp_path / "w"))
    assert "No file to read." in page
    assert "Give others." in page


def test_what_is_kept_in_it_lies_in_the_whole(monkeypatch, looked):
    from pages.ui import corpora, state

    run_page(monkeypatch, "overview", looked)
    monkeypatch.setattr(corpora, "chosen", lambda: looked / first_look.FOLDER)
    assert state.kept_file("0" * 16) == looked / "cache" / "edited" / ("0" * 16)
