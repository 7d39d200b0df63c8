"""An import that is killed, that meets another one, or that is large writes all of it or nothing."""

import signal
import subprocess
import sys
import threading

import pytest

from catalog import Catalog, DatabaseLockedError
from tests.catalog.importing.imported import count_changes, read_everything


def test_killed_import_leaves_the_old_catalogue(coats, load, catalog, draw, write_table):
    """A process that dies in the middle of writing has written nothing, and the next import goes through."""
    load(coats)
    before = read_everything(catalog)
    rows = [
        {"product_id": f"C{number}", "category": "Changed", "image": f"photos/{number % 3 + 1}.jpg"}
        for number in range(1200)
    ]
    table = write_table("products.csv", rows)
    script = """
import os, signal, sys
from pathlib import Path
from catalog import Catalog
from catalog.importing import import_source
from catalog.importing.product_writer import ProductWriter
apply = ProductWriter.apply
def apply_then_die(self, batch):
    apply(self, batch)
    assert self.added and self.updated
    os.kill(os.getpid(), signal.SIGKILL)
ProductWriter.apply = apply_then_die
import_source(Catalog.open(), Path(sys.argv[1]))
"""
    done = subprocess.run([sys.executable, "-c", script, str(table)], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert read_everything(catalog) == before
    assert count_changes(load(table)) == (1197, 3, 0, 0)


def test_import_that_finds_the_database_locked_changes_nothing(coats, catalog, home):
    """While another import writes, this one waits, then says so; afterwards it works."""
    from catalog.importing import import_source

    with Catalog.open(lock_timeout_seconds=0.2) as impatient:
        with catalog.database.writing(), pytest.raises(DatabaseLockedError, match="try again when it has ended"):
            import_source(impatient, coats, progress=False)
        assert catalog.counts().products == 0
        assert import_source(impatient, coats, progress=False).added == 3


def test_two_imports_at_once_both_arrive(coats, catalog, draw, write_table):
    """Imports of two sources take turns; neither undoes the other."""
    from catalog.importing import import_source

    draw("s.jpg")
    shoes = write_table("shoes.csv", [{"product_id": "S1", "category": "Shoes", "image": "s.jpg"}])
    threads = [
        threading.Thread(target=import_source, args=(catalog, table), kwargs={"progress": False})
        for table in (coats, shoes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [product.product_id for product in catalog.iter_products()] == ["C1", "C2", "C3", "S1"]


def test_import_beyond_one_batch(draw, write_table, load, catalog):
    """Thousands of rows go through in batches, with the same counts as a few."""
    draw("1.jpg")
    rows = [
        {"product_id": f"{number:05}", "category": "Coats", "image": "1.jpg", "price": "5"} for number in range(2300)
    ]
    table = write_table("products.csv", rows)
    assert count_changes(load(table)) == (2300, 0, 0, 0)
    rows[1234]["price"] = "6"
    write_table("products.csv", rows[:-10])
    assert count_changes(load(table, prune=True)) == (0, 1, 2289, 10)
    assert catalog.product("01234").price_cents == 600
