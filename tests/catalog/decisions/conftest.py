from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import Catalog
from catalog.importing import import_source


@pytest.fixture
def add_products(catalog: Catalog, draw: Callable[..., Path], shop: Path) -> Callable[[dict[str, str]], None]:
    """Puts products into the catalogue, by id and category."""

    def add(products: dict[str, str]) -> None:
        lines = ["product_id,category,image"]
        for number, (product_id, category) in enumerate(products.items()):
            draw(f"{product_id}.jpg", shade=number)
            lines.append(f"{product_id},{category},{product_id}.jpg")
        (shop / "products.csv").write_text("\n".join(lines))
        import_source(catalog, shop / "products.csv", progress=False)

    return add
