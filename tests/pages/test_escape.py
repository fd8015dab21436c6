"""The escapes alone; what a browser makes of them is tested in tests/browser/test_hostile.py."""

import html
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui.escape import BREAK, JOIN, markdown, markup, plotly
from pages.ui.numbers import THIN, points, whole


@given(st.text())
def test_markdown_leaves_every_mark_behind_a_backslash(value):
    assert not re.search(rf"(?<!\\)[{re.escape(string.punctuation.replace(chr(92), ''))}]", markdown(value))


@given(st.text(alphabet=string.ascii_letters + string.digits + string.punctuation + " "))
def test_markdown_reads_as_it_was(value):
    shown = re.sub(r"\\(.)", r"\1", markdown(value).replace(BREAK, "").replace(JOIN, ""))
    assert shown == value


@pytest.mark.parametrize(
    "number",
    ["0.3", "1,024", "-5", "2023-11-14", "12:30", f"34.5{THIN}%", "99%", whole(22_081), points(-0.016)],
)
def test_no_line_ends_within_a_number(number):
    said = markdown(f"x is at most {number} here")
    begin, end = said.index(" most ") + 6, said.index(" here")
    assert not set(said[begin:end].strip(BREAK)) & {BREAK, " ", "\u2009"}


@given(st.text())
def test_markdown_is_one_line(value):
    assert not set(markdown(value)) & set("\n\r\t")


@given(st.text())
def test_what_goes_between_tags_reads_as_it_was_and_makes_no_tag(value):
    for escape in (plotly, markup):
        assert html.unescape(escape(value)) == html.unescape(html.escape(value))
        assert "<" not in escape(value)
        assert ">" not in escape(value)


@given(st.text())
def test_what_goes_into_an_attribute_cannot_end_it(value):
    assert not set(markup(value)) & set("\"'")


def test_values_of_any_type_are_written():
    assert (markdown(5), plotly(None), markup(1.5)) == ("5", "None", "1.5")
