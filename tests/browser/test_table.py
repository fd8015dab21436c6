"""The table of documents by mouse and keyboard: sorted at its head, opened, read on in its order, left."""

import pytest
from dashboard import drawn, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory, sample_workspace):
    with serving(sample_workspace, home=tmp_path_factory.mktemp("home")) as address:
        yield address


def first(page):
    """The number and the tokens of the first document."""
    cells = page.locator(".table tbody tr").first.locator("td")
    head = page.locator(".table thead th").all_inner_texts()
    place = next(i for i, name in enumerate(head) if name.startswith("tokens"))
    return cells.first.inner_text(), int("".join(filter(str.isdigit, cells.nth(place).inner_text())))


def test_the_table_is_sorted_opened_and_read_on_by_keyboard(page, server):
    page.goto(f"{server}documents")
    page.wait_for_selector(".table tbody tr")
    drawn(page)
    tokens = page.locator(".table th button", has_text="tokens")
    tokens.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".table th[aria-sort=ascending]:has-text('tokens')")
    least = first(page)
    page.keyboard.press("Enter")  # the focus stays at the head
    page.wait_for_selector(".table th[aria-sort=descending]")
    largest = first(page)
    assert largest[1] > least[1]
    assert "sort=tokens&way=down" in page.url
    page.locator(".table tbody button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".st-key-walk_Next")
    drawn(page)
    assert "doc=" in page.url
    assert page.get_by_text("by tokens ↓").count() == 1
    here = page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"() => location.href !== {here!r}")
    page.get_by_role("button", name="All", exact=True).click()
    page.wait_for_selector(".table th[aria-sort=descending]")
    assert first(page) == largest
