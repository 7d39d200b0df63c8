from collections.abc import Callable
from typing import Any

import pytest

from catalog import Catalog
from catalog.browsing import browser as browser_module
from catalog.browsing import product_search
from catalog.browsing.browser import Browser
from catalog.browsing.product_search import BEST, BY_ID, CHEAPEST, DEAREST, NEWEST, OLDEST, SORTS, ProductQuery
from catalog.errors import UnknownProductError
from catalog.importing.product_writer import ProductWriter
from catalog.products import Product

OURS = (
    Product("c-1", "Coats", title="Parka", gender="Men", colour="Red", price_cents=900, attributes={"fit": "loose"}),
    Product("c-2", "Coats", title="Coat", gender="Men", colour="Green", price_cents=500, in_stock=False),
    Product("c-3", "Coats", title="Ulster", gender="Women", in_stock=True, attributes={"fit": "not loose", "a.b": "x"}),
    Product("s 4", "Shirts", title="Shirt", colour="Red", price_cents=700, description="Under any coat, a parka too."),
    Product("Años/5", "Shirts", gender="Women", attributes={"fit": "—", "%_'\"": "50 %"}),
)


@pytest.fixture
def browser(catalog: Catalog) -> Browser:
    """Over five products that were added one after the other."""
    for product in OURS:
        with catalog.database.writing() as connection:
            ProductWriter(connection, "/shop/products.csv").apply([(product, [])])
    return Browser(catalog.database)


@pytest.fixture
def find(browser: Browser) -> Callable[..., list[str]]:
    """The ids of what a query finds, in their order."""

    def find_ids(**query: Any) -> list[str]:
        page = browser.find(ProductQuery(**query), limit=10)
        assert page.total == len(page.products)
        return [product.product_id for product in page.products]

    return find_ids


def test_filters_hold_together(find: Callable[..., list[str]]) -> None:
    """Each narrows what the others leave."""
    assert find(category="Coats", sort=BY_ID) == ["c-1", "c-2", "c-3"]
    assert find(category="Coats", gender="Men", sort=BY_ID) == ["c-1", "c-2"]
    assert find(colour="Red", sort=BY_ID) == ["c-1", "s 4"]
    assert find(colour="Red", words="parka", category="Coats") == ["c-1"]
    assert find(category="coats") == []


def test_what_says_nothing_of_its_stock_can_be_bought(find: Callable[..., list[str]]) -> None:
    """As in the shop."""
    assert find(in_stock=False) == ["c-2"]
    assert find(in_stock=True, sort=BY_ID) == ["Años/5", "c-1", "c-3", "s 4"]


def test_further_columns_of_the_source_can_be_asked(find: Callable[..., list[str]]) -> None:
    """By their exact value, whatever letters name and value are made of."""
    assert find(attribute=("fit", "loose")) == ["c-1"]
    assert find(attribute=("fit", "—")) == ["Años/5"]
    assert find(attribute=("%_'\"", "50 %")) == ["Años/5"]
    assert find(attribute=("a.b", "x")) == ["c-3"]
    assert find(attribute=("fit", "Loose")) == find(attribute=("nothing", "x")) == []


def test_the_best_come_first(find: Callable[..., list[str]]) -> None:
    """The product of that id, then those whose names hold the words, then those whose texts do; each newest first."""
    assert find(words="parka") == ["c-1", "s 4"]
    assert find(words="coat") == ["c-3", "c-2", "c-1", "s 4"]  # of the category Coats
    assert find(words="c-1") == ["c-1"]
    assert find(words="años/5") == ["Años/5"]
    assert find(words=" s 4 ")[0] == "s 4"


def test_signs_alone_are_an_id_or_nothing(find: Callable[..., list[str]]) -> None:
    """No index holds them, and they aren't taken for "everything"."""
    assert find(words="—") == find(words="%") == []
    assert len(find(words="  ")) == 5


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        (BEST, ["Años/5", "s 4", "c-3", "c-2", "c-1"]),
        (NEWEST, ["Años/5", "s 4", "c-3", "c-2", "c-1"]),
        (OLDEST, ["c-1", "c-2", "c-3", "s 4", "Años/5"]),
        (CHEAPEST, ["c-2", "s 4", "c-1", "Años/5", "c-3"]),
        (DEAREST, ["c-1", "s 4", "c-2", "Años/5", "c-3"]),
        (BY_ID, ["Años/5", "c-1", "c-2", "c-3", "s 4"]),
    ],
)
def test_products_come_in_the_order_asked_for(find: Callable[..., list[str]], sort: str, ids: list[str]) -> None:
    """Those without a price last, whichever way prices go."""
    assert sort in SORTS
    assert find(sort=sort) == ids


