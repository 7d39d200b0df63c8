import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from catalog import Catalog, Photo
from catalog.importing import import_source
from search.photo import PhotoFacts
from tests.webapp.boutique import draw_photo
from webapp.errors import MissingPageError
from webapp.services.photo_addresses import photo_srcset
from webapp.services.thumbnails import WIDTHS, ThumbnailCache, writes_avif


@pytest.fixture
def photo(catalog: Catalog) -> Photo:
    return catalog.product("coat-00").photos[0]


def test_a_photo_comes_scaled_and_stays_in_browsers(client: FlaskClient, photo: Photo) -> None:
    """WebP of the asked width, for a year, since the address changes with the content."""
    response = client.get(f"/photos/{photo.sha256}/160.webp", buffered=True)
    assert response.status_code == 200
    assert response.mimetype == "image/webp"
    assert Image.open(io.BytesIO(response.data)).size == (160, 200)
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("name", "mimetype", "codec"),
    [("320.avif", "image/avif", "AVIF"), ("320.webp", "image/webp", "WEBP"), ("1200.jpg", "image/jpeg", "JPEG")],
)
def test_each_format_has_its_own_address(
    client: FlaskClient, photo: Photo, name: str, mimetype: str, codec: str
) -> None:
    """So that any cache may keep each, without looking at what browsers accept; what is said is what is sent."""
    response = client.get(f"/photos/{photo.sha256}/{name}", headers={"Accept": "image/png"}, buffered=True)
    assert response.mimetype == mimetype
    assert "Accept" not in response.vary
    image = Image.open(io.BytesIO(response.data))
    assert (image.format, image.size) == (codec, (240, 300))


def test_pages_offer_avif_and_fall_back_to_webp(client: FlaskClient, photo: Photo) -> None:
    """A browser takes the first source that it can show; the plain image is there for all others."""
    text = client.get("/products/coat-00").text
    avif, webp = (f"/photos/{photo.sha256}/320.{suffix} 320w" for suffix in ("avif", "webp"))
    assert re.search(rf'<picture><source type="image/avif" srcset="[^"]*{avif}" sizes="[^"]+"><img [^>]*{webp}', text)


