"""Building a recipe on the page Filters: rules added, changed, disabled, undone; recipes loaded."""

import datetime as dt

import pytest
import streamlit as st
from corpora import literal_corpus
from router import run_page, said

from analytics.recipe import find_recipe, parse_recipe, save_recipe
from indexes.corpus import open_corpus
from indexes.errors import BadRecipe
from indexes.queries.funnel import funnel
from indexes.queries.top import resolve
from indexes.rule import Group, Rule, Share, check_fit
from pages.ui import building, limits, recipes, state

pytestmark = pytest.mark.usefixtures("fresh")

N = 40
DAY = dt.date(2020, 1, 1)
HOSTILE = "![x](http://example.org/x.png) :red[z]"


@pytest.fixture
def root(tmp_path):
    documents = [
        {
            "domain": "web" if i % 4 else HOSTILE,
            "date": DAY + dt.timedelta(days=i),
            "source.good": i % 2 == 0,
            "source.none": None if i else 1,
            "source.large": 2**60 + i * 2**50,
        }
        for i in range(N)
    ]
    measured = {
        "words": {"words": list(range(N))},
        "tokens": {"tokens": [10] * N},
        "shares": {"share": [i / N for i in range(N)], "same": [0.5] * N},
    }
    literal_corpus(tmp_path / "forty", documents, measured)
    return tmp_path / "forty"


def own(root, *rules, name="mine"):
    """A recipe of the workspace, as TOML tables."""
    text = "\n".join(f"[[rule]]\n{rule}" for rule in rules)
    save_recipe(parse_recipe(text, name), root)
    return name


SHORT = 'reason = "short"\ncolumn = "words"\nop = ">="\nlimit = 10'
LONG = 'reason = "long"\ncolumn = "words"\nop = "<="\nlimit = 29'
GONE = 'reason = "gone"\ncolumn = "characters"\nop = ">="\nlimit = 5\nenabled = false'


def address(app):
    found = app.query_params["recipe"]
    return found if isinstance(found, str) else found[0]


def recipe_of(app):
    """The recipe that the address names."""
    name = address(app)
    text = state._kept().get(name)
    return parse_recipe(text.partition("\n")[2], "edited") if text else name


def menu(app, place):
    return next(button for button in app.get("menu_button") if button.key == f"menu_mine_{place}")


def choose(app, place, words):
    chosen = menu(app, place)
    assert words in chosen.options, chosen.options
    chosen.set_value(words).run()
    assert not app.exception, app.exception
    return recipe_of(app)


def button(app, label):
    [found] = [button for button in app.button if button.label == label]
    return found


def test_a_rule_is_added_undone_and_redone(monkeypatch, root):
    own(root, SHORT)
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    assert button(app, "Undo").disabled
    column = app.selectbox(key="add_column_0")
    column.set_value("share").run()
    button(app, "Add rule").click().run()
    assert not app.exception, app.exception
    made = recipe_of(app)
    assert made.steps[1].column == "share"
    assert made.steps[1].op == ">="
    assert made.steps[1].reason == "low_share"
    assert "low share" in [box.label for box in app.checkbox]
    button(app, "Undo").click().run()
    assert address(app) == "mine"
    assert len(app.checkbox) == 1
    button(app, "Redo").click().run()
    assert recipe_of(app) == made
    assert button(app, "Redo").disabled


def test_what_cannot_be_a_rule_is_said_in_one_sentence(monkeypatch, root):
    own(root, SHORT)
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    app.selectbox(key="add_column_0").set_value("share").run()
    next(box for box in app.text_input if box.label.startswith("Reason")).set_value("").run()
    button(app, "Add rule").click().run()
    assert not app.exception
    assert "cannot be the reason of a step" in said(app)
    assert address(app) == "mine"


def test_a_disabled_rule_counts_nothing_and_stays(monkeypatch, root):
    own(root, SHORT, LONG)
    app = run_page(monkeypatch, "filters", root, recipe="mine", unit="documents")
    assert "50.0 %" in said(app)
    app.checkbox[0].uncheck().run()
    assert "75.0 %" in said(app), "as without it"
    assert [step.enabled for step in recipe_of(app).steps] == [False, True]
    assert not app.checkbox[0].value
    app.checkbox[1].uncheck().run()
    assert not app.exception
    assert [step.enabled for step in recipe_of(app).steps] == [False, False]
    app.checkbox[0].check().run()
    app.checkbox[1].check().run()
    assert address(app) == "mine", "the named one again"


