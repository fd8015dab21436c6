"""The kit in a real browser: nothing that comes from data is ever a tag, and every part can be used."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OUTSIDE = "198.51.100.1"
"""An address that no machine has; what comes alive in the page asks for it."""

START = """
import sys
from pathlib import Path
from pages.ui import server
from pages.ui.launch import Launch
server.APP = Path(sys.argv[1])
announce = lambda page: print(page, flush=True)
server.serve(Launch(home=Path()), port=8701, browser=False, announce=announce)
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory, root):
    """The kit, served from another folder than the repository's."""
    folder = tmp_path_factory.mktemp("elsewhere")
    app = shutil.copy(Path(__file__).parent / "kit_app.py", folder)
    shutil.copytree(root / "static", folder / "static")
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(app)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield next(line.strip() for line in process.stdout if line.startswith("http://"))
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture
def page(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.asked.append(f"error: {error}"))
    page.goto(address)
    page.wait_for_selector(".pairs article")
    page.wait_for_selector(".said.warn")
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 5")
    yield page
    context.close()


INSIDE = """selector => {
  const found = [], look = (root) => {
    found.push(...root.querySelectorAll(selector));
    for (const node of root.querySelectorAll("*")) if (node.shadowRoot) look(node.shadowRoot);
  };
  look(document);
  return found.map((node) => node.outerHTML.slice(0, 200));
}"""


def test_no_value_makes_a_link_a_picture_a_script_or_a_request(page):
    page.mouse.wheel(0, 3000)
    for selector in (".js-plotly-plot .nsewdrag", ".treemap .cell", ".ranked .row", ".excerpts article"):
        for node in page.locator(selector).all()[:6]:
            node.hover(force=True)
    main = "[data-testid=stMain] "
    assert page.evaluate(INSIDE, f"{main}a[href], .stApp svg a, svg a, {main}iframe, {main}object") == []
    pictures = page.evaluate(INSIDE, f"{main}img, .treemap img, .excerpts img, .pairs img, .facts img")
    assert [picture for picture in pictures if OUTSIDE in picture or "onerror" in picture] == []
    assert page.evaluate(INSIDE, "[onerror], [onmouseover]") == []
    assert page.evaluate(INSIDE, ".katex") == []
    assert page.title() not in ("1", "taken")
    ours = page.url.split("/")[2]
    assert [url for url in page.asked if ours not in url and not url.startswith(("data:", "blob:"))] == []


def test_the_theme_of_the_repository_counts_in_any_folder(page):
    heading = page.locator("h1").first
    assert "Inter" in heading.evaluate("node => getComputedStyle(node).fontFamily")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    assert page.evaluate("document.fonts.check('15px Inter')")


def picked(page):
    return int(page.locator("#picked").inner_text())


def test_every_part_is_reached_by_the_keyboard(page):
    for selector in (".ranked button.row", ".excerpts article", ".pairs article", ".treemap button"):
        before = picked(page)
        page.locator(selector).nth(0).focus()
        page.keyboard.press("Enter")
        page.wait_for_function(f"Number(document.querySelector('#picked').textContent) > {before}")


def test_the_cut_line_sends_nothing_while_it_moves_and_its_limit_on_release(page):
    line = page.locator(".cut .line")
    line.scroll_into_view_if_needed()
    box = page.locator(".cut svg").bounding_box()
    before, words = picked(page), page.locator(".cut .words")
    said = words.inner_text()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + box["width"] / 2 + 10 * step, box["y"] + 30)
    page.wait_for_timeout(600)
    assert words.inner_text() != said
    assert picked(page) == before
    page.mouse.up()
    page.wait_for_function(f"Number(document.querySelector('#picked').textContent) == {before + 1}")
    held = page.locator(".cut .line:focus")
    assert held.count() == 1
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"Number(document.querySelector('#picked').textContent) == {before + 2}")
    assert page.locator(".cut .line:focus").count() == 1


def test_figures_change_their_colours_when_the_page_turns_dark(page):
    colour = "getComputedStyle(document.querySelector('.js-plotly-plot .points path')).fill"
    light = page.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{colour} != '{light}'")
