"""What Quality asks further of a column: groups, length, years, other columns, missing values, ranges."""

import datetime as dt

import numpy as np
import pytest
from corpora import literal_corpus
from hypothesis import given, settings
from hypothesis import strategies as st
from router import run_page, said

from indexes.corpus import open_corpus
from indexes.queries.histogram import Histogram, bin_edges, whole_edges
from pages.ui import distributions, looked_at, relation_figures, relations

N = 120
HOSTILE = "<b>![x](http://example.org/x.png) $y$"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    root = tmp_path_factory.mktemp("relations") / "c"
    documents = [
        {
            "id": str(i),
            "domain": ("news", "law", HOSTILE)[i % 3],
            "date": None if i % 4 == 0 else dt.date(2000 + i // 30, 1, 1),
            "url": f"http://u/{i}",
        }
        for i in range(N)
    ]
    measured = {
        "length": {"bytes": [10 * i + 10 for i in range(N)]},
        "tokens": {"tokens": [2 * i + 1 for i in range(N)]},
        "words": {"words": [i + 1 for i in range(N)]},
        "odd": {
            "fall": [-float(i) for i in range(N)],
            "same": [0.5] * N,
            "part": [None if i % 3 == 1 else i % 7 for i in range(N)],
            "flag": [i % 3 == 0 for i in range(N)],
        },
        "late": {"later": list(range(N))},
    }
    literal_corpus(root, documents, measured, rows=N // 2, missing={"late": [1]})
    return root


def page(monkeypatch, corpus, column, part, **address):
    return run_page(monkeypatch, "quality", corpus, column=column, part=part, **address)


def test_groups_are_those_of_any_column(monkeypatch, corpus):
    app = page(monkeypatch, corpus, "fall", relations.GROUPS)
    assert "The groups differ by no more than chance may do" in said(app)
    assert "of documents in fall by domain" in said(app)
    app.selectbox(key="group").set_value("date").run()
    assert "of documents in fall by year" in said(app)
    app.selectbox(key="group").set_value("words").run()
    assert "of documents in fall by length in words · some of them have 12 documents only" in said(app)
    assert "over 108 is lowest and up to 12 highest" in said(app)
    assert "Share that is true of documents in flag" in said(
        page(monkeypatch, corpus, "flag", relations.GROUPS)
    )


def test_with_length_says_how_closely_and_of_how_many(monkeypatch, corpus):
    shown = said(page(monkeypatch, corpus, "fall", relations.LENGTH))
    assert "fall falls closely with tokens" in shown
    assert "rank correlation −1.00 over 120 documents" in shown
    assert "fall in each tenth of the documents by bytes" in said(
        page(monkeypatch, corpus, "fall", relations.LENGTH, unit="bytes")
    )
    assert "is the same in all documents" in said(page(monkeypatch, corpus, "same", relations.LENGTH))


def test_over_time_leaves_out_undated_documents_and_says_so(monkeypatch, corpus, tmp_path):
    shown = said(page(monkeypatch, corpus, "words", relations.TIME))
    assert "words rises closely over the years" in shown
    assert "25 % of documents undated" in shown
    assert "over 90 documents" in shown
    literal_corpus(tmp_path / "c", [{"id": "a"}], {"words": {"words": [1]}})
    assert "have no date" in said(page(monkeypatch, tmp_path / "c", "words", relations.TIME))


def test_pairs_are_ranked_and_their_tops_compared(monkeypatch, corpus):
    app = page(monkeypatch, corpus, "words", relations.OTHERS)
    shown = said(app)
    assert "most closely go together, ρ 1.00" in shown
    assert "100 % of the top 10 % in words are in the top 10 % in" in shown
    app.number_input(key="top").set_value(25.0).run()
    app.segmented_control(key="pairs").set_value("shared top").run()
    app.selectbox(key="with").set_value("fall").run()
    assert not app.exception
    shown = said(app)
    assert "chance gives 25 %" in shown
    assert "by chance 25 % would be shared (in 95 % of cases 11.5 to 38.5 %)" in shown.replace("\u202f", " ")
    assert "fall falls closely with words" in shown
    assert "0 % of the top 25 % in words are in the top 25 % in fall" in shown
    [table] = [frame.value for frame in app.dataframe if "Jaccard" in frame.value.columns]
    assert table["Shared"].str.replace("\u202f", " ").tolist() == ["0 %", "100 %", "100 %", "0 %"]
    listed = next(frame.value for frame in app.dataframe if "Documents" in frame.value.columns)
    counts = {frozenset(row[:2]): row[3] for row in listed.itertuples(index=False)}
    assert counts[frozenset({"words", "fall"})] == N
    assert counts[frozenset({"words", "part"})] == 80, "nulls are left out by pairs"
    assert counts[frozenset({"words", "later"})] == 60


def test_what_cannot_be_ranked_says_so(monkeypatch, corpus, tmp_path):
    assert "is the same in all documents" in said(
        page(monkeypatch, corpus, "same", relations.OTHERS, of="same", **{"with": "words"})
    )
    one = {"words": {"words": [3]}, "tokens": {"tokens": [4]}}
    literal_corpus(tmp_path / "c", [{"id": "a"}], one)
    assert "No pair can be ranked" in said(page(monkeypatch, tmp_path / "c", "words", relations.OTHERS))


def test_missing_values_by_group_and_by_column(monkeypatch, corpus):
    app = page(monkeypatch, corpus, "part", relations.GAPS)
    assert "part is missing in 33 % of documents" in said(app)
    table = next(frame.value for frame in app.dataframe if "No value" in frame.value.columns)
    rows = table.set_index("Column").map(lambda share: share.replace("\u202f", " "))
    assert rows.loc["part"].tolist() == ["33.3 %", "0 %"]
    assert rows.loc["later"].tolist() == ["0 %", "50.0 %"]
    assert "url is missing nowhere" in said(page(monkeypatch, corpus, "url", relations.GAPS))


def test_another_column_keeps_to_the_parts_it_has(monkeypatch, corpus):
    """An address that asks a text for its correlations shows what there is."""
    assert "url is missing nowhere" in said(page(monkeypatch, corpus, "url", relations.OTHERS))
    assert "of documents in words by" in said(page(monkeypatch, corpus, "words", "nothing of the kind"))


def test_the_axis_is_chosen_and_stands_in_the_address(monkeypatch, corpus):
    app = run_page(monkeypatch, "quality", corpus, column="words", axis="linear")
    assert "linear scale" in said(app)
    app.segmented_control(key="axis_words").set_value("log").run()
    assert "log scale ·" in said(app)
    assert app.query_params["axis"] in ("log", ["log"])
    below = run_page(monkeypatch, "quality", corpus, column="fall", axis="log")
    assert "linear scale" in said(below), "no logarithm of what is under 0"
    assert not [control for control in below.segmented_control if control.key == "axis_fall"]


def test_a_dragged_range_takes_the_bars_whose_middle_it_covers():
    assert distributions.bars_between([0, 1, 2, 3], 0.4, 2.6) == (0, 2)
    assert distributions.bars_between([0, 1, 2, 3], 2.4, 0.6) == (1, 1)
    assert distributions.bars_between([0, 1, 2, 3], 2.6, 2.7) == (2, 2), "a narrow one takes that it lies in"
    assert distributions.bars_between([0, 1, 2, 3], -2, -1) is None
    assert distributions.bars_between([0, 1, 2, 3], 5, 4) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5_000), min_size=1), st.booleans(), st.randoms())
