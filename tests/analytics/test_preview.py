"""A preview: the keys that are promised, over real steps, and over columns that are not there."""

import json
import re

import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus

from analytics.corpora import open_for_questions
from analytics.preview import preview, write_decisions
from analytics.recipe import Recipe, all_recipes, load_recipe
from analytics.runs import computable_families, measure
from indexes.corpus import open_corpus
from indexes.errors import AssayError, BadRecipe, MissingColumn, UnfinishedColumn
from indexes.rule import Group, Listed, Rule, Share

WORDS = [None, 5, 20, 60, 80]
LANGUAGES = ["en", "en", None, "de", "en"]
TOKENS = [1, 10, 100, 1_000, 10_000]


def corpus_in(folder, **kinds):
    measured = {"length": {"words": WORDS}, "tokens": {"tokens": TOKENS}}
    literal_corpus(folder / "c", [{"language": name} for name in LANGUAGES], measured, **kinds)
    return open_corpus(folder / "c")


def recipe(*steps):
    return Recipe("any", "Any", "ours", steps)


LONG = Rule("short", "words", ">=", 50)
ENGLISH = Rule("foreign", "language", "==", "en")


def amount(documents, tokens):
    return {"documents": documents, "tokens": tokens, "bytes": None}


def test_the_preview_of_a_small_corpus_by_hand(tmp_path):
    found = preview(corpus_in(tmp_path), recipe(LONG, ENGLISH)).as_json()
    assert found == {
        "documents": {"total": 5, "kept": 1},
        "tokens": {"total": 11_111, "kept": 10_000},
        "bytes": None,
        "not_measured": 0,
        "edits": None,
        "steps": [
            {
                "reason": "short",
                "rule": "words is at least 50",
                "fails": amount(3, 111),
                "kept": amount(2, 11_000),
                "only_this": amount(2, 11),
                "unknown": amount(1, 1),
            },
            {
                "reason": "foreign",
                "rule": "language is en",
                "fails": amount(2, 1_100),
                "kept": amount(1, 10_000),
                "only_this": amount(1, 1_000),
                "unknown": amount(1, 100),
            },
        ],
    }
    assert json.loads(json.dumps(found)) == found


def test_the_members_of_a_group_are_counted_within_it(tmp_path):
    found = preview(corpus_in(tmp_path), recipe(Group("neither", "any", (LONG, ENGLISH)))).as_json()
    [step] = found["steps"]
    assert step["rule"] == "any of (words is at least 50; language is en)"
    assert step["fails"] == step["unknown"] == amount(1, 100)
    assert [member["reason"] for member in step["members"]] == ["short", "foreign"]
    alone = preview(corpus_in(tmp_path), recipe(LONG, ENGLISH)).as_json()["steps"]
    assert step["members"] == alone
    assert set(step) - {"members"} == set(alone[0])


def test_a_document_counts_as_unknown_only_when_no_step_is_false(tmp_path):
    found = preview(corpus_in(tmp_path), recipe(LONG, ENGLISH)).funnel
    assert found.unknown.documents == 1  # the first; the third is short as well
    assert found.steps[1].unknown.documents == 1


def test_documents_that_are_not_measured_stand_outside(tmp_path):
    corpus = corpus_in(tmp_path, rows=2, missing={"length": [1]})
    found = preview(corpus, recipe(LONG)).as_json()
    assert found["not_measured"] == 2
    assert found["documents"] == {"total": 3, "kept": 1}
    assert preview(corpus, recipe(ENGLISH)).as_json()["not_measured"] == 0


def test_no_step_keeps_everything(tmp_path):
    found = preview(corpus_in(tmp_path), recipe()).as_json()
    assert found["documents"] == {"total": 5, "kept": 5}
    assert found["steps"] == []


def test_the_limit_of_a_top_is_resolved_and_kept_with_the_preview(tmp_path):
    made = preview(corpus_in(tmp_path), recipe(Rule("low", "words", "top", Share(0.4))))
    assert made.steps[0].limit.cuts[0].value == 60
    [step] = made.as_json()["steps"]
    assert step["rule"] == "words is in the top 40 % of documents (at least 60)"
    assert (step["fails"]["documents"], step["unknown"]["documents"]) == (3, 1)


