"""The tab Judge: a verdict goes into the file, the next document comes, and the rates follow."""

import json
import re
from functools import wraps

import pytest
from corpora import literal_corpus
from router import components, run_page, said

from analytics.recipe import find_recipe
from indexes.corpus import open_corpus
from indexes.drop import drop
from indexes.judgements import add_judgements, read_judgements
from indexes.queries.judged import to_judge
from indexes.verdicts import BOTH, CHOSEN, REMOVED, Asked, Judgement, key_text
from pages.ui import cache, judging

pytestmark = pytest.mark.usefixtures("fresh")

RECIPE = """label = "long"
source = "a test"
[[rule]]
reason = "too_short"
column = "words"
op = ">="
limit = 20
[[rule]]
reason = "odd_one"
column = "words"
op = "!="
limit = 30
"""
N = 60


@pytest.fixture
def root(tmp_path):
    documents = [{"text": f"text of number {i}", "domain": "ab"[i % 2]} for i in range(N)]
    literal_corpus(tmp_path / "c", documents, {"w": {"words": list(range(N))}, "t": {"tokens": [1] * N}})
    (tmp_path / "c" / "recipes").mkdir()
    (tmp_path / "c" / "recipes" / "mine.toml").write_text(RECIPE)
    return tmp_path / "c"


def opened(monkeypatch, root, who="anna", **address):
    """The tab, once a name is given."""
    app = run_page(monkeypatch, "filters", root, recipe="mine", part="Judge", **address)
    if who and not any(button.label == who for button in app.button):  # as it is where it was given last
        app.text_input(key="judge_typed").set_value(who).run()
    assert not app.exception, app.exception
    return app


def press(app, verdict):
    app.button(key=f"judge_{verdict}").click().run()
    assert not app.exception, app.exception


def text(app):
    [shown] = [part for part in components(app) if "pieces" in part and "raw" in part]
    return shown["pieces"][0][0]


def rates(app):
    [shown] = [part for part in components(app) if "heads" in part]
    return {row["name"]: row for row in shown["rows"]}


def test_nobody_judges_without_a_name_and_it_is_not_in_the_address(monkeypatch, root):
    app = opened(monkeypatch, root, who="")
    assert app.button(key="judge_keep").disabled
    app.text_input(key="judge_typed").set_value("anna of the night").run()
    assert not app.button(key="judge_keep").disabled
    assert "anna" not in json.dumps(dict(app.query_params))
    assert not [box for box in app.text_input if box.key == "judge_typed"], "asked once"


def test_the_name_given_last_is_the_next_sessions_until_another_is_typed(monkeypatch, root):
    opened(monkeypatch, root, who="anna")
    app = opened(monkeypatch, root, who="")
    assert not app.button(key="judge_keep").disabled
    press(app, "keep")
    assert [row.who for row in read_judgements(root)] == ["anna"]
    [name] = [button for button in app.button if button.label == "anna"]
    name.click().run()
    assert app.button(key="judge_keep").disabled
    [box] = [box for box in app.text_input if box.key == "judge_typed"]
    assert box.label == "Your name"
    box.set_value("ben").run()
    press(app, "drop")
    assert {row.who for row in read_judgements(root)} == {"anna", "ben"}


def test_a_verdict_is_written_and_the_next_document_comes(monkeypatch, root):
    app = opened(monkeypatch, root)
    first = text(app)
    app.text_input(key="judge_note").set_value("an advert")
    press(app, "drop")
    assert text(app) != first
    assert app.text_input(key="judge_note").value == ""
    press(app, "keep")
    one, two = read_judgements(root)
    assert (one.who, one.verdict, one.note, one.recipe) == ("anna", "drop", "an advert", "mine")
    assert one.id == f"id-{first.rsplit(' ', 1)[1]}"
    assert (one.asked, one.recipe_hash) == (Asked(BOTH, hidden=True), find_recipe("mine", root).hash)
    assert (two.verdict, two.note) == ("keep", "")
    assert "2 documents judged by you" in said(app)


