import re
from unicodedata import category

from twins import share

ENVIRONMENT = r"(?P<name>(?:align|alignat|eqnarray|equation|flalign|gather|math|multline)\*?)\}"
TEX = re.compile(
    r"\\[\\$]"
    r"|(?P<formula>"
    r"\$\$(?:(?!\n\n)[^$])+\$\$"
    r"|\$(?![ \t-\r$])(?:(?!\n\n)[^$])+(?<![ \t-\r])\$(?![0-9])"
    r"|\\\((?:(?!\n\n|\\\(|\\\)).)+\\\)"
    r"|\\\[(?:(?!\n\n|\\\[|\\\]).)+\\\]"
    rf"|\\begin\{{{ENVIRONMENT}(?:(?!\\(?:begin|end)\{{(?P=name)\}}).)+\\end\{{(?P=name)\}}"
    r")"
    r"|(?P<command>\\[A-Za-z]+)",
    re.DOTALL,
)


def formulas(text):
    return sum(match["formula"] is not None for match in TEX.finditer(text))


def density(text):
    matches = [match for match in TEX.finditer(text) if match["formula"] or match["command"]]
    return sum(len(match[0]) for match in matches) / len(text) if text else float("nan")


PLAIN = {
    "formula_count": formulas,
    "latex_command_count": lambda text: len(re.findall(r"\\[A-Za-z]+", text)),
    "latex_density": density,
    "math_symbol_ratio": lambda text: share(text, lambda one: category(one) == "Sm" and not one.isascii()),
}
MARKS = [
    "$", "$$", "\\", "\\(", "\\)", "\\[", "\\]", "\\alpha", "5", "\n\n", " ", "x", "∑", "+", "é",
    "\\begin{align*}", "\\end{align*}", "\\begin{align}", "\\end{align}",
    "\\begin{equation}", "\\end{equation}",
    "\\begin{cases}", "\\begin{", "\\end{",
]  # fmt: skip