def test_without_an_encoder_pages_offer_webp_alone(app: Flask, photo: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some distributions build Pillow without AVIF."""
    monkeypatch.delitem(Image.SAVE, "AVIF")
    writes_avif.cache_clear()
    try:
        client = app.test_client()
        text = client.get("/products/coat-00").text
        assert "image/avif" not in text
        assert f"/photos/{photo.sha256}/320.webp 320w" in text
        assert client.get(f"/photos/{photo.sha256}/320.avif").status_code == 404
    finally:
        writes_avif.cache_clear()


@pytest.mark.parametrize("suffix", ["avif", "webp"])
def test_a_photo_that_the_browser_has_is_not_sent_again(client: FlaskClient, photo: Photo, suffix: str) -> None:
    """304 without a body, by its tag."""
    address = f"/photos/{photo.sha256}/320.{suffix}"
    tag = client.get(address, buffered=True).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_small_originals_are_not_blown_up(client: FlaskClient, photo: Photo) -> None:
    """240 pixels stay 240."""
    response = client.get(f"/photos/{photo.sha256}/640.webp", buffered=True)
    assert Image.open(io.BytesIO(response.data)).size == (240, 300)


@pytest.mark.parametrize(
    "address",
    [
        "/photos/{sha256}/161.webp",
        "/photos/{sha256}/0.webp",
        "/photos/{sha256}/160.jpg",
        "/photos/{sha256}/161.avif",
        "/photos/{sha256}/160.png",
        "/photos/{upper}/160.webp",
        "/photos/0000/160.webp",
        "/photos/../../catalog.db/160.webp",
        "/photos/%2e%2e%2fcatalog.db/160.webp",
        "/photos//etc/passwd/160.webp",
    ],
)
def test_nothing_but_the_catalogue_s_photos_in_known_widths_is_served(
    client: FlaskClient, photo: Photo, address: str
) -> None:
    """No file name is ever taken from an address."""
    filled = address.format(sha256=photo.sha256, upper=photo.sha256.upper())
    assert client.get(filled).status_code == 404


def test_a_photo_whose_file_changed_or_went_is_a_404(tmp_path: Path, catalog: Catalog, app: Flask) -> None:
    """Its address promises the old content; thumbnails that were made before still have it."""
    draw_photo(tmp_path / "one.jpg", "#334455")
    (tmp_path / "one.csv").write_text("product_id,category,image\none,Bags,one.jpg\n")
    import_source(catalog, tmp_path / "one.csv", progress=False)
    sha256 = catalog.product("one").photos[0].sha256
    client = app.test_client()
    client.get(f"/photos/{sha256}/320.webp", buffered=True)
    draw_photo(tmp_path / "one.jpg", "#ff0000")
    assert client.get(f"/photos/{sha256}/160.webp").status_code == 404
    (tmp_path / "one.jpg").unlink()
    assert client.get(f"/photos/{sha256}/160.webp").status_code == 404
    assert client.get(f"/photos/{sha256}/320.webp", buffered=True).status_code == 200


def test_a_photo_is_served_from_any_place_that_still_has_it(tmp_path: Path, catalog: Catalog, app: Flask) -> None:
    """Two products may have the same picture in files of their own, and one of the files may go or change."""
    for name in ("one", "two", "three"):
        draw_photo(tmp_path / f"{name}.jpg", "#334455")
    rows = "".join(f"{name},Bags,{name}.jpg\n" for name in ("one", "two", "three"))
    (tmp_path / "one.csv").write_text(f"product_id,category,image\n{rows}")
    import_source(catalog, tmp_path / "one.csv", progress=False)
    address = f"/photos/{catalog.product('one').photos[0].sha256}"
    (tmp_path / "one.jpg").unlink()
    draw_photo(tmp_path / "two.jpg", "#ff0000")
    assert app.test_client().get(f"{address}/160.webp", buffered=True).status_code == 200
    (tmp_path / "three.jpg").unlink()
    answer = app.test_client().get(f"{address}/320.webp")
    assert answer.status_code == 404


def test_a_thumbnail_is_made_once(tmp_path: Path, photo: Photo) -> None:
    """The second call finds the file of the first, and no scraps lie beside it."""
    cache = ThumbnailCache(tmp_path / "cache")
    first = cache.read(photo.path, photo.sha256, 160)
    assert cache.read(Path("/gone"), photo.sha256, 160) == first
    (kept,) = (path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert kept.read_bytes() == first
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("suffix", ["avif", "webp", "jpg"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content[:50] + bytes([content[50] ^ 1]) + content[51:],
        lambda content: content[: len(content) // 2] + bytes(len(content) - len(content) // 2),
        lambda content: b"<html>" * 300,
    ],
    ids=["empty", "a byte short", "cut", "a flipped bit", "zeros", "something else"],
)
def test_a_damaged_file_is_made_anew(
    tmp_path: Path, photo: Photo, suffix: str, damage: Callable[[bytes], bytes]
) -> None:
    """Its address says that browsers may keep it for a year; whatever happened to the disk, they get the photo."""
    cache, width = ThumbnailCache(tmp_path / "cache"), 1200 if suffix == "jpg" else 320
    whole = cache.read(photo.path, photo.sha256, width, suffix)
    (kept,) = (path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    kept.write_bytes(damage(whole))
    assert cache.read(photo.path, photo.sha256, width, suffix) == whole
    assert kept.read_bytes() == whole


@pytest.mark.parametrize("codec", ["AVIF", "WEBP", "JPEG"])
def test_files_of_earlier_versions_are_used_if_they_are_whole(tmp_path: Path, photo: Photo, codec: str) -> None:
    """They have no seal yet, and get one; one that was cut off is made anew."""
    suffix, width = {"AVIF": ("avif", 320), "WEBP": ("webp", 320), "JPEG": ("jpg", 1200)}[codec]
    cache = ThumbnailCache(tmp_path / "cache")
    cache.read(photo.path, photo.sha256, width, suffix)
    (kept,) = (path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    buffer = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(buffer, codec)
    kept.write_bytes(buffer.getvalue())
    content = cache.read(Path("/gone"), photo.sha256, width, suffix)
    assert content.startswith(buffer.getvalue())
    assert kept.read_bytes() == content
    kept.write_bytes(buffer.getvalue()[: len(buffer.getvalue()) * 2 // 3])
    with pytest.raises(MissingPageError):
        cache.read(Path("/gone"), photo.sha256, width, suffix)


def test_a_full_disk_serves_photos_all_the_same(
    tmp_path: Path, photo: Photo, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Made for each request, with one line in the log, and nothing half-written is left."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    cache = ThumbnailCache(tmp_path / "cache")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fail)
        contents = [cache.read(photo.path, photo.sha256, width) for width in (160, 320, 160)]
    assert [Image.open(io.BytesIO(content)).width for content in contents] == [160, 240, 160]
    assert caplog.text.count("No space left on device") == 1
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_a_folder_that_may_not_be_made_serves_photos_all_the_same(tmp_path: Path, photo: Photo) -> None:
    """As where the data directory can only be read."""
    (tmp_path / "cache").write_text("")
    assert ThumbnailCache(tmp_path / "cache").read(photo.path, photo.sha256, 160)


@pytest.mark.parametrize("suffix", ["avif", "webp"])
def test_a_damaged_original_is_a_404_with_a_kind_page(
    tmp_path: Path, catalog: Catalog, app: Flask, suffix: str
) -> None:
    """One that was imported whole and whose fingerprint was noted again after it had been cut."""
    draw_photo(tmp_path / "one.jpg", "#334455")
    (tmp_path / "one.csv").write_text("product_id,category,image\none,Bags,one.jpg\n")
    import_source(catalog, tmp_path / "one.csv", progress=False)
    known = catalog.product("one").photos[0]
    cut = known.path.read_bytes()[:1500]
    known.path.write_bytes(cut)
    facts = PhotoFacts(hashlib.sha256(cut).hexdigest(), len(cut), known.width, known.height)
    catalog.refresh_photos([(known.photo_id, facts, 0)])
    response = app.test_client().get(f"/photos/{facts.sha256}/320.{suffix}")
    assert response.status_code == 404
    assert "Page not found" in response.text
    assert "damaged" in response.text


def test_no_width_beyond_the_original_is_offered(app: Flask, photo: Photo) -> None:
    """A 240-pixel original needs 320 at most; a large one gets them all."""
    with app.test_request_context():
        assert [part.split()[1] for part in photo_srcset(photo).split(", ")] == ["160w", "320w"]
        large = Photo(**{**vars(photo), "width": 3000})
        assert [part.split()[1] for part in photo_srcset(large).split(", ")] == [f"{width}w" for width in WIDTHS]
        assert [part.split()[1] for part in photo_srcset(large, 320).split(", ")] == ["160w", "320w"]
