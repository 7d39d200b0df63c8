"""Changes of the catalogue laid over an index: new rows beside its own, and its products where they are now.

A product that changed gets a new position after the index's own, and its old position is dead. Rows of photos that it
still has stay where they are and belong to the new position; so a changed price touches no vector.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot
from search.index.vector_store import VectorStore
from search.model.bundle import COLOUR, GENDER, Bundle
from search.model.photo_embedding import PhotoEmbedding


@dataclass(frozen=True)
class ProductState:
    """A product as it is to be found now."""

    fields: Mapping[str, Any]  # of ``search.fields.FIELD_NAMES``
    photos: tuple[tuple[str, PhotoEmbedding | None], ...]  # sha256; None: the index has this photo of this product


Changes = Mapping[str, ProductState | None]  # by product id; None: it can't be found any more


@dataclass(frozen=True)
class Overlay:
    """An index with changes laid over it; P products of the index, T changed ones after them."""

    store: VectorStore
    columns: ProductColumns  # of P + T positions
    product_of: np.ndarray  # (N + A,) int32, the position of each row's product
    rows: list[list[int]]  # (T,) for each changed product its rows, the first photo first


class IndexedPhotos:
    """Which photos an index has of which product.

    Args:
        snapshot: the index.
        columns: its products.
    """

    def __init__(self, snapshot: Snapshot, columns: ProductColumns) -> None:
        self._snapshot = snapshot
        self._columns = columns

    def rows_of(self, product_id: str) -> dict[str, int]:
        """Fingerprint of a photo -> its row, for the photos of a product; empty if the index hasn't the product."""
        position = self._columns.position_of.get(product_id)
        if position is None:
            return {}
        start, end = _row_range(self._snapshot, position)
        fingerprints = self._snapshot.photo_sha256.slice(start, end - start).to_pylist()
        return {sha256: start + place for place, sha256 in reversed(list(enumerate(fingerprints)))}


def lay_over(snapshot: Snapshot, columns: ProductColumns, bundle: Bundle, changes: Changes) -> Overlay:
    """Lay changes over an index.

    Args:
        snapshot: the index as it was built.
        columns: its products.
        bundle: the model that embedded the new photos.
        changes: everything that differs from the index, with at least one photo for each product.
    """
    photos = IndexedPhotos(snapshot, columns)
    first, row = len(columns), snapshot.store.count
    product_of = snapshot.photo_product.copy()
    added: list[np.ndarray] = []
    removed: list[int] = []
    rows: list[list[int]] = []
    more: list[dict[str, Any]] = []
    owners: list[int] = []
    for product_id, state in changes.items():
        known = photos.rows_of(product_id)
        own: list[int] = []
        for sha256, embedding in () if state is None else state.photos:
            if embedding is None:
                own.append(known[sha256])
            else:
                own.append(row + len(added))
                added.append(embedding.vector)
                owners.append(first + len(rows))
        removed += set(_all_rows(snapshot, columns, product_id)) - set(own)
        if state is not None:
            product_of[[one for one in own if one < row]] = first + len(rows)
            rows.append(own)
            more.append({"product_id": product_id, **state.fields, **_seen(columns, bundle, product_id, state)})
    store = snapshot.store.changed(
        np.array(added, np.float32).reshape(len(added), bundle.dim), np.array(removed, np.int64)
    )
    gone = [product_id for product_id, state in changes.items() if state is None]
    return Overlay(
        store, columns.changed(more, gone), np.concatenate([product_of, np.array(owners, product_of.dtype)]), rows
    )


def _all_rows(snapshot: Snapshot, columns: ProductColumns, product_id: str) -> Iterable[int]:
    position = columns.position_of.get(product_id)
    return () if position is None else range(*_row_range(snapshot, position))


def _row_range(snapshot: Snapshot, position: int) -> tuple[int, int]:
    """Where the rows of a product of the index begin and end."""
    product_of = snapshot.photo_product  # never falling
    # Of the same type, or the whole array would be converted for each product.
    start, end = np.searchsorted(product_of, np.array([position, position + 1], product_of.dtype))
    return int(start), int(end)


def _seen(columns: ProductColumns, bundle: Bundle, product_id: str, state: ProductState) -> dict[str, str | None]:
    """What the network sees on the product's first photo."""
    first, position = state.photos[0][1], columns.position_of.get(product_id)
    if first is None and position is not None:  # the photo is the index's, and what was seen on it stands there
        return {
            "seen_gender": columns.seen_gender.value(position),
            "seen_colour": columns.seen_colour.value(position),
        }
    heads = list(bundle.heads)
    return {
        f"seen_{name}": bundle.heads[name].labels[first.seen[heads.index(name)]] if first and name in heads else None
        for name in (GENDER, COLOUR)
    }
