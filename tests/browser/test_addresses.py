"""The address of a document names its corpus: a reload or a copied link shows the same one."""

import pytest
from corpora import literal_corpus
from dashboard import drawn, serving

STANDS = """(words) => [...document.querySelectorAll(".st-key-bar .beside, .st-key-rows_where .beside")]
    .some((said) => said.textContent.replaceAll("\u202f", " ").startsWith(words))"""


@pytest.fixture(scope="module")
def two_corpora(tmp_path_factory):
    home = tmp_path_factory.mktemp("two")
    first = literal_corpus(home / "first", [{"id": "f", "text": "Of the first corpus"}])
    mine = literal_corpus(
        home / "mine", [{"id": f"m{number}", "text": f"Mine, number {number}"} for number in range(50)]
    )
    with serving(first.root, mine.root, home=home) as address:
        yield address


def stands(page, words):
    page.wait_for_function(STANDS, arg=words)
    drawn(page)


def test_a_document_opened_in_the_second_corpus_keeps_it_in_the_address(two_corpora, page, browser):
    page.goto(f"{two_corpora}documents?corpus=mine&unit=documents")
    stands(page, "1 to 20")
    page.get_by_role("button", name="Next").click()
    stands(page, "21 to 40")
    assert "corpus=mine" in page.url
    assert "unit=documents" in page.url
    page.locator(".table tbody button").first.click()
    stands(page, "21 of 50")
    assert "corpus=mine" in page.url
    assert "unit=documents" in page.url
    page.get_by_role("button", name="Next").click()
    stands(page, "22 of 50")
    assert "corpus=mine" in page.url
    assert "unit=documents" in page.url
    page.locator(".st-key-lower_as button").last.click()
    page.wait_for_url("**as=raw**")
    drawn(page)
    assert "corpus=mine" in page.url
    assert "unit=documents" in page.url
    address = page.url
    page.reload()
    stands(page, "22 of 50")
    other = browser.new_context().new_page()
    other.goto(address)
    stands(other, "22 of 50")
    assert other.get_by_text("Mine, number 21").count()
    other.context.close()
    page.go_back()
    drawn(page)
    assert page.get_by_role("combobox", name="Corpus").input_value() == "mine"
