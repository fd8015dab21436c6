"""What keeps the house in order: rules of place that no type and no import contract can hold."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.recipe import load_recipe

ROOT = Path(__file__).parent.parent
LAYERS = ("pages", "analytics", "indexes")

POSITIONAL = re.compile(r"\bPOSITIONAL\s+JOIN\b|preserve_insertion_order")
SQL = re.compile(
    r"\bSELECT\b.*\bFROM\b|\bFROM\s+\(|\bWHERE\s|\bGROUP BY\b|\bORDER BY\b|\bINSERT INTO\b"
    r"|\bCREATE (?:OR REPLACE )?(?:TEMP )?(?:TABLE|VIEW)\b|\bATTACH\b|\bCOPY\s.*\bTO\b",
    re.DOTALL,
)

LABELS = {
    "badge", "button", "caption", "checkbox", "download_button", "error", "expander", "form_submit_button",
    "header", "html", "info", "link_button", "markdown", "metric", "number_input", "page_link", "pills",
    "popover", "radio", "segmented_control", "slider", "status", "subheader", "success", "tabs", "table",
    "title", "toast", "toggle", "warning", "write",
}  # fmt: skip
"""Calls of Streamlit that read Markdown or markup."""

NUMBER_FORMAT = re.compile(r"^[,_]?(\.\d+)?[dfeg%]$|^,$")


def code() -> list[Path]:
    doors = [ROOT / "app.py", ROOT / "cli.py"]
    return [path for path in doors if path.exists()] + [
        path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))
    ]


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """The string constants of a file, docstrings left out, with their line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.body[i].value)
        for node in ast.walk(tree)
        for i in range(len(getattr(node, "body", ())) if isinstance(getattr(node, "body", ()), list) else 0)
        if isinstance(node.body[i], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def test_columns_are_joined_by_position_in_one_file_only():
    wrong = [
        place(path)
        for path in code()
        if POSITIONAL.search(path.read_text(encoding="utf-8")) and place(path) != "indexes/positions.py"
    ]
    assert not wrong


def test_sql_is_written_in_indexes_only():
    wrong = [
        f"{place(path)}:{line}"
        for path in code()
        if not place(path).startswith("indexes/")
        for line, text in strings(path)
        if SQL.search(text)
    ]
    assert not wrong


def test_every_folder_of_code_is_a_package():
    """One without ``__init__.py`` drops out of the import contracts in silence."""
    folders = {path.parent for layer in LAYERS for path in (ROOT / layer).rglob("*.py")}
    assert not [place(folder) for folder in folders if not (folder / "__init__.py").exists()]


def test_no_folder_of_tests_is_a_package():
    """``tests/analytics`` would shadow the real ``analytics``."""
    assert not list((ROOT / "tests").rglob("__init__.py"))


def harmless(value: ast.expr, made: dict[str, list[ast.expr]]) -> bool:
    """Whether a value in a label needs no escape: it is ours, or a function (an escape) gave it."""
    match value:
        case ast.Constant() | ast.Call():
            return True
        case ast.IfExp(test=ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Tuple()]), body=body):
            return ast.unparse(left) == ast.unparse(body)  # one of our own words
        case ast.IfExp():
            return harmless(value.body, made) and harmless(value.orelse, made)
        case ast.BinOp():
            return harmless(value.left, made) and harmless(value.right, made)
        case ast.JoinedStr():
            return all(harmless(part, made) for part in value.values)
        case ast.FormattedValue():
            spec = ast.unparse(value.format_spec)[2:-1] if value.format_spec else ""
            return bool(NUMBER_FORMAT.match(spec)) or harmless(value.value, made)
        case ast.Attribute():
            return value.attr.isupper()
        case ast.Name():
            makings = made.get(value.id, [])
            return value.id.isupper() or (bool(makings) and all(harmless(making, {}) for making in makings))
    return False


def unescaped(path: Path) -> Iterator[str]:
    """Places where a page gives Streamlit an f-string with a value that no escape has seen."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {id(node) for function in functions for node in ast.walk(function)}
    for scope in [*functions, tree]:
        nodes = [node for node in ast.walk(scope) if scope is not tree or id(node) not in inside]
        made: dict[str, list[ast.expr]] = {}
        for node in nodes:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                made.setdefault(node.targets[0].id, []).append(node.value)
        for node in nodes:
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in LABELS:
                given = [word.value for word in node.keywords if word.arg in ("label", "body", "help")]
                texts = [text for text in (*node.args, *given) if isinstance(text, ast.JoinedStr)]
                for part in (part for text in texts for part in text.values):
                    if not harmless(part, made):
                        yield f"{place(path)}:{part.lineno}: {ast.unparse(part)}"


def test_pages_escape_what_they_put_into_labels():
    assert not [found for path in (ROOT / "pages").rglob("*.py") for found in unescaped(path)]


def test_the_search_for_unescaped_labels_finds_one(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    page = tmp_path / "page.py"
    page.write_text('st.caption(f"{name} {markdown(name)} {share:.1%} {THIN}")\n')
    assert list(unescaped(page)) == ["page.py:1: {name}"]


CLOCKS = {"monotonic", "perf_counter", "process_time", "time"}


def test_no_test_asserts_a_duration():
    """Except in the browser, where tests run alone: elsewhere another process on the machine would decide."""
    wrong = []
    for path in (ROOT / "tests").rglob("*.py"):
        if "browser" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = {
                name
                for part in ast.walk(node.test if isinstance(node, ast.Assert) else ast.Pass())
                for name in (getattr(part, "attr", None), getattr(part, "id", None))
            }
            if names & (CLOCKS | {"elapsed", "took", "duration"}):
                wrong.append(f"{place(path)}:{node.lineno}")
    assert not wrong


def test_no_file_is_called_utils():
    assert not [place(path) for path in code() if path.stem in ("utils", "helpers", "common", "misc")]


def test_the_tables_of_the_readme_are_current(root):
    """Else: ``make docs``."""
    done = subprocess.run(
        [sys.executable, "-m", "docs.tables", "--check"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["CHANGELOG.md", "LICENSE", "benchmarks/README.md", "sample_data/README.md"])
def test_the_readme_links_to_what_is_there(root, name):
    assert f"]({name})" in (root / "README.md").read_text()
    assert (root / name).exists()


def test_the_recipe_in_the_readme_can_be_read(root, tmp_path):
    text = (root / "README.md").read_text().split("```toml\n")[1].split("```")[0]
    (tmp_path / "readme.toml").write_text(text)
    recipe = load_recipe(tmp_path / "readme.toml")
    assert [step.reason for step in recipe.steps] == ["too_short", "least_like_it", "unlicensed_or_symbols"]
