"""The sample corpus and its targets are what their data card says."""

import importlib.util
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
TARGETS = ("arithmetic", "science", "coding")
SHARED = 8  # so many words in a row are a copy
RIGHT_TO_LEFT = {"R", "AL"}


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """The script that builds the corpus, as a module."""
    spec = importlib.util.spec_from_file_location("sample_data_make", SAMPLE / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """The committed Parquet files, in order."""
    return sorted((SAMPLE / "corpus").glob("*.parquet"))


@pytest.fixture(scope="module")
def corpus(files: list[Path]) -> list[dict[str, Any]]:
    """The committed corpus, one dictionary a document."""
    return [row for file in files for row in pq.read_table(file).to_pylist()]


@pytest.fixture(scope="module")
def notes(make: ModuleType) -> dict[str, dict[str, str]]:
    """What the headers say about copies and leaks, for each document that has such a note."""
    return {document.id: document.notes for document in make.read_documents() if document.notes}


@pytest.fixture(scope="module")
def examples() -> dict[str, list[dict[str, str]]]:
    """The examples of each target."""
    texts = {name: (SAMPLE / "targets" / f"{name}.jsonl").read_text("utf-8") for name in TARGETS}
    return {name: [json.loads(line) for line in text.splitlines()] for name, text in texts.items()}


def runs_of_words(text: str) -> set[tuple[str, ...]]:
    """Every run of eight words that the text contains."""
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[start:] for start in range(SHARED)), strict=False))


def pairs_that_share(texts: Iterable[tuple[str, str]]) -> set[frozenset[str]]:
    """The pairs of names whose texts have eight words in a row in common."""
    holders: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name, text in texts:
        for run in runs_of_words(text):
            holders[run].add(name)
    return {frozenset(pair) for names in holders.values() for pair in combinations(names, 2)}


def planted_pairs(notes: dict[str, dict[str, str]]) -> set[frozenset[str]]:
    """The pairs that must share words: every two members of a family of copies."""
    family: dict[str, set[str]] = defaultdict(set)
    for name, note in notes.items():
        if original := note.get("copy_of") or note.get("near_copy_of"):
            family[original] |= {original, name}
    return {frozenset(pair) for members in family.values() for pair in combinations(members, 2)}


def test_a_rebuild_gives_the_committed_bytes(make: ModuleType, files: list[Path], tmp_path: Path) -> None:
    rebuilt = make.write(tmp_path)
    writers = {pq.read_metadata(file).created_by for file in (*files, *rebuilt)}
    if len(writers) > 1:
        pytest.skip(f"the bytes depend on the version of pyarrow: {sorted(writers)}")
    assert [file.name for file in rebuilt] == [file.name for file in files]
    for file, again in zip(files, rebuilt, strict=True):
        assert again.read_bytes() == file.read_bytes(), f"{file.name}: run python sample_data/make.py"


def test_two_builds_give_the_same_bytes(make: ModuleType, tmp_path: Path) -> None:
    first, second = (make.write(tmp_path / name) for name in ("first", "second"))
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


def test_the_committed_files_hold_the_texts(make: ModuleType, files: list[Path]) -> None:
    committed = pa.concat_tables(pq.read_table(file) for file in files)
    assert committed.equals(make.table_of(make.read_documents()))


def test_the_corpus_is_small_and_has_several_files_with_small_row_groups(files: list[Path]) -> None:
    assert len(files) >= 3
    assert sum(file.stat().st_size for file in files) < 1_500_000
    assert all(pq.read_metadata(file).num_row_groups >= 3 for file in files)


def test_there_are_300_documents_nearly_all_of_more_than_a_few_words(
    corpus: list[dict[str, Any]], notes: dict[str, dict[str, str]]
) -> None:
    copies = {name for name, note in notes.items() if "copy_of" in note or "near_copy_of" in note}
    texts = [row for row in corpus if row["id"] not in copies and len(row["text"]) >= 200]
    assert len(corpus) >= 300
    assert len(texts) >= 280


def test_domains_languages_licences_and_dates_are_several(corpus: list[dict[str, Any]]) -> None:
    columns = ("domain", "language", "license", "date")
    values = {name: {row[name] for row in corpus} - {None} for name in columns}
    assert len(values["domain"]) >= 12
    often = Counter(row["language"] for row in corpus)
    assert sum(count >= 10 for language, count in often.items() if language) >= 6
    assert len(values["license"]) >= 3
    assert len(values["date"]) >= 100
    assert all(re.fullmatch(r"\d{4}(-\d\d-\d\d)?", date) for date in values["date"])


def test_ids_are_unique(corpus: list[dict[str, Any]]) -> None:
    assert len({row["id"] for row in corpus}) == len(corpus)


def test_no_two_documents_share_eight_words_in_a_row_except_the_planted_copies(
    corpus: list[dict[str, Any]], notes: dict[str, dict[str, str]]
) -> None:
    assert pairs_that_share((row["id"], row["text"]) for row in corpus) == planted_pairs(notes)