def test_a_dragged_range_holds_the_documents_of_its_bars(values, log, draw):
    x = np.array(values)
    edges = bin_edges(float(x.min()), float(x.max()), 20, log, True)
    if log:
        edges, _ = whole_edges(edges, np.zeros((1, len(edges) - 1), np.int64))
    bars = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2)
    counts = np.bincount(bars, minlength=len(edges) - 1)
    found = Histogram(edges, counts, counts, log, 0, 0, x.size, x.size, float(x.min()), float(x.max()))
    first, last = sorted(draw.choices(range(counts.size), k=2))
    low, high = distributions.limits(found, first, last, whole=True)
    assert ((x >= low) & (x <= high)).sum() == counts[first : last + 1].sum()


def test_ends_of_a_dragged_range_are_rounded_outwards():
    edges = np.array([0.1, 0.1 + 0.2, 1.23456, 7.0])
    found = Histogram(edges, *[np.ones(3, np.int64)] * 2, False, 0, 0, 3, 3, -0.123456, 9.87654)
    assert distributions.limits(found, 1, 1, whole=False) == (0.3, 1.235)
    assert distributions.limits(found, 0, 2, whole=False) == (-0.1235, 9.877)
    assert distributions.limits(found, 2, 2, whole=False) == (1.234, 9.877)


