"""The page Compare, run as the server runs it: numbers, reasons, shifts, implementations, bad input."""

import re

import numpy as np
import pytest
from corpora import literal_corpus
from router import components, run_page, said, shown

from indexes.queries.parted import Parted
from indexes.rule import Rule
from pages.ui import compared, shifts, soon

pytestmark = pytest.mark.usefixtures("fresh")

HOSTILE = '![x](http://example.org/x.png) <a href="http://example.org">y</a> $x$ :red[z] {{1}}'
N = 60


def recipe(root, name, *rules):
    (root / "recipes").mkdir(exist_ok=True)
    text = f"label = '{name}'\nsource = 'test'\n"
    for reason, column, op, limit in rules:
        text += f"[[rule]]\nreason = '{reason}'\ncolumn = '{column}'\nop = '{op}'\nlimit = {limit}\n"
    (root / "recipes" / f"{name}.toml").write_text(text)


@pytest.fixture
def workspace(tmp_path):
    """Sixty documents of 0 to 59 words; ``long`` keeps 20 on, ``short`` under 40."""
    root = tmp_path / "made"
    documents = [
        {"text": f"{'alpha' if i < 20 else 'omega'} common {i}", "domain": "low" if i < 30 else "high"}
        for i in range(N)
    ]
    measured = {
        "words": {"words": list(range(N))},
        "words_datatrove": {"words__datatrove": [max(0, i - 5) for i in range(N)]},
        "tokens": {"tokens": [10] * 40 + [40] * 20},
    }
    literal_corpus(root, documents, measured)
    recipe(root, "long", ("too_short", "words", ">=", 20))
    recipe(root, "short", ("too_long", "words", "<", 40))
    return root


def test_where_selections_part_between_two_values_of_the_grid_it_is_said():
    # Below, at, between, at and above 1 and 5: A lies between them, B at 5; at 5 both are all there.
    counts = np.array([[0, 0, 0], [0, 0, 0], [3, 0, 0], [0, 3, 0], [0, 0, 0]])
    laid = Parted(np.array([1.0, 5.0]), counts, np.zeros(3, int))
    at = shifts.shifts_of({"x": laid}).found["x"].apart.at
    a, b = (float(shifts.below(laid, side)[at]) for side in (0, 1))
    assert shifts.sentence("x", "5", a, b, at % 2 == 0).replace("\u202f", " ") == (
        "100 % of A and 0 % of B have x under 5"
    )


def test_the_numbers_of_the_strip(monkeypatch, workspace):
    page = said(run_page(monkeypatch, "compare", workspace, a="long", b="short"))
    for label, value, note in [
        ("Kept by A", 40, "83.3 % of tokens"),
        ("Kept by B", 40, "33.3 % of tokens"),
        ("By both", 20, "16.7 % of tokens"),
        ("Only by A", 20, "66.7 % of tokens"),
        ("By neither", 0, "0 % of tokens"),
    ]:
        cell = page.split(f'<div class="label">{label}</div>')[1].split("</div></div>")[0]
        assert f">{value}<" in cell, label
        assert note in cell, label
    assert "Of the documents that A or B keeps, 33 % are kept by both" in page
    overlap = page.split('"label">Overlap')[1]
    assert "33.3 %" in overlap
    assert "16.7 % in tokens" in overlap


def test_what_one_keeps_and_the_other_drops_stands_with_the_reason(monkeypatch, workspace):
    app = run_page(monkeypatch, "compare", workspace, a="long", b="short")
    lists = {part["title"]: part for part in components(app) if "nothing" in part and "title" in part}
    rows = lists["A keeps, B drops"]["rows"]
    assert len(rows) == 4
    for row in rows:
        assert int(row["doc"]) >= 40
        assert row["lead"] == f"too long {row['doc']}"
    assert {row["lead"].split()[1] for row in lists["B keeps, A drops"]["rows"]} == {"short"}


def test_the_columns_that_shift_stand_by_their_size(monkeypatch, workspace):
    app = run_page(monkeypatch, "compare", workspace, a="long", b="short", column="tokens")
    table = app.dataframe[0].value
    assert list(table["Column"]) == ["tokens", "words", "words__datatrove"]
    # A: 20 to 59, B: 0 to 39: half of each lies beyond the other.
    assert table.set_index("Column").loc["words", "Shift"] == "0.500"
    assert table.set_index("Column").loc["words", "A: median (10–90 %)"].startswith("39 (")
    assert "% of A and" in said(app)


def test_labels_and_words_that_differ(monkeypatch, workspace):
    app = run_page(monkeypatch, "compare", workspace, a="long", b="short", unit="documents")
    facts = {
        row["name"]: row["value"]
        for part in components(app)
        for row in part.get("rows", [])
        if "value" in row
    }
    assert facts["domain"].startswith("0.1")  # A: 10 of 40 low, B: 30 of 40
    assert "High is 75 % of A but 25 % of B" in said(app)
    assert {"alpha", "omega"} <= set(facts)
    assert "Only A: words" in said(app)