def test_exact_copies_are_equal_and_near_copies_are_not(
    corpus: list[dict[str, Any]], notes: dict[str, dict[str, str]]
) -> None:
    text = {row["id"]: row["text"] for row in corpus}
    exact, near = (
        [(text[name], text[note[kind]]) for name, note in notes.items() if kind in note]
        for kind in ("copy_of", "near_copy_of")
    )
    assert len(exact) >= 3
    assert len(near) >= 3
    assert all(copy == original for copy, original in exact)
    for copy, original in near:
        runs, others = runs_of_words(copy), runs_of_words(original)
        assert 0.5 < len(runs & others) / len(runs | others) < 1


def test_awkward_documents_are_there(corpus: list[dict[str, Any]], notes: dict[str, dict[str, str]]) -> None:
    text = {row["id"]: row["text"] for row in corpus}
    (long,) = (name for name, note in notes.items() if "repeat_to_bytes" in note)
    directions = [{unicodedata.bidirectional(character) for character in t} for t in text.values()]
    assert "" in text.values(), "empty"
    assert sum(len(t.split()) == 1 for t in text.values()) == 1, "one word"
    assert 1_000_000 <= len(text[long].encode()) < 1_010_000, "1 MB"
    assert sum(bool(seen & RIGHT_TO_LEFT) for seen in directions) >= 3, "right to left"
    assert any("L" in seen and seen & RIGHT_TO_LEFT for seen in directions), "both directions"
    assert sum("\N{ZERO WIDTH JOINER}" in t for t in text.values()) >= 1, "emoji of several code points"
    assert any(unicodedata.normalize("NFC", t) != t for t in text.values()), "not normalised"
    assert any("<script>" in t for t in text.values()), "markup"
    assert sum(bool(re.search(r"\w@\w[\w-]*\.", t)) for t in text.values()) >= 5, "e-mail addresses"


def test_every_column_but_id_and_text_has_nulls_and_one_document_has_nothing_else(
    corpus: list[dict[str, Any]],
) -> None:
    bare = [{name for name, value in row.items() if value is not None} for row in corpus]
    assert {"id", "text"} in bare
    for name in corpus[0]:
        assert any(row[name] is None for row in corpus) == (name not in ("id", "text")), name


def test_addresses_are_reserved_for_examples(corpus: list[dict[str, Any]]) -> None:
    reserved = re.compile(r"(^|\.)example(\.(com|org|net|edu|gov))?$|^localhost$")
    for row in corpus:
        hosts = re.findall(r"\b[\w.+-]+@([\w.-]*\w)", row["text"])
        hosts += re.findall(r"https?://([\w.-]+)", f"{row['text']} {row['url']}")
        assert all(reserved.search(host) for host in hosts), (row["id"], hosts)


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_has_thirty_examples_to_rank_by_and_a_few_to_test(
    target: str, examples: dict[str, list[dict[str, str]]]
) -> None:
    splits = Counter(example["split"] for example in examples[target])
    questions = [example["question"] for example in examples[target]]
    assert splits["train"] >= 30
    assert splits["test"] >= 3
    assert set(splits) == {"train", "test"}
    assert len(set(questions)) == len(questions)
    assert all(set(example) == {"id", "split", "question", "answer"} for example in examples[target])
    assert all(example["question"] and example["answer"] for example in examples[target])


def test_arithmetic_answers_are_worked_out_correctly(examples: dict[str, list[dict[str, str]]]) -> None:
    of = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }
    for example in examples["arithmetic"]:
        assert re.search(r"Answer: \d+$", example["answer"]), example["id"]
        for a, sign, b, result in re.findall(r"(\d+) ([-+*/]) (\d+) = (\d+)", example["answer"]):
            assert of[sign](int(a), int(b)) == int(result), example["id"]


def test_coding_answers_are_python(examples: dict[str, list[dict[str, str]]]) -> None:
    for example in examples["coding"]:
        compile(example["answer"], example["id"], "exec")


def test_exactly_one_test_question_stands_in_a_document_and_no_other_example_does(
    corpus: list[dict[str, Any]], notes: dict[str, dict[str, str]], examples: dict[str, list[dict[str, str]]]
) -> None:
    every = {example["id"]: example for target in examples.values() for example in target}
    ((post, leaked),) = ((name, every[note["leaks"]]) for name, note in notes.items() if "leaks" in note)
    assert leaked["split"] == "test"
    assert [row["id"] for row in corpus if leaked["question"] in row["text"]] == [post]

    texts = [(row["id"], row["text"]) for row in corpus]
    texts += [(name, f"{example['question']} {example['answer']}") for name, example in every.items()]
    assert pairs_that_share(texts) - planted_pairs(notes) == {frozenset({post, leaked["id"]})}


def test_the_data_card_gives_the_right_counts(corpus: list[dict[str, Any]]) -> None:
    card = (SAMPLE / "README.md").read_text(encoding="utf-8")
    for column in ("domain", "language", "license"):
        for value, count in Counter(row[column] for row in corpus).items():
            assert f"\n| `{value or 'null'}` | {count} |" in card, f"{column} {value} has {count} documents"
    assert f"{len(corpus)} documents" in card


def test_the_data_card_names_every_planted_case(notes: dict[str, dict[str, str]]) -> None:
    card = (SAMPLE / "README.md").read_text(encoding="utf-8")
    for name, note in notes.items():
        for word in (name, *note.values()):
            assert f"`{word}`" in card or word.isdigit(), word