def test_back_shows_it_again_and_the_later_verdict_counts(monkeypatch, root):
    app = opened(monkeypatch, root)
    first = text(app)
    press(app, "drop")
    second = text(app)
    app.button(key="judge_back").click().run()
    assert text(app) == first
    assert "you said drop" in said(app)
    press(app, "keep")
    assert text(app) == second
    assert [row.verdict for row in read_judgements(root)] == ["drop", "keep"]
    assert "1 document judged by you" in said(app)


def test_every_document_of_a_list_is_asked_once(monkeypatch, root):
    app = opened(monkeypatch, root, ask="removed")
    seen = []
    for _ in range(21):
        seen.append(text(app))
        press(app, "drop" if len(seen) % 3 else "keep")
    assert len(set(seen)) == 21
    assert "You have judged every document of this list." in said(app)
    assert app.button(key="judge_keep").disabled
    shown = rates(app)
    assert shown["All rules"]["precision"]["value"] == pytest.approx(14 / 21)
    assert shown["too short"]["precision"]["counts"].endswith("of 20")
    assert any(note.startswith("wrongly removed: about") for note in shown["too short"]["notes"])
    assert list(shown) == ["All rules", "too short", "odd one"], "the worst first"
    assert re.search("too short wrongly removes most: about [67] documents<", said(app)), "and that is sure"
    assert shown["All rules"]["misses"] == {"value": None, "said": "not judged"}


def test_after_one_verdict_no_estimate_is_said(monkeypatch, root):
    app = opened(monkeypatch, root, ask="one rule")
    assert "A verdict counts for the rule it was asked under" in said(app)
    press(app, "keep")
    shown = rates(app)["too short"]
    assert shown["precision"] == {"value": None, "said": "too few judged (1)"}
    assert shown["notes"] == ["wrongly removed: too few judged (1), 4 to 20 of 20"]
    assert "wrongly removes most" not in said(app)
    press(app, "keep")
    assert rates(app)["too short"]["precision"]["value"] == 0
    assert "too short wrongly removes most: about 20 documents<" in said(app)


def test_of_what_several_rules_remove_it_is_said_how_much_one_alone_does(monkeypatch, root):
    (root / "recipes" / "mine.toml").write_text(RECIPE.replace("limit = 30", "limit = 10"))
    app = opened(monkeypatch, root, ask="one rule")
    press(app, "keep")
    press(app, "keep")
    assert "about 20 documents; only this rule removes 19<" in said(app)
    assert "only this rule removes 19: no more come back without it" in rates(app)["too short"]["notes"]


def test_the_reason_is_hidden_until_it_is_wished(monkeypatch, root):
    app = opened(monkeypatch, root, ask="removed")
    assert "Should it be kept?" in said(app)
    app.toggle(key="hide").set_value(False).run()
    assert "Removed: " in said(app)
    press(app, "keep")
    assert read_judgements(root)[0].asked == Asked(REMOVED, hidden=False)
    assert "The last one: you said keep; the recipe has it removed for too_short ✗" in said(app)


def test_what_is_nearest_a_limit_is_in_no_rate(monkeypatch, root):
    app = opened(monkeypatch, root, ask="borderline")
    numbers = []
    for _ in range(4):
        numbers.append(int(text(app).rsplit(" ", 1)[1]))
        press(app, "drop")
    assert sorted(numbers) == [18, 19, 20, 21]
    row = rates(app)["too short"]
    assert row["precision"]["value"] is None
    assert row["notes"] == [
        "nearest its limit, removed: 2 of 2 should go",
        "nearest its limit, kept: 2 of 2 should go",
    ]


def test_a_document_that_was_dropped_meanwhile_is_said_to_be(monkeypatch, root, tmp_path):
    app = opened(monkeypatch, root)
    (tmp_path / "ids").write_text(f"id-{text(app).rsplit(' ', 1)[1]}\n")
    drop(root, "spam", ids=tmp_path / "ids")
    press(app, "keep")
    assert "The document that you judged was dropped from the corpus meanwhile" in said(app)
    assert "spam" in said(app)
    assert len(read_judgements(root)) == 1
    app.run()
    assert "In no rate: 1 document dropped since" in said(app)


