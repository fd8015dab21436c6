"""Tokens a character: texts worked by hand, and a corpus that brings another tokenizer's count."""

import math
import subprocess
import sys
from dataclasses import replace

import pytest
from corpora import literal_corpus
from measuring import measured, texts_of

from analytics.runs import measure
from analytics.signal import signal_families
from analytics.signals import tokens
from indexes import families
from indexes.workspace import read_workspace, write_workspace


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("tokens_per_char", "hello world", 2 / 11),
        ("tokens_per_byte", "hello world", 2 / 11),
        ("alpha_token_ratio", "hello world", 10 / 2),
        ("tokens_per_char", "tiktoken is great!", 6 / 18),  # the example of OpenAI's own cookbook
        ("alpha_token_ratio", "tiktoken is great!", 15 / 6),
        ("tokens_per_char", "\U0010ffff", 4.0),  # no part of it was joined: a token a byte
        ("tokens_per_byte", "\U0010ffff", 1.0),
        ("alpha_token_ratio", "...", 0.0),
    ],
)
def test_a_ratio_is_what_its_name_says(column, text, expected):
    assert measured(column, text) == expected


@pytest.mark.parametrize("column", ["tokens_per_char", "tokens_per_byte", "alpha_token_ratio"])
def test_empty_text_has_no_ratio(column):
    assert math.isnan(measured(column, ""))


def test_tokens_are_counted_once_for_all_that_ask(monkeypatch):
    asked = []
    counting = tokens.counted

    def noted(texts):
        asked.append(len(texts))
        return counting(texts)

    monkeypatch.setattr(tokens, "counted", noted)
    monkeypatch.setattr("analytics.signals.token_ratios.counted", noted)
    texts = texts_of(["hello world", ""])
    for family in ("tokens", "token_ratios"):
        for signal in signal_families()[family].signals:
            signal.measure(texts)
    assert asked == [2]


def test_a_count_that_came_with_the_documents_leaves_the_ratios_alone(tmp_path):
    texts = ["hello world", "tiktoken is great!"]
    documents = [{"text": text, "source.token_count": n} for text, n in zip(texts, (70, 90), strict=True)]
    workspace = literal_corpus(tmp_path / "w", documents)
    told_by = ("id", "dump", "url", "date", "language", "language_score", "token_count")  # of FineWeb
    names = {name: f"source.{name}" for name in told_by}
    write_workspace(
        replace(workspace, shards=tuple(replace(shard, names=names) for shard in workspace.shards))
    )
    measure(workspace.root, ["tokens", "token_ratios"], workers=1)
    workspace = read_workspace(workspace.root)
    [shard] = workspace.shards

    def values(family, name):
        return families.read_column(workspace, family, shard, [name])[name].to_pylist()

    assert values("tokens", "tokens") == [70, 90]
    assert values("token_ratios", "tokens_per_char") == [2 / 11, 6 / 18]


def test_counting_reads_no_vocabulary_but_its_own_and_leaves_the_package_whole():
    said = """
import sys
from analytics.signals.tokens import tokenizer
count = tokenizer().count("hello world")
print(count, "bpe_openai" in sys.modules)
from bpe_openai._bindings import tokenizer_for_encoding
print(tokenizer_for_encoding("cl100k_base").count("hello world") == count)
"""
    run = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert run.stdout.split() == ["2", "False", "True"]
