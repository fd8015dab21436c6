"""Documents and Quality in a browser: what the address holds, what the keys do, what a click opens."""

import pytest
from dashboard import drawn, serving

STANDS = """(words) => [...document.querySelectorAll(".st-key-bar .beside, .st-key-rows_where .beside")]
    .some((said) => said.textContent.replaceAll("\u202f", " ").includes(words))"""


@pytest.fixture(scope="module")
def dashboard(sample_workspace):
    with serving(sample_workspace, home=sample_workspace.parent) as address:
        yield address


def place(page):
    """``46 of 300``: where the document that is read stands."""
    return page.locator(".st-key-bar .beside").inner_text().replace("\u202f", " ")


def stands(page, words):
    """Wait until the reader or the list says where it stands."""
    page.wait_for_function(STANDS, arg=words)
    drawn(page)


def test_a_link_to_a_document_may_be_the_first_visit(sample_workspace, page):
    with serving(sample_workspace, home=sample_workspace.parent) as fresh:
        page.goto(f"{fresh}documents?corpus=sample&doc=45")
        drawn(page)
        assert place(page).startswith("46 of")
        assert page.get_by_text("All night the clerk copied the tide tables").count()


def test_arrows_go_through_the_documents_and_the_address_follows(dashboard, page):
    page.goto(f"{dashboard}documents?corpus=sample&doc=45")
    drawn(page)
    page.keyboard.press("ArrowRight")
    stands(page, "47 of")
    address = page.url
    assert "doc=" in address
    page.keyboard.press("ArrowLeft")
    stands(page, "46 of")
    page.goto(address)
    drawn(page)
    assert place(page).startswith("47 of")


def test_a_document_is_found_by_its_id_and_its_url(dashboard, page):
    page.goto(f"{dashboard}documents?corpus=sample")
    drawn(page)
    for name in ("unlabelled-003", "https://misc.example.org/long"):
        box = page.get_by_placeholder("doc_id, source id or URL")
        box.fill(name)
        box.press("Enter")
        stands(page, "46 of")
        page.get_by_role("button", name="All").click()
        stands(page, "1 to 20")


def test_the_column_the_scale_and_the_unit_survive_a_reload(dashboard, page):
    page.goto(f"{dashboard}quality?corpus=sample&column=mean_word_length&scale=cumulative&unit=documents")
    drawn(page)
    for _ in range(2):
        assert page.get_by_text("Running share of documents by mean_word_length").count()
        page.reload()
        drawn(page)


def test_an_extreme_opens_in_the_reader(dashboard, page):
    page.goto(f"{dashboard}quality?corpus=sample&column=words")
    drawn(page)
    page.locator("article").first.click()
    page.wait_for_url("**/documents?**doc=**")
    stands(page, " of ")
    page.get_by_text("Where it lies in the corpus").wait_for()
