"""How an older catalogue gets today's tables, without losing a row."""

import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import catalog.storage.migrations
from catalog import Catalog, DatabaseError
from catalog.accounts.accounts import AccountStore
from catalog.browsing.browser import Browser
from catalog.browsing.product_search import ProductQuery
from catalog.curation.rules import RuleStore
from catalog.errors import SchemaVersionError
from catalog.importing import import_source
from catalog.labels.corrections import CorrectionStore
from catalog.storage.layout import SCHEMA_VERSION
from catalog.storage.tables import metadata
from catalog.storage.tables.schema import MIGRATIONS_TABLE

LATER_TABLES = {
    "catalog_sessions",
    "catalog_attribute_choices",
    "catalog_changes",
    "catalog_embeddings",
    "catalog_index_marks",
    "catalog_api_keys",
    "catalog_api_answers",
    "catalog_conversions",
    "catalog_feedback",
    "catalog_category_synonyms",
    "catalog_source_links",
    "catalog_supercategories",
    "catalog_schema",
}  # the last one holds the layout's number
LATER_COLUMNS = {
    *("brand", "material", "sizes", "price_before_cents", "availability", "sku", "gtin", "mpn", "published", "details")
}
BEFORE_MIGRATIONS = Path(__file__).with_name("before_migrations.sql")


@pytest.fixture
def old_file(home: Path) -> Iterator[Path]:
    """A data directory's ``catalog.db`` from before the migrations, its last rows still in the write-ahead log."""
    home.mkdir()
    path = home / "catalog.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(BEFORE_MIGRATIONS.read_text(encoding="utf-8"))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute(
            "INSERT INTO catalog_audit VALUES (7, '2026-11-27', 'ana', 'label kept', 'bag-1', '{}', '{}')"
        )
        connection.commit()
        assert path.with_name("catalog.db-wal").stat().st_size  # as after a crash, or beside a running server
        yield path


def read_rows(path: Path) -> dict[str, list[Any]]:
    """Every row of the tables that a catalogue had before the migrations, by table, as SQLite has it."""
    with closing(sqlite3.connect(path)) as connection:
        tables = sorted(metadata.tables.keys() - LATER_TABLES)
        columns = {
            name: ", ".join(
                f'"{column.name}"' for column in metadata.tables[name].columns if column.name not in LATER_COLUMNS
            )
            for name in tables
        }
        return {name: connection.execute(f"SELECT {columns[name]} FROM {name}").fetchall() for name in tables}  # noqa: S608


def copies_of(path: Path) -> list[str]:
    """What lies beside a database and isn't its own."""
    own = {path.name, f"{path.name}-wal", f"{path.name}-shm"}
    return sorted(file.name for file in path.parent.iterdir() if file.name not in own)


def _open_and_count(url: str) -> int:
    with Catalog.open(url) as opened:
        return opened.counts().products


def test_an_older_data_directory_keeps_every_row(old_file: Path) -> None:
    """Products, accounts, the audit log, rules and corrections of the version before are all there, and are used."""
    before = read_rows(old_file)
    assert all(before.values())
    with Catalog.open() as opened:
        assert read_rows(old_file) == before
        coat = opened.product("coat-1")
        assert (coat.published, coat.brand, coat.sizes, coat.details) == (True, None, None, {})
        assert opened.product("coat-2").category == "Jackets"
        assert AccountStore(opened.database).check_password("ana", "correct horse battery") is not None
        assert [rule.terms.target for rule in RuleStore(opened.database).every()] == ["coat-1"]
        correction = CorrectionStore(opened.database).find("coat-2")
        assert correction is not None
        assert (correction.state, correction.by) == ("in force", "ana")
        found = Browser(opened.database).find(ProductQuery(words="senor wool"), 10)
        assert [product.product_id for product in found.products] == ["coat-1"]


