"""The page Quality, on columns of every type and state."""

import datetime as dt
from collections import Counter

import numpy as np
import pytest
from corpora import literal_corpus
from router import run_page, said

from analytics.signal import signal_columns, signal_families
from indexes.ingest import ingest
from indexes.planning import Options
from indexes.queries.shapes import Shape
from pages.ui import column_table

N = 40


@pytest.fixture
def corpus(tmp_path):
    documents = [
        {"id": str(i), "domain": "ab"[i % 2], "date": dt.date(2000 + i, 1, 1), "source": "s", "url": f"http://u/{i}"}
        for i in range(N)
    ]  # fmt: skip
    measured = {
        "length": {"bytes": list(range(1, N + 1)), "characters": list(range(1, N + 1))},
        "tokens": {"tokens": [1] * N},
        "odd": {
            "flag": [i < 10 for i in range(N)],
            "same": [0.5] * N,
            "signed": [float(i - 20) for i in range(N)],
            "huge": [1e300 * i for i in range(N)],
            "apart": [(-1e308, 0.0, 1e308)[i % 3] for i in range(N)],
            "gone": [np.nan] * N,
            "part": [None if i % 2 else i for i in range(N)],
        },
    }
    literal_corpus(tmp_path / "c", documents, measured)
    return tmp_path / "c"


def test_the_title_says_where_the_quantiles_lie(monkeypatch, corpus):
    page = said(run_page(monkeypatch, "quality", corpus, column="characters", unit="documents"))
    assert "characters is under 20 for half of the documents, over 40 for one in a hundred" in page
    assert "The groups differ by no more than chance may do" in page


def test_the_column_of_the_address_is_in_view(monkeypatch, corpus):
    def names(app):
        return app.dataframe[0].value["Column"].tolist()

    app = run_page(monkeypatch, "quality", corpus)
    usual = names(app)
    beyond = usual[column_table.IN_VIEW]
    assert beyond not in usual[: column_table.IN_VIEW]
    assert names(run_page(monkeypatch, "quality", corpus, column=usual[2])) == usual
    app = run_page(monkeypatch, "quality", corpus, column=beyond)
    moved = [beyond, *(name for name in usual if name != beyond)]
    assert names(app) == moved
    app.session_state[column_table.KEY] = app.query_params[column_table.KEY] = usual[3]  # as a click does
    assert names(app.run()) == moved


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("same", "documents"),
        ("signed", "documents"),
        ("signed", "tokens"),
        ("signed", "bytes"),
        ("huge", "bytes"),
        ("apart", "documents"),
        ("part", "tokens"),
        ("random", "bytes"),
        ("tokens", "tokens"),
    ],
)
def test_every_column_of_numbers_draws(monkeypatch, corpus, column, unit):
    assert "Read the data" in said(run_page(monkeypatch, "quality", corpus, column=column, unit=unit))


def test_labels_are_ranked_and_dates_counted_by_year(monkeypatch, corpus):
    page = said(run_page(monkeypatch, "quality", corpus, column="domain"))
    assert "a is 50 % of tokens" in page
    assert "a document with each of the most common values" in page
    assert "Each value occurs once" in said(run_page(monkeypatch, "quality", corpus, column="url"))
    assert "false is 75 % of tokens; true is the rest" in said(
        run_page(monkeypatch, "quality", corpus, column="flag")
    )
    assert "Tokens a year by date" in said(run_page(monkeypatch, "quality", corpus, column="date"))


def test_a_column_without_a_value_says_so(monkeypatch, corpus):
    assert "No value in the column gone" in said(run_page(monkeypatch, "quality", corpus, column="gone"))


def test_a_column_that_is_not_measured_says_how(monkeypatch, corpus):
    page = said(run_page(monkeypatch, "quality", corpus, column="words"))
    assert "words is not measured" in page
    assert "assay measure" in page


def test_an_unknown_column_is_answered_with_near_ones(monkeypatch, corpus):
    assert "characters" in said(run_page(monkeypatch, "quality", corpus, column="character"))


def test_what_is_measured_in_part_is_marked(monkeypatch, tmp_path):
    literal_corpus(
        tmp_path / "c", [{"id": str(i)} for i in range(4)], {"odd": {"x": [1, 2, 3, 4]}}, 2, {"odd": [1]}
    )
    assert "partial (1 of 2)" in said(
        run_page(monkeypatch, "quality", tmp_path / "c", column="x", unit="documents")
    )


def test_without_documents_it_says_so(monkeypatch, empty_workspace):
    assert "no documents yet" in said(run_page(monkeypatch, "quality", empty_workspace))


def test_columns_that_only_a_recipe_measures_are_found_by_name(monkeypatch, corpus):
    def listed(**address):
        names = run_page(monkeypatch, "quality", corpus, **address).dataframe[0].value["Column"]
        return list(names)

    optional = next(family for family in signal_families().values() if not family.default).signals[0].column
    usual = listed()
    assert set(usual[:2]) == {"bytes", "characters"}, "what is looked for first stands first"
    assert "words" in usual
    assert optional not in usual
    assert optional in listed(find=optional)
    assert optional in listed(column=optional)


def test_many_bars_are_drawn_two_as_one():
    assert column_table.bars(Shape(tuple(range(24)), 276)) == pytest.approx(
        [(4 * i + 1) / 45 for i in range(12)]
    )
    labels = Shape(tuple(range(24, 0, -1)), 300, values=40)
    assert len(column_table.bars(labels)) == 24, "each bar is a label of its own"


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("characters", "characters"),
        ("dup_line_char_frac__datatrove", "dup_line_ch…_datatrove"),
        ("dup_line_char_frac__after_c4_lines_noterm", "dup_line_ch…nes_noterm"),
    ],
)
def test_of_a_long_name_the_middle_is_left_out(name, cell):
    assert column_table.in_cell(name) == cell
    assert len(cell) <= column_table.LONGEST


def test_no_two_signals_look_alike_in_the_list():
    names = signal_columns()
    cells = Counter(map(column_table.in_cell, names))
    assert [cell for cell, count in cells.items() if count > 1] == []


def test_seconds_since_1970_are_drawn_as_dates(monkeypatch, tmp_path):
    days = "".join(f'{{"text": "a", "date": "{2000 + i}-01-01"}}\n' for i in range(N))
    (tmp_path / "d.jsonl").write_text(days)
    ingest(tmp_path / "d", Options(sources=(str(tmp_path / "d.jsonl"),)))
    page = run_page(monkeypatch, "quality", tmp_path / "d", column="date_seconds", unit="documents")
    half = "date_seconds is before 2019-01-01 for half of the documents"
    assert f"{half}, after 2039-01-01 for one in a hundred" in said(page)
    frame = page.dataframe[0].value
    middles = dict(zip(frame["Column"], frame["Median document"], strict=True))
    assert middles["date_seconds"].startswith("20")


def test_few_bars_of_a_shape_leave_room():
    assert column_table.bars(Shape((4,), 4)) == [1.0] + [0.0] * (column_table.FEWEST - 1)
    assert column_table.bars(Shape((), 0)) == []


def test_the_list_calls_its_middle_that_of_the_documents():
    assert "Median document" in column_table._rows([], {}).columns
