"""Two recipes side by side in the browser: their numbers, the swap, a label, and a document to read."""

import json
import re
import subprocess
import sys
from urllib.parse import parse_qs, urlparse

import pytest
from dashboard import drawn, serving
from workspaces import ROOT


@pytest.fixture(scope="module")
def server(sample_workspace, tmp_path_factory):
    with serving(sample_workspace, home=tmp_path_factory.mktemp("home")) as address:
        yield address


def documents_kept(workspace, recipe):
    """What the terminal counts."""
    program = [sys.executable, "-m", "cli", "preview", str(workspace), recipe, "--json"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["documents"]["kept"]


def kept(page):
    """Of A, of B."""
    values = page.locator(".st-key-strip .value").all_inner_texts()
    return [int(re.sub(r"\D", "", value)) for value in values[:2]]


def test_two_recipes_side_by_side(browser, server, sample_workspace):
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{server}compare?corpus=sample&a=gopher_words&b=fineweb&unit=documents")
    drawn(page)
    a, b = kept(page)
    assert [a, b] == [documents_kept(sample_workspace, name) for name in ("gopher_words", "fineweb")]
    assert a != b

    page.get_by_role("button", name="Swap").click()
    page.wait_for_function("() => new URLSearchParams(location.search).get('a') === 'fineweb'")
    drawn(page)
    assert kept(page) == [b, a]

    page.get_by_role("button", name="source").or_(page.get_by_role("radio", name="source")).first.click()
    page.wait_for_function("() => new URLSearchParams(location.search).get('label') === 'source'")
    drawn(page)
    page.get_by_text("Share of documents by source").wait_for()


PAGES = ("compare?corpus=sample&a=gopher_words&b=fineweb", "filters?corpus=sample&recipe=gopher_words")


@pytest.mark.parametrize("address", PAGES)
def test_a_document_opens_from_a_part_of_a_page_that_draws_alone(browser, server, address):
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{server}{address}")
    drawn(page)
    page.locator("article").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Documents", exact=True, level=1).wait_for()
    assert "doc" in parse_qs(urlparse(page.url).query)
