"""Judgements as files: no line is lost, a later verdict replaces an earlier one, bad lines are named."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from corpora import literal_corpus

from indexes.corpus import open_corpus
from indexes.errors import BadJudgements
from indexes.judgements import add_judgements, file_of, read_file, read_judgements, write_file
from indexes.queries.judged import decided, first_of, to_judge
from indexes.rule import Rule
from indexes.verdicts import BORDERLINE, BOTH, KEPT, REMOVED, REMOVED_BY, Asked, Judgement, key_text, latest

ONE = Judgement("00000000000000ff", "anna", "2026-11-21T17:00:00Z", "drop")
STEPS = (Rule("short", "words", ">=", 50), Rule("odd", "length", "between", (3.0, 10.0)))
N = 200


@pytest.fixture
def corpus(tmp_path):
    measured = {"w": {"words": list(range(N)), "length": [2.0 + i % 10 for i in range(N)]}}
    literal_corpus(tmp_path / "c", [{} for _ in range(N)], measured, rows=60)
    return open_corpus(tmp_path / "c")


def test_what_is_written_is_read_again(tmp_path):
    asked = Asked(REMOVED_BY, "too_short", 7, hidden=True)
    full = replace(ONE, id="d\n1", note="“spam”", recipe="mine", recipe_hash="ab", asked=asked)
    assert add_judgements(tmp_path, [ONE, full]) == 2
    assert read_judgements(tmp_path) == [ONE, full]
    assert [path.name for path in (tmp_path / "judgements").glob("[!.]*")] == ["anna.jsonl"]
    assert add_judgements(tmp_path, [full]) == 0, "the same again is no other judgement"


def test_the_latest_of_a_persons_verdicts_counts_whatever_the_order_of_the_lines(tmp_path):
    later = replace(ONE, verdict="keep", when="2026-11-21T19:00:00+01:00")
    other = replace(ONE, who="ben", verdict="unsure")
    add_judgements(tmp_path, [later])
    add_judgements(tmp_path, [ONE, other])
    rows = read_judgements(tmp_path)
    assert len(rows) == 3
    assert {row.who: row.verdict for row in latest(rows)} == {"anna": "keep", "ben": "unsure"}
    assert later.when == "2026-11-21T18:00:00.000000Z"


@pytest.mark.parametrize("who", ["../../x", "Anna", "a/b", ".", "안나", "x" * 80])
def test_any_name_has_a_file_of_its_own_in_the_folder(tmp_path, who):
    path = file_of(tmp_path, who)
    assert path.parent == tmp_path / "judgements"
    assert path != file_of(tmp_path, who.lower() + " ")
    add_judgements(tmp_path, [replace(ONE, who=who)])
    assert [row.who for row in read_judgements(tmp_path)] == [who]


def test_a_file_that_a_person_edited_is_written_on_as_it_is(tmp_path):
    add_judgements(tmp_path, [ONE])
    [path] = (tmp_path / "judgements").glob("[!.]*.jsonl")
    path.write_text(f"\n{path.read_text().strip().replace('drop', 'keep')}")  # no line end at the end
    add_judgements(tmp_path, [replace(ONE, key=key_text(1))])
    assert [row.verdict for row in read_judgements(tmp_path)] == ["keep", "drop"]
    assert path.read_text().startswith("\n{")


def test_two_sessions_of_one_person_lose_no_line(tmp_path):
    start = Barrier(8)

    def judge(session):
        start.wait()
        for i in range(10):
            add_judgements(tmp_path, [replace(ONE, key=key_text(100 * session + i))])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(judge, range(8)))
    assert len({row.key for row in read_judgements(tmp_path)}) == 80


SESSION = """
import sys
from pathlib import Path
from indexes.judgements import add_judgements
from indexes.verdicts import Judgement, key_text
for i in range(20):
    key = key_text(100 * int(sys.argv[2]) + i)
    add_judgements(Path(sys.argv[1]), [Judgement(key, "anna", "2026-11-21T17:00:00Z", "keep")])
