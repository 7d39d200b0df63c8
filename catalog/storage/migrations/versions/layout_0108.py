"""Layout 108: what has changed since the index was built, embeddings made since then, and the API's keys."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Integer, LargeBinary, String, Text, UniqueConstraint

revision = "0108"
down_revision = "0107"


def upgrade() -> None:
    """Create the tables, where they don't exist yet; an index that was built before goes on as it is."""
    op.create_table(
        "catalog_changes",
        Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
        Column("product_id", Text, nullable=False),
        UniqueConstraint("product_id"),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_table(
        "catalog_embeddings",
        Column("sha256", String(64), primary_key=True),
        Column("model", String(64), primary_key=True),
        Column("vector", LargeBinary, nullable=False),
        Column("seen", LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "catalog_api_keys",
        Column("key_id", Integer, primary_key=True),
        Column("name", String(80), nullable=False),
        Column("key_hash", String(64), nullable=False),
        Column("hint", String(12), nullable=False),
        Column("scopes", JSON, nullable=False),
        Column("made_by", String(80), nullable=False),
        Column("made_at", String(40), nullable=False),
        Column("revoked_at", String(40)),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index("ix_catalog_api_keys_hash", "catalog_api_keys", ["key_hash"], unique=True, if_not_exists=True)