def test_variants_are_found_together(catalog: Catalog) -> None:
    """Where the first of them stands, in the query's order; pages count groups, and only what matches is in them."""
    many = [Product(f"p-{number}", "Coats", group_id=f"g-{number % 3}" if number < 6 else None) for number in range(8)]
    with catalog.database.writing() as connection:
        ProductWriter(connection, "/shop/products.csv").apply([(product, []) for product in many])
    browser = Browser(catalog.database)
    pages = [browser.find_groups(ProductQuery(sort=BY_ID), 2, offset) for offset in (0, 2, 4, 6)]
    ids = [[[one.product_id for one in group] for group in page.groups] for page in pages]
    assert ids == [[["p-0", "p-3"], ["p-1", "p-4"]], [["p-2", "p-5"], ["p-6"]], [["p-7"]], []]
    assert {(page.total, page.products, page.more) for page in pages} == {(5, 8, False)}
    among = browser.find_groups(ProductQuery(sort=BY_ID, among=("p-4", "p-3")), 5)
    assert [[one.product_id for one in group] for group in among.groups] == [["p-3"], ["p-4"]]


def test_pages_leave_nothing_out(browser: Browser) -> None:
    """And show nothing twice; past the end there is nothing."""
    query = ProductQuery(sort=DEAREST)
    pages = [browser.find(query, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    ids = [product.product_id for page in pages for product in page.products]
    assert ids == ["c-1", "s 4", "c-2", "Años/5", "c-3"]
    assert {page.total for page in pages} == {5}


def test_counting_has_an_end(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A million are told as "more than", since counting them all would take as long as reading them."""
    monkeypatch.setattr(browser_module, "COUNTED", 3)
    page = browser.find(ProductQuery(), limit=2)
    assert (page.total, page.more) == (3, True)
    page = browser.find(ProductQuery(category="Coats"), limit=2)
    assert (page.total, page.more) == (3, False)


@pytest.mark.parametrize("few", [0, 99])
def test_of_too_many_by_words_the_last_come_first(browser: Browser, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Whether words or filters lead to them, it is as if all had been gathered and sorted."""
    monkeypatch.setattr(browser_module, "COUNTED", 1)
    monkeypatch.setattr(product_search, "MANY", 1)
    monkeypatch.setattr(product_search, "FEW", few)
    for query, ids in (
        (ProductQuery(words="coat"), ["s 4", "c-3", "c-2", "c-1"]),
        (ProductQuery(words="coat", sort=NEWEST), ["s 4", "c-3", "c-2", "c-1"]),
        (ProductQuery(words="pa", colour="Red"), ["s 4", "c-1"]),
        (ProductQuery(words="coats", category="Coats", in_stock=True), ["c-3", "c-1"]),
        (ProductQuery(words="coats loose", attribute=("fit", "loose")), ["c-1"]),
        (ProductQuery(attribute=("fit", "not loose")), ["c-3"]),
        (ProductQuery(attribute=("fit", "loose"), colour="Red"), ["c-1"]),
    ):
        page = browser.find(query, limit=9)
        assert [product.product_id for product in page.products] == ids, query
        assert (page.total, page.more) == (1, len(ids) > 1)
    assert [one.product_id for one in browser.find(ProductQuery(words="coat"), 2, 0).products] == ["s 4", "c-3"]
    assert [one.product_id for one in browser.find(ProductQuery(words="coat", sort=OLDEST), 1).products] == ["c-1"]
    monkeypatch.setattr(browser_module, "COUNTED", 4)
    best = [one.product_id for one in browser.find(ProductQuery(words="coat"), 9).products]
    assert best == ["c-3", "c-2", "c-1", "s 4"]  # the last has the word in its description alone


def test_a_list_of_ids_may_be_long(browser: Browser) -> None:
    """Longer than any database takes parameters; odd letters in them are letters."""
    ids = (*(f"gone-{number}" for number in range(50_000)), "c-2", "Años/5", "'); DROP TABLE x; --", '"')
    assert [one.product_id for one in browser.find(ProductQuery(among=ids, sort=BY_ID), 9).products] == [
        "Años/5",
        "c-2",
    ]
    assert browser.find(ProductQuery(among=()), 9).total == 0
    assert browser.known(ids) == 2


def test_choices_are_what_there_is(browser: Browser) -> None:
    """Each value once, sorted; products without one add nothing."""
    choices = browser.choices()
    assert (choices.categories, choices.genders) == (("Coats", "Shirts"), ("Men", "Women"))
    assert choices.colours == ("Green", "Red")
    assert choices.attributes["fit"] == ("loose", "not loose", "—")


def test_an_empty_catalogue_has_nothing_to_choose(catalog: Catalog) -> None:
    """And nothing to find."""
    browser = Browser(catalog.database)
    assert browser.choices() == browser_module.Choices((), (), (), (), {})
    assert browser.find(ProductQuery(words="coat"), 10).products == ()


def test_products_know_where_they_came_from(browser: Browser) -> None:
    """And when."""
    origin = browser.origin("c-1")
    assert origin.location == "/shop/products.csv"
    assert origin.added_at < origin.imported_at
    with pytest.raises(UnknownProductError, match="c-9"):
        browser.origin("c-9")
