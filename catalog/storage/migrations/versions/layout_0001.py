"""Layout 1: the tables as they were when migrations began.

An older catalogue may lack some of these tables and indexes. Those are created; what is there stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, ForeignKey, Integer, String, Text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create what is missing."""
    _create("catalog_schema", Column("version", Integer, primary_key=True, autoincrement=False))
    _create_sources()
    _create_products()
    _create_photos()
    _create_events()
    _create_corrections()
    _create_checks()
    _create_suspicions()
    _create_rules()
    _create_compatibility()
    _create_changes()
    _create_logins()
    _create_audit()
    _create_jobs()


def _create_sources() -> None:
    _create(
        "catalog_sources",
        Column("source_id", Integer, primary_key=True),
        Column("location", Text, nullable=False, unique=True),
        Column("imported_at", String(40), nullable=False),
        Column("rejected_rows", Integer, nullable=False),
        Column("rejected_photos", Integer, nullable=False),
    )


def _create_products() -> None:
    _create(
        "catalog_products",
        Column("product_id", Text, primary_key=True),
        Column("source_id", Integer, ForeignKey("catalog_sources.source_id"), nullable=False),
        Column("added_at", String(40), nullable=False),
        Column("category", Text, nullable=False),
        Column("title", Text),
        Column("group_id", Text),
        Column("gender", Text),
        Column("colour", Text),
        Column("price_cents", BigInteger),
        Column("currency", Text),
        Column("in_stock", Boolean),
        Column("description", Text),
        Column("url", Text),
        Column("split", Text),
        Column("attributes", JSON, nullable=False),
        indexes={
            "source_id": ["source_id"],
            "group_id": ["group_id"],
            "category": ["category", "product_id"],
            "colour": ["colour", "product_id"],
            "gender": ["gender", "product_id"],
            "newest": ["added_at", "product_id"],
            "price": ["price_cents", "product_id"],
            "stock": ["in_stock", "product_id"],
        },
    )


