"""What tests of pages share."""

import pytest

from pages.ui import cache, state


@pytest.fixture
def fresh():
    """Nothing that a test opened, asked or edited is there for the next one."""
    yield
    cache._opened.clear()
    cache._answer.clear()
    cache._answered().clear()
    state._kept.clear()
