"""The page Compare with two corpora: what they share, what only one has, columns, bad input."""

import shutil
from dataclasses import replace

import pyarrow as pa
import pytest
from corpora import literal_corpus
from router import components, run_page, said

from indexes import families
from indexes.corpus import open_corpus
from indexes.workspace import read_workspace
from pages.ui import launch, two_corpora
from pages.ui.opening import opener

pytestmark = pytest.mark.usefixtures("fresh")

HOSTILE = "![x](http://example.org/x.png) <img src=http://example.org/y.png>"


def made(root, numbers, tokenizer="", **more):
    """Documents d0, d1 and on; their ids and texts say their numbers."""
    documents = [
        {
            "id": f"d{i}",
            "text": f"{'alpha' if i < 40 else 'omega'} common {i}",
            "domain": "low" if i < 40 else HOSTILE,
        }
        for i in numbers
    ]
    literal_corpus(
        root,
        documents,
        {"words": {"words": [i + 1 for i in numbers]}, "tokens": {"tokens": [10] * len(numbers)}, **more},
    )
    (root / "recipes").mkdir(exist_ok=True)
    (root / "recipes" / "long.toml").write_text(
        'label = "Long"\nsource = "tried"\n'
        '[[rule]]\nreason = "short"\ncolumn = "words"\nop = ">"\nlimit = 30\n'
    )
    return root


@pytest.fixture
def two(tmp_path):
    return made(tmp_path / "one", range(60)), made(tmp_path / "other", range(20, 80))


def page(monkeypatch, *roots, **address):
    return run_page(monkeypatch, "compare", *roots, **{"what": "corpora", "unit": "documents", **address})


def cell(page, label):
    return page.split(f'<div class="label">{label}</div>')[1].split("</div></div>")[0]


def test_what_two_corpora_share_and_what_only_one_has(monkeypatch, two):
    app = page(monkeypatch, *two, unit="tokens")
    html = said(app)
    for label, value, note in [
        ("A", 60, "600 tokens"),
        ("B", 60, "600 tokens"),
        ("In both", 40, "66.7 % of A, 66.7 % of B in tokens"),
        ("Only in A", 20, "33.3 % of A in tokens"),
        ("Only in B", 20, "33.3 % of B in tokens"),
        ("Overlap", "50.0 %", "50.0 % in tokens"),
    ]:
        assert f">{value}<" in cell(html, label), label
        assert note in cell(html, label), label
    assert "no document stands twice in either" in html
    assert "<img" not in html
    table = app.dataframe[0].value.set_index("Column")
    assert table.loc["words", "Shift"] == "0.333"
    assert table.loc["tokens", "Shift"] == "0.000"
    facts = {row["name"] for part in components(app) for row in part.get("rows", []) if "value" in row}
    assert {"domain", "alpha", "omega"} <= facts

    lists = {part["title"]: part for part in components(app) if "nothing" in part and "title" in part}
    texts = {title: [row["pieces"][0][0] for row in part["rows"]] for title, part in lists.items()}
    assert all(int(text.split()[-1]) < 20 for text in texts["Only in A"])
    assert all(int(text.split()[-1]) >= 60 for text in texts["Only in B"])
    assert len(texts["Only in A"]) == len(texts["Only in B"]) == 4
    going = []
    monkeypatch.setattr("pages.ui.state.go", lambda page, **state: going.append((page, state)))
    other = open_corpus(two[1])
    row = other.one(f"SELECT doc_id, key {other.clause([])} LIMIT 1")
    opener(other, "other")(f"{row[0]} {row[1]}")
    assert going == [("documents", {"corpus": "other", "doc": f"{row[1]:016x}"})]
    app.selectbox(key="kept_pick").set_value("long").run()
    html = said(app)
    assert ">30<" in cell(html, "A")
    assert ">50<" in cell(html, "B")
    app.button(key="swap_corpora").click().run()
    assert not app.exception
    assert ">50<" in cell(said(app), "A")


