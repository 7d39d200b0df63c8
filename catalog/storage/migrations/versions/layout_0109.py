"""Layout 109: a limit of requests for each key of the API, and answers that may be asked for again."""

from alembic import op
from sqlalchemy import Column, Integer, String, Text, inspect

revision = "0109"
down_revision = "0108"


def upgrade() -> None:
    """Add the column and the table; keys that exist have the limit of the setting."""
    present = {column["name"] for column in inspect(op.get_bind()).get_columns("catalog_api_keys")}
    if "per_minute" not in present:
        op.add_column("catalog_api_keys", Column("per_minute", Integer))
    op.create_table(
        "catalog_api_answers",
        Column("key_id", Integer, primary_key=True, autoincrement=False),
        Column("idempotency_key", String(200), primary_key=True),
        Column("request_hash", String(64), nullable=False),
        Column("status", Integer),
        Column("answer", Text),
        Column("asked_at", Integer, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_catalog_api_answers_asked_at", "catalog_api_answers", ["asked_at"], if_not_exists=True)