def _create_photos() -> None:
    _create(
        "catalog_photos",
        Column("photo_id", Integer, primary_key=True),
        Column("product_id", Text, ForeignKey("catalog_products.product_id", ondelete="CASCADE"), nullable=False),
        Column("position", Integer, nullable=False),
        Column("path", Text, nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("size_bytes", BigInteger, nullable=False),
        Column("mtime_ns", BigInteger, nullable=False),
        Column("width", Integer, nullable=False),
        Column("height", Integer, nullable=False),
        indexes={"sha256": ["sha256"], "product": ["product_id", "position"]},
        sqlite_autoincrement=True,
    )


def _create_events() -> None:
    _create(
        "catalog_searches",
        Column("search_id", String(40), primary_key=True),
        Column("searched_at", String(40), nullable=False),
        Column("snapshot_id", Text, nullable=False),
        Column("category", Text),
        Column("probability", Float),
        Column("recognised", Boolean, nullable=False),
        Column("results", Integer, nullable=False),
        Column("companions", Integer, nullable=False),
        Column("language", String(20), nullable=False),
        Column("filters", JSON, nullable=False),
        Column("page", Integer, nullable=False),
        Column("refined", Boolean, nullable=False),
        indexes={"searched_at": ["searched_at"]},
    )
    _create(
        "catalog_clicks",
        Column("click_id", String(40), primary_key=True),
        Column("clicked_at", String(40), nullable=False),
        Column("search_id", String(40)),
        Column("list_name", Text, nullable=False),
        Column("product_id", Text, nullable=False),
        Column("position", Integer, nullable=False),
        Column("kind", String(20), nullable=False),
        indexes={"clicked_at": ["clicked_at"], "search_id": ["search_id"]},
    )


def _create_corrections() -> None:
    _create(
        "catalog_corrections",
        Column("product_id", Text, primary_key=True),
        Column("field", String(40), primary_key=True),
        Column("given", Text, nullable=False),
        Column("chosen", Text, nullable=False),
        Column("decision", String(20), nullable=False),
        Column("state", String(20), nullable=False),
        Column("by", String(80), nullable=False),
        Column("at", String(40), nullable=False),
        Column("version", Integer, nullable=False),
        indexes={"by": ["by", "state", "at"], "state": ["state", "at"]},
    )


def _create_checks() -> None:
    _create(
        "catalog_label_checks",
        Column("check_id", Integer, primary_key=True),
        Column("checked_at", String(40), nullable=False),
        Column("model", Text, nullable=False),
        Column("products", Integer, nullable=False),
        Column("photos", Integer, nullable=False),
        Column("seconds", Float, nullable=False),
        sqlite_autoincrement=True,
    )
    _create(
        "catalog_duplicates",
        Column("picture", Integer, primary_key=True, autoincrement=False),
        Column("product_id", Text, primary_key=True),
        Column("sha256", String(64), nullable=False),
        Column("distance", Integer, nullable=False),
        indexes={"product": ["product_id"]},
    )


def _create_suspicions() -> None:
    _create(
        "catalog_suspicions",
        Column("suspicion_id", Integer, primary_key=True),
        Column("check_id", Integer, nullable=False),
        Column("rank", Integer, nullable=False),
        Column("state", String(20), nullable=False),
        Column("product_id", Text, nullable=False),
        Column("given", Text, nullable=False),
        Column("suggested", Text, nullable=False),
        Column("given_probability", Float, nullable=False),
        Column("suggested_probability", Float, nullable=False),
        Column("score", Float, nullable=False),
        Column("guesses", JSON, nullable=False),
        Column("given_neighbours", JSON, nullable=False),
        Column("suggested_neighbours", JSON, nullable=False),
        indexes={"product_id": ["product_id"], "state": ["state", "rank"]},
        sqlite_autoincrement=True,
    )


def _create_rules() -> None:
    _create(
        "catalog_rules",
        Column("rule_id", Integer, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("list_name", String(20), nullable=False),
        Column("action", String(20), nullable=False),
        Column("anchor_kind", String(20), nullable=False),
        Column("anchor", Text, nullable=False),
        Column("target_kind", String(20), nullable=False),
        Column("target", Text, nullable=False),
        Column("position", Integer),
        Column("strength", Integer),
        Column("first_day", String(10)),
        Column("last_day", String(10)),
        Column("paused", Boolean, nullable=False),
        Column("note", Text, nullable=False),
        Column("changed_at", String(40), nullable=False),
        Column("changed_by", String(80), nullable=False),
        indexes={"target": ["target"], "anchor": ["list_name", "anchor"], "anchors": ["anchor"]},
        sqlite_autoincrement=True,
    )


def _create_compatibility() -> None:
    _create(
        "catalog_compatibility",
        Column("category", Text, primary_key=True),
        Column("other", Text, primary_key=True),
        Column("learned", Float),
        Column("clicks", Integer, nullable=False),
        Column("chosen", Float),
    )


def _create_changes() -> None:
    _create(
        "catalog_curation_changes",
        Column("change_id", Integer, primary_key=True),
        Column("batch", String(40), nullable=False),
        Column("undoes", String(40)),
        Column("at", String(40), nullable=False),
        Column("by", String(80), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("subject", JSON, nullable=False),
        Column("before", JSON(none_as_null=True)),
        Column("after", JSON(none_as_null=True)),
        indexes={"batch": ["batch"], "undoes": ["undoes"]},
        sqlite_autoincrement=True,
    )
    _create(
        "catalog_curation",
        Column("row", Integer, primary_key=True, autoincrement=False),
        Column("revision", Integer, nullable=False),
    )


def _create_logins() -> None:
    _create(
        "catalog_accounts",
        Column("name", String(80), primary_key=True),
        Column("role", String(20), nullable=False),
        Column("password_hash", Text, nullable=False),
        Column("stamp", String(40), nullable=False),
        Column("disabled", Boolean, nullable=False),
        Column("added_at", String(40), nullable=False),
    )
    _create(
        "catalog_refused_logins",
        Column("refusal_id", Integer, primary_key=True),
        Column("key", String(120), nullable=False),
        Column("refused_at", String(40), nullable=False),
        indexes={"key": ["key", "refused_at"]},
    )


def _create_audit() -> None:
    _create(
        "catalog_audit",
        Column("entry_id", Integer, primary_key=True),
        Column("at", String(40), nullable=False),
        Column("by", String(80), nullable=False),
        Column("action", String(40), nullable=False),
        Column("subject", Text, nullable=False),
        Column("before", JSON, nullable=False),
        Column("after", JSON, nullable=False),
        indexes={"at": ["at"], "action": ["action"]},
        sqlite_autoincrement=True,
    )


def _create_jobs() -> None:
    _create(
        "catalog_jobs",
        Column("job_id", Integer, primary_key=True),
        Column("kind", String(40), nullable=False),
        Column("started_by", String(80), nullable=False),
        Column("started_at", String(40), nullable=False),
        Column("ended_at", String(40)),
        Column("state", String(20), nullable=False),
        Column("pid", Integer),
        Column("place", Text),
        Column("cancelled_by", String(80)),
        Column("facts", JSON, nullable=False),
        Column("error", Text),
        indexes={"kind": ["kind"], "ended_at": ["ended_at"]},
        sqlite_autoincrement=True,
    )


def _create(
    table: str,
    *columns: Column[Any],
    indexes: Mapping[str, Sequence[str]] | None = None,
    sqlite_autoincrement: bool = False,
) -> None:
    """Create a table and its indexes (end of the name -> columns), those of both that don't exist yet."""
    op.create_table(table, *columns, if_not_exists=True, sqlite_autoincrement=sqlite_autoincrement)
    for name, indexed in (indexes or {}).items():
        op.create_index(f"ix_{table}_{name}", table, indexed, if_not_exists=True)
