"""The tables of corrected labels and of what the latest check of the labels found."""

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table, Text

from catalog.storage.tables.schema import metadata

# One row a product and field, with its latest decision; what was decided before stands in the audit log. No foreign
# key: a decision outlives its product, which may be pruned and come back.
corrections = Table(
    "catalog_corrections",
    metadata,
    Column("product_id", Text, primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("given", Text, nullable=False),  # what the source said
    Column("chosen", Text, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", String(40), nullable=False),  # ISO 8601, UTC
    Column("version", Integer, nullable=False),  # counts every change, from 1
    Index("ix_catalog_corrections_state", "state", "at"),
    Index("ix_catalog_corrections_by", "by", "state", "at"),
)

label_checks = Table(
    "catalog_label_checks",
    metadata,
    Column("check_id", Integer, primary_key=True),
    Column("checked_at", String(40), nullable=False),  # ISO 8601, UTC
    Column("model", Text, nullable=False),
    Column("products", Integer, nullable=False),  # whose labels were judged
    Column("photos", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    sqlite_autoincrement=True,
)

# The latest check's candidates only.
suspicions = Table(
    "catalog_suspicions",
    metadata,
    Column("suspicion_id", Integer, primary_key=True),
    Column("check_id", Integer, nullable=False),
    Column("rank", Integer, nullable=False),  # from 1, most probably wrong first
    Column("state", String(20), nullable=False),
    Column("product_id", Text, nullable=False, index=True),
    Column("given", Text, nullable=False),
    Column("suggested", Text, nullable=False),
    Column("given_probability", Float, nullable=False),
    Column("suggested_probability", Float, nullable=False),
    Column("score", Float, nullable=False),
    Column("guesses", JSON, nullable=False),  # [label, probability], most probable first
    Column("given_neighbours", JSON, nullable=False),  # product ids, most alike first
    Column("suggested_neighbours", JSON, nullable=False),
    Index("ix_catalog_suspicions_state", "state", "rank"),
    sqlite_autoincrement=True,  # an open page's number never comes to mean another product
)

# The latest check's pictures that several products show: a row a product.
duplicates = Table(
    "catalog_duplicates",
    metadata,
    Column("picture", Integer, primary_key=True, autoincrement=False),  # from 1; rows that share it look the same
    Column("product_id", Text, primary_key=True),
    Column("sha256", String(64), nullable=False),  # of the product's photo that looks so
    Column("distance", Integer, nullable=False),  # in grey levels to the nearest of the others
    Index("ix_catalog_duplicates_product", "product_id"),
)
