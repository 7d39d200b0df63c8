"""A fingerprint of everything that an index is made of, so that a build knows when there is nothing to do."""

import hashlib
import json
from dataclasses import astuple

from indexer.corpus.inventory import Inventory
from search.fields import FIELD_NAMES
from search.model.bundle import Bundle
from search.model.novelty import Novelty
from search.settings import vector_store

BUILDER_VERSION = 3  # raise it where the same catalogue and the same bundle give another index than before

_OF_PRODUCT = ("product_id", *FIELD_NAMES)


def digest_build(inventory: Inventory, bundle: Bundle) -> str:
    """16 hexadecimal digits; equal digests mean an equal index, and that a shop has nothing to switch over to.

    The bundle's hash covers its network alone. Its description counts too: the weights and spreads of the vector's
    parts stand in the index, the heads' labels decide what products are seen as, and a running shop reads thresholds
    and votes anew only when a new index is published. So does the address of the vector store.
    """
    state = hashlib.sha256(json.dumps([BUILDER_VERSION, vector_store(), _describe_bundle(bundle)]).encode())
    for product in inventory.products:
        state.update(repr(tuple(getattr(product, name) for name in _OF_PRODUCT)).encode())
    for position, sha256 in zip(inventory.photo_product, inventory.photo_sha256, strict=True):
        state.update(f"{position}:{sha256}".encode())
    return state.hexdigest()[:16]


def _describe_bundle(bundle: Bundle) -> list:
    parts = zip(bundle.balance.parts, bundle.balance.weights, strict=True)
    return [
        bundle.hash,
        [[part.name, part.dim, part.spread, weight] for part, weight in parts],
        [[name, head.labels, head.supercategories] for name, head in bundle.heads.items()],
        astuple(bundle.neighbours),
        None if bundle.novelty is None else _describe_novelty(bundle.novelty),
    ]


def _describe_novelty(novelty: Novelty) -> list:
    references = b"" if novelty.references is None else novelty.references.tobytes()
    return [novelty.describe(), hashlib.sha256(references).hexdigest()]
