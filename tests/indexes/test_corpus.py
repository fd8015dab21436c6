"""Families side by side, whole or not, and what keeps them from standing beside the wrong documents."""

import threading
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes import corpus as corpora
from indexes.corpus import Corpus, Stoppable, Stopped, open_corpus
from indexes.drop import drop
from indexes.errors import Misaligned, MissingColumn
from indexes.queries.document import position
from indexes.rule import Group, Rule
from indexes.texts import read_texts, text_batches
from indexes.workspace import Shard, Workspace


def rows_of(corpus: Corpus, *names: str, where: str = "TRUE") -> list[tuple]:
    said = ", ".join(f'"{name}"' for name in names)
    return (
        corpus.cursor()
        .execute(f"SELECT {said}, measured {corpus.clause(names)} WHERE {where} ORDER BY doc_id")
        .fetchall()
    )


@pytest.mark.parametrize("attach", [False, True])
def test_families_stand_beside_their_documents_from_files_and_from_caches(tmp_path, attach):
    measured = {"length": {"words": list(range(10))}, "other": {"lines": [i * 3 for i in range(10)]}}
    literal_corpus(tmp_path / "c", [{}] * 10, measured, rows=4)
    found = rows_of(open_corpus(tmp_path / "c", attach=attach), "lines", "words", where="words > 2")
    assert found == [(i * 3, i, True) for i in range(3, 10)]


@pytest.mark.parametrize("attach", [False, True])
def test_a_shard_without_its_column_file_is_not_measured_and_shifts_nobody(tmp_path, attach):
    measured = {"length": {"words": list(range(10))}}
    literal_corpus(tmp_path / "c", [{}] * 10, measured, rows=4, missing={"length": [1]})
    corpus = open_corpus(tmp_path / "c", attach=attach)
    assert corpus.columns["words"].state == "partial"
    assert rows_of(corpus, "words") == [(None, False) if 4 <= i < 8 else (i, True) for i in range(10)]


@pytest.mark.parametrize("attach", [False, True])
@pytest.mark.parametrize("name", ["domain=web", "a[b]", "a*", "a?", "a'\"b", "a\nb"])
def test_no_name_of_a_folder_is_anything_but_a_name(tmp_path, name, attach):
    measured = {"length": {"words": [1, 2, 3]}}
    literal_corpus(tmp_path / "ab" / "c", [{"domain": "another corpus"}] * 3, measured)
    literal_corpus(tmp_path / name / "c", [{"domain": "x"}] * 3, measured, rows=1, missing={"length": [1]})
    corpus = open_corpus(tmp_path / name / "c", attach=attach)
    assert rows_of(corpus, "domain", "words") == [("x", 1, True), ("x", None, False), ("x", 3, True)]


