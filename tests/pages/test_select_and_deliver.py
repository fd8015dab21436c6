"""Filters, Benchmarks, Export and Start through the router: on the sample, on nothing, on hostile values."""

import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from corpora import literal_corpus
from router import shown
from streamlit.testing.v1 import AppTest

from analytics.deliver import export as write
from analytics.preview import preview
from analytics.recipe import find_recipe
from indexes import jobs
from pages.ui import background, cache, readings, recipes, state
from pages.ui.escape import markdown

ROOT = Path(__file__).parent.parent.parent
PAGES = {
    "start": "pages/home/start.py",
    "filters": "pages/select/filters.py",
    "benchmarks": "pages/select/benchmarks.py",
    "export": "pages/deliver/export.py",
}
HOSTILE = '![x](http://example.org/x.png) <a href="http://example.org">y</a> $x$ :red[z] {{1}}'


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Opens a page of a workspace: ``opened("filters", root, recipe="gopher_length")``."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(background, "PATIENCE", 60.0)

    def run(page: str, *roots: Path, **query: str) -> AppTest:
        words = ["app.py", "--home", str(tmp_path / "home"), "--cache", str(tmp_path / "cache"), "--"]
        monkeypatch.setattr(sys, "argv", [*words, *map(str, roots)])
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        return app.switch_page(PAGES[page]).run() if page != "start" else app

    yield run
    cache._opened.clear()
    cache._answer.clear()
    state._kept.clear()


def html(app: AppTest) -> str:
    """All of our own markup on the page."""
    return " ".join(block.proto.body for block in app.get("html"))


def copied(app: AppTest) -> str:
    """What the button beside *Write export* copies."""
    return str(next(part.proto for part in app.get("bidi_component") if part.key == "copy_command"))


