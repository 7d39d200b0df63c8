"""What a training learns from the catalogue itself."""

from pathlib import Path

import pytest

from catalog import Catalog
from indexer.errors import TrainingDataError
from indexer.training.catalog_examples import read_catalog_examples


def test_photos_have_the_labels_of_the_catalogue(catalog: Catalog, shop: Path) -> None:
    """One row a photo, known by its content, and the usual heads where they have more than one value."""
    read = read_catalog_examples(catalog, progress=False)
    products = {product.product_id: product for product in catalog.iter_products()}
    assert len(read.examples) == sum(len(product.photos) for product in products.values())
    assert read.examples.attrs["heads"][0] == "category"
    for row in read.examples.to_dict("records"):
        assert row["category"] == products[row["product_id"]].category
        assert Path(row["path"]).is_file()
        assert row["split"] is None
    assert not read.rejects


def test_photos_that_cannot_be_read_are_listed(catalog: Catalog, shop: Path) -> None:
    """And the others are learned from."""
    broken = shop.parent / "photos" / "disc-red-1.jpg"
    broken.write_bytes(b"no photo")
    read = read_catalog_examples(catalog, progress=False)
    assert [Path(reject.file).name for reject in read.rejects] == ["disc-red-1.jpg"]
    assert str(broken) not in set(read.examples["path"])


def test_an_empty_catalogue_says_what_to_do(home: Path) -> None:
    """Import first."""
    with Catalog.open() as empty, pytest.raises(TrainingDataError, match="Import some first"):
        read_catalog_examples(empty, progress=False)


def test_a_head_that_no_product_has_is_refused(catalog: Catalog, shop: Path) -> None:
    """Rather than learned as nothing."""
    with pytest.raises(TrainingDataError, match="--also sleeve"):
        read_catalog_examples(catalog, also=["sleeve"], progress=False)


@pytest.mark.parametrize("name", ["category", "path", "split", "product_id", "sizes", "price", "title"])
def test_what_is_no_property_is_refused(catalog: Catalog, shop: Path, name: str) -> None:
    """As in a table: some ended in tracebacks, and each title was a class of its own."""
    with pytest.raises(TrainingDataError, match=f"--also {name} is no property"):
        read_catalog_examples(catalog, also=[name], progress=False)


def test_values_that_are_no_texts_teach_nothing(catalog: Catalog, shop: Path) -> None:
    """Amounts and flags of products aren't labels."""
    with pytest.raises(TrainingDataError, match="--also price_cents: the column has no values"):
        read_catalog_examples(catalog, also=["price_cents"], progress=False)
