"""Sentences over figures: each with its number, and true of the figure."""

import pytest

from pages.ui import numbers, titles

T = numbers.THIN


def test_concentration_names_the_largest_and_how_many_hold_half():
    shares = [("web_crawl", 0.4), ("docs", 0.2), ("books", 0.2), ("math", 0.2)]
    assert (
        titles.concentration(shares, "tokens", "domains")
        == f"Web crawl is 40{T}% of tokens; 2 of 4 domains hold half"
    )


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([], "No tokens to divide"),
        ([("docs", 1.0)], "All tokens are docs"),
        ([("docs", 0.6), ("math", 0.4)], f"Docs is 60{T}% of tokens; math is the rest"),
    ],
)
def test_concentration_with_few_labels(shares, said):
    assert titles.concentration(shares, "tokens", "domains") == said


def test_a_name_is_written_as_in_the_corpus_and_no_other_is_spoken_of_where_there_is_none():
    name = "stdlib-js/datasets-spam-assassin"
    assert titles.over([(name, 1.0)], "sources", "source") == f"{name} is 100{T}%"
    two = [(name, 0.98), ("b", 0.02)]
    assert titles.over(two, "sources", "source") == f"{name} is 98{T}%; no other source is over 5{T}%"
    assert titles.named(name) == name


def test_codes_stay_as_they_are():
    assert titles.concentration([("zh_hans", 0.6), ("en", 0.4)], "tokens", "values", code=True) == (
        f"zh_hans is 60{T}% of tokens; en is the rest"
    )


def test_contrast_says_so_when_nothing_stands_out():
    assert (
        titles.contrast([("a", 0.5, 0.505)], "documents", "tokens") == "Documents and tokens are spread alike"
    )
    assert (
        titles.contrast([("news", 0.12, 0.01), ("a", 0.88, 0.99)], "documents", "tokens")
        == f"News is 12{T}% of documents but 1{T}% of tokens"
    )


def test_labels_that_are_missing_are_the_news_when_many_are():
    assert (
        titles.stated([("en", 0.2)], 0.69, "tokens", "name", "language")
        == f"69{T}% of tokens name no language"
    )
    assert titles.stated([("en", 0.95)], 0.02, "tokens", "name", "language") == f"en is 95{T}% of tokens"


def test_years_name_their_peaks_and_what_is_old():
    marks = [(1989, 17.0), *((year, 1.0) for year in range(1990, 2020)), (2020, 40.0)]
    assert (
        titles.over_years(marks, 1990, "tokens")
        == f"2020 stands out; 20{T}% of dated tokens are older than 1990"
    )
    flat = [(year, 1.0) for year in range(2000, 2010)]
    assert titles.over_years(flat, None, "tokens") == "From 2000 to 2009, no year stands out"
    assert titles.over_years([], None, "tokens") == "No tokens have a date"


def test_distribution_says_of_which_column_and_in_which_unit():
    at = {0.01: 0.1, 0.5: 0.417, 0.99: 0.9}
    share = titles.distribution(at, "tokens", "dup_line_frac", "ratio")
    assert share == "dup_line_frac is under 0.417 for half of the tokens, over 0.900 for one in a hundred"
    length = titles.distribution(at, "documents", "avg_line_length", "characters")
    assert "avg_line_length is under 0.417 characters for half of the documents" in length
    assert titles.distribution(at, "documents", "words", "words").startswith("words is under 0.417 for half")


def test_distribution_of_a_constant_says_so():
    same = dict.fromkeys((0.01, 0.1, 0.5, 0.9, 0.99), 3.0)
    assert titles.distribution(same, "tokens", "x", "marks") == "x is 3 marks for nearly all tokens"
    assert titles.distribution({}, "tokens", "x") == "x has no value"


def test_distribution_of_days_is_before_and_after():
    at = {0.01: -1e9, 0.5: 1.6e9, 0.99: 1.7e9}
    said = titles.distribution(at, "documents", "date_seconds", "seconds since 1970", dates=True)
    half = "date_seconds is before 2020-09-13 for half of the documents"
    assert said == f"{half}, after 2023-11-14 for one in a hundred"


def test_a_median_that_is_the_largest_is_not_said_to_be_passed():
    at = {0.01: 455.0, 0.5: 1_000_642.0, 0.99: 1_000_642.0}
    said = titles.distribution(at, "tokens", "x")
    assert said == f"x is 1{T}000{T}642 for half of the tokens, under 455 for one in a hundred"


@pytest.mark.parametrize(
    ("medians", "said"),
    [
        ([1, 2, 3], "A is lowest and c highest"),
        ([0, 0, 0, 5], "D is highest; 3 of 4 share the lowest middle"),
        ([0, 1, 1], "A is lowest; 2 of 3 share the highest middle"),
        ([0, 0, 1, 1], "2 of 4 share the lowest middle and 2 the highest"),
        ([4, 4], "The middle is the same in every group"),
        ([4], "One group only"),
    ],
)
def test_groups_that_tie_are_counted(medians, said):
    assert titles.extremes(list(zip("abcd", map(float, medians), strict=False))) == said


def test_names_in_sentences_are_cut_and_begin_with_a_capital():
    assert titles.named("web_crawl") == "Web crawl"
    assert len(titles.named("x" * 80)) == titles.LONGEST
    assert titles.named(" \n ") == "(blank)"


def test_lift_and_losers():
    assert (
        titles.lift([("medical", 0.1, 0.38), ("a", 0.9, 0.62)])
        == "Medical is 3.8 times as common in the selection"
    )
    assert (
        titles.losers([("news", 0.08), ("a", 0.9)], 0.74)
        == f"News loses most: 8{T}% kept against 74{T}% over all"
    )
    assert titles.losers([("news", 0.73), ("a", 0.75)], 0.74) == f"Every group keeps about 74{T}%"
