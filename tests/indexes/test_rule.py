"""Rules and groups: what may be asked, what it is in words, and one answer from DuckDB and from Polars."""

import math
from datetime import date, datetime

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.as_polars import expression
from analytics.logic import answers, kept
from indexes.as_sql import literal, written
from indexes.columns import Column
from indexes.errors import BadRecipe, MissingColumn
from indexes.rule import Cut, Group, Listed, Rule, Share, check_fit

ENGINE = duckdb.connect()
NUMBERS = st.integers(-3, 3) | st.sampled_from([-1.5, -0.0, 0.1, 0.65, 2.5, 1e300])
VALUES = {
    "number": st.none() | NUMBERS.map(float) | st.sampled_from([math.nan, math.inf, -math.inf]),
    "narrow": st.none() | st.sampled_from([0.65, 0.1, -1.5, 2.0, math.nan, math.inf, -math.inf]),
    "integer": st.none() | st.integers(-3, 3) | st.sampled_from([2**53, 2**53 + 1, 2**63 - 1]),
    "unsigned": st.none() | st.integers(0, 3) | st.sampled_from([2**63, 2**64 - 1]),
    'odd "{name}"': st.none() | st.sampled_from(["", "a", "b", "B", "é", "٣", "3", "a b", "ab\n"]),
    "boolean": st.none() | st.booleans(),
    "date": st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 5)),
    "label": st.none() | st.sampled_from(["x", "y"]),
}
TYPES = {
    "number": pl.Float64,
    "narrow": pl.Float32,
    "integer": pl.Int64,
    "unsigned": pl.UInt64,
    'odd "{name}"': pl.String,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "label": pl.String,
}
WHOLE_NUMBERS = st.integers(-3, 3) | st.sampled_from([2**53 + 1, 2**63, 2**64 - 1, 2.0])
LIMITS = {
    "number": NUMBERS,
    "narrow": NUMBERS,
    "integer": WHOLE_NUMBERS,
    "unsigned": WHOLE_NUMBERS,
    'odd "{name}"': st.sampled_from(["", "a", "B", "é", "a b"]),
    "boolean": st.booleans(),
    "date": st.dates(date(2020, 1, 1), date(2020, 1, 5)),
}
PATTERNS = st.sampled_from([r"^\d$", r"\w", r"\W", r"\s$", r"(?i)b", r"a\b", "", r"[^\d]"])


@st.composite
def rules(draw):
    column = draw(st.sampled_from(sorted(LIMITS)))
    limits = LIMITS[column]
    ops = ["==", "!=", "in", "not_in", "is_null", "not_null"]
    ops += [">=", ">", "<=", "<", "between"] if column != "boolean" else []
    ops += ["matches", "in_file"] if "odd" in column else []
    ops += ["top"] if column not in ("boolean", 'odd "{name}"') else []
    op = draw(st.sampled_from(ops))
    if op in ("is_null", "not_null"):
        limit = None
    elif op == "between":
        limit = tuple(sorted([draw(limits), draw(limits)]))
    elif op in ("in", "not_in"):
        limit = tuple(draw(st.lists(limits, min_size=1, max_size=4)))
    elif op == "in_file":
        limit = Listed("list.txt", tuple(draw(st.lists(limits, min_size=1, max_size=4))))
    elif op == "matches":
        limit = draw(PATTERNS)
    elif op == "top":
        within = draw(st.sampled_from([None, "label"]))
        groups = (
            draw(st.sets(st.sampled_from(["x", "y", None])))
            if within
            else draw(st.sampled_from([(), (None,)]))
        )
        keys, ids = st.sampled_from([0, 5, 2**64 - 1]), st.integers(0, 5)
        cuts = tuple(Cut(group, draw(limits), draw(keys), draw(ids)) for group in groups)
        limit = Share(0.5, "documents", within, cuts)
    else:
        limit = draw(limits)
    return Rule("any", column, op, limit, draw(st.sampled_from([None, "keep"])))


