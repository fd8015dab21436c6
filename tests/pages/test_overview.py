"""The page Overview, on corpora of every shape."""

import datetime as dt
from dataclasses import replace

import pytest
from corpora import literal_corpus
from router import run_page, said

from indexes.corpus import open_corpus
from indexes.queries.make_up import make_up
from pages.ui import conditions, made_of
from pages.ui.lists import Label


def measured(root, documents, **columns):
    n = len(documents)
    literal_corpus(
        root, documents, {"length": {"bytes": [7] * n}, "tokens": {"tokens": columns.get("tokens", [3] * n)}}
    )
    return root


def test_it_says_how_large_the_corpus_is_and_what_stands_out(monkeypatch, tmp_path):
    documents = [{"domain": "news", "source": "a"}] * 3 + [{"domain": "law", "source": "b"}]
    documents = [{**document, "id": str(i)} for i, document in enumerate(documents)]
    page = said(run_page(monkeypatch, "overview", measured(tmp_path / "c", documents, tokens=[1, 1, 1, 97])))
    assert "Law is 97 % of tokens" in page
    assert "Law is 25 % of documents but 97 % of tokens" in page


def test_without_documents_it_says_so(monkeypatch, empty_workspace):
    assert "no documents yet" in said(run_page(monkeypatch, "overview", empty_workspace))


def test_with_one_domain_the_sources_take_its_place(monkeypatch, tmp_path):
    documents = [{"id": str(i), "domain": "news", "source": "ab"[i % 2]} for i in range(4)]
    assert "by source" in said(run_page(monkeypatch, "overview", measured(tmp_path / "c", documents)))


def test_where_nothing_divides_it_says_so(monkeypatch, tmp_path):
    documents = [{"id": str(i), "domain": None, "source": None, "language": None} for i in range(4)]
    page = said(run_page(monkeypatch, "overview", measured(tmp_path / "c", documents)))
    assert "Nothing divides this corpus" in page
    assert "100 % of tokens name no language" in page


@pytest.mark.parametrize("unit", ["documents", "tokens", "bytes"])
def test_hundreds_of_domains_and_long_names_draw(monkeypatch, tmp_path, unit):
    names = ["n" * 80, "שלום עולם", "<b>&amp;</b>", None, *(f"d{i}" for i in range(600))]
    documents = [{"id": str(i), "domain": name, "source": name} for i, name in enumerate(names)]
    page = said(run_page(monkeypatch, "overview", measured(tmp_path / "c", documents), unit=unit))
    assert "<b>&amp;</b>" not in page
    assert "603" in page


def test_what_is_not_measured_is_said_and_documents_are_counted(monkeypatch, tmp_path):
    literal_corpus(tmp_path / "c", [{"id": str(i), "domain": "ab"[i % 2]} for i in range(4)])
    page = said(run_page(monkeypatch, "overview", tmp_path / "c"))
    assert "tokens of this corpus are not measured" in page
    assert "50 % of documents" in page


def test_what_is_measured_in_part_is_marked(monkeypatch, tmp_path):
    documents = [{"id": str(i), "domain": "ab"[i % 2]} for i in range(4)]
    literal_corpus(tmp_path / "c", documents, {"counts": {"tokens": [1] * 4}}, 2, {"counts": [1]})
    assert "partial (1 of 2)" in said(run_page(monkeypatch, "overview", tmp_path / "c"))


@pytest.mark.parametrize(
    ("cell", "asked"),
    [
        (("b", None), [("domain", "b")]),
        (("b", "not stated"), [("domain", "b"), ("source", None)]),
        (("3 more", None), [("domain", "3 more")]),
        (("(blank)", None), [("domain", "")]),
        (("1\u202f234 more", None), []),
    ],
)
def test_a_cell_asks_for_its_label_and_that_of_the_rest_for_none(monkeypatch, cell, asked):
    went = []
    monkeypatch.setattr(made_of.conditions, "chosen", lambda column: frozenset())
    monkeypatch.setattr(made_of.conditions, "toggle", lambda column, value: went.append((column, value)))
    listed = made_of.Shares(tuple(Label(name, 0.2) for name in ("b", "3 more", "", None)), (1_234, 0.2))
    made_of._picked("domain", listed, *cell)
    assert went == asked


def test_what_is_estimated_says_so_and_a_total_says_nothing_of_shares(monkeypatch, tmp_path):
    documents = [{"id": str(i), "domain": "ab"[i % 2], "license": "MIT"} for i in range(4)]
    corpus = open_corpus(measured(tmp_path / "c", documents))
    found = replace(make_up(corpus), sampled=3, within={"documents": 0.1, "tokens": 0.2, "bytes": 0.1})
    drawn = []
    monkeypatch.setattr(made_of.head, "strip", drawn.extend)
    made_of.strip(made_of.Seen(corpus, found))
    kinds = {figure.label: figure.badge and figure.badge.kind for figure in drawn}
    assert [label for label, kind in kinds.items() if kind == "sampled"] == [
        "Tokens",
        "Text",
        "Median document",
        "Domains",
        "Licence stated",
    ]
    assert not any("Each share" in figure.badge.sentence for figure in drawn if figure.badge)


def test_years_that_no_calendar_has_are_asked_for_as_far_as_it_goes(monkeypatch):
    went = []
    monkeypatch.setattr(conditions, "between", lambda column, low, high: went.append((low.year, high.year)))
    for first, last in ((-400, 12), (2000, 2000), (9990, 20_000), (-3, -2), (10_000, 10_001)):
        conditions.in_years(None, first, last)
    assert went == [(1, 12), (2000, 2000), (9990, 9999)]


def test_old_years_are_gathered_and_undated_ones_said(monkeypatch, tmp_path):
    dates = [dt.date(1850, 1, 1), dt.date(2001, 5, 1), dt.date(2002, 5, 1), None]
    documents = [{"id": str(i), "date": date} for i, date in enumerate(dates)]
    page = said(run_page(monkeypatch, "overview", measured(tmp_path / "c", documents)))
    assert "older than 1965" in page
    assert "25 % undated" in page
