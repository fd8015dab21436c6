"""Who is filtered out, on the page: the group that loses most is named, hostile labels are text."""

from dataclasses import replace

import pytest
from corpora import literal_corpus
from router import run_page, said

from indexes.even import even
from indexes.sample import sample_of
from pages.ui import groups, launch, soon, whom
from pages.ui.escape import markup

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


def page(monkeypatch, root, **address):
    """Filters with this part of it open."""
    return run_page(monkeypatch, "filters", root, part="Who is filtered out", **address)


def test_the_group_that_loses_most_is_named(monkeypatch, tmp_path):
    app = page(monkeypatch, corpus(tmp_path / "c"), recipe="long", unit="documents")
    for unit in ("documents", "tokens"):
        app.segmented_control(key="unit").set_value(unit).run()
        assert not app.exception
        assert "loses most: 0" in said(app)
        assert f"Share of {unit} kept" in said(app)
        assert "<img" not in said(app)
        table = app.dataframe[0].value
        assert next(iter(table["Group"])) == HOSTILE
        assert list(table["◆ by rule"]) == ["1", "–", "–"]
        assert table["Kept"].tolist() == [0, 100, 100]
    app.selectbox(key="group").set_value("words").run()
    assert not app.exception
    assert "up to 45 loses most" in said(app), "groups are tenths of a length too"
    monkeypatch.setattr(whom, "SHOWN", 2)
    app.selectbox(key="group").set_value("domain").run()
    assert "Of the 2 largest groups: " in said(app)


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


def test_filters_at_one_share_are_held_beside_each_other(monkeypatch, tmp_path):
    root = corpus(tmp_path / "c")
    app = page(monkeypatch, root, who="share", recipe="long", unit="documents")
    assert not app.exception
    assert f"Where each removes 20 %, short keeps 40 % of {markup(HOSTILE[:20])}" in said(app)
    table = app.dataframe[0].value
    assert table["1 short"].round(1).tolist() == [40.0, 100.0, 100.0]
    app.multiselect(key="scores").set_value(["words, highest dropped"])
    app.number_input(key="removed").set_value(50).run()
    assert not app.exception
    table = app.dataframe[0].value.set_index("Group")
    assert table["1 short"].mean() == pytest.approx(50, abs=0.2)
    assert table.iloc[:, -1].mean() == pytest.approx(50, abs=0.2)
    assert "<img" not in said(app)


def test_limits_and_their_inverse(monkeypatch, tmp_path):
    root = corpus(tmp_path / "c")
    app = page(monkeypatch, root, who="limits", recipe="long", unit="documents")
    assert not app.exception
    assert "words ≥ 50 keeps 67 % of documents, its inverse 33 %" in said(app)
    head = next(name for name in app.dataframe[0].value if "≥ 50, 67" in name)
    assert app.dataframe[0].value[head].tolist() == [0, 100, 100]
    app.segmented_control(key="side_switch").set_value("inverse").run()
    head = next(name for name in app.dataframe[0].value if "< 50, 33" in name)
    assert app.dataframe[0].value.set_index("Group")[head].to_dict() == {HOSTILE: 100, "news": 0, "law": 0}


def test_a_group_of_one_a_label_of_nulls_and_one_with_a_value_for_each(monkeypatch, tmp_path):
    root = tmp_path / "c"
    n = 300
    documents = [
        {"id": f"d{i}", "domain": "one" if i == 0 else "rest", "source": None, "license": f"v{i}"}
        for i in range(n)
    ]
    literal_corpus(root, documents, {"s": {"words": list(range(n)), "none": [None] * n}})
    (root / "recipes").mkdir()
    (root / "recipes" / "odd.toml").write_text(
        'label = "Odd"\nsource = "tried"\n'
        '[[rule]]\nreason = "long"\ncolumn = "words"\nop = "<="\nlimit = 200\n'
        '[[rule]]\nreason = "which"\ncolumn = "domain"\nop = "!="\nlimit = "gone"\n'
    )
    app = page(monkeypatch, root, recipe="odd", unit="documents")
    for who in ("recipe", "share", "limits"):
        app.segmented_control(key="who_switch").set_value(who)
        app.selectbox(key="group").set_value("domain").run()
        assert not app.exception
        assert list(app.dataframe[0].value["Documents"]) in ([1, 299], [299, 1]), who
        for group in ("source", "license"):
            app.selectbox(key="group").set_value(group).run()
            assert not app.exception
            assert "nothing to compare" in said(app), who


def test_who_is_answered_from_a_part_first_then_exactly(monkeypatch, tmp_path):
    real = launch.read
    monkeypatch.setattr(launch, "read", lambda arguments: replace(real(arguments), sample=300))
    drawn = []
    matrix = groups.matrix
    monkeypatch.setattr(
        groups, "matrix", lambda *a, **k: (drawn.append(a[1].documents.sum()), matrix(*a, **k))
    )
    monkeypatch.setattr(soon, "part_of", lambda corpus: even(sample_of(corpus, n=300)))
    app = page(monkeypatch, corpus(tmp_path / "c"), recipe="long", unit="documents")
    assert not app.exception
    assert drawn[0] == pytest.approx(900)
    assert drawn[-1] == 900
    assert len(drawn) > 1
