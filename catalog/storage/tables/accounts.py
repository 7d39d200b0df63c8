"""The tables of accounts, their sessions, refused log-ins and the audit log."""

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

sessions = Table(
    "catalog_sessions",
    metadata,
    Column("session_id", Integer, primary_key=True),
    Column("key_hash", String(64), nullable=False),  # of the random key in the browser's cookie
    Column("name", String(80), nullable=False, index=True),  # the account's
    Column("begun_at", String(40), nullable=False),  # ISO 8601, UTC
    Column("seen_at", String(40), nullable=False),  # of the latest request, to some minutes
    Column("ended_at", String(40)),  # NULL: nobody has ended it
    Column("address", String(80), nullable=False),  # the network address that signed in
    Column("browser", String(200), nullable=False),  # what the browser said that it is
    Index("ix_catalog_sessions_key_hash", "key_hash", unique=True),
    sqlite_autoincrement=True,  # the id that an open page shows never comes to mean another session
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
