"""The catalogue as the rest of Vitrina sees it: it answers questions about products, photos and sources."""

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, distinct, func, select, update

from catalog.errors import UnknownProductError
from catalog.products import CatalogCounts, Photo, Product, Source
from catalog.settings import database_url
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.database import LOCK_TIMEOUT_SECONDS, Database
from catalog.storage.listed_products import load_colours, load_listed
from catalog.storage.product_rows import PRODUCT_COLUMNS, load_products, to_photo
from catalog.storage.tables.products import photos, products, sources

if TYPE_CHECKING:
    from search.photo import PhotoFacts


class Catalog:
    """The products of a shop, without drafts unless they are asked for.

    All threads of a process may share one object.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def open(
        cls,
        url: str | None = None,
        *,
        lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS,
        even_if_lost: bool = False,
        replace_lost: bool = False,
    ) -> "Catalog":
        """The catalogue at an SQLAlchemy URL; a new one is created, and an older one is brought up to date.

        Args:
            url: for example ``sqlite:////srv/shop/catalog.db``; None stands for ``settings.database_url()``.
            lock_timeout_seconds: how long a write waits for another write to end.
            even_if_lost: see ``Database.open``.
            replace_lost: see ``Database.open``.

        Raises:
            LostCatalogError: the file is gone or empty, but its data directory shows that there was one.
            DatabaseError: the database can't be opened, or a newer version of Vitrina laid out its tables.
        """
        return cls(
            Database.open(
                url or database_url(),
                lock_timeout_seconds=lock_timeout_seconds,
                even_if_lost=even_if_lost,
                replace_lost=replace_lost,
            )
        )

    def close(self) -> None:
        """Close the idle connections to the database."""
        self.database.close()

    def __enter__(self) -> "Catalog":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def product(self, product_id: str, *, drafts: bool = False) -> Product:
        """One product with its photos; a draft only with ``drafts``.

        Raises:
            UnknownProductError: the catalogue has no product of this id.
        """
        found = self.products([product_id], drafts=drafts)
        if product_id not in found:
            raise UnknownProductError(f"The catalogue has no product {product_id!r}.")
        return found[product_id]

    def products(self, product_ids: Iterable[str], *, drafts: bool = False) -> dict[str, Product]:
        """Product id -> product, in the order of ``product_ids``; ids that the catalogue doesn't hold are absent.

        Args:
            product_ids: the ids.
            drafts: whether products that aren't published are among them.
        """
        wanted = list(dict.fromkeys(product_ids))
        found: dict[str, Product] = {}
        with self.database.reading() as connection:
            for ids in in_batches(wanted, IDS_PER_QUERY):
                query = select(*PRODUCT_COLUMNS) if drafts else _select_products()
                some = query.where(products.c.product_id.in_(ids))
                for product in load_products(connection, some):
                    found[product.product_id] = product
        return {product_id: found[product_id] for product_id in wanted if product_id in found}

    def listed(
        self, product_ids: Iterable[str], variants: Iterable[str]
    ) -> tuple[dict[str, Product], dict[str, str | None]]:
        """All that a list shows, read at one moment: products with their first photos alone, and variants' colours.

        Args:
            product_ids: of the products; those that shoppers can't see are absent.
            variants: ids of their variants; the same.
        """
        with self.database.reading() as connection:
            return load_listed(connection, product_ids), load_colours(connection, variants)

    def variants(self, group_id: str) -> list[Product]:
        """The products that share a ``group_id``, ordered by product id; empty if there are none."""
        query = _select_products().where(products.c.group_id == group_id)
        return self._load(query.order_by(products.c.product_id))

    def newest(self, limit: int) -> list[Product]:
        """The ``limit`` products that were added last, newest first; products of one import by product id."""
        query = _select_products().order_by(products.c.added_at.desc(), products.c.product_id)
        return self._load(query.limit(limit))

    def in_category(self, category: str, limit: int, offset: int = 0) -> list[Product]:
        """A page of a category's products, ordered by product id; empty past the end."""
        query = _select_products().where(products.c.category == category)
        return self._load(query.order_by(products.c.product_id).limit(limit).offset(offset))

    def products_after(self, product_id: str, limit: int, *, category: str | None = None) -> list[Product]:
        """The next ``limit`` products behind an id, ordered by product id; the empty text stands before all ids."""
        query = _select_products().where(products.c.product_id > product_id).order_by(products.c.product_id)
        if category is not None:
            query = query.where(products.c.category == category)
        return self._load(query.limit(limit))

    def product_ids(self, limit: int, offset: int = 0) -> list[str]:
        """A page of all product ids, in their order; empty past the end."""
        query = select(products.c.product_id).where(products.c.published).order_by(products.c.product_id)
        with self.database.reading() as connection:
            return list(connection.scalars(query.limit(limit).offset(offset)))

    def iter_products(self, batch_size: int = 1000) -> Iterator[Product]:
        """Every product with its photos, ordered by product id; at most ``batch_size`` of them are in memory at a time.

        Each batch shows the catalogue as it is at one moment. No connection stays open between batches, so a slow
        caller blocks nobody.
        """
        query = _select_products().order_by(products.c.product_id).limit(batch_size)
        page = self._load(query)
        while page:
            yield from page
            page = self._load(query.where(products.c.product_id > page[-1].product_id))

    def categories(self) -> dict[str, int]:
        """Category -> number of its products, sorted by category."""
        category = products.c.category
        with self.database.reading() as connection:
            rows = connection.execute(
                select(category, func.count()).where(products.c.published).group_by(category)
            ).all()
        return dict(sorted((name, count) for name, count in rows))

    def counts(self) -> CatalogCounts:
        """The numbers of products that shoppers may see, of their photos and of their categories."""
        category = products.c.category
        with self.database.reading() as connection:
            product_count, category_count = connection.execute(
                select(func.count(), func.count(distinct(category))).where(products.c.published)
            ).one()
            all_photos = connection.execute(select(func.count()).select_from(photos)).scalar_one()
            drafts = select(products.c.product_id).where(~products.c.published)
            of_drafts = select(func.count()).select_from(photos).where(photos.c.product_id.in_(drafts))
            photo_count = all_photos - connection.execute(of_drafts).scalar_one()  # quicker than to join them all
        return CatalogCounts(product_count, photo_count, category_count)

    def sources(self) -> list[Source]:
        """Every folder and table that was imported, the latest import first."""
        owned = select(products.c.source_id, func.count().label("products")).group_by(products.c.source_id).subquery()
        query = (
            select(sources, func.coalesce(owned.c.products, 0).label("products"))
            .outerjoin(owned, owned.c.source_id == sources.c.source_id)
            .order_by(sources.c.imported_at.desc())
        )
        with self.database.reading() as connection:
            return [
                Source(
                    row.location,
                    row.imported_at,
                    row.products,
                    row.rejected_rows,
                    row.rejected_photos,
                    source_id=row.source_id,
                )
                for row in connection.execute(query)
            ]

    def photo_by_sha256(self, sha256: str) -> Photo | None:
        """The photo whose file has this SHA-256, of several the one that was imported first; None if there is none."""
        return next(iter(self.photos_by_sha256(sha256, limit=1)), None)

    def photos_by_sha256(self, sha256: str, limit: int) -> list[Photo]:
        """The photos whose files had this SHA-256 when they were looked at, those that were imported first in front."""
        query = select(photos).where(photos.c.sha256 == sha256).order_by(photos.c.photo_id)
        with self.database.reading() as connection:
            return [to_photo(row) for row in connection.execute(query.limit(limit))]

    def refresh_photos(self, updates: "Iterable[tuple[int, PhotoFacts, int]]") -> None:
        """Store the present facts of photo files that have changed on disk since they were imported.

        Args:
            updates: (photo id, facts of the file, its modification time in nanoseconds) of each changed photo.
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
                connection.execute(update(photos).where(photos.c.photo_id == bindparam("known_photo_id")), values)

    def _load(self, query: Select[Any]) -> list[Product]:
        with self.database.reading() as connection:
            return load_products(connection, query)


def _select_products() -> Select[Any]:
    """The products that shoppers may see."""
    return select(*PRODUCT_COLUMNS).where(products.c.published)
