"""Figures name roles, never colours, and no value of a corpus is markup in them."""

import json
import re

import pytest

from pages.ui import figures
from pages.ui.figures import Distribution

HOSTILE = '<a href="http://example.org">x</a><img src=http://example.org/x.png>'
NAMES = ["docs", HOSTILE, "x" * 80, "שלום", ""]
SHARES = [0.5, 0.3, 0.1, 0.06, 0.04]

NULLS = Distribution((0.0, 1.0, 2.0), (0.25, 0.75), 0.4, ((0.5, 1.4),))
LOG = Distribution((0.0, 9.0, 99.0, 999.0), (0.1, 0.2, 0.7), 0.0, ((0.01, 1.0), (0.5, 150.0)), True, 0.001)

EXAMPLES = {
    "dumbbell": lambda: figures.dumbbell(
        NAMES, SHARES, SHARES[::-1], ring_name=HOSTILE, dot_name="b", ratio=True
    ),
    "estimates": lambda: figures.estimates(
        NAMES, SHARES, SHARES, SHARES, [True, False, True, False, False], 0.5, HOSTILE
    ),
    "histogram": lambda: figures.histogram(NULLS, HOSTILE, "tokens", HOSTILE),
    "histogram_log": lambda: figures.histogram(LOG, "words", "tokens", "words"),
    "cumulative": lambda: figures.histogram(LOG, HOSTILE, "tokens", "words", cumulative=True),
    "boxes": lambda: figures.boxes(NAMES, [(1, 2, 3, 4, 5)] * 5, log=True),
    "boxes_of_nothing": lambda: figures.boxes([], [], log=False),
    "years": lambda: figures.years([(1989, 5.0), (1990, 1.0), (2024, 2.0)], "tokens", 1990),
    "one_year": lambda: figures.years([(2024, 2.0)], "bytes"),
    "line": lambda: figures.line(
        [1, 10, 100], [0.3, 0.2, 0.1], hover=[HOSTILE] * 3, log=True, mark=(10, HOSTILE)
    ),
}


@pytest.fixture(params=EXAMPLES)
def figure(request):
    return figures.finish(EXAMPLES[request.param](), 300)


def test_no_value_makes_a_tag(figure):
    assert not re.search(r"<(a|img)\b", json.dumps(figure.to_plotly_json(), default=str))


def test_colours_are_roles(figure):
    colours = set(re.findall(r"#[0-9a-fA-F]{6}", figure.to_json()))
    assert colours <= {f"#0000{i:02d}" for i in range(1, 21)} | {"#000038"}


def test_the_height_is_fixed_and_nothing_zooms(figure):
    assert figure.layout.height == 300
    assert figure.layout.dragmode is False
    assert figure.layout.xaxis.fixedrange
    assert figure.layout.yaxis.fixedrange


def test_bars_begin_at_zero():
    for name in ("histogram", "histogram_log", "years"):
        assert EXAMPLES[name]().layout.yaxis.range[0] == 0


def test_missing_values_stand_left_of_the_axis():
    shown = EXAMPLES["histogram"]()
    assert shown.data[-1].x[0] < NULLS.edges[0]
    assert shown.data[-1].y[0] == NULLS.null_share


def test_long_names_end_in_an_ellipsis():
    assert figures.cut("x" * 80) == "x" * 23 + "…"
    assert figures.cut("a\n b") == "a b"
