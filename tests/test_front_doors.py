"""The front doors do what the README says, on a machine where only Python, make and gcc are there."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from kinds import MUST

LAYERS = ("pages", "analytics", "indexes")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(readme: str) -> list[str]:
    return [line for block in BLOCK.findall(readme) for line in block.splitlines()]


def test_ci_runs_the_readmes_make_commands_and_no_others(root):
    said = [line for line in commands((root / "README.md").read_text()) if line.startswith("make")]
    run = re.findall(r"^(?:serves )?(make .*)$", (root / ".ci/run").read_text(), re.MULTILINE)
    here = {line.replace("path/to/files", "sample_data/corpus") for line in said}
    assert here == set(run)


def test_ci_puts_the_real_data_and_both_kinds_under_must(root):
    script = (root / ".ci/run").read_text()
    assert "ASSAY_DATA=$(cd ../shared/data && pwd)" in script
    assert "ASSAY_MUST=browser,data" in script


def test_every_command_of_make_help_is_there(root):
    makefile = (root / "Makefile").read_text()
    for name in set(re.findall(r'@echo "make (\w+)', makefile)):
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name


@pytest.fixture
def dependencies(root) -> dict[str, str]:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    return dict(re.match(r"([\w-]+)(.*)", line).groups() for line in project["dependencies"])


@pytest.mark.parametrize(("package", "major"), [("duckdb", 2), ("polars", 2), ("streamlit", 1)])
def test_what_was_measured_is_pinned_by_major_version(dependencies, package, major):
    assert re.fullmatch(rf">={major}\.\d+,<{major + 1}", dependencies[package])
    assert importlib.metadata.version(package).startswith(f"{major}.")


def test_torch_is_pinned_exactly(dependencies):
    assert re.fullmatch(r"==\d+\.\d+\.\d+", dependencies["torch"])
    assert f"=={importlib.metadata.version('torch')}".startswith(dependencies["torch"])


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_every_package_that_is_imported_is_asked_for(root, dependencies):
    code = [root / "cli.py", *(path for layer in LAYERS for path in (root / layer).rglob("*.py"))]
    imported = {name.split(".")[0] for path in code for name in imports(path)}
    offered = importlib.metadata.packages_distributions()
    foreign = imported - sys.stdlib_module_names - {*LAYERS, "app", "cli"}
    needed = {name: {found.replace("_", "-").lower() for found in offered.get(name, ())} for name in foreign}
    assert not [name for name, packages in needed.items() if not packages & {*dependencies}]


def test_no_cuda_package_came_along():
    """Elsewhere ``make setup`` says it; where tests must run, it is a failure."""
    names = {found.metadata["Name"].lower() for found in importlib.metadata.distributions()}
    cuda = sorted(name for name in names if name.startswith(("nvidia-", "triton")))
    assert not (MUST and cuda)


@pytest.fixture
def pip(tmp_path):
    """A virtual environment whose Python only writes down what it is asked, and cannot get what is named."""
    folder = tmp_path / "venv" / "bin"
    folder.mkdir(parents=True)
    log = tmp_path / "asked"
    (folder / "python").write_text(f"""#!/bin/sh
case "$*" in
*" install "*) echo "$*" >> {log} ;;
esac
case "$*" in
-c*|*$REFUSED*) exit 1 ;;
esac
""")
    (folder / "python").chmod(0o755)

    def asked(root: Path, refused: str, *arguments: str) -> tuple[list[str], str]:
        """What ``make setup`` asks pip for when it cannot have what is refused, and what it says."""
        done = subprocess.run(
            ["make", "-s", "setup", f"VENV={tmp_path / 'venv'}", *arguments],
            cwd=root,
            env=os.environ | {"REFUSED": refused, "MAKEFLAGS": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        return [line for line in log.read_text().splitlines() if "torch=" in line], done.stdout

    return asked


linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere PyTorch has no build with CUDA")


@linux
def test_torch_for_cpu_comes_from_the_configured_sources(root, pip):
    [first], said = pip(root, "nothing at all")
    assert first.endswith("torch==2.13.0+cpu")
    assert "--index-url" not in first
    assert "gigabytes" not in said


@linux
def test_else_from_pytorchs_own_index_with_one_try_and_without_dependencies(root, pip):
    [_, second], said = pip(root, "-qq torch")
    assert "--no-deps --retries 0 --timeout 10 --index-url https://download.pytorch.org/whl/cpu" in second
    assert "gigabytes" not in said


@linux
def test_else_the_ordinary_build_and_its_cost_is_said(root, pip):
    asked, said = pip(root, "+cpu")
    assert len(asked) == 2
    assert "several gigabytes" in said


def test_cuda_is_taken_when_asked_for(root, pip):
    [only], _ = pip(root, "nothing at all", "TORCH=cuda")
    assert only.endswith("torch===2.13.0")


def python(source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", source], cwd=folder, capture_output=True, text=True)


def test_the_package_is_found_from_another_folder(tmp_path):
    done = python("import cli, pages.ui, analytics.signals, indexes.corpus", tmp_path)
    assert done.returncode == 0, done.stderr


def test_nothing_but_embedding_needs_torch(tmp_path, root):
    """The terminal's door, every declaration and every shared part of the pages load without it."""
    done = python(
        f"""
import importlib, pathlib, sys
sys.modules["torch"] = None
root = pathlib.Path({str(root)!r})
for layer in ("indexes", "analytics", "pages/ui"):
    for path in sorted((root / layer).rglob("*.py")):
        importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"))
import cli
""",
        tmp_path,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("words", [["--help"], ["ingest", "--help"], ["open", "--help"]])
def test_assay_is_a_command(tmp_path, words):
    program = Path(sys.executable).with_name("assay")
    done = subprocess.run([program, *words], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout.lower()
