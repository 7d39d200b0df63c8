"""What has changed since the index was built, in both kinds of database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from catalog import Catalog
from catalog.changes import change_feed
from catalog.changes.change_feed import CatalogChanges
from catalog.importing.source_removal import remove_source
from catalog.storage.tables.products import products
from search.changes import StoredEmbedding


@pytest.fixture
def feed(catalog: Catalog) -> CatalogChanges:
    return CatalogChanges(catalog.database)


def test_an_import_notes_what_it_wrote_and_nothing_twice(
    catalog: Catalog, coats: Path, load: Callable[..., object], feed: CatalogChanges
) -> None:
    """Importing the same again changes nothing, so there is nothing to follow."""
    assert (feed.latest(), feed.since(0, 10)) == (0, [])
    load(coats)
    latest, found = feed.latest(), feed.since(0, 10)
    assert [one.product_id for one in found] == sorted(catalog.product_ids(10))
    assert [one.sequence for one in found] == sorted(one.sequence for one in found)
    for one in found:
        product = catalog.product(one.product_id)
        assert one.fields is not None
        assert (one.fields["category"], one.fields["price_cents"]) == (product.category, product.price_cents)
        assert one.photos == tuple((photo.sha256, photo.path) for photo in product.photos)
    load(coats)
    assert feed.latest() == latest


def test_a_change_counts_once_and_takes_the_last_place(
    catalog: Catalog, coats: Path, load: Callable[..., object], feed: CatalogChanges
) -> None:
    """However often a product changes, whoever follows reads it once; what no index holds is no change."""
    load(coats)
    first, latest = feed.since(0, 10)[0].product_id, feed.latest()
    for cents in (100, 200):
        with catalog.database.writing() as connection:
            connection.execute(update(products).where(products.c.product_id == first).values(price_cents=cents))
    (changed,) = feed.since(latest, 10)
    assert changed.fields is not None
    assert (changed.product_id, changed.fields["price_cents"]) == (first, 200)
    assert len(feed.since(0, 10)) == 3
    assert [one.product_id for one in feed.since(0, 2)] == [one.product_id for one in feed.since(0, 10)][:2]
    latest = feed.latest()
    with catalog.database.writing() as connection:
        connection.execute(update(products).values(description="another"))
    assert feed.latest() == latest


def test_removed_products_are_changes_without_fields(
    catalog: Catalog, coats: Path, load: Callable[..., object], feed: CatalogChanges
) -> None:
    """Whatever removes them: here the whole source goes."""
    load(coats)
    latest = feed.latest()
    remove_source(catalog, str(coats), by="ana")
    found = feed.since(latest, 10)
    assert len(found) == 3
    assert all(one.fields is None and one.photos == () for one in found)


def test_a_product_that_is_withdrawn_is_a_change_without_fields(
    catalog: Catalog, coats: Path, load: Callable[..., object], feed: CatalogChanges
) -> None:
    """Searches must neither show nor count it, though the catalogue keeps it."""
    load(coats)
    first, latest = feed.since(0, 10)[0].product_id, feed.latest()
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == first).values(published=False))
    (withdrawn,) = feed.since(latest, 10)
    assert (withdrawn.product_id, withdrawn.fields, withdrawn.photos) == (first, None, ())
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == first).values(published=True))
    (offered,) = feed.since(latest, 10)
    assert offered.fields is not None
    assert offered.photos


def test_a_change_that_is_taken_back_was_none(
    catalog: Catalog, coats: Path, load: Callable[..., object], feed: CatalogChanges
) -> None:
    """The note is part of the transaction."""
    load(coats)
    latest = feed.latest()

    def fail() -> None:
        with catalog.database.writing() as connection:
            connection.execute(update(products).values(price_cents=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert feed.latest() == latest


def test_embeddings_are_kept_until_a_build_has_taken_their_products_in(
    catalog: Catalog, coats: Path, load: Callable[..., object], feed: CatalogChanges
) -> None:
    """What changed while the build ran stays, with the embeddings of its photos."""
    load(coats)
    found = feed.since(0, 10)
    kept = {one.photos[0][0]: StoredEmbedding(bytes([number]), b"") for number, one in enumerate(found)}
    feed.keep("model", kept)
    feed.keep("model", kept)
    assert feed.embeddings("model", [*kept, "f" * 64]) == kept
    assert feed.embeddings("other", kept) == {}
    feed.forget(found[1].sequence)
    assert [one.product_id for one in feed.since(0, 10)] == [found[2].product_id]
    last = found[2].photos[0][0]
    assert feed.embeddings("model", kept) == {last: kept[last]}
    latest = feed.latest()
    feed.forget(latest)
    assert feed.latest() == 0
    load(coats)
    with catalog.database.writing() as connection:
        connection.execute(update(products).values(price_cents=1))
    assert feed.since(0, 1)[0].sequence > latest, "numbers are never given twice"


def test_a_catalogue_knows_the_marks_of_its_own_builds(feed: CatalogChanges, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of indexes that may still be on disk; an index from before there were marks is trusted."""
    first = feed.leave_mark()
    second = feed.leave_mark()
    assert first != second
    assert [feed.knows(mark) for mark in (first, second, "", "0" * 32)] == [True, True, True, False]
    monkeypatch.setattr(change_feed, "MOST_MARKS", 2)
    feed.leave_mark()
    assert [feed.knows(mark) for mark in (first, second)] == [False, True]
