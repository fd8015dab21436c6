"""``matches`` is RE2 with ASCII classes on both sides."""

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.pattern import check, rust

ENGINE = duckdb.connect()
TEXTS = [chr(code) for code in [*range(1, 0x250), *range(0x370, 0x400), *range(0x660, 0x670), 0x1E9E, 0x212A]]
TEXTS += [
    "",
    "ab",
    "a b",
    "a\nb",
    "b\n",
    "\n",
    "naïve",
    "été vous",
    " é",
    "é ",
    "٣٤",
    "a]b",
    "[a",
    "a&&b",
    "~~",
]
TEXTS += ["a{,2}", "aab", "x-y", "a.b", "\\d", "https://a.example/tag/3?q=١"]


def disagreeing(pattern):
    frame = pl.DataFrame({"text": TEXTS})
    by_re2 = ENGINE.execute("SELECT regexp_matches(text, ?) FROM frame", [pattern]).fetchall()
    by_rust = frame["text"].str.contains(rust(pattern)).to_list()
    return [text for text, (one,), other in zip(TEXTS, by_re2, by_rust, strict=True) if one != other]


ALIKE = r"""
\d \D \w \W \s \S ^\d+$ \bé é\b \Bé ^\B$ [\d] [^\w\s] [\D\d] [[:word:]] [[:^space:]\s]
(?i)\w (?i)\W (?i)[^\W] (?i)[[:lower:]] (?i)k (?i)ß (?i:A)b (?)b (?U)a+ (?-s). (?i)/(tag|search)/[0-9]
. (?s). [^a] a$ (?m)a$ (?m)^b \Ab b\z a| () (?P<name>a)b \.example/
[]a] [^]a] [a[] [&&b] [~~] [a-b-c] [\]\-] [a\-z] [!-~] [\x{3B1}-\x{3C9}]
a{,2} a{1,2}b a{2} } ] \Qa.b\E \Qa.b a\Q\Eb \x41 \x{e9} \101 \n \v \_ \< \-
""".split()  # noqa: SIM905 - a list of quoted texts would be three times as long


@pytest.mark.parametrize("pattern", ["", *ALIKE])
def test_both_engines_find_the_same(pattern):
    check(pattern)
    assert disagreeing(pattern) == []


PIECES = st.sampled_from(r"\d \W \b \s é a b . ^ $ [^a] [\d\-é] (?i) | [[:alpha:]] -".split())  # noqa: SIM905
AROUND = st.sampled_from(["{}", "({})*", "(?i){}", "a{}?"])


@given(st.lists(PIECES, max_size=5).map("".join), AROUND)
def test_both_engines_find_the_same_for_patterns_put_together(inner, around):
    pattern = around.format(inner)
    try:
        check(pattern)
    except ValueError:
        return
    assert disagreeing(pattern) == []


@pytest.mark.parametrize("pattern", [r"\pL", r"\P{Greek}", r"[\p{Lu}]", r"\C"])
def test_what_the_engines_read_differently_is_refused(pattern):
    with pytest.raises(ValueError, match=r"depends on the version of Unicode|asks for a byte"):
        check(pattern)


@pytest.mark.parametrize("pattern", ["(", "[a", "a**", r"\1", "(?x)a", "(?<=a)b", "[[:foo:]]", "\\"])
def test_what_is_no_pattern_is_refused_by_name(pattern):
    with pytest.raises(ValueError, match="no RE2 pattern"):
        check(pattern)
