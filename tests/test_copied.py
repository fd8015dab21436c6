"""What "Copy as" gives counts the same as the page: a command, SQL over the Parquet files, Polars code."""

import contextlib
import io
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus
from terminal import assay, typed

from analytics.as_polars import count_code
from analytics.preview import preview
from analytics.recipe import NO_RULES, Recipe, to_toml
from analytics.where import preview_command
from indexes.as_sql import count_sql
from indexes.corpus import open_corpus
from indexes.drop import drop
from indexes.errors import MissingColumn
from indexes.ingest import ingest
from indexes.judgements import add_judgements
from indexes.planning import Options
from indexes.queries.top import resolve
from indexes.rule import Group, Listed, Rule, Share
from indexes.verdicts import Judgement

N = 90
ODD = "o'd \"d? FROM %"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Three shards, one of them without a file of ``rated``; nulls everywhere; a dropped sixth."""
    root = tmp_path_factory.mktemp("copied [x] it's") / "c?"
    documents = [
        {
            "id": f"d{i}",
            "source": "gone" if i % 6 == 1 else "ab"[i % 2],
            "domain": [ODD, "docs", None, "é"][i % 4],
            "date": None if i % 7 == 0 else date(2020, 1, 1 + i % 28),
            "source.flag": [True, False, None][i % 3],
        }
        for i in range(N)
    ]
    measured = {
        "counted": {
            "words": [None if i % 11 == 0 else i * 37 % 101 for i in range(N)],
            "tokens": [i % 13 for i in range(N)],
            "bytes": list(range(N)),
        },
        "rated": {"score": [None if i % 9 == 0 else (i * 29 % 17) / 10 for i in range(N)]},
    }
    literal_corpus(root, documents, measured, rows=30, missing={"rated": [1]})
    drop(root, "asked to", source="gone")
    return root


short = Rule("short", "words", ">=", 30)
good = Rule("good", "score", ">", 0.3, if_null="keep")
CASES = {
    "nothing": ((), ()),
    "a text": ((Rule("where", "domain", "==", ODD),), ()),
    "null": ((Rule("where", "domain", "is_null"),), (short,)),
    "partial": ((Rule("where", "score", "between", (0.1, 1.2)),), (short,)),
    "kept where null": ((), (short, good)),
    "three values": (
        (Group("g", "not", (Rule("a", "words", ">", 50), Rule("b", "source.flag", "==", True))),),
        (Group("h", "any", (Rule("c", "date", "<", date(2020, 1, 12)), good)),),
    ),
    "lists": (
        (Rule("where", "domain", "not_in", ("docs", "x'; DROP")),),
        (Rule("l", "id", "in_file", Listed("ids.txt", tuple(f"d{i}" for i in range(0, N, 2)))),),
    ),
    "pattern": ((Rule("where", "id", "matches", r"^d\d$"),), ()),
    "top": ((Rule("where", "words", "top", Share(0.4)),), (Rule("t", "score", "top", Share(0.5, "tokens")),)),
    "top within": ((), (Rule("t", "tokens", "top", Share(0.3, "documents", "domain")),)),
    "flag": ((Rule("where", "source.flag", "!=", False),), (Rule("d", "date", "not_null"),)),
}


@pytest.mark.parametrize("case", CASES)
def test_all_three_count_what_the_page_counts(root, case):
    where, rules = CASES[case]
    corpus = open_corpus(root, attach=case != "top")  # from caches, or from the files
    corpus = corpus.narrowed(resolve(corpus, where))
    recipe = Recipe("copied", "Copied", "", rules)
    found = preview(corpus, recipe)
    expected = found.funnel.kept.documents
    assert 0 < expected < N
    assert duckdb.connect().sql(count_sql(corpus, found.steps)).fetchall() == [(expected,)]
    assert printed(count_code(corpus, found.steps)) == expected
    file = root / "copied.toml"
    file.write_text(to_toml(recipe))
    said = preview_command(corpus, recipe if rules else None, str(file))
    assert typed(said).answer["documents"]["kept"] == expected


def printed(code):
    """The number that a piece of code prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    return int(out.getvalue())


@pytest.mark.parametrize("op", ["in", "not_in", "==", ">="])
def test_days_are_asked_of_times_of_day(tmp_path_factory, op):
    root = tmp_path_factory.getbasetemp() / "moments {x}"
    if not root.exists():
        moments = pa.array([0, 1, 86_400_000_000, None], pa.timestamp("us", "Europe/Paris"))
        source = tmp_path_factory.mktemp("source") / "a.parquet"
        pq.write_table(pa.table({"text": ["t"] * 4, "moment": moments}), source)
        ingest(root, Options(sources=(str(source),)))
    day = date(1970, 1, 1)
    rule = Rule("where", "source.moment", op, (day,) if op in ("in", "not_in") else day)
    corpus = open_corpus(root).narrowed((rule,))
    assert corpus.documents == {"in": 1, "not_in": 2, "==": 1, ">=": 3}[op]
    assert duckdb.connect().sql(count_sql(corpus, ())).fetchall() == [(corpus.documents,)]
    assert printed(count_code(corpus, ())) == corpus.documents


def test_conditions_alone_are_counted_without_a_recipe(root):
    corpus = open_corpus(root)
    where = corpus.narrowed((short,))
    assert preview(where, NO_RULES).funnel.kept.documents == where.documents
    assert assay("preview", root, "--where", '{ column = "words", op = ">=", limit = 30 }').answer[
        "documents"
    ] == {"total": where.documents, "kept": where.documents}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("{ column = words }", "no TOML"),
        ('{ column = "words", op = "over", limit = 3 }', "no operator"),
        ('{ column = "wordz", op = ">", limit = 3 }', "no column wordz"),
        ("nobody", "no recipe nobody"),
        ("{} }] #", "TOML"),
    ],
)
def test_a_condition_that_cannot_be_is_a_named_problem(root, said, why):
    answer = assay("preview", root, "--where", said)
    assert answer.code == 1
    assert why in answer.answer["error"]


def test_what_people_judged_is_in_no_parquet_file(tmp_path):
    literal_corpus(tmp_path / "c", [{"id": "a"}])
    [key] = open_corpus(tmp_path / "c").one(f"SELECT key {open_corpus(tmp_path / 'c').clause([])}")
    add_judgements(tmp_path / "c", [Judgement(f"{key:016x}", "me", "2026-01-01T00:00:00.000000Z", "keep")])
    judged = open_corpus(tmp_path / "c")
    with pytest.raises(MissingColumn, match="no Parquet file"):
        count_sql(judged, (Rule("j", "judged", "==", "keep"),))
    with pytest.raises(MissingColumn, match="no Parquet file"):
        count_code(judged, (Rule("j", "judged", "==", "keep"),))


def test_without_documents_there_is_no_file_to_ask(empty_workspace):
    corpus = open_corpus(empty_workspace)
    for copied in (count_sql, count_code):
        with pytest.raises(MissingColumn, match="no documents"):
            copied(corpus, ())
