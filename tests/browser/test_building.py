"""A recipe built in the browser: a rule added, dragged, undone, redone, disabled; saved, loaded, reloaded."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from corpora import literal_corpus
from dashboard import drawn, serving

from analytics.preview import preview
from analytics.recipe import find_recipe, load_recipe, parse_recipe, save_recipe
from indexes.corpus import open_corpus

N = 400
SHORT = '[[rule]]\nreason = "short"\ncolumn = "words"\nop = ">="\nlimit = 100\n'


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("home") / "made"
    measured = {
        "words": {"words": list(range(N))},
        "tokens": {"tokens": [10] * N},
        "shares": {"share": [i / N for i in range(N)]},
    }
    literal_corpus(root, [{"domain": "web" if i % 4 else "books"} for i in range(N)], measured)
    save_recipe(parse_recipe(SHORT, "mine"), root)
    return root


@pytest.fixture(scope="module")
def server(root):
    with serving(root, home=root.parent) as address:
        yield address


@pytest.fixture
def page(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server}filters?recipe=mine&unit=documents")
    drawn(page)
    page.get_by_role("slider").first.wait_for()
    yield page
    context.close()


def recipe(page):
    return parse_qs(urlparse(page.url).query)["recipe"][0]


def kept(page):
    return int(re.sub(r"\D", "", page.locator(".ks .right b").first.inner_text()))


def elsewhere(page, before):
    """Wait until another recipe is looked at and drawn; its name in the address."""
    page.wait_for_function(
        "before => new URLSearchParams(location.search).get('recipe') !== before", arg=before
    )
    page.wait_for_timeout(200)
    drawn(page)
    return recipe(page)


def menu(page, reason, words):
    page.get_by_role("button", name=f"Change {reason}").click()
    page.get_by_role("menuitem", name=words).click()


def switch(page, reason):
    page.locator(".st-key-rules .stCheckbox").filter(has_text=reason).locator("label").click()


def test_a_recipe_is_built_saved_and_there_again_after_a_reload(page, root):
    assert kept(page) == 300
    page.get_by_role("button", name="Rule", exact=True).click()
    page.get_by_role("combobox", name="Column").fill("shar")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Reason").fill("low")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Add rule").click()
    added = elsewhere(page, "mine")
    page.get_by_role("slider").nth(1).wait_for()
    assert not page.get_by_role("button", name="Add rule").is_visible(), "it closes"

    grip = page.locator("[role=slider] .grip").first
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 5, steps=4)
    page.mouse.up()
    dragged = elsewhere(page, added)
    few = kept(page)
    assert few < 300

    for key in ("Control", "z", "z", "z"):  # held: one press is one step
        page.keyboard.down(key)
    page.keyboard.up("z")
    page.keyboard.up("Control")
    assert elsewhere(page, dragged) == added
    page.wait_for_timeout(500)
    assert recipe(page) == added
    assert kept(page) == 300
    page.get_by_role("button", name="Undo").click()
    assert elsewhere(page, added) == "mine"
    page.get_by_role("button", name="Redo").click()
    assert elsewhere(page, "mine") == added
    page.keyboard.press("Control+Shift+z")
    assert elsewhere(page, added) == dragged
    assert kept(page) == few

    switch(page, "short")
    disabled = elsewhere(page, dragged)
    assert kept(page) == 381, "what the share alone keeps"
    page.get_by_text("would keep").wait_for()

    page.get_by_role("button", name="Save").click()
    page.get_by_role("textbox", name="Name").fill("built twice")
    page.keyboard.press("Control+z")  # takes back what was typed, and no change of the recipe
    page.wait_for_timeout(500)
    assert recipe(page) == disabled
    page.get_by_role("textbox", name="Name").fill("built")
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as TOML").click()
    page.get_by_role("button", name="Save recipe").click()
    assert elsewhere(page, disabled) == "built"
    page.reload()
    drawn(page)
    assert kept(page) == 381
    saved = find_recipe("built", root)
    assert [step.enabled for step in saved.steps] == [False, True]
    assert preview(open_corpus(root), saved).funnel.kept.documents == 381
    assert load_recipe(download.value.path()).steps == saved.steps


def test_rules_are_grouped_turned_and_switched_by_keyboard(page):
    page.get_by_role("button", name="Rule", exact=True).click()
    page.get_by_role("combobox", name="Column").fill("domain")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add rule").click()
    added = elsewhere(page, "mine")
    reason = page.locator(".st-key-rules .stCheckbox").nth(1).inner_text()
    assert reason == "other domain"
    menu(page, "short", "Group with the next")
    grouped = elsewhere(page, added)
    menu(page, "short and other domain", "Turn into any of")
    turned = elsewhere(page, grouped)
    assert kept(page) == 375  # web, and of the books those over 100 words
    page.get_by_role("checkbox", name="other domain", exact=True).focus()
    page.keyboard.press("Space")
    elsewhere(page, turned)
    assert kept(page) == 300


def test_a_file_is_loaded_and_a_bad_one_said(page, tmp_path):
    good, bad = tmp_path / "theirs.toml", tmp_path / "bad.toml"
    good.write_text(SHORT.replace("100", "200"))
    bad.write_text("[[rule")
    page.get_by_role("button", name="Load").click()
    page.locator("[data-testid=stFileUploader] input").set_input_files(good)
    loaded = elsewhere(page, "mine")
    assert kept(page) == 200
    page.get_by_role("button", name="Load").click()
    page.locator("[data-testid=stFileUploader] input").set_input_files(bad)
    page.get_by_text("The recipe bad is no TOML").wait_for()
    assert recipe(page) == loaded


def test_nothing_of_the_bar_and_the_rules_is_cut_at_1280(page):
    page.get_by_role("button", name="Rule", exact=True).wait_for()
    bar = page.locator(".st-key-bar")
    assert bar.bounding_box()["height"] < 60, "one line"
    cut = page.evaluate(
        """(parts) => [...document.querySelectorAll(parts)]
            .filter((part) => part.offsetWidth && part.scrollWidth > part.clientWidth + 1)
            .map((part) => part.innerText)""",
        ".st-key-rules label p, .st-key-rules .rs, .st-key-rules button p",
    )
    assert not cut
    row = page.locator("[class*='st-key-rule0_0']").bounding_box()
    assert 80 <= row["height"] <= 120


@pytest.mark.parametrize(("scheme", "ink"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(18, 22, 28)")])
def test_what_opens_over_the_page_follows_light_and_dark(browser, server, scheme, ink):
    """A popover hangs outside the app's own element: white on the dark theme's light blue has 2.4."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{server}filters?recipe=mine")
    drawn(page)
    page.get_by_role("button", name="Save").click()
    button = page.get_by_role("button", name="Save recipe")
    button.wait_for()
    assert button.locator("p").evaluate("node => getComputedStyle(node).color") == ink
    context.close()
