"""Who is filtered out, on the page: the group that loses most is named, hostile labels are text."""

import pytest
from corpora import literal_corpus
from router import run_page, said

HOSTILE = "![x](http://example.org/x.png) <img src=http://example.org/y.png>"


def corpus(root, labels=("news", HOSTILE, "law")):
    """Of the second label every document is short; of the others none is."""
    n = 900
    documents = [{"id": f"d{i}", "domain": labels[i % len(labels)]} for i in range(n)]
    words = [45 if labels[i % len(labels)] == HOSTILE else 100 + i % 300 for i in range(n)]
    literal_corpus(
        root,
        documents,
        {"length": {"words": words, "bytes": words}, "tokens": {"tokens": words}},
    )
    (root / "recipes").mkdir()
    (root / "recipes" / "long.toml").write_text(
        'label = "Long"\nsource = "tried"\n'
        '[[rule]]\nreason = "short"\ncolumn = "words"\nop = ">="\nlimit = 50\n'
    )
    return root


def page(monkeypatch, root, group=None, **address):
    """Filters with this part of it open."""
    app = run_page(monkeypatch, "filters", root, **address)
    app.segmented_control(key="part").set_value("Who is filtered out").run()
    if group:
        app.selectbox(key="group").set_value(group).run()
    return app


@pytest.mark.parametrize("unit", ["documents", "tokens"])
def test_the_group_that_loses_most_is_named(monkeypatch, tmp_path, unit):
    root = corpus(tmp_path / "c")
    app = page(monkeypatch, root, recipe="long", unit=unit)
    assert not app.exception
    assert "loses most: 0" in said(app)
    assert "<img" not in said(app)
    table = next(frame.value for frame in app.dataframe)
    assert next(iter(table["Group"])) == HOSTILE
    assert list(table["◆ by rule"]) == ["1", "–", "–"]
    assert table["Kept"].tolist() == [0, 100, 100]


def test_groups_are_tenths_of_a_length_too(monkeypatch, tmp_path):
    app = page(monkeypatch, corpus(tmp_path / "c"), recipe="long", group="words")
    assert not app.exception
    assert "Up to 45 loses most" in said(app)


def test_one_group_is_said_to_be_nothing_to_compare(monkeypatch, tmp_path):
    root = corpus(tmp_path / "c", labels=("news",))
    app = page(monkeypatch, root, recipe="long")
    assert not app.exception
    assert "nothing to compare" in said(app)


def test_a_corpus_without_labels_says_so(monkeypatch, tmp_path):
    root = tmp_path / "c"
    literal_corpus(root, [{"id": f"d{i}"} for i in range(10)], {"x": {"y": list(range(10))}})
    (root / "recipes").mkdir()
    (root / "recipes" / "all.toml").write_text('label = "All"\nsource = "tried"\nrule = []\n')
    app = page(monkeypatch, root, recipe="all")
    assert not app.exception
