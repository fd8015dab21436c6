"""The page Documents: the list, the reader, and documents that have nothing to read."""

import json

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus
from hypothesis import given
from hypothesis import strategies as st
from router import components, run_page, said, shown

from analytics.recipe import find_recipe
from analytics.signal import signal_columns
from indexes.corpus import open_corpus
from indexes.drop import drop
from indexes.ingest import ingest
from indexes.planning import Options
from indexes.queries.document import address, row
from pages.ui.reader import parts_of
from pages.ui.sentence import whole_words

N = 45


@pytest.fixture
def corpus(tmp_path):
    documents = [
        {"id": f"id-{i}", "source": "xy"[i % 2], "url": f"http://u/{i}", "text": f"Text {i}."}
        for i in range(N)
    ]
    words = {"words": list(range(N)), "mean_word_length": [4.5] * N}
    literal_corpus(tmp_path / "c", documents, {"words": words, "tokens": {"tokens": list(range(N))}}, rows=20)
    return tmp_path / "c"


def test_the_list_goes_a_page_at_a_time(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus)
    assert "1 to 20 of 45" in said(app)
    app.button(key="page_next").click().run()
    app.button(key="page_next").click().run()
    assert "41 to 45 of 45" in said(app)
    assert app.button(key="page_next").disabled
    app.button(key="page_previous").click().run()
    assert "21 to 40 of 45" in said(app)


def rows(app):
    """The table: the numbers of its documents, and of each head its word for a screen reader."""
    [table] = [part for part in components(app) if "heads" in part]
    return [int(row["doc"]) for row in table["rows"]], {h["name"]: h["sorted"] for h in table["heads"]}


def test_the_table_is_sorted_by_any_column_either_way_and_the_address_says_so(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus)
    app.selectbox(key="sort_pick").set_value("words").run()
    app.segmented_control(key="way_pick").set_value("largest first").run()
    assert rows(app)[0] == list(range(44, 24, -1))
    assert rows(app)[1]["words"] == "descending"
    assert "by words, largest first" in said(app)
    assert (app.query_params["sort"], app.query_params["way"]) == ("words", "down")
    app.button(key="page_last").click().run()
    assert "26 to 45 of 45" in said(app)
    assert rows(app)[0] == list(range(19, -1, -1))
    again = run_page(monkeypatch, "documents", corpus, sort="source", **{"from": "0"})
    assert "1 to 20 of 45" in said(again)
    assert rows(again)[0] == list(range(0, 40, 2))


def test_a_jump_goes_to_a_share_of_the_rows(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus, sort="words", way="down")
    app.slider(key="jump").set_value(50).run()
    assert "23 to 42 of 45" in said(app)
    assert rows(app)[0][0] == 22
    app.button(key="page_first").click().run()
    assert "1 to 20 of 45" in said(app)


def test_documents_without_a_value_come_last_are_counted_and_reached(monkeypatch, tmp_path):
    values = [None if i < 3 else float(-i) for i in range(30)]
    texts = [{"id": str(i)} for i in range(30)]
    literal_corpus(tmp_path / "c", texts, {"some": {"some": values}, "none": {"none": [None] * 30}})
    app = run_page(monkeypatch, "documents", tmp_path / "c", sort="some")
    assert rows(app)[0][0] == 29
    assert app.button(key="page_without").label == "3 without a value"
    app.button(key="page_without").click().run()
    assert rows(app)[0] == [0, 1, 2]
    assert "28 to 30 of 30" in said(app)
    app.button(key="page_previous").click().run()
    assert rows(app)[0] == list(range(22, 2, -1))
    assert "8 to 27 of 30" in said(app)
    void = run_page(monkeypatch, "documents", tmp_path / "c", sort="none", way="down")
    assert rows(void)[0] == list(range(20))
    assert void.button(key="page_without").label == "30 without a value"


def test_a_sort_by_a_column_that_has_gone_says_so_and_the_table_stays(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus, sort="word")
    assert "has no column word" in said(app)
    assert rows(app)[0][:2] == [0, 1]
    app.button(key=next(b.key for b in app.button if b.label == "Sort by doc_id")).click().run()
    assert "has no column" not in said(app)
    assert "sort" not in app.query_params


