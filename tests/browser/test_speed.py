"""How long a person waits, on the real corpus: medians of ten, printed; benchmarks/README.md has the table.

Nothing here fails for being slow: what is asserted is that the page got where it should.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dashboard import drawn, serving
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.timed

TIMES = 10
AIMS = {"page switch": 0.6, "reload": 1.5, "first visit": 4.5, "rule change": 0.5}
"""Seconds that the medians should stay under."""


@pytest.fixture(scope="module")
def address(real_workspace: Path):
    with serving(real_workspace, home=real_workspace.parent) as served:
        yield served


def median(what: str, act: Callable[[int], float], capsys) -> None:
    seconds = [act(i) for i in range(TIMES)]
    with capsys.disabled():
        print(  # noqa: T201  what this file is for
            f"\n{what}: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s "
            f"(aim {AIMS[what]} s)"
        )
    assert len(seconds) == TIMES


def timed(page: Page, act: Callable[[], object], there: str) -> float:
    """Seconds from an action until ``there`` (an expression) holds and everything is drawn."""
    start = time.perf_counter()
    act()
    page.wait_for_function(there)
    drawn(page)
    return time.perf_counter() - start


def title_is(title: str) -> str:
    return f"() => document.querySelector('[data-testid=stMainBlockContainer] h1')?.textContent === '{title}'"


def test_first_visit_in_a_fresh_browser(browser: Browser, address, capsys):
    browser.new_page().goto(f"{address}overview")

    def visit(_: int) -> float:
        context = browser.new_context()
        page = context.new_page()
        seconds = timed(page, lambda: page.goto(f"{address}overview"), title_is("Overview"))
        context.close()
        return seconds

    median("first visit", visit, capsys)


def test_reload(browser: Browser, address, capsys):
    page = browser.new_page()
    page.goto(f"{address}overview")
    drawn(page)
    median("reload", lambda _: timed(page, page.reload, title_is("Overview")), capsys)
    page.close()


def test_page_switch(browser: Browser, address, capsys):
    page = browser.new_page()
    page.goto(f"{address}overview")
    drawn(page)
    titles = ["Filters", "Overview", "Benchmarks", "Quality", "Documents"]
    menu = page.get_by_test_id("stSidebarNav")

    def switch(i: int) -> float:
        title = titles[i % len(titles)]
        link = menu.get_by_role("link", name=title, exact=True)
        return timed(page, link.click, title_is(title))

    for i in range(len(titles)):
        switch(i)
    median("page switch", switch, capsys)
    page.close()


def test_rule_change_from_the_release_of_the_hand(browser: Browser, address, capsys):
    page = browser.new_page()
    page.goto(f"{address}filters?recipe=gopher_words")
    drawn(page)
    grip = page.locator("[role=slider] .grip").first
    grip.wait_for()

    def release(_: int) -> float:
        before = page.locator(".ks .right").inner_text()
        box = grip.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 8, y, steps=2)
        start = time.perf_counter()
        page.mouse.up()
        page.wait_for_function(
            "(before) => document.querySelector('.ks .right').innerText !== before", arg=before
        )
        drawn(page)
        return time.perf_counter() - start

    median("rule change", release, capsys)
    page.close()
