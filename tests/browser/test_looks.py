"""During a first look a person goes over to the whole and back; at its end the page does so by itself."""

import json
import time

from dashboard import drawn, serving
from playwright.sync_api import expect

from indexes import first_look, jobs
from indexes.ingest import ingest
from indexes.jobs import Job
from indexes.planning import Options


def test_the_whole_is_a_click_away_and_takes_the_place_of_the_look(page, tmp_path, monkeypatch):
    for name, rows in (("a", 3), ("b", 4)):
        lines = [json.dumps({"text": f"{name} {i}", "domain": name}) for i in range(rows)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    monkeypatch.setattr(first_look, "FILES", 1)
    monkeypatch.setattr(first_look, "GRACE", 0.0)
    root, options = tmp_path / "home" / "w", Options(sources=(str(tmp_path / "*.jsonl"),))
    first_look.take(root, options)
    ingest(root, options)
    measuring = Job("00001", ("ingest", "x", "--to", str(root)), jobs.RUNNING, started=time.time() + 3_600)
    (root / "jobs").mkdir()
    jobs.write(root, measuring)
    with serving(root, home=tmp_path / "home") as address:
        page.goto(f"{address}overview")
        drawn(page)
        bar, documents = page.locator(".look"), page.locator(".strip .value").first
        expect(bar).to_contain_text("First look:")
        expect(documents).to_have_text("3", timeout=30_000)
        page.get_by_role("button", name="Show these instead").press("Enter")
        expect(bar).to_contain_text("Not whole yet:", timeout=30_000)
        expect(documents).to_have_text("7", timeout=30_000)
        page.get_by_role("button", name="Back to the first look").press("Enter")
        expect(documents).to_have_text("3", timeout=30_000)
        first_look.leave(root)
        expect(bar).to_have_count(0, timeout=30_000)
        expect(documents).to_have_text("7", timeout=30_000)
