"""The catalogue's settings, which are environment variables, and the directories that it writes to."""

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
    """The directory of the lists of rows and photos that imports and builds couldn't use."""
    return home_dir() / "rejects"


def warnings_dir() -> Path:
    """The directory of the lists of values that imports couldn't understand or weren't sure of."""
    return home_dir() / "warnings"


def unpacked_photos_dir() -> Path:
    """The directory of photos that lay in archives, as those of IDX files."""
    return home_dir() / "unpacked-photos"


def sent_photos_dir(home: Path) -> Path:
    """The directory, in a data directory, of the photos of products that programs have sent."""
    return home / "photos"


def event_days() -> int:
    """The number of days for which searches and clicks are kept: ``VITRINA_EVENT_DAYS``. With 0 none are stored.

    Raises:
        SettingError: the value is no whole number of days, or too large.
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
    """The number of index snapshots that stay on disk, the live one included: ``VITRINA_SNAPSHOTS_KEPT``.

    Raises:
        SettingError: the value is no whole number from 2 to 1000. One is too few: a process may still be opening the
            snapshot that was live before.
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
    """Whether shoppers' photos are stored with their searches: ``VITRINA_KEEP_PHOTOS``; the default is no.

    Raises:
        SettingError: the value means neither on nor off.
    """
    configured = os.environ.get("VITRINA_KEEP_PHOTOS", "").strip().lower()
    if configured in _ON:
        return True
    if configured in _OFF:
        return False
    raise SettingError(f"VITRINA_KEEP_PHOTOS is {configured!r}; it takes 1 (keep them) or 0 (don't).")


def query_photos_dir() -> Path:
    """The directory of the shoppers' photos that are stored with their searches."""
    return home_dir() / "asked-photos"
