"""The present values of all fields that an index is built from, to compare the catalogue with the live index."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select

from catalog.storage.database import Database
from catalog.storage.tables.changes import changes
from catalog.storage.tables.products import photos, products
from search.fields import FIELD_NAMES


@dataclass(frozen=True)
class IndexableColumns:
    """The products that have at least one photo, and these photos."""

    columns: dict[str, list[Any]]  # product_id and each of FIELD_NAMES -> P values
    photo_product: list[int]  # (N,) for each photo the position of its product, ascending
    photo_sha256: list[str]  # (N,) in hexadecimal


def read_indexable(database: Database, rejected: Collection[tuple[str, str]] = ()) -> IndexableColumns:
    """Read the columns of all products at once; meant for catalogues of up to some 50,000 products.

    Args:
        database: the catalogue's database.
        rejected: (product id, path) of the photos that the last build couldn't use, which are left out.
    """
    names = ("product_id", *FIELD_NAMES)
    photo_query = select(photos.c.product_id, photos.c.path, photos.c.sha256)
    with database.reading() as connection:
        rows = connection.execute(
            select(*(products.c[name] for name in names)).where(products.c.published).order_by(products.c.product_id)
        ).all()
        by_product: dict[str, list[str]] = {}
        for product_id, path, sha256 in connection.execute(
            photo_query.order_by(photos.c.product_id, photos.c.position)
        ):
            if (product_id, path) not in rejected:
                by_product.setdefault(product_id, []).append(sha256)
    kept = [row for row in rows if row.product_id in by_product]
    columns = {name: [row[place] for row in kept] for place, name in enumerate(names)}
    photo_product = [place for place, row in enumerate(kept) for _ in by_product[row.product_id]]
    return IndexableColumns(columns, photo_product, [sha for row in kept for sha in by_product[row.product_id]])


def count_added_since(database: Database, moment: str) -> int:
    """The number of indexable products that were added after a time (ISO 8601, UTC); fast among millions."""
    with database.reading() as connection:
        query = select(func.count()).select_from(products).where(products.c.added_at > moment, _is_indexable())
        return int(connection.execute(query).scalar_one())


def has_changed_since(database: Database, sequence: int, moment: str) -> bool:
    """Whether a build would find anything that an index doesn't have, as far as triggers have noted it; fast.

    Products that came since and can't be indexed don't count: drafts, and products without photos.

    Args:
        database: the catalogue's database.
        sequence: number of the latest change that is part of the index.
        moment: when the index was built (ISO 8601, UTC).
    """
    counts = products.c.product_id.is_(None) | (products.c.added_at <= moment) | _is_indexable()
    noted = changes.outerjoin(products, products.c.product_id == changes.c.product_id)
    query = select(changes.c.sequence).select_from(noted).where(changes.c.sequence > sequence, counts).limit(1)
    with database.reading() as connection:
        return connection.execute(query).first() is not None


def _is_indexable() -> ColumnElement[bool]:
    return and_(products.c.published, exists().where(photos.c.product_id == products.c.product_id))
