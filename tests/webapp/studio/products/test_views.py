import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from catalog import Catalog
from catalog.accounts.accounts import AccountStore
from catalog.importing.product_writer import ProductWriter
from catalog.products import Product
from search.errors import NoIndexError
from tests.webapp.boutique import ODD_ID, ScriptedEngine
from tests.webapp.studio.conftest import StudioClient
from webapp.studio.products import views

PRODUCTS = "/studio/products/"
LINK = re.compile(r'<h3 class="piece__name"><a href="/studio/products/([^"]+)"')


@pytest.fixture
def find(merchandiser: StudioClient) -> Callable[[str], list[str]]:
    """The addresses of the products that a query lists."""

    def find_products(query: str) -> list[str]:
        answer = merchandiser.get(f"{PRODUCTS}?{query}")
        assert answer.status_code == 200
        return LINK.findall(answer.text)

    return find_products


def test_words_and_filters_narrow_the_list(find: Callable[[str], list[str]]) -> None:
    """By title, id, category, stock and the source's further columns."""
    assert set(find("words=duffle+coat&apart=1")) == {"duffle-navy-blue", "duffle-red", "duffle-plaid"}
    assert find("words=coat-07") == ["coat-07"]
    assert find("words=duf&colour=Red") == ["duffle-red"]
    assert find("stock=out") == ["coat-01"]
    assert find("category=WOMEN_Skirts&gender=Women") == ["skirt-1"]
    assert len(find("attribute=fabric&value=Wool&apart=1")) == 3
    assert find("words=anos+50") == ["MEN_Coats/A%C3%B1os%2050,%20%C3%A1%20b%3F.jpg"]


@pytest.mark.parametrize("words", ["%22", "coat+AND", "%27%3B--", "%E2%80%94", "a*b+OR+(", "q%00q", "x" * 3000])
def test_whatever_is_typed_is_answered(merchandiser: StudioClient, words: str) -> None:
    """Quotes, dashes and operators are letters or nothing, and come back as they were typed."""
    answer = merchandiser.get(f"{PRODUCTS}?words={words}")
    assert answer.status_code == 200
    assert "Nothing fits" in answer.text


def test_the_list_comes_in_pages(find: Callable[[str], list[str]], merchandiser: StudioClient) -> None:
    """That keep what was asked for; past the last one there is nothing."""
    first, second = find("category=MEN_Coats&sort=id&apart=1"), find("category=MEN_Coats&sort=id&apart=1&page=2")
    assert (len(first), len(second)) == (views.PAGE_SIZE, 28 - views.PAGE_SIZE)
    assert not set(first) & set(second)
    text = merchandiser.get(f"{PRODUCTS}?category=MEN_Coats&sort=id").text
    assert "category=MEN_Coats&amp;sort=id&amp;page=2" in text
    assert merchandiser.get(f"{PRODUCTS}?page=9").status_code == 404


def test_colours_of_one_product_stand_together(merchandiser: StudioClient) -> None:
    """One tile with the colours that match, which open; each on its own if that is asked for."""
    together = merchandiser.get(f"{PRODUCTS}?words=duffle+coat").text
    assert "3 products</h2>" in together
    assert together.count('class="piece"') == 1
    assert "2 more colours" in together
    assert together.count('name="marked"') == 3
    apart = merchandiser.get(f"{PRODUCTS}?words=duffle+coat&apart=1").text
    assert apart.count('class="piece"') == 3
    assert "more colours" not in apart
    assert "more colour" not in merchandiser.get(f"{PRODUCTS}?words=duffle+coat&colour=Red").text


def test_impossible_wishes_are_refused(merchandiser: StudioClient) -> None:
    """With a page that says what was needed."""
    for query in ("sort=colour", "stock=maybe", "page=x"):
        answer = merchandiser.get(f"{PRODUCTS}?{query}")
        assert answer.status_code == 400
        assert query.split("=")[1] in answer.text


def test_lonely_products_come_from_the_index(
    find: Callable[[str], list[str]], merchandiser: StudioClient, engine: ScriptedEngine
) -> None:
    """Those that the catalogue still has; without an index, or with an old one, the page says why there are none."""
    assert find("lonely=1") == ["skirt-1"]
    engine.isolated = None
    assert "Rebuild it" in merchandiser.get(f"{PRODUCTS}?lonely=1").text
    engine.failure = NoIndexError("none")
    assert "Rebuild it" in merchandiser.get(f"{PRODUCTS}?lonely=1").text
    assert len(find("")) == views.PAGE_SIZE


