"""Columns of two corpora: compared where both have them, of one type and made in one way."""

from dataclasses import replace

from corpora import literal_corpus

from analytics.alike import alike
from indexes.corpus import open_corpus


def test_only_what_both_have_and_made_alike_is_compared(tmp_path):
    literal_corpus(
        tmp_path / "a", [{"domain": "x"}], {"n": {"x": [1], "y": [1], "z": [1]}, "one": {"one": [1]}}
    )
    literal_corpus(
        tmp_path / "b",
        [{"domain": "x", "url": "u"}],
        {"n": {"x": [1.5], "y": ["text"], "z": [2]}, "other": {"other": [1]}},
    )
    a, b = open_corpus(tmp_path / "a"), open_corpus(tmp_path / "b")
    changed = {**b.columns["z"].lineage, "version": 2, "fingerprint": "another corpus"}
    b = replace(b, columns={**b.columns, "z": replace(b.columns["z"], lineage=changed)})
    found = alike(a, b)
    assert found.both == ("id", "domain", "x")
    assert found.otherwise == ("y", "z")
    assert (found.only_a, found.only_b) == (("one",), ("url", "other"))


def test_tokens_are_compared_where_the_tokenizer_is_the_same(tmp_path):
    literal_corpus(tmp_path / "a", [{}], {"tokens": {"tokens": [1]}})
    one = open_corpus(tmp_path / "a")

    def counted(tokenizer, version):
        lineage = {"method": "tokens", "version": version, "parameters": {"tokenizer": tokenizer}}
        return replace(
            one, columns={**one.columns, "tokens": replace(one.columns["tokens"], lineage=lineage)}
        )

    assert "tokens" in alike(counted("x", 1), counted("x", 2)).both
    assert "tokens" in alike(counted("x", 1), counted("y", 1)).otherwise
    assert "tokens" in alike(counted("x", 1), one).otherwise
