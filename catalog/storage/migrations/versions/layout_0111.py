"""Layout 111: the links between products that sources name, as products of the catalogue."""

from alembic import op
from sqlalchemy import Column, Integer, String, Text

revision = "0111"
down_revision = "0110"


def upgrade() -> None:
    """Add the table; the next import of a source fills in its links."""
    op.create_table(
        "catalog_source_links",
        Column("list_name", String(20), primary_key=True),
        Column("anchor", Text, primary_key=True),
        Column("target", Text, primary_key=True),
        Column("position", Integer, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_catalog_source_links_anchor", "catalog_source_links", ["anchor"], if_not_exists=True)