def test_a_copy_is_made_first_with_what_stood_in_the_log(old_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The copy is a whole catalogue of the layout before, and the log says where it lies."""
    before = read_rows(old_file)
    Catalog.open().close()
    assert copies_of(old_file) == ["catalog.db.layout-1"]
    copy = old_file.with_name("catalog.db.layout-1")
    assert str(copy) in caplog.text
    assert read_rows(copy) == before
    assert copy.stat().st_mode == old_file.stat().st_mode
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not connection.execute(f"SELECT 1 FROM sqlite_master WHERE name = '{MIGRATIONS_TABLE}'").fetchall()  # noqa: S608


def test_an_upgraded_catalogue_is_not_upgraded_again(old_file: Path) -> None:
    """The next opening makes no copy and changes nothing."""
    Catalog.open().close()
    old_file.with_name("catalog.db.layout-1").unlink()
    Catalog.open().close()
    assert copies_of(old_file) == []


def test_a_new_catalogue_needs_no_copy(home: Path) -> None:
    """There is nothing to keep."""
    Catalog.open().close()
    assert copies_of(home / "catalog.db") == []


def test_tables_and_indexes_that_came_later_are_added(old_file: Path) -> None:
    """A catalogue that is still older lacks some tables and indexes."""
    with closing(sqlite3.connect(old_file)) as connection:
        connection.executescript("DROP TABLE catalog_jobs; DROP INDEX ix_catalog_products_price;")
    with Catalog.open() as opened, opened.database.reading() as reading:
        assert inspect(reading).has_table("catalog_jobs")
        assert "ix_catalog_products_price" in {
            index["name"] for index in inspect(reading).get_indexes("catalog_products")
        }


def test_without_a_copy_nothing_is_changed(old_file: Path) -> None:
    """Whoever has no room for the copy is told so, and keeps the catalogue as it was."""
    before = read_rows(old_file)
    old_file.with_name("catalog.db.layout-1").mkdir()
    with pytest.raises(DatabaseError, match=r"its copy \S+catalog\.db\.layout-1 can't be made first"):
        Catalog.open()
    assert read_rows(old_file) == before
    assert copies_of(old_file) == ["catalog.db.layout-1"]
    old_file.with_name("catalog.db.layout-1").rmdir()
    assert _open_and_count(f"sqlite:///{old_file}") == 3


def test_a_failed_migration_takes_everything_back(old_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are created in the transaction that also notes the new layout."""
    with closing(sqlite3.connect(old_file)) as connection:
        connection.execute("DROP TABLE catalog_jobs")

    def fail(_connection: object) -> None:
        raise DatabaseError("no more")

    monkeypatch.setattr("catalog.storage.database.create_full_text_index", fail)
    with pytest.raises(DatabaseError, match="no more"):
        Catalog.open()
    with closing(sqlite3.connect(old_file)) as connection:
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert not there & {"catalog_jobs", MIGRATIONS_TABLE}


def test_several_processes_may_open_an_older_catalogue_at_once(old_file: Path) -> None:
    """One of a web server's workers upgrades it, and the others wait for that."""
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_open_and_count, [f"sqlite:///{old_file}"] * 3) == [3, 3, 3]


def test_a_newer_catalogue_is_refused_untouched(old_file: Path) -> None:
    """What a later version laid out is left alone, and no copy is made."""
    with closing(sqlite3.connect(old_file)) as connection:
        connection.execute("UPDATE catalog_schema SET version = 999")
        connection.commit()
    before = read_rows(old_file)
    with pytest.raises(SchemaVersionError, match=r"layout 999; this version of Vitrina knows layout \d+\. Update"):
        Catalog.open()
    assert read_rows(old_file) == before
    assert copies_of(old_file) == []


def test_a_catalogue_without_migrations_is_taken_over(
    catalog: Catalog, coats: Path, load: Callable[..., object]
) -> None:
    """On a server too, the tables of the version before stay as they are and get their number."""
    load(coats)
    with catalog.database.writing() as connection:
        connection.execute(text(f"DROP TABLE {MIGRATIONS_TABLE}"))
    with Catalog.open() as again:
        assert import_source(again, coats, progress=False).unchanged == 3
        with again.database.reading() as connection:
            noted = connection.execute(text(f"SELECT version_num FROM {MIGRATIONS_TABLE}")).scalar_one()  # noqa: S608
    assert int(noted) == SCHEMA_VERSION


def test_migrations_make_the_tables_that_the_code_knows(catalog: Catalog) -> None:
    """A changed table needs a migration: all of them together make just what ``catalog.storage.tables`` says."""

    def is_ours(item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        table = name if kind == "table" else item.table.name if kind in ("index", "column") else None
        return name != "ix_catalog_products_words" and (table is None or table in metadata.tables)

    with catalog.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []


def test_migrations_are_numbered_in_their_order() -> None:
    """The number that the code knows is that of the newest file, and each file has a higher one than that before it."""
    config = Config()
    config.set_main_option("script_location", str(Path(catalog.storage.migrations.__file__).parent))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert revisions[0] == f"{SCHEMA_VERSION:04d}"
    assert revisions == sorted(revisions, reverse=True)
