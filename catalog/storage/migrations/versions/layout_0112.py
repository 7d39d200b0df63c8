"""Layout 112: the marks that builds leave, by which a catalogue knows the indexes that were built of it."""

from alembic import op
from sqlalchemy import Column, Integer, String

revision = "0112"
down_revision = "0111"


def upgrade() -> None:
    """Create the table; indexes that were built before have no mark and are trusted."""
    op.create_table(
        "catalog_index_marks",
        Column("number", Integer, primary_key=True, autoincrement=True),
        Column("mark", String(32), nullable=False, unique=True),
        if_not_exists=True,
    )