STEPS = st.recursive(
    rules(),
    lambda inner: st.builds(
        Group,
        st.just("group"),
        st.sampled_from(["all", "any", "not"]),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=6,
)


@st.composite
def corpora(draw):
    n = draw(st.integers(1, 8))
    columns = {name: draw(st.lists(values, min_size=n, max_size=n)) for name, values in VALUES.items()}
    frame = pl.DataFrame(
        {name: pl.Series(values, dtype=TYPES[name], strict=False) for name, values in columns.items()}
    )
    keys = draw(st.lists(st.sampled_from([0, 5, 2**64 - 1]), min_size=n, max_size=n))
    return frame.with_columns(doc_id=pl.int_range(n), key=pl.Series(keys, dtype=pl.UInt64))


def by_sql(corpus, step):
    corpus = corpus.to_arrow()  # DuckDB finds it by its name
    return (
        ENGINE.cursor()
        .sql(f"SELECT {step.sql()} AS answer FROM corpus", params=list(step.values))
        .pl()["answer"]
    )


@given(corpora(), STEPS)
def test_sql_and_polars_give_the_same_three_answers(corpus, step):
    assert by_sql(corpus, step).to_list() == answers(corpus, step).to_list()


HELD = {"narrow": "number", "unsigned": "integer", 'odd "{name}"': "text", "label": "text"}


@settings(max_examples=40)
@given(corpora(), STEPS)
def test_what_is_written_out_gives_the_same_three_answers(corpus, step):
    expected = by_sql(corpus, step).to_list()
    values = iter([literal(value) for value in step.values])
    sql = f"SELECT {written(step.sql(), values.__next__)} AS answer FROM corpus"
    held = corpus.to_arrow()
    assert ENGINE.cursor().register("corpus", held).sql(sql).pl()["answer"].to_list() == expected
    code = expression(step, {name: HELD.get(name, name) for name in step.columns()})
    found = corpus.select(answer=eval(code, {"pl": pl, "date": date}))["answer"]
    assert found.to_list() == expected


@given(corpora(), st.lists(STEPS, max_size=3))
def test_what_is_kept_is_true_for_every_step(corpus, steps):
    every = [by_sql(corpus, step).fill_null(False).to_list() for step in steps]
    expected = [all(answer) for answer in zip(*every, strict=True)] if steps else [True] * corpus.height
    assert kept(corpus, tuple(steps)).to_list() == expected


def test_null_is_unknown_and_not_of_unknown_too():
    corpus = pl.DataFrame({"words": [None, 3, 80]})
    rule = Rule("short", "words", ">=", 50)
    twice = Group("a", "not", (Group("b", "not", (rule,)),))
    for step in (rule, twice):
        assert by_sql(corpus, step).to_list() == [None, False, True]
    assert by_sql(corpus, Group("c", "not", (rule,))).to_list() == [None, True, False]
    assert by_sql(corpus, Rule("short", "words", ">=", 50, if_null="keep")).to_list() == [True, False, True]


@pytest.mark.parametrize("ask", [by_sql, answers])
def test_nan_is_above_everything_and_equal_to_itself(ask):
    corpus = pl.DataFrame({"x": [math.nan, math.inf, -math.inf, None]})
    assert ask(corpus, Rule("r", "x", ">", 5)).to_list() == [True, True, False, None]
    assert ask(corpus, Rule("r", "x", "between", (-5, 5))).to_list() == [False, False, False, None]
    assert ask(corpus, Rule("r", "x", "not_in", (1, 2))).to_list() == [True, True, True, None]


@pytest.mark.parametrize("ask", [by_sql, answers])
def test_a_narrow_number_is_compared_as_it_is_and_not_as_the_limit_would_round(ask):
    corpus = pl.DataFrame({"score": pl.Series([0.65], dtype=pl.Float32)})
    assert ask(corpus, Rule("r", "score", ">=", 0.65)).to_list() == [False]
    assert ask(corpus, Rule("r", "score", "in", (0.65,))).to_list() == [False]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Rule("r", "words", ">=", 50), "words is at least 50"),
        (Rule("r", "words", "<=", 100_000, "keep"), "words is at most 100,000 or is missing"),
        (Rule("r", "score", "between", (0.5, 10)), "score is from 0.5 to 10"),
        (Rule("r", "language", "in", ("en", "de")), "language is one of en, de"),
        (Rule("r", "n", "not_in", tuple(range(10))), "n is none of 0, 1, 2, 3, 4, 5, 6, 7 and 2 more"),
        (
            Rule("r", "domain", "in_file", Listed("good.txt", ("a", "b"))),
            "domain is in the list good.txt (2 values)",
        ),
        (Rule("r", "title", "is_null"), "title is missing"),
        (Rule("r", "title", "!=", ""), 'title is not ""'),
        (Rule("r", "paid", "==", True), "paid is true"),
        (Rule("r", "date", "<", date(2020, 2, 1)), "date is under 2020-02-01"),
        (
            Rule("r", "s", "top", Share(0.1, "tokens", "language")),
            "s is in the top 10 % of tokens within each language",
        ),
        (
            Rule("r", "s", "top", Share(0.125, cuts=(Cut(None, 1.5, 0, 0),))),
            "s is in the top 12.5 % of documents (at least 1.5)",
        ),
    ],
)
def test_a_rule_says_itself_as_a_sentence(rule, sentence):
    assert rule.sentence() == sentence


def test_a_group_says_its_members():
    one, two = Rule("a", "words", ">=", 50), Rule("b", "url", "not_null")
    group = Group("g", "any", (one, Group("h", "not", (two,))))
    assert group.sentence() == "any of (words is at least 50; none of (url is there))"
    assert [rule.reason for rule in group.rules()] == ["a", "b"]
    assert group.columns() == ("words", "url")


