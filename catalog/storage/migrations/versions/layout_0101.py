"""Layout 101: what kind of thing a category is, where a merchandiser has said it."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0101"
down_revision = "0002"


def upgrade() -> None:
    """Create the table, where it doesn't exist yet; it begins empty, so the index's guesses hold."""
    op.create_table(
        "catalog_supercategories",
        Column("category", Text, primary_key=True),
        Column("supercategory", Text, nullable=False),
        if_not_exists=True,
    )
