from catalog import Catalog
from catalog.importing.product_writer import ProductWriter
from webapp.services.recent_counts import RecentCounts


def test_counts_are_taken_anew_when_they_are_old(catalog: Catalog) -> None:
    """An import shows after that time, without a restart."""
    counts = RecentCounts(catalog, max_age_seconds=0)
    assert counts.read().products == 31
    with catalog.database.writing() as connection:
        ProductWriter(connection, "/x").remove(["bag-1"])
    assert counts.read().products == 30
