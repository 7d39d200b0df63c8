"""Layout 2: sessions of the studio, and which attributes of products the public may see."""

from alembic import op
from sqlalchemy import Boolean, Column, Integer, String, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create both tables, where they don't exist yet; both begin empty."""
    op.create_table(
        "catalog_sessions",
        Column("session_id", Integer, primary_key=True),
        Column("key_hash", String(64), nullable=False),
        Column("name", String(80), nullable=False),
        Column("begun_at", String(40), nullable=False),
        Column("seen_at", String(40), nullable=False),
        Column("ended_at", String(40)),
        Column("address", String(80), nullable=False),
        Column("browser", String(200), nullable=False),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    keys, names = ("ix_catalog_sessions_key_hash", ["key_hash"]), ("ix_catalog_sessions_name", ["name"])
    for (index, columns), unique in ((keys, True), (names, False)):
        op.create_index(index, "catalog_sessions", columns, unique=unique, if_not_exists=True)
    op.create_table(
        "catalog_attribute_choices",
        Column("name", Text, primary_key=True),
        Column("public", Boolean, nullable=False),
        Column("by", String(80), nullable=False),
        Column("at", String(40), nullable=False),
        if_not_exists=True,
    )
