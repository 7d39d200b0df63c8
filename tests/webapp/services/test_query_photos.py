"""Shoppers' photos: had back by whoever has the token, for as long as was promised, and not a minute longer."""

import os
import stat
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from search.photo import open_photo
from search.query import CategoryProbability, Query, QueryEmbedding
from webapp.errors import PhotoExpiredError
from webapp.services.query_photos import QueryPhotos, configured_minutes

BOX = (0.1, 0.2, 0.3, 0.4)


@pytest.fixture
def image() -> Image.Image:
    return Image.fromarray(np.random.default_rng(3).integers(0, 256, (90, 120, 3), np.uint8))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "asked"


def age(directory: Path, token: str, seconds: float) -> None:
    os.utime(directory / f"{token}.jpg", (time.time() - seconds,) * 2)


def test_what_was_kept_is_had_back(directory: Path, image: Image.Image) -> None:
    """By this process and by any other on the same directory; readable for the shop alone."""
    token = QueryPhotos(directory).keep(image)
    assert token is not None
    assert open_photo(QueryPhotos(directory).read(token)).size == (120, 90)
    assert stat.S_IMODE(directory.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE((directory / f"{token}.jpg").stat().st_mode) & 0o077 == 0


def test_tokens_are_long_and_never_alike(directory: Path, image: Image.Image) -> None:
    """Nobody guesses another shopper's."""
    kept = QueryPhotos(directory)
    tokens = {kept.keep(image) for _ in range(20)}
    assert len(tokens) == 20
    assert {len(token or "") for token in tokens} == {32}


def test_a_photo_ends_with_its_time(directory: Path, image: Image.Image) -> None:
    """Refused at once when it is read, and removed when the next one is kept."""
    kept = QueryPhotos(directory, minutes=10)
    old, young = kept.keep(image), kept.keep(image)
    age(directory, str(old), 601)
    age(directory, str(young), 590)
    with pytest.raises(PhotoExpiredError, match="10 minutes"):
        kept.read(str(old))
    kept.read(str(young))
    kept.keep(image)
    assert not (directory / f"{old}.jpg").exists()
    assert (directory / f"{young}.jpg").exists()


def test_a_restart_clears_away_what_is_too_old(directory: Path, image: Image.Image) -> None:
    """Also the halves that a killed process left, and nothing that isn't a photo of ours."""
    token = QueryPhotos(directory, minutes=10).keep(image)
    age(directory, str(token), 601)
    for name in ("half.tmp", "note.txt"):
        (directory / name).write_bytes(b"x")
        os.utime(directory / name, (1, 1))
    QueryPhotos(directory, minutes=10)
    assert [path.name for path in directory.iterdir()] == ["note.txt"]


def test_the_last_photo_goes_without_a_next_one(directory: Path, image: Image.Image) -> None:
    """The promise holds on a quiet day too."""
    kept = QueryPhotos(directory, minutes=0.001)
    token = kept.keep(image)
    deadline = time.monotonic() + 10
    while (directory / f"{token}.jpg").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not (directory / f"{token}.jpg").exists()


def test_all_together_stay_within_bounds(directory: Path, image: Image.Image) -> None:
    """The oldest make room."""
    first = str(QueryPhotos(directory).keep(image))
    size = len(QueryPhotos(directory).read(first))
    age(directory, first, 200)
    kept = QueryPhotos(directory, max_total_bytes=3 * size + size // 2)
    tokens = []
    for number in range(5):
        tokens.append(str(kept.keep(image)))
        age(directory, tokens[-1], 100 - number)
    kept.keep(image)
    assert sum(path.stat().st_size for path in directory.iterdir()) <= 3 * size + size // 2
    assert [(directory / f"{token}.jpg").exists() for token in tokens] == [False, False, False, True, True]


def test_only_plain_files_under_proper_tokens_are_read(directory: Path, image: Image.Image, tmp_path: Path) -> None:
    """No links out of the directory, no pipes that never end, no paths."""
    kept = QueryPhotos(directory)
    kept.keep(image)
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (directory / ("l" * 32 + ".jpg")).symlink_to(tmp_path / "secret.jpg")
    os.mkfifo(directory / ("p" * 32 + ".jpg"))
    (directory / ("d" * 32 + ".jpg")).mkdir()
    for token in ("l" * 32, "p" * 32, "d" * 32, "../../secret", "", "x" * 31, "x" * 32 + "\n", "é" * 32):
        with pytest.raises(PhotoExpiredError):
            kept.read(token)


def test_nothing_is_kept_where_the_shop_wants_it_so(directory: Path, image: Image.Image) -> None:
    """Not even a directory."""
    assert QueryPhotos(directory, minutes=0).keep(image) is None
    assert not directory.exists()


def test_a_disk_that_refuses_is_no_failure(
    directory: Path, image: Image.Image, caplog: pytest.LogCaptureFixture
) -> None:
    """The search goes on without; the log says why."""
    directory.parent.mkdir()
    directory.write_text("in the way")
    assert QueryPhotos(directory).keep(image) is None
    assert "could not be kept" in caplog.text


@pytest.mark.parametrize(
    ("setting", "minutes"), [("", 60), ("5", 5), ("0", 0), (" 0.5 ", 0.5), ("-1", 0), ("an hour", 0), ("nan", 0)]
)
def test_the_setting_is_minutes(setting: str, minutes: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can't be understood keeps nothing: the careful side."""
    monkeypatch.setenv("VITRINA_PHOTO_MINUTES", setting)
    assert configured_minutes() == minutes


def make_query(colour: str = "Red") -> Query:
    embedding = QueryEmbedding("model", np.arange(5, dtype=np.float32), np.ones(2, np.float32), "Men", colour, BOX)
    return Query(embedding, "index", np.array([0.7, 0.3], np.float32), (CategoryProbability("Años/ñ", 0.7),), False)


def test_what_was_embedded_is_had_back_by_every_process(directory: Path, image: Image.Image) -> None:
    """For each part of the photo its own; nothing for a part that wasn't searched."""
    token = str(QueryPhotos(directory).keep(image))
    query = make_query()
    QueryPhotos(directory).open(token).remember(None, query)
    QueryPhotos(directory).open(token).remember(BOX, make_query("Blue"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}
    kept = QueryPhotos(directory).open(token)
    found = kept.recall(None)
    assert found is not None
    assert found.embedding.vector.tolist() == query.embedding.vector.tolist()
    assert found.embedding.class_probabilities.tolist() == [1, 1]
    assert found.probabilities.tolist() == query.probabilities.tolist()
    assert (found.embedding.model, found.embedding.gender, found.embedding.box) == ("model", "Men", BOX)
    assert (found.snapshot_id, found.prediction, found.in_distribution) == ("index", query.prediction, False)
    assert kept.recall(BOX).embedding.colour == "Blue"  # type: ignore[union-attr]
    assert kept.recall((0.0, 0.0, 0.5, 0.5)) is None


def test_queries_of_a_photo_stay_few_and_go_with_it(directory: Path, image: Image.Image) -> None:
    """However many boxes a visitor tries; and however young the queries are."""
    photos = QueryPhotos(directory, minutes=10)
    token = str(photos.keep(image))
    for number in range(100):
        photos.open(token).remember((0.0, 0.0, 0.5, 0.25 + number / 1000), make_query())
    assert 2 <= len(list(directory.glob("*.query"))) <= 8
    age(directory, token, 601)
    with pytest.raises(PhotoExpiredError):
        photos.open(token)
    photos.keep(image)
    assert not list(directory.glob(f"{token}*"))


def test_a_query_that_outlived_its_photo_is_removed(directory: Path, image: Image.Image) -> None:
    """Written by a request that was under way when the photo's time was up."""
    photos = QueryPhotos(directory)
    token = str(photos.keep(image))
    photos.open(token).remember(None, make_query())
    (directory / f"{token}.jpg").unlink()
    QueryPhotos(directory)  # looks at all files, as every process does from time to time
    assert not list(directory.glob("*.query"))


def test_a_query_that_cannot_be_written_is_forgotten(directory: Path, image: Image.Image) -> None:
    """The answer was there already."""
    photos = QueryPhotos(directory)
    kept = photos.open(str(photos.keep(image)))
    for path in directory.iterdir():
        path.unlink()
    directory.rmdir()
    directory.write_bytes(b"no directory")
    kept.remember(None, make_query())
    assert kept.recall(None) is None