"""


def test_two_processes_lose_no_line(tmp_path, root):
    sessions = [
        subprocess.Popen([sys.executable, "-c", SESSION, tmp_path, str(i)], cwd=root) for i in range(2)
    ]
    assert [session.wait() for session in sessions] == [0, 0]
    assert len(read_judgements(tmp_path)) == 40


GOOD = {"key": ONE.key, "who": "anna", "when": ONE.when, "verdict": "keep"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ("[1]", "an object with names"),
        (json.dumps({"who": "anna"}), "key, when, verdict is missing"),
        (json.dumps(GOOD | {"key": None}), "key is missing"),
        (json.dumps(GOOD | {"key": "9" * 5000}), "key is 16 hexadecimal digits in quotes"),
        (json.dumps(GOOD | {"key": 255}), "key is 16 hexadecimal digits in quotes"),
        (json.dumps(GOOD | {"verdict": "yes"}), "verdict is one of keep, drop, unsure"),
        (json.dumps(GOOD | {"who": " "}), "who is a name"),
        (json.dumps(GOOD | {"when": "yesterday"}), "when is a time with its zone"),
        (json.dumps(GOOD | {"when": "2026-11-21T17:00:00"}), "when is a time with its zone"),
        (json.dumps(GOOD | {"note": 3}), "note is text"),
        (json.dumps(GOOD | {"asked": {"list": "all"}}), "asked: list is one of"),
        (json.dumps(GOOD | {"asked": {"list": "removed_by"}}), "removed_by goes with a rule"),
        (json.dumps(GOOD | {"asked": {"list": "kept", "seed": -1}}), "seed is a whole number"),
        (json.dumps(GOOD | {"asked": "kept"}), "asked is an object"),
        (json.dumps(GOOD | {"asked": {"list": "removed_by", "rule": [1]}}), "asked: rule is text"),
        (json.dumps(GOOD | {"asked": {"list": "kept", "rule": [1]}}), "kept goes with no rule"),
        (json.dumps(GOOD | {"note": "\ud800"}), "note has half of a surrogate pair"),
        (json.dumps(GOOD | {"who": "\ud800"}), "who has half of a surrogate pair"),
        (json.dumps(GOOD | {"id": "a\udc00"}), "id has half of a surrogate pair"),
        (json.dumps(GOOD | {"recipe": "\ud800"}), "recipe has half of a surrogate pair"),
        (json.dumps(GOOD | {"recipe_hash": "\ud800"}), "recipe_hash has half of a surrogate pair"),
        (json.dumps(GOOD | {"asked": {"list": "kept", "where": "\ud800"}}), "asked: where has half of"),
        (json.dumps(GOOD | {"asked": {"list": "kept", "says": "\ud800"}}), "asked: says has half of"),
        (json.dumps(GOOD | {"asked": {"list": "removed_by", "rule": "\ud800"}}), "asked: rule has half of"),
    ],
)
def test_a_bad_line_is_named_with_its_number(tmp_path, line, why):
    path = tmp_path / "taken.jsonl"
    path.write_text(f"{ONE.line()}\n{line}\n")
    with pytest.raises(BadJudgements) as said:
        read_file(path)
    assert f"{path}, line 3: " in said.value.sentence
    assert why in said.value.sentence
    assert len(said.value.sentence) < 1000
    assert said.value.next_step.startswith("A line is {")


def test_a_file_that_is_none_says_so(tmp_path):
    with pytest.raises(BadJudgements, match="cannot be read"):
        read_file(tmp_path / "nowhere.jsonl")
    (tmp_path / "latin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadJudgements, match="not UTF-8"):
        read_file(tmp_path / "latin")
    write_file(tmp_path / "out.jsonl", [ONE])
    assert read_file(tmp_path / "out.jsonl") == [ONE]


def keys(frame):
    return frame["key"].to_list()


def test_judged_documents_are_found_by_key_with_what_the_steps_say(corpus):
    asked = to_judge(corpus, STEPS, Asked(REMOVED), N)
    found = decided(corpus, STEPS, [*keys(asked), 1, 2**64 - 1])
    assert found.height == asked.height
    for row in found.to_dicts():
        i = row["doc_id"]
        answers = [i >= 50, 3 <= 2 + i % 10 <= 10]
        assert row["answers"] == answers
        assert row["kept"] == all(answers)
    assert first_of(corpus, [*keys(found)[:3], 5]) == dict(found.head(3).select("key", "doc_id").iter_rows())
    assert decided(corpus, (), keys(found)[:3])["kept"].to_list() == [True] * 3


@pytest.mark.parametrize("asked", [Asked(BOTH, seed=3), Asked(BORDERLINE, "short")])
def test_a_list_of_both_sides_has_every_document_once_and_neither_side_first(corpus, asked):
    rule = {None: 2, "short": 1}[asked.rule]
    whole = to_judge(corpus, STEPS, asked, N)
    sides = [to_judge(corpus, STEPS, Asked(name, asked.rule if name == REMOVED_BY else None), N)
             for name in ((REMOVED, KEPT) if rule == 2 else (REMOVED_BY, KEPT))]  # fmt: skip
    assert sorted(keys(whole)) == sorted([*keys(sides[0]), *keys(sides[1])])
    assert 10 <= whole["kept"].head(40).sum() <= 30
    again = to_judge(corpus, STEPS, asked, 20)
    assert keys(again)[:20] == keys(whole)[:20], "asked for less, the same come first"
