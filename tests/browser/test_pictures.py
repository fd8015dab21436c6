"""Every page as a person sees it: nothing scrolls sideways, all can be read, every figure says what it is.

``make pictures`` runs this with ``--pictures FOLDER``, which keeps a picture of each.
"""

from pathlib import Path

import pytest
from dashboard import drawn, serving
from legible import problems

from pages.ui import menu

PAGES = [entry.name for group in menu.entries().values() for entry in group]
CORPORA = ["sample_workspace", "empty_workspace", pytest.param("real_workspace", marks=pytest.mark.data)]

WIDTHS = (1280, 1920)

SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll("[data-testid=stMain]")]
    .filter((box) => box.scrollWidth > box.clientWidth).length"""

UNSAID = """() => [...document.querySelectorAll("[data-testid=stPlotlyChart]")].filter((figure) => {
    const box = figure.closest("[class*=st-key-figure_]");
    const title = box?.querySelector(".fc h3")?.textContent;
    const note = box?.querySelector(".fc p span")?.textContent;
    const alt = figure.closest("[aria-label]") ?? figure.querySelector("[aria-label], [role=img]");
    return !(title && note && alt);
}).length"""

HEIGHT = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    return Math.max(main?.scrollHeight ?? 0, window.innerHeight);
}"""


@pytest.fixture(scope="module", params=CORPORA)
def dashboard(request):
    """The address of a dashboard on a corpus, and the corpus's name; one server a corpus."""
    workspace: Path = request.getfixturevalue(request.param)
    with serving(workspace, home=workspace.parent) as address:
        yield address, workspace.name


def wrong(page, *parts):
    """What is wrong with a page that stays so: on a slow machine figures follow a width or theme late."""
    for _ in range(20):
        drawn(page)
        found = problems(page, *parts)
        found += ["scrolls sideways"] * page.evaluate(SIDEWAYS) + ["figure unsaid"] * page.evaluate(UNSAID)
        if not found:
            break
        page.wait_for_timeout(500)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_its_figures_say_what_they_are(name, dashboard, browser, request):
    address, corpus = dashboard
    folder = request.config.getoption("--pictures")
    for theme in (
        ("light", "dark") if folder else ("light",)
    ):  # how wide a page is, is no matter of its colours
        context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, color_scheme=theme)
        try:
            page = context.new_page()
            page.goto(f"{address}{name}?corpus={corpus}")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.wait_for_timeout(300)  # figures follow the new width
                assert wrong(page) == []
                if folder:
                    page.set_viewport_size({"width": width, "height": page.evaluate(HEIGHT)})
                    page.wait_for_timeout(500)  # and the new height
                    page.screenshot(path=folder / corpus / f"{name}-{theme}-{width}.png")
            if not folder and corpus == "sample":
                page.emulate_media(color_scheme="dark")
                page.wait_for_function(
                    "() => getComputedStyle(document.documentElement).colorScheme === 'dark'"
                )
                page.wait_for_timeout(300)  # the page is run anew
                assert wrong(page, "contrast") == []
        finally:
            context.close()
