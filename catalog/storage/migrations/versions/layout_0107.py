"""Layout 107: what feeds say of a product: brand, sizes, the price before, numbers, drafts, and further details."""

from typing import Any

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Text, inspect, text, true

revision = "0107"
down_revision = "0103"


def upgrade() -> None:
    """Add the columns, where they don't exist yet; the next import of a source fills them."""
    known = {column["name"] for column in inspect(op.get_bind()).get_columns("catalog_products")}
    columns: list[Column[Any]] = [
        *(Column(name, Text) for name in ("brand", "material", "availability", "sku", "gtin", "mpn")),
        Column("sizes", JSON(none_as_null=True)),
        Column("price_before_cents", BigInteger),
        Column("published", Boolean, nullable=False, server_default=true()),
        Column("details", JSON, nullable=False, server_default=text("'{}'")),
    ]
    for column in columns:
        if column.name not in known:
            op.add_column("catalog_products", column)
    op.create_index("ix_catalog_products_brand", "catalog_products", ["brand", "product_id"], if_not_exists=True)
