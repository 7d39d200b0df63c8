"""The catalogue's tables, in SQL that SQLite and PostgreSQL both speak.

The names carry a prefix, so that a shop may put the catalogue beside its own tables.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
)

from catalog.errors import SchemaVersionError

SCHEMA_VERSION = 1
_ROWS_LOOKED_AT = 1000  # of an index, for statistics

metadata = MetaData()

schema = Table("catalog_schema", metadata, Column("version", Integer, primary_key=True, autoincrement=False))

sources = Table(
    "catalog_sources",
    metadata,
    Column("source_id", Integer, primary_key=True),
    Column("location", Text, nullable=False, unique=True),
    Column("imported_at", String(40), nullable=False),  # ISO 8601, UTC: sorts as text, the same in every database
    Column("rejected_rows", Integer, nullable=False),
    Column("rejected_photos", Integer, nullable=False),
)

products = Table(
    "catalog_products",
    metadata,
    Column("product_id", Text, primary_key=True),
    Column("source_id", ForeignKey("catalog_sources.source_id"), nullable=False, index=True),
    Column("added_at", String(40), nullable=False),
    Column("category", Text, nullable=False),
    Column("title", Text),
    Column("group_id", Text, index=True),
    Column("gender", Text),
    Column("colour", Text),
    Column("price_cents", BigInteger),
    Column("currency", Text),
    Column("in_stock", Boolean),
    Column("description", Text),
    Column("url", Text),
    Column("split", Text),
    Column("attributes", JSON, nullable=False),
    # Each with the id, so that the pages of a list come out in order.
    Index("ix_catalog_products_category", "category", "product_id"),
    Index("ix_catalog_products_newest", "added_at", "product_id"),
    Index("ix_catalog_products_gender", "gender", "product_id"),
    Index("ix_catalog_products_colour", "colour", "product_id"),
    Index("ix_catalog_products_price", "price_cents", "product_id"),
    Index("ix_catalog_products_stock", "in_stock", "product_id"),
)

photos = Table(
    "catalog_photos",
    metadata,
    Column("photo_id", Integer, primary_key=True),
    Column("product_id", ForeignKey("catalog_products.product_id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Index("ix_catalog_photos_product", "product_id", "position"),
    sqlite_autoincrement=True,  # a photo id that was once given out never comes to mean another photo
)

searches = Table(
    "catalog_searches",
    metadata,
    Column("search_id", String(40), primary_key=True),  # random: says nothing of who asked, nor in which order
    Column("searched_at", String(40), nullable=False, index=True),  # to the minute
    Column("snapshot_id", Text, nullable=False),
    Column("category", Text),  # predicted
    Column("probability", Float),
    Column("recognised", Boolean, nullable=False),
    Column("results", Integer, nullable=False),  # similar products in all
    Column("companions", Integer, nullable=False),  # products that go with it, as shown
    Column("language", String(20), nullable=False),
    Column("filters", JSON, nullable=False),
    Column("page", Integer, nullable=False),
    Column("refined", Boolean, nullable=False),
)

clicks = Table(
    "catalog_clicks",
    metadata,
    Column("click_id", String(40), primary_key=True),
    Column("clicked_at", String(40), nullable=False, index=True),
    Column("search_id", String(40), index=True),  # no foreign key: its search may have been dropped or forgotten
    Column("list_name", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("position", Integer, nullable=False),  # from 1
    Column("kind", String(20), nullable=False),
)


def has_schema(connection: Connection) -> bool:
    """Whether the tables are there, in the layout that this version knows.

    Raises:
        SchemaVersionError: they are there in another layout.
    """
    if not inspect(connection).has_table(schema.name):
        return False
    version = connection.execute(select(schema.c.version)).scalar_one_or_none()
    if version != SCHEMA_VERSION:
        raise SchemaVersionError(
            f"The catalogue's tables have layout {version}; this version of Vitrina knows layout {SCHEMA_VERSION}. "
            "Update Vitrina, or name another database in VITRINA_DATABASE_URL and import into it."
        )
    return True


def lacks_tables(connection: Connection) -> bool:
    """Whether a catalogue of the known layout was made before some of today's tables or indexes were thought of."""
    there = inspect(connection)
    if not set(metadata.tables) <= set(there.get_table_names()):
        return True
    known = {index["name"] for index in there.get_indexes(products.name)}
    return not {index.name for index in products.indexes} <= known


def create_schema(connection: Connection) -> None:
    """Lay out the tables that aren't there yet; a table that is only new needs no new layout number."""
    known = has_schema(connection)
    metadata.create_all(connection)
    for index in products.indexes:
        index.create(connection, checkfirst=True)
    if not known:
        connection.execute(insert(schema).values(version=SCHEMA_VERSION))


def gather_statistics(connection: Connection) -> None:
    """Let the database see how many products share a category, a colour, ...; it chooses its indexes by that.

    SQLite has to be asked, and looks at some rows of each index only, which takes milliseconds; others see to it
    themselves.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit={_ROWS_LOOKED_AT}")
        connection.exec_driver_sql(f"ANALYZE {products.name}")
