"""Write the tables of README and ``docs/signals.md`` from what declares each thing.

``--check`` only says whether they are stale.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from analytics.answers import ANSWERS, COLUMN, ERROR, STEP
from analytics.method import all_methods
from analytics.signal import signal_families
from analytics.transformation import transformations
from pages.ui import menu

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "docs" / "signals.md")
"""The texts that hold tables, each between its marks."""

Rows = Iterator[Sequence[object]]


def pages() -> Rows:
    """Each page's title and question, from the first line of its file."""
    yield "page", "what it answers"
    for entry in (entry for group in menu.entries().values() for entry in group):
        yield entry.title, entry.question


def recipes() -> Rows:
    """Each recipe's label and source, and how many steps it has."""
    yield "recipe", "what it is", "steps", "source"
    for path in sorted((ROOT / "analytics" / "recipes").glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        yield f"`{path.stem}`", told["label"], len(told["rule"]), told["source"]


def signals() -> Rows:
    """Each column of signals, with unit, range, definition and source."""
    yield "column", "unit", "range", "definition", "source", "default"
    for family in signal_families().values():
        for signal in family.signals:
            low, high = (f"{end:g}" if end is not None else "" for end in (signal.low, signal.high))
            yield (
                f"`{signal.column}`",
                signal.unit,
                f"{low} to {high}" if high else f"from {low}" if low else "any",
                signal.definition,
                signal.source,
                "yes" if family.default else "",
            )


def families() -> Rows:
    """Each family of signals, and what it measures."""
    yield "family", "columns", "default", "what it measures"
    for family in signal_families().values():
        path = ROOT / "analytics" / "signals" / f"{family.name}.py"
        needs = f" Needs your list `{'`, `'.join(family.needs)}`." if family.needs else ""
        yield (
            f"`{family.name}`",
            len(family.signals),
            "yes" if family.default else "",
            f"{sentence(path)}{needs}",
        )


def edits() -> Rows:
    """Each transformation of text."""
    yield "edit", "what it does", "source"
    for edit in transformations().values():
        yield f"`{edit.name}`", edit.definition, edit.source


def methods() -> Rows:
    """Each selection method."""
    yield "method", "what it is", "source"
    for method in all_methods().values():
        yield f"`{method.name}`", method.label, method.source


def schemas() -> Rows:
    """Each input schema."""
    yield "schema", "what it reads"
    for path in files(ROOT / "indexes" / "schemas"):
        yield f"`{path.stem}`", sentence(path)


def formats() -> Rows:
    """Each export format."""
    yield "format", "what it writes"
    for path in files(ROOT / "indexes" / "exports"):
        yield f"`{path.stem}`", sentence(path)


def keys() -> Rows:
    """Each key of each command's JSON object; commands with the same keys share their rows."""
    yield "command", "key", "meaning"
    together: dict[str, tuple[list[str], dict[str, str]]] = {}
    for command, meanings in ANSWERS.items():
        together.setdefault(repr(meanings), ([], meanings))[0].append(f"`{command}`")
    for commands, meanings in together.values():
        yield from rows_of(", ".join(commands), meanings)
    yield from rows_of("a column of `columns`", COLUMN)
    yield from rows_of("a step of `preview`", STEP)
    yield from rows_of("any, on a problem", ERROR)


TABLES: dict[str, Callable[[], Rows]] = {
    made.__name__: made
    for made in (pages, recipes, families, signals, edits, methods, schemas, formats, keys)
}


def rows_of(command: str, meanings: dict[str, str]) -> Rows:
    """One row a key; the command stands in the first only."""
    for i, (key, meaning) in enumerate(meanings.items()):
        yield command if i == 0 else "", f"`{key}`", meaning


def files(folder: Path) -> list[Path]:
    """The members of a folder that is a registry."""
    return [path for path in sorted(folder.glob("*.py")) if not path.name.startswith("_")]


def sentence(path: Path) -> str:
    """The first line of a file's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]


def table(rows: Rows) -> str:
    """Rows as a Markdown table, the first its head."""
    lines = [" | ".join(str(cell).replace("|", "\\|") for cell in row) for row in rows]
    lines.insert(1, " | ".join("---" for _ in lines[0].split(" | ")))
    return "".join(f"| {line} |\n" for line in lines)


def written(readme: str) -> str:
    """The README with each table between its marks made anew."""

    def anew(found: re.Match[str]) -> str:
        return f"<!-- table: {found[1]} -->\n{table(TABLES[found[1]]())}<!-- end -->"

    return re.sub(r"<!-- table: (\w+) -->\n.*?<!-- end -->", anew, readme, flags=re.DOTALL)


def main() -> None:
    """Write the tables, or check them."""
    for path in PAGES:
        before = path.read_text(encoding="utf-8")
        after = written(before)
        if "--check" not in sys.argv:
            path.write_text(after, encoding="utf-8")
        elif before != after:
            sys.exit(f"The tables of {path.relative_to(ROOT)} are stale: run make docs.")


if __name__ == "__main__":
    main()
