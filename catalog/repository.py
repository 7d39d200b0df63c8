"""The catalogue as the rest of Vitrina sees it: questions in, products out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Row, Select, bindparam, distinct, func, select, update

from catalog import schema
from catalog.database import LOCK_TIMEOUT_SECONDS, Database
from catalog.errors import UnknownProductError
from catalog.products import DETAIL_FIELDS, CatalogCounts, Photo, Product, Source
from catalog.settings import database_url

if TYPE_CHECKING:
    from search.photo import PhotoFacts

IDS_PER_QUERY = 500  # well below what any database takes as parameters of one statement

T = TypeVar("T")

PRODUCT_COLUMNS = [schema.products.c.product_id, *(schema.products.c[name] for name in DETAIL_FIELDS)]


class Catalog:
    """The products of a shop. One object serves a whole process, all its threads included."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def open(cls, url: str | None = None, *, lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS) -> "Catalog":
        """The catalogue at an SQLAlchemy URL, made if it doesn't exist yet.

        Args:
            url: for example ``sqlite:////srv/shop/catalog.db``; without one, what ``settings.database_url`` says.
            lock_timeout_seconds: how long a write on SQLite waits for another one to end.

        Raises:
            DatabaseError: it can't be opened, or another version of Vitrina laid it out.
        """
        return cls(Database.open(url or database_url(), lock_timeout_seconds=lock_timeout_seconds))

    def close(self) -> None:
        """Close idle connections."""
        self.database.close()

    def __enter__(self) -> "Catalog":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def product(self, product_id: str) -> Product:
        """One product with its photos.

        Raises:
            UnknownProductError: there is none of this id.
        """
        found = self.products([product_id])
        if product_id not in found:
            raise UnknownProductError(f"The catalogue has no product {product_id!r}.")
        return found[product_id]

    def products(self, product_ids: Iterable[str]) -> dict[str, Product]:
        """Products by id, in the order asked for; ids that the catalogue doesn't hold are absent."""
        wanted = list(dict.fromkeys(product_ids))
        found: dict[str, Product] = {}
        with self.database.reading() as connection:
            for ids in in_batches(wanted, IDS_PER_QUERY):
                for product in load_products(
                    connection, _select_products().where(schema.products.c.product_id.in_(ids))
                ):
                    found[product.product_id] = product
        return {product_id: found[product_id] for product_id in wanted if product_id in found}

    def variants(self, group_id: str) -> list[Product]:
        """The products that share a ``group_id``, ordered by product id; empty if there are none."""
        query = _select_products().where(schema.products.c.group_id == group_id)
        return self._load(query.order_by(schema.products.c.product_id))

    def newest(self, limit: int) -> list[Product]:
        """The ``limit`` products that were added last, newest first; those of one import by product id."""
        query = _select_products().order_by(schema.products.c.added_at.desc(), schema.products.c.product_id)
        return self._load(query.limit(limit))

    def in_category(self, category: str, limit: int, offset: int = 0) -> list[Product]:
        """A page of a category's products, ordered by product id; empty past the end."""
        query = _select_products().where(schema.products.c.category == category)
        return self._load(query.order_by(schema.products.c.product_id).limit(limit).offset(offset))

    def product_ids(self, limit: int, offset: int = 0) -> list[str]:
        """A page of all product ids, in their order; empty past the end."""
        query = select(schema.products.c.product_id).order_by(schema.products.c.product_id)
        with self.database.reading() as connection:
            return list(connection.scalars(query.limit(limit).offset(offset)))

    def iter_products(self, batch_size: int = 1000) -> Iterator[Product]:
        """Every product with its photos, ordered by product id, never more than ``batch_size`` in memory.

        Each batch shows the catalogue of one moment. No connection stays open between batches, so a slow reader
        holds nobody up.
        """
        query = _select_products().order_by(schema.products.c.product_id).limit(batch_size)
        page = self._load(query)
        while page:
            yield from page
            page = self._load(query.where(schema.products.c.product_id > page[-1].product_id))

    def categories(self) -> dict[str, int]:
        """How many products each category has, by name, sorted by name."""
        category = schema.products.c.category
        with self.database.reading() as connection:
            rows = connection.execute(select(category, func.count()).group_by(category)).all()
        return dict(sorted((name, count) for name, count in rows))

    def counts(self) -> CatalogCounts:
        """How much there is."""
        category = schema.products.c.category
        with self.database.reading() as connection:
            products, categories = connection.execute(
                select(func.count(), func.count(distinct(category))).select_from(schema.products)
            ).one()
            photos = connection.execute(select(func.count()).select_from(schema.photos)).scalar_one()
        return CatalogCounts(products, photos, categories)

    def sources(self) -> list[Source]:
        """Every folder and table that was imported, latest first."""
        owned = (
            select(schema.products.c.source_id, func.count().label("products"))
            .group_by(schema.products.c.source_id)
            .subquery()
        )
        query = (
            select(schema.sources, func.coalesce(owned.c.products, 0).label("products"))
            .outerjoin(owned, owned.c.source_id == schema.sources.c.source_id)
            .order_by(schema.sources.c.imported_at.desc())
        )
        with self.database.reading() as connection:
            return [
                Source(row.location, row.imported_at, row.products, row.rejected_rows, row.rejected_photos)
                for row in connection.execute(query)
            ]

    def photo_by_sha256(self, sha256: str) -> Photo | None:
        """The photo whose file has this fingerprint, the one longest known if there are several."""
        query = select(schema.photos).where(schema.photos.c.sha256 == sha256).order_by(schema.photos.c.photo_id)
        with self.database.reading() as connection:
            row = connection.execute(query.limit(1)).one_or_none()
        return None if row is None else _to_photo(row)

    def refresh_photos(self, updates: "Iterable[tuple[int, PhotoFacts, int]]") -> None:
        """Note that photo files have changed on disk since they were imported.

        Args:
            updates: photo id, the file's present facts, and its present modification time in nanoseconds.
        """
        values = [
            {
                "known_photo_id": photo_id,
                "sha256": facts.sha256,
                "size_bytes": facts.size_bytes,
                "mtime_ns": mtime_ns,
                "width": facts.width,
                "height": facts.height,
            }
            for photo_id, facts, mtime_ns in updates
        ]
        if values:
            with self.database.writing() as connection:
                connection.execute(
                    update(schema.photos).where(schema.photos.c.photo_id == bindparam("known_photo_id")), values
                )

    def _load(self, query: Select[Any]) -> list[Product]:
        with self.database.reading() as connection:
            return load_products(connection, query)


def in_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of ``size``, the last one shorter."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def load_products(connection: Connection, query: Select[Any]) -> list[Product]:
    """The products of a query over the product columns, in its order, with their photos."""
    rows = connection.execute(query).all()
    photos = load_photos(connection, [row.product_id for row in rows])
    return [Product(**row._mapping, photos=tuple(photos.get(row.product_id, ()))) for row in rows]


def load_photos(connection: Connection, product_ids: Sequence[str]) -> dict[str, list[Photo]]:
    """The photos of some products by product id, in the order to show them."""
    found: dict[str, list[Photo]] = defaultdict(list)
    for ids in in_batches(product_ids, IDS_PER_QUERY):
        query = select(schema.photos).where(schema.photos.c.product_id.in_(ids))
        for row in connection.execute(query.order_by(schema.photos.c.product_id, schema.photos.c.position)):
            found[row.product_id].append(_to_photo(row))
    return found


def _select_products() -> Select[Any]:
    return select(*PRODUCT_COLUMNS)


def _to_photo(row: Row[Any]) -> Photo:
    return Photo(
        photo_id=row.photo_id,
        position=row.position,
        path=Path(row.path),
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        mtime_ns=row.mtime_ns,
        width=row.width,
        height=row.height,
    )