def test_columns_are_chosen_and_the_one_sorted_by_is_always_there(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus, col="words")
    assert list(rows(app)[1]) == ["doc_id", "words"]
    app.multiselect(key="col_pick").set_value(["url"]).run()
    app.selectbox(key="sort_pick").set_value("words").run()
    assert list(rows(app)[1]) == ["doc_id", "url", "words"]
    assert app.query_params["col"] == "url"
    del app.query_params["col"]  # as from the reader back
    app.run()
    assert app.query_params["col"] == "url"


def test_the_reader_goes_through_the_table_in_its_order(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus, doc="7", sort="words", way="down")
    assert "38 of 45" in said(app)
    app.button(key="walk_Next").click().run()
    assert "Text 6." in shown(app)
    app.button(key="walk_Previous").click().run()
    app.button(key="walk_Previous").click().run()
    assert "Text 8." in shown(app)


def test_values_in_cells_are_text_and_cut(monkeypatch, tmp_path):
    hostile = "<img src=x onerror=alert(1)> ![x](http://e.org/x.png)" + "x" * 5_000 + chr(0x202E)
    literal_corpus(tmp_path / "c", [{"id": "a", "domain": hostile, "source.b": True, "text": None}])
    app = run_page(monkeypatch, "documents", tmp_path / "c", sort="domain", col="domain")
    assert "onerror" not in said(app)
    [table] = [part for part in components(app) if "heads" in part]
    [row] = table["rows"]
    assert row["text"] is None
    assert row["cells"][0].startswith("<img")
    assert len(row["cells"][0]) == 120


@pytest.mark.parametrize("name", ["7", "id-7", "http://u/7"])
def test_a_document_opens_by_number_id_and_url(monkeypatch, corpus, name):
    app = run_page(monkeypatch, "documents", corpus)
    app.text_input(key="find").set_value(name).run()
    assert "8 of 45" in said(app)
    assert "Text 7." in shown(app)


def test_its_address_is_made_of_its_key(monkeypatch, corpus):
    opened = open_corpus(corpus)
    app = run_page(monkeypatch, "documents", corpus, doc=address(opened, 9, row(opened, 9)["key"]))
    assert "10 of 45" in said(app)


def test_seconds_since_1970_are_said_as_a_day_too(monkeypatch, tmp_path):
    (tmp_path / "d.jsonl").write_text(
        "".join(f'{{"text": "a", "date": "{day}"}}\n' for day in ("2023-11-14", "1960-01-01"))
    )
    ingest(tmp_path / "d", Options(sources=(str(tmp_path / "d.jsonl"),)))
    app = run_page(monkeypatch, "documents", tmp_path / "d", doc="0")
    rows = [row for part in components(app) for row in part.get("rows", []) if row["name"] == "date_seconds"]
    assert [row["value"] for row in rows] == ["1\u202f699\u202f920\u202f000 (2023-11-14)", "2023-11-14"]
    assert "date_seconds: 1\u202f699\u202f920\u202f000 (2023-11-14)" in rows[1]["title"]


def test_previous_and_next_end_at_the_ends(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus, doc="0")
    assert app.button(key="walk_Previous").disabled
    app.button(key="walk_Next").click().run()
    assert "2 of 45" in said(app)
    assert "Text 1." in shown(app)


def test_an_unknown_and_a_dropped_document_are_told_apart(monkeypatch, corpus):
    assert "No document of this corpus is called nobody" in said(
        run_page(monkeypatch, "documents", corpus, doc="nobody")
    )
    drop(corpus, "asked to", source="y")
    page = said(run_page(monkeypatch, "documents", corpus, doc="id-1"))
    assert "was dropped" in page
    assert "asked to" in page


def test_the_rules_of_the_recipe_in_the_address_judge_it(monkeypatch, corpus):
    page = said(run_page(monkeypatch, "documents", corpus, doc="3", recipe="gopher_length"))
    assert "Removed by" in page
    assert "Where it lies in the corpus" in page


def test_a_recipe_that_needs_a_missing_column_says_so_and_the_text_stays(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus, doc="3", recipe="gopher_words")
    assert "has no column" in said(app)
    assert "Text 3." in shown(app)


