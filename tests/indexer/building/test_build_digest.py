"""When an index must be built anew: whenever anything that it is made of, or that is read with it, has changed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from catalog import Product
from indexer.building import build_digest
from indexer.building.build_digest import digest_build
from indexer.corpus.inventory import Inventory
from search.model.balance import Balance
from search.model.bundle import Bundle, Head


@pytest.fixture
def inventory() -> Inventory:
    made = Inventory()
    made.add(Product("coat", "Coats", title="A coat", price_cents=990), "00", Path("coat.jpg"))
    return made


def changed(bundle: Bundle) -> dict[str, Bundle]:
    """The bundle with one thing changed in its description, the network being the same."""
    balance, category = bundle.balance, bundle.heads["category"]
    parts = (replace(balance.parts[0], spread=0.5), *balance.parts[1:])
    first, *others = category.labels
    assert bundle.novelty is not None
    return {
        "weights": replace(bundle, balance=balance.with_colour_weight(0.123)),
        "spreads": replace(bundle, balance=Balance(parts, balance.weights)),
        "labels": replace(
            bundle, heads={**bundle.heads, "category": Head((f"{first}!", *others), category.supercategories)}
        ),
        "supercategories": replace(bundle, heads={**bundle.heads, "category": Head(category.labels)}),
        "vote": replace(bundle, neighbours=replace(bundle.neighbours, equal_score=0.99)),
        "threshold": replace(bundle, novelty=replace(bundle.novelty, threshold=0.987)),
        "references": replace(bundle, novelty=replace(bundle.novelty, references=np.eye(3, dtype=np.float32))),
    }


@pytest.mark.parametrize("what", ["weights", "spreads", "labels", "supercategories", "vote", "threshold", "references"])
def test_a_bundle_with_another_description_calls_for_another_index(
    inventory: Inventory, bundle: Bundle, what: str
) -> None:
    """Its network, and so its hash, is the same; but shoppers would get other answers."""
    other = changed(bundle)[what]
    assert other.hash == bundle.hash
    assert digest_build(inventory, other) != digest_build(inventory, bundle)


def test_a_name_or_a_folder_of_the_bundle_calls_for_nothing(inventory: Inventory, bundle: Bundle) -> None:
    """The same model elsewhere makes the same index."""
    moved = replace(bundle, name="another name", path=Path("/elsewhere"))
    assert digest_build(inventory, moved) == digest_build(inventory, bundle)


@pytest.mark.parametrize(
    "changes", [{"title": "B"}, {"category": "Hats"}, {"price_cents": 1}, {"in_stock": False}, {"group_id": "g"}]
)
def test_a_changed_product_calls_for_another_index(inventory: Inventory, bundle: Bundle, changes: dict) -> None:
    before = digest_build(inventory, bundle)
    inventory.products[0] = replace(inventory.products[0], **changes)
    assert digest_build(inventory, bundle) != before


def test_a_new_version_of_the_builder_calls_for_another_index(
    inventory: Inventory, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that what this version does better reaches shops whose catalogue hasn't changed."""
    before = digest_build(inventory, bundle)
    monkeypatch.setattr(build_digest, "BUILDER_VERSION", build_digest.BUILDER_VERSION + 1)
    assert digest_build(inventory, bundle) != before
