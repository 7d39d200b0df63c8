"""A part of the demo boutique, drawn, imported and indexed: small, but with a category of more than one page."""

from pathlib import Path

import pytest

from catalog import Catalog
from catalog.demo.assortment import plan_assortment
from catalog.demo.boutique import render_assortment
from catalog.demo.designs import DemoProduct
from catalog.importing import import_source
from indexer.building.build import BuildPaths, build_index
from search.model.bundle import Bundle
from search.settings import PRETRAINED_BUNDLE

SEED = 7
DESIGNS_PER_CATEGORY = 2
LARGE_CATEGORY, LARGE_DESIGNS = "MEN_Coats", 9  # more than one page of products


def choose_products() -> list[DemoProduct]:
    """A part of the demo boutique: all colours of a few designs of every category."""
    chosen: list[DemoProduct] = []
    designs: dict[str, list[str]] = {}
    for product in plan_assortment(SEED):
        category, group_id = product.design.category, product.design.group_id
        known = designs.setdefault(category, [])
        if group_id not in known and len(known) < (
            LARGE_DESIGNS if category == LARGE_CATEGORY else DESIGNS_PER_CATEGORY
        ):
            known.append(group_id)
        if group_id in known:
            chosen.append(product)
    return chosen


def write_demo_home(home: Path) -> None:
    """Draw the products into ``demo`` below a data directory, import them, and index them by the shipped model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINA_HOME", str(home))
        patch.delenv("VITRINA_DATABASE_URL", raising=False)
        render_assortment(choose_products(), home / "demo", seed=SEED, progress=False)
        with Catalog.open() as catalog:
            import_source(catalog, home / "demo" / "products.csv", progress=False)
            paths = BuildPaths.below(home, home / "index")
            build_index(catalog, Bundle.open(PRETRAINED_BUNDLE), paths, progress=False)
