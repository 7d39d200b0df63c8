"""The tables of corrected labels and of what the latest check of the labels found."""

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table, Text

from catalog.storage.tables.schema import metadata

# One row per product and field, with the latest decision; earlier decisions stand in the audit log. There is no foreign
# key: a decision outlives its product, which may be pruned and come back.
corrections = Table(
    "catalog_corrections",
    metadata,
    Column("product_id", Text, primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("given", Text, nullable=False),  # the label that the source gave
    Column("chosen", Text, nullable=False),  # the corrected label
    Column("decision", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", String(40), nullable=False),  # ISO 8601, UTC
    Column("version", Integer, nullable=False),  # 1, and one more with each change
    Index("ix_catalog_corrections_state", "state", "at"),
    Index("ix_catalog_corrections_by", "by", "state", "at"),
)

label_checks = Table(
    "catalog_label_checks",
    metadata,
    Column("check_id", Integer, primary_key=True),
    Column("checked_at", String(40), nullable=False),  # ISO 8601, UTC
    Column("model", Text, nullable=False),
    Column("products", Integer, nullable=False),  # products whose labels were checked
    Column("photos", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    sqlite_autoincrement=True,
)

# The label issues that the latest check found, and no others.
label_issues = Table(
    "catalog_suspicions",
    metadata,
    Column("suspicion_id", Integer, primary_key=True),
    Column("check_id", Integer, nullable=False),
    Column("rank", Integer, nullable=False),  # from 1, most probably wrong first
    Column("state", String(20), nullable=False),
    Column("product_id", Text, nullable=False, index=True),
    Column("given", Text, nullable=False),
    Column("suggested", Text, nullable=False),  # the predicted label
    Column("given_probability", Float, nullable=False),
    Column("suggested_probability", Float, nullable=False),
    Column("score", Float, nullable=False),
    Column("guesses", JSON, nullable=False),  # the most probable labels as [label, probability], most probable first
    Column("given_neighbours", JSON, nullable=False),  # product ids, most similar first
    Column("suggested_neighbours", JSON, nullable=False),
    Index("ix_catalog_suspicions_state", "state", "rank"),
    sqlite_autoincrement=True,  # the id that an open page shows never comes to mean another product
)

# The pictures that several products show, as the latest check found them: one row per product and picture.
duplicates = Table(
    "catalog_duplicates",
    metadata,
    Column("picture", Integer, primary_key=True, autoincrement=False),  # from 1; rows of one picture look the same
    Column("product_id", Text, primary_key=True),
    Column("sha256", String(64), nullable=False),  # of the product's photo that shows the picture
    Column(
        "distance", Integer, nullable=False
    ),  # largest difference to the most similar of the other photos, in grey levels
    Index("ix_catalog_duplicates_product", "product_id"),
)
