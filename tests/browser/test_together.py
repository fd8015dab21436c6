"""A dashboard, a second one and the terminal work on one workspace, and nobody waits for a lock."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dashboard import ROOT, drawn, serving
from playwright.sync_api import Browser, expect

SEEN_WITHIN_MS = 5_000


def assay(*words: str | Path) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words), "--json"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def whole(workspace: Path) -> int:
    return sum(column["state"] == "whole" for column in assay("status", workspace)["columns"])


@pytest.fixture
def unmeasured(sample_workspace, tmp_path) -> Path:
    """The sample without its words, in a home of its own."""
    workspace = tmp_path / "home" / "together"
    shutil.copytree(sample_workspace, workspace, ignore=shutil.ignore_patterns("cache", "jobs"))
    shutil.rmtree(workspace / "columns" / "words")
    return workspace


def test_the_terminal_writes_while_two_dashboards_read_and_the_first_sees_it(
    browser: Browser, unmeasured, tmp_path
):
    with (
        serving(unmeasured, home=unmeasured.parent) as first,
        serving(unmeasured, home=unmeasured.parent) as second,
    ):
        page = browser.new_page()
        page.goto(f"{first}overview")
        drawn(page)
        sidebar = page.get_by_test_id("stSidebar")
        expect(sidebar).to_contain_text(f"{whole(unmeasured)} columns whole")
        before = whole(unmeasured)
        assert assay("measure", unmeasured)["documents"] > 0
        assert whole(unmeasured) > before
        expect(sidebar).to_contain_text(f"{whole(unmeasured)} columns whole", timeout=SEEN_WITHIN_MS)
        counted = assay("preview", unmeasured, "gopher_length")
        exported = assay("export", unmeasured, "--recipe", "gopher_length", "--to", tmp_path / "out")
        assert exported["documents"] == counted["documents"]["kept"]
        other = browser.new_page()
        other.goto(f"{second}filters?recipe=gopher_length")
        drawn(other)
        kept = f"{counted['documents']['kept']:,}".replace(",", "\u202f")
        expect(other.get_by_test_id("stMain")).to_contain_text(kept)
        page.reload()
        drawn(page)
        page.close()
        other.close()
