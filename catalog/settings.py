"""Where the catalogue lies."""

import os
from pathlib import Path

from sqlalchemy import URL

from search.settings import home_dir


def database_url() -> str:
    """The catalogue's database: ``VITRINA_DATABASE_URL``, or an SQLite file in the data directory."""
    configured = os.environ.get("VITRINA_DATABASE_URL")
    if configured:
        return configured
    return URL.create("sqlite", database=str(home_dir() / "catalog.db")).render_as_string(hide_password=False)


def rejects_dir() -> Path:
    """Where an import leaves the list of what it couldn't use."""
    return home_dir() / "rejects"
