"""Numbered changes of the tables, which Alembic applies; ``catalog.storage.layout`` calls it.

To change a table: change it in ``catalog.storage.tables``, add ``versions/layout_<number>.py`` with the next number as
its ``revision`` and the last one as its ``down_revision``, and raise ``SCHEMA_VERSION``. The tests compare the tables
that all migrations make with ``catalog.storage.tables``. A migration is never changed once it was released, and there
are no downgrades: an earlier layout is the copy that was made before the upgrade.
"""
