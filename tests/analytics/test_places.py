"""The spans that are shown as a cause agree with what is measured, column by column."""

from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twins import marks

from analytics import places
from analytics.places import causes
from analytics.signal import Texts, signal_families
from indexes.rule import Group, Rule
from indexes.texts import buffers

FAMILIES = {
    family.name: [signal for signal in family.signals if signal.column in places._places()]
    for family in signal_families().values()
}
FAMILIES = {name: signals for name, signals in FAMILIES.items() if signals}

BLANK = {
    f"dup_{unit}_{of}__{variant}"
    for unit in ("line", "para")
    for of in ("frac", "char_frac")
    for variant in ("datatrove", "nemo", "dolma", "dolma2", "dolma3", "after_c4_lines_noterm")
}
"""Pieces of white space count here; nobody is shown them."""

ONCE = {f"top_{n}_gram_char_frac__{of}" for n in (2, 3, 4) for of in ("datatrove", "dolma", "nemo")}
"""These count the most frequent run even where it stands once; NeMo Curator's only between single spaces."""

SHORT = {f"dup_{n}_gram_char_frac__nemo" for n in range(5, 11)}
"""1 by definition for a text that is shorter than the run."""


def texts_of(name):
    own = [*marks(name), "a b ", "same line\n", "\n", " ", "Terms of use. ", "a@example.org "]
    return st.lists(st.sampled_from(own) | st.text(max_size=4), max_size=14).map("".join)


def as_texts(value):
    return Texts(*buffers(pa.array([value.encode()], pa.large_binary())))


def test_every_column_is_a_signal():
    assert set(places._places()) == {signal.column for some in FAMILIES.values() for signal in some}


@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=60)
@given(data=st.data())
def test_there_are_as_many_spans_as_are_counted_and_none_where_a_value_is_zero(name, data):
    value = data.draw(texts_of(name))
    texts = as_texts(value)
    for signal in FAMILIES[name]:
        found = places.places(signal.column, value)
        assert all(0 <= start < end <= len(value) for start, end in found), signal.column
        assert found == sorted(found)
        assert all(before[1] <= after[0] for before, after in pairwise(found))
        measured = float(signal.measure(texts)[0])
        assert signal.type != "integer" or len(found) == measured, signal.column
        if found:
            words = [value[start:end] for start, end in found]
            assert measured > 0 or signal.column in ONCE, (signal.column, words)
        elif measured > 0 and signal.column not in BLANK | ONCE | SHORT:
            raise AssertionError((signal.column, measured))


FEW_BULLETS = Rule("bullets", "bullet_line_frac", "<=", 0.3)
SOME_LINES = Rule("ends", "ellipsis_line_frac", ">=", 0.3)
LISTED = "- one\nplain\n- two"


def test_only_too_much_stands_somewhere():
    values = {"bullet_line_frac": 2 / 3, "ellipsis_line_frac": 0.0, "mean_word_length": 3.0}
    long = Rule("long", "mean_word_length", "<=", 2)
    assert causes([FEW_BULLETS, SOME_LINES, long], values, LISTED) == [
        (0, 5, FEW_BULLETS),
        (12, 17, FEW_BULLETS),
    ]
    assert not causes([FEW_BULLETS], {"bullet_line_frac": 0.3}, LISTED)
    assert not causes([FEW_BULLETS], {"bullet_line_frac": None}, LISTED)
    assert not causes([FEW_BULLETS], {}, LISTED)


def test_a_group_that_turns_its_rules_turns_what_is_too_much():
    many = Rule("many", "bullet_line_frac", ">=", 0.5)
    values = {"bullet_line_frac": 2 / 3}
    assert not causes([many], values, LISTED)
    assert len(causes([Group("no_lists", "not", (many,))], values, LISTED)) == 2
    twice = Group("lists", "not", (Group("no_lists", "not", (many,)),))
    assert not causes([twice], values, LISTED)


def test_characters_beyond_ascii_do_not_move_a_span():
    text = "é🙂 中文 anna@example.org ü"
    [(start, end)] = places.places("pii_emails", text)
    assert text[start:end] == "anna@example.org"