def test_long_documents_come_a_part_at_a_time_inwhole_words_characters(monkeypatch, tmp_path):
    literal_corpus(tmp_path / "c", [{"id": "a", "text": "é🙂" * 30_000}])
    app = run_page(monkeypatch, "documents", tmp_path / "c", doc="0")
    assert "part 1 of 4" in said(app)
    assert "\ufffd" not in shown(app)
    app.button(key="later_below").click().run()
    assert "part 2 of 4" in said(app)
    assert max(len(json.dumps(sent)) for sent in components(app)) < 300_000


@given(st.text(max_size=60), st.integers(4, 20))
def test_parts_arewhole_words_characters_and_together_the_text(text, size):
    raw = text.encode()
    assert b"".join(raw[start:end] for start, end in parts_of(raw, size)) == raw
    assert all(raw[start:end].decode() is not None for start, end in parts_of(raw, size))


def test_text_that_is_null_or_not_utf8_says_so(monkeypatch, tmp_path):
    literal_corpus(tmp_path / "c", [{"id": "b", "text": None}, {"id": "c", "text": b"bad \xff byte"}])
    assert "it is null" in said(run_page(monkeypatch, "documents", tmp_path / "c", doc="b"))
    app = run_page(monkeypatch, "documents", tmp_path / "c", doc="c")
    assert "not UTF-8" in said(app)
    assert "bad \ufffd byte" in shown(app)


def test_a_source_that_changed_says_so_and_the_metadata_stays(monkeypatch, tmp_path):
    path = tmp_path / "large.parquet"
    rows = 6_000  # fewer are copied, and larger row groups
    table = pa.table({"id": [str(i) for i in range(rows)], "text": ["one"] * rows})
    pq.write_table(table, path, row_group_size=1_000)
    ingest(tmp_path / "c", Options(sources=(str(path),)))
    pq.write_table(pa.table({"id": ["a"], "text": ["two"]}), path)
    app = run_page(monkeypatch, "documents", tmp_path / "c", doc="7")
    assert "has changed since" in said(app)
    assert "shard-00000" in shown(app)


def test_without_documents_it_says_so(monkeypatch, empty_workspace):
    assert "no documents yet" in said(run_page(monkeypatch, "documents", empty_workspace))


def test_of_many_columns_the_usual_ones_are_shown_until_all_are_asked_for(monkeypatch, tmp_path):
    columns = [name for name, signal in signal_columns().items() if signal.type in ("integer", "number")]
    families = {}
    for name in columns:
        families.setdefault(signal_columns()[name].family, {})[name] = [1, 2]
    literal_corpus(tmp_path / "many", [{"id": "a", "text": "b"}, {"id": "c", "text": "d"}], families)

    def drawn(**address):
        sent = components(run_page(monkeypatch, "documents", tmp_path / "many", doc="0", **address))
        [rows] = [one["rows"] for one in sent if one.get("rows") and "rank" in one["rows"][0]]
        return [row["name"] for row in rows]

    few = drawn()
    assert few[0] == "characters"
    assert len(few) < len(columns) / 2
    reads = set(find_recipe("gopher_repetition").columns())
    assert reads <= set(drawn(recipe="gopher_repetition"))
    assert set(drawn(every="true")) == set(columns)


def test_what_the_page_counts_can_be_copied_for_elsewhere(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus)
    assert app.code[0].value == f"assay preview {corpus.resolve()}"
    app.selectbox(key="where_column").set_value("source").run()
    app.selectbox(key="where_value_source").set_value(0).run()
    app.button(key="where_take").click().run()
    assert """--where '{ column = "source", op = "==", limit = "x" }'""" in app.code[0].value
    app.segmented_control(key="copy_kind").set_value("SQL").run()
    assert duckdb.connect().sql(app.code[0].value).fetchall() == [(23,)]
    app.segmented_control(key="copy_kind").set_value("Polars").run()
    assert "import polars" in app.code[0].value
    filters = run_page(monkeypatch, "filters", corpus, recipe="gopher_length")
    said = f"assay preview {corpus.resolve()} gopher_length"
    assert filters.code[0].value == f"{said} --allow-partial"  # or the terminal would measure anew


