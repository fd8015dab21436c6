"""Words of a user's list, counted by hand, and the way from the list's file to the column."""

import math

import pytest
from corpora import literal_corpus
from measuring import measured
from terminal import assay

from indexes import families
from indexes.workspace import read_workspace

LISTS = {"flagged_words": ("Darn", "good grief", "grief counsel", "2nd-rate")}


@pytest.mark.parametrize(
    ("text", "words", "times", "covered"),
    [
        ("Darn it, DARN! (darn)", 4, 3, 3),
        ("darned darn-it", 2, 0, 0),  # an entry is a whole word
        ("Good, grief!", 2, 1, 2),  # marks at the ends are no part of words
        ("good grief counsel", 3, 2, 3),  # two that share a word
        ("good -- grief", 2, 1, 2),  # what is no word stands between none
        ("good", 1, 0, 0),
        ("nd-rate", 1, 1, 1),  # digits at the ends are special characters, of an entry too
        ("fine", 1, 0, 0),
    ],
)
def test_counts_as_one_does_by_hand(text, words, times, covered):
    assert measured("ldnoobw_count", text, LISTS) == times
    assert measured("flagged_word_ratio", text, LISTS) == pytest.approx(covered / words)


@pytest.mark.parametrize("text", ["", " ", "... 12 --"])
def test_no_words_have_no_share(text):
    assert math.isnan(measured("flagged_word_ratio", text, LISTS))
    assert measured("ldnoobw_count", text, LISTS) == 0


def test_an_entry_without_a_word_is_found_nowhere():
    assert measured("ldnoobw_count", "... darn ...", {"flagged_words": ("...",)}) == 0


def test_a_list_is_given_by_its_file_and_asked_for_where_it_lacks(tmp_path):
    root = literal_corpus(tmp_path / "corpus", [{"text": "Darn it."}, {"text": "Fine."}, {"text": ""}]).root
    refused = assay("measure", root, "flagged")
    assert refused.code == 1
    assert "flagged_words=flagged_words.txt" in refused.answer["next_step"]
    (tmp_path / "words.txt").write_text("darn\n\ngood grief\n")
    assert assay("measure", root, "flagged", "--list", f"flagged_words={tmp_path / 'words.txt'}").code == 0
    workspace = read_workspace(root)
    [shard] = workspace.shards
    table = families.read_column(workspace, "flagged", shard, ["flagged_word_ratio", "ldnoobw_count"])
    assert table["flagged_word_ratio"].to_pylist() == [0.5, 0.0, None]
    assert table["ldnoobw_count"].to_pylist() == [1, 0, 0]