def test_two_people_are_compared(monkeypatch, root):
    recipe = find_recipe("mine", root)
    drawn = to_judge(open_corpus(root), recipe.steps, Asked(BOTH), N)["key"].to_list()
    for who, step in (("anna", 2), ("ben", 3)):
        add_judgements(
            root,
            [
                Judgement(
                    key_text(key),
                    who,
                    "2026-11-21T17:00:00Z",
                    "drop" if i % step else "keep",
                    recipe_hash=recipe.hash,
                    asked=Asked(BOTH),
                )
                for i, key in enumerate(drawn)
            ],
        )
    app = opened(monkeypatch, root, who="carl")
    assert "anna and ben judged 60 documents both" in said(app)
    assert "Cohen&#x27;s kappa" in said(app)


def test_a_damaged_file_says_where(monkeypatch, root):
    (root / "judgements").mkdir()
    (root / "judgements" / "anna.jsonl").write_text("{}\n")
    app = opened(monkeypatch, root, who="")
    assert "anna.jsonl, line 1: key, who, when, verdict is missing" in said(app)


def test_a_corpus_of_which_all_is_kept_has_nothing_among_the_removed(monkeypatch, root):
    (root / "recipes" / "mine.toml").write_text(RECIPE.replace("20", "0").replace("30", "99"))
    app = opened(monkeypatch, root, ask="removed")
    assert "No document is in this list." in said(app)


def test_names_that_are_hostile_stay_text(monkeypatch, root):
    name = '![x](http://example.org/x.png) <a href="http://example.org">y</a>'
    app = opened(monkeypatch, root, who=name)
    press(app, "keep")
    assert read_judgements(root)[0].who == name
    assert "<a href" not in said(app)
    assert not [button.label for button in app.button if "![x](" in button.label]


def test_the_column_is_made_anew_when_it_is_asked_for(monkeypatch, root):
    app = opened(monkeypatch, root)
    assert not [button for button in app.button if button.key == "judge_column"]
    press(app, "drop")
    app.button(key="judge_column").click().run()
    app.run()
    assert not app.exception
    assert not [button for button in app.button if button.key == "judge_column"], "it is as they are"
    assert cache.open_corpus(root).columns["judged"].nulls == N - 1
    press(app, "drop")
    assert [button for button in app.button if button.key == "judge_column"]


def test_what_is_judged_of_a_part_counts_there_alone(monkeypatch, root):
    app = opened(monkeypatch, root, ask="removed")
    app.selectbox(key="where_column").set_value("domain").run()
    app.selectbox(key="where_value_domain").set_value(0).run()
    app.button(key="where_take").click().run()
    halves = set()
    for _ in range(3):
        halves.add(int(text(app).rsplit(" ", 1)[1]) % 2)
        press(app, "drop")
    assert len(halves) == 1
    assert {row.asked.where for row in read_judgements(root)} not in ({""}, set())
    assert rates(app)["All rules"]["precision"]["counts"] == "3 of 3"
    [chip] = [button for button in app.button if "×" in button.label]
    chip.click().run()
    assert rates(app)["All rules"]["precision"] == {"value": None, "said": "not judged"}
    assert "In no rate: 3 documents judged under other limits or chosen by hand." in said(app)


def test_another_corpus_takes_back_nothing(monkeypatch, root, tmp_path):
    documents = [{"text": f"other text of number {i}", "domain": "ab"[i % 2]} for i in range(2)]
    other = tmp_path / "other"
    literal_corpus(other, documents, {"w": {"words": [5, 40]}, "t": {"tokens": [1] * 2}})
    (other / "recipes").mkdir()
    (other / "recipes" / "mine.toml").write_text(RECIPE)
    app = run_page(monkeypatch, "filters", root, other, recipe="mine", part="Judge")
    app.text_input(key="judge_typed").set_value("anna").run()
    while len(read_judgements(root)) < 4:
        press(app, "drop")
    app.button(key="judge_back").click().run()
    first, second = app.selectbox(key="corpus").options
    app.selectbox(key="corpus").set_value(second).run()
    assert not app.exception, app.exception
    assert text(app).startswith("other text")
    assert app.button(key="judge_back").disabled
    assert "The last one" not in said(app)
    press(app, "keep")
    [row] = read_judgements(other)
    assert row.key in map(key_text, to_judge(open_corpus(other), (), Asked(BOTH), 2)["key"].to_list())
    app.selectbox(key="corpus").set_value(first).run()
    assert app.button(key="judge_back").disabled, "what was judged in the other one is not this one's"
    assert len(read_judgements(root)) == 4


