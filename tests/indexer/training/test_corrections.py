"""Corrected labels reach the photos that a training learns from: by source and id, or by the photo itself."""

from pathlib import Path

import pandas as pd
import pytest

from catalog import Catalog
from catalog.importing import import_source
from catalog.labels.corrected_labels import CorrectedLabel
from catalog.labels.corrections import CorrectionStore
from indexer.building.build import build_index
from indexer.errors import StorageError
from indexer.training.corrections import (
    AppliedCorrections,
    apply_corrections,
    corrections_of_job,
    find_corrected_labels,
)
from indexer.training.examples import read_examples
from indexer.training.splitting import split_examples
from search.engine import SearchEngine
from search.query import SearchRequest

SOURCE = Path("/shop/products.csv")


def _examples(*rows):
    """Rows of product id, fingerprint, label."""
    return pd.DataFrame(rows, columns=["product_id", "sha256", "category"], dtype=object)


def _corrected(product_id="1", given="Coats", corrected="Jackets", location=str(SOURCE), photos=("a",)):
    return CorrectedLabel(product_id, given, corrected, location, frozenset(photos))


def test_a_product_of_the_same_source_is_corrected_with_all_its_photos():
    """Also with photos that came after the correction."""
    examples = _examples(("1", "a", "Coats"), ("1", "z", "Coats"), ("2", "b", "Coats"))
    assert apply_corrections(examples, SOURCE, [_corrected()]) == AppliedCorrections(1, 2)
    assert examples["category"].tolist() == ["Jackets", "Jackets", "Coats"]


def test_a_source_that_says_something_else_is_believed():
    """The correction answered another label; it isn't one of this."""
    examples = _examples(("1", "a", "Parkas"))
    assert apply_corrections(examples, SOURCE, [_corrected()]) == AppliedCorrections()
    assert examples["category"].tolist() == ["Parkas"]


def test_a_photo_is_known_in_another_source_under_another_id():
    """A copy of the table, elsewhere; the product's other photos follow."""
    examples = _examples(("x1", "a", "Coats"), ("x1", "q", "Coats"), ("x2", "b", "Coats"))
    elsewhere = [_corrected(location="/other.csv")]
    assert apply_corrections(examples, SOURCE, elsewhere) == AppliedCorrections(1, 2)
    assert examples["category"].tolist() == ["Jackets", "Jackets", "Coats"]


def test_the_same_id_in_another_source_means_nothing():
    """Number 1 of one shop is not number 1 of another."""
    examples = _examples(("1", "z", "Coats"))
    assert apply_corrections(examples, SOURCE, [_corrected(location="/other.csv")]) == AppliedCorrections()


def test_a_photo_that_corrections_disagree_about_is_left_alone():
    """Two products with one photo were corrected differently; their own ids still decide."""
    corrections = [_corrected(), _corrected("2", corrected="Parkas", location="/other.csv")]
    examples = _examples(("1", "a", "Coats"), ("9", "a", "Coats"))
    assert apply_corrections(examples, SOURCE, corrections) == AppliedCorrections(1, 1)
    assert examples["category"].tolist() == ["Jackets", "Coats"]


def test_without_a_catalogue_there_are_no_corrections(home: Path):
    """And none is made by asking."""
    assert find_corrected_labels() == []
    assert not home.exists()


@pytest.fixture
def corrected(catalog: Catalog) -> str:
    """A product's id whose label somebody corrected from Discs to Blocks."""
    CorrectionStore(catalog.database).decide("disc-red", "Blocks", seen="Discs", version=0, by="ana")
    return "disc-red"


def test_a_corrected_label_is_in_the_next_split(catalog: Catalog, shop: Path, corrected: str):
    """After another import of the source, which still says Discs: both photos count as Blocks where they are dealt."""
    import_source(catalog, shop, progress=False)
    read = read_examples(shop, progress=False)
    assert set(read.examples[read.examples["product_id"] == corrected]["category"]) == {"Discs"}
    assert apply_corrections(read.examples, shop, find_corrected_labels()).describe() == [
        "1 products (2 photos) have the label that was corrected in the studio"
    ]
    split = split_examples(read.examples, [], seed=0)
    mine = split[split["product_id"] == corrected]
    assert set(mine["category"]) == {"Blocks"}
    assert mine["split"].isin(["train", "validation", "test"]).all()
    assert split["category"].value_counts().to_dict() == {"Blocks": 10, "Discs": 6}


def test_a_corrected_label_is_in_the_next_index(catalog: Catalog, shop: Path, corrected: str, paths, bundle):
    """After another import too: the product is found under its corrected category."""
    import_source(catalog, shop, progress=False)
    build_index(catalog, bundle, paths, progress=False)
    engine = SearchEngine.open(paths.index_dir, bundle.path)
    hits = engine.similar("block-red", SearchRequest(limit=8))
    assert {hit.product_id: hit.category for hit in hits}[corrected] == "Blocks"


@pytest.mark.parametrize("note", ["", "{", "[1]", '[{"product_id": "1"}]', '[{"photos": 1}]', "7"])
def test_a_note_of_corrections_that_makes_no_sense_is_told(tmp_path: Path, note: str):
    """As one half written, or by another version, which ended in a traceback."""
    path = tmp_path / "corrections.json"
    path.write_text(note)
    with pytest.raises(StorageError, match=r"can't be used.*Delete its directory"):
        corrections_of_job(path)
