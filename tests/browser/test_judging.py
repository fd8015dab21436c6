"""Judging by keyboard: a name once, then K, D and U; the next document comes, the file has what was said."""

import json
import shutil

import pytest
from dashboard import drawn, serving


@pytest.fixture(scope="module")
def workspace(sample_workspace, tmp_path_factory):
    """A copy of the sample: judgements are written into it."""
    return shutil.copytree(sample_workspace, tmp_path_factory.mktemp("judging") / "sample")


@pytest.fixture(scope="module")
def dashboard(workspace):
    with serving(workspace, home=workspace.parent) as address:
        yield address


def document(page):
    """What stands over the text: ``docs · 335 tokens · document 46``."""
    return page.locator(".st-key-judge_lead .fc p").inner_text()


def judge(page, key, count):
    """Press a key; wait until so many documents are judged."""
    page.keyboard.press(key)
    page.locator(".st-key-lower_judge .sc span", has_text=f"{count} document").wait_for()
    drawn(page)


def test_documents_are_judged_by_keys_and_the_name_is_asked_once(dashboard, workspace, page):
    page.goto(f"{dashboard}filters?corpus=sample&recipe=gopher_words&part=Judge&ask=removed")
    drawn(page)
    assert page.get_by_role("button", name="Keep").is_disabled()
    name = page.get_by_placeholder("such as anna")
    name.fill("Anna K. Drud")
    name.press("Enter")
    name.wait_for(state="hidden")
    drawn(page)
    seen = [document(page)]
    for count, key in enumerate("kdu", 1):
        judge(page, key, count)
        seen.append(document(page))
    assert len(set(seen)) == 4
    note = page.get_by_placeholder("A note, then Tab")
    note.fill("dull, kind of")
    note.press("Tab")
    drawn(page)
    judge(page, "d", 4)
    [file] = (workspace / "judgements").glob("[!.]*.jsonl")
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["verdict"] for row in rows] == ["keep", "drop", "unsure", "drop"]
    assert [row["note"] for row in rows] == ["", "", "", "dull, kind of"]
    assert {row["who"] for row in rows} == {"Anna K. Drud"}
    assert {row["asked"]["list"] for row in rows} == {"removed"}
    assert "Drud" not in page.url
    assert page.get_by_role("rowheader", name="All rules").count()
    assert page.locator(".st-key-judged").get_by_text("2 of 3 · 1 unsure").count()
    page.reload()
    drawn(page)
    assert page.locator(".st-key-judged").get_by_text("2 of 3 · 1 unsure").count()
