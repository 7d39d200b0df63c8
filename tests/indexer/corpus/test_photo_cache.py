"""Decoded photos on disk."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexer.corpus import bounded_threads, photo_cache
from indexer.corpus.photo_cache import PhotoCache
from indexer.errors import StorageError, TrainingDataError
from search.model.preprocessing import image_to_pixels
from search.photo import open_photo

SIDE = 32


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Six photos of different shapes, one of them with a name that isn't ASCII."""
    paths = []
    for number in range(6):
        pixels = np.random.default_rng(number).integers(0, 256, (40 + 9 * number, 90, 3), dtype=np.uint8)
        paths.append(tmp_path / f"año {number}.png")
        Image.fromarray(pixels).save(paths[-1])
    return paths


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Which photos were opened."""
    opened: list[Path] = []

    def remember(path: Path, *, max_side: int) -> Image.Image:
        opened.append(path)
        return open_photo(path, max_side=max_side)

    monkeypatch.setattr(photo_cache, "open_photo", remember)
    return opened


def fill(photos: list[Path], tmp_path: Path) -> PhotoCache:
    return PhotoCache.fill(photos, tmp_path / "cache", SIDE, progress=False)


def test_pixels_are_those_of_the_index_in_the_order_named(photos: list[Path], tmp_path: Path) -> None:
    """The one preprocessing; a photo named twice is there twice."""
    named = [*photos[::-1], photos[2]]
    cache = fill(named, tmp_path)
    assert isinstance(cache.pixels, np.memmap)
    assert (cache.pixels.shape, cache.pixels.dtype) == ((7, SIDE, SIDE, 3), np.uint8)
    assert not cache.faults
    for pixels, path in zip(cache.pixels, named, strict=True):
        assert (pixels == image_to_pixels(open_photo(path, max_side=2 * SIDE), SIDE)).all()


def test_second_run_decodes_nothing(photos: list[Path], tmp_path: Path, decoded: list[Path]) -> None:
    """The pixels are read as they were written."""
    first = np.array(fill(photos, tmp_path).pixels)
    assert len(decoded) == 6
    assert (fill(photos, tmp_path).pixels == first).all()
    assert len(decoded) == 6


def test_changed_photo_is_decoded_anew(photos: list[Path], tmp_path: Path) -> None:
    """Even where its size is the same."""
    fill(photos, tmp_path)
    Image.new("RGB", (90, 90), (10, 200, 30)).save(photos[0])
    os.utime(photos[0], ns=(1, 1))
    assert (fill(photos, tmp_path).pixels[0] == (10, 200, 30)).all()


def test_stopped_run_goes_on_where_it_was(photos: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was decoded before the end is kept, the rest is made up for."""
    monkeypatch.setattr(photo_cache, "_SAVE_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(bounded_threads, "_AHEAD", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    opened: list[Path] = []

    def stop_at_the_fourth(path: Path, *, max_side: int) -> Image.Image:
        opened.append(path)
        if len(opened) == 4:
            raise KeyboardInterrupt
        return open_photo(path, max_side=max_side)

    monkeypatch.setattr(photo_cache, "open_photo", stop_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        fill(photos, tmp_path)
    cache = fill(photos, tmp_path)
    assert opened == [*photos[:4], *photos[3:]]
    for pixels, path in zip(cache.pixels, photos, strict=True):
        assert (pixels == image_to_pixels(open_photo(path, max_side=2 * SIDE), SIDE)).all()


def test_truncated_cache_is_made_anew(photos: list[Path], tmp_path: Path) -> None:
    """A file of the wrong length says nothing about what is in it."""
    first = np.array(fill(photos, tmp_path).pixels)
    (file,) = (tmp_path / "cache").iterdir()
    os.truncate(file, 1000)
    assert (fill(photos, tmp_path).pixels == first).all()


def test_unusable_photos_are_white_and_told(photos: list[Path], tmp_path: Path) -> None:
    """By row, with the reason; also in the next run, and until the photo is mended."""
    mended = photos[1].read_bytes()
    photos[1].write_bytes(b"no photo")
    photos[4].unlink()
    (tmp_path / "folder.jpg").mkdir()
    named = [*photos, tmp_path / "folder.jpg"]
    for _ in range(2):
        cache = fill(named, tmp_path)
        assert list(cache.faults) == [1, 4, 6]
        assert "not a photo" in cache.faults[1]
        assert "No such file" in cache.faults[4]
        assert (cache.pixels[[1, 4, 6]] == 255).all()
        assert (cache.pixels[5] != 255).any()
    photos[1].write_bytes(mended)
    assert list(fill(named, tmp_path).faults) == [4, 6]


def test_nothing_usable_is_an_error(tmp_path: Path) -> None:
    """With the first photo and its reason."""
    with pytest.raises(TrainingDataError, match=r"None of the 2 photos.*x\.jpg.*No such file"):
        fill([tmp_path / "x.jpg", tmp_path / "y.jpg"], tmp_path)
    with pytest.raises(TrainingDataError, match="at least one"):
        fill([], tmp_path)


def test_small_disk_is_told_before_anything_is_decoded(
    photos: list[Path], tmp_path: Path, decoded: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is needed, where, and what is free; what is there already needs no room."""
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=5 * SIDE * SIDE * 3))
    with pytest.raises(StorageError, match=r"need .* GB more in .*cache"):
        fill(photos, tmp_path)
    assert not decoded
    fill(photos[:5], tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's always full device")
def test_full_disk_is_told(photos: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if it fills up while photos are written."""
    monkeypatch.setattr(photo_cache._PixelFile, "put", lambda *_: Path("/dev/full").write_bytes(b"x"))
    with pytest.raises(StorageError, match="No space left"):
        fill(photos, tmp_path)


def test_unwritable_directory_is_told(photos: list[Path], tmp_path: Path) -> None:
    """A file where the directory should be, for example."""
    (tmp_path / "cache").write_text("")
    with pytest.raises(StorageError, match="can't be written"):
        fill(photos, tmp_path)
