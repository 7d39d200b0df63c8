"""Kept photos of shoppers."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from catalog.events.query_photos import QueryPhotoArchive


@pytest.fixture
def photos(home):
    return QueryPhotoArchive(home / "asked-photos")


def test_only_a_search_id_becomes_a_file_name(photos):
    """Whatever else may come as an id."""
    for bad in ("", "../catalog", "a/b", "a.jpg", "á", "x" * 41):
        with pytest.raises(ValueError, match="no search id"):
            photos.path(bad)


def test_the_folder_is_nobody_else_s_to_read(photos, home):
    """People's photos are not for other users of the machine."""
    photos.keep("one", Image.new("RGB", (40, 50)))
    assert (home / "asked-photos").stat().st_mode & 0o077 == 0
    assert photos.path("one").stat().st_mode & 0o077 == 0


def test_what_lost_its_search_is_forgotten_by_age(photos):
    """The promise holds even where the database was exchanged in between."""
    for name in ("old", "young"):
        photos.keep(name, Image.new("RGB", (40, 50)))
    past = (datetime.now(UTC) - timedelta(days=10)).timestamp()
    os.utime(photos.path("old"), (past, past))
    assert photos.forget_older(datetime.now(UTC) - timedelta(days=9)) == 1
    assert not photos.path("old").exists()
    assert photos.path("young").exists()


def test_there_may_be_none(photos):
    """Forgetting needs no folder."""
    photos.forget(["one"])
    assert photos.forget_older(datetime.now(UTC)) == 0
