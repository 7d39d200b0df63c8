"""Layout 115: an index of the products that cost less than before, of which most catalogues have few."""

from alembic import op
from sqlalchemy import text

revision = "0115"
down_revision = "0112"


def upgrade() -> None:
    """Create the index, over the reduced products alone."""
    reduced = text("price_before_cents > price_cents")
    op.create_index(
        "ix_catalog_products_reduced",
        "catalog_products",
        ["added_at", "product_id"],
        sqlite_where=reduced,
        postgresql_where=reduced,
        if_not_exists=True,
    )
