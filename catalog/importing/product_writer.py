"""How an import writes products: only those that differ, and many rows in each statement."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from catalog.importing.photo_inspection import SoundPhoto
from catalog.labels.corrections import correct_incoming
from catalog.products import DETAIL_FIELDS, Photo, Product
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.product_rows import load_photos
from catalog.storage.tables.curation import source_links
from catalog.storage.tables.products import photos, products, sources

Values = dict[str, Any]

_GROUPS_LOOKED_AT = 3
_LARGE_GROUP, _HUGE_GROUP = 5, 100  # products


class ProductWriter:
    """Brings the products of one source up to date, in the transaction of ``connection``.

    Args:
        connection: of ``Database.writing``.
        location: the source's absolute path, which identifies it in later imports.
    """

    def __init__(self, connection: Connection, location: str) -> None:
        self._connection = connection
        self._now = datetime.now(UTC).isoformat(timespec="microseconds")
        self._source_id = self._note_source(location)
        self.added = 0
        self.updated = 0
        self.unchanged = 0
        self.corrected = 0  # products with the studio's label instead of the source's
        self.superseded = 0  # corrections that ended because the source now gives another label
        self._taken_over: Counter[int] = Counter()  # source -> number of its products that are this source's now

    def apply(self, batch: Sequence[tuple[Product, list[SoundPhoto]]]) -> None:
        """Add new products and update those that differ; a product of another source becomes one of this source."""
        product_ids = [product.product_id for product, _ in batch]
        stored = self._load_stored(product_ids)
        stored_photos = load_photos(self._connection, product_ids)
        corrected = self._correct(batch)
        writes = _Writes()
        for product, sound_photos in batch:
            known = stored.get(product.product_id)
            values = {"source_id": self._source_id, **{name: getattr(product, name) for name in DETAIL_FIELDS}}
            values["category"] = corrected.get(product.product_id, product.category)
            known_photos = stored_photos.get(product.product_id, [])
            photos_differ = writes.compare_photos(product.product_id, known_photos, sound_photos)
            if known is None:
                writes.new_products.append({"product_id": product.product_id, "added_at": self._now, **values})
                self.added += 1
            elif known != values:
                self._taken_over[known["source_id"]] += known["source_id"] != self._source_id
                writes.changed_products.append({"known_product_id": product.product_id, **values})
                self.updated += 1
            elif photos_differ:
                self.updated += 1
            else:
                self.unchanged += 1
        writes.execute(self._connection)

    def _correct(self, batch: Sequence[tuple[Product, list[SoundPhoto]]]) -> dict[str, str]:
        """Product id -> the label to write instead of the source's, for products with a correction in force."""
        given = {product.product_id: product.category for product, _ in batch}
        corrected, superseded = correct_incoming(self._connection, given)
        self.corrected += sum(corrected[product_id] != given[product_id] for product_id in corrected)
        self.superseded += superseded
        return corrected

    def find_gone(self, is_mentioned: Callable[[str], bool]) -> dict[str, str]:
        """Product id -> category, of the source's products for which ``is_mentioned`` is False."""
        query = select(products.c.product_id, products.c.category).where(products.c.source_id == self._source_id)
        return {row.product_id: row.category for row in self._connection.execute(query) if not is_mentioned(row[0])}

    def hide(self, left_out: Iterable[str]) -> int:
        """Keep from shoppers the products of this source that it says are not for sale; returns their number.

        Args:
            left_out: ids of products and of groups.
        """
        hidden = 0
        for ids in in_batches(left_out, IDS_PER_QUERY):
            of_these = or_(products.c.product_id.in_(ids), products.c.group_id.in_(ids))
            mine = (products.c.source_id == self._source_id, products.c.published, of_these)
            hidden += self._connection.execute(update(products).where(*mine).values(published=False)).rowcount
        return hidden

    def remove(self, product_ids: Iterable[str]) -> None:
        """Delete products and their photos."""
        delete_products(self._connection, product_ids)

    def count_owned(self) -> dict[str, int]:
        """Category -> number of the source's products."""
        mine = products.c.source_id == self._source_id
        query = select(products.c.category, func.count()).where(mine).group_by(products.c.category)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def count_taken_over(self) -> dict[str, int]:
        """Location of another source -> number of its products that became products of this source."""
        taken = {source_id: count for source_id, count in self._taken_over.items() if count}
        query = select(sources.c.source_id, sources.c.location).where(sources.c.source_id.in_(taken))
        return {row.location: taken[row.source_id] for row in self._connection.execute(query)}

    def find_large_groups(self) -> list[tuple[str, int]]:
        """The groups that most products of the source, or very many, share: group id and number of products."""
        total, number = sum(self.count_owned().values()), func.count()
        mine = (products.c.source_id == self._source_id, products.c.group_id.is_not(None))
        query = select(products.c.group_id, number).where(*mine).group_by(products.c.group_id)
        found = self._connection.execute(query.order_by(number.desc()).limit(_GROUPS_LOOKED_AT)).all()
        return [(row[0], row[1]) for row in found if row[1] >= _LARGE_GROUP and row[1] > min(total / 2, _HUGE_GROUP)]

    def count_known(self, product_ids: Iterable[str]) -> int:
        """The number of these ids that the catalogue holds."""
        query = select(func.count()).select_from(products)
        return sum(
            self._connection.execute(query.where(products.c.product_id.in_(ids))).scalar_one()
            for ids in in_batches(product_ids, IDS_PER_QUERY)
        )

    def count_elsewhere(self) -> int:
        """The number of products of other sources."""
        query = select(func.count()).select_from(products)
        return self._connection.execute(query.where(products.c.source_id != self._source_id)).scalar_one()

    def note_rejects(self, rows: int, photos: int) -> None:
        """Store the numbers of rows and photos of the source that couldn't be used in this import."""
        mine = sources.c.source_id == self._source_id
        self._connection.execute(update(sources).where(mine).values(rejected_rows=rows, rejected_photos=photos))

    def _note_source(self, location: str) -> int:
        known = select(sources.c.source_id).where(sources.c.location == location)
        source_id = self._connection.execute(known).scalar_one_or_none()
        if source_id is None:
            values = {"location": location, "imported_at": self._now, "rejected_rows": 0, "rejected_photos": 0}
            inserting = insert(sources).returning(sources.c.source_id)
            return self._connection.execute(inserting, values).scalar_one()
        mine = sources.c.source_id == source_id
        self._connection.execute(update(sources).where(mine).values(imported_at=self._now))
        return source_id

    def _load_stored(self, product_ids: Sequence[str]) -> dict[str, Values]:
        """Product id -> the stored values of its columns, for those of the products that are stored."""
        columns = [products.c[name] for name in ("product_id", "source_id", *DETAIL_FIELDS)]
        stored = {}
        for ids in in_batches(product_ids, IDS_PER_QUERY):
            for row in self._connection.execute(select(*columns).where(products.c.product_id.in_(ids))):
                values = dict(row._mapping)
                stored[values.pop("product_id")] = values
        return stored