def test_a_disabled_rule_on_a_missing_column_stands_there_in_grey(monkeypatch, root):
    own(root, SHORT, GONE)
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    assert [box.label for box in app.checkbox] == ["short", "gone"]
    assert "disabled: counts nothing" in said(app)
    assert "lacks" not in said(app)
    app.checkbox[1].check().run()
    assert "lacks 1 column" in said(app)
    button(app, "Undo").click().run()
    assert "lacks" not in said(app)


def test_the_menu_moves_groups_turns_and_removes(monkeypatch, root):
    own(root, SHORT, LONG)
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    assert menu(app, "0").options[0] == "Move down"
    short, long = find_recipe("mine", root).steps
    assert choose(app, "0", "Move down").steps == (long, short)
    assert choose(app, "1", "Move up") == "mine"
    assert choose(app, "0", "Group with the next").steps == (Group("short_and_long", "all", (short, long)),)
    assert choose(app, "0", "Turn into none of").steps[0].kind == "not"
    assert choose(app, "0", "Turn into any of").steps[0].kind == "any"
    assert choose(app, "0_0", "Take out of its group").steps[1] == short
    assert choose(app, "0", "Take in the rule below").steps[0].members == (long, short)
    assert choose(app, "0", "Ungroup its rules").steps == (long, short)
    assert choose(app, "0", "Remove").steps == (short,)


def test_a_limit_becomes_a_share_of_what_it_keeps_and_back(monkeypatch, root):
    own(root, SHORT)
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    [rule] = choose(app, "0", "Keep the top 75.0\u202f% instead").steps
    assert rule == Rule("short", "words", "top", Share(0.75))
    next(box for box in app.selectbox if box.label == "Within").set_value("domain").run()
    assert recipe_of(app).steps[0].limit == Share(0.75, "documents", "domain")
    next(box for box in app.selectbox if box.label == "Of").set_value("tokens").run()
    assert recipe_of(app).steps[0].limit == Share(0.75, "tokens", "domain")
    next(box for box in app.number_input if box.label.startswith("Keep the top")).set_value(50.0).run()
    assert recipe_of(app).steps[0].limit == Share(0.5, "tokens", "domain")
    [rule] = choose(app, "0", "Keep by a limit instead").steps
    assert (rule.op, rule.limit) == (">=", 19)


def test_labels_are_chosen_from_a_list(monkeypatch, root):
    own(root, 'reason = "web"\ncolumn = "domain"\nop = "not_in"\nlimit = ["web"]')
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    [labels] = app.multiselect
    assert labels.value == ["web"]
    labels.set_value(["web", HOSTILE]).run()
    assert recipe_of(app).steps[0].limit == ("web", HOSTILE)
    assert "No document is left" in said(app)
    app.multiselect[0].set_value([]).run()
    assert recipe_of(app).steps[0].limit == ("web", HOSTILE), "an empty list is no limit"


def test_values_of_a_corpus_are_escaped_in_rules(monkeypatch, root):
    reason = HOSTILE.replace('"', "")
    own(root, f'reason = "{reason}"\ncolumn = "domain"\nop = "=="\nlimit = "{reason}"')
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    labels = [part.label for part in (*app.checkbox, *app.get("menu_button"))]
    assert len(labels) == 2
    assert not any("![x](" in label or ":red[" in label for label in labels)


@pytest.mark.parametrize(
    "name", ["words", "share", "same", "domain", "date", "source.good", "source.none", "source.large"]
)
def test_the_first_limit_of_every_operator_is_for_it_and_cuts_somewhere(root, name):
    corpus = open_corpus(root)
    column = corpus.column(name)
    for op in limits.operators(column):
        rule = building.made(column, op, limits.first(corpus, column, op), "odd")
        check_fit([rule], corpus.column)
        kept = funnel(corpus, resolve(corpus, [rule])).kept.documents
        if name in ("words", "share", "date") and op not in limits.MISSING:
            assert 0 < kept < N, (op, rule.limit, kept)