def words(app: AppTest) -> Sequence[str]:
    return [str(problem.value) for problem in app.exception]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_on_the_sample(opened, sample_workspace, page):
    app = opened(page, sample_workspace)
    assert not words(app)
    assert f"<h1>{page.capitalize()}</h1>" in html(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_corpus_of_nothing_is_said_to_be_empty(opened, tmp_path, page):
    literal_corpus(tmp_path / "nothing", [])
    app = opened(page, tmp_path / "nothing")
    assert not words(app)
    assert "no documents yet" in html(app).lower()


@pytest.mark.parametrize("page", PAGES)
def test_hostile_values_are_escaped(opened, tmp_path, page):
    documents = [
        {"text": HOSTILE, "domain": HOSTILE, "source": HOSTILE, "language": HOSTILE} for _ in range(6)
    ]
    measured = {"words": {"words": [5, 50, 60, 70, None, 90]}, "tokens": {"tokens": [5, 6, 7, 8, 9, 10]}}
    literal_corpus(tmp_path / "hostile", documents, measured)
    (tmp_path / "hostile" / "recipes").mkdir()
    (tmp_path / "hostile" / "recipes" / "a.toml").write_text(
        f"label = '{HOSTILE}'\nsource = '{HOSTILE}'\nauthor = '{HOSTILE}'\n"
        f"[[rule]]\nreason = '{HOSTILE}'\ncolumn = 'domain'\nop = '=='\nlimit = '{HOSTILE}'\n"
    )
    app = opened(page, tmp_path / "hostile", recipe="a")
    assert not words(app)
    assert "<a href" not in html(app)
    assert "![x](" not in " ".join(
        label for pill in app.get("pills") for label in getattr(pill, "options", [])
    )


def test_filters_says_what_a_recipe_keeps(opened, tmp_path):
    measured = {"words": {"words": [10, 50, 60, 70]}, "tokens": {"tokens": [1, 1, 1, 1]}}
    literal_corpus(tmp_path / "four", [{}, {}, {}, {}], measured)
    app = opened("filters", tmp_path / "four", recipe="gopher_length")
    assert '<b class="share">75.0\u202f%</b>' in html(app)


def test_a_missing_column_is_named_with_the_command_and_a_button(opened, tmp_path):
    literal_corpus(tmp_path / "bare", [{}, {}])
    app = opened("filters", tmp_path / "bare", recipe="gopher_length")
    assert "lacks 1 column that gopher_length reads: words." in html(app)
    assert "assay measure" in html(app)
    assert "Measure them" in [button.label for button in app.button]
    [button] = [button for button in app.button if button.label == "Use for export"]
    assert button.disabled
    assert "words is at least 50" in shown(app), "what the recipe would ask is there"


def test_the_recipes_that_lack_nothing_come_first_and_one_of_them_is_shown(opened, tmp_path):
    measured = {"words": {"words": [10, 50, 60, 70]}, "tokens": {"tokens": [1, 1, 1, 1]}}
    literal_corpus(tmp_path / "four", [{}, {}, {}, {}], measured)
    app = opened("filters", tmp_path / "four")
    [picker] = [box for box in app.selectbox if box.label == "Recipe"]
    lacking = ["lacks" in label for label in picker.options]
    assert lacking == sorted(lacking)
    assert not all(lacking)
    grey = {int(place) for place in re.findall(r'data-key="(\d+)"', html(app))}
    assert grey == {place for place, lacks in enumerate(lacking) if lacks}
    assert "This corpus lacks" not in html(app)


def test_gopher_quality_is_shown_before_others_that_lack_nothing():
    assert recipes.first({"a": 0, "gopher_quality": 0}) == "gopher_quality"
    assert recipes.first({"a": 0, "gopher_quality": 2}) == "a"
    assert recipes.first({"a": 1, "gopher_quality": 2}) == "gopher_quality"


def test_a_recipe_without_its_scores_says_so_in_the_picker_and_how_to_make_them(opened, tmp_path):
    literal_corpus(tmp_path / "bare", [{"int_score": 3}, {"int_score": 4}])
    app = opened("filters", tmp_path / "bare", recipe="fineweb_edu")
    assert "lacks 1 column that fineweb_edu reads: int_score." in html(app)
    assert "assay score" in html(app)
    [picker] = [box for box in app.selectbox if box.label == "Recipe"]
    assert "FineWeb-Edu: educational score · lacks 1 column" in picker.options
    assert not [button for button in app.button if button.label.startswith("Measure")]


def test_rules_on_columns_of_a_variant_are_drawn(opened, tmp_path):
    (tmp_path / "v" / "recipes").mkdir(parents=True)
    (tmp_path / "v" / "recipes" / "mine.toml").write_text(
        '[[rule]]\nreason = "short"\ncolumn = "words__dclm"\nop = ">="\nlimit = 2\n'
    )
    literal_corpus(tmp_path / "v", [{}] * 3, {"dclm": {"words__dclm": [1, 2, 3]}})
    assert '<b class="share">66.7\u202f%</b>' in html(opened("filters", tmp_path / "v", recipe="mine"))


def test_an_unknown_hash_is_said_in_a_sentence(opened, sample_workspace):
    app = opened("filters", sample_workspace, recipe="0123456789abcdef")
    assert not words(app)
    assert "edited recipe that this server does not have" in html(app)


def test_export_says_that_the_original_of_a_recipe_edits_and_writes_the_edit_that_is_chosen(opened, tmp_path):
    literal_corpus(tmp_path / "four", [{}] * 4, {"words": {"words": [10, 50, 60, 70]}})
    (tmp_path / "four" / "recipes").mkdir()
    text = 'label = "A"\nsource = ""\nedits = "c4_lines"\n'
    rule = '[[rule]]\nreason = "r"\ncolumn = "words"\nop = ">"\nlimit = 1\n'
    (tmp_path / "four" / "recipes" / "a.toml").write_text(text + rule)
    app = opened("export", tmp_path / "four", recipe="a", unit="documents")
    assert not words(app)
    assert "that is the edit c4_lines" in html(app)
    assert "--edit" not in copied(app)
    app.multiselect(key="edit").set_value(["c4_lines"]).run()
    assert "So does the original of this recipe" in html(app)
    assert "--edit c4_lines" in copied(app)
    app.multiselect(key="edit").set_value(["mask_personal_data", "c4_lines"]).run()
    assert "Then keeps the lines" in html(app)
    assert "--edit mask_personal_data --edit c4_lines" in copied(app)
    rule = '[[rule]]\nreason = "r"\ncolumn = "id"\nop = "not_null"\n'
    (tmp_path / "all.toml").write_text(text + rule)
    to, edits = tmp_path / "home" / "exports" / "a", ["mask_personal_data", "c4_lines"]
    write(tmp_path / "four", str(tmp_path / "all.toml"), to, "parquet", ("all",), "1", edits=edits)
    assert "after mask_personal_data, then c4_lines" in html(app.run())


def test_a_partial_column_is_said_and_an_export_refuses_it(opened, tmp_path):
    measured = {"words": {"words": [10, 50, 60, 70]}}
    literal_corpus(tmp_path / "part", [{}, {}, {}, {}], measured, rows=2, missing={"words": [1]})
    app = opened("filters", tmp_path / "part", recipe="gopher_length", unit="documents")
    assert "not measured yet" in html(app)
    assert "partial" in html(app)
    app = opened("export", tmp_path / "part", recipe="gopher_length", unit="documents")
    assert "an export refuses it" in html(app)
    assert next(button for button in app.button if button.label == "Write export").disabled


def test_columns_of_one_family_are_refused_in_one_sentence(opened, tmp_path):
    measured = {"words": {"words": [10, 50, 60, 70], "stop_word_count": [0, 1, 2, 3]}}
    literal_corpus(tmp_path / "part", [{}, {}, {}, {}], measured, rows=2, missing={"words": [1]})
    (tmp_path / "part" / "recipes").mkdir()
    rule = '[[rule]]\nreason = "r_{0}"\ncolumn = "{0}"\nop = ">"\nlimit = 1\n'
    text = "".join(rule.format(name) for name in ("words", "stop_word_count"))
    (tmp_path / "part" / "recipes" / "two.toml").write_text(f'label = "A"\nsource = ""\n{text}')
    app = opened("export", tmp_path / "part", recipe="two", unit="documents")
    assert "2 columns are stale: an export refuses them." in html(app)
    assert len([button for button in app.button if button.label == "Measure it"]) == 1


def test_a_job_that_failed_says_why_with_its_command_as_code(opened, tmp_path):
    literal_corpus(tmp_path / "four", [{}] * 4)
    job = jobs.start(tmp_path / "four", ["score", str(tmp_path / "four"), "--name", "a", "--column", "b"])
    for _ in range(600):
        if not jobs.jobs(tmp_path / "four")[0].live:
            break
        time.sleep(0.1)
    app = opened("start", tmp_path / "four")
    assert job
    assert "<b>Score a</b>" in html(app)
    assert f"<code>assay columns {tmp_path / 'four'}</code>" in html(app)


def test_nothing_left_names_the_rule_that_removed_the_last(opened, tmp_path):
    literal_corpus(tmp_path / "short", [{}, {}], {"words": {"words": [1, 2]}})
    app = opened("filters", tmp_path / "short", recipe="gopher_length", unit="documents")
    assert "No document is left." in html(app)
    assert "removed by too short" in html(app)


def test_a_recipe_that_cannot_be_read_leaves_the_others(opened, tmp_path):
    literal_corpus(tmp_path / "odd", [{}, {}], {"words": {"words": [1, 200]}})
    (tmp_path / "odd" / "recipes").mkdir()
    (tmp_path / "odd" / "recipes" / "bad.toml").write_text(
        "[[rule]]\nreason = 'x'\ncolumn = 'words'\nop = '>>'\n"
    )
    app = opened("filters", tmp_path / "odd", recipe="gopher_length", unit="documents")
    assert "there is no operator" in html(app)
    assert "50.0\u202f%" in html(app)


def test_a_workspace_that_cannot_be_opened_keeps_its_row(opened, tmp_path):
    literal_corpus(tmp_path / "good", [{}])
    literal_corpus(tmp_path / "newer", [{}])
    corpus = tmp_path / "newer" / "corpus.toml"
    corpus.write_text(corpus.read_text().replace("format = 1", "format = 99"))
    app = opened("start", tmp_path / "good", tmp_path / "newer")
    assert not words(app)
    assert "<b>newer</b>" in html(app)
    assert "newer" in html(app).split("<b>newer</b>")[1]


def test_no_target_offers_those_of_the_sample(opened, tmp_path):
    literal_corpus(tmp_path / "plain", [{}, {}])
    app = opened("benchmarks", tmp_path / "plain")
    assert "No benchmark target yet." in html(app)
    assert "Add the sample's 3" in [button.label for button in app.button]


def test_the_start_of_a_server_without_a_corpus_offers_the_sample(opened):
    app = opened("start")
    assert not words(app)
    assert "There is no corpus here yet." in html(app)


def test_a_typed_limit_stays_in_the_range_that_its_column_declares(opened, sample_workspace):
    app = opened("filters", sample_workspace, recipe="gopher_length")
    typed = next(field for field in app.number_input if field.label == "Limit")
    assert typed.proto.has_min
    assert typed.min == 0


def test_an_edited_recipe_says_so_in_front_and_a_saved_one_by_its_name(opened, tmp_path):
    root = tmp_path / "copy"
    literal_corpus(root, [{}, {}], {"words": {"words": [1, 200]}})
    app = opened("filters", root, recipe="gopher_length", unit="documents")
    next(field for field in app.number_input if field.label == "Limit").set_value(60).run()
    assert any(label.startswith("edited · ") for label in app.selectbox(key="recipe_pick").options)
    app.button(key="save_now").click().run()
    assert not words(app)
    assert [toast.value for toast in app.toast] == [f"Saved as {markdown('gopher_length_2')}"]
    assert "changed from gopher_length (" in (root / "recipes" / "gopher_length_2.toml").read_text()


def test_the_count_over_the_removed_is_that_of_the_chosen_reason(opened, tmp_path):
    measured = {"words": {"words": [1, 2, 3, 200, 200_000, None]}}
    literal_corpus(tmp_path / "six", [{}] * 6, measured)
    app = opened("filters", tmp_path / "six", recipe="gopher_length", unit="documents")
    found = preview(cache.open_corpus(tmp_path / "six"), find_recipe("gopher_length"))
    said = {reason: readings._removed(found, reason, "random") for reason in (None, "too_short")}
    assert said[None][0].documents == 5
    assert said["too_short"][0].documents == 3
    assert said["too_short"][1] == "Removed by too short"
    assert "words is null" in app.pills(key="why").options


def test_a_corpus_of_nothing_has_no_badge_on_start(opened, tmp_path):
    literal_corpus(tmp_path / "nothing", [])
    assert "Counted over all documents" not in html(opened("start", tmp_path / "nothing"))
