"""What the lab says of input that is wrong: one sentence and a next step on every page, never a traceback."""

import html
import re

import pyarrow as pa
import pytest
from corpora import literal_corpus
from router import run_page, said, shown

from indexes.drop import drop
from indexes.judgements import read_judgements

pytestmark = pytest.mark.usefixtures("fresh")

PAGES = ["overview", "quality", "documents", "filters", "compare"]
RULE = '[[rule]]\nreason = "odd"\ncolumn = "{}"\nop = ">="\nlimit = {}\n'
N = 12
KEPT = "0123456789abcdef"


def made(root, n=N):
    """Documents of which one is alone in its domain, with NaN, null and a column of nulls."""
    documents = [
        {
            "domain": "alone" if i == 0 else "many",
            "source": "s",
            "date": None if i % 2 else f"2020-01-{i + 1:02}",
        }
        for i in range(n)
    ]
    odd = [(float("nan"), None, 0.5, float("inf"))[i % 4] for i in range(n)]
    measured = {
        "words": {"words": list(range(n))},
        "tokens": {"tokens": [10] * n},
        "odd": {"odd": odd, "nothing": pa.nulls(n, pa.float64())},
    }
    literal_corpus(root, documents, measured)
    return root


@pytest.fixture
def root(tmp_path):
    return made(tmp_path / "c")


def words(app):
    """What a page says, without the tags."""
    return " ".join(
        html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", said(app), flags=re.DOTALL)).split()
    )


def keep(root, text):
    """A text as the server keeps it for an address: a recipe that was edited, or conditions."""
    folder = root / "cache" / "edited"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / KEPT).write_text(text)
    return KEPT


def own(root, column, limit, name="mine"):
    (root / "recipes").mkdir(exist_ok=True)
    (root / "recipes" / f"{name}.toml").write_text(RULE.format(column, limit))
    return name


@pytest.mark.parametrize("page", PAGES)
def test_a_condition_on_a_column_that_has_gone(monkeypatch, root, page):
    more = {"a": own(root, "words", 5), "b": own(root, "words", 3, "few")} if page == "compare" else {}
    app = run_page(monkeypatch, page, root, where=keep(root, RULE.format("wordz", 1)), **more)
    assert "This corpus has no column wordz. Near matches: words" in words(app)
    assert "No condition is applied here" in words(app)
    [away] = [button for button in app.button if button.label == "Take all conditions away"]
    away.click().run()
    assert not app.exception
    assert "wordz" not in words(app)


@pytest.mark.parametrize("page", ["quality", "filters"])
def test_a_link_to_a_corpus_that_is_not_here(monkeypatch, root, page):
    app = run_page(monkeypatch, page, root, corpus="theirs")
    assert "There is no corpus called theirs here. This is c." in words(app)


@pytest.mark.parametrize(("page", "name"), [("filters", "recipe"), ("documents", "recipe"), ("compare", "a")])
def test_a_link_to_a_recipe_with_unknown_columns(monkeypatch, root, page, name):
    known = keep(root, f"# theirs\n{RULE.format('wordz', 1)}")
    more = {"doc": "3"} if page == "documents" else {}
    app = run_page(monkeypatch, page, root, **{name: known}, **more)
    assert "wordz" in words(app)
    assert "assay " in words(app), "the next step"


@pytest.mark.parametrize(("page", "name"), [("filters", "recipe"), ("compare", "b"), ("export", "recipe")])
def test_a_link_to_a_recipe_that_is_not_here(monkeypatch, root, page, name):
    app = run_page(monkeypatch, page, root, **{name: "fedcba9876543210"})
    assert "does not have" in words(app)


@pytest.mark.parametrize(
    ("column", "limit", "sentence", "next_step"),
    [
        ("words", 10**12, "No document is left.", "Move its limit, disable it, or undo."),
        ("odd", 1e300, "is left", "Read what it did"),
        ("words", -(10**12), "of 12 documents", "Read what it did"),
        (
            "words",
            0.5,
            "words is a column of type integer, and the limit 0.5 is a number.",
            "Write a whole number",
        ),
        (
            "odd",
            "nan",
            "a limit is a finite number, got nan",
            "no recipe called mine here that can be read. Choose",
        ),
    ],
)
def test_a_limit_outside_the_range(monkeypatch, root, column, limit, sentence, next_step):
    page = words(run_page(monkeypatch, "filters", root, recipe=own(root, column, limit)))
    assert sentence in page
    assert next_step in page


@pytest.mark.parametrize(
    ("column", "on_quality", "on_filters"),
    [
        ("odd", "odd is 0.500 for half of the tokens", "50.0 % of tokens kept"),
        ("nothing", "No value in the column nothing.", "No document is left."),
    ],
)
def test_nan_infinity_and_null(monkeypatch, root, column, on_quality, on_filters):
    own(root, "words", 3, "few")
    assert on_quality in words(run_page(monkeypatch, "quality", root, column=column))
    assert on_filters in words(run_page(monkeypatch, "filters", root, recipe=own(root, column, 0.25)))
    run_page(monkeypatch, "compare", root, a="mine", b="few")
    run_page(monkeypatch, "documents", root, sort=column)


def test_a_group_with_one_document(monkeypatch, root):
    own(root, "words", 5)
    page = words(run_page(monkeypatch, "filters", root, recipe="mine", part="Who is filtered out"))
    assert "No domain has 100 documents, so there is nothing to compare. Choose other groups." in page
    run_page(monkeypatch, "quality", root, column="words", label="domain")


@pytest.mark.parametrize("page", PAGES)
def test_a_corpus_of_one_document(monkeypatch, tmp_path, page):
    root = made(tmp_path / "one", 1)
    run_page(monkeypatch, page, root, a=own(root, "words", 5), b=own(root, "words", 0, "all"))


@pytest.mark.parametrize("page", ["filters", "compare"])
def test_a_corpus_of_no_documents(monkeypatch, empty_workspace, page):
    assert "no documents yet" in words(run_page(monkeypatch, page, empty_workspace))


def test_a_document_is_dropped_while_it_is_read_and_judged(monkeypatch, root, tmp_path):
    app = run_page(monkeypatch, "documents", root, doc="5")
    app.text_input(key="judge_typed").set_value("anna").run()
    (tmp_path / "ids").write_text("id-5\n")
    drop(root, "spam", ids=tmp_path / "ids")
    app.button(key="judge_drop").click().run()
    assert not app.exception
    assert len(read_judgements(root)) == 1
    app.run()
    assert "This document was dropped from the corpus." in words(app)
    assert "spam" in words(app)


MANY = 1_000_000


@pytest.mark.slow
def test_a_column_with_a_million_labels(monkeypatch, tmp_path):
    root = tmp_path / "labels"
    measured = {"words": {"words": range(MANY)}, "tokens": {"tokens": [10] * MANY}}
    literal_corpus(root, [{"domain": f"label {i}"} for i in range(MANY)], measured)
    for page, address in (
        ("overview", {}),
        ("quality", {"column": "domain"}),
        ("documents", {"sort": "domain"}),
        ("filters", {"recipe": own(root, "words", 500_000), "part": "Who is filtered out", "by": "domain"}),
        ("compare", {"a": "mine", "b": own(root, "words", 9, "few"), "label": "domain"}),
    ):
        app = run_page(monkeypatch, page, root, **address)
        assert len(shown(app)) < 1_000_000
        assert "label" in words(app) + shown(app)