def test_the_operator_and_reason_that_other_recipes_use_come_first(root):
    column = open_corpus(root).column("words")
    several = [
        parse_recipe(f"[[rule]]\n{text}", "a")
        for text in (LONG, LONG, SHORT, SHORT.replace("words", "share"))
    ]
    assert building.usual(several, column) == ("<=", "long")
    assert building.usual([], column) == (">=", "low_words")


def test_a_recipe_is_loaded_from_a_file_under_a_name_that_it_can_have():
    recipe = building.from_file("my rules (2).toml", f"[[rule]]\n{SHORT}".encode())
    assert recipe.name == "my_rules_2_"
    assert recipe.steps[0].reason == "short"
    assert building.from_file("\n# x.toml", b"").name == "x"
    assert building.from_file("….toml", b"").name == "loaded"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[[rule", "is no TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        (f"[[rule]]\n{SHORT}\nenabled = 1".encode(), "enabled is true or false"),
        (b'[[rule]]\nreason = "r"\ncolumn = "x"\nop = "in_file"\nlimit = "/etc/hostname"', "name of a file"),
    ],
)
def test_a_file_that_is_no_recipe_is_refused_in_one_sentence(content, told):
    with pytest.raises(BadRecipe, match=told) as caught:
        building.from_file("bad.toml", content)
    assert caught.value.next_step


def test_a_loaded_recipe_is_shown_and_a_bad_one_said(monkeypatch, root):
    own(root, SHORT)
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    app.file_uploader[0].set_value(("theirs.toml", f"[[rule]]\n{LONG}".encode(), "text/plain")).run()
    assert not app.exception
    assert recipe_of(app).steps == find_recipe(own(root, LONG, name="other"), root).steps
    app.file_uploader[0].set_value(("bad.toml", b"[[rule", "text/plain")).run()
    assert "is no TOML" in said(app)
    assert recipe_of(app).steps[0].reason == "long", "what was looked at stays"


def test_undo_goes_one_step_back_even_before_the_page_was_drawn_again(monkeypatch, root):
    """A quick hand changes twice and undoes before the buttons were drawn: no step is passed over."""
    session = {recipes.KEY: "a"}
    monkeypatch.setattr(st, "session_state", session)
    monkeypatch.setattr(recipes, "go", lambda address: session.__setitem__(recipes.KEY, address))
    building.remember(root)
    for address in ("b", "c"):
        session[recipes.KEY] = address
        building.remember(root)
    building._back(root)
    assert session[recipes.KEY] == "b"
    building._back(root)
    assert session[recipes.KEY] == "a"
    building._forth(root)
    assert session[recipes.KEY] == "b"


def test_a_number_beyond_what_a_browser_counts_to_is_typed_as_text(monkeypatch, root):
    own(root, f'reason = "large"\ncolumn = "source.large"\nop = ">="\nlimit = {2**60}')
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    [field] = [field for field in app.text_input if field.label == "Limit"]
    field.set_value(str(2**60 + 2**55)).run()
    assert not app.exception
    assert recipe_of(app).steps[0].limit == 2**60 + 2**55
    [field] = [field for field in app.text_input if field.label == "Limit"]
    field.set_value("many").run()
    assert not app.exception
    assert recipe_of(app).steps[0].limit == 2**60 + 2**55, "no number is no limit"


@pytest.mark.parametrize(
    ("question", "field", "typed", "told"),
    [
        ('column = "words"\nop = "between"\nlimit = [3, 9]', "From", 20, "the lower limit comes first"),
        ('column = "domain"\nop = "matches"\nlimit = "w"', "Limit", "(", "cannot be a rule"),
        ('column = "domain"\nop = "=="\nlimit = "web"', "Limit", "x" * 9, "No document is left"),
    ],
)
def test_a_limit_that_cannot_be_is_said_in_one_sentence(monkeypatch, root, question, field, typed, told):
    own(root, f'reason = "odd"\n{question}')
    app = run_page(monkeypatch, "filters", root, recipe="mine")
    [box] = [box for box in (*app.number_input, *app.text_input) if box.label == field]
    box.set_value(typed).run()
    assert not app.exception, app.exception
    assert told in said(app)