def found(app):
    """The page once its search has ended, and the numbers of what it found."""
    for _ in range(200):
        if "so far" not in said(app) or "not all" in said(app):
            break
        app.run()
    lists = [part for part in components(app) if part.get("clamp") == 5]
    return [int(row["doc"]) for part in lists for row in part["rows"]]


def test_a_pasted_sentence_is_found_read_on_and_left(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus)
    app.text_input(key="sentence_typed").set_value("  Text\n 3. ").run()
    assert found(app) == [3]
    assert "1 document holds it" in said(app)
    link = app.query_params["sentence"]
    app.text_input(key="sentence_typed").set_value("Text").run()
    assert found(app) == list(range(45))
    app.button(key="sentence_leave").click().run()
    assert "1 to 20 of 45" in said(app)
    assert app.text_input(key="sentence_typed").value == ""
    again = run_page(monkeypatch, "documents", corpus, sentence=link)
    assert found(again) == [3]
    assert again.text_input(key="sentence_typed").value == "Text\n 3."
    unknown = run_page(monkeypatch, "documents", corpus, sentence="0123456789abcdef")
    assert "does not have the sentence" in said(unknown)
    assert "1 to 20 of 45" in said(unknown)


def test_of_many_findings_some_are_shown_until_more_are_asked_for(monkeypatch, tmp_path):
    literal_corpus(tmp_path / "c", [{"id": str(i), "text": f"<b>here</b> {i}"} for i in range(60)])
    app = run_page(monkeypatch, "documents", tmp_path / "c")
    app.text_input(key="sentence_typed").set_value("<b>here</b>").run()
    assert found(app) == list(range(50))
    assert "not all are looked through" in said(app)
    app.button(key="sentence_on").click().run()
    assert found(app) == list(range(60))
    assert "60 documents hold it" in said(app)


def test_the_reader_goes_through_what_was_found_and_marks_it(monkeypatch, tmp_path):
    values = ["no", "it is <b>here</b>", "no", "x " * 40_000 + "here", "here", "no"]
    literal_corpus(tmp_path / "c", [{"id": str(i), "text": text} for i, text in enumerate(values)])
    app = run_page(monkeypatch, "documents", tmp_path / "c")
    app.text_input(key="sentence_typed").set_value("here").run()
    assert found(app) == [1, 3, 4]
    app.query_params["doc"] = "1"
    app.run()
    assert "1 of 3" in said(app)
    assert app.button(key="walk_Previous").disabled
    assert '["here", "the sentence"]' in shown(app)
    app.button(key="walk_Next").click().run()
    assert "2 of 3" in said(app)
    assert "part 2 of 2" in said(app)
    assert '["here", "the sentence"]' in shown(app)
    assert '"to_mark": true' in shown(app)
    app.button(key="earlier_above").click().run()
    assert "part 1 of 2" in said(app)
    app.button(key="walk_Next").click().run()
    assert app.button(key="walk_Next").disabled
    assert app.query_params["doc"]
    del app.query_params["sentence"]
    app.run()
    assert "5 of 6" in said(app)
    assert '"to_mark": false' in shown(app)
    assert "the sentence" not in shown(app)


def test_nothing_found_says_so_and_what_was_asked(monkeypatch, corpus):
    app = run_page(monkeypatch, "documents", corpus)
    app.text_input(key="sentence_typed").set_value("text 3. (dot) <b>").run()
    assert found(app) == []
    assert "“text 3. (\u2060dot) &lt;b&gt;”" in said(app)
    assert "No document holds it" in said(app)
    assert "in the same case" in said(app)


@pytest.mark.parametrize(
    ("said", "before", "expected"),
    [
        ("short", True, "short"),
        ("iece " + "of a text " * 30, True, "… " + "of a text " * 30),
        ("of a text " * 30 + "pie", False, "of a text " * 29 + "of a text …"),
        ("字" * 300, True, "字" * 300),
    ],
)
def test_what_stands_beside_a_sentence_begins_with_awhole_words_word(said, before, expected):
    assert whole_words(said, before) == expected
