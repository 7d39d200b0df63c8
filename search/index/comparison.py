"""What differs between two states of the assortment: two snapshots, or a snapshot and the catalogue of now.

All of it runs on columns; a million products take a second or two, and no loop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from search.errors import DamagedSnapshotError
from search.fields import FIELD_NAMES
from search.index.manifest import BUILD
from search.index.parquet import read_parquet, to_numbers
from search.index.snapshot_files import PHOTO_SCHEMA, PHOTOS, PRODUCT_SCHEMA, PRODUCTS

PHOTOS_FIELD = "photos"
_SEPARATOR = "\x1f"

_STATE_SCHEMA = pa.schema([PRODUCT_SCHEMA.field(name) for name in ("product_id", *FIELD_NAMES)])


@dataclass(frozen=True)
class State:
    """An assortment at one time."""

    products: pa.Table  # product_id and FIELD_NAMES, P rows
    photo_product: np.ndarray  # (N,) int64, for each photo the position of its product, never falling
    photo_sha256: pa.Array  # (N,) text


@dataclass(frozen=True)
class ChangedProduct:
    """One product in both states; ``before`` and ``after`` hold the fields that differ."""

    product_id: str
    before: dict[str, object]
    after: dict[str, object]


class Difference:
    """What was added, removed and changed from one state to another; lists are cut out of columns, page by page."""

    def __init__(self, before: State, after: State) -> None:
        self._before, self._after = before.products, after.products
        ids_before, ids_after = _column(before.products, "product_id"), _column(after.products, "product_id")
        found = pc.index_in(ids_after, value_set=ids_before)
        missing = np.asarray(pc.is_null(found))
        self._added = np.flatnonzero(missing)
        self._removed = np.flatnonzero(np.asarray(pc.is_null(pc.index_in(ids_before, value_set=ids_after))))
        self._new = np.flatnonzero(~missing)  # positions of products in both, in the later state and ...
        self._old = np.asarray(found.drop_null()).astype(np.int64)  # ... in the earlier one
        self.fields: dict[str, np.ndarray] = {
            name: _differs(_column(self._before, name).take(self._old), _column(self._after, name).take(self._new))
            for name in FIELD_NAMES
        }
        self.fields[PHOTOS_FIELD] = _photos_differ(before, self._old, after, self._new)
        self._changed = np.flatnonzero(np.logical_or.reduce(list(self.fields.values())))
        self.photos_before = np.bincount(before.photo_product, minlength=len(before.products))
        self.photos_after = np.bincount(after.photo_product, minlength=len(after.products))

    @property
    def added(self) -> int:
        """How many products only the later state has."""
        return len(self._added)

    @property
    def removed(self) -> int:
        """How many products only the earlier state has."""
        return len(self._removed)

    @property
    def changed(self) -> int:
        """How many products differ in anything that a search depends on."""
        return len(self._changed)

    def field_counts(self) -> dict[str, int]:
        """How many products differ in each field, without the fields in which none does."""
        counts = {name: int(differing.sum()) for name, differing in self.fields.items()}
        return {name: count for name, count in counts.items() if count}

    def added_products(self, limit: int, offset: int = 0) -> list[dict[str, object]]:
        """A page of the added products, with their fields."""
        return self._after.take(self._added[offset : offset + limit]).to_pylist()

    def removed_products(self, limit: int, offset: int = 0) -> list[dict[str, object]]:
        """A page of the removed products, with the fields that they had."""
        return self._before.take(self._removed[offset : offset + limit]).to_pylist()

    def changed_products(self, limit: int, offset: int = 0) -> list[ChangedProduct]:
        """A page of the changed products."""
        chosen = self._changed[offset : offset + limit]
        old, new = self._old[chosen], self._new[chosen]
        page = []
        for place, was, now in zip(
            range(len(chosen)), self._before.take(old).to_pylist(), self._after.take(new).to_pylist(), strict=True
        ):
            was[PHOTOS_FIELD], now[PHOTOS_FIELD] = (
                int(self.photos_before[old[place]]),
                int(self.photos_after[new[place]]),
            )
            names = [name for name, differing in self.fields.items() if differing[chosen[place]]]
            page.append(
                ChangedProduct(
                    now["product_id"], {name: was[name] for name in names}, {name: now[name] for name in names}
                )
            )
        return page


def make_state(
    columns: Mapping[str, Sequence[Any]], photo_product: Sequence[int], photo_sha256: Sequence[str]
) -> State:
    """A state from plain columns.

    Args:
        columns: product_id and ``search.fields.FIELD_NAMES``, each with P values.
        photo_product: for each photo its product's position, never falling.
        photo_sha256: for each photo.
    """
    return State(
        pa.table(dict(columns), schema=_STATE_SCHEMA),
        np.array(photo_product, np.int64),
        pa.array(photo_sha256, pa.string()),
    )


def read_state(path: Path) -> State:
    """The state that a snapshot was made of; raises DamagedSnapshotError where its files can't be read."""
    try:
        products = read_parquet(path / PRODUCTS, _STATE_SCHEMA)
        photos = read_parquet(path / PHOTOS, PHOTO_SCHEMA)
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise DamagedSnapshotError(f"The index {path.name} can't be read ({error}). {BUILD}") from error
    return State(products, to_numbers(photos["product"]).astype(np.int64), _column(photos, "sha256"))


@lru_cache(maxsize=1)  # for a page after another; of a million products each takes a quarter of a gigabyte
def compare_snapshots(before: Path, after: Path) -> Difference:
    """What was added, removed and changed from one snapshot to another. The latest is kept: snapshots never change."""
    return Difference(read_state(before), read_state(after))


def _column(table: pa.Table, name: str) -> pa.Array:
    combined = table[name].combine_chunks()
    column = combined.chunk(0) if isinstance(combined, pa.ChunkedArray) else combined
    # Lists can't be compared; texts can.
    return pc.binary_join(column, _SEPARATOR) if pa.types.is_list(column.type) else column


def _differs(before: pa.Array, after: pa.Array) -> np.ndarray:
    """(K,) bool; two empty values are equal."""
    known = pc.fill_null(pc.not_equal(before, after), False)
    one_empty = pc.xor(pc.is_null(before), pc.is_null(after))
    return np.asarray(pc.or_(known, one_empty)).astype(bool)


def _photos_differ(before: State, old: np.ndarray, after: State, new: np.ndarray) -> np.ndarray:
    """(K,) bool: whether products have other photos, or the same in another order."""
    both = pa.concat_arrays([before.photo_sha256, after.photo_sha256])
    codes = np.asarray(both.dictionary_encode().indices).astype(np.int64)
    codes_before, codes_after = codes[: len(before.photo_sha256)], codes[len(before.photo_sha256) :]
    starts_before, counts_before = _runs(before)
    starts_after, counts_after = _runs(after)
    differing = counts_before[old] != counts_after[new]
    same = np.flatnonzero(~differing & (counts_before[old] > 0))
    if len(same):
        counts = counts_before[old[same]]
        firsts = np.cumsum(counts) - counts  # where each product's photos begin in the flat comparison
        within = np.arange(counts.sum()) - np.repeat(firsts, counts)
        left = codes_before[np.repeat(starts_before[old[same]], counts) + within]
        right = codes_after[np.repeat(starts_after[new[same]], counts) + within]
        differing[same] = np.logical_or.reduceat(left != right, firsts)
    return differing


def _runs(state: State) -> tuple[np.ndarray, np.ndarray]:
    """For each product where its photos begin and how many there are, (P,) int64 each."""
    counts = np.bincount(state.photo_product, minlength=len(state.products))
    return np.cumsum(counts) - counts, counts