def test_products_with_rejects_are_found_and_say_why(
    find: Callable[[str], list[str]], merchandiser: StudioClient, home: Path
) -> None:
    """As the import and the build listed them; together with other filters."""
    (home / "rejects").mkdir()
    (home / "rejects" / "index.csv").write_text("product_id,file,reason\nbag-1,/x/bag.jpg,<b>It is gone.\ngone,y,z\n")
    assert find("rejects=1") == ["bag-1"]
    assert find("rejects=1&lonely=1") == []
    text = merchandiser.get(f"{PRODUCTS}bag-1").text
    assert "&lt;b&gt;It is gone." in text
    assert "/x/bag.jpg" in text


def test_a_product_stands_among_its_neighbours(merchandiser: StudioClient) -> None:
    """Each with how alike it is and what they share, on a map and in a table; and with what goes with it."""
    text = merchandiser.get(f"{PRODUCTS}coat-02").text
    assert text.count('class="around__spot"') == 4  # who has left the catalogue is not shown, a variant of it is
    assert text.count("around__spot--own") == 1
    assert "Very similar" in text
    assert re.search(r"<td>category, colour</td>", text)
    assert "Pleated skirt" in text
    assert "products.csv" in text


def test_odd_ids_have_a_page(merchandiser: StudioClient, catalog: Catalog) -> None:
    """Slashes, question marks and accents are part of an id; markup in a title stays text."""
    address = LINK.findall(merchandiser.get(f"{PRODUCTS}?words=anos").text)[0]
    assert ODD_ID in merchandiser.get(PRODUCTS + address).text
    with catalog.database.writing() as connection:
        ProductWriter(connection, "/shop").apply([(Product('<i>"', "Bags", title="<script>alert(1)</script>"), [])])
    text = merchandiser.get(f"{PRODUCTS}%3Ci%3E%22").text
    assert "<script>alert" not in text


def test_a_product_has_a_page_without_neighbours(merchandiser: StudioClient, engine: ScriptedEngine) -> None:
    """Before the index knows it, and before there is an index; an unknown product has none."""
    assert "after the next build" in merchandiser.get(f"{PRODUCTS}bag-2").text
    engine.failure = NoIndexError("none")
    answer = merchandiser.get(f"{PRODUCTS}coat-02")
    assert answer.status_code == 200
    assert "There is no index" in answer.text
    assert merchandiser.get(f"{PRODUCTS}nothing").status_code == 404


def test_rules_are_offered_where_they_can_be_made(
    app: Flask, merchandiser: StudioClient, sign_in: Callable[[str], StudioClient]
) -> None:
    """Only to whoever may make them."""
    offered = "studio.curation.new" in app.view_functions
    assert ("Pin here" in merchandiser.get(f"{PRODUCTS}coat-02").text) == offered
    assert "Pin here" not in sign_in("viewer").get(f"{PRODUCTS}coat-02").text


def test_nobody_else_looks_at_the_catalogue(app: Flask, account_store: AccountStore) -> None:
    """The studio's pages are for people with an account."""
    account_store.add("ana", "viewer", "six quiet herons wade", by="test")
    answer = app.test_client().get(f"{PRODUCTS}coat-02")
    assert answer.status_code == 303
    assert "/studio/sign-in" in answer.headers["Location"]


def test_a_field_for_a_product_gets_few_suggestions(merchandiser: StudioClient) -> None:
    """By words or by an id that is begun; without words none, and what nothing has is said."""

    def suggest(words: str) -> list[str]:
        answer = merchandiser.get(f"{PRODUCTS}suggestions", query_string={"words": words})
        assert answer.status_code == 200
        return re.findall(r'data-value="([^"]+)"', answer.text)

    assert set(suggest("duffle coat")) == {"duffle-navy-blue", "duffle-red", "duffle-plaid"}
    assert suggest("coat-07") == ["coat-07"]
    assert len(suggest("co")) == views.SUGGESTED
    assert suggest("") == suggest("no such thing") == []
    assert "No product has these words." in merchandiser.get(f"{PRODUCTS}suggestions?words=zz").text
