"""A catalogue with its embeddings: what is embedded, what is reused, what a bad photo or a damaged entry does."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from catalog import Catalog
from indexer.corpus.embedded_catalog import EmbeddedCatalog, embed_catalog
from indexer.corpus.embedding_cache import EmbeddingCache
from indexer.corpus.inventory import Inventory, take_inventory
from indexer.errors import EmptyCatalogError, StorageError
from search.model.bundle import Bundle


@pytest.fixture
def inventory(catalog: Catalog) -> Inventory:
    """Of the first two products, with two photos each."""
    everything = take_inventory(catalog, progress=False)
    few = Inventory()
    for row in range(4):
        product = everything.products[everything.photo_product[row]]
        few.add(product, everything.photo_sha256[row], everything.photo_path[row])
    return few


def embed(inventory: Inventory, bundle: Bundle, folder: Path, *, full: bool = False) -> EmbeddedCatalog:
    return embed_catalog(inventory, bundle, folder, full=full, progress=False)


def test_only_what_is_missing_is_embedded(inventory: Inventory, bundle: Bundle, tmp_path: Path) -> None:
    """Rows stand in the inventory's order, whenever each was embedded."""
    first = Inventory()
    first.add(inventory.products[1], inventory.photo_sha256[2], inventory.photo_path[2])
    alone = embed(first, bundle, tmp_path)
    assert (alone.embedded, alone.reused) == (1, 0)
    corpus = embed(inventory, bundle, tmp_path)
    assert (corpus.embedded, corpus.reused) == (3, 1)
    assert corpus.vectors.shape == (4, bundle.dim)
    np.testing.assert_array_equal(corpus.vectors[2], alone.vectors[0])
    assert corpus.first_row.tolist() == [0, 2]
    assert corpus.variants.tolist() == [0, 1]
    again = embed(inventory, bundle, tmp_path, full=True)
    assert (again.embedded, again.reused) == (4, 0)


def test_a_damaged_entry_is_embedded_anew(inventory: Inventory, bundle: Bundle, tmp_path: Path) -> None:
    """A vector that was cut short counts as none, so nothing later stumbles over it."""
    before = embed(inventory, bundle, tmp_path).vectors
    connection = sqlite3.connect(tmp_path / f"{bundle.hash}.sqlite")
    with connection:
        connection.execute(
            "UPDATE embeddings SET vector = substr(vector, 1, 40) WHERE sha256 = ?", [inventory.photo_sha256[0]]
        )
    connection.close()
    corpus = embed(inventory, bundle, tmp_path)
    assert (corpus.embedded, corpus.reused) == (1, 3)
    np.testing.assert_allclose(corpus.vectors, before, atol=1e-6)


def test_a_product_without_a_usable_photo_is_left_out(inventory: Inventory, bundle: Bundle, tmp_path: Path) -> None:
    """Its photos move to the rejects, with the reason; a catalogue of nothing else is refused in words."""
    for row in (2, 3):
        inventory.photo_path[row] = tmp_path / "gone.jpg"
    corpus = embed(inventory, bundle, tmp_path)
    assert [product.product_id for product in corpus.inventory.products] == [inventory.products[0].product_id]
    assert [reject.path.name for reject in corpus.inventory.rejects] == ["gone.jpg"] * 2
    empty = Inventory(rejects=corpus.inventory.rejects)
    assert embed(empty, bundle, tmp_path).vectors.shape == (0, bundle.dim)
    with pytest.raises(EmptyCatalogError, match=r"catalog import SOURCE\. 2 photos were rejected, see /rejects\.csv"):
        empty.refuse_empty(Path("/rejects.csv"))


def test_a_photo_of_two_products_is_read_where_it_can_be(inventory: Inventory, bundle: Bundle, tmp_path: Path) -> None:
    """The other product's file lies where this user may not read: that takes neither of them out of the index."""
    sha256, readable = inventory.photo_sha256[0], inventory.photo_path[0]
    for number, paths in enumerate(((readable, tmp_path / "gone.jpg"), (tmp_path / "gone.jpg", readable))):
        shared = Inventory()
        for product, path in zip(inventory.products, paths, strict=True):
            shared.add(product, sha256, path)
        corpus = embed(shared, bundle, tmp_path / str(number))
        assert (corpus.inventory.rejects, corpus.embedded, len(corpus.vectors)) == ([], 1, 2)


def test_embeddings_that_another_process_removes_meanwhile_are_told(
    inventory: Inventory, bundle: Bundle, tmp_path: Path
) -> None:
    """A full build begins with an empty cache, also beside a check of labels that counts on it."""
    corpus = embed(inventory, bundle, tmp_path)
    with EmbeddingCache(tmp_path, bundle.hash, bundle.dim) as cache:
        cache.clear()
    with pytest.raises(StorageError, match="4 embeddings were removed"):
        _ = corpus.embeddings
