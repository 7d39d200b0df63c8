"""What the index is made of, as the catalogue has it now: plain columns, for telling how far it is ahead."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from catalog.storage.database import Database
from catalog.storage.tables.products import photos, products

FIELDS = ("category", "title", "group_id", "gender", "colour", "price_cents", "in_stock")


@dataclass(frozen=True)
class IndexableColumns:
    """Products with at least one photo, and their photos."""

    columns: dict[str, list[Any]]  # product_id and FIELDS, P values each
    photo_product: list[int]  # (N,) for each photo the position of its product, never falling
    photo_sha256: list[str]  # (N,)


def read_indexable(database: Database, rejected: Collection[tuple[str, str]] = ()) -> IndexableColumns:
    """The columns of all products; for catalogues that fit into a moment, some 50,000 products.

    Args:
        database: of the catalogue.
        rejected: product id and path of photos that the last build couldn't use; they are left out.
    """
    names = ("product_id", *FIELDS)
    photo_query = select(photos.c.product_id, photos.c.path, photos.c.sha256)
    with database.reading() as connection:
        rows = connection.execute(select(*(products.c[name] for name in names)).order_by(products.c.product_id)).all()
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
    """How many products were added after a time (ISO 8601, UTC); by an index, also among millions."""
    added_at = products.c.added_at
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).where(added_at > moment)).scalar_one())
