"""The migrations as they are, since these tests are about them."""

import pytest

import catalog.storage.database
from catalog.storage.layout import migrate


@pytest.fixture(autouse=True)
def _migrate_as_shops_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog.storage.database, "migrate", migrate)
