"""The tables of what has changed since the index was built, of embeddings made since then, and of builds' marks."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from catalog.storage.tables.schema import metadata

# Each product that was written or removed, with the number of its latest change. Triggers fill it, builds empty it.
changes = Table(
    "catalog_changes",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("product_id", Text, nullable=False, unique=True),
    sqlite_autoincrement=True,  # a number is never given twice
)

# What a model's network says of photos that came since the last build, so that each is embedded once for all processes.
embeddings = Table(
    "catalog_embeddings",
    metadata,
    Column("sha256", String(64), primary_key=True),  # of the photo's file
    Column("model", String(64), primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # little-endian float32
    Column("seen", LargeBinary, nullable=False),  # little-endian int32: for each head its most probable label
)

# What each build leaves here and in its index. A catalogue that lacks an index's mark is from before its build, as an
# older one was brought back, or it is another shop's.
index_marks = Table(
    "catalog_index_marks",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("mark", String(32), nullable=False, unique=True),
)
