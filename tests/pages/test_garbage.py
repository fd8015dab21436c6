"""Collections of garbage pass over what was there when modules were imported."""

import gc
import subprocess
import sys
from types import ModuleType

import pytest

from pages.ui import garbage


@pytest.fixture(autouse=True)
def _thawed(monkeypatch):
    monkeypatch.setattr(garbage, "_seen", 0)
    yield
    gc.unfreeze()


def test_what_modules_hold_is_passed_over_and_looked_at_again_only_when_more_came(monkeypatch):
    garbage.settle()
    frozen = gc.get_freeze_count()
    held = [[] for _ in range(5_000)]
    garbage.settle()
    assert gc.get_freeze_count() <= frozen
    monkeypatch.setitem(sys.modules, "one_more", ModuleType("one_more"))
    garbage.settle()
    assert gc.get_freeze_count() > frozen + len(held) - 1_000


def test_what_became_garbage_while_it_was_passed_over_is_collected_the_next_time(monkeypatch):
    gone = []
    session = type("Session", (), {"__del__": lambda self: gone.append(True)})()
    session.me = session
    garbage.settle()
    del session
    gc.collect()
    assert gone == []
    monkeypatch.setitem(sys.modules, "one_more", ModuleType("one_more"))
    garbage.settle()
    assert gone == [True]


def test_what_is_garbage_when_they_are_frozen_is_collected_first():
    gone = []
    weak = type("Weak", (), {"__del__": lambda self: gone.append(True)})()
    weak.me = weak
    del weak
    garbage.settle()
    assert gone == [True]


def test_nothing_is_left_that_a_library_complains_of_when_the_server_ends():
    said = "import duckdb; duckdb.connect(); from pages.ui import garbage; garbage.settle()"
    ended = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert ended.stderr == ""
