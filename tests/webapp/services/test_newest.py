"""Lists with the newest products first."""

from collections.abc import Sequence

import pytest
from sqlalchemy import update

from catalog import Catalog
from catalog.storage.tables.products import products
from search.query import Hit, SearchRequest
from webapp.services import newest
from webapp.services.newest import list_newest, newest_first


@pytest.fixture
def dated(catalog: Catalog) -> Catalog:
    """The boutique, of which three products came one after the other, after all others."""
    with catalog.database.writing() as connection:
        for number, name in enumerate(("coat-03", "skirt-1", "coat-01")):
            added = f"2030-01-0{number + 1}T00:00:00+00:00"
            connection.execute(update(products).where(products.c.product_id == name).values(added_at=added))
    return catalog


def test_products_come_by_their_arrival(dated: Catalog) -> None:
    """The newest first; those that came together, or aren't known, keep their order."""
    ids = ["coat-05", "coat-03", "gone", "coat-04", "coat-01"]
    assert newest_first(dated.database, ids) == ["coat-01", "coat-03", "coat-05", "coat-04", "gone"]


def test_few_that_pass_are_found_however_old_they_are(dated: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest of a large catalogue may hold none of them; where they hold enough, no others are asked for."""
    monkeypatch.setattr(newest, "_TRIED", 2)
    asked: list[str] = []

    def find(passing: tuple[str, ...], limit: int) -> list[str]:
        def rank(ids: Sequence[str]) -> tuple[Hit, ...]:
            return tuple(Hit(one, "", 0.0) for one in ids if one in passing)[:limit]

        def find_all() -> Sequence[str]:
            asked.append("all")
            return passing

        return [hit.product_id for hit in list_newest(dated.database, SearchRequest(limit=limit), rank, find_all)]

    assert find(("coat-01", "coat-02", "skirt-1"), 2) == ["coat-01", "skirt-1"]
    assert not asked
    assert find(("coat-02", "coat-03"), 2) == ["coat-03", "coat-02"]
    assert asked
