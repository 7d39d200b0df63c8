"""What all tables of the catalogue belong to, and where the number of their layout stands.

The names carry a prefix, so that a shop may put the catalogue beside its own tables.
"""

from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData()

schema = Table("catalog_schema", metadata, Column("version", Integer, primary_key=True, autoincrement=False))

MIGRATIONS_TABLE = "catalog_migrations"  # Alembic's own: the newest migration that was applied
