"""The filter lab on a corpus that is larger than its sample: first the sampled answer, then the exact one."""

import re

import pytest
from dashboard import drawn, serving

SEEN = """() => {
    window.badges = [];
    const look = () => {
        const badge = document.querySelector(".ks .badge");
        const said = badge && badge.innerText + " " + badge.parentElement.innerText;
        if (said && said !== window.badges.at(-1)) window.badges.push(said);
    };
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
    look();
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory, real_workspace):
    with serving(real_workspace, "--sample", "3000", home=tmp_path_factory.mktemp("home")) as address:
        yield address


def test_a_moved_limit_is_answered_from_the_sample_and_then_exactly(page, server):
    page.goto(f"{server}filters?recipe=gopher_length")
    drawn(page)
    page.wait_for_selector(".ks .badge.exact")
    page.wait_for_timeout(3000)  # the sample is drawn in the background
    page.evaluate(SEEN)
    line = page.locator("[role=slider]").first
    line.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => window.badges.some((said) => said.includes('sampled'))")
    page.wait_for_selector(".ks .badge.exact")
    seen = page.evaluate("() => window.badges")
    sampled = next(said for said in seen if "sampled" in said)
    assert re.search(r"\d\d\.\d to \d\d\.\d.%", sampled), seen
    assert "exact" in seen[-1], seen
    assert not re.search(r" to \d\d\.\d.%", seen[-1]), seen
    low, high = map(float, re.search(r"(\d\d\.\d) to (\d\d\.\d)", sampled).groups())
    exact = float(re.search(r"(\d\d\.\d).%", seen[-1])[1])
    assert low - 1 <= exact <= high + 1  # one draw of an interval that holds in 95 %


def test_what_a_part_is_made_of_is_said_from_the_sample_and_then_exactly(page, server):
    page.goto(f"{server}overview")
    drawn(page)
    page.wait_for_selector(".fc .badge.exact")
    page.evaluate(SEEN.replace(".ks .badge", ".fc .badge"))
    page.get_by_test_id("stSidebar").get_by_text("Look at a part").click()
    page.get_by_role("combobox", name="Column").click()
    page.get_by_role("option", name="domain", exact=True).click()
    page.get_by_role("combobox", name="Value").click()
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_function("() => window.badges.some((said) => said.includes('sampled'))")
    page.wait_for_selector(".fc .badge.exact")
    assert "exact" in page.evaluate("() => window.badges")[-1]
