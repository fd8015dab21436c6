"""Formulas counted by hand."""

import math

import pytest
from measuring import measured


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("", 0),
        ("Let $x$ and $y+1$.", 2),
        ("It costs $5 and $10.", 0),  # a space stands before the second sign
        ("$5-$10", 0),  # a digit stands after it
        (r"\$x\$ is money", 0),
        ("$$x = 1$$", 1),
        ("$$x\n\ny$$", 0),  # no formula holds an empty line
        (r"\(x\) and \[y\]", 2),
        (r"\\(x\\)", 0),  # backslashes that are themselves escaped
        (r"\begin{align*}\begin{cases}a\end{cases}\end{align*}", 1),
        (r"\begin{align}a\end{align*}", 0),
        (r"\begin{itemize}a\end{itemize}", 0),
        ("$$", 0),
    ],
)
def test_a_formula_stands_between_its_marks(text, formulas):
    assert measured("formula_count", text) == formulas


def test_commands_count_wherever_they_stand():
    assert measured("latex_command_count", r"\alpha $\beta_\gamma$ \$ \\ \5") == 3


def test_density_covers_formulas_and_the_commands_outside_them():
    assert measured("latex_density", r"ab $\beta$ \textbf{c}") == pytest.approx((7 + 7) / 21)
    assert measured("latex_density", "plain") == 0
    assert math.isnan(measured("latex_density", ""))


def test_mathematical_symbols_are_those_beyond_ascii():
    assert measured("math_symbol_ratio", "1+1≤∑") == pytest.approx(2 / 5)
    assert math.isnan(measured("math_symbol_ratio", ""))