def test_the_bar_before_the_greatest_value_does_not_take_it_in():
    """Bars of small whole numbers: the greatest value is the lower edge of the last bar."""
    found = Histogram(np.arange(4.0), *[np.ones(3, np.int64)] * 2, False, 0, 0, 3, 3, 0.0, 2.0)
    assert distributions.limits(found, 0, 1, whole=True) == (0, 1)
    assert distributions.limits(found, 2, 2, whole=True) == (2, 2)


def test_narrow_bars_of_large_numbers_are_not_rounded_into_each_other():
    start = 1_700_000_000.0
    found = Histogram(
        start + np.arange(4.0) * 50, *[np.ones(3, np.int64)] * 2, False, 0, 0, 3, 3, start, 1.8e9
    )
    assert distributions.limits(found, 1, 1, whole=False) == (start + 50, start + 100)
    assert distributions.limits(found, 2, 2, whole=False) == (start + 100, 1.8e9)
    one = 0.1 + 0.2
    found = Histogram(np.array([0.29, 0.31]), *[np.ones(1, np.int64)] * 2, False, 0, 0, 1, 1, one, one)
    low, high = distributions.limits(found, 0, 0, whole=False)
    assert low <= one <= high


@pytest.mark.parametrize(
    ("rho", "n", "title"),
    [
        (0.9, 40, "a rises closely with b"),
        (-0.2, 4_000, "a falls a little with b"),
        (0.04, 40_000, "a has no steady rise or fall with b"),
        (0.4, 12, "Too few documents to say whether a rises or falls with b"),
        (1.0, 3, "Too few documents to say whether a rises or falls with b"),
        (np.nan, 40, "a or b is the same in all documents"),
    ],
)
def test_a_title_says_no_more_than_is_known(rho, n, title):
    assert relations.rises("a", "b", relations.Together((), rho, n)) == title


@pytest.mark.parametrize(
    ("rho", "written"),
    [
        (0.4321, "0.43"),
        (-0.4321, "−0.43"),
        (0.999, ">\u202f0.99"),
        (1.0, "1.00"),
        (-0.001, "0.00"),
        (np.nan, "–"),
    ],
)
def test_correlations_are_written(rho, written):
    assert relation_figures.correlation(rho) == written


def test_a_sample_is_said_beside_what_else_is_known(monkeypatch, corpus):
    monkeypatch.setattr("indexes.queries.looked_at.SAMPLE", 60)
    whole = open_corpus(corpus)
    assert looked_at.badge(whole, ["words"]).kind == "sampled"
    partial = looked_at.badge(whole, ["later"])
    assert partial.kind == "partial"
    assert partial.detail.startswith("1 of 2, ")
    assert "sampled" in partial.detail


def test_a_label_of_one_value_is_not_what_divides_first(monkeypatch, tmp_path):
    documents = [{"id": str(i), "domain": "all", "source": "ab"[i % 2]} for i in range(60)]
    literal_corpus(tmp_path / "c", documents, {"words": {"words": list(range(60))}})
    assert "of documents in words by source" in said(
        page(monkeypatch, tmp_path / "c", "words", relations.GROUPS)
    )