@pytest.mark.parametrize(
    ("op", "limit", "said"),
    [
        ("=>", 5, "Near matches: .*>="),
        ("is_nul", None, "Near matches: is_null"),
        (">=", None, "one limit"),
        (">=", (1, 2), "one limit"),
        (">=", math.nan, "finite"),
        ("<", math.inf, "finite"),
        ("in", (1.0, -math.inf), "finite"),
        ("in", (), "list is empty"),
        ("not_in", (), "list is empty"),
        ("in_file", Listed("x.txt", ()), "list is empty"),
        ("in_file", "x.txt", "name of a file"),
        ("in", 5, "takes a list"),
        ("in", ("a", 1), "one type"),
        ("in", (True, 1), "one type"),
        ("between", 5, "two limits"),
        ("between", (1, 2, 3), "two limits"),
        ("between", (5, 1), "nothing is between"),
        ("between", (1, "b"), "one type"),
        ("is_null", 1, "no limit"),
        ("matches", 5, "takes a pattern"),
        ("matches", "(", "no RE2 pattern"),
        ("matches", r"(a)\1", "no RE2 pattern"),
        ("==", datetime(2020, 1, 1), "a date"),
        ("==", 2**64, "64 bits"),
        ("==", [1], "a limit is"),
        ("top", 5, "share"),
        ("top", Share(1.5), "0 to 1"),
        ("top", Share(-0.1), "0 to 1"),
        ("top", Share(True), "0 to 1"),
        ("top", Share(math.nan), "0 to 1"),
        ("top", Share(0.5, "token"), "Near matches: tokens"),
        ("top", Share(0.5, "tokens", ""), "name of a column"),
        (">=", Share(0.5), "takes no share"),
    ],
)
def test_a_limit_that_is_not_for_its_operator_is_refused(op, limit, said):
    with pytest.raises(ValueError, match=said):
        Rule("why", "x", op, limit)


def test_other_things_that_cannot_be_asked():
    with pytest.raises(ValueError, match="if_null"):
        Rule("why", "x", ">", 1, "drop")
    with pytest.raises(ValueError, match="never the text"):
        Rule("why", "text", "matches", "a")
    with pytest.raises(ValueError, match="at least one"):
        Group("why", "any", ())
    with pytest.raises(ValueError, match="all, any, not"):
        Group("why", "none", (Rule("a", "x", ">", 1),))
    for reason in ("", "unknown:words", "not_measured"):
        with pytest.raises(ValueError, match="reason"):
            Rule(reason, "x", ">", 1)
    with pytest.raises(ValueError, match="not resolved"):
        Rule("why", "x", "top", Share(0.5)).sql()


COLUMNS = {
    f"a_{kind}": Column(f"a_{kind}", kind, "f")
    for kind in ("integer", "number", "text", "boolean", "date", "other")
}


def column(name):
    if name not in COLUMNS:
        raise MissingColumn(f"no column {name}", "measure it")
    return COLUMNS[name]


@pytest.mark.parametrize(
    ("name", "op", "limit", "needed"),
    [
        ("a_integer", ">=", "50", "a whole number"),
        ("a_integer", ">=", 50.5, "a whole number"),
        ("a_integer", "==", True, "a whole number"),
        ("a_number", "between", ("a", "b"), "a number"),
        ("a_number", "==", False, "a number"),
        ("a_text", "==", 5, "text"),
        ("a_text", "in", (date(2020, 1, 1),), "text"),
        ("a_boolean", "==", 1, "true or false"),
        ("a_date", ">=", "2020-01-01", "a date"),
        ("a_date", "in", (2020,), "a date"),
    ],
)
def test_a_limit_of_another_type_than_its_column_is_refused_with_the_type_needed(name, op, limit, needed):
    with pytest.raises(BadRecipe) as caught:
        check_fit([Group("g", "any", (Rule("why", name, op, limit),))], column)
    assert f"Write {needed}" in caught.value.next_step


@pytest.mark.parametrize(
    ("name", "op", "limit"),
    [
        ("a_integer", "matches", "a"),
        ("a_boolean", ">=", True),
        ("a_date", "matches", "a"),
        ("a_number", "in_file", Listed("x.txt", ("1",))),
        ("a_text", "top", Share(0.5)),
        ("a_other", "==", 5),
    ],
)
def test_an_operator_that_a_column_cannot_be_asked_is_refused(name, op, limit):
    with pytest.raises(BadRecipe, match="cannot be asked of"):
        check_fit([Rule("why", name, op, limit)], column)


def test_what_fits_is_let_through():
    fitting = [
        Rule("a", "a_integer", ">=", 50.0),
        Rule("a", "a_number", ">=", 50),
        Rule("a", "a_number", "in", (1, 0.5)),
        Rule("a", "a_text", ">=", "b"),
        Rule("a", "a_date", "top", Share(0.5, within="a_boolean")),
        Rule("a", "a_other", "is_null"),
    ]
    check_fit(fitting, column)
    with pytest.raises(MissingColumn):
        check_fit([Rule("a", "words", ">=", 1)], column)
    with pytest.raises(BadRecipe, match="no label"):
        check_fit([Rule("a", "a_number", "top", Share(0.5, within="a_number"))], column)
    with pytest.raises(MissingColumn, match="tokens"):
        check_fit([Rule("a", "a_number", "top", Share(0.5, "tokens"))], column)
