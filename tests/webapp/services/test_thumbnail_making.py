"""Thumbnails are made once, few at a time, and nobody waits for long."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from catalog import Catalog, Photo
from webapp.errors import ShopBusyError
from webapp.services import thumbnails
from webapp.services.access import services_of
from webapp.services.single_flight import SingleFlight
from webapp.services.thumbnails import ThumbnailCache


@pytest.fixture
def photo(catalog: Catalog) -> Photo:
    return catalog.product("coat-00").photos[0]


def test_who_asks_for_the_same_at_once_gets_one_made(
    tmp_path: Path, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cold page that several visitors open at the same moment costs its photos once."""
    made = []
    scale = thumbnails._scaled

    def note(*given: Any) -> Any:
        made.append(given)
        return scale(*given)

    monkeypatch.setattr(thumbnails, "_scaled", note)
    cache = ThumbnailCache(tmp_path / "cache")
    with ThreadPoolExecutor(8) as pool:
        asked = [(width, suffix) for width in (160, 320) for suffix in ("avif", "webp")] * 8
        contents = list(pool.map(lambda one: cache.read(photo.path, photo.sha256, *one), asked))
    assert len(made) == len(set(contents)) == 4


def test_a_photo_that_takes_long_is_a_503_at_first_and_there_later(
    client: FlaskClient, photo: Photo, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request ends and its thread is free again; the copy is made nevertheless, so whoever asks again gets it."""
    release, done = threading.Event(), threading.Event()
    scale = thumbnails._scaled

    def scale_late(content: bytes, width: int) -> Image.Image:
        release.wait(60)
        done.set()
        return scale(content, width)

    monkeypatch.setattr(thumbnails, "_scaled", scale_late)
    cache = services_of(app).thumbnails
    read = cache.read
    monkeypatch.setattr(cache, "read", lambda *given: read(*given, wait_seconds=0.05))
    address = f"/photos/{photo.sha256}/320.webp"
    answers = [client.get(address) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].headers["Retry-After"] == "3"
    assert answers[0].headers["Cache-Control"] == "no-store"
    release.set()
    assert done.wait(60)
    monkeypatch.setattr(cache, "read", read)
    assert client.get(address, buffered=True).status_code == 200


def test_so_many_photos_are_made_at_once_and_no_more(tmp_path: Path) -> None:
    """Whoever asks for further ones is asked to come back; the work that stands is not lost by it."""
    release = threading.Event()
    making = SingleFlight(most=2)

    def work() -> bytes:
        release.wait(60)
        return b"made"

    for name in ("one", "two"):
        with pytest.raises(ShopBusyError):
            making.do(tmp_path / name, work, 0.0)
    with pytest.raises(ShopBusyError):
        making.do(tmp_path / "three", work, 60.0)
    release.set()
    assert making.do(tmp_path / "one", lambda: b"made", 60.0) == b"made"


def test_an_error_of_the_work_reaches_all_who_wait(tmp_path: Path) -> None:
    """And is forgotten with it: the next one tries again."""
    making = SingleFlight()

    def fail() -> bytes:
        raise TimeoutError("of the work")

    with pytest.raises(TimeoutError, match="of the work"):
        making.do(tmp_path / "one", fail, 60.0)
    assert making.do(tmp_path / "one", lambda: b"made", 60.0) == b"made"
