"""A click on a figure narrows the pages of a corpus; the address carries it; the chip takes it away."""

import pytest
from dashboard import drawn, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory, sample_workspace):
    with serving(sample_workspace, home=tmp_path_factory.mktemp("home")) as address:
        yield address


def documents(page):
    """What the strip of Overview says."""
    said = page.locator(".strip .value").first.inner_text()
    return int("".join(filter(str.isdigit, said)))


def test_a_click_narrows_all_pages_and_the_chip_takes_it_away(page, server):
    page.goto(f"{server}overview")
    drawn(page)
    whole = documents(page)
    row = page.locator(".ranked button.row").first
    row.click()
    page.wait_for_selector(".st-key-where_bar button")
    page.wait_for_function(f"() => !document.querySelector('.strip .value').innerText.startsWith('{whole}')")
    drawn(page)
    part = documents(page)
    assert 0 < part < whole
    assert "where=" in page.url
    link = page.url
    page.get_by_role("link", name="Quality").click()
    drawn(page)
    page.wait_for_selector(".st-key-where_0")
    assert page.locator(".st-key-where_1").count() == 0
    page.goto(link)
    drawn(page)
    assert documents(page) == part
    page.locator(".st-key-where_0 button").first.click()
    page.wait_for_selector(".st-key-where_bar", state="detached")
    drawn(page)
    assert documents(page) == whole
    assert "where=" not in page.url


def test_a_condition_is_set_from_a_list_by_keyboard(page, server):
    page.goto(f"{server}overview")
    drawn(page)
    page.get_by_text("Look at a part").click()
    page.get_by_role("combobox", name="Column").fill("language")
    page.keyboard.press("Enter")
    value = page.get_by_role("combobox", name="Value")
    value.wait_for()
    value.fill("de")
    page.keyboard.press("Enter")
    take = page.get_by_role("button", name="Look at it")
    take.wait_for()
    take.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".st-key-where_bar button")
    assert "language is de" in page.locator(".st-key-where_bar").inner_text()
