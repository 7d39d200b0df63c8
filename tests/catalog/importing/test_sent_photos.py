"""Photos that programs have sent: kept while a product has them, and a week longer."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from catalog.importing import sent_photos
from catalog.importing.sent_photos import UNUSED_SECONDS, SentPhotos


def draw(colour: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(buffer, "PNG")
    return buffer.getvalue()


def none_used(fingerprints: list[str]) -> set[str]:
    return set()


def let_a_week_pass(folder: Path) -> None:
    for mark in folder.rglob("*.unused"):
        earlier = mark.stat().st_mtime - UNUSED_SECONDS - 1
        os.utime(mark, (earlier, earlier))


def test_a_photo_goes_a_week_after_its_last_product(tmp_path: Path) -> None:
    photos = SentPhotos(tmp_path)
    kept, gone = photos.keep(draw("red")), photos.keep(draw("blue"))
    for _ in range(2):
        assert photos.remove_unused(lambda names: {kept.sha256} & set(names)) == 0
    let_a_week_pass(tmp_path)
    assert photos.remove_unused(lambda names: {kept.sha256} & set(names)) == 1
    assert Path(kept.path).is_file()
    assert not Path(gone.path).exists()
    assert not list(tmp_path.rglob("*.unused"))


def test_a_product_that_comes_back_keeps_its_photo(tmp_path: Path) -> None:
    """A catalogue may be brought back from a copy, and a photo may be sent again."""
    photos = SentPhotos(tmp_path)
    back, again = photos.keep(draw("red")), photos.keep(draw("blue"))
    photos.remove_unused(none_used)
    let_a_week_pass(tmp_path)
    assert photos.keep(draw("blue")) == again
    assert photos.remove_unused(lambda names: {back.sha256} & set(names)) == 0
    assert photos.remove_unused(none_used) == 0  # from now on another week
    assert Path(back.path).is_file()
    assert Path(again.path).is_file()


def test_nothing_goes_while_photos_are_taken_in(tmp_path: Path) -> None:
    photos = SentPhotos(tmp_path)
    photo = photos.keep(draw("red"))
    photos.remove_unused(none_used)
    let_a_week_pass(tmp_path)
    with photos.in_use():
        assert photos.remove_unused(none_used) == 0
    assert Path(photo.path).is_file()


def test_what_can_not_be_tidied_is_said_and_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    photos = SentPhotos(tmp_path)
    photos.keep(draw("red"))

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sent_photos.Path, "touch", full)
    assert photos.remove_unused(none_used) == 0
    assert "stay for now: No space left on device" in caplog.text


def test_a_folder_that_was_never_made_is_no_matter(tmp_path: Path) -> None:
    assert SentPhotos(tmp_path / "photos").remove_unused(none_used) == 0
    assert not (tmp_path / "photos").exists()
