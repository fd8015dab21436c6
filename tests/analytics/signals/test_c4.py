"""C4's rules in their order on texts worked by hand; datatrove's decisions on real text."""

import polars as pl
import pyarrow as pa
import pytest
from peers import agreement, measured, median_difference, peers, spearman

from analytics.logic import kept
from analytics.recipe import PACKAGED, load_recipe
from analytics.signal import Texts, signal_families
from analytics.transformation import edited
from indexes.rule import Rule
from indexes.texts import buffers

NOTERM = "after_c4_lines_noterm"


def texts_of(*texts):
    return Texts(*buffers(pa.array([text.encode() for text in texts], pa.large_binary())))


def of(column, *texts):
    [signal] = [
        one for family in signal_families().values() for one in family.signals if one.column == column
    ]
    return [pytest.approx(value, nan_ok=True) for value in signal.measure(texts_of(*texts))]


def left(name, text):
    found = edited(name)(texts_of(text))
    return found.data.tobytes().decode()


# --- the edit --------------------------------------------------------------------------------------------


def test_a_line_stays_with_three_words_and_an_end():
    text = "Three words here.\nTwo words.\nNo end here\nIs it so?\nSaid he 'so'\nTo be continued...\n"
    assert left("c4_lines", text) == "Three words here.\nIs it so?\nSaid he 'so'"
    assert left("c4_lines_noterm", text) == text.replace("Two words.\n", "").strip()


def test_words_are_counted_before_citations_go_and_ends_looked_at_after():
    assert left("c4_lines", "Two words [1].") == "Two words ."  # three words, one of them the mark
    assert left("c4_lines", "Ends with a mark.[2]") == "Ends with a mark."
    assert left("c4_lines", "Ends with a mark. [2]") == ""  # a space is left at the end
    assert left("c4_lines_noterm", "Ends with a mark. [2]\nand goes on here") == (
        "Ends with a mark. \nand goes on here"
    )


def test_citations_are_digits_of_any_script_or_nothing_and_two_words_in_lower_case():
    assert left("c4_lines_noterm", "a[1]b[]c[٣]d[edit]e[citation needed] f g") == "abcde f g"
    assert left("c4_lines_noterm", "a[x] b[Edit] c[1 d[²] [[1]]") == "a[x] b[Edit] c[1 d[²] []"


def test_a_word_of_1000_characters_stays_and_one_of_1001_takes_its_line():
    assert len(left("c4_lines_noterm", "é" * 1000 + " and more")) == 1009
    assert left("c4_lines_noterm", "é" * 1001 + " and more") == ""


def test_javascript_and_policies_take_their_line_in_any_case():
    text = "Turn on JavaScripts now.\nWe USE COOKIES here.\nPrivacy  policy with two spaces.\nKept for good."
    assert left("c4_lines", text) == "Privacy  policy with two spaces.\nKept for good."
    assert left("c4_lines", "We use coo\u212aies too.") == ""  # lower() of the sign for kelvin is k


def test_a_phrase_that_comes_about_by_deleting_a_citation_counts():
    assert left("c4_lines_noterm", "we run java[1]script here") == ""


def test_every_end_of_a_line_parts_lines_and_white_space_around_them_goes():
    text = "\u2028  One line more here. \x85\tAnother line is here.\x0c\r\n\xa0"
    assert left("c4_lines", text) == "One line more here.\nAnother line is here."


# --- what condemns a page --------------------------------------------------------------------------------


def test_a_bracket_condemns_only_in_a_line_that_came_so_far():
    texts = ["A { in here.", "{ gone.", "A { in here", "javascript with { here.", "terms of use { here."]
    assert of("curly_bracket_lines__c4", *texts) == [1, 0, 0, 0, 1]
    assert of("curly_bracket_lines__c4_noterm", *texts) == [1, 0, 1, 0, 1]


def test_lorem_ipsum_condemns_before_javascript_is_looked_for():
    texts = ["Lorem Ipsum javascript here.", "lorem ipsum", "lorem  ipsum is here.", "xlorem ipsumx it is"]
    assert of("lorem_ipsum_lines__c4", *texts) == [1, 0, 0, 0]
    assert of("lorem_ipsum_lines__c4_noterm", *texts) == [1, 0, 0, 1]


def test_sentences_are_those_of_each_line_that_stays():
    text = "One is here. Two is here!\nThree goes on\nand is here.\nFour."
    assert of("sentences__after_c4_lines", text) == [3]  # two, and the third's second half
    assert of(f"sentences__{NOTERM}", text) == [4]
    assert of("sentences__after_c4_lines", "", "   ", "\n\n") == [0, 0, 0]


