"""Marks of code counted by hand."""

import math

import pytest
from measuring import measured

CODE = """\
# A title
#include <stdio.h>
/* a block
   of two lines */
int main() { return 0; } // not counted: the line begins with code
// one more
"""


def test_a_line_is_a_comment_by_how_it_begins():
    lines = CODE.splitlines()
    comments = [lines[i] for i in (0, 2, 3, 5)]
    assert measured("comment_ratio", CODE) == pytest.approx(sum(map(len, comments)) / sum(map(len, lines)))


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("# one", 1),
        ("## one", 1),
        ("#!", 1),
        ("#hashtag", 0),
        ("  // one", 1),
        ("/ none", 0),
        ("-- one", 1),
        ("--none", 0),
        ("% one", 1),
        ("; one", 1),
        ("<!-- one", 1),
        ("* none", 0),
        ("none # none", 0),
    ],
)
def test_what_begins_a_comment(line, is_one):
    assert measured("comment_ratio", line) == is_one


def test_a_block_that_never_ends_goes_on_to_the_end_of_its_text():
    assert measured("comment_ratio", "/* a\nb\nc") == 1
    assert measured("comment_ratio", "/* a */\nb") == pytest.approx(7 / 8)


def test_brackets_and_long_lines():
    assert measured("bracket_ratio", "f(x)[0] {<y>}") == pytest.approx(8 / 13)
    assert measured("long_line_frac", f"{'é' * 100}\n{'é' * 101}\n") == 0.5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p>Hello <b>you</b></p>", len("Hello you")),
        ("<script>if (a < b) { c(); }</script>x", 1),
        ("<STYLE type='a'>p {}</style >x", len("p {}x")),  # never closed as written: only the tags go
        ("<!-- <p>never</p> -->x", 1),
        ("a < b and c > d", 15),
        ("a <b", 4),
        ("<scripts>x</scripts>", 1),
    ],
)
def test_a_browser_shows_what_stands_outside_tags_scripts_and_styles(text, shown):
    assert measured("html_text_characters", text) == shown
    assert measured("html_text_ratio", text) == pytest.approx(shown / len(text))


@pytest.mark.parametrize(
    ("column", "text", "mark"),
    [
        ("html_mark", "<!DOCTYPE html>", 1),
        ("html_mark", "x <HTML lang=en>", 1),
        ("html_mark", "<htmlx> html", 0),
        ("xml_header", '<?xml version="1.0"?>', 1),
        ("xml_header", "é" * 86 + "<?xml version=", 1),
        ("xml_header", "é" * 87 + "<?xml version=", 0),
        ("xml_header", "xml version=", 0),
    ],
)
def test_headers_are_found(column, text, mark):
    assert measured(column, text) == mark


@pytest.mark.parametrize("column", ["bracket_ratio", "long_line_frac", "comment_ratio", "html_text_ratio"])
def test_a_share_of_nothing_is_null(column):
    assert math.isnan(measured(column, ""))


def test_a_comment_of_no_characters_has_no_share():
    assert math.isnan(measured("comment_ratio", "\n\n"))
