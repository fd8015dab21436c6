"""Nothing is printed on the terminal of who opens a page, and nothing is looked up that is known."""

import inspect
from pathlib import Path

import pytest
from corpora import literal_corpus
from router import run_page
from streamlit import config, env_util, net_util
from streamlit.elements.lib import policies
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import bootstrap

from pages.ui import background, server
from pages.ui.launch import Launch


@pytest.fixture
def printed(monkeypatch):
    """What Streamlit warns of; it would say a part of that once a process only."""
    said = []
    monkeypatch.setattr(background, "PATIENCE", 60.0)
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)
    monkeypatch.setattr(policies._LOGGER, "warning", lambda text, *more, **how: said.append(text % more))
    return said


@pytest.mark.parametrize("address", [{}, {"unit": "documents"}, {"unit": "tokens"}, {"unit": "nonsense"}])
def test_a_first_visit_prints_no_warning(tmp_path, monkeypatch, printed, address):
    literal_corpus(tmp_path / "c", [{"text": "some words"}], {"mine": {"words": [2], "tokens": [3]}})
    run_page(monkeypatch, "start", tmp_path / "c", **address).run()
    assert printed == []


def test_the_warning_is_one_that_streamlit_knows(tmp_path, monkeypatch, printed):
    literal_corpus(tmp_path / "c", [{"text": "some words"}], {"mine": {"words": [2], "tokens": [3]}})
    told = config.get_option
    monkeypatch.setattr(
        config,
        "get_option",
        lambda key: False if key == "global.disableWidgetStateDuplicationWarning" else told(key),
    )
    run_page(monkeypatch, "start", tmp_path / "c", unit="documents").run()
    assert any('"unit"' in one for one in printed)


def test_a_first_page_does_not_look_through_every_module(monkeypatch):
    for owner, name in (
        (PagesManager, "uses_pages_directory"),
        (net_util, "get_external_ip"),
        (env_util, "is_repl"),
        (config, "_main_script_path"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))  # to be put back
    for owner, name in ((bootstrap, "load_config_options"), (bootstrap, "run"), (server, "_when_up")):
        monkeypatch.setattr(owner, name, lambda *_: None)
    server.serve(Launch(home=Path()), port=8790, browser=False)
    monkeypatch.setattr(inspect, "stack", lambda *_: pytest.fail("looked through"))
    assert not env_util.is_repl()
