"""What has changed since the index was built, as searches follow it.

Triggers note each product that changes in the transaction that changes it (``catalog.storage.change_triggers``). Only
one transaction at a time writes products, so changes become visible in the order of their numbers.
"""

import secrets
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, func, insert, select

from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.database import Database
from catalog.storage.new_rows import insert_new
from catalog.storage.product_rows import load_photos
from catalog.storage.tables.changes import changes, embeddings, index_marks
from catalog.storage.tables.products import photos, products
from search.changes import ChangedProduct, StoredEmbedding
from search.fields import FIELD_NAMES

MOST_MARKS = 5000  # that are remembered; more than there can be indexes on disk


class CatalogChanges:
    """The changes of one catalogue: a ``search.changes.ChangeFeed``. All threads may share one object."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self) -> int:
        """The number of the latest change; 0 if there is none that builds haven't taken in."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(changes.c.sequence))).scalar_one() or 0

    def since(self, sequence: int, limit: int) -> list[ChangedProduct]:
        """The products whose latest change has a larger number, ascending, at most ``limit`` of them."""
        later = select(changes).where(changes.c.sequence > sequence).order_by(changes.c.sequence).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(later).all()
            known = _load_fields(connection, [row.product_id for row in rows])
            shown = load_photos(connection, list(known))
        return [
            ChangedProduct(
                row.sequence,
                row.product_id,
                known.get(row.product_id),
                tuple((photo.sha256, photo.path) for photo in shown.get(row.product_id, ())),
            )
            for row in rows
        ]

    def embeddings(self, model: str, fingerprints: Iterable[str]) -> dict[str, StoredEmbedding]:
        """Photo fingerprint -> embedding, of those that are stored for a model."""
        found = {}
        with self._database.reading() as connection:
            for part in in_batches(fingerprints, IDS_PER_QUERY):
                query = select(embeddings).where(embeddings.c.model == model, embeddings.c.sha256.in_(part))
                for row in connection.execute(query):
                    found[row.sha256] = StoredEmbedding(bytes(row.vector), bytes(row.seen))
        return found

    def keep(self, model: str, embedded: Mapping[str, StoredEmbedding]) -> None:
        """Store embeddings for every process; raises DatabaseLockedError while an import is writing."""
        if embedded:
            with self._database.writing(alone=False) as connection:
                keep_embeddings(connection, model, embedded)

    def knows(self, mark: str) -> bool:
        """Whether a build of this catalogue left a mark; an index from before there were marks has an empty one."""
        if not mark:
            return True
        with self._database.reading() as connection:
            return connection.execute(select(index_marks.c.mark).where(index_marks.c.mark == mark)).first() is not None

    def leave_mark(self) -> str:
        """A new mark for an index that will be published; on disk when this returns.

        Raises:
            DatabaseLockedError: an import is writing.
        """
        mark = secrets.token_hex(16)
        with self._database.writing(alone=False) as connection:
            number = connection.execute(
                insert(index_marks).values(mark=mark).returning(index_marks.c.number)
            ).scalar_one()
            connection.execute(delete(index_marks).where(index_marks.c.number <= number - MOST_MARKS))
        return mark

    def forget(self, sequence: int) -> None:
        """Remove what a build has taken in: changes up to a number, and embeddings of photos that have no other change.

        Embeddings stay for the photos of products that have changed later.
        """
        waiting = select(photos.c.sha256).where(photos.c.product_id.in_(select(changes.c.product_id)))
        with self._database.writing() as connection:
            connection.execute(delete(changes).where(changes.c.sequence <= sequence))
            connection.execute(delete(embeddings).where(embeddings.c.sha256.not_in(waiting)))


def keep_embeddings(connection: Connection, model: str, embedded: Mapping[str, StoredEmbedding]) -> None:
    """Store embeddings in the transaction of ``connection``; those that are stored already stay as they are."""
    for part in in_batches(embedded.items(), IDS_PER_QUERY):
        rows = [{"sha256": sha256, "model": model, "vector": one.vector, "seen": one.seen} for sha256, one in part]
        connection.execute(insert_new(connection, embeddings), rows)


def _load_fields(connection: Connection, product_ids: list[str]) -> dict[str, dict[str, object]]:
    """Product id -> the values of the indexed fields, of those products that shoppers may see."""
    columns = [products.c.product_id, *(products.c[name] for name in FIELD_NAMES)]
    found = {}
    for ids in in_batches(product_ids, IDS_PER_QUERY):
        for row in connection.execute(select(*columns).where(products.c.published, products.c.product_id.in_(ids))):
            values = dict(row._mapping)
            found[values.pop("product_id")] = values
    return found
