"""From a rule to an export in the browser: what is moved is counted, addressed, written and verified."""

import json
import re
import shutil
import subprocess
import sys
from urllib.parse import parse_qs, urlparse

import pytest
from dashboard import drawn, serving
from workspaces import ROOT, SAMPLE, assay


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def workspace(home, sample_workspace):
    """A sample to write to: without its targets and scores."""
    root = home / "sample"
    shutil.copytree(sample_workspace, root)
    shutil.rmtree(root / "targets", ignore_errors=True)
    for folder in (root / "columns").glob("betr_*"):
        shutil.rmtree(folder)
    return root


@pytest.fixture(scope="module")
def server(home, workspace):
    with serving(workspace, "--root", SAMPLE, home=home) as address:
        yield address


def address(page):
    return {key: values[0] for key, values in parse_qs(urlparse(page.url).query).items()}


def kept(page):
    return int(re.sub(r"\D", "", page.locator(".ks .right b").first.inner_text()))


def documents_kept(*words):
    """What the terminal counts."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", "preview", *map(str, words), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)["documents"]["kept"]


def moved(page, before):
    page.wait_for_function("before => document.querySelector('.ks .right')?.innerText !== before", arg=before)
    drawn(page)


def test_a_deep_link_is_the_first_request_of_a_server(page, server, workspace):
    page.goto(f"{server}filters?corpus=sample&recipe=gopher_words&unit=documents")
    drawn(page)
    assert page.locator("h1").inner_text() == "Filters"
    assert not page.get_by_text("Page not found").count()
    assert kept(page) == documents_kept(workspace, "gopher_words")


def test_a_cut_line_follows_the_keyboard_and_the_address_keeps_it(page, server):
    page.goto(f"{server}filters?corpus=sample&recipe=gopher_length")
    drawn(page)
    before, words = kept(page), page.locator(".ks .right").inner_text()
    line = page.locator("[role=slider]").first
    line.wait_for()
    line.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    moved(page, words)
    after = kept(page)
    assert after < before
    assert re.fullmatch("[0-9a-f]{16}", address(page)["recipe"])
    page.reload()
    drawn(page)
    assert kept(page) == after


def test_a_cut_line_follows_the_hand(page, server):
    page.goto(f"{server}filters?corpus=sample&recipe=gopher_length")
    drawn(page)
    words = page.locator(".ks .right").inner_text()
    grip = page.locator("[role=slider] .grip").first
    grip.wait_for()
    box = grip.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 5, steps=4)
    page.mouse.move(box["x"] + 90, box["y"] + 5, steps=4)
    page.mouse.up()
    moved(page, words)
    assert address(page)["recipe"] != "gopher_length"


def test_a_limit_can_be_typed_and_the_recipe_saved_under_a_name(page, server, workspace):
    page.goto(f"{server}filters?corpus=sample&recipe=gopher_length")
    drawn(page)
    words = page.locator(".ks .right").inner_text()
    page.get_by_role("button", name="words is at least 50").click()
    field = page.get_by_role("spinbutton", name="Limit").first
    field.fill("100")
    field.press("Enter")
    moved(page, words)
    after = kept(page)
    limit, words = page.locator(".cut .limit").first, page.locator(".ks .right").inner_text()
    assert "axis" not in (limit.text_content() or "")
    field.fill("90000000")
    field.press("Enter")
    moved(page, words)
    assert (limit.text_content() or "").endswith(", beyond the axis →")
    words = page.locator(".ks .right").inner_text()
    field.fill("100")
    field.press("Enter")
    moved(page, words)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("textbox", name="Name").fill("at_least_100")
    page.get_by_role("textbox", name="Author").fill("ab")
    page.get_by_role("textbox", name="Author").press("Tab")
    page.get_by_role("button", name="Save recipe").click()
    page.wait_for_function("() => location.search.includes('recipe=at_least_100')")
    drawn(page)
    assert kept(page) == after == documents_kept(workspace, "at_least_100")


def test_what_is_read_and_the_unit_stay_in_the_address(page, server):
    page.goto(f"{server}filters?corpus=sample&recipe=gopher_words")
    drawn(page)
    page.get_by_role("radio", name="few stop words").click()
    page.wait_for_function("() => location.search.includes('why=few')")
    page.get_by_text("Removed by few stop words").wait_for()
    page.get_by_role("radio", name="borderline").click()
    page.wait_for_function("() => location.search.includes('how=borderline')")
    page.get_by_role("radio", name="bytes").click()
    page.wait_for_function("() => location.search.includes('unit=bytes')")
    page.reload()
    drawn(page)
    assert "of bytes kept" in page.locator(".ks").inner_text()
    assert address(page)["how"] == "borderline"


def test_a_target_is_added_ranked_and_used_as_a_rule(page, server):
    page.goto(f"{server}benchmarks?corpus=sample")
    drawn(page)
    page.get_by_role("button", name="Add the sample's 3").click()
    page.get_by_role("button", name="Rank", exact=True).first.click(timeout=60_000)
    page.locator("[class*='st-key-ranked'] article").first.wait_for(timeout=180_000)
    drawn(page)
    assert page.locator("[class*='st-key-ranked'] article").count() == 12
    assert page.locator(".strip .value").first.inner_text()
    page.get_by_role("button", name="Use as a rule").click()
    page.wait_for_url("**/filters?*")
    drawn(page)
    read_out = page.locator("[class*='st-key-said0_0']").inner_text()
    assert "top 10 % of tokens" in re.sub("[\u200b\u2060]", "", read_out)
    share = float(page.locator(".ks .share").inner_text().split("\u202f")[0])
    assert 0 < share <= 10


def test_an_export_from_the_page_is_written_and_verified(page, server, home, workspace):
    page.goto(f"{server}export?corpus=sample&recipe=gopher_words")
    drawn(page)
    page.get_by_role("button", name="Write export").click()
    page.get_by_role("button", name="Verify", exact=True).click(timeout=60_000)
    page.get_by_text("✓ verified").wait_for(timeout=60_000)
    manifest = json.loads((home / "exports" / "gopher_words" / "manifest.json").read_text())
    assert manifest["counts"]["documents"] == documents_kept(workspace, "gopher_words")
    assert (
        str(manifest["counts"]["documents"]) in page.locator("[class*='st-key-export_']").first.inner_text()
    )
    assay("verify", home / "exports" / "gopher_words")


def test_an_edited_recipe_is_exported_too(page, server, home):
    page.goto(f"{server}filters?corpus=sample&recipe=gopher_length")
    drawn(page)
    words = page.locator(".ks .right").inner_text()
    line = page.locator("[role=slider]").first
    line.wait_for()
    line.focus()
    page.keyboard.press("Shift+ArrowRight")
    moved(page, words)
    count = kept(page)
    page.get_by_role("button", name="Use for export").click()
    page.wait_for_url("**/export?*")
    drawn(page)
    page.get_by_role("button", name="Write export").click()
    page.get_by_text(re.compile("^gopher_length-")).first.wait_for(timeout=60_000)
    [folder] = (home / "exports").glob("gopher_length-*")
    assert json.loads((folder / "manifest.json").read_text())["counts"]["documents"] == count


def test_files_are_taken_in_from_the_start_page(page, server):
    page.goto(server)
    drawn(page)
    page.get_by_role("button", name="New corpus").click()
    page.get_by_role("textbox", name="Name").fill("own")
    page.get_by_role("textbox", name="Files or a folder").fill(str(SAMPLE / "corpus"))
    page.get_by_role("textbox", name="Files or a folder").press("Tab")
    page.get_by_role("button", name="Take in and measure").click()
    page.locator(".cr b", has_text="own").wait_for(timeout=120_000)


def test_another_corpus_is_opened_by_its_button(page, server, home):
    page.goto(f"{server}?corpus=sample")
    drawn(page)
    page.locator("[class*='st-key-open_']").nth(1).get_by_role("button").click()
    page.wait_for_url("**/overview?*")
    drawn(page)
    assert address(page)["corpus"] == "own"


def test_a_path_outside_the_roots_is_refused_in_a_sentence(page, server):
    page.goto(server)
    drawn(page)
    page.get_by_role("button", name="New corpus").click()
    page.get_by_role("textbox", name="Name").fill("other")
    page.get_by_role("textbox", name="Files or a folder").fill("/etc")
    page.get_by_role("textbox", name="Files or a folder").press("Tab")
    page.get_by_role("button", name="Take in and measure").click()
    page.get_by_text("lies under no folder that may be read").wait_for(timeout=20_000)
