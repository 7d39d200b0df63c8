from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import Catalog
from catalog.accounts.accounts import AccountStore
from catalog.backup.contents import SECRET
from catalog.importing import import_source
from tests.catalog.backup.shops import PASSWORD, write_index


@pytest.fixture
def used(home: Path, shop: Path, draw: Callable[..., Path], quick_hashes: None) -> Path:
    """A data directory with a product, an account, a secret and an index."""
    draw("1.jpg")
    (shop / "shop.csv").write_text("product_id,category,image\none,Bags,1.jpg\n")
    with Catalog.open() as catalog:
        import_source(catalog, shop / "shop.csv", progress=False)
        AccountStore(catalog.database).add("ana", "admin", PASSWORD, by="test")
    (home / SECRET).write_text("s" * 64)
    write_index(home)
    return home
