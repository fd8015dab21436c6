"""On Quality a range is dragged in a histogram, and a cell of the matrix opens a pair."""

import pytest
from dashboard import drawn, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory, sample_workspace):
    with serving(sample_workspace, home=tmp_path_factory.mktemp("home")) as address:
        yield address


def drag(page, figure, start, end):
    """Drag across a figure, between two shares of its width."""
    plot = page.locator(f".st-key-figure_{figure} .nsewdrag").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, y + 4, steps=5)
    page.mouse.up()


def test_a_dragged_range_is_a_condition_and_can_be_dragged_again(page, server):
    page.goto(f"{server}quality?column=words")
    drawn(page)
    drag(page, "distribution", 0.3, 0.7)
    chip = page.locator(".st-key-where_0 button").first
    chip.wait_for()
    first = page.locator(".st-key-where_0").inner_text()
    assert first.startswith("words is from")
    assert "where=" in page.url
    drawn(page)
    drag(page, "distribution", 0.4, 0.6)
    page.wait_for_function(
        "(first) => ![first, undefined].includes(document.querySelector('.st-key-where_0')?.innerText)",
        arg=first,
    )
    assert page.locator(".st-key-where_1").count() == 0, "it stands in the place of the other range"


def test_a_cell_of_the_matrix_opens_its_pair_and_a_reload_keeps_it(page, server):
    page.set_viewport_size({"width": 1280, "height": 1500})
    page.goto(f"{server}quality?column=words&part=with+other+columns")
    drawn(page)
    before = page.locator(".st-key-figure_tenths_pair h3").inner_text()
    plot = page.locator(".st-key-figure_matrix .nsewdrag").first
    box = plot.bounding_box()
    plot.click(position={"x": box["width"] * 0.125, "y": box["height"] * 0.625})  # row 8, column 2
    page.wait_for_function(
        "(before) => document.querySelector('.st-key-figure_tenths_pair h3').innerText !== before", arg=before
    )
    page.wait_for_url("**of=*")
    drawn(page)
    after = page.locator(".st-key-figure_tenths_pair h3").inner_text()
    page.reload()
    drawn(page)
    assert page.locator(".st-key-figure_tenths_pair h3").inner_text() == after
