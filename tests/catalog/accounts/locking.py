"""An import that is under way."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog import Catalog


@contextmanager
def import_under_way(catalog: Catalog) -> Iterator[None]:
    """Another connection that holds the write lock of an SQLite catalogue."""
    url = catalog.database._engine.url
    if url.get_backend_name() != "sqlite":
        pytest.skip("on PostgreSQL, no writer waits for an import of other rows")
    other = sqlite3.connect(Path(str(url.database)), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
