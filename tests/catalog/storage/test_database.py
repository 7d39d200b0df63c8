"""Opening databases, and what happens when they can't be used."""

import multiprocessing
import os
import sqlite3
import threading
from contextlib import nullcontext

import pytest
from sqlalchemy import text, update

from catalog import Catalog, DatabaseError, DatabaseLockedError
from catalog.errors import SchemaVersionError, UnstorableValueError
from catalog.storage.layout import SCHEMA_VERSION
from catalog.storage.tables.schema import schema


def _open_and_count(url):
    with Catalog.open(url) as catalog:
        return catalog.counts().products


def _delete_photos_then_fail(connection):
    connection.execute(text("DELETE FROM catalog_photos"))
    connection.execute(text("DELETE FROM nowhere"))


def test_opening_makes_the_database_and_its_folders(tmp_path):
    """A new shop needs no preparation, whatever its folders are called."""
    path = tmp_path / "año 1" / "data?" / "shop.db"
    with Catalog.open(f"sqlite:///{str(path).replace('?', '%3F')}") as catalog:
        assert catalog.counts().products == 0
    assert path.is_file()


def test_catalogue_outlives_its_process(coats, load):
    """What was imported is there when it is opened again."""
    load(coats)
    with Catalog.open() as again:
        assert again.counts().products == 3


def test_several_processes_may_open_a_new_database_at_once(tmp_path):
    """The workers of a web server that start together don't stumble over one another."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_open_and_count, [url] * 3) == [0, 0, 0]


def test_readers_go_on_while_somebody_writes(coats, load, catalog):
    """During an import the shop shows the catalogue as it was before."""
    load(coats)
    with catalog.database.writing() as connection:
        connection.execute(text("DELETE FROM catalog_photos"))
        seen: list[int] = []
        reader = threading.Thread(target=lambda: seen.append(catalog.counts().photos))
        reader.start()
        reader.join()
    assert seen == [3]
    assert catalog.counts().photos == 0


def test_reader_sees_one_state(coats, load, catalog):
    """Products and their photos are read by several queries, which must not see what was written between them."""
    load(coats)
    count = text("SELECT count(*) FROM catalog_photos")
    with catalog.database.reading() as reading:
        assert reading.execute(count).scalar_one() == 3
        with catalog.database.writing() as writing:
            writing.execute(text("DELETE FROM catalog_photos"))
        assert reading.execute(count).scalar_one() == 3
    assert catalog.counts().photos == 0


def test_failed_write_leaves_nothing_behind(coats, load, catalog):
    """An error in the middle of a write takes all of it back."""
    load(coats)
    with pytest.raises(DatabaseError, match=r"no such table|does not exist"), catalog.database.writing() as connection:
        _delete_photos_then_fail(connection)
    assert catalog.counts().photos == 3


@pytest.mark.parametrize("value", ["half \ud800", "null \0", 2**70])
def test_a_value_that_no_database_takes_is_told(catalog, value):
    """It isn't the database that can't be used; SQLite takes a null character, and PostgreSQL doesn't."""
    kind = "TEXT" if isinstance(value, str) else "BIGINT"
    statement = text(f"SELECT CAST(:value AS {kind})").bindparams(value=value)
    takes_it = value == "null \0" and "sqlite" in os.environ.get("VITRINA_DATABASE_URL", "sqlite")
    with (
        nullcontext() if takes_it else pytest.raises(UnstorableValueError, match="can't be stored or looked for"),
        catalog.database.writing() as connection,
    ):
        connection.execute(statement)
    assert catalog.counts().products == 0


def test_second_writer_waits_then_says_who_is_in_the_way(catalog, home):
    """A lock that isn't given up in time is an error to act on, and the first writer is not disturbed."""
    with (
        Catalog.open(lock_timeout_seconds=0.2) as impatient,
        catalog.database.writing(),
        pytest.raises(
            DatabaseLockedError, match=r"The catalogue \S+ is being written by another import; waited 0\.2 seconds"
        ),
        impatient.database.writing(),
    ):
        pass


def test_second_writer_gets_its_turn(catalog):
    """A short lock only makes the other one wait."""
    done = threading.Event()
    with Catalog.open(lock_timeout_seconds=10) as patient:

        def write() -> None:
            with patient.database.writing():
                done.set()

        with catalog.database.writing():
            writer = threading.Thread(target=write)
            writer.start()
            assert not done.wait(0.2)
        writer.join()
    assert done.is_set()


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION + 1])
def test_tables_of_another_version_are_refused(catalog, home, version):
    """A catalogue that this version doesn't understand is left alone, with both versions named."""
    with catalog.database.writing() as connection:
        connection.execute(update(schema).values(version=version))
    with pytest.raises(SchemaVersionError, match=rf"layout {version};.* knows layout {SCHEMA_VERSION}"):
        Catalog.open()


def test_shop_tables_of_other_names_are_left_alone(tmp_path):
    """The catalogue may live in a database that the shop uses for something else."""
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as shop:
        shop.execute("CREATE TABLE products (sku TEXT)")
        shop.execute("INSERT INTO products VALUES ('A')")
    shop.close()
    with Catalog.open(f"sqlite:///{path}") as catalog:
        assert catalog.counts().products == 0
        with catalog.database.reading() as connection:
            assert connection.execute(text("SELECT sku FROM products")).scalars().all() == ["A"]


def test_file_that_is_no_database_is_named(tmp_path):
    """Pointing at the wrong file says so and leaves it as it is."""
    path = tmp_path / "notes.db"
    path.write_text("not a database, but long enough to look at " * 50)
    with pytest.raises(DatabaseError, match=r"notes\.db can't be used: file is not a database"):
        Catalog.open(f"sqlite:///{path}")
    assert path.read_text().startswith("not a database")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("catalog.db", "is not a database URL"),
        ("sqlite://", "name a file"),
        ("nosuchdatabase://host/name", "is not a database URL"),
        ("sqlite:////proc/nowhere/catalog.db", "can't be made"),
    ],
)
def test_wrong_urls_are_explained(url, message):
    """A setting that can't work says what would."""
    with pytest.raises(DatabaseError, match=message):
        Catalog.open(url)


def test_passwords_stay_out_of_messages():
    """A message about a server names it without its password."""
    with pytest.raises(DatabaseError) as caught:
        Catalog.open("postgresql+psycopg://shop:hunter2@localhost:1/catalogue")
    assert "hunter2" not in str(caught.value)
