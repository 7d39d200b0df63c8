"""The tables of sources, products, photos, and of the attributes that the public may see."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from catalog.storage.tables.schema import metadata

_REDUCED = "price_before_cents > price_cents"

sources = Table(
    "catalog_sources",
    metadata,
    Column("source_id", Integer, primary_key=True),
    Column("location", Text, nullable=False, unique=True),
    Column("imported_at", String(40), nullable=False),  # ISO 8601, UTC: as text it sorts the same everywhere
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
    Column("brand", Text),
    Column("material", Text),
    Column("sizes", JSON(none_as_null=True)),  # a list of texts
    Column("price_cents", BigInteger),
    Column("price_before_cents", BigInteger),
    Column("currency", Text),
    Column("in_stock", Boolean),
    Column("availability", Text),
    Column("sku", Text),
    Column("gtin", Text),
    Column("mpn", Text),
    Column("description", Text),
    Column("url", Text),
    Column("split", Text),
    Column("published", Boolean, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("details", JSON, nullable=False),  # as catalog.product_details says
    # Each index ends with the product id, so that the pages of a list come out in order.
    Index("ix_catalog_products_category", "category", "product_id"),
    Index("ix_catalog_products_newest", "added_at", "product_id"),
    Index("ix_catalog_products_gender", "gender", "product_id"),
    Index("ix_catalog_products_colour", "colour", "product_id"),
    Index("ix_catalog_products_brand", "brand", "product_id"),
    Index("ix_catalog_products_price", "price_cents", "product_id"),
    Index("ix_catalog_products_stock", "in_stock", "product_id"),
    # Of the reduced products alone, so that a list of them costs what they are many.
    Index(
        "ix_catalog_products_reduced",
        "added_at",
        "product_id",
        sqlite_where=text(_REDUCED),
        postgresql_where=text(_REDUCED),
    ),
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
    sqlite_autoincrement=True,  # the id of a deleted photo is never given to another photo
)

# One row per attribute about which somebody has decided; about all others, catalog.public_attributes has a list.
attribute_choices = Table(
    "catalog_attribute_choices",
    metadata,
    Column("name", Text, primary_key=True),  # the source's column
    Column("public", Boolean, nullable=False),
    Column("by", String(80), nullable=False),  # the account's name
    Column("at", String(40), nullable=False),  # ISO 8601, UTC
)
