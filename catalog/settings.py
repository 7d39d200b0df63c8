"""Where the catalogue lies, for how long it remembers what shoppers did, and how many indexes are kept."""

import os
from pathlib import Path

from sqlalchemy import URL

from catalog.errors import SettingError
from search.settings import home_dir

DEFAULT_EVENT_DAYS = 90
MAX_EVENT_DAYS = 3650
DEFAULT_SNAPSHOTS_KEPT = 5
MAX_SNAPSHOTS_KEPT = 1000
_ON = frozenset({"1", "true", "yes", "on"})
_OFF = frozenset({"", "0", "false", "no", "off"})


def database_url() -> str:
    """The catalogue's database: ``VITRINA_DATABASE_URL``, or an SQLite file in the data directory."""
    configured = os.environ.get("VITRINA_DATABASE_URL")
    if configured:
        return configured
    return URL.create("sqlite", database=str(home_dir() / "catalog.db")).render_as_string(hide_password=False)


def rejects_dir() -> Path:
    """Where an import leaves the list of what it couldn't use."""
    return home_dir() / "rejects"


def event_days() -> int:
    """For how many days searches and clicks are kept: ``VITRINA_EVENT_DAYS``; 0 stores none.

    Raises:
        SettingError: it is no whole number of days.
    """
    configured = os.environ.get("VITRINA_EVENT_DAYS", "").strip()
    if not configured:
        return DEFAULT_EVENT_DAYS
    if not (configured.isascii() and configured.isdigit()) or int(configured) > MAX_EVENT_DAYS:
        raise SettingError(
            f"VITRINA_EVENT_DAYS is {configured!r}; it takes whole days from 0 (store nothing) to {MAX_EVENT_DAYS}."
        )
    return int(configured)


def snapshots_kept() -> int:
    """How many index snapshots stay on disk, the live one included: ``VITRINA_SNAPSHOTS_KEPT``.

    Raises:
        SettingError: it is no whole number from 2 on; readers that are still opening the one before need it.
    """
    configured = os.environ.get("VITRINA_SNAPSHOTS_KEPT", "").strip()
    if not configured:
        return DEFAULT_SNAPSHOTS_KEPT
    if not (configured.isascii() and configured.isdigit()) or not 2 <= int(configured) <= MAX_SNAPSHOTS_KEPT:
        raise SettingError(
            f"VITRINA_SNAPSHOTS_KEPT is {configured!r}; it takes a whole number from 2 to {MAX_SNAPSHOTS_KEPT}."
        )
    return int(configured)


def keeps_photos() -> bool:
    """Whether shoppers' photos are kept with their searches: ``VITRINA_KEEP_PHOTOS``, off unless turned on.

    Raises:
        SettingError: it is neither on nor off.
    """
    configured = os.environ.get("VITRINA_KEEP_PHOTOS", "").strip().lower()
    if configured in _ON:
        return True
    if configured in _OFF:
        return False
    raise SettingError(f"VITRINA_KEEP_PHOTOS is {configured!r}; it takes 1 (keep them) or 0 (don't).")


def query_photos_dir() -> Path:
    """Where shoppers' photos are kept, if they are."""
    return home_dir() / "asked-photos"
