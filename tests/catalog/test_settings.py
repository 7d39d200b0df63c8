"""Where the catalogue lies, and for how long it remembers what shoppers did."""

import pytest
from sqlalchemy import make_url

from catalog.errors import SettingError
from catalog.settings import database_url, event_days, keeps_photos, query_photos_dir, rejects_dir


def test_database_lies_in_the_data_directory(home):
    """Without any setting the catalogue is an SQLite file below VITRINA_HOME."""
    url = make_url(database_url())
    assert (url.get_backend_name(), url.database) == ("sqlite", str(home / "catalog.db"))
    assert rejects_dir() == home / "rejects"


def test_url_can_be_set(monkeypatch):
    """Another database is a matter of one variable."""
    monkeypatch.setenv("VITRINA_DATABASE_URL", "postgresql+psycopg://shop@db/catalogue")
    assert database_url() == "postgresql+psycopg://shop@db/catalogue"


def test_events_are_kept_for_ninety_days_and_photos_not_at_all(home, monkeypatch):
    """Unless the shop says otherwise."""
    for name in ("VITRINA_EVENT_DAYS", "VITRINA_KEEP_PHOTOS"):
        monkeypatch.delenv(name, raising=False)
    assert (event_days(), keeps_photos(), query_photos_dir()) == (90, False, home / "asked-photos")
    monkeypatch.setenv("VITRINA_EVENT_DAYS", " 7 ")
    monkeypatch.setenv("VITRINA_KEEP_PHOTOS", "On")
    assert (event_days(), keeps_photos()) == (7, True)


@pytest.mark.parametrize("value", ["-1", "1.5", "forever", "3651", "٣"])
def test_a_wrong_number_of_days_is_named(monkeypatch, value):
    """Neither for ever nor for never by mistake."""
    monkeypatch.setenv("VITRINA_EVENT_DAYS", value)
    with pytest.raises(SettingError, match="takes whole days from 0"):
        event_days()
