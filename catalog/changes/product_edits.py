"""Edits of single products by programs: created, replaced, patched and deleted, all of a batch or none of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from catalog.accounts.audit import note_change
from catalog.changes.change_feed import keep_embeddings
from catalog.changes.product_fields import complete_fields
from catalog.errors import ProductEditError, UnknownProductError
from catalog.importing.photo_inspection import SoundPhoto
from catalog.importing.product_writer import ProductWriter, delete_products
from catalog.labels.corrections import correct_incoming
from catalog.products import DETAIL_FIELDS, Product
from catalog.repository import Catalog
from catalog.storage.product_rows import PRODUCT_COLUMNS, load_products
from catalog.storage.tables.products import products
from search.changes import StoredEmbedding

PUT, PATCH, DELETE = ACTIONS = ("put", "patch", "delete")
MOST_EDITS = 1000  # of one batch

CREATED, REPLACED, PATCHED, DELETED, ABSENT = "created", "replaced", "patched", "deleted", "absent"


@dataclass(frozen=True)
class ProductEdit:
    """What shall become of a product."""

    action: str  # one of ACTIONS
    product_id: str
    fields: Mapping[str, Any] = field(default_factory=dict)  # from ``read_fields``
    photos: tuple[SoundPhoto, ...] | None = None  # None: those that it has


class ProductEdits:
    """Edits the products of a catalogue.

    Args:
        catalog: the catalogue.
        source: where products that are created here come from, as their source: the folder of their photos.
    """

    def __init__(self, catalog: Catalog, source: Path) -> None:
        self._catalog = catalog
        self._source = str(source)

    def apply(
        self,
        edits: Sequence[ProductEdit],
        *,
        by: str,
        model: str = "",
        embeddings: Mapping[str, StoredEmbedding] | None = None,
    ) -> list[str]:
        """Do all edits in one transaction, in their order; on disk when this returns.

        Args:
            edits: at most ``MOST_EDITS``.
            by: who sent them, for the audit log.
            model: whose ``embeddings`` of the photos these are, stored with the products.
            embeddings: by the photos' fingerprints.

        Returns:
            For each edit what was done: "created", "replaced", "patched", "deleted" or "absent" (nothing to delete).

        Raises:
            UnknownProductError: a product to patch doesn't exist. ProductEditError: a new product lacks a category or
                a photo. In both cases nothing was changed. DatabaseLockedError: an import is writing.
        """
        with self._catalog.database.writing() as connection:
            done = [self._apply_one(connection, edit, by) for edit in edits]
            keep_embeddings(connection, model, embeddings or {})
        return done

    def _apply_one(self, connection: Connection, edit: ProductEdit, by: str) -> str:
        query = select(*PRODUCT_COLUMNS).where(products.c.product_id == edit.product_id)
        known = next(iter(load_products(connection, query)), None)
        if edit.action == DELETE:
            if known is None:
                return ABSENT
            delete_products(connection, [edit.product_id])
            done = DELETED
        elif edit.action == PATCH and known is None:
            raise UnknownProductError(f"The catalogue has no product {edit.product_id!r}; nothing was changed.")
        elif edit.action == PATCH and known is not None and edit.photos is None:
            self._patch(connection, edit, known)
            done = PATCHED
        else:
            self._put(connection, edit, known)
            done = PATCHED if edit.action == PATCH else CREATED if known is None else REPLACED
        note_change(connection, by=by, action=f"product {done}", subject=edit.product_id, after=_loggable(edit.fields))
        return done

    def _patch(self, connection: Connection, edit: ProductEdit, known: Product) -> None:
        values = complete_fields(edit.fields, known)
        if values.get("category"):
            corrected, _ = correct_incoming(connection, {edit.product_id: values["category"]})
            values["category"] = corrected.get(edit.product_id, values["category"])
        if values:
            connection.execute(update(products).where(products.c.product_id == edit.product_id).values(**values))

    def _put(self, connection: Connection, edit: ProductEdit, known: Product | None) -> None:
        kept = known if edit.action == PATCH else None
        values = {name: getattr(kept, name) for name in DETAIL_FIELDS} if kept else {}
        values |= complete_fields(edit.fields, kept)
        if not values.get("category"):
            raise ProductEditError(f"{edit.product_id}: a product needs a category; nothing was changed.")
        photos = edit.photos
        if photos is None and known is not None:
            photos = tuple(
                SoundPhoto(str(one.path), one.sha256, one.size_bytes, one.mtime_ns, width=one.width, height=one.height)
                for one in known.photos
            )
        if not photos:
            raise ProductEditError(f"{edit.product_id}: a product needs a photo; nothing was changed.")
        product = replace(Product(edit.product_id, values["category"]), **values)
        ProductWriter(connection, self._source).apply([(product, list(photos))])


def _loggable(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The changed fields, without long texts."""
    return {name: value if not isinstance(value, str) else value[:200] for name, value in fields.items()}
