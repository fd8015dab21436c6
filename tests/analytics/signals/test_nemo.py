"""NeMo Curator's quantities: texts worked by hand, and its own values on real documents."""

from collections import Counter

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from peers import agreement, measured, median_difference, peers, rule_agreement, spearman

from analytics.signal import Texts, signal_families
from indexes.texts import buffers

THEIRS = {
    "non_alnum_ratio__nemo": "non_alnum",
    "symbol_word_ratio__nemo": "symbols",
    "number_ratio__nemo": "numbers",
    "url_char_ratio__nemo": "urls",
    "white_space_ratio__nemo": "whitespace",
    "paren_ratio__nemo": "paren",
    "boilerplate_para_frac__nemo": "boilerplate",
    "words": "word_count",
    "frac_words_alpha": "alpha_words",
    "mean_word_length": "mean_len",
    "max_word_length": "long_word",
    "ellipsis_line_frac__nemo": "ellipsis",
    "bullet_line_frac__nemo": "bullets",
    **{f"dup_{n}_gram_char_frac__nemo": f"dup_{n}" for n in range(5, 11)},
}
TOP = {f"top_{n}_gram_char_frac__nemo": f"top_{n}" for n in (2, 3, 4)}
TURNED = {
    "dup_line_frac__nemo": "rep_lines",
    "dup_para_frac__nemo": "rep_para",
    "dup_line_char_frac__nemo": "rep_lines_char",
    "dup_para_char_frac__nemo": "rep_para_char",
    "line_end_punct_frac__nemo": "punctuation",
}
"""NeMo publishes one minus ours."""


def of(column, *texts):
    signal = next(signal for signal in signal_families()["nemo"].signals if signal.column == column)
    found = signal.measure(Texts(*buffers(pa.array([text.encode() for text in texts], pa.large_binary()))))
    return [pytest.approx(value, nan_ok=True) for value in found]


def test_a_space_is_not_alphanumeric_but_a_newline_is():
    assert of("non_alnum_ratio__nemo", "a b\n", "é", "") == [0.25, 1, 1]


def test_an_address_ends_where_a_character_is_none_of_one():
    assert of("url_char_ratio__nemo", "http://ab c", "https://a#b", "http://", "xhttp://a~") == [
        9 / 11,
        9 / 11,
        0,
        8 / 10,
    ]


def test_a_word_is_a_symbol_if_runs_of_hash_signs_outnumber_half_its_characters():
    assert of("symbol_word_ratio__nemo", "# ## #a# … a...", "") == [3 / 5, np.nan]


def test_second_and_later_lines_repeat():
    assert of("dup_line_frac__nemo", "a\n\nb\na\nb", "\n") == [0.5, np.nan]  # of blank ones there is none


def test_one_paragraph_with_lorem_ipsum_is_all_boilerplate():
    assert of("boilerplate_para_frac__nemo", "a\n\nour Terms of Use\n\n", "a\n\nLorem Ipsum") == [1 / 3, 1]


def test_a_hyphen_is_no_bullet():
    assert of("bullet_line_frac__nemo", " • a\n- b\n* c\n● d") == [0.5]


def test_the_most_frequent_n_gram_is_deleted_within_words_too():
    assert of("top_2_gram_char_frac__nemo", "a b a b xa by", "a  b a  b", "a") == [9 / 13, 0, 1]


def test_duplicates_are_second_and_later_occurrences_with_their_spaces():
    five = "a b c d e"
    assert of("dup_5_gram_char_frac__nemo", f"{five} {five}", f"{five} x", "a") == [9 / 19, 0, 1]


@pytest.mark.slow
def test_values_are_those_of_nemo_on_real_documents(assay_data):
    found = peers(assay_data)
    ours = measured(assay_data, tuple(THEIRS | TURNED))
    for column, name in (THEIRS | TURNED).items():
        theirs = 1 - found[f"nemo.{name}"] if column in TURNED else found[f"nemo.{name}"]
        assert spearman(ours[column], theirs) >= 0.99, column
        assert median_difference(ours[column], theirs) < 0.02, column


@pytest.mark.slow
@pytest.mark.parametrize("n", [2, 3, 4])
def test_where_one_n_gram_is_the_most_frequent_its_share_is_nemos(assay_data, n):
    """Among several NeMo takes the one that a set of strings, in another order in each run, has first."""
    found = peers(assay_data)
    ours = measured(assay_data, tuple(TOP))[f"top_{n}_gram_char_frac__nemo"]
    theirs = found[f"nemo.top_{n}"]
    alone = []
    for text in found["text"]:
        words = text.split()
        counts = Counter(zip(*(words[i:] for i in range(n)), strict=False))
        most = [count for _, count in counts.most_common(2)]
        alone.append(len(most) == 1 or (len(most) == 2 and most[0] > most[1]))
    assert 900 < sum(alone) < len(alone)
    apart = (ours - theirs).abs().filter(pl.Series(alone))
    assert apart.max() < 1e-12


@pytest.mark.slow
def test_the_recipe_decides_as_nemo_on_real_documents(assay_data):
    found = peers(assay_data)
    values = {column: found[f"nemo.{name}"] for column, name in (THEIRS | TOP).items()}
    values |= {column: 1 - found[f"nemo.{name}"] for column, name in TURNED.items()}
    values["stop_word_count__dolma"] = found["nemo.common_words"]
    alone = rule_agreement(assay_data, "nemo", values)
    ties = {f"top_{n}_gram": share for n, share in ((2, 0.99), (3, 0.98), (4, 0.97))}
    assert all(share >= ties.get(reason, 0.999) for reason, share in alone.items()), alone
    assert agreement(assay_data, "nemo", found["nemo.heuristics_reject"].is_null()) >= 0.99