def delete_products(connection: Connection, product_ids: Iterable[str]) -> None:
    """Delete products with their photos and links, in the transaction of ``connection``."""
    for ids in in_batches(product_ids, IDS_PER_QUERY):
        connection.execute(delete(photos).where(photos.c.product_id.in_(ids)))
        connection.execute(delete(source_links).where(source_links.c.anchor.in_(ids)))
        connection.execute(delete(products).where(products.c.product_id.in_(ids)))


@dataclass
class _Writes:
    """The rows that a batch changes, gathered so that each statement runs once for many rows."""

    new_products: list[Values] = field(default_factory=list)
    changed_products: list[Values] = field(default_factory=list)
    new_photos: list[Values] = field(default_factory=list)
    changed_photos: list[Values] = field(default_factory=list)
    gone_photos: list[int] = field(default_factory=list)

    def compare_photos(self, product_id: str, stored: Sequence[Photo], photos: Sequence[SoundPhoto]) -> bool:
        """Gather the changes of a product's photos, and return whether the photos differ.

        A new modification time of a file with the same bytes is stored, but counts as no difference.
        """
        by_path = {str(photo.path): photo for photo in stored}
        differ = False
        for position, photo in enumerate(photos):
            known = by_path.pop(photo.path, None)
            values = {"position": position, **vars(photo)}
            if known is None:
                self.new_photos.append({"product_id": product_id, **values})
                differ = True
            elif any(getattr(known, name) != value for name, value in values.items() if name != "path"):
                self.changed_photos.append({"known_photo_id": known.photo_id, **values})
                differ = differ or (known.position, known.sha256) != (position, photo.sha256)
        self.gone_photos += [photo.photo_id for photo in by_path.values()]
        return differ or bool(by_path)

    def execute(self, connection: Connection) -> None:
        if self.new_products:
            connection.execute(insert(products), self.new_products)
        if self.changed_products:
            connection.execute(
                update(products).where(products.c.product_id == bindparam("known_product_id")), self.changed_products
            )
        for photo_ids in in_batches(self.gone_photos, IDS_PER_QUERY):
            connection.execute(delete(photos).where(photos.c.photo_id.in_(photo_ids)))
        if self.changed_photos:
            connection.execute(
                update(photos).where(photos.c.photo_id == bindparam("known_photo_id")), self.changed_photos
            )
        if self.new_photos:
            connection.execute(insert(photos), self.new_photos)
