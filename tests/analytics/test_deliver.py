"""Exports after our transformations: the text written is the edited one, tokens are of what is written."""

import json

import pyarrow.parquet as pq
import pytest
from corpora import literal_corpus
from edits.c4_lines import edit as c4_lines

from analytics.deliver import export
from analytics.runs import measure
from analytics.signals.tokens import TOKENIZER
from analytics.transformation import transformations
from indexes.errors import MissingColumn
from indexes.verify import verify

TEXTS = [
    "A line of words.\nMenu\nAnd one more line here.[1]",
    "One line that stays as it is.",
    "Menu | Home | About",
]
RECIPE = """label = "All"
source = "a test"

[[rule]]
reason = "empty"
column = "characters"
op = ">"
limit = 0
"""


@pytest.fixture
def root(tmp_path):
    literal_corpus(tmp_path / "c", [{"text": text} for text in TEXTS])
    measure(tmp_path / "c", ["length", "tokens"], workers=1)
    return tmp_path / "c"


def written(root, tmp_path, recipe=RECIPE, **given):
    (tmp_path / "mine.toml").write_text(recipe)
    told = []
    report = export(
        root,
        str(tmp_path / "mine.toml"),
        tmp_path / "out",
        "parquet",
        ("all",),
        "256MB",
        say=told.append,
        **given,
    )
    assert verify(tmp_path / "out").as_json() == report.as_json()
    rows = pq.read_table(tmp_path / "out" / "shard-00000.parquet")["text"].to_pylist()
    return rows, json.loads((tmp_path / "out" / "manifest.json").read_text()), told


@pytest.mark.parametrize("name", transformations())
def test_every_transformation_can_be_exported(root, tmp_path, name):
    rows, said, _ = written(root, tmp_path, edits=[name])
    assert len(rows) == len(TEXTS)
    assert said["edit"][0]["name"] == name
    assert said["edit"][0]["hash"] == transformations()[name].hash
    assert said["counts"]["documents_changed"] == [sum(a != b for a, b in zip(rows, TEXTS, strict=True))]
    assert said["counts"]["characters_removed"] == [sum(map(len, TEXTS)) - sum(map(len, rows))]


def test_the_text_is_the_edited_one_and_its_tokens_are_counted(root, tmp_path):
    from bpe_openai._bindings import tokenizer_for_encoding

    rows, said, _ = written(root, tmp_path, edits=["c4_lines"])
    assert rows == list(map(c4_lines, TEXTS))
    assert said["counts"]["documents_emptied"] == [1]
    assert said["counts"]["tokens"] == sum(map(tokenizer_for_encoding(TOKENIZER).count, rows))
    assert said["counts"]["bytes"] == sum(len(row.encode()) for row in rows)


def test_an_unknown_edit_is_a_sentence(root, tmp_path):
    with pytest.raises(MissingColumn, match="no transformation of text c4"):
        written(root, tmp_path, edits=["c4"])


def test_it_is_said_that_the_original_edits_unless_the_export_does(root, tmp_path):
    recipe = RECIPE.replace("\n\n", '\nedits = "c4_lines"\n\n', 1)
    _, _, told = written(root, tmp_path, recipe)
    assert any("--edit c4_lines" in sentence for sentence in told)
    (root.parent / "out").rename(root.parent / "first")
    _, _, told = written(root, tmp_path, recipe, edits=["c4_lines"])
    assert not any("--edit" in sentence for sentence in told)


def test_the_command_that_makes_it_again_names_the_edits_in_their_order(root, tmp_path):
    _, said, _ = written(root, tmp_path, edits=["mask_personal_data", "c4_lines"])
    assert [edit["name"] for edit in said["edit"]] == ["mask_personal_data", "c4_lines"]
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["export"][-4:] == ["--edit", "mask_personal_data", "--edit", "c4_lines"]
