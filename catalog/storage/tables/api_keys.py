"""The tables of the keys by which programs use the API, and of the answers that they may ask for again."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from catalog.storage.tables.schema import metadata

api_keys = Table(
    "catalog_api_keys",
    metadata,
    Column("key_id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),  # what the key is for
    Column("key_hash", String(64), nullable=False),  # SHA-256 of the key, which is 256 random bits
    Column("hint", String(12), nullable=False),  # the key's first letters, to tell it from others
    Column("scopes", JSON, nullable=False),  # a list
    Column("made_by", String(80), nullable=False),
    Column("made_at", String(40), nullable=False),  # ISO 8601, UTC
    Column("revoked_at", String(40)),  # NULL: in force
    Column("per_minute", Integer),  # requests; NULL: as many as the setting says
    Index("ix_catalog_api_keys_hash", "key_hash", unique=True),
    sqlite_autoincrement=True,  # the number of a key never comes to mean another key
)

api_answers = Table(
    "catalog_api_answers",
    metadata,
    Column("key_id", Integer, primary_key=True, autoincrement=False),
    Column("idempotency_key", String(200), primary_key=True),
    Column("request_hash", String(64), nullable=False),  # SHA-256 of what was asked
    Column("status", Integer),  # NULL: still being answered
    Column("answer", Text),  # the body, JSON
    Column("asked_at", Integer, nullable=False),  # seconds since 1970, UTC
    Index("ix_catalog_api_answers_asked_at", "asked_at"),
)
