"""A page run by Streamlit's AppTest, through the router, as the server runs it."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import menu

ROOT = Path(__file__).parent.parent.parent
SECONDS = 60
UNBROKEN = re.compile(r'<span class="nb">([^<]*)</span>')
"""Round a number and its unit, which stay on one line."""


def run_page(monkeypatch: pytest.MonkeyPatch, name: str, *workspaces: Path, **address: str) -> AppTest:
    """Run a page on some workspaces; ``address`` is what stands in its address. It must not raise."""
    home = workspaces[0].parent / "home-of-none"
    monkeypatch.setattr(sys, "argv", ["app.py", "--home", str(home), "--", *map(str, workspaces)])
    [file] = [entry.file for group in menu.entries().values() for entry in group if entry.name == name]
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    app.query_params.update(address)
    app.run()
    app.switch_page(str(file.relative_to(ROOT)))
    app.query_params.update(address)
    app.run()
    if "unit" in address:  # the switch of the first page has taken it
        app.segmented_control(key="unit").set_value(address["unit"]).run()
    assert not app.exception, app.exception[0]
    return app


def components(app: AppTest) -> list[dict[str, Any]]:
    """What was sent to the components of our own."""
    return [json.loads(part.proto.json) for part in app.get("bidi_component") if part.proto.json]


def shown(app: AppTest) -> str:
    """The same as JSON, to look for words in."""
    return json.dumps(components(app), ensure_ascii=False)


def said(app: AppTest) -> str:
    """All HTML of our own on the page: titles, captions, strips, sentences; thin spaces as spaces."""
    page = " ".join(str(part.proto.body) for part in app.get("html")).replace("\u202f", " ")
    return UNBROKEN.sub(r"\1", page)
