"""Words, as the index and the catalogue are now."""

from types import SimpleNamespace
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from catalog import Catalog
from catalog.storage.tables.products import products
from webapp.services.word_search import WordSearch


def _engine(*brands: str) -> Any:
    """An index of one snapshot, as changes of the catalogue are laid over it."""
    return SimpleNamespace(snapshot=SimpleNamespace(id="20261127"), filter_values={"brand": brands})


def test_a_value_that_came_after_the_build_is_understood(catalog: Catalog) -> None:
    words = WordSearch(catalog)
    assert words.understand("altura", _engine("Nimbus")).filters == {}
    assert words.understand("altura", _engine("Nimbus", "Altura")).filters == {"brand": ("Altura",)}


def test_drafts_are_not_suggested(client: FlaskClient, catalog: Catalog) -> None:
    """Their titles and ids are nobody's business yet."""

    def suggested() -> list[str]:
        found = client.get("/api/suggestions", query_string={"q": "duffle"}).get_json()
        return [one["text"] for one in found["suggestions"] if one["kind"] == "product"]

    assert suggested()
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.title.contains("uffle")).values(published=False))
    assert suggested() == []
