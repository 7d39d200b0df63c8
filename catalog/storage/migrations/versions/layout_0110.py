"""Layout 110: what shoppers say of answers, and what they put into the cart or buy."""

from alembic import op
from sqlalchemy import Column, Integer, String, Text

revision = "0110"
down_revision = "0109"


def upgrade() -> None:
    """Create the tables, where they don't exist yet."""
    op.create_table(
        "catalog_feedback",
        Column("feedback_id", String(40), primary_key=True),
        Column("given_at", String(40), nullable=False),
        Column("search_id", String(40), nullable=False),
        Column("reason", String(20), nullable=False),
        Column("list_name", Text),
        Column("product_id", Text),
        Column("position", Integer),
        if_not_exists=True,
    )
    op.create_table(
        "catalog_conversions",
        Column("conversion_id", String(40), primary_key=True),
        Column("converted_at", String(40), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("product_id", Text, nullable=False),
        Column("list_name", Text),
        Column("search_id", String(40)),
        Column("value_cents", Integer),
        Column("currency", String(3)),
        if_not_exists=True,
    )
    for table, column in (
        ("catalog_feedback", "given_at"),
        ("catalog_feedback", "search_id"),
        ("catalog_conversions", "converted_at"),
        ("catalog_conversions", "search_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)
