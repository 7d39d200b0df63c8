"""The tables of accounts, of refused log-ins, and of the audit log."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text

from catalog.storage.tables.schema import metadata

accounts = Table(
    "catalog_accounts",
    metadata,
    Column("name", String(80), primary_key=True),  # as it is typed to sign in, in lower case
    Column("role", String(20), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("stamp", String(40), nullable=False),  # random, another with each password: ends the sessions of the old one
    Column("disabled", Boolean, nullable=False),
    Column("added_at", String(40), nullable=False),  # ISO 8601, UTC
)

refusals = Table(
    "catalog_refused_logins",
    metadata,
    Column("refusal_id", Integer, primary_key=True),
    Column("key", String(120), nullable=False),  # whose log-in: an account's name or a network address, hashed
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
    Column("subject", Text, nullable=False),  # what it was done to: a product id, a rule's id, ...
    Column("before", JSON, nullable=False),  # {} where there was nothing
    Column("after", JSON, nullable=False),
    sqlite_autoincrement=True,
)
