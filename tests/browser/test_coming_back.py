"""Coming back: a view that was pinned opens from Start as it was, on another server."""

from corpora import literal_corpus
from dashboard import drawn, serving

WANTED = ["/documents?", "doc=4", "as=raw", "corpus=c", "unit=documents"]
OPEN = "[class*=st-key-row_pin_] button:has-text('Open')"


def test_a_pinned_view_opens_as_it_was_after_a_restart(tmp_path, browser):
    documents = [{"id": f"d{i}", "domain": "xy"[i % 2], "text": f"Text {i}."} for i in range(6)]
    literal_corpus(tmp_path / "home" / "c", documents)
    with serving(home=tmp_path / "home") as address:
        page = browser.new_page()
        page.goto(f"{address}documents?corpus=c&unit=documents&doc=4&as=raw")
        drawn(page)
        page.locator(".st-key-pin_view button").first.click()
        page.get_by_label("Name of this view").fill("raw <b>four</b>")
        page.locator("[data-testid=stPopoverBody]").get_by_label("Your name", exact=True).fill("anna")
        page.get_by_role("button", name="Pin this view").click()
        page.get_by_text("Pinned as").wait_for()
        page.close()
    with serving(home=tmp_path / "home") as address:
        page = browser.new_page()
        page.goto(f"{address}start")
        page.locator(OPEN).click()
        page.wait_for_function("wanted => wanted.every((said) => location.href.includes(said))", arg=WANTED)
        drawn(page)
        assert page.get_by_text("5 of 6").count() == 1
        page.close()
