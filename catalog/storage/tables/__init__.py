"""The catalogue's tables, in types that SQLite and PostgreSQL both have.

``metadata`` knows all of them, because this package imports every module that defines a table.
"""

from catalog.storage.tables import (  # noqa: F401 - they add tables
    accounts,
    api_keys,
    changes,
    curation,
    events,
    jobs,
    labels,
    products,
)
from catalog.storage.tables.schema import metadata

__all__ = ["metadata"]