def test_a_random_share_is_a_rule_like_any_other(tmp_path):
    literal_corpus(tmp_path / "c", [{}] * 400)
    kept = preview(open_corpus(tmp_path / "c"), recipe(Rule("drawn", "random", "<", 0.25))).funnel.kept
    assert 60 < kept.documents < 140


@pytest.mark.parametrize(
    ("rule", "error", "said"),
    [
        (Rule("r", "wrods", ">", 1), MissingColumn, "no column wrods. Near matches: words"),
        (Rule("r", "words", "==", "5"), BadRecipe, "a column of type integer, and the limit '5' is text"),
        (Rule("r", "language", "in_file", Listed("x", ("a",))), None, ""),
        (Rule("r", "words", "in_file", Listed("x", ("a",))), BadRecipe, "in_file cannot be asked of words"),
    ],
)
def test_a_recipe_that_does_not_fit_the_corpus_is_refused(tmp_path, rule, error, said):
    corpus = corpus_in(tmp_path)
    if error is None:
        preview(corpus, recipe(rule))
    else:
        with pytest.raises(error, match=re.escape(said)):
            preview(corpus, recipe(rule))


def test_decisions_agree_with_the_preview(tmp_path):
    corpus = corpus_in(tmp_path, rows=2, missing={"length": [2]})
    with pytest.raises(UnfinishedColumn):
        write_decisions(corpus, recipe(LONG, ENGLISH), tmp_path / "decisions.parquet")
    write_decisions(corpus, recipe(LONG, ENGLISH), tmp_path / "decisions.parquet", allow_partial=True)
    rows = pq.read_table(tmp_path / "decisions.parquet").to_pylist()
    found = preview(corpus, recipe(LONG, ENGLISH)).as_json()
    assert sum(row["kept"] for row in rows) == found["documents"]["kept"]
    assert [row["reasons"] for row in rows] == [
        ["unknown:words"],
        ["short"],
        ["short", "unknown:language"],
        ["foreign"],
        ["not_measured"],
    ]


PROSE = """The ferry that we took to the island was late, and so was the man who had the key to the house.
We stood on the pier with our bags and looked at the water. It was dark and quite still, like oil.
After an hour he came with a lamp and said that the road had been closed. Nobody had told us that.
He led us through a field to the back of the house, where a dog slept in front of the door.
In the morning the whole bay was white with fog, and we could hear the boats but not see one of them."""


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Prose, text of no use, and none, with every signal that needs no list of words."""
    root = tmp_path_factory.mktemp("measured") / "c"
    urls = ["https://a.example/post", "https://a.example/tag/x", None]
    texts = [PROSE, "### buy buy buy {x} " * 40, ""]
    rows = [
        {"url": url, "language": "en", "license": "CC0-1.0", "id": f"d{i}", "text": text}
        for i, (url, text) in enumerate(zip(urls, texts, strict=True))
    ]
    literal_corpus(root, rows)
    measure(root, computable_families(root), workers=1)
    return open_for_questions(root)


@pytest.mark.parametrize("packaged", all_recipes().values(), ids=lambda packaged: packaged.name)
def test_every_packaged_recipe_keeps_no_more_from_step_to_step(measured, packaged):
    missing = set(packaged.columns()) - set(measured.ready())
    if missing:
        with pytest.raises(AssayError) as problem:
            preview(measured, packaged)
        assert problem.value.next_step
        return
    found = preview(measured, packaged).as_json()
    kept = [step["kept"]["documents"] for step in found["steps"]]
    assert kept == sorted(kept, reverse=True)
    assert found["documents"]["kept"] == kept[-1]


@pytest.mark.parametrize(
    "name", ["gopher_quality", "gopher_repetition", "c4", "fineweb", "dclm", "dolma_gopher"]
)
def test_recipes_for_prose_keep_it_and_nothing_else(measured, name):
    found = preview(measured, all_recipes()[name]).as_json()
    assert found["documents"]["kept"] == 1


def test_a_recipe_of_a_file_is_previewed_with_its_list(tmp_path):
    (tmp_path / "known.txt").write_text("en\nfr\n")
    (tmp_path / "known.toml").write_text(
        '[[rule]]\nreason = "other"\nnot = [{ column = "language", op = "in_file", limit = "known.txt" }]\n'
    )
    found = preview(corpus_in(tmp_path), load_recipe(tmp_path / "known.toml")).as_json()
    assert (found["documents"]["kept"], found["steps"][0]["unknown"]["documents"]) == (1, 1)
