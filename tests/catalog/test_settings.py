"""Where the catalogue lies."""

from sqlalchemy import make_url

from catalog.settings import database_url, rejects_dir


def test_database_lies_in_the_data_directory(home):
    """Without any setting the catalogue is an SQLite file below VITRINA_HOME."""
    url = make_url(database_url())
    assert (url.get_backend_name(), url.database) == ("sqlite", str(home / "catalog.db"))
    assert rejects_dir() == home / "rejects"


def test_url_can_be_set(monkeypatch):
    """Another database is a matter of one variable."""
    monkeypatch.setenv("VITRINA_DATABASE_URL", "postgresql+psycopg://shop@db/catalogue")
    assert database_url() == "postgresql+psycopg://shop@db/catalogue"
