"""What shoppers also call a category."""

from catalog import Catalog
from catalog.curation.category_synonyms import MOST_SYNONYMS, category_synonyms, replace_synonyms


def test_synonyms_are_kept_tidied_and_replaced(catalog: Catalog) -> None:
    """Blanks and repetitions are dropped; an empty list removes all of them."""
    with catalog.database.writing() as connection:
        assert category_synonyms(connection) == {}
        assert replace_synonyms(connection, "Bags", [" shopper ", "", "capazo", "Shopper"]) == ["Shopper", "capazo"]
        replace_synonyms(connection, "Coats", ["parka"])
        assert category_synonyms(connection) == {"Bags": ["Shopper", "capazo"], "Coats": ["parka"]}
        replace_synonyms(connection, "Bags", [])
        assert category_synonyms(connection) == {"Coats": ["parka"]}
        assert len(replace_synonyms(connection, "Coats", [f"word {n}" for n in range(99)])) == MOST_SYNONYMS