def test_shares_are_of_lines_that_are_not_blank_and_undefined_without_one():
    text = "Kept as it is.\n\n \nWe use cookies here.\nToo short"
    assert of("c4_kept_line_frac", text, "", "\n") == [1 / 3, float("nan"), float("nan")]
    assert of("policy_line_frac", text, "") == [1 / 3, float("nan")]
    assert of("javascript_line_frac", "JavaScript\nno\n\n") == [1 / 2]
    assert of("c4_kept_char_frac", text, "", "\n") == [14 / len(text), float("nan"), 0]


def test_the_last_filter_of_fineweb_reads_the_text_that_is_left():
    text = "Same line here.\nSame line here.\nno\nIt goes on and on, over more than thirty characters"
    assert of(f"line_end_punct_frac__{NOTERM}", text) == [2 / 3]
    assert of(f"short_line_frac__{NOTERM}", text) == [2 / 3]
    assert of(f"dup_line_char_frac__{NOTERM}", text) == [15 / 81]
    assert of(f"newline_word_ratio__{NOTERM}", text) == [2 / 19]
    assert of(f"newline_word_ratio__{NOTERM}", "", "no", "One line of text") == [
        float("nan"),
        float("nan"),
        0,
    ]


# --- datatrove -------------------------------------------------------------------------------------------


def rules_of(name, columns=None):
    return tuple(
        step
        for step in load_recipe(PACKAGED / f"{name}.toml").steps
        if isinstance(step, Rule) and (columns is None or step.column in columns)
    )


@pytest.mark.slow
def test_c4_and_fineweb_decide_as_datatrove_on_real_documents(assay_data):
    theirs = peers(assay_data)
    assert agreement(assay_data, "c4", theirs["c4_pass"]) >= 0.999
    assert agreement(assay_data, "fineweb", theirs["fineweb_chain_pass"]) >= 0.999


@pytest.mark.slow
def test_c4_without_terminal_marks_and_the_last_filter_alone_decide_as_datatrove(assay_data):
    theirs = peers(assay_data)
    noterm = rules_of(
        "fineweb",
        ("lorem_ipsum_lines__c4_noterm", "curly_bracket_lines__c4_noterm", f"sentences__{NOTERM}"),
    )
    ours = measured(assay_data, tuple(rule.column for rule in noterm))
    assert (kept(ours, noterm) == theirs["c4_noterm_pass"]).mean() >= 0.999

    last = rules_of("fineweb")[-4:]
    raw = {rule.column: rule.column.removesuffix(f"__{NOTERM}") for rule in last}
    raw[f"dup_line_char_frac__{NOTERM}"] = "dup_line_char_frac__fineweb"
    ours = measured(assay_data, tuple(raw.values())).select(
        pl.col(name).alias(column) for column, name in raw.items()
    )
    # Our lines end where str.splitlines has them, FineWeb's at line feeds alone.
    assert (kept(ours, last) == theirs["fineweb_pass"]).mean() >= 0.998


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reason", "column"),
    [
        ("lorem_ipsum", "lorem_ipsum_lines"),
        ("curly_bracket", "curly_bracket_lines"),
        ("too_few_sentences", "sentences"),
    ],
)
@pytest.mark.parametrize("variant", ["c4", "c4_noterm"])
def test_each_rule_of_c4_fails_where_datatrove_gives_its_reason(assay_data, reason, column, variant):
    theirs = peers(assay_data)
    edit = "after_c4_lines" if variant == "c4" else NOTERM
    name = f"{column}__{edit if column == 'sentences' else variant}"
    found = measured(assay_data, (name,))[name]
    fails = found < 5 if column == "sentences" else found > 0
    given = (theirs[f"{variant}_reason"] == reason).fill_null(False)
    passed = theirs[f"{variant}_pass"]
    assert fails.filter(given).all()
    assert not fails.filter(passed).any()


@pytest.mark.slow
def test_values_of_the_raw_text_are_those_of_fineweb_on_real_documents(assay_data):
    theirs = peers(assay_data)
    pairs = {
        "line_end_punct_frac": "fw_line_punct_ratio",
        "short_line_frac": "fw_short_line_ratio",
        "dup_line_char_frac__fineweb": "fw_char_dup_ratio",
        "newline_word_ratio": "fw_list_ratio",
        "bullet_line_frac": "line_nonblank.bullet_point_lines_ratio",
    }
    ours = measured(assay_data, tuple(pairs))
    for name, peer in pairs.items():
        assert spearman(ours[name], theirs[peer]) >= 0.99, name
        assert median_difference(ours[name], theirs[peer]) < 0.02, name


def test_the_reasons_are_those_of_datatrove(assay_data):
    theirs = peers(assay_data)
    given = {"lorem_ipsum", *theirs["c4_reason"].drop_nulls().unique()}  # none of these documents says it
    assert {rule.reason for rule in rules_of("c4")} == given
    reasons = {said.rsplit(":", 1)[1] for said in theirs["fineweb_chain_reject"].drop_nulls().unique()}
    assert reasons - {rule.reason for rule in rules_of("fineweb")} <= {"empty"}
