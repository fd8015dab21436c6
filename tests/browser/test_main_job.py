"""The main job on real documents, from the pages alone: take in, measure, rank, filter, export, verify.

What the browser says agrees with what the terminal counts and the manifest holds.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from dashboard import ROOT, drawn, serving
from playwright.sync_api import Browser

DOCUMENTS = 38_468
JOB_MS = 300_000


def from_terminal(*words: str | Path) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def digits(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_a_folder_of_files_becomes_a_verified_selection(browser: Browser, assay_data: Path, tmp_path: Path):
    home = tmp_path / "home"
    with serving("--root", assay_data, home=home) as address:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(address)
        drawn(page)

        page.get_by_role("button", name="New corpus").click()
        page.get_by_role("textbox", name="Name").fill("real")
        files = page.get_by_role("textbox", name="Files or a folder")
        files.fill(str(assay_data / "corpus"))
        files.press("Tab")
        page.get_by_role("button", name="Take in and measure").click()
        page.locator(".cr b", has_text="real").wait_for(timeout=JOB_MS)
        page.wait_for_function(
            "() => document.querySelector('.stApp').innerText.includes('tokens')", timeout=JOB_MS
        )

        page.goto(f"{address}overview?corpus=real")
        drawn(page)
        assert digits(page.locator(".strip .value").first.inner_text()) == DOCUMENTS

        page.goto(f"{address}benchmarks?corpus=real")
        drawn(page)
        page.get_by_role("button", name="Add a target").click()
        page.get_by_role("textbox", name="Name").fill("gsm8k")
        target = page.get_by_role("textbox", name="Path of a file")
        target.fill(str(assay_data / "benchmarks" / "gsm8k.jsonl"))
        target.press("Tab")
        page.get_by_role("button", name="Add target").click()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Rank", exact=True).click(timeout=JOB_MS)
        page.locator("[class*='st-key-ranked'] article").first.wait_for(timeout=JOB_MS)
        drawn(page)
        page.get_by_role("button", name="Use as a rule").click()
        page.wait_for_url("**/filters?*")

        page.goto(f"{address}filters?corpus=real&recipe=gopher_words")
        drawn(page)
        kept = digits(page.locator(".ks .right b").first.inner_text())
        counted = from_terminal("preview", home / "real", "gopher_words")
        assert kept == counted["documents"]["kept"]
        assert counted["documents"]["total"] == DOCUMENTS

        page.get_by_role("button", name="Use for export").click()
        page.wait_for_url("**/export?*")
        drawn(page)
        page.get_by_role("button", name="Write export").click()
        page.get_by_role("button", name="Verify", exact=True).click(timeout=JOB_MS)
        page.get_by_text("✓ verified").wait_for(timeout=JOB_MS)
        page.context.close()

    folder = home / "exports" / "gopher_words"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["counts"]["documents"] == kept
    assert manifest["counts"]["tokens"] == counted["tokens"]["kept"]
    verified = from_terminal("verify", folder)
    assert verified["ok"]
    assert verified["documents"] == kept
