"""Products ranked by their words, on SQLite and on PostgreSQL where there is one."""

from collections.abc import Callable

import pytest

from catalog import Catalog
from catalog.importing.product_writer import ProductWriter
from catalog.products import Product
from catalog.storage.text_ranking import Terms, rank_by_words


@pytest.fixture
def rank(catalog: Catalog) -> Callable[..., list[str]]:
    """The ids of a shop's products that have some terms, best first."""
    shop = (
        Product("described", "Tops", title="Blouse", description="Silk, with long sleeves and a bow."),
        Product("titled", "Tops", title="Long-sleeved silk blouse"),
        Product("spanish", "Tops", title="Blusa de manga larga"),
        Product("short", "Tops", title="Short-sleeved shirt"),
        Product("tiered", "Skirts", title="Tiered skirt with a cape"),
        Product("ties", "Ties", title="Two ties and their watches"),
    )
    with catalog.database.writing() as connection:
        ProductWriter(connection, "/shop/products.csv").apply([(product, []) for product in shop])

    def ranked(terms: Terms, most: int = 10) -> list[str]:
        with catalog.database.reading() as connection:
            return rank_by_words(connection, terms, most)

    return ranked


def test_names_count_more_than_descriptions(rank: Callable[..., list[str]]) -> None:
    """Both are found, with words that begin so."""
    assert rank([[["silk"]]]) == ["titled", "described"]
    assert set(rank([[["sleeve"]]])) == {"titled", "described", "short"}


def test_any_alternative_will_do_but_every_idea_is_wanted(rank: Callable[..., list[str]]) -> None:
    """So that one language finds the other; the best is first and no more come than are wanted."""
    long_sleeves = [["long", "sleeve"], ["manga", "larga"]]
    assert set(rank([long_sleeves])) == {"described", "titled", "spanish"}
    assert set(rank([long_sleeves, [["silk"]]])) == {"described", "titled"}
    assert rank([[["silk"]]], most=1) == ["titled"]


def test_what_has_one_of_the_ideas_comes_where_nothing_has_them_all(rank: Callable[..., list[str]]) -> None:
    """Something that fits in part is better than nothing; where no word is known, nothing is found."""
    assert set(rank([[["blusa"]], [["short"]]])) == {"spanish", "short"}
    assert rank([[["corduroy"]]]) == []
    assert rank([]) == []


def test_a_short_word_is_found_as_it_is_or_in_the_plural(rank: Callable[..., list[str]]) -> None:
    """As the beginning of others it would find what has nothing to do with it."""
    assert rank([[["tie"]]]) == ["ties"]
    assert rank([[["cap"]]]) == []
    assert rank([[["cape"]]]) == ["tiered"]
    assert rank([[["tier"]]]) == []
    assert rank([[["watch"]]]) == ["ties"]
