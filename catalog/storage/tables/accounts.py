"""The tables of accounts, refused log-ins and the audit log."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text

from catalog.storage.tables.schema import metadata

accounts = Table(
    "catalog_accounts",
    metadata,
    Column("name", String(80), primary_key=True),  # what is typed to sign in, in lower case
    Column("role", String(20), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("stamp", String(40), nullable=False),  # random, renewed with the password; ends older sessions
    Column("disabled", Boolean, nullable=False),
    Column("added_at", String(40), nullable=False),  # ISO 8601, UTC
)

refusals = Table(
    "catalog_refused_logins",
    metadata,
    Column("refusal_id", Integer, primary_key=True),
    Column("key", String(120), nullable=False),  # hash of the account's name or of the network address
    Column("refused_at", String(40), nullable=False),
    Index("ix_catalog_refused_logins_key", "key", "refused_at"),
)

audit = Table(
    "catalog_audit",
    metadata,
    Column("entry_id", Integer, primary_key=True),
    Column("at", String(40), nullable=False, index=True),  # ISO 8601, UTC
    Column("by", String(80), nullable=False),
    Column("action", String(40), nullable=False, index=True),  # "rule added", "label corrected", ...
    Column("subject", Text, nullable=False),  # what was changed: a product id, a rule's id, ...
    Column("before", JSON, nullable=False),  # {}: there was nothing
    Column("after", JSON, nullable=False),
    sqlite_autoincrement=True,
)