def test_the_same_text_is_found_when_it_is_asked_for(monkeypatch, tmp_path):
    a = made(tmp_path / "one", range(30))
    b = tmp_path / "other"
    literal_corpus(b, [{"id": f"other{i}", "text": f"alpha common {i}"} for i in range(10, 30)])
    app = page(monkeypatch, a, b)
    assert ">0<" in cell(said(app), "In both")
    app.segmented_control(key="same_switch").set_value("text").run()
    assert "all text is read once: 0 B, under a second." in said(app)
    [read] = [button for button in app.button if button.label == "Read the texts"]
    read.click().run()
    assert not app.exception
    assert ">20<" in cell(said(app), "In both")


def test_tokens_of_another_tokenizer_are_not_compared(monkeypatch, two):
    other = read_workspace(two[1])
    about = {
        "method": "tokens",
        "version": 1,
        "parameters": {"tokenizer": "[x](y)"},
        "columns": {"tokens": {}},
    }
    families.write_shard(other, "tokens", other.shards[0], pa.table({"tokens": [10] * 60}), about)
    html = said(page(monkeypatch, *two, unit="tokens"))
    assert "so documents are compared" in html
    assert ">60<" in cell(html, "A")


def test_nothing_to_compare_with_another_that_is_empty_and_one_that_is_gone(monkeypatch, tmp_path, two):
    assert "no other corpus here" in said(page(monkeypatch, two[0]))
    literal_corpus(tmp_path / "nothing", [])
    app = page(monkeypatch, *two, tmp_path / "nothing", **{"with": "elsewhere"})
    assert "The corpus elsewhere is not here" in said(app)
    app.selectbox(key="with_pick").set_value("nothing").run()
    assert "The corpus nothing has no documents yet" in said(app)
    app.selectbox(key="with_pick").set_value("other").run()
    shutil.rmtree(two[1] / "documents")
    (two[1] / "corpus.toml").unlink()
    app.run()
    assert not app.exception


def test_one_without_documents_is_not_what_is_compared_first(monkeypatch, tmp_path, two):
    literal_corpus(tmp_path / "nothing", [])
    app = page(monkeypatch, two[0], tmp_path / "nothing", two[1])
    assert app.selectbox(key="with_pick").value == "other"
    assert "has no documents yet" not in said(app)


def test_columns_that_one_lacks_are_named_and_conditions_on_them_said(monkeypatch, tmp_path):
    a = made(tmp_path / "one", range(30), mine={"mine": list(range(30))})
    b = made(tmp_path / "other", range(30), yours={"yours": [1.0] * 30})
    app = page(monkeypatch, a, b)
    facts = {
        row["name"]: row["value"]
        for part in components(app)
        for row in part.get("rows", [])
        if "value" in row
    }
    assert facts["only A has"] == "mine"
    assert facts["only B has"] == "yours"
    app.selectbox(key="where_column").set_value("mine").run()
    app.number_input(key="where_low_mine").set_value(3)
    app.number_input(key="where_high_mine").set_value(9).run()
    app.button(key="where_take").click().run()
    assert not app.exception
    assert "The conditions cannot be asked of other" in said(app)


def test_one_document_and_a_column_of_nulls(monkeypatch, tmp_path):
    roots = [made(tmp_path / name, range(1), none={"none": [None]}) for name in ("one", "other")]
    html = said(page(monkeypatch, *roots))
    assert ">1<" in cell(html, "In both")
    assert "100 %" in cell(html, "Overlap")


def test_a_large_corpus_is_answered_from_a_part_first(monkeypatch, tmp_path):
    """The first answer is drawn with the badge; the exact one replaces it within the same run here."""
    real = launch.read

    monkeypatch.setattr(launch, "read", lambda arguments: replace(real(arguments), sample=100))
    seen = []
    strip = two_corpora._strip
    monkeypatch.setattr(two_corpora, "_strip", lambda *given: (seen.append(given[-1]), strip(*given)))
    roots = made(tmp_path / "one", range(300)), made(tmp_path / "other", range(150, 450))
    app = page(monkeypatch, *roots)
    assert seen[0]
    assert not seen[-1]
    assert ">150<" in cell(said(app), "In both")
