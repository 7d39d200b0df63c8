"""Up to which of the catalogue's changes an index is made: those before its build, and those that it has read."""

from bisect import bisect_left, bisect_right
from itertools import takewhile

from catalog.changes.change_feed import CatalogChanges
from indexer.corpus.inventory import Inventory
from search.changes import ChangedProduct
from search.fields import FIELD_NAMES

_MOST = 10_000  # later changes that are looked at; what is left is laid over the index, as any later change


def latest_taken_in(feed: CatalogChanges, sequence: int, inventory: Inventory) -> int:
    """The number of the latest change up to which an inventory holds all of them.

    A build itself notes the photos that were replaced on disk, and an import may have ended before the build read its
    products. The index would count as behind because of either.

    Args:
        feed: the catalogue's changes.
        sequence: the latest change before the inventory was taken.
        inventory: what goes into the index, with the photos that can't among its rejects.
    """
    later = feed.since(sequence, _MOST)
    if not later:
        return sequence
    position_of = {product.product_id: position for position, product in enumerate(inventory.products)}
    rejected = {(one.product_id, one.path) for one in inventory.rejects}

    def is_taken_in(change: ChangedProduct) -> bool:
        shown = [sha256 for sha256, path in change.photos if (change.product_id, path) not in rejected]
        position = position_of.get(change.product_id)
        if position is None:
            return change.fields is None or not shown
        product = inventory.products[position]
        first = bisect_left(inventory.photo_product, position)
        own = inventory.photo_sha256[first : bisect_right(inventory.photo_product, position)]
        fields = change.fields or {}
        return own == shown and all(_plain(fields.get(name)) == _plain(getattr(product, name)) for name in FIELD_NAMES)

    return max((change.sequence for change in takewhile(is_taken_in, later)), default=sequence)


def _plain(value: object) -> object:
    """A value as it is compared: databases give lists where products have tuples, and nothing for an empty one."""
    return (tuple(value) or None) if isinstance(value, list | tuple) else value