@given(data=st.data())
def test_position_agrees_with_the_values_by_doc_id(tmp_path_factory, data):
    n = data.draw(st.integers(1, 40))
    rows = data.draw(st.integers(1, n))
    numbers = list(range(-(-n // rows)))
    missing = data.draw(st.sets(st.sampled_from(numbers), max_size=len(numbers) - 1))
    values = data.draw(st.lists(st.none() | st.integers(-5, 5), min_size=n, max_size=n))
    root = tmp_path_factory.mktemp("corpus")
    columns = {"f": {"x": values}, "g": {"y": list(range(n))}}
    literal_corpus(root, [{"id": f"d{i}"} for i in range(n)], columns, rows, {"f": list(missing)})
    corpus = open_corpus(root)
    expected = [(i, values[i], True) if i // rows not in missing else (i, None, False) for i in range(n)]
    assert rows_of(corpus, "y", "x") == expected
    assert rows_of(corpus, "y", "x", where="x > 0") == [
        row for row in expected if row[1] is not None and row[1] > 0
    ]


def test_column_files_swapped_between_shards_are_refused_by_name(tmp_path):
    root = tmp_path / "c"
    literal_corpus(root, [{}] * 8, {"length": {"words": list(range(8))}}, rows=4)
    one, two = root / "columns/length/shard-00000.parquet", root / "columns/length/shard-00001.parquet"
    held = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(held)
    corpus = open_corpus(root)
    with pytest.raises(Misaligned, match="another shard") as caught:
        corpus.clause(["words"])
    assert "rm " in caught.value.next_step
    assert len(rows_of(corpus, "id")) == 8


def test_a_column_file_one_row_short_is_refused(tmp_path):
    root = tmp_path / "c"
    literal_corpus(root, [{}] * 8, {"length": {"words": list(range(8))}})
    path = root / "columns/length/shard-00000.parquet"
    pq.write_table(pq.read_table(path).slice(0, 7), path)
    with pytest.raises(Misaligned, match="7 rows"):
        open_corpus(root).clause(["words"])


def test_a_column_file_of_another_corpus_of_the_same_shape_is_refused(tmp_path):
    for name in "ab":
        literal_corpus(
            tmp_path / name, [{"id": f"{name}{i}"} for i in range(5)], {"length": {"words": [1] * 5}}
        )
    path = "columns/length/shard-00000.parquet"
    (tmp_path / "b" / path).write_bytes((tmp_path / "a" / path).read_bytes())
    with pytest.raises(Misaligned, match="another shard"):
        open_corpus(tmp_path / "b").clause(["words"])


def test_an_unknown_column_offers_its_near_matches(tmp_path):
    literal_corpus(tmp_path / "c", [{}], {"length": {"words": [1]}})
    with pytest.raises(MissingColumn, match="Near matches: words"):
        open_corpus(tmp_path / "c").clause(["wrods"])


def test_a_corpus_without_documents_opens(tmp_path):
    literal_corpus(tmp_path / "c", [], {"length": {"words": []}})
    corpus = open_corpus(tmp_path / "c")
    assert corpus.documents == 0
    assert corpus.one(f"SELECT count(*) {corpus.clause([])}") == (0,)


def test_an_empty_shard_holds_no_document(tmp_path):
    rows = (0, 2, 0, 0, 3, 0)
    firsts = [sum(rows[:i]) for i in range(len(rows))]
    shards = [Shard(i, first, n, "") for i, (first, n) in enumerate(zip(firsts, rows, strict=True))]
    workspace = Workspace(tmp_path, "c", tuple(shards))
    assert [workspace.shard_of(doc_id).number for doc_id in range(5)] == [1, 1, 4, 4, 4]


def test_texts_come_in_the_order_asked_for(tmp_path):
    workspace = literal_corpus(tmp_path / "c", [{"text": f"t{i}"} for i in range(7)], rows=3)
    assert read_texts(workspace, [6, 0, 3, 0]) == [b"t6", b"t0", b"t3", b"t0"]
    stopped = Stoppable()
    stopped.stop()
    with pytest.raises(Stopped):
        stopped.run(lambda: open_corpus(workspace.root).texts([0]))
    batches = [batch for shard in workspace.shards for batch in text_batches(workspace, shard)]
    assert [text for batch in batches for text in batch.to_pylist()] == [f"t{i}".encode() for i in range(7)]


def test_types_that_differ_between_shards_are_read_as_text(tmp_path):
    root = tmp_path / "c"
    literal_corpus(root, [{"source.x": i} for i in range(4)], rows=2)
    path = root / "documents/shard-00001.parquet"
    table = pq.read_table(path)
    place = table.schema.get_field_index("source.x")
    pq.write_table(table.set_column(place, "source.x", table["source.x"].cast("string")), path)
    assert [row[0] for row in rows_of(open_corpus(root), "source.x")] == ["0", "1", "2", "3"]


def test_a_shard_without_a_source_column_counts_as_documents_without_a_value(tmp_path):
    root = tmp_path / "c"
    literal_corpus(root, [{"source.x": 1}, {"source.x": None}, {}, {}], rows=2)
    path = root / "documents/shard-00001.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["source.x"]), path)
    assert open_corpus(root).columns["source.x"].nulls == 3


def test_a_documents_file_that_is_gone_is_named(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 4, rows=2)
    (tmp_path / "c/documents/shard-00001.parquet").unlink()
    with pytest.raises(Misaligned, match=r"shard-00001\.parquet is missing"):
        open_corpus(tmp_path / "c")


def test_a_cache_is_of_the_files_it_was_built_from(tmp_path):
    """The same documents mapped otherwise have the same keys, and two workspaces may have one name."""
    caches = tmp_path / "caches"
    for folder in "ab":
        literal_corpus(tmp_path / folder / "c", [{"domain": "x"}, {"domain": "y"}])
        assert rows_of(open_corpus(tmp_path / folder / "c", caches, attach=True), "domain")[0][0] == "x"
    assert len(list(caches.rglob("*.duckdb"))) == 2
    path = tmp_path / "a/c/documents/shard-00000.parquet"
    table = pq.read_table(path)
    place = table.schema.get_field_index("domain")
    pq.write_table(table.set_column(place, "domain", [["p", "q"]]), path)
    assert rows_of(open_corpus(tmp_path / "a/c", caches, attach=True), "domain")[0][0] == "p"
    assert len(list(caches.rglob("*.duckdb"))) == 2


def test_a_question_can_be_stopped_from_another_thread(tmp_path):
    literal_corpus(tmp_path / "c", [{"id": "a"}])
    corpus = open_corpus(tmp_path / "c")
    work, found = Stoppable(), []

    def ask():
        try:
            work.run(lambda: corpus.one("SELECT count(*) FROM range(10_000_000_000) t(i) WHERE i % 7 = 3"))
        except Stopped:
            found.append("stopped")

    thread = threading.Thread(target=ask)
    thread.start()
    while not work._cursors:
        time.sleep(0.01)
    time.sleep(0.2)
    work.stop()
    thread.join(timeout=60)
    assert found == ["stopped"]
    assert corpus.one("SELECT 1") == (1,)  # others go on
    with pytest.raises(Stopped):
        work.run(lambda: corpus.one("SELECT 1"))


@settings(max_examples=30)
@given(st.data(), st.booleans(), st.booleans())
def test_a_narrowed_corpus_answers_of_its_documents_alone(tmp_path_factory, data, attach, drop_some):
    """Beside the same question with the rules in its WHERE; with nulls, gaps and dropped documents."""
    n = 60
    root = tmp_path_factory.mktemp("c") / "c"
    xs = data.draw(st.lists(st.none() | st.integers(0, 9), min_size=n, max_size=n))
    literal_corpus(
        root,
        [{"id": f"d{i}", "source": "ab"[i % 2]} for i in range(n)],
        {"one": {"x": pa.array(xs, pa.int64())}, "two": {"y": list(range(n))}},
        rows=17,
        missing={"one": [1]},
    )
    if drop_some:
        drop(root, "tried", source="b")
    corpus = open_corpus(root, attach=attach)
    low = data.draw(st.integers(0, 9))
    where = (Rule("x", "x", ">=", low), Group("y", "not", (Rule("y", "y", "between", (20, 29)),)))
    rules = " AND ".join(f"({rule.sql()})" for rule in where)
    values = [value for rule in where for value in rule.values]
    wanted = corpus.frame(
        f"SELECT doc_id, x, y {corpus.clause(['x', 'y'])} WHERE measured AND {rules} ORDER BY doc_id", values
    )
    view = corpus.narrowed(where)
    assert view.frame(f"SELECT doc_id, x, y {view.clause(['x', 'y'])} ORDER BY doc_id").equals(wanted)
    assert view.documents == wanted.height
    assert view.whole.documents == corpus.documents
    assert view.narrowed(()).documents == corpus.documents
    assert [position(view, doc_id) for doc_id in wanted["doc_id"]] == list(range(1, wanted.height + 1))


def test_a_condition_on_a_column_that_is_gone_says_so(tmp_path):
    literal_corpus(tmp_path / "c", [{"id": "a"}])
    with pytest.raises(MissingColumn):
        open_corpus(tmp_path / "c").narrowed((Rule("x", "gone", ">", 1),))


def test_views_that_nobody_asks_for_are_let_go(tmp_path, monkeypatch):
    literal_corpus(tmp_path / "c", [{"id": f"d{i}"} for i in range(9)], {"one": {"x": list(range(9))}})
    corpus = open_corpus(tmp_path / "c")
    monkeypatch.setattr(corpora.VIEWS, "most", 2)
    monkeypatch.setattr(corpora, "UNUSED", -1)
    for low in range(6):
        view = corpus.narrowed((Rule("x", "x", ">=", low),))
        assert view.documents == 9 - low
    assert len(corpora.VIEWS.asked) <= 2
    assert corpus.narrowed((Rule("x", "x", ">=", 0),)).documents == 9


def test_files_written_anew_under_the_same_names_are_another_relation(tmp_path):
    def relation(value):
        literal_corpus(
            tmp_path / "c", [{"id": "a"}] * 4, {"one": {"x": [value] * 4}}, rows=2, missing={"one": [1]}
        )
        return open_corpus(tmp_path / "c").relations["one"]

    first = relation(1)
    assert relation(2) != first
    assert relation(1) == first
