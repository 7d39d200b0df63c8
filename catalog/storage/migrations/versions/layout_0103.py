"""Layout 103: what shoppers also call a category."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0103"
down_revision = "0101"


def upgrade() -> None:
    """Create the table, where it doesn't exist yet; it begins empty."""
    op.create_table(
        "catalog_category_synonyms",
        Column("category", Text, primary_key=True),
        Column("synonym", Text, primary_key=True),
        if_not_exists=True,
    )
