"""Signals whose definition a peer shares, beside what the peer measured on real documents."""

import pytest
from peers import measured, median_difference, peers, spearman

SAME = {
    "characters": "doc.length",
    "white_space_ratio": "doc.white_space_ratio",
    "non_alpha_digit_ratio": "doc.non_alpha_digit_ratio",
    "digit_ratio": "doc.digit_ratio",
    "uppercase_ratio": "doc.uppercase_ratio",
    "punctuation_ratio": "doc.punctuation_ratio",
    "ellipsis_ratio": "doc.elipsis_ratio",
    "sentences": "rpv2.rps_doc_num_sentences",
    "curly_bracket_ratio": "rpv2.rps_doc_curly_bracket",
    "lorem_ipsum_ratio": "rpv2.rps_doc_lorem_ipsum",
    "paren_ratio": "nemo.paren",
    "url_char_ratio": "nemo.urls",
    "max_word_length": "nemo.long_word",
}
"""Our column: the column of the oracles."""


@pytest.fixture(scope="module")
def theirs(assay_data):
    return peers(assay_data)


@pytest.mark.slow
@pytest.mark.parametrize(("ours", "their_name"), SAME.items())
def test_has_the_value_that_the_peer_has(assay_data, theirs, ours, their_name):
    values = measured(assay_data, tuple(SAME))[ours]
    assert spearman(values, theirs[their_name]) >= 0.99
    assert median_difference(values, theirs[their_name]) < 0.02
