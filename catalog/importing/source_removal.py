"""Removes the products of a source, or some of them: with a preview, and with a note in the audit log."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from catalog.accounts.audit import note_change
from catalog.errors import EditConflictError, UnknownSourceError
from catalog.importing.product_writer import delete_products
from catalog.products import Product, source_exists
from catalog.repository import Catalog
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.product_rows import PRODUCT_COLUMNS, load_products
from catalog.storage.statistics import gather_statistics
from catalog.storage.tables.products import photos, products, sources

SHOWN = 12  # products in a preview


@dataclass(frozen=True)
class RemovalPreview:
    """What would go if a source were removed."""

    source_id: int
    location: str
    imported_at: str  # ISO 8601, UTC
    products: int
    photos: int
    categories: dict[str, int]  # category -> number of the source's products
    emptied: tuple[str, ...]  # categories that no other source has
    left: int  # products of other sources, which stay
    first: tuple[Product, ...]  # at most SHOWN, by product id

    @property
    def exists(self) -> bool:
        """Whether the folder or table is still there, so that it can be imported again."""
        return source_exists(self.location)

    @property
    def state(self) -> str:
        """A text that changes when the source's products do: it proves what somebody has seen."""
        return f"{self.imported_at} {self.products} {self.photos}"


def find_source(catalog: Catalog, named: str | Path) -> str:
    """The location of a source that somebody names by its path, absolute or not; the path need not exist any more.

    Raises:
        UnknownSourceError: nothing was ever imported from there.
    """
    known = [source.location for source in catalog.sources()]
    absolute = os.path.abspath(named)  # noqa: PTH100 (as feeds do: Path.resolve would follow a "current" link)
    for location in (str(named), absolute):
        if location in known:
            return location
    listed = f"It knows: {', '.join(known[:SHOWN])}." if known else "It is empty."
    raise UnknownSourceError(f"The catalogue has no products from {absolute}. {listed}")


def preview_removal(catalog: Catalog, source: str | int) -> RemovalPreview:
    """What would go if a source were removed; nothing is changed.

    Args:
        catalog: the catalogue.
        source: the location or the number of the source.

    Raises:
        UnknownSourceError: there is no such source.
    """
    with catalog.database.reading() as connection:
        return _preview(connection, source)


def remove_source(catalog: Catalog, source: str | int, *, by: str, seen: str | None = None) -> RemovalPreview:
    """Remove a source with all of its products and their photos' rows; files on disk and decisions on labels stay.

    Args:
        catalog: the catalogue.
        source: the location or the number of the source.
        by: who removes it, for the audit log.
        seen: the ``state`` of the preview that this person saw; None removes the source as it is now.

    Returns:
        What went.

    Raises:
        UnknownSourceError: there is no such source.
        EditConflictError: the source is no longer as it was seen; nothing was removed.
        DatabaseLockedError: an import is writing.
    """
    with catalog.database.writing() as connection:
        found = _preview(connection, source)
        if seen is not None and seen != found.state:
            raise EditConflictError(f"{found.location} was imported again since you looked at it; nothing was removed.")
        mine = products.c.source_id == found.source_id
        delete_products(connection, list(connection.scalars(select(products.c.product_id).where(mine))))
        connection.execute(delete(sources).where(sources.c.source_id == found.source_id))
        _note_removal(connection, found.location, found.products, by)
    return found


def remove_products(catalog: Catalog, location: str | Path, product_ids: Iterable[str], *, by: str) -> int:
    """Remove products of one source, and return how many there were; those that belong to another source stay."""
    with catalog.database.writing() as connection:
        source_id = _find(connection, str(location)).source_id
        removed: list[str] = []
        for ids in in_batches(product_ids, IDS_PER_QUERY):
            mine = (products.c.source_id == source_id, products.c.product_id.in_(ids))
            removed += connection.scalars(select(products.c.product_id).where(*mine))
        delete_products(connection, removed)
        _note_removal(connection, str(location), len(removed), by)
    return len(removed)


def _preview(connection: Connection, source: str | int) -> RemovalPreview:
    row = _find(connection, source)
    mine = products.c.source_id == row.source_id
    count = select(products.c.category, func.count())
    categories = {one[0]: one[1] for one in connection.execute(count.where(mine).group_by(products.c.category))}
    others = {one[0]: one[1] for one in connection.execute(count.where(~mine).group_by(products.c.category))}
    photo_count = select(func.count()).select_from(photos.join(products)).where(mine)
    first = select(*PRODUCT_COLUMNS).where(mine).order_by(products.c.product_id).limit(SHOWN)
    return RemovalPreview(
        source_id=row.source_id,
        location=row.location,
        imported_at=row.imported_at,
        products=sum(categories.values()),
        photos=connection.execute(photo_count).scalar_one(),
        categories=dict(sorted(categories.items(), key=lambda item: (-item[1], item[0]))),
        emptied=tuple(sorted(categories.keys() - others.keys())),
        left=sum(others.values()),
        first=tuple(load_products(connection, first)),
    )


@dataclass(frozen=True)
class _Found:
    source_id: int
    location: str
    imported_at: str


def _find(connection: Connection, source: str | int) -> _Found:
    column = sources.c.source_id if isinstance(source, int) else sources.c.location
    query = select(sources.c.source_id, sources.c.location, sources.c.imported_at).where(column == source)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise UnknownSourceError(f"The catalogue has no source {source!r}; it may have been removed already.")
    return _Found(row.source_id, row.location, row.imported_at)


def _note_removal(connection: Connection, location: str, count: int, by: str) -> None:
    before, after = {"products": count}, {"products": 0}
    note_change(connection, by=by, action="products removed", subject=location, before=before, after=after)
    gather_statistics(connection)
