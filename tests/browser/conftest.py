"""What browser tests share: a page of its own for each."""

import pytest


@pytest.fixture
def page(browser):
    """A page in a fresh browser context, as wide as a small laptop."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