def test_one_rule_under_several_implementations(monkeypatch, workspace):
    app = run_page(monkeypatch, "compare", workspace, a="long", b="short", unit="documents")
    page = said(app)
    assert "2 implementations agree on 91.7 % of documents" in page
    assert "words keeps 5 documents that words__datatrove drops" in page
    assert "pieces of text between Unicode white space" in page, "what it counts"
    assert "5 documents otherwise" in page
    assert '"lead": "24 against 19"' in shown(app) or '"lead": "20 against 15"' in shown(app)


@pytest.mark.parametrize(("a", "b"), [("long", "long"), ("long", "none")])
def test_one_recipe_twice_and_a_side_that_keeps_nothing(monkeypatch, workspace, a, b):
    recipe(workspace, "none", ("never", "words", ">", 1000))
    page = said(run_page(monkeypatch, "compare", workspace, a=a, b=b))
    assert ("A and B are the same rules." in page) == (a == b)
    assert "Words that differ" not in page, "there is nothing to compare"


def test_conditions_narrow_every_number_but_where_a_top_cuts(monkeypatch, workspace):
    share = "share = 0.5\nof = 'documents'"
    text = (
        f"label = 'top'\nsource = 'test'\n[[rule]]\nreason = 'low'\ncolumn = 'words'\nop = 'top'\n{share}\n"
    )
    (workspace / "recipes" / "top.toml").write_text(text)
    app = run_page(monkeypatch, "compare", workspace, a="top", b="short", unit="documents")
    app.selectbox(key="where_column").set_value("domain").run()
    app.selectbox(key="where_value_domain").set_value(1).run()
    app.button(key="where_take").click().run()
    assert not app.exception
    values = re.findall(r'class="value" title="([^"]*)"', said(app))
    assert values[:6] == ["0", "30", "0", "0", "30", "0"], "the top half of all lies outside"


def test_swapping(monkeypatch, workspace):
    app = run_page(monkeypatch, "compare", workspace, a="long", b="short")
    app.button(key="swap").click().run()
    assert not app.exception
    assert (app.session_state["a"], app.session_state["b"]) == ("short", "long")
    assert (app.selectbox(key="a_pick").value, app.selectbox(key="b_pick").value) == ("short", "long")


def test_a_large_corpus_is_answered_from_a_part_first(monkeypatch, workspace):
    monkeypatch.setattr(
        soon, "part_of", lambda corpus: corpus.whole.narrowed((Rule("part", "words", "<", 30),))
    )
    seen = []
    strip = compared.strip
    monkeypatch.setattr(compared, "strip", lambda *given: (seen.append(given[1:3]), strip(*given)))
    app = run_page(monkeypatch, "compare", workspace, a="long", b="short", unit="documents")
    first, last = seen[0], seen[-1]
    assert (first[0].total.documents, first[0].a.documents, first[1]) == (60, 20, 30), "twice the part's"
    assert (last[0].a.documents, last[1]) == (40, None)
    assert '"label">Kept by A' in said(app)


def test_filters_leads_here_with_its_recipe_as_a(monkeypatch, workspace):
    app = run_page(monkeypatch, "filters", workspace, recipe="short")
    app.button(key="compare_with").click().run()
    assert not app.exception
    assert (app.query_params["a"], app.query_params["what"]) == ("short", "recipes")
    assert app.selectbox(key="a_pick").value == "short"


def test_a_corpus_of_nothing_and_missing_columns(monkeypatch, tmp_path):
    literal_corpus(tmp_path / "nothing", [])
    assert "no documents yet" in said(run_page(monkeypatch, "compare", tmp_path / "nothing"))
    literal_corpus(tmp_path / "bare", [{}, {}])
    page = said(run_page(monkeypatch, "compare", tmp_path / "bare", a="gopher_length", b="gopher_words"))
    assert "lacks 1 column that gopher_length reads: words." in page


def test_an_address_that_names_what_is_not_there(monkeypatch, workspace):
    page = said(run_page(monkeypatch, "compare", workspace, a="0123456789abcdef", b="short"))
    assert "names an edited recipe that this server does not have" in page
    run_page(
        monkeypatch, "compare", workspace, a="long", b="short", column="gone", label="x", rule="y", seed="7"
    )


def test_hostile_values_are_escaped(monkeypatch, tmp_path):
    root = tmp_path / "hostile"
    documents = [{"text": HOSTILE, "domain": HOSTILE, "source": HOSTILE} for _ in range(12)]
    odd = {"odd": [1.0, 2.0, 3.0, float("inf"), -float("inf"), None] * 2, "none": [None] * 12}
    measured = {"odd": odd, "words": {"words": [*range(10), None, 5]}, "h": {"words__<b>x": list(range(12))}}
    literal_corpus(root, documents, measured)
    recipe(root, "one", (HOSTILE, "words", ">=", 3), ("h", "domain", "==", f"'{HOSTILE}'"))
    recipe(root, "two", ("other", "words", "<", 8))
    address = {"a": "one", "b": "two", "unit": "documents"}
    page = said(run_page(monkeypatch, "compare", root, **address, column="odd"))
    assert "<a href" not in page
    assert "<b>x" not in page
