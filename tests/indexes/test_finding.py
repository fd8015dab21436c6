"""A pasted sentence is found in exactly the texts that hold it, wherever batches and documents end."""

import random
import tracemalloc

import pytest
from corpora import literal_corpus
from hypothesis import given
from hypothesis import strategies as st
from terminal import assay, spoken

from indexes import texts
from indexes.corpus import open_corpus
from indexes.drop import drop
from indexes.finding import SPACES, find, pattern
from indexes.rule import Rule

TEXTS = [
    "One two three.",
    "one two three",
    "A line: One two\n\n   three. And on.",
    None,
    "",
    "One two",
    " three.",
    "One two\u00a0three. One two three.",
    b"One two three. \xff",
    "é One two three. ü" * 3,
]


def corpus_of(root, values, rows=3):
    literal_corpus(root, [{"id": f"d{i}", "n": i, "text": text} for i, text in enumerate(values)], rows=rows)
    return open_corpus(root, attach=True)


def ids(corpus, sentence, **more):
    return [found.doc_id for looked in find(corpus, sentence, **more) for found in looked.found]


def test_it_is_found_whole_in_one_document_and_white_space_may_differ(tmp_path):
    corpus = corpus_of(tmp_path / "c", TEXTS)
    found = {one.doc_id: one for looked in find(corpus, " One two three. ") for one in looked.found}
    assert sorted(found) == [0, 2, 7, 9]
    assert [found[i].exact for i in sorted(found)] == [True, False, False, True]
    assert (found[2].before, found[2].sentence, found[2].after) == (
        "A line: ",
        "One two\n\n   three.",
        " And on.",
    )
    assert found[9].before == "é "
    assert ids(corpus, "One two three. One") == [7]
    assert ids(corpus, "two three. é One") == []
    assert ids(corpus, ".") == [0, 2, 6, 7, 9]
    assert ids(corpus, " \n ") == []
    assert ids(corpus, "[a-z]+ (") == []


@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_it_goes_on_from_where_it_stopped(tmp_path, most):
    corpus = corpus_of(tmp_path / "c", TEXTS)
    found, start = [], 0
    while start < len(TEXTS):
        looked = list(find(corpus, "One", start, most))
        here = [one.doc_id for part in looked for one in part.found]
        assert len(here) <= most
        found += here
        start = looked[-1].next
    assert found == [0, 2, 5, 7, 9]


def test_only_documents_that_are_looked_at_are_found(tmp_path, monkeypatch):
    values = [f"Here it is, number {i}" for i in range(40)]
    documents = [
        {"id": f"d{i}", "source": "gone" if i % 5 == 0 else "s", "text": t} for i, t in enumerate(values)
    ]
    literal_corpus(tmp_path / "c", documents, {"n": {"n": list(range(40))}}, rows=16)
    drop(tmp_path / "c", "asked to", source="gone")
    whole = open_corpus(tmp_path / "c", attach=True)
    assert ids(whole, "Here it is") == [i for i in range(40) if i % 5]
    part = whole.narrowed((Rule("where", "n", "between", (18, 23)),))
    assert ids(part, "Here it is") == [18, 19, 21, 22, 23]
    assert ids(part, "Here it is", start=22) == [22, 23]
    looked = list(find(part, "Here it is"))
    assert len(looked) == 2  # one shard is read, and the end is said
    assert looked[-1].next == 40


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Short texts of few letters and odd white space."""
    draw = random.Random(0)
    values = ["".join(draw.choices("ab \n\u3000é", k=draw.randrange(12))) for _ in range(60)]
    return values, corpus_of(tmp_path_factory.mktemp("many") / "c", values, rows=20)


@given(st.text(st.sampled_from("ab é"), min_size=1, max_size=4))
def test_it_is_what_python_finds_in_the_folded_text(many, sentence):
    values, corpus = many
    folded = " ".join(sentence.split())
    expected = [i for i, value in enumerate(values) if folded and _holds(value, folded)]
    assert ids(corpus, sentence, most=99) == expected


def _holds(value, folded):
    """White space at a text's ends is none between its words."""
    return folded in " ".join(value.split())


def test_batches_end_anywhere(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "BATCH_BYTES", 1)
    corpus = corpus_of(tmp_path / "c", TEXTS, rows=2)
    assert ids(corpus, "One two three.") == [0, 2, 7, 9]


def test_white_space_is_unicodes(empty_workspace):
    assert {" ", "\n", "\u00a0", "\u2003", "\u3000"} <= set(SPACES)
    assert not [c for c in map(chr, range(0x3001, 0x110000)) if c.isspace()]
    assert pattern("\u2003") is None
    assert ids(open_corpus(empty_workspace), "one") == []


def test_much_white_space_takes_no_memory():
    much = b"a" + b" \xe3\x80\x80" * 100_000
    tracemalloc.start()
    found = pattern("a b").search(much)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found is None
    assert peak < 1_000_000
    assert pattern("a b").search(much + b"b").span() == (0, len(much) + 1)


def test_bytes_that_are_no_text_are_found_nowhere(tmp_path):
    assert ids(corpus_of(tmp_path / "c", ["what?", "\ufffd"]), "\udcff") == []


def test_the_terminal_finds_it_too_and_goes_on(tmp_path):
    values = [f"\x1b[31mone line\nof {i}" for i in range(5)]
    corpus_of(tmp_path / "c", values)
    said = assay("find", tmp_path / "c", "line of", "--most", "2").answer
    assert [(one["doc_id"], one["exact"]) for one in said["found"]] == [(0, False), (1, False)]
    code, out, log = spoken("find", tmp_path / "c", "line of", "--from", said["next"])
    assert code == 0
    assert [int(line.split()[0]) for line in out.splitlines()] == [2, 3, 4]
    assert "\x1b" not in out
    assert "3 documents found." in log