def test_a_shorter_recipe_takes_back_nothing(monkeypatch, root):
    (root / "recipes" / "brief.toml").write_text("[[rule]]".join(RECIPE.split("[[rule]]")[:2]))
    app = opened(monkeypatch, root, ask="removed", seed="3")
    app.toggle(key="hide").set_value(False).run()
    while "odd one" not in said(app):
        press(app, "drop")
    press(app, "drop")
    app.button(key="judge_back").click().run()
    assert "odd one" in said(app)
    app.query_params["recipe"] = "brief"
    app.run()
    assert not app.exception, app.exception
    assert app.button(key="judge_back").disabled


def test_a_verdict_asks_the_corpus_nothing_that_was_asked_for_the_one_before(monkeypatch, root):
    calls = []

    def counted(query):
        @wraps(query)
        def asked(*arguments):
            calls.append(query.__name__)
            return query(*arguments)

        return asked

    for name in ("decided", "first_of"):
        monkeypatch.setattr(judging, name, counted(getattr(judging, name)))
    app = opened(monkeypatch, root, ask="removed")
    for _ in range(3):
        press(app, "drop")
    app.button(key="judge_back").click().run()
    press(app, "keep")
    assert rates(app)["All rules"]["precision"]["counts"] == "2 of 3"
    assert calls.count("decided") == 1
    assert calls.count("first_of") == 1 + 4, "once for all that is drawn; then for the document judged"


def test_a_note_goes_with_its_document_recipe_and_corpus_alone(monkeypatch, root):
    (root / "recipes" / "brief.toml").write_text("[[rule]]".join(RECIPE.split("[[rule]]")[:2]))
    app = opened(monkeypatch, root, ask="removed")
    app.text_input(key="judge_note").set_value("of this one").run()
    assert app.text_input(key="judge_note").value == "of this one"
    app.segmented_control(key="ask").set_value("kept").run()
    assert app.text_input(key="judge_note").value == ""
    app.text_input(key="judge_note").set_value("under this recipe").run()
    app.query_params["recipe"] = "brief"
    app.run()
    assert app.text_input(key="judge_note").value == ""


def test_a_document_that_is_read_is_judged_by_hand_and_in_no_rate(monkeypatch, root):
    app = run_page(monkeypatch, "documents", root, doc="7", recipe="mine")
    assert app.button(key="judge_drop").disabled
    app.text_input(key="judge_typed").set_value("anna").run()
    app.text_input(key="judge_note").set_value("<b>an advert</b>")
    press(app, "drop")
    [row] = read_judgements(root)
    assert (row.id, row.verdict, row.note) == ("id-7", "drop", "<b>an advert</b>")
    assert (row.asked, row.recipe_hash) == (Asked(CHOSEN), find_recipe("mine", root).hash)
    assert app.text_input(key="judge_note").value == ""
    assert "You said drop: &lt;b&gt;an advert" in said(app)
    assert text(app).endswith(" 7"), "it stays"
    app.text_input(key="judge_note").set_value("left behind").run()
    app.button(key="walk_Next").click().run()
    assert text(app).endswith(" 8")
    assert app.text_input(key="judge_note").value == ""
    assert "You said" not in said(app)
    again = opened(monkeypatch, root, ask="removed")
    assert rates(again)["All rules"]["precision"] == {"value": None, "said": "not judged"}
    assert "In no rate: 1 document judged under other limits or chosen by hand." in said(again)
    seen = []
    for _ in range(21):
        seen.append(text(again))
        press(again, "drop")
    assert any(one.endswith(" 7") for one in seen), "a draw passes over nothing that it has not asked"


def test_a_document_is_judged_by_hand_without_a_recipe(monkeypatch, root):
    app = run_page(monkeypatch, "documents", root, doc="7")
    app.text_input(key="judge_typed").set_value("anna").run()
    press(app, "unsure")
    [row] = read_judgements(root)
    assert (row.recipe, row.recipe_hash, row.asked.list) == ("", "", "chosen by hand")
